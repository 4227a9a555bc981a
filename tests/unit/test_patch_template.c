/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports about patches (P-RPT-6): what devices lack and got, in detail, and
 * templates with chosen columns.
 */
#include "tests/unit/unit.h"

#include "server/patcher.h"
#include "tests/unit/patching_rig.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#define ALL "/api/v1/patch-report-templates"
#define ONE ALL "/1"
#define ROWS ONE "/rows"
#define DETAILS "/api/v1/patch-devices/details"
#define TEMPLATE(source, columns, more)                                        \
    "{\"name\": \"mine\", \"source\": \"" source "\", \"columns\": [" columns  \
    "]" more "}"

static int setup(void **state)
{
    struct agent_rig *rig;
    int rc = agent_rig_setup(state);

    if (rc != 0)
        return rc;
    rig = *state;
    rig->core->core.patcher =
        patcher_new(&rig->core->core, str_c(rig->core->directory));
    return 0;
}

static int teardown(void **state)
{
    struct agent_rig *rig = *state;

    patcher_free(rig->core->core.patcher);
    rig->core->core.patcher = NULL;
    return agent_rig_teardown(state);
}

static bool has(struct core_rig *rig, const char *text)
{
    return str_find(buf_str(&rig->body), str_c(text)) < rig->body.n;
}

static const struct jval *first(const struct jval *list, size_t n)
{
    return jval_at(items_of(list, n), 0);
}

static void make(struct core_rig *rig, const char *body)
{
    core_rig_ask(rig, 201, "POST", ALL, body);
}

/* Two devices; the first lacks two patches, the second one. */
static struct core_rig *scanned(struct agent_rig *rig)
{
    struct enrolled_device first_one = enrol(rig, "web-1");
    struct enrolled_device second = enrol(rig, "cmd");

    scan(rig, &first_one, "0123456789abcdef", true);
    scan(rig, &second, "1123456789abcdef", false);
    core_rig_sql(rig->core, "UPDATE device SET name = '=cmd' WHERE id = 2");
    enrol(rig, "new-1");
    agent_rig_be(rig, NULL);
    return rig->core;
}

static void history(struct core_rig *rig)
{
    core_rig_sql(rig,
                 "INSERT INTO patch_history (org, device, deployment, patch,"
                 " package, version_from, version_to, state, code, at, text)"
                 " VALUES (1, 1, 9, 'DSA-5000-1', 'openssl', '1', '2', 6, 0,"
                 " 1767225000, ''), (1, 2, 9, 'bash=2', 'bash', '1', '2', 8,"
                 " 100, 1767225100, '=1+1')");
}

/* --- What is kept --------------------------------------------------------- */

static void a_template_is_made_changed_and_removed_p_rpt_6(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;
    const struct jval *answer;

    make(rig, TEMPLATE("history", "\"name\", \"patch\"",
                       ", \"filter\": {\"state\": \"failed\"}"));
    core_rig_ask(rig, 422, "POST", ALL, TEMPLATE("scan", "\"name\"", ""));
    answer = first(core_rig_ask(rig, 200, "GET", ALL, NULL), 1);
    assert_true(says(answer, "name", "mine"));
    assert_true(says(jval_get(answer, "filter"), "state", "failed"));
    assert_int_equal(jval_count(jval_get(answer, "columns")), 2);
    core_rig_ask(rig, 428, "PUT", ONE, TEMPLATE("scan", "\"name\"", ""));
    rig->if_match = "\"7\"";
    core_rig_ask(rig, 412, "PUT", ONE, TEMPLATE("scan", "\"name\"", ""));
    rig->if_match = "\"1\"";
    answer =
        core_rig_ask(rig, 200, "PUT", ONE, TEMPLATE("scan", "\"name\"", ""));
    rig->if_match = NULL;
    assert_int_equal(jval_i64(jval_get(answer, "revision"), 0), 2);
    answer = core_rig_ask(rig, 200, "GET", ONE, NULL);
    assert_true(says(answer, "source", "scan"));
    assert_int_equal(jval_count(jval_get(answer, "filter")), 0);
    core_rig_ask(rig, 204, "DELETE", ONE, NULL);
    core_rig_ask(rig, 404, "GET", ONE, NULL);
    core_rig_ask(rig, 404, "GET", ROWS, NULL);
}

