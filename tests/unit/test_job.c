/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims 1, 2 and 4: what the root half of an agent obeys.
 */
#include "tests/unit/unit.h"

#include "proto/job.h"

enum {
    NOW = 1000000
};

static struct sign_key ours;
static struct sign_key theirs;

static const char nonce[JOB_NONCE_BYTES] = "0123456789abcde";
static const char digest[JOB_DIGEST_BYTES] = "0123456789abcdef0123456789abcde";
static char cancel_body[16];
static size_t cancel_n;

static struct job job_of(int64_t type)
{
    struct job job = {
        .id = 17,
        .type = type,
        .target = STR("d-17"),
        .nonce = { nonce, sizeof(nonce) },
        .not_before = NOW,
        .expires = NOW + 3600,
    };

    if (type == JOB_CANCEL)
        job.body = (str){ cancel_body, cancel_n };
    return job;
}

static int setup(void **state UNUSED)
{
    AUTO(buf_clear) struct buf body = BUF(sizeof(cancel_body));
    struct job_cancel cancel = { 16 };

    if (trust_init(NULL) < 0 ||
        wire_write(&shape_job_cancel, &cancel, &body, NULL) < 0)
        return -1;
    memcpy(cancel_body, body.p, body.n);
    cancel_n = body.n;
    sign_key_make(&ours);
    sign_key_make(&theirs);
    return 0;
}

struct signing {
    struct buf job;
    uint8_t signature[SIGNATURE_BYTES];
};

static struct signed_job signed_of(const struct signing *s)
{
    return (struct signed_job){
        buf_str(&s->job), { (const char *)s->signature, SIGNATURE_BYTES }
    };
}

static int open_at(const struct signing *s, const char *target, int64_t now,
                   struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct job_check check = {
        .keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])ours.public,
        .key_count = 1,
        .target = str_c(target),
        .now = now,
    };
    struct signed_job signed_job = signed_of(s);
    struct job out;

    return job_open(&signed_job, &check, &arena, &out, err);
}

static void a_signed_job_is_obeyed_by_its_device_in_its_time(
    void **state UNUSED)
{
    struct signing s = { .job = BUF(JOB_MAX) };
    struct job job = job_of(JOB_CANCEL);
    static const struct {
        const char *target;
        int64_t now;
        int rc;
        const char *text;
    } cases[] = {
        { "d-17", NOW, 0, "" },
        { "d-17", NOW - 60, 0, "" },
        { "d-17", NOW + 3599, 0, "" },
        { "d-17", NOW - 61, E_PERM,
          "the job is not to be done before 1000000" },
        { "d-17", NOW + 3600, E_PERM, "the job expired at 1003600" },
        { "d-1", NOW, E_PERM, "the job is for d-17, not for us" },
        { "d-170", NOW, E_PERM, "the job is for d-17, not for us" },
        { "", NOW, E_PERM, "the job is for d-17, not for us" },
    };

    assert_int_equal(job_sign(&job, &ours, &s.job, s.signature, NULL), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = { 0 };

        assert_int_equal(open_at(&s, cases[i].target, cases[i].now, &err),
                         cases[i].rc);
        assert_string_equal(err.text, cases[i].text);
    }
    buf_clear(&s.job);
}

static void a_job_of_another_key_or_none_is_refused_claim_1(void **state UNUSED)
{
    struct signing s = { .job = BUF(JOB_MAX) };
    struct job job = job_of(JOB_INVENTORY);
    struct err err = { 0 };

    assert_int_equal(job_sign(&job, &theirs, &s.job, s.signature, NULL), 0);
    assert_int_equal(open_at(&s, "d-17", NOW, &err), E_PERM);
    assert_string_equal(err.text, "the job is not signed by a known key");
    memset(s.signature, 0, sizeof(s.signature));
    assert_int_equal(open_at(&s, "d-17", NOW, NULL), E_PERM);
    sign_make(&ours, STR("another domain"), buf_str(&s.job), s.signature);
    assert_int_equal(open_at(&s, "d-17", NOW, NULL), E_PERM);
    sign_make(&ours, STR(JOB_DOMAIN), buf_str(&s.job), s.signature);
    assert_int_equal(open_at(&s, "d-17", NOW, NULL), 0);
    buf_clear(&s.job);
}

