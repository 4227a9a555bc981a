/* SPDX-License-Identifier: Apache-2.0
 *
 * patches [DEVICES] - what decisions of patching cost: selection for DEVICES
 * (100,000) devices that lack 300 patches each, on two processors; one device
 * with every decision put into words; and a year of 10,000 configurations.
 *
 * The catalogue has 20,000 patches: 12,000 in chains of 24, each superseding
 * the one before, as cumulative updates do, the others alone. One in eight is
 * Security Critical; the configuration selects by severity, risk and a group,
 * and filters vendors. Prints a Markdown table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "patch/select.h"
#include "patch/task.h"

enum {
    PATCHES = 20000,
    CHAINED = 12000,
    CHAIN = 24,
    MISSING = 300,
    CONFIGURATIONS = 10000,
    YEAR_S = 366 * 86400,
    RUNS_MAX = 660,   /* a little more than a year of them */
    NOW = 1767225600, /* 2026-01-01 */
};

static uint32_t mix(uint32_t a, uint32_t b)
{
    uint32_t h = a * 2654435761U ^ (b + 0x9E3779B9U) * 2246822519U;

    h ^= h >> 15;
    h *= 2246822519U;
    return h ^ h >> 13;
}

static str name(char text[32], const char *kind, unsigned number)
{
    return (str){ text, (size_t)snprintf(text, 32, "%s-%05u", kind, number) };
}

static void add(struct patch_catalogue *catalogue, uint32_t i)
{
    char id[32];
    char before[32];
    char vendor[32];
    const str below = name(before, "KB", i - 1);
    struct patch_cve cve = { .id = STR("CVE-2026-1"),
                             .vrr = (int16_t)(mix(i, 1) % 101) };
    bool is_newer = i < CHAINED && i % CHAIN != 0;
    const struct patch patch = {
        .id = name(id, "KB", i),
        .os = PATCH_WINDOWS,
        .type = mix(i, 2) % 4 != 0 ? PATCH_SECURITY : PATCH_NONSECURITY,
        .severity = (enum patch_severity)(mix(i, 3) % PATCH_SEVERITIES),
        .vendor = name(vendor, "vendor", mix(i, 4) % 200),
        .product = STR("product"),
        .supersedes = &below,
        .supersede_count = is_newer ? 1 : 0,
        .cves = &cve,
        .cve_count = 1,
    };

    for (unsigned v = 0; v < CVSS_VERSIONS; v++)
        cve.cvss[v] = (int16_t)(mix(i, 5 + v) % 101);
    if (patch_catalogue_add(catalogue, &patch, NULL) < 0)
        exit(4);
}

struct setting {
    struct patch_catalogue *catalogue;
    struct patch_selector *selector;
    struct patch_options options;
    struct patch_policy policy;
    struct patch_group group;
    struct patch_vendor vendors[50];
    char names[50][32];
    str include;
    str members[100];
    char ids[100][32];
};

static void set_up(struct setting *s)
{
    s->catalogue = patch_catalogue_new();
    for (uint32_t i = 0; i < PATCHES; i++)
        add(s->catalogue, i);
    patch_catalogue_seal(s->catalogue);
    s->options = patch_options_default(PATCH_WINDOWS);
    s->options.has_risk = true;
    s->options.min_vrr = 95;
    for (unsigned i = 0; i < COUNT(s->members); i++)
        s->members[i] = name(s->ids[i], "KB", mix(i, 9) % PATCHES);
    s->include = STR("group");
    s->group =
        (struct patch_group){ s->include, s->members, COUNT(s->members) };
    s->options.include = (struct patch_texts){ &s->include, 1 };
    s->options.has_vendors = s->options.all_except = true;
    for (unsigned i = 0; i < COUNT(s->vendors); i++)
        s->vendors[i] = (struct patch_vendor){ name(s->names[i], "vendor", i),
                                               STR(""), STR("") };
    s->options.vendors = s->vendors;
    s->options.vendor_count = COUNT(s->vendors);
    s->policy = (struct patch_policy){ .os = PATCH_WINDOWS,
                                       .options = &s->options,
                                       .groups = &s->group,
                                       .group_count = 1 };
    if (patch_selector_new(s->catalogue, &s->policy, &s->selector, NULL) < 0)
        exit(4);
}

static void choose(uint32_t device, uint32_t missing[MISSING])
{
    for (uint32_t k = 0; k < MISSING; k++)
        missing[k] = mix(device, k) % PATCHES;
}

/* Every second device. */
static uint64_t select_half(const struct setting *s, uint32_t first,
                            uint32_t devices)
{
    struct patch_work *work = patch_work_new(s->catalogue);
    const struct patch_decision *decisions;
    uint32_t missing[MISSING];
    uint64_t deployed = 0;
    size_t count;

    for (uint32_t device = first; device < devices; device += 2) {
        choose(device, missing);
        patch_select(s->selector, work, missing, MISSING, &decisions, &count);
        for (size_t i = 0; i < count; i++)
            deployed += decisions[i].deploy;
    }
    patch_work_free(work);
    return deployed;
}

