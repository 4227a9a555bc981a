/* SPDX-License-Identifier: Apache-2.0
 *
 * What is told to the server of patching: each report is a file until the
 * server has it.
 */
#include <fcntl.h>
#include <stdio.h>

#include "agent/disk.h"
#include "agent/keeper_patch_int.h"
#include "base/utf8.h"
#include "trust/sign.h"

enum {
    NAME_MAX_BYTES = 128,
    NONCE_HEX_SIZE = 2 * JOB_NONCE_BYTES + 1,
};

str patch_new_nonce(struct patching *p)
{
    char bytes[JOB_NONCE_BYTES];

    trust_random(bytes, sizeof(bytes));
    return arena_str(&p->kept_arena, (str){ bytes, sizeof(bytes) });
}

/* "s-000001795305600-000007-<nonce>": kind, time and how many came before it,
 * so that each kind goes in its order: the scan before a deployment and the one
 * after it are written in the same second. */
void patch_report(struct keeper *keeper, char kind, str nonce, str bytes)
{
    struct patching *p = keeper->patching;
    AUTO(buf_clear) struct buf name = BUF(NAME_MAX_BYTES);
    char hex[NONCE_HEX_SIZE];
    struct err err = { 0 };

    if (bytes.n == 0)
        return;
    buf_printf(&name, "%c-%015lld-%06lld-%" PRIstr, kind,
               (long long)keeper_now(), (long long)p->reports++,
               ARGstr(keeper_hex(hex, nonce)));
    if (disk_write(p->dir, buf_c(&name), bytes, &err) < 0)
        keeper_fail(p->keeper, "report.not_saved", &err);
}

void patch_report_outcome(struct patching *p, const struct installing *order,
                          int64_t outcome, str text)
{
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_MESSAGE_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    int64_t now = keeper_now();
    bool goes_on = outcome == PATCHING_RUN_GOES_ON;
    struct patching_results results = {
        .nonce = goes_on ? patch_new_nonce(p) : order->results_nonce,
        .job = order->job_id,
        .terms = { 0, p->policy.configuration, p->policy.version,
                   STR("routine") },
        .catch_up = order->catch_up,
        .due = order->due,
        .started = now,
        .ended = goes_on ? 0 : now,
        .phase = !goes_on            ? PATCHING_PHASE_DONE
                 : order->stage_only ? PATCHING_PHASE_STAGING
                                     : PATCHING_PHASE_DEPLOYMENT,
        .outcome = outcome,
        .text = utf8_cut(text, PATCHING_TEXT_MAX, &arena),
        .policy_revision = p->policy.revision,
    };
    struct err err = { 0 };

    if (wire_write(&shape_patching_results, &results, &bytes, &err) < 0)
        log_error("report.failed", LOG_TEXT("text", str_c(err.text)));
    else
        patch_report(p->keeper, 'r', results.nonce, buf_str(&bytes));
}

void patch_report_failed_scan(struct patching *p,
                              const struct installing *order, str why)
{
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_MESSAGE_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patching_scan scan = {
        .nonce = patch_new_nonce(p),
        .job = order->job_id,
        .cause = order->cause,
        .collected = keeper_now(),
        .manager = STR(""),
        .policy_revision = p->policy.revision,
        .errors = STR(""),
        .failure = utf8_cut(why.n > 0 ? why : STR("it failed"),
                            PATCHING_TEXT_MAX, &arena),
    };
    struct err err = { 0 };

    if (wire_write(&shape_patching_scan, &scan, &bytes, &err) < 0)
        log_error("report.failed", LOG_TEXT("text", str_c(err.text)));
    else
        patch_report(p->keeper, 's', scan.nonce, buf_str(&bytes));
}

void patch_report_missed(struct patching *p, int64_t due)
{
    struct installing order = { .due = due,
                                .results_nonce = patch_new_nonce(p) };

    patch_report_outcome(p, &order, PATCHING_RUN_MISSED,
                         STR("missed: device off"));
}

/* --- Sending. --- */

struct first {
    char kind;
    struct buf *name;
};

static int first_name(void *ctx, const char *name, struct err *err UNUSED)
{
    struct first *first = ctx;

    if (name[0] == first->kind && name[1] == '-' &&
        (first->name->n == 0 ||
         str_cmp(str_c(name), buf_str(first->name)) < 0)) {
        buf_reset(first->name);
        buf_add_c(first->name, name);
    }
    return 0;
}

int patch_first_report(struct keeper *keeper, char kind, struct buf *name,
                       struct buf *bytes, struct err *err)
{
    struct patching *p = keeper->patching;
    struct first first = { kind, name };
    int rc;

    buf_reset(name);
    if (p == NULL)
        return 0;
    rc = disk_each(p->dir, first_name, &first, err);
    if (rc == 0 && name->n > 0)
        rc = disk_read(p->dir, buf_c(name), bytes, err);
    return rc;
}

void patch_report_ended(struct keeper *keeper, const char *name, bool taken)
{
    AUTO(buf_clear) struct buf aside = BUF(512);
    struct err err = { 0 };

    if (name[0] == '\0')
        return;
    buf_printf(&aside, ".refused-%s", name);
    if (!taken)
        renameat(keeper->patching->dir, name, keeper->patching->dir,
                 buf_c(&aside));
    else if (disk_remove(keeper->patching->dir, name, &err) < 0)
        log_error("report.not_removed", LOG_TEXT("text", str_c(err.text)));
}
