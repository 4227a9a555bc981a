/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in, users, roles, sessions, tokens, organisations, as the API
 * serves them (X-1, X-2, X-3, X-4, K-DEP-4, D-34).
 */
#include "tests/unit/unit.h"

#include <inttypes.h>
#include <liboath/oath.h>
#include <unistd.h>

#include "server/people.h"
#include "tests/unit/people_rig.h"

#define ASK(status, who, ...) people_rig_ask(rig, status, who, __VA_ARGS__)

static const char *text_of(const struct jval *json, const char *key)
{
    static char text[256];

    snprintf(text, sizeof(text), "%" PRIstr,
             ARGstr(jval_text(jval_get(json, key), STR("(none)"))));
    return text;
}

static int64_t id_of(const struct jval *json)
{
    return jval_i64(jval_get(json, "id"), 0);
}

static int64_t sql_count(struct people_rig *rig, const char *sql)
{
    int64_t n = -1;

    assert_int_equal(db_one_i64(rig->core->core.db, sql, DB_NO_ARGS, &n, NULL),
                     0);
    return n;
}

static void the_first_start_needs_the_secret_of_its_file_once(void **state)
{
    struct people_rig *rig = *state;
    char secret[64];
    char body[256];

    people_rig_secret(rig, secret, sizeof(secret));
    assert_true(jval_bool(
        jval_get(ASK(200, NULL, "GET", "/api/v1/setup", NULL), "needed"),
        false));
    ASK(403, NULL, "POST", "/api/v1/setup",
        "{\"secret\": \"x\", \"login\": \"eve\", \"password\": "
        "\"" ANN_PASSWORD "\"}");
    snprintf(body, sizeof(body),
             "{\"secret\": \"%s\", \"login\": \"ann\", \"password\": "
             "\"short\"}",
             secret);
    ASK(422, NULL, "POST", "/api/v1/setup", body);
    assert_true(jval_bool(
        jval_get(ASK(200, NULL, "GET", "/api/v1/setup", NULL), "needed"),
        false));
    snprintf(body, sizeof(body),
             "{\"secret\": \"%s\", \"login\": \"Ann\", \"password\": "
             "\"" ANN_PASSWORD "\"}",
             secret);
    ASK(201, NULL, "POST", "/api/v1/setup", body);
    assert_non_null(strstr(rig->core->set_cookie, "HttpOnly"));
    assert_non_null(strstr(rig->core->set_cookie, "SameSite=Strict"));
    assert_non_null(strstr(rig->core->set_cookie, "Secure"));
    assert_null(jval_get(rig->core->json, "token"));
    ASK(403, NULL, "POST", "/api/v1/setup", body);
    assert_false(jval_bool(
        jval_get(ASK(200, NULL, "GET", "/api/v1/setup", NULL), "needed"),
        true));
    snprintf(body, sizeof(body), "%s/setup-secret", rig->core->directory);
    assert_int_not_equal(access(body, F_OK), 0);
}

static void the_setup_secret_ends_after_a_day(void **state)
{
    struct people_rig *rig = *state;
    char secret[64];
    char body[256];

    people_rig_secret(rig, secret, sizeof(secret));
    rig->core->now += SETUP_SECRET_S;
    snprintf(body, sizeof(body),
             "{\"secret\": \"%s\", \"login\": \"ann\", \"password\": "
             "\"" ANN_PASSWORD "\"}",
             secret);
    ASK(403, NULL, "POST", "/api/v1/setup", body);
    assert_int_equal(sql_count(rig, "SELECT COUNT(*) FROM app_user"), 0);
}

