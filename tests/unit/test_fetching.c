/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <unistd.h>

#include <cmocka.h>

#include "base/encode.h"
#include "base/loop.h"
#include "fleet/netdev_device.h"
#include "fleet/setting.h"
#include "netdev/family.h"
#include "server/ask_wire.h"
#include "server/fetching.h"
#include "server/people.h"
#include "tests/unit/people_rig.h"

#define SERVERS "/api/v1/device-servers"
#define DEVICES "/api/v1/fetching-devices"
#define SERVLET "/autoupdate/AutoUpdateServlet"
#define ALONE "network.approve_alone"
#define CONFIG "hostname r1\nenable secret planted\nend\n"

static int64_t add_server_of(struct core_rig *rig, int status, const char *kind,
                             const char *networks)
{
    char body[256];

    (void)snprintf(body, sizeof(body),
                   "{\"kind\": \"%s\", \"name\": \"%s\", \"address\": "
                   "\"192.0.2.9\", \"networks\": \"%s\"}",
                   kind, kind, networks);
    return jval_i64(
        jval_get(core_rig_ask(rig, status, "POST", SERVERS, body), "id"), 0);
}

static int64_t add_server(struct core_rig *rig, const char *kind)
{
    return add_server_of(rig, 201, kind, "192.0.2.0/24");
}

static int64_t add_device(struct core_rig *rig, int64_t server,
                          const char *name, const char *family)
{
    const struct netdev_terms terms = {
        .name = str_c(name),
        .family = str_c(family),
        .version = STR(""),
        .model = STR(""),
        .address = STR(""),
        .transport = STR(""),
        .allow_fallback = NETDEV_INHERIT,
        .profile = STR(""),
        .realm = STR(""),
        .retries = NETDEV_INHERIT,
        .server = server,
        .identity = str_c(name),
        .license_failover = -1,
        .notes = STR(""),
    };
    struct err err = { 0 };
    int64_t id = 0;

    assert_int_equal(db_begin(rig->core.db, &err), 0);
    if (netdev_add(rig->core.db, &rig->scope, &terms, rig->now, &id, &err) < 0)
        fail_msg("%s", err_text(&err));
    assert_int_equal(db_commit(rig->core.db, &err), 0);
    return id;
}

static void gate_read(struct core_rig *rig, int status,
                      const struct ask_request *request)
{
    AUTO(buf_clear) struct buf encoded = BUF(65536);
    struct arena arena = ARENA;
    struct ask ask;
    enum door door = rig->door;

    ask_read(request, &arena, &ask);
    assert_int_equal(wire_write(&shape_ask, &ask, &encoded, NULL), 0);
    rig->door = DOOR_DEVICE;
    core_rig_send(rig, status, "POST", GATE_PATH, buf_str(&encoded));
    rig->door = door;
    arena_clear(&arena);
}

/* A request of a device, read as the gate reads it. */
static void gate(struct core_rig *rig, int status, const char *path,
                 const char *query, const char *body)
{
    gate_read(
        rig, status,
        &(struct ask_request){ .is_post = body != NULL,
                               .path = str_c(path),
                               .query = str_c(query),
                               .body = body != NULL ? str_c(body) : STR("") });
}

static int64_t stage(struct core_rig *rig, int64_t device, const char *text)
{
    char path[128];

    (void)snprintf(path, sizeof(path), DEVICES "/%lld/staged?title=t",
                   (long long)device);
    return jval_i64(
        jval_get(core_rig_send(rig, 201, "POST", path, str_c(text)), "id"), 0);
}

static const struct jval *staged(struct core_rig *rig, int64_t id)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "/api/v1/staged/%lld", (long long)id);
    return core_rig_ask(rig, 200, "GET", path, NULL);
}

static void is_state(struct core_rig *rig, int64_t id, const char *state)
{
    str text = jval_text(jval_get(staged(rig, id), "state"), STR(""));

    if (!str_eq_c(text, state))
        fail_msg("'%.*s' is not '%s'", (int)text.n, text.p, state);
}

static void approve_alone(struct core_rig *rig, int64_t org, bool alone)
{
    struct err err = { 0 };

    assert_int_equal(db_begin(rig->core.db, &err), 0);
    assert_int_equal(setting_put(rig->core.db, org, setting_find(STR(ALONE)),
                                 alone ? STR("1") : STR("0"), NULL, &err),
                     0);
    assert_int_equal(db_commit(rig->core.db, &err), 0);
}

