/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/target.h"

#include <stdlib.h>

#include "base/jval.h"
#include "fleet/label.h"

enum {
    LEVELS = 5, /* family, id, version, architecture, build */
};

struct system {
    size_t n;
    str parts[LEVELS];
};

struct target {
    struct arena arena;
    VEC(int64_t) labels; /* ascending */
    VEC(int64_t) devices;
    VEC(struct system) systems;
    int64_t user;
};

static void target_clear(struct target *target)
{
    vec_clear(&target->labels);
    vec_clear(&target->devices);
    vec_clear(&target->systems);
    arena_clear(&target->arena);
}

void target_set_clear(struct target_set *set)
{
    vec_clear(&set->devices);
}

/* --- reading ---------------------------------------------------------- */
struct ids {
    VEC(int64_t) all;
};

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static size_t sort_ids(int64_t *ids, size_t n)
{
    size_t kept = 0;

    if (n > 1)
        qsort(ids, n, sizeof(*ids), by_number);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || ids[kept - 1] != ids[i])
            ids[kept++] = ids[i];
    return kept;
}

static int read_ids(const struct jval *list, const char *name, size_t max,
                    struct ids *out, struct err *err)
{
    if (list != NULL && jval_kind(list) != JVAL_ARRAY)
        return err_set(err, E_INVALID, "targets.%s: expected a list of ids",
                       name);
    if (list != NULL && jval_count(list) > max)
        return err_set(err, E_INVALID, "targets.%s: at most %zu", name, max);
    for (size_t i = 0; list != NULL && i < jval_count(list); i++) {
        int64_t id = jval_i64(jval_at(list, i), 0);

        if (id <= 0)
            return err_set(err, E_INVALID, "targets.%s: element %zu is no id",
                           name, i + 1);
        *vec_push(&out->all) = id;
    }
    out->all.n = sort_ids(out->all.p, out->all.n);
    return 0;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode(str text, struct arena *arena, str *out)
{
    char *p = arena_alloc(arena, text.n + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '%') {
            if (i + 2 >= text.n || hex(text.p[i + 1]) < 0 ||
                hex(text.p[i + 2]) < 0)
                return false;
            c = (char)(hex(text.p[i + 1]) * 16 + hex(text.p[i + 2]));
            i += 2;
        }
        p[n++] = c;
    }
    *out = (str){ p, n };
    return true;
}

static int read_system(const struct jval *value, size_t index,
                       struct target *target, struct err *err)
{
    struct system *system = vec_push(&target->systems);
    str path = jval_text(value, STR_NONE);

    if (path.p == NULL || path.n > TARGET_SYSTEM_MAX)
        return err_set(err, E_INVALID,
                       "targets.systems: element %zu is no path", index + 1);
    while (path.n > 0) {
        bool more = str_find_char(path, '/') < path.n;
        str part = str_cut(&path, '/');

        if (system->n == LEVELS || (more && path.n == 0) ||
            !decode(part, &target->arena, &system->parts[system->n++]))
            return err_set(err, E_INVALID,
                           "targets.systems: element %zu is no path "
                           "family/id/version/architecture/build",
                           index + 1);
    }
    return 0;
}

static int read_systems(const struct jval *list, struct target *target,
                        struct err *err)
{
    int rc = 0;

    if (list != NULL && jval_kind(list) != JVAL_ARRAY)
        return err_set(err, E_INVALID,
                       "targets.systems: expected a list of paths");
    if (jval_count(list) == 0)
        return err_set(err, E_INVALID,
                       "targets.systems: choose at least one operating system");
    if (jval_count(list) > TARGET_SYSTEMS_MAX)
        return err_set(err, E_INVALID, "targets.systems: at most %d",
                       TARGET_SYSTEMS_MAX);
    for (size_t i = 0; rc == 0 && i < jval_count(list); i++)
        rc = read_system(jval_at(list, i), i, target, err);
    return rc;
}

static int check_members(const struct jval *tree, struct err *err)
{
    static const char *const known[] = { "labels", "devices", "systems",
                                         "user" };
    struct jval *value = NULL;
    str key;

    if (jval_kind(tree) != JVAL_OBJECT)
        return err_set(err, E_INVALID, "targets: expected an object");
    for (size_t i = 0; jval_member(tree, i, &key, &value); i++) {
        bool found = false;

        for (size_t k = 0; k < COUNT(known); k++)
            found = found || str_eq_c(key, known[k]);
        if (!found)
            return err_set(err, E_INVALID,
                           "targets.%" PRIstr ": there is no such member",
                           ARGstr(key));
    }
    return 0;
}

static int read_tree(const struct jval *tree, struct target *out,
                     struct err *err)
{
    struct ids labels = { 0 };
    struct ids devices = { 0 };
    int rc = check_members(tree, err);

