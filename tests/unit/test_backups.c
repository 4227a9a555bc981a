/* SPDX-License-Identifier: Apache-2.0
 *
 * Backups over the API: rows, refusals, and what the supervisor says. Making
 * one for real is tests/e2e/e2e_store.py.
 */
#include "server/backups.h"

#include "server/config.h"
#include "tests/unit/core_rig.h"
#include "tests/unit/unit.h"

#define ALL "/api/v1/backups"
#define SECRET "{\"passphrase\": \"correct horse battery\"}"

static const struct config config = { .data = { "/nonexistent", 12 } };

static int setup(void **state)
{
    int rc = core_rig_setup(state);

    if (rc == 0)
        ((struct core_rig *)*state)->core.config = &config;
    return rc;
}

static const struct jval *newest(struct core_rig *rig)
{
    return jval_at(jval_get(core_rig_ask(rig, 200, "GET", ALL, NULL), "items"),
                   0);
}

static void assert_text(const struct jval *o, const char *key, const char *text)
{
    str is = jval_text(jval_get(o, key), STR("(none)"));

    if (!str_eq_c(is, text))
        fail_msg("%s is '%.*s', not '%s'", key, (int)is.n, is.p, text);
}

/* Without a supervisor nothing can be made, and that is told. */
static void what_cannot_be_begun_is_a_backup_that_failed(void **state)
{
    struct core_rig *rig = *state;

    core_rig_ask(rig, 422, "POST", ALL, "{\"passphrase\": \"too short\"}");
    core_rig_ask(rig, 422, "POST", ALL, "{}");
    core_rig_ask(rig, 201, "POST", ALL, SECRET);
    assert_text(newest(rig), "state", "failed");
    assert_text(newest(rig), "text", "there is no supervisor");
    assert_false(jval_bool(jval_get(newest(rig), "there"), true));
}

/* A row as if an order were out. */
static int64_t begin(struct core_rig *rig)
{
    struct backup b = { .file = STR("one.backup"),
                        .author = STR("admin"),
                        .started = rig->now };
    struct err err = { 0 };

    assert_int_equal(db_begin(rig->core.db, &err), 0);
    assert_int_equal(backup_add(rig->core.db, &b, &err), 0);
    assert_int_equal(db_commit(rig->core.db, &err), 0);
    return b.id;
}

static void told(struct core_rig *rig, int64_t id, int64_t code,
                 const char *text)
{
    struct message_backup_done done = { .id = id,
                                        .code = code,
                                        .text = str_c(text),
                                        .tables = 3,
                                        .rows = 17,
                                        .size = 4096 };

    assert_int_equal(backups_done(&rig->core, &done, &(struct err){ 0 }), 0);
}

static void kapp3_what_was_made_is_noted_and_checked_again(void **state)
{
    struct core_rig *rig = *state;
    int64_t id = begin(rig);
    char path[100];
    const struct jval *log;

    assert_text(newest(rig), "state", "making");
    core_rig_ask(rig, 409, "POST", ALL, SECRET); /* one at a time */
    snprintf(path, sizeof(path), ALL "/%lld", (long long)id);
    core_rig_ask(rig, 409, "DELETE", path, NULL);
    told(rig, id, 0, "");
    assert_text(newest(rig), "state", "done");
    assert_int_equal(jval_i64(jval_get(newest(rig), "rows"), 0), 17);
    assert_int_equal(jval_kind(jval_get(newest(rig), "checked")), JVAL_TEXT);
    log = jval_get(
        core_rig_ask(rig, 200, "GET", "/api/v1/audit?action=backup.made", NULL),
        "items");
    assert_int_equal(jval_count(log), 1);
    /* A check that cannot begin ends at once, and leaves what is known. */
    snprintf(path, sizeof(path), ALL "/%lld/check", (long long)id);
    core_rig_ask(rig, 200, "POST", path, SECRET);
    assert_text(newest(rig), "text", "there is no supervisor");
    assert_false(jval_bool(jval_get(newest(rig), "checking"), true));
    assert_text(newest(rig), "state", "done");
    snprintf(path, sizeof(path), ALL "/%lld/file", (long long)id);
    core_rig_ask(rig, 404, "GET", path, NULL);
    snprintf(path, sizeof(path), ALL "/%lld", (long long)id);
    core_rig_ask(rig, 204, "DELETE", path, NULL);
    core_rig_ask(rig, 404, "GET", path, NULL);
}

static void what_was_under_way_when_the_server_ended_has_failed(void **state)
{
    struct core_rig *rig = *state;
    int64_t id = begin(rig);

    backups_start(&rig->core);
    assert_text(newest(rig), "state", "failed");
    told(rig, id, 0, ""); /* too late */
    assert_text(newest(rig), "state", "failed");
}

#define ROW(fn) cmocka_unit_test_setup_teardown(fn, setup, core_rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(what_cannot_be_begun_is_a_backup_that_failed),
        ROW(kapp3_what_was_made_is_noted_and_checked_again),
        ROW(what_was_under_way_when_the_server_ended_has_failed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
