/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's end of the agents, request by request.
 */
#include "tests/unit/unit.h"

#include "tests/unit/agent_rig.h"

#include <unistd.h>

#include "base/log.h"
#include "fleet/enrol.h"

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, agent_rig_setup, agent_rig_teardown)

static struct checkin small_checkin(void)
{
    return (struct checkin){ .agent_version = STR("0.1.0"),
                             .boot_id = STR("boot"),
                             .boot_time = 1000,
                             .device_time = 2000,
                             .inventory_digest = STR(""),
                             .acknowledged_digest = STR(""),
                             .content_digest = STR(""),
                             .time_zone = STR("Europe/Amsterdam") };
}

static int64_t count(struct agent_rig *rig, const char *sql)
{
    int64_t n = -1;

    assert_int_equal(db_one_i64(rig->core->core.db, sql, DB_NO_ARGS, &n, NULL),
                     0);
    return n;
}

/* --- enrolment -------------------------------------------------------- */

static void a_device_enrols_and_checks_in(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct checkin checkin = small_checkin();
    struct checked_in answer;

    agent_rig_be(rig, &device);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_hear(rig, &shape_checked_in, &answer);
    assert_int_equal(answer.server_time, rig->core->now);
    assert_false(answer.renew);
    assert_false(answer.send_inventory);
    rig->core->now += 5;
    agents_tick(rig->core->core.agents, rig->core->now);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM device WHERE time_zone ="
                                " 'Europe/Amsterdam' AND boot_time = 1000"),
                     1);
    assert_int_equal(count(rig, "SELECT last_seen FROM device"),
                     rig->core->now - 5);
    checkin.inventory_digest = STR("0123456789abcdef0123456789abcdef");
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_hear(rig, &shape_checked_in, &answer);
    assert_true(answer.send_inventory);
}

static struct enrol enrol_of(str token, str csr)
{
    return (struct enrol){ .token = token,
                           .csr = csr,
                           .hostname = STR("web-9"),
                           .machine_id = STR("web-1"),
                           .agent_version = STR("0.1.0") };
}

static void used_and_unknown_tokens_get_one_answer_and_are_audited(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    AUTO(buf_clear) struct buf first = BUF(4096);
    str token = agent_rig_token(rig, "{\"life_s\": 60}");
    struct enrol enrol = enrol_of(STR("hfe-nothing"), device.csr);

    rig->core->door = DOOR_ENROL;
    agent_rig_say(rig, 403, "/agent/v1/enrol", &shape_enrol, &enrol);
    buf_add(&first, buf_str(&rig->core->body));
    enrol.token = token;
    rig->core->now += 60; /* expired */
    agent_rig_say(rig, 403, "/agent/v1/enrol", &shape_enrol, &enrol);
    assert_true(str_eq(buf_str(&first), buf_str(&rig->core->body)));
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM audit WHERE action ="
                                " 'device.enrol_refused'"),
                     2);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM audit WHERE action ="
                                " 'device.enrolled' AND peer = '192.0.2.1'"),
                     1);
}

static void a_clone_is_told_to_the_admin(void **state)
{
    struct agent_rig *rig = *state;

    agent_rig_enrol(rig, "web-1");
    agent_rig_enrol(rig, "web-1");
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM device"), 2);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM audit WHERE action ="
                                " 'device.cloned' AND object = 2 AND after ="
                                " '{\"same_machine_as\":1}'"),
                     1);
}

static void a_lost_answer_is_given_again(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct enrolled_device other = agent_rig_enrol(rig, "web-2");
    str token = agent_rig_token(rig, "{}");
    struct enrol enrol = enrol_of(token, other.csr);
    struct enrolled first;
    struct enrolled again;

    enrol.machine_id = STR("another");
    rig->core->door = DOOR_ENROL;
    agent_rig_say(rig, 200, "/agent/v1/enrol", &shape_enrol, &enrol);
    agent_rig_hear(rig, &shape_enrolled, &first);
    rig->core->now += 30;
    agent_rig_say(rig, 200, "/agent/v1/enrol", &shape_enrol, &enrol);
    agent_rig_hear(rig, &shape_enrolled, &again);
    assert_true(str_eq(first.certificate, again.certificate));
    assert_true(str_eq(first.device, again.device));
    enrol.csr = device.csr;
    agent_rig_say(rig, 403, "/agent/v1/enrol", &shape_enrol, &enrol);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM device"), 3);
}

