/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is logged in (K-SET-3): from utmp, and where there is none, from the
 * files in which logind keeps its sessions.
 */
#ifndef AGENT_SESSIONS_H
#define AGENT_SESSIONS_H

#include "base/buf.h"

#define SESSIONS_UTMP "/run/utmp"
#define SESSIONS_LOGIND "/run/systemd/sessions"

struct session {
    str name;
    str terminal;
    int64_t since;
};
typedef void sessions_fn(void *ctx, const struct session *session);

/* Calls fn (or only counts, when it is NULL) for every session of a person.
 * utmp NULL: where the system keeps it. E_ABSENT when neither is there. */
int sessions_each(const char *utmp, sessions_fn *fn, void *ctx,
                  int64_t *out_count, struct err *err) MUST_CHECK;

/* The records of a utmp file; for the fuzzer. */
int64_t sessions_read(str bytes, sessions_fn *fn, void *ctx);

#endif
