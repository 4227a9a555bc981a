/* SPDX-License-Identifier: Apache-2.0
 *
 * Patching on the server, from an agent's scan to the history: what agents
 * say, what people ask, and what devices are told.
 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "proto/agent.h"
#include "proto/patching.h"
#include "server/patcher.h"
#include "tests/unit/patching_rig.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#define ALL_MISSING                                                            \
    "{\"settings\": {\"name\": \"servers\", \"linux\": {\"routine\": {"        \
    "\"enabled\": true, \"schedule\": {\"type\": \"daily\", \"time\": "        \
    "\"03:00\"}, \"deploy\": {\"all_missing\": true}}}}, \"targets\": "        \
    "{\"systems\": [\"\"]}, \"confirm_all\": true, \"confirm\": true}"

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

/* The configuration, put into force. */
static int64_t deploy_all(struct agent_rig *rig)
{
    const struct jval *made = core_rig_ask(
        rig->core, 201, "POST", "/api/v1/patch-configurations", ALL_MISSING);
    int64_t id = jval_i64(jval_get(made, "id"), 0);
    char path[100];

    assert_true(says(made, "availability", "new"));
    snprintf(path, sizeof(path), "/api/v1/patch-configurations/%lld/deploy",
             (long long)id);
    made = core_rig_ask(rig->core, 200, "POST", path, "{}");
    assert_int_equal(jval_i64(jval_get(made, "deployed_version"), 0), 1);
    return id;
}

static void check_in(struct agent_rig *rig, const struct enrolled_device *d)
{
    struct checkin message = {
        .agent_version = STR("1"),
        .boot_id = STR("b"),
        .boot_time = 1,
        .device_time = rig->core->now,
        .inventory_digest = STR(""),
        .acknowledged_digest = STR(""),
        .content_digest = STR(""),
        .time_zone = STR("UTC"),
        .download = STR(""),
    };

    agent_rig_be(rig, d);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &message);
    agent_rig_be(rig, NULL);
}

/* The newest job of the type that waits for the device: its body. */
static bool job_of(struct agent_rig *rig, const struct enrolled_device *d,
                   int64_t type, void *out)
{
    struct signed_jobs jobs;
    const struct signed_job *all;
    bool found = false;

    agent_rig_be(rig, d);
    agent_rig_say(rig, 200, "/agent/v1/jobs?after=0&wait_s=0", NULL, NULL);
    agent_rig_hear(rig, &shape_signed_jobs, &jobs);
    agent_rig_be(rig, NULL);
    all = jobs.jobs.p;
    for (size_t i = 0; i < jobs.jobs.n; i++) {
        struct job job;

        assert_int_equal(
            wire_read(&shape_job, all[i].job, &rig->arena, &job, NULL), 0);
        if (job.type != type)
            continue;
        found = true;
        assert_int_equal(
            wire_read(job_body_shape(type), job.body, &rig->arena, out, NULL),
            0);
    }
    return found;
}

