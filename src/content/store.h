/* SPDX-License-Identifier: Apache-2.0
 *
 * The content on this machine: directories that hold packs, each described by
 * ID.feed beside it, or by itself when there is none. One directory is
 * writable; the others are only read: what root installed for all, what came
 * with Holdfast, and HOLDFAST_CONTENT.
 *
 * Where two directories hold the same id, the one generated later is in use.
 * A file that cannot be used is remembered with the reason, never left out in
 * silence.
 *
 * Writing: store_lock() first. ID.feed names the pack it belongs to, so that
 * its replacement by rename is the one step that brings new content into use;
 * whoever is killed at any other step leaves files behind that the next
 * writer removes.
 */
#ifndef CONTENT_STORE_H
#define CONTENT_STORE_H

#include "base/digest.h"
#include "base/vec.h"
#include "content/feed.h"
#include "oval/content.h"

struct store_feed {
    struct feed feed;
    str path;       /* of the pack */
    bool installed; /* lies in the writable directory */
    bool used;      /* false: another directory has a later one */
    str problem;    /* why it cannot be used; empty: it can */
};

struct store {
    struct arena arena;
    const char *dir; /* the writable directory; it may not exist yet */
    VEC(const char *) read_only;
    VEC(struct store_feed) feeds; /* sorted by id; those in use first */
    int lock_fd;
};

/* The directory that is written unless another is named (in arena), and the
 * system's, which everybody reads. */
const char *store_default_dir(struct arena *arena);
extern const char store_system_dir[];

/* dir: the only directory; or NULL for the default ones, of which
 * /var/lib/holdfast/content is writable for root, and holdfast/content below
 * XDG_DATA_HOME for everybody else. Reads what is there. */
int store_open(struct store *store, const char *dir,
               struct err *err) MUST_CHECK;
void store_close(struct store *store);

/* Reads the directories again; the lock stays. */
int store_reload(struct store *store, struct err *err) MUST_CHECK;

/* The one in use, or NULL. */
const struct store_feed *store_find(const struct store *store, str id);

/* Makes the directory and takes its lock. 0; or 1 when another process holds
 * it and wait is false. */
int store_lock(struct store *store, bool wait, struct err *err) MUST_CHECK;

struct store_source {  /* what is to be installed */
    const char *path;  /* the document, plain or compressed, or a pack */
    struct feed *feed; /* id, and what else is known; completed here */
    bool allow_older;
};

/* Loads, compiles and installs a document. E_INVALID when it is older than
 * what is in use, E_… when it does not load: then everything is as before.
 * The store's lock must be held. */
int store_install(struct store *store, const struct store_source *source,
                  struct err *err) MUST_CHECK;

/* The SHA-256 of a file's bytes, in hexadecimal. */
int store_digest(const char *path, char out[DIGEST_HEX_MAX],
                 struct err *err) MUST_CHECK;

/* Removes an installed feed. E_ABSENT when there is none. */
int store_remove(struct store *store, str id, struct err *err) MUST_CHECK;

#endif
