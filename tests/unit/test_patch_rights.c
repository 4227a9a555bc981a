/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may do what in patching: what is in force is changed as it is deployed,
 * and whom labels limit neither sees nor reaches the devices of others.
 */
#include "tests/unit/unit.h"

#include "server/patcher.h"
#include "tests/unit/agent_rig.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#define ONE "/api/v1/patch-configurations/1"
#define FOR(targets, more)                                                     \
    "{\"settings\": {\"name\": \"servers\", \"linux\": {\"routine\": {"        \
    "\"enabled\": true, \"schedule\": {\"type\": \"daily\", \"time\": "        \
    "\"03:00\"}, \"deploy\": {\"all_missing\": true}}}}, \"targets\": "        \
    "{" targets                                                                \
    "\"systems\": [\"\"]}, \"confirm_all\": true, \"confirm\": true" more "}"
#define FOR_FIRST FOR("\"devices\": [1], ", "")
#define FOR_ALL FOR("", "")
#define FIRST_PLACE FOR("\"devices\": [1], ", ", \"place\": 1")
#define SECOND_PLACE                                                           \
    "{\"settings\": {\"name\": \"second\", \"linux\": {\"routine\": {"         \
    "\"enabled\": true, \"schedule\": {\"type\": \"daily\", \"time\": "        \
    "\"03:00\"}, \"deploy\": {\"all_missing\": true}}}}, \"targets\": "        \
    "{\"systems\": [\"\"]}, \"place\": 2, \"confirm_all\": true,"              \
    " \"confirm\": true}"
#define RINGS "{\"rings\": [{\"name\": \"all\"}]}"
#define NO_RINGS "{\"rings\": []}"

/* Three devices; the role of user 7 reaches the second by its label 1, label 2
 * is of the third. */
static int setup(void **state)
{
    static const char *const statements[] = {
        ("INSERT INTO app_user (id, org, login, name, email, source,"
         " password_set, totp_last, disabled, failures, locked_until, created,"
         " last_login, revision) VALUES (7, 1, 'scoped', 'Scoped', '',"
         " 'local', 1, 0, 0, 0, 0, 1, 1, 1)"),
        ("INSERT INTO role (id, org, name, permissions, built_in, revision)"
         " VALUES (70, 1, 'limited', -1, 0, 1)"),
        "INSERT INTO user_role (app_user, role) VALUES (7, 70)",
        "INSERT INTO role_label (role, label) VALUES (70, 1)",
    };
    struct core_rig *core;
    struct agent_rig *rig;
    int rc = agent_rig_setup(state);

    if (rc != 0)
        return rc;
    rig = *state;
    core = rig->core;
    core->core.patcher = patcher_new(&core->core, str_c(core->directory));
    agent_rig_enrol(rig, "db-1");
    agent_rig_enrol(rig, "web-1");
    agent_rig_enrol(rig, "mail-1");
    agent_rig_be(rig, NULL);
    core_rig_ask(core, 201, "POST", "/api/v1/labels",
                 "{\"name\": \"web\", \"kind\": \"manual\"}");
    core_rig_ask(core, 200, "POST", "/api/v1/labels/1/members",
                 "{\"add\": [2]}");
    core_rig_ask(core, 201, "POST", "/api/v1/labels",
                 "{\"name\": \"mail\", \"kind\": \"manual\"}");
    core_rig_ask(core, 200, "POST", "/api/v1/labels/2/members",
                 "{\"add\": [3]}");
    for (size_t i = 0; i < COUNT(statements); i++)
        core_rig_sql(core, statements[i]);
    return 0;
}

static int teardown(void **state)
{
    struct agent_rig *rig = *state;

    patcher_free(rig->core->core.patcher);
    rig->core->core.patcher = NULL;
    return agent_rig_teardown(state);
}

/* The one whom labels limit, until be_system(). */
static void be_limited(struct core_rig *rig)
{
    rig->scope.user = 7;
    rig->scope.name = STR("scoped");
    rig->scope.all_devices = false;
}

static void be_system(struct core_rig *rig)
{
    rig->scope = scope_system(1);
}

static void be_writer(struct core_rig *rig)
{
    rig->scope.permissions =
        UINT64_C(1) << PERM_PATCH_READ | UINT64_C(1) << PERM_PATCH_WRITE;
}

