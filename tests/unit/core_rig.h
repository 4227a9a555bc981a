/* SPDX-License-Identifier: Apache-2.0
 *
 * A rig to test the API as the front uses it, without a socket: a core with
 * an empty, migrated SQLite database, and one request at a time.
 *
 *   static void a_label_is_made(void **state)
 *   {
 *       struct core_rig *rig = *state;
 *       const struct jval *made = core_rig_ask(
 *           rig, 201, "POST", "/api/v1/labels", "{\"name\": \"web\"}");
 *
 *       assert_int_equal(jval_i64(jval_get(made, "id"), 0), 1);
 *   }
 *
 * Every answer is checked against the `answer` of its route. The rows that a
 * test needs and no handler makes are put in with core_rig_sql().
 */
#ifndef TESTS_CORE_RIG_H
#define TESTS_CORE_RIG_H

#include "server/core.h"
#include "server/held.h"
#include "server/route.h"

struct core_rig {
    struct core core;     /* a test may set more of it */
    struct scope scope;   /* who asks: the system, until a test says else */
    enum door door;       /* DOOR_API until a test says else */
    int64_t now;          /* 2026-01-01T00:00:00Z until a test says else */
    bool authenticate;    /* go through core_answer(), not core_answer_as() */
    const char *if_match; /* headers of the next request; kept */
    const char *if_none_match;
    const char *content_type; /* NULL: application/json when there is a body */
    const char *authorization;
    const char *cookie;
    const char *mark;
    const char *accept_language;
    const char *fingerprint;

    /* The newest answer, until the next request. */
    int status;
    struct jval *json;
    struct buf body;
    char etag[128];
    char location[256];
    char set_cookie[512];
    int64_t retry_after_s;
    bool held; /* it is held; held_answer() fills the members above later */
    struct buf stream; /* what was sent as pieces */
    bool ended;

    struct frontier front;
    uint64_t requests;
    char directory[64];
};

/* Setup and teardown of a test whose state is a rig. */
int core_rig_setup(void **state);
int core_rig_teardown(void **state);

/* Makes a request and returns the JSON of the answer (borrowed; NULL when
 * there is none). The test fails unless the status is `status` (0: any).
 * path may have a query; body may be NULL. */
const struct jval *core_rig_ask(struct core_rig *rig, int status,
                                const char *method, const char *path,
                                const char *body);
/* The same for any bytes as body (agents' messages). */
const struct jval *core_rig_send(struct core_rig *rig, int status,
                                 const char *method, const char *path,
                                 str body);

/* Runs one statement without parameters; the test fails when it does. */
void core_rig_sql(struct core_rig *rig, const char *sql);

#endif