static struct core_rig *rig_of(void **state)
{
    struct people_rig *people = *state;

    people->core->now = 1767225600;
    people->core->authenticate = false;
    approve_alone(people->core, 1, true);
    return people->core;
}

/* -------------------------------------------------------------------------- */

static void R_INV_2_a_server_in_use_stays(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t server = add_server(rig, "ce");
    char path[64];

    (void)add_device(rig, server, "r1", "ios");
    (void)snprintf(path, sizeof(path), SERVERS "/%lld", (long long)server);
    core_rig_ask(rig, 409, "DELETE", path, NULL);
    core_rig_sql(rig, "UPDATE netdev SET server = 0");
    core_rig_ask(rig, 204, "DELETE", path, NULL);
    core_rig_ask(rig, 404, "GET", path, NULL);
    core_rig_ask(rig, 422, "POST", SERVERS,
                 "{\"kind\": \"pnp\", \"name\": \"p\", \"address\": \"h\"}");
    core_rig_ask(rig, 422, "POST", SERVERS,
                 "{\"kind\": \"aus\", \"name\": \"p\", \"address\": \"h/x\"}");
}

static void R_CNC_8_a_router_takes_all_three_steps(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t device = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    int64_t id = stage(rig, device, CONFIG);
    str text;

    is_state(rig, id, "staged");
    gate(rig, 200, "/cns/JobbedDynaConfig", "config_id=r1", NULL);
    assert_string_equal(buf_c(&rig->body), CONFIG);
    is_state(rig, id, "fetched");
    gate(rig, 200, "/cns/PostStatus", "",
         "<config-success><identifier>x</identifier><config-id>r1"
         "</config-id></config-success>");
    is_state(rig, id, "confirmed");
    text = jval_text(jval_get(staged(rig, id), "configuration"), STR(""));
    assert_true(str_find(text, STR("planted")) == text.n);
    assert_true(str_find(text, STR("hostname r1")) < text.n);
    /* Nothing is left of what was sealed. */
    gate(rig, 200, "/cns/JobbedDynaConfig", "config_id=r1", NULL);
    assert_string_equal(buf_c(&rig->body), "! nothing is to be done\n");
    core_rig_sql(rig, "UPDATE netdev_stage SET fetches = fetches"
                      " WHERE length(sealed) > 0");
}

static void R_AUS_1_a_HEAD_fetches_nothing(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t device = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    int64_t id = stage(rig, device, CONFIG);
    struct ask_request heads[2] = {
        { .is_head = true,
          .path = STR("/cns/JobbedDynaConfig"),
          .query = STR("config_id=r1"),
          .body = STR("") },
        { .is_head = true, .query = STR(""), .body = STR("") },
    };
    struct staged open[STAGE_KINDS];
    struct arena arena = ARENA;

    assert_int_equal(staged_open(rig->core.db, device, &arena, open, NULL), 0);
    heads[1].path = arena_printf(&arena, "/fetch/%" PRIstr "/%" PRIstr,
                                 ARGstr(open[STAGE_CONFIG].token),
                                 ARGstr(open[STAGE_CONFIG].item.name));
    for (int i = 0; i < 2 * (STAGE_FETCHES_MAX + 1); i++)
        gate_read(rig, 200, &heads[i % 2]);
    is_state(rig, id, "staged");
    assert_int_equal(jval_i64(jval_get(staged(rig, id), "fetches"), -1), 0);
    core_rig_sql(rig, "UPDATE netdev_stage SET state = 1, fetches = 5");
    gate_read(rig, 200, &heads[0]);
    is_state(rig, id, "fetched");
    arena_clear(&arena);
}

static void R_COM_10_a_server_serves_its_own_families_only(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t ce = add_server(rig, "ce");
    int64_t pnp = add_server(rig, "pnp");
    int64_t asa = add_device(rig, ce, "fw1", "asa");
    int64_t other = add_device(rig, ce, "fw2", "asa");
    char path[128];

    (void)snprintf(path, sizeof(path),
                   "UPDATE netdev SET server = %lld WHERE device = %lld",
                   (long long)pnp, (long long)other);
    core_rig_sql(rig, path);
    (void)stage(rig, asa, CONFIG); /* R-AUS-2: by the AUS protocol */
    gate(rig, 401, SERVLET, "", "<DeviceDetails deviceid='fw1'/>");
    gate(rig, 404, "/cns/JobbedDynaConfig", "config_id=fw1", NULL);
    (void)snprintf(path, sizeof(path), DEVICES "/%lld/staged",
                   (long long)other);
    core_rig_send(rig, 409, "POST", path, STR(CONFIG));
}

