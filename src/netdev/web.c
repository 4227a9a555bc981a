/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encode.h"
#include "base/mem.h"
#include "base/xml.h"
#include "netdev/session_int.h"
#include "netdev/web_int.h"

enum {
    REQUEST_MAX = 2 * WEB_BATCH_MAX,
    SECRET_MAX = 1024,
    PATH_MAX_BYTES = 4 * SESSION_COMMAND_MAX,
};

static const struct web_dialect *const dialects[] = { &web_asa, &web_ios,
                                                      &web_ips };

static int64_t or_else(int64_t value, int64_t other)
{
    return value > 0 ? value : other;
}

static void init(struct web *web, const struct web_options *options,
                 int64_t now_ms)
{
    const struct session_options *session = &options->session;
    size_t most = session->answer_max > 0 ? session->answer_max
                                          : (size_t)SESSION_ANSWER_MAX;

    *web = (struct web){
        .options = *options,
        .host = BUF(SECRET_MAX),
        .user = BUF(SECRET_MAX),
        .password = BUF(SECRET_MAX),
        .enable_password = BUF(SECRET_MAX),
        .command = BUF(SESSION_COMMAND_MAX),
        .lines = BUF(WEB_BATCH_MAX),
        .request = BUF(REQUEST_MAX),
        .path = BUF(PATH_MAX_BYTES),
        .kept = BUF(most),
        .csrf = BUF(SECRET_MAX),
        .server = BUF(SECRET_MAX),
        .last_ms = now_ms,
        .began_ms = now_ms,
        .seen_ms = now_ms,
    };
    web_answer_init(&web->answer, most);
    buf_add(&web->host, options->host);
    buf_add(&web->user, session->user);
    buf_add(&web->password, session->password);
    buf_add(&web->enable_password, session->enable_password.n > 0
                                       ? session->enable_password
                                       : session->password);
    web->options.session.silence_ms = or_else(session->silence_ms, 60000);
    web->options.session.command_ms = or_else(session->command_ms, 600000);
    if (web->options.user_agent == NULL)
        web->options.user_agent = "Holdfast";
}

int web_new(const struct web_options *options, int64_t now_ms, struct web **out,
            struct err *err)
{
    const struct family *family = options->session.family;
    const struct web_dialect *dialect = NULL;
    struct web *web;

    for (size_t i = 0; i < COUNT(dialects); i++)
        if (dialects[i]->syntax == family->syntax)
            dialect = dialects[i];
    if (dialect == NULL)
        return err_set(err, E_UNSUPPORTED, "%s has no web server that is known",
                       family->title);
    web = mem_alloc(1, sizeof(*web));
    init(web, options, now_ms);
    web->dialect = dialect;
    web->plan =
        web->user.n == 0 && dialect->has_enable ? PLAN_ENABLE : PLAN_USER;
    buf_add_c(&web->command, family->show_version);
    *out = web;
    return 0;
}

static void wipe(struct buf *secret)
{
    if (secret->p != NULL)
        explicit_bzero(secret->p, secret->cap);
    buf_clear(secret);
}

void web_free(struct web *web)
{
    if (web == NULL)
        return;
    wipe(&web->password);
    wipe(&web->enable_password);
    wipe(&web->request);
    wipe(&web->csrf);
    wipe(&web->lines);
    buf_clear(&web->host);
    buf_clear(&web->user);
    buf_clear(&web->command);
    buf_clear(&web->path);
    buf_clear(&web->kept);
    buf_clear(&web->server);
    web_answer_clear(&web->answer);
    mem_free(web);
}

bool web_is_ready(const struct web *web)
{
    return web->state == WEB_READY;
}

str web_server(const struct web *web)
{
    return buf_str(&web->server);
}

