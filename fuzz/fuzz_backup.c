/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of a backup, decompressed, in blocks of a size that the first byte
 * gives.
 */
#include <assert.h>

#include "store/backup_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
    str rest;
    size_t piece;
    size_t columns; /* 0: no table is open */
    int64_t tables;
    int64_t rows;
    uint64_t sum; /* of every byte given out */
};

static int block(void *ctx, struct buf *out, struct err *err UNUSED)
{
    struct run *run = ctx;
    str part = str_sub(run->rest, 0, run->piece);

    if (part.n == 0)
        return 0;
    buf_add(out, part);
    run->rest = str_sub(run->rest, part.n, run->rest.n);
    return 1;
}

static void touch(struct run *run, str text)
{
    run->sum = str_hash_after(text, run->sum);
}

static int on_head(void *ctx UNUSED, const struct backup_facts *facts UNUSED,
                   struct err *err UNUSED)
{
    return 0;
}

static int on_table(void *ctx, str name, const str *columns, size_t n,
                    struct err *err UNUSED)
{
    struct run *run = ctx;

    assert(run->columns == 0 && n > 0 && n <= BACKUP_COLUMNS_MAX);
    touch(run, name);
    for (size_t i = 0; i < n; i++)
        touch(run, columns[i]);
    run->columns = n;
    run->tables++;
    return 0;
}

static int on_row(void *ctx, const struct db_cell *cells,
                  struct err *err UNUSED)
{
    struct run *run = ctx;

    assert(run->columns > 0);
    for (size_t i = 0; i < run->columns; i++) {
        assert(cells[i].type <= DB_BLOB);
        assert((cells[i].bytes.p != NULL) == (cells[i].type >= DB_TEXT));
        touch(run, cells[i].bytes);
    }
    run->rows++;
    return 0;
}

static int on_end(void *ctx, int64_t counter UNUSED, struct err *err UNUSED)
{
    ((struct run *)ctx)->columns = 0;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run run = { .piece = size > 0 ? (size_t)data[0] * 16 + 1 : 1 };
    struct backup_sink sink = { &run, on_head, on_table, on_row, on_end };
    struct backup_facts facts = { 0 };
    struct err err = { 0 };

    if (size > 0)
        run.rest = (str){ (const char *)data + 1, size - 1 };
    if (backup_parse(block, &run, &sink, &facts, &err) == 0)
        assert(facts.tables == run.tables && facts.rows == run.rows);
    else
        assert(err.text[0] != '\0');
    return 0;
}
