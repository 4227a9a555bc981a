/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_fetch.h"

#include "base/digest.h"
#include "base/encode.h"
#include "netdev/servers/stage.h"
#include "trust/sign.h"

enum {
    SECRET_BYTES = 24,
    POLL_MINUTES_DEFAULT = 720, /* R-AUS-6 */
    RETRY_MINUTES_DEFAULT = 5,
    POLL_MAX = 35791,
};

#define COLUMNS                                                                \
    "d.id, d.org, n.server, s.kind, d.name, n.family, n.identity,"             \
    " COALESCE(f.event_id, ''), COALESCE(f.secret, ''),"                       \
    " COALESCE(f.poll_minutes, 720), COALESCE(f.retry_count, 0),"              \
    " COALESCE(f.retry_minutes, 5), COALESCE(f.last_seen, 0),"                 \
    " COALESCE(f.last_address, ''), COALESCE(f.facts, ''),"                    \
    " COALESCE(f.asked, ''), COALESCE(f.revision, 1)"
#define FROM                                                                   \
    " FROM device d JOIN netdev n ON n.device = d.id"                          \
    " JOIN netdev_server s ON s.id = n.server"                                 \
    " LEFT JOIN netdev_fetch f ON f.device = d.id"                             \
    " WHERE d.retired = 0 AND d.deleted = 0 AND "
#define SEEN "d.org = $1 AND " SCOPE_SQL

void fetchers_clear(struct fetchers *list)
{
    vec_clear(&list->all);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct fetcher *out)
{
    *out = (struct fetcher){
        .device = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .server = db_col_i64(rows, 2),
        .server_kind = netdev_server_kind_find(db_col_text(rows, 3)),
        .name = arena_str(arena, db_col_text(rows, 4)),
        .family = arena_str(arena, db_col_text(rows, 5)),
        .identity = arena_str(arena, db_col_text(rows, 6)),
        .event_id = arena_str(arena, db_col_text(rows, 7)),
        .secret = arena_str(arena, db_col_text(rows, 8)),
        .poll_minutes = db_col_i64(rows, 9),
        .retry_count = db_col_i64(rows, 10),
        .retry_minutes = db_col_i64(rows, 11),
        .last_seen = db_col_i64(rows, 12),
        .last_address = arena_str(arena, db_col_text(rows, 13)),
        .facts = arena_str(arena, db_col_text(rows, 14)),
        .asked = arena_str(arena, db_col_text(rows, 15)),
        .revision = db_col_i64(rows, 16),
    };
}

int fetcher_list(struct db *db, const struct scope *scope,
                 const struct netdev_range *range, struct arena *arena,
                 struct fetchers *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db, "SELECT " COLUMNS FROM SEEN " AND d.id > $3 ORDER BY d.id LIMIT $4",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(range->after), db_i64(range->limit)),
        &rows, err);

    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

