/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/configuration_int.h"

#define AT(member) offsetof(struct patch_configuration, member)
#define TASK_AT(member) offsetof(struct patch_task, member)
#define REBOOT_AT(member) offsetof(struct patch_reboot, member)
#define DELIVERY_AT(member) offsetof(struct patch_delivery, member)
#define EXPERIENCE_AT(member) offsetof(struct patch_experience, member)

static const char *const tasks[] = {
    [PATCH_ZERO_DAY] = "zero_day",
    [PATCH_PRIORITY] = "priority",
    [PATCH_ROUTINE] = "routine",
    [PATCH_TASKS] = NULL,
};

static const char *const levels[] = {
    [PATCH_ADVISED] = "advised",
    [PATCH_MANDATORY] = "mandatory",
    [PATCH_LEVEL_CRITICAL] = "critical",
    [PATCH_LEVELS] = NULL,
};

static const char *const afters[] = {
    [PATCH_AFTER_NEVER] = "never",
    [PATCH_AFTER_IF_REQUIRED] = "if_required",
    [PATCH_AFTER_ALWAYS] = "always",
    [PATCH_AFTERS] = NULL,
};

const enum patch_task_kind configuration_task_order[PATCH_TASKS] = {
    PATCH_ROUTINE, PATCH_PRIORITY, PATCH_ZERO_DAY
};

/* clang-format off */
const struct patch_field configuration_fields[] = {
    { "name", FIELD_TEXT, AT(name), 1, PATCH_NAME_MAX, "P-CFG-1" },
    { "comment", FIELD_TEXT, AT(comment), 0, PATCH_COMMENT_MAX, "P-CFG-1" },
    { "scan_preview", FIELD_BOOL, AT(scan_preview), .rule = "P-PRV-2" },
    { "windows", FIELD_OTHER },
    { "macos", FIELD_OTHER },
    { "linux", FIELD_OTHER },
    { "delivery", FIELD_OTHER },
    { "reboot_experience", FIELD_OTHER },
    { NULL },
};

const struct patch_field configuration_task_fields[] = {
    { "enabled", FIELD_BOOL, TASK_AT(enabled), .rule = "P-TSK-4" },
    { "schedule", FIELD_OTHER },
    { "deploy", FIELD_OTHER },
    { "reboot", FIELD_OTHER },
    { NULL },
};

const struct patch_field configuration_reboot_fields[] = {
    { "before", FIELD_OTHER },
    { "after", FIELD_NAME, REBOOT_AT(after),
      .rule = "P-RBT-3", .names = afters },
    { "criticality", FIELD_NAME, REBOOT_AT(criticality),
      .rule = "P-RBX-6", .names = levels },
    { NULL },
};

const struct patch_field configuration_delivery_fields[] = {
    { "bandwidth_kib_s", FIELD_COUNT, DELIVERY_AT(bandwidth_kib_s),
      0, INT64_C(1) << 32 },
    { "mains_power", FIELD_BOOL, DELIVERY_AT(mains_power) },
    { "metered", FIELD_BOOL, DELIVERY_AT(metered) },
    { "wake_on_lan", FIELD_BOOL, DELIVERY_AT(wake_on_lan), .rule = "X-5" },
    { NULL },
};

