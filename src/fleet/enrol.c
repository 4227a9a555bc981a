/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/enrol.h"

#include "base/digest.h"
#include "trust/sign.h"

enum {
    SECRET_BYTES = 32,
    DIGEST_BYTES = 32,
    KEEP_S = 30 * 86400,
};

/* --- tokens ----------------------------------------------------------- */

/* Base32 (RFC 4648) in lower case, without padding: it can be dictated. */
static void token_text(const uint8_t secret[SECRET_BYTES],
                       char out[ENROL_TOKEN_TEXT])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    size_t n = 4;
    unsigned bits = 0;
    uint32_t value = 0;

    memcpy(out, "hfe-", n);
    for (size_t i = 0; i < SECRET_BYTES; i++) {
        value = value << 8 | secret[i];
        for (bits += 8; bits >= 5; bits -= 5)
            out[n++] = letters[value >> (bits - 5) & 31];
    }
    out[n++] = letters[value << (5 - bits) & 31];
    out[n] = '\0';
}

/* The digest is looked up by an index: what its time tells about a digest
 * tells nothing about a token. */
static void token_digest(str text, uint8_t out[DIGEST_BYTES_MAX])
{
    struct digest digest;

    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, "holdfast enrol v1", sizeof("holdfast enrol v1"));
    digest_add(&digest, text.p, text.n);
    digest_bytes(&digest, out);
}

/* a token of a label is for whoever the label is for; $1 org, $2 the
 * limit of who asks. */
#define SEEN "org = $1 AND " SCOPE_LABEL_SQL("enrol_token.label")

static int check_label(struct db *db, const struct scope *scope, int64_t label,
                       struct err *err)
{
    int64_t kind = 0;
    int rc;

    if (label == 0)
        return 0;
    rc = db_one_i64(
        db,
        "SELECT CASE WHEN kind = 'manual' THEN 1 ELSE 2 END FROM"
        " label WHERE org = $1 AND " SCOPE_LABEL_SQL("label.id") " AND id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(label)),
        &kind, err);
    if (rc < 0)
        return rc;
    if (rc == 1)
        return err_set(err, E_INVALID, "there is no label %lld",
                       (long long)label);
    if (kind != 1)
        return err_set(err, E_INVALID,
                       "label %lld finds its members itself: choose a manual"
                       " label",
                       (long long)label);
    return 0;
}

static int check_count(struct db *db, int64_t org, int64_t now, struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM enrol_token WHERE org = $1 AND"
                        " used_at = 0 AND expires > $2",
                        DB_ARGS(db_i64(org), db_i64(now)), &n, err);

    if (rc < 0)
        return rc;
    if (n >= ENROL_TOKENS_MAX)
        return err_set(err, E_LIMIT, "there are %d unused tokens already",
                       ENROL_TOKENS_MAX);
    return 0;
}

static int insert_token(struct db *db, const struct scope *scope,
                        const struct enrol_token *token, str digest,
                        int64_t *out_id, struct err *err)
{
    return db_one_i64(
        db,
        "INSERT INTO enrol_token (org, digest, label, created, created_by,"
        " expires, used_at) VALUES ($1, $2, $3, $4, $5, $6, 0) RETURNING id",
        DB_ARGS(db_i64(scope->org), db_blob(digest),
                token->label > 0 ? db_i64(token->label) : db_null(),
                db_i64(token->created), db_text(token->created_by),
                db_i64(token->expires)),
        out_id, err);
}

int enrol_token_make(struct db *db, const struct scope *scope,
                     const struct enrol_order *order, int64_t now,
                     struct enrol_made *out, struct err *err)
{
    struct enrol_token token = { .label = order->label,
                                 .created = now,
                                 .created_by = scope->name.p != NULL
                                                   ? scope->name
                                                   : STR("system"),
                                 .expires = now + order->life_s };
    uint8_t secret[SECRET_BYTES];
    uint8_t digest[DIGEST_BYTES_MAX];
    int rc;

