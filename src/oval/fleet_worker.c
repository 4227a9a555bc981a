/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/fleet_worker.h"

enum {
    BLOBS_MAX = 1 << 30 /* bytes of one chunk of devices */
};

/* An evaluation that compares and collects nothing. */
static void start_eval(struct worker *w)
{
    struct err err;

    if (oval_inventory_source_new(&w->nothing, NULL, &w->source, &err) < 0 ||
        oval_eval_new(w->content, w->source, NULL, &w->eval, &err) < 0)
        abort(); /* neither of them can fail */
    w->scratch.messages.n = EVAL_MESSAGES_MAX;
}

/* What tests of packages come to when there are none. */
static void find_absent(struct worker *w)
{
    const struct object_state none = { .progress = DONE,
                                       .flag = OVAL_FLAG_DOES_NOT_EXIST };
    const struct object_state unknown = { .progress = DONE,
                                          .flag = OVAL_FLAG_NOT_COLLECTED };

    w->absent = mem_alloc(w->content->tests.n, 1);
    w->uncollected = mem_alloc(w->content->tests.n, 1);
    for (size_t i = 0; i < w->plan->fasts.n; i++) {
        uint32_t test = w->plan->fasts.p[i];

        w->absent[test] =
            (uint8_t)test_on_object(w->eval, test, &w->scratch, &none);
        w->uncollected[test] =
            (uint8_t)test_on_object(w->eval, test, &w->scratch, &unknown);
    }
}

struct worker *worker_new(const struct oval_assess *assess)
{
    struct worker *w = mem_alloc(1, sizeof(*w));
    const struct oval_content *c = assess->content;

    w->assess = assess;
    w->fleet = assess->fleet;
    w->content = c;
    w->plan = &assess->plan;
    w->blobs = BUF_INIT(BLOBS_MAX);
    start_eval(w);
    find_absent(w);
    w->test_stamp = mem_alloc(c->tests.n, sizeof(uint32_t));
    w->test_slot = mem_alloc(c->tests.n, sizeof(uint32_t));
    w->definition_stamp = mem_alloc(c->definitions.n, sizeof(uint32_t));
    w->definition_slot = mem_alloc(c->definitions.n, sizeof(uint32_t));
    w->touched = mem_alloc(c->definitions.n / 64 + 1, sizeof(uint64_t));
    return w;
}

static void base_free(struct base *base)
{
    mem_free(base->envs);
    mem_free(base->results);
    vec_clear(&base->runs);
    mem_free(base);
}

void worker_free(struct worker *w)
{
    if (w == NULL)
        return;
    oval_eval_free(w->eval);
    oval_source_free(w->source);
    arena_clear(&w->items);
    for (unsigned m = 0; m < COUNT(w->hits); m++) {
        vec_clear(&w->hits[m]);
        vec_clear(&w->item[m]);
    }
    vec_clear(&w->led);
    vec_clear(&w->traces);
    vec_clear(&w->trace_groups);
    vec_clear(&w->pairs);
    fleet_index_clear(&w->trace_index);
    mem_free(w->absent);
    mem_free(w->uncollected);
    for (size_t i = 0; i < w->bases.n; i++)
        base_free(w->bases.p[i]);
    vec_clear(&w->bases);
    vec_clear(&w->base_of);
    vec_clear(&w->several);
    vec_clear(&w->groups);
    vec_clear(&w->chosen);
    vec_clear(&w->collected);
    vec_clear(&w->found);
    block_clear(&w->block);
    vec_clear(&w->trace_slot);
    vec_clear(&w->trace_stamp);
    mem_free(w->test_stamp);
    mem_free(w->test_slot);
    mem_free(w->definition_stamp);
    mem_free(w->definition_slot);
    mem_free(w->touched);
    vec_clear(&w->touching);
    verdict_writer_clear(&w->writer);
    mem_free(w->delta);
    buf_clear(&w->blobs);
    mem_free(w);
}

void worker_refresh(struct worker *w)
{
    for (unsigned m = 0; m < COUNT(w->hits); m++) {
        while (w->hits[m].n < w->fleet->groups.n)
            *vec_push(&w->hits[m]) = HIT_UNSEEN;
        while (w->item[m].n < w->fleet->packages.n)
            *vec_push(&w->item[m]) = NULL;
    }
    while (w->base_of.n < w->fleet->envs.n)
        *vec_push(&w->base_of) = 0;
}

/* --- bases --- */

