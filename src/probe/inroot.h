/* SPDX-License-Identifier: Apache-2.0
 *
 * Opening a path below a root directory on a kernel without openat2(2) (before
 * Linux 5.6, or behind a filter that does not know it): each component is
 * opened by itself without following links, and links are followed here, by
 * their text. What is opened therefore lies below the root whatever links
 * stand there, and whoever renames directories meanwhile. And openat2(2)
 * itself, which says when it cannot promise that.
 */
#ifndef PROBE_INROOT_H
#define PROBE_INROOT_H

#include <linux/openat2.h>

enum {
    INROOT_DEPTH_MAX = 128, /* directories of one path, each a descriptor */
    INROOT_LINKS_MAX = 40,  /* as the kernel's own limit */
    INROOT_TEXT_MAX = 64 * 1024,
};

/* A descriptor, or a negative errno. flags as open(2), without O_CREAT. */
int inroot_open(int root_fd, const char *path, int flags);

/* openat2(2), again when someone renames meanwhile: a descriptor, or a
 * negative errno. */
int inroot_openat2(int dir_fd, const char *path, const struct open_how *how);

#endif