static size_t count(struct core_rig *rig, const char *path)
{
    return jval_count(
        jval_get(core_rig_ask(rig, 200, "GET", path, NULL), "items"));
}

static void put(struct core_rig *rig, int status, const char *path,
                const char *body)
{
    rig->if_match = "*";
    core_rig_ask(rig, status, "PUT", path, body);
    rig->if_match = NULL;
}

static void in_force_for_one(struct core_rig *rig)
{
    const struct jval *answer;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations", FOR_FIRST);
    put(rig, 200, ONE "/rings", RINGS);
    answer = core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}");
    assert_int_equal(jval_i64(jval_get(answer, "deployed_version"), 0), 1);
}

static void limit_to(struct core_rig *rig, const char *sql)
{
    core_rig_sql(rig, "INSERT INTO setting (org, name, value, revision)"
                      " VALUES (1, 'patching.approval_devices', '2', 1)");
    if (sql != NULL)
        core_rig_sql(rig, sql);
}

static void who_may_only_write_changes_nothing_in_force(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    in_force_for_one(rig);
    be_writer(rig);
    put(rig, 403, ONE, FOR_ALL);
    put(rig, 403, ONE, FIRST_PLACE);
    put(rig, 403, ONE "/rings", NO_RINGS);
    put(rig, 200, ONE, FOR_FIRST); /* settings wait for the deployment */
    be_system(rig);
    put(rig, 200, ONE, FOR_ALL);
    put(rig, 200, ONE "/rings", NO_RINGS);
    core_rig_ask(rig, 200, "POST", ONE "/withdraw", NULL);
    be_writer(rig);
    put(rig, 200, ONE, FOR_FIRST);
    put(rig, 200, ONE "/rings", RINGS);
}

static void nobody_widens_past_the_second_person_claim_3(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    limit_to(rig, NULL);
    in_force_for_one(rig);
    put(rig, 409, ONE, FOR_ALL);
    put(rig, 200, ONE, FIRST_PLACE);
    put(rig, 200, ONE "/rings", RINGS);
    core_rig_sql(rig, "UPDATE setting SET value = '1'");
    put(rig, 409, ONE "/rings", NO_RINGS);
}

static void what_waits_is_approved_as_it_was_asked_claim_3(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;
    const struct jval *answer;

    limit_to(rig, "UPDATE setting SET value = '1'");
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations", FOR_FIRST);
    answer = core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}");
    assert_int_equal(jval_i64(jval_get(answer, "asked_version"), 0), 1);
    put(rig, 409, ONE, FOR_ALL);
    put(rig, 409, ONE "/rings", RINGS);
}

/* What comes after another one is for nobody today, and for all as soon as
 * that one is withdrawn, archived or moved. */
static void what_is_behind_another_one_counts_whole_claim_3(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;
    const struct jval *answer;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations",
                 FOR("", ", \"place\": 1"));
    core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}");
    limit_to(rig, NULL);
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations",
                 SECOND_PLACE);
    answer = core_rig_ask(rig, 200, "POST",
                          "/api/v1/patch-configurations/2/deploy", "{}");
    assert_int_equal(jval_i64(jval_get(answer, "deployed_version"), 0), 0);
    assert_int_equal(jval_i64(jval_get(answer, "asked_version"), 0), 1);
}

/* The one that comes first may be gone tomorrow. */
static void nobody_approves_what_is_behind_and_unseen_d_34_claim_3(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations",
                 SECOND_PLACE);
    core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}");
    limit_to(rig, "UPDATE setting SET value = '1'");
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations", FOR_FIRST);
    core_rig_ask(rig, 200, "POST", "/api/v1/patch-configurations/2/deploy",
                 "{}");
    be_limited(rig);
    core_rig_ask(rig, 403, "POST", "/api/v1/patch-configurations/2/approve",
                 "{\"version\": 1, \"verdict\": \"approved\"}");
}

#define GROUPED                                                                \
    "{\"settings\": {\"name\": \"servers\", \"linux\": {\"routine\": {"        \
    "\"enabled\": true, \"schedule\": {\"type\": \"daily\", \"time\": "        \
    "\"03:00\"}, \"deploy\": {\"include\": [\"pilot\"]}}}}, \"targets\": "     \
    "{\"devices\": [1], \"systems\": [\"\"]}, \"confirm\": true}"
