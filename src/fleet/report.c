/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/report.h"

#include "base/jval.h"
#include "fleet/role.h"
#include "schedule/schedule.h"

enum {
    CLAIM_S = 300, /* longer than an errand takes */
    RETRY_S = 60,
};

#define COLUMNS                                                                \
    "id, org, name, report, query, format, language, schedule, zone, mail_to," \
    " webhook, secret, owner, enabled, last_due, next_try, tries, last_sent,"  \
    " last_result, revision, hooked"

void report_schedules_clear(struct report_schedules *list)
{
    vec_clear(&list->all);
}

/* --- Checking ------------------------------------------------------------ */

/* One address, without anything that could end a line or a list. */
static bool is_address(str text)
{
    size_t at = str_find_char(text, '@');

    if (at == 0 || at >= text.n - 1 || text.n > 254)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c <= ' ' || c == 0x7f || strchr("<>()[]\\,;:\"", c) != NULL ||
            (c == '@' && i != at))
            return false;
    }
    return true;
}

static int check_mail(str list, struct err *err)
{
    size_t n = 0;

    while (list.n > 0) {
        str one = str_trim(str_cut(&list, ','));

        if (!is_address(one) || ++n > REPORT_RECIPIENTS_MAX)
            return err_set(err, E_INVALID,
                           "mail_to must be at most %d addresses with commas "
                           "between",
                           REPORT_RECIPIENTS_MAX);
    }
    return 0;
}

static int check_schedule(struct report_schedule *r, struct arena *arena,
                          int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(SCHEDULE_TEXT_MAX);
    struct schedule schedule;
    int rc = schedule_parse(r->schedule, &schedule, err);

    if (rc == 0)
        rc = schedule_check(&schedule, now, err);
    if (rc < 0)
        return rc;
    if (schedule.type == SCHEDULE_EVERY && !schedule.is_anchored) {
        schedule.is_anchored = true;
        schedule.anchor = now - now % 60;
    }
    schedule_print(&schedule, &text);
    r->schedule = arena_str(arena, buf_str(&text));
    return buf_finish(&text, "the schedule", err);
}

static int zone_of(str name, struct zone **out, struct err *err)
{
    if (name.n == 0 || str_eq_c(name, "server"))
        return zone_load_local(ZONE_LOCAL_FILE, out, err);
    return zone_load(NULL, name, out, err);
}

static int check_way(const struct report_schedule *r, const char **out_field,
                     struct err *err)
{
    *out_field = "mail_to";
    if (r->mail_to.n == 0 && r->webhook.n == 0)
        return err_set(err, E_INVALID, "name an address or a webhook");
    *out_field = "webhook";
    if (r->webhook.n > 0 &&
        !str_eq_nocase(str_sub(r->webhook, 0, 8), STR("https://")))
        return err_set(err, E_INVALID, "a webhook must be https://");
    *out_field = "mail_to";
    return check_mail(r->mail_to, err);
}

int report_check(struct report_schedule *r, struct arena *arena, int64_t now,
                 const char **out_field, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    int rc;

    *out_field = "name";
    r->name = str_trim(r->name);
    if (r->name.n == 0 || r->name.n > REPORT_NAME_MAX)
        return err_set(err, E_INVALID, "name must have 1 to %d bytes",
                       REPORT_NAME_MAX);
    *out_field = "schedule";
    rc = check_schedule(r, arena, now, err);
    if (rc < 0)
        return rc;
    *out_field = "zone";
    rc = zone_of(r->zone, &zone, err);
    return rc < 0 ? rc : check_way(r, out_field, err);
}

/* --- Rows ---------------------------------------------------------------- */

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct report_schedule *r)
{
    str *texts[] = { &r->name,   &r->report,   &r->query,
                     &r->format, &r->language, &r->schedule,
                     &r->zone,   &r->mail_to,  &r->webhook };

    r->id = db_col_i64(rows, 0);
    r->org = db_col_i64(rows, 1);
    for (int i = 0; i < (int)COUNT(texts); i++)
        *texts[i] = arena_str(arena, db_col_text(rows, i + 2));
    r->secret = arena_str(arena, db_col_blob(rows, 11));
    r->owner = db_col_i64(rows, 12);
    r->enabled = db_col_i64(rows, 13) != 0;
    r->last_due = db_col_i64(rows, 14);
    r->next_try = db_col_i64(rows, 15);
    r->tries = db_col_i64(rows, 16);
    r->last_sent = db_col_i64(rows, 17);
    r->last_result = arena_str(arena, db_col_text(rows, 18));
    r->revision = db_col_i64(rows, 19);
    r->hooked = db_col_i64(rows, 20) != 0;
}

