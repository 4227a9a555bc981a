/* SPDX-License-Identifier: Apache-2.0
 *
 * The queue of signed jobs of the server.
 */
#include "tests/unit/unit.h"

#include "tests/unit/authority.h"
#include "tests/unit/db.h"

enum {
    NOW = 1780000000,
    LIFE = 3600,
};

struct rig {
    struct db *db;
    struct authority authority;
    int64_t device;
    int64_t other;
};

static int setup(void **state)
{
    struct rig *rig = mem_alloc(1, sizeof(*rig));
    struct device_cert cert;

    rig->db = test_db_open();
    authority_init(&rig->authority);
    rig->device = enrol_device(rig->db, &rig->authority, STR("a"), NOW, &cert);
    rig->other = enrol_device(rig->db, &rig->authority, STR("b"), NOW, &cert);
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;

    authority_clear(&rig->authority);
    test_db_close(rig->db);
    mem_free(rig);
    return 0;
}

static int64_t add(struct rig *rig, enum job_type type)
{
    struct job_cancel cancel = { 1 };
    struct job_order order = { .device = rig->device,
                               .type = type,
                               .run = 3,
                               .life_s = LIFE,
                               .body = type == JOB_CANCEL ? &cancel : NULL };
    int64_t id = 0;

    assert_int_equal(
        job_add(rig->db, &rig->authority.signer, &order, NOW, &id, NULL), 0);
    return id;
}

static size_t open_for(struct rig *rig, int64_t device, int64_t after,
                       int64_t now)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct signed_jobs jobs;

    assert_int_equal(job_for_agent(rig->db, &(struct job_poll){ device, after },
                                   now, &arena, &jobs, NULL),
                     0);
    return jobs.jobs.n;
}

static int64_t state_of(struct rig *rig, int64_t job)
{
    int64_t state = -1;

    assert_int_equal(db_one_i64(rig->db, "SELECT state FROM job WHERE id = $1",
                                DB_ARGS(db_i64(job)), &state, NULL),
                     0);
    return state;
}

static int tell(struct rig *rig, int64_t device, int64_t job, int64_t state)
{
    struct job_event event = { job, state, NOW + 5, STR("text") };
    int64_t run = 0;
    int rc = job_event_take(rig->db, device, &event, NOW + 10, &run, NULL);

    assert_true(rc < 0 || run == 3);
    return rc;
}

static void a_job_in_the_queue_is_one_that_its_agent_obeys(void **state)
{
    struct rig *rig = *state;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct job_check check = {
        .keys =
            (const uint8_t(*)[SIGN_PUBLIC_BYTES])rig->authority.job_key.public,
        .key_count = 1,
        .now = NOW,
    };
    struct signed_jobs jobs;
    struct job job;
    char target[DEVICE_TEXT_MAX];
    int64_t id = add(rig, JOB_CANCEL);

    device_text(rig->device, target);
    check.target = str_c(target);
    assert_int_equal(job_for_agent(rig->db,
                                   &(struct job_poll){ rig->device, 0 }, NOW,
                                   &arena, &jobs, NULL),
                     0);
    assert_int_equal(jobs.jobs.n, 1);
    assert_int_equal(job_open(jobs.jobs.p, &check, &arena, &job, NULL), 0);
    assert_int_equal(job.id, id);
    assert_int_equal(job.expires, NOW + LIFE);
}

static void a_device_gets_its_own_jobs_above_the_newest_it_has(void **state)
{
    struct rig *rig = *state;
    int64_t first = add(rig, JOB_INVENTORY);
    int64_t second = add(rig, JOB_INVENTORY);

    assert_int_equal(open_for(rig, rig->device, 0, NOW), 2);
    assert_int_equal(open_for(rig, rig->device, first, NOW), 1);
    assert_int_equal(open_for(rig, rig->device, second, NOW), 0);
    assert_int_equal(open_for(rig, rig->other, 0, NOW), 0);
    assert_int_equal(open_for(rig, rig->device, 0, NOW + LIFE), 0);
    assert_int_equal(tell(rig, rig->device, first, JOB_STATE_TAKEN), 0);
    assert_int_equal(open_for(rig, rig->device, 0, NOW), 1);
}

