/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/remote.h"

static int run(struct cli *cli, struct err *err)
{
    AUTO(jval_freep) struct jval *answer = NULL;
    struct remote_request request = { .method = "DELETE",
                                      .path = STR("/api/v1/session") };
    struct session session;
    struct err why = { 0 };
    int asked = session_open(&session, err);
    int rc;

    (void)cli;
    if (asked < 0) {
        session_close(&session);
        return asked;
    }
    asked = session_ask(&session, &request, &answer, NULL, &why);
    session_close(&session);
    rc = session_forget(err);
    if (rc == 0 && asked < 0)
        return err_set(err, asked,
                       "forgotten here, but not ended at the server: %s",
                       err_text(&why));
    return rc;
}

const struct command command_logout = {
    .name = "logout",
    .summary = "End the session at a server, and forget it",
    .arguments = "",
    .about = "Ends the session that 'holdfast login' opened.",
    .run = run,
};
