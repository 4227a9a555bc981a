/* SPDX-License-Identifier: Apache-2.0
 *
 * The query language: what parses is evaluated, and an answer that is certain
 * without the inventory stays the answer with it.
 */
#include "fleet/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct fact_package packages[] = {
    { STR("bash"), STR("5.2.15-2+b7"), STR("amd64"), STR("") },
    { STR("openssl"), STR("3.0.11-1~deb12u2"), STR("amd64"), STR("") },
};
static struct fact_text addresses[] = {
    { STR("10.1.2.3/24") },
    { STR("2001:db8::5/64") },
};
static struct fact_interface interfaces[] = {
    { STR("eth0"), STR("02:00:00:00:00:01"), { addresses, 2 } },
};
static const struct inventory inventory = {
    .manager = STR("dpkg"),
    .hardware = { .vendor = STR("Example"), .cpus = 4, .memory_mb = 8192 },
    .packages = { packages, COUNT(packages) },
    .interfaces = { interfaces, COUNT(interfaces) },
};
static const struct query_device device = {
    .id = 17,
    .name = STR("web-1"),
    .os_id = STR("debian"),
    .os_version = STR("12"),
    .manager = STR("dpkg"),
    .last_seen = 1699000000,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(query_freep) struct query *query = NULL;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct query_subject subject = { .device = &device,
                                     .partial = true,
                                     .now = 1700000000 };
    struct query_reason *reasons = NULL;
    enum query_truth early;
    enum query_truth late;
    struct err err;
    size_t n = 0;

    if (query_parse((str){ (const char *)data, size }, &query, &err) < 0)
        return 0;
    for (size_t i = 0; i < query_label_count(query); i++)
        query_label_set(query, i, (int64_t)i + 1);
    early = query_match(query, &subject);
    subject.partial = false;
    subject.inventory = &inventory;
    subject.labels = (const int64_t[]){ 2 };
    subject.label_count = 1;
    late = query_match(query, &subject);
    if (early != QUERY_UNKNOWN && early != late && !query_gave_up(query))
        abort();
    query_explain(query, &subject, &arena, &reasons, &n);
    return 0;
}
