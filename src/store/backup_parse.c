/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "store/backup_int.h"

struct parser {
    backup_block_fn *block;
    void *ctx;
    struct buf text; /* what was read and not yet used */
    size_t at;
    bool ended;
    const struct backup_sink *sink;
    struct backup_facts facts;
    struct db_cell cells[BACKUP_COLUMNS_MAX];
    size_t columns;
};

static int bad(struct err *err)
{
    return err_set(err, E_CORRUPT, "is not a backup of the form known here");
}

/* n bytes from `at` on are there afterwards. Cells of a row point into the
 * text, so between rows only is what was used given up. */
static int need(struct parser *parser, size_t n, struct err *err)
{
    while (parser->text.n - parser->at < n) {
        int rc =
            parser->ended ? 0 : parser->block(parser->ctx, &parser->text, err);

        if (rc < 0)
            return rc;
        if (rc == 0)
            return err_set(err, E_CORRUPT, "ends in the middle");
    }
    return 0;
}

static void give_up_used(struct parser *parser)
{
    size_t left = parser->text.n - parser->at;

    if (parser->at < BACKUP_BLOCK / 2)
        return;
    memmove(parser->text.p, parser->text.p + parser->at, left);
    parser->text.n = left;
    parser->at = 0;
}

static int get_byte(struct parser *parser, uint8_t *out, struct err *err)
{
    int rc = need(parser, 1, err);

    if (rc == 0)
        *out = (uint8_t)parser->text.p[parser->at++];
    return rc;
}

static int get_u64(struct parser *parser, uint64_t *out, struct err *err)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = 0;
        int rc = get_byte(parser, &byte, err);

        if (rc < 0)
            return rc;
        if (shift == 63 && byte > 1)
            return bad(err);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *out = value;
            return 0;
        }
    }
    return bad(err);
}

static int get_i64(struct parser *parser, int64_t *out, struct err *err)
{
    uint64_t value = 0;
    int rc = get_u64(parser, &value, err);

    if (rc == 0)
        *out = (int64_t)(value >> 1 ^ -(value & 1));
    return rc;
}

/* The bytes stay where they are; only their place is kept, because the text
 * may move while more is read. */
struct span {
    size_t at;
    size_t n;
};

static int get_span(struct parser *parser, size_t max, struct span *out,
                    struct err *err)
{
    uint64_t n = 0;
    int rc = get_u64(parser, &n, err);

    if (rc == 0 && n > max)
        rc = bad(err);
    if (rc == 0)
        rc = need(parser, n, err);
    if (rc < 0)
        return rc;
    *out = (struct span){ parser->at, n };
    parser->at += n;
    return 0;
}

static str str_of(const struct parser *parser, struct span span)
{
    return (str){ span.n == 0 ? "" : parser->text.p + span.at, span.n };
}

static int get_head(struct parser *parser, struct err *err)
{
    static const char magic[] = "holdfast backup";
    struct span ignored;
    uint8_t form = 0;
    int rc = need(parser, sizeof(magic) - 1, err);

    if (rc == 0 && memcmp(parser->text.p, magic, sizeof(magic) - 1) != 0)
        rc = bad(err);
    parser->at = sizeof(magic) - 1;
    if (rc == 0)
        rc = get_byte(parser, &form, err);
    if (rc == 0 && form != 1)
        rc = err_set(err, E_UNSUPPORTED, "was written by a newer program");
    if (rc == 0)
        rc = get_i64(parser, &parser->facts.version, err);
    if (rc == 0)
        rc = get_i64(parser, &parser->facts.created, err);
    for (int i = 0; rc == 0 && i < 2; i++)
        rc = get_span(parser, BACKUP_NAME_MAX, &ignored, err);
    return rc;
}

