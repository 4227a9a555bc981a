/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of runs of patching when what is said of them is late, double
 * or forged.
 */
#include "tests/unit/unit.h"

#include "fleet/patch_run.h"
#include "proto/agent.h"
#include "proto/patching.h"
#include "server/patcher.h"
#include "tests/unit/agent_rig.h"
#include "tests/unit/db.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#define SERVERS                                                                \
    "{\"settings\": {\"name\": \"servers\", \"linux\": {\"routine\": {"        \
    "\"enabled\": true, \"deploy\": {\"all_missing\": true}}}}, \"targets\": " \
    "{\"systems\": [\"\"]}, \"confirm_all\": true, \"confirm\": true}"
#define SERVERS_ANEW                                                           \
    "{\"settings\": {\"name\": \"servers\", \"linux\": {\"routine\": {"        \
    "\"enabled\": true, \"deploy\": {\"severity\": [[\"security\","            \
    " \"critical\"]]}}}}, \"targets\": {\"systems\": [\"\"]},"                 \
    " \"confirm_all\": true, \"confirm\": true}"
#define RUN "{\"kind\": \"deploy\", \"configuration\": 1}"

static int setup(void **state)
{
    struct agent_rig *rig;
    int rc = agent_rig_setup(state);

    if (rc != 0)
        return rc;
    rig = *state;
    rig->core->core.patcher =
        patcher_new(&rig->core->core, str_c(rig->core->directory));
    return 0;
}

static int teardown(void **state)
{
    struct agent_rig *rig = *state;

    patcher_free(rig->core->core.patcher);
    rig->core->core.patcher = NULL;
    return agent_rig_teardown(state);
}

static void tick(struct agent_rig *rig)
{
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
}

static int64_t number(struct agent_rig *rig, const char *sql)
{
    int64_t n = -1;

    assert_int_equal(db_one_i64(rig->core->core.db, sql, DB_NO_ARGS, &n, NULL),
                     0);
    return n;
}

static void expect_state(struct agent_rig *rig, const char *state)
{
    const struct jval *list = core_rig_ask(
        rig->core, 200, "GET", "/api/v1/patch-runs/1/devices", NULL);
    const struct jval *one = jval_at(jval_get(list, "items"), 0);

    assert_string_equal(
        arena_c(&rig->arena, jval_text(jval_get(one, "state"), STR(""))),
        state);
}

/* A run of one device with an agent whose job is made. */
static struct enrolled_device begin(struct agent_rig *rig)
{
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");

    agent_rig_be(rig, NULL);
    core_rig_sql(rig->core, "UPDATE device SET os_family = 'unix', os_id ="
                            " 'debian', os_version = '12', time_zone = 'UTC'");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-configurations",
                 SERVERS);
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/1/deploy", "{}");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-runs", RUN);
    tick(rig);
    expect_state(rig, "queued");
    return device;
}

static void event(struct agent_rig *rig, const struct enrolled_device *device,
                  int64_t state)
{
    struct job_event one = {
        .job = number(rig, "SELECT job FROM patch_run_device WHERE run = 1"),
        .state = state,
        .at = rig->core->now,
        .text = STR(""),
    };
    struct job_events message = { { &one, 1 } };

    agent_rig_be(rig, device);
    agent_rig_say(rig, 204, "/agent/v1/events", &shape_job_events, &message);
    agent_rig_be(rig, NULL);
}

static void end(struct agent_rig *rig, const struct enrolled_device *device,
                int64_t outcome, int64_t patch_state)
{
    struct patching_outcome one = {
        .patch = STR("bash=5.2-2"),
        .package = STR("bash"),
        .from = STR("5.2-1"),
        .to = STR("5.2-2"),
        .state = patch_state,
        .at = rig->core->now,
        .text = STR(""),
    };
    struct patching_results results = {
        .nonce = STR("r123456789abcdef"),
        .terms = { 1, 1, 1, STR("routine") },
        .started = rig->core->now,
        .ended = rig->core->now,
        .phase = PATCHING_PHASE_DONE,
        .outcome = outcome,
        .text = STR(""),
        .outcomes = { &one, patch_state != 0 },
        .reboot = { .reason = STR(""),
                    .requester = STR(""),
                    .action = STR(""),
                    .action_by = STR("") },
    };

    agent_rig_be(rig, device);
    agent_rig_say(rig, 204, "/agent/v1/patch-results", &shape_patching_results,
                  &results);
    agent_rig_be(rig, NULL);
}

