/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/advisories.h"
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/help.h"
#include "cli/table.h"

static const char *rank_text(enum advisory_rank rank)
{
    return rank == ADVISORY_BY_UPDATE   ? "1 publisher of the update"
           : rank == ADVISORY_BY_VENDOR ? "2 vendor, on vulnerabilities"
                                        : "3 collection";
}

static void print(const struct advisory_data *data, struct buf *out)
{
    static const struct table_column columns[] = {
        { "SOURCE", .least = 12 },    { "FORMAT" },
        { "NOTICES", .right = true }, { "DATED" },
        { "IMPORTED", .leave = 2 },   { "RANK", .leave = 1 },
    };
    AUTO(table_clear) struct table table;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct advisory_counts counts;
    struct advisory_source source;
    struct term term = term_init();

    table_init(&table, columns, COUNT(columns));
    for (uint32_t i = 0; advisory_data_source(data, i, &source); i++)
        table_add(&table, TERM_PLAIN,
                  (str[]){
                      source.name,
                      source.format,
                      arena_printf(&arena, "%llu",
                                   (unsigned long long)source.notices),
                      source.date.n > 0 ? source.date : STR("not stated"),
                      advisories_day(&arena, source.imported_s),
                      str_c(rank_text(source.rank)),
                  });
    table_print(&table, &term, out);
    advisory_data_count(data, &counts);
    buf_printf(out,
               "\n%zu advisories, %zu vulnerabilities, %zu packages, %llu "
               "statements, %zu supersedences.\n",
               counts.advisories, counts.vulnerabilities, counts.packages,
               (unsigned long long)counts.statements, counts.supersedences);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 20);
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(advisory_data_freep) struct advisory_data *data = NULL;
    int rc = advisories_open(&arena, cli_value(cli, "dir"), &data, err);

    if (rc < 0)
        return rc;
    print(data, &out);
    return help_print(&out, err);
}

static const struct cli_option options[] = {
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_advisory_info = {
    .name = "advisory info",
    .summary = "Show which advisories there are, and how old they are",
    .arguments = "",
    .about = "Lists the sources: their format, how much they say, the date "
             "they state, when they were imported, and their rank. Where one "
             "answer is needed the source with the smaller rank is taken; "
             "what the others say stays beside it.",
    .options = options,
    .run = run,
};
