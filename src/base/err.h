/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors: a negative code and one sentence for a person.
 *
 * What can fail returns int: 0, or a negative E_ code with the sentence in
 * *err. Every function here accepts err == NULL and then only returns the
 * code. A sentence longer than ERR_TEXT_MAX is cut, never overflowed.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/attr.h"

enum {
    E_IO = -1,          /* the machine failed us: read, write, network */
    E_PERM = -2,        /* the machine does not let us */
    E_ABSENT = -3,      /* what was named is not there */
    E_PARSE = -4,       /* text does not follow its grammar */
    E_LIMIT = -5,       /* larger, deeper or more than is allowed */
    E_INVALID = -6,     /* well-formed, but not permitted or not consistent */
    E_UNSUPPORTED = -7, /* a kind, version or feature we do not know */
    E_CORRUPT = -8,     /* a file of ours that is damaged */
    E_USAGE = -9,       /* the command line is wrong */
};

enum {
    ERR_TEXT_MAX = 1024
};

struct err {
    int code;
    char text[ERR_TEXT_MAX];
};

/* Sets code and sentence; returns code, so that a caller can return it. */
int err_set(struct err *err, int code, const char *format, ...) PRINTF(3, 4);

/* Like err_set for a failed system call: appends ": " and strerror(number);
 * the code is E_PERM, E_ABSENT or E_IO, chosen by number. */
int err_errno(struct err *err, int number, const char *format, ...)
    PRINTF(3, 4);

/* Puts "context: " before the sentence and returns code unchanged. */
int err_wrap(struct err *err, int code, const char *format, ...) PRINTF(3, 4);

/* The sentence, never NULL; "unknown error" when nothing was set. */
const char *err_text(const struct err *err);

#endif
