/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patcher.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fleet/patch_group.h"
#include "fleet/patch_policy.h"
#include "fleet/patch_receive.h"
#include "fleet/patch_run.h"
#include "fleet/rollout.h"
#include "schedule/calendar.h"
#include "server/agents.h"
#include "server/cluster.h"
#include "server/patch_due_int.h"
#include "server/patch_report.h"

struct known_file {
    struct buf path;
    struct stat seen;
    bool warned;
};
struct patcher {
    struct core *core;
    struct known_file advisory_file;
    struct known_file risk_file;
    struct advisory_data *advisories;
    struct risk_data *risk;
    struct patch_fleet *fleets;
    struct patch_stock *stocks;
    struct arena arena; /* keys of the fleets */
    struct loop_watch *tick;
    struct loop_watch *slice;
    struct loop_watch *sender;
    int64_t epochs; /* sum of those that policies were sent for */
    bool sending;
    size_t sent_to;  /* of agents_next() */
    int64_t touches; /* sum of those that were looked at */
    bool touching;
    int64_t touched_to; /* the device before the next */
    int64_t catalogue;  /* sum of revisions that groups were worked out at */
    int64_t groups_at;
};

/* --- What is known
 * -------------------------------------------------------------------- */

static bool is_other(struct known_file *file)
{
    struct stat now;

    if (stat(buf_c(&file->path), &now) < 0)
        memset(&now, 0, sizeof(now));
    if (now.st_ino == file->seen.st_ino && now.st_size == file->seen.st_size &&
        now.st_mtim.tv_sec == file->seen.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == file->seen.st_mtim.tv_nsec)
        return false;
    file->seen = now;
    return true;
}

static void warn(const struct known_file *file UNUSED, const struct err *err)
{
    log_warn("patching.unusable", LOG_TEXT("why", str_c(err_text(err))));
}

struct patch_knowledge patcher_knowledge(struct patcher *p)
{
    struct err err = { 0 };

    if (p == NULL)
        return (struct patch_knowledge){ NULL, NULL };
    if (is_other(&p->advisory_file)) {
        advisory_data_free(p->advisories);
        p->advisories = NULL;
        if (p->advisory_file.seen.st_ino != 0 &&
            advisory_data_open(buf_c(&p->advisory_file.path), &p->advisories,
                               &err) < 0)
            warn(&p->advisory_file, &err);
    }
    if (is_other(&p->risk_file)) {
        risk_data_free(p->risk);
        p->risk = NULL;
        if (p->risk_file.seen.st_ino != 0 &&
            risk_data_open(buf_c(&p->risk_file.path), &p->risk, &err) < 0)
            warn(&p->risk_file, &err);
    }
    return (struct patch_knowledge){ p->advisories, p->risk };
}

int patcher_fleet(struct core *core, int64_t org, struct patch_fleet **out,
                  struct err *err)
{
    struct patcher *p = core->patcher;

    return patch_fleet_update(core->db, &p->fleets, &p->arena, org, out, err);
}

int patcher_stock(struct core *core, int64_t org,
                  const struct patch_stock **out, struct err *err)
{
    return patch_stock_update(core->db, &core->patcher->stocks, org, out, err);
}

/* A device that sent an inventory and has no scan of its own gets one of
 * ours. */
void patcher_inventory(struct core *core, int64_t device)
{
    struct patch_knowledge knowledge = patcher_knowledge(core->patcher);
    struct err err = { 0 };
    int rc;

    if (knowledge.advisories == NULL)
        return;
    rc = db_begin(core->db, &err);
    if (rc == 0)
        rc =
            patching_scan_make(core->db, device, &knowledge, clock_now(), &err);
    if (rc >= 0)
        rc = db_commit(core->db, &err);
    else
        db_rollback(core->db);
    if (rc < 0)
        log_warn("patching.scan_failed", LOG_I64("device", device),
                 LOG_TEXT("why", str_c(err_text(&err))));
}

int patcher_policy(struct core *core, int64_t device, int64_t now,
                   struct err *err)
{
    int rc;

    if (core->job_signer == NULL)
        return 0;
    rc = db_begin(core->db, err);
    if (rc == 0)
        rc = patching_policy_refresh(core->db, core->job_signer, device, now,
                                     err);
    if (rc == E_LIMIT || rc == E_INVALID) {
        db_rollback(core->db);
        log_warn("patching.policy_not_made", LOG_I64("device", device),
                 LOG_TEXT("why", str_c(err_text(err))));
        return 0;
    }
    if (rc == 0)
        rc = db_commit(core->db, err);
    if (rc == 0)
        agents_wake(core, device);
    return rc;
}

