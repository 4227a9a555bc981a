/* SPDX-License-Identifier: Apache-2.0
 *
 * What a recorded source holds: recorded_read.c fills it, recorded.c answers
 * from it.
 */
#ifndef OVAL_RECORDED_INT_H
#define OVAL_RECORDED_INT_H

#include "base/map.h"
#include "base/vec.h"
#include "oval/recorded.h"

struct recorded_item {
    const char *kind; /* "linux:dpkginfo", one pointer a kind */
    uint8_t status;
    uint32_t fact_count;
    struct oval_fact *facts; /* names end with a NUL */
};

struct recorded_message {
    struct recorded_message *next;
    uint8_t level;
    str text;
};

struct recorded_object {
    str id;
    uint8_t flag;
    bool instances; /* there are several: this is the first */
    size_t ref_first;
    size_t ref_count;
    struct recorded_message *messages;
};

struct recorded {
    struct oval_source source; /* first: this is a source */
    struct arena arena;
    VEC(struct recorded_item) items;
    VEC(struct recorded_object) objects;
    VEC(str) refs;         /* item_ref of all objects */
    struct map item_by_id; /* index into items */
    struct map object_by_id;
    struct map kinds; /* index into kind_names */
    VEC(const char *) kind_names;
    VEC(struct oval_interface) interfaces;
    struct oval_system system;
};

/* Reads the document into *r, which is zeroed. */
int recorded_read(struct recorded *r, struct stream *stream,
                  struct err *err) MUST_CHECK;

#endif
