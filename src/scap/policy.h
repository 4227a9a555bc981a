/* SPDX-License-Identifier: Apache-2.0
 *
 * Resolution (NISTIR 7275, 7.2.3): a benchmark and a profile, with or without
 * a tailoring, become the input of an evaluation: which rules are selected,
 * with which weight, severity, role and check, and the value of each Value.
 * Pure.
 */
#ifndef SCAP_POLICY_H
#define SCAP_POLICY_H

#include "scap/scap.h"

struct scap_rule { /* of an item of the benchmark, by its index */
    bool selected; /* by itself and all above it */
    uint8_t role;
    uint8_t severity;
    double weight;
    str selector; /* of its check */
    str title;    /* with extends followed */
    const struct xccdf_check *checks;
    const struct xccdf_note *idents;
    const struct xccdf_note *platforms;
    const char *because; /* why it is not selected; NULL: it never was */
    str because_of;      /* the item that is required, or conflicts */
};

struct scap_value {
    bool set; /* false: has no value */
    const struct xccdf_note *values;
};

struct scap_policy {
    const struct scap *scap;
    uint32_t ref;
    const struct xccdf_benchmark *benchmark;
    const struct xccdf_profile *profile;     /* NULL: none, as it stands */
    const struct xccdf_tailoring *tailoring; /* that has the profile */
    const char *tailoring_path;              /* for the TestResult */
    struct scap_rule *rules;
    struct scap_value *values;
    uint32_t selected; /* rules */
    struct arena arena;
};

struct scap_choice {
    str stream;
    str benchmark;
    str profile;                  /* "" none; as in xccdf_find_profile() */
    const struct scap *tailoring; /* a tailoring document, or NULL */
    const char *tailoring_path;
};

/* E_ABSENT names what there is instead. scap is borrowed. */
int scap_policy_new(const struct scap *scap, const struct scap_choice *choice,
                    struct scap_policy **out, struct err *err) MUST_CHECK;
void scap_policy_free(struct scap_policy *policy);
void scap_policy_freep(struct scap_policy **policy);

/* text with every <sub> in it replaced by the value that this policy gives it,
 * in the policy's arena. */
str scap_policy_expand(struct scap_policy *policy, str text);

#endif
