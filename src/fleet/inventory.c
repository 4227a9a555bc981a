/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/inventory.h"

#include "fleet/inventory_int.h"
#include "fleet/label.h"

void package_ids_clear(struct package_ids *ids)
{
    vec_clear(&ids->ids);
}

/* --- packages as numbers ----------------------------------------------
 *
 * The blob: for each package the difference of its number to the one before,
 * as a zigzag varint. Packages of one system were mostly numbered in their
 * order, so most differences take a byte. */
static void put_number(struct buf *out, int64_t number)
{
    uint64_t left = ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);

    while (left >= 0x80) {
        buf_add_char(out, (char)(left | 0x80));
        left >>= 7;
    }
    buf_add_char(out, (char)left);
}

/* Most differences are one byte. NULL when the bytes end within a number. */
static const uint8_t *get_number(const uint8_t *p, const uint8_t *end,
                                 int64_t *out)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 63 && p < end; shift += 7) {
        uint8_t byte = *p++;

        value |= (uint64_t)(byte & 0x7F) << shift;
        if (LIKELY(byte < 0x80)) {
            *out = (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
            return p;
        }
    }
    return NULL;
}

static void ids_write(const struct package_ids *ids, struct buf *out)
{
    int64_t before = 0;

    for (size_t i = 0; i < ids->ids.n; i++) {
        put_number(out, ids->ids.p[i] - before);
        before = ids->ids.p[i];
    }
}

int package_ids_read(str blob, struct package_ids *out, struct err *err)
{
    const uint8_t *p = (const uint8_t *)blob.p;
    const uint8_t *end = p + blob.n;
    int64_t step = 0;
    int64_t id = 0;

    out->ids.n = 0;
    /* A number is at least a byte, so this is room for all. */
    if (out->ids.cap < blob.n) {
        out->ids.cap = blob.n;
        out->ids.p = mem_resize(out->ids.p, blob.n, sizeof(*out->ids.p));
    }
    while (p < end) {
        p = get_number(p, end, &step);
        if (p == NULL || __builtin_add_overflow(id, step, &id) || id <= 0 ||
            out->ids.n == PACKAGES_MAX)
            return err_set(err, E_CORRUPT, "a stored package list is damaged");
        out->ids.p[out->ids.n++] = id;
    }
    return 0;
}

static int intern(struct db *db, const struct fact_package *package,
                  str manager, int64_t *out, struct err *err)
{
    struct db_args args = DB_ARGS(db_text(package->name), db_text(package->evr),
                                  db_text(package->arch), db_text(manager),
                                  db_text(package->source));
    int rc = db_one_i64(db,
                        "SELECT id FROM package WHERE name = $1 AND evr = $2"
                        " AND arch = $3 AND manager = $4 AND source = $5",
                        args, out, err);

    if (rc != 1)
        return rc;
    /* Another process may add it in between: then its row is taken. */
    return db_one_i64(
        db,
        "INSERT INTO package (name, evr, arch, manager, source)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name, evr, arch, manager,"
        " source) DO UPDATE SET name = excluded.name RETURNING id",
        args, out, err);
}

/* The numbers of the new packages. Those that the device had keep theirs, so
 * only what is new is looked up. */
static int number_packages(struct db *db, const struct inventory *whole,
                           const struct inventory *old,
                           const struct package_ids *old_ids,
                           struct package_ids *out, struct err *err)
{
    const struct fact_package *new_p = whole->packages.p;
    const struct fact_package *old_p = old->packages.p;
    bool known = str_eq(whole->manager, old->manager) &&
                 old_ids->ids.n == old->packages.n;
    size_t o = 0;

