/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_setup.h"

#include "fleet/target.h"

#define DEFAULT_PLACE 1000000
#define ALL_SYSTEMS STR("{\"systems\":[\"\"]}")

#define COLUMNS                                                                \
    "c.id, c.org, c.name, c.built_in, c.place, c.version, c.deployed,"         \
    " c.deployed_at, c.deployed_by, c.asked, c.asked_by, c.archived,"          \
    " c.targets, c.saved, c.saved_by, c.created, c.looked_at, c.revision,"     \
    " v.settings"
#define NEWEST                                                                 \
    " FROM patch_configuration c JOIN patch_configuration_version v"           \
    " ON v.configuration = c.id AND v.version = c.version"
#define IN_FORCE                                                               \
    " FROM patch_configuration c JOIN patch_configuration_version v"           \
    " ON v.configuration = c.id AND v.version = c.deployed"

void patch_setups_clear(struct patch_setups *setups)
{
    vec_clear(&setups->all);
}

/* --- Rows
 * ---------------------------------------------------------------------- */

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct patch_setup *out)
{
    *out = (struct patch_setup){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .name = arena_str(arena, db_col_text(rows, 2)),
        .built_in = db_col_i64(rows, 3) != 0,
        .place = db_col_i64(rows, 4),
        .version = db_col_i64(rows, 5),
        .deployed = db_col_i64(rows, 6),
        .deployed_at = db_col_i64(rows, 7),
        .deployed_by = arena_str(arena, db_col_text(rows, 8)),
        .asked = db_col_i64(rows, 9),
        .asked_by = arena_str(arena, db_col_text(rows, 10)),
        .archived = db_col_i64(rows, 11),
        .targets = arena_str(arena, db_col_text(rows, 12)),
        .saved = db_col_i64(rows, 13),
        .saved_by = arena_str(arena, db_col_text(rows, 14)),
        .created = db_col_i64(rows, 15),
        .looked_at = db_col_i64(rows, 16),
        .revision = db_col_i64(rows, 17),
        .settings = arena_str(arena, db_col_text(rows, 18)),
    };
}

