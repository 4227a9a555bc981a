/* SPDX-License-Identifier: Apache-2.0
 *
 * Items: what a source found out about a system (Language Specification
 * 5.11.2, section 4.5, system characteristics). One item is one thing, such
 * as one installed package; its facts are its entities, in the order of the
 * item's schema.
 *
 * Items live in the arena of their evaluation and are shared: two objects
 * that collect the same thing get the same item.
 */
#ifndef OVAL_ITEM_H
#define OVAL_ITEM_H

#include "base/arena.h"
#include "oval/types.h"

struct oval_fact {
    str name;
    str value; /* canonical text of its datatype; empty unless OVAL_EXISTS */
    uint8_t datatype;
    uint8_t status;
    uint16_t mask;
    uint32_t field_count; /* of a record */
    const struct oval_fact *fields;
};

struct oval_item {
    uint32_t id;      /* from 1, unique in an evaluation */
    uint8_t status;   /* enum oval_status */
    const char *kind; /* "linux:dpkginfo": family and item name without
                         _item, a constant of the probe or of the arena */
    uint32_t fact_count;
    const struct oval_fact *facts;
    uint64_t hash; /* of everything above but the id */
};

enum oval_level { /* MessageLevelEnumeration */
    OVAL_LEVEL_DEBUG,
    OVAL_LEVEL_ERROR,
    OVAL_LEVEL_FATAL,
    OVAL_LEVEL_INFO,
    OVAL_LEVEL_WARNING
};

/* What an object wants of one entity, with its variable resolved. */
struct oval_want {
    str name;
    uint8_t datatype;
    uint8_t operation;
    uint8_t entity_check; /* of states */
    uint8_t existence;    /* of states: enum oval_existence */
    uint8_t var_check;    /* how `values` combine; OVAL_CHECK_ALL for one */
    bool nil;             /* xsi:nil: the entity must not be there */
    bool is_var;          /* values come from a variable */
    const str *values;
    size_t value_count;             /* 0 only for a variable without values */
    const struct oval_want *fields; /* of a record */
    size_t field_count;
};

/* A filter or state, with its variables resolved. */
struct oval_condition {
    bool include; /* of filters: keep what satisfies it, not drop it */
    uint8_t op;   /* enum oval_operator over the wants */
    const struct oval_want *wants;
    size_t want_count;
};

struct oval_behavior {
    str name;
    str value;
};

/* One object to collect. Everything in it outlives the evaluation. */
struct oval_query {
    str family; /* "linux" */
    str name;   /* "dpkginfo" */
    str object_id;
    uint32_t object; /* index in the content, for caches of a source */
    const struct oval_want *wants;
    size_t want_count;
    const struct oval_behavior *behaviors;
    size_t behavior_count;
    const struct oval_condition *filters; /* applied by the sink; a probe may
                                             use them to collect less */
    size_t filter_count;
};

/* The want called name, or NULL. */
const struct oval_want *oval_query_want(const struct oval_query *query,
                                        const char *name);

/* True when the want called name is one literal string that must be equal;
 * then *out is the string. A probe uses it to look one thing up instead of
 * listing all. */
bool oval_query_literal(const struct oval_query *query, const char *name,
                        str *out);

/* The value of a behaviour, or `otherwise` when it is not given. */
str oval_query_behavior(const struct oval_query *query, const char *name,
                        str otherwise);

struct oval_sink;

/* Does value satisfy want (operation, values, var_check)? For probes that
 * match for themselves. Errors are noted in the sink. */
enum oval_result oval_sink_match(struct oval_sink *sink,
                                 const struct oval_want *want, str value);

/* --- Giving items to the engine: begin, facts in schema order, end. --- */

/* kind: "linux:dpkginfo", a constant. */
void oval_item_begin(struct oval_sink *sink, const char *kind);
/* name is a constant; values are copied. */
void oval_item_str(struct oval_sink *sink, const char *name, str value);
void oval_item_int(struct oval_sink *sink, const char *name, int64_t value);
void oval_item_bool(struct oval_sink *sink, const char *name, bool value);
void oval_item_typed(struct oval_sink *sink, const char *name,
                     enum oval_datatype datatype, str value);
/* A fact without value: does not exist, error or not collected. */
void oval_item_status(struct oval_sink *sink, const char *name,
                      enum oval_datatype datatype, enum oval_status status);
/* A record: its fields are the facts up to oval_item_record_end(). */
void oval_item_record(struct oval_sink *sink, const char *name);
void oval_item_record_end(struct oval_sink *sink);
/* The item's own status; OVAL_EXISTS unless set. */
void oval_item_set_status(struct oval_sink *sink, enum oval_status status);
/* What the item that was begun takes so far: where products of what stands in
 * foreign input become items, a source bounds them by this. */
size_t oval_item_bytes(const struct oval_sink *sink);
/* Ends the item. The engine keeps it when it satisfies the object's wants
 * (unless the sink trusts the probe, see struct probe) and passes the
 * filters. */
void oval_item_end(struct oval_sink *sink);

/* Says how the collection went. Without it: complete when items were given,
 * does not exist otherwise. The worst of several calls counts. */
void oval_sink_flag(struct oval_sink *sink, enum oval_flag flag);

/* A sentence for the person who reads the results; kept with the object. */
void oval_sink_message(struct oval_sink *sink, enum oval_level level,
                       const char *format, ...) PRINTF(3, 4);

/* Flag error and a message in one call: what could not be collected is an
 * error, never "does not exist". */
void oval_sink_error(struct oval_sink *sink, const char *format, ...)
    PRINTF(2, 3);

/* The items that follow satisfy the wants: do not match them again. */
void oval_sink_trust(struct oval_sink *sink);

/* Memory that lives as long as the evaluation. */
struct arena *oval_sink_arena(struct oval_sink *sink);

#endif
