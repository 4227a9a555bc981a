/* SPDX-License-Identifier: Apache-2.0
 *
 * The text that makes a device manageable ("bootstrap"): commands for an
 * operator to enter or to load, made from a few facts about the device. Pure;
 * nothing is contacted (R-COM-2, R-COM-3).
 *
 * The facts are one JSON object; docs/devices.md lists its members. Every
 * member is checked: an error names it, the reason and the rule. What the
 * requirements correct or go beyond is told as a note.
 *
 * The text holds the passwords it was given. Notes and errors never do.
 */
#ifndef NETDEV_PREPARE_H
#define NETDEV_PREPARE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

enum {
    PREPARE_JSON_MAX = 1 << 20,
    PREPARE_TEXT_MAX = 1 << 22,
};

struct prepare_note {
    const char *rule; /* "R-SSH-12" */
    bool is_warning;
    str text;
};

/* Zeroed but for the text's limit; prepare_clear() releases it. */
struct prepare {
    struct buf text; /* lines, each ended with a line feed */
    VEC(struct prepare_note) notes;
    struct arena arena;
};
#define PREPARE                                                                \
    {                                                                          \
        .text = BUF(PREPARE_TEXT_MAX)                                          \
    }

/* E_PARSE for what is no JSON, E_INVALID for a member that does not hold. */
int prepare_device(str json, struct prepare *out, struct err *err) MUST_CHECK;
void prepare_clear(struct prepare *prepare);

#endif
