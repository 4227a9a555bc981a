/* SPDX-License-Identifier: Apache-2.0
 *
 * Sessions with network devices in the core: what becomes an order to the
 * process netdev, what does not any more, and what is sealed anew. The process
 * is this test: it takes orders down, and seals as it does.
 */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "fleet/netdev_change.h"
#include "fleet/netdev_credential.h"
#include "fleet/netdev_device.h"
#include "fleet/netdev_pin.h"
#include "fleet/netdev_server.h"
#include "netdev/show.h"
#include "server/netdevs.h"
#include "tests/unit/core_rig.h"
#include "tests/unit/db.h"
#include "trust/sign.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

enum {
    NOW = 1767225600, /* 2026-01-01T00:00:00Z */
    TEXTS_MAX = 64
};

struct rig {
    struct core_rig *core;
    struct arena arena;
    struct db *db;
    struct scope scope;
    struct box_ring ring;
    int64_t device;
    int64_t credential;

    /* What the process was sent. */
    int orders;
    int stops;
    int reseals;
    struct netdev_order order; /* the newest; its texts are gone */
    int64_t stopped;
    int64_t reseal_number;
    struct reseal_text texts[TEXTS_MAX]; /* not answered yet */
    size_t n;
};

static void take_reseal(struct rig *rig, const struct netdev_reseal *order)
{
    const struct reseal_text *texts = order->texts.p;

    rig->reseals++;
    rig->reseal_number = order->number;
    rig->n = 0;
    for (size_t i = 0; i < order->texts.n; i++)
        rig->texts[rig->n++] =
            (struct reseal_text){ texts[i].id, texts[i].context,
                                  arena_str(&rig->arena, texts[i].sealed) };
}

static int take(void *ctx, enum netdev_send_kind kind, const void *value,
                struct err *err UNUSED)
{
    struct rig *rig = ctx;

    if (kind == NETDEV_SEND_ORDER) {
        rig->orders++;
        rig->order = *(const struct netdev_order *)value;
    } else if (kind == NETDEV_SEND_STOP) {
        rig->stops++;
        rig->stopped = ((const struct netdev_number *)value)->session;
    } else if (kind == NETDEV_SEND_RESEAL) {
        take_reseal(rig, value);
    }
    return 0;
}

/* As src/server/netdev_main.c does. */
static void answer_reseal(struct rig *rig)
{
    struct netdev_reseal answer = { rig->reseal_number,
                                    { rig->texts, rig->n } };

    for (size_t i = 0; i < rig->n; i++) {
        AUTO(buf_clear) struct buf plain = BUF(1 << 20);
        AUTO(buf_clear) struct buf sealed = BUF(1 << 20);
        struct reseal_text *text = &rig->texts[i];

        if (box_open(&rig->ring, text->context, text->sealed, &plain, NULL) ==
            0)
            assert_int_equal(box_seal(&rig->ring.keys[0].open, text->context,
                                      buf_str(&plain), &sealed, NULL),
                             0);
        text->sealed = arena_str(&rig->arena, buf_str(&sealed));
    }
    rig->n = 0;
    assert_int_equal(netdevs_resealed(&rig->core->core, &answer, NULL), 0);
}

/* The process begins, with the keys it has. */
static void say_keys(struct rig *rig)
{
    struct order_text keys[BOX_KEYS_MAX];

    for (size_t i = 0; i < rig->ring.n; i++)
        keys[i].text =
            (str){ (const char *)rig->ring.keys[i].open.bytes, BOX_KEY_BYTES };
    assert_int_equal(
        netdevs_keys(&rig->core->core,
                     &(struct netdev_keys){ { keys, rig->ring.n }, false },
                     NULL),
        0);
}

static void tick(struct rig *rig)
{
    struct err err = { 0 };

    if (netdevs_tick(&rig->core->core, NOW, &err) < 0)
        fail_msg("%s", err_text(&err));
}

static int64_t id_of(const struct jval *json)
{
    return jval_i64(jval_get(json, "id"), 0);
}