static void a_cookie_and_a_bearer_log_in_and_nothing_else(void **state)
{
    struct people_rig *rig = *state;
    char cookie[512];
    char *end;

    ASK(401, NULL, "GET", "/api/v1/session", NULL);
    ASK(401, "Bearer hfs_x", "GET", "/api/v1/session", NULL);
    ASK(401, "Basic YW5uOng=", "GET", "/api/v1/session", NULL);
    assert_string_equal(
        text_of(ASK(200, rig->ann, "GET", "/api/v1/session", NULL), "login"),
        "ann");
    ASK(201, NULL, "POST", "/api/v1/session",
        "{\"login\": \"ANN\", \"password\": \"" ANN_PASSWORD "\"}");
    snprintf(cookie, sizeof(cookie), "%s", rig->core->set_cookie);
    end = strchr(cookie, ';');
    assert_non_null(end);
    *end = 0;
    rig->core->cookie = cookie;
    ASK(200, NULL, "GET", "/api/v1/session", NULL);
    /* Another's cookie beside ours is no way in. */
    snprintf(end, sizeof(cookie) - (size_t)(end - cookie),
             "; __Host-holdfast=x");
    ASK(401, NULL, "GET", "/api/v1/session", NULL);
    *end = 0;
    rig->core->mark = NULL;
    ASK(403, NULL, "DELETE", "/api/v1/session", NULL);
    rig->core->mark = "1";
    ASK(204, NULL, "DELETE", "/api/v1/session", NULL);
    ASK(401, NULL, "GET", "/api/v1/session", NULL);
}

static void unknown_wrong_disabled_and_closed_have_one_answer(void **state)
{
    struct people_rig *rig = *state;
    char body[256];
    char answers[4][512];
    int64_t bob = people_rig_user(rig, "bob", "reader", rig->other);

    people_rig_user(rig, "cat", "reader", rig->third);
    people_rig_login(rig, 401, "nobody", "x", NULL, NULL);
    snprintf(answers[0], 512, "%s", buf_c(&rig->core->body));
    people_rig_login(rig, 401, "ann", "x", NULL, NULL);
    snprintf(answers[1], 512, "%s", buf_c(&rig->core->body));
    snprintf(body, sizeof(body), "/api/v1/users/%" PRId64, bob);
    ASK(200, rig->ann, "GET", body, NULL);
    rig->core->if_match = "\"1\"";
    ASK(200, rig->ann, "PATCH", body, "{\"disabled\": true}");
    rig->core->now++;
    people_rig_login(rig, 401, "bob", "password of bob", NULL, NULL);
    snprintf(answers[2], 512, "%s", buf_c(&rig->core->body));
    for (int i = 0; i < 5; i++)
        people_rig_login(rig, 401, "cat", "x", NULL, NULL);
    people_rig_login(rig, 401, "cat", "password of cat", NULL, NULL);
    snprintf(answers[3], 512, "%s", buf_c(&rig->core->body));
    for (int i = 1; i < 4; i++)
        assert_string_equal(answers[i], answers[0]);
}

static void an_account_closes_longer_with_each_failure(void **state)
{
    struct people_rig *rig = *state;

    for (int i = 0; i < 4; i++)
        people_rig_login(rig, 401, "ann", "wrong", NULL, NULL);
    people_rig_login(rig, 201, "ann", ANN_PASSWORD, NULL, NULL);
    for (int i = 0; i < 5; i++)
        people_rig_login(rig, 401, "ann", "wrong", NULL, NULL);
    people_rig_login(rig, 401, "ann", ANN_PASSWORD, NULL, NULL);
    rig->core->now += 2;
    people_rig_login(rig, 401, "ann", "wrong", NULL, NULL);
    rig->core->now += 3;
    /* Attempts while it is closed do not count. */
    for (int i = 0; i < 10; i++)
        people_rig_login(rig, 401, "ann", "wrong", NULL, NULL);
    rig->core->now += 1;
    people_rig_login(rig, 201, "ann", ANN_PASSWORD, NULL, NULL);
    assert_int_equal(
        sql_count(rig, "SELECT failures FROM app_user WHERE login = 'ann'"), 0);
    assert_int_equal(sql_count(rig, "SELECT COUNT(*) FROM audit WHERE action "
                                    "= 'session.refused'"),
                     10);
}

static void passwords_a_second_are_limited(void **state)
{
    struct people_rig *rig = *state;

    for (int i = 0; i < HASHES_A_SECOND; i++)
        people_rig_login(rig, 0, "nobody", "x", NULL, NULL);
    people_rig_login(rig, 429, "nobody", "x", NULL, NULL);
    assert_int_equal(rig->core->retry_after_s, 1);
    rig->core->now++;
    people_rig_login(rig, 401, "nobody", "x", NULL, NULL);
}

