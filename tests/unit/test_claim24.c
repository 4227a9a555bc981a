/* SPDX-License-Identifier: Apache-2.0
 *
 * Claim 24, K-DEP-4, D-34: a user who is limited to labels cannot infer other
 * devices by lists, counts, searches or exports. Walks the route table, so
 * that a route that is added is tested without a line here.
 *
 * Two users, each with a role of every reading permission and one label. What
 * one of them is answered is kept; then the other's label gets devices that
 * have telling names, packages and addresses; then everything is asked again:
 * not a byte may differ.
 */
#include "tests/unit/unit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "tests/unit/estate.h"
#include "tests/unit/people_rig.h"

enum {
    MORE = 7,
    PATH_MAX_BYTES = 256
};

static const char *const queries[] = { "", "limit=1", "limit=1000" };

static int64_t ids[2]; /* of a device of either label */

static void add_label(struct people_rig *rig, const char *login,
                      const char *label, char out[PEOPLE_RIG_WHO])
{
    struct db *db = rig->core->core.db;
    int64_t id = estate_label(db, label, "manual", "", 0);
    char body[1024];

    snprintf(body, sizeof(body),
             "{\"name\": \"role of %s\", \"permissions\": [\"device.read\", "
             "\"label.read\", \"schedule.read\", \"run.read\", "
             "\"report.read\", \"content.read\", \"audit.read\", "
             "\"user.read\", \"setting.read\", \"metrics\", \"enrol\"], "
             "\"labels\": [%" PRId64 "]}",
             login, id);
    people_rig_ask(rig, 201, rig->ann, "POST", "/api/v1/roles", body);
    snprintf(body, sizeof(body), "role of %s", login);
    people_rig_user(rig, login, body, out);
}

static void add_device(struct people_rig *rig, const char *name,
                       const char *packages, int64_t label, int which)
{
    struct db *db = rig->core->core.db;
    int64_t device = estate_device(db, name);

    estate_inventory(db, device,
                     &(struct estate_facts){ .hostname = name,
                                             .os = "unix/debian/12/x86_64/12",
                                             .packages = packages,
                                             .address = "10.9.8.7/24",
                                             .memory_mb = 1024 });
    estate_member(db, label, device);
    ids[which] = device;
}

/* Routes that read, without a log-in of their own, and whether the path can
 * be filled: an id stands for a device. */
static bool is_asked(const struct route *route)
{
    return route->method == METHOD_GET && route->door == DOOR_API &&
           strstr(route->path, "/events") == NULL;
}

static void fill_path(const struct route *route, int64_t id, const char *query,
                      char out[PATH_MAX_BYTES])
{
    str rest = str_c(route->path);
    struct buf text = BUF(PATH_MAX_BYTES);

    while (rest.n > 0) {
        str before = str_cut(&rest, '{');

        buf_add(&text, before);
        if (rest.n > 0) {
            (void)str_cut(&rest, '}');
            buf_printf(&text, "%" PRId64, id);
        }
    }
    if (query[0] != 0)
        buf_printf(&text, "?%s", query);
    snprintf(out, PATH_MAX_BYTES, "%s", buf_c(&text));
    buf_clear(&text);
}

static void ask_route(struct people_rig *rig, const char *who, int64_t id,
                      const struct route *route, struct buf *out)
{
    size_t n = !is_asked(route) ? 0 : route->list ? COUNT(queries) : 1;

    for (size_t q = 0; q < n; q++) {
        char path[PATH_MAX_BYTES];

        fill_path(route, id, queries[q], path);
        people_rig_ask(rig, 0, who, "GET", path, NULL);
        buf_printf(out, "%s: %d ", path, rig->core->status);
        if (!rig->core->held)
            buf_add(out, buf_str(&rig->core->body));
        buf_add_char(out, '\n');
    }
}

/* Every answer one after another, with its status. */
static void ask_all(struct people_rig *rig, const char *who, int64_t id,
                    struct buf *out)
{
    for (size_t t = 0; t < route_table_count; t++) {
        for (size_t r = 0; r < route_tables[t]->count; r++)
            ask_route(rig, who, id, &route_tables[t]->rows[r], out);
    }
}

static void assert_same(const struct buf *before, const struct buf *after)
{
    str a = buf_str(before);
    str b = buf_str(after);

    while (a.n > 0 || b.n > 0) {
        str x = str_cut(&a, '\n');
        str y = str_cut(&b, '\n');

        if (!str_eq(x, y))
            fail_msg("differs:\n%.*s\n%.*s", (int)x.n, x.p, (int)y.n, y.p);
    }
}

static void what_others_have_changes_no_answer(void **state)
{
    struct people_rig *rig = *state;
    struct db *db = rig->core->core.db;
    struct buf before = BUF(64 << 20);
    struct buf after = BUF(64 << 20);
    int64_t other = 0;

    add_label(rig, "bob", "north", rig->other);
    add_label(rig, "cat", "south", rig->third);
    assert_int_equal(db_one_i64(db, "SELECT id FROM label WHERE name = 'south'",
                                DB_NO_ARGS, &other, NULL),
                     0);
    add_device(rig, "north-1", "bash 5.2 amd64", other - 1, 0);
    estate_settle(db, ESTATE_NOW);
    ask_all(rig, rig->other, ids[0], &before);
    for (int i = 0; i < MORE; i++) {
        char name[32];

        snprintf(name, sizeof(name), "canary-%d", i);
        add_device(rig, name, "canarypkg 1.0 amd64;bash 5.2 amd64", other, 1);
    }
    estate_settle(db, ESTATE_NOW);
    ask_all(rig, rig->other, ids[0], &after);
    assert_same(&before, &after);
    assert_int_equal(str_find(buf_str(&after), STR("canary")), after.n);
    /* The same ids as the other sees: not there, or without a word of it. */
    buf_reset(&after);
    ask_all(rig, rig->other, ids[1], &after);
    assert_int_equal(str_find(buf_str(&after), STR("canary")), after.n);
    /* The test itself sees: the other one has them. */
    buf_reset(&after);
    ask_all(rig, rig->third, ids[1], &after);
    assert_true(str_find(buf_str(&after), STR("canary")) < after.n);
    buf_clear(&before);
    buf_clear(&after);
}

