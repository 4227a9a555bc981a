/* SPDX-License-Identifier: Apache-2.0
 *
 * Claim 10: enrolment; and the life of a device's certificate.
 */
#include "tests/unit/unit.h"

#include "tests/unit/authority.h"
#include "tests/unit/db.h"

enum {
    NOW = 1780000000,
    DAY = 86400,
};

struct rig {
    struct db *db;
    struct authority authority;
    struct buf csr;
    struct buf pem;
    char token[ENROL_TOKEN_TEXT];
    struct enrol enrol;
};

static int setup(void **state)
{
    struct rig *rig = mem_alloc(1, sizeof(*rig));

    rig->db = test_db_open();
    rig->csr = BUF_INIT(CERT_PEM_MAX);
    rig->pem = BUF_INIT(CERT_PEM_MAX);
    authority_init(&rig->authority);
    device_request(&rig->csr);
    enrol_token(rig->db, 1, NOW, rig->token);
    rig->enrol = (struct enrol){
        .token = str_c(rig->token),
        .csr = buf_str(&rig->csr),
        .hostname = STR("web-1"),
        .machine_id = STR("0123456789abcdef"),
        .agent_version = STR("0.1.0"),
    };
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;

    authority_clear(&rig->authority);
    buf_clear(&rig->csr);
    buf_clear(&rig->pem);
    test_db_close(rig->db);
    mem_free(rig);
    return 0;
}

/* One request in its own transaction, as the server does it. */
static int take(struct rig *rig, int64_t now, struct enrolment *out)
{
    struct err err = { 0 };
    int rc;

    *out = (struct enrolment){ .pem = BUF(CERT_PEM_MAX) };
    buf_reset(&rig->pem);
    assert_int_equal(db_begin(rig->db, NULL), 0);
    rc = enrol_take(rig->db, &rig->authority.issuer, &rig->enrol, now, out,
                    &err);
    buf_add(&rig->pem, buf_str(&out->pem));
    buf_clear(&out->pem);
    if (rc == 0)
        assert_int_equal(db_commit(rig->db, NULL), 0);
    else
        db_rollback(rig->db);
    return rc;
}

static int64_t count(struct rig *rig, const char *sql)
{
    int64_t n = -1;

    assert_int_equal(db_one_i64(rig->db, sql, DB_NO_ARGS, &n, NULL), 0);
    return n;
}

static void a_token_makes_one_device(void **state)
{
    struct rig *rig = *state;
    AUTO(buf_clear) struct buf other = BUF(CERT_PEM_MAX);
    struct enrolment first;
    struct enrolment second;
    struct cert_facts facts;
    char name[32];

    assert_int_equal(take(rig, NOW + 1, &first), 0);
    assert_int_equal(first.org, 1);
    assert_false(first.again);
    assert_int_equal(cert_read(buf_str(&rig->pem), &facts, NULL), 0);
    snprintf(name, sizeof(name), "device-%lld", (long long)first.device);
    assert_string_equal(facts.name, name);
    device_request(&other);
    rig->enrol.csr = buf_str(&other);
    assert_int_equal(take(rig, NOW + 2, &second), 1);
    assert_int_equal(second.token, first.token);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM device"), 1);
}

static void a_token_is_kept_as_a_digest_only(void **state)
{
    struct rig *rig = *state;
    AUTO(db_rows_closep) struct db_rows *rows = NULL;

    assert_int_equal(strlen(rig->token), 56);
    assert_int_equal(db_query(rig->db, "SELECT digest FROM enrol_token",
                              DB_NO_ARGS, &rows, NULL),
                     0);
    assert_int_equal(db_next(rows, NULL), 1);
    assert_int_equal(db_col_blob(rows, 0).n, 32);
}

static void what_is_no_token_gets_one_answer(void **state)
{
    struct rig *rig = *state;
    struct enrolment out;
    char changed[ENROL_TOKEN_TEXT] = "";
    const str tokens[] = {
        STR(""), STR("hfe-"), str_c(changed), { rig->token, 55 }
    };

    memcpy(changed, rig->token, sizeof(changed));
    changed[20] = changed[20] == 'a' ? 'b' : 'a';
    for (size_t i = 0; i < COUNT(tokens); i++) {
        rig->enrol.token = tokens[i];
        assert_int_equal(take(rig, NOW, &out), 1);
        assert_int_equal(out.token, 0);
    }
    rig->enrol.token = str_c(rig->token);
    assert_int_equal(take(rig, NOW + 3600, &out), 1);
    assert_true(out.token > 0);
    assert_int_equal(take(rig, NOW + 3599, &out), 0);
}

