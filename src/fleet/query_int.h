/* SPDX-License-Identifier: Apache-2.0
 *
 * A parsed query: a tree of nodes in one arena.
 */
#ifndef FLEET_QUERY_INT_H
#define FLEET_QUERY_INT_H

#include "base/regex.h"
#include "base/vec.h"
#include "fleet/query.h"
#include "oval/address.h"

enum query_type {
    QT_TEXT,
    QT_VERSION,
    QT_NUMBER,
    QT_TIME,
    QT_ADDRESS,
};

/* Where a field's values come from. */
enum query_from {
    FROM_DEVICE,    /* a str or int64_t at offset in struct query_device */
    FROM_HARDWARE,  /* the same in struct fact_hardware */
    FROM_OS,        /* a str in struct fact_os */
    FROM_INTERFACE, /* a str in each struct fact_interface */
    FROM_ADDRESS,   /* each address of each interface */
    FROM_USER,      /* a str in each struct fact_user */
    FROM_PACKAGES,  /* how many */
};

struct query_field {
    struct query_field_help help;
    enum query_type type;
    enum query_from from;
    size_t offset;
    bool zero_known; /* a number of 0 is a number */
};
const struct query_field *query_field_find(str name);

enum query_op {
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_MATCH,
    OP_NOT_MATCH,
    OP_IN,
    OP_KNOWN,
    OP_NONE, /* package("x") without a version */
};

enum query_kind {
    QK_AND,
    QK_OR,
    QK_NOT,
    QK_FIELD,
    QK_LABEL,
    QK_PACKAGE,
};

struct query_network {
    struct oval_address set;
    bool v6;
};

struct query_value {
    str text;
    int64_t number;
    bool is_age; /* of a time: number seconds ago; else an instant */
    struct query_network network;
};

struct query_node {
    enum query_kind kind;
    struct query_node *first; /* children of AND, OR, NOT */
    struct query_node *next;
    str text; /* of a test, as written */
    enum query_op op;
    const struct query_field *field;
    struct query_value *values;
    size_t value_count;
    struct regex *regex;
    size_t index; /* of the label or package test */
    str package_name;
    str package_arch; /* p NULL: any */
};

struct query_label {
    str name;
    int64_t id; /* 0: not set */
};

struct query {
    struct arena arena;
    str text;
    struct query_node *root;
    VEC(struct query_label) labels;
    VEC(struct query_node *) packages;
    VEC(struct regex *) regexes;
    size_t tests;
    unsigned needs;
    unsigned too_slow; /* matches that ran into the bound */
};

/* Whether text looks like pattern, in which '*' is any run of bytes and '?'
 * any one. */
bool query_glob(str pattern, str text);
/* The value of a field's type, from its text. */
int query_value_read(struct query *query, const struct query_field *field,
                     str text, struct query_value *out,
                     struct err *err) MUST_CHECK;
int query_network_read(str text, struct query_network *out,
                       struct err *err) MUST_CHECK;

#endif
