/* SPDX-License-Identifier: Apache-2.0 */
#include "server/exposure.h"

#include "base/idset.h"
#include "fleet/org.h"
#include "risk/cve.h"
#include "risk/data.h"
#include "server/core.h"

enum {
    DAY_S = 86400,
    CVES_OF_ONE_MAX = 1000,
};

/* Only what an update closes counts; compliance is another question. */
static bool counts_as_finding(const struct oval_definition *d)
{
    return d->class_ == OVAL_CLASS_VULNERABILITY ||
           d->class_ == OVAL_CLASS_PATCH;
}

/* --- Exploited CVEs ------------------------------------------------------ */

struct counting {
    struct library library;
    struct risk_data *risk; /* NULL: nothing is known */
    struct arena *arena;
    struct exposure *out;
    VEC(struct exposed_cve) cves;
};

static str cve_of(const struct oval_content *c, const struct oval_note *note)
{
    str text = STR("");

    if (note->kind == OVAL_NOTE_CVE)
        text = oval_prose_text(c, note->a);
    else if (note->kind == OVAL_NOTE_REFERENCE)
        text = oval_prose_text(c, note->b);
    return str_starts(text, STR("CVE-")) ? text : STR("");
}

static struct exposed_cve *slot_of(struct counting *counting, str cve)
{
    struct exposed_cve *one;

    for (size_t i = 0; i < counting->cves.n; i++) {
        if (str_eq(counting->cves.p[i].cve, cve))
            return &counting->cves.p[i];
    }
    one = vec_push(&counting->cves);
    one->cve = arena_str(counting->arena, cve);
    return one;
}

struct place_of_cve {
    const struct shelf *shelf;
    const struct oval_definition *definition;
    int64_t devices;
};

static void note_cve(struct counting *counting, const struct risk *risk,
                     str cve, const struct place_of_cve *place)
{
    struct exposed_cve *one = slot_of(counting, cve);
    const struct oval_content *c = place->shelf->pack;

    one->added = risk->added;
    if (place->devices <= one->devices)
        return;
    one->devices = place->devices;
    one->content = place->shelf->content.id;
    one->definition =
        arena_str(counting->arena, oval_name_text(c, place->definition->id));
    one->title =
        arena_str(counting->arena,
                  str_trim(oval_prose_text(c, place->definition->title)));
}

/* Whether one of the definition's CVEs is known to be exploited; all of them
 * that are join the list. */
static int look_at_cves(struct counting *counting,
                        const struct place_of_cve *place, bool *out,
                        struct err *err)
{
    const struct oval_definition *d = place->definition;
    const struct oval_content *c = place->shelf->pack;
    uint32_t n =
        d->note_count < CVES_OF_ONE_MAX ? d->note_count : CVES_OF_ONE_MAX;
    struct risk risk;

    *out = false;
    for (uint32_t i = 0; i < n && counting->risk != NULL; i++) {
        str cve = cve_of(c, &c->notes.p[d->note_first + i]);
        int rc =
            cve.n > 0 ? risk_data_find(counting->risk, cve, &risk, err) : 1;

        if (rc < 0)
            return rc;
        if (rc > 0 || !risk.exploited)
            continue;
        note_cve(counting, &risk, cve, place);
        *out = true;
    }
    return 0;
}

static int newest_first(const void *a, const void *b)
{
    const struct exposed_cve *x = a;
    const struct exposed_cve *y = b;

    if (x->added != y->added)
        return x->added > y->added ? -1 : 1;
    if (x->devices != y->devices)
        return x->devices > y->devices ? -1 : 1;
    return str_cmp(y->cve, x->cve);
}

static void keep_newest(struct counting *counting)
{
    struct exposure *out = counting->out;

    if (counting->cves.n > 0)
        qsort(counting->cves.p, counting->cves.n, sizeof(*counting->cves.p),
              newest_first);
    out->cve_total = counting->cves.n;
    for (size_t i = 0; i < counting->cves.n && i < EXPOSURE_EXPLOITED; i++)
        out->cves[out->cve_count++] = counting->cves.p[i];
}

/* --- Counting ------------------------------------------------------------ */

static int count_shelf(struct counting *counting, const struct shelf *shelf,
                       struct err *err)
{
    const struct oval_content *c = shelf->pack;
    struct exposure *out = counting->out;

