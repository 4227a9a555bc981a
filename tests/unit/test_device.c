/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/csv.h"
#include "fleet/ldap_url.h"
#include "tests/unit/estate.h"

static void an_inventory_comes_back_as_it_was(void **state UNUSED)
{
    static const struct estate_facts facts = {
        "a.example.net",
        "unix/debian/12/x86_64/12.4",
        "zsh 5 amd64;bash 5.2-1 amd64;linux 6.1 amd64;linux 6.2 amd64",
        "10.1.0.1/24",
        8192,
        0
    };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope scope = scope_system(ESTATE_ORG);
    struct db *db = test_db_open();
    int64_t id = estate_device(db, "a");
    struct inventory whole = { 0 };
    const struct fact_package *p;
    struct device device;
    struct err err = { 0 };

    assert_int_equal(inventory_load(db, id, &arena, &whole, &err), 1);
    estate_inventory(db, id, &facts);
    assert_int_equal(inventory_load(db, id, &arena, &whole, &err), 0);
    assert_int_equal(whole.packages.n, 4);
    p = whole.packages.p;
    assert_true(str_eq_c(p[0].name, "bash") && str_eq_c(p[3].name, "zsh"));
    assert_int_equal(whole.hardware.memory_mb, 8192);
    assert_int_equal(inventory_load_facts(db, id, &arena, &whole, &err), 0);
    assert_int_equal(whole.packages.n, 0);
    assert_int_equal(whole.hardware.memory_mb, 8192);
    assert_int_equal(device_get(db, &scope, id, &arena, &device, &err), 0);
    assert_true(str_eq_c(device.q.hostname, "a.example.net"));
    assert_true(str_eq_c(device.q.name, "a"));
    assert_true(str_eq_c(device.q.os_family, "unix"));
    assert_int_equal(device.q.last_inventory, ESTATE_NOW);
    test_db_close(db);
}

static void a_package_is_stored_once_for_all_devices(void **state UNUSED)
{
    static const struct estate_facts facts = {
        "a", "unix/debian/12/x86_64", "bash 5 amd64;zsh 5 amd64", NULL, 0, 0
    };
    struct db *db = test_db_open();
    int64_t n = 0;

    for (int i = 0; i < 5; i++) {
        int64_t id = estate_device(db, "d");

        estate_inventory(db, id, &facts);
        estate_inventory(db, id, &facts);
    }
    assert_int_equal(
        db_one_i64(db, "SELECT COUNT(*) FROM package", DB_NO_ARGS, &n, NULL),
        0);
    assert_int_equal(n, 2);
    assert_int_equal(db_one_i64(db, "SELECT COUNT(*) FROM inventory_change",
                                DB_NO_ARGS, &n, NULL),
                     0);
    assert_int_equal(n, 0);
    test_db_close(db);
}

