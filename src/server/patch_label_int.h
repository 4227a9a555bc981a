/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose members change decides what is deployed where, when patching goes by
 * the label: that takes the permission to deploy, and no configuration that one
 * person put into force grows to so many devices that a second one has to agree
 * (claim 3). What joins by itself (a new device, a fact) is not held back.
 */
#ifndef SERVER_PATCH_LABEL_INT_H
#define SERVER_PATCH_LABEL_INT_H

#include "base/vec.h"
#include "server/route.h"

struct patch_small {
    VEC(int64_t) setups; /* in force, of fewer devices than that */
};
void patch_small_clear(struct patch_small *small);

/* 403 unless the asker may change who is in it; 0 is no label. */
int patch_label_may(struct request *req, int64_t label,
                    struct err *err) MUST_CHECK;
/* That, before the change. */
int patch_label_open(struct request *req, int64_t label,
                     struct patch_small *out, struct err *err) MUST_CHECK;
/* After it, in its transaction. 409. */
int patch_label_check(struct request *req, const struct patch_small *small,
                      struct err *err) MUST_CHECK;

#endif
