/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "server/label_worker.h"
#include "tests/unit/core_rig.h"
#include "tests/unit/estate.h"

static const struct estate_facts debian = {
    "web-1.example.net",
    "unix/debian/12/x86_64/12.4",
    "bash 5.2-1 amd64;openssl 3.0.9-1 amd64",
    "10.1.0.1/24",
    8192,
    0
};
static const struct estate_facts patched = {
    "web-1.example.net",
    "unix/debian/12/x86_64/12.5",
    "bash 5.2-1 amd64;openssl 3.0.11-1 amd64;zsh 5 amd64",
    "10.1.0.1/24",
    8192,
    ESTATE_NOW + 60
};
static const struct estate_facts rhel = { "db-1.example.net",
                                          "unix/rhel/9.3/x86_64/9.3",
                                          "bash 5.1-6 x86_64",
                                          "10.2.0.1/24",
                                          2048,
                                          0 };

static int64_t number(const struct jval *json, const char *key)
{
    return jval_i64(jval_get(json, key), -1);
}

static void expect_text(const struct jval *json, const char *key,
                        const char *text)
{
    str value = jval_text(jval_get(json, key), STR("(none)"));

    if (!str_eq_c(value, text))
        fail_msg("%s is '%.*s', not '%s'", key, (int)value.n, value.p, text);
}

/* Items of the newest list, by one member. */
static void expect_items(const struct core_rig *rig, const char *key,
                         const char *texts)
{
    AUTO(buf_clear) struct buf found = BUF(65536);
    const struct jval *items = jval_get(rig->json, "items");

    for (size_t i = 0; i < jval_count(items); i++) {
        const struct jval *value = jval_get(jval_at(items, i), key);

        buf_printf(&found, "%s", i > 0 ? " " : "");
        if (jval_kind(value) == JVAL_INTEGER)
            buf_printf(&found, "%lld", (long long)jval_i64(value, 0));
        else
            buf_add(&found, jval_text(value, STR("null")));
    }
    assert_string_equal(buf_c(&found), texts);
}

static void settle(struct core_rig *rig)
{
    estate_settle(rig->core.db, rig->now);
}

/* */
static void devices_are_found_filtered_sorted_and_paged(void **state)
{
    struct core_rig *rig = *state;
    struct db *db = rig->core.db;
    int64_t a = estate_device(db, "web-1");
    int64_t b = estate_device(db, "db-1");
    const struct jval *json;
    char path[512];

    (void)estate_device(db, "lone");
    estate_inventory(db, a, &debian);
    estate_inventory(db, b, &rhel);
    json = core_rig_ask(rig, 200, "GET", "/api/v1/devices", NULL);
    assert_int_equal(number(json, "total"), 3);
    expect_items(rig, "name", "db-1 lone web-1");
    core_rig_ask(rig, 200, "GET", "/api/v1/devices?sort=-name", NULL);
    expect_items(rig, "name", "web-1 lone db-1");
    core_rig_ask(rig, 200, "GET", "/api/v1/devices?sort=os", NULL);
    expect_items(rig, "name", "lone web-1 db-1");
    core_rig_ask(rig, 200, "GET", "/api/v1/devices?q=WEB", NULL);
    expect_items(rig, "name", "web-1");
    core_rig_ask(rig, 200, "GET", "/api/v1/devices?q=%25", NULL);
    expect_items(rig, "name", "");
    json = core_rig_ask(rig, 200, "GET",
                        "/api/v1/devices?filter=package(%22openssl%22)%20%3C%20"
                        "%223.0.11%22%20and%20memory_mb%20%3E%204000",
                        NULL);
    assert_int_equal(number(json, "total"), 1);
    expect_items(rig, "name", "web-1");
    json = core_rig_ask(rig, 200, "GET", "/api/v1/devices?limit=2", NULL);
    expect_items(rig, "name", "db-1 lone");
    (void)snprintf(path, sizeof(path), "/api/v1/devices?limit=2&after=%.*s",
                   (int)jval_text(jval_get(json, "next"), STR("")).n,
                   jval_text(jval_get(json, "next"), STR("")).p);
    json = core_rig_ask(rig, 200, "GET", path, NULL);
    expect_items(rig, "name", "web-1");
    assert_int_equal(jval_kind(jval_get(json, "next")), JVAL_NULL);
    json =
        core_rig_ask(rig, 200, "GET", "/api/v1/devices?limit=2&sort=-id", NULL);
    expect_items(rig, "name", "lone db-1");
    (void)snprintf(path, sizeof(path),
                   "/api/v1/devices?limit=2&sort=-id&after=%.*s",
                   (int)jval_text(jval_get(json, "next"), STR("")).n,
                   jval_text(jval_get(json, "next"), STR("")).p);
    core_rig_ask(rig, 200, "GET", path, NULL);
    expect_items(rig, "name", "web-1");
}