static void states_only_move_forward(void **state)
{
    struct rig *rig = *state;
    static const struct {
        int64_t from;
        int64_t to;
        bool moves;
    } cases[] = {
        { JOB_STATE_QUEUED, JOB_STATE_TAKEN, true },
        { JOB_STATE_QUEUED, JOB_STATE_DONE, true },
        { JOB_STATE_QUEUED, JOB_STATE_REFUSED, true },
        { JOB_STATE_TAKEN, JOB_STATE_TAKEN, false },
        { JOB_STATE_TAKEN, JOB_STATE_WAITING, true },
        { JOB_STATE_WAITING, JOB_STATE_STARTED, true },
        { JOB_STATE_WAITING, JOB_STATE_SKIPPED, true },
        { JOB_STATE_STARTED, JOB_STATE_WAITING, false },
        { JOB_STATE_STARTED, JOB_STATE_TAKEN, false },
        { JOB_STATE_STARTED, JOB_STATE_FAILED, true },
        { JOB_STATE_DONE, JOB_STATE_DONE, false },
        { JOB_STATE_DONE, JOB_STATE_FAILED, false },
        { JOB_STATE_FAILED, JOB_STATE_DONE, false },
        { JOB_STATE_REFUSED, JOB_STATE_STARTED, false },
        { JOB_STATE_EXPIRED, JOB_STATE_TAKEN, false },
        { JOB_STATE_CANCELLED, JOB_STATE_DONE, false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t job = add(rig, JOB_INVENTORY);

        assert_int_equal(
            db_run(rig->db, "UPDATE job SET state = $2 WHERE id = $1",
                   DB_ARGS(db_i64(job), db_i64(cases[i].from)), NULL),
            1);
        assert_int_equal(tell(rig, rig->device, job, cases[i].to),
                         !cases[i].moves);
        assert_int_equal(state_of(rig, job),
                         cases[i].moves ? cases[i].to : cases[i].from);
    }
}

static void a_device_says_nothing_of_jobs_of_another_claim_11(void **state)
{
    struct rig *rig = *state;
    int64_t job = add(rig, JOB_INVENTORY);

    assert_int_equal(tell(rig, rig->other, job, JOB_STATE_DONE), E_ABSENT);
    assert_int_equal(tell(rig, rig->device, job + 1, JOB_STATE_DONE), E_ABSENT);
    assert_int_equal(tell(rig, rig->device, job, JOB_STATE_EXPIRED), E_INVALID);
    assert_int_equal(tell(rig, rig->device, job, 0), E_INVALID);
    assert_int_equal(tell(rig, rig->device, job, -1), E_INVALID);
    assert_int_equal(state_of(rig, job), JOB_STATE_QUEUED);
}

static void a_job_expires_unless_it_was_taken(void **state)
{
    struct rig *rig = *state;
    int64_t queued = add(rig, JOB_INVENTORY);
    int64_t taken = add(rig, JOB_INVENTORY);
    int64_t found;

    assert_int_equal(tell(rig, rig->device, taken, JOB_STATE_TAKEN), 0);
    assert_int_equal(
        job_find_open(rig->db, rig->device, JOB_INVENTORY, NOW, &found, NULL),
        0);
    assert_int_equal(found, taken);
    assert_int_equal(job_expire(rig->db, NOW + LIFE - 1, NULL), 0);
    assert_int_equal(job_expire(rig->db, NOW + LIFE, NULL), 1);
    assert_int_equal(state_of(rig, queued), JOB_STATE_EXPIRED);
    assert_int_equal(tell(rig, rig->device, taken, JOB_STATE_DONE), 0);
    assert_int_equal(
        job_find_open(rig->db, rig->device, JOB_INVENTORY, NOW, &found, NULL),
        1);
}

static void a_job_that_nobody_heard_of_ends(void **state)
{
    struct rig *rig = *state;
    int64_t taken = add(rig, JOB_INVENTORY);
    int64_t end = NOW + LIFE + (int64_t)JOB_SILENCE_S;

    assert_int_equal(tell(rig, rig->device, taken, JOB_STATE_TAKEN), 0);
    assert_int_equal(job_expire(rig->db, end - 1, NULL), 0);
    assert_int_equal(job_expire(rig->db, end, NULL), 1);
    assert_int_equal(state_of(rig, taken), JOB_STATE_EXPIRED);
}

static void dropped_jobs_are_not_handed_out(void **state)
{
    struct rig *rig = *state;
    int64_t policy = add(rig, JOB_RENEW);
    int64_t inventory = add(rig, JOB_INVENTORY);

    assert_int_equal(
        job_drop_queued(rig->db, rig->device, JOB_RENEW, NOW, NULL), 0);
    assert_int_equal(state_of(rig, policy), JOB_STATE_CANCELLED);
    assert_int_equal(open_for(rig, rig->device, 0, NOW), 1);
    assert_int_equal(job_drop_device(rig->db, rig->device, NOW, NULL), 0);
    assert_int_equal(state_of(rig, inventory), JOB_STATE_CANCELLED);
    assert_true(job_state_is_final(JOB_STATE_CANCELLED));
    assert_string_equal(job_state_name(JOB_STATE_CANCELLED), "cancelled");
}

static void what_cannot_be_signed_is_not_queued(void **state)
{
    struct rig *rig = *state;
    struct job_order order = { .device = rig->device,
                               .type = JOB_INVENTORY,
                               .life_s = LIFE };
    int64_t id = 0;

    rig->authority.broken = true;
    assert_int_equal(db_begin(rig->db, NULL), 0);
    assert_int_equal(
        job_add(rig->db, &rig->authority.signer, &order, NOW, &id, NULL), E_IO);
    db_rollback(rig->db);
    rig->authority.broken = false;
    order.device = 999;
    assert_int_equal(
        job_add(rig->db, &rig->authority.signer, &order, NOW, &id, NULL),
        E_ABSENT);
    order.device = rig->device;
    order.life_s = JOB_LIFE_MAX_S + 1;
    assert_int_equal(db_begin(rig->db, NULL), 0);
    assert_int_equal(
        job_add(rig->db, &rig->authority.signer, &order, NOW, &id, NULL),
        E_INVALID);
    db_rollback(rig->db);
    assert_int_equal(open_for(rig, rig->device, 0, NOW), 0);
}

static void people_see_the_jobs_of_devices_they_may_see(void **state)
{
    struct rig *rig = *state;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct job_query query = { .device = rig->device, .limit = 10 };
    struct scope ours = scope_system(1);
    struct scope theirs = scope_system(2);
    struct job_rows list = { 0 };
    struct job_row row;
    int64_t job = add(rig, JOB_INVENTORY);

    assert_int_equal(job_get(rig->db, &theirs, job, &arena, &row, NULL),
                     E_ABSENT);
    assert_int_equal(job_get(rig->db, &ours, job, &arena, &row, NULL), 0);
    assert_true(str_eq_c(row.device_name, "a"));
    assert_int_equal(job_list(rig->db, &theirs, &query, &arena, &list, NULL),
                     0);
    assert_int_equal(list.all.n, 0);
    ours.all_devices = false;
    ours.user = 77; /* a user without any label */
    assert_int_equal(job_get(rig->db, &ours, job, &arena, &row, NULL),
                     E_ABSENT);
    assert_int_equal(job_list(rig->db, &ours, &query, &arena, &list, NULL), 0);
    assert_int_equal(list.all.n, 0);
    ours = scope_system(1);
    assert_int_equal(job_list(rig->db, &ours, &query, &arena, &list, NULL), 0);
    assert_int_equal(list.all.n, 1);
    vec_clear(&list.all);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_in_the_queue_is_one_that_its_agent_obeys),
        TEST(a_device_gets_its_own_jobs_above_the_newest_it_has),
        TEST(states_only_move_forward),
        TEST(a_device_says_nothing_of_jobs_of_another_claim_11),
        TEST(a_job_expires_unless_it_was_taken),
        TEST(a_job_that_nobody_heard_of_ends),
        TEST(dropped_jobs_are_not_handed_out),
        TEST(what_cannot_be_signed_is_not_queued),
        TEST(people_see_the_jobs_of_devices_they_may_see),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