    if (order->life_s < ENROL_LIFE_MIN_S || order->life_s > ENROL_LIFE_MAX_S)
        return err_set(err, E_INVALID, "a token lives %d s to %d days",
                       ENROL_LIFE_MIN_S, ENROL_LIFE_MAX_S / 86400);
    rc = check_label(db, scope, order->label, err);
    if (rc == 0)
        rc = check_count(db, scope->org, now, err);
    if (rc < 0)
        return rc;
    trust_random(secret, sizeof(secret));
    token_text(secret, out->text);
    trust_wipe(secret, sizeof(secret));
    token_digest(str_c(out->text), digest);
    rc = insert_token(db, scope, &token, (str){ (char *)digest, DIGEST_BYTES },
                      &out->id, err);
    return rc < 0 ? rc : 0;
}

int enrol_token_remove(struct db *db, const struct scope *scope, int64_t id,
                       struct err *err)
{
    int rc = db_run(
        db, "DELETE FROM enrol_token WHERE " SEEN " AND id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        err);

    return rc < 0 ? rc : rc == 0;
}

int enrol_token_list(struct db *db, const struct scope *scope,
                     struct arena *arena, struct enrol_tokens *list,
                     struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT id, label, created, created_by, expires, used_at, used_by"
        " FROM enrol_token WHERE " SEEN " AND ($3 = 0 OR id < $3)"
        " ORDER BY id DESC LIMIT $4",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(list->before), db_i64(list->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        *vec_push(&list->all) = (struct enrol_token){
            .id = db_col_i64(rows, 0),
            .label = db_col_i64(rows, 1),
            .created = db_col_i64(rows, 2),
            .created_by = arena_str(arena, db_col_text(rows, 3)),
            .expires = db_col_i64(rows, 4),
            .used_at = db_col_i64(rows, 5),
            .used_by = db_col_i64(rows, 6),
        };
        rc = 0;
    }
    return rc;
}

int enrol_token_clean(struct db *db, int64_t now, struct err *err)
{
    int rc = db_run(db, "DELETE FROM enrol_token WHERE expires < $1",
                    DB_ARGS(db_i64(now - KEEP_S)), err);

    return rc < 0 ? rc : 0;
}

/* --- enrolling -------------------------------------------------------- */

struct token_row {
    int64_t expires;
    int64_t used_at;
    int64_t used_by;
    uint8_t csr_digest[DIGEST_BYTES];
};

/* 0, or 1 when we never made it. */
static int read_token(struct db *db, str text, struct enrolment *out,
                      struct token_row *row, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    uint8_t digest[DIGEST_BYTES_MAX];
    str csr;
    int rc;

    /* What follows a dot is for the device: who we are. */
    token_digest(str_sub(text, 0, str_find_char(text, '.')), digest);
    rc = db_query(db,
                  "SELECT id, org, label, expires, used_at, used_by, csr_digest"
                  " FROM enrol_token WHERE digest = $1",
                  DB_ARGS(db_blob((str){ (char *)digest, DIGEST_BYTES })),
                  &rows, err);
    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    out->token = db_col_i64(rows, 0);
    out->org = db_col_i64(rows, 1);
    out->label = db_col_i64(rows, 2);
    row->expires = db_col_i64(rows, 3);
    row->used_at = db_col_i64(rows, 4);
    row->used_by = db_col_i64(rows, 5);
    csr = db_col_blob(rows, 6);
    if (csr.n == DIGEST_BYTES)
        memcpy(row->csr_digest, csr.p, DIGEST_BYTES);
    return 0;
}

/* A host's name is letters, digits, '.', '-' and '_'; whatever else a hostile
 * one says becomes '_' (claim 12). */
static str clean_name(struct arena *arena, str hostname)
{
    str name = arena_str(arena, hostname);
    char *p = (char *)name.p;

    for (size_t i = 0; i < name.n; i++)
        if (!(p[i] >= 'a' && p[i] <= 'z') && !(p[i] >= 'A' && p[i] <= 'Z') &&
            !(p[i] >= '0' && p[i] <= '9') && p[i] != '.' && p[i] != '-')
            p[i] = '_';
    return name.n > 0 ? name : STR("unnamed");
}

static int find_clone(struct db *db, int64_t org, str machine_id, int64_t *out,
                      struct err *err)
{
    int rc;