/* --- Policies -------------------------------------------------------------
 *
 * Whoever changes a configuration does not wait for the next check-in of each
 * device. A change while policies are being sent is found afterwards. */

static int read_sum(struct patcher *p, const char *name, int64_t *out,
                    struct err *err)
{
    return db_one_i64(p->core->db,
                      "SELECT COALESCE(SUM(revision), 0) FROM setting"
                      " WHERE name = $1",
                      DB_ARGS(db_text(str_c(name))), out, err);
}

static int find_change(struct patcher *p, struct err *err)
{
    int64_t sum = p->epochs;
    int64_t touches = p->touches;
    int rc = p->sending ? 0 : read_sum(p, "patching.epoch", &sum, err);

    if (rc == 0 && !p->touching)
        rc = read_sum(p, "patching.touched", &touches, err);
    if (rc < 0)
        return rc;
    if (sum != p->epochs) {
        p->epochs = sum;
        p->sending = true;
        p->sent_to = 0;
    }
    if (touches != p->touches) {
        p->touches = touches;
        p->touching = true;
        p->touched_to = 0;
    }
    return 0;
}

/* Devices whose own labels or facts are others now. */
static int send_touched(struct patcher *p, int64_t now, struct err *err)
{
    struct patching_devices devices;
    int rc = patching_touched(p->core->db, p->touched_to, &devices, err);

    for (size_t i = 0; rc == 0 && i < devices.n; i++) {
        p->touched_to = devices.id[i];
        if (agents_has(p->core->agents, devices.id[i]))
            rc = patcher_policy(p->core, devices.id[i], now, err);
    }
    if (rc == 0 && devices.n < PATCHING_TOUCHED)
        p->touching = false;
    return rc;
}

static int send_some(struct patcher *p, int64_t now, struct err *err)
{
    int rc = find_change(p, err);

    for (int i = 0; rc == 0 && p->sending && i < PATCHER_POLICIES; i++) {
        int64_t device = agents_next(p->core->agents, &p->sent_to);

        if (device == 0)
            p->sending = false;
        else
            rc = patcher_policy(p->core, device, now, err);
    }
    if (rc == 0 && p->touching)
        rc = send_touched(p, now, err);
    if (rc < 0)
        db_rollback(p->core->db);
    return rc;
}

static void send_policies(void *ctx)
{
    struct patcher *p = ctx;
    struct err err = { 0 };

    p->sender = NULL;
    if (send_some(p, clock_now(), &err) < 0) /* the next tick goes on */
        log_error("patching.policies_not_sent",
                  LOG_TEXT("why", str_c(err_text(&err))));
    else if (p->sending || p->touching)
        patcher_changed(p->core);
}

void patcher_changed(struct core *core)
{
    struct patcher *p = core->patcher;

    if (p != NULL && core->loop != NULL && p->sender == NULL)
        p->sender = loop_timer(core->loop, 0, send_policies, p);
}

/* --- Jobs ----------------------------------------------------------------- */

static int make_slice(struct core *core, int64_t now, struct err *err)
{
    struct patch_run_jobs jobs = { .signer = core->job_signer, .now = now };
    int rc = db_begin(core->db, err);
    int n = 0;

    if (rc == 0)
        rc = n = patch_run_dispatch(core->db, &jobs, PATCHER_SLICE, err);
    if (rc >= 0)
        rc = db_commit(core->db, err);
    else
        db_rollback(core->db);
    for (size_t i = 0; rc == 0 && i < jobs.woken.n; i++)
        agents_wake(core, jobs.woken.p[i]);
    vec_clear(&jobs.woken);
    return rc < 0 ? rc : n;
}

static void slice(void *ctx)
{
    struct patcher *p = ctx;
    struct err err = { 0 };
    int rc;

    p->slice = NULL;
    if (!cluster_leads(p->core))
        return; /* the one that leads finds it with its next tick */
    rc = make_slice(p->core, clock_now(), &err);
    if (rc < 0) /* the next tick tries again */
        log_error("patching.dispatch_failed", LOG_TEXT("why", str_c(err.text)));
    else if (rc == PATCHER_SLICE)
        p->slice = loop_timer(p->core->loop, 0, slice, p);
}