static void a_scan_shows_what_is_missing_with_its_cves(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *items;

    items = items_of(
        core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-devices", NULL), 1);
    assert_true(says(jval_at(items, 0), "state", "no data"));
    scan(rig, &device, "0123456789abcdef", true);
    scan(rig, &device, "0123456789abcdef", false); /* comes again: nothing */
    items = items_of(
        core_rig_ask(rig->core, 200, "GET", "/api/v1/devices/1/patches", NULL),
        2);
    assert_true(
        says(jval_get(jval_at(items, 1), "patch"), "patch", "DSA-5000-1"));
    assert_int_equal(jval_count(jval_get(jval_at(items, 1), "cves")), 1);
    assert_true(
        says(jval_get(jval_at(items, 0), "patch"), "patch", "bash=5.2-2"));
    items = items_of(core_rig_ask(rig->core, 200, "GET",
                                  "/api/v1/patches?affects=true", NULL),
                     2);
    assert_int_equal(jval_i64(jval_get(jval_at(items, 0), "unpatched"), 0), 1);
    items_of(core_rig_ask(rig->core, 200, "GET",
                          "/api/v1/patches?filter={\"severity\":[\"important\"]"
                          "}",
                          NULL),
             1);
    items_of(core_rig_ask(rig->core, 200, "GET",
                          "/api/v1/patches?filter={\"enablement\":true}", NULL),
             0); /* P-ENB-1 */
    items_of(core_rig_ask(rig->core, 200, "GET",
                          "/api/v1/patches?filter={\"enablement\":false}",
                          NULL),
             2);
    items_of(
        core_rig_ask(rig->core, 200, "GET", "/api/v1/patches/2/devices", NULL),
        1);
    core_rig_ask(rig->core, 200, "GET", "/api/v1/patches/2", NULL);
    core_rig_ask(rig->core, 200, "GET", "/api/v1/patches/charts", NULL);
    scan(rig, &device, "1123456789abcdef", false);
    items_of(core_rig_ask(rig->core, 200, "GET", "/api/v1/patches?affects=true",
                          NULL),
             1);
}

static void the_default_deploys_critical_windows_only_p_cfg_5(void **state)
{
    struct agent_rig *rig = *state;
    const struct jval *items =
        items_of(core_rig_ask(rig->core, 200, "GET",
                              "/api/v1/patch-configurations", NULL),
                 1);
    const struct jval *settings = jval_get(jval_at(items, 0), "settings");

    assert_true(jval_bool(jval_get(jval_at(items, 0), "built_in"), false));
    assert_true(jval_bool(
        jval_get(jval_get(jval_get(settings, "windows"), "routine"), "enabled"),
        false));
    assert_false(jval_bool(
        jval_get(jval_get(jval_get(settings, "linux"), "routine"), "enabled"),
        true));
}

static void every_refusal_names_its_field_x_7(void **state)
{
    struct agent_rig *rig = *state;
    const struct jval *refused = core_rig_ask(
        rig->core, 422, "POST", "/api/v1/patch-configurations",
        "{\"settings\": {\"name\": \"x\", \"linux\": {\"priority\": "
        "{\"enabled\": true}}}, \"targets\": {\"systems\": [\"\"]}}");

    assert_int_equal(jval_count(jval_get(refused, "errors")), 1);
    assert_true(says(jval_at(jval_get(refused, "errors"), 0), "field",
                     "settings.linux.priority"));
    refused = core_rig_ask(
        rig->core, 422, "POST", "/api/v1/patch-configurations",
        "{\"settings\": {\"name\": \"x\", \"linux\": {\"routine\": "
        "{\"enabled\": true, \"deploy\": {\"include\": [\"nobody\"]}}}},"
        " \"targets\": {\"systems\": [\"\"]}, \"confirm_all\": true}");
    assert_true(says(jval_at(jval_get(refused, "errors"), 0), "field",
                     "settings.linux.routine.deploy.include"));
    /* Every device is asked back for (K-DEP-7), and nothing selected is. */
    core_rig_ask(rig->core, 422, "POST", "/api/v1/patch-configurations",
                 "{\"settings\": {\"name\": \"x\"}, \"targets\": "
                 "{\"systems\": [\"\"]}}");
    core_rig_ask(rig->core, 422, "POST", "/api/v1/patch-configurations",
                 "{\"settings\": {\"name\": \"x\", \"linux\": {\"routine\": "
                 "{\"enabled\": true, \"schedule\": {\"type\": \"daily\", "
                 "\"time\": \"03:00\"}}}}, \"targets\": {\"systems\": [\"\"]},"
                 " \"confirm_all\": true}");
}

static void a_device_gets_its_policy_and_the_facts_it_needs(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct patching_fact *facts;
    struct patching_policy policy;

    scan(rig, &device, "0123456789abcdef", true);
    deploy_all(rig);
    check_in(rig, &device);
    assert_true(job_of(rig, &device, JOB_PATCH_POLICY, &policy));
    assert_true(str_eq_c(policy.name, "servers"));
    assert_int_equal(policy.version, 1);
    assert_int_equal(policy.patches.n, 2);
    assert_int_equal(policy.packages.n, 2);
    facts = policy.patches.p;
    assert_true(str_eq_c(facts[1].id, "DSA-5000-1"));
    assert_true(str_eq_c(facts[1].severity, "important"));
    assert_int_equal(facts[1].cves.n, 1);
    /* A hold reaches it with the next policy. */
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-holds",
                 "{\"kind\": \"package\", \"target\": \"bash\", \"reason\": "
                 "\"breaks the build\"}");
    check_in(rig, &device);
    assert_true(job_of(rig, &device, JOB_PATCH_POLICY, &policy));
    assert_int_equal(policy.holds.n, 1);
    assert_int_equal(policy.revision, 3);
    check_in(rig, &device); /* nothing changed: no other job */
    assert_true(job_of(rig, &device, JOB_PATCH_POLICY, &policy));
    assert_int_equal(policy.revision, 3);
}

