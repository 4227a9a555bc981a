/* SPDX-License-Identifier: Apache-2.0
 *
 * What would be deployed on a device, and why or why not (P-SEL-16, 17): its
 * newest scan, its configuration in force (or another one, while editing), and
 * the same patch_select() that its agent calls.
 */
#ifndef SERVER_PATCH_DECIDE_H
#define SERVER_PATCH_DECIDE_H

#include "fleet/patch_setup.h"
#include "fleet/patch_state.h"
#include "patch/select.h"

/* One decision of one task. Texts are in the arena. */
struct patch_decided {
    enum patch_task_kind task;
    uint32_t patch; /* index in the catalogue */
    bool deploy;
    str rule;    /* "P-SEL-12" */
    str because; /* a sentence */
    str by;      /* id of another patch; or empty */
    str warning; /* P-SEL-16; or empty */
};

struct patch_decisions {
    int64_t device;
    enum patch_os os;
    bool scanned;
    bool has_setup;
    struct patch_setup setup;
    struct patch_configuration settings;
    struct patch_state state;
    struct patch_catalogue *catalogue; /* of what is missing, and its chains */
    VEC(int64_t) rows;                 /* patch row by order of lacks, once */
    VEC(uint32_t) missing;             /* index of each of rows */
    VEC(struct patch_decided) all;
};
void patch_decisions_clear(struct patch_decisions *decisions);

struct patch_question {
    int64_t device;
    const struct patch_setup *setup; /* NULL: the one in force */
    int64_t now;
    enum words_language language; /* of the reasons */
};
/* The configuration's enabled tasks for the device's system, in the order in
 * which they run (P-TSK-7): what an earlier one deploys is not missing for the
 * next. Texts are in the arena. */
int patch_decide(struct db *db, const struct patch_question *question,
                 struct arena *arena, struct patch_decisions *out,
                 struct err *err) MUST_CHECK;

/* Of all tasks: the deploying decision of a missing patch, else the last one;
 * NULL when no task is on. */
const struct patch_decided *patch_decision_of(
    const struct patch_decisions *decisions, uint32_t patch);

#endif
