/* SPDX-License-Identifier: Apache-2.0
 *
 * overview_time PACK DIR [DEVICES [TRUE]] - measures what the first page
 * counts: a core with that many devices, on each of which so many definitions
 * of PACK (an absolute path) are true, and risk data of DIR/risk.data when they
 * are there. DIR is empty else, or new; a store of SQLite is made in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "fleet/finding.h"
#include "oval/pack.h"
#include "server/exposure.h"
#include "store/schema.h"

static struct err err;

static void must(int rc)
{
    if (rc >= 0)
        return;
    fprintf(stderr, "overview_time: %s\n", err_text(&err));
    exit(1);
}

static void tell(const char *what, int64_t since)
{
    printf("%s\t%.2f ms\n", what, (double)(clock_micros() - since) / 1e3);
    fflush(stdout);
}

/* --- The fleet ----------------------------------------------------------- */

static void add_content(struct core *core, const char *pack, const char *dir,
                        struct content *out)
{
    AUTO(buf_clear) struct buf packs = BUF(4096);
    AUTO(buf_clear) struct buf path = BUF(4096);

    *out = (struct content){ .source = "bench",
                             .platform = "debian:12",
                             .size = 1,
                             .feed_time = 1,
                             .definitions = 1,
                             .digest = { 7 } };
    buf_printf(&packs, "%s/content", dir);
    mkdir(buf_c(&packs), 0700);
    content_file(buf_str(&packs), out->digest, &path);
    if (symlink(pack, buf_c(&path)) < 0) {
        perror(pack);
        exit(1);
    }
    must(content_activate(core->db, out, true, 1, &err));
}

static void add_device(struct core *core, int64_t id)
{
    must(db_run(core->db,
                "INSERT INTO device (id, org, name, kind, machine_id, os_id,"
                " os_version, os_name, arch, kernel, os_build, manager,"
                " time_zone, agent_version, created, last_seen,"
                " last_inventory, boot_time, sessions, policy_revision,"
                " retired, revision) VALUES ($1, 1, 'device', 'agent', '',"
                " 'debian', '12', '', '', '', '', 'dpkg', 'UTC', '1', 1, 1,"
                " 0, 0, 0, 0, 0, 1)",
                DB_ARGS(db_i64(id)), &err));
}

static void add_finding(struct core *core, const struct content *content,
                        const struct oval_content *pack, int64_t device,
                        uint32_t trues)
{
    AUTO(buf_clear) struct buf blob = BUF(OVAL_VERDICTS_BLOB_MAX);
    uint32_t n = pack->definitions.n;
    uint8_t *results = mem_alloc(n + 1, 1);
    struct finding finding = { .device = device,
                               .content = content->id,
                               .origin = FINDING_AGENT,
                               .at = 1 };

    memset(results, OVAL_FALSE, n);
    for (uint32_t i = 0; i < trues; i++)
        results[(uint32_t)rand() % n] = OVAL_TRUE;
    oval_verdicts_encode(results, n, oval_verdicts_key(pack), &blob);
    finding.verdicts = buf_str(&blob);
    finding.n[OVAL_TRUE] = trues;
    must(finding_put(core->db, &finding, &err));
    mem_free(results);
}

/* --- Measuring ----------------------------------------------------------- */

/* Of the processor: on a machine that others use, too, the clock says less. */
static int64_t cpu_micros(void)
{
    struct timespec at;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

/* All of it, with the longest time that others waited. */
static void count(struct core *core, const char *what)
{
    struct scope scope = scope_system(1);
    const struct exposure *e;
    int64_t start = clock_micros();
    int64_t cpu = cpu_micros();
    int64_t longest = 0;
    int rc;

    for (;;) {
        int64_t since = cpu_micros();
        int64_t took;

        rc = exposure_get(core, &scope, 1, &e, &err);
        must(rc);
        took = cpu_micros() - since;
        longest = took > longest ? took : longest;
        if (rc == 0 && e->current)
            break;
        loop_once(core->loop, 0);
        took = cpu_micros() - since;
        longest = took > longest ? took : longest;
    }
    tell(what, start);
    printf("of it the processor\t%.2f ms\n",
           (double)(cpu_micros() - cpu) / 1e3);
    printf("longest turn, processor\t%.2f ms\n", (double)longest / 1e3);
    printf("findings\t%lld on %lld of %lld devices, %lld exploited, %zu CVEs\n",
           (long long)e->findings, (long long)e->affected,
           (long long)e->devices, (long long)e->exploited, e->cve_total);
}

static void measure(struct core *core)
{
    struct scope scope = scope_system(1);
    const struct exposure *e;
    int64_t since;

    count(core, "first count");
    since = clock_micros();
    for (int i = 0; i < 1000; i++)
        must(exposure_get(core, &scope, 1, &e, &err));
    printf("kept\t%.4f ms\n", (double)(clock_micros() - since) / 1e6);
    reports_stop(core);
}

int main(int argc, char **argv)
{
    struct core core = { 0 };
    AUTO(oval_content_freep) struct oval_content *pack = NULL;
    AUTO(buf_clear) struct buf url = BUF(4096);
    AUTO(buf_clear) struct buf packs = BUF(4096);
    int64_t devices = argc > 3 ? atoll(argv[3]) : 100000;
    uint32_t trues = argc > 4 ? (uint32_t)atoll(argv[4]) : 300;
    struct content content;
    int64_t since = clock_micros();

    if (argc < 3)
        return 2;
    must(oval_pack_open(argv[1], &pack, &err));
    printf("definitions\t%u\n", pack->definitions.n);
    buf_printf(&url, "sqlite:%s/store.db", argv[2]);
    buf_printf(&packs, "%s/content", argv[2]);
    must(db_open(buf_c(&url), &core.db, &err));
    must(schema_migrate(core.db, 0, 1, &err));
    must(db_begin(core.db, &err));
    add_content(&core, argv[1], argv[2], &content);
    for (int64_t i = 1; i <= devices; i++) {
        add_device(&core, i);
        add_finding(&core, &content, pack, i, trues);
    }
    must(db_commit(core.db, &err));
    core.loop = loop_new();
    reports_start(&core, str_c(argv[2]));
    assessor_new(&core, buf_c(&packs));
    must(assessor_finish(&core, &err));
    tell("made", since);
    measure(&core);
    return 0;
}
