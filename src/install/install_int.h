/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside src/install: what a package manager is, and what all of them share.
 *
 *   install.c    the table of managers; which one a machine has
 *   command.c    running a program with an argument vector and a limit
 *   fault.c      what kind of failure a line of output tells of
 *   change.c     staging and installing: before, the manager, after
 *   share.c      archives from a share, compared with the lists' digests
 *   apt*.c, dnf*.c, zypper*.c   a manager each
 *   rpm.c        what dnf and zypper share
 *   updateinfo.c advisories, as repositories of rpms publish them
 *   primary.c    the archives of such a repository, with their digests
 *   reboot.c, processes.c       must the machine be restarted
 */
#ifndef INSTALL_INSTALL_INT_H
#define INSTALL_INSTALL_INT_H

#include <signal.h>

#include "base/buf.h"
#include "base/digest.h"
#include "install/command.h"
#include "install/install.h"

struct changing;

enum {
    OUTPUT_MAX = 256 << 20,  /* of a query */
    LOG_TAIL_MAX = 32 << 10, /* of what a manager said, kept */
    PATH_TEXT_MAX = 4096,
    ARGS_MAX = 40000,
    BATCH = 2000, /* packages in one command line */
    LOCK_RETRY_MS = 500,
    TIMEOUT_S = 3600,
    QUERY_TIMEOUT_S = 600,
    DISK_SPARE = 16 << 20, /* bytes to leave free */
};

/* A package as the manager's database has it. */
struct installed {
    str name;
    str arch;
    str version;
    str source;
    bool held;
    bool broken; /* neither whole nor gone: half installed, not configured */
    str status;  /* the manager's word for that */
};
struct installed_list {
    struct installed *p; /* by name, then arch */
    size_t n;
    size_t cap;
};

struct manager {
    const char *name;
    const char *program; /* what must be there to run */
    /* Of a machine that it manages: one of these is there, below the root. */
    const char *const *marks;
    int (*prepare)(struct install *install, struct err *err);
    int (*packages)(struct install *install, struct arena *arena,
                    struct installed_list *out, struct err *err);
    /* Fetches the lists of packages; that one repository fails is an error. */
    int (*refresh)(struct install *install, struct err *err);
    /* What the lists have that is newer; out->lists_at is 0 without lists. */
    int (*scan)(struct install *install, struct arena *arena,
                struct install_scan *out, struct err *err);
    /* Drops from changing->asked what cannot be had, with the reason. */
    int (*check)(struct install *install, struct changing *changing,
                 struct err *err);
    /* Downloads, or installs, changing->asked. */
    int (*stage)(struct install *install, struct changing *changing,
                 struct err *err);
    int (*apply)(struct install *install, struct changing *changing,
                 bool offline, struct err *err);
    /* Is the archive of this one in the stage? */
    bool (*staged)(const struct install *install,
                   const struct install_wanted *wanted);
    /* 0: nothing was broken; 1: mended, *text says what. */
    int (*recover)(struct install *install, struct buf *text, struct err *err);
    /* Whether a file of the stage is the archive of one of these. */
    bool (*keeps)(const struct install_wanted *wanted, str file);
    int (*reboot)(struct install *install, struct arena *arena,
                  struct install_reboot *out, struct err *err);
};

extern const struct manager manager_apt;
extern const struct manager manager_dnf;
extern const struct manager manager_zypper;

struct install {
    const struct manager *manager;
    struct install_options options;
    struct arena arena;
    str root;    /* absolute, without a slash at its end; empty: "/" */
    str stage;   /* absolute, without a slash at its end */
    str private; /* a folder of our own, made at need; else empty */
    str config;  /* a file in it for the manager; empty: none */
    str cache;   /* a file for apt's own cache; empty: it has one */
    enum install_fault fault;
    bool offline; /* what is installed comes from the stage only */
    volatile sig_atomic_t stop;
};

/* "ROOT/path"; path has no slash at its beginning. */
const char *install_path(const struct install *install, struct arena *arena,
                         const char *path);
/* Makes the private folder. */
int install_private(struct install *install, struct err *err) MUST_CHECK;
/* Makes a file for the manager to read, in the private folder. */
int install_config(struct install *install, const char *name, str text,
                   struct err *err) MUST_CHECK;
