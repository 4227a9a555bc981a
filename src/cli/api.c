/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/remote.h"

static int print(const struct jval *answer, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(REMOTE_ANSWER_MAX);

    if (answer == NULL)
        return 0;
    jval_print_indented(answer, &out);
    buf_add_char(&out, '\n');
    return help_print(&out, err);
}

static int ask(struct cli *cli, struct session *session, struct err *err)
{
    AUTO(jval_freep) struct jval *body = NULL;
    AUTO(jval_freep) struct jval *answer = NULL;
    AUTO(buf_clear) struct buf text = BUF(16 << 20);
    struct remote_request request = {
        .method = cli->args.p[0],
        .path = str_c(cli->args.p[1]),
        .if_match = str_c(cli_value(cli, "if-match")),
    };
    int rc = 0;

    if (!str_starts(request.path, STR("/")))
        return err_set(err, E_USAGE,
                       "a path begins with /, as in "
                       "/api/v1/devices");
    if (cli_value(cli, "data") != NULL) {
        rc = remote_data(cli_value(cli, "data"), &body, err);
        if (rc < 0)
            return rc;
        jval_print(body, &text);
        request.body = buf_str(&text);
    }
    rc = session_ask(session, &request, &answer, NULL, err);
    return rc < 0 ? rc : print(answer, err);
}

static int run(struct cli *cli, struct err *err)
{
    struct session session;
    int rc = session_open(&session, err);

    if (rc == 0)
        rc = ask(cli, &session, err);
    session_close(&session);
    return rc;
}

static const struct cli_option options[] = {
    { "data", 0, "JSON", "The body: JSON, @FILE, or '-'" },
    { "if-match", 0, "ETAG", "Change the object only if it is still this" },
    { NULL },
};

const struct command command_api = {
    .name = "api",
    .summary = "Send any request to the API of a server",
    .arguments = "METHOD PATH",
    .about = "Sends the request with the session of 'holdfast login' and "
             "prints the answer. The server describes its API at "
             "/api/v1/openapi.json.",
    .options = options,
    .args_min = 2,
    .args_max = 2,
    .run = run,
};
