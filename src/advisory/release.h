/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of releases. Publishers write "bookworm", "Debian:12", "AlmaLinux:9",
 * "Ubuntu 22.04 LTS", "cpe:/o:redhat:enterprise_linux:9"; here it is always
 * os-release's ID and VERSION_ID: "debian:12", "almalinux:9", "ubuntu:22.04",
 * "rhel:9". What is not known stays as it is written (Windows products do).
 * Pure.
 */
#ifndef ADVISORY_RELEASE_H
#define ADVISORY_RELEASE_H

#include "base/buf.h"

/* Replaces what is in *out. */
void release_name(str text, struct buf *out);

/* Does what is stated for `stated` hold for a device of `device`? The same;
 * or one without a minor number for all its minor ones ("rhel:9" for
 * "rhel:9.2"); or one that is not stated. */
bool release_covers(str stated, str device);

enum release_family {
    RELEASE_RPM,
    RELEASE_DPKG,
    RELEASE_OTHER, /* versions are numbers between dots */
};
enum release_family release_family_of(str release);

/* Two versions of packages of a release; E_PARSE when they have no order. */
int release_version_order(str release, str a, str b, int *out_order,
                          struct err *err) MUST_CHECK;

#endif
