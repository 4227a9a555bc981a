/* SPDX-License-Identifier: Apache-2.0
 *
 * A core rig (core_rig.h) with people: requests go through auth_request().
 *
 *   people_rig_setup   the server just started: no user, a setup secret
 *   people_rig_admin   the first administrator "ann" is logged in
 */
#ifndef TESTS_PEOPLE_RIG_H
#define TESTS_PEOPLE_RIG_H

#include "tests/unit/core_rig.h"

#define ANN_PASSWORD "correct horse battery"

enum {
    PEOPLE_RIG_WHO = 128 /* "Bearer ..." */
};

struct people_rig {
    struct core_rig *core;
    char ann[128]; /* "Bearer ...": of ann's session */
    char other[128];
    char third[128];
};

int people_rig_setup(void **state);
int people_rig_admin(void **state);
int people_rig_teardown(void **state);

/* The setup secret from its file. */
void people_rig_secret(struct people_rig *rig, char *out, size_t size);
/* A request as `who` ("Bearer ...", NULL: nobody). */
const struct jval *people_rig_ask(struct people_rig *rig, int status,
                                  const char *who, const char *method,
                                  const char *path, const char *body);
/* Adds a user with one role and logs in; writes "Bearer ..." and returns the
 * user's id. */
int64_t people_rig_user(struct people_rig *rig, const char *login,
                        const char *role, char out[PEOPLE_RIG_WHO]);
/* Logs in; writes "Bearer ..." when the status is 201. */
void people_rig_login(struct people_rig *rig, int status, const char *login,
                      const char *password, const char *code,
                      char out[PEOPLE_RIG_WHO]);
/* The id of the role of this name in the first organisation. */
int64_t people_rig_role(struct people_rig *rig, const char *name);

#endif
