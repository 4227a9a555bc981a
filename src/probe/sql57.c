/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:sql57: a query to an SQLite database, whose path is the
 * connection string. The result has a record for each row, with a field for
 * each column. A query without rows has no item, and a database that is not
 * there neither.
 */
#include "base/vec.h"
#include "probe/sqlite.h"

/* Rows are collected first: an item is given whole, or not at all. */
struct row {
    const struct sqlite_field *fields;
    unsigned n;
};

struct job {
    struct arena arena;
    VEC(struct row) rows;
};

static void on_row(void *ctx, const struct sqlite_field *fields, unsigned n)
{
    struct job *job = ctx;
    struct sqlite_field *copy = arena_alloc(&job->arena, n, sizeof(*copy));

    for (unsigned i = 0; i < n; i++) {
        copy[i] = fields[i];
        copy[i].name = arena_str(&job->arena, fields[i].name);
        copy[i].value = arena_str(&job->arena, fields[i].value);
    }
    *vec_push(&job->rows) = (struct row){ copy, n };
}

static void give_record(struct oval_sink *sink, const struct row *row)
{
    oval_item_record(sink, "result");
    for (unsigned i = 0; i < row->n; i++) {
        const struct sqlite_field *field = &row->fields[i];
        const char *name = arena_c(oval_sink_arena(sink), field->name);
        enum oval_datatype datatype = (enum oval_datatype)field->datatype;

        if (field->null)
            oval_item_status(sink, name, OVAL_STRING, OVAL_DOES_NOT_EXIST);
        else
            oval_item_typed(sink, name, datatype, field->value);
    }
    oval_item_record_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct sqlite_object object;
    struct job job = { .arena = ARENA };
    struct err why = { 0 };
    int rc = sqlite_object(query, &object, &why);

    if (rc == 0) {
        const struct sqlite_ask ask = {
            machine, sink, object.connection, object.sql,
            on_row,  &job, SQLITE_COLUMNS_MAX
        };

        rc = sqlite_select(&ask, &why);
    }
    if (rc == 0 && job.rows.n > 0) {
        oval_item_begin(sink, "independent:sql57");
        oval_item_str(sink, "engine", STR("sqlite"));
        oval_item_str(sink, "version", object.version);
        oval_item_str(sink, "connection_string", object.connection);
        oval_item_str(sink, "sql", object.sql);
        for (size_t i = 0; i < job.rows.n; i++)
            give_record(sink, &job.rows.p[i]);
        oval_item_end(sink);
    }
    if (rc < 0 && rc != E_ABSENT)
        oval_sink_error(sink, "%s", err_text(&why));
    vec_clear(&job.rows);
    arena_clear(&job.arena);
    return 0;
}

const struct probe probe_sql57 = {
    .object = "independent:sql57",
    .collect = collect,
};
