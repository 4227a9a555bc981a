/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cluster.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "fleet/content.h"
#include "server/agents.h"
#include "server/assessor.h"
#include "server/config.h"
#include "server/images.h"
#include "server/label_worker.h"
#include "trust/sign.h"

#define CHANNEL "holdfast"

enum {
    NAME_BYTES = 8,
    NAME_HEX = 2 * NAME_BYTES,
    AGAIN_MS = 1000,
};

struct cluster {
    struct core *core;
    char *url;
    char name[NAME_HEX + 1]; /* of this server, in its notes */
    struct db *db;           /* listens, and nothing else */
    struct loop_watch *watch;
    struct loop_watch *again;
    bool led;
};

static const char *const words[CLUSTER_NOTES] = {
    [CLUSTER_WAKE] = "wake",     [CLUSTER_FORGET] = "forget",
    [CLUSTER_DEVICE] = "device", [CLUSTER_CONTENT] = "content",
    [CLUSTER_LABELS] = "labels", [CLUSTER_IMAGES] = "images",
};

/* --- Hearing ------------------------------------------------------------- */

void cluster_heard(struct core *core, enum cluster_note note, int64_t id)
{
    struct err err = { 0 };

    switch (note) {
    case CLUSTER_WAKE:
        agents_wake_here(core, id);
        break;
    case CLUSTER_FORGET:
        agents_forget_here(core, id);
        break;
    case CLUSTER_DEVICE:
        assessor_device_changed(core, id);
        break;
    case CLUSTER_CONTENT:
        if (cluster_take_packs(core, &err) < 0)
            log_error("cluster.no_pack", LOG_TEXT("why", str_c(err.text)));
        assessor_content_changed(core);
        break;
    case CLUSTER_LABELS:
        label_worker_wake_here(core->labels);
        break;
    case CLUSTER_IMAGES:
        images_look(core);
        break;
    default:
        break;
    }
}

/* "NAME WORD ID" */
static void on_note(void *ctx, const char *channel UNUSED, str text)
{
    struct cluster *c = ctx;
    str from = str_cut(&text, ' ');
    str word = str_cut(&text, ' ');
    int64_t id = 0;

    if (str_eq_c(from, c->name) ||
        str_to_i64(text, 0, INT64_MAX, &id, NULL) < 0)
        return;
    for (int note = 0; note < CLUSTER_NOTES; note++) {
        if (str_eq_c(word, words[note]))
            cluster_heard(c->core, (enum cluster_note)note, id);
    }
}

static void listen_again(void *ctx);

static void lost(struct cluster *c, const char *why)
{
    log_warn("cluster.lost", LOG_TEXT("why", str_c(why)));
    loop_remove(TAKE(c->watch));
    db_closep(&c->db);
    if (c->again == NULL)
        c->again = loop_timer(c->core->loop, AGAIN_MS, listen_again, c);
}

static void on_readable(void *ctx, int events UNUSED)
{
    struct cluster *c = ctx;
    struct err err = { 0 };

    if (db_heard(c->db, on_note, c, &err) < 0)
        lost(c, err_text(&err));
}

static int begin_listening(struct cluster *c, struct err *err)
{
    int rc = db_open(c->url, &c->db, err);

    if (rc == 0)
        rc = db_listen(c->db, CHANNEL, err);
    if (rc < 0)
        return rc;
    c->watch =
        loop_fd(c->core->loop, db_listen_fd(c->db), LOOP_READ, on_readable, c);
    return 0;
}

/* What was told meanwhile is not known: everything is looked at. */
static void listen_again(void *ctx)
{
    struct cluster *c = ctx;
    struct err err = { 0 };

    c->again = NULL;
    if (begin_listening(c, &err) < 0) {
        lost(c, err_text(&err));
        return;
    }
    log_info("cluster.listens");
    agents_wake_all(c->core);
    cluster_heard(c->core, CLUSTER_CONTENT, 0);
    cluster_heard(c->core, CLUSTER_LABELS, 0);
}

/* --- Telling and leading ------------------------------------------------- */

void cluster_tell(struct core *core, enum cluster_note note, int64_t id)
{
    AUTO(buf_clear) struct buf text = BUF(256);
    struct err err = { 0 };

    if (core->cluster == NULL)
        return;
    buf_printf(&text, "%s %s %" PRId64, core->cluster->name, words[note], id);
    if (db_notify(core->db, CHANNEL, buf_str(&text), &err) < 0)
        log_warn("cluster.not_told", LOG_TEXT("why", str_c(err_text(&err))));
}