/* */
static void a_wrong_filter_is_refused_by_field_and_column(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *json = core_rig_ask(
        rig, 422, "GET", "/api/v1/devices?filter=name%20%3D", NULL);

    expect_text(json, "detail",
                "column 7: expected a value, but the query ends");
    expect_text(jval_at(jval_get(json, "errors"), 0), "field", "filter");
    json = core_rig_ask(rig, 422, "GET",
                        "/api/v1/devices?filter=label(%22x%22)", NULL);
    expect_text(json, "detail", "there is no label named 'x'");
    json = core_rig_ask(rig, 422, "POST", "/api/v1/labels/preview",
                        "{\"query\": \"nope\"}");
    expect_text(jval_at(jval_get(json, "errors"), 0), "field", "query");
}

/* K-OV-2 */
static void a_device_without_agent_says_that_tests_are_not_available(
    void **state)
{
    struct core_rig *rig = *state;
    const struct jval *json = core_rig_ask(
        rig, 201, "POST", "/api/v1/devices",
        "{\"name\": \"printer\", \"time_zone\": \"Europe/Paris\"}");

    expect_text(json, "kind", "agentless");
    expect_text(json, "time_zone", "Europe/Paris");
    assert_false(
        jval_bool(jval_get(jval_get(json, "assessment"), "available"), true));
    expect_text(jval_get(json, "assessment"), "reason",
                "not available: no agent");
    json = core_rig_ask(rig, 422, "POST", "/api/v1/devices",
                        "{\"name\": \"p\", \"time_zone\": \"Mars/Base\"}");
    expect_text(jval_at(jval_get(json, "errors"), 0), "field", "time_zone");
}

static void a_device_is_renamed_retired_and_deleted(void **state)
{
    struct core_rig *rig = *state;
    struct db *db = rig->core.db;
    int64_t id = estate_device(db, "a");
    const struct jval *json;

    assert_int_equal(id, 1);
    estate_inventory(db, id, &debian);
    core_rig_ask(rig, 428, "PATCH", "/api/v1/devices/1", "{\"name\": \"b\"}");
    rig->if_match = "\"7\"";
    core_rig_ask(rig, 412, "PATCH", "/api/v1/devices/1", "{\"name\": \"b\"}");
    rig->if_match = "\"1\"";
    json = core_rig_ask(rig, 200, "PATCH", "/api/v1/devices/1",
                        "{\"name\": \"b\", \"notes\": \"desk 4\"}");
    expect_text(json, "name", "b");
    expect_text(json, "hostname", "web-1.example.net");
    rig->if_match = "\"2\"";
    json = core_rig_ask(rig, 200, "PATCH", "/api/v1/devices/1",
                        "{\"retired\": true}");
    expect_text(jval_get(json, "assessment"), "reason",
                "not available: retired");
    rig->if_match = NULL;
    core_rig_ask(rig, 200, "GET", "/api/v1/devices", NULL);
    expect_items(rig, "name", "");
    core_rig_ask(rig, 200, "GET", "/api/v1/devices?state=retired", NULL);
    expect_items(rig, "name", "b");
    core_rig_ask(rig, 204, "DELETE", "/api/v1/devices/1", NULL);
    core_rig_ask(rig, 404, "GET", "/api/v1/devices/1", NULL);
    core_rig_ask(rig, 404, "DELETE", "/api/v1/devices/1", NULL);
    core_rig_ask(rig, 200, "GET", "/api/v1/devices?state=all", NULL);
    expect_items(rig, "name", "");
}

