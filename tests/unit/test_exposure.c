/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting what is open: in one pass the same numbers as asking for each
 * definition, in slices the same as at once, kept until something changes.
 */
#include "server/exposure_count.h"

#include <stdlib.h>

#include "fleet/finding.h"
#include "risk/cve.h"
#include "risk/draft.h"
#include "tests/unit/report_rig.h"
#include "tests/unit/unit.h"

enum {
    FIRST = 100, /* devices of random results */
    DEVICES = 60,
};

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err_text(err));
}

/* --- A fleet of random results ------------------------------------------- */

static void random_results(struct report_rig *r, int64_t device)
{
    AUTO(buf_clear) struct buf blob = BUF(4096);
    const struct assessed *assessed = assessor_find(&r->rig->core, r->content);
    const struct oval_content *pack = assessed_pack(assessed);
    struct finding finding = { .device = device,
                               .content = r->content,
                               .origin = FINDING_AGENT,
                               .at = r->rig->now };
    uint8_t results[64];
    struct err err = { 0 };

    for (uint32_t i = 0; i < pack->definitions.n; i++)
        results[i] = (uint8_t)(rand() % OVAL_RESULTS);
    oval_verdicts_encode(results, pack->definitions.n, oval_verdicts_key(pack),
                         &blob);
    finding.verdicts = buf_str(&blob);
    must(finding_put(r->rig->core.db, &finding, &err), &err);
    assessor_device_changed(&r->rig->core, device);
    must(assessor_finish(&r->rig->core, &err), &err);
}

static void make_fleet(struct report_rig *r)
{
    char sql[700];

    srand(7);
    for (int i = FIRST; i < FIRST + DEVICES; i++) {
        snprintf(sql, sizeof(sql),
                 "INSERT INTO device (id, org, name, kind, machine_id, os_id,"
                 " os_version, os_name, arch, kernel, os_build, manager,"
                 " time_zone, agent_version, created, last_seen,"
                 " last_inventory, boot_time, sessions, policy_revision,"
                 " retired, revision) VALUES (%d, %d, 'd-%d', 'agent', '',"
                 " 'debian', '12', '', '', '', '', 'dpkg', 'UTC', '1', 1, 1,"
                 " 0, 0, 0, 0, 0, 1)",
                 i, i % 5 == 0 ? 2 : 1, i);
        core_rig_sql(r->rig, sql);
        if (i % 3 == 0) {
            snprintf(sql, sizeof(sql),
                     "INSERT INTO device_label (label, device, since) VALUES"
                     " (700, %d, 1)",
                     i);
            core_rig_sql(r->rig, sql);
        }
        random_results(r, i);
    }
}

static void exploit(struct report_rig *r, const char *cve)
{
    AUTO(buf_clear) struct buf path = BUF(512);
    AUTO(risk_draft_freep) struct risk_draft *draft = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct risk_fact fact = { .added = 20000, .vector = STR("") };
    struct err err = { 0 };

    buf_printf(&path, "%s/risk.data", r->rig->directory);
    must(risk_draft_new(NULL, &draft, &err), &err);
    risk_draft_begin(draft, RISK_KEV);
    must(cve_parse(str_c(cve), &fact.key, &err), &err);
    must(risk_draft_add(draft, &fact, &err), &err);
    must(risk_draft_accept(draft, STR("CISA"), STR("2026-01-01"), 1, &err),
         &err);
    must(io_out_open(buf_c(&path), &out, &err), &err);
    must(risk_draft_write(draft, out, &err), &err);
    must(io_out_finish(out, &err), &err);
}

/* --- The slow way -------------------------------------------------------- */

struct slow {
    int64_t devices;
    int64_t affected;
    int64_t findings;
    int64_t exploited;
    int64_t undecided;
    bool is_affected[FIRST + DEVICES];
    bool is_assessed[FIRST + DEVICES];
    bool counts;
    bool has_cve;
};

