/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON of a schedule, cron expressions, and what is caught up: what was
 * accepted is written and read again alike, runs ascend, and the newest that
 * is due is one that was foretold.
 */
#include <stdlib.h>

#include "schedule/catch_up_read.h"
#include "schedule/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    RUNS = 40
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void foretell(const struct schedule *schedule, const struct zone *zone)
{
    int64_t from = INT64_C(1767225600); /* 2026 */
    struct occurrence runs[RUNS];
    struct occurrence due;
    size_t n = schedule_next(schedule, zone, from, runs, RUNS);

    for (size_t i = 0; i < n; i++) {
        require(runs[i].utc > (i > 0 ? runs[i - 1].utc : from));
        require(runs[i].local == zone_utc_to_local(zone, runs[i].utc));
        require(!runs[i].has_stage || runs[i].stage_utc <= runs[i].utc);
        require(schedule_due(schedule, zone, from, runs[i].utc, &due));
        require(due.utc == runs[i].utc && due.rule == runs[i].rule);
    }
    if (n > 0)
        require(!schedule_due(schedule, zone, from, runs[0].utc - 1, &due));
}

static void write_again(const struct schedule *schedule)
{
    AUTO(buf_clear) struct buf text = BUF(SCHEDULE_TEXT_MAX);
    AUTO(buf_clear) struct buf other = BUF(SCHEDULE_TEXT_MAX);
    struct schedule again = SCHEDULE;

    schedule_print(schedule, &text);
    require(!text.over);
    require(schedule_parse(buf_str(&text), &again, NULL) == 0);
    schedule_print(&again, &other);
    require(str_eq(buf_str(&text), buf_str(&other)));
}

static void say(const struct schedule *schedule)
{
    for (unsigned i = 0; i < WORDS_LANGUAGES; i++) {
        AUTO(buf_clear) struct buf text = BUF(SCHEDULE_TEXT_MAX);

        words_schedule(schedule, i, &text);
        require(text.n > 0 && !text.over &&
                memchr(text.p, '{', text.n) == NULL);
    }
}

static void check(const struct schedule *schedule, const struct zone *zone)
{
    int rc = schedule_check(schedule, INT64_C(1767225600), NULL);

    require(rc == 0 || schedule->type == SCHEDULE_CRON);
    write_again(schedule);
    say(schedule);
    foretell(schedule, zone_utc());
    foretell(schedule, zone);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    AUTO(catch_up_case_clear) struct catch_up_case c = { 0 };
    AUTO(jval_freep) struct jval *tree = NULL;
    struct schedule schedule = SCHEDULE;
    struct schedule other = SCHEDULE;
    str text = { (const char *)data, size };
    int rc;

    require(zone_parse_rule(STR("CET-1CEST,M3.5.0,M10.5.0/3"), STR("CET"),
                            &zone, NULL) == 0);
    rc = schedule_parse(text, &schedule, NULL);
    if (rc == 0)
        check(&schedule, zone);
    if (jval_parse(text, SCHEDULE_TEXT_MAX, &tree, NULL) == 0)
        require(schedule_from_jval(tree, &other, NULL) == 0 || rc < 0);
    schedule = SCHEDULE_INIT;
    if (schedule_set_cron(&schedule, text, NULL) == 0)
        check(&schedule, zone);
    if (catch_up_parse(text, &c, NULL) == 0)
        (void)catch_up_plan(&c.catch_up, c.occurrences.p, c.occurrences.n);
    return 0;
}
