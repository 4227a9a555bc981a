/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters of lists that people save.
 */
#include "tests/unit/unit.h"

#include "fleet/saved_filter.h"
#include "tests/unit/people_rig.h"

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, people_rig_admin, people_rig_teardown)

#define ALL "/api/v1/account/filters"
#define LATE "{\"list\": \"devices\", \"name\": \"late\", \"query\": \"q=%s\"}"

static const struct jval *saved(struct people_rig *rig, const char *who,
                                const char *path, size_t n)
{
    const struct jval *items =
        jval_get(people_rig_ask(rig, 200, who, "GET", path, NULL), "items");

    assert_int_equal(jval_count(items), n);
    return jval_at(items, 0);
}

static int64_t save(struct people_rig *rig, const char *who, const char *query)
{
    char body[200];

    snprintf(body, sizeof(body), LATE, query);
    return jval_i64(
        jval_get(people_rig_ask(rig, 201, who, "POST", ALL, body), "id"), 0);
}

static void a_saved_filter_follows_its_person_x_8(void **state)
{
    struct people_rig *rig = *state;
    char browser[PEOPLE_RIG_WHO];
    const struct jval *one;
    int64_t id;

    saved(rig, rig->ann, ALL, 0);
    id = save(rig, rig->ann, "a");
    assert_int_equal(save(rig, rig->ann, "b"), id); /* the same name */
    people_rig_login(rig, 201, "ann", ANN_PASSWORD, NULL, browser);
    one = saved(rig, browser, ALL "?list=devices", 1);
    assert_true(str_eq(jval_text(jval_get(one, "query"), STR("")), STR("q=b")));
    saved(rig, browser, ALL "?list=runs", 0);
}

static void nobody_sees_or_forgets_somebody_elses_filter(void **state)
{
    struct people_rig *rig = *state;
    char path[80];

    people_rig_user(rig, "bob", "reader", rig->other);
    snprintf(path, sizeof(path), ALL "/%lld",
             (long long)save(rig, rig->ann, "a"));
    saved(rig, rig->other, ALL, 0);
    people_rig_ask(rig, 404, rig->other, "DELETE", path, NULL);
    saved(rig, rig->ann, ALL, 1);
    people_rig_ask(rig, 204, rig->ann, "DELETE", path, NULL);
    people_rig_ask(rig, 404, rig->ann, "DELETE", path, NULL);
    people_rig_ask(rig, 401, NULL, "GET", ALL, NULL);
}

static void what_is_wrong_with_a_filter_is_named(void **state)
{
    struct people_rig *rig = *state;
    char body[SAVED_FILTER_QUERY_MAX + 200];

    people_rig_ask(rig, 422, rig->ann, "POST", ALL,
                   "{\"list\": \"devices\", \"name\": \" \","
                   " \"query\": \"\"}");
    people_rig_ask(rig, 422, rig->ann, "POST", ALL,
                   "{\"list\": \"devices\", \"query\": \"\"}");
    snprintf(body, sizeof(body),
             "{\"list\": \"devices\", \"name\": \"x\", \"query\": \"%0*d\"}",
             SAVED_FILTER_QUERY_MAX + 1, 0);
    people_rig_ask(rig, 422, rig->ann, "POST", ALL, body);
    saved(rig, rig->ann, ALL, 0);
}

static void filters_have_an_end_and_go_with_their_person(void **state)
{
    struct people_rig *rig = *state;
    char sql[300];
    char path[80];
    int64_t bob = people_rig_user(rig, "bob", "reader", rig->other);

    for (int i = 0; i < SAVED_FILTERS_MAX; i++) {
        snprintf(sql, sizeof(sql),
                 "INSERT INTO saved_filter (app_user, list, name, query,"
                 " changed) VALUES (%lld, 'runs', 'n%d', '', 0)",
                 (long long)bob, i);
        core_rig_sql(rig->core, sql);
    }
    people_rig_ask(rig, 409, rig->other, "POST", ALL,
                   "{\"list\": \"devices\", \"name\": \"x\","
                   " \"query\": \"\"}");
    people_rig_ask(rig, 201, rig->other, "POST", ALL,
                   "{\"list\": \"runs\", \"name\": \"n3\","
                   " \"query\": \"q=1\"}");
    snprintf(path, sizeof(path), "/api/v1/users/%lld", (long long)bob);
    people_rig_ask(rig, 204, rig->ann, "DELETE", path, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_saved_filter_follows_its_person_x_8),
        TEST(nobody_sees_or_forgets_somebody_elses_filter),
        TEST(what_is_wrong_with_a_filter_is_named),
        TEST(filters_have_an_end_and_go_with_their_person),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
