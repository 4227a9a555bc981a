/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/device.h"

#include "base/utf8.h"
#include "fleet/cert.h"
#include "fleet/inventory.h"
#include "fleet/label.h"
#include "fleet/netdev_device.h"
#include "schedule/zone.h"

/* --- reading ---------------------------------------------------------- */
void device_read(struct db_rows *rows, struct device *out)
{
    struct query_device *q = &out->q;

    memset(out, 0, sizeof(*out));
    q->id = db_col_i64(rows, 0);
    q->name = db_col_text(rows, 1);
    q->hostname = db_col_text(rows, 2);
    q->kind = db_col_text(rows, 3);
    q->os_family = db_col_text(rows, 4);
    q->os_id = db_col_text(rows, 5);
    q->os_version = db_col_text(rows, 6);
    q->os_name = db_col_text(rows, 7);
    q->os_build = db_col_text(rows, 8);
    q->arch = db_col_text(rows, 9);
    q->kernel = db_col_text(rows, 10);
    q->manager = db_col_text(rows, 11);
    out->reported_zone = db_col_text(rows, 12);
    out->zone_set = db_col_text(rows, 13);
    q->time_zone = out->zone_set.n > 0 ? out->zone_set : out->reported_zone;
    q->agent_version = db_col_text(rows, 14);
    q->created = db_col_i64(rows, 15);
    q->last_seen = db_col_i64(rows, 16);
    q->last_inventory = db_col_i64(rows, 17);
    q->boot_time = db_col_i64(rows, 18);
    q->sessions = db_col_i64(rows, 19);
    out->org = db_col_i64(rows, 20);
    out->machine_id = db_col_text(rows, 21);
    out->notes = db_col_text(rows, 22);
    out->inventory_digest = db_col_blob(rows, 23);
    out->content_digest = db_col_blob(rows, 24);
    out->retired = db_col_i64(rows, 25);
    out->revision = db_col_i64(rows, 26);
    out->download = db_col_text(rows, 27);
}

void device_keep(struct device *device, struct arena *arena)
{
    struct query_device *q = &device->q;
    str *const texts[] = {
        &q->name,
        &q->hostname,
        &q->kind,
        &q->os_family,
        &q->os_id,
        &q->os_version,
        &q->os_name,
        &q->os_build,
        &q->arch,
        &q->kernel,
        &q->manager,
        &q->time_zone,
        &q->agent_version,
        &device->machine_id,
        &device->reported_zone,
        &device->zone_set,
        &device->notes,
        &device->inventory_digest,
        &device->content_digest,
        &device->download,
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = arena_str(arena, *texts[i]);
}

int device_get(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct device *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db,
        "SELECT " DEVICE_COLUMNS " FROM device d"
        " WHERE d.org = $1 AND " SCOPE_SQL " AND d.id = $3"
        " AND d.deleted = 0",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        DB_WANTED("device", id), &rows, err);

    if (rc < 0)
        return rc;
    device_read(rows, out);
    device_keep(out, arena);
    return 0;
}

/* --- writing ---------------------------------------------------------- */
static bool clean(str text, bool lines)
{
    if (utf8_valid(text) < text.n)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c == 0x7F || (c < 0x20 && !(lines && (c == '\n' || c == '\t'))))
            return false;
    }
    return true;
}

int device_check(const struct device_terms *terms, const char **out_field,
                 struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;

    *out_field = "name";
    if (terms->name.n == 0 || terms->name.n > DEVICE_NAME_MAX ||
        !clean(terms->name, false))
        return err_set(err, E_INVALID,
                       "a name has 1 to %d bytes of UTF-8 and no control "
                       "characters",
                       DEVICE_NAME_MAX);
    *out_field = "notes";
    if (terms->notes.n > DEVICE_NOTES_MAX || !clean(terms->notes, true))
        return err_set(err, E_INVALID,
                       "notes have at most %d bytes of UTF-8 and no control "
                       "characters but line ends",
                       DEVICE_NOTES_MAX);
    *out_field = "time_zone";
    if (terms->zone_set.n > 0)
        return zone_load(NULL, terms->zone_set, &zone, err);
    return 0;
}

