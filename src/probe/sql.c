/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:sql (deprecated by sql57): as sql57.c, for queries of a single
 * field: a result for each row.
 */
#include "probe/sqlite.h"

static void give(struct oval_sink *sink, const struct sqlite_row *row)
{
    sqlite_give(sink, "result", &row->fields[0]);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    static const struct sqlite_kind kind = { "independent:sql", 1, give };

    sqlite_collect(machine, query, sink, &kind);
    return 0;
}

const struct probe probe_sql = {
    .object = "independent:sql",
    .collect = collect,
};