static void the_end_of_a_job_is_not_the_end_of_a_deployment(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = begin(rig);

    event(rig, &device, JOB_STATE_STARTED);
    event(rig, &device, JOB_STATE_DONE);
    expect_state(rig, "started");
    end(rig, &device, PATCHING_RUN_ERROR, 0);
    expect_state(rig, "error");
    event(rig, &device, JOB_STATE_DONE);
    expect_state(rig, "error");
}

static void say_extended(struct agent_rig *rig,
                         const struct enrolled_device *device, char n)
{
    struct patching_reboot_state state = {
        .nonce = STR("u123456789abcdef"),
        .at = rig->core->now,
        .reboot = { .needed = true,
                    .level = PATCHING_REBOOT_MANDATORY,
                    .reason = STR("a newer kernel"),
                    .requester = STR("routine"),
                    .action = STR("extended"),
                    .action_at = rig->core->now - 60,
                    .action_by = STR("someone") },
    };
    char nonce[] = "u123456789abcdef";

    nonce[1] = n;
    state.nonce = str_c(nonce);
    agent_rig_be(rig, device);
    agent_rig_say(rig, 204, "/agent/v1/patch-reboot",
                  &shape_patching_reboot_state, &state);
    agent_rig_be(rig, NULL);
}

static void what_a_user_does_to_a_reboot_is_audited_once_P_RBX_7(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = begin(rig);
    int64_t n = 0;

    say_extended(rig, &device, '1');
    say_extended(rig, &device, '2'); /* as every report after it does */
    assert_int_equal(
        db_one_i64(rig->core->core.db,
                   "SELECT COUNT(*) FROM audit WHERE"
                   " action = 'reboot.user_decided' AND actor = 'device-1'"
                   " AND object = 1 AND after LIKE '%someone%'",
                   DB_NO_ARGS, &n, NULL),
        0);
    assert_int_equal(n, 1);
}

static void results_count_more_than_an_event_that_came_first(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = begin(rig);

    event(rig, &device, JOB_STATE_FAILED);
    expect_state(rig, "error");
    end(rig, &device, PATCHING_RUN_DONE, PATCHING_INSTALLED);
    expect_state(rig, "done");
}

static int cancel_run(void *ctx, struct db *db)
{
    struct agent_rig *rig = ctx;
    struct patch_run_jobs jobs = { .signer = rig->core->core.job_signer,
                                   .now = rig->core->now };
    int rc = patch_run_cancel(db, 1, &jobs, NULL);

    if (rc == 0 && jobs.woken.n != 1)
        rc = E_CORRUPT;
    vec_clear(&jobs.woken);
    return rc;
}

/* One server hands out the job, another cancels: the agent hears of it. */
static void a_job_that_another_server_is_handing_out_is_cancelled(void **state)
{
    struct agent_rig *rig = *state;
    struct db *db = rig->core->core.db;
    int64_t job;
    struct test_db_beside *other;

    begin(rig);
    job = number(rig, "SELECT job FROM patch_run_device WHERE run = 1");
    core_rig_sql(rig->core, "UPDATE patch_run_device SET job = 0,"
                            " state = 'planned'");
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(db_run(db,
                            "UPDATE patch_run_device SET state = 'queued',"
                            " job = $1",
                            DB_ARGS(db_i64(job)), NULL),
                     1);
    other = test_db_beside(db, cancel_run, rig);
    assert_int_equal(db_commit(db, NULL), 0);
    assert_int_equal(test_db_beside_end(other), 0);
    expect_state(rig, "cancelled");
}