static void a_withdrawn_token_is_good_for_nothing(void **state)
{
    struct rig *rig = *state;
    struct scope ours = scope_system(1);
    struct scope theirs = scope_system(2);
    struct enrolment out;

    assert_int_equal(enrol_token_remove(rig->db, &theirs, 1, NULL), 1);
    assert_int_equal(enrol_token_remove(rig->db, &ours, 1, NULL), 0);
    assert_int_equal(enrol_token_remove(rig->db, &ours, 1, NULL), 1);
    assert_int_equal(take(rig, NOW, &out), 1);
    assert_int_equal(out.token, 0);
}

static void a_lost_answer_is_given_again_for_ten_minutes(void **state)
{
    struct rig *rig = *state;
    AUTO(buf_clear) struct buf pem = BUF(CERT_PEM_MAX);
    struct enrolment first;
    struct enrolment again;

    assert_int_equal(take(rig, NOW, &first), 0);
    buf_add(&pem, buf_str(&rig->pem));
    assert_int_equal(take(rig, NOW + ENROL_RETRY_S, &again), 0);
    assert_true(again.again);
    assert_int_equal(again.device, first.device);
    assert_true(str_eq(buf_str(&pem), buf_str(&rig->pem)));
    assert_int_equal(rig->authority.count, 1);
    assert_int_equal(take(rig, NOW + ENROL_RETRY_S + 1, &again), 1);
    assert_int_equal(again.device, first.device);
}

static struct device_cert cert_of(struct rig *rig, int64_t now)
{
    struct device_cert cert = { 0 };
    struct cert_facts facts;

    assert_int_equal(cert_read(buf_str(&rig->pem), &facts, NULL), 0);
    assert_int_equal(
        device_cert_find(rig->db, str_c(facts.fingerprint), now, &cert, NULL),
        0);
    return cert;
}

static void a_used_certificate_is_not_given_again(void **state)
{
    struct rig *rig = *state;
    struct enrolment out;
    struct device_cert cert;

    assert_int_equal(take(rig, NOW, &out), 0);
    cert = cert_of(rig, NOW);
    assert_int_equal(device_cert_used(rig->db, &cert, NOW + 1, NULL), 0);
    assert_int_equal(take(rig, NOW + 2, &out), 1);
}

static void a_signer_that_fails_leaves_the_token_unused(void **state)
{
    struct rig *rig = *state;
    struct enrolment out;

    rig->authority.broken = true;
    assert_int_equal(take(rig, NOW, &out), E_IO);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM device"), 0);
    rig->authority.broken = false;
    assert_int_equal(take(rig, NOW, &out), 0);
}

static void a_bad_request_leaves_the_token_unused(void **state)
{
    struct rig *rig = *state;
    struct enrolment out;
    str good = rig->enrol.csr;

    rig->enrol.csr = STR("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n");
    assert_int_equal(take(rig, NOW, &out), E_PARSE);
    rig->enrol.csr = good;
    assert_int_equal(take(rig, NOW, &out), 0);
}

static void a_clone_is_a_device_of_its_own_and_told(void **state)
{
    struct rig *rig = *state;
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    char token[ENROL_TOKEN_TEXT];
    struct enrolment first;
    struct enrolment second;

    assert_int_equal(take(rig, NOW, &first), 0);
    assert_int_equal(first.clone_of, 0);
    device_request(&csr);
    enrol_token(rig->db, 1, NOW, token);
    rig->enrol.csr = buf_str(&csr);
    rig->enrol.token = str_c(token);
    assert_int_equal(take(rig, NOW, &second), 0);
    assert_int_equal(second.clone_of, first.device);
    assert_true(second.device != first.device);
}

static void a_hostile_name_becomes_a_plain_one_claim_12(void **state)
{
    struct rig *rig = *state;
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct enrolment out;

    rig->enrol.hostname = STR("<script>\x1b[2J'; DROP \xC3\xA9");
    assert_int_equal(take(rig, NOW, &out), 0);
    assert_int_equal(
        db_query(rig->db, "SELECT name FROM device", DB_NO_ARGS, &rows, NULL),
        0);
    assert_int_equal(db_next(rows, NULL), 1);
    assert_true(str_eq_c(db_col_text(rows, 0), "_script___2J___DROP___"));
}

