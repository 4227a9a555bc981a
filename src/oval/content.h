/* SPDX-License-Identifier: Apache-2.0
 *
 * OVAL definitions, compiled: the form that a document is loaded into, that a
 * pack stores, and that evaluation reads. It is a handful of flat arrays that
 * refer to each other by index and to text by offset, so a pack is this very
 * memory, written to a file and mapped read-only again.
 *
 * Text lies in two blobs. `names` holds what evaluation itself reads: ids of
 * definitions, entity names, values. `prose` holds what only reports and
 * result documents read: titles, descriptions, comments, ids of tests,
 * objects, states and variables. A pack is evaluated without touching prose.
 *
 * Ownership: struct oval_content owns everything in it; oval_content_free()
 * releases it. Nothing in it changes after oval_load() or oval_pack_open().
 *
 * Always true (checked by oval_pack_open() on foreign bytes): every index is
 * below its array's count or OVAL_NONE, every text offset is a valid one,
 * every tree's `end` lies behind its node and within its parent.
 */
#ifndef OVAL_CONTENT_H
#define OVAL_CONTENT_H

#include "base/stream.h"
#include "oval/types.h"

#define OVAL_NONE UINT32_MAX

typedef uint32_t oval_name;  /* offset into names; 0 is "" */
typedef uint32_t oval_prose; /* offset into prose; 0 is "" */

struct oval_kind {    /* of a test, object or state: linux, dpkginfo */
    oval_name family; /* what follows '#' in the namespace */
    oval_name name;   /* without _test, _object, _state */
};

/* A tree in preorder: the children of node i are i + 1, then the `end` of
 * each child, up to nodes[i].end. */
enum oval_node_type {
    /* criteria of definitions; op: enum oval_operator; text: comment */
    OVAL_NODE_CRITERIA,
    OVAL_NODE_CRITERION, /* a: test */
    OVAL_NODE_EXTEND,    /* a: definition */
    /* sets of objects; op of SET: enum oval_set_operator */
    OVAL_NODE_SET,
    OVAL_NODE_SET_OBJECT, /* a: object */
    OVAL_NODE_FILTER,     /* a: state; op: 0 exclude, 1 include */
    /* components of variables */
    OVAL_NODE_LITERAL,  /* a: name (value); datatype */
    OVAL_NODE_OBJECT,   /* a: object; b: name item_field; c: name
                           record_field or 0 */
    OVAL_NODE_VARIABLE, /* a: variable */
    OVAL_NODE_BEGIN,    /* a: name character */
    OVAL_NODE_END,      /* a: name character */
    OVAL_NODE_CONCAT,
    OVAL_NODE_ESCAPE_REGEX,
    OVAL_NODE_SPLIT,           /* a: name delimiter */
    OVAL_NODE_SUBSTRING,       /* a: start, b: length, as int32_t */
    OVAL_NODE_TIME_DIFFERENCE, /* a, b: name format_1, format_2 */
    OVAL_NODE_REGEX_CAPTURE,   /* a: name pattern */
    OVAL_NODE_ARITHMETIC,      /* op: enum oval_arithmetic */
    OVAL_NODE_COUNT,
    OVAL_NODE_UNIQUE,
    OVAL_NODE_GLOB_TO_REGEX, /* op: glob_noescape */
    OVAL_NODE_MERGE,         /* 5.12; a: name delimiter; op: enum
                                oval_sort; b: 1 for order="descending" */
    /* what an external variable may hold; text: hint */
    OVAL_NODE_POSSIBLE_VALUE,       /* a: name value */
    OVAL_NODE_POSSIBLE_RESTRICTION, /* op: enum oval_operator; children: */
    OVAL_NODE_RESTRICTION,          /* a: name value; op: enum oval_operation */
    OVAL_NODE_BAD,                  /* not in the language; text: what it is */
    OVAL_NODE_TYPES
};

enum oval_arithmetic {
    OVAL_ADD,
    OVAL_SUBTRACT,
    OVAL_MULTIPLY,
    OVAL_DIVIDE,
    OVAL_ARITHMETIC_BAD
};

enum oval_sort { /* SortEnumeration of 5.12 */
    OVAL_SORT_DOCUMENT,
    OVAL_SORT_LEXICAL,
    OVAL_SORT_NUMERIC,
    OVAL_SORT_NATURAL,
    OVAL_SORT_BAD
};