bool cluster_leads(struct core *core)
{
    struct cluster *c = core->cluster;
    struct err err = { 0 };
    int rc;

    if (c == NULL)
        return true;
    rc = db_lead(core->db, &err);
    if (rc < 0)
        log_warn("cluster.not_asked", LOG_TEXT("why", str_c(err_text(&err))));
    if ((rc == 1) != c->led)
        log_info(rc == 1 ? "cluster.leads" : "cluster.follows");
    c->led = rc == 1;
    return c->led;
}

/* --- Packs --------------------------------------------------------------- */

static bool is_active(const struct contents *active, str hex)
{
    for (size_t i = 0; i < active->all.n; i++) {
        char own[CONTENT_HEX];

        content_hex(active->all.p[i].digest, own);
        if (str_eq_c(hex, own))
            return true;
    }
    return false;
}

/* Packs that are not in use any more. */
static int drop_packs(struct db *db, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct contents active = { 0 };
    int rc = content_list(db, true, &active, err);

    if (rc == 0)
        rc = db_query(db, "SELECT digest FROM content_pack", DB_NO_ARGS, &rows,
                      err);
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        rc = 0;
        if (!is_active(&active, db_col_text(rows, 0)))
            rc = db_run(db, "DELETE FROM content_pack WHERE digest = $1",
                        DB_ARGS(db_text(db_col_text(rows, 0))), err);
        rc = rc < 0 ? rc : 0;
    }
    contents_clear(&active);
    return rc;
}

int cluster_keep_pack(const struct core *core, str hex, str bytes,
                      struct err *err)
{
    int rc;

    if (core->cluster == NULL)
        return 0;
    rc = db_run(core->db,
                "INSERT INTO content_pack (digest, pack) VALUES ($1, $2)"
                " ON CONFLICT (digest) DO NOTHING",
                DB_ARGS(db_text(hex), db_blob(bytes)), err);
    return rc < 0 ? rc : drop_packs(core->db, err);
}

static int write_pack(struct core *core, const struct content *content,
                      const char *path, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;
    char hex[DIGEST_HEX_MAX];
    char found[DIGEST_HEX_MAX];
    struct digest digest;
    str pack;
    int rc;

    content_hex(content->digest, hex);
    rc = db_query(core->db, "SELECT pack FROM content_pack WHERE digest = $1",
                  DB_ARGS(db_text(str_c(hex))), &rows, err);
    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : err_set(err, E_ABSENT, "nobody has pack %s", hex);
    pack = db_col_blob(rows, 0);
    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, pack.p, pack.n);
    digest_finish(&digest, found);
    if (strcmp(found, hex) != 0)
        return err_set(err, E_CORRUPT, "pack %s has another digest", hex);
    rc = io_out_open(path, &out, err);
    if (rc < 0)
        return rc;
    io_out_write(out, pack);
    return io_out_finish(out, err);
}

int cluster_take_packs(struct core *core, struct err *err)
{
    AUTO(buf_clear) struct buf dir = BUF(8192);
    struct contents active = { 0 };
    int rc = 0;

    if (core->cluster == NULL)
        return 0;
    buf_printf(&dir, "%" PRIstr "/content", ARGstr(core->config->data));
    (void)!mkdir(buf_c(&dir), 0755);
    rc = content_list(core->db, true, &active, err);
    for (size_t i = 0; rc == 0 && i < active.all.n; i++) {
        AUTO(buf_clear) struct buf path = BUF(8192);

        content_file(buf_str(&dir), active.all.p[i].digest, &path);
        if (access(buf_c(&path), R_OK) != 0)
            rc = write_pack(core, &active.all.p[i], buf_c(&path), err);
    }
    contents_clear(&active);
    return rc;
}

/* --- Start and end ------------------------------------------------------- */

int cluster_new(struct core *core, const char *url, struct cluster **out,
                struct err *err)
{
    uint8_t name[NAME_BYTES];
    struct cluster *c;
    int rc;

    if (db_engine(core->db) == DB_SQLITE) {
        *out = NULL;
        return 0;
    }
    c = mem_alloc(1, sizeof(*c));
    c->core = core;
    c->url = mem_alloc(strlen(url) + 1, 1);
    memcpy(c->url, url, strlen(url));
    trust_random(name, sizeof(name));
    for (size_t i = 0; i < sizeof(name); i++)
        snprintf(c->name + 2 * i, 3, "%02x", name[i]);
    rc = begin_listening(c, err);
    if (rc < 0) {
        cluster_free(c);
        return rc;
    }
    *out = c;
    return 0;
}

void cluster_free(struct cluster *c)
{
    if (c == NULL)
        return;
    loop_remove(c->watch);
    loop_remove(c->again);
    db_closep(&c->db);
    explicit_bzero(c->url, strlen(c->url)); /* it may hold a password */
    mem_free(c->url);
    mem_free(c);
}
