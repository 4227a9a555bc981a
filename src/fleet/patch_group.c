/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/patch_group.h"

#include "base/jval.h"
#include "base/zpack.h"
#include "fleet/patch_filter.h"
#include "fleet/patch_setup.h"
#include "fleet/patch_store.h"

#define COLUMNS                                                                \
    "id, org, name, description, owner, query, revision, patches, created,"    \
    " changed"

enum {
    BODY_MAX = 16 << 20,
};

/* --- Sets --------------------------------------------------------------------
 */

void patch_set_clear(struct patch_set *set)
{
    vec_clear(&set->ids);
}

static int compare(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

bool patch_set_has(const struct patch_set *set, str id)
{
    return set->ids.n > 0 &&
           bsearch(&id, set->ids.p, set->ids.n, sizeof(str), compare) != NULL;
}

void patch_set_settle(struct patch_set *set)
{
    size_t n = 0;

    if (set->ids.n == 0)
        return;
    qsort(set->ids.p, set->ids.n, sizeof(str), compare);
    for (size_t i = 0; i < set->ids.n; i++) {
        if (i == 0 || !str_eq(set->ids.p[i], set->ids.p[n - 1]))
            set->ids.p[n++] = set->ids.p[i];
    }
    set->ids.n = n;
}

static bool same_set(const struct patch_set *a, const struct patch_set *b)
{
    if (a->ids.n != b->ids.n)
        return false;
    for (size_t i = 0; i < a->ids.n; i++)
        if (!str_eq(a->ids.p[i], b->ids.p[i]))
            return false;
    return true;
}

static int pack(const struct patch_set *set, struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(BODY_MAX);
    AUTO(jval_freep) struct jval *list = jval_new_array();
    int rc;

    for (size_t i = 0; i < set->ids.n; i++)
        jval_push(list, jval_new_text(set->ids.p[i]));
    jval_print(list, &text);
    rc = buf_finish(&text, "the patches of a group", err);
    return rc < 0 ? rc : zpack_make(buf_str(&text), out, err);
}

static int unpack(str body, struct arena *arena, struct patch_set *out,
                  struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(BODY_MAX);
    AUTO(jval_freep) struct jval *list = NULL;
    int rc = zpack_open(body, &text, err);

    if (rc == 0)
        rc = jval_parse(buf_str(&text), BODY_MAX, &list, err);
    for (size_t i = 0; rc == 0 && i < jval_count(list); i++)
        *vec_push(&out->ids) =
            arena_str(arena, jval_text(jval_at(list, i), STR("")));
    return rc;
}

/* --- Groups
 * ------------------------------------------------------------------- */

void patch_groups_clear(struct patch_groups *groups)
{
    vec_clear(&groups->all);
    arena_clear(&groups->arena);
}

int patch_group_check(const struct patch_group_row *group,
                      const char **out_field, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_filter filter;

    *out_field = "name";
    if (str_trim(group->name).n != group->name.n || group->name.n == 0 ||
        group->name.n > PATCH_GROUP_NAME_MAX)
        return err_set(err, E_INVALID,
                       "name must have 1 to %d bytes and no blanks around it",
                       PATCH_GROUP_NAME_MAX);
    *out_field = "description";
    if (group->description.n > PATCH_GROUP_TEXT_MAX)
        return err_set(err, E_INVALID, "description has at most %d bytes",
                       PATCH_GROUP_TEXT_MAX);
    *out_field = "filter";
    if (group->query.n == 0)
        return 0;
    return patch_filter_parse(group->query, &arena, &filter, err);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct patch_group_row *out)
{
    *out = (struct patch_group_row){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .name = arena_str(arena, db_col_text(rows, 2)),
        .description = arena_str(arena, db_col_text(rows, 3)),
        .owner = arena_str(arena, db_col_text(rows, 4)),
        .query = arena_str(arena, db_col_text(rows, 5)),
        .revision = db_col_i64(rows, 6),
        .patches = db_col_i64(rows, 7),
        .created = db_col_i64(rows, 8),
        .changed = db_col_i64(rows, 9),
    };
}

static int name_taken(struct db *db, int rc, str name, struct err *err)
{
    if (rc == E_INVALID && db_is_conflict(db))
        return err_set(err, E_INVALID,
                       "there is a patch group called '%" PRIstr "' already",
                       ARGstr(name));
    return rc;
}

/* --- Their sets
 * ---------------------------------------------------------------- */

static int add_revision(struct db *db, const struct patch_group_row *group,
                        str author, const struct patch_set *set, int64_t now,
                        struct err *err)
{
    AUTO(buf_clear) struct buf body = BUF(BODY_MAX);
    int rc;

    if (set->ids.n > PATCH_GROUP_IDS_MAX)
        return err_set(err, E_LIMIT, "a group has at most %d patches",
                       PATCH_GROUP_IDS_MAX);
    rc = pack(set, &body, err);
    if (rc == 0)
        rc = db_run(db,
                    "INSERT INTO patch_group_revision (patch_group, revision,"
                    " at, author, body) VALUES ($1, $2, $3, $4, $5)",
                    DB_ARGS(db_i64(group->id), db_i64(group->revision),
                            db_i64(now), db_text(author),
                            db_blob(buf_str(&body))),
                    err);
    return rc < 0 ? rc : 0;
}

/* What the filter of a dynamic group lets pass now. */
static int work_out(const struct patch_group_row *group,
                    const struct patch_rows *known, int64_t now,
                    struct arena *arena, struct patch_set *out, struct err *err)
{
    struct patch_filter filter;
    int rc = patch_filter_parse(group->query, arena, &filter, err);

    for (size_t i = 0; rc == 0 && i < known->all.n; i++)
        if (patch_filter_passes(&filter, &known->all.p[i].patch, now))
            *vec_push(&out->ids) = known->all.p[i].patch.id;
    patch_set_settle(out);
    if (out->ids.n > PATCH_GROUP_IDS_MAX)
        out->ids.n = PATCH_GROUP_IDS_MAX;
    return rc;
}

static int work_out_now(struct db *db, const struct patch_group_row *group,
                        int64_t now, struct arena *arena, struct patch_set *out,
                        struct err *err)
{
    AUTO(patch_rows_clear) struct patch_rows known = { 0 };
    int rc = patch_store_since(db, group->org, -1, arena, &known, err);

    return rc < 0 ? rc : work_out(group, &known, now, arena, out, err);
}

int patch_group_set(struct db *db, int64_t id, int64_t revision,
                    struct arena *arena, struct patch_set *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT r.body FROM patch_group_revision r"
                      " JOIN patch_group g ON g.id = r.patch_group"
                      " WHERE g.id = $1 AND r.revision ="
                      " CASE WHEN $2 = 0 THEN g.revision ELSE $2 END",
                      DB_ARGS(db_i64(id), db_i64(revision)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "the group has no revision %lld",
                       (long long)revision);
    return rc < 0 ? rc : unpack(db_col_blob(rows, 0), arena, out, err);
}

int patch_group_history(struct db *db, int64_t id, struct arena *arena,
                        struct patch_group_pasts *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT revision, at, author FROM patch_group_revision"
                      " WHERE patch_group = $1 ORDER BY revision DESC"
                      " LIMIT 1000",
                      DB_ARGS(db_i64(id)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&out->all) =
            (struct patch_group_past){ db_col_i64(rows, 0), db_col_i64(rows, 1),
                                       arena_str(arena, db_col_text(rows, 2)) };
        rc = 0;
    }
    return rc;
}