static void wrong(struct core_rig *rig, const char *body, const char *field)
{
    const struct jval *answer = core_rig_ask(rig, 422, "POST", ALL, body);

    assert_true(says(jval_at(jval_get(answer, "errors"), 0), "field", field));
}

static void what_is_wrong_with_a_template_is_named_p_rpt_6(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    wrong(rig, TEMPLATE("guess", "\"name\"", ""), "source");
    wrong(rig, TEMPLATE("scan", "", ""), "columns");
    wrong(rig, TEMPLATE("scan", "\"name\", \"code\"", ""), "columns[1]");
    wrong(rig, TEMPLATE("history", "\"name\", \"name\"", ""), "columns[1]");
    wrong(rig, TEMPLATE("scan", "\"name\"", ", \"filter\": {\"os\": \"vms\"}"),
          "filter.os");
    wrong(rig, TEMPLATE("history", "\"name\"", ", \"filter\": {\"q\": \"x\"}"),
          "filter.q");
    items_of(core_rig_ask(rig, 200, "GET", ALL, NULL), 0);
}

/* --- What they say -------------------------------------------------------- */

static void a_scan_has_a_row_for_each_missing_patch_p_rpt_6(void **state)
{
    struct core_rig *rig = scanned(*state);
    const struct jval *items;
    const struct jval *row;

    make(rig, TEMPLATE("scan", "\"patch\", \"name\", \"packages\", \"cves\"",
                       ", \"filter\": {\"severity\": \"important\"}"));
    row = first(core_rig_ask(rig, 200, "GET", ROWS, NULL), 1);
    assert_int_equal(jval_count(row), 4);
    assert_true(says(row, "patch", "DSA-5000-1"));
    assert_true(says(row, "name", "web-1"));
    row = jval_at(jval_get(row, "packages"), 0);
    assert_true(says(row, "installed", "3.0.11-1"));
    assert_true(says(row, "fixed", "3.0.17-1"));
    core_rig_ask(rig, 200, "GET", ROWS "?format=csv", NULL);
    assert_true(has(rig, "\"Patch\",\"Device\",\"Packages\",\"CVEs\"\r\n"
                         "\"DSA-5000-1\",\"web-1\",\"openssl 3.0.11-1 → "
                         "3.0.17-1\",\"CVE-2026-1000\"\r\n"));
    items = items_of(core_rig_ask(rig, 200, "GET", DETAILS, NULL), 3);
    assert_true(says(jval_at(items, 0), "name", "=cmd"));
    items =
        items_of(core_rig_ask(rig, 200, "GET", DETAILS "?device=1", NULL), 2);
    assert_true(says(jval_at(items, 1), "name", "web-1"));
    core_rig_ask(rig, 200, "GET", DETAILS "?format=csv", NULL);
    assert_true(has(rig, "\"'=cmd\""));
    assert_false(has(rig, "\"=cmd\""));
}

static void without_a_column_of_patches_a_row_is_a_device_p_rpt_6(void **state)
{
    struct core_rig *rig = scanned(*state);
    const struct jval *items;

    make(rig, TEMPLATE("scan", "\"name\", \"missing\", \"installed\"", ""));
    items = items_of(core_rig_ask(rig, 200, "GET", ROWS, NULL), 3);
    assert_true(says(jval_at(items, 2), "name", "web-1"));
    assert_int_equal(jval_i64(jval_get(jval_at(items, 2), "missing"), -1), 2);
    assert_int_equal(jval_i64(jval_get(jval_at(items, 2), "installed"), -1),
                     400);
    assert_int_equal(jval_kind(jval_get(jval_at(items, 1), "missing")),
                     JVAL_NULL); /* never scanned */
    rig->if_match = "*";
    core_rig_ask(rig, 200, "PUT", ONE,
                 TEMPLATE("scan", "\"name\"",
                          ", \"filter\": {\"patch\": \"DSA-5000-1\"}"));
    rig->if_match = NULL;
    items_of(core_rig_ask(rig, 200, "GET", ROWS, NULL), 1);
}

