/* SPDX-License-Identifier: Apache-2.0
 *
 * Wake-on-LAN before a run.
 */
#include "server/wake.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/courier.h"
#include "server/courier_run.h"
#include "server/events.h"
#include "server/scheduler.h"
#include "tests/unit/core_rig.h"
#include "tests/unit/estate.h"
#include "tests/unit/unit.h"

#define NOW INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define BODY                                                                   \
    "{\"name\": \"nightly\", \"enabled\": true, \"while_logged_off\": true,"   \
    " \"wake\": true, \"targets\": {\"systems\": [\"\"]}, \"zone\": \"UTC\","  \
    " \"schedule\": {\"type\": \"daily\", \"time\": \"03:00\"},"               \
    " \"confirm_all\": true}"

static void only_private_networks_are_reached(void **state UNUSED)
{
    static const struct {
        const char *mac;
        const char *address;
        const char *broadcast; /* NULL: no target */
    } cases[] = {
        { "02:00:00:00:00:01", "10.1.2.3/24", "10.1.2.255" },
        { "02:AB:cd:00:00:01", "192.168.7.9/16", "192.168.255.255" },
        { "02:00:00:00:00:01", "172.31.1.1/20", "172.31.15.255" },
        { "02:00:00:00:00:01", "172.32.1.1/20", NULL },
        { "02:00:00:00:00:01", "8.8.8.8/24", NULL },
        { "02:00:00:00:00:01", "10.1.2.3/8", NULL },
        { "02:00:00:00:00:01", "10.1.2.3/32", NULL },
        { "02:00:00:00:00:01", "10.1.2.3", NULL },
        { "02:00:00:00:00:01", "10.1.2/24", NULL },
        { "02:00:00:00:00:01", "fe80::1/24", NULL },
        { "02:00:00:00:00:01", "255.255.255.255/24", NULL },
        { "02:00:00:00:00:01", "10.1.2.3/24 ", NULL },
        { "00:00:00:00:00:00", "10.1.2.3/24", NULL },
        { "ff:ff:ff:ff:ff:ff", "10.1.2.3/24", NULL },
        { "01:00:5e:00:00:01", "10.1.2.3/24", NULL },
        { "02-00-00-00-00-01", "10.1.2.3/24", NULL },
        { "02:00:00:00:00", "10.1.2.3/24", NULL },
        { "02:00:00:00:00:0g", "10.1.2.3/24", NULL },
        { "", "", NULL },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct wake_target target = { { 0 }, "" };
        bool is = wake_target_read(str_c(cases[i].mac), str_c(cases[i].address),
                                   &target);

        assert_int_equal(is, cases[i].broadcast != NULL);
        if (is)
            assert_string_equal(target.broadcast, cases[i].broadcast);
    }
}

/* --- The packet ---------------------------------------------------------- */

static void count(void *ctx, const struct errand_return *answer)
{
    assert_int_equal(answer->code, 0);
    *(int64_t *)ctx = answer->status;
}

static void the_packet_arrives_as_the_hardware_expects_it(void **state UNUSED)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof(at);
    struct errand_wake_target target = { { "\x02\x11\x22\x33\x44\x55", 6 },
                                         STR("127.0.0.255") };
    struct errand_wake wake = { .id = 1,
                                .targets = { &target, 1 },
                                .timeout_ms = 1000 };
    struct loop *loop = loop_new();
    int64_t sent = -1;
    struct runner *runner = runner_new(loop, STR(""), count, &sent);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    uint8_t packet[200];

    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    wake.port = ntohs(at.sin_port);
    runner_wake(runner, &wake);
    assert_int_equal(sent, 1);
    assert_int_equal(recv(fd, packet, sizeof(packet), 0), 17 * 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(packet[i], 0xFF);
    for (size_t i = 6; i < 17 * 6; i++)
        assert_int_equal(packet[i], (uint8_t)target.mac.p[i % 6]);
    close(fd);
    runner_free(runner);
    loop_free(loop);
}

/* --- Before a run -------------------------------------------------------- */

struct errands {
    int n;
    size_t targets;
    char mac[6];
    char address[16];
    int64_t id;
};

static int keep(void *ctx, enum errand_kind kind, const void *errand,
                struct err *err UNUSED)
{
    struct errands *e = ctx;
    const struct errand_wake *wake = errand;
    const struct errand_wake_target *targets = wake->targets.p;

    assert_int_equal(kind, ERRAND_WAKE);
    assert_int_equal(wake->port, WAKE_PORT);
    e->n++;
    e->id = wake->id;
    e->targets = wake->targets.n;
    memcpy(e->mac, targets[0].mac.p, 6);
    snprintf(e->address, sizeof(e->address), "%" PRIstr,
             ARGstr(targets[0].address));
    return 0;
}

static void look(struct core_rig *rig)
{
    for (int i = 0; i < 20; i++)
        loop_once(rig->core.loop, 1);
}

/* Three devices: asleep, awake, asleep without an address. */
static void make_devices(struct core_rig *rig)
{
    static const char *const names[] = { "asleep", "awake", "unknown" };

    for (size_t i = 0; i < COUNT(names); i++) {
        int64_t id = estate_device(rig->core.db, names[i]);

        estate_inventory(
            rig->core.db, id,
            &(struct estate_facts){ .hostname = names[i],
                                    .os = "unix/debian/12/x86_64/12.4",
                                    .packages = "bash 5.2 amd64",
                                    .address = i == 2 ? "2001:db8::1/64"
                                                      : "10.0.0.1/24",
                                    .now = NOW });
    }
    core_rig_sql(rig, "UPDATE device SET kind = 'agent', last_seen ="
                      " 1767225600 - 3600, time_zone = 'UTC'");
    core_rig_sql(rig, "UPDATE device SET last_seen = 1767225600 - 60"
                      " WHERE name = 'awake'");
}

static void devices_that_sleep_are_woken_and_no_others(void **state)
{
    struct core_rig *rig = *state;
    struct errands e = { 0 };
    struct err err = { 0 };

    rig->core.courier = courier_new(rig->core.loop, keep, &e);
    rig->core.events = events_new(&rig->core);
    make_devices(rig);
    core_rig_ask(rig, 201, "POST", "/api/v1/configurations", BODY);
    core_rig_ask(rig, 201, "POST", "/api/v1/configurations/1/run", NULL);
    look(rig);
    assert_int_equal(e.n, 1);
    assert_int_equal(e.targets, 1);
    assert_string_equal(e.address, "10.0.0.255");
    assert_memory_equal(e.mac, "\x02\x00\x00\x00\x00\x01", 6);
    /* By schedule: five minutes before, and once. */
    rig->core.scheduler = scheduler_new(&rig->core);
    core_rig_sql(rig, "UPDATE device SET last_seen = last_seen + 10440"
                      " WHERE name = 'awake'");
    for (int64_t at = NOW + 5; at <= NOW + 3 * 3600; at += 60)
        assert_int_equal(scheduler_tick(&rig->core, at, &err), 0);
    scheduler_free(TAKE(rig->core.scheduler)); /* its own clock is today's */
    look(rig);
    assert_int_equal(e.n, 2);
    assert_int_equal(e.targets, 1);
    wake_stop(&rig->core);
    courier_free(TAKE(rig->core.courier));
    events_free(TAKE(rig->core.events));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_private_networks_are_reached),
        cmocka_unit_test(the_packet_arrives_as_the_hardware_expects_it),
        cmocka_unit_test_setup_teardown(
            devices_that_sleep_are_woken_and_no_others, core_rig_setup,
            core_rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