static int read_rows(struct db_rows *rows, struct arena *arena,
                     struct patch_setups *out, struct err *err)
{
    int rc;

    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

static int absent(int64_t id, struct err *err)
{
    return err_set(err, E_ABSENT, "there is no patch configuration %lld",
                   (long long)id);
}

/* What changed one row; nothing changed means that there is none. */
static int changed(int rc, int64_t id, struct err *err)
{
    if (rc == 0)
        return absent(id, err);
    return rc < 0 ? rc : 0;
}

int patch_setup_get(struct db *db, const struct scope *scope, int64_t id,
                    struct arena *arena, struct patch_setup *out,
                    struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db, "SELECT " COLUMNS NEWEST " WHERE c.org = $1 AND c.id = $2",
                 DB_ARGS(db_i64(scope->org), db_i64(id)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : absent(id, err);
    read_row(rows, arena, out);
    return 0;
}

int patch_setup_list(struct db *db, const struct scope *scope, bool archived,
                     struct arena *arena, struct patch_setups *out,
                     struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db,
                 "SELECT " COLUMNS NEWEST " WHERE c.org = $1"
                 " AND ($2 = 1 OR c.archived = 0)"
                 " ORDER BY c.deployed_at DESC, c.id",
                 DB_ARGS(db_i64(scope->org), db_i64(archived)), &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

int patch_setup_in_force(struct db *db, int64_t org, struct arena *arena,
                         struct patch_setups *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS IN_FORCE " WHERE ($1 = 0 OR c.org = $1)"
                      " AND c.archived = 0 AND c.deployed > 0"
                      " ORDER BY c.org, c.place, c.id",
                      DB_ARGS(db_i64(org)), &rows, err);

    return rc < 0 ? rc : read_rows(rows, arena, out, err);
}

/* --- Versions
 * -------------------------------------------------------------------- */

static int add_version(struct db *db, const struct patch_setup *setup,
                       struct err *err)
{
    int rc = db_run(db,
                    "INSERT INTO patch_configuration_version (configuration,"
                    " version, at, author, settings)"
                    " VALUES ($1, $2, $3, $4, $5)",
                    DB_ARGS(db_i64(setup->id), db_i64(setup->version),
                            db_i64(setup->saved), db_text(setup->saved_by),
                            db_text(setup->settings)),
                    err);

    return rc < 0 ? rc : 0;
}

static void read_version(struct db_rows *rows, struct arena *arena,
                         struct patch_version *out)
{
    out->version = db_col_i64(rows, 0);
    out->at = db_col_i64(rows, 1);
    out->author = arena_str(arena, db_col_text(rows, 2));
    out->settings = arena_str(arena, db_col_text(rows, 3));
}

int patch_setup_version(struct db *db, int64_t id, int64_t version,
                        struct arena *arena, struct patch_version *out,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT version, at, author, settings"
                      " FROM patch_configuration_version"
                      " WHERE configuration = $1 AND version = $2",
                      DB_ARGS(db_i64(id), db_i64(version)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no version %lld",
                       (long long)version);
    if (rc > 0)
        read_version(rows, arena, out);
    return rc < 0 ? rc : 0;
}

int patch_setup_versions(struct db *db, int64_t id, struct arena *arena,
                         struct patch_versions *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT version, at, author, settings"
                      " FROM patch_configuration_version"
                      " WHERE configuration = $1 ORDER BY version DESC",
                      DB_ARGS(db_i64(id)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_version(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

/* --- Changing
 * -------------------------------------------------------------------- */

static int name_taken(struct db *db, int rc, str name, struct err *err)
{
    if (rc == E_INVALID && db_is_conflict(db))
        return err_set(err, E_INVALID,
                       "there is a patch configuration called '%" PRIstr
                       "' already",
                       ARGstr(name));
    return rc;
}

static int check_count(struct db *db, int64_t org, struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM patch_configuration"
                        " WHERE org = $1",
                        DB_ARGS(db_i64(org)), &n, err);

    if (rc == 0 && n >= PATCH_SETUPS_MAX)
        return err_set(err, E_INVALID,
                       "an organisation has at most %d patch configurations",
                       PATCH_SETUPS_MAX);
    return rc;
}

int patch_setup_add(struct db *db, const struct scope *scope,
                    struct patch_setup *setup, int64_t now, struct err *err)
{
    int rc = check_count(db, scope->org, err);

    if (rc < 0)
        return rc;
    setup->org = scope->org;
    setup->saved = setup->created = setup->looked_at = now;
    setup->saved_by = scope->name;
    setup->version = setup->revision = 1;
    rc = db_one_i64(
        db,
        "INSERT INTO patch_configuration (org, name, built_in, place, version,"
        " deployed, deployed_at, deployed_by, asked, asked_by, archived,"
        " targets, saved, saved_by, created, looked_at, revision)"
        " VALUES ($1, $2, $3, $4, 1, 0, 0, '', 0, '', 0, $5, $6, $7, $6, $6,"
        " 1) RETURNING id",
        DB_ARGS(db_i64(setup->org), db_text(setup->name),
                db_i64(setup->built_in), db_i64(setup->place),
                db_text(setup->targets), db_i64(now), db_text(scope->name)),
        &setup->id, err);
    if (rc < 0)
        return name_taken(db, rc, setup->name, err);
    return add_version(db, setup, err);
}

int patch_setup_seed(struct db *db, int64_t org, int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(PATCH_SETUP_SETTINGS_MAX);
    struct patch_configuration settings = patch_configuration_default();
    struct patch_setup setup = { .name = settings.name,
                                 .built_in = true,
                                 .place = DEFAULT_PLACE,
                                 .targets = ALL_SYSTEMS };
    struct scope scope = scope_system(org);
    int64_t there = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM patch_configuration"
                        " WHERE org = $1 AND built_in = 1",
                        DB_ARGS(db_i64(org)), &there, err);

    if (rc < 0 || there > 0)
        return rc;
    patch_configuration_print(&settings, &text);
    rc = buf_finish(&text, "the default configuration", err);
    setup.settings = buf_str(&text);
    return rc < 0 ? rc : patch_setup_add(db, &scope, &setup, now, err);
}

int patch_setup_save(struct db *db, const struct scope *scope,
                     struct patch_setup *setup, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_setup was;
    int rc = patch_setup_get(db, scope, setup->id, &arena, &was, err);
    bool differs;

    if (rc < 0)
        return rc;
    differs = !str_eq(was.settings, setup->settings);
    setup->version = was.version + differs;
    setup->saved = now;
    setup->saved_by = scope->name;
    rc = db_run(db,
                "UPDATE patch_configuration SET name = $3, place = $4,"
                " targets = $5, version = $6, saved = $7, saved_by = $8,"
                " revision = revision + 1 WHERE org = $1 AND id = $2",
                DB_ARGS(db_i64(scope->org), db_i64(setup->id),
                        db_text(setup->name), db_i64(setup->place),
                        db_text(setup->targets), db_i64(setup->version),
                        db_i64(now), db_text(scope->name)),
                err);
    if (rc < 0)
        return name_taken(db, rc, setup->name, err);
    setup->revision = was.revision + 1;
    return differs ? add_version(db, setup, err) : 0;
}

int patch_setup_deploy(struct db *db, const struct scope *scope, int64_t id,
                       int64_t version, int64_t now, struct err *err)
{
    /* What came due before it was in force is not made up for (P-MIS-3). */
    int rc = db_run(db,
                    "UPDATE patch_configuration SET deployed = $3,"
                    " deployed_at = CASE WHEN $3 > 0 THEN $4 ELSE deployed_at"
                    " END, deployed_by = $5, asked = 0, asked_by = '',"
                    " looked_at = $4, revision = revision + 1"
                    " WHERE org = $1 AND id = $2 AND archived = 0"
                    " AND version >= $3",
                    DB_ARGS(db_i64(scope->org), db_i64(id), db_i64(version),
                            db_i64(now), db_text(scope->name)),
                    err);

    return changed(rc, id, err);
}

int patch_setup_ask(struct db *db, const struct scope *scope, int64_t id,
                    int64_t version, int64_t now UNUSED, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE patch_configuration SET asked = $3, asked_by = $4,"
                    " revision = revision + 1 WHERE org = $1 AND id = $2"
                    " AND archived = 0 AND version >= $3",
                    DB_ARGS(db_i64(scope->org), db_i64(id), db_i64(version),
                            db_text(scope->name)),
                    err);

    return changed(rc, id, err);
}

int patch_setup_archive(struct db *db, const struct scope *scope, int64_t id,
                        bool archived, int64_t now, struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE patch_configuration SET archived = $3,"
        " deployed = 0, asked = 0, asked_by = '',"
        " revision = revision + 1 WHERE org = $1 AND id = $2",
        DB_ARGS(db_i64(scope->org), db_i64(id), db_i64(archived ? now : 0)),
        err);

    return changed(rc, id, err);
}

int patch_setup_remove(struct db *db, const struct scope *scope, int64_t id,
                       struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_setup setup;
    int rc = patch_setup_get(db, scope, id, &arena, &setup, err);

    if (rc < 0)
        return rc;
    if (setup.built_in || setup.deployed_at != 0)
        return err_set(err, E_INVALID, "'%" PRIstr "' %s; archive it instead",
                       ARGstr(setup.name),
                       setup.built_in ? "is built in" : "has been in force");
    rc = db_run(db, "DELETE FROM patch_approval WHERE configuration = $1",
                DB_ARGS(db_i64(id)), err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM patch_rollout WHERE configuration = $1",
                    DB_ARGS(db_i64(id)), err);
    if (rc >= 0)
        rc = db_run(db,
                    "DELETE FROM patch_configuration_version"
                    " WHERE configuration = $1",
                    DB_ARGS(db_i64(id)), err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM patch_configuration WHERE id = $1",
                    DB_ARGS(db_i64(id)), err);
    return rc < 0 ? rc : 0;
}

int patch_setup_looked(struct db *db, int64_t id, int64_t at, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE patch_configuration SET looked_at = $2"
                    " WHERE id = $1",
                    DB_ARGS(db_i64(id), db_i64(at)), err);

