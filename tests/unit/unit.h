/* SPDX-License-Identifier: Apache-2.0
 *
 * What every unit test includes: cmocka, in the order it wants.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/attr.h"

/* The address sanitizer needs more memory and system calls than a confined
 * process has; such a test is skipped there. */
#if defined(__SANITIZE_ADDRESS__)
#define UNIT_SANITIZED true
#else
#define UNIT_SANITIZED false
#endif

/* Skips the test, which does not come back: release first. tools/run-tests
 * shows the reason, for which cmocka has no place. */
#define UNIT_SKIP(why)                                                         \
    do {                                                                       \
        printf("# because %s\n", (why));                                       \
        fflush(stdout);                                                        \
        skip();                                                                \
    } while (0)

#endif
