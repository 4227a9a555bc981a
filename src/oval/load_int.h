/* SPDX-License-Identifier: Apache-2.0
 *
 * The builder: what load.c and its parts share while a document becomes
 * struct oval_content.
 *
 * Ids are interned into dense numbers; a reference is stored as such a number
 * and becomes an index when everything is read (load_link.c), because OVAL
 * refers forwards and backwards.
 */
#ifndef OVAL_LOAD_INT_H
#define OVAL_LOAD_INT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "base/xml.h"
#include "oval/content.h"

enum {
    BLOB_CACHE = 1 << 14,  /* recently added texts, to share them */
    BLOB_SHARED_MAX = 256, /* bytes; longer ones hardly ever repeat */
    LOAD_TEXT_MAX = 4 << 20,
    LOAD_DEPTH_MAX = 256,
};

/* Texts one behind the other: u32 length, bytes, NUL. Offset 0 is "". */
struct blob {
    struct buf bytes;
    struct recent {
        uint32_t hash; /* the part of it that did not choose the slot */
        uint32_t at;   /* 0: none */
    } * cache;
};

enum where { /* what the element on top of the stack is */
    W_SKIP,  /* nothing of it is read */
    W_ROOT,
    W_GENERATOR,
    W_DEFINITIONS,
    W_DEFINITION,
    W_METADATA,
    W_VENDOR, /* below metadata, vendors' own elements */
    W_CRITERIA,
    W_LEAF, /* text is collected for `leaf` */
    W_TESTS,
    W_TEST,
    W_OBJECTS,
    W_OBJECT,
    W_STATES,
    W_STATE,
    W_ENTITY,
    W_FIELD,
    W_SET,
    W_VARIABLES,
    W_VARIABLE,
    W_COMPONENT, /* of a variable */
};

enum leaf { /* where the text of a W_LEAF goes */
    LEAF_NONE,
    LEAF_PRODUCT_NAME,
    LEAF_PRODUCT_VERSION,
    LEAF_SCHEMA_VERSION,
    LEAF_TIMESTAMP,
    LEAF_TITLE,
    LEAF_DESCRIPTION,
    LEAF_PLATFORM,
    LEAF_PRODUCT,
    LEAF_SEVERITY,
    LEAF_STATUS,
    LEAF_CVE,
    LEAF_DATE_ISSUED,
    LEAF_DATE_UPDATED,
    LEAF_VALUE,      /* a: node */
    LEAF_OBJECT_REF, /* a: node */
    LEAF_FILTER,     /* a: node */
};

struct frame {
    uint8_t where;
    uint8_t leaf;
    uint32_t a; /* index of the node, test, ... this element made */
};

enum target {
    T_NONE,
    T_DEFINITION,
    T_TEST,
    T_OBJECT,
    T_STATE,
    T_VARIABLE
};

struct id { /* by dense number */
    uint32_t index;
    uint32_t version;
    uint8_t target;   /* enum target; T_NONE: only referred to */
    oval_prose shown; /* once load_id_text() was asked for it */
    str text;
};

struct builder {
    VEC(struct oval_definition) definitions;
    VEC(struct oval_node) nodes;
    VEC(struct oval_note) notes;
    VEC(struct oval_test) tests;
    VEC(uint32_t) state_refs;
    VEC(struct oval_object) objects;
    VEC(struct oval_state) states;
    VEC(struct oval_entity) entities;
    VEC(struct oval_entity) fields; /* appended to entities when linked */
    VEC(struct oval_pair) pairs;
    VEC(struct oval_variable) variables;
    VEC(struct oval_kind) kinds;
    VEC(struct oval_package) packages;
    VEC(uint32_t) package_tests;
    struct blob names;
    struct blob prose;

    struct arena arena; /* keys of the maps */
    struct map id_map;
    VEC(struct id) ids;
    struct map kind_map;
    struct kind_cache {
        const char *ns;
        str name;
        uint32_t kind;
    } kind_last;

    struct xml_reader *reader;
    struct frame stack[LOAD_DEPTH_MAX + 2];
    unsigned depth;
    struct buf text; /* of the element being read, when it wants text */
    oval_prose advisory_from; /* who states severities below */
    const char *meta_ns;
    oval_prose product_name, product_version, schema_version, timestamp;
    bool several; /* documents: the same id and version may come again */

    oval_warn_fn *warn;
    void *warn_ctx;
    unsigned warnings;
};

/* --- load.c --- */
oval_name load_name(struct builder *b, str text);
oval_prose load_prose(struct builder *b, str text);
/* The dense number of an id, and its text as prose. */
uint32_t load_id(struct builder *b, str id);
oval_prose load_id_text(struct builder *b, uint32_t dense);
void load_warn(struct builder *b, const char *format, ...) PRINTF(2, 3);
bool load_bool(struct builder *b, const struct xml_element *el, str name);
/* Registers that `id` is defined here. 1: it is there already, with the same
 * version, in an earlier document: skip it. */
int load_define(struct builder *b, const struct xml_element *el,
                enum target target, uint32_t index, uint32_t *out_dense,
                struct err *err) MUST_CHECK;
struct frame *load_push(struct builder *b, enum where where, uint32_t a);
void load_push_leaf(struct builder *b, enum leaf leaf, uint32_t a);
uint32_t load_node(struct builder *b, enum oval_node_type type);

/* --- load_meta.c: definitions --- */
int load_definition(struct builder *b, const struct xml_element *el,
                    struct err *err) MUST_CHECK;
void load_in_definition(struct builder *b, const struct xml_element *el);
void load_in_metadata(struct builder *b, const struct xml_element *el);
void load_in_vendor(struct builder *b, const struct xml_element *el);
void load_in_criteria(struct builder *b, const struct xml_element *el);
void load_meta_leaf(struct builder *b, const struct frame *frame, str text);

/* --- load_body.c: tests, objects, states --- */
int load_test(struct builder *b, const struct xml_element *el,
              struct err *err) MUST_CHECK;
void load_in_test(struct builder *b, const struct xml_element *el);
void load_test_end(struct builder *b, uint32_t test);
int load_object(struct builder *b, const struct xml_element *el,
                struct err *err) MUST_CHECK;
void load_in_object(struct builder *b, const struct xml_element *el);
void load_in_set(struct builder *b, const struct xml_element *el);
int load_state(struct builder *b, const struct xml_element *el,
               struct err *err) MUST_CHECK;
void load_in_state(struct builder *b, const struct xml_element *el);
void load_in_entity(struct builder *b, const struct xml_element *el);

/* --- load_var.c: variables --- */
int load_variable(struct builder *b, const struct xml_element *el,
                  struct err *err) MUST_CHECK;
void load_in_variable(struct builder *b, const struct xml_element *el);

/* --- load_link.c --- */
void load_link(struct builder *b);

#endif