static void packages_and_what_changed_are_listed(void **state)
{
    struct core_rig *rig = *state;
    struct db *db = rig->core.db;
    int64_t id = estate_device(db, "a");
    const struct jval *json;
    const struct jval *items;
    char path[512];

    core_rig_ask(rig, 404, "GET", "/api/v1/devices/1/packages", NULL);
    estate_inventory(db, id, &debian);
    estate_inventory(db, id, &patched);
    json = core_rig_ask(rig, 200, "GET", "/api/v1/devices/1/packages?limit=2",
                        NULL);
    assert_int_equal(number(json, "total"), 3);
    expect_items(rig, "name", "bash openssl");
    (void)snprintf(path, sizeof(path), "/api/v1/devices/1/packages?after=%.*s",
                   (int)jval_text(jval_get(json, "next"), STR("")).n,
                   jval_text(jval_get(json, "next"), STR("")).p);
    core_rig_ask(rig, 200, "GET", path, NULL);
    expect_items(rig, "version", "5");
    core_rig_ask(rig, 200, "GET", "/api/v1/devices/1/packages?q=ssl", NULL);
    expect_items(rig, "version", "3.0.11-1");
    json = core_rig_ask(rig, 200, "GET", "/api/v1/devices/1/history", NULL);
    items = jval_get(json, "items");
    assert_int_equal(jval_count(items), 1);
    assert_int_equal(number(jval_at(items, 0), "added"), 1);
    assert_int_equal(number(jval_at(items, 0), "changed"), 1);
    assert_true(str_eq_c(
        jval_text(jval_at(jval_get(jval_at(items, 0), "facts"), 0), STR("")),
        "os.build: 12.4 -> 12.5"));
    json = core_rig_ask(rig, 200, "GET", "/api/v1/devices/1/inventory", NULL);
    assert_int_equal(number(json, "packages"), 3);
    core_rig_ask(rig, 200, "GET", "/api/v1/devices/1/runs", NULL);
}

static void a_match_is_explained(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *json;

    estate_inventory(rig->core.db, estate_device(rig->core.db, "a"), &debian);
    json = core_rig_ask(rig, 200, "GET",
                        "/api/v1/devices/1/match?filter=memory_mb%20%3E%201%20"
                        "and%20hardware.disk_mb%20%3E%201",
                        NULL);
    expect_text(json, "result", "unknown");
    expect_text(jval_at(jval_get(json, "reasons"), 0), "found", "8192");
    expect_text(jval_at(jval_get(json, "reasons"), 1), "result", "unknown");
}

/* X-8, claim 12 */
static void an_export_holds_no_formula(void **state)
{
    struct core_rig *rig = *state;

    (void)estate_device(rig->core.db, "=HYPERLINK(\"http://x\")");
    (void)estate_device(rig->core.db, "  +1,2");
    (void)estate_device(rig->core.db, "plain");
    core_rig_ask(rig, 200, "GET", "/api/v1/devices?format=csv", NULL);
    assert_non_null(
        strstr(buf_c(&rig->body), "\r\n1,\"'=HYPERLINK(\"\"http://x\"\")\","));
    assert_non_null(strstr(buf_c(&rig->body), "\r\n2,\"'  +1,2\","));
    assert_non_null(strstr(buf_c(&rig->body), "\r\n3,plain,"));
}

