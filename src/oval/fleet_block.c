/* SPDX-License-Identifier: Apache-2.0
 *
 * Criteria for up to 512 devices at a time. A value is a set of devices for
 * each of the six results; the sets are apart and together are all devices
 * of the block. What a criteria comes to follows oval/truth.c: the rows of
 * its tables, from the first to the last, each claim what is left.
 */
#include "oval/fleet_worker.h"

struct value {
    uint8_t present; /* 1 << result: where r is set */
    const uint64_t *r[OVAL_RESULTS];
};

static struct value constant(const struct worker *w, enum oval_result result)
{
    struct value v = { .present = (uint8_t)(1U << result) };

    v.r[result] = w->block.valid;
    return v;
}

static struct value of_plane(const struct plane *plane)
{
    struct value v = { .present = plane->present };

    for (unsigned r = 0; r < OVAL_RESULTS; r++)
        v.r[r] = plane->bits[r];
    return v;
}

static void negate(struct value *v)
{
    const uint64_t *other = v->r[OVAL_TRUE];
    unsigned both = 1U << OVAL_TRUE | 1U << OVAL_FALSE;
    unsigned two = v->present & both;

    v->r[OVAL_TRUE] = v->r[OVAL_FALSE];
    v->r[OVAL_FALSE] = other;
    if (two == 1U << OVAL_TRUE || two == 1U << OVAL_FALSE)
        v->present ^= (uint8_t)both;
}

/* --- planes --- */

static struct plane *plane_at(const struct block *b, uint32_t slot)
{
    return &b->chunks.p[slot / PLANES_CHUNK][slot % PLANES_CHUNK];
}

static struct plane *plane_new(struct block *b, uint32_t *out_slot)
{
    struct plane *plane;

    if (b->planes == b->chunks.n * PLANES_CHUNK)
        *vec_push(&b->chunks) = mem_alloc(PLANES_CHUNK, sizeof(struct plane));
    *out_slot = b->planes++;
    plane = plane_at(b, *out_slot);
    memset(plane, 0, sizeof(*plane));
    return plane;
}

void block_clear(struct block *b)
{
    for (size_t i = 0; i < b->chunks.n; i++)
        mem_free(b->chunks.p[i]);
    vec_clear(&b->chunks);
    vec_clear(&b->traces);
    vec_clear(&b->trace_bits);
    vec_clear(&b->tests);
    for (unsigned i = 0; i < BLOCK_DEVICES; i++)
        vec_clear(&b->other[i]);
}

/* --- criteria --- */

struct gather {
    enum oval_operator op;
    unsigned words;
    const uint64_t *valid;
    struct plane *acc;          /* which results occurred */
    uint64_t two[BLOCK_WORDS];  /* true occurred twice */
    uint64_t odd[BLOCK_WORDS];  /* ... an odd number of times */
    uint64_t rest[BLOCK_WORDS]; /* not claimed yet */
};

static void gather_true(struct gather *g, const uint64_t *bits)
{
    const uint64_t *before = g->acc->bits[OVAL_TRUE];
    bool any = (g->acc->present & 1U << OVAL_TRUE) != 0;

    for (unsigned i = 0; i < g->words; i++) {
        if (any)
            g->two[i] |= before[i] & bits[i];
        g->odd[i] ^= bits[i];
    }
}

static void gather_add(struct gather *g, const struct value *v)
{
    if ((v->present & 1U << OVAL_TRUE) != 0 && g->op >= OVAL_ONE)
        gather_true(g, v->r[OVAL_TRUE]);
    for (unsigned r = 0; r < OVAL_RESULTS; r++) {
        uint64_t *to = g->acc->bits[r];

        if ((v->present & 1U << r) == 0)
            continue;
        if ((g->acc->present & 1U << r) == 0)
            memcpy(to, v->r[r], g->words * sizeof(*to));
        else
            for (unsigned i = 0; i < g->words; i++)
                to[i] |= v->r[r][i];
        g->acc->present |= (uint8_t)(1U << r);
    }
}

