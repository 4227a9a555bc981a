/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that this tree does not use: calling one is a compile error that
 * names what to use instead.
 */
#ifndef BASE_BAN_H
#define BASE_BAN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GCC only: clang refuses attributes on what a header has defined inline. */
#ifndef __clang__
#define BAN(function, instead)                                                 \
    extern __typeof__(function) function                                       \
        __attribute__((deprecated("use " instead " instead")))

BAN(strcpy, "struct buf or arena_str()");
BAN(strcat, "struct buf");
BAN(stpcpy, "struct buf");
BAN(strncpy, "struct buf");
BAN(strncat, "struct buf");
BAN(sprintf, "buf_printf()");
BAN(vsprintf, "buf_printf()");
BAN(strtok, "str_cut()");
BAN(strtok_r, "str_cut()");
BAN(strdup, "arena_str()");
BAN(strndup, "arena_str()");
BAN(atoi, "str_to_i64()");
BAN(atol, "str_to_i64()");
BAN(atof, "str_to_i64() or strtod()");
BAN(system, "an argument vector");
BAN(popen, "an argument vector");

#undef BAN
#endif
#endif
