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

/* A source that apt was told to believe without a signature. */
struct apt_lax {
    str uri;            /* without a slash at its end */
    const char *option; /* "trusted" */
};
struct apt_lax_list {
    struct apt_lax *p;
    size_t n;
    size_t cap;
};
/* A file of sources: lines, or stanzas. */
void apt_lax_parse(str text, bool stanzas, struct arena *arena,
                   struct apt_lax_list *out);
void apt_lax_read(struct install *install, struct arena *arena,
                  struct apt_lax_list *out);
/* The one that this address is of, or lies below; or NULL. */
const struct apt_lax *apt_lax_find(const struct apt_lax_list *list, str uri);

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
