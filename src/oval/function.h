/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of local variables (FunctionGroup of oval-definitions-schema
 * 5.11.2, and merge of 5.12), as pure functions over lists of values. The
 * engine evaluates a function's components and gives their values here; the
 * clock is a parameter.
 */
#ifndef OVAL_FUNCTION_H
#define OVAL_FUNCTION_H

#include "base/arena.h"
#include "base/regex.h"
#include "oval/content.h"

enum {
    OVAL_FUNCTION_VALUES_MAX = 100000,  /* of one result */
    OVAL_FUNCTION_BYTES_MAX = 8 << 20,  /* of one result's texts, together */
    OVAL_FUNCTION_WORK_MAX = 16 << 20,  /* made on the way to one result */
    OVAL_FUNCTION_TOTAL_MAX = 48 << 20, /* made by all that share `spent` */
};

struct oval_list { /* the values of a component; order matters */
    const str *p;
    size_t n;
    uint8_t datatype; /* enum oval_datatype, as the component states it */
};

struct oval_function {
    const struct oval_content *content;
    const struct oval_node *node; /* OVAL_NODE_BEGIN to OVAL_NODE_MERGE */
    const struct oval_list *args; /* one a component, in document order */
    size_t arg_count;
};

struct oval_function_env {
    struct arena *arena;       /* results and their texts live here */
    struct regex_cache *cache; /* of regex_capture */
    int64_t now_s;             /* UTC, seconds since 1970 */
    size_t *spent; /* counts what the functions of an evaluation make, so that
                      hostile content cannot make each large; or NULL */
};

/* Applies the function. A component without values gives no values, save to
 * count, unique and merge, which take all values together. out->datatype is
 * what the function makes: int, float or string; the values need not be of the
 * variable's own datatype yet.
 *
 * E_INVALID: a value is not what the function takes, or the node is not a
 * function; E_LIMIT: too many values, too much text, or an expression that
 * takes too long. *out may point into args' texts. */
int oval_function_apply(const struct oval_function *function,
                        struct oval_function_env *env, struct oval_list *out,
                        struct err *err) MUST_CHECK;

#endif
