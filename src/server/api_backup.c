/* SPDX-License-Identifier: Apache-2.0
 *
 * Backups of the whole store (server/backups.h): made, read back, fetched and
 * removed by administrators of the first organisation.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/backups.h"
#include "server/routes_int.h"
#include "trust/vault.h"

static const struct field backup_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "file", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true, .words = "making|done|failed" },
    { "checking", FIELD_BOOL, .required = true, .help = "it is read back" },
    { "checked", FIELD_TIME, .help = "when it was last found whole" },
    { "there", FIELD_BOOL, .required = true,
      .help = "this server has the file" },
    { "author", FIELD_TEXT, .required = true },
    { "started", FIELD_TIME, .required = true },
    { "ended", FIELD_TIME },
    { "tables", FIELD_INTEGER, .required = true },
    { "rows", FIELD_INTEGER, .required = true },
    { "size", FIELD_INTEGER, .required = true, .help = "bytes" },
    { "text", FIELD_TEXT, .help = "why it failed, or is not whole" },
    { NULL },
};
static const struct field secret_body[] = {
    { "passphrase", FIELD_TEXT, .required = true, .min = VAULT_PASSPHRASE_MIN,
      .max = BACKUP_PASSPHRASE_MAX,
      .help = "that seals it; it is kept nowhere" },
    { NULL },
};

static int may(struct request *req, struct err *err)
{
    if (req->scope.org != 1 || !req->scope.all_devices)
        return refuse(req, 403, NULL, err, E_PERM,
                      "backups are of the whole server: they are for the "
                      "first organisation, without a label scope");
    return 0;
}

static struct jval *to_json(struct request *req, const struct backup *b)
{
    struct jval *o = jval_new_object();
    const char *path = backups_path(req->core, &req->arena, b->file);

    jval_set_i64(o, "id", b->id);
    jval_set_text(o, "file", b->file);
    jval_set_text(o, "state", b->state);
    jval_set_bool(o, "checking", b->checking);
    json_time(o, "checked", b->checked);
    jval_set_bool(o, "there", access(path, R_OK) == 0);
    jval_set_text(o, "author", b->author);
    json_time(o, "started", b->started);
    json_time(o, "ended", b->ended);
    jval_set_i64(o, "tables", b->tables);
    jval_set_i64(o, "rows", b->records);
    jval_set_i64(o, "size", b->bytes);
    jval_set_text(o, "text", b->text.n > 0 ? b->text : STR_NONE);
    return o;
}

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(backups_clear) struct backups all = { 0 };
    struct page page;
    int64_t before = 0;
    int rc = may(req, err);

    if (rc == 0)
        rc = request_page_id(req, &page, &before, err);
    if (rc == 0)
        rc = backup_list(req->core->db, before, page.limit, &req->arena, &all,
                         err);
    if (rc == 0)
        RESPOND_ROWS(req, res, &page, all.all, id, to_json(req, row));
    return rc;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct backup b;
    int rc = may(req, err);

    if (rc == 0)
        rc = backup_get(req->core->db, req->params[0], &req->arena, &b, err);
    if (rc == 0)
        res->json = to_json(req, &b);
    return rc;
}

/* "2026-11-22t193000-17.backup": times sort, and an id that is given again
 * after a restore names no other file. */
static str name_of(struct request *req)
{
    char at[CLOCK_TEXT_MAX];
    AUTO(buf_clear) struct buf name = BUF(BACKUP_FILE_NAME_MAX);
    uint8_t random[4];

    clock_text(req->now, at);
    for (const char *c = at; *c != '\0' && *c != 'Z'; c++) {
        if (*c != ':')
            buf_add_char(&name, *c == 'T' ? 't' : *c);
    }
    trust_random(random, sizeof(random));
    buf_printf(&name, "-%02x%02x%02x%02x.backup", random[0], random[1],
               random[2], random[3]);
    return arena_str(&req->arena, buf_str(&name));
}

static str passphrase(struct request *req)
{
    return jval_text(jval_get(req->json, "passphrase"), STR(""));
}

static int busy(struct request *req, int rc, struct err *err)
{
    return rc == E_LIMIT ? refuse(req, 409, NULL, err, rc, "%s",
                                  arena_c(&req->arena, str_c(err_text(err))))
                         : rc;
}