static void R_AUS_4_a_firewall_gets_nothing_without_its_password(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t id = stage(
        rig, add_device(rig, add_server(rig, "ce"), "fw1", "asa"), CONFIG);

    gate(rig, 404, "/cns/JobbedDynaConfig", "config_id=fw1", NULL);
    assert_true(str_find(buf_str(&rig->body), STR("hostname")) == rig->body.n);
    is_state(rig, id, "staged");
    core_rig_sql(rig, "UPDATE netdev_stage SET state = 1, fetches = 1");
    gate(rig, 404, "/cns/PostStatus", "",
         "<config-success><identifier>x</identifier><config-id>fw1"
         "</config-id></config-success>");
    is_state(rig, id, "fetched");
}

/* A new password of a device, as it logs in with it. */
static void password(struct core_rig *rig, int64_t device, struct buf *basic)
{
    AUTO(buf_clear) struct buf pair = BUF(256);
    const struct jval *answer;
    char path[128];

    (void)snprintf(path, sizeof(path), DEVICES "/%lld/password",
                   (long long)device);
    answer = core_rig_ask(rig, 200, "POST", path, NULL);
    buf_add(&pair, jval_text(jval_get(answer, "user"), STR("")));
    buf_add_char(&pair, ':');
    buf_add(&pair, jval_text(jval_get(answer, "password"), STR("")));
    buf_add_c(basic, "Basic ");
    base64_add(basic, buf_str(&pair));
}

static void R_AUS_4_the_password_is_the_devices_own_and_told_once(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t device = add_device(rig, add_server(rig, "aus"), "fw1", "asa");
    AUTO(buf_clear) struct buf basic = BUF(256);

    (void)stage(rig, device, CONFIG);
    password(rig, device, &basic);
    rig->authorization = buf_c(&basic);
    gate(rig, 200, SERVLET, "", "<DeviceDetails deviceid='fw1'/>");
    assert_true(str_find(buf_str(&rig->body), STR("<component type="
                                                  "\"config\">")) <
                rig->body.n);
    gate(rig, 401, SERVLET, "", "<DeviceDetails deviceid='fw2'/>");
    rig->authorization = "Basic Zncx";
    gate(rig, 401, SERVLET, "", "<DeviceDetails deviceid='fw1'/>");
    rig->authorization = NULL;
}

/* --- several organisations -------------------------------------------------
 */

/* Everything from here on is asked by somebody of that organisation. */
static void be_org(struct core_rig *rig, int64_t org)
{
    rig->scope = scope_system(org);
}

static void two_orgs(struct core_rig *rig)
{
    core_rig_sql(rig, "INSERT INTO org (name, created) VALUES ('other', 0)");
    approve_alone(rig, 2, true);
}

static void X_1_an_identity_of_another_organisation_denies_nothing(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t ours;
    int64_t id;

    two_orgs(rig);
    ours = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    be_org(rig, 2);
    (void)stage(rig,
                add_device(rig,
                           add_server_of(rig, 201, "ce", "198.51.100.0/24"),
                           "r1", "ios"),
                "hostname theirs\n");
    be_org(rig, 1);
    id = stage(rig, ours, CONFIG);
    gate(rig, 200, "/cns/JobbedDynaConfig", "config_id=r1", NULL);
    assert_string_equal(buf_c(&rig->body), CONFIG);
    is_state(rig, id, "fetched");
    gate(rig, 200, "/cns/PostStatus", "",
         "<config-success><identifier>x</identifier><config-id>r1"
         "</config-id></config-success>");
    is_state(rig, id, "confirmed");
}

