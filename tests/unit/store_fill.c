/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store_fill.h"

#include "store/catalog_int.h"
#include "tests/unit/unit.h"

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err_text(err));
}

/* Texts and bytes that a careless copy would spoil. */
static struct db_cell value_of(enum db_type type, int64_t row, struct buf *text)
{
    static const char ends[] = "\xc3\xa4'\"\\\n\t%_";
    static const char bytes[] = "\0\xff\xfe;\r\n\x1a";

    buf_reset(text);
    buf_printf(text, "%lld", (long long)row);
    if (type == DB_TEXT)
        buf_add(text, (str){ ends, sizeof(ends) - 1 });
    if (type == DB_BLOB)
        buf_add(text, (str){ bytes, sizeof(bytes) });
    return (struct db_cell){ type, row, buf_str(text) };
}

static void fill_table(struct db *db, const struct db_table *table,
                       int64_t rows)
{
    struct db_cell cells[200];
    struct buf texts[200];
    struct err err = { 0 };

    assert_true(table->n <= COUNT(cells));
    for (size_t i = 0; i < table->n; i++)
        texts[i] = BUF_INIT(256);
    must(db_copy_begin(db, table, &err), &err);
    for (int64_t row = 1; row <= rows; row++) {
        for (size_t i = 0; i < table->n; i++)
            cells[i] = value_of(table->columns[i].type, row, &texts[i]);
        must(db_copy_row(db, cells, &err), &err);
    }
    must(db_copy_end(db, &err), &err);
    must(catalog_set_counter(db, table->name, rows + 10, &err), &err);
    for (size_t i = 0; i < table->n; i++)
        buf_clear(&texts[i]);
}

void store_fill(struct db *db, int64_t rows)
{
    AUTO(catalog_clear) struct catalog catalog = { ARENA, { 0 } };
    struct err err = { 0 };
    char sql[128];

    must(catalog_read(db, &catalog, &err), &err);
    must(catalog_keys_off(db, &err), &err);
    must(db_begin(db, &err), &err);
    must(catalog_keys_late(db, &err), &err);
    for (size_t i = 0; i < catalog.tables.n; i++) {
        snprintf(sql, sizeof(sql), "DELETE FROM \"%.*s\"",
                 (int)catalog.tables.p[i].name.n, catalog.tables.p[i].name.p);
        must(db_script(db, sql, &err), &err);
    }
    for (size_t i = 0; i < catalog.tables.n; i++)
        fill_table(db, &catalog.tables.p[i], rows);
    must(catalog_keys_check(db, &err), &err);
    must(db_commit(db, &err), &err);
    must(catalog_keys_on(db, &err), &err);
}

static int print_row(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    struct buf *out = ctx;

    for (int i = 0; i < row->columns; i++) {
        struct db_cell cell = db_cell(row, i);

        if (cell.type == DB_NULL)
            buf_add_c(out, "NULL");
        if (cell.type == DB_I64)
            buf_printf(out, "%lld", (long long)cell.number);
        if (cell.type == DB_TEXT || cell.type == DB_BLOB) {
            buf_printf(out, "%c%zu:", cell.type == DB_TEXT ? 't' : 'b',
                       cell.bytes.n);
            buf_add(out, cell.bytes);
        }
        buf_add_char(out, '|');
    }
    buf_add_char(out, '\n');
    return 0;
}

static void print_table(struct db *db, const struct db_table *table,
                        struct buf *out)
{
    AUTO(buf_clear) struct buf sql = BUF(64 << 10);
    struct err err = { 0 };
    int64_t counter = 0;

    must(catalog_counter(db, table->name, &counter, &err), &err);
    buf_printf(out, "%" PRIstr " (last id %lld)\n", ARGstr(table->name),
               (long long)counter);
    for (size_t i = 0; i < table->n; i++) {
        buf_printf(&sql, "%s\"%" PRIstr "\"", i == 0 ? "SELECT " : ", ",
                   ARGstr(table->columns[i].name));
        buf_printf(out, "%" PRIstr "|", ARGstr(table->columns[i].name));
    }
    buf_printf(&sql, " FROM \"%" PRIstr "\" ORDER BY ", ARGstr(table->name));
    for (size_t i = 0; i < table->n; i++)
        buf_printf(&sql, "%s%zu", i == 0 ? "" : ", ", i + 1);
    buf_add_char(out, '\n');
    must(db_each(db, buf_c(&sql), DB_NO_ARGS, print_row, out, &err), &err);
}

void store_print(struct db *db, struct buf *out)
{
    AUTO(catalog_clear) struct catalog catalog = { ARENA, { 0 } };
    struct err err = { 0 };

    must(catalog_read(db, &catalog, &err), &err);
    for (size_t i = 0; i < catalog.tables.n; i++)
        print_table(db, &catalog.tables.p[i], out);
    must(buf_finish(out, "the print", &err), &err);
}
