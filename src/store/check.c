/* SPDX-License-Identifier: Apache-2.0 */
#include "store/check.h"

#include "base/buf.h"
#include "store/catalog_int.h"
#include "store/schema.h"

enum {
    PROBLEMS_OF_RULE = 20,
    TEXT_MAX = 8192,
};

struct check {
    struct db *db;
    store_problem_fn *report;
    void *ctx;
    int problems;
    bool other_version; /* the rules are not for it */
};

static void problem(struct check *check, const char *sentence)
{
    check->problems++;
    check->report(check->ctx, sentence);
}

/* What a damaged database answers is a problem found, not a failure to look.
 * Returns 0, or the error that ends the check. */
static int tolerate(struct check *check, int rc, const struct err *why,
                    struct err *err)
{
    if (rc >= 0)
        return 0;
    if (rc == E_CORRUPT) {
        problem(check, err_text(why));
        return 0;
    }
    return err_set(err, rc, "%s", err_text(why));
}

static int engine_row(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    str text = db_col_text(row, 0);
    AUTO(buf_clear) struct buf sentence = BUF(TEXT_MAX);

    if (str_eq(text, STR("ok")))
        return 0;
    buf_add(&sentence, text);
    problem(ctx, buf_c(&sentence));
    return 0;
}

static int check_engine(struct check *check, struct err *err)
{
    struct err why = { 0 };
    int rc;

    if (db_engine(check->db) != DB_SQLITE)
        return 0;
    rc = db_each(check->db, "PRAGMA integrity_check", DB_NO_ARGS, engine_row,
                 check, &why);
    return tolerate(check, rc, &why, err);
}

static int check_version(struct check *check, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    struct err why = { 0 };
    int64_t version = 0;
    int rc = schema_version(check->db, &version, &why);

    if (rc < 0)
        return tolerate(check, rc, &why, err);
    if (version == (int64_t)migration_count)
        return 0;
    buf_printf(&text, "the schema has version %lld, and this program's is %zu",
               (long long)version, migration_count);
    check->other_version = true;
    problem(check, buf_c(&text));
    return 0;
}

static int ignore_row(void *ctx UNUSED, struct db_rows *row,
                      struct err *err UNUSED)
{
    for (int i = 0; i < row->columns; i++)
        (void)db_cell(row, i);
    return 0;
}

/* Reading every value makes the engine look at every page of it. */
static int check_tables(struct check *check, struct err *err)
{
    AUTO(catalog_clear) struct catalog catalog = { ARENA, { 0 } };
    struct err why = { 0 };
    int rc = catalog_read(check->db, &catalog, &why);

    if (rc < 0)
        return tolerate(check, rc, &why, err);
    for (size_t i = 0; rc == 0 && i < catalog.tables.n; i++) {
        AUTO(buf_clear) struct buf sql = BUF(TEXT_MAX);
        str name = catalog.tables.p[i].name;

        buf_printf(&sql, "SELECT * FROM \"%" PRIstr "\"", ARGstr(name));
        rc =
            db_each(check->db, buf_c(&sql), DB_NO_ARGS, ignore_row, NULL, &why);
        if (rc < 0)
            err_wrap(&why, rc, "%" PRIstr, ARGstr(name));
        rc = tolerate(check, rc, &why, err);
    }
    return rc;
}

static void found_orphan(void *ctx, str sentence)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);

    buf_add(&text, sentence);
    problem(ctx, buf_c(&text));
}

static int check_keys(struct check *check, struct err *err)
{
    struct err why = { 0 };
    int rc = catalog_orphans(check->db, found_orphan, check, &why);

    return tolerate(check, rc, &why, err);
}

struct rule_check {
    struct check *check;
    const struct store_rule *rule;
    int found;
};

static int rule_row(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    struct rule_check *of = ctx;
    const struct store_rule *rule = of->rule;
    struct err why = { 0 };
    int rc = E_INVALID;

    if (rule->fn != NULL)
        rc = rule->fn(rule->ctx, row, &why);
    else
        err_set(&why, rc, "breaks the rule");
    if (rc >= 0 || of->found++ >= PROBLEMS_OF_RULE)
        return 0;
    err_wrap(&why, rc, "%s", rule->what);
    problem(of->check, err_text(&why));
    return 0;
}

static int check_rule(struct check *check, const struct store_rule *rule,
                      struct err *err)
{
    struct rule_check of = { check, rule, 0 };
    struct err why = { 0 };
    int rc = db_each(check->db, rule->sql, DB_NO_ARGS, rule_row, &of, &why);

    return tolerate(check, rc, &why, err);
}

int store_check(struct db *db, const struct store_rule *rules, size_t count,
                store_problem_fn *report, void *ctx, struct err *err)
{
    struct check check = { db, report, ctx, 0 };
    int rc = check_engine(&check, err);

    if (rc == 0)
        rc = check_version(&check, err);
    if (rc == 0)
        rc = check_tables(&check, err);
    if (rc == 0)
        rc = check_keys(&check, err);
    for (size_t i = 0; rc == 0 && !check.other_version && i < count; i++)
        rc = check_rule(&check, &rules[i], err);
    return rc < 0 ? rc : check.problems;
}
