/* SPDX-License-Identifier: Apache-2.0
 *
 * What the API of network devices refuses to those whose rights do not reach
 * that far (X-2, K-DEP-4).
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "fleet/netdev_credential.h"
#include "fleet/netdev_device.h"
#include "tests/unit/core_rig.h"

#define DEVICES "/api/v1/network/devices"
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, setup, core_rig_teardown)

/* Label 700 is bob's, 701 is not; credential 1 is for all, 2 for label 700,
 * 3 for label 701, 4 for the realm "core". */
static const char *const statements[] = {
    "INSERT INTO app_user (id, org, login, name, email, source, password_set,"
    " totp_last, disabled, failures, locked_until, created, last_login,"
    " revision) VALUES (7, 1, 'bob', 'Bob', '', 'local', 1, 0, 0, 0, 0, 1, 1,"
    " 1)",
    "INSERT INTO role (id, org, name, permissions, built_in, revision)"
    " VALUES (70, 1, 'limited', -1, 0, 1)",
    "INSERT INTO user_role (app_user, role) VALUES (7, 70)",
    "INSERT INTO label (id, org, name, kind, query, notes, download_url,"
    " created, revision) VALUES (700, 1, 'theirs', 'manual', '', '', '', 1, 1)",
    "INSERT INTO label (id, org, name, kind, query, notes, download_url,"
    " created, revision) VALUES (701, 1, 'others', 'manual', '', '', '', 1, 1)",
    "INSERT INTO role_label (role, label) VALUES (70, 700)",
};

/* Credentials get the numbers 1, 2, ... as they are added: the database counts
 * them, so that one added by a test later has the next. */
static void add_credential(struct core_rig *rig, int id, const char *realm,
                           int label)
{
    char sql[512];

    (void)snprintf(sql, sizeof(sql),
                   "INSERT INTO netdev_credential (org, name, login,"
                   " realm, label, vault, parts, sealed, key_id, previous,"
                   " previous_until, created, changed, changed_by, revision)"
                   " VALUES (1, 'c%d', 'admin', '%s', %d, 'entry', 0, '',"
                   " '', '', 0, 1, 1, 'ann', 1)",
                   id, realm, label);
    core_rig_sql(rig, sql);
}

static int setup(void **state)
{
    struct core_rig *rig;

    if (core_rig_setup(state) != 0)
        return -1;
    rig = *state;
    for (size_t i = 0; i < COUNT(statements); i++)
        core_rig_sql(rig, statements[i]);
    add_credential(rig, 1, "", 0);
    add_credential(rig, 2, "", 700);
    add_credential(rig, 3, "", 701);
    add_credential(rig, 4, "core", 0);
    rig->if_match = "*";
    return 0;
}

static struct scope limited(void)
{
    return (struct scope){
        .org = 1, .user = 7, .permissions = UINT64_MAX, .name = STR("bob")
    };
}

static void without(struct core_rig *rig, enum permission permission)
{
    rig->scope = scope_system(1);
    rig->scope.permissions &= ~((uint64_t)1 << permission);
}

/* members: what follows in the object: ", \"credential\": 1" */
static int64_t add_device(struct core_rig *rig, int status, const char *name,
                          const char *members)
{
    char body[512];

    (void)snprintf(body, sizeof(body),
                   "{\"name\": \"%s\", \"family\": \"ios\", \"version\": "
                   "\"15.2\", \"address\": \"192.0.2.1\"%s}",
                   name, members);
    return jval_i64(
        jval_get(core_rig_ask(rig, status, "POST", DEVICES, body), "id"), 0);
}

static void change(struct core_rig *rig, int status, int64_t device,
                   const char *body)
{
    char path[128];

    (void)snprintf(path, sizeof(path), DEVICES "/%lld", (long long)device);
    core_rig_ask(rig, status, "PATCH", path, body);
}

/* -------------------------------------------------------------------------- */

