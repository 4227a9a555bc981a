/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patch_summary.h"

#include "schedule/words.h"

enum {
    LINE_MAX_BYTES = 7000,
    NAMED_MAX = 20, /* further names are counted */
};

struct writing {
    struct jval *lines;
    struct buf text;
    const char *os;
    const char *task;
};

static void add_line(struct writing *w, const char *member)
{
    AUTO(buf_clear) struct buf field = BUF(200);
    struct jval *o = jval_new_object();

    if (w->os != NULL)
        buf_printf(&field, "%s.%s%s", w->os, w->task, member[0] ? "." : "");
    buf_add_c(&field, member);
    jval_set_text(o, "field", field.n > 0 ? buf_str(&field) : STR(""));
    jval_set_text(o, "text", buf_str(&w->text));
    jval_push(w->lines, o);
    buf_reset(&w->text);
}

static void add_names(struct buf *text, const struct patch_texts *names)
{
    for (size_t i = 0; i < names->n && i < NAMED_MAX; i++)
        buf_printf(text, "%s'%" PRIstr "'", i > 0 ? ", " : "",
                   ARGstr(names->p[i]));
    if (names->n > NAMED_MAX)
        buf_printf(text, " and %zu more", names->n - NAMED_MAX);
}

static void add_tenths(struct buf *text, int tenths)
{
    buf_printf(text, "%d.%d", tenths / 10, tenths % 10);
}

static void say_risk(struct writing *w, const struct patch_options *o)
{
    const char *also = "";

    if (!o->has_risk)
        return;
    buf_add_c(&w->text, "Deploys by risk: ");
    if (o->min_vrr != PATCH_SCORE_NONE) {
        buf_add_c(&w->text, "open rating ");
        add_tenths(&w->text, o->min_vrr);
        buf_add_c(&w->text, " or more");
        also = ", or ";
    }
    if (o->min_cvss != PATCH_SCORE_NONE) {
        buf_printf(&w->text, "%sCVSS ", also);
        add_tenths(&w->text, o->min_cvss);
        buf_add_c(&w->text, " or more");
        also = ", or ";
    }
    if (o->exploited)
        buf_printf(&w->text, "%sexploited vulnerabilities", also);
    add_line(w, "deploy.risk");
}

static void say_severity(struct writing *w, const struct patch_options *o,
                         enum patch_os os)
{
    bool first = true;

    if (!o->has_severity)
        return;
    buf_add_c(&w->text, "Deploys by severity: ");
    for (int type = 0; type < PATCH_TYPES; type++) {
        for (int s = PATCH_SEVERITIES - 1; s >= 0; s--) {
            if ((o->severity[type] >> s & 1) == 0)
                continue;
            buf_printf(&w->text, "%s%s", first ? "" : ", ",
                       patch_type_name(type));
            if (!patch_type_is_switch(os, type))
                buf_printf(&w->text, " %s", patch_severity_name(s));
            first = false;
        }
    }
    if (first)
        buf_add_c(&w->text, "no level is chosen");
    add_line(w, "deploy.severity");
}

static void say_groups(struct writing *w, const struct patch_options *o)
{
    if (o->include.n > 0) {
        buf_add_c(&w->text, "Deploys the patch groups ");
        add_names(&w->text, &o->include);
        add_line(w, "deploy.include");
    }
    if (o->exclude.n > 0) {
        buf_add_c(&w->text, "Never deploys the patch groups ");
        add_names(&w->text, &o->exclude);
        add_line(w, "deploy.exclude");
    }
    if (o->exclude_packages.n > 0) {
        buf_add_c(&w->text, "Never deploys the packages ");
        add_names(&w->text, &o->exclude_packages);
        add_line(w, "deploy.exclude_packages");
    }
    if (o->has_enablement) {
        buf_add_c(&w->text, "Deploys the enablement packages ");
        add_names(&w->text, &o->enablement);
        add_line(w, "deploy.enablement");
    }
}

static void say_vendors(struct writing *w, const struct patch_options *o)
{
    if (!o->has_vendors)
        return;
    buf_add_c(&w->text, o->all_except ? "Of all vendors but " : "Only of ");
    for (size_t i = 0; i < o->vendor_count && i < NAMED_MAX; i++) {
        const struct patch_vendor *v = &o->vendors[i];

        buf_printf(&w->text, "%s%" PRIstr, i > 0 ? ", " : "",
                   ARGstr(v->vendor));
        if (v->product.n > 0)
            buf_printf(&w->text, " %" PRIstr, ARGstr(v->product));
        if (v->version.n > 0)
            buf_printf(&w->text, " %" PRIstr, ARGstr(v->version));
    }
    if (o->vendor_count == 0)
        buf_add_c(&w->text, "nobody: nothing passes");
    add_line(w, "deploy.vendors");
}

