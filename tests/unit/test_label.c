/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "fleet/target.h"
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
    "unix/debian/12/x86_64/12.4",
    "bash 5.2-1 amd64;openssl 3.0.11-1 amd64",
    "10.1.0.1/24",
    8192,
    0
};
static const struct estate_facts rhel = { "db-1.example.net",
                                          "unix/rhel/9.3/x86_64/9.3",
                                          "bash 5.1-6 x86_64",
                                          "10.2.0.1/24",
                                          2048,
                                          0 };

static int save(struct db *db, const struct scope *scope, struct label *label,
                struct err *err)
{
    const char *field = NULL;
    int rc = db_begin(db, err);

    assert_int_equal(rc, 0);
    rc = label_check(db, scope, label, &field, err);
    if (rc == 0)
        rc = label->id == 0 ? label_add(db, scope, label, ESTATE_NOW, err)
                            : label_change(db, scope, label, ESTATE_NOW, err);
    if (rc == 0)
        rc = db_commit(db, err);
    else
        db_rollback(db);
    return rc;
}

/* K-LBL-2, K-LBL-3 */
static void a_smart_label_follows_each_inventory(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t a = estate_device(db, "a");
    int64_t b = estate_device(db, "b");
    int64_t old = estate_label(db, "old openssl", "smart",
                               "package(\"openssl\") < \"3.0.11\"", 0);
    int64_t big = estate_label(db, "big", "smart", "memory_mb > 4000", 0);

    assert_string_equal(estate_members(db, old), "");
    estate_inventory(db, a, &debian);
    estate_inventory(db, b, &rhel);
    assert_string_equal(estate_members(db, old), estate_ids(&a, 1));
    assert_string_equal(estate_members(db, big), estate_ids(&a, 1));
    estate_inventory(db, a, &patched);
    assert_string_equal(estate_members(db, old), "");
    assert_string_equal(estate_members(db, big), estate_ids(&a, 1));
    test_db_close(db);
}

static void a_label_is_worked_out_when_its_query_changes(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = test_db_open();
    struct scope scope = scope_system(ESTATE_ORG);
    struct err err = { 0 };
    int64_t ids[10];
    int64_t smart;
    struct label label;

    for (int i = 0; i < 10; i++) {
        ids[i] = estate_device(db, i % 2 == 0 ? "even" : "odd");
        estate_inventory(db, ids[i], i % 2 == 0 ? &debian : &rhel);
    }
    smart = estate_label(db, "s", "smart", "os.id = \"debian\"", 0);
    assert_int_equal(ids[0], 1);
    assert_string_equal(estate_members(db, smart), "1 3 5 7 9");
    assert_int_equal(label_get(db, &scope, smart, &arena, &label, &err), 0);
    assert_false(label.pending);
    label.query = STR("os.id = \"rhel\" or package(\"openssl\") > \"4\"");
    assert_int_equal(save(db, &scope, &label, &err), 0);
    assert_int_equal(label_get(db, &scope, smart, &arena, &label, &err), 0);
    assert_true(label.pending);
    assert_int_equal(label_sweep_due(db, ESTATE_ORG, ESTATE_NOW, 60, &err), 1);
    estate_settle(db, ESTATE_NOW);
    assert_int_equal(label_sweep_due(db, ESTATE_ORG, ESTATE_NOW, 60, &err), 0);
    assert_string_equal(estate_members(db, smart), "2 4 6 8 10");
    assert_int_equal(label_get(db, &scope, smart, &arena, &label, &err), 0);
    assert_int_equal(label.members, 5);
    test_db_close(db);
}

static void ages_are_looked_at_again_as_time_passes(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t a = estate_device(db, "a");
    int64_t lost = estate_label(db, "lost", "smart", "last_seen > 7d", 0);
    struct err err = { 0 };

    estate_inventory(db, a, &debian);
    assert_string_equal(estate_members(db, lost), "");
    assert_int_equal(label_sweep_due(db, ESTATE_ORG, ESTATE_NOW + 59, 60, &err),
                     0);
    assert_int_equal(label_sweep_due(db, ESTATE_ORG, ESTATE_NOW + 60, 60, &err),
                     1);
    estate_settle(db, ESTATE_NOW + 8 * 86400);
    assert_string_equal(estate_members(db, lost), estate_ids(&a, 1));
    test_db_close(db);
}