    if (rc == 0)
        rc = read_ids(jval_get(tree, "labels"), "labels", TARGET_LABELS_MAX,
                      &labels, err);
    if (rc == 0)
        rc = read_ids(jval_get(tree, "devices"), "devices", TARGET_DEVICES_MAX,
                      &devices, err);
    out->labels.p = labels.all.p;
    out->labels.n = labels.all.n;
    out->devices.p = devices.all.p;
    out->devices.n = devices.all.n;
    out->user = jval_i64(jval_get(tree, "user"), 0);
    return rc < 0 ? rc : read_systems(jval_get(tree, "systems"), out, err);
}

static int target_read(str text, struct target *out, struct err *err)
{
    struct jval *tree = NULL;
    int rc = jval_parse(text, TARGET_TEXT_MAX, &tree, err);

    if (rc < 0)
        return err_wrap(err, E_INVALID, "targets");
    rc = read_tree(tree, out, err);
    jval_free(tree);
    return rc;
}

int target_check(str targets, struct err *err)
{
    AUTO(target_clear) struct target target = { 0 };

    return target_read(targets, &target, err);
}

bool target_names_label(str targets, int64_t label)
{
    AUTO(target_clear) struct target target = { 0 };

    if (target_read(targets, &target, NULL) < 0)
        return false;
    for (size_t i = 0; i < target.labels.n; i++)
        if (target.labels.p[i] == label)
            return true;
    return false;
}

bool target_is_all(str targets)
{
    AUTO(target_clear) struct target target = { 0 };

    return target_read(targets, &target, NULL) == 0 && target.labels.n == 0 &&
           target.devices.n == 0;
}

int target_limit(const struct scope *scope, str targets, struct arena *arena,
                 str *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(TARGET_TEXT_MAX);
    struct jval *tree = NULL;
    int rc = jval_parse(targets, TARGET_TEXT_MAX, &tree, err);

    if (rc < 0)
        return err_wrap(err, E_INVALID, "targets");
    jval_remove(tree, "user");
    if (!scope->all_devices)
        jval_set_i64(tree, "user", scope->user);
    jval_print(tree, &text);
    jval_free(tree);
    rc = buf_finish(&text, "targets", err);
    if (rc == 0)
        *out = arena_str(arena, buf_str(&text));
    return rc;
}

int64_t target_user(str targets)
{
    AUTO(jval_freep) struct jval *tree = NULL;

    if (jval_parse(targets, TARGET_TEXT_MAX, &tree, NULL) < 0)
        return 0;
    return jval_i64(jval_get(tree, "user"), 0);
}

void target_path_add(struct buf *path, str part)
{
    if (path->n > 0)
        buf_add_char(path, '/');
    for (size_t i = 0; i < part.n; i++) {
        if (part.p[i] == '/')
            buf_add_c(path, "%2F");
        else if (part.p[i] == '%')
            buf_add_c(path, "%25");
        else
            buf_add_char(path, part.p[i]);
    }
}

/* --- resolving -------------------------------------------------------- */

/* $1 org, $2 the limit of who asks, $3 the limit of who saved. */
#define TARGET_SQL                                                             \
    "d.org = $1 AND d.retired = 0 AND d.deleted = 0 AND " SCOPE_SQL            \
    " AND ($3 = 0 OR EXISTS (SELECT 1 FROM user_role ou"                       \
    " JOIN role_label ol ON ol.role = ou.role"                                 \
    " JOIN device_label om ON om.label = ol.label"                             \
    " WHERE ou.app_user = $3 AND om.device = d.id))"
#define TARGET_COLUMNS                                                         \
    "d.id, d.os_family, d.os_id, d.os_version, d.arch, d.os_build"

static bool runs_system(const struct target *target, struct db_rows *rows)
{
    for (size_t i = 0; i < target->systems.n; i++) {
        const struct system *system = &target->systems.p[i];
        size_t level = 0;

        while (level < system->n &&
               str_eq(system->parts[level], db_col_text(rows, (int)level + 1)))
            level++;
        if (level == system->n)
            return true;
    }
    return false;
}

struct collection {
    const struct target *target;
    struct target_set *set;
};

static int collect(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    struct collection *c = ctx;

    if (runs_system(c->target, row))
        *vec_push(&c->set->devices) = db_col_i64(row, 0);
    return 0;
}

static int collect_all(struct db *db, const struct scope *scope,
                       struct collection *c, struct err *err)
{
    return db_each(db,
                   "SELECT " TARGET_COLUMNS " FROM device d WHERE " TARGET_SQL,
                   DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                           db_i64(c->target->user)),
                   collect, c, err);
}