/* The order goes out within the transaction: without it there is no row. */
static int add(struct request *req, struct response *res, struct err *err)
{
    struct db *db = req->core->db;
    struct backup b = { .file = name_of(req),
                        .state = STR("making"),
                        .author = req->scope.name,
                        .started = req->now };
    int rc = may(req, err);

    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = backup_add(db, &b, err);
    if (rc == 0)
        rc = request_audit(req, "backup.ordered", b.id, NULL, NULL, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return busy(req, rc, err);
    rc = backups_order(req->core, &b, passphrase(req), false, err);
    if (rc < 0) {
        struct message_backup_done done = { .id = b.id,
                                            .code = rc,
                                            .text = str_c(err_text(err)) };

        rc = backups_done(req->core, &done, err);
        if (rc == 0)
            rc = backup_get(db, b.id, &req->arena, &b, err);
    }
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location =
        arena_printf(&req->arena, "/api/v1/backups/%lld", (long long)b.id);
    res->json = to_json(req, &b);
    return 0;
}

static int check(struct request *req, struct response *res, struct err *err)
{
    struct db *db = req->core->db;
    struct backup b;
    int rc = may(req, err);

    if (rc == 0)
        rc = backup_get(db, req->params[0], &req->arena, &b, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = backup_check_begin(db, b.id, err);
    if (rc == 0)
        rc = request_audit(req, "backup.checked", b.id, NULL, NULL, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc < 0)
        return busy(req, rc, err);
    rc = backups_order(req->core, &b, passphrase(req), true, err);
    if (rc < 0) {
        struct message_backup_done done = { .id = b.id,
                                            .code = rc,
                                            .text = str_c(err_text(err)) };

        rc = backups_done(req->core, &done, err);
    }
    if (rc == 0)
        rc = backup_get(db, b.id, &req->arena, &b, err);
    if (rc == 0)
        res->json = to_json(req, &b);
    return rc;
}

static int fetch(struct request *req, struct response *res, struct err *err)
{
    struct backup b;
    int rc = may(req, err);

    if (rc == 0)
        rc = backup_get(req->core->db, req->params[0], &req->arena, &b, err);
    if (rc < 0)
        return rc;
    res->file = open(backups_path(req->core, &req->arena, b.file),
                     O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (res->file < 0)
        return refuse(req, 404, "backup", err, E_ABSENT,
                      "this server does not have the file");
    res->content_type = "application/octet-stream";
    res->disposition = b.file;
    res->private_page = true;
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = request_audit(req, "backup.fetched", b.id, NULL, NULL, err);
    return rc < 0 ? rc : db_commit(req->core->db, err);
}

static int remove_one(struct request *req, struct response *res UNUSED,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct db *db = req->core->db;
    struct backup b;
    int rc = may(req, err);

    if (rc == 0)
        rc = backup_get(db, req->params[0], &req->arena, &b, err);
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    before = to_json(req, &b);
    rc = backup_remove(db, b.id, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    if (rc == 0)
        rc = request_audit(req, "backup.removed", b.id, before, NULL, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc == 0)
        (void)!unlink(backups_path(req->core, &req->arena, b.file));
    return rc;
}

#define ALL "/api/v1/backups"
#define ONE ALL "/{backup}"
static const struct route rows[] = {
    { METHOD_GET, ALL, DOOR_API, PERM_SETTING_READ, .handler = list,
      .answer = backup_fields, .list = true,
      .summary = "List the backups that this server made, newest first." },
    { METHOD_POST, ALL, DOOR_API, PERM_SETTING_WRITE, 16384, add,
      .body = secret_body, .answer = backup_fields,
      .summary = "Make a backup of the whole store, sealed by a passphrase, "
                 "and read it back." },
    { METHOD_GET, ONE, DOOR_API, PERM_SETTING_READ, .handler = get,
      .answer = backup_fields, .summary = "One backup, and how far it is." },
    { METHOD_POST, ONE "/check", DOOR_API, PERM_SETTING_WRITE, 16384, check,
      .body = secret_body, .answer = backup_fields,
      .summary = "Read a backup back from its first to its last byte." },
    { METHOD_GET, ONE "/file", DOOR_API, PERM_SETTING_WRITE, .handler = fetch,
      .summary = "The sealed file." },
    { METHOD_DELETE, ONE, DOOR_API, PERM_SETTING_WRITE, .handler = remove_one,
      .summary = "Remove a backup and its file." },
};
const struct route_table routes_backup = { rows, COUNT(rows) };
