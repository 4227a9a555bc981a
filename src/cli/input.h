/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a small document whole, from a file, a pipe or standard input.
 */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "base/buf.h"

/* Appends what path ("-": standard input) holds to *out, whose limit bounds
 * it. *out_name is what errors call it; it is path's or static. */
int input_read(const char *path, struct buf *out, const char **out_name,
               struct err *err) MUST_CHECK;

#endif