/* --- Changing
 * -------------------------------------------------------------------- */

int patch_group_add(struct db *db, const struct scope *scope,
                    struct patch_group_row *group, const struct patch_set *set,
                    int64_t now, struct err *err)
{
    AUTO(patch_set_clear) struct patch_set own = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc;

    group->org = scope->org;
    group->owner = scope->name;
    group->created = group->changed = now;
    group->revision = 1;
    if (group->query.n > 0) {
        rc = work_out_now(db, group, now, &arena, &own, err);
        if (rc < 0)
            return rc;
        set = &own;
    }
    group->patches = (int64_t)set->ids.n;
    rc = db_one_i64(
        db,
        "INSERT INTO patch_group (org, name, description, owner, query,"
        " revision, patches, created, changed)"
        " VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $7) RETURNING id",
        DB_ARGS(db_i64(scope->org), db_text(group->name),
                db_text(group->description), db_text(group->owner),
                db_text(group->query), db_i64(group->patches), db_i64(now)),
        &group->id, err);
    if (rc < 0)
        return name_taken(db, rc, group->name, err);
    return add_revision(db, group, scope->name, set, now, err);
}

/* Renaming would take it away from the configurations that name it. */
static int check_name(struct db *db, const struct patch_group_row *was,
                      const struct patch_group_row *group, struct err *err)
{
    if (str_eq(was->name, group->name))
        return 0;
    return patch_setup_uses_group(db, was->org, was->name, err);
}

static int write_row(struct db *db, struct patch_group_row *group, int64_t now,
                     struct err *err)
{
    int rc = db_run(db,
                    "UPDATE patch_group SET name = $3, description = $4,"
                    " query = $5, revision = $6, patches = $7, changed = $8"
                    " WHERE org = $1 AND id = $2",
                    DB_ARGS(db_i64(group->org), db_i64(group->id),
                            db_text(group->name), db_text(group->description),
                            db_text(group->query), db_i64(group->revision),
                            db_i64(group->patches), db_i64(now)),
                    err);

