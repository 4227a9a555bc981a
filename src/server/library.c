/* SPDX-License-Identifier: Apache-2.0
 *
 * Definitions of some contents and what one asker may know of their results;
 * see server/reports.h.
 */
#include <stdio.h>

#include "base/log.h"
#include "fleet/finding.h"
#include "fleet/merge.h"
#include "oval/inventory.h"
#include "oval/pack.h"
#include "oval/verdicts.h"
#include "server/reports.h"

/* --- Opening ------------------------------------------------------------- */

static void begin(struct core *core, const struct scope *scope,
                  struct library *out)
{
    *out = (struct library){ .core = core, .scope = scope };
    if (core->reports != NULL)
        out->finding.rater = rater_use(core->reports->rater);
}

static void add_active(struct library *library, const struct assessed *assessed)
{
    struct shelf *shelf = vec_push(&library->shelves);

    shelf->content = *assessed_content(assessed);
    shelf->assessed = assessed;
    shelf->pack = assessed_pack(assessed);
}

int library_open(struct core *core, const struct scope *scope,
                 struct library *out, struct err *err)
{
    begin(core, scope, out);
    for (size_t i = 0; i < assessor_count(core); i++)
        add_active(out, assessor_at(core, i));
    return visible_new(core, scope, &out->visible, err);
}

/* A pack that is not active any more, from its file. */
static int add_file(struct library *library, const struct content *content,
                    struct err *err)
{
    AUTO(buf_clear) struct buf dir = BUF(4096);
    AUTO(buf_clear) struct buf path = BUF(4096);
    struct shelf *shelf;
    struct oval_content *pack;
    int rc;

    if (library->core->reports == NULL)
        return err_set(err, E_ABSENT, "content %lld is not there any more",
                       (long long)content->id);
    buf_printf(&dir, "%s/content", library->core->reports->data_dir);
    content_file(buf_str(&dir), content->digest, &path);
    rc = oval_pack_open(buf_c(&path), &pack, err);
    if (rc == E_ABSENT)
        return err_set(err, E_ABSENT, "content %lld is not there any more",
                       (long long)content->id);
    if (rc < 0)
        return rc;
    shelf = vec_push(&library->shelves);
    shelf->content = *content;
    shelf->own = pack;
    shelf->pack = pack;
    return 0;
}

/* `past`: also of active content the results are read from the store. */
static int add_one(struct library *library, int64_t id, bool past,
                   struct err *err)
{
    const struct assessed *assessed = assessor_find(library->core, id);
    struct content content;
    int rc;

    if (assessed != NULL) {
        add_active(library, assessed);
        if (past)
            library->shelves.p[library->shelves.n - 1].assessed = NULL;
        return 0;
    }
    rc = content_get(library->core->db, id, &content, err);
    return rc < 0 ? rc : add_file(library, &content, err);
}

int library_open_content(struct core *core, const struct scope *scope,
                         int64_t content, struct library *out, struct err *err)
{
    int rc;

    begin(core, scope, out);
    rc = visible_new(core, scope, &out->visible, err);
    if (rc == 0)
        rc = add_one(out, content, false, err);
    if (rc < 0)
        library_close(out);
    return rc;
}

int library_add_content(struct library *library, int64_t content,
                        struct err *err)
{
    for (size_t i = 0; i < library->shelves.n; i++) {
        if (library->shelves.p[i].content.id == content)
            return 0;
    }
    return add_one(library, content, false, err);
}

static int contents_of_run(struct library *library, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(library->core->db,
                      "SELECT DISTINCT h.content FROM finding_history h"
                      " JOIN device d ON d.id = h.device WHERE d.org = $1"
                      " AND " SCOPE_SQL " AND h.run = $3 ORDER BY h.content",
                      DB_ARGS(db_i64(library->scope->org),
                              db_i64(scope_limit(library->scope)),
                              db_i64(library->run)),
                      &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        rc = add_one(library, db_col_i64(rows, 0), true, err);
        if (rc == E_ABSENT) /* its pack was removed: its results are not read */
            rc = 0;
    }
    return rc;
}

int library_open_run(struct core *core, const struct scope *scope, int64_t run,
                     struct library *out, struct err *err)
{
    int rc;

    begin(core, scope, out);
    out->run = run;
    rc = visible_new(core, scope, &out->visible, err);
    if (rc == 0)
        rc = contents_of_run(out, err);
    if (rc < 0)
        library_close(out);
    return rc;
}

static void shelf_clear(struct shelf *shelf)
{
    oval_eval_free(shelf->eval);
    oval_source_free(shelf->source);
    oval_content_free(shelf->own);
    mem_free(shelf->counts);
}

void library_close(struct library *library)
{
    for (size_t i = 0; i < library->shelves.n; i++)
        shelf_clear(&library->shelves.p[i]);
    vec_clear(&library->shelves);
    visible_free(library->visible);
    library->visible = NULL;
    oval_finding_clear(&library->finding);
}

/* --- Counting ------------------------------------------------------------ */

/* Results of one content out of the store, a device after the other. */
struct past {
    struct shelf *shelf;
    const struct visible *visible;
    uint64_t key;
    int64_t device;
    bool has[2]; /* by enum finding_origin */
    uint8_t *results[2];
};

