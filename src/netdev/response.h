/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device's answer to a command means (R-DEP-3): nothing, a warning, an
 * error, or a question that has an answer. The table of the family
 * (family.h) says so; what an administrator adds for a type of devices is
 * looked at first. Pure.
 */
#ifndef NETDEV_RESPONSE_H
#define NETDEV_RESPONSE_H

#include "netdev/family.h"

enum {
    RESPONSES_MAX = 64, /* of a type */
    RESPONSE_PATTERN_MAX = 1000,
    RESPONSE_ANSWER_MAX = 200,
};

const char *response_kind_name(enum response_kind kind);
int response_kind_find(str name, enum response_kind *out,
                       struct err *err) MUST_CHECK;

/* One that is added. */
struct response_rule {
    enum response_kind kind;
    str pattern; /* PCRE2, of a line of the answer */
    str command; /* what the command begins with; empty: any */
    str answer;  /* of a question; sent with a line end */
};

/* The rules, compiled; the first that matches holds. */
struct responses;
/* E_INVALID with what is wrong with which. Copies what it needs. */
int responses_new(const struct response_rule *rules, size_t count,
                  struct responses **out, struct err *err) MUST_CHECK;
void responses_free(struct responses *responses);
void responses_freep(struct responses **responses);

struct judgement {
    enum response_kind kind; /* never RESPONSE_QUESTION */
    str line;                /* the first that says so; in the answer */
};
/* The worst of its lines. added may be NULL. */
struct judgement response_judge(const struct family *family,
                                const struct responses *added, str command,
                                str text);
/* The same for what the device itself calls an error: that is one unless a
 * rule that was added says otherwise. */
struct judgement response_judge_error(const struct responses *added,
                                      str command, str refusal);

/* What is answered to a line that waits; STR_NONE: nobody knows. It lives as
 * long as the rules. */
str response_answer(const struct family *family, const struct responses *added,
                    str command, str question);
/* Whether a table has a question of this very command. */
bool response_may_ask(const struct family *family,
                      const struct responses *added, str command);

#endif
