/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/benchmark.h"

#include "base/digest.h"
#include "base/jval.h"

enum {
    PACK_MAX = 2 * SCAP_DOCUMENT_MAX + (1 << 16)
};

#define COLUMNS                                                                \
    "id, org, kind, name, sha256, size, description, uploaded, uploaded_by"

void benchmarks_clear(struct benchmarks *list)
{
    vec_clear(&list->all);
}

static void copy_digest(str from, uint8_t to[JOB_DIGEST_BYTES])
{
    if (from.n == JOB_DIGEST_BYTES)
        memcpy(to, from.p, JOB_DIGEST_BYTES);
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct benchmark *out)
{
    *out = (struct benchmark){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .kind = arena_str(arena, db_col_text(rows, 2)),
        .name = arena_str(arena, db_col_text(rows, 3)),
        .size = db_col_i64(rows, 5),
        .description = arena_str(arena, db_col_text(rows, 6)),
        .uploaded = db_col_i64(rows, 7),
        .uploaded_by = arena_str(arena, db_col_text(rows, 8)),
    };
    copy_digest(db_col_blob(rows, 4), out->sha256);
}

int benchmark_add(struct db *db, const struct scope *scope, struct benchmark *b,
                  str document, struct err *err)
{
    b->org = scope->org;
    return db_one_i64(
        db,
        "INSERT INTO benchmark (org, kind, name, sha256, size, description,"
        " document, uploaded, uploaded_by, removed)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) RETURNING id",
        DB_ARGS(db_i64(b->org), db_text(b->kind), db_text(b->name),
                db_blob((str){ (const char *)b->sha256, JOB_DIGEST_BYTES }),
                db_i64(b->size), db_text(b->description), db_blob(document),
                db_i64(b->uploaded), db_text(b->uploaded_by)),
        &b->id, err);
}

static int none(int64_t id, struct err *err)
{
    return err_set(err, E_ABSENT, "there is no benchmark %lld", (long long)id);
}

int benchmark_remove(struct db *db, const struct scope *scope, int64_t id,
                     int64_t now, struct err *err)
{
    int64_t used = 0;
    int rc =
        db_one_i64(db,
                   "SELECT COUNT(*) FROM configuration c JOIN benchmark_pack p"
                   " ON p.id = c.pack WHERE c.org = $1 AND c.kind = 'scap'"
                   " AND (p.benchmark = $2 OR p.tailoring = $2)",
                   DB_ARGS(db_i64(scope->org), db_i64(id)), &used, err);

    if (rc < 0)
        return rc;
    if (used > 0)
        return err_set(err, E_INVALID, "%lld configurations use it",
                       (long long)used);
    rc = db_run(db,
                "UPDATE benchmark SET removed = $3"
                " WHERE org = $1 AND id = $2 AND removed = 0",
                DB_ARGS(db_i64(scope->org), db_i64(id), db_i64(now)), err);
    return rc < 0 ? rc : rc == 0 ? none(id, err) : 0;
}