    for (size_t i = 0; i < whole->packages.n; i++) {
        int64_t *id = vec_push(&out->ids);
        int rc = 0;

        while (known && o < old->packages.n &&
               package_cmp(&old_p[o], &new_p[i]) < 0)
            o++;
        if (known && o < old->packages.n &&
            package_cmp(&old_p[o], &new_p[i]) == 0)
            *id = old_ids->ids.p[o];
        else
            rc = intern(db, &new_p[i], whole->manager, id, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* --- reading ---------------------------------------------------------- */
int inventory_load(struct db *db, int64_t device, struct arena *arena,
                   struct inventory *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, "SELECT body FROM inventory WHERE device = $1",
                      DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    rc =
        message_unpack(&shape_inventory, db_col_blob(rows, 0), arena, out, err);
    if (rc < 0)
        return err_wrap(err, E_CORRUPT, "inventory of device %lld",
                        (long long)device);
    packages_sort(&out->packages);
    return 0;
}

int inventory_facts_read(str blob, struct arena *arena, struct inventory *out,
                         struct err *err)
{
    int rc =
        wire_read(&shape_inventory, arena_str(arena, blob), arena, out, err);

    return rc < 0 ? err_wrap(err, E_CORRUPT, "stored facts") : 0;
}

int inventory_load_facts(struct db *db, int64_t device, struct arena *arena,
                         struct inventory *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, "SELECT facts FROM device_fact WHERE device = $1",
                      DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    return inventory_facts_read(db_col_blob(rows, 0), arena, out, err);
}

static int load_ids(struct db *db, int64_t device, struct package_ids *out,
                    struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, "SELECT packages FROM device_fact WHERE device = $1",
                      DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    return rc <= 0 ? rc : package_ids_read(db_col_blob(rows, 0), out, err);
}

/* --- writing ---------------------------------------------------------- */
static int store_body(struct db *db, int64_t device,
                      const struct inventory *whole, struct err *err)
{
    AUTO(buf_clear) struct buf body = BUF(AGENT_MESSAGE_MAX);
    int rc = message_pack(&shape_inventory, whole, &body, err);

    if (rc < 0)
        return rc;
    rc = db_run(db,
                "INSERT INTO inventory (device, collected, digest, body)"
                " VALUES ($1, $2, $3, $4) ON CONFLICT (device) DO UPDATE SET"
                " collected = excluded.collected, digest = excluded.digest,"
                " body = excluded.body",
                DB_ARGS(db_i64(device), db_i64(whole->collected),
                        db_blob(whole->digest), db_blob(buf_str(&body))),
                err);
    return rc < 0 ? rc : 0;
}

static int store_facts(struct db *db, int64_t device,
                       const struct inventory *whole,
                       const struct package_ids *ids, struct err *err)
{
    AUTO(buf_clear) struct buf facts = BUF(AGENT_MESSAGE_MAX);
    AUTO(buf_clear) struct buf packages = BUF(AGENT_MESSAGE_MAX);
    struct inventory slim = *whole;
    int rc;

    slim.packages = (struct wire_list){ NULL, 0 };
    slim.removed = (struct wire_list){ NULL, 0 };
    ids_write(ids, &packages);
    rc = wire_write(&shape_inventory, &slim, &facts, err);
    if (rc == 0)
        rc = buf_finish(&packages, "a package list", err);
    if (rc < 0)
        return rc;
    rc = db_run(db,
                "INSERT INTO device_fact (device, facts, packages)"
                " VALUES ($1, $2, $3) ON CONFLICT (device) DO UPDATE SET"
                " facts = excluded.facts, packages = excluded.packages",
                DB_ARGS(db_i64(device), db_blob(buf_str(&facts)),
                        db_blob(packages.n > 0 ? buf_str(&packages) : STR(""))),
                err);
    return rc < 0 ? rc : 0;
}

static int store_columns(struct db *db, int64_t device,
                         const struct inventory *whole, int64_t now,
                         struct err *err)
{
    const struct fact_os *os = &whole->os;

    return db_run(
        db,
        "UPDATE device SET hostname = $2, os_family = $3, os_id = $4,"
        " os_version = $5, os_name = $6, os_build = $7, arch = $8,"
        " kernel = $9, manager = $10, inventory_digest = $11,"
        " last_inventory = $12 WHERE id = $1",
        DB_ARGS(db_i64(device), db_text(whole->hostname), db_text(os->family),
                db_text(os->id), db_text(os->version_id), db_text(os->name),
                db_text(os->build), db_text(os->arch), db_text(os->kernel),
                db_text(whole->manager), db_blob(whole->digest), db_i64(now)),
        err);
}

int inventory_store(struct db *db, int64_t device,
                    const struct inventory *whole, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(package_ids_clear) struct package_ids ids = { 0 };
    AUTO(package_ids_clear) struct package_ids old_ids = { 0 };
    struct inventory sorted = *whole;
    struct inventory old = { 0 };
    int has_old = inventory_load(db, device, &arena, &old, err);
    int rc = has_old < 0 ? has_old : load_ids(db, device, &old_ids, err);

    if (rc < 0)
        return rc;
    sorted.packages.p =
        arena_alloc(&arena, whole->packages.n + 1, sizeof(struct fact_package));
    if (whole->packages.n > 0)
        memcpy(sorted.packages.p, whole->packages.p,
               whole->packages.n * sizeof(struct fact_package));
    packages_sort(&sorted.packages);
    rc = number_packages(db, &sorted, &old, &old_ids, &ids, err);
    if (rc == 0)
        rc = store_body(db, device, &sorted, err);
    if (rc == 0)
        rc = store_facts(db, device, &sorted, &ids, err);
    if (rc == 0)
        rc = store_columns(db, device, &sorted, now, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no device %lld",
                       (long long)device);
    if (rc > 0 && has_old == 0)
        rc = inventory_change_add(db, device, &old, &sorted, now, err);
    return rc < 0 ? rc : label_refresh_device(db, device, now, err);
}

int inventory_remove(struct db *db, int64_t device, struct err *err)
{
    int rc = db_run(db, "DELETE FROM inventory WHERE device = $1",
                    DB_ARGS(db_i64(device)), err);

    if (rc >= 0)
        rc = db_run(db, "DELETE FROM device_fact WHERE device = $1",
                    DB_ARGS(db_i64(device)), err);
    return rc < 0 ? rc : 0;
}

void inventory_for_oval(const struct inventory *from, str device,
                        struct arena *arena, struct oval_inventory *out)
{
    const struct fact_package *packages = from->packages.p;
    struct oval_installed *all =
        arena_alloc(arena, from->packages.n, sizeof(*all));

    for (size_t i = 0; i < from->packages.n; i++)
        all[i] = (struct oval_installed){
            .name = packages[i].name,
            .evr = packages[i].evr,
            .arch = packages[i].arch,
            .source = packages[i].source,
            .source_evr = packages[i].source_evr,
            .key_id = packages[i].key_id,
        };
    *out = (struct oval_inventory){
        .device = device,
        .os = { .id = from->os.id,
                .version_id = from->os.version_id,
                .arch = from->os.arch,
                .kernel = from->os.kernel },
        .manager = oval_manager_of(from->manager),
        .packages = all,
        .package_count = from->packages.n,
    };
}