/* K-LBL-2: groups in groups, and labels that ask for labels */
static void groups_hold_what_is_below_them_in_any_depth(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t a = estate_device(db, "a");
    int64_t b = estate_device(db, "b");
    int64_t all = estate_label(db, "all", "group", NULL, 0);
    int64_t inner = estate_label(db, "inner", "group", NULL, all);
    int64_t deb =
        estate_label(db, "debs", "smart", "os.id = \"debian\"", inner);
    int64_t hand = estate_label(db, "hand", "manual", NULL, all);
    int64_t rest = estate_label(db, "rest", "smart",
                                "not label(\"all\") and known(os.id)", 0);

    estate_inventory(db, a, &debian);
    estate_inventory(db, b, &rhel);
    assert_string_equal(estate_members(db, deb), estate_ids(&a, 1));
    assert_string_equal(estate_members(db, inner), estate_ids(&a, 1));
    assert_string_equal(estate_members(db, all), estate_ids(&a, 1));
    assert_string_equal(estate_members(db, rest), estate_ids(&b, 1));
    estate_member(db, hand, b);
    assert_string_equal(estate_members(db, all),
                        estate_ids((const int64_t[]){ a, b }, 2));
    assert_string_equal(estate_members(db, rest), "");
    test_db_close(db);
}

static void labels_do_not_go_in_circles(void **state UNUSED)
{
    struct db *db = test_db_open();
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t top = estate_label(db, "top", "group", NULL, 0);
    int64_t sub = estate_label(db, "sub", "group", NULL, top);
    int64_t one = estate_label(db, "one", "smart", "label(\"top\")", 0);
    struct label circles[] = {
        { .id = top, .name = STR("top"), .kind = STR("group"), .parent = sub },
        { .id = top, .name = STR("top"), .kind = STR("group"), .parent = top },
        { .id = one,
          .name = STR("one"),
          .kind = STR("smart"),
          .query = STR("label(\"one\")") },
        { .id = one,
          .name = STR("one"),
          .kind = STR("smart"),
          .query = STR("label(\"top\")"),
          .parent = sub },
        { .name = STR("new"),
          .kind = STR("smart"),
          .query = STR("not label(\"new\")") },
    };

    for (size_t i = 0; i < COUNT(circles); i++) {
        struct err err = { 0 };

        circles[i].notes = circles[i].download_url = STR("");
        if (circles[i].query.p == NULL)
            circles[i].query = STR("");
        assert_int_equal(save(db, &scope, &circles[i], &err), E_INVALID);
        assert_non_null(strstr(err_text(&err), "would depend on each other"));
    }
    test_db_close(db);
}

static void a_refusal_names_the_field(void **state UNUSED)
{
    struct db *db = test_db_open();
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t hand = estate_label(db, "hand", "manual", NULL, 0);
    const struct {
        const char *field;
        struct label label;
    } cases[] = {
        { "name", { .name = STR(""), .kind = STR("manual") } },
        { "name", { .name = STR("a\nb"), .kind = STR("manual") } },
        { "name", { .name = STR("hand"), .kind = STR("manual") } },
        { "kind", { .name = STR("a"), .kind = STR("odd") } },
        { "query",
          { .name = STR("a"), .kind = STR("smart"), .query = STR("x") } },
        { "query",
          { .name = STR("a"), .kind = STR("manual"), .query = STR("id = 1") } },
        { "query",
          { .name = STR("a"),
            .kind = STR("smart"),
            .query = STR("label(\"none\")") } },
        { "query",
          { .name = STR("a"),
            .kind = STR("ldap"),
            .query = STR("ldap://h/") } },
        { "parent",
          { .name = STR("a"), .kind = STR("manual"), .parent = hand } },
        { "parent",
          { .name = STR("a"), .kind = STR("manual"), .parent = 999 } },
        { "download_url",
          { .name = STR("a"),
            .kind = STR("manual"),
            .download_url = STR("ftp://mirror/") } },
        { "download_url",
          { .name = STR("a"),
            .kind = STR("manual"),
            .download_url = STR("https://user@mirror/") } },
        { "download_url",
          { .name = STR("a"),
            .kind = STR("manual"),
            .download_url = STR("https:///path") } },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct label label = cases[i].label;
        const char *field = NULL;
        struct err err = { 0 };

        label.notes = STR("");
        if (label.query.p == NULL)
            label.query = STR("");
        if (label.download_url.p == NULL)
            label.download_url = STR("");
        assert_true(label_check(db, &scope, &label, &field, &err) < 0);
        assert_string_equal(field, cases[i].field);
    }
    test_db_close(db);
}