/* True when no further child can change the result on any device. */
static bool is_decided(const struct gather *g)
{
    enum oval_result r = g->op == OVAL_AND ? OVAL_FALSE : OVAL_TRUE;

    if (g->op > OVAL_OR || (g->acc->present & 1U << r) == 0)
        return false;
    for (unsigned i = 0; i < g->words; i++)
        if (g->acc->bits[r][i] != g->valid[i])
            return false;
    return true;
}

static void claim(struct gather *g, enum oval_result r)
{
    uint64_t *bits = g->acc->bits[r];

    if ((g->acc->present & 1U << r) == 0)
        return;
    for (unsigned i = 0; i < g->words; i++) {
        bits[i] &= g->rest[i];
        g->rest[i] &= ~bits[i];
    }
}

static void claim_undecided(struct gather *g)
{
    claim(g, OVAL_ERROR);
    claim(g, OVAL_UNKNOWN);
    claim(g, OVAL_NOT_EVALUATED);
}

/* Bits that become r, whatever r was. */
static void give(struct gather *g, enum oval_result r, const uint64_t *bits)
{
    uint64_t *to = g->acc->bits[r];

    if ((g->acc->present & 1U << r) == 0)
        memset(to, 0, g->words * sizeof(*to));
    for (unsigned i = 0; i < g->words; i++)
        to[i] |= bits[i];
    g->acc->present |= (uint8_t)(1U << r);
}

static void finish_one(struct gather *g)
{
    for (unsigned i = 0; i < g->words; i++) {
        g->two[i] &= g->rest[i];
        g->rest[i] &= ~g->two[i];
    }
    claim_undecided(g);
    claim(g, OVAL_TRUE);
    claim(g, OVAL_FALSE);
    give(g, OVAL_FALSE, g->two);
}

static void finish_xor(struct gather *g)
{
    uint64_t decided[BLOCK_WORDS] = { 0 };
    uint64_t even[BLOCK_WORDS];

    claim_undecided(g);
    for (unsigned r = OVAL_TRUE; r <= OVAL_FALSE; r++)
        for (unsigned i = 0; (g->acc->present & 1U << r) != 0 && i < g->words;
             i++)
            decided[i] |= g->acc->bits[r][i] & g->rest[i];
    g->acc->present &= (uint8_t) ~(1U << OVAL_TRUE | 1U << OVAL_FALSE);
    for (unsigned i = 0; i < g->words; i++) {
        g->rest[i] &= ~decided[i];
        even[i] = decided[i] & ~g->odd[i];
        g->odd[i] &= decided[i];
    }
    give(g, OVAL_TRUE, g->odd);
    give(g, OVAL_FALSE, even);
}

static void gather_finish(struct gather *g)
{
    uint64_t any = 0;

    memcpy(g->rest, g->valid, g->words * sizeof(*g->rest));
    switch (g->op) {
    case OVAL_AND:
        claim(g, OVAL_FALSE);
        claim_undecided(g);
        claim(g, OVAL_TRUE);
        break;
    case OVAL_OR:
        claim(g, OVAL_TRUE);
        claim_undecided(g);
        claim(g, OVAL_FALSE);
        break;
    case OVAL_ONE:
        finish_one(g);
        break;
    default:
        finish_xor(g);
    }
    claim(g, OVAL_NOT_APPLICABLE);
    for (unsigned i = 0; i < g->words; i++)
        any |= g->rest[i];
    if (any != 0)
        give(g, OVAL_UNKNOWN, g->rest);
}

static struct value node_value(struct worker *w, uint32_t at,
                               struct plane *space);

static struct value criteria_value(struct worker *w, uint32_t at,
                                   struct plane *acc)
{
    const struct oval_node *nodes = w->content->nodes.p;
    struct gather g = { .op = nodes[at].op,
                        .words = w->block.words,
                        .valid = w->block.valid,
                        .acc = acc };

