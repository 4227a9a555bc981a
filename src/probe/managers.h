/* SPDX-License-Identifier: Apache-2.0
 *
 * Which package managers keep a database on the machine. A probe asks when
 * its own database is not there: with another one the machine's packages are
 * known and none is of this kind; without any, nothing is known.
 */
#ifndef PROBE_MANAGERS_H
#define PROBE_MANAGERS_H

#include "probe/machine.h"

enum manager {
    MANAGER_DPKG = 1,
    MANAGER_RPM = 2,
    MANAGER_SLACKWARE = 4,
    MANAGER_APK = 8,
    MANAGER_PACMAN = 16,
    MANAGER_PORTAGE = 32,
};

/* Sets *out to the managers found, of those in `which`. E_PERM, E_IO: it
 * cannot be told. */
int managers_find(struct probe_machine *machine, unsigned which, unsigned *out,
                  struct err *err) MUST_CHECK;

/* The file of the machine's rpm database, NULL when there is none, as one of
 * a table of constants. */
int managers_rpm_database(struct probe_machine *machine, const char **out_path,
                          struct err *err) MUST_CHECK;

#endif
