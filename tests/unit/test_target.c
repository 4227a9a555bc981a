/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "fleet/target.h"
#include "tests/unit/estate.h"

static void put(struct db *db, int64_t device, const char *os)
{
    struct estate_facts facts = { "h", os, "bash 5 amd64", NULL, 0, 0 };

    estate_inventory(db, device, &facts);
}

static const char *resolve(struct db *db, const struct scope *scope,
                           const char *targets)
{
    AUTO(target_set_clear) struct target_set set = { 0 };
    struct err err = { 0 };

    if (target_resolve(db, scope, str_c(targets), ESTATE_NOW, &set, &err) < 0)
        return err_text(&(struct err){ 0 });
    /* target_has() says the same of every device. */
    for (int64_t id = 1; id <= 12 && scope->all_devices; id++) {
        int has = target_has(db, scope->org, str_c(targets), id, &err);
        int in = 0;

        for (size_t i = 0; i < set.devices.n; i++)
            in = in || set.devices.p[i] == id;
        assert_int_equal(has, in);
    }
    return estate_ids(set.devices.p, set.devices.n);
}

/* Devices 1 to 4: in the label and not, with the system and not; 5 is
 * retired, 6 deleted, 7 of another organisation, 8 has no system. */
static struct db *estate(void)
{
    struct db *db = test_db_open();
    struct err err = { 0 };
    int64_t label = estate_label(db, "L1", "manual", NULL, 0);
    int64_t other = estate_org(db, "other");

    for (int i = 0; i < 6; i++) {
        int64_t id = estate_device(db, "d");

        assert_int_equal(id, i + 1);
        put(db, id,
            i == 1 || i == 3 ? "windows/windows/11/x64/22631"
                             : "windows/windows/10/x64/19045");
        if (i != 2 && i != 3)
            estate_member(db, label, id);
    }
    put(db, estate_device_of(db, other, "foreign"),
        "windows/windows/10/x64/19045");
    (void)estate_device(db, "no system");
    assert_int_equal(db_run(db, "UPDATE device SET retired = 1 WHERE id = 5",
                            DB_NO_ARGS, &err),
                     1);
    assert_int_equal(db_run(db,
                            "UPDATE device SET deleted = 1, retired = 1"
                            " WHERE id = 6",
                            DB_NO_ARGS, &err),
                     1);
    return db;
}

/* D-30, K-DEP-7 and every row of T-OVL's third table */
static void targets_are_labels_and_devices_that_run_the_systems(
    void **state UNUSED)
{
    static const struct {
        const char *targets;
        const char *devices;
    } cases[] = {
        { "{\"labels\": [1], \"devices\": [],"
          " \"systems\": [\"windows/windows/10/x64\"]}",
          "1" },
        { "{\"labels\": [], \"devices\": [3],"
          " \"systems\": [\"windows/windows/10/x64\"]}",
          "3" },
        { "{\"labels\": [], \"devices\": [4],"
          " \"systems\": [\"windows/windows/10/x64\"]}",
          "" },
        { "{\"labels\": [1], \"devices\": [3],"
          " \"systems\": [\"windows/windows/10/x64\"]}",
          "1 3" },
        { "{\"labels\": [1], \"devices\": [3, 4],"
          " \"systems\": [\"windows/windows/10/x64\"]}",
          "1 3" },
        { "{\"labels\": [], \"devices\": [],"
          " \"systems\": [\"windows/windows/10/x64\"]}",
          "1 3" },
        { "{\"systems\": [\"windows/windows/11\"]}", "2 4" },
        { "{\"systems\": [\"windows\"]}", "1 2 3 4" },
        { "{\"systems\": [\"\"]}", "1 2 3 4 8" },
        { "{\"systems\": [\"windows/windows/10/x64/19045\","
          " \"windows/windows/11\"]}",
          "1 2 3 4" },
        { "{\"systems\": [\"windows/windows/1\"]}", "" },
        { "{\"systems\": [\"unix\"]}", "" },
        { "{\"labels\": [1], \"devices\": [5, 6, 7, 99],"
          " \"systems\": [\"\"]}",
          "1 2" },
        { "{\"labels\": [77], \"systems\": [\"\"]}", "" },
        { "{\"devices\": [5], \"systems\": [\"\"]}", "" },
    };
    struct scope scope = scope_system(ESTATE_ORG);
    struct db *db = estate();

    for (size_t i = 0; i < COUNT(cases); i++)
        if (strcmp(resolve(db, &scope, cases[i].targets), cases[i].devices) !=
            0)
            fail_msg("%s: %s", cases[i].targets,
                     resolve(db, &scope, cases[i].targets));
    test_db_close(db);
}

