/* SPDX-License-Identifier: Apache-2.0
 *
 * What dnf.c and zypper.c share: the database of rpms, and advisories.
 */
#ifndef INSTALL_RPM_INT_H
#define INSTALL_RPM_INT_H

#include "install/install_int.h"

/* Where the root's database lies, as a path inside it ("/var/lib/rpm"); NULL
 * on this machine itself, whose rpm knows. */
const char *rpm_database(const struct install *install);

int rpm_packages(struct install *install, struct arena *arena,
                 struct installed_list *out, struct err *err) MUST_CHECK;

/* What is shown of a scan while it is made. */
struct rpm_scan {
    struct install *install;
    struct arena *arena;
    struct installed_list list;
    VEC(struct install_update) updates;
    VEC(struct install_advisory) advisories;
};
void rpm_scan_clear(struct rpm_scan *scan);
/* An update of an installed package: name, arch, candidate, suite, size and
 * held are said; ignored when it is not one. */
void rpm_scan_add(struct rpm_scan *scan, const struct install_update *found);
void rpm_scan_finish(struct rpm_scan *scan, struct install_scan *out);

/* "0:1.2-3" is written "1.2-3". */
str rpm_evr(str text);
/* "name-1.2-3.arch.rpm" */
void rpm_file_name(const struct install_wanted *wanted, str arch,
                   struct buf *out);
bool rpm_keeps(const struct install_wanted *wanted, str file);
/* Drops what is not newer than what is installed. */
void rpm_check_order(struct changing *changing);
/* The newest time of a file "repodata/repomd.xml" in the folders of a cache. */
int64_t rpm_lists_time(const char *cache);
/* Reads the advisories of every repository in a cache (FOLDER/repodata) and
 * adds those that close an update. A damaged one is a warning. */
void rpm_read_advisories(struct rpm_scan *scan, const char *cache,
                         struct install_scan *out);

/* updateinfo.c: one document; for the fuzzer, too. */
int updateinfo_read(struct rpm_scan *scan, const char *path,
                    struct err *err) MUST_CHECK;

#endif