static void X_1_an_identity_of_another_organisation_takes_nothing(void **state)
{
    struct core_rig *rig = rig_of(state);
    const struct jval *items;

    two_orgs(rig);
    (void)add_server(rig, "pnp");
    be_org(rig, 2);
    /* The networks are the other's, and a device of its own is not near. */
    (void)add_server_of(rig, 422, "pnp", "0.0.0.0/0");
    (void)add_server_of(rig, 422, "ce", "192.0.2.128/25");
    (void)add_server_of(rig, 422, "aus", "::ffff:192.0.2.0/120");
    (void)stage(rig,
                add_device(rig,
                           add_server_of(rig, 201, "pnp", "198.51.100.0/24"),
                           "S1", "ios-xe"),
                "hostname theirs\n");
    gate(rig, 200, "/pnp/WORK-REQUEST", "",
         "<pnp xmlns='urn:cisco:pnp' udi='PID:X,SN:S1'><info "
         "xmlns='urn:cisco:pnp:work-info' correlator='c'/></pnp>");
    assert_true(str_find(buf_str(&rig->body), STR("config-upgrade")) ==
                rig->body.n);
    items = jval_get(
        core_rig_ask(rig, 200, "GET", "/api/v1/unclaimed-devices", NULL),
        "items");
    assert_int_equal(jval_count(items), 0);
    be_org(rig, 1);
    items = jval_get(
        core_rig_ask(rig, 200, "GET", "/api/v1/unclaimed-devices", NULL),
        "items");
    assert_int_equal(jval_count(items), 1);
}

static void X_1_a_firewall_is_whose_password_it_has(void **state)
{
    struct buf basics[2] = { BUF(256), BUF(256) };
    struct core_rig *rig = rig_of(state);
    int64_t ids[2];

    two_orgs(rig);
    for (int i = 0; i < 2; i++) {
        int64_t device;

        be_org(rig, i + 1);
        device =
            add_device(rig, add_server_of(rig, 201, "aus", ""), "fw1", "asa");
        ids[i] = stage(rig, device, CONFIG);
        password(rig, device, &basics[i]);
    }
    for (int i = 0; i < 2; i++) {
        char body[256];
        str sum;

        be_org(rig, i + 1);
        sum = jval_text(jval_get(staged(rig, ids[i]), "md5"), STR(""));
        (void)snprintf(body, sizeof(body),
                       "<DeviceDetails deviceid='fw1'><config-checksum>%.*s"
                       "</config-checksum></DeviceDetails>",
                       (int)sum.n, sum.p);
        is_state(rig, ids[i], "staged");
        rig->authorization = buf_c(&basics[i]);
        gate(rig, 200, SERVLET, "", body);
        rig->authorization = NULL;
        is_state(rig, ids[i], "confirmed");
        buf_clear(&basics[i]);
    }
    /* Nobody's password: in no organisation's list. */
    gate(rig, 401, SERVLET, "", "<DeviceDetails deviceid='fw1'/>");
    assert_int_equal(
        jval_count(jval_get(
            core_rig_ask(rig, 200, "GET", "/api/v1/fetch-requests", NULL),
            "items")),
        0);
}

static void R_CNE_8_an_event_id_is_one_devices_in_an_organisation(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t devices[3];
    char path[128];

    two_orgs(rig);
    devices[0] = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    devices[1] = add_device(rig, 1, "r2", "ios");
    be_org(rig, 2);
    devices[2] = add_device(
        rig, add_server_of(rig, 201, "ce", "198.51.100.0/24"), "r1", "ios");
    rig->if_match = "*";
    for (int i = 0; i < 3; i++) {
        be_org(rig, i / 2 + 1);
        (void)snprintf(path, sizeof(path), DEVICES "/%lld",
                       (long long)devices[i]);
        core_rig_ask(rig, i == 1 ? 422 : 200, "PATCH", path,
                     "{\"event_id\": \"e1\"}");
    }
    rig->if_match = NULL;
}

static void R_INV_5_strangers_are_bounded_and_claimed_once(void **state)
{
    struct core_rig *rig = rig_of(state);
    const struct jval *items;
    char body[256];
    int64_t id;

    (void)add_server(rig, "pnp");
    for (int i = 0; i < 3; i++) {
        (void)snprintf(body, sizeof(body),
                       "<pnp xmlns='urn:cisco:pnp' udi='PID:X,SN:S%d'><info "
                       "xmlns='urn:cisco:pnp:work-info' correlator='c%d'/>"
                       "</pnp>",
                       i % 2, i);
        gate(rig, 200, "/pnp/WORK-REQUEST", "", body);
    }
    items = jval_get(
        core_rig_ask(rig, 200, "GET", "/api/v1/unclaimed-devices", NULL),
        "items");
    assert_int_equal(jval_count(items), 2);
    id = jval_i64(jval_get(jval_at(items, 0), "id"), 0);
    (void)snprintf(body, sizeof(body), "/api/v1/unclaimed-devices/%lld/claim",
                   (long long)id);
    core_rig_ask(rig, 422, "POST", body,
                 "{\"name\": \"x\", \"family\": \"toaster\"}");
    core_rig_ask(rig, 201, "POST", body, "{\"name\": \"branch\"}");
    core_rig_ask(rig, 404, "POST", body, "{\"name\": \"branch\"}");
}

