/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluating a policy on one system. All checks are OVAL, done by oval/eval.h;
 * checks of other languages (OCIL, scripts) are not run, and a rule that has
 * no other is notchecked, with the reason.
 *
 * Values are exported to OVAL as external variables. Rules that export
 * different values of one variable are evaluated apart.
 */
#ifndef SCAP_EVAL_H
#define SCAP_EVAL_H

#include "oval/eval.h"
#include "scap/policy.h"

struct scap_rule_result {
    uint32_t item;  /* in the benchmark */
    uint8_t result; /* enum xccdf_result */
    uint8_t severity;
    uint8_t role;
    double weight;
    const struct xccdf_check *check; /* that was taken; NULL: none */
    str href;         /* of its content, as resolved by multi-check; or empty */
    str name;         /* of its definition */
    str message;      /* why it has this result; may be empty */
    bool multi;       /* one of several results of its rule */
    uint32_t session; /* that has its definition, or SCAP_NONE */
    uint32_t definition;
};

enum scap_model {
    SCAP_MODEL_DEFAULT,
    SCAP_MODEL_FLAT,
    SCAP_MODEL_FLAT_UNWEIGHTED,
    SCAP_MODEL_ABSOLUTE,
    SCAP_MODELS
};
const char *scap_model_uri(enum scap_model model);
/* SCAP_MODELS for another text. */
enum scap_model scap_model_of(str uri);

struct scap_score {
    bool asked; /* by the benchmark; `default` also when it asks for none */
    double score;
    double maximum;
};

struct scap_session { /* one OVAL document with one set of variables */
    uint32_t component;
    struct oval_eval *eval;
    struct oval_variables *variables;
};

struct scap_result {
    struct scap_policy *policy; /* borrowed */
    struct oval_source *source; /* borrowed */
    int64_t start_s;
    int64_t end_s;
    bool applicable;    /* the benchmark is for this system */
    str not_applicable; /* the one sentence why it is not (K-SCAP-14) */
    VEC(struct scap_rule_result) rules; /* in document order */
    uint32_t counts[XCCDF_RESULTS];
    struct scap_score scores[SCAP_MODELS];
    VEC(struct scap_session) sessions;
    struct arena arena;
};

struct scap_eval_options {
    bool detail; /* as in oval/eval.h: for ARF and the report */
    int64_t now_s;
    int64_t (*clock)(void); /* for end_s; NULL: now_s */
    void (*progress)(void *ctx, size_t done, size_t total);
    void *progress_ctx;
};

/* Fails only when the machine fails us. */
int scap_eval(struct scap_policy *policy, struct oval_source *source,
              const struct scap_eval_options *options, struct scap_result **out,
              struct err *err) MUST_CHECK;
void scap_result_free(struct scap_result *result);
void scap_result_freep(struct scap_result **result);

/* Fills counts and scores from rules. */
void scap_score(struct scap_result *result);

#endif
