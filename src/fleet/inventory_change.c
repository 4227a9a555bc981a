/* SPDX-License-Identifier: Apache-2.0
 *
 * What changed from one inventory to the next.
 */
#include "fleet/inventory_int.h"

enum {
    CHANGE_BODY_MAX = AGENT_MESSAGE_MAX,
    CHANGE_FACTS_MAX = 64 * 1024,
};

void package_changes_clear(struct package_changes *changes)
{
    vec_clear(&changes->all);
}

void inventory_changes_clear(struct inventory_changes *list)
{
    for (size_t i = 0; i < list->all.n; i++)
        package_changes_clear(&list->all.p[i].packages);
    vec_clear(&list->all);
}

/* --- comparing -------------------------------------------------------- */
static int same_name(const struct fact_package *a, const struct fact_package *b)
{
    int order = str_cmp(a->name, b->name);

    return order != 0 ? order : str_cmp(a->arch, b->arch);
}

/* How many from `at` on have one name and architecture. */
static size_t group_of(const struct wire_list *list, size_t at)
{
    const struct fact_package *p = list->p;
    size_t n = 0;

    while (at + n < list->n && same_name(&p[at], &p[at + n]) == 0)
        n++;
    return n;
}

static void add_change(struct package_changes *out,
                       const struct fact_package *from,
                       const struct fact_package *to)
{
    struct package_change *change = vec_push(&out->all);
    const struct fact_package *any = from != NULL ? from : to;

    change->name = any->name;
    change->arch = any->arch;
    change->from = from != NULL ? from->evr : STR("");
    change->to = to != NULL ? to->evr : STR("");
    if (from == NULL)
        out->added++;
    else if (to == NULL)
        out->removed++;
    else
        out->changed++;
}

/* The versions of one package before and after, both sorted by text. */
static void compare_group(const struct fact_package *b, size_t bn,
                          const struct fact_package *a, size_t an,
                          struct package_changes *out)
{
    size_t i = 0;
    size_t j = 0;

    if (bn == 1 && an == 1) {
        if (!str_eq(b->evr, a->evr))
            add_change(out, b, a);
        return;
    }
    while (i < bn || j < an) {
        int order = i == bn ? 1 : j == an ? -1 : str_cmp(b[i].evr, a[j].evr);

        if (order < 0)
            add_change(out, &b[i], NULL);
        else if (order > 0)
            add_change(out, NULL, &a[j]);
        i += order <= 0;
        j += order >= 0;
    }
}

void inventory_compare(const struct wire_list *before,
                       const struct wire_list *after,
                       struct package_changes *out)
{
    const struct fact_package *b = before->p;
    const struct fact_package *a = after->p;
    size_t i = 0;
    size_t j = 0;

    while (i < before->n || j < after->n) {
        int order = i == before->n  ? 1
                    : j == after->n ? -1
                                    : same_name(&b[i], &a[j]);
        size_t bn = order <= 0 ? group_of(before, i) : 0;
        size_t an = order >= 0 ? group_of(after, j) : 0;

        compare_group(bn > 0 ? &b[i] : NULL, bn, an > 0 ? &a[j] : NULL, an,
                      out);
        i += bn;
        j += an;
    }
}

/* --- other facts ------------------------------------------------------ */
static void note(struct buf *out, const char *what, str before, str after)
{
    if (str_eq(before, after))
        return;
    buf_printf(out, "%s: %" PRIstr " -> %" PRIstr "\n", what, ARGstr(before),
               ARGstr(after));
}

static void note_number(struct buf *out, const char *what, int64_t before,
                        int64_t after)
{
    if (before != after)
        buf_printf(out, "%s: %lld -> %lld\n", what, (long long)before,
                   (long long)after);
}

static void addresses_of(const struct inventory *inventory, struct buf *out)
{
    const struct fact_interface *interfaces = inventory->interfaces.p;

    for (size_t i = 0; i < inventory->interfaces.n; i++) {
        const struct fact_text *texts = interfaces[i].addresses.p;

        for (size_t j = 0; j < interfaces[i].addresses.n; j++)
            buf_printf(out, "%s%" PRIstr, out->n > 0 ? " " : "",
                       ARGstr(texts[j].text));
    }
}

