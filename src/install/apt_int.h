/* SPDX-License-Identifier: Apache-2.0
 *
 * What apt.c and apt_change.c share.
 */
#ifndef INSTALL_APT_INT_H
#define INSTALL_APT_INT_H

#include "install/install_int.h"

/* A row of the table of versions of `apt-cache policy`. */
struct apt_version {
    str text;
    str key;          /* of the release it comes from */
    int64_t priority; /* the highest of its sources */
    bool security;
    bool phased;
};

/* " *** 1.2-3 500" or "     1.2-3 500 (phased 20%)" */
bool apt_version_row(str line, struct apt_version *out);
/* "        500 http://host/debian bookworm/main amd64 Packages" */
bool apt_source_row(str line, int64_t *out_priority, str *out_key);

/* A program of apt's, with our configuration when there is a root. */
void apt_command(struct install *install, struct command *command,
                 const char *program);
/* The argument "name:arch=version"; an empty version is left out. */
void apt_name(struct command *command, str name, str arch, str version);
int apt_packages(struct install *install, struct arena *arena,
                 struct installed_list *out, struct err *err) MUST_CHECK;

int apt_check(struct install *install, struct changing *changing,
              struct err *err) MUST_CHECK;
int apt_stage(struct install *install, struct changing *changing,
              struct err *err) MUST_CHECK;
int apt_apply(struct install *install, struct changing *changing, bool offline,
              struct err *err) MUST_CHECK;
bool apt_staged(const struct install *install,
                const struct install_wanted *wanted);
bool apt_keeps(const struct install_wanted *wanted, str file);

#endif