enum { /* oval_node.flags */
    OVAL_NODE_NEGATE = 1,
    OVAL_NODE_APPLICABILITY = 2, /* applicability_check="true" */
};

struct oval_node {
    uint8_t type; /* enum oval_node_type */
    uint8_t op;
    uint8_t flags;
    uint8_t datatype; /* enum oval_datatype, of literals */
    uint32_t a;
    uint32_t b;
    uint32_t c;
    oval_prose text;
    uint32_t end; /* index behind the last descendant */
};

enum oval_note_kind {    /* metadata of a definition, in document order */
    OVAL_NOTE_FAMILY,    /* a: affected family */
    OVAL_NOTE_PLATFORM,  /* a */
    OVAL_NOTE_PRODUCT,   /* a */
    OVAL_NOTE_REFERENCE, /* a: source, b: ref_id, c: ref_url */
    OVAL_NOTE_SEVERITY,  /* a: as stated, b: who states it */
    OVAL_NOTE_CVSS,      /* a: score/vector as stated, b: CVE or "", c: "2",
                            "3", "4" or "" */
    OVAL_NOTE_CVE,       /* a: CVE id named in vendor metadata, b: severity
                            as stated or "", c: href */
    OVAL_NOTE_STATUS,    /* a: oval_repository/status (K-OV-6) */
    OVAL_NOTE_ISSUED,    /* a: date as stated */
    OVAL_NOTE_UPDATED,   /* a: date as stated */
    OVAL_NOTE_KINDS
};

struct oval_note {
    uint32_t kind; /* enum oval_note_kind */
    oval_prose a;
    oval_prose b;
    oval_prose c;
};

enum { /* flags of definitions, tests, objects, states, variables */
    OVAL_DEPRECATED = 1,
};

struct oval_definition {
    oval_name id;
    uint32_t version;
    uint8_t class_; /* enum oval_class */
    uint8_t flags;
    uint16_t pad;
    uint32_t criteria; /* node or OVAL_NONE */
    oval_prose title;
    oval_prose description;
    uint32_t note_first;
    uint32_t note_count;
};

struct oval_test {
    oval_prose id;
    uint32_t version;
    uint32_t kind;
    uint8_t check;          /* enum oval_check */
    uint8_t existence;      /* enum oval_existence */
    uint8_t state_operator; /* enum oval_operator */
    uint8_t flags;
    uint32_t object;      /* OVAL_NONE: no object, as in unknown_test, or one
                             that is not in the content: see object_id */
    oval_prose object_id; /* of the object_ref; 0: the test has none */
    uint32_t state_first; /* into state_refs */
    uint32_t state_count;
    oval_prose comment;
};

struct oval_object {
    oval_prose id;
    uint32_t version;
    uint32_t kind;
    uint32_t entity_first;
    uint32_t entity_count;
    uint32_t set;          /* node or OVAL_NONE */
    uint32_t filter_first; /* nodes of type FILTER, one behind the other */
    uint32_t filter_count;
    uint32_t behavior_first; /* into pairs */
    uint32_t behavior_count;
    oval_prose comment;
    uint32_t flags;
};

struct oval_state {
    oval_prose id;
    uint32_t version;
    uint32_t kind;
    uint32_t entity_first;
    uint32_t entity_count;
    uint32_t op; /* enum oval_operator */
    oval_prose comment;
    uint32_t flags;
};

enum {                    /* oval_entity.flags */
    OVAL_ENTITY_NIL = 1,  /* xsi:nil="true" */
    OVAL_ENTITY_MASK = 2, /* the value must not be shown */
    OVAL_ENTITY_VAR = 4,  /* value comes from variable `var` */
};

struct oval_entity { /* of an object or state, or a field of a record */
    oval_name name;
    oval_name value;
    uint32_t var;      /* variable; OVAL_NONE with OVAL_ENTITY_VAR: the
                          var_ref is not in the content */
    oval_prose var_id; /* of the var_ref, or 0 */
    uint8_t datatype;
    uint8_t operation;
    uint8_t entity_check;
    uint8_t var_check;
    uint8_t flags;
    uint8_t existence; /* enum oval_existence, of a state's entity */
    uint8_t pad[2];
    uint32_t field_first; /* entities: the fields of a record */
    uint32_t field_count;
};