static int setup(void **state)
{
    struct rig *rig = mem_alloc(1, sizeof(*rig));
    void *core = NULL;

    assert_int_equal(trust_init(NULL), 0);
    core_rig_setup(&core);
    rig->core = core;
    rig->core->if_match = "*";
    rig->db = rig->core->core.db;
    rig->scope = scope_system(1);
    rig->core->core.netdevs = netdevs_new(&rig->core->core, take, rig);
    assert_int_equal(box_ring_renew(&rig->ring, NULL), 0);
    say_keys(rig);
    rig->credential = id_of(core_rig_ask(
        rig->core, 201, "POST", "/api/v1/network/credentials",
        "{\"name\": \"c\", \"login\": \"netop\", \"password\": \"one\"}"));
    rig->device = id_of(core_rig_ask(
        rig->core, 201, "POST", "/api/v1/network/devices",
        arena_printf(&rig->arena,
                     "{\"name\": \"r1\", \"family\": \"frr\", \"version\":"
                     " \"8.4\", \"address\": \"192.0.2.1\", \"credential\":"
                     " %lld}",
                     (long long)rig->credential)
            .p));
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;
    void *core = rig->core;

    netdevs_free(rig->core->core.netdevs);
    rig->core->core.netdevs = NULL;
    box_ring_clear(&rig->ring);
    arena_clear(&rig->arena);
    core_rig_teardown(&core);
    mem_free(rig);
    return 0;
}

static const struct jval *ask(struct rig *rig, int status, const char *method,
                              const char *body, str path)
{
    return core_rig_ask(rig->core, status, method, path.p, body);
}

#define DEVICE_PATH(rig, rest)                                                 \
    arena_printf(&(rig)->arena, "/api/v1/network/devices/%lld" rest,           \
                 (long long)(rig)->device)
#define PATH(rig, before, id, rest)                                            \
    arena_printf(&(rig)->arena, "/api/v1/network/" before "/%lld" rest,        \
                 (long long)(id))

/* --- Sealing anew ----------------------------------------------------------
 */

static void expect_password(struct rig *rig, str sealed, const char *password)
{
    AUTO(buf_clear) struct buf plain = BUF(1 << 20);
    struct netdev_secret secret = { 0 };
    struct err err = { 0 };

    if (box_open(&rig->ring, netdev_credential_context, sealed, &plain, &err) <
            0 ||
        wire_read(&shape_netdev_secret, buf_str(&plain), &rig->arena, &secret,
                  &err) < 0)
        fail_msg("%s", err_text(&err));
    assert_true(str_eq_c(secret.password, password));
}

static struct netdev_credential credential(struct rig *rig)
{
    struct netdev_credential out;

    assert_int_equal(netdev_credential_get(rig->db, &rig->scope,
                                           rig->credential, &rig->arena, &out,
                                           NULL),
                     0);
    return out;
}

static void rotate(struct rig *rig, const char *body)
{
    ask(rig, 200, "POST", body,
        PATH(rig, "credentials", rig->credential, "/rotate"));
}

static void expect_newest(struct rig *rig, str sealed)
{
    char newest[BOX_ID_MAX];
    char id[BOX_ID_MAX];

    box_id(&rig->ring.keys[0].open, newest);
    box_sealed_id(sealed, id);
    assert_string_equal(id, newest);
}

/* The server has another key from now on. */
static void renew(struct rig *rig)
{
    assert_int_equal(box_ring_renew(&rig->ring, NULL), 0);
    say_keys(rig);
}

static void a_new_key_overwrites_no_secret_that_was_rotated_meanwhile(
    void **state)
{
    struct rig *rig = *state;

    renew(rig);
    tick(rig);
    assert_int_equal(rig->n, 1);
    rotate(rig, "{\"password\": \"two\"}");
    answer_reseal(rig);
    expect_password(rig, credential(rig).sealed, "two");
    tick(rig);
    assert_int_equal(rig->reseals, 1); /* all is of the newest key */
}

