/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/remote.h"

#include <fcntl.h>

#include "base/encode.h"
#include "base/io.h"
#include "base/mem.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/table.h"

enum {
    BODY_MAX = 16 << 20,
    UPLOAD_MAX = 1 << 30,
    PAGE = 500,
    CELL_MAX = 4096,
};

struct asking {
    struct cli *cli;
    const struct remote *remote;
    struct session session;
    str path;          /* without a query */
    unsigned consumed; /* arguments in the path */
    str raw;           /* the answer, of a command that asks for a file */
};

/* --- The request -----------------------------------------------------------
 */

/* Options that say how to show, not what to ask. */
static bool is_ours(const char *name)
{
    static const char *const ours[] = { "json", "limit", "data", "help",
                                        "quiet" };

    for (size_t i = 0; i < COUNT(ours); i++) {
        if (strcmp(ours[i], name) == 0)
            return true;
    }
    return false;
}

/* An option's name as a member: dashes become underscores. */
static const char *member_of(struct asking *a, const char *name)
{
    char *member = (char *)(uintptr_t)arena_c(&a->session.arena, str_c(name));

    for (char *c = member; *c != '\0'; c++) {
        if (*c == '-')
            *c = '_';
    }
    return member;
}

static int make_path(struct asking *a, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(65536);
    const char *at = a->remote->path;

    while (*at != '\0') {
        if (strncmp(at, "{}", 2) != 0) {
            buf_add_char(&path, *at++);
            continue;
        }
        url_escape(&path, str_c(a->cli->args.p[a->consumed++]));
        at += 2;
    }
    a->path = arena_str(&a->session.arena, buf_str(&path));
    return buf_finish(&path, "the path", err);
}

static void add_parameter(struct buf *query, const char *name, str value)
{
    buf_add_char(query, query->n == 0 ? '?' : '&');
    buf_add_c(query, name);
    buf_add_char(query, '=');
    url_escape(query, value);
}

static void make_query(struct asking *a, struct buf *query)
{
    for (size_t i = 0; i < a->cli->given.n; i++) {
        const struct cli_given *given = &a->cli->given.p[i];

        if (!is_ours(given->option->name))
            add_parameter(query, member_of(a, given->option->name),
                          given->value != NULL ? str_c(given->value)
                                               : STR("true"));
    }
}

/* A value as JSON when it is one (17, true, {"labels":[3]}), else a text. */
static struct jval *value_of(const char *text)
{
    struct jval *value = NULL;

    if (text == NULL)
        return jval_new_bool(true);
    if (jval_parse(str_c(text), BODY_MAX, &value, NULL) == 0 &&
        jval_kind(value) != JVAL_TEXT)
        return value;
    jval_free(value);
    return jval_new_text(str_c(text));
}

int remote_data(const char *value, struct jval **out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(BODY_MAX);
    const char *name = "--data";
    int rc = 0;

    if (strcmp(value, "-") == 0)
        rc = input_read("-", &text, &name, err);
    else if (value[0] == '@')
        rc = input_read(value + 1, &text, &name, err);
    else
        buf_add_c(&text, value);
    if (rc == 0)
        rc = jval_parse(buf_str(&text), BODY_MAX, out, err);
    return rc < 0 ? err_wrap(err, rc, "%s", name) : 0;
}

static void add_options(struct asking *a, struct jval *body)
{
    for (size_t i = 0; i < a->cli->given.n; i++) {
        const struct cli_given *given = &a->cli->given.p[i];

        if (!is_ours(given->option->name))
            jval_set(body, member_of(a, given->option->name),
                     value_of(given->value));
    }
}

/* What the object has now, of the members that a change keeps. */
static int keep_members(struct asking *a, struct jval *body, str *out_etag,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *now = NULL;
    struct remote_request get = { .method = "GET", .path = a->path };
    str names = str_c(a->remote->keeps);
    int rc = session_ask(&a->session, &get, &now, out_etag, err);

    while (rc == 0 && names.n > 0) {
        const char *name = arena_c(&a->session.arena, str_cut(&names, ' '));
        const struct jval *value = jval_get(now, name);

        if (value != NULL)
            jval_set(body, name, jval_copy(value));
    }
    return rc;
}

static int make_body(struct asking *a, struct buf *out, str *out_etag,
                     struct err *err)
{
    AUTO(jval_freep) struct jval *body = NULL;
    const char *data = cli_value(a->cli, "data");
    int rc = 0;

    if (data != NULL) {
        rc = remote_data(data, &body, err);
        if (rc == 0 && a->remote->keeps != NULL) {
            AUTO(jval_freep) struct jval *ignored = jval_new_object();

            rc = keep_members(a, ignored, out_etag, err);
        }
    } else {
        body = jval_new_object();
        if (a->remote->keeps != NULL)
            rc = keep_members(a, body, out_etag, err);
    }
    if (rc < 0)
        return rc;
    if (jval_kind(body) == JVAL_OBJECT)
        add_options(a, body);
    jval_print(body, out);
    return buf_finish(out, "the body", err);
}

