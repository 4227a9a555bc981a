/* SPDX-License-Identifier: Apache-2.0
 *
 * A shell pattern as a Perl regular expression, by the rules and the table of
 * GlobToRegexFunctionType in oval-definitions-schema.
 */
#ifndef OVAL_GLOB_H
#define OVAL_GLOB_H

#include "base/buf.h"

/* Appends the expression to *out. noescape: '\' is a character like any
 * other. E_INVALID when a bracket is not closed, or holds a collating symbol,
 * which Perl's expressions do not have. What does not fit is dropped and
 * remembered by *out. */
int oval_glob_to_regex(str glob, bool noescape, struct buf *out,
                       struct err *err) MUST_CHECK;

#endif