static int evaluate_envs(struct worker *w, const struct fleet_env *env,
                         uint8_t *results, struct err *err)
{
    AUTO(oval_source_freep) struct oval_source *source = NULL;
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    const struct oval_inventory inventory = { .os = env->os,
                                              .manager = env->manager };
    int rc = oval_inventory_source_new(&inventory, NULL, &source, err);

    if (rc == 0)
        rc = oval_eval_new(w->content, source, NULL, &eval, err);
    for (size_t i = 0; rc == 0 && i < w->plan->envs.n; i++)
        results[i] = (uint8_t)test_evaluate(eval, w->plan->envs.p[i]);
    if (rc == 0 && eval->failed) {
        *err = eval->fatal;
        rc = eval->fatal.code < 0 ? eval->fatal.code : E_IO;
    }
    return rc;
}

static void make_runs(const struct worker *w, struct base *base)
{
    struct verdict_run *run = NULL;

    for (uint32_t i = 0; i < w->content->definitions.n; i++) {
        if (base->results[i] == OVAL_FALSE || !plan_has(w->plan, i))
            continue;
        if (run != NULL && run->first + run->count == i &&
            run->result == base->results[i]) {
            run->count++;
            continue;
        }
        run = vec_push(&base->runs);
        *run = (struct verdict_run){ i, 1, base->results[i] };
    }
}

static struct base *same_base(const struct worker *w, const struct base *base)
{
    for (size_t i = 0; i < w->bases.n; i++) {
        struct base *b = w->bases.p[i];

        if (memcmp(b->flags, base->flags, sizeof(b->flags)) == 0 &&
            memcmp(b->envs, base->envs, w->plan->envs.n) == 0)
            return b;
    }
    return NULL;
}

/* Envs that every test of the content finds alike have one base. */
int worker_base(struct worker *w, uint32_t number, struct base **out,
                struct err *err)
{
    const struct fleet_env *env = &w->fleet->envs.p[number];
    struct base *base;
    struct base *old;
    int rc;

    if (w->base_of.p[number] != 0) {
        *out = w->bases.p[w->base_of.p[number] - 1];
        return 0;
    }
    base = mem_alloc(1, sizeof(*base));
    base->envs = mem_alloc(w->plan->envs.n + 1, 1);
    for (unsigned m = OVAL_MANAGER_DPKG; m <= OVAL_MANAGER_RPM; m++)
        base->flags[m] =
            (uint8_t)inventory_flag_of(env->os.id, env->manager, m);
    rc = evaluate_envs(w, env, base->envs, err);
    old = rc < 0 ? NULL : same_base(w, base);
    if (rc < 0 || old != NULL) {
        base_free(base);
    } else {
        base->results = mem_alloc(w->content->definitions.n + 1, 1);
        base->number = (uint32_t)w->bases.n;
        block_base(w, base);
        make_runs(w, base);
        *vec_push(&w->bases) = base;
        old = base;
    }
    if (rc < 0)
        return rc;
    w->base_of.p[number] = old->number + 1;
    *out = old;
    return 0;
}

/* --- devices --- */

int worker_evaluate(struct worker *w, const uint32_t *devices, unsigned n,
                    size_t *ends, struct err *err)
{
    struct base *base = NULL;
    int rc = 0;

    if (w->traces.n > TRACES_MAX || w->pairs.n > PAIRS_MAX)
        worker_forget(w);
    for (unsigned i = 0; rc == 0 && i < n; i++)
        rc = worker_base(w, w->fleet->devices.p[devices[i]].env, &base, err);
    if (rc == 0)
        rc = block_evaluate(w, base, devices, n, err);
    if (rc < 0)
        return rc;
    base->devices += n;
    for (unsigned i = 0; i < n; i++) {
        verdict_writer_put(&w->writer, base->runs.p, base->runs.n,
                           w->block.other[i].p, w->block.other[i].n);
        verdict_writer_finish(&w->writer, w->content->definitions.n,
                              w->assess->key, &w->blobs);
        ends[i] = w->blobs.n;
    }
    return buf_finish(&w->blobs, "the results of a fleet", err);
}

uint64_t worker_bytes(const struct worker *w)
{
    const struct oval_content *c = w->content;
    uint64_t bytes =
        sizeof(*w) + w->items.used + w->traces.cap * sizeof(*w->traces.p) +
        w->pairs.cap * sizeof(*w->pairs.p) +
        w->block.chunks.n * PLANES_CHUNK * sizeof(struct plane) + w->blobs.cap +
        (uint64_t)c->tests.n * 10 + (uint64_t)c->definitions.n * 8;

    for (unsigned m = 0; m < COUNT(w->hits); m++)
        bytes +=
            w->hits[m].cap * sizeof(uint32_t) + w->item[m].cap * sizeof(void *);
    for (unsigned i = 0; i < BLOCK_DEVICES; i++)
        bytes += w->block.other[i].cap * sizeof(uint32_t);
    return bytes + w->bases.n * ((uint64_t)c->definitions.n + w->plan->envs.n);
}