static void a_new_key_seals_the_secret_before_as_well(void **state)
{
    struct rig *rig = *state;
    struct netdev_credential c;

    rotate(rig, "{\"password\": \"two\", \"keep_previous_s\": 3600}");
    renew(rig);
    for (int i = 0; i < 2; i++) {
        tick(rig);
        answer_reseal(rig);
    }
    c = credential(rig);
    expect_newest(rig, c.sealed);
    expect_newest(rig, c.previous);
    box_ring_forget(&rig->ring);
    expect_password(rig, c.sealed, "two");
    expect_password(rig, c.previous, "one");
    tick(rig);
    assert_int_equal(rig->reseals, 2);

    /* What is the secret before by now is not overwritten, either. */
    renew(rig);
    tick(rig);
    answer_reseal(rig);
    tick(rig);
    rotate(rig, "{\"password\": \"three\", \"keep_previous_s\": 3600}");
    answer_reseal(rig);
    expect_password(rig, credential(rig).previous, "two");
}

static void what_nobody_can_open_holds_nothing_else_up(void **state)
{
    struct rig *rig = *state;
    int64_t second;
    char sql[256];

    second = id_of(core_rig_ask(
        rig->core, 201, "POST", "/api/v1/network/credentials",
        "{\"name\": \"d\", \"login\": \"x\", \"password\": \"y\"}"));
    snprintf(sql, sizeof(sql),
             "UPDATE netdev_credential SET key_id = 'gone', sealed = previous"
             " WHERE id = %lld",
             (long long)rig->credential);
    core_rig_sql(rig->core, sql);
    renew(rig);
    for (int i = 0; i < 3; i++) {
        tick(rig);
        answer_reseal(rig);
    }
    rig->credential = second;
    expect_newest(rig, credential(rig).sealed);
    assert_true(rig->reseals <= 2); /* it is not asked for ever */
}

/* --- Stopping ---------------------------------------------------------------
 */

static int64_t session_begins(struct rig *rig, const char *what)
{
    int64_t id =
        id_of(ask(rig, 201, "POST", "{}",
                  arena_printf(&rig->arena, "/api/v1/network/devices/%lld/%s",
                               (long long)rig->device, what)));

    tick(rig);
    assert_int_equal(rig->order.session, id);
    return id;
}

static struct netdev_session session(struct rig *rig, int64_t id)
{
    struct netdev_session out;

    assert_int_equal(
        netdev_session_get(rig->db, &rig->scope, id, &rig->arena, &out, NULL),
        0);
    return out;
}

static void report(struct rig *rig, int64_t id, int code, const char *where)
{
    struct netdev_report report = { .session = id,
                                    .code = code,
                                    .where = str_c(where),
                                    .text = STR("said"),
                                    .transports = STR(""),
                                    .transcript = STR("") };

    report.again = code == E_IO;
    assert_int_equal(netdevs_report(&rig->core->core, &report, NULL), 0);
}

/* The other server: it has no sessions, only the store. */
static void cancel_at_the_other(struct rig *rig, int status, str path)
{
    struct netdevs_core *own = TAKE(rig->core->core.netdevs);

    ask(rig, status, "POST", NULL, path);
    rig->core->core.netdevs = own;
}

static void a_session_is_stopped_where_it_runs_whichever_server_was_asked(
    void **state)
{
    struct rig *rig = *state;
    int64_t id = session_begins(rig, "discover");

    cancel_at_the_other(rig, 200, PATH(rig, "sessions", id, "/cancel"));
    assert_int_equal(rig->stops, 0);
    tick(rig);
    tick(rig);
    assert_int_equal(rig->stops, 1);
    assert_int_equal(rig->stopped, id);
    report(rig, id, E_INVALID, "stop");
    assert_true(str_eq(session(rig, id).result, NETDEV_CANCELLED));
    cancel_at_the_other(rig, 409, PATH(rig, "sessions", id, "/cancel"));
}

