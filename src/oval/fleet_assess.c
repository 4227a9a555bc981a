/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "oval/fleet_worker.h"

enum {
    THREADS_MAX = 8,
    CHUNK = 16384, /* devices whose results are held at once, at most */
    CHUNK_RESULTS = 1 << 28, /* ... and definitions of all of them */
    ALONE_MAX = 1024         /* devices for which no thread is started */
};

int oval_assess_new(const struct oval_fleet *fleet,
                    const struct oval_content *content,
                    struct oval_assess **out, struct err *err)
{
    return oval_assess_new_only(fleet, content, NULL, out, err);
}

int oval_assess_new_only(const struct oval_fleet *fleet,
                         const struct oval_content *content, const bool *only,
                         struct oval_assess **out, struct err *err)
{
    struct oval_assess *assess = mem_alloc(1, sizeof(*assess));
    int rc;

    assess->fleet = fleet;
    assess->content = content;
    assess->key = oval_verdicts_key(content);
    rc =
        oval_inventory_source_new(&assess->nothing, NULL, &assess->source, err);
    if (rc == 0)
        rc = oval_eval_new(content, assess->source, NULL, &assess->eval, err);
    if (rc < 0) {
        oval_assess_free(assess);
        return rc;
    }
    fleet_plan_init(&assess->plan, assess->eval, only,
                    fleet->options.source_packages);
    *out = assess;
    return 0;
}

void oval_assess_free(struct oval_assess *assess)
{
    if (assess == NULL)
        return;
    for (size_t i = 0; i < assess->workers.n; i++)
        worker_free(assess->workers.p[i]);
    vec_clear(&assess->workers);
    fleet_plan_clear(&assess->plan);
    oval_eval_free(assess->eval);
    oval_source_free(assess->source);
    mem_free(assess);
}

void oval_assess_freep(struct oval_assess **assess)
{
    oval_assess_free(*assess);
    *assess = NULL;
}

uint64_t oval_assess_bytes(const struct oval_assess *assess)
{
    uint64_t bytes = fleet_plan_bytes(&assess->plan);

    for (size_t i = 0; i < assess->workers.n; i++)
        bytes += worker_bytes(assess->workers.p[i]);
    return bytes;
}

static struct worker *worker_at(struct oval_assess *assess, size_t i)
{
    while (assess->workers.n <= i)
        *vec_push(&assess->workers) = worker_new(assess);
    worker_refresh(assess->workers.p[i]);
    return assess->workers.p[i];
}

/* --- content that goes round: the ordinary evaluator, one by one --- */

static int evaluate_plainly(struct worker *w, uint32_t device, uint8_t *results,
                            struct err *err)
{
    AUTO(oval_source_freep) struct oval_source *source = NULL;
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct oval_inventory inventory;
    int rc;

    oval_fleet_inventory(w->fleet, device, &arena, &inventory);
    rc =
        oval_inventory_source_new(&inventory, &w->fleet->options, &source, err);
    if (rc == 0)
        rc = oval_eval_new(w->content, source, NULL, &eval, err);
    if (rc == 0)
        rc = oval_eval_all(eval, err);
    for (uint32_t i = 0; rc == 0 && i < w->content->definitions.n; i++) {
        enum oval_result r = OVAL_ERROR;

        oval_eval_result(eval, i, &r);
        results[i] = OVAL_FALSE;
        if (!plan_has(w->plan, i))
            continue;
        results[i] = (uint8_t)r;
        if (w->delta != NULL)
            w->delta[i][r]++;
    }
    return rc;
}

static int evaluate_awkward(struct worker *w, const uint32_t *devices,
                            unsigned n, size_t *ends, struct err *err)
{
    uint8_t *results = mem_alloc(w->content->definitions.n + 1, 1);
    int rc = 0;

    for (unsigned i = 0; rc == 0 && i < n; i++) {
        rc = evaluate_plainly(w, devices[i], results, err);
        if (rc == 0)
            oval_verdicts_encode(results, w->content->definitions.n,
                                 w->assess->key, &w->blobs);
        ends[i] = w->blobs.n;
    }
    mem_free(results);
    return rc < 0 ? rc : buf_finish(&w->blobs, "the results of a fleet", err);
}

static int evaluate(struct worker *w, const uint32_t *devices, unsigned n,
                    size_t *ends, struct err *err)
{
    if (w->plan->awkward)
        return evaluate_awkward(w, devices, n, ends, err);
    return worker_evaluate(w, devices, n, ends, err);
}

int oval_assess_device(struct oval_assess *assess, uint32_t device,
                       struct buf *blob, struct err *err)
{
    struct worker *w;
    size_t end = 0;
    int rc;

