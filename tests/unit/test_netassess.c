/* SPDX-License-Identifier: Apache-2.0
 *
 * Network devices in runs of benchmarks: what they are asked, when the reader
 * gets what they said, and what becomes of it when a server dies.
 */
#include "tests/unit/unit.h"

#include "fleet/netdev_config.h"
#include "fleet/run.h"
#include "server/netassess.h"
#include "tests/unit/core_rig.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

enum {
    NOW = 1767225600 /* 2026-01-01T00:00:00Z */
};

struct rig {
    struct core_rig *core;
    struct arena arena;
    struct db *db;
    int64_t device;
};

static void add_device(struct rig *rig)
{
    struct scope system = scope_system(1);
    struct netdev_terms terms = {
        .name = STR("r1"),
        .family = STR("ios"),
        .version = STR("15.2"),
        .model = STR(""),
        .address = STR("192.0.2.1"),
        .transport = STR(""),
        .allow_fallback = NETDEV_INHERIT,
        .profile = STR(""),
        .realm = STR(""),
        .retries = NETDEV_INHERIT,
        .identity = STR(""),
        .license_failover = -1,
        .notes = STR(""),
    };
    struct err err = { 0 };

    if (netdev_add(rig->db, &system, &terms, NOW, &rig->device, &err) < 0)
        fail_msg("%s", err.text);
}

/* A run of a benchmark that waits for the device, whose session has ended. */
static void add_run(struct rig *rig)
{
    core_rig_sql(
        rig->core,
        "INSERT INTO benchmark (org, kind, name, sha256, size, description,"
        " document, uploaded, uploaded_by, removed) VALUES (1, 'benchmark',"
        " 'stig', 'x', 1, '{\"show_commands\": [\"show ip ssh\","
        " \"SHOW IP SSH\", \"show version\", \"show running-config\","
        " \"reload\", \"show snmp\"]}', 'x', 1, 'ada', 0)");
    core_rig_sql(
        rig->core,
        "INSERT INTO benchmark_pack (org, benchmark, tailoring, stream,"
        " benchmark_id, profile, digest, size, created) VALUES (1, 1, 0, 's',"
        " 'b', 'p', 'd', 1, 1)");
    core_rig_sql(
        rig->core,
        "INSERT INTO configuration (org, kind, name, enabled, while_logged_off,"
        " targets, schedule, scheduled, zone, nice, memory_mb, limit_s,"
        " enabled_at, last_due, created, revision, pack) VALUES (1, 'scap',"
        " 'routers', 1, 1, '{}', '{}', 0, 'UTC', 0, 0, 60, 1, 0, 1, 1, 1)");
    core_rig_sql(
        rig->core,
        "INSERT INTO run (org, configuration, configuration_revision, cause,"
        " started_by, due, started, ended, targets, devices) VALUES (1, 1, 1,"
        " 'person', 'ada', '', 1, 0, '{}', 1)");
    core_rig_sql(rig->core,
                 "INSERT INTO run_device (run, device, state, final, content,"
                 " due, started, ended, text) SELECT 1, id, 'queued', 0, 0, 1,"
                 " 1, 0, '' FROM device");
    core_rig_sql(
        rig->core,
        "INSERT INTO netdev_session (org, device, action, cause, started_by,"
        " state, result, text, transports, options, change, planned, begins,"
        " started, ended, tries, touched, node, steps, transcript)"
        " SELECT 1, id, 'discover', 'run 1', 'ada', 'running', '', '', '[]',"
        " '{}', 0, 1, 1, 1, 0, 1, 0, '', '[]', '' FROM device");
}

static void end_session(struct rig *rig)
{
    core_rig_sql(rig->core, "UPDATE netdev_session SET state = 'ended'");
}

static int setup(void **state)
{
    struct rig *rig = mem_alloc(1, sizeof(*rig));
    void *core = NULL;

    core_rig_setup(&core);
    rig->core = core;
    rig->db = rig->core->core.db;
    add_device(rig);
    add_run(rig);
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;
    void *core = rig->core;

    arena_clear(&rig->arena);
    core_rig_teardown(&core);
    mem_free(rig);
    return 0;
}

static void is_state(struct rig *rig, const char *state, int64_t final)
{
    int64_t n = 0;

    assert_int_equal(db_one_i64(rig->db,
                                "SELECT COUNT(*) FROM run_device"
                                " WHERE state = $1 AND final = $2",
                                DB_ARGS(db_text(str_c(state)), db_i64(final)),
                                &n, NULL),
                     0);
    assert_int_equal(n, 1);
}

