/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/content.h"

#include "base/clock.h"
#include "content/platform.h"

#define COLUMNS                                                                \
    "id, platform, source, digest, size, definitions, feed_time, imported,"    \
    " active"

void contents_clear(struct contents *list)
{
    vec_clear(&list->all);
}

void content_hex(const uint8_t digest[JOB_DIGEST_BYTES], char out[CONTENT_HEX])
{
    for (size_t i = 0; i < JOB_DIGEST_BYTES; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

void content_file(str dir, const uint8_t digest[JOB_DIGEST_BYTES],
                  struct buf *out)
{
    char hex[CONTENT_HEX];

    content_hex(digest, hex);
    buf_printf(out, "%" PRIstr "/%s.pack", ARGstr(dir), hex);
}

static void copy_text(char *out, size_t size, str text)
{
    if (text.n >= size)
        text.n = size - 1;
    if (text.n > 0)
        memcpy(out, text.p, text.n);
    out[text.n] = '\0';
}

static int read_row(struct db_rows *rows, struct content *out, struct err *err)
{
    str digest = db_col_blob(rows, 3);

    if (digest.n != sizeof(out->digest))
        return err_set(err, E_CORRUPT, "content %lld has no digest",
                       (long long)db_col_i64(rows, 0));
    *out = (struct content){
        .id = db_col_i64(rows, 0),
        .size = db_col_i64(rows, 4),
        .definitions = db_col_i64(rows, 5),
        .feed_time = db_col_i64(rows, 6),
        .imported = db_col_i64(rows, 7),
        .active = db_col_i64(rows, 8) != 0,
    };
    copy_text(out->platform, sizeof(out->platform), db_col_text(rows, 1));
    copy_text(out->source, sizeof(out->source), db_col_text(rows, 2));
    memcpy(out->digest, digest.p, sizeof(out->digest));
    return 0;
}

/* 0: *out is set; 1: no row. */
static int read_one(struct db *db, const char *sql, struct db_args args,
                    struct content *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, sql, args, &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    return rc == 0 ? 1 : read_row(rows, out, err);
}

static int active_of(struct db *db, str platform, struct content *out,
                     struct err *err)
{
    return read_one(db,
                    "SELECT " COLUMNS " FROM content"
                    " WHERE platform = $1 AND active = 1",
                    DB_ARGS(db_text(platform)), out, err);
}

static int refuse_older(const struct content *old, const struct content *new,
                        struct err *err)
{
    char had[CLOCK_TEXT_MAX];
    char got[CLOCK_TEXT_MAX];

    clock_text(old->feed_time, had);
    clock_text(new->feed_time, got);
    return err_set(err, E_INVALID,
                   "%s: this content is of %s, older than the one of %s in "
                   "use; nothing was changed",
                   new->platform, got, had);
}

int content_activate(struct db *db, struct content *content, bool allow_older,
                     int64_t now, struct err *err)
{
    str platform = str_c(content->platform);
    str digest = { (const char *)content->digest, sizeof(content->digest) };
    struct content old = { 0 };
    int rc = active_of(db, platform, &old, err);

    if (rc < 0)
        return rc;
    if (rc == 0 && memcmp(old.digest, content->digest, digest.n) == 0) {
        *content = old;
        return 1;
    }
    if (rc == 0 && content->feed_time < old.feed_time && !allow_older)
        return refuse_older(&old, content, err);
    rc = db_run(db, "UPDATE content SET active = 0 WHERE platform = $1",
                DB_ARGS(db_text(platform)), err);
    if (rc < 0)
        return rc;
    rc = db_one_i64(
        db,
        "INSERT INTO content (platform, source, digest, size, definitions,"
        " feed_time, imported, active)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 1)"
        " ON CONFLICT (platform, digest) DO UPDATE SET active = 1,"
        " imported = $7 RETURNING id",
        DB_ARGS(db_text(platform), db_text(str_c(content->source)),
                db_blob(digest), db_i64(content->size),
                db_i64(content->definitions), db_i64(content->feed_time),
                db_i64(now)),
        &content->id, err);
    if (rc < 0)
        return rc;
    content->imported = now;
    content->active = true;
    return 0;
}

static int content_of_id(struct db *db, str os_id, str os_version,
                         struct content *out, struct err *err)
{
    str major = str_sub(os_version, 0, str_find_char(os_version, '.'));
    str tries[3] = { os_version, major, STR("") };
    int rc = 1;

    for (size_t i = 0; i < COUNT(tries) && rc == 1; i++) {
        AUTO(buf_clear) struct buf platform = BUF(4 * PLATFORM_MAX);

        buf_add(&platform, os_id);
        buf_add_char(&platform, ':');
        buf_add(&platform, tries[i]);
        if (buf_finish(&platform, "the platform", NULL) < 0)
            continue;
        rc = active_of(db, buf_str(&platform), out, err);
    }
    return rc;
}

int content_for_os(struct db *db, str os_id, str os_version,
                   struct content *out, struct err *err)
{
    int rc = content_of_id(db, os_id, os_version, out, err);

    for (size_t i = 0; rc == 1; i++) {
        str also = platform_also(os_id, i);

        if (also.n == 0)
            break;
        rc = content_of_id(db, also, os_version, out, err);
    }
    return rc;
}

static int absent(int rc, struct err *err)
{
    return rc == 1 ? err_set(err, E_ABSENT, "there is no such content") : rc;
}

int content_get(struct db *db, int64_t id, struct content *out, struct err *err)
{
    return absent(read_one(db, "SELECT " COLUMNS " FROM content WHERE id = $1",
                           DB_ARGS(db_i64(id)), out, err),
                  err);
}

int content_by_digest(struct db *db, str digest, struct content *out,
                      struct err *err)
{
    return absent(read_one(db,
                           "SELECT " COLUMNS " FROM content WHERE digest = $1"
                           " ORDER BY active DESC, id DESC LIMIT 1",
                           DB_ARGS(db_blob(digest)), out, err),
                  err);
}

int content_list(struct db *db, bool active_only, struct contents *out,
                 struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM content WHERE active >= $1"
                      " ORDER BY id DESC",
                      DB_ARGS(db_i64(active_only)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0)
        rc = read_row(rows, vec_push(&out->all), err);
    return rc;
}