/* K-DEP-6 */
static void a_parent_stands_for_what_comes_later(void **state UNUSED)
{
    const char *parent = "{\"systems\": [\"unix/debian/12/x86_64\"]}";
    const char *build = "{\"systems\": [\"unix/debian/12/x86_64/12.4\"]}";
    struct scope scope = scope_system(ESTATE_ORG);
    struct db *db = test_db_open();
    int64_t a = estate_device(db, "a");
    int64_t b;

    put(db, a, "unix/debian/12/x86_64/12.4");
    assert_string_equal(resolve(db, &scope, parent), "1");
    assert_string_equal(resolve(db, &scope, build), "1");
    put(db, a, "unix/debian/12/x86_64/12.5");
    assert_string_equal(resolve(db, &scope, parent), "1");
    assert_string_equal(resolve(db, &scope, build), "");
    b = estate_device(db, "b");
    put(db, b, "unix/debian/12/x86_64/12.9");
    assert_string_equal(resolve(db, &scope, parent), "1 2");
    put(db, b, "unix/debian/13/x86_64/13.0");
    assert_string_equal(resolve(db, &scope, parent), "1");
    test_db_close(db);
}

static void parts_of_a_path_may_hold_its_own_signs(void **state UNUSED)
{
    AUTO(buf_clear) struct buf path = BUF(100);
    struct scope scope = scope_system(ESTATE_ORG);
    struct db *db = test_db_open();

    put(db, estate_device(db, "a"), "unix/debian/12/x86_64/trixie/sid");
    target_path_add(&path, STR("unix"));
    target_path_add(&path, STR("50%/a"));
    assert_string_equal(buf_c(&path), "unix/50%25%2Fa");
    assert_string_equal(
        resolve(db, &scope,
                "{\"systems\": [\"unix/debian/12/x86_64/trixie%2Fsid\"]}"),
        "1");
    test_db_close(db);
}

/* K-DEP-4, D-34 */
static void a_limited_author_stays_limited(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope all = scope_system(ESTATE_ORG);
    struct db *db = estate();
    struct scope eve = estate_user(db, "eve", 1, 0);
    struct scope nobody = estate_user(db, "none", 0, 0);
    const char *everything = "{\"systems\": [\"\"]}";
    struct err err = { 0 };
    str limited = STR("");
    str widened = STR("");

    assert_string_equal(resolve(db, &eve, everything), "1 2");
    assert_string_equal(
        resolve(db, &eve, "{\"devices\": [1, 3], \"systems\": [\"\"]}"), "1");
    assert_string_equal(resolve(db, &nobody, everything), "");
    assert_int_equal(
        target_limit(&eve, str_c(everything), &arena, &limited, &err), 0);
    assert_string_equal(resolve(db, &all, limited.p), "1 2");
    /* Nobody else's limit is taken, and who sees all takes it away. */
    assert_int_equal(target_limit(&nobody, limited, &arena, &widened, &err), 0);
    assert_string_equal(resolve(db, &all, widened.p), "");
    assert_int_equal(target_limit(&all, limited, &arena, &widened, &err), 0);
    assert_string_equal(resolve(db, &all, widened.p), "1 2 3 4 8");
    assert_int_equal(
        target_check_exists(
            db, &eve, STR("{\"devices\": [3], \"systems\": [\"\"]}"), &err),
        E_INVALID);
    assert_string_equal(err_text(&err),
                        "targets.devices: there is no device 3");
    test_db_close(db);
}

