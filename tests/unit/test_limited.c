/* SPDX-License-Identifier: Apache-2.0
 *
 * What people whom labels limit, and those of other organisations, may not
 * change although they may see it (D-34, X-1).
 */
#include "fleet/content.h"
#include "tests/unit/agent_rig.h"
#include "tests/unit/unit.h"

#include "base/buf.h"

#define ALL                                                                    \
    "{\"name\": \"%s\", \"enabled\": true, \"while_logged_off\": true,"        \
    " \"targets\": {\"systems\": [\"\"]}, \"schedule\": {\"type\": \"none\"}," \
    " \"confirm_all\": true}"

/* Sees device 1 of two, by label 700. */
static struct scope limit(struct agent_rig *rig)
{
    static const char *const statements[] = {
        "INSERT INTO app_user (id, org, login, name, email, source,"
        " password_set, totp_last, disabled, failures, locked_until, created,"
        " last_login, revision) VALUES (7, 1, 'scoped', 'Scoped', '',"
        " 'local', 1, 0, 0, 0, 0, 1, 1, 1)",
        "INSERT INTO role (id, org, name, permissions, built_in, revision)"
        " VALUES (70, 1, 'limited', -1, 0, 1)",
        "INSERT INTO user_role (app_user, role) VALUES (7, 70)",
        "INSERT INTO label (id, org, name, kind, query, notes, download_url,"
        " created, revision) VALUES (700, 1, 'theirs', 'manual', '', '', '',"
        " 1, 1)",
        "INSERT INTO role_label (role, label) VALUES (70, 700)",
        "INSERT INTO device_label (label, device, since) VALUES (700, 1, 1)",
        "UPDATE device SET os_id = 'debian', os_version = '12', os_name ="
        " 'Debian 12', os_family = 'unix', arch = 'x86_64'",
    };

    for (size_t i = 0; i < COUNT(statements); i++)
        core_rig_sql(rig->core, statements[i]);
    return (struct scope){
        .org = 1, .user = 7, .permissions = UINT64_MAX, .name = STR("scoped")
    };
}

static int64_t save(struct agent_rig *rig, int status, const char *method,
                    const char *path, const char *name)
{
    AUTO(buf_clear) struct buf body = BUF(1000);

    buf_printf(&body, ALL, name);
    return jval_i64(
        jval_get(core_rig_ask(rig->core, status, method, path, buf_c(&body)),
                 "id"),
        0);
}

static int64_t configure(struct agent_rig *rig, const char *name)
{
    return save(rig, 201, "POST", "/api/v1/configurations", name);
}

static void they_change_no_configuration_that_reaches_further(void **state)
{
    struct agent_rig *rig = *state;
    struct scope system = rig->core->scope;
    struct scope limited;
    int64_t own;

    (void)agent_rig_enrol(rig, "web-1");
    (void)agent_rig_enrol(rig, "web-2");
    limited = limit(rig);
    assert_int_equal(configure(rig, "all"), 1);
    rig->core->if_match = "*";
    rig->core->scope = limited;
    core_rig_ask(rig->core, 200, "GET", "/api/v1/configurations/1", NULL);
    save(rig, 403, "PUT", "/api/v1/configurations/1", "x1");
    core_rig_ask(rig->core, 403, "DELETE", "/api/v1/configurations/1", NULL);
    own = configure(rig, "own");
    assert_int_equal(own, 2); /* limited to what they see, and theirs */
    save(rig, 200, "PUT", "/api/v1/configurations/2", "x2");
    rig->core->scope = system;
    save(rig, 200, "PUT", "/api/v1/configurations/1", "x1");
}

static void they_end_no_run_that_reaches_further(void **state)
{
    struct agent_rig *rig = *state;
    struct scope system = rig->core->scope;
    struct scope limited;

    (void)agent_rig_enrol(rig, "web-1");
    (void)agent_rig_enrol(rig, "web-2");
    limited = limit(rig);
    configure(rig, "all");
    core_rig_ask(rig->core, 201, "POST", "/api/v1/configurations/1/run", NULL);
    rig->core->scope = limited;
    core_rig_ask(rig->core, 200, "GET", "/api/v1/runs/1", NULL);
    core_rig_ask(rig->core, 403, "POST", "/api/v1/runs/1/cancel", NULL);
    /* Of what they start, they see all. */
    core_rig_ask(rig->core, 201, "POST", "/api/v1/configurations/1/run", NULL);
    core_rig_ask(rig->core, 204, "POST", "/api/v1/runs/2/cancel", NULL);
    rig->core->scope = system;
    core_rig_ask(rig->core, 204, "POST", "/api/v1/runs/1/cancel", NULL);
}