    if (nodes[at].op == OVAL_OPERATOR_BAD)
        return constant(w, OVAL_ERROR);
    acc->present = 0;
    for (uint32_t i = at + 1; i < nodes[at].end; i = nodes[i].end) {
        struct plane space;
        struct value v = node_value(w, i, &space);

        gather_add(&g, &v);
        if (is_decided(&g))
            break;
    }
    gather_finish(&g);
    return of_plane(acc);
}

/* --- tests and definitions --- */

static enum oval_result base_of_test(const struct worker *w,
                                     const struct base *base, uint32_t test)
{
    const struct plan_test *t = &w->plan->tests[test];

    switch ((enum plan_kind)t->kind) {
    case PLAN_FAST:
        if (base->flags[t->manager] == OVAL_FLAG_NOT_COLLECTED)
            return w->uncollected[test];
        return w->absent[test];
    case PLAN_ENV:
    case PLAN_SLOW:
        return base->envs[t->env];
    default:
        return OVAL_UNKNOWN; /* PLAN_WHOLE: set on each device */
    }
}

static struct value test_value(struct worker *w, uint32_t test)
{
    if (w->test_stamp[test] == w->stamp)
        return of_plane(plane_at(&w->block, w->test_slot[test]));
    return constant(w, base_of_test(w, w->block.base, test));
}

static bool is_touched(const struct worker *w, uint32_t definition)
{
    return (w->touched[definition / 64] >> (definition % 64) & 1) != 0;
}

/* Of a definition that others extend a copy is kept. */
static struct value keep(struct worker *w, uint32_t definition, struct value v)
{
    struct plane *plane;

    if (!plan_is_extended(w->plan, definition))
        return v;
    plane = plane_new(&w->block, &w->definition_slot[definition]);
    plane->present = v.present;
    for (unsigned r = 0; r < OVAL_RESULTS; r++)
        if ((v.present & 1U << r) != 0)
            memcpy(plane->bits[r], v.r[r], w->block.words * sizeof(uint64_t));
    w->definition_stamp[definition] = w->stamp;
    return of_plane(plane);
}

static struct value definition_value(struct worker *w, uint32_t definition,
                                     struct plane *space)
{
    uint32_t root = w->content->definitions.p[definition].criteria;

    if (root == OVAL_NONE)
        return constant(w, OVAL_NOT_EVALUATED);
    if (!w->all && !is_touched(w, definition))
        return constant(w, w->block.base->results[definition]);
    if (w->definition_stamp[definition] == w->stamp)
        return of_plane(plane_at(&w->block, w->definition_slot[definition]));
    return keep(w, definition, node_value(w, root, space));
}

static struct value node_value(struct worker *w, uint32_t at,
                               struct plane *space)
{
    const struct oval_node *node = &w->content->nodes.p[at];
    struct value v;

    if (node->type == OVAL_NODE_CRITERIA)
        v = criteria_value(w, at, space);
    else if (node->type == OVAL_NODE_CRITERION && node->a != OVAL_NONE)
        v = test_value(w, node->a);
    else if (node->type == OVAL_NODE_EXTEND && node->a != OVAL_NONE)
        v = definition_value(w, node->a, space);
    else
        v = constant(w, OVAL_ERROR);
    if ((node->flags & OVAL_NODE_NEGATE) != 0)
        negate(&v);
    return v;
}

/* --- what the devices of a block have --- */

static void touch(struct worker *w, uint32_t definition)
{
    const struct fleet_plan *plan = w->plan;

    *vec_push(&w->touching) = definition;
    while (w->touching.n > 0) {
        uint32_t at = w->touching.p[--w->touching.n];

        if (is_touched(w, at))
            continue;
        w->touched[at / 64] |= (uint64_t)1 << (at % 64);
        for (uint32_t i = plan->extend_first[at];
             i < plan->extend_first[at + 1]; i++)
            *vec_push(&w->touching) = plan->extend_list[i];
    }
}

