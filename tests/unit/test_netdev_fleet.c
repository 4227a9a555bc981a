/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <unistd.h>

#include "fleet/device.h"
#include "fleet/netdev_change.h"
#include "fleet/netdev_config.h"
#include "fleet/netdev_credential.h"
#include "fleet/netdev_device.h"
#include "fleet/netdev_pin.h"
#include "fleet/netdev_session.h"
#include "fleet/netdev_type.h"
#include "tests/unit/estate.h"
#include "trust/sign.h"

static const struct netdev_terms frr = { .name = { "r1", 2 },
                                         .family = STR("frr"),
                                         .address = STR("192.0.2.1"),
                                         .allow_fallback = NETDEV_INHERIT,
                                         .retries = NETDEV_INHERIT,
                                         .license_failover = -1 };

static int64_t add(struct db *db, const struct netdev_terms *terms)
{
    struct scope scope = scope_system(1);
    int64_t id = 0;

    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_add(db, &scope, terms, ESTATE_NOW, &id, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    return id;
}

static struct netdev get(struct db *db, int64_t id, struct arena *arena)
{
    struct scope scope = scope_system(1);
    struct netdev out;

    assert_int_equal(netdev_get(db, &scope, id, arena, &out, NULL), 0);
    return out;
}

static void a_box_opens_for_its_key_and_its_place_only(void **state UNUSED)
{
    struct box_ring ring = { .n = 0 };
    struct box_ring other = { .n = 0 };
    AUTO(buf_clear) struct buf sealed = BUF(1000);
    AUTO(buf_clear) struct buf open = BUF(1000);
    AUTO(buf_clear) struct buf file = BUF(4000);
    char id[BOX_ID_MAX];
    char own[BOX_ID_MAX];

    assert_int_equal(trust_init(NULL), 0);
    assert_int_equal(box_ring_renew(&ring, NULL), 0);
    assert_int_equal(box_ring_renew(&other, NULL), 0);
    assert_int_equal(box_seal(&ring.keys[0].open, STR("a place"),
                              STR("a secret"), &sealed, NULL),
                     0);
    box_sealed_id(buf_str(&sealed), id);
    box_id(&ring.keys[0].open, own);
    assert_string_equal(id, own);
    assert_int_equal(
        box_open(&ring, STR("elsewhere"), buf_str(&sealed), &open, NULL),
        E_CORRUPT);
    assert_int_equal(
        box_open(&other, STR("a place"), buf_str(&sealed), &open, NULL),
        E_ABSENT);
    /* After a rotation the old key still opens, until it is forgotten. */
    assert_int_equal(box_ring_renew(&ring, NULL), 0);
    assert_int_equal(
        box_open(&ring, STR("a place"), buf_str(&sealed), &open, NULL), 0);
    assert_true(str_eq_c(buf_str(&open), "a secret"));
    /* The file, with a passphrase. */
    assert_int_equal(
        box_ring_write(&ring, STR("a long passphrase"), &file, NULL), 0);
    assert_int_equal(box_ring_read(buf_str(&file), STR(""), &other, NULL),
                     E_PERM);
    assert_int_equal(
        box_ring_read(buf_str(&file), STR("a wrong passphrase"), &other, NULL),
        E_PERM);
    assert_int_equal(
        box_ring_read(buf_str(&file), STR("a long passphrase"), &other, NULL),
        0);
    assert_int_equal(other.n, 2);
    box_ring_forget(&ring);
    buf_reset(&open);
    assert_int_equal(
        box_open(&ring, STR("a place"), buf_str(&sealed), &open, NULL),
        E_ABSENT);
    sealed.p[sealed.n - 1] ^= 1;
    assert_int_equal(
        box_open(&other, STR("a place"), buf_str(&sealed), &open, NULL),
        E_CORRUPT);
}

static void R_COM_4_R_COM_5_a_device_follows_its_type_unless_told_otherwise(
    void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = test_db_open();
    struct scope scope = scope_system(1);
    struct netdev_terms terms = frr;
    struct netdev_type type = { .family = STR("frr"),
                                .band = STR(""),
                                .transport = STR("telnet"),
                                .profile = STR("legacy-1"),
                                .connect_s = 7,
                                .read_s = 8,
                                .retries = 1,
                                .total_s = 90,
                                .responses = STR("[]") };
    struct netdev_ways ways;
    struct netdev device;
    const char *field;
    int64_t id = add(db, &terms);

    device = get(db, id, &arena);
    assert_int_equal(netdev_ways(db, &device, &ways, NULL), 0);
    assert_int_equal(ways.all[0].transport, TRANSPORT_SSH);
    assert_true(ways.inherited);
    assert_int_equal(ways.connect_s, NETDEV_CONNECT_S);
    assert_int_equal(netdev_type_check(&type, &field, NULL), 0);
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_type_set(db, &scope, &type, NULL), 0);
    assert_int_equal(netdev_type_set(db, &scope, &type, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    /* R-COM-14: text in clear needs consent, device by device. */
    assert_int_equal(netdev_ways(db, &device, &ways, NULL), E_INVALID);
    terms.allow_clear = true;
    terms.connect_s = 3;
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(
        netdev_change_terms(db, &scope, id, &terms, ESTATE_NOW, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    device = get(db, id, &arena);
    assert_int_equal(netdev_ways(db, &device, &ways, NULL), 0);
    assert_int_equal(ways.n, 1);
    assert_int_equal(ways.all[0].transport, TRANSPORT_TELNET);
    assert_int_equal(ways.connect_s, 3);
    assert_int_equal(ways.read_s, 8);
    assert_string_equal(ways.profile, "legacy-1");
    assert_true(ways.inherited);
    /* R-COM-5: its own stays when the type's default is another, and goes back
     * to that when it is taken away. */
    device.terms.transport = STR("telnet");
    type.transport = STR("ssh");
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_type_set(db, &scope, &type, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    assert_int_equal(netdev_ways(db, &device, &ways, NULL), 0);
    assert_int_equal(ways.all[0].transport, TRANSPORT_TELNET);
    assert_false(ways.inherited);
    device.terms.transport = STR("");
    assert_int_equal(netdev_ways(db, &device, &ways, NULL), 0);
    assert_int_equal(ways.all[0].transport, TRANSPORT_SSH);
    assert_true(ways.inherited);
    /* Fallback, in the order SSL, SSH, Telnet. */
    device.terms.transport = STR("ssh");
    device.terms.allow_fallback = 1;
    assert_int_equal(netdev_ways(db, &device, &ways, NULL), 0);
    assert_int_equal(ways.n, 2);
    assert_int_equal(ways.all[1].transport, TRANSPORT_TELNET);
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_type_reset(db, &scope, STR("frr"), STR(""), NULL),
                     0);
    assert_int_equal(db_commit(db, NULL), 0);
    test_db_close(db);
}

static void R_SSH_9_the_credential_of_a_device_is_its_own_or_of_its_realm(
    void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(netdev_credentials_clear) struct netdev_credentials all = { 0 };
    struct db *db = test_db_open();
    struct scope scope = scope_system(1);
    struct netdev_credential own = { .name = STR("own"),
                                     .login = STR("a"),
                                     .sealed = STR("x"),
                                     .key_id = STR("k"),
                                     .parts = NETDEV_PASSWORD };
    struct netdev_credential realm = own;
    struct netdev_credential found;
    struct netdev_rotation rotation = { .sealed = STR("y"),
                                        .key_id = STR("k"),
                                        .parts = NETDEV_PASSWORD,
                                        .until = ESTATE_NOW + 60,
                                        .now = ESTATE_NOW };
    struct netdev_credential_find find = { 0, 10 };
    struct netdev_terms terms = frr;
    struct netdev device;
    int64_t id;

    realm.name = STR("realm");
    realm.realm = STR("tacacs");
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_credential_add(db, &scope, &own, ESTATE_NOW, NULL),
                     0);
    assert_int_equal(
        netdev_credential_add(db, &scope, &realm, ESTATE_NOW, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    id = add(db, &terms);
    device = get(db, id, &arena);
    assert_int_equal(netdev_credential_of(db, &device, &arena, &found, NULL),
                     1);
    device.terms.realm = STR("tacacs");
    assert_int_equal(netdev_credential_of(db, &device, &arena, &found, NULL),
                     0);
    assert_int_equal(found.id, realm.id);
    device.terms.credential = own.id;
    assert_int_equal(netdev_credential_of(db, &device, &arena, &found, NULL),
                     0);
    assert_int_equal(found.id, own.id);
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(
        netdev_credential_rotate(db, &scope, own.id, &rotation, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    assert_int_equal(
        netdev_credential_get(db, &scope, own.id, &arena, &found, NULL), 0);
    assert_true(str_eq_c(found.previous, "x"));
    assert_true(str_eq_c(found.sealed, "y"));
    assert_int_equal(
        netdev_credential_list(db, &scope, &find, &arena, &all, NULL), 0);
    assert_int_equal(all.all.n, 2);
    test_db_close(db);
}

static int64_t plan(struct db *db, int64_t device)
{
    struct scope scope = scope_system(1);
    struct netdev_session order = { .device = device, .action = NETDEV_TEST };
    int64_t id = 0;

    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(
        netdev_session_add(db, &scope, &order, ESTATE_NOW, &id, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    return id;
}

static size_t claim(struct db *db, int64_t now)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(netdev_sessions_clear) struct netdev_sessions out = { 0 };
    struct netdev_claim terms = { STR("n"), now, 10 };

    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_session_claim(db, &terms, &arena, &out, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    return out.all.n;
}

static void R_COM_1_a_device_has_one_session_at_a_time_and_none_is_lost(
    void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf said = BUF(1000);
    struct db *db = test_db_open();
    struct scope scope = scope_system(1);
    struct netdev_terms terms = frr;
    struct netdev_lost lost = { STR("n"), 0, STR("ended"), ESTATE_NOW };
    struct netdev_session session;
    int64_t device = add(db, &terms);
    int64_t first = plan(db, device);
    int64_t second = plan(db, device);

    assert_int_equal(claim(db, ESTATE_NOW), 1);
    assert_int_equal(claim(db, ESTATE_NOW), 0);
    for (int i = 0; i < NETDEV_LOST_MAX - 1; i++) {
        assert_int_equal(db_begin(db, NULL), 0);
        assert_int_equal(netdev_session_lost(db, &lost, NULL), 0);
        assert_int_equal(db_commit(db, NULL), 0);
        assert_int_equal(claim(db, ESTATE_NOW), 1);
    }
    /* At the end of its lives it has failed, and the next one begins. */
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_session_lost(db, &lost, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    assert_int_equal(
        netdev_session_get(db, &scope, first, &arena, &session, NULL), 0);
    assert_true(str_eq(session.result, NETDEV_FAILED));
    assert_int_equal(claim(db, ESTATE_NOW), 1);
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_session_defer(db, second, ESTATE_NOW + 5, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    assert_int_equal(claim(db, ESTATE_NOW), 0);
    assert_int_equal(claim(db, ESTATE_NOW + 5), 1);
    session = (struct netdev_session){ .id = second, .result = NETDEV_OK };
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_session_end(db, &session, STR("> show version\n"),
                                        ESTATE_NOW + 6, NULL),
                     0);
    assert_int_equal(db_commit(db, NULL), 0);
    assert_int_equal(netdev_session_transcript(db, second, &said, NULL), 0);
    assert_true(str_eq_c(buf_str(&said), "> show version\n"));
    test_db_close(db);
}

static void end_test(struct db *db, int64_t device, const char *transports,
                     const char *result, const char *steps)
{
    struct netdev_session done = { .id = plan(db, device),
                                   .result = str_c(result),
                                   .transports = str_c(transports),
                                   .steps = str_c(steps) };

    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(
        netdev_session_end(db, &done, STR(""), ESTATE_NOW + 1, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
}

static bool needs_ssh(struct db *db, int64_t device, const char *why)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev netdev = get(db, device, &arena);
    struct netdev_remarks remarks = { 0 };
    bool found = false;

    assert_int_equal(netdev_readiness(db, &netdev, &arena, &remarks, NULL), 0);
    for (size_t i = 0; i < remarks.all.n; i++) {
        const struct netdev_remark *one = &remarks.all.p[i];

        found |= strcmp(one->rule, "R-COM-12") == 0 && one->blocks &&
                 strstr(arena_c(&arena, one->text), why) != NULL;
    }
    netdev_remarks_clear(&remarks);
    return found;
}

static bool has_remark(struct db *db, int64_t device, const char *rule,
                       const char *text)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev netdev = get(db, device, &arena);
    struct netdev_remarks remarks = { 0 };
    bool found = false;

    assert_int_equal(netdev_readiness(db, &netdev, &arena, &remarks, NULL), 0);
    for (size_t i = 0; i < remarks.all.n; i++)
        found |= strcmp(remarks.all.p[i].rule, rule) == 0 &&
                 strstr(arena_c(&arena, remarks.all.p[i].text), text) != NULL;
    netdev_remarks_clear(&remarks);
    return found;
}

static void R_COM_7_a_discovery_does_not_change_the_family_that_was_given(
    void **state UNUSED)
{
    static const struct {
        const char *given;
        const char *transport;
        const char *seen;
        const char *kept;
    } cases[] = {
        { "ios-xe", "netconf", "catalyst", "ios-xe" },
        { "ios-xe", "", "catalyst", "ios-xe" },
        { "frr-tcli", "", "frr", "frr-tcli" },
        { "frr", "ssh", "frr", "frr" },
        /* Of other commands: it would not be understood at all. */
        { "ios", "", "asa", "asa" },
        { "ios", "ssh", "asa", "ios" }, /* but it could not be reached */
    };
    struct db *db = test_db_open();

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        AUTO(buf_clear) struct buf facts = BUF(1000);
        struct netdev_terms terms = frr;
        struct netdev_found found = { .family = str_c(cases[i].seen),
                                      .version = STR("12.4(3)"),
                                      .model = STR("x"),
                                      .serial = STR("y"),
                                      .image = STR("z"),
                                      .hostname = STR("r1"),
                                      .license_failover = -1,
                                      .encryption = -1 };
        bool differs = strcmp(cases[i].kept, cases[i].seen) != 0;
        struct netdev device;
        int64_t id;

        terms.name = arena_printf(&arena, "family%zu", i);
        terms.family = str_c(cases[i].given);
        terms.transport = str_c(cases[i].transport);
        id = add(db, &terms);
        buf_printf(&facts, "{\"family\": \"%s\"}", cases[i].seen);
        found.facts = buf_str(&facts);
        assert_int_equal(db_begin(db, NULL), 0);
        assert_int_equal(netdev_found(db, id, &found, ESTATE_NOW, NULL), 0);
        assert_int_equal(db_commit(db, NULL), 0);
        device = get(db, id, &arena);
        assert_true(str_eq_c(device.terms.family, cases[i].kept));
        assert_int_equal(has_remark(db, id, "R-COM-7", "shows itself as"),
                         differs);
    }
    test_db_close(db);
}

/* R-COM-4: what a type says for all versions is not for the oldest. */
static void R_COM_7_old_versions_are_reached_though_their_type_says_otherwise(
    void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = test_db_open();
    struct scope scope = scope_system(1);
    struct netdev_terms terms = frr;
    struct netdev_type type = { .family = STR("ios"),
                                .band = STR(""),
                                .transport = STR("ssl"),
                                .profile = STR("modern"),
                                .connect_s = 7,
                                .read_s = 8,
                                .retries = 1,
                                .total_s = 9,
                                .responses = STR("[]") };
    struct netdev_ways ways;
    struct netdev device;
    struct err err = { 0 };
    int64_t id;

    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_type_set(db, &scope, &type, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    terms.family = STR("ios");
    terms.version = STR("12.2(25)");
    terms.transport = STR("");
    terms.allow_clear = true;
    id = add(db, &terms);
    device = get(db, id, &arena);
    assert_int_equal(netdev_ways(db, &device, &ways, &err), 0);
    assert_int_equal(ways.all[0].transport, TRANSPORT_TELNET);
    assert_true(has_remark(db, id, "R-COM-7", "not for version 12.2(25)"));
    /* What it was given itself is refused. */
    device.terms.transport = STR("ssl");
    assert_int_equal(netdev_ways(db, &device, &ways, &err), E_INVALID);
    test_db_close(db);
}

#define LEG(ok, why)                                                           \
    "[{\"step\": \"login\", \"ok\": true, \"detail\": \"\"},"                  \
    " {\"step\": \"ssh\", \"ok\": " ok ", \"detail\": \"" why "\"}]"

static void R_COM_12_https_alone_is_not_ready_as_the_newest_session_says(
    void **state UNUSED)
{
    struct db *db = test_db_open();
    struct netdev_terms terms = frr;
    int64_t device;

    terms.family = STR("ios");
    terms.transport = STR("ssl");
    device = add(db, &terms);
    assert_true(needs_ssh(db, device, "not ready: SSH needed"));
    end_test(db, device, "ssl", "ok", LEG("true", "r1#"));
    assert_false(needs_ssh(db, device, ""));
    /* One that did not try it says nothing; one that did says all. */
    end_test(db, device, "ssl", "ok", "[]");
    assert_false(needs_ssh(db, device, ""));
    end_test(db, device, "ssl", "failed", LEG("false", "refused at port 22"));
    assert_true(needs_ssh(db, device, "refused at port 22"));
    end_test(db, device, "ssh", "ok", "[]");
    assert_false(needs_ssh(db, device, ""));
    test_db_close(db);
}

static void R_DEP_5_a_change_is_approved_by_a_second_person(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = test_db_open();
    struct scope author = scope_system(1);
    struct netdev_terms terms = frr;
    struct netdev_change change = { .kind = NETDEV_CHANGE_LINES,
                                    .lines = STR("ip route 192.0.2.0/24 lo"),
                                    .options = STR("{}") };
    struct netdev_approval approval = { .approved = true };
    int64_t device = add(db, &terms);

    author.user = 7;
    change.device = device;
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_change_add(db, &author, &change, ESTATE_NOW, NULL),
                     0);
    approval.change = change.id;
    assert_int_equal(
        netdev_change_decide(db, &author, &approval, ESTATE_NOW, NULL), E_PERM);
    author.user = 8;
    assert_int_equal(
        netdev_change_decide(db, &author, &approval, ESTATE_NOW, NULL), 0);
    assert_int_equal(netdev_change_start(db, &author, change.id, STR("user"),
                                         ESTATE_NOW, NULL),
                     0);
    assert_int_equal(
        netdev_change_get(db, &author, change.id, &arena, &change, NULL), 0);
    assert_true(change.session > 0);
    assert_int_equal(netdev_session_touch(db, change.session, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    /* A session that is given up half-way leaves a change to look after. */
    assert_int_equal(db_run(db,
                            "UPDATE netdev_session SET state = 'ended',"
                            " ended = 1 WHERE id = $1",
                            DB_ARGS(db_i64(change.session)), NULL),
                     1);
    assert_int_equal(netdev_change_sweep(db, ESTATE_NOW, NULL), 0);
    assert_int_equal(
        netdev_change_get(db, &author, change.id, &arena, &change, NULL), 0);
    assert_true(str_eq_c(change.state, "broken"));
    test_db_close(db);
}

/* R-LIC-4: another model has no such property, and stays changeable. */
static void R_LIC_4_the_property_goes_with_its_model(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct db *db = test_db_open();
    struct scope scope = scope_system(1);
    struct netdev_terms terms = frr;
    struct netdev_found found = { .family = STR("asa"),
                                  .version = STR("9.1(7)"),
                                  .model = STR("ASA5520"),
                                  .serial = STR(""),
                                  .image = STR(""),
                                  .hostname = STR("fw"),
                                  .license_failover = -1,
                                  .encryption = -1,
                                  .facts = STR("{}") };
    struct netdev device;
    int64_t id;

    terms.family = STR("asa");
    terms.model = STR("ASA5510");
    terms.transport = STR("");
    terms.license_failover = 1;
    id = add(db, &terms);
    assert_int_equal(netdev_found(db, id, &found, ESTATE_NOW, NULL), 0);
    assert_int_equal(netdev_get(db, &scope, id, &arena, &device, NULL), 0);
    assert_int_equal(device.terms.license_failover, -1);
    test_db_close(db);
}

static void a_version_says_what_it_changed_and_a_device_takes_all_with_it(
    void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf text = BUF(1000);
    AUTO(netdev_pins_clear) struct netdev_pins pins = { 0 };
    struct db *db = test_db_open();
    struct scope scope = scope_system(1);
    struct netdev_terms terms = frr;
    struct netdev_config config;
    struct netdev_config_new added = { .cause = STR("archive"),
                                       .masked = STR("a\nb\n"),
                                       .sealed = STR("s"),
                                       .key_id = STR("k"),
                                       .now = ESTATE_NOW };
    struct netdev_shown shown = { NETDEV_PIN_SSH, STR("SHA256:one"), true,
                                  ESTATE_NOW };
    struct netdev_find find = { .search = STR("R1"), .limit = 10 };
    struct netdevs devices = { 0 };
    int64_t number = 0;
    int64_t device = add(db, &terms);

    added.device = device;
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(netdev_config_add(db, &added, &number, NULL), 0);
    added.masked = STR("a\nc\nd\n");
    assert_int_equal(netdev_config_add(db, &added, &number, NULL), 0);
    assert_int_equal(netdev_output_put(db, device, STR("show x"), STR("x"),
                                       ESTATE_NOW, NULL),
                     0);
    /* R-SSH-16: the first one may be trusted, another one waits. */
    assert_int_equal(netdev_pin_shown(db, device, &shown, NULL), 0);
    shown.fingerprint = STR("SHA256:two");
    assert_int_equal(netdev_pin_shown(db, device, &shown, NULL), 1);
    assert_int_equal(netdev_pin_shown(db, device, &shown, NULL), 0);
    assert_int_equal(
        netdev_pin_list(db, device, NETDEV_PIN_SSH, &arena, &pins, NULL), 0);
    assert_true(str_eq_c(pins.all.p[0].state, "pending"));
    assert_true(str_eq_c(pins.all.p[1].state, "approved"));
    assert_int_equal(netdev_pin_decide(db, &scope, device,
                                       &(struct netdev_verdict){
                                           pins.all.p[0].id, true, false },
                                       ESTATE_NOW, NULL),
                     0);
    assert_int_equal(db_commit(db, NULL), 0);
    netdev_pins_clear(&pins);
    assert_int_equal(
        netdev_pin_list(db, device, NETDEV_PIN_SSH, &arena, &pins, NULL), 0);
    assert_true(str_eq_c(pins.all.p[1].state, "retired"));
    assert_int_equal(number, 2);
    assert_int_equal(netdev_config_get(db, device, 0, &arena, &config, NULL),
                     0);
    assert_int_equal(config.added, 2);
    assert_int_equal(config.removed, 1);
    assert_int_equal(netdev_config_text(db, config.id, &text, NULL), 0);
    assert_true(str_eq_c(buf_str(&text), "a\nc\nd\n"));
    assert_int_equal(netdev_list(db, &scope, &find, &arena, &devices, NULL), 0);
    assert_int_equal(devices.all.n, 1);
    assert_int_equal(devices.all.p[0].config, 2);
    netdevs_clear(&devices);
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(device_delete(db, &scope, device, ESTATE_NOW, NULL), 0);
    assert_int_equal(db_commit(db, NULL), 0);
    assert_int_equal(netdev_list(db, &scope, &find, &arena, &devices, NULL), 0);
    assert_int_equal(devices.all.n, 0);
    assert_int_equal(netdev_config_get(db, device, 0, &arena, &config, NULL),
                     E_ABSENT);
    test_db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            R_COM_7_a_discovery_does_not_change_the_family_that_was_given),
        cmocka_unit_test(
            R_COM_7_old_versions_are_reached_though_their_type_says_otherwise),
        cmocka_unit_test(a_box_opens_for_its_key_and_its_place_only),
        cmocka_unit_test(
            R_COM_4_R_COM_5_a_device_follows_its_type_unless_told_otherwise),
        cmocka_unit_test(
            R_SSH_9_the_credential_of_a_device_is_its_own_or_of_its_realm),
        cmocka_unit_test(
            R_COM_1_a_device_has_one_session_at_a_time_and_none_is_lost),
        cmocka_unit_test(
            R_COM_12_https_alone_is_not_ready_as_the_newest_session_says),
        cmocka_unit_test(R_DEP_5_a_change_is_approved_by_a_second_person),
        cmocka_unit_test(R_LIC_4_the_property_goes_with_its_model),
        cmocka_unit_test(
            a_version_says_what_it_changed_and_a_device_takes_all_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