static void explain_says_why_for_every_missing_patch_p_sel_16(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *answer;
    const struct jval *items;

    scan(rig, &device, "0123456789abcdef", true);
    items = items_of(core_rig_ask(rig->core, 200, "GET",
                                  "/api/v1/devices/1/patch-explain", NULL),
                     2);
    assert_false(jval_bool(jval_get(jval_at(items, 0), "deploy"), true));
    deploy_all(rig);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-holds",
                 "{\"kind\": \"patch\", \"target\": \"DSA-5000-1\","
                 " \"reason\": \"tested first\"}");
    items = items_of(core_rig_ask(rig->core, 200, "GET",
                                  "/api/v1/devices/1/patch-explain", NULL),
                     2);
    assert_true(jval_bool(jval_get(jval_at(items, 0), "deploy"), false));
    assert_true(says(jval_at(items, 0), "rule", "P-LNX-1"));
    assert_false(jval_bool(jval_get(jval_at(items, 1), "deploy"), true));
    assert_true(
        says(jval_at(items, 0), "because", "all missing patches are deployed"));
    items =
        items_of(core_rig_ask(rig->core, 200, "GET",
                              "/api/v1/devices/1/patch-explain?lang=fr", NULL),
                 2); /* */
    assert_true(says(jval_at(items, 0), "because",
                     "tous les correctifs manquants sont déployés"));
    assert_true(
        str_starts(jval_text(jval_get(jval_at(items, 1), "because"), STR("")),
                   STR("il est retenu par ")));
    answer = core_rig_ask(rig->core, 200, "GET",
                          "/api/v1/devices/1/patch-dry-run", NULL);
    items = jval_get(jval_at(jval_get(answer, "tasks"), 0), "deploy");
    assert_int_equal(jval_count(items), 1);
    assert_true(says(jval_at(jval_get(answer, "tasks"), 0), "local",
                     "2026-01-01T03:00"));
}

static void tell(struct agent_rig *rig, const struct enrolled_device *device,
                 struct patching_results *results, int64_t state)
{
    struct patching_outcome outcome = {
        .patch = STR("DSA-5000-1"),
        .package = STR("openssl"),
        .from = STR("3.0.11-1"),
        .to = STR("3.0.17-1"),
        .state = state,
        .at = rig->core->now,
        .text = STR("dpkg: error"),
    };

    results->outcomes = (struct wire_list){ &outcome, 1 };
    results->text = STR("");
    results->reboot = reboot_of(state == PATCHING_PENDING_REBOOT);
    agent_rig_be(rig, device);
    agent_rig_say(rig, 204, "/agent/v1/patch-results", &shape_patching_results,
                  results);
    agent_rig_be(rig, NULL);
}