static int get_table(struct parser *parser, struct err *err)
{
    struct span spans[BACKUP_COLUMNS_MAX];
    str columns[BACKUP_COLUMNS_MAX];
    struct span name = { 0, 0 };
    uint64_t n = 0;
    int rc = get_span(parser, BACKUP_NAME_MAX, &name, err);

    if (rc == 0)
        rc = get_u64(parser, &n, err);
    if (rc == 0 && (n == 0 || n > BACKUP_COLUMNS_MAX))
        rc = bad(err);
    for (size_t i = 0; rc == 0 && i < n; i++)
        rc = get_span(parser, BACKUP_NAME_MAX, &spans[i], err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        columns[i] = str_of(parser, spans[i]);
    parser->columns = n;
    return parser->sink->table(parser->sink->ctx, str_of(parser, name), columns,
                               n, err);
}

static int get_cell(struct parser *parser, struct db_cell *cell,
                    struct span *span, struct err *err)
{
    uint8_t type = 0;
    int rc = get_byte(parser, &type, err);

    *cell = (struct db_cell){ (enum db_type)type, 0, STR_NONE };
    *span = (struct span){ 0, 0 };
    if (rc < 0 || type == DB_NULL)
        return rc;
    if (type == DB_I64)
        return get_i64(parser, &cell->number, err);
    if (type != DB_TEXT && type != DB_BLOB)
        return bad(err);
    return get_span(parser, DB_VALUE_MAX, span, err);
}

static int get_row(struct parser *parser, struct err *err)
{
    struct span spans[BACKUP_COLUMNS_MAX];
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < parser->columns; i++)
        rc = get_cell(parser, &parser->cells[i], &spans[i], err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < parser->columns; i++) {
        struct db_cell *cell = &parser->cells[i];

        if (cell->type == DB_TEXT || cell->type == DB_BLOB)
            cell->bytes = str_of(parser, spans[i]);
        if (cell->type == DB_TEXT &&
            (utf8_valid(cell->bytes) < cell->bytes.n ||
             memchr(cell->bytes.p, 0, cell->bytes.n) != NULL))
            return bad(err);
    }
    return parser->sink->row(parser->sink->ctx, parser->cells, err);
}

/* After T: rows, the counter, the end. */
static int get_rows(struct parser *parser, struct err *err)
{
    int64_t counter = 0;
    uint64_t rows = 0;
    uint64_t said = 0;
    uint8_t kind = 0;
    int rc;

    while ((rc = get_byte(parser, &kind, err)) == 0 && kind == 'R') {
        rc = get_row(parser, err);
        if (rc < 0)
            return rc;
        give_up_used(parser);
        rows++;
    }
    if (rc == 0 && kind == 'C')
        rc = get_i64(parser, &counter, err);
    if (rc == 0 && kind == 'C')
        rc = get_byte(parser, &kind, err);
    if (rc == 0 && kind == 'E')
        rc = get_u64(parser, &said, err);
    if (rc == 0 && (kind != 'E' || said != rows))
        rc = bad(err);
    if (rc < 0)
        return rc;
    parser->facts.rows += (int64_t)rows;
    return parser->sink->end(parser->sink->ctx, counter, err);
}

static int get_tables(struct parser *parser, struct err *err)
{
    uint64_t said = 0;
    uint8_t kind = 0;
    int rc;

    while ((rc = get_byte(parser, &kind, err)) == 0 && kind == 'T') {
        if (++parser->facts.tables > BACKUP_TABLES_MAX)
            return bad(err);
        rc = get_table(parser, err);
        if (rc == 0)
            rc = get_rows(parser, err);
        if (rc < 0)
            return rc;
        give_up_used(parser);
    }
    if (rc == 0 && kind == 'Z')
        rc = get_u64(parser, &said, err);
    if (rc == 0 && (kind != 'Z' || said != (uint64_t)parser->facts.tables))
        rc = bad(err);
    return rc;
}

static int get_end(struct parser *parser, struct err *err)
{
    int rc = parser->at < parser->text.n ? bad(err) : 0;

    return rc < 0 ? rc : parser->block(parser->ctx, &parser->text, err);
}

int backup_parse(backup_block_fn *block, void *ctx,
                 const struct backup_sink *sink, struct backup_facts *out,
                 struct err *err)
{
    struct parser *parser = mem_alloc(1, sizeof(*parser));
    int rc;

    parser->block = block;
    parser->ctx = ctx;
    parser->sink = sink;
    parser->text = BUF_INIT(BACKUP_ROW_MAX + 3 * BACKUP_BLOCK);
    rc = get_head(parser, err);
    if (rc == 0)
        rc = sink->head(sink->ctx, &parser->facts, err);
    if (rc == 0)
        rc = get_tables(parser, err);
    if (rc == 0)
        rc = get_end(parser, err);
    if (rc > 0)
        rc = bad(err);
    if (rc == 0)
        *out = parser->facts;
    buf_clear(&parser->text);
    mem_free(parser);
    return rc;
}