static void fail(struct web *web, struct err *err)
{
    const char *where = web->state == WEB_LOGIN ? "login" : "session";

    if (web->state == WEB_OVER)
        return;
    if (web->state == WEB_COMMAND && web->lines.n == 0)
        (void)err_wrap(err, err->code, "command '%" PRIstr "'",
                       ARGstr(buf_str(&web->command)));
    web->state = WEB_OVER;
    web->is_pending = false;
    web->options.events->failed(web->options.ctx, where, err);
}

/* --- Requests --------------------------------------------------------------
 */

static void add_credentials(struct web *web)
{
    bool is_enable = web->plan == PLAN_ENABLE;
    struct buf plain = BUF(3 * SECRET_MAX);

    if (!is_enable)
        buf_add(&plain, buf_str(&web->user));
    buf_add_char(&plain, ':');
    buf_add(&plain,
            buf_str(is_enable ? &web->enable_password : &web->password));
    buf_add_c(&web->request, "Authorization: Basic ");
    base64_add(&web->request, buf_str(&plain));
    buf_add_c(&web->request, "\r\n");
    explicit_bzero(plain.p, plain.cap);
    buf_clear(&plain);
}

static void add_host(struct web *web)
{
    str host = buf_str(&web->host);
    bool is_v6 = str_find_char(host, ':') < host.n;

    buf_printf(&web->request,
               is_v6 ? "Host: [%" PRIstr "]\r\n" : "Host: %" PRIstr "\r\n",
               ARGstr(host));
}

static void send_request(struct web *web)
{
    web->is_sent = true;
    web->is_line_used = true;
    web->last_ms = web->seen_ms;
    web->options.events->send(web->options.ctx, buf_str(&web->request));
}

static void want_line(struct web *web)
{
    web->is_line_open = false;
    web->is_sent = false;
    web->options.events->wants_line(web->options.ctx);
}

void web_request(struct web *web, str path, const char *type, str body,
                 bool is_safe)
{
    struct buf *out = &web->request;

    buf_reset(&web->path);
    buf_add(&web->path, path);
    buf_reset(out);
    buf_add_c(out, body.p != NULL ? "POST " : "GET ");
    buf_add(out, path);
    buf_add_c(out, " HTTP/1.1\r\n");
    add_host(web);
    buf_printf(out, "User-Agent: %s\r\nAccept: */*\r\n",
               web->options.user_agent);
    add_credentials(web);
    if (web->csrf.n > 0)
        buf_printf(out, "X-Csrf-Token: %" PRIstr "\r\n",
                   ARGstr(buf_str(&web->csrf)));
    if (body.p != NULL)
        buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n", type,
                   body.n);
    buf_add_c(out, "\r\n");
    buf_add(out, body);
    web_answer_reset(&web->answer);
    web->is_pending = true;
    web->is_safe = is_safe;
    web->is_again = false;
    /* A line that was used may end any moment: only what may be sent twice
     * goes on it. */
    if (web->is_line_open && (is_safe || !web->is_line_used))
        send_request(web);
    else
        want_line(web);
}

/* --- Answers ---------------------------------------------------------------
 */

static void begin_command(struct web *web, int64_t now_ms)
{
    struct err err = { 0 };
    int rc;

    web->step = 0;
    web->has_answered = false;
    web->began_ms = web->last_ms = web->seen_ms = now_ms;
    rc = web->lines.n > 0 ? web->dialect->batch(web, &err)
                          : web->dialect->exec(web, &err);
    if (rc == 0 && web->request.over)
        rc = err_set(&err, E_LIMIT, "the request is too large");
    if (rc < 0)
        fail(web, &err);
}

static void logged_in(struct web *web)
{
    bool is_enable = web->plan == PLAN_ENABLE;
    str server = web_answer_field(&web->answer, STR("Server"));

    buf_add(&web->server, str_sub(server, 0, 200));
    if (is_enable && web->options.events->finding != NULL)
        web->options.events->finding(web->options.ctx,
                                     web->dialect->enable_rule,
                                     str_c(web->dialect->enable_why));
    if (web->state == WEB_OVER)
        return;
    web->options.events->login(web->options.ctx,
                               is_enable ? STR("enable password")
                                         : STR("user and password"));
    if (web->state == WEB_OVER)
        return;
    web->state = WEB_READY;
    web->options.events->ready(web->options.ctx);
}

