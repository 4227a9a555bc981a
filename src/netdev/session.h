/* SPDX-License-Identifier: Apache-2.0
 *
 * A conversation with the command line of a network device: log in where the
 * line itself asks for that, learn the prompt, get the privileged level, turn
 * the pager off, then one command after the other, each with its answer.
 *
 * Pure: bytes come in by session_receive(), go out by the `send` function,
 * and time is told to it. Which transport carries the bytes is not its
 * concern (vty.h).
 *
 *   LOGIN ──► PROMPT ──► ENABLE ──► PAGER ──► READY ◄──► COMMAND
 *     any of them ──► OVER (once, with an error)
 *
 * What the device sends is hostile or merely odd:
 * - The prompt is learned, never guessed (R-SSH-7): an empty line is sent
 *   until the same line waits twice. A banner that looks like a prompt, or a
 *   prompt that looks like none, does not matter.
 * - An answer begins behind the echo of its command, so that what came late
 *   is not taken for it, and ends at the prompt followed by silence.
 * - A question is answered when a table (response.h) has it, and ends the
 *   session when none does (R-DEP-6). Nothing is ever confirmed blindly.
 * - Sizes, the time of silence and the time of a whole command are bounded.
 *
 * Secrets are not in answers, errors or events by the session's doing; a
 * device that echoes one puts it there (see mask.h for transcripts).
 */
#ifndef NETDEV_SESSION_H
#define NETDEV_SESSION_H

#include "netdev/response.h"

struct session;

enum {
    SESSION_ANSWER_MAX = 64 << 20, /* bytes of an answer */
    SESSION_COMMAND_MAX = 8192,    /* bytes of a command */
    SESSION_DIALOGS_MAX = 16,      /* questions a command may ask */
};

enum session_state {
    SESSION_LOGIN,
    SESSION_PROMPT,
    SESSION_ENABLE,
    SESSION_PAGER,
    SESSION_READY,
    SESSION_COMMAND,
    SESSION_OVER,
};
/* "log in", "find the prompt", ...; for messages and connectivity tests. */
const char *session_state_name(enum session_state state);

/* Lives until the event function returns. */
struct session_answer {
    str command;
    str text;     /* lines, each with its line feed; without echo and prompt */
    bool refused; /* the device refused the command: */
    str refusal;  /* the first line that says so */
    str warning;  /* or took it, and warns: that line */
    unsigned questions; /* answered from the table on the way */
    enum transport via;
    bool more; /* others of the same batch follow (contact_batch()) */
};

/* Exactly one of: ready (answer and err NULL), an answer, or the end. After
 * the end nothing more comes. The function may call session_command(), but
 * not free the session. */
typedef void session_event_fn(void *ctx, const struct session_answer *answer,
                              const struct err *err);
typedef void session_send_fn(void *ctx, str bytes);

struct session_options {
    const struct family *family;
    const struct responses *responses; /* that are added; the caller's */
    /* Copied, and wiped when the session is freed. */
    str user;
    str password;
    str enable_password; /* empty: the password */
    bool asks_login;     /* the line asks for user and password (Telnet) */
    bool stay_user;      /* do not go to the privileged level */
    size_t answer_max;   /* 0: SESSION_ANSWER_MAX */

    /* Milliseconds; 0 takes what stands here. */
    int64_t silence_ms;  /* 60,000: nothing comes, though something should */
    int64_t command_ms;  /* 600,000: a whole command or the whole login */
    int64_t settle_ms;   /* 20: silence that ends an answer at the prompt */
    int64_t question_ms; /* 1,500: silence that makes a line a question */

    session_send_fn *send;
    session_event_fn *event;
    void *ctx;
};

struct session *session_new(const struct session_options *options,
                            int64_t now_ms);
void session_free(struct session *session);
void session_freep(struct session **session);

/* The error goes to the event function too; E_ codes:
 *   E_PERM     refused the user, the password or the privileged level
 *   E_IO       silence, or the line ended
 *   E_LIMIT    more or longer than is allowed
 *   E_INVALID  a question that no table answers
 *   E_PARSE    no prompt could be learned */
void session_receive(struct session *session, str bytes, int64_t now_ms);
void session_ended(struct session *session);
void session_tick(struct session *session, int64_t now_ms);
/* When session_tick() is due; INT64_MAX: never. */
int64_t session_due_ms(const struct session *session);

enum session_state session_state(const struct session *session);
/* As learned; empty before. It belongs to the session. */
str session_prompt(const struct session *session);
bool session_is_privileged(const struct session *session);

/* Sends a command; in SESSION_READY only. E_INVALID for another state, for
 * one with control characters, and for one that is too long. Line feeds are in
 * banners only, which are one command of several lines. */
int session_command(struct session *session, str command, int64_t now_ms,
                    struct err *err) MUST_CHECK;

#endif