    if (oval_fleet_device(assess->fleet, device).p == NULL)
        return err_set(err, E_ABSENT, "there is no device %u", device);
    w = worker_at(assess, 0);
    buf_reset(&w->blobs);
    rc = evaluate(w, &device, 1, &end, err);
    if (rc < 0)
        return rc;
    buf_add(blob, buf_str(&w->blobs));
    return buf_finish(blob, "stored results", err);
}

/* --- a whole fleet --- */

struct job {        /* devices of one base */
    uint32_t first; /* in run.devices */
    unsigned n;
    const struct worker *worker; /* that did it */
    size_t begin;                /* of the first blob in its blobs */
};

struct run {
    struct oval_assess *assess;
    const struct oval_assess_options *options;
    unsigned threads;
    uint32_t chunk_size;
    uint32_t total;
    uint32_t done;
    VEC(uint32_t) chunk;   /* devices, ascending */
    VEC(uint32_t) devices; /* the same, by base */
    VEC(uint32_t) places;  /* by device of the chunk: its place in devices */
    VEC(struct job) jobs;
    VEC(uint32_t) job_of; /* by place in devices */
    size_t ends[CHUNK];   /* by place in devices */
    atomic_uint next;     /* job to be done */
    atomic_bool failed;
};

static void work_off(struct run *run, struct worker *w)
{
    while (!atomic_load(&run->failed)) {
        unsigned i = atomic_fetch_add(&run->next, 1);
        struct job *job;

        if (i >= run->jobs.n)
            return;
        job = &run->jobs.p[i];
        job->worker = w;
        job->begin = w->blobs.n;
        w->rc = evaluate(w, &run->devices.p[job->first], job->n,
                         &run->ends[job->first], &w->err);
        if (w->rc < 0)
            atomic_store(&run->failed, true);
    }
}

struct thread {
    pthread_t id;
    struct run *run;
    struct worker *worker;
    bool started;
};

static void *thread_main(void *ctx)
{
    struct thread *thread = ctx;

    work_off(thread->run, thread->worker);
    return NULL;
}

static void start(struct thread *thread)
{
    sigset_t all;
    sigset_t old;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    thread->started =
        pthread_create(&thread->id, NULL, thread_main, thread) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* A thread that does not start leaves its work to the others. */
static int do_jobs(struct run *run, struct err *err)
{
    struct thread threads[THREADS_MAX] = { 0 };
    int rc = 0;

    atomic_store(&run->next, 0);
    for (unsigned i = 0; i < run->threads; i++) {
        threads[i].run = run;
        threads[i].worker = run->assess->workers.p[i];
        threads[i].worker->rc = 0;
        buf_reset(&threads[i].worker->blobs);
    }
    for (unsigned i = 1; i < run->threads && i < run->jobs.n; i++)
        start(&threads[i]);
    work_off(run, threads[0].worker);
    for (unsigned i = 0; i < run->threads; i++) {
        if (threads[i].started)
            pthread_join(threads[i].id, NULL);
        if (threads[i].worker->rc < 0 && rc == 0) {
            rc = threads[i].worker->rc;
            *err = threads[i].worker->err;
        }
    }
    return rc;
}

/* Sorts the chunk by base, keeping the order of devices within one. */
static int sort_chunk(struct run *run, struct err *err)
{
    struct worker *w = run->assess->workers.p[0];
    const struct oval_fleet *fleet = run->assess->fleet;
    VEC(uint32_t) at = { 0 };
    int rc = 0;

    run->places.n = 0;
    for (size_t i = 0; rc == 0 && i < run->chunk.n; i++) {
        struct base *base = NULL;

        if (!w->plan->awkward)
            rc = worker_base(w, fleet->devices.p[run->chunk.p[i]].env, &base,
                             err);
        *vec_push(&run->places) = rc == 0 && base != NULL ? base->number : 0;
        while (at.n <= run->places.p[i] + 1)
            *vec_push(&at) = 0;
        at.p[run->places.p[i] + 1]++;
    }
    for (size_t i = 1; i < at.n; i++)
        at.p[i] += at.p[i - 1];
    run->devices.n = 0;
    run->job_of.n = 0;
    for (size_t i = 0; i < run->chunk.n; i++) {
        *vec_push(&run->devices) = 0;
        *vec_push(&run->job_of) = 0;
    }
    run->jobs.n = 0;
    for (size_t i = 0; rc == 0 && i + 1 < at.n; i++)
        for (uint32_t k = at.p[i]; k < at.p[i + 1]; k += BLOCK_DEVICES) {
            uint32_t left = at.p[i + 1] - k;

            *vec_push(&run->jobs) = (struct job){
                .first = k, .n = left < BLOCK_DEVICES ? left : BLOCK_DEVICES
            };
        }
    for (size_t i = 0; rc == 0 && i < run->chunk.n; i++) {
        uint32_t place = at.p[run->places.p[i]]++;

        run->devices.p[place] = run->chunk.p[i];
        run->places.p[i] = place;
    }
    for (uint32_t i = 0; i < run->jobs.n; i++)
        for (unsigned k = 0; k < run->jobs.p[i].n; k++)
            run->job_of.p[run->jobs.p[i].first + k] = i;
    vec_clear(&at);
    return rc;
}

static int put_out(struct run *run, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < run->chunk.n; i++) {
        uint32_t place = run->places.p[i];
        const struct job *job = &run->jobs.p[run->job_of.p[place]];
        size_t begin = place == job->first ? job->begin : run->ends[place - 1];
        str blob = { job->worker->blobs.p + begin, run->ends[place] - begin };

        if (run->options->device != NULL)
            rc = run->options->device(run->options->ctx, run->chunk.p[i], blob,
                                      err);
    }
    return rc;
}

