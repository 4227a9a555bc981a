/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/facts.h"
#include "advisory/release.h"
#include "cli/advisories.h"
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/help.h"
#include "cli/table.h"
#include "risk/cve.h"

struct comparing {
    const struct cli *cli;
    const struct advisory_data *data;
    struct arena arena;
    VEC(struct advisory_statement) statements;
};

static int on_statement(void *ctx, const struct advisory_statement *statement,
                        struct err *err)
{
    struct comparing *c = ctx;
    const char *package = cli_value(c->cli, "package");
    const char *release = cli_value(c->cli, "release");
    const struct advisory_item *item = &statement->item;

    (void)err;
    if ((package != NULL && !str_eq_c(item->package, package)) ||
        (release != NULL && item->release.n > 0 &&
         !release_covers(item->release, str_c(release))))
        return 0;
    *vec_push(&c->statements) = *statement;
    return 0;
}

/* By vulnerability, package, release; then what the sources say of it. */
static int by_subject(const void *a, const void *b)
{
    const struct advisory_statement *x = a;
    const struct advisory_statement *y = b;
    int order = str_cmp(x->vulnerability, y->vulnerability);

    if (order == 0)
        order = str_cmp(x->item.package, y->item.package);
    if (order == 0)
        order = str_cmp(x->item.release, y->item.release);
    if (order == 0)
        order = x->source < y->source ? -1 : x->source > y->source;
    return order != 0 ? order : str_cmp(x->item.arch, y->item.arch);
}

static bool same_subject(const struct advisory_statement *a,
                         const struct advisory_statement *b)
{
    return str_eq(a->vulnerability, b->vulnerability) &&
           str_eq(a->item.package, b->item.package) &&
           str_eq(a->item.release, b->item.release);
}

/* Does another source say something else of the same? */
static bool is_disputed(const struct comparing *c, size_t at)
{
    const struct advisory_statement *s = c->statements.p;
    size_t first = at;

    while (first > 0 && same_subject(&s[first - 1], &s[at]))
        first--;
    for (size_t i = first; i < c->statements.n && same_subject(&s[i], &s[at]);
         i++) {
        if (advisory_disputes(&s[i], &s[at]))
            return true;
    }
    return false;
}

/* Architectures of one source that say the same are one line. */
static bool is_repeated(const struct comparing *c, size_t at)
{
    const struct advisory_statement *s = c->statements.p;

    return at > 0 && same_subject(&s[at - 1], &s[at]) &&
           s[at - 1].source == s[at].source &&
           s[at - 1].item.status == s[at].item.status &&
           str_eq(s[at - 1].item.version, s[at].item.version) &&
           str_eq(s[at - 1].advisory, s[at].advisory);
}

/* --- Output. --- */

static void print_scores(struct comparing *c, str name, struct buf *out)
{
    struct term term = term_init();
    struct advisory_score score;

    for (size_t i = 0; advisory_data_score(c->data, name, i, &score); i++) {
        AUTO(buf_clear) struct buf line = BUF(1 << 14);

        buf_printf(&line, "%" PRIstr ": ",
                   ARGstr(advisories_source(c->data, score.source)));
        if (score.version != CVSS_NONE)
            buf_printf(&line, "CVSS %s %u.%u %" PRIstr " ",
                       cvss_version_text(score.version), score.tenths / 10,
                       score.tenths % 10, ARGstr(score.vector));
        if (score.severity_text.n > 0)
            buf_printf(&line, "severity %" PRIstr " ",
                       ARGstr(score.severity_text));
        buf_add_c(&line, score.exploited ? "exploited " : "");
        buf_add_c(&line, score.disclosed ? "publicly disclosed" : "");
        buf_add_c(out, "  ");
        term_text(&term, out, str_trim(buf_str(&line)), TERM_WIDE);
        buf_add_char(out, '\n');
    }
}

