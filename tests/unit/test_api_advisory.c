/* SPDX-License-Identifier: Apache-2.0
 *
 * Advisories over the API: a CVE with its rating and what every source states,
 * one advisory, the sources.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "advisory/import.h"
#include "base/buf.h"
#include "risk/import.h"
#include "server/patcher.h"
#include "tests/unit/advisory_texts.h"
#include "tests/unit/core_rig.h"

#define V31 "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"

static const char folder[] = "/tmp/holdfast-api-advisory-XXXXXX";

static void import(struct advisory_draft *draft, const char *text)
{
    struct advisory_import how = { .path = "test", .now_s = 1000 };
    struct advisory_imported imported;

    assert_int_equal(
        advisory_import_memory(draft, str_c(text), &how, &imported, NULL), 0);
}

static void make_advisories(const char *path)
{
    AUTO(advisory_draft_freep) struct advisory_draft *draft = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;

    assert_int_equal(advisory_draft_new(NULL, &draft, NULL), 0);
    import(draft, DSA);
    import(draft, TRACKER);
    import(draft, CVRF);
    assert_int_equal(io_out_open(path, &out, NULL), 0);
    assert_int_equal(advisory_draft_write(draft, out, NULL), 0);
    assert_int_equal(io_out_finish(out, NULL), 0);
}

static void make_risk(const char *path)
{
    AUTO(risk_draft_freep) struct risk_draft *draft = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct risk_import how = {
        .path = "test", .source = "NVD", .date = "2025-12-31", .now_s = 1000
    };
    struct risk_imported imported;

    assert_int_equal(risk_draft_new(NULL, &draft, NULL), 0);
    assert_int_equal(
        risk_import_memory(draft, STR("CVE-2023-2001\t3.1\t9.8\t" V31 "\n"),
                           &how, &imported, NULL),
        0);
    assert_int_equal(io_out_open(path, &out, NULL), 0);
    assert_int_equal(risk_draft_write(draft, out, NULL), 0);
    assert_int_equal(io_out_finish(out, NULL), 0);
}

/* A rig whose server knows advisories; *dir is removed by forget(). */
static void know(struct core_rig *rig, struct buf *dir)
{
    AUTO(buf_clear) struct buf path = BUF(256);

    buf_add_c(dir, folder);
    assert_non_null(mkdtemp((char *)(uintptr_t)buf_c(dir)));
    buf_printf(&path, "%s/advisory.data", buf_c(dir));
    make_advisories(buf_c(&path));
    buf_reset(&path);
    buf_printf(&path, "%s/risk.data", buf_c(dir));
    make_risk(buf_c(&path));
    rig->core.patcher = patcher_new(&rig->core, buf_str(dir));
}

static void forget(struct core_rig *rig, struct buf *dir)
{
    static const char *const names[] = { "advisory.data", "risk.data" };

    patcher_free(rig->core.patcher);
    rig->core.patcher = NULL;
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO(buf_clear) struct buf path = BUF(256);

        buf_printf(&path, "%s/%s", buf_c(dir), names[i]);
        unlink(buf_c(&path));
    }
    rmdir(buf_c(dir));
    buf_clear(dir);
}

static void assert_text(const struct jval *object, const char *key,
                        const char *text)
{
    str is = jval_text(jval_get(object, key), STR("(none)"));

    if (!str_eq_c(is, text))
        fail_msg("%s is '%.*s', not '%s'", key, (int)is.n, is.p, text);
}

static void a_CVE_shows_all_sources_and_its_rating_P_RSK_8(void **state)
{
    struct core_rig *rig = *state;
    struct buf dir = BUF(256);
    const struct jval *answer;
    const struct jval *list;
    const struct jval *rating;

    know(rig, &dir);
    answer =
        core_rig_ask(rig, 200, "GET",
                     "/api/v1/cve?id=CVE-2023-2001&release=debian:11", NULL);
    list = jval_get(answer, "statements");
    assert_int_equal(jval_count(list), 2);
    assert_text(jval_at(list, 0), "status", "fixed");
    assert_text(jval_at(list, 0), "fixed", "1.2-3");
    assert_text(jval_at(list, 0), "advisory", "DSA-5374-1");
    assert_true(jval_bool(jval_get(jval_at(list, 0), "disputed"), false));
    assert_text(jval_at(list, 1), "status", "affected");
    assert_text(jval_at(list, 1), "source", "Debian security tracker");
    assert_text(jval_at(list, 1), "severity", "low");
    rating = jval_get(answer, "rating");
    assert_text(rating, "rating", "9.8");
    assert_text(rating, "group", "critical");
    assert_text(rating, "cvss", "9.8");
    list = jval_get(rating, "inputs");
    assert_text(jval_at(list, 0), "state", "stated");
    assert_text(jval_at(list, 0), "date", "2025-12-31");
    assert_text(jval_at(list, 1), "state", "not_checked");
    answer = core_rig_ask(rig, 200, "GET",
                          "/api/v1/cve?id=CVE-2023-2001&stale_days=0", NULL);
    assert_true(
        jval_bool(jval_get(jval_get(answer, "rating"), "stale"), false));
    assert_int_equal(jval_count(jval_get(answer, "statements")), 6);
    answer =
        core_rig_ask(rig, 200, "GET", "/api/v1/cve?id=CVE-2023-3001", NULL);
    list = jval_get(answer, "scores");
    assert_text(jval_at(list, 0), "source", "MSRC");
    assert_true(jval_bool(jval_get(jval_at(list, 0), "exploited"), false));
    forget(rig, &dir);
}

static void an_advisory_is_shown_with_what_it_replaces(void **state)
{
    struct core_rig *rig = *state;
    struct buf dir = BUF(256);
    const struct jval *answer;
    const struct jval *one;

    know(rig, &dir);
    answer =
        core_rig_ask(rig, 200, "GET", "/api/v1/advisory?id=KB5000001", NULL);
    one = jval_at(jval_get(answer, "advisories"), 0);
    assert_text(one, "source", "MSRC");
    assert_text(one, "severity", "Critical");
    assert_text(one, "type", "security");
    assert_int_equal(jval_count(jval_get(one, "supersedes")), 2);
    assert_text(jval_at(jval_get(one, "packages"), 0), "release", "Windows 11");
    core_rig_ask(rig, 404, "GET", "/api/v1/advisory?id=KB1", NULL);
    answer = core_rig_ask(rig, 200, "GET", "/api/v1/advisory/sources", NULL);
    assert_int_equal(jval_count(jval_get(answer, "sources")), 3);
    forget(rig, &dir);
}

static void without_advisories_nothing_is_invented(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *answer =
        core_rig_ask(rig, 200, "GET", "/api/v1/cve?id=CVE-2023-2001", NULL);

    assert_int_equal(jval_count(jval_get(answer, "statements")), 0);
    assert_text(jval_get(answer, "rating"), "rating", "(none)");
    answer = core_rig_ask(rig, 200, "GET", "/api/v1/advisory/sources", NULL);
    assert_int_equal(jval_count(jval_get(answer, "sources")), 0);
    core_rig_ask(rig, 422, "GET", "/api/v1/cve", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_CVE_shows_all_sources_and_its_rating_P_RSK_8, core_rig_setup,
            core_rig_teardown),
        cmocka_unit_test_setup_teardown(
            an_advisory_is_shown_with_what_it_replaces, core_rig_setup,
            core_rig_teardown),
        cmocka_unit_test_setup_teardown(without_advisories_nothing_is_invented,
                                        core_rig_setup, core_rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