#define ADD_TO_PILOT "{\"add\": [\"DSA-2-1\"]}"

/* A group's patches are part of what was agreed to. */
static void a_group_in_force_is_changed_as_it_is_deployed_claim_3(void **state)
{
    static const char *const group = "/api/v1/patch-groups/1/patches";
    static const char *const filter = "{\"filter\": {\"os\": [\"linux\"]}}";
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-groups",
                 "{\"name\": \"pilot\", \"patches\": [\"DSA-1-1\"]}");
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations", GROUPED);
    be_writer(rig);
    core_rig_ask(rig, 200, "POST", group, ADD_TO_PILOT); /* not in force */
    be_system(rig);
    core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}");
    core_rig_ask(rig, 200, "POST", group, ADD_TO_PILOT);
    be_writer(rig);
    core_rig_ask(rig, 403, "POST", group, ADD_TO_PILOT);
    rig->if_match = "*";
    core_rig_ask(rig, 403, "PATCH", "/api/v1/patch-groups/1", filter);
    core_rig_ask(rig, 200, "PATCH", "/api/v1/patch-groups/1",
                 "{\"description\": \"first ones\"}");
    be_system(rig);
    limit_to(rig, "UPDATE setting SET value = '1'");
    core_rig_ask(rig, 409, "PATCH", "/api/v1/patch-groups/1", filter);
    rig->if_match = NULL;
    core_rig_ask(rig, 409, "POST", group, ADD_TO_PILOT);
    core_rig_ask(rig, 200, "POST", ONE "/withdraw", NULL);
    core_rig_ask(rig, 200, "POST", group, ADD_TO_PILOT);
    core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}"); /* asks */
    core_rig_ask(rig, 409, "POST", group, ADD_TO_PILOT);
}

/* An old version may name a group that is gone; making it is changing it. */
static void a_group_that_is_named_is_made_as_it_is_deployed_claim_3(
    void **state)
{
    static const char *const pilot = "{\"name\": \"pilot\", \"patches\": []}";
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-groups", pilot);
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations", GROUPED);
    put(rig, 200, ONE, FOR_FIRST);
    core_rig_ask(rig, 204, "DELETE", "/api/v1/patch-groups/1", NULL);
    core_rig_ask(rig, 200, "POST", ONE "/deploy", "{\"version\": 1}");
    be_writer(rig);
    core_rig_ask(rig, 403, "POST", "/api/v1/patch-groups", pilot);
}

#define MEMBERS "/api/v1/labels/1/members"
#define ADD(ids) "{\"add\": [" ids "]}"
#define FREEZE_WEB                                                             \
    "{\"reason\": \"end of year\", \"ends\": \"2026-01-05T00:00:00Z\","        \
    " \"label\": 1}"

static void be_labeller(struct core_rig *rig)
{
    rig->scope.permissions =
        UINT64_C(1) << PERM_LABEL_READ | UINT64_C(1) << PERM_LABEL_WRITE;
}

/* Putting a device into a label is deploying to it what is in force there. */
static void a_label_in_force_grows_as_it_is_deployed_claim_3(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations",
                 FOR("\"labels\": [1], ", ""));
    be_labeller(rig);
    core_rig_ask(rig, 200, "POST", MEMBERS, ADD("1")); /* not in force */
    be_system(rig);
    core_rig_ask(rig, 200, "POST", MEMBERS, "{\"remove\": [1]}");
    limit_to(rig, NULL);
    core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}"); /* one device */
    core_rig_ask(rig, 409, "POST", MEMBERS, ADD("1"));
    core_rig_ask(rig, 200, "POST", MEMBERS, ADD("2"));
    core_rig_sql(rig, "UPDATE setting SET value = '0'");
    core_rig_ask(rig, 200, "POST", MEMBERS, ADD("1"));
    be_labeller(rig);
    core_rig_ask(rig, 403, "POST", MEMBERS, ADD("3"));
    core_rig_ask(rig, 200, "POST", "/api/v1/labels/2/members", ADD("1"));
}

