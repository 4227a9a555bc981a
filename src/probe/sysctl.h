/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of kernel parameters and their paths below /proc/sys.
 */
#ifndef PROBE_SYSCTL_H
#define PROBE_SYSCTL_H

#include "base/buf.h"

/* Appends text with '.' and '/' exchanged: from a name to a path, or back. */
void sysctl_swap(struct buf *buf, str text);

#endif
