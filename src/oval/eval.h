/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluating content on one system (Language Specification 5.11.2, section
 * 5). Lazy: an object is collected when a test first needs it, and once; a
 * test, variable or definition is evaluated once. Content and source are
 * borrowed and must outlive the evaluation.
 *
 * Nothing here fails because of content: what cannot be evaluated is error or
 * unknown with a message. Only the machine failing us ends an evaluation.
 */
#ifndef OVAL_EVAL_H
#define OVAL_EVAL_H

#include "oval/content.h"
#include "oval/source.h"
#include "oval/variables.h"

struct oval_eval;

struct oval_message {
    const struct oval_message *next;
    uint8_t level; /* enum oval_level */
    str text;
};

struct oval_tested_item {
    const struct oval_item *item;
    uint8_t result; /* enum oval_result */
};

struct oval_test_result {
    uint8_t result; /* enum oval_result */
    bool evaluated; /* false: no definition asked for it */
    uint32_t item_count;
    const struct oval_tested_item *items; /* with options.detail */
    const struct oval_message *messages;
};

struct oval_collected {
    uint8_t flag;   /* enum oval_flag */
    bool collected; /* false: nothing asked for it */
    uint32_t item_count;
    const struct oval_item *const *items;
    const struct oval_message *messages;
};

struct oval_values {
    uint8_t flag; /* enum oval_flag */
    bool evaluated;
    uint8_t datatype;
    uint32_t count;
    const str *values;
    const struct oval_message *messages;
};

struct oval_eval_options {
    bool detail; /* keep what a results document needs, evaluate all of a
                    criteria tree instead of what decides it */
    const struct oval_variables *variables; /* external ones, or NULL */
    void (*progress)(void *ctx, size_t done, size_t total); /* or NULL */
    void *progress_ctx;
};

int oval_eval_new(const struct oval_content *content,
                  struct oval_source *source,
                  const struct oval_eval_options *options,
                  struct oval_eval **out, struct err *err) MUST_CHECK;
void oval_eval_free(struct oval_eval *eval);
void oval_eval_freep(struct oval_eval **eval);

/* Evaluates definitions[index] and what it needs. */
int oval_eval_definition(struct oval_eval *eval, uint32_t index,
                         enum oval_result *out, struct err *err) MUST_CHECK;

/* Evaluates every definition, with progress. */
int oval_eval_all(struct oval_eval *eval, struct err *err) MUST_CHECK;

/* Evaluates n definitions, with progress. What searches the disk for any of
 * them is collected together. */
int oval_eval_list(struct oval_eval *eval, const uint32_t *indexes, size_t n,
                   struct err *err) MUST_CHECK;

/* Collects every object of the content (`holdfast oval collect`). */
int oval_eval_collect_all(struct oval_eval *eval, struct err *err) MUST_CHECK;

/* --- Reading what was evaluated. --- */
const struct oval_content *oval_eval_content(const struct oval_eval *eval);
struct oval_source *oval_eval_source(const struct oval_eval *eval);

/* True when definitions[index] was evaluated; then *out is its result. */
bool oval_eval_result(const struct oval_eval *eval, uint32_t index,
                      enum oval_result *out);
/* The result of one criteria node, computed from what was evaluated. */
enum oval_result oval_eval_node_result(struct oval_eval *eval, uint32_t node);
struct oval_test_result oval_eval_test(const struct oval_eval *eval,
                                       uint32_t test);
struct oval_collected oval_eval_object(const struct oval_eval *eval,
                                       uint32_t object);
struct oval_values oval_eval_variable(const struct oval_eval *eval,
                                      uint32_t variable);
/* Items by their id, from 1 to oval_eval_item_count(). */
uint32_t oval_eval_item_count(const struct oval_eval *eval);
const struct oval_item *oval_eval_item(const struct oval_eval *eval,
                                       uint32_t id);

#endif