static void guessing_is_slowed_down_claim_10(void **state)
{
    struct agent_rig *rig = *state;
    struct enrol enrol = enrol_of(STR("hfe-guess"), STR("x"));
    unsigned refused = 0;

    rig->core->door = DOOR_ENROL;
    for (int i = 0; i < 50; i++) {
        agent_rig_say(rig, 0, "/agent/v1/enrol", &shape_enrol, &enrol);
        assert_true(rig->core->status == 403 || rig->core->status == 429);
        refused += rig->core->status == 429;
    }
    assert_int_equal(refused, 40);
    assert_true(rig->core->retry_after_s > 0);
    rig->core->now += 30; /* three more */
    for (int i = 0; i < 4; i++)
        agent_rig_say(rig, i < 3 ? 403 : 429, "/agent/v1/enrol", &shape_enrol,
                      &enrol);
}

static void a_signer_that_is_away_costs_no_token(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct enrol enrol = enrol_of(agent_rig_token(rig, "{}"), device.csr);

    rig->core->door = DOOR_ENROL;
    rig->broken = true;
    agent_rig_say(rig, 500, "/agent/v1/enrol", &shape_enrol, &enrol);
    rig->broken = false;
    agent_rig_say(rig, 200, "/agent/v1/enrol", &shape_enrol, &enrol);
}

static void tokens_are_listed_without_their_text(void **state)
{
    struct agent_rig *rig = *state;
    str token = agent_rig_token(rig, "{\"life_s\": 600}");
    const struct jval *list =
        core_rig_ask(rig->core, 200, "GET", "/api/v1/enrol-tokens", NULL);
    const struct jval *item = jval_at(jval_get(list, "items"), 0);

    assert_true(str_eq_c(jval_text(jval_get(item, "state"), STR_NONE), "open"));
    assert_null(jval_get(item, "token"));
    assert_true(str_find(buf_str(&rig->core->body), token) ==
                rig->core->body.n);
    core_rig_ask(rig->core, 204, "DELETE", "/api/v1/enrol-tokens/1", NULL);
    core_rig_ask(rig->core, 404, "DELETE", "/api/v1/enrol-tokens/1", NULL);
    core_rig_ask(rig->core, 422, "POST", "/api/v1/enrol-tokens",
                 "{\"life_s\": 59}");
    core_rig_ask(rig->core, 422, "POST", "/api/v1/enrol-tokens",
                 "{\"label\": 77}");
}

/* --- certificates ----------------------------------------------------- */

static void a_token_comes_with_where_it_is_good(void **state)
{
    struct agent_rig *rig = *state;
    const struct jval *made;
    str server;

    agent_rig_be(rig, NULL);
    made = core_rig_ask(rig->core, 201, "POST", "/api/v1/enrol-tokens", "{}");
    server = jval_text(jval_get(made, "server"), STR_NONE);
    assert_true(str_starts(server, STR("https://")));
}

static void a_stranger_is_refused_everywhere(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct checkin checkin = small_checkin();

    agent_rig_be(rig, &device);
    device.fingerprint[0] = device.fingerprint[0] == 'a' ? 'b' : 'a';
    agent_rig_say(rig, 403, "/agent/v1/checkin", &shape_checkin, &checkin);
    rig->core->fingerprint = "";
    agent_rig_say(rig, 403, "/agent/v1/checkin", &shape_checkin, &checkin);
    rig->core->fingerprint = NULL;
    agent_rig_say(rig, 403, "/agent/v1/jobs", NULL, NULL);
}

static void a_revoked_device_is_a_stranger_at_once(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct checkin checkin = small_checkin();
    char path[64];

    agent_rig_job(rig, device.id, JOB_INVENTORY);
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    /* What no server of this store ever made: it was restored. */
    agent_rig_say(rig, 200, "/agent/v1/jobs?after=99&wait_s=60", NULL, NULL);
    assert_false(rig->core->held);
    snprintf(path, sizeof(path), "/agent/v1/jobs?after=%d&wait_s=60",
             (int)count(rig, "SELECT MAX(id) FROM job"));
    agent_rig_say(rig, 0, path, NULL, NULL);
    assert_true(rig->core->held);
    agent_rig_be(rig, NULL);
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/revoke",
                 "{\"reason\": \"stolen\"}");
    assert_int_equal(agents_held(rig->core->core.agents), 0);
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 403, "/agent/v1/checkin", &shape_checkin, &checkin);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM job WHERE state <> 9"),
                     0);
    agent_rig_be(rig, NULL);
    core_rig_ask(rig->core, 404, "POST", "/api/v1/devices/2/revoke",
                 "{\"reason\": \"stolen\"}");
    core_rig_ask(rig->core, 422, "POST", "/api/v1/devices/1/revoke", "{}");
}