/* --- The answer ------------------------------------------------------------
 */

static const struct jval *member(const struct jval *object, str path)
{
    while (object != NULL && path.n > 0) {
        str step = str_cut(&path, '.');
        char name[64];

        snprintf(name, sizeof(name), "%" PRIstr, ARGstr(step));
        object = jval_get(object, name);
    }
    return object;
}

static str cell_of(struct arena *arena, const struct jval *value)
{
    AUTO(buf_clear) struct buf text = BUF(CELL_MAX);

    switch (jval_kind(value)) {
    case JVAL_ABSENT:
    case JVAL_NULL:
        return STR("-");
    case JVAL_TEXT:
        return jval_text(value, STR("")).n > 0 ? jval_text(value, STR(""))
                                               : STR("-");
    case JVAL_BOOL:
        return jval_bool(value, false) ? STR("yes") : STR("no");
    case JVAL_ARRAY:
        for (size_t i = 0; i < jval_count(value); i++) {
            if (i > 0)
                buf_add(&text, STR(", "));
            buf_add(&text, cell_of(arena, jval_at(value, i)));
        }
        return text.n > 0 && !text.over ? arena_str(arena, buf_str(&text))
                                        : STR("-");
    case JVAL_OBJECT: /* a label, a role: its name says enough */
        if (jval_kind(jval_get(value, "name")) == JVAL_TEXT)
            return jval_text(jval_get(value, "name"), STR(""));
        FALLTHROUGH;
    default:
        jval_print(value, &text);
        return arena_str(arena, str_c(buf_c(&text)));
    }
}

struct shown {
    struct table_column columns[TABLE_COLUMNS_MAX];
    str members[TABLE_COLUMNS_MAX];
    unsigned n;
};

static void read_columns(struct arena *arena, str rows, struct shown *out)
{
    while (rows.n > 0 && out->n < TABLE_COLUMNS_MAX) {
        str row = str_cut(&rows, '|');

        out->members[out->n] = str_cut(&row, ' ');
        out->columns[out->n] = (struct table_column){
            .title = arena_c(arena, row),
            .least = 8,
            .soft = out->n > 0,
            .bare = out->n > 1,
        };
        out->n++;
    }
}

static void print_table(struct asking *a, const struct jval *items,
                        struct buf *out)
{
    AUTO(table_clear) struct table table;
    struct term term = term_init();
    struct shown shown = { .n = 0 };

    read_columns(&a->session.arena, str_c(a->remote->columns), &shown);
    table_init(&table, shown.columns, shown.n);
    for (size_t i = 0; i < jval_count(items); i++) {
        str cells[TABLE_COLUMNS_MAX];

        for (unsigned k = 0; k < shown.n; k++)
            cells[k] = cell_of(&a->session.arena,
                               member(jval_at(items, i), shown.members[k]));
        table_add(&table, TERM_PLAIN, cells);
    }
    if (jval_count(items) > 0)
        table_print(&table, &term, out);
}

static void print_object(struct asking *a, const struct jval *object,
                         struct buf *out)
{
    struct term term = term_init();
    struct jval *value;
    str key;

    for (size_t i = 0; jval_member(object, i, &key, &value); i++) {
        term_text(&term, out, key, 64);
        buf_printf(out, "%*s", key.n < 22 ? (int)(23 - key.n) : 1, "");
        term_text(&term, out, cell_of(&a->session.arena, value), CELL_MAX);
        buf_add_char(out, '\n');
    }
}

/* A file, as it came. */
static int print_raw(struct asking *a, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    io_out_write(out, a->raw);
    return io_out_finish(out, err);
}

static int print(struct asking *a, const struct jval *answer, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(REMOTE_ANSWER_MAX);
    const struct jval *items = jval_get(answer, "items");

    if (cli_has(a->cli, "json")) {
        if (answer != NULL)
            jval_print_indented(answer, &out);
        buf_add_char(&out, '\n');
    } else if (items != NULL) {
        size_t n = jval_count(items);
        int64_t total = jval_i64(jval_get(answer, "total"), (int64_t)n);

        print_table(a, items, &out);
        buf_printf(&out, "%s%zu", n > 0 ? "\n" : "", n);
        if (total > (int64_t)n)
            buf_printf(&out, " of %lld", (long long)total);
        buf_printf(&out, " %s%s\n", n == 1 ? "row" : "rows",
                   jval_kind(jval_get(answer, "next")) == JVAL_TEXT
                       ? "; there are more: --limit N shows them"
                       : "");
    } else if (answer != NULL) {
        print_object(a, answer, &out);
    } else if (!cli_is_quiet(a->cli)) {
        buf_add(&out, STR("done\n"));
    }
    return help_print(&out, err);
}

/* --- Lists -----------------------------------------------------------------
 */

static int ask_page(struct asking *a, int64_t limit, str after,
                    struct jval **out, struct err *err)
{
    AUTO(buf_clear) struct buf query = BUF(65536);
    char number[32];
    struct remote_request get = { .method = "GET" };

