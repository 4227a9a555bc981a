/* SPDX-License-Identifier: Apache-2.0
 *
 * An evaluation: what eval.c and its parts share.
 *
 *   eval.c       definitions and tests
 *   object.c     objects, sets and filters
 *   variable.c   variables and their components
 *   match.c      values against what is wanted
 *   sink.c       items on their way in
 */
#ifndef OVAL_EVAL_INT_H
#define OVAL_EVAL_INT_H

#include "base/buf.h"
#include "base/map.h"
#include "base/regex.h"
#include "base/vec.h"
#include "oval/eval.h"
#include "oval/truth.h"

enum {
    EVAL_DEPTH_MAX = 1500,   /* nested definitions, variables, objects */
    EVAL_NESTED_MAX = 6000,  /* and criteria and sets, in all of them */
    EVAL_MESSAGES_MAX = 100, /* kept of one test, object or variable */
};

enum progress {
    NOT_YET,
    RUNNING,
    DONE
};

struct messages {
    const struct oval_message *first;
    const struct oval_message **last;
    uint32_t n;
};

struct test_state {
    uint8_t progress;
    uint8_t result;
    bool in_scope;
    uint32_t item_count;
    const struct oval_tested_item *items;
    struct messages messages;
};

struct object_state {
    uint8_t progress;
    uint8_t flag;
    bool in_scope;
    bool prepared;
    uint32_t item_count;
    const struct oval_item **items;
    const struct oval_query *query; /* once built */
    struct messages messages;
};

struct variable_state {
    uint8_t progress;
    uint8_t flag;
    bool in_scope;
    uint32_t count;
    const str *values;
    struct messages messages;
};

struct condition_state { /* of a state, with variables resolved */
    bool built;
    struct oval_condition condition;
};

struct oval_eval {
    const struct oval_content *content;
    struct oval_source *source;
    struct oval_eval_options options;
    struct arena arena;
    struct regex_cache *regexes;
    int64_t now_s; /* the clock of this evaluation, for time_difference */
    size_t function_bytes; /* what functions of variables have made */
    uint8_t *definitions;  /* 0xff not yet, 0xfe running, else result */
    bool *in_scope;        /* by definition */
    uint32_t scope_first;  /* definitions asked for, not yet in scope */
    uint32_t scope_end;
    struct test_state *tests;
    struct object_state *objects;
    struct variable_state *variables;
    struct map variable_ids; /* made when a variable_object asks for one */
    struct condition_state *conditions;  /* by state */
    VEC(const struct oval_item *) items; /* by id - 1 */
    VEC(uint32_t) given;  /* by id - 1: the object it was last given to, + 1 */
    uint32_t *item_slots; /* ids by hash; 0: free */
    uint32_t item_slot_count;
    unsigned depth;
    unsigned nested;
    struct err fatal; /* the machine failed us: ends the evaluation */
    bool failed;
    bool concealed; /* what is written has no secrets (mask.c) */
};

enum {
    DEFINITION_NOT_YET = 0xff,
    DEFINITION_RUNNING = 0xfe
};

/* --- messages (sink.c) --- */
void eval_message(struct oval_eval *eval, struct messages *messages,
                  enum oval_level level, const char *format, ...) PRINTF(4, 5);

/* --- match.c --- */

/* `value` against the values of want, joined by its var_check. */
enum oval_result match_value(struct oval_eval *eval,
                             const struct oval_want *want, str value,
                             struct err *err);
/* An item against a condition (state or filter). */
enum oval_result match_item(struct oval_eval *eval,
                            const struct oval_condition *condition,
                            const struct oval_fact *facts, size_t n,
                            struct err *err);
/* Does the item have what the object wants: true, false, or error with the
 * reason. */
enum oval_result match_object(struct oval_eval *eval,
                              const struct oval_query *query,
                              const struct oval_fact *facts, size_t n,
                              struct err *err);

/* --- object.c --- */

/* Collects the object, once. Never NULL. */
const struct object_state *object_collect(struct oval_eval *eval,
                                          uint32_t object);
/* The condition of a state, built once. */
const struct oval_condition *state_condition(struct oval_eval *eval,
                                             uint32_t state);
/* Marks the tests and objects that a definition leads to. */
void scope_definition(struct oval_eval *eval, uint32_t definition);
void scope_object(struct oval_eval *eval, uint32_t object);

/* --- eval.c --- */

/* The result of a test, evaluated once. */
enum oval_result test_evaluate(struct oval_eval *eval, uint32_t test);

/* The result of a test that has an object, were its object collected as o
 * says. What is noted goes to *state. For tests of a kind called "unknown"
 * there is test_evaluate(). */
enum oval_result test_on_object(struct oval_eval *eval, uint32_t test,
                                struct test_state *state,
                                const struct object_state *o);

/* --- variable.c --- */
const struct variable_state *variable_values(struct oval_eval *eval,
                                             uint32_t variable);

/* --- sink.c --- */
struct building; /* a fact whose text lies in the scratch buffer */

struct oval_sink {
    struct oval_eval *eval;
    const struct oval_query *query;
    struct object_state *state;
    bool trusted;
    bool flag_set;
    uint8_t flag;
    const char *kind;
    uint8_t status;
    VEC(struct building) facts;
    struct buf scratch;         /* texts of the item being built */
    VEC(struct oval_fact) view; /* the same facts as views */
    size_t record;              /* index + 1 of the open record, 0: none */
    VEC(const struct oval_item *) items;
};

struct building {
    const char *name;
    size_t at;
    size_t n;
    uint8_t datatype;
    uint8_t status;
    bool is_field;
    uint32_t field_count;
};

void sink_init(struct oval_sink *sink, struct oval_eval *eval,
               const struct oval_query *query, struct object_state *state);
/* Moves items and flag into the object's state. */
void sink_finish(struct oval_sink *sink);

#endif