static void what_was_stopped_is_not_tried_again(void **state)
{
    struct rig *rig = *state;
    int64_t id = session_begins(rig, "archive");

    cancel_at_the_other(rig, 200, PATH(rig, "sessions", id, "/cancel"));
    report(rig, id, E_IO, "tcp"); /* and would be tried again */
    assert_true(str_eq_c(session(rig, id).state, "planned"));
    tick(rig);
    assert_true(str_eq(session(rig, id).result, NETDEV_CANCELLED));
    assert_int_equal(rig->orders, 1);

    /* The same when the process, or the server that led, went away. */
    id = session_begins(rig, "archive");
    cancel_at_the_other(rig, 200, PATH(rig, "sessions", id, "/cancel"));
    netdevs_lost(&rig->core->core);
    say_keys(rig);
    tick(rig);
    assert_true(str_eq(session(rig, id).result, NETDEV_CANCELLED));
    assert_int_equal(rig->orders, 2);
}

static void steps_of_a_session_are_seen_at_the_other_server(void **state)
{
    struct rig *rig = *state;
    int64_t id = session_begins(rig, "test");
    str steps;

    assert_int_equal(netdevs_told(&rig->core->core,
                                  &(struct netdev_told){ .session = id,
                                                         .step = STR("tcp"),
                                                         .ok = true,
                                                         .detail = STR("up") },
                                  NULL),
                     0);
    tick(rig);
    /* With SQLite there is no other. */
    steps = session(rig, id).steps;
    assert_int_equal(str_find(steps, STR("tcp")) < steps.n,
                     test_db_is_postgresql());
}

/* --- Changes -----------------------------------------------------------------
 */

/* One that is approved, with a planned session. */
static int64_t plan_change(struct rig *rig, int64_t *out_session)
{
    struct netdev_change change = { .device = rig->device,
                                    .kind = NETDEV_CHANGE_LINES,
                                    .lines = STR("hostname r2"),
                                    .title = STR("t"),
                                    .options = STR("{}") };
    struct netdev_approval verdict = { .approved = true, .alone = true };
    struct box_public key = rig->ring.keys[0].open;
    struct err err = { 0 };

    assert_int_equal(
        netdev_change_seal(&key, change.lines, &rig->arena, &change, NULL), 0);
    assert_int_equal(db_begin(rig->db, NULL), 0);
    if (netdev_change_add(rig->db, &rig->scope, &change, NOW, &err) < 0)
        fail_msg("%s", err_text(&err));
    verdict.change = change.id;
    if (netdev_change_decide(rig->db, &rig->scope, &verdict, NOW, &err) < 0 ||
        netdev_change_start(rig->db, &rig->scope, change.id, STR("user"), NOW,
                            &err) < 0)
        fail_msg("%s", err_text(&err));
    assert_int_equal(db_commit(rig->db, NULL), 0);
    assert_int_equal(netdev_change_get(rig->db, &rig->scope, change.id,
                                       &rig->arena, &change, NULL),
                     0);
    *out_session = change.session;
    return change.id;
}

static void expect_change(struct rig *rig, int64_t id, const char *state)
{
    struct netdev_change change;

    assert_int_equal(
        netdev_change_get(rig->db, &rig->scope, id, &rig->arena, &change, NULL),
        0);
    if (!str_eq_c(change.state, state))
        fail_msg("%.*s", (int)change.state.n, change.state.p);
}

static int note(struct rig *rig, int64_t id, const char *state)
{
    struct netdev_change_end end = { .change = id,
                                     .state = str_c(state),
                                     .now = NOW };

    return netdev_change_note(rig->db, &end, NULL);
}

static void a_change_is_noted_only_in_the_state_that_comes_before(void **state)
{
    struct rig *rig = *state;
    int64_t session_id = 0;
    int64_t id = plan_change(rig, &session_id);

    assert_int_equal(note(rig, id, "applied"), 1);
    expect_change(rig, id, "approved");
    assert_int_equal(note(rig, id, "running"), 0);
    assert_int_equal(note(rig, id, "running"), 0);
    assert_int_equal(note(rig, id, "applied"), 0);
    assert_int_equal(note(rig, id, "running"), 1);
    assert_int_equal(note(rig, id, "broken"), 1);
    expect_change(rig, id, "applied");
}

