/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/configuration_int.h"

static const char *const os_names[PATCH_OSES] = { "Windows", "macOS", "Linux" };

struct reading {
    struct patch_reading base;
    int64_t now;
};

static bool is_there(const struct jval *value)
{
    return jval_kind(value) > JVAL_NULL;
}

static void refuse_at(struct patch_refusals *refusals, const char *name,
                      const char *rule, const char *reason)
{
    size_t before = patch_path_enter(refusals, name);

    patch_refuse(refusals, rule, "%s", reason);
    patch_path_leave(refusals, before);
}

static void read_experience(const struct patch_reading *r,
                            const struct jval *object,
                            struct patch_experience *out)
{
    *out = (struct patch_experience){ .message = STR("") };
    if (!patch_fields_read(r, configuration_experience_fields, object, out))
        return;
    if (out->extend_minutes > out->extend_max_minutes)
        refuse_at(r->refusals, "extend_max_minutes", "P-RBT-9",
                  "is less than one extension of extend_minutes");
    else if (out->extend_minutes == 0 && out->extend_max_minutes > 0)
        refuse_at(r->refusals, "extend_minutes", "P-RBT-9",
                  "is missing, although extensions have a maximum");
}

/* A schedule's sentence begins with its field. */
static void refuse_schedule(struct patch_refusals *refusals,
                            const struct err *err)
{
    static const struct {
        const char *field;
        const char *rule;
    } rules[] = {
        { "stage_hours", "P-STG-2" },
        { "delay_days", "P-SCH-6" },
        { "after_patch_tuesday_days", "P-SCH-5" },
        { "date", "P-SCH-4" },
        { "weekdays", "P-SCH-3" },
    };
    str text = str_c(err_text(err));
    str field = str_cut(&text, ':');
    size_t before = refusals->path.n;
    const char *rule = "P-SCH-1";

    if (text.n == 0 || str_find_char(field, ' ') < field.n) {
        patch_refuse(refusals, rule, "%s", err_text(err));
        return;
    }
    for (size_t i = 0; i < COUNT(rules); i++) {
        if (str_eq_c(field, rules[i].field))
            rule = rules[i].rule;
    }
    (void)patch_path_enter_str(refusals, field);
    patch_refuse(refusals, rule, "%" PRIstr, ARGstr(str_trim(text)));
    patch_path_leave(refusals, before);
}

/* D-07: no free interval for patches. */
static void read_schedule(const struct reading *r, const struct jval *value,
                          struct schedule *out)
{
    struct patch_refusals *refusals = r->base.refusals;
    struct schedule schedule = SCHEDULE;
    struct err err;

    if (schedule_from_jval(value, &schedule, &err) < 0 ||
        schedule_check(&schedule, r->now, &err) < 0)
        refuse_schedule(refusals, &err);
    else if (schedule.type == SCHEDULE_EVERY || schedule.type == SCHEDULE_CRON)
        refuse_at(refusals, "type", "P-SCH-1",
                  "patches are deployed daily, weekly, monthly or by Patch "
                  "Tuesday");
    else
        *out = schedule;
}

static void read_before(const struct patch_reading *r, enum patch_os os,
                        const struct jval *value, struct patch_reboot *out)
{
    size_t before = patch_path_enter(r->refusals, "before");

    out->has_before = is_there(value);
    if (out->has_before && os != PATCH_WINDOWS)
        patch_refuse(r->refusals, "P-RBT-2", "is not offered on %s",
                     os_names[os]);
    else if (out->has_before)
        read_experience(r, value, &out->before);
    patch_path_leave(r->refusals, before);
}

static void read_reboot(const struct patch_reading *r, enum patch_os os,
                        const struct jval *object, struct patch_reboot *out)
{
    if (!patch_fields_read(r, configuration_reboot_fields, object, out))
        return;
    read_before(r, os, jval_get(object, "before"), out);
    if (os == PATCH_LINUX && out->after == PATCH_AFTER_ALWAYS)
        refuse_at(r->refusals, "after", "P-RBT-4",
                  "'always' is not offered on Linux");
    if (os == PATCH_MACOS && out->after == PATCH_AFTER_NEVER)
        refuse_at(r->refusals, "after", "P-RBT-5",
                  "'never' is not offered on macOS: patches of the system "
                  "always reboot it");
}

static void read_task(const struct reading *r, enum patch_os os,
                      enum patch_task_kind kind, const struct jval *object,
                      struct patch_task *out)
{
    static const char *const members[] = { "schedule", "deploy", "reboot" };
    struct patch_refusals *refusals = r->base.refusals;

    if (!patch_fields_read(&r->base, configuration_task_fields, object, out))
        return;
    for (size_t i = 0; i < COUNT(members); i++) {
        const struct jval *value = jval_get(object, members[i]);
        size_t before;

        if (!is_there(value))
            continue;
        before = patch_path_enter(refusals, members[i]);
        if (i == 0)
            read_schedule(r, value, &out->schedule);
        else if (i == 1)
            patch_options_from_jval(value, os, r->base.arena, refusals,
                                    &out->deploy);
        else
            read_reboot(&r->base, os, value, &out->reboot);
        if (i == 1 && kind != PATCH_ROUTINE && out->deploy.enablement.n > 0)
            refuse_at(refusals, "enablement", "P-ENB-3",
                      "is offered in Routine Maintenance only");
        patch_path_leave(refusals, before);
    }
}