/* K-LBL-3: what is not worked out yet is, before anybody is a target. */
static void pending_labels_are_worked_out_first(void **state UNUSED)
{
    struct scope scope = scope_system(ESTATE_ORG);
    struct db *db = estate();
    struct label label = { .name = STR("s"),
                           .kind = STR("smart"),
                           .query = STR("os.version = \"11\""),
                           .notes = STR(""),
                           .download_url = STR("") };
    struct err err = { 0 };

    assert_int_equal(db_begin(db, &err), 0);
    assert_int_equal(label_add(db, &scope, &label, ESTATE_NOW, &err), 0);
    assert_int_equal(db_commit(db, &err), 0);
    assert_int_equal(label.id, 2);
    assert_string_equal(
        resolve(db, &scope, "{\"labels\": [2], \"systems\": [\"\"]}"), "2 4");
    test_db_close(db);
}

/* What a limit adds counts, too: what was stored can be read again. */
static void targets_of_limited_persons_stay_readable(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf text = BUF(2 * TARGET_TEXT_MAX);
    struct scope eve = { .org = 1, .user = 7 };
    struct err err = { 0 };
    str limited;

    buf_add_c(&text, "{\"systems\":[\"a");
    while (text.n < TARGET_TEXT_MAX - 3) {
        if (text.n % TARGET_SYSTEM_MAX == 0 && text.n < TARGET_TEXT_MAX - 9)
            buf_add_c(&text, "\",\"");
        buf_add_char(&text, 'a');
    }
    buf_add_c(&text, "\"]}");
    assert_int_equal(text.n, TARGET_TEXT_MAX);
    assert_int_equal(target_check(buf_str(&text), &err), 0);
    assert_int_equal(target_limit(&eve, buf_str(&text), &arena, &limited, &err),
                     E_LIMIT);
}

/* */
static void a_refusal_names_the_member(void **state UNUSED)
{
    static const struct {
        const char *targets;
        const char *sentence;
    } cases[] = {
        { "{}", "targets.systems: choose at least one operating system" },
        { "{\"labels\": [1], \"systems\": []}",
          "targets.systems: choose at least one operating system" },
        { "[]", "targets: expected an object" },
        { "{\"systems\": [\"\"], \"group\": [1]}",
          "targets.group: there is no such member" },
        { "{\"systems\": [\"\"], \"labels\": [0]}",
          "targets.labels: element 1 is no id" },
        { "{\"systems\": [\"\"], \"labels\": 1}",
          "targets.labels: expected a list of ids" },
        { "{\"systems\": [7]}", "targets.systems: element 1 is no path" },
        { "{\"systems\": [\"\", \"a/b/c/d/e/f\"]}",
          "targets.systems: element 2 is no path "
          "family/id/version/architecture/build" },
        { "{\"systems\": [\"a/\"]}", "targets.systems: element 1 is no path "
                                     "family/id/version/architecture/build" },
        { "{\"systems\": [\"a%2\"]}", "targets.systems: element 1 is no path "
                                      "family/id/version/architecture/build" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = { 0 };

        assert_int_equal(target_check(str_c(cases[i].targets), &err),
                         E_INVALID);
        assert_string_equal(err_text(&err), cases[i].sentence);
    }
    assert_true(target_is_all(STR("{\"systems\": [\"\"]}")));
    assert_false(target_is_all(STR("{\"systems\": [\"\"], \"labels\": [9]}")));
    assert_true(
        target_names_label(STR("{\"systems\": [\"\"], \"labels\": [9]}"), 9));
    assert_false(
        target_names_label(STR("{\"systems\": [\"\"], \"labels\": [9]}"), 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_labels_and_devices_that_run_the_systems),
        cmocka_unit_test(a_parent_stands_for_what_comes_later),
        cmocka_unit_test(parts_of_a_path_may_hold_its_own_signs),
        cmocka_unit_test(a_limited_author_stays_limited),
        cmocka_unit_test(pending_labels_are_worked_out_first),
        cmocka_unit_test(targets_of_limited_persons_stay_readable),
        cmocka_unit_test(a_refusal_names_the_member),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
