/* SPDX-License-Identifier: Apache-2.0
 *
 * Members of labels that people or a directory choose.
 */
#include "base/map.h"
#include "fleet/label_int.h"

void label_members_clear(struct label_members *members)
{
    vec_clear(&members->all);
}

static int kind_of(struct db *db, const struct scope *scope, int64_t label,
                   struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct label found;
    int rc = label_get(db, scope, label, &arena, &found, err);

    return rc < 0 ? rc : (int)label_kind_of(found.kind);
}

static int check_manual(struct db *db, const struct scope *scope, int64_t label,
                        struct err *err)
{
    int kind = kind_of(db, scope, label, err);

    if (kind < 0)
        return kind;
    if (kind != LABEL_MANUAL)
        return err_set(err, E_INVALID,
                       "only members of a manual label are chosen by hand");
    return label_may_fill(db, scope, label, err);
}

/* 1: the scope sees the device; 0: not. */
static int sees(struct db *db, const struct scope *scope, int64_t device,
                struct err *err)
{
    int64_t id = 0;
    int rc = db_one_i64(
        db,
        "SELECT d.id FROM device d WHERE d.org = $1"
        " AND " SCOPE_SQL " AND d.id = $3 AND d.deleted = 0",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(device)),
        &id, err);

    return rc < 0 ? rc : rc == 0;
}

static int insert_member(struct db *db, int64_t label, int64_t device,
                         int64_t now, struct err *err)
{
    return db_run(db,
                  "INSERT INTO device_label (label, device, since)"
                  " VALUES ($1, $2, $3) ON CONFLICT (label, device) DO NOTHING",
                  DB_ARGS(db_i64(label), db_i64(device), db_i64(now)), err);
}

static int delete_member(struct db *db, int64_t label, int64_t device,
                         struct err *err)
{
    return db_run(db,
                  "DELETE FROM device_label WHERE label = $1 AND device = $2",
                  DB_ARGS(db_i64(label), db_i64(device)), err);
}

static int change_one(struct db *db, const struct label_change *change,
                      int64_t device, bool add, struct err *err)
{
    return add ? insert_member(db, change->label, device, change->now, err)
               : delete_member(db, change->label, device, err);
}

static int change_members(struct db *db, const struct scope *scope,
                          const struct label_change *change, bool add,
                          struct label_count *out, struct err *err)
{
    AUTO(device_ids_clear) struct device_ids changed = { 0 };
    struct label_change done = *change;
    struct label_count count = { 0 };
    int rc = check_manual(db, scope, change->label, err);

    for (size_t i = 0; rc >= 0 && i < change->n; i++) {
        rc = sees(db, scope, change->devices[i], err);
        if (rc == 0)
            count.unknown++;
        if (rc <= 0)
            continue;
        rc = change_one(db, change, change->devices[i], add, err);
        if (rc == 1)
            *vec_push(&changed.ids) = change->devices[i];
        count.same += rc == 0;
    }
    count.changed = (int64_t)changed.ids.n;
    done.devices = changed.ids.p;
    done.n = changed.ids.n;
    if (rc >= 0)
        rc = label_follow(db, scope->org, &done, err);
    if (rc == 0)
        *out = count;
    return rc;
}

int label_members_add(struct db *db, const struct scope *scope,
                      const struct label_change *change,
                      struct label_count *out, struct err *err)
{
    return change_members(db, scope, change, true, out, err);
}

int label_members_remove(struct db *db, const struct scope *scope,
                         const struct label_change *change,
                         struct label_count *out, struct err *err)
{
    return change_members(db, scope, change, false, out, err);
}

int label_member_first(struct db *db, const struct scope *scope, int64_t label,
                       int64_t device, int64_t now, struct err *err)
{
    struct label_change change = { label, &device, 1, now };
    int kind = kind_of(db, scope, label, err);
    int rc;

    if (kind < 0)
        return kind;
    if (kind != LABEL_MANUAL)
        return err_set(err, E_INVALID,
                       "only members of a manual label are chosen by hand");
    rc = insert_member(db, label, device, now, err);
    return rc < 0 ? rc : label_follow(db, scope->org, &change, err);
}

