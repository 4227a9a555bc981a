/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "proto/agent.h"
#include "proto/patching.h"

#define NONCE STR("0123456789abcdef")

static struct patching_text cves[] = { { STR("CVE-2026-1") },
                                       { STR("CVE-2026-2") } };
static struct patching_missing missing[] = {
    { .name = STR("openssl"),
      .arch = STR("amd64"),
      .installed = STR("3.0.11-1"),
      .candidate = STR("3.0.17-1~deb12u2"),
      .origin = STR("Debian"),
      .suite = STR("bookworm-security"),
      .repository = STR("http://deb.test bookworm-security/main"),
      .size = 1400000,
      .advisory = STR(""),
      .type = STR("security"),
      .severity = STR(""),
      .title = STR(""),
      .security = true,
      .problem = STR(""),
      .cves = { cves, 2 } },
};
static struct patching_reboot no_reboot = { .reason = STR(""),
                                            .requester = STR(""),
                                            .action = STR(""),
                                            .action_by = STR("") };

static struct patching_policy policy_of(void)
{
    static struct patching_text ids[] = { { STR("DSA-5000-1") } };
    static struct patching_policy_group groups[] = {
        { STR("must"), 3, { ids, 1 } }
    };
    static struct patching_cve_fact facts[] = { { STR("CVE-2026-1"), -1, -1, 98,
                                                  -1, 71, true } };
    static struct patching_fact patches[] = {
        { .id = STR("DSA-5000-1"),
          .title = STR("openssl"),
          .type = STR("security"),
          .severity = STR("important"),
          .vendor = STR("Debian"),
          .product = STR("openssl"),
          .product_version = STR("12"),
          .released = 1764000000,
          .cves = { facts, 1 } },
    };
    static struct patching_package_fact packages[] = {
        { STR("openssl"), STR("amd64"), STR("3.0.17-1~deb12u2"),
          STR("DSA-5000-1") },
    };

    return (struct patching_policy){
        .revision = 4,
        .configuration = 1,
        .version = 7,
        .name = STR("servers"),
        .settings = STR("{}"),
        .groups = { groups, 1 },
        .patches = { patches, 1 },
        .packages = { packages, 1 },
        .ring = 1,
        .ring_open = true,
        .ring_text = STR(""),
        .download_url = STR(""),
    };
}

static void a_scan_and_a_policy_are_read_back_as_they_were(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_BODY_MAX);
    AUTO(buf_clear) struct buf body = BUF(JOB_BODY_MAX);
    struct patching_scan scan = { .nonce = NONCE,
                                  .cause = PATCHING_SCAN_DAILY,
                                  .collected = 1764000000,
                                  .manager = STR("apt"),
                                  .missing = { missing, 1 },
                                  .reboot = no_reboot,
                                  .errors = STR("") };
    struct patching_policy policy = policy_of();
    const struct patching_missing *read;
    struct patching_scan back;
    struct patching_policy got;

    assert_int_equal(message_pack(&shape_patching_scan, &scan, &bytes, NULL),
                     0);
    assert_int_equal(message_unpack(&shape_patching_scan, buf_str(&bytes),
                                    &arena, &back, NULL),
                     0);
    read = back.missing.p;
    assert_int_equal(back.missing.n, 1);
    assert_true(str_eq_c(read->candidate, "3.0.17-1~deb12u2"));
    assert_int_equal(read->cves.n, 2);
    assert_int_equal(wire_write(&shape_patching_policy, &policy, &body, NULL),
                     0);
    assert_int_equal(
        wire_read(&shape_patching_policy, buf_str(&body), &arena, &got, NULL),
        0);
    assert_int_equal(got.patches.n, 1);
    assert_int_equal(
        ((const struct patching_cve_fact *)((const struct patching_fact *)
                                                got.patches.p)
             ->cves.p)
            ->cvss31,
        98);
}