static void count_device(struct past *past)
{
    uint32_t n = past->shelf->pack->definitions.n;

    for (int origin = 0; origin < 2; origin++) {
        if (!past->has[origin])
            memset(past->results[origin], OVAL_UNKNOWN, n);
    }
    if (past->has[0] || past->has[1]) {
        for (uint32_t i = 0; i < n; i++) {
            struct merged m = finding_merge(
                (enum oval_result)past->results[FINDING_AGENT][i],
                (enum oval_result)past->results[FINDING_SERVER][i], false);

            past->shelf->counts[i].n[m.result]++;
        }
        past->shelf->devices++;
    }
    past->has[0] = past->has[1] = false;
}

static int past_row(void *ctx, struct db_rows *row, struct err *err)
{
    struct past *past = ctx;
    int64_t device = db_col_i64(row, 0);
    int64_t at = db_col_i64(row, 3);
    int origin =
        str_eq_c(db_col_text(row, 1), "agent") ? FINDING_AGENT : FINDING_SERVER;

    (void)err;
    if (device != past->device)
        count_device(past);
    past->device = device;
    if (!visible_has(past->visible, device) ||
        oval_verdicts_decode(db_col_blob(row, 2), past->key,
                             past->shelf->pack->definitions.n,
                             past->results[origin], NULL) < 0)
        return 0;
    past->has[origin] = true;
    if (at > past->shelf->last)
        past->shelf->last = at;
    return 0;
}

static int count_past(struct library *library, struct shelf *shelf,
                      struct err *err)
{
    uint32_t n = shelf->pack->definitions.n;
    struct past past = {
        .shelf = shelf,
        .visible = library->visible,
        .key = oval_verdicts_key(shelf->pack),
        .results = { mem_alloc(n, 1), mem_alloc(n, 1) },
    };
    struct db_args args =
        DB_ARGS(db_i64(shelf->content.id), db_i64(library->run));
    int rc;

    if (library->run != 0)
        rc = db_each(library->core->db,
                     "SELECT device, origin, verdicts, at FROM finding_history"
                     " WHERE content = $1 AND run = $2 ORDER BY device, id",
                     args, past_row, &past, err);
    else
        rc = db_each(library->core->db,
                     "SELECT device, origin, verdicts, at FROM finding"
                     " WHERE content = $1 AND $2 = 0 ORDER BY device, origin",
                     args, past_row, &past, err);
    if (rc == 0)
        count_device(&past);
    mem_free(past.results[0]);
    mem_free(past.results[1]);
    return rc;
}

static int newest(struct library *library, struct shelf *shelf, struct err *err)
{
    int rc = db_one_i64(
        library->core->db,
        "SELECT COALESCE(MAX(f.at), 0) FROM finding f JOIN device d"
        " ON d.id = f.device WHERE d.org = $1 AND d.retired = 0"
        " AND " SCOPE_SQL " AND f.content = $3",
        DB_ARGS(db_i64(library->scope->org),
                db_i64(scope_limit(library->scope)), db_i64(shelf->content.id)),
        &shelf->last, err);

    return rc < 0 ? rc : 0;
}

int library_count(struct library *library, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < library->shelves.n; i++) {
        struct shelf *shelf = &library->shelves.p[i];

        if (shelf->counts != NULL)
            continue;
        shelf->counts =
            mem_alloc(shelf->pack->definitions.n, sizeof(*shelf->counts));
        if (shelf->assessed == NULL) {
            rc = count_past(library, shelf, err);
            continue;
        }
        shelf->devices = (int64_t)assessed_counts(
            shelf->assessed, library->visible, shelf->counts);
        rc = newest(library, shelf, err);
    }
    return rc;
}

struct tally tally_of(enum oval_class class_,
                      const struct oval_fleet_counts *counts)
{
    struct tally t = { 0 };

    for (int r = 0; r < OVAL_RESULTS; r++) {
        int64_t n = counts->n[r];

        if (r == OVAL_ERROR)
            t.errors = n;
        else if (r == OVAL_UNKNOWN)
            t.unknown = n;
        else if (r == OVAL_NOT_APPLICABLE)
            t.not_applicable = n;
        else if (r == OVAL_NOT_EVALUATED)
            t.not_evaluated = n;
        else if (oval_meaning_of(class_, (enum oval_result)r) == OVAL_MEANS_BAD)
            t.affected += n;
        else if (oval_meaning_of(class_, (enum oval_result)r) ==
                 OVAL_MEANS_GOOD)
            t.good += n;
        else
            t.nothing += n;
    }
    t.tested = t.affected + t.good + t.nothing + t.errors + t.unknown;
    return t;
}

/* --- Reading definitions ------------------------------------------------- */

const struct oval_finding *library_read(struct library *library, size_t shelf,
                                        uint32_t definition, struct err *err)
{
    static const struct oval_inventory nothing = { .device = { "-", 1 } };
    struct shelf *s = &library->shelves.p[shelf];
    int rc = 0;

    if (s->source == NULL)
        rc = oval_inventory_source_new(&nothing, NULL, &s->source, err);
    if (rc == 0 && s->eval == NULL)
        rc = oval_eval_new(s->pack, s->source, NULL, &s->eval, err);
    if (rc < 0)
        return NULL;
    oval_finding_fill(&library->finding, s->eval, definition);
    return &library->finding;
}
