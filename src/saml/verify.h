/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures, by lasso (and xmlsec behind it). The one file that knows them.
 * What is given to it has passed reply_read(): one form of signature, no
 * DOCTYPE, no ID twice.
 */
#ifndef SAML_VERIFY_H
#define SAML_VERIFY_H

#include "base/buf.h"
#include "saml/provider.h"

/* Once, before files are out of reach. */
int verify_prepare(struct err *err) MUST_CHECK;

/* Both the elements with these IDs are signed with one of the provider's
 * keys. An ID that is empty is not asked for. */
struct verify_what {
    str xml;
    str response;
    str assertion;
};
int verify_signatures(const struct verify_what *what,
                      const struct provider *provider,
                      struct err *err) MUST_CHECK;

/* Appends the query with SigAlg and Signature (Bindings 3.4.4.1). */
int verify_sign_query(struct buf *query, str key, struct buf *out,
                      struct err *err) MUST_CHECK;

#endif
