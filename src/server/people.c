/* SPDX-License-Identifier: Apache-2.0 */
#include "server/people.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "fleet/org.h"
#include "fleet/role.h"
#include "fleet/setting.h"
#include "fleet/user.h"
#include "trust/sign.h"
#include "trust/totp.h"

enum {
    HEAD_MS = 10000,
    SWEEP_EVERY = 60, /* of those */
    PATH_BYTES = 4096
};

static const char *path_of(const struct people *people, const char *name,
                           struct buf *out)
{
    buf_reset(out);
    buf_add(out, buf_str(&people->directory));
    buf_printf(out, "/%s", name);
    return buf_c(out);
}

/* --- the first start --------------------------------------------------- */

static int write_secret(const char *path, str secret, struct err *err)
{
    int fd;
    int rc = 0;

    if (unlink(path) != 0 && errno != ENOENT)
        return err_errno(err, errno, "%s", path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, errno, "%s", path);
    if (write(fd, secret.p, secret.n) != (ssize_t)secret.n ||
        write(fd, "\n", 1) != 1)
        rc = err_errno(err, errno, "%s", path);
    close(fd);
    return rc;
}

static int offer_setup(struct core *core, int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);
    char secret[SECRET_TEXT_MAX];
    int64_t users = 0;
    int rc = user_total(core->db, &users, err);

    path_of(core->people, "setup-secret", &path);
    if (rc < 0)
        return rc;
    if (users > 0) {
        unlink(buf_c(&path));
        return 0;
    }
    rc = ticket_drop_all(core->db, STR("setup"), err);
    if (rc == 0)
        rc = ticket_add(core->db,
                        &(struct ticket){ .kind = STR("setup"),
                                          .org = ORG_FIRST,
                                          .data = STR(""),
                                          .expires = now + SETUP_SECRET_S },
                        secret, err);
    if (rc == 0)
        rc = write_secret(buf_c(&path), str_c(secret), err);
    if (rc == 0)
        log_warn("setup.needed", LOG_TEXT("secret_file", buf_str(&path)),
                 LOG_TEXT("do", STR("make the first administrator with the "
                                    "one-time secret in that file")));
    return rc;
}

void people_set_up(struct core *core)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);

    unlink(path_of(core->people, "setup-secret", &path));
}

static int seed_roles(struct core *core, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    int64_t *orgs;
    size_t n = 0;
    int rc = org_all(core->db, &arena, &orgs, &n, err);

    for (size_t i = 0; rc >= 0 && i < n; i++)
        rc = role_seed(core->db, orgs[i], err);
    return rc;
}

/* --- the head of the audit log ----------------------------------------- */

static int read_head(struct people *people, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);
    AUTO(buf_clear) struct buf text = BUF(4096);
    int rc = io_read_file(AT_FDCWD, path_of(people, "audit.head", &path), &text,
                          err);

    if (rc == E_ABSENT)
        return 0;
    if (rc == 0)
        rc = audit_head_parse(buf_str(&text), &people->known, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", buf_c(&path));
    people->head = people->known;
    return 0;
}

int people_write_head(struct core *core, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct people *people = core->people;
    struct audit_head head;
    char text[AUDIT_HEAD_TEXT_MAX];
    int rc = audit_head(core->db, &head, err);

    /* A head that is behind the file's is a cut log: the file stays, so that
     * audit_verify() tells. */
    if (rc < 0 || head.id <= people->head.id)
        return rc;
    audit_head_text(&head, text);
    rc = io_out_open(path_of(people, "audit.head", &path), &out, err);
    if (rc < 0)
        return rc;
    io_out_printf(out, "%s\n", text);
    rc = io_out_finish(out, err);
    if (rc < 0)
        return rc;
    people->head = head;
    log_info("audit.head", LOG_TEXT("head", str_c(text)));
    return 0;
}

