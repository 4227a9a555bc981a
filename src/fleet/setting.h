/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings of an organisation as one table (setting.c): name, type, limits,
 * default. What is stored is only what differs from the default. A secret is
 * sealed before it is stored and never shown again (trust/seal.h).
 */
#ifndef FLEET_SETTING_H
#define FLEET_SETTING_H

#include "base/arena.h"
#include "fleet/scope.h"
#include "store/db.h"
#include "trust/seal.h"

enum setting_type {
    SETTING_INTEGER, /* min..max */
    SETTING_BOOL,
    SETTING_TEXT, /* at most max bytes */
    SETTING_ENUM, /* one of words, "a|b" */
    SETTING_SECRET,
};

struct setting_row {
    const char *name; /* "session.idle_s" */
    enum setting_type type;
    int64_t min;
    int64_t max;
    const char *words;
    const char *otherwise; /* the default; of numbers and truths as text */
    const char *help;
};
extern const struct setting_row setting_rows[];
extern const size_t setting_row_count;
/* NULL when there is none. */
const struct setting_row *setting_find(str name);

/* The value in force. An integer, or 0 and 1 of a SETTING_BOOL. */
int setting_i64(struct db *db, int64_t org, const char *name, int64_t *out,
                struct err *err) MUST_CHECK;
/* A text; a secret in plain, for which the key is needed. In the arena. */
struct setting_reader {
    struct db *db;
    int64_t org;
    const struct seal_key *key; /* NULL: no secrets */
    struct arena *arena;
};
int setting_text(const struct setting_reader *from, const char *name, str *out,
                 struct err *err) MUST_CHECK;
/* Whether something else than the default is stored. */
int setting_is_set(struct db *db, int64_t org, const char *name, bool *out,
                   struct err *err) MUST_CHECK;

/* Stores a value after its row's rules (E_INVALID with the reason); p NULL
 * goes back to the default. In the caller's transaction. */
int setting_put(struct db *db, int64_t org, const struct setting_row *row,
                str value, const struct seal_key *key,
                struct err *err) MUST_CHECK;
/* Grows with every change of any setting of the organisation. */
int setting_revision(struct db *db, int64_t org, int64_t *out,
                     struct err *err) MUST_CHECK;

#endif
