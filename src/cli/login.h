/* SPDX-License-Identifier: Apache-2.0
 *
 * What login and setup have in common.
 */
#ifndef CLI_LOGIN_H
#define CLI_LOGIN_H

#include "cli/remote.h"

enum {
    LOGIN_WORD_MAX = 4096, /* of what a person types */
};

/* A secret from the file of an option, or typed. */
int login_secret(const struct cli *cli, const char *option, const char *prompt,
                 struct buf *out, struct err *err) MUST_CHECK;
/* The server that --server and --ca name. */
int login_server(const struct cli *cli, struct session *session,
                 struct err *err) MUST_CHECK;
/* Sends the body, and keeps and tells the session that the answer opens. */
int login_send(const struct cli *cli, struct session *session, const char *path,
               struct jval *body, struct err *err) MUST_CHECK;

#endif