    return rc < 0 ? rc : 0;
}

/* --- For whom
 * -------------------------------------------------------------------- */

int patch_setup_of_device(struct db *db, int64_t device, struct arena *arena,
                          struct patch_setup *out, struct err *err)
{
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    int64_t org = 0;
    int rc = db_one_i64(db, "SELECT org FROM device WHERE id = $1",
                        DB_ARGS(db_i64(device)), &org, err);

    if (rc == 1)
        return err_set(err, E_ABSENT, "there is no device %lld",
                       (long long)device);
    if (rc == 0)
        rc = patch_setup_in_force(db, org, arena, &all, err);
    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        rc = target_has(db, org, all.all.p[i].targets, device, err);
        if (rc > 0) {
            *out = all.all.p[i];
            return 0;
        }
    }
    return rc < 0 ? rc : 1;
}

static int by_id(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static void take_away(struct target_set *from, const struct target_set *what)
{
    size_t n = 0;

    for (size_t i = 0; i < from->devices.n; i++) {
        int64_t device = from->devices.p[i];

        if (what->devices.n == 0 ||
            bsearch(&device, what->devices.p, what->devices.n, sizeof(int64_t),
                    by_id) == NULL)
            from->devices.p[n++] = device;
    }
    from->devices.n = n;
}

/* Network devices have no packages of ours to patch. */
static int take_away_network(struct db *db, int64_t org, struct target_set *out,
                             struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(target_set_clear) struct target_set network = { 0 };
    int rc = db_query(db,
                      "SELECT id FROM device WHERE org = $1"
                      " AND kind = 'network' ORDER BY id",
                      DB_ARGS(db_i64(org)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&network.devices) = db_col_i64(rows, 0);
        rc = 0;
    }
    take_away(out, &network);
    return rc;
}

int patch_setup_reach(struct db *db, const struct scope *scope,
                      const struct patch_setup *setup, int64_t now,
                      struct target_set *out, struct err *err)
{
    int rc = target_resolve(db, scope, setup->targets, now, out, err);

    return rc < 0 ? rc : take_away_network(db, scope->org, out, err);
}

int patch_setup_devices(struct db *db, const struct scope *scope,
                        const struct patch_setup *setup, int64_t now,
                        struct target_set *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    int rc = patch_setup_reach(db, scope, setup, now, out, err);

    if (rc == 0)
        rc = patch_setup_in_force(db, scope->org, &arena, &all, err);
    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        const struct patch_setup *other = &all.all.p[i];
        struct target_set theirs = { 0 };

        if (other->id == setup->id)
            continue;
        if (other->place > setup->place ||
            (other->place == setup->place && other->id > setup->id))
            break;
        rc = target_resolve(db, scope, other->targets, now, &theirs, err);
        if (rc == 0)
            take_away(out, &theirs);
        target_set_clear(&theirs);
    }
    return rc;
}

