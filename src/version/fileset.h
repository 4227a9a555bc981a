/* SPDX-License-Identifier: Apache-2.0
 *
 * Revisions of filesets on HP-UX ("A.03.61.00") and AIX ("7.1.0.15"): fields
 * between dots, the first that differs decides. Two fields of digits compare
 * as numbers, others as text, and a number is older than text. A revision
 * that ends first is older unless only zeros follow. Pure, no allocation.
 */
#ifndef VERSION_FILESET_H
#define VERSION_FILESET_H

#include "base/str.h"

/* E_PARSE for an empty text, blanks, control characters and empty fields. */
int fileset_revision_check(str text, struct err *err) MUST_CHECK;

/* *out_order is negative, 0 or positive: a is older, the same, newer. */
int fileset_revision_compare(str a, str b, int *out_order,
                             struct err *err) MUST_CHECK;

#endif