/* K-LBL */
static void labels_are_made_filled_and_deleted(void **state)
{
    struct core_rig *rig = *state;
    struct db *db = rig->core.db;
    int64_t a = estate_device(db, "a");
    const struct jval *json;

    (void)estate_device(db, "b");
    estate_inventory(db, a, &debian);
    json = core_rig_ask(rig, 201, "POST", "/api/v1/labels",
                        "{\"name\": \"site\", \"kind\": \"manual\"}");
    assert_int_equal(number(json, "id"), 1);
    json = core_rig_ask(rig, 200, "POST", "/api/v1/labels/1/members",
                        "{\"add\": [1, 2, 99]}");
    assert_int_equal(number(json, "added"), 2);
    assert_int_equal(number(json, "unknown"), 1);
    json = core_rig_ask(rig, 200, "POST", "/api/v1/labels/1/members",
                        "{\"add\": [1], \"remove\": [2]}");
    assert_int_equal(number(json, "already"), 1);
    assert_int_equal(number(json, "removed"), 1);
    json = core_rig_ask(rig, 201, "POST", "/api/v1/labels",
                        "{\"name\": \"deb\", \"kind\": \"smart\","
                        " \"query\": \"os.id = \\\"debian\\\"\"}");
    assert_true(jval_bool(jval_get(json, "pending"), false));
    settle(rig);
    json = core_rig_ask(rig, 200, "GET", "/api/v1/labels/2", NULL);
    assert_int_equal(number(json, "members"), 1);
    assert_false(jval_bool(jval_get(json, "pending"), true));
    core_rig_ask(rig, 200, "GET", "/api/v1/labels/2/members", NULL);
    expect_items(rig, "device", "1");
    core_rig_ask(rig, 422, "POST", "/api/v1/labels/2/members",
                 "{\"add\": [2]}");
    core_rig_ask(rig, 200, "GET", "/api/v1/labels?kind=smart", NULL);
    expect_items(rig, "name", "deb");
    json = core_rig_ask(rig, 200, "POST", "/api/v1/labels/preview",
                        "{\"query\": \"not label(\\\"deb\\\")\"}");
    assert_int_equal(number(json, "total"), 1);
    expect_items(rig, "name", "b");
    core_rig_ask(rig, 200, "DELETE", "/api/v1/labels/2", NULL);
    core_rig_ask(rig, 404, "GET", "/api/v1/labels/2", NULL);
    core_rig_ask(rig, 200, "GET", "/api/v1/query-fields", NULL);
}

/* K-DEP-5, K-DEP-8 */
static void targets_are_counted_before_they_are_saved(void **state)
{
    struct core_rig *rig = *state;
    struct db *db = rig->core.db;
    const struct jval *json;

    estate_inventory(db, estate_device(db, "a"), &debian);
    estate_inventory(db, estate_device(db, "b"), &rhel);
    json = core_rig_ask(rig, 200, "POST", "/api/v1/targets/resolve",
                        "{\"targets\": {\"systems\": [\"unix/debian\"]}}");
    assert_int_equal(number(json, "devices"), 1);
    assert_true(jval_bool(jval_get(json, "all"), false));
    json = core_rig_ask(rig, 422, "POST", "/api/v1/targets/resolve",
                        "{\"targets\": {\"devices\": [1]}}");
    expect_text(json, "detail",
                "targets.systems: choose at least one operating system");
    core_rig_ask(rig, 200, "GET", "/api/v1/operating-systems", NULL);
    expect_items(rig, "path",
                 " unix unix/debian unix/debian/12 unix/debian/12/x86_64"
                 " unix/debian/12/x86_64/12.4 unix/rhel unix/rhel/9.3"
                 " unix/rhel/9.3/x86_64 unix/rhel/9.3/x86_64/9.3");
    expect_items(rig, "devices", "2 2 1 1 1 1 1 1 1 1");
}