static int make(struct rig *rig, const struct scope *scope, int64_t label,
                int64_t life_s)
{
    struct enrol_order order = { label, life_s };
    struct enrol_made made = { 0 };
    int rc = enrol_token_make(rig->db, scope, &order, NOW, &made, NULL);

    memcpy(rig->token, made.text, sizeof(rig->token));
    return rc;
}

static void a_token_gives_its_label(void **state)
{
    struct rig *rig = *state;
    struct scope ours = scope_system(1);
    struct scope theirs = scope_system(2);
    struct enrolment out;
    int64_t label = 0;

    assert_int_equal(
        db_one_i64(rig->db,
                   "INSERT INTO label (org, name, kind, query, notes,"
                   " download_url, created, revision) VALUES (1, 'web',"
                   " 'manual', '', '', '', 1, 1) RETURNING id",
                   DB_NO_ARGS, &label, NULL),
        0);
    assert_int_equal(make(rig, &theirs, label, 3600), E_INVALID);
    assert_int_equal(make(rig, &ours, label, 59), E_INVALID);
    assert_int_equal(make(rig, &ours, label, 3600), 0);
    assert_int_equal(take(rig, NOW, &out), 0);
    assert_int_equal(out.label, label);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM device_label"), 1);
}

static void tokens_are_listed_for_their_organisation(void **state)
{
    struct rig *rig = *state;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct enrol_tokens list = { .limit = 10 };
    struct scope ours = scope_system(1);
    struct scope theirs = scope_system(2);

    assert_int_equal(enrol_token_list(rig->db, &theirs, &arena, &list, NULL),
                     0);
    assert_int_equal(list.all.n, 0);
    enrol_token(rig->db, 1, NOW, rig->token);
    assert_int_equal(enrol_token_list(rig->db, &ours, &arena, &list, NULL), 0);
    assert_int_equal(list.all.n, 2);
    assert_int_equal(list.all.p[0].id, 2);
    assert_int_equal(list.all.p[0].expires, NOW + 3600);
    assert_true(str_eq_c(list.all.p[0].created_by, "system"));
    vec_clear(&list.all);
}

/* whom labels limit makes, sees and withdraws tokens of those only. */
static void who_is_limited_has_the_tokens_of_the_own_labels(void **state)
{
    static const char *const before[] = {
        "INSERT INTO role (id, org, name, permissions, built_in, revision)"
        " VALUES (70, 1, 'branch', -1, 0, 1)",
        "INSERT INTO app_user (id, org, login, name, email, source,"
        " password_set, totp_last, disabled, failures, locked_until, created,"
        " last_login, revision) VALUES (7, 1, 'eve', 'Eve', '', 'local', 1, 0,"
        " 0, 0, 0, 1, 1, 1)",
        "INSERT INTO user_role (app_user, role) VALUES (7, 70)",
        "INSERT INTO label (id, org, name, kind, query, notes, download_url,"
        " created, revision) VALUES (700, 1, 'branch', 'manual', '', '', '', 1,"
        " 1), (701, 1, 'headquarters', 'manual', '', '', '', 1, 1)",
        "INSERT INTO role_label (role, label) VALUES (70, 700)",
    };
    struct rig *rig = *state;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct enrol_tokens list = { .limit = 10 };
    struct scope ours = scope_system(1);
    struct scope eve = { .org = 1, .user = 7, .name = STR("eve") };
    struct err err = { 0 };

    for (size_t i = 0; i < COUNT(before); i++)
        if (db_run(rig->db, before[i], DB_NO_ARGS, &err) < 0)
            fail_msg("%s", err_text(&err));
    assert_int_equal(make(rig, &ours, 701, 3600), 0);
    assert_int_equal(make(rig, &eve, 701, 3600), E_INVALID);
    assert_int_equal(make(rig, &eve, 700, 3600), 0);
    assert_int_equal(enrol_token_list(rig->db, &eve, &arena, &list, NULL), 0);
    assert_int_equal(list.all.n, 1);
    assert_int_equal(list.all.p[0].label, 700);
    assert_int_equal(enrol_token_remove(rig->db, &eve, 2, NULL), 1);
    assert_int_equal(enrol_token_remove(rig->db, &eve, list.all.p[0].id, NULL),
                     0);
    vec_clear(&list.all);
}

