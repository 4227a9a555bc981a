/* SPDX-License-Identifier: Apache-2.0
 *
 * What the checks of lint share: one walk over the lines, a table of
 * commands for each syntax, and what is remembered until the end.
 */
#ifndef NETDEV_LINT_INT_H
#define NETDEV_LINT_INT_H

#include "netdev/lint.h"

struct lint_name { /* a policy list: where it is used, whether it is there */
    str name;
    unsigned line;
    bool is_defined;
};

struct lint_server { /* of CNS: one that is trusted, or asked */
    str name;
    unsigned line;
    bool is_of_all; /* its agents */
};

struct lint_vty { /* one "line vty": what it takes */
    unsigned line;
    unsigned transport_line;
    bool takes_ssh; /* also when nothing is said */
    bool plain_login;
};

struct lint_walk {
    struct lint *lint;
    const struct family *family;
    str rest;
    unsigned line;
    str section; /* the last line without indent */
    bool is_whole;
    bool is_ended; /* the last line was "end" */

    VEC(struct lint_vty) vtys;
    VEC(struct lint_name) lists;
    bool has_hostname;
    bool has_domain;
    bool has_ip_ssh;
    bool has_aaa;
    unsigned https_line; /* 0: none */
    unsigned http_auth_line;
    bool http_auth_aaa;
    unsigned cns_line;
    VEC(struct lint_server) trusted;
    VEC(struct lint_server) asked;
    unsigned cns_event_line;
    bool has_cns_password;
    bool has_level_15;
    VEC(struct lint_finding) low_users; /* a rule: the level is written */
    unsigned http_server_line;
    unsigned http_client_line;
    bool has_http_console;
    unsigned aus_line;
    bool has_aus_id;
    unsigned access_list_line;
    bool lets_manager_in;
};

void lint_add(struct lint_walk *walk, unsigned line, const char *rule,
              const char *format, ...) PRINTF(4, 5);

/* A command: what the line begins with, and what looks at it. `rest` is what
 * follows, without blanks at its ends. */
struct lint_check {
    unsigned syntaxes;
    const char *begins;
    void (*check)(struct lint_walk *walk, str rest);
};
extern const struct lint_check lint_checks[]; /* the last has no begin */

/* One line of a banner (R-SSH-4, R-SSH-5). */
void lint_banner_line(struct lint_walk *walk, unsigned line, str text);

/* What can be said only at the end. */
void lint_ios_end(struct lint_walk *walk);
void lint_asa_end(struct lint_walk *walk);
void lint_ips_end(struct lint_walk *walk);

#endif
