/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/facts.h"
#include "advisory/release.h"
#include "cli/advisories.h"
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/help.h"
#include "cli/table.h"
#include "risk/cve.h"

struct listing {
    const struct cli *cli;
    const struct advisory_data *data;
    struct arena arena;
    uint16_t since;
    int64_t limit;
    VEC(uint32_t) found;
};

/* --- Which. --- */

static bool has_package(const struct listing *l, uint32_t at)
{
    const char *package = cli_value(l->cli, "package");
    const char *release = cli_value(l->cli, "release");
    struct advisory_item item;

    if (package == NULL && release == NULL)
        return true;
    for (size_t i = 0; advisory_data_item(l->data, at, i, &item); i++) {
        if ((package == NULL || str_eq_c(item.package, package)) &&
            (release == NULL || (item.release.n > 0 &&
                                 release_covers(item.release, str_c(release)))))
            return true;
    }
    return false;
}

static bool is_wanted(const struct listing *l, const struct advisory *advisory)
{
    const char *type = cli_value(l->cli, "type");
    const char *severity = cli_value(l->cli, "severity");
    const char *source = cli_value(l->cli, "source");
    int64_t day = (advisory->updated > advisory->issued ? advisory->updated
                                                        : advisory->issued) /
                  86400;
    str release;

    return (type == NULL ||
            strcmp(advisory_type_text(advisory->type), type) == 0) &&
           (severity == NULL ||
            strcmp(advisory_severity_text(advisory->severity), severity) ==
                0) &&
           (source == NULL ||
            str_eq_c(advisories_source(l->data, advisory->source), source)) &&
           day >= l->since &&
           (cli_has(l->cli, "superseded") ||
            advisory_data_superseded_by(l->data, advisory->id, 0, &release).p ==
                NULL) &&
           has_package(l, advisory->at);
}

/* Latest first (P-INT-8). */
struct dated {
    int64_t issued;
    uint32_t at;
};

static int by_date(const void *a, const void *b)
{
    const struct dated *x = a;
    const struct dated *y = b;

    if (x->issued != y->issued)
        return x->issued > y->issued ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static void find(struct listing *l)
{
    VEC(struct dated) all = { 0 };
    struct advisory advisory;

    for (uint32_t i = 0; advisory_data_at(l->data, i, &advisory); i++) {
        if (is_wanted(l, &advisory))
            *vec_push(&all) = (struct dated){ advisory.issued, i };
    }
    if (all.n > 0)
        qsort(all.p, all.n, sizeof(*all.p), by_date);
    for (size_t i = 0; i < all.n; i++)
        *vec_push(&l->found) = all.p[i].at;
    vec_clear(&all);
}

/* --- Output. --- */

static unsigned vuln_count(const struct listing *l, uint32_t at)
{
    unsigned n = 0;

    while (advisory_data_vuln(l->data, at, n).p != NULL)
        n++;
    return n;
}

static void print(struct listing *l, struct buf *out)
{
    static const struct table_column columns[] = {
        { "ADVISORY" },
        { "TYPE", .leave = 2 },
        { "SEVERITY" },
        { "CVES", .right = true },
        { "ISSUED" },
        { "SOURCE", .leave = 1 },
        { "TITLE", .least = 16, .soft = true },
    };
    AUTO(table_clear) struct table table;
    struct term term = term_init();
    struct advisory a;

    table_init(&table, columns, COUNT(columns));
    for (size_t i = 0; i < l->found.n && (int64_t)i < l->limit; i++) {
        if (!advisory_data_at(l->data, l->found.p[i], &a))
            continue;
        table_add(
            &table, TERM_PLAIN,
            (str[]){
                a.id,
                str_c(advisory_type_text(a.type)),
                a.severity_text.n > 0 ? a.severity_text : STR("not stated"),
                arena_printf(&l->arena, "%u", vuln_count(l, a.at)),
                advisories_day(&l->arena, a.issued),
                advisories_source(l->data, a.source),
                a.title,
            });
    }
    table_print(&table, &term, out);
    buf_printf(out, "\n%zu advisories", l->found.n);
    if ((int64_t)l->found.n > l->limit)
        buf_printf(out, "; the latest %lld are shown (--limit)",
                   (long long)l->limit);
    buf_add_c(out, ".\n");
}

static int write_json(struct listing *l, const char *path, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    struct advisory a;
    int rc = io_out_open(path, &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_array(w);
    for (size_t i = 0; i < l->found.n; i++) {
        if (!advisory_data_at(l->data, l->found.p[i], &a))
            continue;
        json_write_object(w);
        json_write_member(w, "id", a.id);
        json_write_member(w, "title", a.title);
        json_write_member(w, "type", str_c(advisory_type_text(a.type)));
        json_write_member(w, "severity",
                          a.severity_text.n > 0 ? a.severity_text : STR_NONE);
        json_write_member(w, "source", advisories_source(l->data, a.source));
        json_write_member(w, "issued", advisories_day(&l->arena, a.issued));
        json_write_key(w, "vulnerabilities");
        json_write_array(w);
        for (unsigned k = 0; k < vuln_count(l, a.at); k++)
            json_write_str(w, advisory_data_vuln(l->data, a.at, k));
        json_write_array_end(w);
        json_write_object_end(w);
    }
    json_write_array_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int read_options(struct listing *l, struct err *err)
{
    const char *since = cli_value(l->cli, "since");
    const char *limit = cli_value(l->cli, "limit");
    int rc = 0;

    l->limit = 50;
    if (since != NULL)
        rc = day_parse(str_c(since), &l->since, err);
    if (rc == 0 && limit != NULL)
        rc = str_to_i64(str_c(limit), 1, INT64_MAX, &l->limit, err);
    return rc < 0 ? err_wrap(err, E_USAGE, "%s",
                             limit == NULL ? "--since" : "--since, --limit")
                  : 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 28);
    AUTO(advisory_data_freep) struct advisory_data *data = NULL;
    struct listing l = { .cli = cli };
    int rc = read_options(&l, err);

    if (rc == 0)
        rc = advisories_open(&l.arena, cli_value(cli, "dir"), &data, err);
    if (rc == 0) {
        l.data = data;
        find(&l);
        if (cli_has(cli, "json")) {
            rc = write_json(&l, cli_value(cli, "json"), err);
        } else {
            print(&l, &out);
            rc = help_print(&out, err);
        }
    }
    vec_clear(&l.found);
    arena_clear(&l.arena);
    return rc;
}

static const struct cli_option options[] = {
    { "package", 0, "NAME", "Only those that name this package" },
    { "release", 0, "OS:VERSION", "Only those for this system" },
    { "type", 0, "TYPE", "Only security, bugfix or enhancement" },
    { "severity", 0, "LEVEL",
      "Only critical, important, moderate, low or unassigned" },
    { "source", 0, "NAME", "Only those of this source" },
    { "since", 0, "YYYY-MM-DD", "Only those issued or updated since" },
    { "superseded", 0, NULL, "Also those that others replace" },
    { "limit", 0, "N", "Show at most N (50)" },
    { "json", 0, "OUT.json", "Write all of them for programs" },
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_advisory_list = {
    .name = "advisory list",
    .summary = "List advisories, the latest first",
    .arguments = "",
    .about = "Lists the imported advisories that all given options allow, "
             "without those that others replace.",
    .options = options,
    .run = run,
};