/* Taking one out of the label of a freeze is lifting it there. */
static void a_label_of_a_freeze_is_left_as_it_is_lifted_claim_30(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-freezes", FREEZE_WEB);
    be_labeller(rig);
    core_rig_ask(rig, 403, "POST", MEMBERS, "{\"remove\": [2]}");
    core_rig_ask(rig, 403, "DELETE", "/api/v1/labels/1", NULL);
    rig->now += 30 * 86400; /* it is over */
    core_rig_ask(rig, 200, "POST", MEMBERS, "{\"remove\": [2]}");
}

/* A smart label is worked out anew before it is counted. */
static void a_query_in_force_grows_as_it_is_deployed_claim_3(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    core_rig_ask(rig, 201, "POST", "/api/v1/labels",
                 "{\"name\": \"s\", \"kind\": \"smart\","
                 " \"query\": \"name = \\\"db-1\\\"\"}");
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations",
                 FOR("\"labels\": [3], ", ""));
    limit_to(rig, NULL);
    core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}");
    rig->if_match = "*";
    core_rig_ask(rig, 409, "PATCH", "/api/v1/labels/3",
                 "{\"query\": \"name ~ \\\"-1\\\"\"}");
    core_rig_ask(rig, 200, "PATCH", "/api/v1/labels/3",
                 "{\"query\": \"name = \\\"web-1\\\"\"}");
    rig->if_match = NULL;
}

#define HOLD(label)                                                            \
    "{\"kind\": \"package\", \"target\": \"bash\", \"reason\": \"breaks\","    \
    " \"label\": " label "}"
#define FREEZE(label)                                                          \
    "{\"reason\": \"end of year\", \"ends\": \"2026-01-05T00:00:00Z\","        \
    " \"label\": " label "}"

static void holds_and_freezes_of_others_are_out_of_reach_d_34(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-holds", HOLD("2"));
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-holds", HOLD("1"));
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-freezes", FREEZE("2"));
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-freezes", FREEZE("1"));
    be_limited(rig);
    assert_int_equal(count(rig, "/api/v1/patch-holds"), 1);
    assert_int_equal(count(rig, "/api/v1/patch-freezes"), 1);
    core_rig_ask(rig, 404, "GET", "/api/v1/patch-holds/1", NULL);
    core_rig_ask(rig, 404, "GET", "/api/v1/patch-freezes/1", NULL);
    core_rig_ask(rig, 404, "DELETE", "/api/v1/patch-holds/1", NULL);
    core_rig_ask(rig, 404, "DELETE", "/api/v1/patch-freezes/1", NULL);
    core_rig_ask(rig, 422, "POST", "/api/v1/patch-holds", HOLD("2"));
    core_rig_ask(rig, 422, "POST", "/api/v1/patch-freezes", FREEZE("2"));
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-holds", HOLD("1"));
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-freezes", FREEZE("1"));
    core_rig_ask(rig, 204, "DELETE", "/api/v1/patch-holds/2", NULL);
    core_rig_ask(rig, 204, "DELETE", "/api/v1/patch-freezes/2", NULL);
    be_system(rig);
    assert_int_equal(count(rig, "/api/v1/patch-holds?active=true"), 2);
    assert_int_equal(count(rig, "/api/v1/patch-freezes?active=true"), 2);
}

static void what_is_for_all_is_not_for_the_limited_d_34(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-groups",
                 "{\"name\": \"tested\", \"patches\": [\"DSA-1-1\"]}");
    be_limited(rig);
    core_rig_ask(rig, 403, "POST", "/api/v1/patch-groups",
                 "{\"name\": \"mine\", \"patches\": []}");
    rig->if_match = "*";
    core_rig_ask(rig, 403, "PATCH", "/api/v1/patch-groups/1",
                 "{\"description\": \"x\"}");
    rig->if_match = NULL;
    core_rig_ask(rig, 403, "POST", "/api/v1/patch-groups/1/patches",
                 "{\"add\": [\"DSA-2-1\"]}");
    core_rig_ask(rig, 403, "DELETE", "/api/v1/patch-groups/1", NULL);
    core_rig_ask(rig, 403, "POST", "/api/v1/patches",
                 "{\"os\": \"windows\", \"patches\": {\"catalogue\": []}}");
    assert_int_equal(count(rig, "/api/v1/patch-groups"), 1);
    be_system(rig);
    core_rig_ask(rig, 200, "POST", "/api/v1/patches",
                 "{\"os\": \"windows\", \"patches\": {\"catalogue\": []}}");
}

