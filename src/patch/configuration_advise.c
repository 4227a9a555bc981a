/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/configuration.h"
#include "patch/levels.h"
#include "schedule/warn.h"

struct advising {
    struct arena *arena;
    struct patch_advices *out;
    const struct zone *zone;
    int64_t now;
    enum patch_os os;
    const struct patch_task *task;
    str field; /* "linux.routine" */
};

static void advise(const struct advising *a, const char *member,
                   const char *rule, bool confirm, const char *text)
{
    struct patch_advice *advice = vec_push(&a->out->all);

    advice->field = a->field.n > 0 ? arena_printf(a->arena, "%" PRIstr "%s",
                                                  ARGstr(a->field), member)
                                   : str_c(member);
    advice->text = arena_str(a->arena, str_c(text));
    advice->rule = rule;
    advice->confirm = confirm;
}

static void advise_nothing(const struct advising *a)
{
    const struct patch_options *o = &a->task->deploy;

    if (patch_options_deploy(o, a->os))
        return;
    if (o->has_vendors && !o->all_except && o->vendor_count == 0)
        advise(a, ".deploy.vendors", "P-VND-7", true,
               "no vendor is chosen: nothing passes, nothing is deployed");
    else
        advise(a, ".deploy", a->os == PATCH_LINUX ? "P-LNX-5" : "P-SEL-9", true,
               "nothing is selected: the task is on, but deploys nothing");
}

static void advise_levels(const struct advising *a)
{
    AUTO(buf_clear) struct buf text = BUF(ERR_TEXT_MAX);
    const struct patch_options *o = &a->task->deploy;
    const char *name;

    if (o->levels_ignored != 0)
        advise(a, ".deploy.severity", "P-SEV-8", false,
               "there is one switch for this type of patches here; its levels "
               "are not looked at");
    if (a->os != PATCH_LINUX || o->severity[PATCH_ENHANCEMENT] == 0)
        return;
    buf_add_c(&text, "enhancements select nothing on");
    for (size_t i = 0;
         (name = patch_level_lacking(PATCH_ENHANCEMENT, i)) != NULL; i++)
        buf_printf(&text, "%s %s", i > 0 ? "," : "", name);
    advise(a, ".deploy.severity", "P-SEV-7", false, buf_c(&text));
}

static void advise_schedule(const struct advising *a)
{
    AUTO(buf_clear) struct buf text = BUF(ERR_TEXT_MAX);
    struct schedule_warnings warnings =
        schedule_warn(&a->task->schedule, a->zone, a->now);

    if (!warnings.before_release)
        return;
    buf_printf(&text,
               "the run for Patch Tuesday precedes the release of the patches "
               "in %s; %d day%s after it none does",
               zone_name(a->zone), warnings.suggested_days,
               warnings.suggested_days == 1 ? "" : "s");
    advise(a, ".schedule", "P-SCH-7", false, buf_c(&text));
}

static void advise_reboot(const struct advising *a)
{
    const struct patch_reboot *reboot = &a->task->reboot;

    if (a->os == PATCH_LINUX && !a->task->deploy.all_missing &&
        reboot->after == PATCH_AFTER_IF_REQUIRED)
        advise(a, ".reboot.after", "P-LNX-4", false,
               "what selected patches depend on is installed with them, and "
               "may need a reboot, too");
    if (reboot->after == PATCH_AFTER_NEVER)
        advise(a, ".reboot.after", "P-RBT-7", false,
               "a device that needs a reboot stays pending, and is not "
               "compliant, until someone reboots it");
}

static void advise_task(const struct advising *a)
{
    const struct patch_options *o = &a->task->deploy;

    advise_nothing(a);
    advise_levels(a);
    advise_schedule(a);
    advise_reboot(a);
    if (o->has_vendors && o->has_enablement && o->enablement.n > 0)
        advise(a, ".deploy.enablement", "P-ENB-4", false,
               "enablement packages are deployed whatever vendors are chosen");
}

void patch_configuration_advise(const struct patch_configuration *c,
                                const struct zone *zone, int64_t now,
                                struct arena *arena, struct patch_advices *out)
{
    struct advising a = { arena, out, zone, now, 0, NULL, STR("") };

    if (c->scan_preview)
        advise(&a, "scan_preview", "P-PRV-3", false,
               "preview patches are for a small group of test devices");
    if (patch_configuration_scans_only(c))
        advise(&a, "", "P-SCN-1", false,
               "every task is off: devices are scanned, nothing is deployed");
    else
        advise(&a, "", "P-SEL-15", false,
               "look at the compliance reports regularly, and add new critical "
               "patches to a patch group");
    for (unsigned os = 0; os < PATCH_OSES; os++) {
        for (unsigned i = 0; i < PATCH_TASKS; i++) {
            enum patch_task_kind kind = (enum patch_task_kind)i;

            a.os = (enum patch_os)os;
            a.task = &c->task[os][kind];
            a.field = arena_printf(arena, "%s.%s", patch_os_name(a.os),
                                   patch_task_name(kind));
            if (a.task->enabled)
                advise_task(&a);
        }
    }
}
