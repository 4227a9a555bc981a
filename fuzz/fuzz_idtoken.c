/* SPDX-License-Identifier: Apache-2.0
 *
 * ID tokens of an OpenID Connect provider: the first line is the token, the
 * rest the provider's set of keys. One that passes has the claims that were
 * asked for.
 */
#include <stdlib.h>

#include "trust/idtoken.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(jval_freep) struct jval *claims = NULL;
    struct idtoken_terms terms = { .issuer = STR("https://idp.example"),
                                   .client = STR("holdfast"),
                                   .nonce = STR("nonce"),
                                   .now = 1800000000 };
    str keys = { (const char *)data, size };
    str token = str_cut(&keys, '\n');
    struct err err = { 0 };
    int rc = idtoken_check(token, keys, &terms, &claims, &err);

    if (rc != 0)
        return 0;
    if (!str_eq(jval_text(jval_get(claims, "iss"), STR("")), terms.issuer) ||
        !str_eq(jval_text(jval_get(claims, "nonce"), STR("")), terms.nonce) ||
        jval_text(jval_get(claims, "sub"), STR("")).n == 0)
        abort();
    return 0;
}