static void the_history_has_a_row_for_each_state_p_rpt_6(void **state)
{
    AUTO(buf_clear) struct buf path = BUF(1000);
    struct core_rig *rig = scanned(*state);
    const struct jval *answer;

    history(rig);
    make(rig, TEMPLATE("history", "\"at\", \"state\", \"text\", \"name\"", ""));
    answer = core_rig_ask(rig, 200, "GET", ROWS "?limit=1", NULL);
    assert_true(says(first(answer, 1), "state", "failed"));
    buf_printf(&path, ROWS "?limit=1&after=%" PRIstr,
               ARGstr(jval_text(jval_get(answer, "next"), STR(""))));
    answer = core_rig_ask(rig, 200, "GET", buf_c(&path), NULL);
    assert_true(says(first(answer, 1), "name", "web-1"));
    core_rig_ask(rig, 200, "GET", ROWS "?format=csv&lang=nl", NULL);
    assert_true(has(rig, "\"Tijd\",\"Status\",\"Reden\",\"Apparaat\"\r\n"));
    assert_true(has(rig, "\"'=1+1\",\"'=cmd\"\r\n"));
    rig->if_match = "*";
    core_rig_ask(rig, 200, "PUT", ONE,
                 TEMPLATE("history", "\"at\"", ", \"filter\": {\"days\": 1}"));
    rig->if_match = NULL;
    items_of(core_rig_ask(rig, 200, "GET", ROWS, NULL), 2);
    rig->now += INT64_C(2) * 86400;
    items_of(core_rig_ask(rig, 200, "GET", ROWS, NULL), 0);
    answer = first(
        core_rig_ask(rig, 200, "GET", DETAILS "?kind=installed", NULL), 1);
    assert_true(says(answer, "package", "openssl"));
}

/* --- Whom labels limit ---------------------------------------------------- */

static void be_limited(struct core_rig *rig)
{
    rig->scope.user = 7;
    rig->scope.name = STR("scoped");
    rig->scope.all_devices = false;
}

/* User 7 has no role with a label: no device is theirs. */
static void whom_labels_limit_gets_only_rows_they_see_claim_24(void **state)
{
    struct core_rig *rig = scanned(*state);

    history(rig);
    make(rig, TEMPLATE("scan", "\"name\", \"patch\"", ""));
    core_rig_ask(rig, 201, "POST", ALL,
                 "{\"name\": \"other\", \"source\": \"history\", \"columns\": "
                 "[\"name\"]}");
    be_limited(rig);
    items_of(core_rig_ask(rig, 200, "GET", ROWS, NULL), 0);
    items_of(core_rig_ask(rig, 200, "GET", ALL "/2/rows", NULL), 0);
    items_of(core_rig_ask(rig, 200, "GET", DETAILS, NULL), 0);
    items_of(core_rig_ask(rig, 200, "GET", DETAILS "?kind=installed", NULL), 0);
    core_rig_ask(rig, 200, "GET", ROWS "?format=csv", NULL);
    assert_false(has(rig, "web-1"));
    core_rig_ask(rig, 200, "GET", ALL "/2/rows?format=csv", NULL);
    assert_false(has(rig, "web-1"));
    core_rig_ask(rig, 403, "DELETE", ONE, NULL);
    rig->if_match = "*";
    core_rig_ask(rig, 403, "PUT", ONE, TEMPLATE("scan", "\"name\"", ""));
    rig->if_match = NULL;
    rig->scope = scope_system(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_template_is_made_changed_and_removed_p_rpt_6),
        TEST(what_is_wrong_with_a_template_is_named_p_rpt_6),
        TEST(a_scan_has_a_row_for_each_missing_patch_p_rpt_6),
        TEST(without_a_column_of_patches_a_row_is_a_device_p_rpt_6),
        TEST(the_history_has_a_row_for_each_state_p_rpt_6),
        TEST(whom_labels_limit_gets_only_rows_they_see_claim_24),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
