/* SPDX-License-Identifier: Apache-2.0
 *
 * Giving up what fetching does not need, before the first byte is read from
 * the network: privilege, new programs, and writing to any file that is not
 * open already. What an old kernel does not know is left out.
 */
#ifndef FETCH_SANDBOX_H
#define FETCH_SANDBOX_H

#include "base/str.h"

/* bytes_max bounds the files that may be written. */
int sandbox_enter(uint64_t bytes_max, struct err *err) MUST_CHECK;

#endif