static void history_has_every_state_and_what_it_was_made_by_x_10(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    struct patching_results results = {
        .nonce = STR("r123456789abcdef"),
        .terms = { .version = 1, .task = STR("routine") },
        .due = rig->core->now,
        .started = rig->core->now,
        .phase = PATCHING_PHASE_DEPLOYMENT,
    };
    const struct jval *items;

    scan(rig, &device, "0123456789abcdef", true);
    results.terms.configuration = deploy_all(rig);
    tell(rig, &device, &results, PATCHING_INSTALLING);
    tell(rig, &device, &results, PATCHING_INSTALLED); /* the same nonce */
    results.nonce = STR("r223456789abcdef");
    results.phase = PATCHING_PHASE_DONE;
    results.outcome = PATCHING_RUN_DONE;
    results.ended = rig->core->now;
    tell(rig, &device, &results, PATCHING_PENDING_REBOOT);
    items = items_of(
        core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-history", NULL), 2);
    assert_true(says(jval_at(items, 0), "state", "pending reboot"));
    assert_true(says(jval_at(items, 1), "state", "installing"));
    items = items_of(
        core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-deployments", NULL),
        1);
    assert_int_equal(jval_i64(jval_get(jval_at(items, 0), "version"), 0), 1);
    assert_int_equal(jval_i64(jval_get(jval_at(items, 0), "ok"), 0), 1);
    /* P-RBT-7: never reported as fully patched. */
    items = items_of(
        core_rig_ask(rig->core, 200, "GET",
                     "/api/v1/patch-devices?state=pending%20reboot", NULL),
        1);
    assert_true(says(jval_at(items, 0), "reboot_level", "mandatory"));
}

static void a_device_says_nothing_of_others_configurations(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    struct patching_results results = {
        .nonce = STR("r123456789abcdef"),
        .terms = { .configuration = 77, .task = STR("routine") },
        .phase = PATCHING_PHASE_DONE,
        .outcome = PATCHING_RUN_DONE,
        .text = STR(""),
        .reboot = reboot_of(false),
    };

    agent_rig_be(rig, &device);
    agent_rig_say(rig, 422, "/agent/v1/patch-results", &shape_patching_results,
                  &results);
    results.terms.configuration = 0;
    agent_rig_be(rig, NULL);
}

static void versions_stay_and_can_be_compared_and_restored_p_cfg_9(void **state)
{
    struct agent_rig *rig = *state;
    int64_t id = deploy_all(rig);
    const struct jval *answer;
    const struct jval *items;
    char path[200];

    snprintf(path, sizeof(path), "/api/v1/patch-configurations/%lld",
             (long long)id);
    core_rig_ask(rig->core, 200, "GET", path, NULL);
    rig->core->if_match = "\"2\"";
    answer = core_rig_ask(
        rig->core, 200, "PUT", path,
        "{\"settings\": {\"name\": \"servers\", \"linux\": {\"routine\": {"
        "\"enabled\": true, \"schedule\": {\"type\": \"daily\", \"time\": "
        "\"04:00\"}, \"deploy\": {\"all_missing\": true}}}}, \"targets\": "
        "{\"systems\": [\"\"]}, \"confirm_all\": true}");
    rig->core->if_match = NULL;
    assert_int_equal(jval_i64(jval_get(answer, "version"), 0), 2);
    assert_int_equal(jval_i64(jval_get(answer, "deployed_version"), 0), 1);
    snprintf(path, sizeof(path), "/api/v1/patch-configurations/%lld/diff",
             (long long)id);
    items = items_of(core_rig_ask(rig->core, 200, "GET", path, NULL), 1);
    assert_true(
        says(jval_at(items, 0), "field", "linux.routine.schedule.time"));
    assert_true(says(jval_at(items, 0), "after", "\"04:00\""));
    snprintf(path, sizeof(path), "/api/v1/patch-configurations/%lld/restore",
             (long long)id);
    answer = core_rig_ask(rig->core, 200, "POST", path, "{\"version\": 1}");
    assert_int_equal(jval_i64(jval_get(answer, "version"), 0), 3);
    snprintf(path, sizeof(path), "/api/v1/patch-configurations/%lld/versions",
             (long long)id);
    items_of(core_rig_ask(rig->core, 200, "GET", path, NULL), 3);
    snprintf(path, sizeof(path), "/api/v1/patch-configurations/%lld/preview",
             (long long)id);
    items_of(core_rig_ask(rig->core, 200, "GET", path, NULL), 12);
    snprintf(path, sizeof(path), "/api/v1/patch-configurations/%lld/summary",
             (long long)id);
    core_rig_ask(rig->core, 200, "GET", path, NULL);
}

static void groups_have_revisions_and_act_without_saving_d_27(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct patching_policy_group *groups;
    struct patching_policy policy;
    const struct jval *answer;
    const struct jval *items;

    scan(rig, &device, "0123456789abcdef", true);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-groups",
                 "{\"name\": \"must\", \"patches\": [\"bash=5.2-2\"]}");
    answer = core_rig_ask(
        rig->core, 201, "POST", "/api/v1/patch-configurations",
        "{\"settings\": {\"name\": \"by group\", \"linux\": {\"routine\": {"
        "\"enabled\": true, \"schedule\": {\"type\": \"daily\", \"time\": "
        "\"03:00\"}, \"deploy\": {\"include\": [\"must\"]}}}}, \"targets\": "
        "{\"systems\": [\"\"]}, \"confirm_all\": true, \"confirm\": true}");
    assert_int_equal(jval_i64(jval_get(answer, "id"), 0), 1);
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/1/deploy", "{}");
    core_rig_ask(rig->core, 409, "DELETE", "/api/v1/patch-groups/1", NULL);
    answer =
        core_rig_ask(rig->core, 200, "POST", "/api/v1/patch-groups/1/patches",
                     "{\"add\": [\"DSA-5000-1\"]}");
    assert_int_equal(jval_i64(jval_get(answer, "revision"), 0), 2);
    check_in(rig, &device);
    assert_true(job_of(rig, &device, JOB_PATCH_POLICY, &policy));
    groups = policy.groups.p;
    assert_int_equal(policy.groups.n, 1);
    assert_int_equal(groups[0].revision, 2);
    assert_int_equal(groups[0].patches.n, 2);
    items_of(core_rig_ask(rig->core, 200, "GET",
                          "/api/v1/patch-groups/1/patches?revision=1", NULL),
             1);
    items = items_of(core_rig_ask(rig->core, 200, "GET",
                                  "/api/v1/devices/1/patch-explain", NULL),
                     2);
    assert_true(jval_bool(jval_get(jval_at(items, 1), "deploy"), false));
}

