/* SPDX-License-Identifier: Apache-2.0
 *
 * devices DIR COUNT - a store of COUNT devices with inventories of 1,200
 * packages each, and what lists, filters, labels and targets cost on it. The
 * first 2,000 inventories are taken as an agent's are; further devices are
 * copies of their rows.
 *
 * Packages: 1,500 names; a device has 1,200 of them; each name has one usual
 * version, and on one device in eight a newer or older one, so that there are
 * some 13,000 distinct packages. Prints a Markdown table.
 */
#include <stdio.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "fleet/label.h"
#include "fleet/search.h"
#include "fleet/target.h"
#include "store/schema.h"

enum {
    NAMES = 1500,
    PACKAGES = 1200,
    BATCH = 1000,
    TAKEN = 2000,
    NOW = 1790000000,
};

static void must(int rc, const struct err *err)
{
    if (rc < 0) {
        fprintf(stderr, "devices: %s\n", err_text(err));
        exit(4);
    }
}

static uint32_t mix(uint32_t a, uint32_t b)
{
    uint32_t h = a * 2654435761U ^ (b + 0x9E3779B9U) * 2246822519U;

    h ^= h >> 15;
    h *= 2246822519U;
    return h ^ h >> 13;
}

static int64_t add_device(struct db *db, int i)
{
    struct err err = { 0 };
    char name[64];
    int64_t id = 0;

    (void)snprintf(name, sizeof(name), "%s-%05d", i % 10 == 0 ? "db" : "web",
                   i);
    must(db_one_i64(
             db,
             "INSERT INTO device (org, name, kind, machine_id, os_id,"
             " os_version, os_name, arch, kernel, os_build, manager,"
             " time_zone, agent_version, created, last_seen, last_inventory,"
             " boot_time, sessions, policy_revision, retired, revision)"
             " VALUES (1, $1, 'agent', $1, '', '', '', '', '', '', '',"
             " 'Etc/UTC', '0.1.0', $2, $3, 0, 0, 0, 0, 0, 1) RETURNING id",
             DB_ARGS(db_text(str_c(name)), db_i64(NOW),
                     db_i64(NOW - (int64_t)(mix((uint32_t)i, 7) % 1000000))),
             &id, &err),
         &err);
    return id;
}

static size_t make_packages(struct arena *arena, uint32_t device,
                            struct fact_package *out)
{
    size_t n = 0;

    for (uint32_t p = 0; p < NAMES && n < PACKAGES; p++) {
        uint32_t draw = mix(device, p);

        if (mix(p, device) % 5 == 0 && NAMES - p > PACKAGES - n)
            continue;
        out[n].name = arena_printf(arena, "package-%04u", p);
        out[n].evr = arena_printf(arena, "1:%u.%u-%u", p % 9 + 1, p % 31,
                                  draw % 8 == 0 ? draw / 8 % 9 : 4);
        out[n].arch = STR("amd64");
        out[n++].source = STR("");
    }
    return n;
}

static void add_inventory(struct db *db, int64_t device, uint32_t i)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    static struct fact_package packages[PACKAGES];
    uint8_t digest[JOB_DIGEST_BYTES];
    struct fact_text address = { arena_printf(
        &arena, "10.%u.%u.%u/8", i >> 16 & 255, i >> 8 & 255, i & 255) };
    struct fact_interface interface = { STR("eth0"),
                                        STR("02:00:00:00:00:01"),
                                        { &address, 1 } };
    struct inventory whole = {
        .base_digest = STR(""),
        .collected = NOW,
        .hostname = STR("host.example.net"),
        .manager = STR("dpkg"),
        .os = { STR("debian"), i % 3 == 0 ? STR("11") : STR("12"),
                STR("Debian GNU/Linux"), STR("bookworm"), STR("x86_64"),
                STR("6.1.0-13-amd64"), STR("unix"), STR("12.4") },
        .hardware = { STR("Example"), STR("Server 1"), STR("S"), STR("CPU"), 4,
                      (int64_t)1024 << (i % 6), 100000, STR("kvm") },
        .interfaces = { &interface, 1 },
        .errors = STR(""),
    };
    struct err err = { 0 };

    whole.packages.p = packages;
    whole.packages.n = make_packages(&arena, i, packages);
    inventory_digest(&whole, digest);
    whole.digest = (str){ (const char *)digest, sizeof(digest) };
    must(inventory_store(db, device, &whole, NOW, &err), &err);
}

