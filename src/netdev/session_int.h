/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a session: session.c is the conversation, session_line.c what
 * a line that waits may be.
 */
#ifndef NETDEV_SESSION_INT_H
#define NETDEV_SESSION_INT_H

#include "netdev/session.h"
#include "netdev/terminal.h"

enum {
    PROMPT_MAX = 256,
    PROMPT_TRIES = 8,
    LINGER_MS = 1000, /* silence after which any line may be the prompt */
};

struct prompt {
    struct buf whole; /* as it was learned */
    struct buf base;  /* without its end and a mode in brackets */
    struct buf next;  /* what the base becomes by the command that runs */
    bool odd;         /* it ends unlike its family's: compared as a whole */
};

/* Could this be a prompt of the family, by its end? */
bool line_ends_as_prompt(const struct family *family, str line);
bool line_is_privileged(const struct family *family, str line);
/* 0 when no pager's text ends the line, else the length of that text. */
size_t line_pager(const struct family *family, str line);
bool line_is_question(str line);
bool line_asks_user(str line);
bool line_asks_password(str line);
/* A finished line that says that the login was refused. */
bool line_refuses_login(str line);

/* What an answer says of its command (R-DEP-3); refusal: what the device itself
 * calls an error, or empty. */
void session_judge(struct session_answer *answer,
                   const struct session_options *options, str refusal);

void prompt_clear(struct prompt *prompt);
void prompt_learn(struct prompt *prompt, const struct family *family, str line);
/* The name that a command gives the device is expected, too. */
void prompt_expect(struct prompt *prompt, str command);
bool prompt_matches(struct prompt *prompt, const struct family *family,
                    str line);

#endif