static void dynamic_groups_follow_the_catalogue(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *answer = core_rig_ask(
        rig->core, 201, "POST", "/api/v1/patch-groups",
        "{\"name\": \"bad\", \"filter\": {\"severity\": [\"important\"]}}");

    assert_int_equal(jval_i64(jval_get(answer, "patches"), -1), 0);
    core_rig_ask(rig->core, 422, "POST", "/api/v1/patch-groups",
                 "{\"name\": \"worse\", \"filter\": {\"sevrity\": 1}}");
    scan(rig, &device, "0123456789abcdef", true);
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    answer =
        core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-groups/1", NULL);
    assert_int_equal(jval_i64(jval_get(answer, "patches"), -1), 1);
    assert_int_equal(jval_i64(jval_get(answer, "revision"), -1), 2);
}

static void a_schedule_that_comes_due_is_noted_for_its_devices(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *items;

    scan(rig, &device, "0123456789abcdef", true);
    deploy_all(rig);
    rig->core->now += 3 * 3600 + 60; /* 03:01 */
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    items = items_of(
        core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-runs", NULL), 1);
    assert_true(says(jval_at(items, 0), "due", "2026-01-01T03:00"));
    assert_true(says(jval_at(items, 0), "cause", "schedule"));
    items = items_of(core_rig_ask(rig->core, 200, "GET",
                                  "/api/v1/patch-runs/1/devices", NULL),
                     1);
    assert_true(says(jval_at(items, 0), "state", "due"));
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now + 60, NULL),
                     0);
    items_of(core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-runs", NULL),
             1);
}

static void nothing_is_deployed_during_a_freeze_claim_30(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    struct job_patch_deploy job;
    const struct jval *items;
    int64_t id;
    char body[200];

    scan(rig, &device, "0123456789abcdef", true);
    id = deploy_all(rig);
    snprintf(body, sizeof(body),
             "{\"kind\": \"deploy\", \"configuration\": %lld}", (long long)id);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-runs", body);
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    assert_true(job_of(rig, &device, JOB_PATCH_DEPLOY, &job));
    assert_int_equal(job.terms.run, 1);
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-freezes",
                 "{\"reason\": \"end of year\", \"ends\": "
                 "\"2026-01-05T00:00:00Z\"}");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-runs", body);
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    items = items_of(core_rig_ask(rig->core, 200, "GET",
                                  "/api/v1/patch-runs/2/devices", NULL),
                     1);
    assert_true(says(jval_at(items, 0), "state", "frozen"));
}

static struct core_rig *person(struct agent_rig *rig, int64_t user,
                               const char *name)
{
    rig->core->scope.user = user;
    rig->core->scope.name = str_c(name);
    return rig->core;
}

