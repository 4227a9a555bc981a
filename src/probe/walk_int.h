/* SPDX-License-Identifier: Apache-2.0
 *
 * What walk.c (threads and directories) and walk_result.c (what they found)
 * share.
 */
#ifndef PROBE_WALK_INT_H
#define PROBE_WALK_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/map.h"
#include "probe/mountdev.h"
#include "probe/walk_match.h"

struct found_dir { /* a directory with hits: owned by a thread's arena */
    uint32_t rank; /* in the order of all paths */
    str path;
};

struct hit {
    const struct found_dir *dir;
    const char *name; /* NULL: the directory itself */
};

struct hits {
    VEC(struct hit) v;
};

struct found { /* by one thread */
    struct arena arena;
    VEC(struct found_dir *) dirs;
    struct hits *hits; /* one a search */
    size_t searches;
};

struct search_problems {
    size_t count;
    str failure;
    VEC(str) texts;
};

struct walk {
    size_t count; /* searches */
    struct hits *hits;
    struct search_problems *problems;
    pthread_mutex_t lock; /* of problems and their arena */
    struct arena arena;
    struct arena *arenas; /* that hits point into */
    size_t arena_count;
};

struct walk *walk_new(size_t searches, size_t threads);

void found_init(struct found *found, size_t searches);
/* Moves what the threads found into the walk, sorted; clears `found`. */
void walk_take(struct walk *walk, struct found *found, size_t n);

/* *dir is NULL before the first hit in a directory. False past the limit. */
bool found_add(struct found *found, size_t search, struct found_dir **dir,
               str path, const char **name, str entry);

/* A place that could not be looked at. Any thread may call it. */
void walk_problem(struct walk *walk, size_t search, const char *path,
                  const char *why);
/* The search is wrong or too large: the first reason counts. */
void walk_fail(struct walk *walk, size_t search, const char *why);

#endif