static void a_retired_or_deleted_device_is_a_stranger_at_once(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device first = agent_rig_enrol(rig, "web-1");
    struct enrolled_device second = agent_rig_enrol(rig, "web-2");
    struct checkin checkin = small_checkin();

    agent_rig_be(rig, &first);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_be(rig, &second);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_be(rig, NULL);
    core_rig_ask(rig->core, 200, "GET", "/api/v1/devices/1", NULL);
    rig->core->if_match = "*";
    core_rig_ask(rig->core, 200, "PATCH", "/api/v1/devices/1",
                 "{\"retired\": true}");
    core_rig_ask(rig->core, 204, "DELETE", "/api/v1/devices/2", NULL);
    rig->core->if_match = NULL;
    agent_rig_be(rig, &first);
    agent_rig_say(rig, 403, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_be(rig, &second);
    agent_rig_say(rig, 403, "/agent/v1/checkin", &shape_checkin, &checkin);
}

static void a_certificate_is_renewed_and_the_old_one_ends(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct enrolled_device renewed_device = device;
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    struct checkin checkin = small_checkin();
    struct checked_in answer;
    struct renewed renewed;
    struct cert_facts facts;
    struct renew renew;

    agent_rig_be(rig, &device);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    rig->core->now += 60 * 86400;
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_hear(rig, &shape_checked_in, &answer);
    assert_true(answer.renew);
    assert_int_equal(cert_key_make(&key, NULL), 0);
    assert_int_equal(cert_request_make(buf_str(&key), STR("x"), &csr, NULL), 0);
    renew.csr = buf_str(&csr);
    for (int i = 0; i < 2; i++) {
        agent_rig_say(rig, 200, "/agent/v1/renew", &shape_renew, &renew);
        agent_rig_hear(rig, &shape_renewed, &renewed);
    }
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    assert_int_equal(cert_read(renewed.certificate, &facts, NULL), 0);
    assert_string_equal(facts.name, "device-1");
    memcpy(renewed_device.fingerprint, facts.fingerprint,
           sizeof(facts.fingerprint));
    agent_rig_be(rig, &renewed_device);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_hear(rig, &shape_checked_in, &answer);
    assert_false(answer.renew);
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 403, "/agent/v1/checkin", &shape_checkin, &checkin);
    rig->core->now += 91 * 86400;
    agent_rig_be(rig, &renewed_device);
    agent_rig_say(rig, 403, "/agent/v1/checkin", &shape_checkin, &checkin);
}

static void a_bad_renewal_leaves_the_certificate(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct checkin checkin = small_checkin();
    struct renew renew = { STR("-----BEGIN CERTIFICATE REQUEST-----\n") };

    agent_rig_be(rig, &device);
    agent_rig_say(rig, 422, "/agent/v1/renew", &shape_renew, &renew);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
}

/* --- jobs ------------------------------------------------------------- */

static void a_held_poll_is_answered_when_a_job_comes(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct job_check check = {
        .keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])rig->public,
        .key_count = 1,
        .target = device.device,
        .now = rig->core->now,
    };
    struct signed_jobs jobs;
    struct job job;
    int64_t id;

    agent_rig_be(rig, &device);
    agent_rig_say(rig, 0, "/agent/v1/jobs?after=0&wait_s=60", NULL, NULL);
    assert_true(rig->core->held);
    agents_wake(&rig->core->core, device.id);
    assert_true(rig->core->held);
    id = agent_rig_job(rig, device.id, JOB_INVENTORY);
    core_rig_sql(rig->core, "UPDATE job SET expires = 99999999999");
    agents_wake(&rig->core->core, device.id);
    assert_false(rig->core->held);
    agent_rig_hear(rig, &shape_signed_jobs, &jobs);
    assert_int_equal(jobs.jobs.n, 1);
    assert_int_equal(job_open(jobs.jobs.p, &check, &rig->arena, &job, NULL), 0);
    assert_int_equal(job.id, id);
}

