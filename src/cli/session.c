/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "cli/remote.h"

enum {
    FILE_MAX = 65536,
};

/* --- The session file ----------------------------------------------------- */

static int folder(struct arena *arena, str *out, struct err *err)
{
    const char *base = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (base != NULL && base[0] == '/')
        *out = arena_printf(arena, "%s/holdfast", base);
    else if (home != NULL && home[0] == '/')
        *out = arena_printf(arena, "%s/.config/holdfast", home);
    else
        return err_set(err, E_INVALID,
                       "neither XDG_CONFIG_HOME nor HOME says where to keep "
                       "the session");
    return 0;
}

static int file_path(struct arena *arena, const char **out, struct err *err)
{
    str dir;
    int rc = folder(arena, &dir, err);

    if (rc == 0)
        *out = arena_printf(arena, "%" PRIstr "/server.json", ARGstr(dir)).p;
    return rc;
}

static int read_session(struct session *session, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(FILE_MAX);
    AUTO(jval_freep) struct jval *json = NULL;
    const char *path = NULL;
    struct stat facts;
    int rc = file_path(&session->arena, &path, err);

    if (rc < 0)
        return rc;
    if (stat(path, &facts) == 0 && (facts.st_mode & 077) != 0)
        return err_set(err, E_PERM,
                       "%s: others may read it, and it holds a token (chmod "
                       "600)",
                       path);
    rc = io_read_file(AT_FDCWD, path, &text, err);
    if (rc == E_ABSENT)
        return err_set(err, E_ABSENT,
                       "no server is known; 'holdfast login --server "
                       "https://HOST:PORT' makes one known");
    if (rc == 0)
        rc = jval_parse(buf_str(&text), FILE_MAX, &json, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", path);
    session->url =
        arena_str(&session->arena, jval_text(jval_get(json, "url"), STR("")));
    session->token =
        arena_str(&session->arena, jval_text(jval_get(json, "token"), STR("")));
    session->authority = arena_str(
        &session->arena, jval_text(jval_get(json, "authority"), STR("")));
    return 0;
}

static int read_environment(struct session *session, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(FILE_MAX);
    const char *token = getenv("HOLDFAST_TOKEN");
    const char *ca = getenv("HOLDFAST_CA");
    int rc = 0;

    session->url = arena_str(&session->arena, str_c(getenv("HOLDFAST_SERVER")));
    session->token = arena_str(&session->arena, str_c(token));
    if (ca != NULL)
        rc = io_read_file(AT_FDCWD, ca, &text, err);
    session->authority = arena_str(&session->arena, buf_str(&text));
    return rc < 0 ? err_wrap(err, rc, "HOLDFAST_CA") : 0;
}

int session_open(struct session *session, struct err *err)
{
    int rc;

    *session = (struct session){ .arena = ARENA };
    if (getenv("HOLDFAST_SERVER") != NULL)
        rc = read_environment(session, err);
    else
        rc = read_session(session, err);
    if (rc < 0)
        return rc;
    while (session->url.n > 0 && session->url.p[session->url.n - 1] == '/')
        session->url.n--;
    session->client = http_client_new(NULL);
    return 0;
}

int session_save(const struct session *session, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf text = BUF(FILE_MAX);
    AUTO(io_out_freep) struct io_out *out = NULL;
    AUTO(jval_freep) struct jval *json = jval_new_object();
    const char *path = NULL;
    mode_t mask;
    str dir;
    int rc = folder(&arena, &dir, err);

    if (rc == 0)
        rc = file_path(&arena, &path, err);
    if (rc < 0)
        return rc;
    (void)!mkdir(arena_c(&arena, str_sub(dir, 0, dir.n - STR("/holdfast").n)),
                 0700);
    if (mkdir(dir.p, 0700) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", dir.p);
    jval_set_text(json, "url", session->url);
    jval_set_text(json, "token", session->token);
    jval_set_text(json, "authority", session->authority);
    jval_print_indented(json, &text);
    buf_add_char(&text, '\n');
    mask = umask(077);
    rc = io_out_open(path, &out, err);
    if (rc == 0) {
        io_out_write(out, buf_str(&text));
        rc = io_out_finish(out, err);
    }
    umask(mask);
    if (rc == 0 && chmod(path, 0600) < 0)
        rc = err_errno(err, errno, "%s", path);
    return rc;
}

int session_forget(struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *path = NULL;
    int rc = file_path(&arena, &path, err);

    if (rc == 0 && unlink(path) < 0 && errno != ENOENT)
        rc = err_errno(err, errno, "%s", path);
    return rc;
}

void session_close(struct session *session)
{
    http_client_freep(&session->client);
    arena_clear(&session->arena);
}

/* --- Asking --------------------------------------------------------------- */

/* "name: required; schedule: ..." of a problem's errors. */
static void add_errors(const struct jval *errors, struct buf *out)
{
    for (size_t i = 0; i < jval_count(errors); i++) {
        const struct jval *one = jval_at(errors, i);
        str field = jval_text(jval_get(one, "field"), STR(""));
        str reason = jval_text(jval_get(one, "reason"), STR(""));

        buf_printf(out, "%s%" PRIstr "%s%" PRIstr, i > 0 ? "; " : "",
                   ARGstr(field), field.n > 0 ? ": " : "", ARGstr(reason));
    }
}

static int refused(int64_t status, const struct jval *json, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(ERR_TEXT_MAX);
    str detail = jval_text(jval_get(json, "detail"), STR(""));
    str field = jval_text(jval_get(json, "field"), STR(""));
    int code = status == 401 || status == 403   ? E_PERM
               : status == 404                  ? E_ABSENT
               : status == 413 || status == 429 ? E_LIMIT
               : status >= 500                  ? E_IO
                                                : E_INVALID;

    if (field.n > 0)
        buf_printf(&text, "%" PRIstr ": ", ARGstr(field));
    buf_add(&text, detail);
    if (jval_count(jval_get(json, "errors")) > 1 || text.n == 0) {
        if (detail.n > 0)
            buf_add(&text, STR(": "));
        add_errors(jval_get(json, "errors"), &text);
    }
    if (text.n == 0)
        buf_printf(&text, "status %lld", (long long)status);
    if (status == 401)
        return err_set(err, code,
                       "the server says: %s; 'holdfast login' logs "
                       "in again",
                       buf_c(&text));
    return err_set(err, code, "the server says: %s", buf_c(&text));
}

int session_ask(struct session *session, const struct remote_request *request,
                struct jval **out, str *out_etag, struct err *err)
{
    str url = arena_printf(&session->arena, "%" PRIstr "%" PRIstr,
                           ARGstr(session->url), ARGstr(request->path));
    str token = arena_printf(&session->arena, "Authorization: Bearer %" PRIstr,
                             ARGstr(session->token));
    str match = arena_printf(&session->arena, "If-Match: %" PRIstr,
                             ARGstr(request->if_match));
    const char *headers[] = { session->token.n > 0 ? token.p : "X-Holdfast: 1",
                              request->if_match.n > 0 ? match.p : NULL, NULL };
    struct http_request http = {
        .method = request->method,
        .url = url.p,
        .body = request->body,
        .content_type = request->content_type != NULL ? request->content_type
                                                      : "application/json",
        .headers = headers,
        .authority = session->authority,
        .timeout_ms = 600000,
        .answer_max =
            request->answer_max > 0 ? request->answer_max : REMOTE_ANSWER_MAX,
    };
    AUTO(jval_freep) struct jval *json = NULL;
    struct http_answer answer;
    int rc = http_run(session->client, &http, &answer, err);

    if (rc < 0)
        return err_wrap(err, rc, "%" PRIstr, ARGstr(session->url));
    if (request->out_raw != NULL && answer.status == 200) {
        *request->out_raw = arena_str(&session->arena, answer.body);
        return 0;
    }
    if (answer.body.n > 0)
        rc = jval_parse(answer.body, REMOTE_ANSWER_MAX, &json, err);
    if (answer.status < 200 || answer.status > 299)
        return refused(answer.status, json, err);
    if (rc < 0)
        return err_wrap(err, rc, "the answer of %" PRIstr,
                        ARGstr(session->url));
    if (out_etag != NULL)
        *out_etag = arena_str(&session->arena, answer.etag);
    *out = TAKE(json);
    return 0;
}
