/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/audit.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/digest.h"

enum {
    FIELD_MAX = 1 << 20 /* of before and after */
};

static void add_number(struct digest *digest, int64_t value)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
    digest_add(digest, bytes, sizeof(bytes));
}

/* Length first, so that no two rows have the same bytes; none is not empty. */
static void add_text(struct digest *digest, str text)
{
    add_number(digest, text.p == NULL ? -1 : (int64_t)text.n);
    if (text.n > 0)
        digest_add(digest, text.p, text.n);
}

static void row_digest(const struct audit_entry *entry, str previous,
                       uint8_t out[AUDIT_DIGEST_BYTES])
{
    uint8_t bytes[DIGEST_BYTES_MAX];
    struct digest digest;

    digest_init(&digest, DIGEST_SHA256);
    add_text(&digest, STR("holdfast audit v1"));
    add_text(&digest, previous);
    add_number(&digest, entry->id);
    add_number(&digest, entry->org);
    add_number(&digest, entry->at);
    add_text(&digest, entry->actor);
    add_text(&digest, entry->peer);
    add_text(&digest, entry->action);
    add_text(&digest, entry->kind);
    add_number(&digest, entry->object);
    add_text(&digest, entry->before);
    add_text(&digest, entry->after);
    digest_bytes(&digest, bytes);
    memcpy(out, bytes, AUDIT_DIGEST_BYTES);
}

/* Takes the next number. The update locks the row until the transaction ends,
 * so that two servers on one PostgreSQL cannot chain to the same row. */
static int take_number(struct db *db, struct audit_head *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    str digest;
    int rc;

    rc = db_query(db,
                  "UPDATE audit_head SET id = id + 1 WHERE one = 1 "
                  "RETURNING id, digest",
                  DB_NO_ARGS, &rows, err);
    if (rc < 0)
        return rc;
    rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, E_CORRUPT, "the audit log has lost its head");
    *out = (struct audit_head){ .id = db_col_i64(rows, 0) };
    digest = db_col_blob(rows, 1);
    if (digest.n != (out->id == 1 ? 0 : AUDIT_DIGEST_BYTES))
        return err_set(err, E_CORRUPT, "the head of the audit log is damaged");
    if (digest.n > 0)
        memcpy(out->digest, digest.p, digest.n);
    /* The statement is complete only when it was read to its end. */
    rc = db_next(rows, err);
    return rc < 0 ? rc : 0;
}

static str of_digest(const uint8_t digest[AUDIT_DIGEST_BYTES])
{
    return (str){ (const char *)digest, AUDIT_DIGEST_BYTES };
}

int audit_add(struct db *db, const struct audit_entry *entry, struct err *err)
{
    struct audit_entry row = *entry;
    struct audit_head last;
    uint8_t digest[AUDIT_DIGEST_BYTES];
    str previous;
    int rc;

    assert(db_in_transaction(db));
    if (row.before.n > FIELD_MAX || row.after.n > FIELD_MAX)
        return err_set(err, E_LIMIT, "a row of the audit log exceeds %d bytes",
                       FIELD_MAX);
    rc = take_number(db, &last, err);
    if (rc < 0)
        return rc;
    row.id = last.id;
    previous = last.id == 1 ? STR("") : of_digest(last.digest);
    row_digest(&row, previous, digest);
    rc = db_run(db,
                "INSERT INTO audit (id, org, at, actor, peer, action, kind, "
                "object, before, after, previous, digest) VALUES ($1, $2, $3, "
                "$4, $5, $6, $7, $8, $9, $10, $11, $12)",
                DB_ARGS(db_i64(row.id), db_i64(row.org), db_i64(row.at),
                        db_text(row.actor), db_text(row.peer),
                        db_text(row.action), db_text(row.kind),
                        db_i64(row.object), db_text(row.before),
                        db_text(row.after), db_blob(previous),
                        db_blob(of_digest(digest))),
                err);
    if (rc < 0)
        return rc;
    rc = db_run(db, "UPDATE audit_head SET digest = $1 WHERE one = 1",
                DB_ARGS(db_blob(of_digest(digest))), err);
    return rc < 0 ? rc : 0;
}

int audit_head(struct db *db, struct audit_head *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    str digest;
    int rc;

    rc = db_query(db, "SELECT id, digest FROM audit_head WHERE one = 1",
                  DB_NO_ARGS, &rows, err);
    if (rc < 0)
        return rc;
    rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    *out = (struct audit_head){ 0 };
    if (rc == 0)
        return 0;
    digest = db_col_blob(rows, 1);
    out->id = db_col_i64(rows, 0);
    if (digest.n == AUDIT_DIGEST_BYTES)
        memcpy(out->digest, digest.p, AUDIT_DIGEST_BYTES);
    return 0;
}

