/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices of another program's list become devices of the server (R-INV-1,
 * R-INV-6). Secrets go to the server, which seals them, and nowhere else.
 */
#include "base/encode.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/remote.h"
#include "cli/roster_load.h"
#include "cli/term.h"

enum {
    KEY_MAX = 64 << 10,
    PAGE = 1000,
    CONFIG_MAX = 8 << 20,
};

/* One login with its secrets, which several devices have. */
struct login {
    const struct roster_entry *of; /* the first device that has it */
    int64_t id;                    /* the server's credential */
};

struct importing {
    struct cli *cli;
    struct session session;
    struct roster roster;
    VEC(struct login) logins;
    struct map there; /* names that the server has */
    size_t problems;
    size_t added;
    size_t known;
};

static void clear(struct importing *i)
{
    session_close(&i->session);
    roster_clear(&i->roster);
    vec_clear(&i->logins);
    map_clear(&i->there);
}

static void tell(struct importing *i, const struct roster_entry *entry,
                 const char *text)
{
    AUTO(buf_clear) struct buf line = BUF(8192);
    struct term term = term_init();

    buf_printf(&line, "line %u, %" PRIstr ": ", entry->line,
               ARGstr(entry->name));
    term_text(&term, &line, str_c(text), TERM_WIDE);
    fprintf(stderr, "%s\n", buf_c(&line));
    i->problems++;
}

/* --- What the server has --- */

static int read_there(struct importing *i, struct err *err)
{
    str next = STR_NONE;
    int rc = 0;

    do {
        AUTO(jval_freep) struct jval *page = NULL;
        struct remote_request get = {
            .method = "GET",
            .path = arena_printf(
                &i->session.arena, "/api/v1/network/devices?limit=%d%s%" PRIstr,
                PAGE, next.n > 0 ? "&after=" : "", ARGstr(next)),
        };
        const struct jval *items;

        rc = session_ask(&i->session, &get, &page, NULL, err);
        items = jval_get(page, "items");
        for (size_t k = 0; rc == 0 && k < jval_count(items); k++)
            (void)map_add(
                &i->there,
                arena_str(
                    &i->session.arena,
                    jval_text(jval_get(jval_at(items, k), "name"), STR(""))),
                1);
        next = arena_str(&i->session.arena,
                         jval_text(jval_get(page, "next"), STR("")));
    } while (rc == 0 && next.n > 0);
    return rc;
}

/* --- Credentials --- */

static bool has_login(const struct roster_entry *entry)
{
    return entry->user.n > 0 || entry->password.n > 0 || entry->key_file.n > 0;
}

static bool same_login(const struct roster_entry *a,
                       const struct roster_entry *b)
{
    return str_eq(a->user, b->user) && str_eq(a->password, b->password) &&
           str_eq(a->enable_password, b->enable_password) &&
           str_eq(a->key_file, b->key_file);
}

static int add_key(struct jval *body, str path, struct err *err)
{
    struct buf key = BUF(KEY_MAX);
    const char *name;
    int rc = 0;

    if (path.n > 0)
        rc = input_read(path.p, &key, &name, err);
    if (rc == 0 && path.n > 0)
        jval_set_text(body, "private_key", buf_str(&key));
    buf_wipe(&key);
    return rc;
}

static int post(struct importing *i, const char *path, const struct jval *body,
                struct jval **out, struct err *err)
{
    struct buf text = BUF(1 << 20);
    struct remote_request request = { .method = "POST",
                                      .path = str_c(path),
                                      .content_type = "application/json" };
    int rc;

    jval_print(body, &text);
    request.body = buf_str(&text);
    rc = session_ask(&i->session, &request, out, NULL, err);
    buf_wipe(&text);
    return rc;
}