static void a_large_deployment_needs_a_second_person_claim_3(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    struct patching_policy policy;
    const struct jval *answer;

    core_rig_sql(rig->core, "INSERT INTO setting (org, name, value, revision)"
                            " VALUES (1, 'patching.approval_devices', '1', 1)");
    scan(rig, &device, "0123456789abcdef", true);
    person(rig, 11, "ann");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-configurations",
                 ALL_MISSING);
    answer = core_rig_ask(rig->core, 200, "POST",
                          "/api/v1/patch-configurations/1/deploy", "{}");
    assert_true(says(answer, "availability", "pending"));
    assert_int_equal(jval_i64(jval_get(answer, "asked_version"), 0), 1);
    core_rig_ask(rig->core, 403, "POST",
                 "/api/v1/patch-configurations/1/approve",
                 "{\"version\": 1, \"verdict\": \"approved\"}");
    check_in(rig, &device);
    assert_true(job_of(rig, &device, JOB_PATCH_POLICY, &policy));
    assert_int_equal(policy.configuration, 0);
    person(rig, 12, "bob");
    answer = core_rig_ask(rig->core, 200, "POST",
                          "/api/v1/patch-configurations/1/approve",
                          "{\"version\": 1, \"verdict\": \"approved\"}");
    assert_int_equal(jval_i64(jval_get(answer, "deployed_version"), 0), 1);
    check_in(rig, &device);
    assert_true(job_of(rig, &device, JOB_PATCH_POLICY, &policy));
    assert_int_equal(policy.configuration, 1);
    /* The same of a run by hand. */
    answer = core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-runs",
                          "{\"kind\": \"deploy\", \"configuration\": 1}");
    assert_true(says(answer, "state", "approval"));
    core_rig_ask(rig->core, 403, "POST", "/api/v1/patch-runs/1/approve",
                 "{\"verdict\": \"approved\"}");
    person(rig, 11, "ann");
    answer =
        core_rig_ask(rig->core, 200, "POST", "/api/v1/patch-runs/1/approve",
                     "{\"verdict\": \"approved\"}");
    assert_true(says(answer, "state", "running"));
    person(rig, 0, "system");
}

static const struct jval *ring_state(struct agent_rig *rig, const char *state)
{
    const struct jval *answer = core_rig_ask(
        rig->core, 200, "GET", "/api/v1/patch-configurations/1/rings", NULL);

    assert_true(says(answer, "state", state));
    return answer;
}

/* Two devices: the first in the ring "test", the other in none. */
static void set_rings(struct agent_rig *rig)
{
    core_rig_ask(rig->core, 201, "POST", "/api/v1/labels",
                 "{\"name\": \"test\", \"kind\": \"manual\"}");
    core_rig_ask(rig->core, 200, "POST", "/api/v1/labels/1/members",
                 "{\"add\": [1]}");
    core_rig_ask(rig->core, 422, "PUT", "/api/v1/patch-configurations/1/rings",
                 "{\"rings\": [{\"name\": \"test\"}, {\"name\": \"all\"}]}");
    core_rig_ask(rig->core, 200, "PUT", "/api/v1/patch-configurations/1/rings",
                 "{\"rings\": [{\"name\": \"test\", \"label\": 1,"
                 " \"min_finished\": 1, \"min_success\": 90, \"promotion\":"
                 " \"automatic\"}, {\"name\": \"all\"}]}");
    ring_state(rig, "waiting");
}

static void deployed(struct agent_rig *rig, const struct enrolled_device *d,
                     const char *nonce, int64_t state)
{
    struct patching_results results = {
        .nonce = str_c(nonce),
        .terms = { .configuration = 1, .version = 1, .task = STR("routine") },
        .due = rig->core->now,
        .started = rig->core->now,
        .ended = rig->core->now,
        .phase = PATCHING_PHASE_DONE,
        .outcome = PATCHING_RUN_DONE,
    };

    tell(rig, d, &results, state);
}

