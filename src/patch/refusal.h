/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with a document of patching, in full: field, reason and rule
 * of every mistake, so that a person mends them at once. The API answers
 * 422 with the list; the command line says the first.
 */
#ifndef PATCH_REFUSAL_H
#define PATCH_REFUSAL_H

#include "base/arena.h"
#include "base/jval.h"
#include "base/vec.h"

enum {
    PATCH_REFUSALS_MAX = 32, /* further ones are only counted */
    PATCH_PATH_MAX = 512,
};

struct patch_refusal {
    str field;  /* "linux.routine.deploy.severity[2]"; "" is the document */
    str reason; /* "'unassigned' is not offered on Linux" */
    str rule;   /* "P-SEV-3"; "" when it is only JSON's form */
};

/* Texts live in `arena`. */
struct patch_refusals {
    VEC(struct patch_refusal) all;
    size_t more; /* not kept */
    struct arena arena;
    struct buf path; /* of what is being read */
};

#define PATCH_REFUSALS                                                         \
    {                                                                          \
        .arena = ARENA, .path = BUF(PATCH_PATH_MAX)                            \
    }

void patch_refusals_clear(struct patch_refusals *refusals);
static inline bool patch_refused(const struct patch_refusals *refusals)
{
    return refusals->all.n > 0;
}

/* Where the reading is. enter returns what leave needs. A path that grows too
 * long is cut. */
size_t patch_path_enter(struct patch_refusals *refusals, const char *name);
size_t patch_path_enter_str(struct patch_refusals *refusals, str name);
size_t patch_path_index(struct patch_refusals *refusals, size_t index);
void patch_path_leave(struct patch_refusals *refusals, size_t before);

/* Refuses what is being read; `rule` may be "". */
void patch_refuse(struct patch_refusals *refusals, const char *rule,
                  const char *format, ...) PRINTF(3, 4);

/* 0 when nothing was refused; otherwise E_INVALID with the first as a
 * sentence, "FIELD: REASON (RULE)", and how many more there are. */
int patch_refusals_err(const struct patch_refusals *refusals,
                       struct err *err) MUST_CHECK;
/* An array of {"field", "reason", "rule"}; the caller's. */
struct jval *patch_refusals_to_jval(const struct patch_refusals *refusals);

#endif