static int read_rows(struct db_rows *rows, struct arena *arena,
                     struct report_schedules *out, struct err *err)
{
    int rc;

    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

int report_get(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct report_schedule *out,
               struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db,
        "SELECT " COLUMNS " FROM report_schedule WHERE org = $1"
        " AND ($2 = 0 OR owner = $2) AND id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        DB_WANTED("report schedule", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

int report_list(struct db *db, const struct scope *scope,
                const struct report_find *find, struct arena *arena,
                struct report_schedules *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM report_schedule WHERE org = $1"
                      " AND ($2 = 0 OR owner = $2) AND id > $3 ORDER BY id"
                      " LIMIT $4",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                              db_i64(find->after), db_i64(find->limit)),
                      &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

/* --- Changing ------------------------------------------------------------ */

static int name_free(struct db *db, const struct scope *scope,
                     const struct report_schedule *r, struct err *err)
{
    int64_t others = 0;
    int64_t all = 0;
    int rc =
        db_one_i64(db,
                   "SELECT COUNT(*) FROM report_schedule WHERE org = $1"
                   " AND name = $2 AND id <> $3",
                   DB_ARGS(db_i64(scope->org), db_text(r->name), db_i64(r->id)),
                   &others, err);

    if (rc == 0)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM report_schedule WHERE org = $1",
                        DB_ARGS(db_i64(scope->org)), &all, err);
    if (rc < 0)
        return rc;
    if (others > 0)
        return err_set(err, E_INVALID,
                       "there is a report schedule called '%" PRIstr
                       "' already",
                       ARGstr(r->name));
    if (r->id == 0 && all >= REPORT_SCHEDULES_MAX)
        return err_set(err, E_INVALID, "there are %d report schedules already",
                       REPORT_SCHEDULES_MAX);
    return 0;
}

#define VALUES_OF(r)                                                           \
    db_text((r)->name), db_text((r)->report), db_text((r)->query),             \
        db_text((r)->format), db_text((r)->language), db_text((r)->schedule),  \
        db_text((r)->zone), db_text((r)->mail_to), db_text((r)->webhook),      \
        (r)->secret.n > 0 ? db_blob((r)->secret) : db_null(),                  \
        db_i64((r)->enabled)

int report_add(struct db *db, const struct scope *scope,
               struct report_schedule *r, int64_t now, struct err *err)
{
    int rc = name_free(db, scope, r, err);

    if (rc < 0)
        return rc;
    r->owner = scope->user;
    r->org = scope->org;
    r->revision = 1;
    return db_one_i64(
        db,
        "INSERT INTO report_schedule (name, report, query, format, language,"
        " schedule, zone, mail_to, webhook, secret, enabled, org, owner,"
        " last_due, last_result, revision) VALUES ($1, $2, $3, $4, $5, $6, $7,"
        " $8, $9, $10, $11, $12, $13, $14, '', 1) RETURNING id",
        DB_ARGS(VALUES_OF(r), db_i64(scope->org), db_i64(scope->user),
                db_i64(now)),
        &r->id, err);
}

int report_change(struct db *db, const struct scope *scope,
                  struct report_schedule *r, int64_t now, struct err *err)
{
    int rc = name_free(db, scope, r, err);

    if (rc < 0)
        return rc;
    r->owner = scope->user;
    r->revision++;
    rc = db_run(db,
                "UPDATE report_schedule SET name = $1, report = $2, query = $3,"
                " format = $4, language = $5, schedule = $6, zone = $7,"
                " mail_to = $8, webhook = $9, secret = $10, enabled = $11,"
                " owner = $12, last_due = $13, next_try = 0, tries = 0,"
                " revision = revision + 1 WHERE id = $14 AND org = $15",
                DB_ARGS(VALUES_OF(r), db_i64(scope->user), db_i64(now),
                        db_i64(r->id), db_i64(scope->org)),
                err);
    return rc < 0 ? rc : 0;
}

int report_remove(struct db *db, const struct scope *scope, int64_t id,
                  struct err *err)
{
    int rc = db_run(
        db,
        "DELETE FROM report_schedule WHERE org = $1"
        " AND ($2 = 0 OR owner = $2) AND id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no report schedule %lld",
                       (long long)id);
    return rc < 0 ? rc : 0;
}

int report_now(struct db *db, const struct scope *scope, int64_t id,
               int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE report_schedule SET next_try = $4, tries = 0,"
                    " hooked = 0"
                    " WHERE org = $1 AND ($2 = 0 OR owner = $2) AND id = $3",
                    DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                            db_i64(id), db_i64(now)),
                    err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no report schedule %lld",
                       (long long)id);
    return rc < 0 ? rc : 0;
}