/* X-5, K-DEP-2 */
static void members_fetch_content_from_the_place_of_their_label(
    void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = test_db_open();
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t a = estate_device(db, "a");
    static const struct {
        const char *name;
        const char *url;
    } labels[] = {
        { "site", "https://mirror.example.net:8443/holdfast" },
        { "building", "http://10.0.0.1" },
        { "twin", "http://10.0.0.1" },
        { "no place", "" },
    };
    const struct download_point *points;
    struct wire_list list = { 0 };
    struct err err = { 0 };

    for (size_t i = 0; i < COUNT(labels); i++) {
        int64_t id = estate_label(db, labels[i].name, "manual", NULL, 0);
        struct label label;

        assert_int_equal(label_get(db, &scope, id, &arena, &label, &err), 0);
        label.download_url = str_c(labels[i].url);
        assert_int_equal(save(db, &scope, &label, &err), 0);
        assert_int_equal(label_download_points(db, a, &arena, &list, &err), 0);
        assert_int_equal(list.n, i < 2 ? i : 2);
        estate_member(db, id, a);
    }
    assert_int_equal(label_download_points(db, a, &arena, &list, &err), 0);
    points = list.p;
    assert_int_equal(list.n, 2); /* in the order of the labels' names */
    assert_true(str_eq_c(points[0].url, labels[1].url));
    assert_true(str_eq_c(points[1].url, labels[0].url));
    test_db_close(db);
}

static void schedule_for(struct db *db, const char *name, const char *targets)
{
    struct err err = { 0 };
    int64_t id = 0;

    if (db_one_i64(db,
                   "INSERT INTO configuration (org, kind, name, enabled,"
                   " while_logged_off, targets, schedule, scheduled, zone,"
                   " nice, memory_mb, limit_s, enabled_at, last_due, created,"
                   " revision) VALUES (1, 'oval', $1, 1, 1, $2,"
                   " '{\"type\": \"none\"}', 0, '', 0, 0, 0, 1, 0, 1, 1)"
                   " RETURNING id",
                   DB_ARGS(db_text(str_c(name)), db_text(str_c(targets))), &id,
                   &err) != 0)
        fail_msg("%s", err_text(&err));
}

static int delete_label(struct db *db, const struct scope *scope, int64_t label,
                        bool disable, struct err *err)
{
    struct label_removal removal = { label, disable, ESTATE_NOW };
    AUTO(label_uses_clear) struct label_uses disabled = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc = db_begin(db, err);

    assert_int_equal(rc, 0);
    rc = label_delete(db, scope, &removal, &arena, &disabled, err);
    if (rc < 0)
        db_rollback(db);
    else
        assert_int_equal(db_commit(db, err), 0);
    return rc < 0 ? rc : (int)disabled.ids.n;
}

/* K-LBL-4 */
static void a_label_of_a_schedule_goes_only_with_the_schedule(
    void **state UNUSED)
{
    AUTO(target_set_clear) struct target_set set = { 0 };
    const char *targets = "{\"labels\": [1], \"systems\": [\"\"]}";
    struct db *db = test_db_open();
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t label = estate_label(db, "site", "manual", NULL, 0);
    struct err err = { 0 };
    int64_t enabled = 1;

    schedule_for(db, "nightly", targets);
    assert_int_equal(label, 1);
    estate_inventory(db, estate_device(db, "a"), &debian);
    assert_int_equal(delete_label(db, &scope, label, false, &err), E_INVALID);
    assert_string_equal(err_text(&err),
                        "'nightly' would lose targets: confirm that it will "
                        "be disabled (K-LBL-4)");
    assert_int_equal(delete_label(db, &scope, label, true, &err), 1);
    assert_int_equal(db_one_i64(db, "SELECT enabled FROM configuration",
                                DB_NO_ARGS, &enabled, &err),
                     0);
    assert_int_equal(enabled, 0);
    /* It never comes to mean all devices, and is not saved again as it is. */
    assert_int_equal(
        target_resolve(db, &scope, str_c(targets), ESTATE_NOW, &set, &err), 0);
    assert_int_equal(set.devices.n, 0);
    assert_int_equal(target_check_exists(db, &scope, str_c(targets), &err),
                     E_INVALID);
    test_db_close(db);
}

