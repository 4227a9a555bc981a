/* SPDX-License-Identifier: Apache-2.0
 *
 * Which variables an object or a test uses, through its entities, its sets
 * and its filters: the variable_value and tested_variable elements. Variables
 * that other variables are made of are not uses of the object.
 */
#ifndef OVAL_USES_H
#define OVAL_USES_H

#include "base/vec.h"
#include "oval/content.h"

enum {
    OVAL_USES_MAX = 256
}; /* objects and variables looked at */

struct oval_uses {
    VEC(uint32_t) variables; /* each once, in the order of their use */
    VEC(uint32_t) objects;   /* that were looked at */
};

void oval_uses_of_object(struct oval_uses *uses, const struct oval_content *c,
                         uint32_t object);
void oval_uses_of_test(struct oval_uses *uses, const struct oval_content *c,
                       uint32_t test);
void oval_uses_clear(struct oval_uses *uses);

#endif
