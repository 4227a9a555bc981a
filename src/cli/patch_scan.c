/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/patching.h"
#include "cli/table.h"

enum {
    TEXT_ROOM = 16 << 20,
    NAME_LEAST = 12,
    VERSION_LEAST = 10,
    SUITE_LEAST = 8,
    KIB = 1024,
    SIZE_TEXT = 32,
};

static void write_update(const struct install_update *update,
                         struct json_writer *w)
{
    json_write_object(w);
    json_write_member(w, "name", update->name);
    json_write_member(w, "arch", update->arch);
    json_write_member(w, "installed", update->installed);
    json_write_member(w, "candidate", update->candidate);
    json_write_member(w, "source", update->source);
    json_write_member(w, "origin", update->origin);
    json_write_member(w, "suite", update->suite);
    json_write_member(w, "archive", update->archive);
    json_write_key(w, "size");
    if (update->size >= 0)
        json_write_i64(w, update->size);
    else
        json_write_null(w);
    json_write_key(w, "security");
    json_write_bool(w, update->security);
    json_write_member(w, "held", update->held);
    json_write_key(w, "reboot_suggested");
    json_write_bool(w, update->reboot_suggested);
    patching_write_texts(w, "advisories", &update->advisories);
    json_write_object_end(w);
}

static void write_advisory(const struct install_advisory *advisory,
                           struct json_writer *w)
{
    char issued[CLOCK_TEXT_MAX];

    clock_text(advisory->issued, issued);
    json_write_object(w);
    json_write_member(w, "id", advisory->id);
    json_write_member(w, "title", advisory->title);
    json_write_member(w, "type", advisory->type);
    json_write_member(w, "severity", advisory->severity);
    json_write_member(w, "issued",
                      advisory->issued > 0 ? str_c(issued) : STR_NONE);
    json_write_key(w, "reboot_suggested");
    json_write_bool(w, advisory->reboot_suggested);
    patching_write_texts(w, "cves", &advisory->cves);
    json_write_object_end(w);
}

static void write_scan(const void *what, struct json_writer *w)
{
    const struct install_scan *scan = what;
    char at[CLOCK_TEXT_MAX];

    clock_text(scan->lists_at, at);
    json_write_object(w);
    json_write_member(w, "manager", scan->manager);
    json_write_key(w, "refreshed");
    json_write_bool(w, scan->refreshed);
    json_write_member(w, "lists_at", scan->lists_at > 0 ? str_c(at) : STR_NONE);
    json_write_member(w, "stale", scan->stale);
    json_write_member(w, "interrupted", scan->interrupted);
    json_write_key(w, "packages");
    json_write_i64(w, scan->packages);
    json_write_key(w, "updates");
    json_write_array(w);
    for (size_t i = 0; i < scan->update_count; i++)
        write_update(&scan->updates[i], w);
    json_write_array_end(w);
    json_write_key(w, "advisories");
    json_write_array(w);
    for (size_t i = 0; i < scan->advisory_count; i++)
        write_advisory(&scan->advisories[i], w);
    json_write_array_end(w);
    patching_write_texts(w, "warnings", &scan->warnings);
    json_write_object_end(w);
}

static const struct table_column columns[] = {
    { "PACKAGE", NAME_LEAST, false, false, false, 0 },
    { "INSTALLED", VERSION_LEAST, false, false, false, 0 },
    { "CANDIDATE", VERSION_LEAST, false, false, false, 0 },
    { "FROM", SUITE_LEAST, true, false, true, 3 },
    { "KIB", 0, false, true, true, 4 },
    { "SECURITY", 0, false, false, true, 0 },
    { "HELD", 0, false, false, true, 2 },
    { "ADVISORY", SUITE_LEAST, true, false, true, 1 },
};

static void add_row(struct table *table, const struct install_update *update)
{
    char size[SIZE_TEXT];

    snprintf(size, sizeof(size), "%lld",
             (long long)((update->size + KIB - 1) / KIB));
    table_add(table, update->security ? TERM_RED : TERM_PLAIN,
              (const str[]){ update->name, update->installed, update->candidate,
                             update->suite.n > 0 ? update->suite : STR("-"),
                             update->size >= 0 ? str_c(size) : STR("-"),
                             update->security ? STR("yes") : STR("-"),
                             update->held.n > 0 ? update->held : STR("-"),
                             update->advisories.n > 0 ? update->advisories.p[0]
                                                      : STR("-") });
}

static void add_line(struct buf *out, const struct term *term, str text)
{
    if (text.n == 0)
        return;
    buf_add_c(out, term_style(term, TERM_YELLOW));
    term_text(term, out, text, TERM_WIDE);
    buf_printf(out, ".%s\n", term_end(term));
}

static int show(const struct install_scan *scan, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(TEXT_ROOM);
    struct term term = term_init();
    struct table table;
    size_t security = 0;

    table_init(&table, columns, COUNT(columns));
    for (size_t i = 0; i < scan->update_count; i++) {
        add_row(&table, &scan->updates[i]);
        security += scan->updates[i].security;
    }
    if (scan->update_count > 0) {
        table_print(&table, &term, &out);
        buf_add_char(&out, '\n');
    }
    table_clear(&table);
    buf_printf(&out,
               "%zu of %lld packages have an update, %zu of them for "
               "security (%" PRIstr ").\n",
               scan->update_count, (long long)scan->packages, security,
               ARGstr(scan->manager));
    add_line(&out, &term, scan->stale);
    add_line(&out, &term, scan->interrupted);
    for (size_t i = 0; i < scan->warnings.n; i++)
        add_line(&out, &term, scan->warnings.p[i]);
    return help_print(&out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(patching_clear)
    struct patching patching = { .stage = cli_value(cli, "stage") };
    int rc = patching_open(&patching, cli, false, err);

    if (rc == 0)
        rc = install_scan(patching.install, cli_has(cli, "refresh"),
                          clock_now(), &patching.arena, &patching.scan, err);
    if (rc < 0)
        return rc;
    if (cli_has(cli, "json"))
        rc = patching_json(write_scan, &patching.scan, err);
    else if (!cli_has(cli, "quiet"))
        rc = show(&patching.scan, err);
    if (rc == 0 && cli_has(cli, "exit-code") && patching.scan.update_count > 0)
        rc = CLI_FOUND;
    return rc;
}

static const struct cli_option options[] = {
    PATCHING_OPTIONS,
    { "stage", 0, "DIR",
      "Where apt's cache is kept for the next time, if it keeps none" },
    { "refresh", 0, NULL, "Fetch the lists of packages first" },
    { "exit-code", 0, NULL, "End with 1 when something is missing" },
    { NULL },
};

const struct command command_patch_scan = {
    .name = "patch scan",
    .summary = "Show which updates this machine lacks",
    .arguments = "",
    .about =
        "Asks the machine's own package manager (apt, dnf, zypper) which "
        "installed packages have a newer version, from where, whether it is "
        "for security, and whether the administrator holds it. Advisories are "
        "shown where the repositories publish them (dnf, zypper).\n\n"
        "Without --refresh nothing is fetched, and the age of the lists is "
        "said when they are old. With it the lists are fetched first; when "
        "one cannot be, that is an error: nothing is ever \"not missing\" for "
        "want of lists.\n\n"
        "With --root the programs are this machine's and the data are those "
        "below DIR; what its apt.conf says is not read.",
    .options = options,
    .run = run,
};