/* As it looks on a terminal: the same as on the command line. */
static void clean(str text, size_t most, struct buf *out)
{
    struct terminal terminal;

    terminal_init(&terminal, most);
    terminal_feed(&terminal, text);
    if (terminal_line(&terminal).n > 0)
        terminal_feed(&terminal, STR("\n"));
    buf_add(out, buf_str(&terminal.text));
    terminal_clear(&terminal);
}

void web_tell(struct web *web, str command, str text, str refusal, bool more)
{
    AUTO(buf_clear) struct buf shown = BUF(web->answer.body.limit + 1);
    struct session_answer answer = { .command = command,
                                     .via = web->options.transport,
                                     .more = more };

    if (web->state == WEB_OVER)
        return;
    if (web->state == WEB_LOGIN) {
        if (!more)
            logged_in(web);
        return;
    }
    clean(text, web->answer.body.limit, &shown);
    answer.text = buf_str(&shown);
    session_judge(&answer, &web->options.session, refusal);
    if (!more)
        web->state = WEB_READY;
    web->options.events->answer(web->options.ctx, &answer);
}

static void refuse_login(struct web *web)
{
    const struct web_dialect *dialect = web->dialect;
    struct err err = { 0 };

    if (web->state == WEB_LOGIN && web->plan == PLAN_USER &&
        dialect->has_enable) {
        web->plan = dialect->syntax == SYNTAX_IOS ? PLAN_LEVEL : PLAN_ENABLE;
        begin_command(web, web->seen_ms);
        return;
    }
    if (web->state == WEB_LOGIN && web->plan == PLAN_LEVEL) {
        web->plan = PLAN_ENABLE;
        begin_command(web, web->seen_ms);
        return;
    }
    if (web->user.n == 0)
        (void)err_set(&err, E_PERM, "the device refused the enable password");
    else
        (void)err_set(&err, E_PERM,
                      "the device refused user '%" PRIstr "' and the "
                      "password%s",
                      ARGstr(buf_str(&web->user)),
                      web->plan == PLAN_ENABLE
                          ? ", and the enable password without a user "
                            "(R-IOSSSL-4)"
                          : "");
    fail(web, &err);
}

static void name_status(struct web *web, unsigned status, struct err *err)
{
    str path = str_sub(buf_str(&web->path), 0, 100);
    str elsewhere =
        str_sub(web_answer_field(&web->answer, STR("Location")), 0, 200);
    bool is_asa = web->dialect->syntax == SYNTAX_ASA;

    if (status == 400 && is_asa)
        (void)err_set(err, E_PERM,
                      "the firewall takes no client that is called '%s' (HTTP "
                      "400): enter 'http server basic-auth-client %s' on it "
                      "(R-ASA-5)",
                      web->options.user_agent, web->options.user_agent);
    else if (status == 403)
        (void)err_set(err, E_PERM,
                      "the device forbids it to user '%" PRIstr "' (HTTP 403): "
                      "is he an administrator (R-IPS-2), and does an access "
                      "list let this address in?",
                      ARGstr(buf_str(&web->user)));
    else if (status >= 300 && status < 400)
        (void)err_set(err, E_UNSUPPORTED,
                      "the web server sends elsewhere (HTTP %u, '%" PRIstr
                      "'), which is not followed",
                      status, ARGstr(elsewhere));
    else if (status == 404)
        (void)err_set(err, E_UNSUPPORTED,
                      "the web server has no '%" PRIstr "': is it of the "
                      "family %s?",
                      ARGstr(path), web->options.session.family->name);
    else
        (void)err_set(err, E_IO, "the web server answers '%" PRIstr "' with %u",
                      ARGstr(path), status);
}