static void say_schedule(struct writing *w, const struct schedule *schedule)
{
    words_schedule(schedule, WORDS_EN, &w->text);
    if (schedule->run_if_missed)
        buf_add_c(&w->text, "; made up for within the hour when missed");
    add_line(w, "schedule");
    if (schedule->stage_hours > 0) {
        buf_printf(&w->text, "Content is staged %d hours before",
                   schedule->stage_hours);
        add_line(w, "schedule.stage_hours");
    }
}

static void say_reboot(struct writing *w, const struct patch_reboot *reboot)
{
    static const char *const after[PATCH_AFTERS] = {
        [PATCH_AFTER_NEVER] = "Does not reboot after deployment; what needs a "
                              "reboot stays pending",
        [PATCH_AFTER_IF_REQUIRED] = "Reboots after deployment if required",
        [PATCH_AFTER_ALWAYS] = "Always reboots after deployment",
    };

    if (reboot->has_before) {
        buf_add_c(&w->text, "Reboots before deployment");
        add_line(w, "reboot.before");
    }
    buf_printf(&w->text, "%s (%s)", after[reboot->after],
               patch_level_name(reboot->criticality));
    add_line(w, "reboot.after");
}

static void say_task(struct writing *w, const struct patch_task *task,
                     enum patch_os os)
{
    if (!task->enabled) {
        buf_add_c(&w->text, "Off: deploys nothing");
        add_line(w, "enabled");
        return;
    }
    say_schedule(w, &task->schedule);
    if (task->deploy.all_missing) {
        buf_add_c(&w->text, "Deploys all missing patches");
        add_line(w, "deploy.all_missing");
    }
    say_risk(w, &task->deploy);
    say_severity(w, &task->deploy, os);
    say_groups(w, &task->deploy);
    say_vendors(w, &task->deploy);
    if (!patch_options_deploy(&task->deploy, os)) {
        buf_add_c(&w->text, "Nothing is selected: nothing is deployed");
        add_line(w, "deploy");
    }
    say_reboot(w, &task->reboot);
}

static struct jval *say_os(const struct patch_configuration *settings,
                           enum patch_os os)
{
    struct writing w = { .lines = jval_new_array(),
                         .text = BUF(LINE_MAX_BYTES),
                         .os = patch_os_name(os) };

    for (int kind = PATCH_TASKS - 1; kind >= 0; kind--) {
        if (!patch_task_is_offered(os, kind))
            continue;
        w.task = patch_task_name(kind);
        say_task(&w, &settings->task[os][kind], os);
    }
    buf_clear(&w.text);
    return w.lines;
}

static struct jval *say_all(const struct patch_configuration *settings)
{
    struct writing w = { .lines = jval_new_array(),
                         .text = BUF(LINE_MAX_BYTES) };

    if (patch_configuration_scans_only(settings)) {
        buf_add_c(&w.text, "Only scans: no task is on (P-SCN-1)");
        add_line(&w, "");
    }
    buf_add_c(&w.text, "Scans when the agent is installed, and daily between "
                       "00:00 and 02:00 by the device's clock");
    add_line(&w, "scan");
    if (settings->scan_preview) {
        buf_add_c(&w.text, "Scans for Microsoft preview patches");
        add_line(&w, "scan_preview");
    }
    if (settings->delivery.bandwidth_kib_s > 0) {
        buf_printf(&w.text, "Downloads at most %lld KiB a second",
                   (long long)settings->delivery.bandwidth_kib_s);
        add_line(&w, "delivery.bandwidth_kib_s");
    }
    if (settings->delivery.mains_power) {
        buf_add_c(&w.text, "Only while a device is on mains power");
        add_line(&w, "delivery.mains_power");
    }
    buf_add_c(&w.text, "Review compliance reports regularly, and add new "
                       "critical patches to a patch group (P-SEL-15)");
    add_line(&w, "");
    buf_clear(&w.text);
    return w.lines;
}

struct jval *patch_summary_json(const struct patch_configuration *settings)
{
    struct jval *o = jval_new_object();

    for (int os = 0; os < PATCH_OSES; os++)
        jval_set(o, patch_os_name(os), say_os(settings, os));
    jval_set(o, "all", say_all(settings));
    return o;
}
