/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:sql (deprecated by sql57): as sql57.c, for queries of a single
 * field: a result for each row.
 */
#include "base/vec.h"
#include "probe/sqlite.h"

struct job {
    struct arena arena;
    VEC(struct sqlite_field) rows;
};

static void on_row(void *ctx, const struct sqlite_field *fields,
                   unsigned n UNUSED)
{
    struct job *job = ctx;
    struct sqlite_field *row = vec_push(&job->rows);

    *row = fields[0];
    row->value = arena_str(&job->arena, fields[0].value);
}

static void give(struct oval_sink *sink, const struct sqlite_object *object,
                 const struct job *job)
{
    oval_item_begin(sink, "independent:sql");
    oval_item_str(sink, "engine", STR("sqlite"));
    oval_item_str(sink, "version", object->version);
    oval_item_str(sink, "connection_string", object->connection);
    oval_item_str(sink, "sql", object->sql);
    for (size_t i = 0; i < job->rows.n; i++) {
        const struct sqlite_field *row = &job->rows.p[i];

        if (row->null)
            oval_item_status(sink, "result", OVAL_STRING, OVAL_DOES_NOT_EXIST);
        else
            oval_item_typed(sink, "result", (enum oval_datatype)row->datatype,
                            row->value);
    }
    oval_item_end(sink);
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
        const struct sqlite_ask ask = { machine,    sink,   object.connection,
                                        object.sql, on_row, &job,
                                        1 };

        rc = sqlite_select(&ask, &why);
    }
    if (rc == 0 && job.rows.n > 0)
        give(sink, &object, &job);
    if (rc < 0 && rc != E_ABSENT)
        oval_sink_error(sink, "%s", err_text(&why));
    vec_clear(&job.rows);
    arena_clear(&job.arena);
    return 0;
}

const struct probe probe_sql = {
    .object = "independent:sql",
    .collect = collect,
};
