/* SPDX-License-Identifier: Apache-2.0
 *
 * Benchmarks in the store: uploads, packs, results on three levels, what is
 * kept, waivers and comparisons.
 */
#include "fleet/benchmark_result.h"

#include "base/buf.h"
#include "base/mem.h"
#include "fleet/retention.h"
#include "fleet/waiver.h"
#include "tests/unit/estate.h"
#include "tests/unit/unit.h"

#define DAY INT64_C(86400)
#define NOW (1000 * DAY)
#define DESCRIPTION                                                            \
    "{\"streams\":[{\"id\":\"s1\",\"benchmarks\":[{\"id\":\"b1\","             \
    "\"profiles\":[{\"id\":\"p1\"},{\"id\":\"p2\",\"abstract\":true}]}]}]}"

static int setup(void **state)
{
    *state = test_db_open();
    return 0;
}

static int teardown(void **state)
{
    test_db_close(*state);
    return 0;
}

static int64_t upload(struct db *db, const struct scope *scope,
                      const char *kind, const char *description)
{
    struct benchmark b = { .kind = str_c(kind),
                           .name = STR("x.xml"),
                           .size = 3,
                           .description = str_c(description),
                           .uploaded = NOW,
                           .uploaded_by = STR("ann") };
    struct err err = { 0 };

    if (benchmark_add(db, scope, &b, STR("abc"), &err) < 0)
        fail_msg("%s", err.text);
    return b.id;
}

static int make(struct db *db, const struct scope *scope,
                struct benchmark_pack *pack, const char **out_field)
{
    struct err err = { 0 };

    if (pack->stream.p == NULL)
        pack->stream = STR("");
    if (pack->benchmark_id.p == NULL)
        pack->benchmark_id = STR("");
    return benchmark_pack_make(db, scope, pack, NOW, out_field, &err);
}

static void a_pack_is_the_same_whenever_it_is_made(void **state)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf bytes = BUF(1 << 20);
    struct db *db = *state;
    struct scope scope = scope_system(ESTATE_ORG);
    struct scope other = scope_system(estate_org(db, "other"));
    int64_t id = upload(db, &scope, "benchmark", DESCRIPTION);
    struct benchmark_pack one = { .benchmark = id, .profile = STR("p1") };
    struct benchmark_pack again = one;
    struct benchmark_pack found;
    struct scap_pack inside;
    const char *field = NULL;

    assert_int_equal(make(db, &scope, &one, &field), 0);
    assert_int_equal(make(db, &scope, &again, &field), 0);
    assert_int_equal(one.id, again.id);
    assert_memory_equal(one.digest, again.digest, JOB_DIGEST_BYTES);
    assert_int_equal(benchmark_pack_bytes(db, &one, &bytes, NULL), 0);
    assert_int_equal((int64_t)bytes.n, one.size);
    assert_int_equal(scap_pack_read(buf_str(&bytes), &arena, &inside, NULL), 0);
    assert_true(str_eq(inside.document, STR("abc")));
    assert_int_equal(
        benchmark_pack_find(db, ESTATE_ORG,
                            (str){ (char *)one.digest, JOB_DIGEST_BYTES },
                            &arena, &found, NULL),
        0);
    assert_int_equal(
        benchmark_pack_find(db, other.org,
                            (str){ (char *)one.digest, JOB_DIGEST_BYTES },
                            &arena, &found, NULL),
        1);
    assert_int_equal(make(db, &other, &again, &field), E_INVALID);
}

static void a_choice_of_nothing_names_its_field(void **state)
{
    struct db *db = *state;
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t id = upload(db, &scope, "benchmark", DESCRIPTION);
    int64_t tailoring =
        upload(db, &scope, "tailoring", "{\"profiles\":[{\"id\":\"t1\"}]}");
    const struct {
        struct benchmark_pack pack;
        const char *field;
    } cases[] = {
        { { .benchmark = 99, .profile = STR("p1") }, "content" },
        { { .benchmark = tailoring, .profile = STR("p1") }, "content" },
        { { .benchmark = id, .stream = STR("s2"), .profile = STR("p1") },
          "stream" },
        { { .benchmark = id, .benchmark_id = STR("b2"), .profile = STR("p1") },
          "benchmark" },
        { { .benchmark = id, .profile = STR("t1") }, "profile" },
        { { .benchmark = id, .profile = STR("p2") }, "profile" },
        { { .benchmark = id, .tailoring = id, .profile = STR("p1") },
          "tailoring" },
        { { .benchmark = id, .tailoring = tailoring, .profile = STR("t1") },
          NULL },
        { { .benchmark = id, .profile = STR("") }, NULL },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct benchmark_pack pack = cases[i].pack;
        const char *field = NULL;
        int rc = make(db, &scope, &pack, &field);

        assert_int_equal(rc, cases[i].field == NULL ? 0 : E_INVALID);
        if (cases[i].field != NULL)
            assert_string_equal(field, cases[i].field);
    }
}