int label_member_list(struct db *db, const struct scope *scope,
                      const struct label_member_find *find, struct arena *arena,
                      struct label_members *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT d.id, d.name, m.since FROM device_label m"
                      " JOIN device d ON d.id = m.device WHERE d.org = $1"
                      " AND " SCOPE_SQL " AND m.label = $3 AND d.id > $4"
                      " AND d.deleted = 0 AND d.retired = 0"
                      " ORDER BY d.id LIMIT $5",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                              db_i64(find->label), db_i64(find->after),
                              db_i64(find->limit)),
                      &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        struct label_member *member = vec_push(&out->all);

        member->device = db_col_i64(rows, 0);
        member->name = arena_str(arena, db_col_text(rows, 1));
        member->since = db_col_i64(rows, 2);
    }
    return rc;
}

/* --- directories ------------------------------------------------------ */
struct hosts {
    struct arena arena;
    struct map whole;       /* names as the directory has them */
    struct map of_short;    /* those without a domain */
    struct map short_names; /* the first part of all */
    struct device_ids changed;
};

static void hosts_clear(struct hosts *hosts)
{
    map_clear(&hosts->whole);
    map_clear(&hosts->of_short);
    map_clear(&hosts->short_names);
    device_ids_clear(&hosts->changed);
    arena_clear(&hosts->arena);
}

static str small(struct arena *arena, str text)
{
    str copy = arena_str(arena, str_trim(text));
    char *p = (char *)copy.p;

    while (copy.n > 0 && copy.p[copy.n - 1] == '.')
        copy.n--;
    for (size_t i = 0; i < copy.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + 32);
    return copy;
}

static void hosts_add(struct hosts *hosts, const str *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        str whole = small(&hosts->arena, names[i]);
        str rest = whole;
        str first = str_cut(&rest, '.');

        if (first.n == 0)
            continue;
        (void)map_add(&hosts->whole, whole, 1);
        (void)map_add(&hosts->short_names, first, 1);
        if (first.n == whole.n)
            (void)map_add(&hosts->of_short, first, 1);
    }
}

/* A name without a domain stands for every host of that first part; two
 * names with domains must be the same. */
static bool hosts_have(struct hosts *hosts, str name)
{
    str whole = small(&hosts->arena, name);
    str rest = whole;
    str first = str_cut(&rest, '.');

    if (first.n == 0)
        return false;
    if (map_get(&hosts->whole, whole) != MAP_NONE ||
        map_get(&hosts->of_short, first) != MAP_NONE)
        return true;
    return first.n == whole.n &&
           map_get(&hosts->short_names, first) != MAP_NONE;
}

static int match_hosts(struct db *db, int64_t org, int64_t label,
                       struct hosts *hosts, int64_t now, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT d.id, d.name, d.hostname, m.since"
                      " FROM device d LEFT JOIN device_label m"
                      " ON m.device = d.id AND m.label = $2"
                      " WHERE d.org = $1 AND d.deleted = 0 ORDER BY d.id",
                      DB_ARGS(db_i64(org), db_i64(label)), &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        int64_t id = db_col_i64(rows, 0);
        bool had = !db_col_null(rows, 3);
        bool has = hosts_have(hosts, db_col_text(rows, 1)) ||
                   hosts_have(hosts, db_col_text(rows, 2));

        if (had == has)
            continue;
        rc = has ? insert_member(db, label, id, now, err)
                 : delete_member(db, label, id, err);
        *vec_push(&hosts->changed.ids) = id;
    }
    return rc;
}

int label_hosts_set(struct db *db, int64_t label, const str *hosts, size_t n,
                    int64_t now, struct err *err)
{
    AUTO(hosts_clear) struct hosts names = { 0 };
    struct label_change change = { .label = label, .now = now };
    int64_t org = 0;
    int rc = db_one_i64(db,
                        "SELECT org FROM label WHERE id = $1 AND kind ="
                        " 'ldap'",
                        DB_ARGS(db_i64(label)), &org, err);

    if (rc == 1)
        return err_set(err, E_ABSENT, "there is no directory label %lld",
                       (long long)label);
    hosts_add(&names, hosts, n);
    if (rc == 0)
        rc = match_hosts(db, org, label, &names, now, err);
    if (rc == 0)
        rc = db_run(db,
                    "UPDATE label SET evaluated = $2, problem = '',"
                    " pending = 0 WHERE id = $1",
                    DB_ARGS(db_i64(label), db_i64(now)), err);
    change.devices = names.changed.ids.p;
    change.n = names.changed.ids.n;
    return rc < 0 ? rc : label_follow(db, org, &change, err);
}

int label_problem_set(struct db *db, int64_t label, str problem,
                      struct err *err)
{
    int rc = db_run(db, "UPDATE label SET problem = $2 WHERE id = $1",
                    DB_ARGS(db_i64(label), db_text(problem)), err);

    return rc < 0 ? rc : 0;
}