static void a_session_ends_idle_in_time_and_when_there_are_too_many(
    void **state)
{
    struct people_rig *rig = *state;
    char first[128];

    for (int i = 0; i < 29; i++) {
        rig->core->now += 1700;
        if (i == 25)
            break;
        ASK(200, rig->ann, "GET", "/api/v1/session", NULL);
    }
    ASK(401, rig->ann, "GET", "/api/v1/session", NULL);
    people_rig_login(rig, 201, "ann", ANN_PASSWORD, NULL, first);
    rig->core->now += 1799;
    ASK(200, first, "GET", "/api/v1/session", NULL);
    rig->core->now += 1800;
    ASK(401, first, "GET", "/api/v1/session", NULL);
    people_rig_login(rig, 201, "ann", ANN_PASSWORD, NULL, first);
    for (int i = 0; i < 10; i++) {
        rig->core->now++;
        people_rig_login(rig, 201, "ann", ANN_PASSWORD, NULL, rig->ann);
        if (i < 9)
            ASK(200, first, "GET", "/api/v1/session", NULL);
    }
    ASK(401, first, "GET", "/api/v1/session", NULL);
    ASK(204, rig->ann, "DELETE", "/api/v1/sessions", NULL);
    assert_int_equal(
        jval_i64(jval_get(ASK(200, rig->ann, "GET", "/api/v1/sessions", NULL),
                          "total"),
                 0),
        1);
}

/* --- second factor ----------------------------------------------------- */

static void code_at(const char *secret, int64_t now, char out[7])
{
    char *raw = NULL;
    size_t n = 0;

    assert_int_equal(oath_base32_decode(secret, strlen(secret), &raw, &n), 0);
    assert_int_equal(oath_totp_generate(raw, n, (time_t)now, 30, 0, 6, out), 0);
    free(raw);
}

static void make_factor(struct people_rig *rig, char secret[64])
{
    char code[7];
    char body[64];

    snprintf(secret, 64, "%s",
             text_of(ASK(200, rig->ann, "POST", "/api/v1/account/second-factor",
                         "{\"password\": \"" ANN_PASSWORD "\"}"),
                     "secret"));
    code_at(secret, rig->core->now, code);
    snprintf(body, sizeof(body), "{\"code\": \"%s\"}", code);
    ASK(200, rig->ann, "PUT", "/api/v1/account/second-factor", body);
}

static void a_second_factor_is_confirmed_asked_for_and_good_once(void **state)
{
    struct people_rig *rig = *state;
    char secret[64];
    char code[7];
    char recovery[32];
    const char *detail;

    ASK(401, rig->ann, "POST", "/api/v1/account/second-factor",
        "{\"password\": \"wrong\"}");
    ASK(409, rig->ann, "PUT", "/api/v1/account/second-factor",
        "{\"code\": \"123456\"}");
    make_factor(rig, secret);
    snprintf(
        recovery, sizeof(recovery), "%" PRIstr,
        ARGstr(jval_text(
            jval_at(jval_get(rig->core->json, "recovery_codes"), 3), STR(""))));
    people_rig_login(rig, 401, "ann", ANN_PASSWORD, NULL, NULL);
    detail = buf_c(&rig->core->body);
    assert_non_null(strstr(detail, "second factor"));
    /* The code that confirmed it is spent. */
    code_at(secret, rig->core->now, code);
    people_rig_login(rig, 401, "ann", ANN_PASSWORD, code, NULL);
    rig->core->now += 30;
    code_at(secret, rig->core->now, code);
    people_rig_login(rig, 201, "ann", ANN_PASSWORD, code, NULL);
    people_rig_login(rig, 401, "ann", ANN_PASSWORD, code, NULL);
    people_rig_login(rig, 201, "ann", ANN_PASSWORD, recovery, rig->ann);
    people_rig_login(rig, 401, "ann", ANN_PASSWORD, recovery, NULL);
    ASK(409, rig->ann, "POST", "/api/v1/account/second-factor",
        "{\"password\": \"" ANN_PASSWORD "\"}");
    rig->core->now += 1;
    ASK(204, rig->ann, "POST", "/api/v1/account/second-factor/removal",
        "{\"password\": \"" ANN_PASSWORD "\"}");
    people_rig_login(rig, 201, "ann", ANN_PASSWORD, NULL, NULL);
    assert_int_equal(sql_count(rig, "SELECT COUNT(*) FROM recovery_code"), 0);
}