static void what_was_installed_after_a_cancellation_is_told(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = begin(rig);

    event(rig, &device, JOB_STATE_STARTED);
    core_rig_ask(rig->core, 200, "POST", "/api/v1/patch-runs/1/cancel", NULL);
    expect_state(rig, "cancelled");
    event(rig, &device, JOB_STATE_DONE);
    expect_state(rig, "cancelled");
    end(rig, &device, PATCHING_RUN_DONE, PATCHING_INSTALLED);
    expect_state(rig, "done");
}

static void what_was_cancelled_in_time_stays_cancelled(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = begin(rig);

    core_rig_ask(rig->core, 200, "POST", "/api/v1/patch-runs/1/cancel", NULL);
    end(rig, &device, PATCHING_RUN_SKIPPED, PATCHING_CANCELLED);
    expect_state(rig, "cancelled");
}

static void a_planned_device_gets_one_job(void **state)
{
    struct agent_rig *rig = *state;

    begin(rig);
    tick(rig);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM job WHERE id IN (SELECT"
                                 " job FROM patch_run_device)"),
                     1);
    /* Another node has claimed it: no job is made here. */
    core_rig_sql(rig->core, "UPDATE patch_run_device SET job = 0");
    tick(rig);
    assert_int_equal(number(rig, "SELECT job FROM patch_run_device"), 0);
}

#define DAILY                                                                  \
    "{\"settings\": {\"name\": \"servers\", \"linux\": {\"routine\": {"        \
    "\"enabled\": true, \"schedule\": {\"type\": \"daily\", \"time\":"         \
    " \"12:00\"}, \"deploy\": {\"all_missing\": true}}}}, \"targets\": "       \
    "{\"systems\": [\"\"]}, \"confirm_all\": true, \"confirm\": true}"

#define FIRST                                                                  \
    "{\"settings\": {\"name\": \"first\"}, \"targets\": {\"systems\":"         \
    " [\"windows\"]}, \"confirm_all\": true, \"confirm\": true}"

static void one_that_cannot_be_read_holds_up_no_other(void **state)
{
    struct agent_rig *rig = *state;

    begin(rig);
    core_rig_sql(rig->core, "UPDATE patch_configuration SET archived = 1,"
                            " name = 'old'");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-configurations", FIRST);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-configurations", DAILY);
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/2/deploy", "{}");
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/3/deploy", "{}");
    core_rig_sql(rig->core,
                 "UPDATE patch_configuration_version SET settings = '{'"
                 " WHERE configuration = 2");
    rig->core->now += 12 * 3600 + 60;
    tick(rig);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM patch_run"
                                 " WHERE configuration = 3"),
                     1);
}

/* An agent goes by its own clock and may be faster than the server's look. */
static void a_deployment_told_before_its_run_is_noted_ends_it(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct patching_results results = {
        .nonce = STR("r123456789abcdef"),
        .terms = { 0, 1, 1, STR("routine") },
        .phase = PATCHING_PHASE_DONE,
        .outcome = PATCHING_RUN_DONE,
        .text = STR(""),
        .reboot = { .reason = STR(""),
                    .requester = STR(""),
                    .action = STR(""),
                    .action_by = STR("") },
    };

    agent_rig_be(rig, NULL);
    core_rig_sql(rig->core, "UPDATE device SET os_family = 'unix', os_id ="
                            " 'debian', os_version = '12', time_zone = 'UTC'");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-configurations", DAILY);
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/1/deploy", "{}");
    tick(rig);
    results.due = (rig->core->now / 86400 + 1) * 86400 + 12 * 3600;
    rig->core->now = results.due + 60;
    results.started = results.ended = results.due + 30;
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 204, "/agent/v1/patch-results", &shape_patching_results,
                  &results);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM patch_run"), 0);
    tick(rig);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM patch_run_device WHERE"
                                 " state = 'done' AND final = 1"),
                     1);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM patch_run WHERE"
                                 " state = 'ended'"),
                     1);
}