static void a_ring_goes_on_when_the_one_before_succeeded_p_rng(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device first = enrol(rig, "test-1");
    struct enrolled_device second = enrol(rig, "web-1");
    struct patching_policy policy;
    struct job_patch_deploy job;

    scan(rig, &first, "0123456789abcdef", true);
    scan(rig, &second, "1123456789abcdef", true);
    deploy_all(rig);
    set_rings(rig);
    check_in(rig, &first);
    assert_true(job_of(rig, &first, JOB_PATCH_POLICY, &policy));
    assert_true(policy.ring_open);
    check_in(rig, &second);
    assert_true(job_of(rig, &second, JOB_PATCH_POLICY, &policy));
    assert_false(policy.ring_open);
    assert_int_equal(policy.ring, 2);
    rig->core->now += 3 * 3600 + 60; /* 03:01 */
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    ring_state(rig, "running");
    deployed(rig, &first, "r123456789abcdef", PATCHING_INSTALLED);
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    assert_int_equal(jval_i64(jval_get(ring_state(rig, "running"), "ring"), 0),
                     2);
    rig->core->now += 86400; /* at the schedule's time of day */
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    assert_true(job_of(rig, &second, JOB_PATCH_DEPLOY, &job));
    assert_int_equal(job.terms.configuration, 1);
}

static void failures_in_a_ring_stop_all_claim_29(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device first = enrol(rig, "test-1");
    struct enrolled_device second = enrol(rig, "web-1");
    struct job_patch_deploy job;
    struct patching_policy policy;

    scan(rig, &first, "0123456789abcdef", true);
    deploy_all(rig);
    set_rings(rig);
    rig->core->now += 3 * 3600 + 60;
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    deployed(rig, &first, "r123456789abcdef", PATCHING_FAILED);
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    ring_state(rig, "stopped");
    assert_false(job_of(rig, &second, JOB_PATCH_DEPLOY, &job));
    check_in(rig, &first);
    assert_true(job_of(rig, &first, JOB_PATCH_POLICY, &policy));
    assert_false(policy.ring_open);
    core_rig_ask(rig->core, 409, "POST",
                 "/api/v1/patch-configurations/1/rings/move",
                 "{\"action\": \"promote\"}");
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/1/rings/move",
                 "{\"action\": \"restart\"}");
    ring_state(rig, "waiting");
    items_of(
        core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-rollouts", NULL), 1);
}

static void compliance_counts_no_data_and_pending_as_not_p_rpt_4(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = enrol(rig, "web-1");
    const struct jval *answer;

    deploy_all(rig);
    core_rig_ask(rig->core, 422, "POST", "/api/v1/patch-report-sets",
                 "{\"name\": \"x\", \"configurations\": [1],"
                 " \"levels\": [\"security huge\"]}");
    answer = core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-report-sets",
                          "{\"name\": \"all\", \"configurations\": [1],"
                          " \"levels\": [\"security important\"]}");
    assert_true(says(answer, "score", "\xE2\x80\x93")); /* P-RPT-5 */
    answer = core_rig_ask(rig->core, 200, "POST",
                          "/api/v1/patch-report-sets/1/run", NULL);
    assert_int_equal(jval_i64(jval_get(answer, "no_data"), -1), 1);
    assert_true(says(answer, "score", "0.0"));
    scan(rig, &device, "0123456789abcdef", true);
    answer = core_rig_ask(rig->core, 200, "POST",
                          "/api/v1/patch-report-sets/1/run", NULL);
    assert_int_equal(jval_i64(jval_get(answer, "compliant"), -1), 0);
    scan(rig, &device, "1123456789abcdef", false);
    rig->core->now += 60;
    answer = core_rig_ask(rig->core, 200, "POST",
                          "/api/v1/patch-report-sets/1/run", NULL);
    assert_true(says(answer, "score", "100.0"));
    items_of(core_rig_ask(rig->core, 200, "GET",
                          "/api/v1/patch-report-sets/1/scores", NULL),
             2);
}

#define CHAIN                                                                  \
    "{\"os\": \"windows\", \"missing\": [\"V3\", \"V4\", \"V5\", \"KB9\"],"    \
    " \"installed\": 40, \"reboot\": {\"needed\": false}, \"catalogue\": "     \
    "{\"patches\": ["                                                          \
    "{\"id\": \"V3\", \"type\": \"security\", \"severity\": \"critical\"},"    \
    "{\"id\": \"V4\", \"type\": \"security\", \"severity\": \"critical\","     \
    " \"supersedes\": [\"V3\"]}, {\"id\": \"V5\", \"type\": \"security\","     \
    " \"severity\": \"critical\", \"supersedes\": [\"V4\"]}]}}"

