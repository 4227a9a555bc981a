/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:sql57: a query to an SQLite database, whose path is the
 * connection string. The result has a record for each row, with a field for
 * each column.
 */
#include "probe/sqlite.h"

static void give(struct oval_sink *sink, const struct sqlite_row *row)
{
    oval_item_record(sink, "result");
    for (unsigned i = 0; i < row->n; i++)
        sqlite_give(sink, arena_c(oval_sink_arena(sink), row->fields[i].name),
                    &row->fields[i]);
    oval_item_record_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    static const struct sqlite_kind kind = { "independent:sql57",
                                             SQLITE_COLUMNS_MAX, give };

    sqlite_collect(machine, query, sink, &kind);
    return 0;
}

const struct probe probe_sql57 = {
    .object = "independent:sql57",
    .collect = collect,
};
