/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/patching.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "cli/help.h"
#include "cli/table.h"
#include "content/fetch.h"

enum {
    LOCK_WAIT_S = 60,
    NUMBER_MAX = 1 << 30,
    TEXT_ROOM = 4 << 20,
    NAME_LEAST = 12,
    VERSION_LEAST = 12,
    TEXT_LEAST = 16,
};

void patching_clear(struct patching *patching)
{
    vec_clear(&patching->wanted);
    install_free(patching->install);
    arena_clear(&patching->arena);
}

static int number(const struct cli *cli, const char *name, int64_t *out,
                  struct err *err)
{
    const char *text = cli_value(cli, name);

    if (text != NULL && str_to_i64(str_c(text), 0, NUMBER_MAX, out, NULL) < 0)
        return err_set(err, E_USAGE, "--%s: '%s' is no number of 0 or more",
                       name, text);
    return 0;
}

/* "a/b/c": makes what is missing of it, for its owner to write. */
static int make_folders(struct arena *arena, const char *path, struct err *err)
{
    char *copy = (char *)(uintptr_t)arena_c(arena, str_c(path));

    for (char *at = copy + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(copy, 0755) < 0 && errno != EEXIST)
            return err_errno(err, errno, "%s", copy);
        *at = '/';
    }
    return 0;
}

int patching_open(struct patching *patching, const struct cli *cli,
                  bool with_stage, struct err *err)
{
    struct install_options options = {
        .root = cli_value(cli, "root"),
        .manager = cli_value(cli, "manager"),
        .stage = with_stage ? cli_value(cli, "stage") : patching->stage,
        .lock_wait_s = LOCK_WAIT_S,
    };
    int rc = number(cli, "lock-wait", &options.lock_wait_s, err);

    patching->cli = cli;
    if (rc == 0)
        rc = number(cli, "timeout", &options.timeout_s, err);
    if (rc == 0 && with_stage)
        rc = number(cli, "bandwidth", &options.bandwidth_kib, err);
    if (rc == 0 && with_stage) {
        options.source = cli_value(cli, "source");
        options.fetch = content_fetch_archive;
        if (options.stage == NULL)
            options.stage = PATCHING_STAGE;
    }
    if (rc == 0 && options.stage != NULL)
        rc = make_folders(&patching->arena, options.stage, err);
    return rc == 0 ? install_new(&options, &patching->install, err) : rc;
}

/* --- Choosing. --- */

static void want(struct patching *patching, const struct install_update *update)
{
    *vec_push(&patching->wanted) =
        (struct install_wanted){ update->name, update->arch,
                                 update->candidate };
}

static int want_named(struct patching *patching, const char *text,
                      struct err *err)
{
    str version = str_c(text);
    str name = str_cut(&version, '=');

    if (version.n > 0) {
        *vec_push(&patching->wanted) =
            (struct install_wanted){ name, STR(""), version };
        return 0;
    }
    for (size_t i = 0; i < patching->scan.update_count; i++) {
        const struct install_update *update = &patching->scan.updates[i];

        if (str_eq(update->name, name)) {
            want(patching, update);
            return 0;
        }
    }
    return err_set(err, E_ABSENT, "nothing newer is known for '%s'", text);
}

int patching_choose(struct patching *patching, struct err *err)
{
    const struct cli *cli = patching->cli;
    bool security = cli_has(cli, "security");
    bool all = cli_has(cli, "all") || security;
    int rc;

    if (all == (cli->args.n > 0))
        return err_set(err, E_USAGE,
                       "either packages are named, or --all or --security is "
                       "given");
    rc = install_scan(patching->install, cli_has(cli, "refresh"), clock_now(),
                      &patching->arena, &patching->scan, err);
    for (size_t i = 0; rc == 0 && i < cli->args.n; i++)
        rc = want_named(patching, cli->args.p[i], err);
    for (size_t i = 0; rc == 0 && all && i < patching->scan.update_count; i++) {
        const struct install_update *update = &patching->scan.updates[i];

        if (update->held.n == 0 && (!security || update->security))
            want(patching, update);
    }
    return rc;
}

/* --- Showing. --- */

int patching_json(patching_write_fn *write, const void *what, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    write(what, w);
    json_write_free(w);
    return io_out_finish(out, err);
}

void patching_write_texts(struct json_writer *w, const char *key,
                          const struct install_texts *texts)
{
    json_write_key(w, key);
    json_write_array(w);
    for (size_t i = 0; i < texts->n; i++)
        json_write_str(w, texts->p[i]);
    json_write_array_end(w);
}

struct shown {
    const struct patching *patching;
    const struct install_outcome *outcome;
    int rc;
};

