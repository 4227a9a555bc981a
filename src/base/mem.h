/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocation that does not fail: when memory is exhausted the process ends
 * with one line on standard error and its supervisor restarts it. What input
 * can make large is therefore bounded by the caller first.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#include "base/attr.h"

/* Zeroed memory for count objects of size bytes; mem_free() releases it. */
void *mem_alloc(size_t count, size_t size) __attribute__((malloc));

/* Grows or shrinks; new bytes are not zeroed. */
void *mem_resize(void *p, size_t count, size_t size);

void mem_free(void *p);

/* Ends the process: what a library of ours could not allocate. */
void mem_exhausted(size_t count, size_t size) NORETURN;

/* For AUTO(mem_freep): p points at the pointer to release. */
void mem_freep(void *p);

#endif