/* X-2, D-34, K-DEP-4, claim 24: what eve does not see changes no answer. */
static void a_limited_user_learns_nothing_of_other_devices(void **state)
{
    static const char *const questions[] = {
        "/api/v1/devices",
        "/api/v1/devices?q=hidden",
        "/api/v1/devices?state=all&sort=-last_seen",
        "/api/v1/devices?filter=os.id%20%3D%20%22debian%22",
        "/api/v1/devices?filter=package(%22openssl%22)",
        "/api/v1/devices?format=csv",
        "/api/v1/devices/2",
        "/api/v1/devices/2/packages",
        "/api/v1/devices/2/inventory",
        "/api/v1/devices/2/history",
        "/api/v1/devices/2/runs",
        "/api/v1/devices/2/match?filter=id%20%3E%200",
        "/api/v1/labels",
        "/api/v1/labels/1",
        "/api/v1/labels/2",
        "/api/v1/labels/2/members",
        "/api/v1/operating-systems",
    };
    static const struct {
        const char *path;
        const char *body;
    } posts[] = {
        { "/api/v1/targets/resolve", "{\"targets\": {\"systems\": [\"\"]}}" },
        { "/api/v1/targets/resolve",
          "{\"targets\": {\"labels\": [2], \"systems\": [\"\"]}}" },
        { "/api/v1/targets/resolve",
          "{\"targets\": {\"devices\": [2], \"systems\": [\"\"]}}" },
        { "/api/v1/labels/preview", "{\"query\": \"id > 0\"}" },
        { "/api/v1/labels/preview", "{\"query\": \"name ~ \\\"hid\\\"\"}" },
    };
    AUTO(arena_clear) struct arena kept = ARENA;
    const char *answers[COUNT(questions) + COUNT(posts)];
    struct core_rig *rig = *state;
    struct db *db = rig->core.db;
    int64_t seen = estate_device(db, "seen");
    int64_t site;

    estate_inventory(db, seen, &rhel);
    (void)estate_device(db, "hidden");
    core_rig_sql(rig, "UPDATE device SET deleted = 1 WHERE id = 2");
    site = estate_label(db, "site", "manual", NULL, 0);
    (void)estate_label(db, "deb", "smart", "os.id = \"debian\"", 0);
    estate_member(db, site, seen);
    rig->scope = estate_user(db, "eve", site, 0);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT(answers); i++) {
            AUTO(buf_clear) struct buf text = BUF(1 << 20);
            size_t p = i - COUNT(questions);

            if (i < COUNT(questions))
                core_rig_ask(rig, 0, "GET", questions[i], NULL);
            else
                core_rig_ask(rig, 0, "POST", posts[p].path, posts[p].body);
            buf_printf(&text, "%d ", rig->status);
            if (rig->json != NULL)
                jval_print(rig->json, &text);
            else
                buf_add(&text, buf_str(&rig->body));
            if (round == 0)
                answers[i] = arena_c(&kept, buf_str(&text));
            else
                assert_string_equal(answers[i], buf_c(&text));
        }
        if (round == 0) {
            core_rig_sql(rig, "UPDATE device SET deleted = 0 WHERE id = 2");
            estate_inventory(db, 2, &debian);
        }
    }
    rig->if_match = "\"1\"";
    core_rig_ask(rig, 403, "PATCH", "/api/v1/labels/1", "{}");
}

int main(void)
{
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, core_rig_setup, core_rig_teardown)
    const struct CMUnitTest tests[] = {
        TEST(devices_are_found_filtered_sorted_and_paged),
        TEST(a_wrong_filter_is_refused_by_field_and_column),
        TEST(a_device_without_agent_says_that_tests_are_not_available),
        TEST(a_device_is_renamed_retired_and_deleted),
        TEST(packages_and_what_changed_are_listed),
        TEST(a_match_is_explained),
        TEST(an_export_holds_no_formula),
        TEST(labels_are_made_filled_and_deleted),
        TEST(targets_are_counted_before_they_are_saved),
        TEST(a_limited_user_learns_nothing_of_other_devices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
