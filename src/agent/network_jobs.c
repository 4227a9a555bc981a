/* SPDX-License-Identifier: Apache-2.0
 *
 * The long poll: the server holds the request until there is a job. Jobs go
 * to the keeper one by one; the next poll begins when all of an answer are
 * noted.
 */
#include "agent/disk.h"
#include "agent/network_int.h"
#include "base/vec.h"

enum {
    WAIT_S = 55,
    WAIT_MORE_MS = 20000,
    LATER_MS = 10000, /* when the keeper could not take one */
    JOBS_BODY_MAX = AGENT_BODY_MAX,
    URL_ROOM = JOB_URL_MAX + 256,
};

static void poll_again(void *ctx)
{
    struct network *network = ctx;

    network->poll.timer = NULL;
    jobs_begin(network);
}

static void poll_failed(struct network *network, str why)
{
    network_link(network, false, why);
    network->checked_in = false;
    attempt_later(network, &network->poll, 0, poll_again);
    network_checkin(network); /* it may have been restarted, or moved */
}

static void give_next(struct network *network)
{
    int fd = -1;
    struct err err = { 0 };

    if (network->job_at >= network->jobs.n) {
        network->jobs.n = 0;
        network->poll.timer = loop_timer(network->loop, 0, poll_again, network);
        return;
    }
    if (disk_memory("job", network->jobs.p[network->job_at++], &fd, &err) < 0) {
        log_error("job.not_given", LOG_TEXT("text", str_c(err.text)));
        attempt_later(network, &network->poll, LATER_MS, poll_again);
        return;
    }
    network_say(network, &(struct message){ .type = MSG_JOB }, fd);
    fd_close(&fd);
}

/* id is 0 when the keeper could not take it now. */
void jobs_noted(struct network *network, int64_t id)
{
    if (id == 0) {
        network->jobs.n = 0;
        attempt_later(network, &network->poll, LATER_MS, poll_again);
        return;
    }
    if (id > network->after)
        network->after = id;
    give_next(network);
}

static void take_jobs(struct network *network, str body)
{
    struct arena *arena = &network->jobs_arena;
    struct signed_jobs answer;
    const struct signed_job *jobs;
    struct err err = { 0 };

    arena_clear(arena);
    network->jobs.n = 0;
    network->job_at = 0;
    if (message_unpack(&shape_signed_jobs, body, arena, &answer, &err) < 0) {
        poll_failed(network, str_c(err.text));
        return;
    }
    jobs = answer.jobs.p;
    for (size_t i = 0; i < answer.jobs.n; i++) {
        AUTO(buf_clear) struct buf bytes = BUF(JOB_MAX + 4096);

        if (wire_write(&shape_signed_job, &jobs[i], &bytes, NULL) == 0)
            *vec_push(&network->jobs) = arena_str(arena, buf_str(&bytes));
    }
    give_next(network);
}

static void on_jobs(void *ctx, int rc, const struct http_answer *answer,
                    const struct err *err)
{
    struct network *network = ctx;
    AUTO(buf_clear) struct buf why = BUF(512);

    network->poll.transfer = NULL;
    if (rc == 0 && (answer->status == 200 || answer->status == 204)) {
        network->poll.delay_ms = 0;
        if (answer->status == 200 && answer->body.n > 0)
            take_jobs(network, answer->body);
        else
            give_next(network);
        return;
    }
    if (rc < 0)
        buf_add_c(&why, err_text(err));
    else
        buf_printf(&why, "the server answers a poll with status %lld",
                   (long long)answer->status);
    poll_failed(network, buf_str(&why));
}

void jobs_begin(struct network *network)
{
    AUTO(buf_clear) struct buf path = BUF(256);
    struct http_request request;
    struct err err = { 0 };

    if (!network->checked_in || network->poll.transfer != NULL ||
        network->poll.timer != NULL || network->jobs.n > 0)
        return;
    buf_printf(&path, "/agent/v1/jobs?after=%lld&wait_s=%d",
               (long long)network->after, WAIT_S);
    request = network_request(network, buf_c(&path), &network->poll_url);
    request.timeout_ms = WAIT_S * 1000 + WAIT_MORE_MS;
    request.answer_max = JOBS_BODY_MAX;
    network->poll.transfer =
        http_start(network->client, &request, on_jobs, network, &err);
    if (network->poll.transfer == NULL)
        poll_failed(network, str_c(err.text));
}

void jobs_stop(struct network *network)
{
    attempt_cancel(&network->poll);
    network->jobs.n = 0;
    arena_clear(&network->jobs_arena);
}