static void a_state_or_cause_that_there_is_none_of_is_refused(
    void **state UNUSED)
{
    AUTO(buf_clear) struct buf bytes = BUF(AGENT_BODY_MAX);
    struct patching_scan scan = { .nonce = NONCE,
                                  .cause = PATCHING_SCAN_JOB + 1,
                                  .manager = STR(""),
                                  .errors = STR(""),
                                  .reboot = no_reboot };
    struct patching_outcome outcome = { .patch = STR("a"),
                                        .package = STR("a"),
                                        .from = STR(""),
                                        .to = STR("1"),
                                        .state = PATCHING_STATE_MAX + 1,
                                        .text = STR("") };
    struct patching_results results = {
        .nonce = NONCE,
        .terms = { .task = STR("routine") },
        .phase = PATCHING_PHASE_DONE,
        .text = STR(""),
        .outcomes = { &outcome, 1 },
        .reboot = no_reboot,
    };

    assert_int_equal(wire_write(&shape_patching_scan, &scan, &bytes, NULL),
                     E_INVALID);
    assert_int_equal(
        wire_write(&shape_patching_results, &results, &bytes, NULL), E_INVALID);
}

static void the_states_of_history_have_their_names_p_his_3(void **state UNUSED)
{
    for (int64_t i = 1; i <= PATCHING_STATE_MAX; i++) {
        assert_non_null(patching_state_name(i));
        assert_int_equal(patching_state_find(str_c(patching_state_name(i))), i);
    }
    assert_null(patching_state_name(0));
    assert_null(patching_state_name(PATCHING_STATE_MAX + 1));
    assert_int_equal(patching_state_find(STR("done")), 0);
    assert_true(patching_state_is_final(PATCHING_FAILED));
    assert_false(patching_state_is_final(PATCHING_PENDING_REBOOT));
}

struct signing {
    struct sign_key keys[3];
    uint8_t public[3][SIGN_PUBLIC_BYTES];
    uint8_t signatures[3][SIGNATURE_BYTES];
    struct patching_approval approvals[3];
};

static void sign_by_all(struct signing *s, str text)
{
    for (size_t i = 0; i < COUNT(s->keys); i++) {
        sign_key_make(&s->keys[i]);
        memcpy(s->public[i], s -> keys[i].public, SIGN_PUBLIC_BYTES);
        sign_make(&s->keys[i], STR(PATCHING_APPROVAL_DOMAIN), text,
                  s->signatures[i]);
        s->approvals[i] = (struct patching_approval){
            { (char *)s->public[i], SIGN_PUBLIC_BYTES },
            { (char *)s->signatures[i], SIGNATURE_BYTES },
        };
    }
}

/* Claim 3: an operator counts once, with a key that is known, for exactly what
 * was signed. */
static void approvals_are_counted_by_known_keys_claim_3(void **state UNUSED)
{
    struct patching_statement statement = {
        1, 7, STR("{\"a\":1}"), { NULL, 0 }
    };
    AUTO(buf_clear) struct buf text = BUF(1000);
    AUTO(buf_clear) struct buf other = BUF(1000);
    static struct signing s;
    struct wire_list all = { s.approvals, 3 };
    struct patching_approval twice[2];
    struct wire_list same = { twice, 2 };

    assert_int_equal(patching_statement_text(&statement, &text, NULL), 0);
    statement.version = 8;
    assert_int_equal(patching_statement_text(&statement, &other, NULL), 0);
    assert_int_equal(text.n, 2 * PATCHING_DIGEST_BYTES);
    sign_by_all(&s, buf_str(&text));
    assert_int_equal(patching_approvals_count(&all, (const void *)s.public, 3,
                                              buf_str(&text)),
                     3);
    assert_int_equal(patching_approvals_count(&all, (const void *)s.public, 2,
                                              buf_str(&text)),
                     2);
    assert_int_equal(patching_approvals_count(&all, (const void *)s.public, 3,
                                              buf_str(&other)),
                     0);
    twice[0] = twice[1] = s.approvals[0];
    assert_int_equal(patching_approvals_count(&same, (const void *)s.public, 3,
                                              buf_str(&text)),
                     1);
    memcpy(s.public[1], s.public[0], SIGN_PUBLIC_BYTES);
    assert_int_equal(patching_approvals_count(&same, (const void *)s.public, 2,
                                              buf_str(&text)),
                     1);
}

static int setup(void **state UNUSED)
{
    return trust_init(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scan_and_a_policy_are_read_back_as_they_were),
        cmocka_unit_test(a_state_or_cause_that_there_is_none_of_is_refused),
        cmocka_unit_test(the_states_of_history_have_their_names_p_his_3),
        cmocka_unit_test(approvals_are_counted_by_known_keys_claim_3),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
