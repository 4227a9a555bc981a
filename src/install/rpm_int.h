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

/* What is shown of a scan while it is made. rpm_scan_run() also frees it. */
struct rpm_scan {
    struct install *install;
    struct arena *arena;
    struct installed_list list;
    VEC(struct install_update) updates;
    VEC(struct install_advisory) advisories;
};
void rpm_scan_clear(struct rpm_scan *scan);
void rpm_scan_finish(struct rpm_scan *scan, struct install_scan *out);
/* Fills scan->updates, by rpm_scan_add(). */
typedef int rpm_offers_fn(struct rpm_scan *scan, struct err *err);
/* The whole scan; `cache` is the manager's, below the root. */
int rpm_scan_run(struct rpm_scan *scan, const char *cache,
                 rpm_offers_fn *offers, struct install_scan *out,
                 struct err *err) MUST_CHECK;
/* An update of an installed package: name, arch, candidate, suite, size and
 * held are said; ignored when it is not one. */
void rpm_scan_add(struct rpm_scan *scan, const struct install_update *found);

/* What a broken transaction left in two versions is mended by the manager;
 * `doubles` has the newest of each. As struct manager.recover. */
typedef int rpm_mend_fn(struct install *install,
                        const struct installed_list *doubles, struct err *err);
int rpm_recover(struct install *install, rpm_mend_fn *mend, const char *by,
                struct buf *text, struct err *err) MUST_CHECK;

/* Is the archive as its own digests say? One that a full disk or an end from
 * outside left half written is not. */
bool rpm_is_whole(const char *path);

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

/* Calls fn for the folder "repodata" of each repository in a cache. */
typedef void rpm_each_fn(void *ctx, const char *folder);
void rpm_each_repository(const char *cache, rpm_each_fn *fn, void *ctx);

/* Packages whose archives are needed. */
struct rpm_need {
    str name;
    str evr;
    str arch;
};
struct rpm_needs {
    struct rpm_need *p;
    size_t n;
    size_t cap;
    bool in_folders; /* an archive lies in STAGE/REPOSITORY/its place */
};
struct rpm_archives {
    struct arena *arena;
    VEC(struct archive) all;
};
/* Asks the share for those whose digest a repository in the cache names. */
void rpm_share(struct install *install, struct changing *changing,
               const char *cache, const struct rpm_needs *needs);

/* primary.c: adds what one document says of what is needed. */
int primary_read(const struct rpm_need *needs, size_t need_count, str folder,
                 const char *path, struct rpm_archives *out,
                 struct err *err) MUST_CHECK;
/* updateinfo.c: one document; for the fuzzer, too. */
int updateinfo_read(struct rpm_scan *scan, const char *path,
                    struct err *err) MUST_CHECK;

#endif
