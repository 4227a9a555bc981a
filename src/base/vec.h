/* SPDX-License-Identifier: Apache-2.0
 *
 * An array that grows. Declare one with VEC(type), which is
 * struct { type *p; size_t n, cap; }, and start it zeroed.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/mem.h"

#define VEC(type)                                                              \
    struct {                                                                   \
        type *p;                                                               \
        size_t n;                                                              \
        size_t cap;                                                            \
    }

/* A pointer to a new, zeroed last element. */
#define vec_push(v)                                                            \
    (vec_room((void **)&(v)->p, &(v)->cap, (v)->n, sizeof(*(v)->p)),           \
     memset(&(v)->p[(v)->n], 0, sizeof(*(v)->p)), &(v)->p[(v)->n++])

#define vec_clear(v)                                                           \
    do {                                                                       \
        mem_free((v)->p);                                                      \
        (v)->p = NULL;                                                         \
        (v)->n = (v)->cap = 0;                                                 \
    } while (0)

/* Makes *p hold more than n elements of `size` bytes. */
static inline void vec_room(void **p, size_t *cap, size_t n, size_t size)
{
    if (n < *cap)
        return;
    *cap = *cap < 8 ? 8 : *cap + *cap / 2;
    *p = mem_resize(*p, *cap, size);
}

#endif