static void decide(struct core_rig *rig, int status, int64_t id, bool approved)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "/api/v1/staged/%lld/decide",
                   (long long)id);
    core_rig_ask(rig, status, "POST", path,
                 approved ? "{\"approved\": true, \"text\": \"good\"}"
                          : "{\"approved\": false, \"text\": \"no\"}");
}

static void nothing_is_given(struct core_rig *rig)
{
    gate(rig, 200, "/cns/JobbedDynaConfig", "config_id=r1", NULL);
    assert_string_equal(buf_c(&rig->body), "! nothing is to be done\n");
}

static void R_DEP_5_what_is_staged_waits_for_a_second_person(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t device = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    struct staged found;
    struct arena arena = ARENA;
    int64_t now = rig->now;
    int64_t id;

    approve_alone(rig, 1, false);
    rig->scope.user = 7;
    id = stage(rig, device, CONFIG);
    is_state(rig, id, "waiting");
    nothing_is_given(rig);
    assert_int_equal(
        staged_get(rig->core.db, &rig->scope, id, &arena, &found, NULL), 0);
    assert_int_equal(
        staged_by_token(rig->core.db, found.token, &arena, &found, NULL), 1);
    decide(rig, 403, id, true);
    nothing_is_given(rig);
    rig->scope.user = 8;
    rig->now += 3600;
    decide(rig, 200, id, true);
    decide(rig, 409, id, true);
    is_state(rig, id, "staged");
    assert_int_equal(
        staged_get(rig->core.db, &rig->scope, id, &arena, &found, NULL), 0);
    assert_int_equal(found.item.expires,
                     now + 3600 + STAGE_HOURS_DEFAULT * 3600);
    assert_int_equal(found.decided, now + 3600);
    assert_int_equal(found.author_id, 7);
    gate(rig, 200, "/cns/JobbedDynaConfig", "config_id=r1", NULL);
    assert_string_equal(buf_c(&rig->body), CONFIG);
    arena_clear(&arena);
}

static void R_DEP_5_what_a_second_person_refuses_is_never_given(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t device = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    int64_t good = stage(rig, device, CONFIG);
    struct staged found;
    struct arena arena = ARENA;
    int64_t bad;

    approve_alone(rig, 1, false);
    rig->scope.user = 7;
    bad = stage(rig, device, "hostname bad\n");
    is_state(rig, good, "staged"); /* until the other is approved */
    decide(rig, 200, bad, false);  /* one's own may be refused */
    is_state(rig, bad, "refused");
    assert_int_equal(
        staged_get(rig->core.db, &rig->scope, bad, &arena, &found, NULL), 0);
    assert_int_equal(found.sealed.n, 0);
    assert_true(str_eq_c(found.decision, "no"));
    gate(rig, 200, "/cns/JobbedDynaConfig", "config_id=r1", NULL);
    assert_string_equal(buf_c(&rig->body), CONFIG);
    bad = stage(rig, device, "hostname better\n");
    rig->scope.user = 8;
    decide(rig, 200, bad, true);
    is_state(rig, good, "replaced");
    is_state(rig, bad, "staged");
    arena_clear(&arena);
}