static void where_it_is_required_one_can_only_make_a_second_factor(void **state)
{
    struct people_rig *rig = *state;
    char secret[64];

    ASK(200, rig->ann, "GET", "/api/v1/settings", NULL);
    assert_true(str_find(buf_str(&rig->core->body),
                         STR("\"words\":[\"missing\",\"released\"]")) <
                rig->core->body.n);
    rig->core->if_match = rig->core->etag;
    rig->core->if_match = "\"1\"";
    ASK(204, rig->ann, "PATCH", "/api/v1/settings",
        "{\"values\": {\"totp.required\": true}}");
    ASK(403, rig->ann, "GET", "/api/v1/users", NULL);
    assert_true(
        jval_bool(jval_get(ASK(200, rig->ann, "GET", "/api/v1/session", NULL),
                           "second_factor_required"),
                  false));
    make_factor(rig, secret);
    ASK(200, rig->ann, "GET", "/api/v1/users", NULL);
}

/* --- roles and rights -------------------------------------------------- */

static void nobody_gives_away_what_they_do_not_have(void **state)
{
    struct people_rig *rig = *state;
    char path[64];
    char body[256];
    int64_t role = id_of(ASK(201, rig->ann, "POST", "/api/v1/roles",
                             "{\"name\": \"helpdesk\", \"permissions\": "
                             "[\"user.read\", \"user.write\"]}"));
    int64_t cat;

    assert_true(role > 0);
    people_rig_user(rig, "bob", "helpdesk", rig->other);
    cat = people_rig_user(rig, "cat", "reader", rig->third);
    ASK(403, rig->other, "POST", "/api/v1/roles",
        "{\"name\": \"x\", \"permissions\": [\"device.read\"]}");
    snprintf(body, sizeof(body),
             "{\"login\": \"eve\", \"password\": \"twelve and more\", "
             "\"roles\": [%" PRId64 "]}",
             people_rig_role(rig, "administrator"));
    ASK(403, rig->other, "POST", "/api/v1/users", body);
    ASK(403, rig->other, "PUT", "/api/v1/users/1/password",
        "{\"password\": \"twelve and more\"}");
    ASK(403, rig->other, "DELETE", "/api/v1/users/1/second-factor", NULL);
    ASK(403, rig->other, "DELETE", "/api/v1/users/1/sessions", NULL);
    ASK(403, rig->other, "DELETE", "/api/v1/users/1", NULL);
    snprintf(path, sizeof(path), "/api/v1/users/%" PRId64, cat);
    ASK(403, rig->other, "DELETE", path, NULL);
    ASK(403, rig->third, "GET", "/api/v1/users", NULL);
    ASK(403, rig->third, "GET", "/api/v1/audit", NULL);
    /* Own roles cannot be raised either. */
    rig->core->if_match = "\"1\"";
    snprintf(body, sizeof(body), "{\"roles\": [%" PRId64 "]}",
             people_rig_role(rig, "administrator"));
    ASK(403, rig->other, "PATCH", "/api/v1/users/2", body);
    assert_int_equal(sql_count(rig, "SELECT COUNT(*) FROM app_user"), 3);
}

static void the_last_administrator_stays(void **state)
{
    struct people_rig *rig = *state;

    rig->core->if_match = "\"1\"";
    ASK(422, rig->ann, "PATCH", "/api/v1/users/1", "{\"disabled\": true}");
    ASK(422, rig->ann, "PATCH", "/api/v1/users/1", "{\"roles\": []}");
    ASK(422, rig->ann, "DELETE", "/api/v1/users/1", NULL);
    people_rig_user(rig, "bob", "administrator", rig->other);
    ASK(204, rig->other, "DELETE", "/api/v1/users/1", NULL);
    ASK(401, rig->ann, "GET", "/api/v1/session", NULL);
    ASK(422, rig->other, "DELETE", "/api/v1/users/2", NULL);
}

