/* SPDX-License-Identifier: Apache-2.0
 *
 * What the enrolling child is asked, and answers.
 */
#ifndef AGENT_ENROL_INT_H
#define AGENT_ENROL_INT_H

#include "proto/agent.h"
#include "trust/cert.h"

enum {
    ENROLLER_FD_QUESTION = 3,
    ENROLLER_FD_ANSWER = 4,
};

struct enrol_question {
    str url;
    str token;
    str fingerprint; /* or empty */
    str authority;   /* PEM; or empty */
    str hostname;
    str machine_id;
};
struct enrol_answer {
    bool failed;
    int64_t code; /* of base/err.h, without its sign */
    str text;
    str link_identity; /* struct link_identity, encoded */
    str identity;      /* struct identity, encoded */
};
extern const struct wire_shape shape_enrol_question;
extern const struct wire_shape shape_enrol_answer;

#endif