static void who_may_connect_has_only_commands_sent_that_show(void **state)
{
    static const struct {
        const char *command;
        int status;
    } cases[] = {
        { "show version", 201 },
        { "show running-config | include ^ntp|^snmp", 201 },
        { "show running-config | redir tftp://192.0.2.66/x", 422 },
        { "show run |  redirect flash:x", 422 },
        { "show run | app nvram:startup-config", 422 },
        { "show run | i x | redirect flash:x", 422 },
        { "show run | i x |tee flash:x", 422 },
        { "show run ; reload", 422 },
        { "sh run", 422 },
        { "reload", 422 },
    };
    struct core_rig *rig = *state;
    char path[128];
    char body[256];

    (void)snprintf(path, sizeof(path), DEVICES "/%lld/run",
                   (long long)add_device(rig, 201, "r1", ""));
    for (size_t i = 0; i < COUNT(cases); i++) {
        (void)snprintf(body, sizeof(body), "{\"commands\": [\"%s\"]}",
                       cases[i].command);
        core_rig_ask(rig, cases[i].status, "POST", path, body);
    }
}

static void X_2_limited_persons_change_nothing_of_all_devices(void **state)
{
    static const struct {
        const char *method;
        const char *path;
        const char *body;
        int status; /* of those who are not limited */
    } cases[] = {
        { "POST", "/api/v1/network/credentials",
          "{\"name\": \"n\", \"vault\": \"v\"}", 201 },
        { "PATCH", "/api/v1/network/credentials/1", "{\"realm\": \"r\"}", 200 },
        { "POST", "/api/v1/network/credentials/1/rotate", "{\"vault\": \"w\"}",
          200 },
        { "DELETE", "/api/v1/network/credentials/1", NULL, 204 },
        { "POST", "/api/v1/device-servers",
          "{\"kind\": \"pnp\", \"name\": \"p\", \"address\": \"192.0.2.9\","
          " \"networks\": \"192.0.2.0/24\"}",
          201 },
        { "PUT", "/api/v1/device-servers/1",
          "{\"name\": \"p\", \"address\": \"192.0.2.9\", \"networks\":"
          " \"192.0.0.0/16\"}",
          200 },
        { "DELETE", "/api/v1/device-servers/1", NULL, 204 },
        { "PUT", "/api/v1/network/types",
          "{\"family\": \"ios\", \"read_s\": 9}", 200 },
        { "POST", "/api/v1/network/types/reset", "{\"family\": \"ios\"}", 200 },
    };
    struct core_rig *rig = *state;
    struct scope system = rig->scope;

    for (size_t i = 0; i < COUNT(cases); i++) {
        rig->scope = limited();
        core_rig_ask(rig, 403, cases[i].method, cases[i].path, cases[i].body);
        rig->scope = system;
        core_rig_ask(rig, cases[i].status, cases[i].method, cases[i].path,
                     cases[i].body);
    }
}

static void X_2_limited_persons_use_only_credentials_of_their_labels(
    void **state)
{
    struct core_rig *rig = *state;
    struct scope system = rig->scope;
    int64_t device =
        add_device(rig, 201, "r1", ", \"label\": 700, \"credential\": 1");

    rig->scope = limited();
    add_device(rig, 403, "r2", ", \"label\": 700, \"credential\": 1");
    add_device(rig, 403, "r2", ", \"label\": 700, \"credential\": 3");
    add_device(rig, 403, "r2", ", \"label\": 700, \"realm\": \"core\"");
    add_device(rig, 201, "r2", ", \"label\": 700, \"credential\": 2");
    add_device(rig, 201, "r3", ", \"label\": 700, \"realm\": \"edge\"");
    /* What others gave the device stays, and stays where it is. */
    change(rig, 200, device, "{\"notes\": \"rack 4\"}");
    change(rig, 403, device, "{\"credential\": 3}");
    change(rig, 403, device, "{\"realm\": \"core\"}");
    change(rig, 403, device, "{\"address\": \"192.0.2.66\"}");
    rig->scope = system;
    change(rig, 200, device, "{\"address\": \"192.0.2.66\"}");
}