static int collect_label(struct db *db, const struct scope *scope,
                         struct collection *c, int64_t label, struct err *err)
{
    return db_each(db,
                   "SELECT " TARGET_COLUMNS " FROM device_label m"
                   " JOIN device d ON d.id = m.device"
                   " WHERE m.label = $4 AND " TARGET_SQL,
                   DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                           db_i64(c->target->user), db_i64(label)),
                   collect, c, err);
}

static int collect_device(struct db *db, const struct scope *scope,
                          struct collection *c, int64_t device, struct err *err)
{
    return db_each(db,
                   "SELECT " TARGET_COLUMNS " FROM device d"
                   " WHERE d.id = $4 AND " TARGET_SQL,
                   DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                           db_i64(c->target->user), db_i64(device)),
                   collect, c, err);
}

int target_resolve(struct db *db, const struct scope *scope, str targets,
                   int64_t now, struct target_set *out, struct err *err)
{
    AUTO(target_clear) struct target target = { 0 };
    AUTO(target_set_clear) struct target_set set = { 0 };
    struct collection c = { &target, &set };
    int rc = target_read(targets, &target, err);

    if (rc == 0)
        rc = label_settle(db, scope->org, now, err);
    if (rc == 0 && target.labels.n == 0 && target.devices.n == 0)
        rc = collect_all(db, scope, &c, err);
    for (size_t i = 0; rc == 0 && i < target.labels.n; i++)
        rc = collect_label(db, scope, &c, target.labels.p[i], err);
    for (size_t i = 0; rc == 0 && i < target.devices.n; i++)
        rc = collect_device(db, scope, &c, target.devices.p[i], err);
    if (rc < 0)
        return rc;
    set.devices.n = sort_ids(set.devices.p, set.devices.n);
    *out = set;
    memset(&set, 0, sizeof(set));
    return 0;
}

static int in_labels(struct db *db, const struct target *target, int64_t device,
                     struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc;

    if (target->labels.n == 0)
        return 0;
    rc = db_query(db, "SELECT label FROM device_label WHERE device = $1",
                  DB_ARGS(db_i64(device)), &rows, err);
    while (rc >= 0 && (rc = db_next(rows, err)) > 0)
        for (size_t i = 0; i < target->labels.n; i++)
            if (target->labels.p[i] == db_col_i64(rows, 0))
                return 1;
    return rc;
}

int target_has(struct db *db, int64_t org, str targets, int64_t device,
               struct err *err)
{
    AUTO(target_clear) struct target target = { 0 };
    AUTO(target_set_clear) struct target_set set = { 0 };
    struct collection c = { &target, &set };
    struct scope scope = scope_system(org);
    bool named;
    int rc = target_read(targets, &target, err);

    if (rc < 0)
        return rc;
    named = target.labels.n == 0 && target.devices.n == 0;
    for (size_t i = 0; i < target.devices.n; i++)
        named = named || target.devices.p[i] == device;
    if (!named) {
        rc = in_labels(db, &target, device, err);
        if (rc <= 0)
            return rc;
    }
    rc = collect_device(db, &scope, &c, device, err);
    return rc < 0 ? rc : set.devices.n > 0;
}

/* --- what is named exists ---------------------------------------------- */
static int check_label(struct db *db, const struct scope *scope, int64_t label,
                       struct err *err)
{
    int64_t id = 0;
    int rc = db_one_i64(db, "SELECT id FROM label WHERE org = $1 AND id = $2",
                        DB_ARGS(db_i64(scope->org), db_i64(label)), &id, err);

    if (rc == 1)
        return err_set(err, E_INVALID, "targets.labels: there is no label %lld",
                       (long long)label);
    return rc;
}

static int check_device(struct db *db, const struct scope *scope,
                        int64_t device, struct err *err)
{
    int64_t id = 0;
    int rc = db_one_i64(
        db,
        "SELECT d.id FROM device d WHERE d.org = $1"
        " AND " SCOPE_SQL " AND d.id = $3 AND d.deleted = 0",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(device)),
        &id, err);

    if (rc == 1)
        return err_set(err, E_INVALID,
                       "targets.devices: there is no device %lld",
                       (long long)device);
    return rc;
}

int target_check_exists(struct db *db, const struct scope *scope, str targets,
                        struct err *err)
{
    AUTO(target_clear) struct target target = { 0 };
    int rc = target_read(targets, &target, err);

    for (size_t i = 0; rc == 0 && i < target.labels.n; i++)
        rc = check_label(db, scope, target.labels.p[i], err);
    for (size_t i = 0; rc == 0 && i < target.devices.n; i++)
        rc = check_device(db, scope, target.devices.p[i], err);
    return rc;
}