void audit_head_text(const struct audit_head *head,
                     char out[AUDIT_HEAD_TEXT_MAX])
{
    int at = snprintf(out, AUDIT_HEAD_TEXT_MAX, "%" PRId64 " ", head->id);

    for (size_t i = 0; i < AUDIT_DIGEST_BYTES; i++, at += 2)
        snprintf(out + at, 3, "%02x", head->digest[i]);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int audit_head_parse(str text, struct audit_head *out, struct err *err)
{
    struct audit_head head = { 0 };
    str hex = str_trim(text);
    str number = str_cut(&hex, ' ');
    int rc = str_to_i64(number, 0, INT64_MAX, &head.id, err);

    if (rc < 0)
        return err_wrap(err, rc, "head of the audit log");
    if (hex.n != (size_t)2 * AUDIT_DIGEST_BYTES)
        return err_set(err, E_PARSE,
                       "head of the audit log: expected a number and %d "
                       "hexadecimal digits",
                       2 * AUDIT_DIGEST_BYTES);
    for (size_t i = 0; i < AUDIT_DIGEST_BYTES; i++) {
        int high = hex_digit(hex.p[2 * i]);
        int low = hex_digit(hex.p[2 * i + 1]);

        if (high < 0 || low < 0)
            return err_set(err, E_PARSE,
                           "head of the audit log: not hexadecimal");
        head.digest[i] = (uint8_t)(high << 4 | low);
    }
    *out = head;
    return 0;
}

static void entry_read(struct db_rows *rows, struct audit_entry *out)
{
    *out = (struct audit_entry){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .at = db_col_i64(rows, 2),
        .actor = db_col_text(rows, 3),
        .peer = db_col_text(rows, 4),
        .action = db_col_text(rows, 5),
        .kind = db_col_text(rows, 6),
        .object = db_col_i64(rows, 7),
        .before = db_col_null(rows, 8) ? STR_NONE : db_col_text(rows, 8),
        .after = db_col_null(rows, 9) ? STR_NONE : db_col_text(rows, 9),
    };
}

static void bad(struct audit_walk *walk, int64_t id, const char *reason)
{
    walk->first_bad = id;
    snprintf(walk->reason, sizeof(walk->reason), "%s", reason);
}

/* Whether head, when it names this row, names it as it is. */
static bool head_agrees(const struct audit_head *head, int64_t id,
                        const uint8_t digest[AUDIT_DIGEST_BYTES])
{
    return head->id != id ||
           memcmp(head->digest, digest, AUDIT_DIGEST_BYTES) == 0;
}

static void check_row(struct audit_walk *walk, struct db_rows *rows)
{
    struct audit_entry entry;
    uint8_t digest[AUDIT_DIGEST_BYTES];
    int64_t expected = walk->rows + 1;
    str previous = walk->rows == 0 ? STR("") : of_digest(walk->last);

    entry_read(rows, &entry);
    if (entry.id != expected) {
        bad(walk, expected, "the row is missing");
        return;
    }
    if (!str_eq(db_col_blob(rows, 10), previous)) {
        bad(walk, entry.id, "it does not follow the row before it");
        return;
    }
    row_digest(&entry, previous, digest);
    if (!str_eq(db_col_blob(rows, 11), of_digest(digest))) {
        bad(walk, entry.id, "its content is not what was written");
        return;
    }
    if (!head_agrees(&walk->known, entry.id, digest) ||
        !head_agrees(&walk->also, entry.id, digest)) {
        bad(walk, entry.id,
            "it is not the row that was seen earlier: the log was rewritten");
        return;
    }
    if (!head_agrees(&walk->head, entry.id, digest)) {
        bad(walk, entry.id, "the head of the log has another digest for it");
        return;
    }
    memcpy(walk->last, digest, sizeof(digest));
    walk->rows++;
}

/* What must hold when the last row was reached. Rows may have come since the
 * walk began, so the head is asked again. */
static int check_end(struct db *db, struct audit_walk *walk, struct err *err)
{
    struct audit_head now;
    int64_t next = walk->rows + 1;
    int rc = audit_head(db, &now, err);

    if (rc < 0)
        return rc;
    if (walk->head.id > walk->rows)
        bad(walk, next, "the row is missing: the log was cut");
    else if (walk->known.id > walk->rows || walk->also.id > walk->rows)
        bad(walk, next,
            "the row is missing: the log was longer when it was last seen");
    else if (now.id < walk->rows)
        bad(walk, walk->rows, "the log has more rows than its head counts");
    return 0;
}

int audit_walk_start(struct db *db, const struct audit_head *known,
                     struct audit_walk *out, struct err *err)
{
    struct audit_walk walk = { 0 };
    int rc = audit_head(db, &walk.head, err);

    if (rc < 0)
        return rc;
    if (known != NULL)
        walk.known = *known;
    *out = walk;
    return 0;
}

int audit_walk_step(struct db *db, struct audit_walk *walk, int64_t max,
                    struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int64_t seen = 0;
    int rc;

    rc = db_query(db,
                  "SELECT id, org, at, actor, peer, action, kind, object, "
                  "before, after, previous, digest FROM audit WHERE id > $1 "
                  "ORDER BY id LIMIT $2",
                  DB_ARGS(db_i64(walk->rows), db_i64(max)), &rows, err);
    if (rc < 0)
        return rc;
    while (walk->first_bad == 0 && (rc = db_next(rows, err)) == 1) {
        check_row(walk, rows);
        seen++;
    }
    if (rc < 0)
        return rc;
    if (walk->first_bad != 0)
        return 0;
    return seen == max ? 1 : check_end(db, walk, err);
}

int audit_verify(struct db *db, const struct audit_head *known,
                 struct audit_walk *out, struct err *err)
{
    int rc = audit_walk_start(db, known, out, err);

    while (rc == 0) {
        rc = audit_walk_step(db, out, 1000, err);
        if (rc <= 0)
            return rc;
        rc = 0;
    }
    return rc;
}

/* One statement serves every combination: an open filter is bound so that its
 * condition is true. $2 is the login that a limited user is held to. */
#define FILTER                                                                 \
    " FROM audit WHERE org = $1 AND ($2 = '' OR actor = $2) AND ($3 = '' OR "  \
    "actor = $3) AND ($4 = '' OR action = $4 OR ($5 <> '' AND action LIKE $5 " \
    "ESCAPE '\\')) AND ($6 = '' OR kind = $6) AND ($7 = 0 OR object = $7) "    \
    "AND "                                                                     \
    "at >= $8 AND at <= $9 AND id < $10"

/* "user." becomes the pattern "user.%", with what LIKE knows escaped. */
static void prefix_pattern(str action, struct buf *out)
{
    if (!str_ends(action, STR(".")))
        return;
    for (size_t i = 0; i < action.n; i++) {
        if (action.p[i] == '%' || action.p[i] == '_' || action.p[i] == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, action.p[i]);
    }
    buf_add_char(out, '%');
}

enum {
    FILTER_ARGS = 10
};

static void filter_args(const struct scope *scope,
                        const struct audit_filter *filter,
                        const struct buf *pattern, bool all,
                        struct db_arg out[FILTER_ARGS])
{
    int64_t below =
        filter->before_id > 0 && !all ? filter->before_id : INT64_MAX;

    out[0] = db_i64(scope->org);
    out[1] = db_text(scope->all_devices ? STR("") : str_or_empty(scope->name));
    out[2] = db_text(str_or_empty(filter->actor));
    out[3] = db_text(str_or_empty(filter->action));
    out[4] = db_text(str_or_empty(buf_str(pattern)));
    out[5] = db_text(str_or_empty(filter->kind));
    out[6] = db_i64(filter->object);
    out[7] = db_i64(filter->since);
    out[8] = db_i64(filter->until > 0 ? filter->until : INT64_MAX);
    out[9] = db_i64(below);
}

int audit_list(struct db *db, const struct scope *scope,
               const struct audit_filter *filter, audit_each *each, void *ctx,
               struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(buf_clear) struct buf pattern = BUF(1024);
    struct db_arg args[FILTER_ARGS + 1];
    int rc;

    prefix_pattern(filter->action, &pattern);
    filter_args(scope, filter, &pattern, false, args);
    args[FILTER_ARGS] = db_i64(filter->limit);
    rc = db_query(db,
                  "SELECT id, org, at, actor, peer, action, kind, object, "
                  "before, after" FILTER " ORDER BY id DESC LIMIT $11",
                  (struct db_args){ args, COUNT(args) }, &rows, err);
    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) == 1) {
        struct audit_entry entry;
        int each_rc;

        entry_read(rows, &entry);
        each_rc = each(&entry, ctx, err);
        if (each_rc < 0)
            return each_rc;
    }
    return rc;
}

int audit_count(struct db *db, const struct scope *scope,
                const struct audit_filter *filter, int64_t *out,
                struct err *err)
{
    AUTO(buf_clear) struct buf pattern = BUF(1024);
    struct db_arg args[FILTER_ARGS];
    int rc;

    prefix_pattern(filter->action, &pattern);
    filter_args(scope, filter, &pattern, true, args);
    rc = db_one_i64(db, "SELECT COUNT(*)" FILTER,
                    (struct db_args){ args, COUNT(args) }, out, err);
    return rc < 0 ? rc : 0;
}
