/* SPDX-License-Identifier: Apache-2.0
 *
 * The identity provider, as its metadata describes it (SAML 2.0 Metadata).
 * The metadata is the administrator's word: who it says signs, signs.
 */
#ifndef SAML_PROVIDER_H
#define SAML_PROVIDER_H

#include "base/arena.h"

enum {
    PROVIDER_KEYS_MAX = 8,
};

struct provider {
    str entity;
    str sign_on;                 /* URL of the redirect binding */
    str keys[PROVIDER_KEYS_MAX]; /* certificates, PEM */
    size_t key_count;
};

int provider_read(str metadata, struct arena *arena, struct provider *out,
                  struct err *err) MUST_CHECK;

#endif