static int insert_device(struct db *db, const struct scope *scope,
                         const struct device_terms *terms, int64_t now,
                         int64_t *out_id, struct err *err)
{
    return db_one_i64(
        db,
        "INSERT INTO device (org, name, kind, machine_id, os_id, os_version,"
        " os_name, arch, kernel, os_build, manager, time_zone, agent_version,"
        " created, last_seen, last_inventory, boot_time, sessions,"
        " policy_revision, retired, revision, time_zone_set, notes)"
        " VALUES ($1, $2, 'agentless', '', '', '', '', '', '', '', '', '', '',"
        " $3, 0, 0, 0, 0, 0, 0, 1, $4, $5) RETURNING id",
        DB_ARGS(db_i64(scope->org), db_text(terms->name), db_i64(now),
                db_text(terms->zone_set), db_text(terms->notes)),
        out_id, err);
}

int device_add(struct db *db, const struct scope *scope,
               const struct device_terms *terms, int64_t now, int64_t *out_id,
               struct err *err)
{
    const char *field = NULL;
    int64_t id = 0;
    int64_t limits = 1;
    int rc = device_check(terms, &field, err);

    if (rc == 0 && !scope->all_devices)
        rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM user_role ur"
                        " JOIN role_label rl ON rl.role = ur.role"
                        " JOIN label l ON l.id = rl.label"
                        " WHERE ur.app_user = $1 AND l.id = $2"
                        " AND l.kind = 'manual'",
                        DB_ARGS(db_i64(scope->user), db_i64(terms->label)),
                        &limits, err);
    if (rc == 0 && limits == 0)
        rc = err_set(err, E_PERM,
                     "name a manual label of your role, so that you see the "
                     "device");
    if (rc == 0)
        rc = insert_device(db, scope, terms, now, &id, err);
    if (rc == 0 && terms->label != 0)
        rc = label_member_first(db, scope, terms->label, id, now, err);
    if (rc == 0)
        rc = label_refresh_device(db, id, now, err);
    if (rc == 0)
        *out_id = id;
    return rc;
}

static int revoke(struct db *db, int64_t id, const char *why, int64_t now,
                  struct err *err)
{
    int rc = device_cert_revoke(db, id, str_c(why), now, err);

    return rc < 0 ? rc : 0;
}

int device_change(struct db *db, const struct scope *scope, int64_t id,
                  const struct device_terms *terms, int64_t now,
                  struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct device device;
    const char *field = NULL;
    int64_t retired;
    int rc = device_get(db, scope, id, &arena, &device, err);

    if (rc == 0)
        rc = device_check(terms, &field, err);
    if (rc < 0)
        return rc;
    retired = !terms->retired ? 0 : (device.retired > 0 ? device.retired : now);
    rc = db_run(db,
                "UPDATE device SET name = $2, time_zone_set = $3, notes = $4,"
                " retired = $5, revision = revision + 1 WHERE id = $1",
                DB_ARGS(db_i64(id), db_text(terms->name),
                        db_text(terms->zone_set), db_text(terms->notes),
                        db_i64(retired)),
                err);
    if (rc >= 0 && terms->retired && device.retired == 0)
        rc = revoke(db, id, "the device was retired", now, err);
    return rc < 0 ? rc : label_refresh_device(db, id, now, err);
}