static void R_DEP_5_what_nobody_approves_ends(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t device = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    int64_t first;
    int64_t second;
    char path[128];

    rig->scope = scope_system(1);
    rig->scope.permissions &= ~(UINT64_C(1) << PERM_NETWORK_APPROVE);
    first = stage(rig, device, CONFIG); /* may not approve, alone or not */
    is_state(rig, first, "waiting");
    second = stage(rig, device, CONFIG);
    is_state(rig, first, "replaced");
    (void)snprintf(path, sizeof(path), "/api/v1/staged/%lld/decide",
                   (long long)second);
    core_rig_ask(rig, 403, "POST", path, "{\"approved\": true}");
    (void)snprintf(path, sizeof(path), "/api/v1/staged/%lld",
                   (long long)second);
    core_rig_ask(rig, 204, "DELETE", path, NULL);
    second = stage(rig, device, CONFIG);
    rig->scope = scope_system(1);
    rig->now += STAGE_HOURS_DEFAULT * 3600;
    decide(rig, 409, second, true);
    assert_int_equal(staged_expire(rig->core.db, rig->now, 10, NULL), 1);
    assert_true(
        str_eq_c(jval_text(jval_get(staged(rig, second), "told"), STR("")),
                 "nobody approved it in time"));
}

/* --- images ----------------------------------------------------------------
 */

#define IMAGES "/api/v1/device-images"

static int64_t upload(struct core_rig *rig, int status, const char *query,
                      str bytes)
{
    char path[256];

    (void)snprintf(path, sizeof(path), IMAGES "?%s", query);
    rig->status = 0;
    core_rig_send(rig, 0, "POST", path, bytes);
    for (int i = 0; rig->held && i < 100000 && rig->status == 0; i++)
        loop_once(rig->core.loop, 100);
    assert_int_equal(rig->status, status);
    return jval_i64(jval_get(rig->json, "id"), 0);
}

static int64_t stage_image(struct core_rig *rig, int status, int64_t device,
                           int64_t image)
{
    char path[128];
    char body[64];

    (void)snprintf(path, sizeof(path), DEVICES "/%lld/images",
                   (long long)device);
    (void)snprintf(body, sizeof(body), "{\"image\": %lld}", (long long)image);
    return jval_i64(
        jval_get(core_rig_ask(rig, status, "POST", path, body), "id"), 0);
}

static void R_AUS_10_an_image_is_staged_for_those_that_fetch_such(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t firewall = add_device(rig, add_server(rig, "aus"), "fw1", "asa");
    int64_t router = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    int64_t branch = add_device(rig, add_server(rig, "pnp"), "S1", "ios-xe");
    int64_t image = upload(rig, 201, "name=a.bin&version=9.1", STR("image"));
    int64_t asdm = upload(rig, 201, "name=b.bin&kind=asdm", STR("asdm"));
    char path[64];
    int64_t id;

    (void)stage_image(rig, 422, router, image);
    (void)stage_image(rig, 422, branch, asdm);
    (void)stage_image(rig, 404, branch, 77);
    (void)stage_image(rig, 201, branch, image);
    (void)stage_image(rig, 201, firewall, asdm);
    approve_alone(rig, 1, false);
    id = stage_image(rig, 201, firewall, image);
    is_state(rig, id, "waiting");
    (void)snprintf(path, sizeof(path), IMAGES "/%lld", (long long)image);
    core_rig_ask(rig, 409, "DELETE", path, NULL);
    be_org(rig, 2);
    core_rig_ask(rig, 404, "GET", path, NULL);
    be_org(rig, 1);
}

static void who_is_limited_to_labels_sees_no_strangers(void **state)
{
    static const struct {
        const char *method;
        const char *path;
        const char *body;
    } cases[] = {
        { "GET", "/api/v1/fetch-requests", NULL },
        { "GET", "/api/v1/unclaimed-devices", NULL },
        { "POST", "/api/v1/unclaimed-devices/1/claim", "{\"name\": \"x\"}" },
        { "DELETE", "/api/v1/unclaimed-devices/1", NULL },
    };
    struct core_rig *rig = rig_of(state);

    (void)add_server(rig, "pnp");
    gate(rig, 200, "/pnp/WORK-REQUEST", "",
         "<pnp xmlns='urn:cisco:pnp' udi='PID:X,SN:S1'><info "
         "xmlns='urn:cisco:pnp:work-info' correlator='c'/></pnp>");
    rig->scope.user = 7;
    rig->scope.all_devices = false;
    for (size_t i = 0; i < COUNT(cases); i++)
        core_rig_ask(rig, 403, cases[i].method, cases[i].path, cases[i].body);
    rig->scope = scope_system(1);
    core_rig_ask(rig, 200, "GET", "/api/v1/fetch-requests", NULL);
    core_rig_ask(rig, 201, "POST", cases[2].path, cases[2].body);
}