static void content_is_for_the_whole_server(void **state)
{
    struct agent_rig *rig = *state;
    struct scope system = rig->core->scope;

    (void)agent_rig_enrol(rig, "web-1");
    rig->core->content_type = "application/octet-stream";
    rig->core->scope = limit(rig);
    core_rig_ask(rig->core, 403, "POST",
                 "/api/v1/contents?platform=debian:12&source=x", "x");
    rig->core->scope = system;
    rig->core->scope.org = 2; /* everything of another organisation */
    core_rig_ask(rig->core, 403, "POST",
                 "/api/v1/contents?platform=debian:12&source=x", "x");
}

/* A device that is the target of more than a policy holds keeps the policy
 * it has, and everything else of its check-in happens. */
static void a_policy_that_does_not_fit_keeps_no_device_from_its_check_in(
    void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct checkin checkin = { .agent_version = STR("2"),
                               .boot_id = STR("b"),
                               .inventory_digest = STR(""),
                               .acknowledged_digest = STR(""),
                               .content_digest = STR(""),
                               .time_zone = STR("UTC"),
                               .download = STR("") };
    struct content content = { .platform = "debian:12",
                               .source = "test",
                               .size = 1,
                               .definitions = 1,
                               .feed_time = 1 };
    struct checked_in answer;
    struct signed_jobs jobs;
    int64_t n = -1;

    limit(rig);
    assert_int_equal(db_begin(rig->core->core.db, NULL), 0);
    assert_int_equal(content_activate(rig->core->core.db, &content, false,
                                      rig->core->now, NULL),
                     0);
    assert_int_equal(db_commit(rig->core->core.db, NULL), 0);
    for (int i = 0; i <= POLICY_SCHEDULES_MAX; i++) {
        AUTO(buf_clear) struct buf sql = BUF(1000);

        buf_printf(&sql,
                   "INSERT INTO configuration (org, kind, name, enabled,"
                   " while_logged_off, targets, schedule, scheduled, zone,"
                   " nice, memory_mb, limit_s, enabled_at, last_due, created,"
                   " revision) VALUES (1, 'oval', 'c%d', 1, 1,"
                   " '{\"systems\":[\"\"]}', '{\"type\":\"daily\",\"time\":"
                   "\"03:00\"}', 1, '', 0, 0, 0, 1, 1, 1, 1)",
                   i);
        core_rig_sql(rig->core, buf_c(&sql));
    }
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_hear(rig, &shape_checked_in, &answer);
    assert_int_equal(answer.content_size, 1); /* it went on after the policy */
    assert_int_equal(db_one_i64(rig->core->core.db,
                                "SELECT COUNT(*) FROM device WHERE"
                                " agent_version = '2'",
                                DB_NO_ARGS, &n, NULL),
                     0);
    assert_int_equal(n, 1);
    core_rig_sql(rig->core, "DELETE FROM configuration WHERE name = 'c0'");
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_say(rig, 200, "/agent/v1/jobs?after=0", NULL, NULL);
    agent_rig_hear(rig, &shape_signed_jobs, &jobs);
    assert_int_equal(jobs.jobs.n, 2); /* and the policy of patching */
}

int main(void)
{
#define ROW(fn)                                                                \
    cmocka_unit_test_setup_teardown(fn, agent_rig_setup, agent_rig_teardown)
    const struct CMUnitTest tests[] = {
        ROW(they_change_no_configuration_that_reaches_further),
        ROW(they_end_no_run_that_reaches_further),
        ROW(content_is_for_the_whole_server),
        ROW(a_policy_that_does_not_fit_keeps_no_device_from_its_check_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