int device_delete(struct db *db, const struct scope *scope, int64_t id,
                  int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct device device;
    int rc = device_get(db, scope, id, &arena, &device, err);

    if (rc == 0)
        rc = revoke(db, id, "the device was deleted", now, err);
    if (rc == 0)
        rc = inventory_remove(db, id, err);
    if (rc == 0)
        rc = db_run(db, "DELETE FROM device_label WHERE device = $1",
                    DB_ARGS(db_i64(id)), err);
    if (rc >= 0)
        rc = netdev_forget(db, id, err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM patch_scan WHERE device = $1",
                    DB_ARGS(db_i64(id)), err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM device_patch WHERE device = $1",
                    DB_ARGS(db_i64(id)), err);
    /* Without its machine id, the machine may enrol again as another. */
    if (rc >= 0)
        rc = db_run(db,
                    "UPDATE device SET deleted = $2, retired = $2,"
                    " machine_id = '', notes = '', inventory_digest = NULL,"
                    " revision = revision + 1 WHERE id = $1",
                    DB_ARGS(db_i64(id), db_i64(now)), err);
    return rc < 0 ? rc : 0;
}

/* --- labels ----------------------------------------------------------- */
void device_labels_clear(struct device_labels *labels)
{
    vec_clear(&labels->all);
}

int device_label_list(struct db *db, int64_t device, struct arena *arena,
                      struct device_labels *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT l.id, l.name, l.kind, dl.since"
                      " FROM device_label dl JOIN label l ON l.id = dl.label"
                      " WHERE dl.device = $1 ORDER BY l.name",
                      DB_ARGS(db_i64(device)), &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        struct device_label *label = vec_push(&out->all);

        label->label = db_col_i64(rows, 0);
        label->name = arena_str(arena, db_col_text(rows, 1));
        label->kind = arena_str(arena, db_col_text(rows, 2));
        label->since = db_col_i64(rows, 3);
    }
    return rc;
}

/* --- runs ------------------------------------------------------------- */
void device_runs_clear(struct device_runs *runs)
{
    vec_clear(&runs->all);
}

int device_run_list(struct db *db, const struct device_run_find *find,
                    struct arena *arena, struct device_runs *out,
                    struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT rd.run, c.name, r.cause, rd.state, r.started,"
                      " rd.due, rd.ended, rd.text FROM run_device rd"
                      " JOIN run r ON r.id = rd.run"
                      " JOIN configuration c ON c.id = r.configuration"
                      " WHERE rd.device = $1 AND ($2 = 0 OR rd.run < $2)"
                      " ORDER BY rd.run DESC LIMIT $3",
                      DB_ARGS(db_i64(find->device), db_i64(find->before),
                              db_i64(find->limit)),
                      &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        struct device_run *run = vec_push(&out->all);

        run->run = db_col_i64(rows, 0);
        run->configuration = arena_str(arena, db_col_text(rows, 1));
        run->cause = arena_str(arena, db_col_text(rows, 2));
        run->state = arena_str(arena, db_col_text(rows, 3));
        run->started = db_col_i64(rows, 4);
        run->due = db_col_i64(rows, 5);
        run->ended = db_col_i64(rows, 6);
        run->text = arena_str(arena, db_col_text(rows, 7));
    }
    return rc;
}

/* --- operating systems ------------------------------------------------ */
void os_rows_clear(struct os_rows *rows)
{
    vec_clear(&rows->all);
}

int device_os_list(struct db *db, const struct scope *scope,
                   struct arena *arena, struct os_rows *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT d.os_family, d.os_id, d.os_version, d.arch, d.os_build,"
        " MAX(d.os_name), COUNT(*) FROM device d WHERE d.org = $1 "
        "AND " SCOPE_SQL
        " AND d.deleted = 0 AND d.retired = 0 AND d.os_id <> ''"
        " GROUP BY d.os_family, d.os_id, d.os_version, d.arch, d.os_build"
        " ORDER BY d.os_family, d.os_id, d.os_version, d.arch, d.os_build",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope))), &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        struct os_row *row = vec_push(&out->all);

        row->family = arena_str(arena, db_col_text(rows, 0));
        row->id = arena_str(arena, db_col_text(rows, 1));
        row->version = arena_str(arena, db_col_text(rows, 2));
        row->arch = arena_str(arena, db_col_text(rows, 3));
        row->build = arena_str(arena, db_col_text(rows, 4));
        row->name = arena_str(arena, db_col_text(rows, 5));
        row->devices = db_col_i64(rows, 6);
    }
    return rc;
}
