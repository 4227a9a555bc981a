/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_pin.h"

#include "fleet/netdev_device.h"

void netdev_pins_clear(struct netdev_pins *pins)
{
    vec_clear(&pins->all);
}

int netdev_pin_list(struct db *db, int64_t device, str kind,
                    struct arena *arena, struct netdev_pins *out,
                    struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT id, device, kind, fingerprint, state,"
                      " first_seen, last_seen, decided, decided_by"
                      " FROM netdev_pin WHERE device = $1"
                      " AND ($2 = '' OR kind = $2) ORDER BY id DESC",
                      DB_ARGS(db_i64(device), db_text(kind)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        *vec_push(&out->all) = (struct netdev_pin){
            .id = db_col_i64(rows, 0),
            .device = db_col_i64(rows, 1),
            .kind = arena_str(arena, db_col_text(rows, 2)),
            .fingerprint = arena_str(arena, db_col_text(rows, 3)),
            .state = arena_str(arena, db_col_text(rows, 4)),
            .first_seen = db_col_i64(rows, 5),
            .last_seen = db_col_i64(rows, 6),
            .decided = db_col_i64(rows, 7),
            .decided_by = arena_str(arena, db_col_text(rows, 8)),
        };
        rc = 0;
    }
    return rc;
}

/* A device that shows another key each time fills nothing. */
static int make_room(struct db *db, int64_t device, struct err *err)
{
    int rc = db_run(db,
                    "DELETE FROM netdev_pin WHERE device = $1 AND state <>"
                    " 'approved' AND id NOT IN (SELECT id FROM netdev_pin"
                    " WHERE device = $1 ORDER BY id DESC LIMIT $2)",
                    DB_ARGS(db_i64(device), db_i64(NETDEV_PINS_MAX - 1)), err);

    return rc < 0 ? rc : 0;
}

static int insert(struct db *db, int64_t device,
                  const struct netdev_shown *shown, bool approved, str by,
                  struct err *err)
{
    int rc = make_room(db, device, err);

    if (rc == 0)
        rc =
            db_run(db,
                   "INSERT INTO netdev_pin (device, kind, fingerprint, state,"
                   " first_seen, last_seen, decided, decided_by) VALUES"
                   " ($1, $2, $3, $4, $5, $5, $6, $7)"
                   " ON CONFLICT (device, kind, fingerprint) DO UPDATE SET"
                   " state = excluded.state, decided = excluded.decided,"
                   " decided_by = excluded.decided_by",
                   DB_ARGS(db_i64(device), db_text(shown->kind),
                           db_text(shown->fingerprint),
                           db_text(approved ? STR("approved") : STR("pending")),
                           db_i64(shown->now),
                           db_i64(approved ? shown->now : 0), db_text(by)),
                   err);
    return rc < 0 ? rc : 0;
}

int netdev_pin_is_first(struct db *db, int64_t device, str kind, bool *out,
                        struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM netdev_pin WHERE device = $1 AND"
                        " kind = $2",
                        DB_ARGS(db_i64(device), db_text(kind)), &n, err);

    if (rc == 0)
        *out = n == 0;
    return rc;
}

int netdev_pin_shown(struct db *db, int64_t device,
                     const struct netdev_shown *shown, struct err *err)
{
    bool trust = false;
    int rc = db_run(db,
                    "UPDATE netdev_pin SET last_seen = $4 WHERE device = $1"
                    " AND kind = $2 AND fingerprint = $3",
                    DB_ARGS(db_i64(device), db_text(shown->kind),
                            db_text(shown->fingerprint), db_i64(shown->now)),
                    err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    if (shown->trusted)
        rc = netdev_pin_is_first(db, device, shown->kind, &trust, err);
    if (rc == 0)
        rc = insert(db, device, shown, trust,
                    trust ? STR("first contact") : STR(""), err);
    return rc < 0 ? rc : !trust;
}

static int retire_others(struct db *db, int64_t device, int64_t pin,
                         int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE netdev_pin SET state = 'retired', decided = $3"
                    " WHERE device = $1 AND id <> $2 AND state = 'approved'"
                    " AND kind = (SELECT kind FROM netdev_pin WHERE id = $2)",
                    DB_ARGS(db_i64(device), db_i64(pin), db_i64(now)), err);

    return rc < 0 ? rc : 0;
}

int netdev_pin_decide(struct db *db, const struct scope *scope, int64_t device,
                      const struct netdev_verdict *verdict, int64_t now,
                      struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev_pin SET state = $3, decided = $4,"
        " decided_by = $5 WHERE device = $1 AND id = $2",
        DB_ARGS(db_i64(device), db_i64(verdict->pin),
                db_text(verdict->approved ? STR("approved") : STR("refused")),
                db_i64(now), db_text(scope->name)),
        err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no pin %lld",
                       (long long)verdict->pin);
    if (rc > 0 && verdict->approved && !verdict->beside)
        return retire_others(db, device, verdict->pin, now, err);
    return rc < 0 ? rc : 0;
}

static bool is_fingerprint(str text)
{
    if (!str_starts(text, STR("SHA256:")) || text.n < 20 ||
        text.n > NETDEV_FINGERPRINT_MAX)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] <= ' ' || text.p[i] > '~')
            return false;
    return true;
}

int netdev_pin_add(struct db *db, const struct scope *scope, int64_t device,
                   const struct netdev_shown *pin, struct err *err)
{
    if (!is_fingerprint(pin->fingerprint))
        return err_set(err, E_INVALID,
                       "a fingerprint is \"SHA256:...\", as ssh-keygen -l "
                       "prints it");
    return insert(db, device, pin, true, scope->name, err);
}
