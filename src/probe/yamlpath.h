/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML Path expressions, as yamlfilecontent_object names them and real
 * content writes them:
 *
 *     .key  key      the value of a key (the first dot may be left out)
 *     .'a key'       the same, quoted with ' or ", which doubled is itself
 *     ['key']        the same
 *     ['a', 'b']     several keys of one mapping
 *     [2]  [0, 2]    elements of a sequence, counted from 0
 *     [:]            all elements
 *     $              before all that: the document
 */
#ifndef PROBE_YAMLPATH_H
#define PROBE_YAMLPATH_H

#include "base/arena.h"

enum yamlpath_kind {
    YAMLPATH_KEYS,
    YAMLPATH_INDEXES,
    YAMLPATH_ALL
};

struct yamlpath_step {
    enum yamlpath_kind kind;
    size_t count; /* of keys or indexes */
    str *keys;
    int64_t *indexes;
};

enum {
    YAMLPATH_TEXT_MAX = 4096,
    YAMLPATH_STEPS_MAX = 128,
    YAMLPATH_CHOICES_MAX = 128
};

struct yamlpath {
    size_t count;
    struct yamlpath_step steps[YAMLPATH_STEPS_MAX];
};

/* What is found lives in the arena. E_PARSE says where it goes wrong. */
int yamlpath_parse(str text, struct arena *arena, struct yamlpath *out,
                   struct err *err) MUST_CHECK;

#endif
