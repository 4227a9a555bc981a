/* SPDX-License-Identifier: Apache-2.0
 *
 * The versions of content that the server has had: one row for each pack it
 * was given, and which one of a platform is active. The packs themselves are
 * files of the data directory, named by their digest.
 *
 * A platform is "debian:12": the ID of os-release and the part of VERSION_ID
 * that the content is for; "rhel:9" also serves a device with 9.4.
 */
#ifndef FLEET_CONTENT_H
#define FLEET_CONTENT_H

#include "base/arena.h"
#include "base/vec.h"
#include "proto/job.h"
#include "store/db.h"

enum {
    PLATFORM_MAX = 128,
    CONTENT_SOURCE_MAX = 255,
};

struct content {
    int64_t id;
    char platform[PLATFORM_MAX];
    char source[CONTENT_SOURCE_MAX + 1]; /* feed id or file name */
    uint8_t digest[JOB_DIGEST_BYTES];    /* SHA-256 of the pack */
    int64_t size;
    int64_t definitions;
    int64_t feed_time; /* the generator's timestamp */
    int64_t imported;
    bool active;
};
struct contents {
    VEC(struct content) all;
};
void contents_clear(struct contents *list);

enum {
    CONTENT_HEX = 2 * JOB_DIGEST_BYTES + 1
};
void content_hex(const uint8_t digest[JOB_DIGEST_BYTES], char out[CONTENT_HEX]);
/* Appends the file of a pack below the folder of packs: DIR/HEX.pack, hex of
 * the digest's bytes, so that nothing foreign is part of a path (claim 9). */
void content_file(str dir, const uint8_t digest[JOB_DIGEST_BYTES],
                  struct buf *out);

/* Takes a pack in as the active one of its platform, in the caller's
 * transaction. K-UPD-7: content older than the active one is E_INVALID unless
 * allow_older. 0; or 1 when this very pack was active already. */
int content_activate(struct db *db, struct content *content, bool allow_older,
                     int64_t now, struct err *err) MUST_CHECK;

/* The active one for a system: "id:version", "id:major", then "id:", and the
 * same with the ids of platform_also(). 0; or 1 when there is none. */
int content_for_os(struct db *db, str os_id, str os_version,
                   struct content *out, struct err *err) MUST_CHECK;
int content_get(struct db *db, int64_t id, struct content *out,
                struct err *err) MUST_CHECK;
int content_by_digest(struct db *db, str digest, struct content *out,
                      struct err *err) MUST_CHECK;
/* All, or the active ones; newest first. */
int content_list(struct db *db, bool active_only, struct contents *out,
                 struct err *err) MUST_CHECK;

#endif