const struct installed *installed_find(const struct installed_list *list,
                                       str name, str arch);
void installed_sort(struct installed_list *list);
void texts_add(struct install_texts *texts, struct arena *arena, str text);
bool texts_have(const struct install_texts *texts, str text);

/* --- fault.c --- */

/* What kind of failure a line tells of; INSTALL_FAULT_NONE: of none. */
enum install_fault fault_of_line(str line);
/* The one that explains more: a bad signature explains a failed download. */
enum install_fault fault_worse(enum install_fault a, enum install_fault b);

/* What a manager said while it ran. */
struct told {
    enum install_fault fault;
    bool offline;     /* what is installed comes from the stage only */
    struct buf first; /* the line that explains it */
    struct buf log;   /* the end of all lines */
    const int *good;  /* codes of exit besides 0 that are no failure */
    size_t good_count;
    int code; /* of the last run */
};
#define TOLD                                                                   \
    {                                                                          \
        .first = BUF(INSTALL_TEXT_MAX / 2), .log = BUF(2 * LOG_TAIL_MAX)       \
    }
void told_clear(struct told *told);
void told_line(struct told *told, str line);
/* The same for struct command: ctx is the told. */
void told_on_line(void *ctx, enum command_stream stream, str line);
/* Runs the program; while another process holds the manager's lock, again and
 * again, as long as options.lock_wait_s says. `command` hands its lines to
 * told_line(). A failure is E_IO with a sentence, its kind is in told->fault
 * and install->fault. */
int told_run(struct install *install, struct told *told,
             struct command *command, struct err *err) MUST_CHECK;
/* Runs what fetches the lists. `skipped` are the words by which the manager
 * says that it left a repository out and goes on: here that is a failure. */
int told_refresh(struct install *install, struct command *command,
                 const char *skipped, struct err *err) MUST_CHECK;

/* --- change.c --- */

struct ask {
    const struct install_wanted *wanted;
    struct install_change *change;
};
struct changing {
    struct arena *arena;
    struct told told;
    VEC(struct ask) asked;            /* what is still to be done */
    VEC(struct install_change *) all; /* in no order */
    struct installed_list before;
    struct install_texts kept;
    struct buf named; /* a configuration file that dpkg is asking about */
    int64_t bytes;    /* to be fetched */
    struct install_texts shared;
    struct install_texts unshared;
};
/* Ends what is asked of one: it failed, or is skipped. It is not asked any
 * more. */
void changing_drop(struct changing *changing, size_t index,
                   enum install_state state, enum install_fault fault,
                   const char *format, ...) PRINTF(5, 6);
/* Of what was asked, the package of this name; NULL: it is none of them. */
struct install_change *changing_find(struct changing *changing, str name);
/* For struct command: ctx is the changing. */
void changing_line(void *ctx, enum command_stream stream, str line);
int changing_run(struct install *install, struct changing *changing,
                 struct command *command, struct err *err) MUST_CHECK;

/* --- share.c --- */

/* An archive that is needed, as the repository's lists have it. */
struct archive {
    str file;   /* its name */
    str place;  /* in the stage: the name, or a path */
    str digest; /* in hexadecimal */
    enum digest_kind kind;
    int64_t size;
    str uri; /* where the repository has it; empty: not known */
};
/* Is it in the stage? One that is damaged is removed: the manager would
 * perhaps only look at its size. */
bool archive_is_whole(const struct install *install,
                      const struct archive *archive);
/* Fetches from options.source into the stage what is not there. That it has
 * nothing is no failure: changing->unshared says so. */
void share_bring(struct install *install, struct changing *changing,
                 const struct archive *all, size_t n);

/* --- reboot.c --- */

void reboot_add(struct install_reboot *out, struct arena *arena,
                enum install_reboot_source source, str text);

/* E_IO with INSTALL_FAULT_DISK_FULL when the file system of path does not have
 * so many bytes and some to spare. */
int install_room(struct install *install, const char *path, int64_t bytes,
                 struct err *err) MUST_CHECK;

#endif