#define RUN(devices)                                                           \
    "{\"kind\": \"reboot\", \"targets\": {\"devices\": [" devices "],"         \
    " \"systems\": [\"\"]}}"

static void runs_show_and_count_only_devices_one_sees_d_34(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;
    const struct jval *run;

    core_rig_ask(rig, 201, "POST", "/api/v1/patch-runs", RUN("1, 3"));
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-runs", RUN("1, 2, 3"));
    assert_int_equal(count(rig, "/api/v1/patch-runs"), 2);
    be_limited(rig);
    assert_int_equal(count(rig, "/api/v1/patch-runs"), 1);
    assert_int_equal(count(rig, "/api/v1/patch-runs?state=running"), 1);
    core_rig_ask(rig, 404, "GET", "/api/v1/patch-runs/1", NULL);
    core_rig_ask(rig, 404, "GET", "/api/v1/patch-runs/1/devices", NULL);
    run = core_rig_ask(rig, 200, "GET", "/api/v1/patch-runs/2", NULL);
    assert_int_equal(jval_i64(jval_get(run, "devices"), 0), 1);
    be_system(rig);
    run = core_rig_ask(rig, 200, "GET", "/api/v1/patch-runs/2", NULL);
    assert_int_equal(jval_i64(jval_get(run, "devices"), 0), 3);
}

static void nobody_approves_for_devices_they_do_not_see_d_34(void **state)
{
    static const char *const verdict = "{\"verdict\": \"approved\"}";
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    limit_to(rig, "UPDATE setting SET value = '1'");
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-runs", RUN("1, 2"));
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-runs", RUN("2"));
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-runs", RUN("1"));
    be_limited(rig);
    core_rig_ask(rig, 403, "POST", "/api/v1/patch-runs/1/approve", verdict);
    core_rig_ask(rig, 200, "POST", "/api/v1/patch-runs/2/approve", verdict);
    core_rig_ask(rig, 404, "POST", "/api/v1/patch-runs/3/approve", verdict);
}

#define APPROVED "{\"version\": 1, \"verdict\": \"approved\"}"
#define FOR_LABEL(id) FOR("\"labels\": [" id "], ", "")

/* 1 is for all, 2 for a label of others, 3 for a device of others, 4 and 5
 * for what the one whom labels limit sees. */
static void nobody_puts_into_force_what_they_do_not_see_d_34_claim_3(
    void **state)
{
    static const char *const bodies[] = {
        FOR_ALL,
        FOR_LABEL("2"),
        FOR_FIRST,
        FOR_LABEL("1"),
        FOR("\"devices\": [2], ", ""),
    };
    struct core_rig *rig = ((struct agent_rig *)*state)->core;
    AUTO(arena_clear) struct arena arena = ARENA;

    limit_to(rig, "UPDATE setting SET value = '1'");
    for (size_t i = 0; i < COUNT(bodies); i++) {
        str body = arena_str(&arena, str_c(bodies[i]));
        size_t at = str_find(body, STR("servers"));
        str own = arena_printf(&arena, "%.*sservers%zu%s", (int)at, body.p,
                               i + 1, body.p + at + strlen("servers"));

        core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations",
                     arena_c(&arena, own));
        core_rig_ask(
            rig, 200, "POST",
            arena_c(&arena,
                    arena_printf(&arena,
                                 "/api/v1/patch-configurations/%zu/deploy",
                                 i + 1)),
            "{}");
    }
    be_limited(rig);
    for (size_t i = 0; i < COUNT(bodies); i++)
        core_rig_ask(
            rig, i < 3 ? 403 : 200, "POST",
            arena_c(&arena,
                    arena_printf(&arena,
                                 "/api/v1/patch-configurations/%zu/approve",
                                 i + 1)),
            APPROVED);
    be_system(rig);
    core_rig_ask(rig, 403, "POST", ONE "/approve", APPROVED); /* asked for it */
}

