/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a definition could not be decided: the sentences that its tests,
 * objects and variables left, each once, the first few of them. What left no
 * sentence gets one of ours, so that an error never stands without a reason.
 */
#ifndef OVAL_REASON_H
#define OVAL_REASON_H

#include "base/vec.h"
#include "oval/eval.h"
#include "oval/uses.h"

enum {
    OVAL_REASONS_MAX = 12
};

struct oval_reasons {
    struct arena arena;    /* of the sentences that are ours */
    struct oval_uses uses; /* scratch */
    VEC(str) texts;        /* at most OVAL_REASONS_MAX */
    bool more;             /* there were more */
};

/* Fills *reasons for definitions[index]; what it held is forgotten. Empty
 * unless the result is error, unknown or not evaluated. */
void oval_reasons_fill(struct oval_reasons *reasons, struct oval_eval *eval,
                       uint32_t index);
void oval_reasons_clear(struct oval_reasons *reasons);

#endif
