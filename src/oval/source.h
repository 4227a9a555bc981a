/* SPDX-License-Identifier: Apache-2.0
 *
 * Where items come from. The engine asks a source for the items of an object
 * and never touches the machine itself (ARCHITECTURE.md, "One engine, many
 * sources of facts").
 */
#ifndef OVAL_SOURCE_H
#define OVAL_SOURCE_H

#include "oval/item.h"

struct oval_interface {
    str name;
    str ip;
    str mac;
};

struct oval_system { /* system_info of system characteristics */
    str os_name;
    str os_version;
    str architecture;
    str primary_host_name;
    const struct oval_interface *interfaces;
    size_t interface_count;
};

struct oval_source;

/* What stands where a password of a network device was. */
#define OVAL_HIDDEN_MARK "********"

struct oval_source_ops {
    /* Gives the items of query to sink. 0: asked; the sink knows how it went.
     * 1: this source does not know the kind: the object is not collected.
     * An error ends the whole evaluation: use it only when nothing can be
     * collected any more. */
    int (*collect)(struct oval_source *source, const struct oval_query *query,
                   struct oval_sink *sink, struct err *err);

    /* May be NULL. True when the query is answered by a walk over the disk
     * that can serve other such queries too. */
    bool (*is_batch)(struct oval_source *source,
                     const struct oval_query *query);

    /* May be NULL. Called before the first collect() of a batch query, with
     * all that are known then: each is then collected by collect(). Queries
     * that depend on what others collect may come later, in a second call or
     * without one. */
    int (*prepare)(struct oval_source *source,
                   const struct oval_query *const *queries, size_t n,
                   struct err *err);

    /* May be NULL. A value of a fact, or of a variable, as it may stand in what
     * is written for others: without secrets. The arena lives as long as the
     * evaluation. Evaluation itself sees all of it. */
    str (*conceal)(struct oval_source *source, str value, struct arena *arena);

    /* Fills *out with views that live as long as the source. */
    int (*system)(struct oval_source *source, struct oval_system *out,
                  struct err *err);

    void (*free)(struct oval_source *source);
};

struct oval_source { /* the first member of every source's own struct */
    const struct oval_source_ops *ops;
    /* True when items are known to belong to the object, as in a recorded
     * document: the engine does not match them again, and asks for objects
     * with sets too. */
    bool recorded;
    /* What stands in items where something is hidden that the source knows and
     * does not tell, such as a password; empty: nothing is. Comparisons that
     * it could decide are unknown (oval/hidden.h). */
    str hidden;
};

void oval_source_free(struct oval_source *source);
void oval_source_freep(struct oval_source **source);

#endif
