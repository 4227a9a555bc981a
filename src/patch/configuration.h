/* SPDX-License-Identifier: Apache-2.0
 *
 * A patch configuration: what is deployed when on which operating system, and
 * what happens around reboots (P-CFG, P-TSK). A typed value; this is the only
 * place that reads it from JSON and writes it: for the API, the command line,
 * the store and the policy that agents obey.
 *
 *   {"name": "…", "comment": "…", "scan_preview": false,
 *    "windows": {"routine": TASK, "priority": TASK, "zero_day": TASK},
 *    "macos": {"routine": TASK}, "linux": {"routine": TASK},
 *    "delivery": {"bandwidth_kib_s": 0, "mains_power": true,
 *                 "metered": false, "wake_on_lan": false},
 *    "reboot_experience": {"minimum": "advised",
 *        "critical": EXPERIENCE, "mandatory": …, "advised": …}}
 *
 *   TASK: {"enabled": true, "schedule": {…}, "deploy": {…}, "reboot": {
 *            "before": BEFORE or null, "after": "if_required",
 *            "criticality": "mandatory"}}
 *
 * `schedule` is schedule/schedule.h's, `deploy` options.h's. A member that is
 * absent has its default; a task that is off keeps its settings (P-TSK-8).
 * The canonical form has every member, in the order above: printing what was
 * read, and reading that, gives the same bytes.
 */
#ifndef PATCH_CONFIGURATION_H
#define PATCH_CONFIGURATION_H

#include "patch/options.h"
#include "schedule/schedule.h"

enum {
    PATCH_CONFIGURATION_MAX = 4 << 20, /* bytes of JSON */
    PATCH_NAME_MAX = 200,
    PATCH_COMMENT_MAX = 4000,
    PATCH_MESSAGE_MAX = 1000,
    PATCH_MINUTES_MAX = 1440, /* P-RBT-9 */
};

/* In the order in which they run when due together (P-TSK-7, D-28). */
enum patch_task_kind {
    PATCH_ZERO_DAY,
    PATCH_PRIORITY,
    PATCH_ROUTINE,
    PATCH_TASKS
};

/* How urgent a reboot is; a later one is more so (P-RBX-1). */
enum patch_level {
    PATCH_ADVISED,
    PATCH_MANDATORY,
    PATCH_LEVEL_CRITICAL,
    PATCH_LEVELS
};
#define PATCH_LEVEL_NEVER                                                      \
    PATCH_LEVELS /* as a minimum: no request reaches it                        \
                  */

enum patch_after {
    PATCH_AFTER_NEVER,       /* Windows and Linux */
    PATCH_AFTER_IF_REQUIRED, /* macOS: after patches of the system */
    PATCH_AFTER_ALWAYS,      /* Windows and macOS */
    PATCH_AFTERS
};

/* What a user meets before a reboot, and what they may do. Minutes: 0 is
 * "not", otherwise 1..PATCH_MINUTES_MAX. */
struct patch_experience {
    int force_minutes;      /* the reboot is forced so long after the request */
    bool warn_at_logoff;    /* say that the reboot happens at log-off */
    int countdown_minutes;  /* once the shutdown has begun */
    int extend_minutes;     /* what one extension adds; 0: none may be asked */
    int extend_max_minutes; /* and all of them together */
    bool may_cancel_timeout; /* then: at log-off or by hand (D-41) */
    bool may_cancel_reboot;  /* then: only by hand */
    str message;             /* shown to the user; may be empty */
};

struct patch_reboot {
    bool has_before; /* Windows: P-RBT-2 */
    struct patch_experience before;
    enum patch_after after;
    enum patch_level criticality; /* of what it requests (P-RBX-6) */
};

struct patch_task {
    bool enabled;
    struct schedule schedule;
    struct patch_options deploy;
    struct patch_reboot reboot;
};

/* How content reaches a device, and when it does not. */
struct patch_delivery {
    int64_t bandwidth_kib_s; /* 0: no limit */
    bool mains_power;        /* not while it runs on its battery */
    bool metered;            /* also over links that are paid by volume */
    bool wake_on_lan;        /* before a run */
};

struct patch_reboot_experience {
    enum patch_level minimum; /* or PATCH_LEVEL_NEVER */
    struct patch_experience level[PATCH_LEVELS];
};

struct patch_configuration {
    str name;
    str comment;
    bool scan_preview; /* P-PRV-2 */
    /* Those that patch_task_is_offered() denies are off and not written. */
    struct patch_task task[PATCH_OSES][PATCH_TASKS];
    struct patch_delivery delivery;
    struct patch_reboot_experience experience;
};

const char *patch_task_name(enum patch_task_kind kind); /* "zero_day" */
enum patch_task_kind patch_task_of(str name);           /* or PATCH_TASKS */
const char *patch_level_name(enum patch_level level);   /* or "never" */
const char *patch_after_name(enum patch_after after);

/* P-TSK-1 to 3, 6. */
bool patch_task_is_offered(enum patch_os os, enum patch_task_kind kind);

/* The built-in default, P-CFG-5; its name is "Default". */
struct patch_configuration patch_configuration_default(void);

/* Reads a configuration as it would be saved at `now`. Everything that is
 * wrong goes to refusals; *out is complete when nothing was refused. Texts
 * live in arena. */
void patch_configuration_from_jval(const struct jval *jval, int64_t now,
                                   struct arena *arena,
                                   struct patch_refusals *refusals,
                                   struct patch_configuration *out);
/* The same from text; E_PARSE and E_LIMIT name the line, E_INVALID is the
 * first refusal. */
int patch_configuration_parse(str json, int64_t now, struct arena *arena,
                              struct patch_configuration *out,
                              struct err *err) MUST_CHECK;

/* The canonical form. The tree is the caller's. */
struct jval *patch_configuration_to_jval(
    const struct patch_configuration *configuration);
void patch_configuration_print(const struct patch_configuration *configuration,
                               struct buf *out);

/* What is valid, but perhaps not meant (P-SEL-9, P-VND-7, P-LNX-4, 5, D-05).
 */
struct patch_advice {
    str field;
    str text;
    const char *rule;
    bool confirm; /* to be confirmed at save */
};
struct patch_advices {
    VEC(struct patch_advice) all;
};
/* zone: of whoever edits. Texts live in arena; vec_clear(&out->all). */
void patch_configuration_advise(const struct patch_configuration *configuration,
                                const struct zone *zone, int64_t now,
                                struct arena *arena, struct patch_advices *out);

/* Deployment is off for every task of every operating system (P-SCN-1). */
bool patch_configuration_scans_only(
    const struct patch_configuration *configuration);

#endif