/* --- Deliveries ---------------------------------------------------------- */

/* 1 when it came due. A clock that was set back is followed. */
static int is_due(const struct report_schedule *r, int64_t now, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    struct occurrence occurrence;
    struct schedule schedule;
    int rc;

    if (r->last_due > now)
        return 1;
    rc = schedule_parse(r->schedule, &schedule, err);
    if (rc == 0)
        rc = zone_of(r->zone, &zone, err);
    if (rc < 0)
        return rc;
    return schedule_due(&schedule, zone, r->last_due, now, &occurrence);
}

static int note_due(struct db *db, const struct report_schedule *r, int64_t now,
                    struct err *err)
{
    int64_t next_try = r->last_due > now ? r->next_try : now;
    int rc = db_run(db,
                    "UPDATE report_schedule SET last_due = $2, next_try = $3,"
                    " tries = 0, hooked = 0 WHERE id = $1 AND last_due = $4",
                    DB_ARGS(db_i64(r->id), db_i64(now), db_i64(next_try),
                            db_i64(r->last_due)),
                    err);

    return rc < 0 ? rc : 0;
}

int report_come_due(struct db *db, int64_t now, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(report_schedules_clear) struct report_schedules list = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM report_schedule"
                      " WHERE enabled = 1 ORDER BY id",
                      DB_NO_ARGS, &rows, err);

    if (rc == 0)
        rc = read_rows(rows, &arena, &list, err);
    for (size_t i = 0; rc >= 0 && i < list.all.n; i++) {
        /* One that cannot be read (a zone that is gone) holds up no other. */
        if (is_due(&list.all.p[i], now, NULL) > 0)
            rc = note_due(db, &list.all.p[i], now, err);
    }
    return rc < 0 ? rc : 0;
}

int report_waiting(struct db *db, int64_t now, struct arena *arena,
                   struct report_schedules *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM report_schedule"
                      " WHERE next_try > 0 AND next_try <= $1"
                      " ORDER BY next_try, id LIMIT 100",
                      DB_ARGS(db_i64(now)), &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

int report_claim(struct db *db, const struct report_schedule *r, int64_t now,
                 struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE report_schedule SET next_try = $3, tries = tries"
        " + 1 WHERE id = $1 AND next_try = $2",
        DB_ARGS(db_i64(r->id), db_i64(r->next_try), db_i64(now + CLAIM_S)),
        err);

    return rc < 0 ? rc : rc == 0;
}

int report_hooked(struct db *db, struct report_schedule *r, struct err *err)
{
    int rc = db_run(db, "UPDATE report_schedule SET hooked = 1 WHERE id = $1",
                    DB_ARGS(db_i64(r->id)), err);

    if (rc < 0)
        return rc;
    r->hooked = true;
    return 0;
}

int report_done(struct db *db, const struct report_schedule *r,
                const struct report_outcome *outcome, int64_t now,
                struct err *err)
{
    int64_t tries = r->tries + 1;
    bool again = outcome->again && !outcome->sent && tries < REPORT_TRIES;
    int64_t next_try = again ? now + ((int64_t)RETRY_S << (tries - 1)) : 0;
    int rc =
        db_run(db,
               "UPDATE report_schedule SET next_try = $2, last_result ="
               " $3, last_sent = CASE WHEN $4 = 1 THEN $5 ELSE last_sent"
               " END WHERE id = $1",
               DB_ARGS(db_i64(r->id), db_i64(next_try), db_text(outcome->text),
                       db_i64(outcome->sent), db_i64(now)),
               err);

    return rc < 0 ? rc : 0;
}

int report_scope(struct db *db, const struct report_schedule *r,
                 struct arena *arena, struct scope *out, const char **out_why,
                 struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct access access;
    int rc = db_query(db,
                      "SELECT login, disabled FROM app_user WHERE id = $1"
                      " AND org = $2",
                      DB_ARGS(db_i64(r->owner), db_i64(r->org)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    *out_why = rc == 0 ? "not sent: its owner is not there any more"
                       : "not sent: its owner is disabled";
    if (rc == 0 || db_col_i64(rows, 1) != 0)
        return 1;
    rc = access_of(db, r->owner, &access, err);
    if (rc < 0)
        return rc;
    *out = (struct scope){ .org = r->org,
                           .user = r->owner,
                           .permissions = access.permissions,
                           .all_devices = access.all_devices,
                           .name = arena_str(arena, db_col_text(rows, 0)) };
    *out_why = "not sent: its owner may not read reports any more";
    return scope_may(out, PERM_REPORT_READ) ? 0 : 1;
}