static void read_os(const struct reading *r, enum patch_os os,
                    const struct jval *object, struct patch_task *out)
{
    struct patch_refusals *refusals = r->base.refusals;
    struct jval *value;
    void *at = NULL;
    str name;

    if (jval_kind(object) != JVAL_OBJECT) {
        patch_refuse_kind(refusals, "P-CFG-8", "an object of tasks", object);
        return;
    }
    while (jval_next(object, &at, &name, &value)) {
        enum patch_task_kind kind = patch_task_of(name);
        size_t before = patch_path_enter_str(refusals, name);

        if (kind == PATCH_TASKS)
            patch_refuse(refusals, "", "there is no such task");
        else if (!patch_task_is_offered(os, kind))
            patch_refuse(refusals, "P-TSK-6", "is not offered on %s",
                         os_names[os]);
        else if (is_there(value))
            read_task(r, os, kind, value, &out[kind]);
        patch_path_leave(refusals, before);
    }
}

static void read_minimum(const struct patch_reading *r,
                         const struct jval *value, enum patch_level *out)
{
    str text = jval_text(value, STR(""));
    size_t before = patch_path_enter(r->refusals, "minimum");

    for (unsigned level = 0; level <= PATCH_LEVELS; level++) {
        if (jval_kind(value) == JVAL_TEXT &&
            str_eq_c(text, patch_level_name((enum patch_level)level))) {
            *out = (enum patch_level)level;
            patch_path_leave(r->refusals, before);
            return;
        }
    }
    patch_refuse(r->refusals, "P-RBX-1",
                 "expected \"advised\", \"mandatory\", \"critical\" or "
                 "\"never\"");
    patch_path_leave(r->refusals, before);
}

static void read_levels(const struct patch_reading *r,
                        const struct jval *object,
                        struct patch_reboot_experience *out)
{
    static const struct patch_field members[] = {
        { "minimum", FIELD_OTHER },
        { "critical", FIELD_OTHER },
        { "mandatory", FIELD_OTHER },
        { "advised", FIELD_OTHER },
        { NULL },
    };

    if (!patch_fields_read(r, members, object, out))
        return;
    if (is_there(jval_get(object, "minimum")))
        read_minimum(r, jval_get(object, "minimum"), &out->minimum);
    for (unsigned level = 0; level < PATCH_LEVELS; level++) {
        const char *name = patch_level_name((enum patch_level)level);
        const struct jval *value = jval_get(object, name);
        size_t before;

        if (!is_there(value))
            continue;
        before = patch_path_enter(r->refusals, name);
        read_experience(r, value, &out->level[level]);
        patch_path_leave(r->refusals, before);
    }
}

static void read_rest(const struct patch_reading *r, const struct jval *jval,
                      struct patch_configuration *out)
{
    const struct jval *delivery = jval_get(jval, "delivery");
    const struct jval *experience = jval_get(jval, "reboot_experience");
    size_t before;

    if (is_there(delivery)) {
        before = patch_path_enter(r->refusals, "delivery");
        (void)patch_fields_read(r, configuration_delivery_fields, delivery,
                                &out->delivery);
        patch_path_leave(r->refusals, before);
    }
    if (is_there(experience)) {
        before = patch_path_enter(r->refusals, "reboot_experience");
        read_levels(r, experience, &out->experience);
        patch_path_leave(r->refusals, before);
    }
}

void patch_configuration_from_jval(const struct jval *jval, int64_t now,
                                   struct arena *arena,
                                   struct patch_refusals *refusals,
                                   struct patch_configuration *out)
{
    const struct reading r = { { arena, refusals }, now };
    struct patch_configuration c = patch_configuration_default();

    c.name = STR("");
    c.task[PATCH_WINDOWS][PATCH_ROUTINE].enabled = false;
    if (!patch_fields_read(&r.base, configuration_fields, jval, &c))
        return;
    if (!is_there(jval_get(jval, "name")))
        refuse_at(refusals, "name", "P-CFG-1", "is missing");
    for (unsigned os = 0; os < PATCH_OSES; os++) {
        const char *name = patch_os_name((enum patch_os)os);
        const struct jval *value = jval_get(jval, name);
        size_t before;

        if (!is_there(value))
            continue;
        before = patch_path_enter(refusals, name);
        read_os(&r, (enum patch_os)os, value, c.task[os]);
        patch_path_leave(refusals, before);
    }
    read_rest(&r.base, jval, &c);
    *out = c;
}

int patch_configuration_parse(str json, int64_t now, struct arena *arena,
                              struct patch_configuration *out, struct err *err)
{
    struct patch_refusals refusals = PATCH_REFUSALS;
    AUTO(jval_freep) struct jval *jval = NULL;
    struct patch_configuration c;
    int rc = jval_parse(json, PATCH_CONFIGURATION_MAX, &jval, err);

    if (rc < 0)
        return rc;
    patch_configuration_from_jval(jval, now, arena, &refusals, &c);
    rc = patch_refusals_err(&refusals, err);
    patch_refusals_clear(&refusals);
    if (rc == 0)
        *out = c;
    return rc;
}