static int slow_device(void *ctx, const struct device_result *result,
                       struct err *err UNUSED)
{
    struct slow *slow = ctx;

    slow->is_assessed[result->device] = true;
    if (!slow->counts)
        return 0;
    if (result->result == OVAL_TRUE) {
        slow->is_affected[result->device] = true;
        slow->findings++;
        slow->exploited += slow->has_cve;
    }
    slow->undecided +=
        result->result == OVAL_ERROR || result->result == OVAL_UNKNOWN;
    return 0;
}

/* Definition by definition. With an exploited CVE: the first two. */
static void count_slowly(struct report_rig *r, const struct scope *scope,
                         bool risk, struct slow *slow)
{
    const struct assessed *assessed = assessor_find(&r->rig->core, r->content);
    const struct oval_content *pack = assessed_pack(assessed);
    AUTO(visible_freep) struct visible *visible = NULL;
    struct err err = { 0 };

    *slow = (struct slow){ 0 };
    must(visible_new(&r->rig->core, scope, &visible, &err), &err);
    for (uint32_t i = 0; i < pack->definitions.n; i++) {
        uint32_t class_ = pack->definitions.p[i].class_;

        slow->counts =
            class_ == OVAL_CLASS_VULNERABILITY || class_ == OVAL_CLASS_PATCH;
        slow->has_cve = risk && i < 2;
        must(assessed_devices(assessed, visible, i, slow_device, slow, &err),
             &err);
    }
    for (int i = 0; i < FIRST + DEVICES; i++) {
        slow->devices += slow->is_assessed[i];
        slow->affected += slow->is_affected[i];
    }
}

static void compare(struct report_rig *r, const struct scope *scope, bool risk,
                    const struct exposure *e)
{
    struct slow slow;

    count_slowly(r, scope, risk, &slow);
    assert_int_equal(e->devices, slow.devices);
    assert_int_equal(e->affected, slow.affected);
    assert_int_equal(e->findings, slow.findings);
    assert_int_equal(e->undecided, slow.undecided);
    assert_int_equal(e->exploited, slow.exploited);
    assert_int_equal(e->cve_total, risk ? 1 : 0);
    for (size_t i = 1; i < e->worst_count; i++)
        assert_true(e->worst[i - 1].findings >= e->worst[i].findings);
}

static const struct exposure *get(struct report_rig *r,
                                  const struct scope *scope, int64_t now)
{
    const struct exposure *e;
    struct err err = { 0 };
    int rc = exposure_get(&r->rig->core, scope, now, &e, &err);

    must(rc, &err);
    while (rc == 1 || !e->current) {
        loop_once(r->rig->core.loop, 1000);
        rc = exposure_get(&r->rig->core, scope, now, &e, &err);
        must(rc, &err);
    }
    return e;
}

/* --- Tests --------------------------------------------------------------- */

static void x2_one_pass_counts_what_each_definition_tells(void **state)
{
    struct report_rig *r = *state;
    const struct scope scopes[] = { scope_system(1), r->limited, r->other };

    make_fleet(r);
    for (int round = 0; round < 4; round++) {
        for (size_t i = 0; i < COUNT(scopes); i++)
            compare(r, &scopes[i], round >= 2, get(r, &scopes[i], r->rig->now));
        if (round == 1)
            exploit(r, "CVE-2026-0001");
        for (int i = 0; i < 10; i++)
            random_results(r, FIRST + rand() % DEVICES);
    }
}

static void in_slices_the_numbers_are_the_same(void **state)
{
    struct report_rig *r = *state;
    struct core *core = &r->rig->core;
    struct scope scope = scope_system(1);
    struct exposure_marks *marks = exposure_marks_new(core);
    struct exposure_count *count = exposure_count_new(marks, &scope);
    AUTO(arena_clear) struct arena arena = ARENA;
    struct exposure e;
    struct err err = { 0 };
    int steps = 0;

    make_fleet(r);
    exploit(r, "CVE-2026-0001");
    while (exposure_count_step(count, 0, &arena, &e, &err) == 1) {
        if (++steps != 3)
            continue;
        /* Other content: it begins anew. */
        report_rig_content(r, "An old patch", "A patch", r->rig->now);
        for (int i = FIRST; i < FIRST + DEVICES; i++)
            random_results(r, i);
    }
    assert_true(steps > 4);
    compare(r, &scope, true, &e);
    exposure_count_free(count);
    exposure_marks_free(marks);
}

