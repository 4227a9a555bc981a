/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/login.h"

static int set_up(struct cli *cli, struct session *session, struct err *err)
{
    AUTO(jval_freep) struct jval *body = jval_new_object();
    AUTO(buf_clear) struct buf secret = BUF(LOGIN_WORD_MAX);
    AUTO(buf_clear) struct buf password = BUF(LOGIN_WORD_MAX);
    int rc =
        login_secret(cli, "secret-file", "One-time secret: ", &secret, err);

    if (rc == 0)
        rc = login_secret(cli, "password-file", "New password: ", &password,
                          err);
    if (rc < 0)
        return rc;
    jval_set_text(body, "secret", buf_str(&secret));
    jval_set_text(body, "login", str_c(cli_value(cli, "login")));
    jval_set_text(body, "password", buf_str(&password));
    return login_send(cli, session, "/api/v1/setup", body, err);
}

static int run(struct cli *cli, struct err *err)
{
    struct session session;
    int rc;

    if (cli_value(cli, "login") == NULL)
        return err_set(err, E_USAGE, "whom to make? --login NAME");
    rc = login_server(cli, &session, err);
    if (rc == 0)
        rc = set_up(cli, &session, err);
    session_close(&session);
    return rc;
}

static const struct cli_option options[] = {
    { "server", 0, "URL", "https://HOST:PORT of the API" },
    { "login", 0, "NAME", "The first administrator" },
    { "ca", 0, "FILE", "The server's authority (ca.pem of its keys)" },
    { "secret-file", 0, "FILE",
      "The one-time secret; the server wrote it "
      "into setup-secret of its data" },
    { "password-file", 0, "FILE", "The new password; - is standard input" },
    { NULL },
};

const struct command command_setup = {
    .name = "setup",
    .summary = "Make the first administrator of a new server",
    .arguments = "",
    .about = "A new server has no user and no default password: it makes a "
             "one-time secret, and who has that makes the first "
             "administrator. The session is kept as 'holdfast login' does.",
    .options = options,
    .run = run,
};