static struct plane *test_plane(struct worker *w, uint32_t test)
{
    const struct fleet_plan *plan = w->plan;

    if (w->test_stamp[test] == w->stamp)
        return plane_at(&w->block, w->test_slot[test]);
    w->test_stamp[test] = w->stamp;
    *vec_push(&w->block.tests) = test;
    for (uint32_t i = plan->test_first[test]; i < plan->test_first[test + 1];
         i++)
        touch(w, plan->test_list[i]);
    return plane_new(&w->block, &w->test_slot[test]);
}

static int mark_device(struct worker *w, unsigned place, struct err *err)
{
    struct block *b = &w->block;
    int rc = worker_traces(w, b->devices[place], err);

    for (size_t i = 0; rc == 0 && i < w->found.n; i++) {
        uint32_t trace = w->found.p[i];

        if (w->trace_stamp.p[trace] != w->stamp) {
            w->trace_stamp.p[trace] = w->stamp;
            w->trace_slot.p[trace] = (uint32_t)b->traces.n;
            *vec_push(&b->traces) = trace;
            for (unsigned k = 0; k < BLOCK_WORDS; k++)
                *vec_push(&b->trace_bits) = 0;
        }
        b->trace_bits.p[w->trace_slot.p[trace] * BLOCK_WORDS + place / 64] |=
            (uint64_t)1 << (place % 64);
    }
    return rc;
}

/* Tests that may look at everything on a device. */
static int mark_whole(struct worker *w, unsigned place, struct err *err)
{
    AUTO(oval_source_freep) struct oval_source *source = NULL;
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct oval_inventory inventory;
    int rc;

    oval_fleet_inventory(w->fleet, w->block.devices[place], &arena, &inventory);
    rc =
        oval_inventory_source_new(&inventory, &w->fleet->options, &source, err);
    if (rc == 0)
        rc = oval_eval_new(w->content, source, NULL, &eval, err);
    for (size_t i = 0; rc == 0 && i < w->plan->wholes.n; i++) {
        uint32_t test = w->plan->wholes.p[i];
        enum oval_result r = test_evaluate(eval, test);
        struct plane *plane = test_plane(w, test);

        plane->bits[r][place / 64] |= (uint64_t)1 << (place % 64);
        plane->present |= (uint8_t)(1U << r);
    }
    if (rc == 0 && eval->failed) {
        *err = eval->fatal;
        rc = eval->fatal.code < 0 ? eval->fatal.code : E_IO;
    }
    return rc;
}

static void spread(struct worker *w)
{
    struct block *b = &w->block;

    for (size_t i = 0; i < b->traces.n; i++) {
        const struct trace *t = &w->traces.p[b->traces.p[i]];
        const uint64_t *bits = &b->trace_bits.p[i * BLOCK_WORDS];

        for (uint32_t k = t->pair; k < t->pair + t->pair_count; k++) {
            struct plane *plane = test_plane(w, w->pairs.p[k].test);
            uint64_t *to = plane->bits[w->pairs.p[k].result];

            plane->present |= (uint8_t)(1U << w->pairs.p[k].result);
            for (unsigned n = 0; n < b->words; n++)
                to[n] |= bits[n];
        }
    }
}

/* The other devices have what the base has. */
static void fill_up(struct worker *w)
{
    struct block *b = &w->block;

    for (size_t i = 0; i < b->tests.n; i++) {
        struct plane *plane = plane_at(b, w->test_slot[b->tests.p[i]]);
        enum oval_result r = base_of_test(w, b->base, b->tests.p[i]);
        uint64_t any = 0;

        for (unsigned n = 0; n < b->words; n++) {
            uint64_t set = 0;

            for (unsigned k = 0; k < OVAL_RESULTS; k++)
                set |= plane->bits[k][n];
            plane->bits[r][n] |= b->valid[n] & ~set;
            any |= plane->bits[r][n];
        }
        if (any != 0)
            plane->present |= (uint8_t)(1U << r);
    }
}