static void a_poll_ends_empty_when_its_time_is_over(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct agents *agents = rig->core->core.agents;
    struct signed_jobs jobs;

    agent_rig_be(rig, &device);
    agent_rig_say(rig, 200, "/agent/v1/jobs", NULL, NULL);
    agent_rig_hear(rig, &shape_signed_jobs, &jobs);
    assert_int_equal(jobs.jobs.n, 0);
    agent_rig_say(rig, 0, "/agent/v1/jobs?wait_s=60", NULL, NULL);
    agents_tick(agents, rig->core->now + 59);
    assert_true(rig->core->held);
    agent_rig_say(rig, 0, "/agent/v1/jobs?wait_s=60", NULL, NULL);
    assert_int_equal(agents_held(agents), 1);
    agents_tick(agents, rig->core->now + 60);
    assert_int_equal(agents_held(agents), 0);
    agent_rig_say(rig, 0, "/agent/v1/jobs?wait_s=60", NULL, NULL);
    frontier_gone_all(&rig->core->front);
    assert_int_equal(agents_held(agents), 0);
    agent_rig_say(rig, 422, "/agent/v1/jobs?wait_s=301", NULL, NULL);
    agent_rig_say(rig, 422, "/agent/v1/jobs?after=-1", NULL, NULL);
}

static void events_of_jobs_are_kept_and_may_come_again(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct enrolled_device other = agent_rig_enrol(rig, "web-2");
    int64_t id = agent_rig_job(rig, device.id, JOB_INVENTORY);
    int64_t theirs = agent_rig_job(rig, other.id, JOB_INVENTORY);
    struct job_event events[] = {
        { id, JOB_STATE_TAKEN, rig->core->now, STR("") },
        { theirs, JOB_STATE_FAILED, rig->core->now, STR("") },
        { id, JOB_STATE_FAILED, rig->core->now, STR("<b>limit</b>") },
    };
    struct job_events message = { { events, COUNT(events) } };
    const struct jval *job;

    agent_rig_be(rig, &device);
    for (int i = 0; i < 2; i++)
        agent_rig_say(rig, 204, "/agent/v1/events", &shape_job_events,
                      &message);
    agent_rig_be(rig, NULL);
    job = core_rig_ask(rig->core, 200, "GET", "/api/v1/jobs/1", NULL);
    assert_true(
        str_eq_c(jval_text(jval_get(job, "state"), STR_NONE), "failed"));
    assert_true(
        str_eq_c(jval_text(jval_get(job, "text"), STR_NONE), "<b>limit</b>"));
    job = core_rig_ask(rig->core, 200, "GET", "/api/v1/jobs/2", NULL);
    assert_true(
        str_eq_c(jval_text(jval_get(job, "state"), STR_NONE), "queued"));
    job = core_rig_ask(rig->core, 200, "GET", "/api/v1/devices/1/jobs", NULL);
    assert_int_equal(jval_count(jval_get(job, "items")), 1);
    core_rig_ask(rig->core, 404, "GET", "/api/v1/devices/3/jobs", NULL);
    core_rig_ask(rig->core, 404, "GET", "/api/v1/jobs/3", NULL);
}

/* --- limits ----------------------------------------------------------- */

static void a_device_that_asks_too_much_is_slowed_claim_12(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct enrolled_device other = agent_rig_enrol(rig, "web-2");
    struct checkin checkin = small_checkin();
    unsigned taken = 0;

    agent_rig_be(rig, &device);
    for (int i = 0; i < 2 * AGENT_REQUESTS_BURST; i++) {
        agent_rig_say(rig, 0, "/agent/v1/checkin", &shape_checkin, &checkin);
        taken += rig->core->status == 200;
    }
    assert_int_equal(taken, AGENT_REQUESTS_BURST);
    assert_int_equal(rig->core->status, 429);
    agent_rig_be(rig, &other);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
}