/* "imported r1, netop": of the first device that has it. */
static int make_login(struct importing *i, struct login *login, struct err *err)
{
    AUTO(jval_freep) struct jval *body = jval_new_object();
    AUTO(jval_freep) struct jval *made = NULL;
    const struct roster_entry *of = login->of;
    int rc;

    jval_set_text(
        body, "name",
        arena_printf(&i->session.arena, "imported %" PRIstr ", %" PRIstr,
                     ARGstr(of->name),
                     ARGstr(of->user.n > 0 ? of->user : STR("no user"))));
    jval_set_text(body, "login", of->user.n > 0 ? of->user : STR(""));
    if (of->password.n > 0)
        jval_set_text(body, "password", of->password);
    if (of->enable_password.n > 0)
        jval_set_text(body, "enable_password", of->enable_password);
    rc = add_key(body, of->key_file, err);
    if (rc == 0)
        rc = post(i, "/api/v1/network/credentials", body, &made, err);
    login->id = jval_i64(jval_get(made, "id"), 0);
    return rc < 0 ? err_wrap(err, rc, "the credential") : 0;
}

/* 0 in *out: the device has none of its own. */
static int login_of(struct importing *i, const struct roster_entry *entry,
                    int64_t *out, struct err *err)
{
    struct login *login;
    int rc;

    *out = 0;
    if (!has_login(entry))
        return 0;
    for (size_t k = 0; k < i->logins.n; k++) {
        if (!same_login(i->logins.p[k].of, entry))
            continue;
        *out = i->logins.p[k].id;
        return 0;
    }
    login = vec_push(&i->logins);
    login->of = entry;
    rc = make_login(i, login, err);
    if (rc < 0)
        i->logins.n--;
    else
        *out = login->id;
    return rc;
}

/* --- Devices --- */

static void set_known(struct jval *body, const char *name, str value)
{
    if (value.n > 0)
        jval_set_text(body, name, value);
}

/* One that the list calls down is off-line: nothing connects to it. */
static struct jval *body_of(struct importing *i,
                            const struct roster_entry *entry,
                            int64_t credential, int64_t label)
{
    struct jval *body = jval_new_object();
    str address = entry->address;

    jval_set_text(body, "name", entry->name);
    jval_set_text(body, "family", str_c(entry->family->name));
    set_known(body, "version", entry->version);
    set_known(body, "model", entry->model);
    if (!entry->is_down)
        set_known(body, "address", address);
    set_known(body, "transport", entry->transport);
    if (entry->port > 0)
        jval_set_i64(body, "port", entry->port);
    if (cli_has(i->cli, "allow-clear"))
        jval_set_bool(body, "allow_clear", true);
    /* Other models have no such property (R-LIC-4). */
    if (entry->failover != TRISTATE_UNKNOWN &&
        show_failover_is_optional(entry->model))
        jval_set_bool(body, "license_supports_failover",
                      entry->failover == TRISTATE_YES);
    if (credential > 0)
        jval_set_i64(body, "credential", credential);
    if (label > 0)
        jval_set_i64(body, "label", label);
    jval_set_text(
        body, "notes",
        arena_printf(&i->session.arena, "%" PRIstr "%s%" PRIstr "%s%" PRIstr,
                     ARGstr(entry->notes), entry->realm.n > 0 ? " group: " : "",
                     ARGstr(entry->realm), entry->is_down ? " down, at: " : "",
                     ARGstr(entry->is_down ? address : STR(""))));
    return body;
}

static str name_of_file(const char *path)
{
    str name = str_c(path);

    while (str_find_char(name, '/') < name.n)
        (void)str_cut(&name, '/');
    return name;
}

/* R-INV-1: the first version of the archive. */
static int keep_config(struct importing *i, const struct roster_entry *entry,
                       int64_t device, struct err *err)
{
    AUTO(jval_freep) struct jval *made = NULL;
    AUTO(buf_wipe) struct buf text = BUF(CONFIG_MAX);
    AUTO(buf_clear) struct buf path = BUF(8192);
    struct remote_request request = { .method = "POST",
                                      .content_type = "text/plain" };
    const char *name;
    int rc;

    if (strcmp(entry->file, "-") == 0)
        return err_set(err, E_INVALID,
                       "it was added; what comes from standard input is not "
                       "archived");
    rc = input_read(entry->file, &text, &name, err);
    buf_printf(&path, "/api/v1/network/devices/%lld/configurations?source=",
               (long long)device);
    url_escape(&path, str_sub(name_of_file(entry->file), 0, 200));
    request.path = buf_str(&path);
    request.body = buf_str(&text);
    if (rc == 0)
        rc = session_ask(&i->session, &request, &made, NULL, err);
    return rc < 0 ? err_wrap(err, rc, "it was added, its configuration not")
                  : 0;
}