/* Renewal: the old certificate ends when the new one was used, not before. */
static void a_renewed_certificate_ends_the_old_one_when_used(void **state)
{
    struct rig *rig = *state;
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    int64_t later = NOW + 61 * (int64_t)DAY;
    struct device_cert old;
    struct device_cert new;
    struct device_cert found;
    struct enrolment out;

    assert_int_equal(take(rig, NOW, &out), 0);
    old = cert_of(rig, NOW);
    assert_int_equal(device_cert_used(rig->db, &old, NOW, NULL), 0);
    device_request(&csr);
    for (int i = 0; i < 2; i++) { /* repeated: the same one */
        buf_reset(&rig->pem);
        assert_int_equal(
            device_cert_issue(
                rig->db, &rig->authority.issuer,
                &(struct cert_ask){ out.device, buf_str(&csr), later },
                &rig->pem, NULL),
            0);
    }
    assert_int_equal(rig->authority.count, 2);
    new = cert_of(rig, later);
    assert_int_equal(
        device_cert_find(rig->db, str_c(old.fingerprint), later, &found, NULL),
        0);
    assert_int_equal(device_cert_used(rig->db, &new, later, NULL), 1);
    assert_int_equal(device_cert_used(rig->db, &new, later, NULL), 0);
    assert_int_equal(
        device_cert_find(rig->db, str_c(old.fingerprint), later, &found, NULL),
        1);
    assert_int_equal(
        device_cert_find(rig->db, str_c(new.fingerprint), later, &found, NULL),
        0);
}

static void an_unused_certificate_is_replaced_by_another_request(void **state)
{
    struct rig *rig = *state;
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    struct device_cert first;
    struct device_cert found;
    struct enrolment out;

    assert_int_equal(take(rig, NOW, &out), 0);
    first = cert_of(rig, NOW);
    device_request(&csr);
    buf_reset(&rig->pem);
    assert_int_equal(
        device_cert_issue(rig->db, &rig->authority.issuer,
                          &(struct cert_ask){ out.device, buf_str(&csr), NOW },
                          &rig->pem, NULL),
        0);
    assert_int_equal(
        device_cert_find(rig->db, str_c(first.fingerprint), NOW, &found, NULL),
        1);
}

static void what_ended_or_was_revoked_is_not_valid(void **state)
{
    struct rig *rig = *state;
    struct device_cert found;
    struct device_cert cert;
    struct enrolment out;
    str fingerprint;

    assert_int_equal(take(rig, NOW, &out), 0);
    cert = cert_of(rig, NOW);
    fingerprint = str_c(cert.fingerprint);
    assert_int_equal(cert.device, out.device);
    assert_int_equal(cert.org, 1);
    assert_int_equal(device_cert_find(rig->db, fingerprint,
                                      NOW + CERT_LIFE_S - 1, &found, NULL),
                     0);
    assert_int_equal(
        device_cert_find(rig->db, fingerprint, NOW + CERT_LIFE_S, &found, NULL),
        1);
    assert_int_equal(device_cert_find(rig->db, STR("x"), NOW, &found, NULL), 1);
    assert_int_equal(
        device_cert_revoke(rig->db, out.device, STR("stolen"), NOW, NULL), 1);
    assert_int_equal(device_cert_find(rig->db, fingerprint, NOW, &found, NULL),
                     1);
    assert_int_equal(take(rig, NOW + 1, &out), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_token_makes_one_device),
        TEST(a_token_is_kept_as_a_digest_only),
        TEST(what_is_no_token_gets_one_answer),
        TEST(a_withdrawn_token_is_good_for_nothing),
        TEST(a_lost_answer_is_given_again_for_ten_minutes),
        TEST(a_used_certificate_is_not_given_again),
        TEST(a_signer_that_fails_leaves_the_token_unused),
        TEST(a_bad_request_leaves_the_token_unused),
        TEST(a_clone_is_a_device_of_its_own_and_told),
        TEST(a_hostile_name_becomes_a_plain_one_claim_12),
        TEST(a_token_gives_its_label),
        TEST(tokens_are_listed_for_their_organisation),
        TEST(who_is_limited_has_the_tokens_of_the_own_labels),
        TEST(a_renewed_certificate_ends_the_old_one_when_used),
        TEST(an_unused_certificate_is_replaced_by_another_request),
        TEST(what_ended_or_was_revoked_is_not_valid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