void patcher_kick(struct core *core)
{
    struct patcher *p = core->patcher;

    if (p != NULL && core->loop != NULL && p->slice == NULL)
        p->slice = loop_timer(core->loop, 0, slice, p);
}

/* --- Groups --------------------------------------------------------------- */

/* Patches came or changed, or a day is over (filters ask for ages). */
static int refresh_groups(struct patcher *p, int64_t now, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct db *db = p->core->db;
    VEC(int64_t) orgs = { 0 };
    int64_t sum = 0;
    int rc = db_one_i64(db,
                        "SELECT COALESCE(SUM(revision), 0) FROM setting"
                        " WHERE name = 'patching.catalogue'",
                        DB_NO_ARGS, &sum, err);

    if (rc < 0 || (sum == p->catalogue && now < p->groups_at + PATCHER_DAY_S))
        return rc;
    rc = db_query(db, "SELECT DISTINCT org FROM patch_group WHERE query <> ''",
                  DB_NO_ARGS, &rows, err);
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&orgs) = db_col_i64(rows, 0);
        rc = 0;
    }
    for (size_t i = 0; rc >= 0 && i < orgs.n; i++) {
        const struct patch_stock *stock;

        rc = patcher_stock(p->core, orgs.p[i], &stock, err);
        if (rc == 0)
            rc = patch_groups_refresh(db, orgs.p[i], patch_stock_rows(stock),
                                      now, err);
        if (rc > 0)
            rc = patching_touch(db, orgs.p[i], err);
    }
    vec_clear(&orgs);
    if (rc < 0)
        return rc;
    p->catalogue = sum;
    p->groups_at = now;
    return 0;
}

/* --- The clock
 * -------------------------------------------------------------------------- */

int patcher_tick(struct core *core, int64_t now, struct err *err)
{
    struct patcher *p = core->patcher;
    int rc;
    int n;

    if (!cluster_leads(core))
        return 0;
    rc = db_begin(core->db, err);
    if (rc < 0)
        return rc;
    rc = refresh_groups(p, now, err);
    if (rc == 0)
        rc = patch_due_look(core, now, err);
    if (rc == 0)
        rc = patch_rings_look(core, now, err);
    if (rc == 0)
        rc = patch_run_close(core->db, now, err);
    if (rc == 0)
        rc = db_commit(core->db, err);
    else
        db_rollback(core->db);
    if (rc == 0)
        rc = patch_report_look(core, now, err);
    if (rc < 0 || core->job_signer == NULL)
        return rc < 0 ? rc : 0;
    do
        n = make_slice(core, now, err);
    while (n == PATCHER_SLICE && core->loop == NULL);
    if (n == PATCHER_SLICE)
        patcher_kick(core);
    return n < 0 ? n : 0;
}

static void tick(void *ctx)
{
    struct patcher *p = ctx;
    struct err err = { 0 };

    p->tick = loop_timer(p->core->loop, PATCHER_TICK_MS, tick, p);
    if (patcher_tick(p->core, clock_now(), &err) < 0)
        log_error("patcher.failed", LOG_TEXT("why", str_c(err.text)));
    patcher_changed(p->core); /* rings, groups, other servers */
}

struct patcher *patcher_new(struct core *core, str dir)
{
    struct patcher *p = mem_alloc(1, sizeof(*p));

    p->core = core;
    p->advisory_file.path = BUF_INIT(4096);
    p->risk_file.path = BUF_INIT(4096);
    buf_printf(&p->advisory_file.path, "%" PRIstr "/advisory.data",
               ARGstr(dir));
    buf_printf(&p->risk_file.path, "%" PRIstr "/risk.data", ARGstr(dir));
    if (core->loop != NULL)
        p->tick = loop_timer(core->loop, 0, tick, p);
    return p;
}

void patcher_free(struct patcher *p)
{
    if (p == NULL)
        return;
    loop_remove(p->tick);
    loop_remove(p->slice);
    loop_remove(p->sender);
    advisory_data_free(p->advisories);
    risk_data_free(p->risk);
    patch_fleet_free(p->fleets);
    patch_stock_free(p->stocks);
    arena_clear(&p->arena);
    buf_clear(&p->advisory_file.path);
    buf_clear(&p->risk_file.path);
    mem_free(p);
}
