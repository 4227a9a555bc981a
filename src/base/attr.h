/* SPDX-License-Identifier: Apache-2.0
 *
 * The compiler extensions the tree uses, and nothing else.
 *
 * AUTO(fn) releases a variable when it goes out of scope by calling
 * fn(&variable); TAKE(p) moves a pointer out of such a variable.
 */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#include "base/ban.h"

#define AUTO(fn) __attribute__((cleanup(fn)))
#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define UNUSED __attribute__((unused))
#define NORETURN __attribute__((noreturn))
#define FALLTHROUGH __attribute__((fallthrough))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TAKE(p)                                                                \
    (__extension__({                                                           \
        __typeof__(p) take_ = (p);                                             \
        (p) = NULL;                                                            \
        take_;                                                                 \
    }))

#endif
