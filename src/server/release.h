/* SPDX-License-Identifier: Apache-2.0
 *
 * Newer versions of Holdfast are announced (K-APP-2): a small file, fetched
 * once a day from where the configuration says, or brought by hand, says which
 * version is the newest, what it mends, and which flaws are known of Holdfast
 * and of what it is built on. Nothing is downloaded and nothing installed:
 * the package manager does that, and checks its own signatures.
 *
 * The file is one line "holdfast-release-1 SIGNATURE" (Ed25519, 128 digits of
 * hexadecimal, domain RELEASE_DOMAIN, over all that follows) and one JSON
 * object (release.c has its members). It counts only when one of the keys in
 * the configuration signed it, and never goes back: one that is dated before,
 * or names an older version than, the one that is known is refused. What was
 * accepted is kept in DATA/release and checked again at each start.
 */
#ifndef SERVER_RELEASE_H
#define SERVER_RELEASE_H

#include "base/arena.h"
#include "base/jval.h"
#include "base/vec.h"
#include "server/core.h"
#include "server/route.h"
#include "trust/sign.h"

#define RELEASE_DOMAIN "holdfast release v1"

enum {
    RELEASE_FILE_MAX = 262144,
    RELEASE_KEYS_MAX = 4,
    RELEASE_FLAWS_MAX = 1000,
    RELEASE_LOOK_S = 86400,
    RELEASE_STALE_S = 3 * 86400, /* nothing was heard for so long: unknown */
};

/* A flaw of Holdfast ("holdfast") or of a component (base/component.h), mended
 * in the version `fixed`. */
struct release_flaw {
    str component;
    str fixed;
    str cve;
    str severity; /* low, medium, high, critical; or empty */
    str title;
};
struct release {
    str version;
    int64_t released;
    bool security; /* it mends flaws: urgent */
    str notes;
    str url; /* https:// page about it, or empty */
    struct release_flaw *flaws;
    size_t flaw_count;
};

/* The JSON object alone; texts in the arena. Names the member that is wrong. */
int release_read(str json, struct arena *arena, struct release *out,
                 struct err *err) MUST_CHECK;
/* The whole file: E_PERM when none of the keys signed it. */
struct release_keys {
    uint8_t keys[RELEASE_KEYS_MAX][SIGN_PUBLIC_BYTES];
    size_t count;
};
/* "HEX HEX": keys in hexadecimal, with blanks or commas between. */
int release_keys_read(str text, struct release_keys *out,
                      struct err *err) MUST_CHECK;
int release_open(str file, const struct release_keys *keys, struct arena *arena,
                 struct release *out, struct err *err) MUST_CHECK;
/* E_INVALID when `next` is older than what is known. */
int release_may_follow(const struct release *known, const struct release *next,
                       struct err *err) MUST_CHECK;
/* Whether version a is older than b. What cannot be compared is not. */
bool release_is_older(str a, str b);

/* --- In the core --------------------------------------------------------- */

struct releases;
/* What the API says of a flaw and of a component. */
extern const struct field release_flaw_fields[];
extern const struct field release_component_fields[];
/* core->db, core->loop and core->config are set; data_dir outlives it. */
struct releases *releases_new(struct core *core, const char *data_dir);
void releases_free(struct releases *releases);
/* A file by hand: checked and kept as a fetched one is. */
int releases_take(struct releases *releases, str file, int64_t now,
                  struct err *err) MUST_CHECK;
/* Looks when the last look is a day ago; what a timer does each minute. */
void releases_look(struct releases *releases, int64_t now);
/* What the API says; the tree is the caller's. releases may be NULL. */
struct jval *releases_json(const struct releases *releases, int64_t now);
/* Adds the checks "version" and "advisories" of the self report (K-APP-3). */
void releases_check(const struct releases *releases, int64_t now,
                    struct jval *checks);

#endif