static int64_t given(struct rig *rig)
{
    struct run_benchmarks list = { 0 };
    int64_t run;

    assert_int_equal(run_network_benchmarks(rig->db, rig->device, &list, NULL),
                     0);
    run = list.all.n > 0 ? list.all.p[0].run : 0;
    if (run != 0) {
        assert_int_equal(list.all.n, 1);
        assert_int_equal(list.all.p[0].configuration, 1);
        assert_int_equal(list.all.p[0].pack, 1);
    }
    vec_clear(&list.all);
    return run;
}

static void what_a_device_said_has_a_digest_that_changes_with_it(void **state)
{
    struct rig *rig = *state;
    uint8_t first[JOB_DIGEST_BYTES];
    uint8_t second[JOB_DIGEST_BYTES];

    assert_int_equal(netassess_digest(rig->db, rig->device, first, NULL), 1);
    assert_int_equal(netdev_output_put(rig->db, rig->device, STR("show snmp"),
                                       STR("Chassis: 1"), NOW, NULL),
                     0);
    assert_int_equal(netassess_digest(rig->db, rig->device, first, NULL), 0);
    assert_int_equal(netassess_digest(rig->db, rig->device, second, NULL), 0);
    assert_memory_equal(first, second, sizeof(first));
    assert_int_equal(netdev_output_put(rig->db, rig->device, STR("show snmp"),
                                       STR("Chassis: 2"), NOW + 1, NULL),
                     0);
    assert_int_equal(netassess_digest(rig->db, rig->device, second, NULL), 0);
    assert_memory_not_equal(first, second, sizeof(first));
    core_rig_sql(rig->core, "UPDATE device SET retired = 1");
    assert_int_equal(netassess_digest(rig->db, rig->device, first, NULL), 1);
}

static void a_device_is_asked_what_its_benchmarks_need(void **state)
{
    struct rig *rig = *state;
    struct netdev device = { .device = rig->device,
                             .terms = { .family = STR("ios"),
                                        .version = STR("15.2") } };
    struct wire_list list;
    const struct order_text *commands;

    assert_int_equal(
        netassess_commands(&rig->core->core, &device, &rig->arena, &list, NULL),
        0);
    commands = list.p;
    assert_int_equal(list.n, 2); /* not reload, nor what discovery asks */
    assert_true(str_eq_c(commands[0].text, "show ip ssh"));
    assert_true(str_eq_c(commands[1].text, "show snmp"));
    core_rig_sql(rig->core, "UPDATE run_device SET final = 1");
    assert_int_equal(
        netassess_commands(&rig->core->core, &device, &rig->arena, &list, NULL),
        0);
    assert_int_equal(list.n, 0);
}

static void a_run_is_given_once_and_again_after_a_server_died(void **state)
{
    struct rig *rig = *state;
    struct run_ids devices = { 0 };

    assert_int_equal(given(rig), 0);
    end_session(rig);
    assert_int_equal(given(rig), 1);
    is_state(rig, "started", 0);
    assert_int_equal(given(rig), 0);
    assert_int_equal(run_network_resume(rig->db, &devices, NULL), 0);
    assert_int_equal(devices.ids.n, 1);
    assert_int_equal(devices.ids.p[0], rig->device);
    vec_clear(&devices.ids);
    assert_int_equal(given(rig), 1);
}

static void content_that_does_not_fit_fails_no_benchmark(void **state)
{
    struct rig *rig = *state;

    end_session(rig);
    assert_int_equal(run_network_unfit(rig->db, rig->device,
                                       STR("there is no content for it"), NOW,
                                       NULL),
                     0);
    is_state(rig, "queued", 0);
    assert_int_equal(given(rig), 1);
    assert_int_equal(run_network_benchmark_failed(rig->db, rig->device, 1,
                                                  STR("damaged"), NOW, NULL),
                     0);
    is_state(rig, "error", 1);
}

static void a_session_that_failed_ends_the_runs_that_wait(void **state)
{
    struct rig *rig = *state;

    end_session(rig);
    assert_int_equal(run_network_failed(rig->db, rig->device,
                                        STR("no route to host"), NOW, NULL),
                     0);
    is_state(rig, "error", 1);
    assert_int_equal(given(rig), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_device_said_has_a_digest_that_changes_with_it),
        TEST(a_device_is_asked_what_its_benchmarks_need),
        TEST(a_run_is_given_once_and_again_after_a_server_died),
        TEST(content_that_does_not_fit_fails_no_benchmark),
        TEST(a_session_that_failed_ends_the_runs_that_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