#define INSTALLED                                                              \
    "{\"run\": 1, \"done\": true, \"outcomes\": [{\"patch\": \"bash=5.2-2\","  \
    " \"state\": \"installed\"}]}"

static void nobody_writes_the_history_of_a_device_with_an_agent(void **state)
{
    struct agent_rig *rig = *state;

    begin(rig);
    core_rig_ask(rig->core, 409, "POST", "/api/v1/devices/1/patch-results",
                 INSTALLED);
    core_rig_sql(rig->core, "UPDATE patch_run_device SET state = 'offered'");
    core_rig_ask(rig->core, 409, "POST", "/api/v1/devices/1/patch-results",
                 INSTALLED);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM patch_history"), 0);
    expect_state(rig, "offered");
}

static void results_are_taken_of_what_was_handed_over_only(void **state)
{
    struct agent_rig *rig = *state;

    core_rig_ask(rig->core, 201, "POST", "/api/v1/devices",
                 "{\"name\": \"pc-1\"}");
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/patch-report",
                 "{\"os\": \"windows\", \"missing\": [\"KB1\"]}");
    core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-configurations", NULL);
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/1/deploy", "{}");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-runs", RUN);
    core_rig_ask(rig->core, 409, "POST", "/api/v1/devices/1/patch-results",
                 INSTALLED);
    tick(rig);
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/patch-results",
                 "{\"run\": 1, \"done\": false, \"outcomes\": []}");
    expect_state(rig, "started");
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/patch-results",
                 INSTALLED);
    expect_state(rig, "done");
    core_rig_ask(rig->core, 409, "POST", "/api/v1/devices/1/patch-results",
                 INSTALLED);
}

/* --- Facts of patches ------------------------------------------------------
 */

static struct patching_missing missing_of(str advisory, const char *severity,
                                          const char *type)
{
    return (struct patching_missing){
        .name = STR("openssl"),
        .arch = STR("amd64"),
        .installed = STR("3.0.11-1"),
        .candidate = STR("3.0.17-1"),
        .origin = STR(""),
        .suite = STR(""),
        .repository = STR(""),
        .advisory = advisory,
        .type = str_c(type),
        .severity = str_c(severity),
        .title = STR("openssl"),
        .problem = STR(""),
    };
}

static void scan(struct agent_rig *rig, const struct enrolled_device *device,
                 const char *nonce, struct wire_list missing)
{
    struct patching_scan message = {
        .nonce = str_c(nonce),
        .cause = PATCHING_SCAN_DAILY,
        .collected = rig->core->now,
        .manager = STR("dnf"),
        .installed = 400,
        .missing = missing,
        .reboot = { .reason = STR(""),
                    .requester = STR(""),
                    .action = STR(""),
                    .action_by = STR("") },
        .errors = STR(""),
    };

    agent_rig_be(rig, device);
    agent_rig_say(rig, 204, "/agent/v1/patch-scan", &shape_patching_scan,
                  &message);
    agent_rig_be(rig, NULL);
}

#define HOW_MANY(what) "SELECT COUNT(*) FROM patch WHERE " what

static void an_agent_takes_nothing_back_that_another_said(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device honest = agent_rig_enrol(rig, "web-1");
    struct enrolled_device hostile = agent_rig_enrol(rig, "web-2");
    struct patching_missing one =
        missing_of(STR("RHSA-1"), "important", "security");
    struct patching_text cve = { STR("CVE-2026-1000") };

    one.cves = (struct wire_list){ &cve, 1 };
    scan(rig, &honest, "0123456789abcdef", (struct wire_list){ &one, 1 });
    one = missing_of(STR("RHSA-1"), "low", "enhancement");
    scan(rig, &hostile, "1123456789abcdef", (struct wire_list){ &one, 1 });
    assert_int_equal(
        number(rig, HOW_MANY("severity = 'important' AND type = 'security'")),
        1);
    assert_int_equal(jval_i64(jval_get(core_rig_ask(rig->core, 200, "GET",
                                                    "/api/v1/patches/1", NULL),
                                       "cves"),
                              1),
                     1);
    one = missing_of(STR("RHSA-1"), "critical", "bugfix");
    scan(rig, &honest, "2123456789abcdef", (struct wire_list){ &one, 1 });
    assert_int_equal(
        number(rig, HOW_MANY("severity = 'critical' AND type = 'security'")),
        1);
}