#define MINUTES(name) \
    { #name, FIELD_NUMBER, EXPERIENCE_AT(name), 0, PATCH_MINUTES_MAX, "P-RBT-9" }
const struct patch_field configuration_experience_fields[] = {
    MINUTES(force_minutes),
    { "warn_at_logoff", FIELD_BOOL, EXPERIENCE_AT(warn_at_logoff),
      .rule = "P-RBT-2" },
    MINUTES(countdown_minutes),
    MINUTES(extend_minutes),
    MINUTES(extend_max_minutes),
    { "may_cancel_timeout", FIELD_BOOL, EXPERIENCE_AT(may_cancel_timeout),
      .rule = "P-RBT-2" },
    { "may_cancel_reboot", FIELD_BOOL, EXPERIENCE_AT(may_cancel_reboot),
      .rule = "P-RBT-2" },
    { "message", FIELD_TEXT, EXPERIENCE_AT(message),
      0, PATCH_MESSAGE_MAX, "P-RBX-2" },
    { NULL },
};
/* clang-format on */

const char *patch_task_name(enum patch_task_kind kind)
{
    return kind < PATCH_TASKS ? tasks[kind] : "";
}

enum patch_task_kind patch_task_of(str name)
{
    unsigned i = 0;

    while (i < PATCH_TASKS && !str_eq_c(name, tasks[i]))
        i++;
    return (enum patch_task_kind)i;
}

const char *patch_level_name(enum patch_level level)
{
    return level < PATCH_LEVELS ? levels[level] : "never";
}

const char *patch_after_name(enum patch_after after)
{
    return after < PATCH_AFTERS ? afters[after] : "";
}

bool patch_task_is_offered(enum patch_os os, enum patch_task_kind kind)
{
    return kind == PATCH_ROUTINE || (os == PATCH_WINDOWS && kind < PATCH_TASKS);
}

/* Each night, each workday and each Saturday: the examples of P-SCH-1. */
static struct schedule default_schedule(enum patch_task_kind kind)
{
    struct schedule schedule = SCHEDULE;

    schedule.run_if_missed = true;
    schedule.type = SCHEDULE_WEEKLY;
    schedule.minute = 21 * 60;
    schedule.weekdays = 1u << 6;
    if (kind == PATCH_PRIORITY) {
        schedule.minute = 23 * 60;
        schedule.weekdays = 0x3e;
    } else if (kind == PATCH_ZERO_DAY) {
        schedule.type = SCHEDULE_DAILY;
        schedule.minute = 0;
        schedule.weekdays = 0;
    }
    return schedule;
}

/* D-42: on Linux nothing reboots unless it is asked for. */
struct patch_task configuration_task_default(enum patch_os os,
                                             enum patch_task_kind kind)
{
    static const enum patch_level criticality[PATCH_TASKS] = {
        [PATCH_ZERO_DAY] = PATCH_LEVEL_CRITICAL,
        [PATCH_PRIORITY] = PATCH_ADVISED,
        [PATCH_ROUTINE] = PATCH_MANDATORY,
    };

    return (struct patch_task){
        .schedule = default_schedule(kind),
        .deploy = patch_options_default(os),
        .reboot = {
            .before.message = STR(""),
            .after = os == PATCH_LINUX ? PATCH_AFTER_NEVER
                                       : PATCH_AFTER_IF_REQUIRED,
            .criticality = criticality[kind],
        },
    };
}

static void default_experience(struct patch_reboot_experience *out)
{
    *out = (struct patch_reboot_experience){
        .minimum = PATCH_ADVISED,
        .level = {
            [PATCH_LEVEL_CRITICAL] = { .force_minutes = 15,
                                       .countdown_minutes = 5,
                                       .message = STR("") },
            [PATCH_MANDATORY] = { .force_minutes = 480,
                                  .countdown_minutes = 15,
                                  .extend_minutes = 60,
                                  .extend_max_minutes = 480,
                                  .message = STR("") },
            [PATCH_ADVISED] = { .warn_at_logoff = true,
                                .countdown_minutes = 15,
                                .extend_minutes = 60,
                                .extend_max_minutes = 1440,
                                .may_cancel_timeout = true,
                                .may_cancel_reboot = true,
                                .message = STR("") },
        },
    };
}

struct patch_configuration patch_configuration_default(void)
{
    struct patch_configuration c = {
        .name = STR("Default"),
        .comment = STR(""),
        .delivery = { .mains_power = true },
    };

    for (unsigned os = 0; os < PATCH_OSES; os++) {
        for (unsigned kind = 0; kind < PATCH_TASKS; kind++)
            c.task[os][kind] = configuration_task_default(
                (enum patch_os)os, (enum patch_task_kind)kind);
    }
    c.task[PATCH_WINDOWS][PATCH_ROUTINE].enabled = true;
    default_experience(&c.experience);
    return c;
}

bool patch_configuration_scans_only(const struct patch_configuration *c)
{
    for (unsigned os = 0; os < PATCH_OSES; os++) {
        for (unsigned kind = 0; kind < PATCH_TASKS; kind++) {
            if (c->task[os][kind].enabled)
                return false;
        }
    }
    return true;
}