static void no_bit_of_a_job_can_be_altered_claim_2(void **state UNUSED)
{
    struct signing s = { .job = BUF(JOB_MAX) };
    struct job job = job_of(JOB_CANCEL);

    assert_int_equal(job_sign(&job, &ours, &s.job, s.signature, NULL), 0);
    for (size_t bit = 0; bit < 8 * s.job.n; bit++) {
        s.job.p[bit / 8] ^= (char)(1 << bit % 8);
        assert_int_equal(open_at(&s, "d-17", NOW, NULL), E_PERM);
        s.job.p[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * SIGNATURE_BYTES; bit++) {
        s.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(open_at(&s, "d-17", NOW, NULL), E_PERM);
        s.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t n = 0; n < s.job.n; n++) {
        struct signing cut = s;

        cut.job.n = n;
        assert_int_equal(open_at(&cut, "d-17", NOW, NULL), E_PERM);
    }
    assert_int_equal(open_at(&s, "d-17", NOW, NULL), 0);
    buf_clear(&s.job);
}

/* The edge of each limit; a job that is not signed here would not be opened
 * either, see below. */
static void only_the_closed_list_of_types_is_signed_claim_4(void **state UNUSED)
{
    const str long_target = STR("d-17 and a text that is much too long to be "
                                "the id of a device of ours");
    struct job cases[] = {
        job_of(JOB_INVENTORY), job_of(JOB_INVENTORY), job_of(JOB_INVENTORY),
        job_of(JOB_INVENTORY), job_of(JOB_INVENTORY), job_of(JOB_INVENTORY),
        job_of(JOB_INVENTORY), job_of(JOB_INVENTORY), job_of(JOB_INVENTORY),
        job_of(JOB_CANCEL),    job_of(JOB_CANCEL),    job_of(JOB_ASSESS),
        job_of(JOB_POLICY),
    };

    cases[0].type = 0;
    cases[1].type = JOB_TYPE_MAX + 1;
    cases[2].target = STR("");
    cases[3].target = long_target;
    cases[4].nonce.n = JOB_NONCE_BYTES - 1;
    cases[5].expires = cases[5].not_before;
    cases[6].expires = cases[6].not_before + JOB_LIFE_MAX_S + 1;
    cases[7].body = STR("rm -rf /");
    cases[8].content_digest = (str){ digest, sizeof(digest) };
    cases[9].body.n--;
    cases[10].body = STR("\x20 and more");
    cases[11].content_digest = STR("");
    cases[12].body = STR("");
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(JOB_MAX);
        uint8_t signature[SIGNATURE_BYTES];

        assert_true(job_sign(&cases[i], &ours, &out, signature, NULL) < 0);
    }
}

static void a_signed_job_of_an_unknown_type_is_refused(void **state UNUSED)
{
    struct signing s = { .job = BUF(JOB_MAX) };
    struct job job = job_of(JOB_INVENTORY);
    struct err err = { 0 };

    job.type = 99;
    assert_int_equal(wire_write(&shape_job, &job, &s.job, NULL), 0);
    sign_make(&ours, STR(JOB_DOMAIN), buf_str(&s.job), s.signature);
    assert_int_equal(open_at(&s, "d-17", NOW, &err), E_PERM);
    assert_int_equal(err.code, E_PERM);
    assert_string_equal(err.text,
                        "the job is not well formed: 99 is no type of job");
    buf_clear(&s.job);
}

static void the_names_of_types_are_a_closed_list(void **state UNUSED)
{
    assert_null(job_type_name(0));
    assert_null(job_type_name(JOB_TYPE_MAX + 1));
    for (int64_t type = 1; type <= JOB_TYPE_MAX; type++)
        assert_non_null(job_type_name(type));
    assert_null(job_body_shape(JOB_RENEW));
    assert_ptr_equal(job_body_shape(JOB_POLICY), &shape_policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_job_is_obeyed_by_its_device_in_its_time),
        cmocka_unit_test(a_job_of_another_key_or_none_is_refused_claim_1),
        cmocka_unit_test(no_bit_of_a_job_can_be_altered_claim_2),
        cmocka_unit_test(only_the_closed_list_of_types_is_signed_claim_4),
        cmocka_unit_test(a_signed_job_of_an_unknown_type_is_refused),
        cmocka_unit_test(the_names_of_types_are_a_closed_list),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