/* Today everything is in sight, but what is for all reaches whoever comes. */
static void what_comes_later_must_be_in_sight_too_d_34_claim_3(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;

    limit_to(rig, "UPDATE setting SET value = '1'");
    core_rig_ask(rig, 200, "POST", "/api/v1/labels/1/members",
                 "{\"add\": [1, 3]}");
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations", FOR_ALL);
    core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}");
    be_limited(rig);
    core_rig_ask(rig, 403, "POST", ONE "/approve", APPROVED);
}

/* An author whom the same labels limit: whatever comes, both see it. */
static void a_colleague_with_the_same_labels_agrees_d_34_claim_3(void **state)
{
    static const char *const statements[] = {
        ("INSERT INTO app_user (id, org, login, name, email, source,"
         " password_set, totp_last, disabled, failures, locked_until, created,"
         " last_login, revision) VALUES (8, 1, 'second', 'Second', '',"
         " 'local', 1, 0, 0, 0, 0, 1, 1, 1)"),
        "INSERT INTO user_role (app_user, role) VALUES (8, 70)",
    };
    struct core_rig *rig = ((struct agent_rig *)*state)->core;
    const struct jval *answer;

    limit_to(rig, "UPDATE setting SET value = '1'");
    for (size_t i = 0; i < COUNT(statements); i++)
        core_rig_sql(rig, statements[i]);
    be_limited(rig);
    core_rig_ask(rig, 201, "POST", "/api/v1/patch-configurations", FOR_ALL);
    core_rig_ask(rig, 200, "POST", ONE "/deploy", "{}");
    rig->scope.user = 8;
    rig->scope.name = STR("second");
    answer = core_rig_ask(rig, 200, "POST", ONE "/approve", APPROVED);
    assert_int_equal(jval_i64(jval_get(answer, "deployed_version"), 0), 1);
}

static void counts_are_of_devices_one_sees_x_2_d_34(void **state)
{
    struct core_rig *rig = ((struct agent_rig *)*state)->core;
    const struct jval *answer;

    in_force_for_one(rig);
    core_rig_sql(rig, "INSERT INTO device_patch (device, configuration,"
                      " version, epoch, revision, taken, since, digest) VALUES"
                      " (1, 1, 1, 0, 1, 1, 0, ''), (2, 1, 1, 0, 1, 0, 0, '')");
    answer = core_rig_ask(rig, 200, "GET", ONE, NULL);
    assert_int_equal(jval_i64(jval_get(answer, "devices"), 0), 2);
    assert_int_equal(jval_i64(jval_get(answer, "taken"), 0), 1);
    be_limited(rig);
    answer = core_rig_ask(rig, 200, "GET", ONE, NULL);
    assert_int_equal(jval_i64(jval_get(answer, "devices"), 0), 1);
    assert_int_equal(jval_i64(jval_get(answer, "taken"), 9), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_may_only_write_changes_nothing_in_force),
        TEST(nobody_widens_past_the_second_person_claim_3),
        TEST(what_waits_is_approved_as_it_was_asked_claim_3),
        TEST(what_is_behind_another_one_counts_whole_claim_3),
        TEST(nobody_approves_what_is_behind_and_unseen_d_34_claim_3),
        TEST(a_group_in_force_is_changed_as_it_is_deployed_claim_3),
        TEST(a_group_that_is_named_is_made_as_it_is_deployed_claim_3),
        TEST(a_label_in_force_grows_as_it_is_deployed_claim_3),
        TEST(a_label_of_a_freeze_is_left_as_it_is_lifted_claim_30),
        TEST(a_query_in_force_grows_as_it_is_deployed_claim_3),
        TEST(holds_and_freezes_of_others_are_out_of_reach_d_34),
        TEST(what_is_for_all_is_not_for_the_limited_d_34),
        TEST(runs_show_and_count_only_devices_one_sees_d_34),
        TEST(nobody_approves_for_devices_they_do_not_see_d_34),
        TEST(nobody_puts_into_force_what_they_do_not_see_d_34_claim_3),
        TEST(what_comes_later_must_be_in_sight_too_d_34_claim_3),
        TEST(a_colleague_with_the_same_labels_agrees_d_34_claim_3),
        TEST(counts_are_of_devices_one_sees_x_2_d_34),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