/* The session is taken up; before its change is noted as running, another
 * server cancels that. */
static void a_change_that_is_cancelled_as_it_begins_is_not_sent(void **state)
{
    struct rig *rig = *state;
    int64_t session_id = 0;
    int64_t id = plan_change(rig, &session_id);
    char sql[128];

    snprintf(sql, sizeof(sql),
             "UPDATE netdev_change SET state = 'cancelled', ended = 1"
             " WHERE id = %lld",
             (long long)id);
    core_rig_sql(rig->core, sql);
    tick(rig);
    assert_int_equal(rig->orders, 0);
    expect_change(rig, id, "cancelled");
    assert_true(str_eq(session(rig, session_id).result, NETDEV_CANCELLED));
}

static void a_change_that_runs_is_stopped_through_any_server(void **state)
{
    struct rig *rig = *state;
    int64_t session_id = 0;
    int64_t id = plan_change(rig, &session_id);

    tick(rig);
    assert_int_equal(rig->orders, 1);
    expect_change(rig, id, "running");
    cancel_at_the_other(rig, 200, PATH(rig, "changes", id, "/cancel"));
    tick(rig);
    assert_int_equal(rig->stopped, session_id);
    report(rig, session_id, E_INVALID, "stop");
    expect_change(rig, id, "cancelled");
}

static int cancel_it(void *ctx, struct db *db)
{
    const int64_t *id = ctx;
    struct scope scope = scope_system(1);

    return netdev_change_cancel(db, &scope, *id, NOW, NULL);
}

static int run_it(void *ctx, struct db *db)
{
    const int64_t *id = ctx;

    return netdev_change_note(
        db,
        &(struct netdev_change_end){ .change = *id, .state = STR("running") },
        NULL);
}

static void of_two_servers_the_second_sees_what_the_first_did(void **state)
{
    struct rig *rig = *state;
    struct test_db_beside *other;
    int64_t session_id = 0;
    int64_t id = plan_change(rig, &session_id);

    /* Cancelled here while it begins there. */
    assert_int_equal(db_begin(rig->db, NULL), 0);
    assert_int_equal(cancel_it(&id, rig->db), 0);
    other = test_db_beside(rig->db, run_it, &id);
    assert_int_equal(db_commit(rig->db, NULL), 0);
    assert_int_equal(test_db_beside_end(other), 1);
    expect_change(rig, id, "cancelled");
    assert_true(str_eq(session(rig, session_id).result, NETDEV_CANCELLED));

    /* And the other way round. */
    id = plan_change(rig, &session_id);
    assert_int_equal(db_begin(rig->db, NULL), 0);
    assert_int_equal(run_it(&id, rig->db), 0);
    other = test_db_beside(rig->db, cancel_it, &id);
    assert_int_equal(db_commit(rig->db, NULL), 0);
    assert_int_equal(test_db_beside_end(other), E_INVALID);
    expect_change(rig, id, "running");
}

/* --- Licences ----------------------------------------------------------------
 */

static int64_t drifts(struct rig *rig)
{
    int64_t n = 0;

    assert_int_equal(db_one_i64(rig->db,
                                "SELECT COUNT(*) FROM audit WHERE action ="
                                " 'network_device.licence_changed'",
                                DB_NO_ARGS, &n, NULL),
                     0);
    return n;
}

static void discovers(struct rig *rig, enum tristate failover)
{
    struct netdev_report found = { .text = STR(""),
                                   .where = STR(""),
                                   .transports = STR("ssl"),
                                   .has_facts = true,
                                   .has_interfaces = true,
                                   .family = STR("asa"),
                                   .hostname = STR("fw"),
                                   .version = STR("8.4"),
                                   .model = STR("ASA5510"),
                                   .serial = STR("J1"),
                                   .image = STR(""),
                                   .mode = STR("asa"),
                                   .failover = failover,
                                   .transcript = STR("") };

    found.session = session_begins(rig, "discover");
    assert_int_equal(netdevs_report(&rig->core->core, &found, NULL), 0);
}

