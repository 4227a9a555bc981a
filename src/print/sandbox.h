/* SPDX-License-Identifier: Apache-2.0
 *
 * What holdfast-print gives up before it reads a line: root, sockets, other
 * processes, writing files, and more than its share of memory and time.
 */
#ifndef PRINT_SANDBOX_H
#define PRINT_SANDBOX_H

#include "base/err.h"

int sandbox_enter(struct err *err) MUST_CHECK;

#endif