static void built_in_roles_stay_as_they_are(void **state)
{
    struct people_rig *rig = *state;
    char path[64];

    rig->core->if_match = "\"1\"";
    snprintf(path, sizeof(path), "/api/v1/roles/%" PRId64,
             people_rig_role(rig, "reader"));
    ASK(403, rig->ann, "PUT", path,
        "{\"name\": \"reader\", \"permissions\": "
        "[]}");
    ASK(403, rig->ann, "DELETE", path, NULL);
    ASK(422, rig->ann, "POST", "/api/v1/roles",
        "{\"name\": \"reader\", \"permissions\": []}");
    ASK(422, rig->ann, "POST", "/api/v1/roles",
        "{\"name\": \"x\", \"permissions\": [\"root\"]}");
}

static void a_change_names_the_revision_that_was_read(void **state)
{
    struct people_rig *rig = *state;

    ASK(201, rig->ann, "POST", "/api/v1/roles",
        "{\"name\": \"x\", \"permissions\": [\"run.read\"]}");
    ASK(428, rig->ann, "PATCH", "/api/v1/users/1", "{\"name\": \"A\"}");
    rig->core->if_match = "\"7\"";
    ASK(412, rig->ann, "PATCH", "/api/v1/users/1", "{\"name\": \"A\"}");
    rig->core->if_match = "\"1\"";
    ASK(200, rig->ann, "PATCH", "/api/v1/users/1", "{\"name\": \"A\"}");
    ASK(412, rig->ann, "PATCH", "/api/v1/users/1", "{\"name\": \"B\"}");
    assert_int_equal(
        sql_count(rig, "SELECT COUNT(*) FROM audit WHERE action = "
                       "'user.changed' AND before LIKE '%\"name\":\"\"%' AND "
                       "after LIKE '%\"name\":\"A\"%'"),
        1);
}

/* K-DEP-4, D-34: all roles have labels: limited; one without: not. */
static void a_user_is_limited_when_all_roles_have_labels(void **state)
{
    struct people_rig *rig = *state;
    int64_t bob;
    char body[256];
    char path[64];

    core_rig_sql(rig->core,
                 "INSERT INTO label (org, name, kind, query, notes, "
                 "download_url, created, revision) VALUES (1, 'web', 'manual', "
                 "'', '', '', 1, 1)");
    ASK(422, rig->ann, "POST", "/api/v1/roles",
        "{\"name\": \"w\", \"permissions\": [], \"labels\": [9]}");
    ASK(201, rig->ann, "POST", "/api/v1/roles",
        "{\"name\": \"web\", \"permissions\": [\"device.read\", "
        "\"user.read\", \"user.write\", \"audit.read\", \"setting.write\"], "
        "\"labels\": [1]}");
    bob = people_rig_user(rig, "bob", "web", rig->other);
    assert_false(
        jval_bool(jval_get(ASK(200, rig->other, "GET", "/api/v1/session", NULL),
                           "all_devices"),
                  true));
    ASK(403, rig->other, "GET", "/api/v1/users", NULL);
    ASK(403, rig->other, "GET", "/api/v1/users/1", NULL);
    ASK(403, rig->other, "GET", "/api/v1/roles", NULL);
    ASK(403, rig->other, "GET", "/api/v1/sessions?everyone=true", NULL);
    ASK(403, rig->other, "GET", "/api/v1/audit/verify", NULL);
    ASK(403, rig->other, "POST", "/api/v1/roles",
        "{\"name\": \"y\", \"permissions\": []}");
    assert_int_equal(
        jval_i64(jval_get(ASK(200, rig->other, "GET", "/api/v1/audit", NULL),
                          "total"),
                 0),
        1);
    snprintf(path, sizeof(path), "/api/v1/users/%" PRId64, bob);
    snprintf(body, sizeof(body), "{\"roles\": [%" PRId64 ", %" PRId64 "]}",
             people_rig_role(rig, "web"), people_rig_role(rig, "reader"));
    rig->core->if_match = "\"1\"";
    ASK(200, rig->ann, "PATCH", path, body);
    assert_true(
        jval_bool(jval_get(ASK(200, rig->other, "GET", "/api/v1/session", NULL),
                           "all_devices"),
                  false));
}