static void print(struct comparing *c, struct buf *out)
{
    static const struct table_column columns[] = {
        { "VULNERABILITY", .least = 14 },
        { "PACKAGE", .least = 10, .bare = true },
        { "RELEASE", .least = 10 },
        { "STATUS", .least = 16 },
        { "SOURCE", .least = 10 },
        { "ADVISORY", .least = 8, .bare = true },
        { "DATE", .leave = 3 },
        { "SEVERITY", .bare = true, .leave = 2 },
        { "NOTE", .least = 8, .soft = true, .bare = true },
    };
    AUTO(table_clear) struct table table;
    struct term term = term_init();

    table_init(&table, columns, COUNT(columns));
    for (size_t i = 0; i < c->statements.n; i++) {
        const struct advisory_statement *s = &c->statements.p[i];
        str day = advisories_day(&c->arena, (int64_t)s->item.day * 86400);

        if (is_repeated(c, i))
            continue;
        table_add(
            &table, is_disputed(c, i) ? TERM_YELLOW : TERM_PLAIN,
            (str[]){
                arena_printf(&c->arena, "%" PRIstr "%s",
                             ARGstr(s->vulnerability),
                             is_disputed(c, i) ? " !" : ""),
                s->item.package.n > 0 ? s->item.package : STR("-"),
                s->item.release.n > 0 ? s->item.release : STR("not stated"),
                advisories_status(&c->arena, &s->item),
                advisories_source(c->data, s->source),
                s->advisory.n > 0 ? s->advisory : STR("-"),
                day.n > 0 ? day : STR("-"),
                s->item.severity_text.n > 0 ? s->item.severity_text : STR("-"),
                s->item.note.n > 0 ? s->item.note : STR("-"),
            });
    }
    table_print(&table, &term, out);
}

static void json_statement(struct comparing *c, struct json_writer *w, size_t i)
{
    const struct advisory_statement *s = &c->statements.p[i];

    json_write_object(w);
    json_write_member(w, "vulnerability", s->vulnerability);
    advisories_json_item(w, &c->arena, &s->item);
    json_write_member(w, "source", advisories_source(c->data, s->source));
    json_write_member(w, "advisory",
                      s->advisory.n > 0 ? s->advisory : STR_NONE);
    json_write_key(w, "disputed");
    json_write_bool(w, is_disputed(c, i));
    json_write_object_end(w);
}

static int write_json(struct comparing *c, const char *path, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open(path, &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_array(w);
    for (size_t i = 0; i < c->statements.n; i++)
        json_statement(c, w, i);
    json_write_array_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int find(struct comparing *c, str name, struct err *err)
{
    int rc = advisory_data_vulnerability(c->data, name, on_statement, c, err);

    if (rc == 0 && c->statements.n == 0)
        rc =
            advisory_data_package(c->data, name, STR(""), on_statement, c, err);
    if (rc == 0 && c->statements.n == 0)
        rc = err_set(err, E_ABSENT, "nothing is stated of '%" PRIstr "'",
                     ARGstr(name));
    if (c->statements.n > 0)
        qsort(c->statements.p, c->statements.n, sizeof(*c->statements.p),
              by_subject);
    return rc;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 28);
    AUTO(advisory_data_freep) struct advisory_data *data = NULL;
    struct comparing c = { .cli = cli };
    str name = str_c(cli->args.p[0]);
    int rc = advisories_open(&c.arena, cli_value(cli, "dir"), &data, err);

    c.data = data;
    if (rc == 0)
        rc = find(&c, name, err);
    if (rc == 0 && cli_has(cli, "json")) {
        rc = write_json(&c, cli_value(cli, "json"), err);
    } else if (rc == 0) {
        print_scores(&c, name, &out);
        print(&c, &out);
        rc = help_print(&out, err);
    }
    vec_clear(&c.statements);
    arena_clear(&c.arena);
    return rc;
}

static const struct cli_option options[] = {
    { "package", 0, "NAME", "Only of this package" },
    { "release", 0, "OS:VERSION", "Only for this system" },
    { "json", 0, "OUT.json", "Write the statements for programs" },
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_advisory_compare = {
    .name = "advisory compare",
    .summary = "Show side by side what sources state of a CVE or a package",
    .arguments = "CVE|PACKAGE",
    .about =
        "Shows every statement with its source, date and advisory. Where two "
        "sources do not say the same of one package in one release, the line "
        "is marked with '!': they differ in the status or in the version "
        "that has the fix. Nothing is merged.",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