struct watch {
    int64_t wall_ms;
    double cpu_s;
};

static struct watch watch_start(void)
{
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u);
    return (struct watch){
        .wall_ms = clock_monotonic_ms(),
        .cpu_s = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
                 (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6,
    };
}

/* Other work on the machine shows in the time, not in that of the processor.
 */
static void show(const char *what, struct watch start, int64_t count)
{
    struct watch end = watch_start();
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u);
    printf("| %s | %.2f s | %.2f s | %lld | %lld MiB |\n", what,
           end.cpu_s - start.cpu_s,
           (double)(end.wall_ms - start.wall_ms) / 1000, (long long)count,
           (long long)u.ru_maxrss / 1024);
    (void)fflush(stdout);
}

static void fill(struct db *db, int count)
{
    struct watch start = watch_start();
    struct err err = { 0 };

    for (int i = 0; i < count; i++) {
        if (i % BATCH == 0)
            must(db_begin(db, &err), &err);
        add_inventory(db, add_device(db, i), (uint32_t)i);
        if (i % BATCH == BATCH - 1 || i == count - 1)
            must(db_commit(db, &err), &err);
    }
    show("take the first inventory of each", start, count);
}

static void copy_rows(struct db *db, const char *sql, int64_t round)
{
    struct err err = { 0 };

    must(db_run(db, sql, DB_ARGS(db_i64(TAKEN * round)), &err), &err);
}

/* Rounds of TAKEN devices more. */
static void copy(struct db *db, int rounds)
{
    struct watch start = watch_start();
    struct err err = { 0 };

    must(db_begin(db, &err), &err);
    for (int i = 1; i < rounds; i++) {
        copy_rows(db,
                  "INSERT INTO device (id, org, name, kind, machine_id, os_id,"
                  " os_version, os_name, arch, kernel, os_build, manager,"
                  " time_zone, agent_version, created, last_seen,"
                  " last_inventory, boot_time, sessions, inventory_digest,"
                  " policy_revision, retired, revision, hostname, os_family)"
                  " SELECT id + $1, org, name || '-' || $1, kind, machine_id,"
                  " os_id, os_version, os_name, arch, kernel, os_build,"
                  " manager, time_zone, agent_version, created, last_seen,"
                  " last_inventory, boot_time, sessions, inventory_digest,"
                  " policy_revision, retired, revision, hostname, os_family"
                  " FROM device WHERE id <= 2000",
                  i);
        copy_rows(db,
                  "INSERT INTO device_fact (device, facts, packages)"
                  " SELECT device + $1, facts, packages FROM device_fact"
                  " WHERE device <= 2000",
                  i);
        copy_rows(db,
                  "INSERT INTO inventory (device, collected, digest, body)"
                  " SELECT device + $1, collected, digest, body"
                  " FROM inventory WHERE device <= 2000",
                  i);
    }
    must(db_commit(db, &err), &err);
    show("copy rows until there are all", start, (int64_t)rounds * TAKEN);
}

static void find(struct db *db, const struct device_find *find)
{
    AUTO(device_scan_freep) struct device_scan *scan = NULL;
    AUTO(device_ids_clear) struct device_ids ids = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct scope scope = scope_system(1);
    struct watch start = watch_start();
    int64_t longest = 0;
    struct err err = { 0 };
    char what[300];
    int rc = 1;

    must(device_scan_new(db, &scope, find, &scan, &err), &err);
    while (rc == 1) {
        int64_t round = clock_monotonic_ms();

        rc = device_scan_step(db, scan, 500, &err);
        round = clock_monotonic_ms() - round;
        longest = round > longest ? round : longest;
    }
    must(rc, &err);
    must(device_scan_page(scan, STR(""), 50, &arena, &ids, &err), &err);
    (void)snprintf(what, sizeof(what), "list: %.*s (longest round %lld ms)",
                   find->filter.n > 0 ? (int)find->filter.n
                                      : (int)find->text.n + 3,
                   find->filter.n > 0 ? find->filter.p
                   : find->text.n > 0 ? find->text.p
                                      : "all, by name",
                   (long long)longest);
    show(what, start, device_scan_count(scan));
}