static double seconds(int who)
{
    struct rusage usage;

    (void)getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Processor time of this process and of those it waited for. */
static double used(void)
{
    return seconds(RUSAGE_SELF) + seconds(RUSAGE_CHILDREN);
}

static void measure_fleet(const struct setting *s, uint32_t devices)
{
    int64_t start = clock_micros();
    double before = used();
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        _exit(select_half(s, 1, devices) > 0 ? 0 : 1);
    if (select_half(s, 0, devices) == 0 || child < 0 ||
        waitpid(child, &status, 0) != child || status != 0)
        exit(4);
    printf("| select for %u devices, %d missing patches each, 2 processes | "
           "%.2f s | %.2f s | %.0f ns a patch |\n",
           devices, MISSING, (double)(clock_micros() - start) / 1e6,
           used() - before,
           (used() - before) * 1e9 / ((double)devices * MISSING));
}

static void measure_explain(const struct setting *s)
{
    struct patch_work *work = patch_work_new(s->catalogue);
    const struct patch_decision *decisions;
    struct buf text = BUF(1 << 20);
    uint32_t missing[MISSING];
    int64_t best = INT64_MAX;
    size_t count;

    for (uint32_t device = 0; device < 200; device++) {
        int64_t start = clock_micros();

        choose(device, missing);
        buf_reset(&text);
        patch_select(s->selector, work, missing, MISSING, &decisions, &count);
        for (size_t i = 0; i < count; i++)
            patch_decision_because(s->selector, &decisions[i], WORDS_EN, &text);
        if (clock_micros() - start < best)
            best = clock_micros() - start;
    }
    printf("| explain one device: %d decisions in words | %.3f ms | | wanted: "
           "1 ms |\n",
           MISSING, (double)best / 1e3);
    buf_clear(&text);
    patch_work_free(work);
}

static void vary(struct patch_configuration *c, uint32_t i)
{
    for (unsigned kind = 0; kind < PATCH_TASKS; kind++) {
        struct schedule *s = &c->task[PATCH_WINDOWS][kind].schedule;

        c->task[PATCH_WINDOWS][kind].enabled = true;
        s->minute = (int)(mix(i, kind) % 1440);
        s->stage_hours = (int)(mix(i, kind + 3) % 9);
    }
    c->task[PATCH_WINDOWS][PATCH_ROUTINE].schedule.type =
        SCHEDULE_MONTHLY_WEEKDAY;
    c->task[PATCH_WINDOWS][PATCH_ROUTINE].schedule.weekdays = 0;
    c->task[PATCH_WINDOWS][PATCH_ROUTINE].schedule.nth = 1 + (int)(i % 4);
    c->task[PATCH_WINDOWS][PATCH_ROUTINE].schedule.weekday = (int)(i % 7);
    c->task[PATCH_WINDOWS][PATCH_ROUTINE].schedule.delay_days = (int)(i % 5);
}

static void measure_year(void)
{
    struct patch_configuration c = patch_configuration_default();
    struct patch_run *runs = mem_alloc(RUNS_MAX, sizeof(*runs));
    struct patch_plan plan = { .configuration = &c, .os = PATCH_WINDOWS };
    struct zone *zone = NULL;
    double before;
    int64_t start;
    uint64_t total = 0;

    if (zone_load(NULL, STR("Europe/Amsterdam"), &zone, NULL) < 0)
        exit(4);
    plan.zone = zone;
    start = clock_micros();
    before = used();
    for (uint32_t i = 0; i < CONFIGURATIONS; i++) {
        size_t count;

        vary(&c, i);
        count = patch_next(&plan, NOW, runs, RUNS_MAX);
        for (size_t k = 0; k < count && runs[k].at.utc < NOW + YEAR_S; k++)
            total++;
    }
    printf("| a year of %d configurations: %llu runs of 3 tasks | %.2f s | "
           "%.2f s | %.0f ns a run |\n",
           CONFIGURATIONS, (unsigned long long)total,
           (double)(clock_micros() - start) / 1e6, used() - before,
           (used() - before) * 1e9 / (double)total);
    zone_free(zone);
    mem_free(runs);
}

int main(int argc, char **argv)
{
    struct setting *s = mem_alloc(1, sizeof(*s));
    int64_t devices = 100000;
    int64_t start = clock_micros();

    if (argc > 1 && str_to_i64(str_c(argv[1]), 2, 1 << 24, &devices, NULL) < 0)
        return 2;
    set_up(s);
    puts("| what | time | processor | |\n|---|---|---|---|");
    printf("| a catalogue of %d patches and a selector | %.1f ms | | |\n",
           PATCHES, (double)(clock_micros() - start) / 1e3);
    (void)fflush(stdout);
    measure_fleet(s, (uint32_t)devices);
    measure_explain(s);
    measure_year();
    patch_selector_free(s->selector);
    patch_catalogue_free(s->catalogue);
    mem_free(s);
    return 0;
}