static void take_level(struct web *web)
{
    struct err err = { 0 };
    str user = buf_str(&web->user);

    (void)err_set(&err, E_PERM,
                  "user '%" PRIstr "' is let in, but below level 15: enter "
                  "'username %" PRIstr " privilege 15' on the device "
                  "(R-IOSSSL-2)",
                  ARGstr(user), ARGstr(user));
    fail(web, &err);
}

static void take_answer(struct web *web)
{
    unsigned status = web->answer.status;
    bool is_fine = status >= 200 && status < 300;
    struct err err = { 0 };

    web->is_pending = false;
    if (web->answer.is_closing)
        web->is_line_open = false;
    if (web->plan == PLAN_LEVEL && is_fine) {
        take_level(web);
    } else if (web->plan == PLAN_LEVEL || status == 401) {
        refuse_login(web);
    } else if (is_fine || (web->dialect->takes != NULL &&
                           web->dialect->takes(web, status))) {
        if (web->dialect->take(web, &err) < 0)
            fail(web, &err);
    } else {
        name_status(web, status, &err);
        fail(web, &err);
    }
}

/* --- What happens ----------------------------------------------------------
 */

void web_line_open(struct web *web, int64_t now_ms)
{
    web->seen_ms = now_ms;
    web->is_line_open = true;
    web->is_line_used = false;
    if (web->state == WEB_LOGIN && !web->is_pending && !web->is_sent)
        begin_command(web, now_ms);
    else if (web->is_pending && !web->is_sent)
        send_request(web);
}

void web_receive(struct web *web, str bytes, int64_t now_ms)
{
    struct err err = { 0 };
    size_t used = 0;
    int rc;

    web->seen_ms = web->last_ms = now_ms;
    if (web->state == WEB_OVER)
        return;
    if (!web->is_pending || !web->is_sent) {
        web->is_line_open = false; /* nobody asked for that */
        return;
    }
    rc = web_answer_feed(&web->answer, bytes, &used, &err);
    if (rc < 0)
        fail(web, &err);
    if (rc <= 0)
        return;
    if (used < bytes.n)
        web->answer.is_closing = true;
    take_answer(web);
}

void web_line_ended(struct web *web, const struct err *why, int64_t now_ms)
{
    bool is_stale =
        web->is_safe && !web->is_again && web_answer_is_empty(&web->answer);
    struct err err = { 0 };

    web->seen_ms = now_ms;
    web->is_line_open = false;
    if (web->state == WEB_OVER || !web->is_pending)
        return;
    if (!web->is_sent) {
        err = *why;
        fail(web, &err);
    } else if (web_answer_end(&web->answer, &err) == 1) {
        take_answer(web);
    } else if (is_stale) {
        web->is_again = true;
        want_line(web);
    } else {
        fail(web, &err);
    }
}

void web_tick(struct web *web, int64_t now_ms)
{
    struct err err = { 0 };

    web->seen_ms = now_ms;
    if (!web->is_pending || web->state == WEB_OVER)
        return;
    if (now_ms - web->last_ms >= web->options.session.silence_ms)
        (void)err_set(&err, E_IO, "nothing came for %lld seconds",
                      (long long)web->options.session.silence_ms / 1000);
    else if (now_ms - web->began_ms >= web->options.session.command_ms)
        (void)err_set(&err, E_IO, "it did not end within %lld seconds",
                      (long long)web->options.session.command_ms / 1000);
    if (err.code != 0)
        fail(web, &err);
}

int64_t web_due_ms(const struct web *web)
{
    int64_t silent = web->last_ms + web->options.session.silence_ms;
    int64_t late = web->began_ms + web->options.session.command_ms;

    if (web->state == WEB_OVER || !web->is_pending)
        return INT64_MAX;
    return silent < late ? silent : late;
}

