/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>

#include "base/mem.h"

enum {
    ARENA_BLOCK_MIN = 4096,
    ARENA_BLOCK_MAX = 1 << 20
};

struct arena_block {
    struct arena_block *next;
    size_t size;
};

void arena_clear(struct arena *arena)
{
    struct arena_block *next;

    if (arena == NULL)
        return;
    for (struct arena_block *b = arena->first; b != NULL; b = next) {
        next = b->next;
        mem_free(b);
    }
    *arena = (struct arena)ARENA;
}

static void add_block(struct arena *arena, size_t need)
{
    size_t size =
        arena->first == NULL ? ARENA_BLOCK_MIN : arena->first->size * 2;
    struct arena_block *block;

    if (size > ARENA_BLOCK_MAX)
        size = ARENA_BLOCK_MAX;
    if (size < need + sizeof(*block))
        size = need + sizeof(*block);
    block = mem_alloc(1, size);
    block->size = size;
    block->next = arena->first;
    arena->first = block;
    arena->at = (char *)(block + 1);
    arena->end = (char *)block + size;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    void *p;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        bytes = SIZE_MAX / 2; /* mem_alloc ends the process */
    bytes = (bytes + 7) & ~(size_t)7;
    if (arena->at == NULL || bytes > (size_t)(arena->end - arena->at))
        add_block(arena, bytes);
    p = arena->at;
    arena->at += bytes;
    arena->used += bytes;
    return p;
}

str arena_str(struct arena *arena, str text)
{
    char *p = arena_alloc(arena, text.n + 1, 1);

    if (text.n > 0)
        memcpy(p, text.p, text.n);
    return (str){ p, text.n };
}

const char *arena_c(struct arena *arena, str text)
{
    return arena_str(arena, text).p;
}

str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    char *p;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        return STR_NONE;
    p = arena_alloc(arena, (size_t)n + 1, 1);
    va_start(args, format);
    vsnprintf(p, (size_t)n + 1, format, args);
    va_end(args);
    return (str){ p, (size_t)n };
}
