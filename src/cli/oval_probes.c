/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/table.h"
#include "probe/probe.h"

static int run(struct cli *cli UNUSED, struct err *err)
{
    static const struct table_column columns[] = {
        { "SCHEMA", .least = 0 },
        { "OBJECT", .least = 0 },
        { "UNDER --root", .least = 0 },
    };
    AUTO(buf_clear) struct buf out = BUF(HELP_TEXT_MAX);
    AUTO(table_clear) struct table table;
    struct term term = term_init();

    table_init(&table, columns, COUNT(columns));
    for (size_t i = 0; i < probe_table_count; i++) {
        str name = str_c(probe_table[i]->object);
        str family = str_cut(&name, ':');
        bool online = (probe_table[i]->needs & PROBE_ONLINE) != 0;

        table_add(&table, TERM_PLAIN,
                  (str[]){ family, name,
                           online ? STR("not collected") : STR("yes") });
    }
    table_print(&table, &term, &out);
    return help_print(&out, err);
}

const struct command command_oval_probes = {
    .name = "oval probes",
    .summary = "List the kinds of objects that can be collected",
    .arguments = "",
    .about = "A test of any other kind evaluates to 'unknown', with a "
             "message. Kinds that ask the running system are not collected "
             "under --root.",
    .run = run,
};
