/* SPDX-License-Identifier: Apache-2.0 */
#include "server/label_worker.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"
#include "fleet/label.h"
#include "fleet/ldap_url.h"
#include "fleet/setting.h"
#include "server/cluster.h"
#include "server/courier.h"
#include "server/events.h"
#include "server/patcher.h"
#include "server/people.h"

enum {
    LOOK_EVERY_MS = 30000,
    AGES_EVERY_S = 600,
    DIRECTORY_EVERY_S = 900,
    SWEEP_ROWS = 500,
    HOSTS_MAX = 10000,
    ASK_TIMEOUT_MS = 60000,
};

struct label_worker {
    struct core *core;
    struct loop_watch *timer;
    int64_t org; /* the one that is looked at; 0: the first is next */
    struct label_sweep *sweep;
    int64_t asking; /* the label that a directory is asked for; 0: none */
    int64_t asking_org;
    int64_t errand;
    int64_t asked; /* the newest ldap label of this round */
};

static void on_timer(void *ctx);

static void set_timer(struct label_worker *worker, int64_t delay_ms)
{
    if (worker->core->loop == NULL)
        return;
    loop_remove(worker->timer);
    worker->timer = loop_timer(worker->core->loop, delay_ms, on_timer, worker);
}

struct label_worker *label_worker_new(struct core *core)
{
    struct label_worker *worker = mem_alloc(1, sizeof(*worker));

    worker->core = core;
    set_timer(worker, 1000);
    return worker;
}

void label_worker_free(struct label_worker *worker)
{
    if (worker == NULL)
        return;
    loop_remove(worker->timer);
    label_sweep_free(worker->sweep);
    if (worker->asking != 0)
        courier_forget(worker->core->courier, worker->errand);
    mem_free(worker);
}

void label_worker_wake_here(struct label_worker *worker)
{
    if (worker != NULL)
        set_timer(worker, 0);
}

void label_worker_wake(struct label_worker *worker)
{
    label_worker_wake_here(worker);
    if (worker == NULL)
        return;
    cluster_tell(worker->core, CLUSTER_LABELS, 0);
    patcher_changed(worker->core); /* members have other policies now */
}

static void report(const char *what, int64_t id, const struct err *err)
{
    log_warn(what, LOG_I64("id", id), LOG_TEXT("reason", str_c(err_text(err))));
}

static void tell(struct label_worker *worker, int64_t org, int64_t label,
                 int64_t changes)
{
    struct jval *data;

    if (worker->core->events == NULL || changes == 0)
        return;
    data = jval_new_object();
    jval_set_text(data, "event", STR("members"));
    jval_set_i64(data, "changes", changes);
    events_publish(worker->core->events, org, "label", label, 0, data);
}

/* --- the directory ------------------------------------------------------ */
struct hosts {
    VEC(str) names;
};

static int take_hosts(struct label_worker *worker, int64_t label,
                      const struct errand_return *answer, struct err *err)
{
    const struct errand_entry *entries = answer->entries.p;
    struct db *db = worker->core->db;
    struct hosts hosts = { 0 };
    int rc;

    for (size_t i = 0; i < answer->entries.n; i++) {
        const struct errand_value *values = entries[i].values.p;

        for (size_t j = 0; j < entries[i].values.n; j++)
            *vec_push(&hosts.names) = values[j].bytes;
    }
    rc = db_begin(db, err);
    if (rc == 0)
        rc = label_hosts_set(db, label, hosts.names.p, hosts.names.n,
                             clock_now(), err);
    if (rc == 0)
        rc = db_commit(db, err);
    else
        db_rollback(db);
    vec_clear(&hosts.names);
    return rc;
}

static void on_answer(void *ctx, const struct errand_return *answer)
{
    struct label_worker *worker = ctx;
    int64_t label = worker->asking;
    struct err err = { 0 };
    int rc;

    worker->asking = 0;
    if (answer->code == 0) {
        rc = take_hosts(worker, label, answer, &err);
        tell(worker, worker->asking_org, label, 1);
    } else {
        rc = label_problem_set(worker->core->db, label, answer->text, &err);
    }
    if (rc < 0)
        report("label.directory", label, &err);
    set_timer(worker, 0); /* for the next label */
}

struct question {
    struct arena arena;
    struct errand_ldap errand;
    struct errand_text attributes[LDAP_URL_ATTRIBUTES_MAX];
};

static int read_settings(struct label_worker *worker, int64_t org,
                         struct question *q, struct err *err)
{
    const struct seal_key *key =
        worker->core->people != NULL ? &worker->core->people->key : NULL;
    struct db *db = worker->core->db;
    str tls = STR("");
    const struct {
        const char *name;
        str *out;
    } texts[] = {
        { "ldap.url", &q->errand.url },
        { "ldap.ca", &q->errand.authority },
        { "ldap.bind_dn", &q->errand.bind_dn },
        { "ldap.bind_password", &q->errand.bind_password },
        { "ldap.tls", &tls },
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        int rc =
            setting_text(&(struct setting_reader){ db, org, key, &q->arena },
                         texts[i].name, texts[i].out, err);

        if (rc < 0)
            return rc;
    }
    q->errand.tls = !str_eq(tls, STR("off"));
    if (q->errand.url.n == 0)
        return err_set(err, E_INVALID,
                       "no directory is set (setting ldap.url)");
    return 0;
}

