/* SPDX-License-Identifier: Apache-2.0
 *
 * fleet_time PACK FILE.jsonl sources|binaries [NEW.pack] - what an assessment
 * of a fleet takes, part by part. Prints a line NAME<TAB>VALUE each: seconds,
 * bytes or counts. Built by meson, used by bench/fleet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "oval/fleet.h"

enum {
    SINGLES = 1000
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const struct err *err)
{
    fprintf(stderr, "fleet_time: %s\n", err_text(err));
    exit(1);
}

struct sum {
    uint64_t blobs;
    uint64_t findings;
    uint64_t key;
    uint32_t definitions;
};

static int on_device(void *ctx, uint32_t device UNUSED, str blob,
                     struct err *err UNUSED)
{
    struct sum *sum = ctx;

    sum->blobs += blob.n;
    return 0;
}

static int on_count(void *ctx, uint32_t device UNUSED, str blob,
                    struct err *err)
{
    struct sum *sum = ctx;
    uint32_t counts[OVAL_RESULTS];

    sum->blobs += blob.n;
    if (oval_verdicts_count(blob, sum->key, sum->definitions, counts, err) < 0)
        return E_CORRUPT;
    sum->findings += counts[OVAL_TRUE];
    return 0;
}

static double assess(struct oval_assess *assess, unsigned threads,
                     struct oval_fleet_counts *counts, struct sum *sum)
{
    const struct oval_assess_options options = { .threads = threads,
                                                 .device = on_device,
                                                 .ctx = sum };
    struct err err = { 0 };
    double start = now();

    if (oval_assess_all(assess, &options, counts, &err) < 0)
        fail(&err);
    return now() - start;
}

/* New inventories of known devices: put in, evaluated. */
static double singles(struct oval_fleet *fleet, struct oval_assess *a)
{
    struct buf blob = BUF(1 << 24);
    struct err err = { 0 };
    double total = 0;
    uint32_t n = oval_fleet_size(fleet);

    for (unsigned i = 0; i < SINGLES; i++) {
        struct arena arena = ARENA;
        struct oval_inventory inventory;
        uint32_t device = (uint32_t)((uint64_t)i * 7919 % n);
        double start;

        oval_fleet_inventory(fleet, device, &arena, &inventory);
        inventory.package_count -= inventory.package_count > 0;
        start = now();
        buf_reset(&blob);
        if (oval_fleet_put(fleet, &inventory, &device, &err) < 0 ||
            oval_assess_device(a, device, &blob, &err) < 0)
            fail(&err);
        total += now() - start;
        arena_clear(&arena);
    }
    buf_clear(&blob);
    return total / SINGLES;
}

static void measure(struct oval_fleet *fleet, const struct oval_content *c)
{
    struct oval_fleet_counts *counts =
        mem_alloc(c->definitions.n + 1, sizeof(*counts));
    struct sum sum = { .key = oval_verdicts_key(c),
                       .definitions = c->definitions.n };
    struct oval_assess_options count = { .device = on_count, .ctx = &sum };
    struct oval_assess *a = NULL;
    struct err err = { 0 };
    double start = now();

    if (oval_assess_new(fleet, c, &a, &err) < 0)
        fail(&err);
    printf("plan\t%.6f\n", now() - start);
    printf("new feed, 2 threads\t%.6f\n", assess(a, 2, counts, &sum));
    printf("again, 2 threads\t%.6f\n", assess(a, 2, counts, &sum));
    printf("again, 1 thread\t%.6f\n", assess(a, 1, counts, &sum));
    printf("assessment bytes\t%llu\n",
           (unsigned long long)oval_assess_bytes(a));
    sum.blobs = 0;
    start = now();
    if (oval_assess_all(a, &count, NULL, &err) < 0)
        fail(&err);
    printf("blob bytes\t%llu\n", (unsigned long long)sum.blobs);
    printf("findings\t%llu\n", (unsigned long long)sum.findings);
    printf("one device\t%.9f\n", singles(fleet, a));
    oval_assess_free(a);
    mem_free(counts);
}

/* --- a feed that changed --- */

