/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of reboot.c and processes.c that tests call with folders of their
 * own.
 */
#ifndef INSTALL_REBOOT_INT_H
#define INSTALL_REBOOT_INT_H

#include "install/install_int.h"

/* Whether `boot` has a kernel (vmlinuz-RELEASE) of the same flavour that is
 * newer than the one that runs; *newest is its release. */
bool reboot_newer_kernel(const char *boot, str running, struct buf *newest);

/* Adds the processes that map code of files that were replaced or removed. A
 * reason for a restart it is when process 1 does. */
void reboot_look_at_processes(const char *proc, struct arena *arena,
                              struct install_reboot *out);
/* One line of /proc/PID/maps: the file, when it is code that was deleted. */
bool reboot_deleted_code(str line, str *out_file);

#endif