static void write_change(const struct install_change *change,
                         struct json_writer *w)
{
    json_write_object(w);
    json_write_member(w, "name", change->name);
    json_write_member(w, "arch", change->arch);
    json_write_member(w, "before", change->before);
    json_write_member(w, "after", change->after);
    json_write_key(w, "asked");
    json_write_bool(w, change->asked);
    json_write_member(w, "state", str_c(install_state_name(change->state)));
    json_write_member(w, "fault", str_c(install_fault_name(change->fault)));
    json_write_member(w, "text", change->text);
    json_write_object_end(w);
}

static void write_outcome(const void *what, struct json_writer *w)
{
    const struct shown *shown = what;
    const struct install_outcome *outcome = shown->outcome;

    json_write_object(w);
    json_write_member(w, "manager",
                      str_c(install_manager(shown->patching->install)));
    json_write_key(w, "done");
    json_write_bool(w, shown->rc == 0);
    json_write_member(w, "fault", str_c(install_fault_name(outcome->fault)));
    json_write_member(w, "text", outcome->text);
    json_write_member(w, "recovered", outcome->recovered);
    json_write_key(w, "bytes");
    json_write_i64(w, outcome->bytes);
    json_write_key(w, "changes");
    json_write_array(w);
    for (size_t i = 0; i < outcome->change_count; i++)
        write_change(&outcome->changes[i], w);
    json_write_array_end(w);
    patching_write_texts(w, "kept", &outcome->kept);
    patching_write_texts(w, "from_source", &outcome->shared);
    patching_write_texts(w, "not_from_source", &outcome->unshared);
    if (!cli_has(shown->patching->cli, "quiet-log"))
        json_write_member(w, "log", outcome->log);
    json_write_object_end(w);
}

static const struct table_column columns[] = {
    { "PACKAGE", NAME_LEAST, false, false, false, 0 },
    { "BEFORE", VERSION_LEAST, false, false, false, 2 },
    { "AFTER", VERSION_LEAST, false, false, false, 0 },
    { "STATE", 0, false, false, false, 0 },
    { "NOTE", TEXT_LEAST, true, false, true, 3 },
};

static void add_row(struct table *table, const struct install_change *change)
{
    bool bad = change->state == INSTALL_FAILED;
    str note = change->text;

    if (note.n == 0)
        note = change->asked ? STR("-") : STR("as a dependency");
    table_add(
        table, bad ? TERM_RED : TERM_PLAIN,
        (const str[]){ change->name,
                       change->before.n > 0 ? change->before : STR("-"),
                       change->after.n > 0 ? change->after : STR("removed"),
                       str_c(install_state_name(change->state)), note });
}

static void show_texts(const struct term *term, struct buf *out,
                       const char *title, const struct install_texts *texts)
{
    for (size_t i = 0; i < texts->n; i++) {
        buf_printf(out, "%s  ", i == 0 ? title : "");
        term_text(term, out, texts->p[i], TERM_WIDE);
        buf_add_char(out, '\n');
    }
}

static int show(const struct install_outcome *outcome, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(TEXT_ROOM);
    struct term term = term_init();
    struct table table;

    if (outcome->recovered.n > 0) {
        buf_add_c(&out, "Recovered first: ");
        term_text(&term, &out, outcome->recovered, TERM_WIDE);
        buf_add_c(&out, "\n\n");
    }
    if (outcome->change_count == 0) {
        buf_add_c(&out, "Nothing was to be done.\n");
        return help_print(&out, err);
    }
    table_init(&table, columns, COUNT(columns));
    for (size_t i = 0; i < outcome->change_count; i++)
        add_row(&table, &outcome->changes[i]);
    table_print(&table, &term, &out);
    table_clear(&table);
    show_texts(&term, &out,
               "\nChanged configuration files were kept; the new versions lie "
               "beside them:\n",
               &outcome->kept);
    show_texts(&term, &out, "\nArchives that the source gave:\n",
               &outcome->shared);
    show_texts(&term, &out, "\nWhy it did not give others:\n",
               &outcome->unshared);
    return help_print(&out, err);
}

int patching_finish(struct patching *patching,
                    const struct install_outcome *outcome, int rc,
                    struct err *err)
{
    struct shown shown = { patching, outcome, rc };
    struct err why = { 0 };
    int printed = 0;

    if (cli_has(patching->cli, "json"))
        printed = patching_json(write_outcome, &shown, &why);
    else if (!cli_has(patching->cli, "quiet"))
        printed = show(outcome, &why);
    if (rc == 0 && printed < 0)
        *err = why;
    return rc < 0 ? rc : printed;
}