    for (uint32_t i = 0; i < c->definitions.n; i++) {
        const struct oval_definition *d = &c->definitions.p[i];
        struct tally t;
        bool exploited;
        int rc;

        if (!counts_as_finding(d))
            continue;
        t = tally_of((enum oval_class)d->class_, &shelf->counts[i]);
        out->findings += t.affected;
        out->undecided += t.errors + t.unknown;
        if (t.affected == 0)
            continue;
        rc = look_at_cves(counting,
                          &(struct place_of_cve){ shelf, d, t.affected },
                          &exploited, err);
        if (rc < 0)
            return rc;
        out->exploited += exploited ? t.affected : 0;
    }
    return 0;
}

static bool is_pure(const struct library *library)
{
    for (size_t i = 0; i < library->shelves.n; i++) {
        const struct oval_content *c = library->shelves.p[i].pack;

        for (uint32_t k = 0; k < c->definitions.n; k++) {
            if (!counts_as_finding(&c->definitions.p[k]))
                return false;
        }
    }
    return true;
}

/* Where true means a finding in all content, the stored counts tell. */
static int count_stored(struct core *core, const struct scope *scope,
                        struct exposure *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        core->db,
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN found > 0 THEN 1 ELSE 0 END),"
        " 0) FROM (SELECT d.id AS id, MAX(f.n_true) AS found FROM finding f"
        " JOIN content c ON c.id = f.content AND c.active = 1"
        " JOIN device d ON d.id = f.device WHERE d.org = $1 AND d.retired = 0"
        " AND d.deleted = 0 AND " SCOPE_SQL " GROUP BY d.id) AS per_device",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope))), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc;
    out->devices = db_col_i64(rows, 0);
    out->affected = db_col_i64(rows, 1);
    return 0;
}

struct having {
    struct idset *assessed;
    struct idset *affected;
    bool counts; /* what is true now is a finding */
};

static int note_device(void *ctx, const struct device_result *result,
                       struct err *err UNUSED)
{
    struct having *having = ctx;

    idset_add(&having->assessed, (uint32_t)result->device);
    if (having->counts && result->result == OVAL_TRUE)
        idset_add(&having->affected, (uint32_t)result->device);
    return 0;
}

static int note_shelf(const struct library *library, const struct shelf *shelf,
                      struct having *having, struct err *err)
{
    const struct oval_content *c = shelf->pack;
    int rc = 0;

    for (uint32_t i = 0; rc == 0 && i < c->definitions.n; i++) {
        having->counts = counts_as_finding(&c->definitions.p[i]);
        if (i > 0 && (!having->counts || shelf->counts[i].n[OVAL_TRUE] == 0))
            continue;
        rc = assessed_devices(shelf->assessed, library->visible, i, note_device,
                              having, err);
    }
    return rc;
}

/* Otherwise every definition that somebody has is asked for its devices; the
 * first one is of all that were assessed. */
static int count_one_by_one(const struct library *library, struct exposure *out,
                            struct err *err)
{
    struct having having = { 0 };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < library->shelves.n; i++)
        rc = note_shelf(library, &library->shelves.p[i], &having, err);
    out->devices = (int64_t)idset_count(having.assessed);
    out->affected = (int64_t)idset_count(having.affected);
    idset_free(having.assessed);
    idset_free(having.affected);
    return rc;
}

int exposure_count(struct core *core, const struct scope *scope,
                   struct arena *arena, struct exposure *out, struct err *err)
{
    struct counting counting = { .arena = arena, .out = out };
    int rc;

    *out = (struct exposure){ 0 };
    rc = library_open(core, scope, &counting.library, err);
    if (rc < 0)
        return rc;
    if (core->reports != NULL && core->reports->rater != NULL)
        counting.risk = rater_data(core->reports->rater);
    rc = library_count(&counting.library, err);
    for (size_t i = 0; rc == 0 && i < counting.library.shelves.n; i++)
        rc = count_shelf(&counting, &counting.library.shelves.p[i], err);
    if (rc == 0)
        rc = is_pure(&counting.library)
                 ? count_stored(core, scope, out, err)
                 : count_one_by_one(&counting.library, out, err);
    if (rc == 0)
        keep_newest(&counting);
    vec_clear(&counting.cves);
    library_close(&counting.library);
    return rc;
}

/* --- The worst ----------------------------------------------------------- */

static int64_t findings_of(const struct assessed *assessed, int64_t device,
                           uint8_t *results)
{
    const struct oval_content *pack = assessed_pack(assessed);
    int64_t n = 0;

    if (assessed_device(assessed, device, results, NULL) != 0)
        return 0;
    for (uint32_t i = 0; i < pack->definitions.n; i++)
        n += results[i] == OVAL_TRUE &&
             counts_as_finding(&pack->definitions.p[i]);
    return n;
}