static bool property(struct rig *rig)
{
    return jval_bool(jval_get(ask(rig, 200, "GET", NULL, DEVICE_PATH(rig, "")),
                              "license_supports_failover"),
                     false);
}

static void R_LIC_6_R_LIC_7_the_property_is_set_when_added_and_drift_is_told(
    void **state)
{
    struct rig *rig = *state;

    rig->device = id_of(core_rig_ask(
        rig->core, 201, "POST", "/api/v1/network/devices",
        arena_printf(&rig->arena,
                     "{\"name\": \"fw\", \"family\": \"asa\", \"version\":"
                     " \"8.4\", \"model\": \"ASA5510\", \"address\":"
                     " \"192.0.2.7\", \"credential\": %lld,"
                     " \"license_supports_failover\": true}",
                     (long long)rig->credential)
            .p));
    assert_true(property(rig));
    discovers(rig, TRISTATE_YES);
    assert_int_equal(drifts(rig), 0);
    discovers(rig, TRISTATE_NO);
    assert_int_equal(drifts(rig), 1);
    assert_false(property(rig));
    discovers(rig, TRISTATE_NO);
    assert_int_equal(drifts(rig), 1);
    discovers(rig, TRISTATE_YES);
    assert_int_equal(drifts(rig), 2);
}

/* --- Keys that devices show --------------------------------------------------
 */

static void show_key(struct rig *rig, const char *kind, const char *fingerprint)
{
    struct netdev_shown shown = { str_c(kind), str_c(fingerprint), false, NOW };

    assert_int_equal(netdev_pin_shown(rig->db, rig->device, &shown, NULL) < 0,
                     0);
}

static void begin_trusting(struct rig *rig)
{
    int64_t id = id_of(ask(rig, 201, "POST", "{\"trust_first\": true}",
                           DEVICE_PATH(rig, "/test")));

    tick(rig);
    assert_int_equal(rig->order.session, id);
    report(rig, id, E_PERM, "keys");
}

static void R_SSH_16_a_key_is_trusted_at_first_sight_and_at_no_other(
    void **state)
{
    static const char *const verdicts[] = { NULL, "refused", "retired",
                                            "approved" };
    struct rig *rig = *state;

    begin_trusting(rig);
    assert_true(rig->order.trust_ssh && rig->order.trust_tls);
    show_key(rig, "ssh", "SHA256:one");
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        struct netdev_shown other = { NETDEV_PIN_SSH, STR("SHA256:other"), true,
                                      NOW };
        char sql[128];

        snprintf(sql, sizeof(sql), "UPDATE netdev_pin SET state = '%s'",
                 verdicts[i] == NULL ? "pending" : verdicts[i]);
        core_rig_sql(rig->core, sql);
        begin_trusting(rig);
        assert_false(rig->order.trust_ssh);
        assert_true(rig->order.trust_tls);
        assert_int_equal(netdev_pin_shown(rig->db, rig->device, &other, NULL),
                         1);
        core_rig_sql(rig->core, "DELETE FROM netdev_pin WHERE fingerprint ="
                                " 'SHA256:other'");
    }
}

static void R_SSH_16_who_may_not_approve_a_key_trusts_none_unseen(void **state)
{
    static const char *const actions[] = { "test", "discover", "archive" };
    struct rig *rig = *state;

    rig->core->scope.permissions &= ~((uint64_t)1 << PERM_NETWORK_WRITE);
    for (size_t i = 0; i < COUNT(actions); i++) {
        str path = arena_printf(&rig->arena, "/api/v1/network/devices/%lld/%s",
                                (long long)rig->device, actions[i]);

        ask(rig, 403, "POST", "{\"trust_first\": true}", path);
        ask(rig, 201, "POST", "{\"trust_first\": false}", path);
        ask(rig, 201, "POST", "{}", path);
    }
}