static void find_all(struct db *db)
{
    static const char *const filters[] = {
        "os.version = 12",
        "last_seen > 7d and name ~ \"^db-\"",
        "memory_mb >= 8192",
        "interface.address in 10.0.4.0/22",
        "package(\"package-0700\") < \"1:8.18-4\"",
        "package(\"package-07*\") > \"1:8.18-7\"",
        "os.version = 11 and not package(\"package-0003\")",
    };
    struct device_find f = { .text = STR(""), .filter = STR(""), .now = NOW };

    find(db, &f);
    f.text = STR("db-0");
    find(db, &f);
    f.text = STR("");
    for (size_t i = 0; i < COUNT(filters); i++) {
        f.filter = str_c(filters[i]);
        find(db, &f);
    }
}

static void sweep(struct db *db, const char *what)
{
    AUTO(label_sweep_freep) struct label_sweep *sweep = NULL;
    struct watch start = watch_start();
    struct err err = { 0 };
    int rc;

    must(label_sweep_new(db, 1, &sweep, &err), &err);
    while ((rc = label_sweep_step(db, sweep, 500, NOW, &err)) == 1)
        continue;
    must(rc, &err);
    show(what, start, label_sweep_changes(sweep));
}

static void labels(struct db *db)
{
    static const char *const queries[] = {
        "os.version = 12",
        "memory_mb >= 8192",
        "last_seen > 7d",
        "package(\"package-0700\") < \"1:8.18-4\"",
        "interface.address in 10.0.0.0/16",
        "label(\"s0\") and label(\"s1\")",
        "name ~ \"^db-\"",
        "not package(\"package-0003\")",
        "package(\"package-01*\") > \"1:2.7-7\"",
        "os.build < 12.5",
    };
    struct scope scope = scope_system(1);
    struct err err = { 0 };
    char name[16];

    must(db_begin(db, &err), &err);
    for (size_t i = 0; i < COUNT(queries); i++) {
        int n = snprintf(name, sizeof(name), "s%zu", i);
        struct label label = { .name = { name, (size_t)n },
                               .kind = STR("smart"),
                               .query = str_c(queries[i]),
                               .notes = STR(""),
                               .download_url = STR("") };

        must(label_add(db, &scope, &label, NOW, &err), &err);
    }
    must(db_commit(db, &err), &err);
    sweep(db, "work out 10 new smart labels");
    sweep(db, "look at them again, nothing changed");
}

static void targets(struct db *db)
{
    struct scope scope = scope_system(1);
    struct target_set set = { 0 };
    struct watch start = watch_start();
    struct err err = { 0 };

    must(target_resolve(db, &scope, STR("{\"systems\": [\"unix/debian/12\"]}"),
                        NOW, &set, &err),
         &err);
    show("targets: all of one system", start, (int64_t)set.devices.n);
    target_set_clear(&set);
}

static void again(struct db *db, int count)
{
    struct watch start = watch_start();
    struct err err = { 0 };

    must(db_begin(db, &err), &err);
    for (int i = 0; i < count; i++)
        add_inventory(db, i + 1, (uint32_t)i + 3);
    must(db_commit(db, &err), &err);
    show("take another inventory, 10 smart labels, 1,000 devices", start,
         count);
}

int main(int argc, char **argv)
{
    AUTO(buf_clear) struct buf url = BUF(4096);
    struct err err = { 0 };
    struct db *db = NULL;
    int64_t count = 0;
    int64_t have = 0;

    if (argc != 3 || str_to_i64(str_c(argv[2]), 1, 1000000, &count, NULL) < 0) {
        fprintf(stderr, "usage: devices DIR COUNT\n");
        return 2;
    }
    buf_printf(&url, "sqlite:%s/devices.db", argv[1]);
    must(db_open(buf_c(&url), &db, &err), &err);
    must(schema_migrate(db, 0, 1, &err), &err);
    must(db_one_i64(db, "SELECT COUNT(*) FROM device", DB_NO_ARGS, &have, &err),
         &err);
    printf("| what, %lld devices | processor | time | found or changed | "
           "memory, peak "
           "|\n|---|---|---|---|---|\n",
           (long long)count);
    if (have == 0)
        fill(db, count < TAKEN ? (int)count : TAKEN);
    if (have == 0)
        copy(db, (int)count / TAKEN);
    find_all(db);
    targets(db);
    must(db_one_i64(db, "SELECT COUNT(*) FROM label", DB_NO_ARGS, &have, &err),
         &err);
    if (have == 0)
        labels(db);
    again(db, count < 1000 ? (int)count : 1000);
    db_close(db);
    return 0;
}
