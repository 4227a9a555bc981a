/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/help.h"
#include "cli/risks.h"
#include "cli/table.h"
#include "oval/report.h"

static int add_source(struct risk_data *data, size_t i, struct arena *arena,
                      struct table *table, struct err *err)
{
    static const char *const kinds[RISK_KINDS] = { "CVSS", "exploited", "EPSS",
                                                   "exploitation" };
    char space[OVAL_TIME_SIZE];
    struct risk_source source;
    int rc = risk_data_source(data, i, &source, err);
    str imported;

    if (rc < 0)
        return rc;
    imported = str_sub(oval_time_text(source.imported_s, space), 0, 10);
    table_add(table, TERM_PLAIN,
              (str[]){
                  source.name,
                  str_c(kinds[source.kind]),
                  arena_printf(arena, "%llu", (unsigned long long)source.cves),
                  source.date.n > 0 ? source.date : STR("not stated"),
                  arena_str(arena, imported),
              });
    return 0;
}

static int print(struct risk_data *data, struct buf *out, struct err *err)
{
    static const struct table_column columns[] = {
        { "SOURCE", .least = 8 },
        { "SAYS" },
        { "CVES", .right = true },
        { "DATED" },
        { "IMPORTED" },
    };
    AUTO(table_clear) struct table table;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct term term = term_init();
    int rc = 0;

    table_init(&table, columns, COUNT(columns));
    for (size_t i = 0; rc == 0 && i < risk_data_sources(data); i++)
        rc = add_source(data, i, &arena, &table, err);
    table_print(&table, &term, out);
    buf_printf(out, "\n%u CVEs.\n", risk_data_count(data));
    return rc;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 20);
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(risk_data_freep) struct risk_data *data = NULL;
    int rc = risks_open_data(&arena, cli_value(cli, "dir"), &data, err);

    if (rc == 0)
        rc = print(data, &out, err);
    return rc < 0 ? rc : help_print(&out, err);
}

static const struct cli_option options[] = {
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_risk_info = {
    .name = "risk info",
    .summary = "Show which risk data there are, and how old they are",
    .arguments = "",
    .about = "Lists the sources: what they say (CVSS scores, what is "
             "exploited, EPSS), of how many CVEs, when they were made as "
             "they state it, and when they were imported.",
    .options = options,
    .run = run,
};