enum oval_variable_type {
    OVAL_VAR_CONSTANT,
    OVAL_VAR_EXTERNAL,
    OVAL_VAR_LOCAL
};

struct oval_variable {
    oval_prose id;
    uint32_t version;
    uint8_t type; /* enum oval_variable_type */
    uint8_t datatype;
    uint16_t flags;
    uint32_t node_first; /* components, or what may be held */
    uint32_t node_end;   /* behind the last: roots follow each other */
    oval_prose comment;
};

struct oval_pair { /* a behaviour: name="value" */
    oval_name name;
    oval_name value;
};

struct oval_package { /* index: tests whose object names this package */
    oval_name name;
    uint32_t test_first; /* into package_tests */
    uint32_t test_count;
};

#define OVAL_ARRAY(type)                                                       \
    struct {                                                                   \
        const type *p;                                                         \
        uint32_t n;                                                            \
    }

struct oval_content {
    OVAL_ARRAY(struct oval_definition) definitions;
    OVAL_ARRAY(struct oval_node) nodes;
    OVAL_ARRAY(struct oval_note) notes;
    OVAL_ARRAY(struct oval_test) tests;
    OVAL_ARRAY(uint32_t) state_refs; /* states; OVAL_NONE: not there */
    OVAL_ARRAY(struct oval_object) objects;
    OVAL_ARRAY(struct oval_state) states;
    OVAL_ARRAY(struct oval_entity) entities;
    OVAL_ARRAY(struct oval_pair) pairs;
    OVAL_ARRAY(struct oval_variable) variables;
    OVAL_ARRAY(struct oval_kind) kinds;
    OVAL_ARRAY(struct oval_package) packages; /* sorted by name */
    OVAL_ARRAY(uint32_t) package_tests;
    OVAL_ARRAY(char) names;
    OVAL_ARRAY(char) prose;
    /* The generator of the document, as it stands there. */
    oval_prose product_name;
    oval_prose product_version;
    oval_prose schema_version;
    oval_prose timestamp;
    uint8_t source_sha256[32]; /* of the document, decompressed, when its
                                  stream computes it; else zeros */
    bool packed; /* notes and prose are not checked yet: oval_pack.h */
    uint64_t notes_checksum;
    uint64_t prose_checksum;
    void *owner; /* what holds the arrays: private to load.c and pack.c */
    void (*release)(struct oval_content *content);
};

static inline str oval_blob_text(const char *blob, uint32_t at)
{
    uint32_t n;

    memcpy(&n, blob + at, sizeof(n));
    return (str){ blob + at + sizeof(n), n };
}

/* Text of content; terminated by a NUL that is not counted. */
static inline str oval_name_text(const struct oval_content *c, oval_name at)
{
    return oval_blob_text(c->names.p, at);
}

/* The same for prose, which a pack does not check at opening: what leads out
 * of it is "". */
str oval_prose_text(const struct oval_content *c, oval_prose at);

/* Which node types stand directly below a node, and in a variable, of that
 * type: 1 << enum oval_node_type each. */
uint32_t oval_node_children(uint8_t node_type);
uint32_t oval_variable_children(uint8_t variable_type);

void oval_content_free(struct oval_content *content);
void oval_content_freep(struct oval_content **content);

/* Index of the definition called id, or OVAL_NONE. */
uint32_t oval_content_find(const struct oval_content *content, str id);

/* A finding about the content that does not stop it from being used: a
 * missing reference, an enumeration value out of the language, a duplicate. */
typedef void oval_warn_fn(void *ctx, unsigned line, const char *sentence);

/* Loads one OVAL definitions document (5.0 to 5.12). Errors name the file and
 * the line. warn may be NULL. */
int oval_load(struct stream *stream, oval_warn_fn *warn, void *warn_ctx,
              struct oval_content **out, struct err *err) MUST_CHECK;

/* Loads several documents into one content, in order. An id that occurs twice
 * with the same version is taken once; otherwise E_INVALID. */
int oval_load_all(struct stream **streams, size_t n, oval_warn_fn *warn,
                  void *warn_ctx, struct oval_content **out,
                  struct err *err) MUST_CHECK;

/* Opens path, XML in any compression or a pack, by its first bytes. */
int oval_content_open(const char *path, oval_warn_fn *warn, void *warn_ctx,
                      struct oval_content **out, struct err *err) MUST_CHECK;

#endif
