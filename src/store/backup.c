/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backup.h"

#include "base/zpack.h"
#include "store/backup_int.h"
#include "store/schema_int.h"

struct writer {
    struct vault_out *vault;
    struct buf block;  /* to be compressed */
    struct buf packed; /* to be sealed */
    struct backup_facts facts;
    uint64_t rows; /* of the table that is written */
};

static int flush(struct writer *writer, struct err *err)
{
    int rc;

    if (writer->block.n == 0)
        return 0;
    buf_reset(&writer->packed);
    rc = zpack_make(buf_str(&writer->block), &writer->packed, err);
    if (rc == 0)
        rc = vault_put(writer->vault, buf_str(&writer->packed), err);
    buf_reset(&writer->block);
    return rc;
}

static int put(struct writer *writer, str bytes, struct err *err)
{
    while (bytes.n > 0) {
        str part = str_sub(bytes, 0, BACKUP_BLOCK - writer->block.n);
        int rc = 0;

        buf_add(&writer->block, part);
        bytes = str_sub(bytes, part.n, bytes.n);
        if (writer->block.n == BACKUP_BLOCK)
            rc = flush(writer, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static size_t write_u64(char *out, uint64_t number)
{
    size_t n = 0;

    for (; number >= 0x80; number >>= 7)
        out[n++] = (char)(number | 0x80);
    out[n++] = (char)number;
    return n;
}

/* A kind, and a number behind it. */
static int put_u64(struct writer *writer, char kind, uint64_t number,
                   struct err *err)
{
    char bytes[1 + 10] = { kind };

    return put(writer, (str){ bytes, 1 + write_u64(bytes + 1, number) }, err);
}

static int put_i64(struct writer *writer, char kind, int64_t number,
                   struct err *err)
{
    uint64_t zigzag = (uint64_t)number << 1 ^ (uint64_t)(number >> 63);

    return put_u64(writer, kind, zigzag, err);
}

static int put_text(struct writer *writer, str text, struct err *err)
{
    char bytes[10];
    int rc = put(writer, (str){ bytes, write_u64(bytes, text.n) }, err);

    return rc < 0 ? rc : put(writer, text, err);
}

static int put_cell(struct writer *writer, const struct db_cell *cell,
                    struct err *err)
{
    char kind = (char)cell->type;
    int rc;

    if (cell->type == DB_I64)
        return put_i64(writer, kind, cell->number, err);
    rc = put(writer, (str){ &kind, 1 }, err);
    if (rc < 0 || cell->type == DB_NULL)
        return rc;
    return put_text(writer, cell->bytes, err);
}

static int put_row(void *ctx, struct db_rows *row, struct err *err)
{
    struct writer *writer = ctx;
    size_t bytes = 0;
    int rc = put(writer, STR("R"), err);

    for (int i = 0; rc == 0 && i < row->columns; i++) {
        struct db_cell cell = db_cell(row, i);

        bytes += cell.bytes.n;
        rc = put_cell(writer, &cell, err);
    }
    if (rc == 0 && bytes > BACKUP_ROW_MAX)
        rc = err_set(err, E_LIMIT, "a row of %zu bytes", bytes);
    writer->rows++;
    return rc;
}

static int put_rows(struct writer *writer, struct db *db,
                    const struct db_table *table, struct err *err)
{
    AUTO(buf_clear) struct buf sql = BUF(64 << 10);

    for (size_t i = 0; i < table->n; i++)
        buf_printf(&sql, "%s\"%" PRIstr "\"", i == 0 ? "SELECT " : ", ",
                   ARGstr(table->columns[i].name));
    buf_printf(&sql, " FROM \"%" PRIstr "\"", ARGstr(table->name));
    return db_each(db, buf_c(&sql), DB_NO_ARGS, put_row, writer, err);
}

static int put_table(struct writer *writer, struct db *db,
                     const struct db_table *table, struct err *err)
{
    int64_t counter = 0;
    int rc = put(writer, STR("T"), err);
    char columns[10];

    writer->rows = 0;
    if (rc == 0)
        rc = put_text(writer, table->name, err);
    if (rc == 0)
        rc = put(writer, (str){ columns, write_u64(columns, table->n) }, err);
    for (size_t i = 0; rc == 0 && i < table->n; i++)
        rc = put_text(writer, table->columns[i].name, err);
    if (rc == 0)
        rc = put_rows(writer, db, table, err);
    if (rc == 0)
        rc = catalog_counter(db, table->name, &counter, err);
    if (rc == 0)
        rc = put_i64(writer, 'C', counter, err);
    if (rc == 0)
        rc = put_u64(writer, 'E', writer->rows, err);
    writer->facts.rows += (int64_t)writer->rows;
    writer->facts.tables++;
    return rc < 0 ? err_wrap(err, rc, "%" PRIstr, ARGstr(table->name)) : 0;
}

static int put_head(struct writer *writer, enum db_engine engine,
                    struct err *err)
{
    int rc = put(writer, STR("holdfast backup"), err);

    if (rc == 0)
        rc = put_i64(writer, 1, writer->facts.version, err);
    if (rc == 0) {
        char bytes[10];
        uint64_t created = (uint64_t)writer->facts.created << 1;

        rc = put(writer, (str){ bytes, write_u64(bytes, created) }, err);
    }
    if (rc == 0)
        rc = put_text(writer, STR(HOLDFAST_VERSION), err);
    if (rc == 0)
        rc = put_text(writer,
                      engine == DB_SQLITE ? STR("SQLite") : STR("PostgreSQL"),
                      err);
    return rc;
}

static int put_all(struct writer *writer, struct db *db, struct err *err)
{
    AUTO(catalog_clear) struct catalog catalog = { ARENA, { 0 } };
    int rc = schema_version(db, &writer->facts.version, err);

    if (rc == 0 && writer->facts.version == 0)
        rc = err_set(err, E_ABSENT, "the database is empty");
    if (rc == 0)
        rc = catalog_read(db, &catalog, err);
    if (rc == 0)
        rc = put_head(writer, db_engine(db), err);
    for (size_t i = 0; rc == 0 && i < catalog.tables.n; i++)
        rc = put_table(writer, db, &catalog.tables.p[i], err);
    if (rc == 0)
        rc = put_u64(writer, 'Z', (uint64_t)catalog.tables.n, err);
    return rc < 0 ? rc : flush(writer, err);
}

int store_backup(struct db *db, const char *path,
                 const struct vault_secret *secret, int64_t now,
                 struct backup_facts *out, struct err *err)
{
    struct writer writer = { .block = BUF(BACKUP_BLOCK),
                             .packed = BUF(VAULT_CHUNK_MAX),
                             .facts = { .created = now } };
    int rc = vault_create(path, secret, &writer.vault, err);

    if (rc == 0)
        rc = db_begin_read(db, err);
    if (rc == 0) {
        rc = put_all(&writer, db, err);
        db_rollback(db);
    }
    if (rc == 0)
        rc = vault_finish(writer.vault, err);
    vault_out_free(writer.vault);
    buf_clear(&writer.block);
    buf_clear(&writer.packed);
    if (rc == 0 && out != NULL)
        *out = writer.facts;
    return rc;
}