/* --- tokens ------------------------------------------------------------ */

static void a_token_has_a_part_of_its_users_rights(void **state)
{
    struct people_rig *rig = *state;
    char token[128];
    char path[64];

    people_rig_user(rig, "bob", "reader", rig->other);
    ASK(403, rig->other, "POST", "/api/v1/tokens",
        "{\"name\": \"t\", \"permissions\": [\"user.read\"], \"expires\": "
        "\"2026-06-01T00:00:00Z\"}");
    ASK(422, rig->ann, "POST", "/api/v1/tokens",
        "{\"name\": \"t\", \"permissions\": [\"user.read\"], \"expires\": "
        "\"2025-06-01T00:00:00Z\"}");
    ASK(422, rig->ann, "POST", "/api/v1/tokens",
        "{\"name\": \"t\", \"permissions\": [\"user.read\"], \"expires\": "
        "\"2036-06-01T00:00:00Z\"}");
    ASK(201, rig->ann, "POST", "/api/v1/tokens",
        "{\"name\": \"t\", \"permissions\": [\"user.read\"], \"expires\": "
        "\"2026-06-01T00:00:00Z\"}");
    snprintf(token, sizeof(token), "Bearer %s",
             text_of(rig->core->json, "token"));
    snprintf(path, sizeof(path), "/api/v1/tokens/%" PRId64,
             id_of(rig->core->json));
    ASK(200, token, "GET", "/api/v1/users", NULL);
    ASK(403, token, "GET", "/api/v1/audit", NULL);
    ASK(403, token, "POST", "/api/v1/tokens",
        "{\"name\": \"u\", \"permissions\": [\"user.read\"], \"expires\": "
        "\"2026-06-01T00:00:00Z\"}");
    ASK(403, token, "PUT", "/api/v1/account/password",
        "{\"old\": \"" ANN_PASSWORD "\", \"new\": \"another good password\"}");
    assert_int_equal(sql_count(rig,
                               "SELECT COUNT(*) FROM audit WHERE after LIKE "
                               "'%hft_%'"),
                     0);
    /* Another's token is not there. */
    ASK(404, rig->other, "DELETE", path, NULL);
    rig->core->now += 200LL * 86400;
    ASK(401, token, "GET", "/api/v1/users", NULL);
}

static void a_revoked_token_ends_at_once(void **state)
{
    struct people_rig *rig = *state;
    char token[128];
    char path[64];

    ASK(201, rig->ann, "POST", "/api/v1/tokens",
        "{\"name\": \"t\", \"permissions\": [\"user.read\"], \"expires\": "
        "\"2026-06-01T00:00:00Z\"}");
    snprintf(token, sizeof(token), "Bearer %s",
             text_of(rig->core->json, "token"));
    snprintf(path, sizeof(path), "/api/v1/tokens/%" PRId64,
             id_of(rig->core->json));
    ASK(200, token, "GET", "/api/v1/users", NULL);
    ASK(204, rig->ann, "DELETE", path, NULL);
    ASK(401, token, "GET", "/api/v1/users", NULL);
}

static void a_new_password_puts_the_other_sessions_out(void **state)
{
    struct people_rig *rig = *state;
    char second[128];

    people_rig_login(rig, 201, "ann", ANN_PASSWORD, NULL, second);
    ASK(422, rig->ann, "PUT", "/api/v1/account/password",
        "{\"old\": \"" ANN_PASSWORD "\", \"new\": \"password1234\"}");
    ASK(401, rig->ann, "PUT", "/api/v1/account/password",
        "{\"old\": \"wrong\", \"new\": \"another good password\"}");
    ASK(204, rig->ann, "PUT", "/api/v1/account/password",
        "{\"old\": \"" ANN_PASSWORD "\", \"new\": \"another good password\"}");
    ASK(200, rig->ann, "GET", "/api/v1/session", NULL);
    ASK(401, second, "GET", "/api/v1/session", NULL);
    people_rig_login(rig, 401, "ann", ANN_PASSWORD, NULL, NULL);
    people_rig_login(rig, 201, "ann", "another good password", NULL, NULL);
}

