/* SPDX-License-Identifier: Apache-2.0
 *
 * What system characteristics say about the machine as a whole: from uname(2),
 * os-release and the network interfaces of the live system; below a root from
 * its os-release, its hostname file and the type of its shell's binary.
 */
#ifndef PROBE_SYSINFO_H
#define PROBE_SYSINFO_H

#include "probe/machine.h"

/* Texts of *out live in the machine's arena. What the machine does not say is
 * empty text. */
int sysinfo_read(struct probe_machine *machine, struct oval_system *out,
                 struct err *err) MUST_CHECK;

/* The value of KEY=value in the text of an os-release file (os-release(5)),
 * without its quotes; empty when it is not there. */
str sysinfo_os_release(str text, const char *key, struct arena *arena);

#endif