    make_query(a, &query);
    snprintf(number, sizeof(number), "%lld", (long long)limit);
    add_parameter(&query, "limit", str_c(number));
    if (after.n > 0)
        add_parameter(&query, "after", after);
    get.path = arena_printf(&a->session.arena, "%" PRIstr "%s", ARGstr(a->path),
                            buf_c(&query));
    return session_ask(&a->session, &get, out, NULL, err);
}

static int list_limit(const struct cli *cli, int64_t *out, struct err *err)
{
    const char *text = cli_value(cli, "limit");
    int rc = 0;

    *out = REMOTE_ROWS;
    if (text != NULL)
        rc = str_to_i64(str_c(text), 1, INT32_MAX, out, err);
    return rc < 0 ? err_wrap(err, E_USAGE, "--limit") : 0;
}

/* Pages until there are enough; *out is the first answer with all items. */
static int ask_list(struct asking *a, struct jval **out, struct err *err)
{
    AUTO(jval_freep) struct jval *whole = NULL;
    str after = STR("");
    int64_t limit;
    int rc = list_limit(a->cli, &limit, err);

    while (rc == 0) {
        AUTO(jval_freep) struct jval *page = NULL;
        size_t have = whole != NULL ? jval_count(jval_get(whole, "items")) : 0;
        int64_t left = limit - (int64_t)have;
        const struct jval *items;

        rc = ask_page(a, left < PAGE ? left : PAGE, after, &page, err);
        if (rc < 0)
            break;
        items = jval_get(page, "items");
        after = arena_str(&a->session.arena,
                          jval_text(jval_get(page, "next"), STR("")));
        left -= (int64_t)jval_count(items);
        if (whole == NULL) {
            whole = TAKE(page);
        } else {
            for (size_t i = 0; i < jval_count(items); i++)
                jval_push(jval_get(whole, "items"),
                          jval_copy(jval_at(items, i)));
            jval_set(whole, "next", jval_copy(jval_get(page, "next")));
        }
        if (after.n == 0 || left <= 0)
            break;
    }
    if (rc == 0)
        *out = TAKE(whole);
    return rc;
}

/* --- One -------------------------------------------------------------------
 */

static int ask_upload(struct asking *a, struct jval **out, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(UPLOAD_MAX);
    AUTO(buf_clear) struct buf query = BUF(65536);
    const char *path = a->cli->args.p[a->consumed];
    const char *name = strrchr(path, '/');
    struct remote_request request = { .method = a->remote->method,
                                      .content_type =
                                          "application/octet-stream" };
    int rc = io_read_file(AT_FDCWD, path, &bytes, err);

    if (rc < 0)
        return rc;
    make_query(a, &query);
    if (a->remote->upload[0] != '\0' && !cli_has(a->cli, a->remote->upload))
        add_parameter(&query, a->remote->upload,
                      str_c(name != NULL ? name + 1 : path));
    request.body = buf_str(&bytes);
    request.path = arena_printf(&a->session.arena, "%" PRIstr "%s",
                                ARGstr(a->path), buf_c(&query));
    return session_ask(&a->session, &request, out, NULL, err);
}

/* Its options say so: the others send nothing. */
static bool has_body(const struct remote *remote)
{
    const struct cli_option *option = remote->command.options;

    for (; option->name != NULL; option++) {
        if (strcmp(option->name, "data") == 0)
            return true;
    }
    return false;
}

static int ask_one(struct asking *a, struct jval **out, struct err *err)
{
    AUTO(buf_clear) struct buf body = BUF(BODY_MAX);
    AUTO(buf_clear) struct buf query = BUF(65536);
    struct remote_request request = { .method = a->remote->method,
                                      .path = a->path,
                                      .out_raw =
                                          a->remote->raw ? &a->raw : NULL };
    bool plain = strcmp(request.method, "GET") == 0 ||
                 strcmp(request.method, "DELETE") == 0;
    int rc = 0;

    if (plain) {
        make_query(a, &query);
        request.path = arena_printf(&a->session.arena, "%" PRIstr "%s",
                                    ARGstr(a->path), buf_c(&query));
    } else if (has_body(a->remote)) {
        rc = make_body(a, &body, &request.if_match, err);
        request.body = buf_str(&body);
    } else {
        request.body = STR("");
    }
    return rc < 0 ? rc : session_ask(&a->session, &request, out, NULL, err);
}

int remote_run(struct cli *cli, struct err *err)
{
    AUTO(jval_freep) struct jval *answer = NULL;
    struct asking a = { .cli = cli,
                        .remote = (const struct remote *)cli->command };
    int rc = session_open(&a.session, err);

    if (rc == 0)
        rc = make_path(&a, err);
    if (rc == 0 && a.remote->list)
        rc = ask_list(&a, &answer, err);
    else if (rc == 0 && a.remote->upload != NULL)
        rc = ask_upload(&a, &answer, err);
    else if (rc == 0)
        rc = ask_one(&a, &answer, err);
    if (rc == 0)
        rc = a.remote->raw ? print_raw(&a, err) : print(&a, answer, err);
    session_close(&a.session);
    return rc;
}
