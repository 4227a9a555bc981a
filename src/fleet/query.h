/* SPDX-License-Identifier: Apache-2.0
 *
 * The language that smart labels and the filters of device lists are written
 * in (docs/query.md has the grammar for people):
 *
 *   query   = and-part { "or" and-part }
 *   and-part= factor { "and" factor }
 *   factor  = "not" factor | "(" query ")" | test
 *   test    = FIELD OP VALUE                  OP: = != < <= > >= ~ !~
 *           | FIELD "in" "(" VALUE { "," VALUE } ")"
 *           | FIELD "in" NETWORK              an address field only
 *           | "known" "(" FIELD ")"
 *           | "label" "(" TEXT ")"
 *           | "package" "(" TEXT [ "," TEXT ] ")" [ OP TEXT ]
 *
 * A query is parsed once and evaluated on many devices: a pure function of
 * the device's columns, its inventory, its labels and the time. Logic has
 * three values: a fact nobody knows makes a test unknown, `not` keeps that,
 * and only QUERY_TRUE is a match (query_explain says what was missing).
 *
 * A query owns all it holds. Foreign text: length, nesting, number of tests
 * and regular expressions are bounded, and an expression that ran into its
 * bound on a few devices is not tried on the next 100,000 (query_gave_up).
 */
#ifndef FLEET_QUERY_H
#define FLEET_QUERY_H

#include "proto/agent.h"

enum {
    QUERY_TEXT_MAX = 4096,
    QUERY_DEPTH_MAX = 32,  /* of parentheses and nots */
    QUERY_TESTS_MAX = 100, /* also values of one "in" */
    QUERY_REGEX_MAX = 256,
};

struct query;

/* E_PARSE: "column 17: expected ..."; E_LIMIT past a bound. */
int query_parse(str text, struct query **out, struct err *err) MUST_CHECK;
void query_free(struct query *query);
void query_freep(struct query **query);

enum query_truth {
    QUERY_FALSE,
    QUERY_UNKNOWN,
    QUERY_TRUE,
};
const char *query_truth_name(enum query_truth truth);

/* What a query looks at besides columns of the device. */
enum query_need {
    QUERY_NEEDS_FACTS = 1,    /* hardware, interfaces, users */
    QUERY_NEEDS_PACKAGES = 2, /* the package list */
    QUERY_NEEDS_LABELS = 4,
    QUERY_NEEDS_TIME = 8, /* its answer changes without an inventory */
};
unsigned query_needs(const struct query *query);

/* Columns of the table device. Empty texts and times of 0 are not known. */
struct query_device {
    int64_t id;
    str name;
    str hostname;
    str kind; /* "agent", "agentless", "network" */
    str os_family;
    str os_id;
    str os_version;
    str os_name;
    str os_build;
    str arch;
    str kernel;
    str manager;
    str time_zone;
    str agent_version;
    int64_t created;
    int64_t last_seen;
    int64_t last_inventory;
    int64_t boot_time;
    int64_t sessions;
};

struct query_subject {
    const struct query_device *device;
    /* NULL: there is none, or with `partial` it was not loaded yet. */
    const struct inventory *inventory;
    /* One enum query_truth a package test, when the caller has looked the
     * packages up itself; NULL: inventory->packages are looked at. */
    const uint8_t *packages;
    /* Ids of the device's labels, ascending. */
    const int64_t *labels;
    size_t label_count;
    /* Facts, packages and labels are not loaded: what depends on them is
     * unknown. When the answer is certain all the same, it is the answer. */
    bool partial;
    int64_t package_count; /* when `packages` is given */
    int64_t now;
};
enum query_truth query_match(struct query *query,
                             const struct query_subject *subject);

/* Whether an expression took too long so often that it was not tried any
 * more: its tests are unknown from then on. */
bool query_gave_up(const struct query *query);

/* One test of the query, in the order it is written. */
struct query_reason {
    str test;  /* as written */
    str found; /* what the device has; empty: nothing is known */
    enum query_truth truth;
};
/* *out of *out_n reasons are in the arena. */
void query_explain(struct query *query, const struct query_subject *subject,
                   struct arena *arena, struct query_reason **out,
                   size_t *out_n);

/* The labels named, once each. Until its id is set, a label is unknown. */
size_t query_label_count(const struct query *query);
str query_label_name(const struct query *query, size_t index);
void query_label_set(struct query *query, size_t index, int64_t id);

/* The package tests: for a caller that knows packages by number, which of
 * all distinct packages satisfy a test. */
size_t query_package_count(const struct query *query);
/* The name when it holds no wildcard; STR_NONE otherwise. */
str query_package_name(const struct query *query, size_t index);
/* QUERY_UNKNOWN when the versions cannot be compared. */
enum query_truth query_package_match(const struct query *query, size_t index,
                                     str manager,
                                     const struct fact_package *package);

/* The fields there are, for help and for docs/query.md; NULL past the end. */
struct query_field_help {
    const char *name;
    const char *type;
    const char *help;
};
const struct query_field_help *query_field_help(size_t index);

#endif
