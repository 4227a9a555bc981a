/* SPDX-License-Identifier: Apache-2.0
 *
 * An evaluation: what eval.c and its parts share.
 *
 *   eval.c        rules, in document order
 *   session.c     OVAL documents, and the values that are exported to them
 *   check.c       which check of a rule is taken, and what it comes to
 *   applicable.c  platforms
 *   score.c       the four models
 *
 * First every check is planned, so that each session knows its variables and
 * all of its definitions; then sessions are evaluated, each at once; then
 * results are read.
 */
#ifndef SCAP_EVAL_INT_H
#define SCAP_EVAL_INT_H

#include "base/map.h"
#include "scap/eval.h"

enum {
    SESSIONS_MAX = 64, /* OVAL documents times sets of variables */
};

struct work_session {
    struct map bound;       /* variable: index into values */
    VEC(str) values;        /* as bound, joined */
    struct map variables;   /* of the content, by id */
    VEC(uint32_t) wanted;   /* definitions */
    struct map definitions; /* of the content, by id */
    bool *is_wanted;        /* by definition */
};

struct work {
    struct scap_result *result;
    struct scap_policy *policy;
    struct oval_source *source;
    const struct scap_eval_options *options;
    VEC(struct work_session) sessions; /* as result->sessions */
    struct map platforms;              /* text of a platform: PLATFORM_... */
    bool *not_applicable;              /* by item */
    const char **why;                  /* by item */
    bool running; /* sessions are evaluated; else they are planned */
};

struct arena *work_arena(struct work *work);

/* --- session.c --- */

/* The session of component in which the exports of check hold; SCAP_NONE when
 * there would be too many. check may be NULL. */
uint32_t session_find(struct work *work, uint32_t component,
                      const struct xccdf_check *check);
/* The definition called id, or OVAL_NONE. */
uint32_t session_definition(struct work *work, uint32_t session, str id);
void session_want(struct work *work, uint32_t session, uint32_t definition);
/* Evaluates what is wanted and was not evaluated yet. */
int session_run(struct work *work, uint32_t session,
                struct err *err) MUST_CHECK;
void session_clear(struct work_session *session);

/* --- applicable.c --- */

/* Evaluates all platforms that the policy needs and fills not_applicable. */
int applicable_find(struct work *work, struct err *err) MUST_CHECK;

/* --- check.c --- */

/* The check of the rule that is taken; NULL: none that can be run here. */
const struct xccdf_check *check_choose(const struct scap_rule *rule);

/* Plans the rule's check (running: false), or gives its results. */
void check_visit(struct work *work, uint32_t item);

struct scap_rule_result *result_add(struct work *work, uint32_t item,
                                    enum xccdf_result result,
                                    const char *message);

#endif
