/* SPDX-License-Identifier: Apache-2.0
 *
 * What in a configuration would break the management of its device: banners
 * that look like prompts, prompts that do not, SSH that is missing, pages and
 * servers of call-home that do not fit, users without the level, and so on;
 * one row a check in lint.c. Pure; the text is hostile.
 *
 * A piece of a configuration is checked for what stands in it; a whole one
 * (it has a first line such as "version 12.4" or a last one "end") also for
 * what is missing.
 */
#ifndef NETDEV_LINT_H
#define NETDEV_LINT_H

#include "base/arena.h"
#include "base/vec.h"
#include "netdev/family.h"

enum {
    LINT_TEXT_MAX = 64 << 20,
    LINT_FINDINGS_MAX = 10000, /* what comes then is counted, not kept */
};

struct lint_finding {
    unsigned line; /* from 1 */
    const char *rule;
    str message;
};

/* Zeroed; lint_clear() releases it. Findings are in the order of lines. */
struct lint {
    str manager; /* its IPv4 address, which the device must let in; may be
                    empty */
    VEC(struct lint_finding) findings;
    size_t dropped;
    struct arena arena;
};

/* E_LIMIT past LINT_TEXT_MAX, E_INVALID for what is no text. */
int lint_text(const struct family *family, str text, struct lint *out,
              struct err *err) MUST_CHECK;
void lint_clear(struct lint *lint);

#endif