static struct scap_report_rule rule(const char *id, enum xccdf_result result)
{
    return (struct scap_report_rule){ .id = str_c(id),
                                      .title = STR("t"),
                                      .result = result,
                                      .check = STR(""),
                                      .message = STR(""),
                                      .idents = STR("") };
}

static void put(struct db *db, int64_t device, const struct benchmark_pack *p,
                int64_t ended)
{
    AUTO(buf_clear) struct buf report_bytes = BUF(1 << 20);
    AUTO(buf_clear) struct buf file_bytes = BUF(1 << 20);
    struct scap_report_rule rules[] = { rule("r1", XCCDF_PASS),
                                        rule("r2", XCCDF_FAIL) };
    struct scap_report_score score = { STR("m"), 50000000, 100000000 };
    struct scap_report report = { .benchmark = STR("b1"),
                                  .title = STR("t"),
                                  .version = STR("1"),
                                  .profile = STR("p1"),
                                  .profile_title = STR(""),
                                  .applicable = true,
                                  .not_applicable = STR(""),
                                  .scores = { &score, 1 },
                                  .rules = { rules, COUNT(rules) } };
    struct scap_files files = { STR("x"), STR("") };
    struct results results = { .started = ended - 5, .ended = ended };
    struct benchmark_sent sent = { device, 0, p, &results, NOW };
    struct err err = { 0 };

    if (wire_write(&shape_scap_report, &report, &report_bytes, &err) < 0 ||
        wire_write(&shape_scap_files, &files, &file_bytes, &err) < 0)
        fail_msg("%s", err.text);
    results.verdicts = buf_str(&report_bytes);
    results.details = buf_str(&file_bytes);
    if (benchmark_result_put(db, &sent, &err) < 0)
        fail_msg("%s", err.text);
    results.verdicts = str_sub(results.verdicts, 0, 7);
    assert_int_equal(benchmark_result_put(db, &sent, &err), E_INVALID);
}

static size_t count(struct db *db, const struct scope *scope, int64_t device)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct benchmark_results all = { 0 };
    const struct benchmark_result_query query = { .device = device,
                                                  .limit = 100 };
    struct err err = { 0 };
    size_t n;

    if (benchmark_result_list(db, scope, &query, &arena, &all, &err) < 0)
        fail_msg("%s", err.text);
    n = all.all.n;
    if (n > 0) {
        assert_int_equal(all.all.p[0].counts[XCCDF_FAIL], 1);
        assert_int_equal(all.all.p[0].score_micro, 50000000);
    }
    benchmark_results_clear(&all);
    return n;
}