/* --- Servers that devices ask ------------------------------------------------
 */

static int remove_server(void *ctx, struct db *db)
{
    const int64_t *id = ctx;
    struct scope scope = scope_system(1);

    return netdev_server_remove(db, &scope, *id, NULL);
}

static void a_server_is_not_removed_while_a_device_is_given_to_it(void **state)
{
    struct rig *rig = *state;
    struct netdev_terms terms = { .name = STR("fw"),
                                  .family = STR("asa"),
                                  .version = STR("8.4"),
                                  .address = STR("192.0.2.9"),
                                  .allow_fallback = NETDEV_INHERIT,
                                  .retries = NETDEV_INHERIT,
                                  .license_failover = -1 };
    struct test_db_beside *other;
    struct err err = { 0 };
    int64_t device = 0;

    terms.server = id_of(core_rig_ask(
        rig->core, 201, "POST", "/api/v1/device-servers",
        "{\"kind\": \"aus\", \"name\": \"a\", \"address\": \"192.0.2.2\"}"));
    assert_int_equal(db_begin(rig->db, NULL), 0);
    if (netdev_add(rig->db, &rig->scope, &terms, NOW, &device, &err) < 0)
        fail_msg("%s", err_text(&err));
    other = test_db_beside(rig->db, remove_server, &terms.server);
    assert_int_equal(db_commit(rig->db, NULL), 0);
    assert_int_equal(test_db_beside_end(other), E_INVALID);

    assert_int_equal(db_begin(rig->db, NULL), 0);
    terms.name = STR("fw2");
    core_rig_sql(rig->core, "UPDATE device SET deleted = 1");
    assert_int_equal(remove_server(&terms.server, rig->db), 0);
    assert_int_equal(db_commit(rig->db, NULL), 0);
    assert_int_equal(db_begin(rig->db, NULL), 0);
    assert_int_equal(
        netdev_add(rig->db, &rig->scope, &terms, NOW, &device, NULL), E_ABSENT);
    db_rollback(rig->db);
}

static int add_server(void *ctx, struct db *db)
{
    struct netdev_server server = { .kind = NETDEV_SERVER_PNP,
                                    .name = STR("same"),
                                    .address = STR("192.0.2.2"),
                                    .port = 80,
                                    .networks = STR("192.0.2.0/24") };
    const char *field = NULL;

    return netdev_server_add(db, ctx, &server, &field, NULL);
}

static void two_people_who_add_a_server_at_once_see_each_other(void **state)
{
    struct rig *rig = *state;
    struct test_db_beside *other;

    assert_int_equal(db_begin(rig->db, NULL), 0);
    assert_int_equal(add_server(&rig->scope, rig->db), 0);
    other = test_db_beside(rig->db, add_server, &rig->scope);
    assert_int_equal(db_commit(rig->db, NULL), 0);
    assert_int_equal(test_db_beside_end(other), E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_key_overwrites_no_secret_that_was_rotated_meanwhile),
        TEST(a_new_key_seals_the_secret_before_as_well),
        TEST(what_nobody_can_open_holds_nothing_else_up),
        TEST(a_session_is_stopped_where_it_runs_whichever_server_was_asked),
        TEST(what_was_stopped_is_not_tried_again),
        TEST(steps_of_a_session_are_seen_at_the_other_server),
        TEST(a_change_is_noted_only_in_the_state_that_comes_before),
        TEST(a_change_that_is_cancelled_as_it_begins_is_not_sent),
        TEST(a_change_that_runs_is_stopped_through_any_server),
        TEST(of_two_servers_the_second_sees_what_the_first_did),
        TEST(R_LIC_6_R_LIC_7_the_property_is_set_when_added_and_drift_is_told),
        TEST(R_SSH_16_a_key_is_trusted_at_first_sight_and_at_no_other),
        TEST(R_SSH_16_who_may_not_approve_a_key_trusts_none_unseen),
        TEST(a_server_is_not_removed_while_a_device_is_given_to_it),
        TEST(two_people_who_add_a_server_at_once_see_each_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
