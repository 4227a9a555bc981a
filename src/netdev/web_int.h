/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a conversation with a web server: web.c is the conversation,
 * web_FAMILY.c what the requests and answers of a family are.
 */
#ifndef NETDEV_WEB_INT_H
#define NETDEV_WEB_INT_H

#include "netdev/web.h"
#include "netdev/web_answer.h"

/* exec and batch make the first request for web->command or web->lines.
 * take gets each whole answer of a status it has in `takes`, or of 200 to 299.
 * It makes the next request, or tells what came of it with web_tell(), once a
 * line. Its error ends the conversation. */
struct web_dialect {
    enum syntax syntax;
    bool has_enable; /* the enable password lets in without a user */
    const char *enable_rule;
    const char *enable_why; /* what is missing on the device then */
    bool (*takes)(const struct web *web, unsigned status);
    int (*exec)(struct web *web, struct err *err);
    int (*batch)(struct web *web, struct err *err);
    int (*take)(struct web *web, struct err *err);
};

extern const struct web_dialect web_asa;
extern const struct web_dialect web_ios;
extern const struct web_dialect web_ips;

enum web_state {
    WEB_LOGIN,
    WEB_READY,
    WEB_COMMAND,
    WEB_OVER,
};

/* How to be let in, one after the other. */
enum web_plan {
    PLAN_USER,
    PLAN_LEVEL,  /* the same user at level 1, to name the cause */
    PLAN_ENABLE, /* no user, the enable password */
};

struct web {
    struct web_options options;
    const struct web_dialect *dialect;
    struct buf host;
    struct buf user;
    struct buf password;
    struct buf enable_password;
    enum web_state state;
    enum web_plan plan;
    bool is_configuring;

    struct buf command;
    struct buf lines; /* of a batch; empty: one command */
    size_t line_count;
    bool has_answered; /* web_tell() was called for the last line */

    /* The request that is made or answered. */
    struct buf request;
    struct buf path; /* for messages */
    bool is_pending;
    bool is_sent;
    bool is_safe; /* may be sent twice */
    bool is_again;
    struct web_answer answer;

    bool is_line_open;
    bool is_line_used;
    unsigned step;   /* the dialect's own */
    bool has_no_set; /* IOS: this image has no commandset */
    struct buf kept; /* the dialect's own */
    struct buf csrf; /* IOS: X-Csrf-Token */
    struct buf server;
    unsigned depth;

    int64_t last_ms;
    int64_t began_ms;
    int64_t seen_ms;
};

/* GET when body.p is NULL. */
void web_request(struct web *web, str path, const char *type, str body,
                 bool is_safe);
/* An answer to the command, or to a line of the batch: text is as it came,
 * refusal wins over what the text says. */
void web_tell(struct web *web, str command, str text, str refusal, bool more);
/* The batch's lines one by one; false behind the last. */
bool web_next_line(str *rest, str *out_line);

/* Text out of HTML: tags gone, entities read. */
void web_plain(str html, struct buf *out);

/* Reads XML without its DOCTYPE, which devices write, and xml.h refuses. */
struct xml_handler;
int web_xml(str body, const struct xml_handler *handler, void *ctx,
            struct err *err) MUST_CHECK;

/* commandset: one block a command. *out_count is how many there are. */
struct web_block {
    int64_t status;
    int64_t parse_error;
    str output;
};
enum {
    WEB_BLOCKS_MAX = 100001,
};
/* Blocks in order; each at most once. E_PARSE when the body is none. */
typedef void web_block_fn(void *ctx, const struct web_block *block);
int web_read_blocks(str body, web_block_fn *fn, void *ctx, size_t *out_count,
                    struct err *err) MUST_CHECK;

#endif