static void tick(void *ctx)
{
    struct core *core = ctx;
    struct people *people = core->people;
    struct err err = { 0 };

    people->timer = loop_timer(core->loop, HEAD_MS, tick, core);
    if (db_in_transaction(core->db))
        return;
    if (people_write_head(core, &err) < 0 ||
        session_sweep(core->db, clock_now(), &err) < 0)
        log_error("people.failed", LOG_TEXT("error", str_c(err_text(&err))));
}

/* --- start and stop ---------------------------------------------------- */

static int start(struct core *core, int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_BYTES);
    struct people *people = core->people;
    int rc = trust_init(err);

    if (rc == 0)
        rc = totp_init(err);
    if (rc == 0)
        rc = seal_key_file(path_of(people, "secret.key", &path), &people->key,
                           err);
    if (rc == 0)
        rc = read_head(people, err);
    if (rc == 0)
        rc = seed_roles(core, err);
    if (rc >= 0)
        rc = offer_setup(core, now, err);
    return rc;
}

int people_start(struct core *core, str state_directory, int64_t now,
                 struct err *err)
{
    struct people *people = mem_alloc(1, sizeof(*people));
    int rc;

    people->directory = BUF_INIT(PATH_BYTES);
    buf_add(&people->directory, state_directory);
    people->core = core;
    core->people = people;
    rc = start(core, now, err);
    if (rc < 0) {
        people_stop(core);
        return rc;
    }
    if (core->loop != NULL)
        people->timer = loop_timer(core->loop, HEAD_MS, tick, core);
    return 0;
}

void people_stop(struct core *core)
{
    struct people *people = core->people;

    if (people == NULL)
        return;
    loop_remove(people->timer);
    seal_key_clear(&people->key);
    buf_clear(&people->directory);
    mem_free(people);
    core->people = NULL;
}

/* --- logging in -------------------------------------------------------- */

int people_may_hash(struct request *req, struct response *res, struct err *err)
{
    struct people *people = req->core->people;

    if (people->hash_second != req->now) {
        people->hash_second = req->now;
        people->hashes = 0;
    }
    if (people->hashes++ < HASHES_A_SECOND)
        return 0;
    res->retry_after_s = 1;
    return refuse(req, 429, NULL, err, E_LIMIT,
                  "too many people log in at once: try again in a second");
}

int session_rules_of(struct db *db, int64_t org, struct session_rules *out,
                     struct err *err)
{
    int rc = setting_i64(db, org, "session.idle_s", &out->idle_s, err);

    if (rc == 0)
        rc = setting_i64(db, org, "session.absolute_s", &out->absolute_s, err);
    if (rc == 0)
        rc = setting_i64(db, org, "session.most", &out->most, err);
    return rc;
}

int login_finish(struct request *req, struct response *res,
                 const struct logged_in *who, struct err *err)
{
    AUTO(jval_freep) struct jval *after = jval_new_object();
    struct session session = { .user = who->user,
                               .home = who->user,
                               .created = req->now,
                               .method = who->method,
                               .peer = str_or_empty(req->peer) };
    struct session_rules rules;
    char secret[SECRET_TEXT_MAX];
    char expires[CLOCK_TEXT_MAX];
    int64_t id = 0;
    int rc = session_rules_of(req->core->db, who->org, &rules, err);

    if (rc == 0)
        rc = session_start(req->core->db, &session, &rules, secret, &id, err);
    if (rc == 0)
        rc = user_logged_in(req->core->db, who->user, req->now, err);
    if (rc < 0)
        return rc;
    req->scope.org = who->org;
    req->scope.name = who->login;
    jval_set_text(after, "method", who->method);
    rc = request_audit(req, "session.started", id, NULL, after, err);
    if (rc < 0)
        return rc;
    clock_text(req->now + rules.absolute_s, expires);
    res->status = 201;
    res->private_page = true;
    res->json = jval_new_object();
    jval_set_text(res->json, "login", who->login);
    jval_set_text(res->json, "expires", str_c(expires));
    if (who->bearer)
        jval_set_text(res->json, "token", str_c(secret));
    else
        res->set_cookie = arena_printf(
            &req->arena,
            "__Host-holdfast=%s; Path=/; Secure; HttpOnly; SameSite=Strict",
            secret);
    return 0;
}