static void a_device_makes_so_many_patches_known_a_day(void **state)
{
    enum {
        N = 2500
    };
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct patching_missing *all = arena_alloc(&rig->arena, N, sizeof(*all));

    for (int i = 0; i < N; i++)
        all[i] = missing_of(arena_printf(&rig->arena, "RHSA-%d", i), "low",
                            "security");
    scan(rig, &device, "0123456789abcdef", (struct wire_list){ all, N });
    assert_int_equal(number(rig, HOW_MANY("org = 1")), 2000);
    scan(rig, &device, "1123456789abcdef", (struct wire_list){ all, N });
    assert_int_equal(number(rig, HOW_MANY("org = 1")), 2000);
    assert_int_equal(number(rig, "SELECT COUNT(*) FROM patch_scan WHERE errors"
                                 " LIKE '500 missing updates%'"),
                     1);
    rig->core->now += 86400;
    scan(rig, &device, "2123456789abcdef", (struct wire_list){ all, N });
    assert_int_equal(number(rig, HOW_MANY("org = 1")), N);
}

#define REPORT(severity, os)                                                   \
    "{\"os\": \"" os "\", \"missing\": [\"KB1\"], \"catalogue\": {"            \
    "\"patches\": [{\"id\": \"KB1\", \"type\": \"security\","                  \
    " \"severity\": \"" severity "\", \"cves\": [{\"id\":"                     \
    " \"CVE-2026-1\"}]}]}}"

static void who_writes_devices_only_changes_no_patches(void **state)
{
    struct agent_rig *rig = *state;
    uint64_t before = rig->core->scope.permissions;

    core_rig_ask(rig->core, 201, "POST", "/api/v1/devices",
                 "{\"name\": \"pc-1\"}");
    rig->core->scope.permissions &= ~((uint64_t)1 << PERM_PATCH_WRITE);
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/patch-report",
                 "{\"os\": \"windows\", \"missing\": [\"KB1\"]}");
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/patch-report",
                 REPORT("critical", "windows"));
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/patch-report",
                 REPORT("critical", "windows"));
    core_rig_ask(rig->core, 403, "POST", "/api/v1/devices/1/patch-report",
                 REPORT("low", "windows"));
    core_rig_ask(rig->core, 403, "POST", "/api/v1/devices/1/patch-report",
                 REPORT("critical", "macos"));
    assert_int_equal(
        number(rig, HOW_MANY("severity = 'critical' AND os = 'windows'")), 1);
    rig->core->scope.permissions = before;
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/patch-report",
                 REPORT("low", "windows"));
    assert_int_equal(number(rig, HOW_MANY("severity = 'low'")), 1);
}

/* Claim 3: what was agreed to is this version of this configuration. */
static void an_order_by_a_version_that_is_gone_installs_nothing(void **state)
{
    struct agent_rig *rig = *state;

    (void)agent_rig_enrol(rig, "web-1");
    agent_rig_be(rig, NULL);
    core_rig_sql(rig->core, "UPDATE device SET os_family = 'unix', os_id ="
                            " 'debian', os_version = '12', time_zone = 'UTC'");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-configurations",
                 SERVERS);
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/1/deploy", "{}");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-runs",
                 "{\"kind\": \"deploy\", \"configuration\": 1,"
                 " \"begins\": \"2026-01-08T00:00:00Z\"}");
    tick(rig);
    expect_state(rig, "planned");
    rig->core->if_match = "*";
    core_rig_ask(rig->core, 200, "PUT", "/api/v1/patch-configurations/1",
                 SERVERS_ANEW);
    rig->core->if_match = NULL;
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/1/deploy", "{}");
    rig->core->now += 8 * 86400;
    tick(rig);
    expect_state(rig, "skipped");
    assert_int_equal(number(rig, "SELECT job FROM patch_run_device"), 0);
}

