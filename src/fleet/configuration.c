/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/configuration.h"

#include "base/clock.h"
#include "base/jval.h"
#include "fleet/target.h"
#include "schedule/schedule.h"

/* What this file knows; others share the table. */
#define KINDS "kind IN ('oval', 'scap')"

#define COLUMNS                                                                \
    "id, org, name, enabled, while_logged_off, targets, schedule, zone, nice," \
    " memory_mb, limit_s, enabled_at, last_due, created, revision, scheduled," \
    " wake, pack"

void configurations_clear(struct configurations *list)
{
    vec_clear(&list->all);
}

/* --- Checking ------------------------------------------------------------ */

static bool within(int64_t value, int64_t min, int64_t max)
{
    return value >= min && value <= max;
}

static int check_numbers(const struct configuration *c, const char **out_field,
                         struct err *err)
{
    if (!within(c->nice, 0, 19)) {
        *out_field = "nice";
        return err_set(err, E_INVALID, "nice must be 0 to 19");
    }
    if (!within(c->memory_mb, 0, 1 << 20) ||
        (c->memory_mb > 0 && c->memory_mb < 64)) {
        *out_field = "memory_mb";
        return err_set(err, E_INVALID,
                       "memory_mb must be 64 to 1048576, or 0 for no ceiling");
    }
    if (!within(c->limit_s, 0, 7 * 86400)) {
        *out_field = "limit_s";
        return err_set(err, E_INVALID,
                       "limit_s must be 1 to 604800 seconds, or 0 for none");
    }
    return 0;
}

static int check_zone(str zone, struct err *err)
{
    AUTO(zone_freep) struct zone *loaded = NULL;

    if (zone.n == 0 || str_eq_c(zone, "server"))
        return 0;
    return zone_load(NULL, zone, &loaded, err);
}

/* `every` counts from the time the configuration was enabled (K-SCH-9). */
static int check_schedule(struct configuration *c, struct arena *arena,
                          int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(SCHEDULE_TEXT_MAX);
    struct schedule schedule;
    int rc = schedule_parse(c->schedule, &schedule, err);

    if (rc == 0)
        rc = schedule_check(&schedule, now, err);
    if (rc < 0)
        return rc;
    if (schedule.type == SCHEDULE_EVERY && c->enabled_at != 0) {
        schedule.is_anchored = true;
        schedule.anchor = c->enabled_at;
    }
    c->scheduled = schedule.type != SCHEDULE_NONE;
    schedule_print(&schedule, &text);
    rc = buf_finish(&text, "the schedule", err);
    if (rc == 0)
        c->schedule = arena_str(arena, buf_str(&text));
    return rc;
}

int configuration_check(struct configuration *c, struct arena *arena,
                        int64_t now, const char **out_field, struct err *err)
{
    int rc;

    *out_field = "name";
    if (str_trim(c->name).n == 0 || c->name.n > CONFIGURATION_NAME_MAX)
        return err_set(err, E_INVALID, "name must have 1 to %d bytes",
                       CONFIGURATION_NAME_MAX);
    rc = check_numbers(c, out_field, err);
    if (rc < 0)
        return rc;
    *out_field = "zone";
    rc = check_zone(c->zone, err);
    if (rc < 0)
        return rc;
    *out_field = "schedule";
    rc = check_schedule(c, arena, now, err);
    if (rc < 0)
        return rc;
    *out_field = "targets";
    return target_check(c->targets, err);
}

/* --- Rows ---------------------------------------------------------------- */

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct configuration *out)
{
    out->id = db_col_i64(rows, 0);
    out->org = db_col_i64(rows, 1);
    out->name = arena_str(arena, db_col_text(rows, 2));
    out->enabled = db_col_i64(rows, 3) != 0;
    out->while_logged_off = db_col_i64(rows, 4) != 0;
    out->targets = arena_str(arena, db_col_text(rows, 5));
    out->schedule = arena_str(arena, db_col_text(rows, 6));
    out->zone = arena_str(arena, db_col_text(rows, 7));
    out->nice = db_col_i64(rows, 8);
    out->memory_mb = db_col_i64(rows, 9);
    out->limit_s = db_col_i64(rows, 10);
    out->enabled_at = db_col_i64(rows, 11);
    out->looked_at = db_col_i64(rows, 12);
    out->created = db_col_i64(rows, 13);
    out->revision = db_col_i64(rows, 14);
    out->scheduled = db_col_i64(rows, 15) != 0;
    out->wake = db_col_i64(rows, 16) != 0;
    out->pack = db_col_i64(rows, 17);
}

