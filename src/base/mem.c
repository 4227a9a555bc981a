/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

void mem_exhausted(size_t count, size_t size)
{
    fprintf(stderr, "holdfast: out of memory (%zu x %zu bytes)\n", count, size);
    abort();
}

void *mem_alloc(size_t count, size_t size)
{
    void *p = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

    if (p == NULL)
        mem_exhausted(count, size);
    return p;
}

void *mem_resize(void *p, size_t count, size_t size)
{
    size_t bytes;
    void *q;

    if (__builtin_mul_overflow(count, size, &bytes))
        mem_exhausted(count, size);
    q = realloc(p, bytes == 0 ? 1 : bytes);
    if (q == NULL)
        mem_exhausted(count, size);
    return q;
}

void mem_free(void *p)
{
    free(p);
}

void mem_freep(void *p)
{
    void **pp = p;

    free(*pp);
    *pp = NULL;
}
