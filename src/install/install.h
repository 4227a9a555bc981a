/* SPDX-License-Identifier: Apache-2.0
 *
 * What is missing on a machine, fetching it, installing it, and whether the
 * machine must be restarted: through the machine's own package manager (apt,
 * dnf, zypper), which is started with argument vectors, never by a shell, and
 * whose checks of signatures are never turned off (security claim 17).
 *
 * A manager is a file and a row (install_int.h). With a root directory the
 * programs are this machine's and the data are the root's: its databases,
 * repositories and keys. Its own settings for the manager's programs are not
 * read then (they may name commands), and its maintainer scripts run inside.
 *
 * A struct install is for one use at a time; a step may take as long as its
 * limit says and is not safe to run twice at once on one machine (the
 * manager's own lock is waited for). What an answer holds lies in the arena
 * that was given. Errors are sentences for the administrator;
 * install_fault() tells what kind the last one was.
 *
 * Used by `holdfast patch` and by the agent's installer process. The server
 * does not link it.
 */
#ifndef INSTALL_INSTALL_H
#define INSTALL_INSTALL_H

#include "base/arena.h"
#include "base/vec.h"

struct install;

/* Why something failed; a word for each (install_fault_name), which reports
 * and histories keep (P-HIS-3). */
enum install_fault {
    INSTALL_FAULT_NONE,
    INSTALL_FAULT_LOCKED,      /* another process has the manager's lock */
    INSTALL_FAULT_NETWORK,     /* a repository did not answer */
    INSTALL_FAULT_SIGNATURE,   /* not signed, or by a key not trusted */
    INSTALL_FAULT_DISK_FULL,   /* no room: nothing was begun, or it stopped */
    INSTALL_FAULT_SCRIPT,      /* a maintainer script failed */
    INSTALL_FAULT_DEPENDENCY,  /* what it needs cannot be had */
    INSTALL_FAULT_GONE,        /* this version is not offered any more */
    INSTALL_FAULT_HELD,        /* the administrator holds it */
    INSTALL_FAULT_CORRUPT,     /* a download or a database is damaged */
    INSTALL_FAULT_INTERRUPTED, /* ended from outside in the middle */
    INSTALL_FAULT_TIMEOUT,
    INSTALL_FAULT_OTHER,
    INSTALL_FAULTS
};
const char *install_fault_name(enum install_fault fault); /* "disk-full" */

/* Of P-HIS-3 those that a device finds out by itself. */
enum install_state {
    INSTALL_QUEUED = 1,
    INSTALL_DOWNLOADING,
    INSTALL_STAGED,
    INSTALL_INSTALLING,
    INSTALL_INSTALLED,
    INSTALL_FAILED,
    INSTALL_SKIPPED, /* with the reason */
};
const char *install_state_name(enum install_state state); /* "staged" */

enum {
    INSTALL_UPDATES_MAX = 20000,
    INSTALL_ADVISORIES_MAX = 50000,
    INSTALL_TEXT_MAX = 4096,
    INSTALL_WARNINGS_MAX = 200,
    INSTALL_WANTED_MAX = 20000,
};

/* Tells how a step goes on: package is empty when it is about all of them;
 * percent is -1 when it is not known. */
typedef void install_progress_fn(void *ctx, enum install_state state,
                                 str package, int64_t percent);

/* Gets what `url` has into the file at `path`, and goes on with what is there
 * of it (path.state is its to keep): at most bytes_max bytes, at most kib_s KiB
 * a second (0: no limit). E_IO: whoever was asked does not answer. */
typedef int install_fetch_fn(const char *url, const char *path,
                             int64_t bytes_max, int64_t kib_s, struct err *err);

struct install_options {
    const char *root;      /* a directory, NULL: this machine */
    const char *manager;   /* "apt"; NULL: what the root's data belong to */
    const char *stage;     /* our folder for archives; made when missing */
    int64_t lock_wait_s;   /* for another process's lock; 0: not at all */
    int64_t timeout_s;     /* of one step; 0: an hour */
    int64_t bandwidth_kib; /* a second, of downloads; 0: no limit */
    /* An HTTP directory that archives are fetched from first, by their names,
     * each compared with the digest that the repository's own lists give it;
     * what it does not have, or has otherwise, comes from the repository.
     * NULL: none. */
    const char *source;
    install_fetch_fn *fetch; /* of them; NULL: as without a source */
    install_progress_fn *progress;
    void *progress_ctx;
};

/* E_ABSENT: nothing on this machine (or below the root) is managed by a
 * manager known here, or its program is not installed. */
int install_new(const struct install_options *options, struct install **out,
                struct err *err) MUST_CHECK;
void install_free(struct install *install);
void install_freep(struct install **install);
const char *install_manager(const struct install *install); /* "apt" */
enum install_fault install_fault(const struct install *install);

/* Another thread's or a signal handler's way to end the step that runs: the
 * manager is asked to stop where it can. */
void install_stop(struct install *install);

/* --- What is missing (P-SCN, P-LNX). --- */

struct install_texts {
    str *p;
    size_t n;
};