static int read_rows(struct db_rows *rows, struct arena *arena,
                     struct configurations *out, struct err *err)
{
    int rc;

    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

int configuration_get(struct db *db, const struct scope *scope, int64_t id,
                      struct arena *arena, struct configuration *out,
                      struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(db,
                    "SELECT " COLUMNS " FROM configuration"
                    " WHERE org = $1 AND id = $2 AND " KINDS,
                    DB_ARGS(db_i64(scope->org), db_i64(id)),
                    DB_WANTED("configuration", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

int configuration_list(struct db *db, const struct scope *scope,
                       const struct configuration_range *range,
                       struct arena *arena, struct configurations *out,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int64_t after = range != NULL ? range->after : 0;
    int64_t limit = range != NULL ? range->limit : INT32_MAX;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM configuration"
        " WHERE org = $1 AND id > $2 AND " KINDS " ORDER BY id LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_i64(after), db_i64(limit)), &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

int configuration_all_enabled(struct db *db, struct arena *arena,
                              struct configurations *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM configuration"
                      " WHERE enabled = 1 AND " KINDS " ORDER BY id",
                      DB_NO_ARGS, &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

static int name_taken(struct db *db, int rc, str name, struct err *err)
{
    if (rc == E_INVALID && db_is_conflict(db))
        return err_set(err, E_INVALID,
                       "there is a configuration called '%" PRIstr "' already",
                       ARGstr(name));
    return rc;
}

int configuration_add(struct db *db, const struct scope *scope,
                      struct configuration *c, int64_t now, struct err *err)
{
    int64_t enabled_at = c->enabled ? now : 0;
    int rc = db_one_i64(
        db,
        "INSERT INTO configuration (org, name, enabled,"
        " while_logged_off, targets, schedule, zone, nice, memory_mb,"
        " limit_s, enabled_at, last_due, created, revision, scheduled, wake,"
        " kind, pack)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1,"
        " $14, $15, $16, $17) RETURNING id",
        DB_ARGS(db_i64(scope->org), db_text(c->name), db_i64(c->enabled),
                db_i64(c->while_logged_off), db_text(c->targets),
                db_text(c->schedule), db_text(c->zone), db_i64(c->nice),
                db_i64(c->memory_mb), db_i64(c->limit_s), db_i64(enabled_at),
                db_i64(now), db_i64(now), db_i64(c->scheduled), db_i64(c->wake),
                db_text(c->pack == 0 ? STR("oval") : STR("scap")),
                db_i64(c->pack)),
        &c->id, err);

    if (rc < 0)
        return name_taken(db, rc, c->name, err);
    c->org = scope->org;
    c->enabled_at = enabled_at;
    c->looked_at = c->created = now;
    c->revision = 1;
    return 0;
}

int configuration_change(struct db *db, const struct scope *scope,
                         struct configuration *c, int64_t now, struct err *err)
{
    /* What came due while it was off, or before it was changed, is not made
     * up for: last_due moves to now. */
    int rc = db_run(
        db,
        "UPDATE configuration SET name = $3, enabled = $4,"
        " while_logged_off = $5, targets = $6, schedule = $7, zone = $8,"
        " nice = $9, memory_mb = $10, limit_s = $11, enabled_at = $12,"
        " last_due = $13, scheduled = $14, wake = $15, pack = $16, kind = $17,"
        " revision = revision + 1 WHERE org = $1 AND id = $2 AND " KINDS,
        DB_ARGS(db_i64(scope->org), db_i64(c->id), db_text(c->name),
                db_i64(c->enabled), db_i64(c->while_logged_off),
                db_text(c->targets), db_text(c->schedule), db_text(c->zone),
                db_i64(c->nice), db_i64(c->memory_mb), db_i64(c->limit_s),
                db_i64(c->enabled_at), db_i64(now), db_i64(c->scheduled),
                db_i64(c->wake), db_i64(c->pack),
                db_text(c->pack == 0 ? STR("oval") : STR("scap"))),
        err);

    if (rc < 0)
        return name_taken(db, rc, c->name, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no configuration %lld",
                       (long long)c->id);
    c->looked_at = now;
    c->revision++;
    return 0;
}

int configuration_disable(struct db *db, const struct scope *scope, int64_t id,
                          int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE configuration SET enabled = 0, last_due = $3,"
                    " revision = revision + 1 WHERE org = $1 AND id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(id), db_i64(now)), err);

    return rc < 0 ? rc : 0;
}

/* Runs stay as history and keep the configuration's row: it is only taken out
 * of every list, and its name becomes free. */
int configuration_remove(struct db *db, const struct scope *scope, int64_t id,
                         struct err *err)
{
    int rc = db_run(db,
                    "UPDATE configuration SET kind = 'removed', enabled = 0,"
                    " name = name || ' #' || CAST(id AS TEXT),"
                    " revision = revision + 1"
                    " WHERE org = $1 AND id = $2 AND " KINDS,
                    DB_ARGS(db_i64(scope->org), db_i64(id)), err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no configuration %lld",
                       (long long)id);
    return rc < 0 ? rc : 0;
}

int configuration_looked(struct db *db, int64_t id, int64_t at, struct err *err)
{
    int rc = db_run(db, "UPDATE configuration SET last_due = $2 WHERE id = $1",
                    DB_ARGS(db_i64(id), db_i64(at)), err);

    return rc < 0 ? rc : 0;
}

/* --- Labels -------------------------------------------------------------- */

int configuration_using_label(struct db *db, const struct scope *scope,
                              int64_t label, struct arena *arena,
                              struct configurations *out, struct err *err)
{
    struct configurations list = { 0 };
    int rc = configuration_list(db, scope, NULL, arena, &list, err);

    for (size_t i = 0; rc == 0 && i < list.all.n; i++) {
        if (target_names_label(list.all.p[i].targets, label))
            *vec_push(&out->all) = list.all.p[i];
    }
    configurations_clear(&list);
    return rc;
}