static void numbers_are_kept_until_findings_are_other_ones(void **state)
{
    struct report_rig *r = *state;
    struct scope scope = scope_system(1);
    int64_t now = r->rig->now;

    assert_int_equal(get(r, &scope, now)->at, now);
    assert_int_equal(get(r, &scope, now + 100)->at, now);
    assert_int_equal(get(r, &scope, now + 100)->findings, 3);
    report_rig_inventory(r, 2, "3.0.9", true); /* as it was */
    assert_int_equal(get(r, &scope, now + 200)->at, now);
    report_rig_inventory(r, 1, NULL, true);
    assert_int_equal(get(r, &scope, now + 300)->at, now + 300);
    assert_int_equal(get(r, &scope, now + 300)->findings, 2);
}

static void x2_a_label_that_goes_takes_its_devices_along(void **state)
{
    struct report_rig *r = *state;
    const struct exposure *e;
    struct err err = { 0 };

    assert_int_equal(get(r, &r->limited, 1)->findings, 1);
    exposures_set_slice(r->rig->core.reports->exposures, 0);
    core_rig_sql(r->rig, "DELETE FROM device_label WHERE device = 2");
    /* Never the older number, also while it is counted. */
    assert_int_equal(exposure_get(&r->rig->core, &r->limited, 1, &e, &err), 1);
    assert_int_equal(get(r, &r->limited, 1)->findings, 0);
    core_rig_sql(r->rig, "DELETE FROM role_label");
    assert_int_equal(get(r, &r->limited, 1)->devices, 0);
}

static void who_asks_first_waits_for_the_count(void **state)
{
    struct report_rig *r = *state;
    const struct jval *e;

    exposures_set_slice(r->rig->core.reports->exposures, 0);
    core_rig_ask(r->rig, 0, "GET", "/api/v1/overview", NULL);
    assert_true(r->rig->held);
    while (r->rig->held)
        loop_once(r->rig->core.loop, 1000);
    e = jval_get(r->rig->json, "exposure");
    assert_int_equal(jval_i64(jval_get(e, "findings"), -1), 3);
    report_rig_inventory(r, 1, NULL, true);
    /* From now on the numbers that are there are told at once. */
    e = jval_get(core_rig_ask(r->rig, 200, "GET", "/api/v1/overview", NULL),
                 "exposure");
    assert_int_equal(jval_i64(jval_get(e, "findings"), -1), 3);
    assert_int_equal(get(r, &r->rig->scope, 1)->findings, 2);
}

static void who_goes_away_while_it_is_counted_is_forgotten(void **state)
{
    struct report_rig *r = *state;

    exposures_set_slice(r->rig->core.reports->exposures, 0);
    core_rig_ask(r->rig, 0, "GET", "/api/v1/overview", NULL);
    assert_true(r->rig->held);
    frontier_gone_all(&r->rig->front);
    assert_int_equal(get(r, &r->rig->scope, 1)->findings, 3);
}

#define ROW(fn)                                                                \
    cmocka_unit_test_setup_teardown(fn, report_rig_setup, report_rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(x2_one_pass_counts_what_each_definition_tells),
        ROW(in_slices_the_numbers_are_the_same),
        ROW(numbers_are_kept_until_findings_are_other_ones),
        ROW(x2_a_label_that_goes_takes_its_devices_along),
        ROW(who_asks_first_waits_for_the_count),
        ROW(who_goes_away_while_it_is_counted_is_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