static void a_label_in_a_role_or_a_query_stays(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = test_db_open();
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t site = estate_label(db, "site", "manual", NULL, 0);
    int64_t used = estate_label(db, "used", "manual", NULL, 0);
    struct err err = { 0 };
    struct label label;

    estate_label(db, "not used", "smart", "not label(\"used\")", 0);
    (void)estate_user(db, "eve", site, 0);
    assert_int_equal(delete_label(db, &scope, site, true, &err), E_INVALID);
    assert_string_equal(
        err_text(&err),
        "role 'eve' is limited to it; take it from the role first");
    assert_int_equal(delete_label(db, &scope, used, true, &err), E_INVALID);
    assert_string_equal(err_text(&err), "it is in the query of 'not used'");
    assert_int_equal(label_get(db, &scope, used, &arena, &label, &err), 0);
    label.name = STR("renamed");
    assert_int_equal(save(db, &scope, &label, &err), E_INVALID);
    assert_string_equal(err_text(&err),
                        "the name stays: it is in the query of 'not used'");
    test_db_close(db);
}

/* D-34: nobody widens what they see */
static void a_limited_user_does_not_change_what_limits(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = test_db_open();
    struct scope all = scope_system(ESTATE_ORG);
    int64_t a = estate_device(db, "a");
    int64_t role = estate_label(db, "role", "group", NULL, 0);
    int64_t base = estate_label(db, "base", "smart", "os.id = \"rhel\"", 0);
    int64_t part = estate_label(db, "part", "smart", "label(\"base\")", role);
    int64_t free = estate_label(db, "free", "manual", NULL, 0);
    struct scope eve = estate_user(db, "eve", role, 0);
    const int64_t limits[] = { role, base, part };
    struct err err = { 0 };
    struct label label;

    estate_inventory(db, a, &debian);
    for (size_t i = 0; i < COUNT(limits); i++) {
        assert_int_equal(label_get(db, &all, limits[i], &arena, &label, &err),
                         0);
        label.notes = STR("mine");
        assert_int_equal(save(db, &eve, &label, &err), E_PERM);
    }
    label = (struct label){ .name = STR("new"),
                            .kind = STR("smart"),
                            .query = STR("id > 0"),
                            .notes = STR(""),
                            .download_url = STR(""),
                            .parent = role };
    assert_int_equal(save(db, &eve, &label, &err), E_PERM);
    assert_int_equal(label_get(db, &all, free, &arena, &label, &err), 0);
    label.parent = role;
    assert_int_equal(save(db, &eve, &label, &err), E_PERM);
    label.parent = 0;
    assert_int_equal(save(db, &eve, &label, &err), E_PERM);
    label = (struct label){ .name = STR("own"),
                            .kind = STR("smart"),
                            .query = STR("id > 0"),
                            .notes = STR(""),
                            .download_url = STR("https://mirror.example") };
    assert_int_equal(save(db, &eve, &label, &err), E_PERM);
    label.download_url = STR("");
    assert_int_equal(save(db, &eve, &label, &err), 0);
    label.query = STR("id > 1");
    assert_int_equal(save(db, &eve, &label, &err), 0);
    assert_string_equal(estate_find(db, &eve, ""), "");
    assert_int_equal(delete_label(db, &all, role, true, &err), E_INVALID);
    test_db_close(db);
}

