/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "schedule/calendar.h"
#include "schedule/catch_up_read.h"

static int read_case(const char *path, struct catch_up_case *out,
                     struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(CATCH_UP_TEXT_MAX);
    const char *name;
    int rc = input_read(path, &text, &name, err);

    if (rc < 0)
        return rc;
    rc = catch_up_parse(buf_str(&text), out, err);
    return rc < 0 ? err_wrap(err, rc, "%s", name) : 0;
}

/* Why nothing counts as missed. */
static void add_not_missed(const struct catch_up_case *c, struct buf *out)
{
    char text[CALENDAR_TEXT_MAX];
    bool has_due = false;
    int64_t due = 0;

    for (size_t i = 0; i < c->occurrences.n; i++) {
        int64_t at = c->occurrences.p[i];

        if (at >= c->catch_up.boot || (has_due && at <= due))
            continue;
        has_due = true;
        due = at;
    }
    if (!has_due)
        buf_add_c(out, "nothing was missed: no run was due before the device "
                       "was on");
    else if (due <= c->catch_up.last_run)
        buf_printf(out, "nothing was missed: the run due at %s was done",
                   calendar_format(due, "", text));
    else
        buf_printf(out,
                   "nothing was missed: the policy reached the device after "
                   "%s, when a run would have been due",
                   calendar_format(due, "", text));
}

static void add_reason(const struct catch_up_case *c,
                       const struct catch_up_plan *plan, struct buf *out)
{
    char missed[CALENDAR_TEXT_MAX];
    char regular[CALENDAR_TEXT_MAX];

    if (plan->outcome == CATCH_UP_NOT_MISSED) {
        add_not_missed(c, out);
        return;
    }
    buf_printf(out, "missed: device off at %s; ",
               calendar_format(plan->missed, "", missed));
    if (plan->outcome == CATCH_UP_DROPPED)
        buf_add_c(out, "dropped, because run_if_missed is off");
    else if (plan->outcome == CATCH_UP_ALONE)
        buf_printf(out, "runs %d minutes after the device is on",
                   (int)(c->catch_up.spread_s / 60));
    else
        buf_printf(out,
                   "one run with the regular one of %s, at the earlier time",
                   calendar_format(plan->covers, "", regular));
}

static int print(const struct catch_up_case *c,
                 const struct catch_up_plan *plan, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    AUTO(buf_clear) struct buf reason = BUF(1024);
    bool has_run =
        plan->outcome == CATCH_UP_ALONE || plan->outcome == CATCH_UP_MERGED;
    char text[CALENDAR_TEXT_MAX];
    struct json_writer *w;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    add_reason(c, plan, &reason);
    w = json_write_new(out);
    json_write_object(w);
    json_write_member(w, "run",
                      has_run ? str_c(calendar_format(plan->run, "", text))
                              : STR_NONE);
    json_write_member(w, "reason", buf_str(&reason));
    json_write_object_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(catch_up_case_clear) struct catch_up_case c = { 0 };
    const char *path = cli_value(cli, "json");
    struct catch_up_plan plan;
    int rc;

    if (path == NULL)
        return err_set(err, E_USAGE, "--json FILE is missing");
    rc = read_case(path, &c, err);
    if (rc < 0)
        return rc;
    plan = catch_up_plan(&c.catch_up, c.occurrences.p, c.occurrences.n);
    return print(&c, &plan, err);
}

static const struct cli_option options[] = {
    { "json", 0, "FILE", "The question; \"-\" is standard input" },
    { NULL },
};

const struct command command_schedule_catch_up = {
    .name = "schedule catch-up",
    .summary = "Say whether a missed run is caught up, and when",
    .arguments = "--json FILE",
    .about =
        "Prints as JSON when a device that was off makes the run it missed "
        "(or null), and why. FILE holds an object:\n\n"
        "  {\"occurrences\": [\"2026-06-01T23:00\"], \"last_run\": null,\n"
        "   \"boot\": \"2026-06-02T06:10\", \"run_if_missed\": true,\n"
        "   \"spread_minutes\": 17, \"policy_since\": \"2026-05-01T00:00\"}\n\n"
        "However many runs were missed since the last one and since the "
        "policy reached the device, there is one run, within the hour after "
        "the device is on. A regular run inside that hour becomes one with "
        "it, at the earlier time.",
    .options = options,
    .run = run,
};
