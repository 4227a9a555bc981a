/* SPDX-License-Identifier: Apache-2.0
 *
 * Values for external variables, from an OVAL variables document
 * (oval-variables-schema 5.11.2) or set one by one.
 */
#ifndef OVAL_VARIABLES_H
#define OVAL_VARIABLES_H

#include "base/stream.h"
#include "oval/types.h"

struct oval_variables;

struct oval_variables *oval_variables_new(void);
void oval_variables_free(struct oval_variables *variables);
void oval_variables_freep(struct oval_variables **variables);

/* Adds the variables of a document. An id that is already there gets the
 * values added; each value must be of the variable's datatype. An error names
 * document and line; variables that stand before it may have been added. */
int oval_variables_load(struct oval_variables *variables, struct stream *stream,
                        struct err *err) MUST_CHECK;

void oval_variables_add(struct oval_variables *variables, str id,
                        enum oval_datatype datatype, str value);

/* Number of values of id and the first of them; 0 when it is not there. The
 * array lives until the next add or load. */
size_t oval_variables_get(const struct oval_variables *variables, str id,
                          enum oval_datatype *out_datatype,
                          const str **out_values);

#endif
