/* SPDX-License-Identifier: Apache-2.0
 *
 * Claim 4: what the signer signs when the core is not to be trusted.
 */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "tests/unit/agent_rig.h"

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, agent_rig_setup, agent_rig_teardown)

static const char nonce[JOB_NONCE_BYTES] = "0123456789abcde";

static struct job job_at(int64_t now)
{
    return (struct job){ .id = 1,
                         .type = JOB_INVENTORY,
                         .target = STR("d-17"),
                         .nonce = { nonce, sizeof(nonce) },
                         .not_before = now,
                         .expires = now + 60 };
}

static int64_t order_job(struct agent_rig *rig, const struct job *job)
{
    AUTO(buf_clear) struct buf bytes = BUF(JOB_MAX);
    AUTO(arena_clear) struct arena arena = ARENA;
    struct sign_order order = { .number = 9, .kind = SIGN_JOB };
    struct sign_answer answer;

    assert_int_equal(wire_write(&shape_job, job, &bytes, NULL), 0);
    order.job = buf_str(&bytes);
    signing_answer(rig->signing, &order, rig->core->now, &arena, &answer);
    assert_int_equal(answer.number, 9);
    assert_true((answer.code == 0) == (answer.bytes.n == SIGNATURE_BYTES));
    return answer.code;
}

static void jobs_outside_the_list_or_the_limits_are_not_signed(void **state)
{
    struct agent_rig *rig = *state;
    int64_t now = rig->core->now;
    struct job good = job_at(now);
    struct job cases[9];

    for (size_t i = 0; i < COUNT(cases); i++)
        cases[i] = good;
    cases[0].type = JOB_TYPE_MAX + 1;
    cases[1].body = STR("#!/bin/sh");
    cases[2].target = STR("d-0");
    cases[3].target = STR("d-017");
    cases[4].target = STR("*");
    cases[5].target = STR("d-17 d-18");
    cases[6].not_before = now - 100;
    cases[6].expires = now;
    cases[7].not_before = now + 86401;
    cases[7].expires = now + 86402;
    cases[8].expires = now + JOB_LIFE_MAX_S + 1;
    assert_int_equal(order_job(rig, &good), 0);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_true(order_job(rig, &cases[i]) < 0);
}

static int64_t order_cert(struct agent_rig *rig, const struct sign_order *order)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct sign_answer answer;

    signing_answer(rig->signing, order, rig->core->now, &arena, &answer);
    return answer.code;
}

static void only_certificates_of_devices_are_issued(void **state)
{
    struct agent_rig *rig = *state;
    int64_t now = rig->core->now;
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    uint8_t point[CERT_POINT_BYTES];
    uint8_t off[CERT_POINT_BYTES];
    struct sign_order good = {
        .kind = SIGN_CERT,
        .device = 17,
        .point = { (char *)point, sizeof(point) },
        .not_before = now - 300,
        .not_after = now + 90 * (int64_t)86400,
        .serial = STR("0123456789abcdef"),
    };
    struct sign_order cases[8];

    assert_int_equal(cert_key_make(&key, NULL), 0);
    assert_int_equal(cert_request_make(buf_str(&key), STR("x"), &csr, NULL), 0);
    assert_int_equal(cert_request_point(buf_str(&csr), point, NULL), 0);
    memcpy(off, point, sizeof(off));
    off[64] ^= 1;
    for (size_t i = 0; i < COUNT(cases); i++)
        cases[i] = good;
    cases[0].device = 0;
    cases[1].point.n--;
    cases[2].serial = STR("");
    cases[3].not_after = now + 101 * (int64_t)86400;
    cases[4].not_before = now - 3601;
    cases[5].not_before = now + 1;
    cases[6].not_after = now;
    cases[7].point.p = (char *)off;
    assert_int_equal(order_cert(rig, &good), 0);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_true(order_cert(rig, &cases[i]) < 0);
    good.kind = 4;
    assert_int_equal(order_cert(rig, &good), E_UNSUPPORTED);
}

static void orders_are_limited_in_number(void **state)
{
    struct agent_rig *rig = *state;
    struct sign_order order = { .kind = SIGN_CERT,
                                .device = 17,
                                .not_before = rig->core->now,
                                .not_after = rig->core->now + 60,
                                .serial = STR("0123456789abcdef") };
    char point[CERT_POINT_BYTES] = "";
    int64_t code = 0;

    order.point = (str){ point, sizeof(point) };
    for (int i = 0; i <= SIGNER_CERTS_BURST; i++)
        code = order_cert(rig, &order);
    assert_int_equal(code, E_LIMIT);
    rig->core->now += 1;
    assert_int_equal(order_cert(rig, &order), E_INVALID);
}

static void what_the_core_is_answered_must_fit_its_order(void **state)
{
    struct agent_rig *rig = *state;
    struct job job = job_at(rig->core->now);
    AUTO(buf_clear) struct buf out = BUF(JOB_MAX);
    uint8_t signature[SIGNATURE_BYTES];
    struct err err = { 0 };

    assert_int_equal(rig->jobs.sign(rig->jobs.ctx, &job, &out, signature, &err),
                     0);
    job.target = STR("*");
    assert_int_equal(rig->jobs.sign(rig->jobs.ctx, &job, &out, signature, &err),
                     E_INVALID);
    assert_string_equal(err.text, "the signer refuses: the target of a job is"
                                  " one device");
    rig->broken = true;
    assert_int_equal(rig->jobs.sign(rig->jobs.ctx, &job, &out, signature, &err),
                     E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(jobs_outside_the_list_or_the_limits_are_not_signed),
        TEST(only_certificates_of_devices_are_issued),
        TEST(orders_are_limited_in_number),
        TEST(what_the_core_is_answered_must_fit_its_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
