/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/summary.h"

#include "schedule/calendar.h"
#include "schedule/words.h"

enum {
    LINE_MAX_BYTES = 1 << 16,
    NEXT_RUNS = 12,
};

static void push(struct jval *list, struct buf *line)
{
    jval_push(list, jval_new_text(buf_str(line)));
    buf_reset(line);
}

static void push_c(struct jval *list, const char *text)
{
    jval_push(list, jval_new_text(str_c(text)));
}

static void add_names(struct buf *line, struct patch_texts names)
{
    for (size_t i = 0; i < names.n; i++)
        buf_printf(line, "%s%" PRIstr, i > 0 ? ", " : "", ARGstr(names.p[i]));
}

static void say_risk(const struct patch_options *o, struct jval *list,
                     struct buf *line)
{
    if (!o->has_risk)
        return;
    if (o->min_vrr != PATCH_SCORE_NONE) {
        buf_printf(line, "Patches with VRR (open formula) of at least %d.%d",
                   o->min_vrr / 10, o->min_vrr % 10);
        push(list, line);
    }
    if (o->min_cvss != PATCH_SCORE_NONE) {
        buf_printf(line, "Patches with CVSS of at least %d.%d",
                   o->min_cvss / 10, o->min_cvss % 10);
        push(list, line);
    }
    if (o->exploited)
        push_c(list, "Patches for vulnerabilities reported as exploited");
}

static void say_levels(const struct patch_options *o, enum patch_os os,
                       enum patch_type type, struct buf *line)
{
    bool is_first = true;

    for (int level = PATCH_CRITICAL; level >= 0; level--) {
        if ((o->severity[type] >> level & 1) == 0)
            continue;
        buf_printf(line, "%s%s", is_first ? "" : ", ",
                   patch_type_is_switch(os, type)
                       ? "all"
                       : patch_severity_name((enum patch_severity)level));
        is_first = false;
    }
}

static void say_severity(const struct patch_options *o, enum patch_os os,
                         struct jval *list, struct buf *line)
{
    static const char *const names[PATCH_TYPES] = {
        [PATCH_TYPE_UNKNOWN] = "",
        [PATCH_SECURITY] = "Security patches: ",
        [PATCH_NONSECURITY] = "Non-security patches: ",
        [PATCH_BUGFIX] = "Bug fixes: ",
        [PATCH_ENHANCEMENT] = "Enhancements: ",
    };

    for (unsigned t = PATCH_SECURITY; o->has_severity && t < PATCH_TYPES; t++) {
        if (o->severity[t] == 0)
            continue;
        buf_add_c(line, names[t]);
        say_levels(o, os, (enum patch_type)t, line);
        push(list, line);
    }
}

static void say_vendors(const struct patch_options *o, struct jval *list,
                        struct buf *line)
{
    if (!o->has_vendors)
        return;
    buf_add_c(line,
              o->all_except ? "Of all vendors and products but " : "Only of ");
    for (size_t i = 0; i < o->vendor_count; i++) {
        const struct patch_vendor *v = &o->vendors[i];

        buf_printf(line, "%s%" PRIstr, i > 0 ? ", " : "",
                   ARGstr(v->vendor.n > 0 ? v->vendor : STR("every vendor")));
        if (v->product.n > 0)
            buf_printf(line, " %" PRIstr, ARGstr(v->product));
        if (v->version.n > 0)
            buf_printf(line, " %" PRIstr, ARGstr(v->version));
    }
    if (o->vendor_count == 0)
        buf_add_c(line, o->all_except ? "none" : "no vendor at all");
    push(list, line);
}

static void say_names(const char *what, struct patch_texts names,
                      struct jval *list, struct buf *line)
{
    if (names.n == 0)
        return;
    buf_add_c(line, what);
    add_names(line, names);
    push(list, line);
}

static struct jval *deploys(const struct patch_options *o, enum patch_os os)
{
    AUTO(buf_clear) struct buf line = BUF(LINE_MAX_BYTES);
    struct jval *list = jval_new_array();

    if (!patch_options_deploy(o, os))
        push_c(list, "Nothing");
    if (o->all_missing)
        push_c(list, "All missing patches");
    say_risk(o, list, &line);
    say_severity(o, os, list, &line);
    say_names("Patches of the groups ", o->include, list, &line);
    say_vendors(o, list, &line);
    if (o->has_enablement)
        say_names("The enablement packages ", o->enablement, list, &line);
    say_names("Never patches of the groups ", o->exclude, list, &line);
    say_names("Never the packages ", o->exclude_packages, list, &line);
    return list;
}