int patch_setup_uptake(struct db *db, const struct scope *scope,
                       const struct patch_setup *setup,
                       struct patch_uptake *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN p.version = $4"
        " AND p.taken = p.revision THEN 1 ELSE 0 END), 0) FROM device_patch p"
        " JOIN device d ON d.id = p.device WHERE d.org = $1 AND " SCOPE_SQL
        " AND p.configuration = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(setup->id), db_i64(setup->deployed)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc;
    out->devices = db_col_i64(rows, 0);
    out->taken = db_col_i64(rows, 1);
    return 0;
}

/* --- Who uses what
 * ------------------------------------------------------------------ */

static bool names_it(const struct patch_texts *texts, str group)
{
    for (size_t i = 0; i < texts->n; i++)
        if (str_eq(texts->p[i], group))
            return true;
    return false;
}

static bool uses_group(const struct patch_configuration *settings, str group)
{
    for (int os = 0; os < PATCH_OSES; os++) {
        for (int kind = 0; kind < PATCH_TASKS; kind++) {
            const struct patch_options *o = &settings->task[os][kind].deploy;

            if (names_it(&o->include, group) || names_it(&o->exclude, group))
                return true;
        }
    }
    return false;
}

static int check_uses(const struct patch_setups *all, str group,
                      struct err *err)
{
    for (size_t i = 0; i < all->all.n; i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct patch_configuration settings;
        int rc = patch_configuration_parse(all->all.p[i].settings, 0, &arena,
                                           &settings, err);

        if (rc < 0)
            return rc;
        if (uses_group(&settings, group))
            return err_set(err, E_INVALID,
                           "the patch configuration '%" PRIstr
                           "' names the group '%" PRIstr "'",
                           ARGstr(all->all.p[i].name), ARGstr(group));
    }
    return 0;
}

int patch_setup_acting(struct db *db, int64_t org, str group,
                       struct arena *arena, struct patch_setups *out,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM patch_configuration c"
                      " JOIN patch_configuration_version v"
                      " ON v.configuration = c.id"
                      " AND v.version IN (c.deployed, c.asked)"
                      " WHERE c.org = $1 AND c.archived = 0 ORDER BY c.id",
                      DB_ARGS(db_i64(org)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        struct patch_configuration settings;
        struct patch_setup setup;

        read_row(rows, arena, &setup);
        rc =
            patch_configuration_parse(setup.settings, 0, arena, &settings, err);
        if (rc == 0 && uses_group(&settings, group))
            *vec_push(&out->all) = setup;
    }
    return rc;
}

int patch_setup_uses_group(struct db *db, int64_t org, str group,
                           struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(patch_setups_clear) struct patch_setups newest = { 0 };
    AUTO(patch_setups_clear) struct patch_setups acting = { 0 };
    struct scope scope = scope_system(org);
    int rc = patch_setup_list(db, &scope, true, &arena, &newest, err);

    if (rc == 0)
        rc = patch_setup_acting(db, org, group, &arena, &acting, err);
    if (rc == 0)
        rc = check_uses(&newest, group, err);
    return rc < 0 ? rc : check_uses(&acting, group, err);
}

int patch_setup_uses_label(struct db *db, int64_t org, int64_t label,
                           struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    int rc = patch_setup_in_force(db, org, &arena, &all, err);

    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        if (target_names_label(all.all.p[i].targets, label))
            return err_set(err, E_INVALID,
                           "the patch configuration '%" PRIstr
                           "' is in force for it",
                           ARGstr(all.all.p[i].name));
    }
    return rc;
}