static void requests_are_kept_and_only_the_newest(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t device = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    const struct jval *items;
    char path[128];

    for (int i = 0; i < FETCH_REQUESTS_MAX + 5; i++) {
        gate(rig, 200, "/cns/DynaConfig", "config_id=r1", NULL);
        gate(rig, 404, "/cns/JobbedDynaConfig", "config_id=r2", NULL);
    }
    (void)snprintf(path, sizeof(path), DEVICES "/%lld/requests",
                   (long long)device);
    items = jval_get(core_rig_ask(rig, 200, "GET", path, NULL), "items");
    assert_int_equal(jval_count(items), FETCH_REQUESTS_MAX);
    items = jval_get(
        core_rig_ask(rig, 200, "GET", "/api/v1/fetch-requests", NULL), "items");
    assert_int_equal(jval_count(items), FETCH_REQUESTS_MAX);
}

static void what_is_staged_is_replaced_cancelled_and_expires(void **state)
{
    struct core_rig *rig = rig_of(state);
    int64_t device = add_device(rig, add_server(rig, "ce"), "r1", "ios");
    int64_t first = stage(rig, device, CONFIG);
    int64_t second = stage(rig, device, CONFIG);
    int64_t third;
    char path[128];

    is_state(rig, first, "replaced");
    (void)snprintf(path, sizeof(path), "/api/v1/staged/%lld",
                   (long long)second);
    core_rig_ask(rig, 204, "DELETE", path, NULL);
    core_rig_ask(rig, 409, "DELETE", path, NULL);
    third = stage(rig, device, CONFIG);
    assert_int_equal(staged_expire(rig->core.db, rig->now, 10, NULL), 0);
    assert_int_equal(staged_expire(rig->core.db,
                                   rig->now + STAGE_HOURS_DEFAULT * 3600, 10,
                                   NULL),
                     1);
    is_state(rig, third, "expired");
    assert_int_equal(
        jval_count(jval_get(
            core_rig_ask(rig, 200, "GET", "/api/v1/staged?open=true", NULL),
            "items")),
        0);
}

/* Of each kind of server, all families that understand it. */
static void R_COM_10_families_fetch_from_servers_they_understand(
    void **state UNUSED)
{
    static const char *const understood[NETDEV_SERVER_KINDS] = {
        "pix asa ", "pix asa ios ios-xe ", "ios ios-xe catalyst "
    };

    for (int64_t kind = 0; kind < NETDEV_SERVER_KINDS; kind++) {
        AUTO(buf_clear) struct buf all = BUF(1000);

        for (size_t i = 0; i < family_count; i++)
            if (netdev_server_fits(kind, str_c(families[i].name)))
                buf_printf(&all, "%s ", families[i].name);
        assert_string_equal(buf_c(&all), understood[kind]);
    }
}

#define RIG(test)                                                              \
    cmocka_unit_test_setup_teardown(test, people_rig_setup, people_rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_COM_10_families_fetch_from_servers_they_understand),
        RIG(R_INV_2_a_server_in_use_stays),
        RIG(R_CNC_8_a_router_takes_all_three_steps),
        RIG(R_AUS_1_a_HEAD_fetches_nothing),
        RIG(R_COM_10_a_server_serves_its_own_families_only),
        RIG(R_AUS_4_a_firewall_gets_nothing_without_its_password),
        RIG(R_AUS_4_the_password_is_the_devices_own_and_told_once),
        RIG(X_1_an_identity_of_another_organisation_denies_nothing),
        RIG(X_1_an_identity_of_another_organisation_takes_nothing),
        RIG(X_1_a_firewall_is_whose_password_it_has),
        RIG(R_CNE_8_an_event_id_is_one_devices_in_an_organisation),
        RIG(R_INV_5_strangers_are_bounded_and_claimed_once),
        RIG(R_DEP_5_what_is_staged_waits_for_a_second_person),
        RIG(R_DEP_5_what_a_second_person_refuses_is_never_given),
        RIG(R_DEP_5_what_nobody_approves_ends),
        RIG(R_AUS_10_an_image_is_staged_for_those_that_fetch_such),
        RIG(who_is_limited_to_labels_sees_no_strangers),
        RIG(requests_are_kept_and_only_the_newest),
        RIG(what_is_staged_is_replaced_cancelled_and_expires),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