int benchmark_get(struct db *db, const struct scope *scope, int64_t id,
                  struct arena *arena, struct benchmark *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM benchmark"
                      " WHERE org = $1 AND id = $2 AND removed = 0",
                      DB_ARGS(db_i64(scope->org), db_i64(id)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : none(id, err);
    read_row(rows, arena, out);
    return 0;
}

int benchmark_list(struct db *db, const struct scope *scope,
                   const struct benchmark_range *range, struct arena *arena,
                   struct benchmarks *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM benchmark WHERE org = $1 AND id > $2"
        " AND removed = 0 ORDER BY id LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_i64(range->after), db_i64(range->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

/* --- packs --- */

/* The member `id` of an object of the array is the text; "" takes the first. */
static const struct jval *find(const struct jval *array, str id)
{
    for (size_t i = 0; i < jval_count(array); i++) {
        const struct jval *one = jval_at(array, i);

        if (id.n == 0 || str_eq(jval_text(jval_get(one, "id"), STR("")), id))
            return one;
    }
    return NULL;
}

static int lacks(const char **out_field, const char *field, str id,
                 struct err *err)
{
    *out_field = field;
    return err_set(err, E_INVALID, "the content has no %s '%" PRIstr "'", field,
                   ARGstr(id));
}

static int check_choice(const struct benchmark_pack *p,
                        const struct jval *content,
                        const struct jval *tailoring, const char **out_field,
                        struct err *err)
{
    const struct jval *stream = find(jval_get(content, "streams"), p->stream);
    const struct jval *benchmark;
    const struct jval *profile;

    if (stream == NULL)
        return lacks(out_field, "stream", p->stream, err);
    benchmark = find(jval_get(stream, "benchmarks"), p->benchmark_id);
    if (benchmark == NULL)
        return lacks(out_field, "benchmark", p->benchmark_id, err);
    if (p->profile.n == 0)
        return 0;
    profile = find(jval_get(tailoring, "profiles"), p->profile);
    if (profile == NULL)
        profile = find(jval_get(benchmark, "profiles"), p->profile);
    if (profile == NULL)
        return lacks(out_field, "profile", p->profile, err);
    if (jval_bool(jval_get(profile, "abstract"), false)) {
        *out_field = "profile";
        return err_set(err, E_INVALID,
                       "the profile is abstract: only others are made of it");
    }
    return 0;
}

static int describe(struct db *db, const struct scope *scope, int64_t id,
                    const char *kind, struct jval **out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct benchmark b;
    int rc = benchmark_get(db, scope, id, &arena, &b, err);

    if (rc == 0 && !str_eq_c(b.kind, kind))
        rc = err_set(err, E_INVALID, "%lld is no %s", (long long)id, kind);
    if (rc == E_ABSENT)
        rc = E_INVALID;
    return rc < 0
               ? rc
               : jval_parse(b.description, BENCHMARK_DESCRIPTION_MAX, out, err);
}

static int check(struct db *db, const struct scope *scope,
                 const struct benchmark_pack *p, const char **out_field,
                 struct err *err)
{
    AUTO(jval_freep) struct jval *content = NULL;
    AUTO(jval_freep) struct jval *tailoring = NULL;
    int rc;

    *out_field = "content";
    rc = describe(db, scope, p->benchmark, "benchmark", &content, err);
    if (rc == 0 && p->tailoring != 0) {
        *out_field = "tailoring";
        rc = describe(db, scope, p->tailoring, "tailoring", &tailoring, err);
    }
    return rc < 0 ? rc : check_choice(p, content, tailoring, out_field, err);
}

/* The document of a benchmark or tailoring, also of a removed one. */
static int read_document(struct db *db, int64_t id, struct arena *arena,
                         str *out_name, str *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, "SELECT name, document FROM benchmark WHERE id = $1",
                      DB_ARGS(db_i64(id)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : none(id, err);
    *out_name = arena_str(arena, db_col_text(rows, 0));
    *out = arena_str(arena, db_col_blob(rows, 1));
    return 0;
}

int benchmark_pack_bytes(struct db *db, const struct benchmark_pack *p,
                         struct buf *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scap_pack pack = { .stream = p->stream,
                              .benchmark = p->benchmark_id,
                              .profile = p->profile,
                              .tailoring_name = STR(""),
                              .tailoring = STR("") };
    int rc = read_document(db, p->benchmark, &arena, &pack.name, &pack.document,
                           err);

    if (rc == 0 && p->tailoring != 0)
        rc = read_document(db, p->tailoring, &arena, &pack.tailoring_name,
                           &pack.tailoring, err);
    return rc < 0 ? rc : scap_pack_write(&pack, out, err);
}

static int digest_pack(struct db *db, struct benchmark_pack *p, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(PACK_MAX);
    uint8_t digest[DIGEST_BYTES_MAX];
    struct digest running;
    int rc = benchmark_pack_bytes(db, p, &bytes, err);

    if (rc < 0)
        return rc;
    digest_init(&running, DIGEST_SHA256);
    digest_add(&running, bytes.p, bytes.n);
    digest_bytes(&running, digest);
    memcpy(p->digest, digest, JOB_DIGEST_BYTES);
    p->size = (int64_t)bytes.n;
    return 0;
}

int benchmark_pack_make(struct db *db, const struct scope *scope,
                        struct benchmark_pack *p, int64_t now,
                        const char **out_field, struct err *err)
{
    int rc = check(db, scope, p, out_field, err);

    if (rc == 0)
        rc = digest_pack(db, p, err);
    if (rc < 0)
        return rc;
    p->org = scope->org;
    return db_one_i64(
        db,
        "INSERT INTO benchmark_pack (org, benchmark, tailoring, stream,"
        " benchmark_id, profile, digest, size, created)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (org, digest) DO UPDATE SET size = $8 RETURNING id",
        DB_ARGS(db_i64(p->org), db_i64(p->benchmark), db_i64(p->tailoring),
                db_text(p->stream), db_text(p->benchmark_id),
                db_text(p->profile),
                db_blob((str){ (const char *)p->digest, JOB_DIGEST_BYTES }),
                db_i64(p->size), db_i64(now)),
        &p->id, err);
}

#define PACK_COLUMNS                                                           \
    "id, org, benchmark, tailoring, stream, benchmark_id, profile, digest,"    \
    " size"

static int read_pack(struct db_rows *rows, struct arena *arena,
                     struct benchmark_pack *out, struct err *err)
{
    int rc = db_next(rows, err);

    if (rc <= 0)
        return rc < 0 ? rc : 1;
    *out = (struct benchmark_pack){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .benchmark = db_col_i64(rows, 2),
        .tailoring = db_col_i64(rows, 3),
        .stream = arena_str(arena, db_col_text(rows, 4)),
        .benchmark_id = arena_str(arena, db_col_text(rows, 5)),
        .profile = arena_str(arena, db_col_text(rows, 6)),
        .size = db_col_i64(rows, 8),
    };
    copy_digest(db_col_blob(rows, 7), out->digest);
    return 0;
}

int benchmark_pack_get(struct db *db, int64_t id, struct arena *arena,
                       struct benchmark_pack *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db, "SELECT " PACK_COLUMNS " FROM benchmark_pack WHERE id = $1",
        DB_ARGS(db_i64(id)), &rows, err);

    if (rc == 0)
        rc = read_pack(rows, arena, out, err);
    return rc == 1
               ? err_set(err, E_ABSENT, "there is no pack %lld", (long long)id)
               : rc;
}

int benchmark_pack_find(struct db *db, int64_t org, str digest,
                        struct arena *arena, struct benchmark_pack *out,
                        struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " PACK_COLUMNS " FROM benchmark_pack"
                      " WHERE org = $1 AND digest = $2",
                      DB_ARGS(db_i64(org), db_blob(digest)), &rows, err);

    return rc < 0 ? rc : read_pack(rows, arena, out, err);
}
