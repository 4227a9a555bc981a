/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory for what is built together and dies together: one arena a document,
 * a request or a run. There is no releasing of single pieces.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *first;
    char *at;
    char *end;
    size_t used; /* bytes handed out, for limits and statistics */
};

#define ARENA                                                                  \
    {                                                                          \
        NULL, NULL, NULL, 0                                                    \
    }

void arena_clear(struct arena *arena);

/* Zeroed memory, aligned to 8 bytes. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* A copy with a terminating NUL after it. */
str arena_str(struct arena *arena, str text);
const char *arena_c(struct arena *arena, str text);
str arena_printf(struct arena *arena, const char *format, ...) PRINTF(2, 3);

#endif
