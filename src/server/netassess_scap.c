/* SPDX-License-Identifier: Apache-2.0
 *
 * Benchmarks of network devices. What the reader makes of one goes the way of
 * an agent's results, so that reports, waivers and comparisons are the same.
 */
#include "server/netassess_int.h"

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "fleet/benchmark.h"
#include "fleet/checkin.h"

#include "server/agents.h"
#include "trust/sign.h"

enum {
    PROFILE_MAX = VERDICTS_MAX + DETAILS_MAX + 65536,
    PACK_MAX = READ_DEVICE_MAX / 2,
};

static int take(struct netassess_asking *a, str bytes, int64_t *out_run,
                struct err *err)
{
    char nonce[JOB_NONCE_BYTES];
    struct read_profile made;
    struct results results = {
        .nonce = { nonce, sizeof(nonce) },
        .terms = { .run = a->benchmark.run,
                   .configuration = a->benchmark.configuration },
        .started = a->begun,
        .ended = clock_now(),
        .outcome = RUN_DONE,
        .content_digest = { (const char *)a->digest, sizeof(a->digest) },
    };
    int rc = wire_read(&shape_read_profile, bytes, &a->arena, &made, err);

    if (rc < 0)
        return rc;
    trust_random(nonce, sizeof(nonce));
    results.text = made.text;
    results.verdicts = made.report;
    results.details = made.files;
    rc = db_begin(a->core->db, err);
    if (rc < 0)
        return rc;
    rc = result_take(a->core->db, a->subject.device, &results, results.ended,
                     out_run, err);
    if (rc == 0)
        return db_commit(a->core->db, err);
    db_rollback(a->core->db);
    return rc < 0 ? rc : 0;
}

static int store(struct netassess_asking *a, int fd, int64_t *out_run,
                 struct err *err)
{
    str bytes;
    int rc = io_map_fd(fd, "the results", 1, PROFILE_MAX, &bytes, err);

    if (rc < 0)
        return rc;
    rc = take(a, bytes, out_run, err);
    io_unmap(bytes);
    return rc;
}

static void done(void *ctx, const struct message_read_done *answer, int *fd)
{
    struct netassess_asking *a = ctx;
    struct netassess_item item = { a->subject.device, a->benchmark };
    struct err err = { 0 };
    int64_t run = 0;
    int rc = (int)answer->code;

    if (rc < 0)
        err_set(&err, rc, "%" PRIstr, ARGstr(answer->text));
    else
        rc = store(a, *fd, &run, &err);
    if (rc < 0) {
        log_warn("assess.failed", LOG_I64("device", item.device),
                 LOG_TEXT("why", str_c(err_text(&err))));
        netassess_fail_benchmark(a->core, &item, str_c(err_text(&err)));
    } else {
        agents_told_results(a->core, item.device, run);
    }
    netassess_over(a);
}

int netassess_begin_benchmark(struct netassess_asking *a, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(PACK_MAX);
    struct benchmark_pack pack;
    int rc = benchmark_pack_get(a->core->db, a->benchmark.pack, &a->arena,
                                &pack, err);

    if (rc == 0)
        rc = benchmark_pack_bytes(a->core->db, &pack, &bytes, err);
    if (rc < 0)
        return rc;
    memcpy(a->digest, pack.digest, sizeof(a->digest));
    return netassess_send(a, buf_str(&bytes), done, err);
}

void netassess_fail_benchmark(struct core *core,
                              const struct netassess_item *item, str why)
{
    struct err err = { 0 };
    int rc = db_begin(core->db, &err);

    if (rc == 0)
        rc = run_network_benchmark_failed(core->db, item->device,
                                          item->benchmark.run, why, clock_now(),
                                          &err);
    if (rc == 0)
        rc = db_commit(core->db, &err);
    else
        db_rollback(core->db);
    if (rc < 0)
        log_error("assess.not_noted", LOG_I64("device", item->device),
                  LOG_TEXT("why", str_c(err_text(&err))));
}
