/* SPDX-License-Identifier: Apache-2.0
 *
 * Why a definition has its result, as text: the tree of its criteria with the
 * result of every node, and under each test what was asked for, what was
 * found, and which of it satisfied the states.
 */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "cli/term.h"
#include "oval/eval.h"

/* Appends the explanation of definitions[index], which was evaluated with
 * detail. */
void explain_definition(struct oval_eval *eval, uint32_t index,
                        const struct term *term, struct buf *out);

#endif