/* --- organisations (X-1) ----------------------------------------------- */

static void organisations_do_not_see_each_other(void **state)
{
    struct people_rig *rig = *state;
    int64_t role;

    people_rig_user(rig, "bob", "operator", rig->other);
    ASK(403, rig->other, "POST", "/api/v1/organisations",
        "{\"name\": \"north\"}");
    ASK(201, rig->ann, "POST", "/api/v1/organisations",
        "{\"name\": \"north\"}");
    ASK(422, rig->ann, "POST", "/api/v1/organisations",
        "{\"name\": \"north\"}");
    ASK(403, rig->other, "PUT", "/api/v1/session/organisation",
        "{\"organisation\": 2}");
    ASK(204, rig->ann, "PUT", "/api/v1/session/organisation",
        "{\"organisation\": 2}");
    assert_int_equal(
        jval_i64(
            jval_get(ASK(200, rig->ann, "GET", "/api/v1/users", NULL), "total"),
            0),
        1);
    ASK(404, rig->ann, "GET", "/api/v1/users/1", NULL);
    ASK(404, rig->ann, "GET", "/api/v1/users/2", NULL);
    /* What one logs in with is changed at home. */
    ASK(403, rig->ann, "PUT", "/api/v1/account/password",
        "{\"old\": \"" ANN_PASSWORD "\", \"new\": \"another good password\"}");
    /* bob's account is let in by who manages people there. */
    assert_int_equal(
        db_one_i64(rig->core->core.db,
                   "SELECT id FROM role WHERE org = 2 AND name = 'reader'",
                   DB_NO_ARGS, &role, NULL),
        0);
    {
        char body[128];

        snprintf(body, sizeof(body),
                 "{\"organisation\": \"default\", \"login\": \"bob\", "
                 "\"roles\": [%" PRId64 "]}",
                 role);
        ASK(201, rig->ann, "POST", "/api/v1/users/members", body);
    }
    assert_int_equal(
        jval_count(jval_get(
            ASK(200, rig->other, "GET", "/api/v1/session/organisations", NULL),
            "items")),
        2);
    ASK(204, rig->other, "PUT", "/api/v1/session/organisation",
        "{\"organisation\": 2}");
    ASK(403, rig->other, "GET", "/api/v1/users", NULL);
    ASK(204, rig->other, "PUT", "/api/v1/session/organisation",
        "{\"organisation\": 1}");
    ASK(204, rig->ann, "PUT", "/api/v1/session/organisation",
        "{\"organisation\": 1}");
    assert_int_equal(
        jval_i64(
            jval_get(ASK(200, rig->ann, "GET", "/api/v1/users", NULL), "total"),
            0),
        2);
}

/* --- settings and audit (X-4) ------------------------------------------ */

static void settings_are_checked_audited_and_keep_their_secrets(void **state)
{
    struct people_rig *rig = *state;
    const struct jval *json;

    rig->core->if_match = "\"1\"";
    ASK(422, rig->ann, "PATCH", "/api/v1/settings",
        "{\"values\": {\"session.idle_s\": 5}}");
    ASK(422, rig->ann, "PATCH", "/api/v1/settings",
        "{\"values\": {\"nothing\": 5}}");
    ASK(422, rig->ann, "PATCH", "/api/v1/settings",
        "{\"values\": {\"ldap.tls\": \"maybe\"}}");
    ASK(204, rig->ann, "PATCH", "/api/v1/settings",
        "{\"values\": {\"session.idle_s\": 600, \"ldap.bind_password\": "
        "\"hunter2-hunter2\"}}");
    ASK(412, rig->ann, "PATCH", "/api/v1/settings",
        "{\"values\": {\"session.idle_s\": 700}}");
    /* What the server counts for itself is no setting of anybody. */
    assert_int_equal(
        sql_count(rig, "INSERT INTO setting (org, name, value, revision)"
                       " VALUES (1, 'patching.touched', '7', 7)"
                       " RETURNING revision"),
        7);
    rig->core->if_match = "\"3\"";
    ASK(204, rig->ann, "PATCH", "/api/v1/settings",
        "{\"values\": {\"session.idle_s\": 1800}}");
    json = ASK(200, rig->ann, "GET", "/api/v1/settings", NULL);
    assert_true(jval_count(jval_get(json, "items")) > 20);
    assert_null(strstr(buf_c(&rig->core->body), "hunter2"));
    ASK(200, rig->ann, "GET", "/api/v1/audit?action=settings.", NULL);
    assert_null(strstr(buf_c(&rig->core->body), "hunter2"));
    assert_non_null(strstr(buf_c(&rig->core->body), "(set)"));
    assert_non_null(strstr(buf_c(&rig->core->body), "1800"));
    assert_int_equal(sql_count(rig, "SELECT COUNT(*) FROM setting WHERE value "
                                    "LIKE '%hunter2%'"),
                     0);
}

