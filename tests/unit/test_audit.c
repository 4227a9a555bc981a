/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit log: a chain that shows every way of bending it.
 */
#include "tests/unit/unit.h"

#include "fleet/audit.h"
#include "tests/unit/db.h"

static struct err err;

#define OK(call) ok((call), #call)

static int ok(int rc, const char *what)
{
    if (rc < 0)
        fail_msg("%s: %s", what, err_text(&err));
    return rc;
}

static void add(struct db *db, int64_t org, const char *actor,
                const char *action)
{
    struct audit_entry entry = {
        .org = org,
        .at = 1000,
        .actor = str_c(actor),
        .peer = STR("192.0.2.1"),
        .action = str_c(action),
        .kind = STR("label"),
        .object = 7,
        .after = STR("{\"name\":\"x\"}"),
    };

    OK(db_begin(db, &err));
    OK(audit_add(db, &entry, &err));
    OK(db_commit(db, &err));
}

static struct db *five_rows(void)
{
    struct db *db = test_db_open();

    for (int i = 0; i < 5; i++)
        add(db, 1, i % 2 ? "ann" : "bob", "label.changed");
    return db;
}

static void a_whole_chain_is_right(void **state UNUSED)
{
    struct db *db = test_db_open();
    struct audit_walk walk;

    OK(audit_verify(db, NULL, &walk, &err));
    assert_int_equal(walk.rows, 0);
    assert_int_equal(walk.first_bad, 0);
    add(db, 1, "ann", "label.created");
    add(db, 2, "bob", "label.created");
    OK(audit_verify(db, NULL, &walk, &err));
    assert_int_equal(walk.rows, 2);
    assert_int_equal(walk.first_bad, 0);
    test_db_close(db);
}

static void what_is_rolled_back_leaves_no_row(void **state UNUSED)
{
    struct db *db = five_rows();
    struct audit_entry entry = { .actor = STR("ann"),
                                 .peer = STR(""),
                                 .action = STR("a"),
                                 .kind = STR("k") };
    struct audit_walk walk;

    OK(db_begin(db, &err));
    OK(audit_add(db, &entry, &err));
    db_rollback(db);
    add(db, 1, "ann", "label.created");
    OK(audit_verify(db, NULL, &walk, &err));
    assert_int_equal(walk.rows, 6);
    assert_int_equal(walk.first_bad, 0);
    test_db_close(db);
}