static void a_password_follows_no_device_to_where_network_write_moves_it(
    void **state)
{
    static const char *const moves[] = {
        "{\"address\": \"192.0.2.66\"}", "{\"port\": 2222}",
        "{\"transport\": \"ssl\"}",      "{\"allow_clear\": true}",
        "{\"credential\": 2}",           "{\"realm\": \"core\"}",
    };
    struct core_rig *rig = *state;
    struct scope system = rig->scope;
    int64_t with = add_device(rig, 201, "r1", ", \"credential\": 1");
    int64_t bare = add_device(rig, 201, "r2", "");

    for (size_t i = 0; i < COUNT(moves); i++) {
        without(rig, PERM_CREDENTIAL_WRITE);
        change(rig, 403, with, moves[i]);
    }
    change(rig, 200, with, "{\"notes\": \"rack 4\", \"name\": \"r9\"}");
    change(rig, 200, bare, "{\"address\": \"192.0.2.66\"}");
    rig->scope = system;
    for (size_t i = 0; i < COUNT(moves); i++)
        change(rig, 200, with, moves[i]);
}

static bool confirmed(struct core_rig *rig, int64_t device)
{
    char path[128];

    (void)snprintf(path, sizeof(path), DEVICES "/%lld", (long long)device);
    return jval_bool(
        jval_get(core_rig_ask(rig, 200, "GET", path, NULL), "confirmed"),
        false);
}

/* Whether a session would get a password for it. */
static bool has_password(struct core_rig *rig, int64_t id)
{
    struct netdev_credential credential;
    struct arena arena = ARENA;
    struct netdev device;
    int rc;

    assert_int_equal(
        netdev_get(rig->core.db, &rig->scope, id, &arena, &device, NULL), 0);
    rc = netdev_credential_of(rig->core.db, &device, &arena, &credential, NULL);
    assert_true(rc >= 0);
    arena_clear(&arena);
    return rc == 0;
}

static void no_password_goes_where_network_write_alone_says(void **state)
{
    struct core_rig *rig = *state;
    struct scope system = rig->scope;
    int64_t named;
    int64_t realm;
    int64_t bare;

    without(rig, PERM_CREDENTIAL_WRITE);
    named = add_device(rig, 201, "r1", ", \"credential\": 1");
    realm = add_device(rig, 201, "r2", ", \"realm\": \"core\"");
    assert_false(confirmed(rig, named));
    assert_false(has_password(rig, named));
    assert_false(has_password(rig, realm));
    change(rig, 403, named, "{\"confirmed\": true}");
    /* Until it is used, a wrong address is everybody's to mend. */
    change(rig, 200, named, "{\"address\": \"192.0.2.67\"}");
    rig->scope = system;
    bare = add_device(rig, 201, "r3", "");
    assert_true(confirmed(rig, bare));
    change(rig, 200, named, "{\"confirmed\": true}");
    assert_true(has_password(rig, named));
    /* A device without a credential, moved, and then given one. */
    without(rig, PERM_CREDENTIAL_WRITE);
    change(rig, 200, bare, "{\"notes\": \"rack 4\"}");
    assert_true(confirmed(rig, bare));
    change(rig, 200, bare, "{\"address\": \"192.0.2.66\"}");
    change(rig, 200, bare, "{\"credential\": 1}");
    assert_false(has_password(rig, bare));
    rig->scope = system;
    change(rig, 200, bare, "{\"address\": \"192.0.2.68\"}");
    assert_true(has_password(rig, bare));
}