    return rc < 0 ? name_taken(db, rc, group->name, err) : 0;
}

int patch_group_change(struct db *db, const struct scope *scope,
                       struct patch_group_row *group,
                       const struct patch_set *set, int64_t now,
                       struct err *err)
{
    AUTO(patch_set_clear) struct patch_set own = { 0 };
    AUTO(patch_set_clear) struct patch_set now_has = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_group_row was;
    int rc = patch_group_get(db, scope, group->id, &arena, &was, err);

    if (rc == 0)
        rc = check_name(db, &was, group, err);
    if (rc == 0)
        rc = patch_group_set(db, was.id, 0, &arena, &now_has, err);
    if (rc == 0 && group->query.n > 0)
        rc = work_out_now(db, group, now, &arena, &own, err);
    if (rc < 0)
        return rc;
    if (group->query.n > 0)
        set = &own;
    if (set == NULL)
        set = &now_has;
    /* Every saving has a revision: a precondition names it. */
    group->revision = was.revision + 1;
    group->patches = (int64_t)set->ids.n;
    rc = write_row(db, group, now, err);
    return rc < 0 ? rc : add_revision(db, group, scope->name, set, now, err);
}

int patch_group_remove(struct db *db, const struct scope *scope, int64_t id,
                       struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_group_row was;
    int rc = patch_group_get(db, scope, id, &arena, &was, err);

    if (rc == 0)
        rc = patch_setup_uses_group(db, was.org, was.name, err);
    if (rc == 0)
        rc = db_run(db,
                    "DELETE FROM patch_group_revision WHERE patch_group = $1",
                    DB_ARGS(db_i64(id)), err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM patch_group WHERE id = $1",
                    DB_ARGS(db_i64(id)), err);
    return rc < 0 ? rc : 0;
}

static int refresh_one(struct db *db, struct patch_group_row *group,
                       const struct patch_rows *known, int64_t now,
                       struct arena *arena, struct err *err)
{
    AUTO(patch_set_clear) struct patch_set has = { 0 };
    AUTO(patch_set_clear) struct patch_set set = { 0 };
    int rc = patch_group_set(db, group->id, 0, arena, &has, err);

    if (rc == 0)
        rc = work_out(group, known, now, arena, &set, err);
    if (rc < 0 || same_set(&has, &set))
        return rc;
    group->revision++;
    group->patches = (int64_t)set.ids.n;
    rc = write_row(db, group, now, err);
    if (rc == 0)
        rc = add_revision(db, group, STR("system"), &set, now, err);
    return rc < 0 ? rc : 1;
}

int patch_groups_refresh(struct db *db, int64_t org,
                         const struct patch_rows *known, int64_t now,
                         struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(patch_groups_clear) struct patch_groups groups = { .arena = ARENA };
    struct scope scope = scope_system(org);
    int changed = 0;
    int rc = patch_group_list(db, &scope, STR(""), PATCH_GROUPS_OF_ORG_MAX,
                              &groups, err);

    for (size_t i = 0; rc >= 0 && i < groups.all.n; i++) {
        if (groups.all.p[i].query.n == 0)
            continue;
        rc = refresh_one(db, &groups.all.p[i], known, now, &arena, err);
        changed += rc > 0;
    }
    return rc < 0 ? rc : changed;
}

/* --- Reading
 * --------------------------------------------------------------------- */

static int one(struct db_rows *rows, struct arena *arena,
               struct patch_group_row *out, struct err *err)
{
    int rc = db_next(rows, err);

    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no such patch group");
    if (rc > 0)
        read_row(rows, arena, out);
    return rc < 0 ? rc : 0;
}

int patch_group_get(struct db *db, const struct scope *scope, int64_t id,
                    struct arena *arena, struct patch_group_row *out,
                    struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM patch_group WHERE org = $1"
                      " AND id = $2",
                      DB_ARGS(db_i64(scope->org), db_i64(id)), &rows, err);

    return rc < 0 ? rc : one(rows, arena, out, err);
}

int patch_group_find(struct db *db, int64_t org, str name, struct arena *arena,
                     struct patch_group_row *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM patch_group WHERE org = $1"
                      " AND name = $2",
                      DB_ARGS(db_i64(org), db_text(name)), &rows, err);

    return rc < 0 ? rc : one(rows, arena, out, err);
}

int patch_group_list(struct db *db, const struct scope *scope, str after,
                     int64_t limit, struct patch_groups *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM patch_group WHERE org = $1"
        " AND name > $2 ORDER BY name LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_text(after), db_i64(limit)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_row(rows, &out->arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}
