/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/benchmark_result.h"

#include "base/map.h"
#include "base/zpack.h"

enum {
    COUNTS_TEXT = 256
};

#define COLUMNS                                                                \
    "b.id, b.device, d.name, b.pack, b.configuration, b.run, b.started,"       \
    " b.ended, b.benchmark, b.title, b.version, b.profile, b.applicable,"      \
    " b.model, b.score_micro, b.maximum_micro, b.counts"

void benchmark_results_clear(struct benchmark_results *list)
{
    vec_clear(&list->all);
}

/* --- storing --- */

static void count(const struct scap_report *report, struct buf *out)
{
    const struct scap_report_rule *rules = report->rules.p;
    int64_t counts[XCCDF_RESULTS] = { 0 };

    for (size_t i = 0; i < report->rules.n; i++)
        counts[rules[i].result]++;
    for (size_t i = 0; i < XCCDF_RESULTS; i++)
        buf_printf(out, "%s%lld", i == 0 ? "" : " ", (long long)counts[i]);
}

static int insert(struct db *db, const struct benchmark_sent *sent,
                  const struct scap_report *report, str packed, struct err *err)
{
    const struct scap_report_score *scores = report->scores.p;
    struct scap_report_score none = { .model = STR("") };
    const struct scap_report_score *score =
        report->scores.n > 0 ? &scores[0] : &none;
    AUTO(buf_clear) struct buf counts = BUF(COUNTS_TEXT);
    int rc;

    count(report, &counts);
    rc = db_run(
        db,
        "INSERT INTO benchmark_result (device, pack, configuration, run,"
        " started, ended, benchmark, title, version, profile, applicable,"
        " model, score_micro, maximum_micro, counts, report, files)"
        " VALUES ($1, $2, COALESCE((SELECT c.id FROM configuration c"
        " JOIN device d ON d.org = c.org WHERE d.id = $1 AND c.id = $3), 0),"
        " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        DB_ARGS(db_i64(sent->device), db_i64(sent->pack->id),
                db_i64(sent->results->terms.configuration), db_i64(sent->run),
                db_i64(sent->results->started), db_i64(sent->results->ended),
                db_text(report->benchmark), db_text(report->title),
                db_text(report->version), db_text(report->profile),
                db_i64(report->applicable), db_text(score->model),
                db_i64(score->score_micro), db_i64(score->maximum_micro),
                db_text(buf_str(&counts)), db_blob(packed),
                db_blob(sent->results->details)),
        err);
    return rc < 0 ? rc : 0;
}

int benchmark_result_put(struct db *db, const struct benchmark_sent *sent,
                         struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf packed = BUF(VERDICTS_MAX);
    struct scap_report report;
    struct scap_files files;
    int rc = wire_read(&shape_scap_report, sent->results->verdicts, &arena,
                       &report, err);

    if (rc == 0)
        rc = wire_read(&shape_scap_files, sent->results->details, &arena,
                       &files, err);
    if (rc < 0)
        return err_wrap(err, E_INVALID, "the results of a benchmark");
    rc = zpack_make(sent->results->verdicts, &packed, err);
    return rc < 0 ? rc : insert(db, sent, &report, buf_str(&packed), err);
}

/* --- reading --- */

static void read_counts(str text, int64_t out[XCCDF_RESULTS])
{
    for (size_t i = 0; i < XCCDF_RESULTS; i++) {
        int64_t n = 0;

        if (str_to_i64(str_cut(&text, ' '), 0, INT64_MAX, &n, NULL) == 0)
            out[i] = n;
    }
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct benchmark_result *out)
{
    *out = (struct benchmark_result){
        .id = db_col_i64(rows, 0),
        .device = db_col_i64(rows, 1),
        .device_name = arena_str(arena, db_col_text(rows, 2)),
        .pack = db_col_i64(rows, 3),
        .configuration = db_col_i64(rows, 4),
        .run = db_col_i64(rows, 5),
        .started = db_col_i64(rows, 6),
        .ended = db_col_i64(rows, 7),
        .benchmark = arena_str(arena, db_col_text(rows, 8)),
        .title = arena_str(arena, db_col_text(rows, 9)),
        .version = arena_str(arena, db_col_text(rows, 10)),
        .profile = arena_str(arena, db_col_text(rows, 11)),
        .applicable = db_col_i64(rows, 12) != 0,
        .model = arena_str(arena, db_col_text(rows, 13)),
        .score_micro = db_col_i64(rows, 14),
        .maximum_micro = db_col_i64(rows, 15),
    };
    read_counts(db_col_text(rows, 16), out->counts);
}

