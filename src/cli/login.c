/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/login.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "base/io.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/remote.h"
#include "cli/term.h"

enum {
    CA_MAX = 65536,
};

/* What a person types, without showing it. */
static int ask_hidden(const char *prompt, struct buf *out, struct err *err)
{
    struct termios old;
    struct termios hidden;
    char c;

    if (tcgetattr(STDIN_FILENO, &old) < 0)
        return err_set(err, E_USAGE,
                       "there is no terminal to ask for the password; give "
                       "--password-file FILE ('-' is standard input)");
    hidden = old;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    fputs(prompt, stderr);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
        buf_add_char(out, c);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
    fputc('\n', stderr);
    return buf_finish(out, "the password", err);
}

int login_secret(const struct cli *cli, const char *option, const char *prompt,
                 struct buf *out, struct err *err)
{
    const char *path = cli_value(cli, option);
    const char *name;
    int rc;

    if (path == NULL)
        return ask_hidden(prompt, out, err);
    rc = input_read(path, out, &name, err);
    while (rc == 0 && out->n > 0 &&
           (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
        out->n--;
    return rc;
}

int login_server(const struct cli *cli, struct session *session,
                 struct err *err)
{
    AUTO(buf_clear) struct buf ca = BUF(CA_MAX);
    const char *url = cli_value(cli, "server");
    const char *file = cli_value(cli, "ca");
    int rc = 0;

    *session = (struct session){ .arena = ARENA };
    if (url == NULL)
        return err_set(err, E_USAGE,
                       "which server? --server https://HOST:PORT");
    if (!str_starts(str_c(url), STR("https://")))
        return err_set(err, E_USAGE,
                       "the address of a server begins with "
                       "https://");
    if (file != NULL)
        rc = io_read_file(AT_FDCWD, file, &ca, err);
    if (rc < 0)
        return rc;
    session->url = arena_str(&session->arena, str_c(url));
    session->authority = arena_str(&session->arena, buf_str(&ca));
    session->client = http_client_new(NULL);
    return 0;
}

/* What a server says is shown as what a terminal does not obey. */
static void print_session(const struct session *session,
                          const struct jval *answer)
{
    AUTO(buf_clear) struct buf line = BUF(4096);
    struct term term = term_init();

    buf_add_c(&line, "logged in at ");
    term_text(&term, &line, session->url, TERM_WIDE);
    buf_add_c(&line, " as ");
    term_text(&term, &line, jval_text(jval_get(answer, "login"), STR("?")),
              TERM_WIDE);
    buf_add_c(&line, " until ");
    term_text(&term, &line, jval_text(jval_get(answer, "expires"), STR("?")),
              TERM_WIDE);
    puts(buf_c(&line));
}

int login_send(const struct cli *cli, struct session *session, const char *path,
               struct jval *body, struct err *err)
{
    AUTO(jval_freep) struct jval *answer = NULL;
    AUTO(buf_clear) struct buf text = BUF(4 * LOGIN_WORD_MAX);
    struct remote_request request = { .method = "POST", .path = str_c(path) };
    str token;
    int rc;

    jval_set_bool(body, "bearer", true);
    jval_print(body, &text);
    request.body = buf_str(&text);
    rc = session_ask(session, &request, &answer, NULL, err);
    if (rc < 0)
        return rc;
    token = jval_text(jval_get(answer, "token"), STR(""));
    if (token.n == 0)
        return err_set(err, E_INVALID, "the server gave no token");
    session->token = arena_str(&session->arena, token);
    rc = session_save(session, err);
    if (rc == 0 && !cli_is_quiet(cli))
        print_session(session, answer);
    return rc;
}

static int log_in(struct cli *cli, struct session *session, struct err *err)
{
    AUTO(jval_freep) struct jval *body = jval_new_object();
    AUTO(buf_clear) struct buf password = BUF(LOGIN_WORD_MAX);
    int rc = login_secret(cli, "password-file", "Password: ", &password, err);

    if (rc < 0)
        return rc;
    jval_set_text(body, "login", str_c(cli_value(cli, "login")));
    jval_set_text(body, "password", buf_str(&password));
    if (cli_value(cli, "code") != NULL)
        jval_set_text(body, "code", str_c(cli_value(cli, "code")));
    return login_send(cli, session, "/api/v1/session", body, err);
}

static int run(struct cli *cli, struct err *err)
{
    struct session session;
    int rc;

    if (cli_value(cli, "login") == NULL)
        return err_set(err, E_USAGE, "who? --login NAME");
    rc = login_server(cli, &session, err);
    if (rc == 0)
        rc = log_in(cli, &session, err);
    session_close(&session);
    return rc;
}

static const struct cli_option options[] = {
    { "server", 0, "URL", "https://HOST:PORT of the API" },
    { "login", 0, "NAME", "The user" },
    { "ca", 0, "FILE",
      "The server's authority, when the system does not "
      "know it (ca.pem of its keys)" },
    { "password-file", 0, "FILE",
      "Read the password from it; - is standard "
      "input" },
    { "code", 0, "DIGITS", "The code of the second factor" },
    { NULL },
};

const struct command command_login = {
    .name = "login",
    .summary = "Log in to a server",
    .arguments = "",
    .about = "Asks for the password and keeps the session in a file that only "
             "you can read, so that the commands for servers know where to "
             "ask. For programs make a token ('holdfast token add') and set "
             "HOLDFAST_SERVER, HOLDFAST_TOKEN and HOLDFAST_CA.",
    .options = options,
    .run = run,
};
