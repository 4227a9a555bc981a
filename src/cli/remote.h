/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands that ask a server: rows of one table (remote_commands.c). A row
 * says which request it is and what of the answer is shown; the request, the
 * paging, the revision and the table are made here, for all of them.
 *
 * Which server: what `holdfast login` wrote into the session file (mode
 * 0600, server.json below XDG_CONFIG_HOME/holdfast), or HOLDFAST_SERVER,
 * HOLDFAST_TOKEN and HOLDFAST_CA (a file) for programs.
 */
#ifndef CLI_REMOTE_H
#define CLI_REMOTE_H

#include "base/arena.h"
#include "base/jval.h"
#include "cli/cli.h"
#include "http/client.h"

enum {
    REMOTE_ANSWER_MAX = 256 << 20,
    REMOTE_ROWS = 1000, /* of a list, unless --limit says otherwise */
};

struct remote {
    struct command command; /* its run is remote_run */
    const char *method;
    const char *path; /* each {} is an argument, in order */
    bool list;
    /* What a table shows, "member TITLE" separated by '|'; a member may be
     * a path ("os.name"). NULL: every member, a line each. */
    const char *columns;
    /* Members of a body that a change keeps when they are not given; the
     * object is asked first, and changed only if it is still the same. */
    const char *keeps;
    /* An argument behind the {} is a file to send; the parameter that gets its
     * name, or "". */
    const char *upload;
    bool raw; /* the answer is a file: it is printed as it is */
};
extern const struct remote remote_commands[];
extern const size_t remote_command_count;
extern const struct remote remote_patch_commands[]; /* remote_patch.c */
extern const size_t remote_patch_command_count;
extern const struct remote remote_patch_reports[]; /* remote_patch_report.c */
extern const size_t remote_patch_report_count;
extern const struct remote remote_benchmarks[]; /* remote_benchmark.c */
extern const size_t remote_benchmark_count;
extern const struct remote remote_deploys[]; /* remote_deploy.c */
extern const size_t remote_deploy_count;
extern const struct remote remote_schedules[]; /* remote_schedule.c */
extern const size_t remote_schedule_count;
extern const struct remote remote_fetches[]; /* remote_fetch.c */
extern const size_t remote_fetch_count;
extern const struct remote remote_network[]; /* remote_network.c */
extern const size_t remote_network_count;

int remote_run(struct cli *cli, struct err *err) MUST_CHECK;

/* --- for login and api ---------------------------------------------------- */
struct session {
    struct arena arena;
    str url; /* "https://HOST:PORT" */
    str token;
    str authority; /* PEM; empty: the system's */
    struct http_client *client;
};
/* E_ABSENT when nobody is logged in. */
int session_open(struct session *session, struct err *err) MUST_CHECK;
int session_save(const struct session *session, struct err *err) MUST_CHECK;
int session_forget(struct err *err) MUST_CHECK;
void session_close(struct session *session);

struct remote_request {
    const char *method;
    str path; /* with the query */
    str body; /* p NULL: none */
    const char *content_type;
    str if_match;
    size_t answer_max;
    str *out_raw; /* not NULL: gets the answer's bytes, and it is not JSON */
};
/* The answer as JSON (NULL: none), when the status is 2xx; otherwise the
 * server's own sentence as an error. *out_etag may be NULL. */
int session_ask(struct session *session, const struct remote_request *request,
                struct jval **out, str *out_etag, struct err *err) MUST_CHECK;

/* --data: JSON, @FILE or "-". */
int remote_data(const char *value, struct jval **out,
                struct err *err) MUST_CHECK;

#endif