/* A package that a newer version is offered for. */
struct install_update {
    str name;
    str arch;
    str installed; /* [epoch:]version[-release], as the manager writes it */
    str candidate;
    str source;   /* source package; empty: not known */
    str origin;   /* who publishes it: "Debian-Security"; empty: not stated */
    str suite;    /* "bookworm-security", or the repository's id */
    str archive;  /* the address it comes from; empty: not known */
    int64_t size; /* of the download; -1: not known */
    /* The candidate, or a version between, comes from a security archive or
     * advisory. */
    bool security;
    /* Why it would not be installed: "hold", "pin", "excluded", "phased";
     * empty: it would. */
    str held;
    bool reboot_suggested;           /* the publisher says so */
    struct install_texts advisories; /* ids, where the manager knows them */
};

struct install_advisory {
    str id;
    str title;
    str type;       /* "security", "bugfix", "enhancement", "" */
    str severity;   /* "critical", "important", "moderate", "low", "" */
    int64_t issued; /* 0: not stated */
    bool reboot_suggested;
    struct install_texts cves;
};

struct install_scan {
    str manager;
    bool refreshed;   /* the lists are of this moment */
    int64_t lists_at; /* when they were fetched last; 0: never, or unknown */
    str stale;        /* a sentence when they are older than they should be */
    str interrupted; /* a sentence when an installation was broken off; or "" */
    int64_t packages;               /* that are installed */
    struct install_update *updates; /* by name, then arch */
    size_t update_count;
    struct install_advisory *advisories; /* those of the updates, by id */
    size_t advisory_count;
    struct install_texts warnings;
};

/* refresh: fetches the lists first; when that fails the step fails: nothing
 * is ever "not missing" for want of lists. Without it nothing is fetched, and
 * `stale` tells the age of the lists. */
int install_scan(struct install *install, bool refresh, int64_t now,
                 struct arena *arena, struct install_scan *out,
                 struct err *err) MUST_CHECK;

/* --- Fetching and installing (P-STG, P-HIS-3, claim 17). --- */

struct install_wanted {
    str name;
    str arch;    /* empty: the one that is installed */
    str version; /* exactly this one */
};

struct install_change {
    str name;
    str arch;
    str before; /* empty: it was not installed */
    str after;  /* empty: it is removed */
    bool asked; /* else it came as a dependency (P-LNX-3) */
    enum install_state state;
    enum install_fault fault;
    str text; /* why it failed or was skipped */
};

struct install_outcome {
    struct install_change *changes; /* by name; every wanted package is there */
    size_t change_count;
    struct install_texts kept; /* changed configuration files that were kept:
                                  the new version lies beside them */
    str recovered;             /* what an earlier broken run needed first */
    enum install_fault fault;  /* of the step as a whole */
    str text;
    str log;                       /* the end of what the manager said */
    int64_t bytes;                 /* that were fetched */
    struct install_texts shared;   /* archives that the source gave */
    struct install_texts unshared; /* and why it did not give others */
};

/* Downloads what is wanted, and what that needs, into the stage; checked by
 * the manager. What is there already is not fetched again, what is there in
 * part is gone on with. Nothing is installed. Negative: the step could not
 * be tried or failed as a whole; what is known of each package is in *out
 * all the same. */
int install_stage(struct install *install, const struct install_wanted *wanted,
                  size_t n, struct arena *arena, struct install_outcome *out,
                  struct err *err) MUST_CHECK;

/* What is installed from now on comes from the stage only: no repository is
 * asked. */
void install_go_offline(struct install *install);

/* Installs exactly these versions and what they need. Removes nothing,
 * downgrades nothing. Recovers from an interrupted run first, and says so.
 * Changed configuration files are kept. Every package's state in *out is read
 * from the manager's database afterwards, not from what it printed. Negative as
 * above. */
int install_apply(struct install *install, const struct install_wanted *wanted,
                  size_t n, struct arena *arena, struct install_outcome *out,
                  struct err *err) MUST_CHECK;

/* Finishes what an interrupted run left (dpkg --configure -a and its kin). 0:
 * nothing was broken; 1: it was, and is mended: *out_text says what. */
int install_recover(struct install *install, struct arena *arena, str *out_text,
                    struct err *err) MUST_CHECK;

/* Removes from the stage what is not wanted any more. */
int install_clean(struct install *install, const struct install_wanted *keep,
                  size_t n, struct err *err) MUST_CHECK;

/* --- Must the machine be restarted (P-RBT-8)? --- */

enum install_reboot_source {
    INSTALL_REBOOT_FLAG = 1, /* /run/reboot-required */
    INSTALL_REBOOT_KERNEL,   /* the running one is not the newest installed */
    INSTALL_REBOOT_MANAGER,  /* needs-restarting -r, needs-rebooting */
    INSTALL_REBOOT_RESTART,  /* needrestart -b */
    INSTALL_REBOOT_LIBRARY,  /* pid 1 or the kernel's own helpers map what was
                                replaced */
};
struct install_reboot_reason {
    enum install_reboot_source source;
    str text; /* "the running kernel is 6.1.0-13-amd64, 6.1.0-18-amd64 is
                 installed" */
};
struct install_process {
    int64_t pid;
    str name;
    str file; /* one deleted file that it maps */
};
struct install_reboot {
    bool needed;
    struct install_reboot_reason *reasons;
    size_t reason_count;
    struct install_texts packages;     /* that asked for it */
    struct install_process *processes; /* that run replaced code: a restart of
                                          the service is enough for most */
    size_t process_count;
    struct install_texts unknown; /* what could not be asked, and why */
};
const char *install_reboot_source_name(enum install_reboot_source source);

int install_reboot_needed(struct install *install, struct arena *arena,
                          struct install_reboot *out,
                          struct err *err) MUST_CHECK;

#endif
