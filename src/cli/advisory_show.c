/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "cli/advisories.h"
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/help.h"
#include "cli/table.h"

struct showing {
    const struct advisory_data *data;
    struct arena arena;
    struct buf *out;
    struct term term;
};

static void add(struct showing *s, const char *label, str text)
{
    if (text.n == 0)
        return;
    buf_printf(s->out, "  %-12s ", label);
    term_text(&s->term, s->out, text, TERM_WIDE);
    buf_add_char(s->out, '\n');
}

static str join_vulns(struct showing *s, uint32_t at)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    for (size_t i = 0;; i++) {
        str name = advisory_data_vuln(s->data, at, i);

        if (name.p == NULL)
            return arena_str(&s->arena, buf_str(&text));
        buf_add_c(&text, i > 0 ? " " : "");
        buf_add(&text, name);
    }
}

typedef str replaced_fn(const struct advisory_data *data, str id, size_t index,
                        str *out_release);

/* Each once, whatever the product. */
static void add_replaced(struct showing *s, str id, replaced_fn *next,
                         const char *label)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    str last = STR("");
    str release;

    for (size_t i = 0;; i++) {
        str other = next(s->data, id, i, &release);

        if (other.p == NULL)
            break;
        if (!str_eq(other, last)) {
            buf_add_c(&text, text.n > 0 ? " " : "");
            buf_add(&text, other);
        }
        last = other;
    }
    add(s, label, buf_str(&text));
}

static void add_items(struct showing *s, uint32_t at)
{
    static const struct table_column columns[] = {
        { "PACKAGE", .least = 12, .bare = true },
        { "RELEASE", .least = 12 },
        { "ARCH", .bare = true, .leave = 1 },
        { "STATUS", .least = 16, .soft = true },
        { "SEVERITY", .bare = true, .leave = 2 },
    };
    AUTO(table_clear) struct table table;
    struct map shown = MAP;
    struct advisory_item item;

    table_init(&table, columns, COUNT(columns));
    for (size_t i = 0; advisory_data_item(s->data, at, i, &item); i++) {
        str key = arena_printf(
            &s->arena, "%" PRIstr "\n%" PRIstr "\n%" PRIstr "\n%" PRIstr,
            ARGstr(item.package), ARGstr(item.release), ARGstr(item.arch),
            ARGstr(advisories_status(&s->arena, &item)));

        if (map_add(&shown, key, (uint32_t)i) != i)
            continue; /* of another vulnerability */
        table_add(&table, TERM_PLAIN,
                  (str[]){
                      item.package.n > 0 ? item.package : STR("-"),
                      item.release.n > 0 ? item.release : STR("not stated"),
                      item.arch.n > 0 ? item.arch : STR("-"),
                      advisories_status(&s->arena, &item),
                      item.severity_text.n > 0 ? item.severity_text : STR("-"),
                  });
    }
    map_clear(&shown);
    if (table.rows.n > 0)
        table_print(&table, &s->term, s->out);
}

static void show_advisory(struct showing *s, const struct advisory *a)
{
    str ref;

    term_text(&s->term, s->out, a->id, TERM_WIDE);
    buf_add_char(s->out, '\n');
    add(s, "title", a->title);
    add(s, "source", advisories_source(s->data, a->source));
    add(s, "type", str_c(advisory_type_text(a->type)));
    add(s, "severity",
        a->severity_text.n > 0 ? a->severity_text : STR("not stated"));
    add(s, "issued", advisories_day(&s->arena, a->issued));
    add(s, "updated", advisories_day(&s->arena, a->updated));
    add(s, "closes", join_vulns(s, a->at));
    add(s, "then",
        a->reboot    ? STR("a reboot is suggested")
        : a->restart ? STR("a restart of programs is suggested")
                     : STR(""));
    add_replaced(s, a->id, advisory_data_supersedes, "supersedes");
    add_replaced(s, a->id, advisory_data_superseded_by, "replaced by");
    add(s, "page", a->url);
    for (size_t i = 0;
         i < 40 && (ref = advisory_data_reference(s->data, a->at, i)).p != NULL;
         i++)
        add(s, i == 0 ? "see" : "", ref);
    if (a->text.n > 0) {
        AUTO(buf_clear) struct buf clean = BUF(1 << 16);
        str text = a->text;

        buf_add_char(s->out, '\n');
        while (text.n > 0) {
            buf_reset(&clean);
            term_text(&s->term, &clean, str_cut(&text, '\n'), TERM_WIDE);
            term_wrap(s->out, str_trim(buf_str(&clean)), 2, TERM_TEXT_WIDTH);
            buf_add_char(s->out, '\n');
        }
    }
    buf_add_char(s->out, '\n');
    add_items(s, a->at);
}

static int show(struct showing *s, str id, struct err *err)
{
    uint32_t at = advisory_data_find(s->data, id);
    struct advisory a;
    size_t n = 0;

    for (; at != ADVISORY_NONE && advisory_data_at(s->data, at, &a) &&
           str_eq(a.id, id);
         at++) {
        buf_add_c(s->out, n++ > 0 ? "\n" : "");
        show_advisory(s, &a);
    }
    if (n == 0)
        return err_set(err, E_ABSENT,
                       "there is no advisory '%" PRIstr
                       "'; of a CVE, 'holdfast "
                       "advisory compare' shows what is stated",
                       ARGstr(id));
    return 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 28);
    AUTO(advisory_data_freep) struct advisory_data *data = NULL;
    struct showing s = { .out = &out, .term = term_init() };
    int rc = advisories_open(&s.arena, cli_value(cli, "dir"), &data, err);

    s.data = data;
    for (size_t i = 0; rc == 0 && i < cli->args.n; i++)
        rc = show(&s, str_c(cli->args.p[i]), err);
    arena_clear(&s.arena);
    return rc < 0 ? rc : help_print(&out, err);
}

static const struct cli_option options[] = {
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_advisory_show = {
    .name = "advisory show",
    .summary = "Show an advisory: what it closes, in which packages",
    .arguments = "ID...",
    .about = "Shows the advisories of this id, of every source that has it: "
             "type, severity in the publisher's words, dates, the "
             "vulnerabilities it closes, what it replaces and what replaces "
             "it, and the packages with the version that has the fix.",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