/* --- Devices that no agent acts on --- */

#define EVERYWHERE                                                             \
    "{\"settings\": {\"name\": \"all\", \"windows\": {\"routine\": {"          \
    "\"enabled\": true, \"schedule\": {\"type\": \"daily\", \"time\": "        \
    "\"03:00\"}, \"deploy\": {\"severity\": [[\"security\", \"critical\"]]}"   \
    "}}, \"linux\": {\"routine\": {\"enabled\": true, \"schedule\": {"         \
    "\"type\": \"daily\", \"time\": \"03:00\"}, \"deploy\": {"                 \
    "\"all_missing\": true}}}}, \"targets\": {\"systems\": [\"\"]},"           \
    " \"confirm_all\": true, \"confirm\": true}"
#define MOVE "/api/v1/patch-configurations/1/rings/move"
#define DEVICE(id, kind, family)                                               \
    "UPDATE device SET kind = '" kind "', os_family = '" family                \
    "', os_id = '" family "', time_zone = 'UTC' WHERE id = " id

/* 1 is Windows, 2 a Linux without an agent, 3 a router. */
static void without_agents(struct agent_rig *rig)
{
    static const char *const sql[] = {
        DEVICE("1", "agentless", "windows"),
        DEVICE("2", "agentless", "unix"),
        DEVICE("3", "network", "network"),
    };

    for (size_t i = 0; i < COUNT(sql); i++)
        core_rig_ask(rig->core, 201, "POST", "/api/v1/devices",
                     "{\"name\": \"pc\"}");
    for (size_t i = 0; i < COUNT(sql); i++)
        core_rig_sql(rig->core, sql[i]);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-configurations",
                 EVERYWHERE);
    rig->core->if_match = "*";
    core_rig_ask(rig->core, 200, "PUT", "/api/v1/patch-configurations/1/rings",
                 "{\"rings\": [{\"name\": \"all\"}]}");
    rig->core->if_match = NULL;
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/1/deploy", "{}");
}

static int64_t in_state(struct agent_rig *rig, int device, const char *state)
{
    return number(rig, arena_c(&rig->arena,
                               arena_printf(&rig->arena,
                                            "SELECT COUNT(*) FROM"
                                            " patch_run_device WHERE device ="
                                            " %d AND state = '%s'",
                                            device, state)));
}

static size_t jobs(struct agent_rig *rig)
{
    return jval_count(
        jval_get(core_rig_ask(rig->core, 200, "GET",
                              "/api/v1/devices/1/patch-jobs", NULL),
                 "items"));
}

static void what_nobody_takes_is_not_handed_over(void **state)
{
    struct agent_rig *rig = *state;

    without_agents(rig);
    rig->core->now += 86400;
    tick(rig);
    assert_int_equal(in_state(rig, 1, "offered"), 1);
    assert_int_equal(in_state(rig, 2, "unavailable"), 1);
    assert_int_equal(
        number(rig, "SELECT COUNT(*) FROM patch_run_device WHERE device = 3"),
        0);
    assert_int_equal(jobs(rig), 1);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-runs", RUN);
    tick(rig);
    assert_int_equal(in_state(rig, 1, "offered"), 2);
    assert_int_equal(in_state(rig, 2, "unavailable"), 2);
    rig->core->now += 12 * 86400;
    tick(rig);
    assert_int_equal(in_state(rig, 2, "missed"), 0);
}