static void note(struct block *b, uint32_t definition, unsigned r,
                 const uint64_t *bits)
{
    for (unsigned n = 0; n < b->words; n++)
        for (uint64_t left = bits[n]; left != 0; left &= left - 1) {
            unsigned place = n * 64 + (unsigned)__builtin_ctzll(left);

            *vec_push(&b->other[place]) = definition * 8 + r;
        }
}

static void put_out(struct worker *w, uint32_t definition)
{
    struct block *b = &w->block;
    unsigned base = b->base->results[definition];
    struct plane space;
    struct value v;

    if (!plan_has(w->plan, definition))
        return;
    v = definition_value(w, definition, &space);
    for (unsigned r = 0; r < OVAL_RESULTS; r++) {
        int64_t count = 0;

        if ((v.present & 1U << r) == 0 || r == base)
            continue;
        for (unsigned n = 0; n < b->words; n++)
            count += __builtin_popcountll(v.r[r][n]);
        if (count == 0)
            continue;
        note(b, definition, r, v.r[r]);
        if (w->delta != NULL) {
            w->delta[definition][r] += count;
            w->delta[definition][base] -= count;
        }
    }
}

/* After 2^32 blocks an old stamp could pass for the new one. */
static void forget_stamps(struct worker *w)
{
    const struct oval_content *c = w->content;

    memset(w->test_stamp, 0, c->tests.n * sizeof(*w->test_stamp));
    memset(w->definition_stamp, 0,
           c->definitions.n * sizeof(*w->definition_stamp));
    if (w->trace_stamp.n > 0)
        memset(w->trace_stamp.p, 0,
               w->trace_stamp.n * sizeof(*w->trace_stamp.p));
    w->stamp = 1;
}

static void begin(struct worker *w, const struct base *base,
                  const uint32_t *devices, unsigned n)
{
    struct block *b = &w->block;

    if (++w->stamp == 0)
        forget_stamps(w);
    b->base = base;
    b->devices = devices;
    b->n = n;
    b->words = (n + 63) / 64;
    b->planes = 0;
    b->traces.n = 0;
    b->trace_bits.n = 0;
    b->tests.n = 0;
    for (unsigned i = 0; i < n; i++)
        b->other[i].n = 0;
    for (unsigned i = 0; i < b->words; i++)
        b->valid[i] =
            n - i * 64 >= 64 ? UINT64_MAX : ((uint64_t)1 << (n - i * 64)) - 1;
}

int block_evaluate(struct worker *w, const struct base *base,
                   const uint32_t *devices, unsigned n, struct err *err)
{
    uint32_t words = (w->content->definitions.n + 63) / 64;
    int rc = 0;

    begin(w, base, devices, n);
    for (unsigned i = 0; rc == 0 && i < n; i++)
        rc = mark_device(w, i, err);
    for (unsigned i = 0; rc == 0 && w->plan->wholes.n > 0 && i < n; i++)
        rc = mark_whole(w, i, err);
    if (rc == 0) {
        spread(w);
        fill_up(w);
    }
    for (uint32_t k = 0; k < words; k++)
        for (uint64_t left = w->touched[k]; rc == 0 && left != 0;
             left &= left - 1)
            put_out(w, k * 64 + (uint32_t)__builtin_ctzll(left));
    memset(w->touched, 0, words * sizeof(*w->touched));
    return rc;
}

void block_base(struct worker *w, struct base *base)
{
    begin(w, base, NULL, 1);
    w->all = true;
    for (uint32_t i = 0; i < w->content->definitions.n; i++) {
        struct plane space;
        struct value v;

        base->results[i] = OVAL_FALSE;
        if (!plan_needs(w->plan, i))
            continue;
        v = definition_value(w, i, &space);
        for (unsigned r = 0; r < OVAL_RESULTS; r++)
            if ((v.present & 1U << r) != 0 && v.r[r][0] != 0)
                base->results[i] = (uint8_t)r;
    }
    w->all = false;
}