static void the_audit_log_is_verified_through_the_api(void **state)
{
    struct people_rig *rig = *state;
    char head[256];
    char path[512];

    ASK(200, rig->ann, "GET", "/api/v1/audit/verify", NULL);
    assert_true(jval_bool(jval_get(rig->core->json, "intact"), false));
    snprintf(head, sizeof(head), "%s", text_of(rig->core->json, "head"));
    *strchr(head, ' ') = '+';
    snprintf(path, sizeof(path), "/api/v1/audit/verify?head=%s", head);
    ASK(200, rig->ann, "GET", path, NULL);
    assert_true(jval_bool(jval_get(rig->core->json, "intact"), false));
    core_rig_sql(rig->core, "UPDATE audit SET actor = 'eve' WHERE id = 1");
    ASK(200, rig->ann, "GET", "/api/v1/audit/verify", NULL);
    assert_false(jval_bool(jval_get(rig->core->json, "intact"), true));
    assert_int_equal(jval_i64(jval_get(rig->core->json, "first_bad"), 0), 1);
}

static void the_head_of_the_audit_log_is_kept_in_a_file(void **state)
{
    struct people_rig *rig = *state;
    struct core *core = &rig->core->core;
    struct err err = { 0 };

    assert_int_equal(people_write_head(core, &err), 0);
    people_stop(core);
    core_rig_sql(rig->core, "DELETE FROM audit");
    core_rig_sql(rig->core, "UPDATE audit_head SET id = 0, digest = NULL");
    assert_int_equal(
        people_start(core, str_c(rig->core->directory), rig->core->now, &err),
        0);
    ASK(200, rig->ann, "GET", "/api/v1/audit/verify", NULL);
    assert_int_equal(jval_i64(jval_get(rig->core->json, "first_bad"), 0), 1);
}

#define FRESH(fn)                                                              \
    cmocka_unit_test_setup_teardown(fn, people_rig_setup, people_rig_teardown)
#define ADMIN(fn)                                                              \
    cmocka_unit_test_setup_teardown(fn, people_rig_admin, people_rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(the_first_start_needs_the_secret_of_its_file_once),
        FRESH(the_setup_secret_ends_after_a_day),
        ADMIN(a_cookie_and_a_bearer_log_in_and_nothing_else),
        ADMIN(unknown_wrong_disabled_and_closed_have_one_answer),
        ADMIN(an_account_closes_longer_with_each_failure),
        ADMIN(passwords_a_second_are_limited),
        ADMIN(a_session_ends_idle_in_time_and_when_there_are_too_many),
        ADMIN(a_second_factor_is_confirmed_asked_for_and_good_once),
        ADMIN(where_it_is_required_one_can_only_make_a_second_factor),
        ADMIN(nobody_gives_away_what_they_do_not_have),
        ADMIN(the_last_administrator_stays),
        ADMIN(built_in_roles_stay_as_they_are),
        ADMIN(a_change_names_the_revision_that_was_read),
        ADMIN(a_user_is_limited_when_all_roles_have_labels),
        ADMIN(a_token_has_a_part_of_its_users_rights),
        ADMIN(a_revoked_token_ends_at_once),
        ADMIN(a_new_password_puts_the_other_sessions_out),
        ADMIN(organisations_do_not_see_each_other),
        ADMIN(settings_are_checked_audited_and_keep_their_secrets),
        ADMIN(the_audit_log_is_verified_through_the_api),
        ADMIN(the_head_of_the_audit_log_is_kept_in_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