static void two_package_lists_are_compared(void **state UNUSED)
{
    static struct fact_package before[] = {
        { STR("bash"), STR("5.1"), STR("amd64"), STR("") },
        { STR("gone"), STR("1"), STR("amd64"), STR("") },
        { STR("linux"), STR("6.1"), STR("amd64"), STR("") },
        { STR("linux"), STR("6.2"), STR("amd64"), STR("") },
        { STR("same"), STR("1"), STR("amd64"), STR("") },
    };
    static struct fact_package after[] = {
        { STR("bash"), STR("5.2"), STR("amd64"), STR("") },
        { STR("linux"), STR("6.2"), STR("amd64"), STR("") },
        { STR("linux"), STR("6.3"), STR("amd64"), STR("") },
        { STR("new"), STR("1"), STR("amd64"), STR("") },
        { STR("same"), STR("1"), STR("amd64"), STR("") },
        { STR("same"), STR("1"), STR("i386"), STR("") },
    };
    static const struct {
        const char *name;
        const char *from;
        const char *to;
    } expected[] = {
        { "bash", "5.1", "5.2" }, { "gone", "1", "" }, { "linux", "6.1", "" },
        { "linux", "", "6.3" },   { "new", "", "1" },  { "same", "", "1" },
    };
    AUTO(package_changes_clear) struct package_changes changes = { 0 };

    inventory_compare(&(struct wire_list){ before, COUNT(before) },
                      &(struct wire_list){ after, COUNT(after) }, &changes);
    assert_int_equal(changes.all.n, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_true(str_eq_c(changes.all.p[i].name, expected[i].name) &&
                    str_eq_c(changes.all.p[i].from, expected[i].from) &&
                    str_eq_c(changes.all.p[i].to, expected[i].to));
    assert_int_equal(changes.added, 3);
    assert_int_equal(changes.removed, 2);
    assert_int_equal(changes.changed, 1);
}

static void changes_stay_after_a_device_is_gone(void **state UNUSED)
{
    struct estate_facts facts = {
        "a", "unix/debian/12/x86_64/12.4", "bash 5 amd64;old 1 amd64", NULL, 0,
        0
    };
    AUTO(inventory_changes_clear) struct inventory_changes list = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope scope = scope_system(ESTATE_ORG);
    struct db *db = test_db_open();
    int64_t id = estate_device(db, "a");
    struct inventory_change_find find = { id, 0, 10 };
    struct err err = { 0 };

    estate_inventory(db, id, &facts);
    facts.os = "unix/debian/12/x86_64/12.5";
    facts.packages = "bash 6 amd64";
    estate_inventory(db, id, &facts);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(device_delete(db, &scope, id, ESTATE_NOW, &err), 0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(inventory_change_list(db, &find, &arena, &list, &err), 0);
    assert_int_equal(list.all.n, 1);
    assert_true(str_eq_c(list.all.p[0].facts, "os.build: 12.4 -> 12.5\n"));
    assert_int_equal(list.all.p[0].packages.all.n, 2);
    assert_int_equal(
        inventory_load(db, id, &arena, &(struct inventory){ 0 }, &err), 1);
    test_db_close(db);
}

/* The answers of a scan are those of the pure language. */
static void a_search_agrees_with_the_language(void **state UNUSED)
{
    static const char *const queries[] = {
        "package(\"bash\")",
        "package(\"bash\") < \"5.2\"",
        "package(\"b*\") >= \"5.2\"",
        "not package(\"openssl\")",
        "packages >= 2",
        "memory_mb > 1000 and package(\"bash\", \"i386\")",
        "interface.address in 10.0.0.0/8 or package(\"zsh\")",
        "package(\"bash\") < \"x:y\"",
        "known(memory_mb)",
        "id in (1, 3)",
    };
    static const char *const lists[] = {
        "bash 5.1 amd64;zsh 5 amd64",
        "bash 5.2 amd64;openssl 3 amd64",
        "bash 5.3 i386",
        "openssl 3 amd64",
        "zsh 1 amd64",
        "b 9 amd64",
    };
    struct scope scope = scope_system(ESTATE_ORG);
    struct db *db = test_db_open();
    int64_t ids[8];

    for (int i = 0; i < 8; i++) {
        struct estate_facts facts = {
            "h",          "unix/debian/12/x86_64",
            lists[i % 6], i % 2 == 0 ? "10.0.0.1/8" : NULL,
            i * 500,      0
        };

        ids[i] = estate_device(db, "d");
        if (i < 6)
            estate_inventory(db, ids[i], &facts);
    }
    for (size_t i = 0; i < COUNT(queries); i++) {
        char found[256];
        int64_t expected[8];
        size_t n = 0;

        (void)snprintf(found, sizeof(found), "%s",
                       estate_find(db, &scope, queries[i]));
        for (int k = 0; k < 8; k++) {
            AUTO(query_freep) struct query *query = NULL;
            AUTO(arena_clear) struct arena arena = ARENA;
            struct query_subject subject = { .now = ESTATE_NOW };
            struct inventory whole = { 0 };
            struct device device;

            assert_int_equal(query_parse(str_c(queries[i]), &query, NULL), 0);
            assert_int_equal(
                device_get(db, &scope, ids[k], &arena, &device, NULL), 0);
            subject.device = &device.q;
            if (inventory_load(db, ids[k], &arena, &whole, NULL) == 0)
                subject.inventory = &whole;
            if (query_match(query, &subject) == QUERY_TRUE)
                expected[n++] = ids[k];
        }
        if (strcmp(found, estate_ids(expected, n)) != 0)
            fail_msg("%s: %s", queries[i], found);
    }
    test_db_close(db);
}

static void a_slow_filter_is_refused(void **state UNUSED)
{
    AUTO(device_scan_freep) struct device_scan *scan = NULL;
    struct device_find find = { .text = STR(""),
                                .filter = STR("name ~ \"^(a|aa)+$\""),
                                .now = ESTATE_NOW };
    struct scope scope = scope_system(ESTATE_ORG);
    struct db *db = test_db_open();
    struct err err = { 0 };

    for (int i = 0; i < 4; i++)
        (void)estate_device(
            db, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
    assert_int_equal(device_scan_new(db, &scope, &find, &scan, &err), 0);
    assert_int_equal(device_scan_step(db, scan, 10, &err), E_LIMIT);
    device_scan_free(TAKE(scan));
    test_db_close(db);
}

static void pages_go_on_when_devices_come_and_go(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope scope = scope_system(ESTATE_ORG);
    struct db *db = test_db_open();
    struct err err = { 0 };
    str after = STR("");
    int seen = 0;

    for (int i = 0; i < 9; i++)
        (void)estate_device(db, i % 3 == 0 ? "b" : "a:b");
    for (;;) {
        AUTO(device_scan_freep) struct device_scan *scan = NULL;
        AUTO(device_ids_clear) struct device_ids ids = { 0 };
        struct device_find find = { .text = STR(""),
                                    .filter = STR(""),
                                    .now = ESTATE_NOW };

        assert_int_equal(device_scan_new(db, &scope, &find, &scan, &err), 0);
        assert_int_equal(device_scan_step(db, scan, 10, &err), 0);
        assert_int_equal(device_scan_page(scan, after, 2, &arena, &ids, &err),
                         0);
        seen += (int)ids.ids.n;
        if (ids.next.n == 0)
            break;
        after = ids.next;
        /* The device that the cursor names goes away. */
        assert_int_equal(
            db_run(db, "UPDATE device SET deleted = 1 WHERE id = $1",
                   DB_ARGS(db_i64(ids.ids.p[ids.ids.n - 1])), &err),
            1);
    }
    assert_int_equal(seen, 9);
    test_db_close(db);
}

static void an_ldap_url_is_read_strictly(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
    } cases[] = {
        { "ldap:///ou=web,dc=example?cn,dNSHostName?one?(&(a=b)(c=d))", 0 },
        { "ldap:///dc=example?cn", 0 },
        { "ldap:///dc=ex%20ample?cn", 0 },
        { "ldap://host/dc=example?cn", E_INVALID },
        { "ldap:///dc=example", E_INVALID },
        { "ldap:///dc=example?c n", E_INVALID },
        { "ldap:///dc=example?cn?all", E_INVALID },
        { "ldap:///dc=example?cn?sub?a=b", E_INVALID },
        { "ldap:///dc=example?cn?sub?(a=b)(c=d)", E_INVALID },
        { "ldap:///dc=example?cn?sub?((a=b)", E_INVALID },
        { "ldap:///dc=%00?cn", E_INVALID },
        { "ldap:///dc=%f?cn", E_INVALID },
        { "http://x/", E_INVALID },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct ldap_url url;

        assert_int_equal(
            label_url_parse(str_c(cases[i].text), &arena, &url, NULL),
            cases[i].rc);
        if (i == 0)
            assert_true(url.attribute_count == 2 &&
                        str_eq_c(url.scope, "one") &&
                        str_eq_c(url.filter, "(&(a=b)(c=d))"));
        if (i == 2)
            assert_true(str_eq_c(url.base, "dc=ex ample") &&
                        str_eq_c(url.filter, "(objectClass=*)"));
    }
}

/* X-8, claim 12 */
static void a_csv_field_is_no_formula(void **state UNUSED)
{
    static const struct {
        const char *text;
        const char *field;
    } cases[] = {
        { "plain", "plain" },
        { "", "" },
        { "a,b", "\"a,b\"" },
        { "say \"hi\"", "\"say \"\"hi\"\"\"" },
        { "two\nlines", "\"two\nlines\"" },
        { "=1+1", "\"'=1+1\"" },
        { "+1", "\"'+1\"" },
        { "-1", "\"'-1\"" },
        { "@SUM(1)", "\"'@SUM(1)\"" },
        { "\t=1", "\"'\t=1\"" },
        { "   =1", "\"'   =1\"" },
        { "\xEF\xBC\x9D"
          "1",
          "\"'\xEF\xBC\x9D"
          "1\"" },
        { "a=1", "a=1" },
        { "a;b", "\"a;b\"" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(1000);
        struct csv csv = csv_to(&out);

        csv_text(&csv, str_c(cases[i].text));
        assert_string_equal(buf_c(&out), cases[i].field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_inventory_comes_back_as_it_was),
        cmocka_unit_test(a_package_is_stored_once_for_all_devices),
        cmocka_unit_test(two_package_lists_are_compared),
        cmocka_unit_test(changes_stay_after_a_device_is_gone),
        cmocka_unit_test(a_search_agrees_with_the_language),
        cmocka_unit_test(a_slow_filter_is_refused),
        cmocka_unit_test(pages_go_on_when_devices_come_and_go),
        cmocka_unit_test(an_ldap_url_is_read_strictly),
        cmocka_unit_test(a_csv_field_is_no_formula),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