/* Of every active content, by what is stored of the device now. */
static int64_t all_findings_of(struct core *core, int64_t device)
{
    int64_t n = 0;

    for (size_t i = 0; i < assessor_count(core); i++) {
        const struct assessed *assessed = assessor_at(core, i);
        uint8_t *results =
            mem_alloc(assessed_pack(assessed)->definitions.n + 1, 1);

        n += findings_of(assessed, device, results);
        mem_free(results);
    }
    return n;
}

static int most_first(const void *a, const void *b)
{
    const struct jval *x = *(struct jval *const *)a;
    const struct jval *y = *(struct jval *const *)b;
    int64_t n = jval_i64(jval_get(x, "findings"), 0);
    int64_t m = jval_i64(jval_get(y, "findings"), 0);

    if (n != m)
        return n > m ? -1 : 1;
    return str_cmp(jval_text(jval_get(x, "name"), STR("")),
                   jval_text(jval_get(y, "name"), STR("")));
}

int exposure_worst(struct core *core, const struct scope *scope,
                   struct jval *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct jval *found[EXPOSURE_WORST];
    size_t n = 0;
    int rc = db_query(
        core->db,
        "SELECT d.id, d.name, d.os_name, MAX(f.n_true) FROM finding f"
        " JOIN content c ON c.id = f.content AND c.active = 1"
        " JOIN device d ON d.id = f.device WHERE d.org = $1 AND d.retired = 0"
        " AND d.deleted = 0 AND " SCOPE_SQL " AND f.n_true > 0"
        " GROUP BY d.id, d.name, d.os_name ORDER BY MAX(f.n_true) DESC, d.id"
        " LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(EXPOSURE_WORST)),
        &rows, err);

    while (rc == 0 && n < EXPOSURE_WORST && (rc = db_next(rows, err)) > 0) {
        struct jval *o = jval_new_object();

        jval_set_i64(o, "device", db_col_i64(rows, 0));
        jval_set_text(o, "name", db_col_text(rows, 1));
        jval_set_text(o, "os", db_col_text(rows, 2));
        jval_set_i64(o, "findings", all_findings_of(core, db_col_i64(rows, 0)));
        found[n++] = o;
        rc = 0;
    }
    if (n > 0)
        qsort(found, n, sizeof(*found), most_first);
    for (size_t i = 0; i < n; i++) {
        if (jval_i64(jval_get(found[i], "findings"), 0) > 0)
            jval_push(out, found[i]);
        else
            jval_free(found[i]);
    }
    return rc < 0 ? rc : 0;
}

/* --- Each day ------------------------------------------------------------ */

static int store_day(struct core *core, int64_t org, int64_t day,
                     struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope scope = scope_system(org);
    struct exposure e;
    int rc = exposure_count(core, &scope, &arena, &e, err);

    if (rc < 0)
        return rc;
    return db_run(core->db,
                  "INSERT INTO exposure_day (org, day, devices, affected,"
                  " findings, exploited, undecided) VALUES ($1, $2, $3, $4,"
                  " $5, $6, $7) ON CONFLICT (org, day) DO NOTHING",
                  DB_ARGS(db_i64(org), db_i64(day), db_i64(e.devices),
                          db_i64(e.affected), db_i64(e.findings),
                          db_i64(e.exploited), db_i64(e.undecided)),
                  err);
}

struct missing_days {
    VEC(int64_t) orgs;
};

static int keep_org(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    *vec_push(&((struct missing_days *)ctx)->orgs) = db_col_i64(row, 0);
    return 0;
}

int exposure_daily(struct core *core, int64_t now, struct err *err)
{
    struct missing_days missing = { 0 };
    int64_t day = now - now % DAY_S;
    int rc;

    /* While devices wait, the number would be too small for a whole day. */
    if (assessor_waiting(core) > 0 || assessor_count(core) == 0)
        return 0;
    rc = db_each(core->db,
                 "SELECT id FROM org WHERE NOT EXISTS (SELECT 1 FROM"
                 " exposure_day e WHERE e.org = org.id AND e.day = $1)",
                 DB_ARGS(db_i64(day)), keep_org, &missing, err);
    for (size_t i = 0; rc >= 0 && i < missing.orgs.n; i++)
        rc = store_day(core, missing.orgs.p[i], day, err);
    if (rc >= 0 && missing.orgs.n > 0)
        rc = db_run(core->db, "DELETE FROM exposure_day WHERE day < $1",
                    DB_ARGS(db_i64(day - (int64_t)EXPOSURE_KEPT_DAYS * DAY_S)),
                    err);
    vec_clear(&missing.orgs);
    return rc < 0 ? rc : 0;
}