static void note_facts(struct buf *out, const struct inventory *b,
                       const struct inventory *a)
{
    AUTO(buf_clear) struct buf before = BUF(4096);
    AUTO(buf_clear) struct buf after = BUF(4096);

    note(out, "hostname", b->hostname, a->hostname);
    note(out, "os.id", b->os.id, a->os.id);
    note(out, "os.version", b->os.version_id, a->os.version_id);
    note(out, "os.build", b->os.build, a->os.build);
    note(out, "os.arch", b->os.arch, a->os.arch);
    note(out, "os.kernel", b->os.kernel, a->os.kernel);
    note(out, "hardware.vendor", b->hardware.vendor, a->hardware.vendor);
    note(out, "hardware.model", b->hardware.model, a->hardware.model);
    note(out, "hardware.serial", b->hardware.serial, a->hardware.serial);
    note_number(out, "hardware.cpus", b->hardware.cpus, a->hardware.cpus);
    note_number(out, "hardware.memory_mb", b->hardware.memory_mb,
                a->hardware.memory_mb);
    note_number(out, "hardware.disk_mb", b->hardware.disk_mb,
                a->hardware.disk_mb);
    addresses_of(b, &before);
    addresses_of(a, &after);
    note(out, "interface.address", buf_str(&before), buf_str(&after));
}

/* --- storing ---------------------------------------------------------- */

/* A change as a message of the shape of inventories: packages are what there
 * is now, removed what there was. */
static int pack_changes(const struct package_changes *changes,
                        const struct inventory *after, struct buf *out,
                        struct err *err)
{
    AUTO(mem_freep)
    struct fact_package *to = mem_alloc(changes->all.n + 1, sizeof(*to));
    AUTO(mem_freep)
    struct fact_package *from = mem_alloc(changes->all.n + 1, sizeof(*from));
    struct inventory body = { .digest = after->digest,
                              .collected = after->collected,
                              .packages = { to, 0 },
                              .removed = { from, 0 } };

    for (size_t i = 0; i < changes->all.n; i++) {
        const struct package_change *change = &changes->all.p[i];

        if (change->to.n > 0)
            to[body.packages.n++] =
                (struct fact_package){ change->name, change->to, change->arch,
                                       STR("") };
        if (change->from.n > 0)
            from[body.removed.n++] =
                (struct fact_package){ change->name, change->from, change->arch,
                                       STR("") };
    }
    return message_pack(&shape_inventory, &body, out, err);
}

static int forget_oldest(struct db *db, int64_t device, struct err *err)
{
    int rc =
        db_run(db,
               "DELETE FROM inventory_change WHERE device = $1 AND id <="
               " (SELECT id FROM inventory_change WHERE device = $1"
               " ORDER BY id DESC LIMIT 1 OFFSET $2)",
               DB_ARGS(db_i64(device), db_i64(INVENTORY_CHANGES_MAX)), err);

    return rc < 0 ? rc : 0;
}

int inventory_change_add(struct db *db, int64_t device,
                         const struct inventory *before,
                         const struct inventory *after, int64_t now,
                         struct err *err)
{
    AUTO(package_changes_clear) struct package_changes changes = { 0 };
    AUTO(buf_clear) struct buf facts = BUF(CHANGE_FACTS_MAX);
    AUTO(buf_clear) struct buf body = BUF(CHANGE_BODY_MAX);
    int rc;

    inventory_compare(&before->packages, &after->packages, &changes);
    note_facts(&facts, before, after);
    if (changes.all.n == 0 && facts.n == 0)
        return 0;
    rc = pack_changes(&changes, after, &body, err);
    if (rc < 0)
        return rc;
    rc = db_run(db,
                "INSERT INTO inventory_change (device, at, added, removed,"
                " changed, facts, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                DB_ARGS(db_i64(device), db_i64(now),
                        db_i64((int64_t)changes.added),
                        db_i64((int64_t)changes.removed),
                        db_i64((int64_t)changes.changed),
                        db_text(facts.n > 0 ? buf_str(&facts) : STR("")),
                        db_blob(buf_str(&body))),
                err);
    return rc < 0 ? rc : forget_oldest(db, device, err);
}

static int read_change(struct db_rows *rows, struct arena *arena,
                       struct inventory_change *out, struct err *err)
{
    struct inventory body;
    int rc = message_unpack(&shape_inventory, db_col_blob(rows, 6), arena,
                            &body, err);

    if (rc < 0)
        return err_wrap(err, E_CORRUPT, "a stored change");
    out->id = db_col_i64(rows, 0);
    out->at = db_col_i64(rows, 1);
    out->added = db_col_i64(rows, 2);
    out->removed = db_col_i64(rows, 3);
    out->changed = db_col_i64(rows, 4);
    out->facts = arena_str(arena, db_col_text(rows, 5));
    inventory_compare(&body.removed, &body.packages, &out->packages);
    return 0;
}

int inventory_change_list(struct db *db,
                          const struct inventory_change_find *find,
                          struct arena *arena, struct inventory_changes *out,
                          struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT id, at, added, removed, changed, facts, body"
                      " FROM inventory_change WHERE device = $1"
                      " AND ($2 = 0 OR id < $2) ORDER BY id DESC LIMIT $3",
                      DB_ARGS(db_i64(find->device), db_i64(find->before),
                              db_i64(find->limit)),
                      &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0)
        rc = read_change(rows, arena, vec_push(&out->all), err);
    return rc;
}