static int do_chunk(struct run *run, struct err *err)
{
    int rc = sort_chunk(run, err);

    if (rc == 0)
        rc = do_jobs(run, err);
    if (rc == 0)
        rc = put_out(run, err);
    run->done += (uint32_t)run->chunk.n;
    run->chunk.n = 0;
    if (rc == 0 && run->options->progress != NULL)
        run->options->progress(run->options->ctx, run->done, run->total);
    return rc;
}

static int do_fleet(struct run *run, struct err *err)
{
    const struct oval_fleet *fleet = run->assess->fleet;
    int rc = 0;

    for (uint32_t d = 0; rc == 0 && d < oval_fleet_size(fleet); d++) {
        if (fleet->devices.p[d].name.p == NULL)
            continue;
        *vec_push(&run->chunk) = d;
        if (run->chunk.n == run->chunk_size)
            rc = do_chunk(run, err);
    }
    return rc == 0 && run->chunk.n > 0 ? do_chunk(run, err) : rc;
}

static unsigned threads_of(const struct run *run)
{
    int64_t n = run->options->threads;

    if (n == 0)
        n = run->total <= ALONE_MAX ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

static void add_counts(struct worker *w, struct oval_fleet_counts *counts)
{
    uint32_t n = w->content->definitions.n;

    for (size_t b = 0; b < w->bases.n; b++) {
        const struct base *base = w->bases.p[b];

        for (uint32_t i = 0; i < n; i++)
            if (plan_has(w->plan, i))
                w->delta[i][base->results[i]] += (int64_t)base->devices;
    }
    for (uint32_t i = 0; i < n; i++)
        for (unsigned r = 0; r < OVAL_RESULTS; r++)
            counts[i].n[r] += (uint32_t)w->delta[i][r];
}

static void start_counts(struct worker *w, bool counting)
{
    for (size_t b = 0; b < w->bases.n; b++)
        w->bases.p[b]->devices = 0;
    w->delta = counting
                   ? mem_alloc(w->content->definitions.n + 1, sizeof(*w->delta))
                   : NULL;
}

static void end_counts(struct worker *w)
{
    mem_free(w->delta);
    w->delta = NULL;
    buf_clear(&w->blobs);
    w->blobs = BUF_INIT(w->blobs.limit);
}

int oval_assess_all(struct oval_assess *assess,
                    const struct oval_assess_options *options,
                    struct oval_fleet_counts *counts, struct err *err)
{
    struct run *run = mem_alloc(1, sizeof(*run));
    int rc;

    run->assess = assess;
    run->options = options;
    run->total = oval_fleet_stats(assess->fleet).devices;
    run->threads = threads_of(run);
    run->chunk_size = CHUNK_RESULTS / (assess->content->definitions.n + 1);
    if (run->chunk_size > CHUNK)
        run->chunk_size = CHUNK;
    if (run->chunk_size < BLOCK_DEVICES)
        run->chunk_size = BLOCK_DEVICES;
    for (unsigned i = 0; i < run->threads; i++)
        start_counts(worker_at(assess, i), counts != NULL);
    rc = do_fleet(run, err);
    for (unsigned i = 0; i < run->threads; i++) {
        if (rc == 0 && counts != NULL)
            add_counts(assess->workers.p[i], counts);
        end_counts(assess->workers.p[i]);
    }
    vec_clear(&run->chunk);
    vec_clear(&run->devices);
    vec_clear(&run->places);
    vec_clear(&run->jobs);
    vec_clear(&run->job_of);
    mem_free(run);
    return rc;
}