/* --- Commands --------------------------------------------------------------
 */

static int check(const struct web *web, str text, bool has_lines,
                 struct err *err)
{
    if (web->state != WEB_READY)
        return err_set(err, E_INVALID, "the device cannot take a command now");
    if (text.n == 0 ||
        text.n > (has_lines ? WEB_BATCH_MAX : SESSION_COMMAND_MAX))
        return err_set(err, E_INVALID,
                       "a command has 1 to %d bytes, and commands together "
                       "%d",
                       SESSION_COMMAND_MAX, WEB_BATCH_MAX);
    for (size_t i = 0; i < text.n; i++)
        if (((unsigned char)text.p[i] < 0x20 &&
             !(has_lines && text.p[i] == '\n')) ||
            text.p[i] == 0x7f)
            return err_set(err, E_INVALID,
                           "a command has no control characters");
    return text.p[0] == '!' ? err_set(err, E_INVALID, "a comment is no command")
                            : 0;
}

static bool is_command(str command, const char *other)
{
    return other != NULL && str_eq_c(command, other);
}

int web_command(struct web *web, str command, int64_t now_ms, struct err *err)
{
    const struct family *family = web->options.session.family;
    bool enters = is_command(command, family->configure);
    bool leaves = is_command(command, family->leave);
    int rc = check(web, command, false, err);

    if (rc < 0)
        return rc;
    buf_reset(&web->command);
    buf_add(&web->command, command);
    buf_reset(&web->lines);
    web->state = WEB_COMMAND;
    if (enters || (leaves && web->is_configuring)) {
        web->is_configuring = enters;
        web_tell(web, buf_str(&web->command), STR(""), STR_NONE, false);
        return 0;
    }
    if (web->is_configuring) {
        buf_add(&web->lines, command);
        web->line_count = 1;
    }
    begin_command(web, now_ms);
    return 0;
}

bool web_next_line(str *rest, str *out_line)
{
    while (rest->n > 0) {
        *out_line = str_trim(str_cut(rest, '\n'));
        if (out_line->n > 0 && out_line->p[0] != '!')
            return true;
    }
    return false;
}

int web_batch(struct web *web, str lines, int64_t now_ms, struct err *err)
{
    int rc = check(web, lines, true, err);
    str line;

    if (rc < 0)
        return rc;
    buf_reset(&web->lines);
    web->line_count = 0;
    while (web_next_line(&lines, &line)) {
        buf_add(&web->lines, line);
        buf_add_char(&web->lines, '\n');
        web->line_count++;
    }
    if (web->line_count == 0)
        return err_set(err, E_INVALID, "no command is given");
    rc = buf_finish(&web->lines, "the commands", err);
    if (rc < 0)
        return rc;
    web->state = WEB_COMMAND;
    begin_command(web, now_ms);
    return 0;
}

/* --- For the dialects ------------------------------------------------------
 */

/* Without an internal subset there is nothing in a DOCTYPE but a name. */
static str without_doctype(str body)
{
    size_t at = str_find(body, STR("<!DOCTYPE"));
    str type = str_sub(body, at, SIZE_MAX);
    size_t end = str_find_char(type, '>');

    if (at == body.n || end == type.n ||
        str_find_char(str_sub(type, 0, end), '[') < end)
        return body;
    return str_sub(type, end + 1, SIZE_MAX);
}

int web_xml(str body, const struct xml_handler *handler, void *ctx,
            struct err *err)
{
    static const struct xml_limits limits = { 64, 64, 1 << 20, 1000000, 0 };
    struct stream *stream;
    int rc = stream_open_memory(without_doctype(str_trim(body)), "the answer",
                                NULL, &stream, err);

    if (rc < 0)
        return rc;
    rc = xml_read(stream, &limits, handler, ctx, err);
    stream_free(stream);
    return rc;
}