struct carried {
    struct oval_carry *carry;
    struct buf all; /* blobs of the feed before */
    size_t *begin;  /* by device, and the end of the last */
    uint32_t devices;
    struct buf blob;
    uint64_t bytes;
};

static int keep(void *ctx, uint32_t device, str blob, struct err *err)
{
    struct carried *c = ctx;

    buf_add(&c->all, blob);
    c->begin[device + 1] = c->all.n;
    return buf_finish(&c->all, "the blobs", err);
}

static int carry(void *ctx, uint32_t device, str blob, struct err *err)
{
    struct carried *c = ctx;
    str old = { c->all.p + c->begin[device],
                c->begin[device + 1] - c->begin[device] };
    int rc;

    buf_reset(&c->blob);
    rc = oval_carry_blob(c->carry, old, blob, &c->blob, err);
    c->bytes += c->blob.n;
    return rc;
}

static void measure_change(struct oval_fleet *fleet,
                           const struct oval_content *before,
                           const struct oval_content *now_)
{
    struct carried c = { .all = BUF_INIT((size_t)4 << 30),
                         .blob = BUF_INIT(1 << 24) };
    struct oval_assess_options options = { .device = keep, .ctx = &c };
    uint32_t *map = mem_alloc(now_->definitions.n + 1, sizeof(*map));
    struct oval_assess *a = NULL;
    struct err err = { 0 };
    uint32_t changed = 0;
    double start;

    c.begin = mem_alloc((size_t)oval_fleet_size(fleet) + 1, sizeof(size_t));
    if (oval_assess_new(fleet, before, &a, &err) < 0 ||
        oval_assess_all(a, &options, NULL, &err) < 0)
        fail(&err);
    oval_assess_free(a);
    start = now();
    oval_content_unchanged(before, now_, map);
    for (uint32_t i = 0; i < now_->definitions.n; i++)
        changed += map[i] == OVAL_NONE;
    c.carry = oval_carry_new(before, now_, map);
    printf("changed definitions\t%u\n", changed);
    printf("finding what changed\t%.6f\n", now() - start);
    options.device = carry;
    if (oval_assess_new_only(fleet, now_, oval_carry_changed(c.carry), &a,
                             &err) < 0 ||
        oval_assess_all(a, &options, NULL, &err) < 0)
        fail(&err);
    printf("changed feed\t%.6f\n", now() - start);
    oval_assess_free(a);
    oval_carry_free(c.carry);
    buf_clear(&c.all);
    buf_clear(&c.blob);
    mem_free(c.begin);
    mem_free(map);
}

int main(int argc, char **argv)
{
    struct oval_inventory_options options = { 0 };
    struct oval_content *content = NULL;
    struct stream_limits limits = { UINT64_MAX };
    struct oval_fleet_stats stats;
    struct stream *stream = NULL;
    struct oval_fleet *fleet;
    struct err err = { 0 };
    double start;

    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: fleet_time PACK FILE.jsonl "
                        "sources|binaries [NEW.pack]\n");
        return 2;
    }
    options.source_packages = strcmp(argv[3], "sources") == 0;
    if (oval_content_open(argv[1], NULL, NULL, &content, &err) < 0 ||
        stream_open(argv[2], &limits, &stream, &err) < 0)
        fail(&err);
    fleet = oval_fleet_new(&options);
    start = now();
    if (oval_fleet_read(fleet, stream, &err) < 0)
        fail(&err);
    printf("read\t%.6f\n", now() - start);
    stats = oval_fleet_stats(fleet);
    printf("devices\t%u\n", stats.devices);
    printf("installed\t%llu\n", (unsigned long long)stats.installed);
    printf("fleet bytes\t%llu\n", (unsigned long long)stats.bytes);
    if (argc == 5) {
        struct oval_content *changed = NULL;

        if (oval_content_open(argv[4], NULL, NULL, &changed, &err) < 0)
            fail(&err);
        measure_change(fleet, content, changed);
        oval_content_free(changed);
    }
    measure(fleet, content);
    stream_free(stream);
    oval_fleet_free(fleet);
    oval_content_free(content);
    return 0;
}
