/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine that probes read: the live system, or a directory that holds
 * one. Every path a probe opens goes through here, so that nothing below a
 * root leads out of it: symbolic links are resolved inside the root
 * (openat2 with RESOLVE_IN_ROOT).
 *
 * It also keeps what is read once for many objects. Each cache is a pointer
 * owned by the probe file that fills it, released by its free function.
 */
#ifndef PROBE_MACHINE_H
#define PROBE_MACHINE_H

#include <sys/stat.h>

#include "base/buf.h"
#include "base/regex.h"
#include "probe/probe.h"

enum probe_cache { /* one slot a cache */
    PROBE_CACHE_DPKG,
    PROBE_CACHE_RPM,
    PROBE_CACHE_WALK,
    PROBE_CACHE_USERS,
    PROBE_CACHE_PROCESS,
    PROBE_CACHE_SYSTEMD,
    PROBE_CACHE_MOUNTS,
    PROBE_CACHE_SOCKETS,
    PROBE_CACHES
};

struct probe_machine {
    struct oval_source source;    /* first: a machine is a source */
    struct probe_options options; /* threads is never 0 here */
    int root_fd;                  /* O_PATH, of "/" or the root directory */
    bool live;
    bool has_openat2;        /* else inroot.h resolves below a root */
    struct arena arena;      /* memory that lives as long as the machine */
    const struct probe *row; /* of the last query: the next one is likely
                                to be of the same kind */
    struct regex_cache *regexes;
    struct {
        void *p;
        void (*free)(void *p);
    } caches[PROBE_CACHES];
};

/* A machine without caches, for options (NULL: the live system). Its own
 * source operations are set by probe_source_new(). */
int probe_machine_new(const struct probe_options *options,
                      struct probe_machine **out, struct err *err) MUST_CHECK;

/* Releases the caches, then the machine. */
void probe_machine_free(struct probe_machine *machine);
void probe_machine_freep(struct probe_machine **machine);

/* Opens an absolute path of the machine. Returns a descriptor or a negative
 * E_ code (E_ABSENT: it is not there). flags as open(2); O_CLOEXEC,
 * O_NOCTTY and O_NONBLOCK are added. */
int probe_open(struct probe_machine *machine, const char *path, int flags,
               struct err *err) MUST_CHECK;

/* Appends a whole file to *buf, whose limit bounds it (E_LIMIT). Only
 * regular files are read (E_INVALID for others): nothing here waits for a
 * FIFO or touches a device. */
int probe_read(struct probe_machine *machine, const char *path, struct buf *buf,
               struct err *err) MUST_CHECK;

/* Appends what fd still gives; size is a guess of how much. 0, -EFBIG when it
 * is more than the limit of *buf, or another negative errno. */
int probe_read_fd(int fd, size_t size, struct buf *buf) MUST_CHECK;

/* lstat or stat of a path of the machine. 0, or E_ABSENT, E_PERM, E_IO. */
int probe_stat(struct probe_machine *machine, const char *path, bool follow,
               struct stat *out, struct err *err) MUST_CHECK;

#endif