static void who_may_only_connect_ends_no_session_of_a_change(void **state)
{
    struct core_rig *rig = *state;
    char path[128];

    (void)snprintf(path, sizeof(path), DEVICES "/%lld/discover",
                   (long long)add_device(rig, 201, "r1", ""));
    core_rig_ask(rig, 201, "POST", path, "{}");
    core_rig_ask(rig, 201, "POST", path, "{}");
    core_rig_sql(rig, "UPDATE netdev_session SET action = 'change', change = 5"
                      " WHERE id = 1");
    without(rig, PERM_NETWORK_CHANGE);
    core_rig_ask(rig, 403, "POST", "/api/v1/network/sessions/1/cancel", NULL);
    core_rig_ask(rig, 200, "POST", "/api/v1/network/sessions/2/cancel", NULL);
    rig->scope = scope_system(1);
    core_rig_ask(rig, 200, "POST", "/api/v1/network/sessions/1/cancel", NULL);
}

/* OpenSSH's ssh is a process of its own, which the confined one that talks to
 * devices may not start. */
static void R_SSH_15_the_server_refuses_the_profile_museum(void **state)
{
    struct core_rig *rig = *state;
    int64_t device = add_device(rig, 201, "r1", ", \"profile\": \"legacy-2\"");

    add_device(rig, 422, "r2", ", \"profile\": \"museum\"");
    change(rig, 422, device, "{\"profile\": \"museum\"}");
    core_rig_ask(rig, 422, "PUT", "/api/v1/network/types",
                 "{\"family\": \"ios\", \"profile\": \"museum\"}");
    core_rig_ask(rig, 200, "PUT", "/api/v1/network/types",
                 "{\"family\": \"ios\", \"profile\": \"legacy-1\"}");
    core_rig_sql(rig, "UPDATE netdev SET profile = 'museum'");
    change(rig, 200, device, "{\"profile\": \"modern\"}");
}

static void put_responses(struct core_rig *rig, int status, const char *rules)
{
    AUTO(buf_clear) struct buf body = BUF(4096);

    buf_printf(&body, "{\"family\": \"frr\", \"responses\": %s}", rules);
    core_rig_ask(rig, status, "PUT", "/api/v1/network/types", buf_c(&body));
}

static void R_DEP_3_what_answers_mean_is_a_setting_of_the_type(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *all;
    const struct jval *type = NULL;

    put_responses(rig, 422, "[{\"kind\": \"fatal\", \"pattern\": \"x\"}]");
    put_responses(rig, 422, "[{\"kind\": \"error\", \"pattern\": \"(\"}]");
    put_responses(rig, 422,
                  "[{\"kind\": \"question\", \"pattern\": \".*\","
                  " \"answer\": \"yes\"}]");
    put_responses(rig, 200,
                  "[{\"kind\": \"warning\", \"pattern\":"
                  " \"^% Unknown\"}]");
    /* What is not said stays. */
    core_rig_ask(rig, 200, "PUT", "/api/v1/network/types",
                 "{\"family\": \"frr\", \"read_s\": 5}");
    all = jval_get(core_rig_ask(rig, 200, "GET", "/api/v1/network/types", NULL),
                   "items");
    for (size_t i = 0; i < jval_count(all); i++)
        if (str_eq_c(jval_text(jval_get(jval_at(all, i), "family"), STR("")),
                     "frr"))
            type = jval_at(all, i);
    assert_int_equal(jval_i64(jval_get(type, "read_s"), 0), 5);
    assert_int_equal(jval_count(jval_get(type, "responses")), 1);
    assert_true(jval_count(jval_get(type, "known")) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(R_DEP_3_what_answers_mean_is_a_setting_of_the_type),
        TEST(who_may_connect_has_only_commands_sent_that_show),
        TEST(X_2_limited_persons_change_nothing_of_all_devices),
        TEST(X_2_limited_persons_use_only_credentials_of_their_labels),
        TEST(no_password_goes_where_network_write_alone_says),
        TEST(a_password_follows_no_device_to_where_network_write_moves_it),
        TEST(who_may_only_connect_ends_no_session_of_a_change),
        TEST(R_SSH_15_the_server_refuses_the_profile_museum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