static void every_change_names_the_first_broken_row(void **state UNUSED)
{
    static const struct {
        const char *sql;
        int64_t bad;
    } cases[] = {
        { "UPDATE audit SET actor = 'eve' WHERE id = 3", 3 },
        { "UPDATE audit SET at = 1001 WHERE id = 1", 1 },
        { "UPDATE audit SET org = 2 WHERE id = 5", 5 },
        { "UPDATE audit SET peer = '' WHERE id = 4", 4 },
        { "UPDATE audit SET action = 'x' WHERE id = 4", 4 },
        { "UPDATE audit SET kind = 'x' WHERE id = 4", 4 },
        { "UPDATE audit SET object = 8 WHERE id = 4", 4 },
        { "UPDATE audit SET after = NULL WHERE id = 2", 2 },
        { "UPDATE audit SET before = '' WHERE id = 2", 2 },
        { "UPDATE audit SET digest = previous WHERE id = 2", 2 },
        { "UPDATE audit SET previous = digest WHERE id = 2", 2 },
        { "DELETE FROM audit WHERE id = 1", 1 },
        { "DELETE FROM audit WHERE id = 3", 3 },
        { "DELETE FROM audit WHERE id = 5", 5 },
        { "DELETE FROM audit", 1 },
        { "UPDATE audit SET id = 9 WHERE id = 4", 4 },
        { "UPDATE audit_head SET id = 4 WHERE one = 1", 4 },
        { "UPDATE audit_head SET id = 6 WHERE one = 1", 6 },
        { "INSERT INTO audit (id, org, at, actor, peer, action, kind, object, "
          "previous, digest) SELECT 6, 1, 1, 'a', '', 'a', 'k', 0, digest, "
          "digest FROM audit WHERE id = 5",
          6 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct db *db = five_rows();
        struct audit_walk walk;

        assert_int_equal(OK(db_run(db, cases[i].sql, DB_NO_ARGS, &err)) > 0, 1);
        OK(audit_verify(db, NULL, &walk, &err));
        if (walk.first_bad != cases[i].bad)
            fail_msg("%s: row %d (%s), expected %d", cases[i].sql,
                     (int)walk.first_bad, walk.reason, (int)cases[i].bad);
        assert_true(walk.reason[0] != 0);
        test_db_close(db);
    }
}

static void a_cut_and_mended_log_is_told_by_the_head_kept_outside(
    void **state UNUSED)
{
    struct db *db = five_rows();
    struct audit_head head;
    struct audit_head again;
    struct audit_walk walk;
    char text[AUDIT_HEAD_TEXT_MAX];

    OK(audit_head(db, &head, &err));
    assert_int_equal(head.id, 5);
    audit_head_text(&head, text);
    OK(audit_head_parse(str_c(text), &again, &err));
    assert_memory_equal(&head, &again, sizeof(head));
    OK(db_run(db, "DELETE FROM audit WHERE id > 3", DB_NO_ARGS, &err));
    OK(db_run(db,
              "UPDATE audit_head SET id = 3, digest = (SELECT digest FROM "
              "audit WHERE id = 3) WHERE one = 1",
              DB_NO_ARGS, &err));
    OK(audit_verify(db, NULL, &walk, &err));
    assert_int_equal(walk.first_bad, 0);
    OK(audit_verify(db, &head, &walk, &err));
    assert_int_equal(walk.first_bad, 4);
    /* Grown again with other rows, it is not the log that was seen. */
    add(db, 1, "eve", "label.changed");
    add(db, 1, "eve", "label.changed");
    OK(audit_verify(db, NULL, &walk, &err));
    assert_int_equal(walk.first_bad, 0);
    OK(audit_verify(db, &head, &walk, &err));
    assert_int_equal(walk.first_bad, 5);
    test_db_close(db);
}

static void a_head_is_read_back_only_as_it_was_written(void **state UNUSED)
{
    static const char *const broken[] = {
        "",
        "5",
        "x 00",
        "-1 0000000000000000000000000000000000000000000000000000000000000000",
        "5 000000000000000000000000000000000000000000000000000000000000000",
        "5 g000000000000000000000000000000000000000000000000000000000000000",
    };
    struct audit_head head;

    for (size_t i = 0; i < COUNT(broken); i++)
        assert_true(audit_head_parse(str_c(broken[i]), &head, &err) < 0);
}

static int count(const struct audit_entry *entry UNUSED, void *ctx,
                 struct err *e UNUSED)
{
    (*(int *)ctx)++;
    return 0;
}

static int listed(struct db *db, const struct scope *scope,
                  struct audit_filter filter)
{
    int64_t total = 0;
    int n = 0;

    filter.limit = 100;
    OK(audit_list(db, scope, &filter, count, &n, &err));
    OK(audit_count(db, scope, &filter, &total, &err));
    if (filter.before_id == 0)
        assert_int_equal(total, n);
    return n;
}

static void a_list_keeps_to_the_organisation_and_to_the_scope(
    void **state UNUSED)
{
    struct db *db = five_rows();
    struct scope all = scope_system(1);
    struct scope other = scope_system(2);
    struct scope limited = { .org = 1, .user = 9, .name = STR("ann") };

    add(db, 2, "ann", "role.created");
    assert_int_equal(listed(db, &all, (struct audit_filter){ 0 }), 5);
    assert_int_equal(listed(db, &other, (struct audit_filter){ 0 }), 1);
    assert_int_equal(listed(db, &limited, (struct audit_filter){ 0 }), 2);
    assert_int_equal(
        listed(db, &all, (struct audit_filter){ .actor = STR("bob") }), 3);
    assert_int_equal(
        listed(db, &limited, (struct audit_filter){ .actor = STR("bob") }), 0);
    assert_int_equal(
        listed(db, &all, (struct audit_filter){ .action = STR("label.") }), 5);
    assert_int_equal(
        listed(db, &all, (struct audit_filter){ .action = STR("%.") }), 0);
    assert_int_equal(listed(db, &all, (struct audit_filter){ .before_id = 3 }),
                     2);
    assert_int_equal(listed(db, &all, (struct audit_filter){ .since = 1001 }),
                     0);
    test_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_chain_is_right),
        cmocka_unit_test(what_is_rolled_back_leaves_no_row),
        cmocka_unit_test(every_change_names_the_first_broken_row),
        cmocka_unit_test(a_cut_and_mended_log_is_told_by_the_head_kept_outside),
        cmocka_unit_test(a_head_is_read_back_only_as_it_was_written),
        cmocka_unit_test(a_list_keeps_to_the_organisation_and_to_the_scope),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