static void add(struct importing *i, const struct roster_entry *entry,
                int64_t label)
{
    AUTO(jval_freep) struct jval *body = NULL;
    AUTO(jval_freep) struct jval *made = NULL;
    int64_t credential = 0;
    struct err err = { 0 };
    int rc;

    if (map_get(&i->there, entry->name) != MAP_NONE) {
        i->known++;
        return;
    }
    rc = login_of(i, entry, &credential, &err);
    if (rc == 0) {
        body = body_of(i, entry, credential, label);
        rc = post(i, "/api/v1/network/devices", body, &made, &err);
    }
    if (rc == 0 && entry->file != NULL)
        rc = keep_config(i, entry, jval_i64(jval_get(made, "id"), 0), &err);
    if (rc < 0)
        tell(i, entry, err_text(&err));
    else
        i->added++;
}

static int import(struct importing *i, struct err *err)
{
    const char *text = cli_value(i->cli, "label");
    int64_t label = 0;
    int rc = 0;

    if (text != NULL && str_to_i64(str_c(text), 1, INT64_MAX, &label, err) < 0)
        return err_wrap(err, E_USAGE, "--label");
    rc = session_open(&i->session, err);
    if (rc == 0)
        rc = read_there(i, err);
    for (size_t k = 0; rc == 0 && k < i->roster.list.n; k++)
        add(i, &i->roster.list.p[k], label);
    if (rc == 0 && !cli_has(i->cli, "quiet"))
        fprintf(stderr, "%zu added, %zu there already, %zu not imported\n",
                i->added, i->known, i->problems);
    return rc;
}

/* What would be added; a password is only said to be there. */
static int show(const struct importing *i, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(HELP_TEXT_MAX);
    struct term term = term_init();

    for (size_t k = 0; k < i->roster.list.n; k++) {
        const struct roster_entry *entry = &i->roster.list.p[k];

        term_text(&term, &out, entry->name, TERM_WIDE);
        buf_printf(&out, "\t%s\t", entry->family->name);
        term_text(&term, &out, entry->is_down ? STR("(down)") : entry->address,
                  TERM_WIDE);
        buf_printf(&out, "\t%" PRIstr "\t", ARGstr(entry->transport));
        term_text(&term, &out, entry->user, TERM_WIDE);
        buf_add_c(&out, entry->password.n > 0   ? "\twith a password\n"
                        : entry->key_file.n > 0 ? "\twith a key\n"
                                                : "\t\n");
    }
    return help_print(&out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(clear)
    struct importing i = { .cli = cli, .session = { .arena = ARENA } };
    int rc =
        roster_load(cli, cli->args.p, cli->args.n, &i.roster, &i.problems, err);

    if (rc < 0)
        return rc;
    rc = cli_has(cli, "dry-run") ? show(&i, err) : import(&i, err);
    if (rc == 0 && i.problems > 0)
        return err_set(err, E_INVALID, "%zu rows were not imported",
                       i.problems);
    return rc;
}

static const struct cli_option options[] = {
    ROSTER_OPTIONS,
    { "family", 0, "FAMILY", "Of devices whose row says none" },
    { "label", 0, "ID", "Make them members of this label" },
    { "allow-clear", 0, NULL,
      "Let them be reached in clear text, where the list says Telnet" },
    { "dry-run", 0, NULL, "Only print what would be added" },
    { NULL },
};

const struct command command_device_import = {
    .name = "device import",
    .summary = "Add the network devices of another program's list",
    .arguments = "FILE...",
    .about =
        "Reads lists of devices (a table, RANCID's router.db, Oxidized's "
        "router.db, NetBox's JSON, or configurations) and adds what is not "
        "there yet to the server. Users and passwords become credentials of "
        "the server, which seals them; they are not printed. A device that "
        "the list calls down becomes an off-line device. A row that cannot be "
        "a device is told with its line, and the others go on.\n\n"
        "  holdfast device import --dry-run inventory.csv\n"
        "  holdfast device import --format rancid --logins ~/.cloginrc "
        "router.db",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
