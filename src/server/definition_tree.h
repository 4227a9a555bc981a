/* SPDX-License-Identifier: Apache-2.0
 *
 * What a definition asks, as a tree of JSON that is read without XML
 * (K-CAT-5): "all of", "at least one of" and so on, with comments, each test
 * with what it looks for and wants. Bounded; what was left out is said.
 *
 *   {"type": "criteria", "operator": "AND", "words": "all of",
 *    "negate": false, "comment": ..., "children": [...]}
 *   {"type": "test", "id": ..., "kind": "dpkginfo", "comment": ...,
 *    "negate": ..., "looks_for": "name equals libc6", "wants": [...]}
 *   {"type": "definition", "id": ..., "title": ..., "negate": ...,
 *    "criteria": the tree of what is extended, shown once}
 *   {"type": "cut", "comment": "..."}
 *
 * and the reasons of one evaluation on one device, by oval/explain.h:
 *   {"result": ..., "decides": true, "lines": [{"mark": "yes",
 *    "label": "found", "text": ...}], "children": [...], ...}
 */
#ifndef SERVER_DEFINITION_TREE_H
#define SERVER_DEFINITION_TREE_H

#include "base/jval.h"
#include "oval/eval.h"

/* Null for a definition without criteria. */
struct jval *definition_tree_json(const struct oval_content *content,
                                  uint32_t definition);

struct jval *explain_json(struct oval_eval *eval, uint32_t definition);

#endif
