/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/checkin.h"

/* --- check-ins -------------------------------------------------------- */

static bool is_same(struct db_rows *row, const struct checkin *c)
{
    return str_eq(db_col_text(row, 1), c->agent_version) &&
           str_eq(db_col_text(row, 2), c->time_zone) &&
           db_col_i64(row, 3) == c->boot_time &&
           db_col_i64(row, 4) == c->sessions &&
           db_col_i64(row, 5) == c->policy_revision &&
           str_eq(db_col_blob(row, 6), c->content_digest) &&
           str_eq(db_col_text(row, 7), c->download);
}

static int write_checkin(struct db *db, int64_t device, const struct checkin *c,
                         struct err *err)
{
    int rc = db_run(db,
                    "UPDATE device SET agent_version = $2, time_zone = $3,"
                    " boot_time = $4, sessions = $5, policy_revision = $6,"
                    " content_digest = $7, download = $8 WHERE id = $1",
                    DB_ARGS(db_i64(device), db_text(c->agent_version),
                            db_text(c->time_zone), db_i64(c->boot_time),
                            db_i64(c->sessions), db_i64(c->policy_revision),
                            db_blob(c->content_digest), db_text(c->download)),
                    err);

    return rc < 0 ? rc : 0;
}

int checkin_take(struct db *db, int64_t device, const struct checkin *checkin,
                 int64_t now, struct checkin_state *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct checkin c = *checkin;
    str digest;
    int rc = db_query(db,
                      "SELECT inventory_digest, agent_version, time_zone,"
                      " boot_time, sessions, policy_revision, content_digest,"
                      " download"
                      " FROM device WHERE id = $1 AND retired = 0",
                      DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "the device is not in use");
    if (rc < 0)
        return rc;
    *out = (struct checkin_state){ .has_inventory = false };
    digest = db_col_blob(rows, 0);
    if (digest.n == JOB_DIGEST_BYTES) {
        memcpy(out->inventory_digest, digest.p, digest.n);
        out->has_inventory = true;
    }
    if (c.boot_time > now) /* a clock ahead of ours */
        c.boot_time = now;
    return is_same(rows, &c) ? 0 : write_checkin(db, device, &c, err);
}

/* --- inventories ------------------------------------------------------ */

/* The order of packages without their source: what `removed` names. */
static int identity_cmp(const struct fact_package *a,
                        const struct fact_package *b)
{
    int order = str_cmp(a->name, b->name);

    if (order == 0)
        order = str_cmp(a->arch, b->arch);
    return order != 0 ? order : str_cmp(a->evr, b->evr);
}

static struct wire_list sorted_copy(const struct wire_list *list,
                                    struct arena *arena)
{
    struct wire_list copy = {
        arena_alloc(arena, list->n + 1, sizeof(struct fact_package)), list->n
    };

    if (list->n > 0)
        memcpy(copy.p, list->p, list->n * sizeof(struct fact_package));
    packages_sort(&copy);
    return copy;
}

static bool has(const struct wire_list *list, size_t *at,
                const struct fact_package *package)
{
    const struct fact_package *p = list->p;

    while (*at < list->n && identity_cmp(&p[*at], package) < 0)
        (*at)++;
    return *at < list->n && identity_cmp(&p[*at], package) == 0;
}

int inventory_merge(const struct inventory *base, const struct inventory *delta,
                    struct arena *arena, struct inventory *out, struct err *err)
{
    struct wire_list old = sorted_copy(&base->packages, arena);
    struct wire_list gone = sorted_copy(&delta->removed, arena);
    struct wire_list new = sorted_copy(&delta->packages, arena);
    const struct fact_package *p = old.p;
    struct fact_package *all =
        arena_alloc(arena, old.n + new.n + 1, sizeof(*all));
    size_t at_gone = 0;
    size_t at_new = 0;
    size_t n = 0;

    for (size_t i = 0; i < old.n; i++)
        if (!has(&gone, &at_gone, &p[i]) && !has(&new, &at_new, &p[i]))
            all[n++] = p[i];
    if (new.n > 0)
        memcpy(all + n, new.p, new.n * sizeof(*all));
    n += new.n;
    if (n > PACKAGES_MAX)
        return err_set(err, E_LIMIT, "an inventory has at most %d packages",
                       PACKAGES_MAX);
    *out = *delta;
    out->base_digest = STR("");
    out->removed = (struct wire_list){ NULL, 0 };
    out->packages = (struct wire_list){ all, n };
    packages_sort(&out->packages);
    return 0;
}

/* --- content ---------------------------------------------------------- */

static int may_fetch_content(struct db *db, int64_t device, str digest,
                             struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct content asked;
    struct content served;
    int rc = db_query(db, "SELECT os_id, os_version FROM device WHERE id = $1",
                      DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc;
    rc = content_for_os(db, db_col_text(rows, 0), db_col_text(rows, 1), &served,
                        err);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = content_by_digest(db, digest, &asked, err);
    if (rc < 0)
        return rc == E_ABSENT ? 0 : rc;
    return strcmp(asked.platform, served.platform) == 0;
}

int device_may_fetch(struct db *db, int64_t device, str digest, struct err *err)
{
    int64_t packs = 0;
    int rc = may_fetch_content(db, device, digest, err);

    if (rc != 0)
        return rc;
    rc = db_one_i64(db,
                    "SELECT COUNT(*) FROM benchmark_pack p"
                    " JOIN device d ON d.org = p.org"
                    " WHERE d.id = $1 AND d.kind = 'agent' AND p.digest = $2",
                    DB_ARGS(db_i64(device), db_blob(digest)), &packs, err);
    return rc < 0 ? rc : packs > 0;
}