int fetcher_get(struct db *db, const struct scope *scope, int64_t device,
                struct arena *arena, struct fetcher *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db, "SELECT " COLUMNS FROM SEEN " AND d.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(device)),
        DB_WANTED("fetching device", device), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

int fetcher_find(struct db *db, unsigned kinds, str identity,
                 struct arena *arena, struct fetchers *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    str names[NETDEV_SERVER_KINDS];
    int rc;

    if (identity.n == 0)
        return 0;
    for (size_t i = 0; i < NETDEV_SERVER_KINDS; i++)
        names[i] =
            (kinds >> i & 1) != 0 ? str_c(netdev_server_kinds[i]) : STR("");
    rc = db_query(db,
                  "SELECT " COLUMNS FROM
                  "n.identity = $1 AND s.kind IN ($2, $3, $4) ORDER BY d.id",
                  DB_ARGS(db_text(identity), db_text(names[0]),
                          db_text(names[1]), db_text(names[2])),
                  &rows, err);
    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

/* The row there is, or one with the defaults. */
static int ensure(struct db *db, int64_t device, struct err *err)
{
    int rc = db_run(db,
                    "INSERT INTO netdev_fetch (device, event_id, secret,"
                    " poll_minutes, retry_count, retry_minutes, last_seen,"
                    " last_address, facts, asked, revision)"
                    " VALUES ($1, '', '', $2, 0, $3, 0, '', '', '', 1)"
                    " ON CONFLICT (device) DO NOTHING",
                    DB_ARGS(db_i64(device), db_i64(POLL_MINUTES_DEFAULT),
                            db_i64(RETRY_MINUTES_DEFAULT)),
                    err);

    return rc < 0 ? rc : 0;
}

static int bad(const char **out_field, const char *field, const char *why,
               struct err *err)
{
    *out_field = field;
    return err_set(err, E_INVALID, "%s", why);
}

static bool is_poll(int64_t minutes, int64_t least)
{
    return minutes >= least && minutes <= POLL_MAX;
}

int fetcher_change(struct db *db, const struct scope *scope,
                   const struct fetcher *f, const char **out_field,
                   struct err *err)
{
    int64_t taken = 0;
    int rc;

    if (f->event_id.n > FETCH_IDENTITY_MAX)
        return bad(out_field, "event_id", "it has at most 200 bytes", err);
    if (!is_poll(f->poll_minutes, 1))
        return bad(out_field, "poll_minutes", "1 to 35791 (R-AUS-6)", err);
    if (!is_poll(f->retry_count, 0))
        return bad(out_field, "retry_count", "0 to 35791 (R-AUS-6)", err);
    if (!is_poll(f->retry_minutes, 1))
        return bad(out_field, "retry_minutes", "1 to 35791 (R-AUS-6)", err);
    rc = f->event_id.n == 0
             ? 1
             : db_one_i64(db,
                          "SELECT f.device FROM netdev_fetch f JOIN device d"
                          " ON d.id = f.device WHERE f.event_id = $1 AND"
                          " f.device <> $2 AND d.org = $3",
                          DB_ARGS(db_text(f->event_id), db_i64(f->device),
                                  db_i64(scope->org)),
                          &taken, err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return bad(out_field, "event_id", "another device has it (R-CNE-8)",
                   err);
    rc = ensure(db, f->device, err);
    if (rc == 0)
        rc = db_run(db,
                    "UPDATE netdev_fetch SET event_id = $2, poll_minutes = $3,"
                    " retry_count = $4, retry_minutes = $5,"
                    " revision = revision + 1 WHERE device = $1",
                    DB_ARGS(db_i64(f->device),
                            db_text(str_or_empty(f->event_id)),
                            db_i64(f->poll_minutes), db_i64(f->retry_count),
                            db_i64(f->retry_minutes)),
                    err);
    return rc < 0 ? rc : 0;
}

static void digest_hex(str text, char out[DIGEST_HEX_MAX])
{
    struct digest digest;

    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, text.p, text.n);
    digest_finish(&digest, out);
}

int fetcher_new_secret(struct db *db, const struct scope *scope, int64_t device,
                       struct arena *arena, str *out_secret, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(64);
    uint8_t bytes[SECRET_BYTES];
    char hash[DIGEST_HEX_MAX];
    int rc;

    (void)scope;
    trust_random(bytes, sizeof(bytes));
    base64url_add(&text, (str){ (const char *)bytes, sizeof(bytes) });
    digest_hex(buf_str(&text), hash);
    rc = ensure(db, device, err);
    if (rc == 0)
        rc = db_run(db,
                    "UPDATE netdev_fetch SET secret = $2,"
                    " revision = revision + 1 WHERE device = $1",
                    DB_ARGS(db_i64(device), db_text(str_c(hash))), err);
    if (rc < 0)
        return rc;
    *out_secret = arena_str(arena, buf_str(&text));
    return 0;
}

bool fetcher_is_secret(const struct fetcher *f, str secret)
{
    char hash[DIGEST_HEX_MAX];

    digest_hex(secret, hash);
    return f->secret.n > 0 && trust_equal(str_c(hash), f->secret);
}

int fetcher_may_move(struct db *db, int64_t device, int64_t server,
                     struct err *err)
{
    int64_t knows = 0;
    int rc;

    if (server == 0)
        return 0;
    /* Only who has been heard of at another server must be told. */
    rc = db_one_i64(
        db,
        "SELECT CASE WHEN s.kind = 'pnp' OR EXISTS (SELECT 1 FROM"
        " netdev_stage t WHERE t.device = n.device AND t.kind = $3 AND"
        " t.state = $4 AND t.masked LIKE '%auto-update server %' || s.address"
        " || '%' AND NOT EXISTS (SELECT 1 FROM netdev_stage u WHERE u.device ="
        " t.device AND u.kind = t.kind AND u.state = t.state AND u.id > t.id))"
        " THEN 1 ELSE 0 END FROM netdev n JOIN netdev_fetch f ON f.device ="
        " n.device AND f.last_seen > 0 AND f.secret <> '' JOIN netdev_server s"
        " ON s.id = $2 WHERE n.device = $1 AND n.server <> 0 AND n.server <>"
        " $2",
        DB_ARGS(db_i64(device), db_i64(server), db_i64(STAGE_CONFIG),
                db_i64(STAGE_CONFIRMED)),
        &knows, err);
    if (rc < 0)
        return rc;
    if (rc == 1 || knows != 0)
        return 0;
    return err_set(err, E_INVALID,
                   "first let the device fetch a configuration with the new "
                   "server's address from the old one (R-AUS-11)");
}

int fetcher_seen(struct db *db, const struct fetcher_seen *seen,
                 struct err *err)
{
    bool has_facts = seen->facts.n > 0 && seen->facts.n <= FETCH_FACTS_MAX;
    int rc = ensure(db, seen->device, err);

    if (rc == 0)
        rc = db_run(db,
                    "UPDATE netdev_fetch SET last_seen = $2,"
                    " last_address = $3, asked = $4,"
                    " facts = CASE WHEN $5 = '' THEN facts ELSE $5 END"
                    " WHERE device = $1",
                    DB_ARGS(db_i64(seen->device), db_i64(seen->now),
                            db_text(seen->address),
                            db_text(str_or_empty(seen->asked)),
                            db_text(has_facts ? seen->facts : STR(""))),
                    err);
    if (rc >= 0)
        rc = db_run(db,
                    "UPDATE netdev SET last_address = $2, last_contact = $3"
                    " WHERE device = $1",
                    DB_ARGS(db_i64(seen->device), db_text(seen->address),
                            db_i64(seen->now)),
                    err);
    if (rc >= 0)
        rc = db_run(db, "UPDATE device SET last_seen = $2 WHERE id = $1",
                    DB_ARGS(db_i64(seen->device), db_i64(seen->now)), err);
    return rc < 0 ? rc : 0;
}

/* --- requests --------------------------------------------------------------
 */

void fetch_requests_clear(struct fetch_requests *list)
{
    vec_clear(&list->all);
}

int fetch_request_add(struct db *db, const struct fetch_request *request,
                      struct err *err)
{
    int64_t id = 0;
    int64_t oldest = 0;
    int rc = db_one_i64(
        db,
        "INSERT INTO netdev_fetch_request (org, device, at, address, kind,"
        " identity, outcome, unknown, raw)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        DB_ARGS(db_i64(request->org), db_i64(request->device),
                db_i64(request->at), db_text(request->address),
                db_text(request->kind), db_text(request->identity),
                db_text(request->outcome), db_text(request->unknown),
                db_text(request->raw)),
        &id, err);

    if (rc < 0)
        return rc;
    rc = db_one_i64(db,
                    "SELECT id FROM netdev_fetch_request WHERE org = $1 AND"
                    " device = $2 ORDER BY id DESC LIMIT 1 OFFSET $3",
                    DB_ARGS(db_i64(request->org), db_i64(request->device),
                            db_i64(FETCH_REQUESTS_MAX)),
                    &oldest, err);
    if (rc == 0)
        rc = db_run(db,
                    "DELETE FROM netdev_fetch_request WHERE org = $1 AND"
                    " device = $2 AND id <= $3",
                    DB_ARGS(db_i64(request->org), db_i64(request->device),
                            db_i64(oldest)),
                    err);
    return rc < 0 ? rc : 0;
}

int fetch_request_list(struct db *db, const struct scope *scope,
                       const struct fetch_request_find *find,
                       struct arena *arena, struct fetch_requests *out,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT id, org, device, at, address, kind, identity, outcome,"
        " unknown, raw FROM netdev_fetch_request WHERE org = $1 AND"
        " device = $2 AND ($3 = 0 OR id < $3) ORDER BY id DESC LIMIT $4",
        DB_ARGS(db_i64(scope->org), db_i64(find->device), db_i64(find->before),
                db_i64(find->limit)),
        &rows, err);

    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) > 0)
        *vec_push(&out->all) = (struct fetch_request){
            .id = db_col_i64(rows, 0),
            .org = db_col_i64(rows, 1),
            .device = db_col_i64(rows, 2),
            .at = db_col_i64(rows, 3),
            .address = arena_str(arena, db_col_text(rows, 4)),
            .kind = arena_str(arena, db_col_text(rows, 5)),
            .identity = arena_str(arena, db_col_text(rows, 6)),
            .outcome = arena_str(arena, db_col_text(rows, 7)),
            .unknown = arena_str(arena, db_col_text(rows, 8)),
            .raw = arena_str(arena, db_col_text(rows, 9)),
        };
    return rc;
}