int benchmark_result_list(struct db *db, const struct scope *scope,
                          const struct benchmark_result_query *query,
                          struct arena *arena, struct benchmark_results *out,
                          struct err *err)
{
    int64_t before = query->before > 0 ? query->before : INT64_MAX;
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM benchmark_result b"
        " JOIN device d ON d.id = b.device WHERE d.org = $1 AND " SCOPE_SQL
        " AND ($3 = 0 OR b.device = $3)"
        " AND ($4 = 0 OR b.configuration = $4) AND ($5 = 0 OR b.run = $5)"
        " AND b.id < $6 ORDER BY b.id DESC LIMIT $7",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(query->device), db_i64(query->configuration),
                db_i64(query->run), db_i64(before), db_i64(query->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

int benchmark_result_get(struct db *db, const struct scope *scope, int64_t id,
                         struct arena *arena, struct benchmark_result *out,
                         struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db,
        "SELECT " COLUMNS " FROM benchmark_result b"
        " JOIN device d ON d.id = b.device WHERE d.org = $1 AND " SCOPE_SQL
        " AND b.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        DB_WANTED("benchmark result", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

static int read_blob(struct db *db, const char *sql, int64_t id,
                     struct arena *arena, str *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(db, sql, DB_ARGS(db_i64(id)),
                    DB_WANTED("benchmark result", id), &rows, err);

    if (rc < 0)
        return rc;
    *out = arena_str(arena, db_col_blob(rows, 0));
    return 0;
}

int benchmark_result_report(struct db *db, int64_t id, struct arena *arena,
                            struct scap_report *out, struct err *err)
{
    AUTO(buf_clear) struct buf plain = BUF(VERDICTS_MAX);
    str packed = STR_NONE;
    int rc = read_blob(db, "SELECT report FROM benchmark_result WHERE id = $1",
                       id, arena, &packed, err);

    if (rc == 0)
        rc = zpack_open(packed, &plain, err);
    return rc < 0
               ? rc
               : wire_read(&shape_scap_report,
                           arena_str(arena, buf_str(&plain)), arena, out, err);
}

int benchmark_result_files(struct db *db, int64_t id, struct arena *arena,
                           struct scap_files *out, struct err *err)
{
    str bytes = STR_NONE;
    int rc = read_blob(db, "SELECT files FROM benchmark_result WHERE id = $1",
                       id, arena, &bytes, err);

    return rc < 0 ? rc : wire_read(&shape_scap_files, bytes, arena, out, err);
}

/* --- comparing --- */

const char *benchmark_change_name(enum benchmark_change change)
{
    static const char *const names[] = {
        [BENCHMARK_UNCHANGED] = "unchanged",
        [BENCHMARK_NEWLY_FAILING] = "newly_failing",
        [BENCHMARK_NEWLY_PASSING] = "newly_passing",
        [BENCHMARK_CHANGED] = "changed",
        [BENCHMARK_ADDED] = "added",
        [BENCHMARK_REMOVED] = "removed",
    };

    return change < COUNT(names) ? names[change] : "";
}

static bool passes(int64_t result)
{
    return result == XCCDF_PASS || result == XCCDF_FIXED;
}

static enum benchmark_change change_of(const struct scap_report_rule *before,
                                       const struct scap_report_rule *after)
{
    if (before == NULL)
        return BENCHMARK_ADDED;
    if (after == NULL)
        return BENCHMARK_REMOVED;
    if (before->result == after->result)
        return BENCHMARK_UNCHANGED;
    if (after->result == XCCDF_FAIL)
        return BENCHMARK_NEWLY_FAILING;
    if (passes(after->result) && !passes(before->result))
        return BENCHMARK_NEWLY_PASSING;
    return BENCHMARK_CHANGED;
}

static void add(struct benchmark_differences *out,
                const struct scap_report_rule *before,
                const struct scap_report_rule *after)
{
    enum benchmark_change change = change_of(before, after);

    *vec_push(&out->all) =
        (struct benchmark_difference){ before, after, change };
    out->counts[change]++;
}

void benchmark_compare(const struct scap_report *before,
                       const struct scap_report *after,
                       struct benchmark_differences *out)
{
    const struct scap_report_rule *old = before->rules.p;
    const struct scap_report_rule *new = after->rules.p;
    AUTO(map_clear) struct map first = MAP; /* id: the next one to match */
    size_t n = before->rules.n;
    uint32_t *next = mem_alloc(n + 1, sizeof(*next));
    bool *matched = mem_alloc(n + 1, sizeof(*matched));

    for (size_t i = n; i-- > 0;) {
        next[i] = map_get(&first, old[i].id);
        map_set(&first, old[i].id, (uint32_t)i);
    }
    for (size_t i = 0; i < after->rules.n; i++) {
        uint32_t at = map_get(&first, new[i].id);

        add(out, at == MAP_NONE ? NULL : &old[at], &new[i]);
        if (at == MAP_NONE)
            continue;
        matched[at] = true;
        map_set(&first, new[i].id, next[at]);
    }
    for (size_t i = 0; i < n; i++)
        if (!matched[i])
            add(out, &old[i], NULL);
    mem_free(next);
    mem_free(matched);
}

void benchmark_differences_clear(struct benchmark_differences *differences)
{
    vec_clear(&differences->all);
}