static void searches_for_others_find_nothing(void **state)
{
    struct people_rig *rig = *state;
    struct db *db = rig->core->core.db;
    int64_t other = 0;
    const struct jval *json;

    add_label(rig, "bob", "north", rig->other);
    add_label(rig, "cat", "south", rig->third);
    assert_int_equal(db_one_i64(db, "SELECT id FROM label WHERE name = 'south'",
                                DB_NO_ARGS, &other, NULL),
                     0);
    add_device(rig, "canary-1", "canarypkg 1.0 amd64", other, 1);
    estate_settle(db, ESTATE_NOW);
    json = people_rig_ask(rig, 200, rig->other, "GET", "/api/v1/devices", NULL);
    assert_int_equal(jval_i64(jval_get(json, "total"), -1), 0);
    json = people_rig_ask(rig, 200, rig->third, "GET", "/api/v1/devices", NULL);
    assert_int_equal(jval_i64(jval_get(json, "total"), -1), 1);
}

/* --- Timing ----------------------------------------------------------------
 */

enum {
    ROUNDS = 31,
    MANY = 1000,
    HIDDEN = 400,
    NOT_THERE = 987654321,
    SLACK_US = 400,
};

static bool are_alike(const int64_t took[2])
{
    return took[0] <= 3 * took[1] + SLACK_US &&
           took[1] <= 3 * took[0] + SLACK_US;
}

/* Two questions that must not be told apart, asked in turns. The shortest
 * times are compared, which hold no work of other programs; if they differ,
 * it is asked on for a while. */
static void compare(struct people_rig *rig, int want, const char *first,
                    const char *second)
{
    const char *paths[] = { first, second };
    int64_t took[2] = { INT64_MAX / 4, INT64_MAX / 4 };

    for (int i = 0; i < ROUNDS || (i < MANY && !are_alike(took)); i++) {
        for (int k = 0; k < 2; k++) {
            int64_t start = clock_micros();

            people_rig_ask(rig, 0, rig->other, "GET", paths[k], NULL);
            start = clock_micros() - start;
            if (start < took[k])
                took[k] = start;
            assert_int_equal(rig->core->status, want);
        }
    }
    if (!are_alike(took))
        fail_msg("%s takes %lld us, %s %lld us", first, (long long)took[0],
                 second, (long long)took[1]);
}

static void compare_route(struct people_rig *rig, const struct route *route,
                          int64_t hidden)
{
    char there[PATH_MAX_BYTES];
    char absent[PATH_MAX_BYTES];

    if (!is_asked(route) || strchr(route->path, '{') == NULL)
        return;
    fill_path(route, hidden, "", there);
    fill_path(route, NOT_THERE, "", absent);
    people_rig_ask(rig, 0, rig->other, "GET", there, NULL);
    /* What everybody of the organisation may see is not hidden. */
    if (rig->core->held || rig->core->status == 200)
        return;
    compare(rig, rig->core->status, there, absent);
}

/* Margins are wide, as machines are busy: what is looked for is work that is
 * done for a hidden object and not for one that is not there. */
static void what_is_hidden_takes_as_long_as_what_is_not_there(void **state)
{
    struct people_rig *rig = *state;
    struct db *db = rig->core->core.db;
    int64_t other = 0;

    add_label(rig, "bob", "north", rig->other);
    add_label(rig, "cat", "south", rig->third);
    assert_int_equal(db_one_i64(db, "SELECT id FROM label WHERE name = 'south'",
                                DB_NO_ARGS, &other, NULL),
                     0);
    add_device(rig, "north-1", "bash 5.2 amd64", other - 1, 0);
    for (int i = 0; i < HIDDEN; i++) {
        char name[32];

        snprintf(name, sizeof(name), "canary-%d", i);
        add_device(rig, name, "canarypkg 1.0 amd64;bash 5.2 amd64", other, 1);
    }
    estate_settle(db, ESTATE_NOW);
    for (size_t t = 0; t < route_table_count; t++)
        for (size_t r = 0; r < route_tables[t]->count; r++)
            compare_route(rig, &route_tables[t]->rows[r], ids[1]);
    compare(rig, 200, "/api/v1/devices?q=canary-7",
            "/api/v1/devices?q=absent-7");
    compare(rig, 200, "/api/v1/devices?filter=package(%22canarypkg%22)",
            "/api/v1/devices?filter=package(%22absentpkg%22)");
    compare(rig, 200, "/api/v1/devices?filter=name%20%3D%20%22canary-7%22",
            "/api/v1/devices?filter=name%20%3D%20%22absent-7%22");
}

#define ADMIN(fn)                                                              \
    cmocka_unit_test_setup_teardown(fn, people_rig_admin, people_rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ADMIN(what_others_have_changes_no_answer),
        ADMIN(searches_for_others_find_nothing),
        ADMIN(what_is_hidden_takes_as_long_as_what_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