static void results_are_seen_by_scope_and_kept_400_days__K_SCAP_9(void **state)
{
    struct db *db = *state;
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t one = estate_device(db, "one");
    int64_t two = estate_device(db, "two");
    int64_t label = estate_label(db, "mine", "manual", "", 0);
    struct benchmark_pack pack = { .benchmark = upload(db, &scope, "benchmark",
                                                       DESCRIPTION),
                                   .profile = STR("p1") };
    struct scope limited;
    const char *field = NULL;
    int64_t gone = 0;
    struct err err = { 0 };

    assert_int_equal(make(db, &scope, &pack, &field), 0);
    estate_member(db, label, one);
    limited = estate_user(db, "bob", label, 0);
    put(db, one, &pack, NOW - 401 * DAY);
    put(db, one, &pack, NOW - 399 * DAY);
    put(db, two, &pack, NOW - DAY);
    assert_int_equal(count(db, &scope, 0), 3);
    assert_int_equal(count(db, &limited, 0), 2);
    assert_int_equal(count(db, &limited, two), 0);
    assert_int_equal(db_begin(db, &err), 0);
    if (retention_prune(db, NOW, 100, &gone, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(count(db, &scope, 0), 2);
    assert_int_equal(count(db, &scope, one), 1);
}

static int waive(struct db *db, const struct scope *scope, struct waiver *w)
{
    const char *field = NULL;
    struct err err = { 0 };

    w->rule = STR("r2");
    w->reason = STR("because");
    return waiver_add(db, scope, w, NOW, &field, &err);
}

static bool is_waived(struct db *db, int64_t device, int64_t at)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct waivers list = { 0 };
    bool found;

    assert_int_equal(waiver_for_device(db, device, at, &arena, &list, NULL), 0);
    found = waiver_find(&list, STR("r2")) != NULL &&
            waiver_find(&list, STR("r1")) == NULL;
    waivers_clear(&list);
    return found;
}

static void a_waiver_holds_for_its_devices_until_it_ends__K_SCAP_15(
    void **state)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = *state;
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t one = estate_device(db, "one");
    int64_t two = estate_device(db, "two");
    int64_t label = estate_label(db, "mine", "manual", "", 0);
    struct waiver w = { .device = one, .expires = NOW + DAY };
    struct waiver of_label = { .label = label, .expires = NOW + DAY };
    struct waiver bad = { .device = one, .label = label, .expires = NOW + DAY };
    struct waiver hidden = { .device = two, .expires = NOW + DAY };
    struct waivers seen = { 0 };
    struct scope limited;

    estate_member(db, label, one);
    limited = estate_user(db, "bob", label, 0);
    assert_int_equal(waive(db, &scope, &bad), E_INVALID);
    assert_int_equal(waive(db, &limited, &hidden), E_INVALID);
    assert_int_equal(waive(db, &scope, &w), 0);
    assert_true(is_waived(db, one, NOW));
    assert_false(is_waived(db, two, NOW));
    assert_false(is_waived(db, one, NOW + DAY));
    assert_int_equal(waiver_remove(db, &scope, w.id, NOW, NULL), 0);
    assert_false(is_waived(db, one, NOW));
    assert_int_equal(waiver_remove(db, &scope, w.id, NOW, NULL), E_ABSENT);
    assert_int_equal(waive(db, &limited, &of_label), 0);
    assert_true(is_waived(db, one, NOW));
    assert_int_equal(waive(db, &scope, &hidden), 0);
    assert_int_equal(waiver_list(db, &limited, &(struct waiver_range){ 0, 10 },
                                 &arena, &seen, NULL),
                     0);
    assert_int_equal(seen.all.n, 1);
    assert_int_equal(seen.all.p[0].label, label);
    waivers_clear(&seen);
}

static void two_results_are_compared_rule_by_rule__K_SCAP_16(
    void **state UNUSED)
{
    struct scap_report_rule old[] = {
        rule("a", XCCDF_PASS), rule("b", XCCDF_FAIL), rule("c", XCCDF_PASS),
        rule("d", XCCDF_FAIL), rule("e", XCCDF_PASS), rule("m", XCCDF_PASS),
        rule("m", XCCDF_FAIL),
    };
    struct scap_report_rule new[] = {
        rule("b", XCCDF_FIXED), rule("a", XCCDF_FAIL), rule("c", XCCDF_PASS),
        rule("d", XCCDF_ERROR), rule("f", XCCDF_FAIL), rule("m", XCCDF_PASS),
        rule("m", XCCDF_PASS),
    };
    struct scap_report before = { .rules = { old, COUNT(old) } };
    struct scap_report after = { .rules = { new, COUNT(new) } };
    struct benchmark_differences d = { 0 };

    benchmark_compare(&before, &after, &d);
    assert_int_equal(d.counts[BENCHMARK_NEWLY_FAILING], 1);
    assert_int_equal(d.counts[BENCHMARK_NEWLY_PASSING], 2);
    assert_int_equal(d.counts[BENCHMARK_UNCHANGED], 2);
    assert_int_equal(d.counts[BENCHMARK_CHANGED], 1);
    assert_int_equal(d.counts[BENCHMARK_ADDED], 1);
    assert_int_equal(d.counts[BENCHMARK_REMOVED], 1);
    benchmark_differences_clear(&d);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_pack_is_the_same_whenever_it_is_made),
        CASE(a_choice_of_nothing_names_its_field),
        CASE(results_are_seen_by_scope_and_kept_400_days__K_SCAP_9),
        CASE(a_waiver_holds_for_its_devices_until_it_ends__K_SCAP_15),
        cmocka_unit_test(two_results_are_compared_rule_by_rule__K_SCAP_16),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
