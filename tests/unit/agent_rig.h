/* SPDX-License-Identifier: Apache-2.0
 *
 * A core with agents: signer and authority in the same process, devices that
 * enrol through the enrolment port, and messages to and fro.
 */
#ifndef TESTS_UNIT_AGENT_RIG_H
#define TESTS_UNIT_AGENT_RIG_H

#include "server/agents.h"
#include "server/signer.h"
#include "tests/unit/core_rig.h"

struct agent_rig {
    struct core_rig *core;
    char keys[64]; /* folder */
    struct signing *signing;
    struct signer signer;
    struct job_signer jobs;
    bool broken; /* the signer does not answer */
    uint8_t public[SIGN_PUBLIC_BYTES];
    struct arena arena; /* of answers, until the end */
};
int agent_rig_setup(void **state);
int agent_rig_teardown(void **state);

struct enrolled_device {
    int64_t id;
    char fingerprint[CERT_FINGERPRINT_HEX];
    str device; /* "d-1" */
    str csr;
};

/* A token by the API; the text is in the rig's arena. */
str agent_rig_token(struct agent_rig *rig, const char *body);
/* Enrols with a new key. */
struct enrolled_device agent_rig_enrol(struct agent_rig *rig,
                                       const char *hostname);
/* Puts `as` on the other end of the agent port; NULL: back to the API. */
void agent_rig_be(struct agent_rig *rig, const struct enrolled_device *as);

/* Sends a message (shape NULL: none) and reads the answer (out NULL: none). */
void agent_rig_say(struct agent_rig *rig, int status, const char *path,
                   const struct wire_shape *shape, const void *value);
void agent_rig_hear(struct agent_rig *rig, const struct wire_shape *shape,
                    void *out);

/* A job for the device, committed. */
int64_t agent_rig_job(struct agent_rig *rig, int64_t device,
                      enum job_type type);

#endif