static void members_beyond_a_users_sight_are_not_touched(void **state UNUSED)
{
    struct db *db = test_db_open();
    int64_t other_org = estate_org(db, "other");
    int64_t seen = estate_device(db, "seen");
    int64_t hidden = estate_device(db, "hidden");
    int64_t foreign = estate_device_of(db, other_org, "foreign");
    int64_t site = estate_label(db, "site", "manual", NULL, 0);
    int64_t free = estate_label(db, "free", "manual", NULL, 0);
    struct scope eve;
    const int64_t ids[] = { seen, hidden, foreign, 12345 };
    struct label_change change = { free, ids, COUNT(ids), ESTATE_NOW };
    struct label_count count = { 0 };
    struct err err = { 0 };

    estate_member(db, site, seen);
    eve = estate_user(db, "eve", site, 0);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(label_members_add(db, &eve, &change, &count, &err), 0);
    assert_int_equal(count.changed, 1);
    assert_int_equal(count.unknown, 3);
    assert_int_equal(label_members_add(db, &eve, &change, &count, &err), 0);
    assert_int_equal(count.same, 1);
    assert_int_equal(db_commit(db, &err), 0);
    assert_string_equal(estate_members(db, free), estate_ids(&seen, 1));
    estate_member(db, free, hidden);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(label_members_remove(db, &eve, &change, &count, &err), 0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(count.changed, 1);
    assert_string_equal(estate_members(db, free), estate_ids(&hidden, 1));
    change.label = site;
    assert_int_equal(label_members_add(db, &eve, &change, &count, &err),
                     E_PERM);
    test_db_close(db);
}

static void a_directory_names_members_by_host(void **state UNUSED)
{
    static const str hosts[] = { STR("WEB-1.example.net."), STR("db-1"),
                                 STR("web-3.other.net"), STR("") };
    struct db *db = test_db_open();
    int64_t a = estate_device(db, "a");
    int64_t b = estate_device(db, "b");
    int64_t c = estate_device(db, "web-3");
    int64_t d = estate_device(db, "web-3.example.net");
    int64_t ldap =
        estate_label(db, "ldap", "ldap", "ldap:///dc=example?cn?sub?(cn=*)", 0);
    int64_t group_of = estate_label(db, "asks", "smart",
                                    "label(\"ldap\") and os.id = \"rhel\"", 0);
    struct err err = { 0 };

    estate_inventory(db, a, &debian);
    estate_inventory(db, b, &rhel);
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(
        label_hosts_set(db, ldap, hosts, COUNT(hosts), ESTATE_NOW, &err), 0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_string_equal(estate_members(db, ldap),
                        estate_ids((const int64_t[]){ a, b, c }, 3));
    assert_string_equal(estate_members(db, group_of), estate_ids(&b, 1));
    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(label_hosts_set(db, ldap, hosts, 1, ESTATE_NOW, &err), 0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_string_equal(estate_members(db, ldap), estate_ids(&a, 1));
    assert_string_equal(estate_members(db, group_of), "");
    assert_true(d > c);
    test_db_close(db);
}

static void a_label_that_goes_leaves_those_below_in_its_group(
    void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = test_db_open();
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t a = estate_device(db, "a");
    int64_t top = estate_label(db, "top", "group", NULL, 0);
    int64_t middle = estate_label(db, "middle", "group", NULL, top);
    int64_t hand = estate_label(db, "hand", "manual", NULL, middle);
    struct err err = { 0 };
    struct label label;

    estate_member(db, hand, a);
    assert_string_equal(estate_members(db, top), estate_ids(&a, 1));
    assert_int_equal(delete_label(db, &scope, middle, false, &err), 0);
    estate_settle(db, ESTATE_NOW);
    assert_int_equal(label_get(db, &scope, hand, &arena, &label, &err), 0);
    assert_int_equal(label.parent, top);
    assert_string_equal(estate_members(db, top), estate_ids(&a, 1));
    assert_int_equal(delete_label(db, &scope, hand, false, &err), 0);
    estate_settle(db, ESTATE_NOW);
    assert_string_equal(estate_members(db, top), "");
    test_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_smart_label_follows_each_inventory),
        cmocka_unit_test(a_label_is_worked_out_when_its_query_changes),
        cmocka_unit_test(ages_are_looked_at_again_as_time_passes),
        cmocka_unit_test(groups_hold_what_is_below_them_in_any_depth),
        cmocka_unit_test(labels_do_not_go_in_circles),
        cmocka_unit_test(a_refusal_names_the_field),
        cmocka_unit_test(members_fetch_content_from_the_place_of_their_label),
        cmocka_unit_test(a_label_of_a_schedule_goes_only_with_the_schedule),
        cmocka_unit_test(a_label_in_a_role_or_a_query_stays),
        cmocka_unit_test(a_limited_user_does_not_change_what_limits),
        cmocka_unit_test(members_beyond_a_users_sight_are_not_touched),
        cmocka_unit_test(a_directory_names_members_by_host),
        cmocka_unit_test(a_label_that_goes_leaves_those_below_in_its_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