    *out = 0;
    if (machine_id.n == 0)
        return 0;
    rc = db_one_i64(db,
                    "SELECT id FROM device WHERE org = $1 AND machine_id = $2"
                    " AND retired = 0 ORDER BY id DESC LIMIT 1",
                    DB_ARGS(db_i64(org), db_text(machine_id)), out, err);
    return rc < 0 ? rc : 0;
}

static int insert_device(struct db *db, const struct enrol *enrol, int64_t now,
                         struct enrolment *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc = find_clone(db, out->org, enrol->machine_id, &out->clone_of, err);

    if (rc < 0)
        return rc;
    rc = db_one_i64(
        db,
        "INSERT INTO device (org, name, kind, machine_id, os_id, os_version,"
        " os_name, arch, kernel, os_build, manager, time_zone, agent_version,"
        " created, last_seen, last_inventory, boot_time, sessions,"
        " policy_revision, retired, revision) VALUES ($1, $2, 'agent', $3, '',"
        " '', '', '', '', '', '', '', $4, $5, 0, 0, 0, 0, 0, 0, 1)"
        " RETURNING id",
        DB_ARGS(db_i64(out->org), db_text(clean_name(&arena, enrol->hostname)),
                db_text(enrol->machine_id), db_text(enrol->agent_version),
                db_i64(now)),
        &out->device, err);
    if (rc < 0 || out->label == 0)
        return rc < 0 ? rc : 0;
    rc = db_run(db,
                "INSERT INTO device_label (label, device, since) SELECT id, $2,"
                " $3 FROM label WHERE id = $1",
                DB_ARGS(db_i64(out->label), db_i64(out->device), db_i64(now)),
                err);
    return rc < 0 ? rc : 0;
}

static int use_token(struct db *db, const struct enrolment *e, str csr_digest,
                     int64_t now, struct err *err)
{
    int rc = db_run(db,
                    "UPDATE enrol_token SET used_at = $2, used_by = $3,"
                    " csr_digest = $4 WHERE id = $1 AND used_at = 0",
                    DB_ARGS(db_i64(e->token), db_i64(now), db_i64(e->device),
                            db_blob(csr_digest)),
                    err);

    if (rc < 0)
        return rc;
    if (rc == 0) /* another process was faster */
        return err_set(err, E_PERM, "the token was used in this moment");
    return 0;
}

/* The request that used the token may have had no answer. A device that has
 * used its certificate had one. */
static int enrol_again(struct db *db, const struct cert_issuer *issuer,
                       const struct cert_ask *ask, struct enrolment *out,
                       struct err *err)
{
    int64_t pending = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM device_cert c JOIN device d ON"
                        " d.id = c.device WHERE c.device = $1 AND d.retired = 0"
                        " AND c.first_used = 0 AND c.revoked_at = 0",
                        DB_ARGS(db_i64(out->device)), &pending, err);

    if (rc < 0)
        return rc;
    if (pending == 0)
        return 1;
    out->again = true;
    return device_cert_issue(db, issuer, ask, &out->pem, err);
}

int enrol_take(struct db *db, const struct cert_issuer *issuer,
               const struct enrol *enrol, int64_t now, struct enrolment *out,
               struct err *err)
{
    struct cert_ask ask = { 0, enrol->csr, now };
    struct token_row row = { 0 };
    uint8_t digest[DIGEST_BYTES_MAX];
    str csr_digest = { (char *)digest, DIGEST_BYTES };
    struct digest csr;
    int rc = read_token(db, enrol->token, out, &row, err);

    if (rc != 0)
        return rc;
    digest_init(&csr, DIGEST_SHA256);
    digest_add(&csr, enrol->csr.p, enrol->csr.n);
    digest_bytes(&csr, digest);
    if (row.used_at != 0) {
        ask.device = out->device = row.used_by;
        if (now - row.used_at > ENROL_RETRY_S ||
            !trust_equal(csr_digest,
                         (str){ (char *)row.csr_digest, DIGEST_BYTES }))
            return 1;
        return enrol_again(db, issuer, &ask, out, err);
    }
    if (now >= row.expires)
        return 1;
    rc = insert_device(db, enrol, now, out, err);
    if (rc == 0)
        rc = use_token(db, out, csr_digest, now, err);
    ask.device = out->device;
    return rc < 0 ? rc : device_cert_issue(db, issuer, &ask, &out->pem, err);
}