static void bodies_that_are_no_messages_are_refused_claim_5(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    static const char *const paths[] = { "/agent/v1/checkin",
                                         "/agent/v1/results",
                                         "/agent/v1/events",
                                         "/agent/v1/renew" };
    struct renew other_shape = { STR("text") };

    agent_rig_be(rig, &device);
    for (size_t i = 0; i < COUNT(paths); i++) {
        core_rig_send(rig->core, 400, "POST", paths[i], STR(""));
        core_rig_send(rig->core, 400, "POST", paths[i], STR("{\"a\": 1}"));
        core_rig_send(rig->core, 400, "POST", paths[i],
                      STR("\x28\xB5\x2F\xFD\x20\x00\x01\x00\x00"));
        if (i < 3)
            agent_rig_say(rig, 400, paths[i], &shape_renew, &other_shape);
    }
    rig->core->door = DOOR_ENROL;
    core_rig_send(rig->core, 400, "POST", "/agent/v1/enrol", STR("{}"));
}

/* --- secrets ---------------------------------------------------------- */

static struct buf logged = BUF(1 << 20);

static void keep_line(void *ctx UNUSED, enum log_level level UNUSED, str line)
{
    buf_add(&logged, line);
}

static bool has(str text, str part)
{
    return str_find(text, part) < text.n;
}

/* Claim 26: neither the log nor the audit log nor the store has a token. */
static void no_secret_is_logged_or_stored(void **state)
{
    struct agent_rig *rig = *state;
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct enrolled_device device;
    struct enrol enrol;
    str token;

    log_set_level(LOG_LEVEL_DEBUG);
    log_set_sink(keep_line, NULL);
    device = agent_rig_enrol(rig, "web-1");
    token = agent_rig_token(rig, "{}");
    enrol = enrol_of(token, STR("not a request"));
    rig->core->door = DOOR_ENROL;
    agent_rig_say(rig, 422, "/agent/v1/enrol", &shape_enrol, &enrol);
    rig->broken = true;
    enrol.csr = device.csr;
    agent_rig_say(rig, 500, "/agent/v1/enrol", &shape_enrol, &enrol);
    rig->broken = false;
    agent_rig_say(rig, 200, "/agent/v1/enrol", &shape_enrol, &enrol);
    enrol.csr = STR("x");
    agent_rig_say(rig, 403, "/agent/v1/enrol", &shape_enrol, &enrol);
    log_set_sink(NULL, NULL);
    log_set_level(LOG_LEVEL_INFO);
    assert_true(has(buf_str(&logged), STR("enrol.done")));
    assert_false(has(buf_str(&logged), token));
    assert_false(has(buf_str(&logged), STR("hfe-")));
    assert_false(has(buf_str(&logged), STR("BEGIN")));
    assert_int_equal(db_query(rig->core->core.db,
                              "SELECT before, after, action FROM audit",
                              DB_NO_ARGS, &rows, NULL),
                     0);
    while (db_next(rows, NULL) == 1)
        for (int i = 0; i < 3; i++)
            assert_false(has(db_col_text(rows, i), STR("hfe-")));
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM enrol_token WHERE"
                                " CAST(digest AS TEXT) LIKE '%hfe-%'"),
                     0);
    buf_clear(&logged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_device_enrols_and_checks_in),
        TEST(used_and_unknown_tokens_get_one_answer_and_are_audited),
        TEST(a_clone_is_told_to_the_admin),
        TEST(a_lost_answer_is_given_again),
        TEST(guessing_is_slowed_down_claim_10),
        TEST(a_signer_that_is_away_costs_no_token),
        TEST(tokens_are_listed_without_their_text),
        TEST(a_token_comes_with_where_it_is_good),
        TEST(a_stranger_is_refused_everywhere),
        TEST(a_revoked_device_is_a_stranger_at_once),
        TEST(a_retired_or_deleted_device_is_a_stranger_at_once),
        TEST(a_certificate_is_renewed_and_the_old_one_ends),
        TEST(a_bad_renewal_leaves_the_certificate),
        TEST(a_held_poll_is_answered_when_a_job_comes),
        TEST(a_poll_ends_empty_when_its_time_is_over),
        TEST(events_of_jobs_are_kept_and_may_come_again),
        TEST(a_device_that_asks_too_much_is_slowed_claim_12),
        TEST(bodies_that_are_no_messages_are_refused_claim_5),
        TEST(no_secret_is_logged_or_stored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