static int ask(struct label_worker *worker, int64_t org, str query,
               struct question *q, struct err *err)
{
    struct ldap_url url;
    int rc = label_url_parse(query, &q->arena, &url, err);

    if (rc == 0)
        rc = read_settings(worker, org, q, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < url.attribute_count; i++)
        q->attributes[i].text = url.attributes[i];
    q->errand.base = url.base;
    q->errand.depth = str_eq(url.scope, STR("base"))  ? 2
                      : str_eq(url.scope, STR("one")) ? 1
                                                      : 0;
    q->errand.filter = url.filter;
    q->errand.attributes =
        (struct wire_list){ q->attributes, url.attribute_count };
    q->errand.password = q->errand.group_base = q->errand.group_filter =
        STR("");
    q->errand.limit = HOSTS_MAX;
    q->errand.timeout_ms = ASK_TIMEOUT_MS;
    q->errand.operator_word = false; /* it is a setting (claim 28) */
    if (worker->core->courier == NULL)
        return err_set(err, E_UNSUPPORTED, "this server has no courier");
    rc =
        courier_ldap(worker->core->courier, &q->errand, on_answer, worker, err);
    if (rc == 0)
        worker->errand = q->errand.id;
    return rc;
}

/* The next ldap label that was not asked for long enough. 1: one is. */
static int ask_next(struct label_worker *worker, int64_t now, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct question q = { 0 };
    int64_t label;
    int64_t org;
    int rc;

    if (worker->asking != 0)
        return 1;
    rc = db_query(
        worker->core->db,
        "SELECT id, org, query FROM label WHERE kind = 'ldap'"
        " AND id > $1 AND evaluated <= $2 ORDER BY id LIMIT 1",
        DB_ARGS(db_i64(worker->asked), db_i64(now - DIRECTORY_EVERY_S)), &rows,
        err);
    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0) {
        worker->asked = 0;
        return rc;
    }
    label = worker->asked = db_col_i64(rows, 0);
    org = db_col_i64(rows, 1);
    rc = ask(worker, org, db_col_text(rows, 2), &q, err);
    arena_clear(&q.arena);
    if (rc < 0)
        return label_problem_set(worker->core->db, label, str_c(err_text(err)),
                                 err) < 0
                   ? rc
                   : 1;
    worker->asking = label;
    worker->asking_org = org;
    return 1;
}

/* --- sweeps -------------------------------------------------------------- */

/* The next organisation whose labels are due. 1: its sweep began. */
static int sweep_next(struct label_worker *worker, int64_t now, struct err *err)
{
    struct db *db = worker->core->db;
    int rc = 0;

    while (worker->sweep == NULL) {
        int64_t org = 0;

        rc = db_one_i64(db,
                        "SELECT id FROM org WHERE id > $1"
                        " ORDER BY id LIMIT 1",
                        DB_ARGS(db_i64(worker->org)), &org, err);
        if (rc != 0) {
            worker->org = 0;
            return rc < 0 ? rc : 0;
        }
        worker->org = org;
        rc = label_sweep_due(db, org, now, AGES_EVERY_S, err);
        if (rc < 0)
            return rc;
        if (rc == 1)
            rc = label_sweep_new(db, org, &worker->sweep, err);
    }
    return rc < 0 ? rc : 1;
}

static int sweep_some(struct label_worker *worker, int64_t now, struct err *err)
{
    int rc = sweep_next(worker, now, err);

    if (rc <= 0)
        return rc;
    rc =
        label_sweep_step(worker->core->db, worker->sweep, SWEEP_ROWS, now, err);
    if (rc == 1)
        return 1;
    if (rc == 0)
        tell(worker, worker->org, 0, label_sweep_changes(worker->sweep));
    label_sweep_free(TAKE(worker->sweep));
    return rc < 0 ? rc : 1;
}

int label_worker_look(struct label_worker *worker, int64_t now)
{
    struct err err = { 0 };
    bool idle = worker->asking == 0;
    int asked = ask_next(worker, now, &err);
    int swept;

    if (asked < 0)
        report("label.directory", worker->asked, &err);
    swept = sweep_some(worker, now, &err);
    if (swept < 0)
        report("label.sweep", worker->org, &err);
    return swept == 1 || (asked == 1 && idle && worker->asking == 0);
}

static void on_timer(void *ctx)
{
    struct label_worker *worker = ctx;

    worker->timer = NULL;
    set_timer(worker, cluster_leads(worker->core) &&
                              label_worker_look(worker, clock_now()) == 1
                          ? 0
                          : LOOK_EVERY_MS);
}
