/* SPDX-License-Identifier: Apache-2.0
 *
 * Claim 11: a stolen device key reaches only that device's objects. A matrix
 * over every route of the table, at every port.
 */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "tests/unit/agent_rig.h"

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, agent_rig_setup, agent_rig_teardown)

enum {
    AGENT_ROUTES = 10
};

/* The path of a row with something in the place of each {x}. */
static const char *path_of(const struct route *route, const char *in,
                           struct buf *out)
{
    str path = str_c(route->path);

    buf_reset(out);
    while (path.n > 0) {
        buf_add(out, str_cut(&path, '{'));
        if (path.n == 0)
            break;
        buf_add_c(out, in);
        (void)str_cut(&path, '}');
    }
    return buf_c(out);
}

typedef void each_route(struct agent_rig *rig, const struct route *route,
                        const char *path);

static size_t for_each(struct agent_rig *rig, unsigned doors, const char *in,
                       each_route *fn)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    size_t n = 0;

    for (size_t t = 0; t < route_table_count; t++)
        for (size_t i = 0; i < route_tables[t]->count; i++) {
            const struct route *route = &route_tables[t]->rows[i];

            if ((doors >> route->door & 1) == 0)
                continue;
            fn(rig, route, path_of(route, in, &path));
            n++;
        }
    return n;
}

static void is_not_there(struct agent_rig *rig, const struct route *route,
                         const char *path)
{
    core_rig_ask(rig->core, 0, method_name(route->method), path,
                 route->body != NULL ? "{}" : NULL);
    if (rig->core->status != 404 && rig->core->status != 405)
        fail_msg("%s %s at another port: %d", method_name(route->method), path,
                 rig->core->status);
}

static void a_device_finds_no_route_of_people(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");

    agent_rig_be(rig, &device);
    assert_true(for_each(rig, 1 << DOOR_API | 1 << DOOR_OPEN | 1 << DOOR_ENROL,
                         "1", is_not_there) > 5);
}

static void people_and_enrolment_find_no_route_of_devices(void **state)
{
    struct agent_rig *rig = *state;

    agent_rig_be(rig, NULL);
    assert_true(for_each(rig, 1 << DOOR_AGENT | 1 << DOOR_ENROL, "1",
                         is_not_there) > AGENT_ROUTES);
    rig->core->door = DOOR_ENROL;
    assert_true(for_each(rig, 1 << DOOR_AGENT | 1 << DOOR_API | 1 << DOOR_OPEN,
                         "1", is_not_there) > 10);
}

static void is_unauthorised(struct agent_rig *rig, const struct route *route,
                            const char *path)
{
    core_rig_ask(rig->core, 0, method_name(route->method), path,
                 route->body != NULL ? "{}" : NULL);
    if (rig->core->status != 401)
        fail_msg("%s %s: %d", method_name(route->method), path,
                 rig->core->status);
}

static void a_certificate_is_no_login(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");

    agent_rig_be(rig, &device);
    rig->core->door = DOOR_API; /* and the certificate sent along */
    assert_true(for_each(rig, 1 << DOOR_API, "1", is_unauthorised) > 5);
}

static void is_forbidden(struct agent_rig *rig, const struct route *route,
                         const char *path)
{
    core_rig_send(rig->core, 0, method_name(route->method), path, STR("x"));
    if (rig->core->status != 403)
        fail_msg("%s %s: %d", method_name(route->method), path,
                 rig->core->status);
}

static void without_a_valid_certificate_nothing_is_served(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct enrolled_device other = agent_rig_enrol(rig, "web-2");

    agent_rig_be(rig, &device);
    rig->core->fingerprint = NULL;
    assert_int_equal(for_each(rig, 1 << DOOR_AGENT, "1", is_forbidden),
                     AGENT_ROUTES);
    rig->core->fingerprint = "0000000000000000000000000000000000000000000000000"
                             "000000000000000";
    assert_int_equal(for_each(rig, 1 << DOOR_AGENT, "1", is_forbidden),
                     AGENT_ROUTES);
    agent_rig_be(rig, NULL);
    core_rig_ask(rig->core, 200, "POST", "/api/v1/devices/1/revoke",
                 "{\"reason\": \"stolen\"}");
    agent_rig_be(rig, &device);
    assert_int_equal(for_each(rig, 1 << DOOR_AGENT, "1", is_forbidden),
                     AGENT_ROUTES);
    agent_rig_be(rig, &other);
    agent_rig_say(rig, 200, "/agent/v1/jobs", NULL, NULL);
}

/* What a message of one device may name of another: jobs. Its own objects are
 * never named: they follow from the certificate. */
static void nothing_of_another_device_is_reached(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct enrolled_device other = agent_rig_enrol(rig, "web-2");
    int64_t theirs = agent_rig_job(rig, other.id, JOB_INVENTORY);
    struct job_event event = { theirs, JOB_STATE_DONE, 1, STR("") };
    struct job_events events = { { &event, 1 } };
    struct results results = {
        .nonce = STR("0123456789abcdef"),
        .job = theirs,
        .outcome = RUN_ERROR,
        .text = STR("x"),
    };
    struct signed_jobs jobs;
    int64_t state_now = -1;

    agent_rig_be(rig, &device);
    agent_rig_say(rig, 200, "/agent/v1/jobs?after=0", NULL, NULL);
    agent_rig_hear(rig, &shape_signed_jobs, &jobs);
    assert_int_equal(jobs.jobs.n, 0);
    agent_rig_say(rig, 204, "/agent/v1/events", &shape_job_events, &events);
    /* Taken as what a restored store does not know: of no job and no run. */
    agent_rig_say(rig, 204, "/agent/v1/results", &shape_results, &results);
    assert_int_equal(db_one_i64(rig->core->core.db, "SELECT state FROM job",
                                DB_NO_ARGS, &state_now, NULL),
                     0);
    assert_int_equal(state_now, JOB_STATE_QUEUED);
    agent_rig_be(rig, &other);
    agent_rig_say(rig, 200, "/agent/v1/jobs?after=0", NULL, NULL);
    agent_rig_hear(rig, &shape_signed_jobs, &jobs);
    assert_int_equal(jobs.jobs.n, 1);
}

static void a_pack_is_named_by_its_digest_and_nothing_else_claim_9(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    static const char *const names[] = {
        "..%2Fdb",
        "../db",
        "db",
        "%2e%2e%2fdb",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "00000000000000000000000000000000000000000000000000000000000000000",
        "000000000000000000000000000000000000000000000000000000000000000g",
        "000000000000000000000000000000000000000000000000000000000000000A",
        "/etc/passwd",
    };

    agent_rig_be(rig, &device);
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[256];

        snprintf(path, sizeof(path), "/agent/v1/content/%s", names[i]);
        agent_rig_say(rig, 404, path, NULL, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_device_finds_no_route_of_people),
        TEST(people_and_enrolment_find_no_route_of_devices),
        TEST(a_certificate_is_no_login),
        TEST(without_a_valid_certificate_nothing_is_served),
        TEST(nothing_of_another_device_is_reached),
        TEST(a_pack_is_named_by_its_digest_and_nothing_else_claim_9),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