/* no such device is there; item by item the same rules as anywhere. */
static void windows_is_decided_here_and_handed_over(void **state)
{
    struct agent_rig *rig = *state;
    const struct jval *answer;
    const struct jval *items;

    core_rig_ask(rig->core, 201, "POST", "/api/v1/devices",
                 "{\"name\": \"pc-1\"}");
    answer = core_rig_ask(rig->core, 200, "POST",
                          "/api/v1/devices/1/patch-report", CHAIN);
    assert_int_equal(jval_i64(jval_get(answer, "missing"), 0), 4);
    assert_int_equal(jval_count(jval_get(answer, "unknown")), 1);
    core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-configurations", NULL);
    core_rig_ask(rig->core, 200, "POST",
                 "/api/v1/patch-configurations/1/deploy", "{}");
    items = items_of(core_rig_ask(rig->core, 200, "GET",
                                  "/api/v1/devices/1/patch-explain", NULL),
                     4);
    assert_false(jval_bool(jval_get(jval_at(items, 0), "deploy"), true));
    assert_true(says(jval_at(items, 0), "rule", "P-SEL-12"));
    assert_true(jval_bool(jval_get(jval_at(items, 2), "deploy"), false));
    core_rig_ask(rig->core, 201, "POST", "/api/v1/patch-runs",
                 "{\"kind\": \"deploy\", \"configuration\": 1}");
    assert_int_equal(patcher_tick(&rig->core->core, rig->core->now, NULL), 0);
    items = items_of(core_rig_ask(rig->core, 200, "GET",
                                  "/api/v1/devices/1/patch-jobs", NULL),
                     1);
    items = jval_get(jval_at(items, 0), "patches");
    assert_int_equal(jval_count(items), 1);
    assert_true(str_eq_c(jval_text(jval_at(items, 0), STR("")), "V5"));
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/patch-results",
                 "{\"run\": 1, \"done\": true, \"outcomes\": [{\"patch\": "
                 "\"V5\", \"state\": \"installed\"}]}");
    items_of(core_rig_ask(rig->core, 200, "GET", "/api/v1/devices/1/patch-jobs",
                          NULL),
             0);
    items_of(core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-history", NULL),
             1);
}

static void planned_runs_are_a_calendar(void **state)
{
    struct agent_rig *rig = *state;

    deploy_all(rig);
    core_rig_ask(rig->core, 200, "GET", "/api/v1/patch-calendar?zone=UTC",
                 NULL);
    assert_true(
        str_starts(buf_str(&rig->core->body), STR("BEGIN:VCALENDAR\r\n")));
    assert_true(str_find(buf_str(&rig->core->body),
                         STR("DTSTART:20260101T030000Z\r\n")) <
                rig->core->body.n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_scan_shows_what_is_missing_with_its_cves),
        TEST(the_default_deploys_critical_windows_only_p_cfg_5),
        TEST(every_refusal_names_its_field_x_7),
        TEST(a_device_gets_its_policy_and_the_facts_it_needs),
        TEST(explain_says_why_for_every_missing_patch_p_sel_16),
        TEST(history_has_every_state_and_what_it_was_made_by_x_10),
        TEST(a_device_says_nothing_of_others_configurations),
        TEST(versions_stay_and_can_be_compared_and_restored_p_cfg_9),
        TEST(groups_have_revisions_and_act_without_saving_d_27),
        TEST(dynamic_groups_follow_the_catalogue),
        TEST(a_schedule_that_comes_due_is_noted_for_its_devices),
        TEST(nothing_is_deployed_during_a_freeze_claim_30),
        TEST(a_large_deployment_needs_a_second_person_claim_3),
        TEST(a_ring_goes_on_when_the_one_before_succeeded_p_rng),
        TEST(failures_in_a_ring_stop_all_claim_29),
        TEST(compliance_counts_no_data_and_pending_as_not_p_rpt_4),
        TEST(windows_is_decided_here_and_handed_over),
        TEST(planned_runs_are_a_calendar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