static void a_freeze_holds_without_agents_too_claim_30(void **state)
{
    static const char *const freeze =
        "{\"reason\": \"no\", \"ends\": \"2026-01-03T00:00:00Z\"}";
    struct agent_rig *rig = *state;

    without_agents(rig);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-runs", RUN);
    tick(rig);
    assert_int_equal(jobs(rig), 1);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-freezes", freeze);
    assert_int_equal(jobs(rig), 0); /* what was offered before */
    rig->core->now += 86400;
    tick(rig);
    assert_int_equal(in_state(rig, 1, "frozen"), 1); /* what came due */
    assert_int_equal(jobs(rig), 0);
    rig->core->now += 2 * 86400;
    assert_int_equal(jobs(rig), 1);
}

static void a_rollout_that_is_held_is_held_without_agents_claim_29(void **state)
{
    struct agent_rig *rig = *state;

    without_agents(rig);
    rig->core->now += 86400;
    tick(rig);
    assert_int_equal(jobs(rig), 1);
    core_rig_ask(rig->core, 200, "POST", MOVE,
                 "{\"action\": \"pause\", \"reason\": \"broken\"}");
    assert_int_equal(jobs(rig), 0);
    rig->core->now += 86400;
    tick(rig);
    assert_int_equal(in_state(rig, 1, "skipped"), 1);
    core_rig_ask(rig->core, 200, "POST", MOVE, "{\"action\": \"resume\"}");
    assert_int_equal(jobs(rig), 1); /* the one of the first day */
}

/* What a ring ordered and no agent took yet goes back, and out again later. */
static void what_a_held_rollout_ordered_waits_claim_29(void **state)
{
    static const char *const running =
        "UPDATE patch_rollout SET state = 'running', ring = 2, version = 1,"
        " since = 1";
    struct agent_rig *rig = *state;

    (void)begin(rig);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/labels",
                 "{\"name\": \"test\", \"kind\": \"manual\"}");
    rig->core->if_match = "*";
    core_rig_ask(rig->core, 200, "PUT", "/api/v1/patch-configurations/1/rings",
                 "{\"rings\": [{\"name\": \"test\", \"label\": 1},"
                 " {\"name\": \"all\"}]}");
    rig->core->if_match = NULL;
    core_rig_sql(rig->core, "UPDATE patch_run SET cause = 'ring', ring = 2");
    core_rig_sql(rig->core, running);
    core_rig_ask(rig->core, 200, "POST", MOVE, "{\"action\": \"pause\"}");
    expect_state(rig, "planned");
    assert_int_equal(
        number(rig, "SELECT COUNT(*) FROM job WHERE type = 8 AND state = 0"),
        0);
    tick(rig);
    expect_state(rig, "planned");
    core_rig_ask(rig->core, 200, "POST", MOVE, "{\"action\": \"resume\"}");
    tick(rig);
    expect_state(rig, "queued");
    core_rig_ask(rig->core, 200, "POST", MOVE, "{\"action\": \"restart\"}");
    tick(rig);
    expect_state(rig, "skipped");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_end_of_a_job_is_not_the_end_of_a_deployment),
        TEST(what_a_user_does_to_a_reboot_is_audited_once_P_RBX_7),
        TEST(results_count_more_than_an_event_that_came_first),
        TEST(one_that_cannot_be_read_holds_up_no_other),
        TEST(a_job_that_another_server_is_handing_out_is_cancelled),
        TEST(what_was_installed_after_a_cancellation_is_told),
        TEST(what_was_cancelled_in_time_stays_cancelled),
        TEST(a_planned_device_gets_one_job),
        TEST(a_deployment_told_before_its_run_is_noted_ends_it),
        TEST(nobody_writes_the_history_of_a_device_with_an_agent),
        TEST(results_are_taken_of_what_was_handed_over_only),
        TEST(an_agent_takes_nothing_back_that_another_said),
        TEST(a_device_makes_so_many_patches_known_a_day),
        TEST(who_writes_devices_only_changes_no_patches),
        TEST(what_a_held_rollout_ordered_waits_claim_29),
        TEST(an_order_by_a_version_that_is_gone_installs_nothing),
        TEST(what_nobody_takes_is_not_handed_over),
        TEST(a_freeze_holds_without_agents_too_claim_30),
        TEST(a_rollout_that_is_held_is_held_without_agents_claim_29),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