static void say_before(const struct patch_experience *e, struct jval *list,
                       struct buf *line)
{
    buf_add_c(line, "Before deployment");
    if (e->force_minutes > 0)
        buf_printf(line, ", forced after %d minutes", e->force_minutes);
    if (e->warn_at_logoff)
        buf_add_c(line, ", at log-off");
    if (e->countdown_minutes > 0)
        buf_printf(line, ", with a countdown of %d minutes",
                   e->countdown_minutes);
    if (e->extend_max_minutes > 0)
        buf_printf(line, " that may be extended by up to %d",
                   e->extend_max_minutes);
    push(list, line);
    if (e->may_cancel_timeout)
        push_c(list, "The user may wait for log-off or reboot by hand; until "
                     "then nothing is deployed");
    if (e->may_cancel_reboot)
        push_c(list, "The user may cancel the reboot; until the device has "
                     "rebooted nothing is installed");
}

static struct jval *reboots(const struct patch_reboot *reboot, enum patch_os os)
{
    static const char *const after[PATCH_OSES][PATCH_AFTERS] = {
        { "Never after deployment", "After deployment, if required",
          "Always after deployment" },
        { "", "After patches of macOS itself, which the user is asked for",
          "Always after an update" },
        { "Never after deployment; a device that needs it stays pending",
          "After deployment, if required", "" },
    };
    AUTO(buf_clear) struct buf line = BUF(LINE_MAX_BYTES);
    struct jval *list = jval_new_array();

    if (reboot->has_before)
        say_before(&reboot->before, list, &line);
    push_c(list, after[os][reboot->after]);
    buf_printf(&line, "Requests are %s", patch_level_name(reboot->criticality));
    push(list, &line);
    return list;
}

static struct jval *next(const struct schedule *schedule,
                         const struct zone *zone, int64_t now)
{
    struct occurrence runs[NEXT_RUNS];
    struct jval *list = jval_new_array();
    size_t count = schedule_next(schedule, zone, now, runs, NEXT_RUNS);
    char text[CALENDAR_TEXT_MAX];

    for (size_t i = 0; i < count; i++) {
        struct jval *run = jval_new_object();

        jval_set_text(run, "local",
                      str_c(calendar_format(runs[i].local, "", text)));
        jval_set_text(run, "stage_local",
                      runs[i].has_stage ? str_c(calendar_format(
                                              runs[i].stage_local, "", text))
                                        : STR_NONE);
        jval_push(list, run);
    }
    return list;
}

static struct jval *task_of(const struct patch_task *task, enum patch_os os,
                            const struct zone *zone, int64_t now)
{
    AUTO(buf_clear) struct buf line = BUF(LINE_MAX_BYTES);
    struct jval *object = jval_new_object();

    words_schedule(&task->schedule, WORDS_EN, &line);
    jval_set_bool(object, "enabled", task->enabled);
    jval_set_text(object, "when", buf_str(&line));
    jval_set(object, "deploys", deploys(&task->deploy, os));
    jval_set(object, "reboots", reboots(&task->reboot, os));
    jval_set(object, "next",
             task->enabled ? next(&task->schedule, zone, now)
                           : jval_new_array());
    return object;
}

/* That of one operating system, and of the whole. */
static struct jval *advice_of(const struct patch_configuration *c,
                              enum patch_os os, const struct zone *zone,
                              int64_t now)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_advices advices = { 0 };
    struct jval *list = jval_new_array();

    patch_configuration_advise(c, zone, now, &arena, &advices);
    for (size_t i = 0; i < advices.all.n; i++) {
        const struct patch_advice *a = &advices.all.p[i];
        str rest = a->field;
        enum patch_os of = patch_os_of(str_cut(&rest, '.'));
        struct jval *row;

        if (of != PATCH_OSES && of != os)
            continue;
        row = jval_new_object();
        jval_set_text(row, "field", a->field);
        jval_set_text(row, "text", a->text);
        jval_set_text(row, "rule", str_c(a->rule));
        jval_set_bool(row, "confirm", a->confirm);
        jval_push(list, row);
    }
    vec_clear(&advices.all);
    return list;
}

struct jval *patch_summary(const struct patch_configuration *c,
                           enum patch_os os, const struct zone *zone,
                           int64_t now)
{
    static const enum patch_task_kind order[] = { PATCH_ROUTINE, PATCH_PRIORITY,
                                                  PATCH_ZERO_DAY };
    struct jval *object = jval_new_object();
    struct jval *tasks = jval_new_array();

    jval_set_text(object, "os", str_c(patch_os_name(os)));
    for (size_t i = 0; i < COUNT(order); i++) {
        struct jval *task;

        if (!patch_task_is_offered(os, order[i]))
            continue;
        task = task_of(&c->task[os][order[i]], os, zone, now);
        jval_set_text(task, "task", str_c(patch_task_name(order[i])));
        jval_push(tasks, task);
    }
    jval_set(object, "tasks", tasks);
    jval_set(object, "advice", advice_of(c, os, zone, now));
    return object;
}
