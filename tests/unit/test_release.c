/* SPDX-License-Identifier: Apache-2.0
 *
 * Newer versions of Holdfast are announced (K-APP-2, K-APP-3).
 */
#include "server/release.h"

#include "base/mem.h"
#include "server/config.h"
#include "server/courier.h"
#include "server/events.h"
#include "tests/unit/core_rig.h"
#include "tests/unit/unit.h"

#define RELEASE(version, more)                                                 \
    "{\"version\": \"" version "\", \"released\": \"2026-01-0" more "\"}"
#define NEXT RELEASE("99.1", "1T00:00:00Z")

struct rig {
    struct core_rig *core;
    struct sign_key key;
    struct config *config;
    char data[128];
    /* What the courier was asked. */
    int asked;
    int64_t errand;
    bool operator_word;
};

static int keep(void *ctx, enum errand_kind kind, const void *errand,
                struct err *err UNUSED)
{
    struct rig *rig = ctx;
    const struct errand_fetch *fetch = errand;

    assert_int_equal(kind, ERRAND_FETCH);
    assert_true(str_eq_c(fetch->url, "https://example.org/release"));
    rig->asked++;
    rig->errand = fetch->id;
    rig->operator_word = fetch->operator_word;
    return 0;
}

static void start(struct rig *rig)
{
    struct core *core = &rig->core->core;

    releases_free(core->releases);
    core->releases = releases_new(core, rig->data);
}

static int setup(void **state)
{
    struct rig *rig = mem_alloc(1, sizeof(*rig));
    AUTO(buf_clear) struct buf text = BUF(1000);
    struct err err = { 0 };
    void *core = NULL;

    assert_int_equal(trust_init(&err), 0);
    assert_int_equal(core_rig_setup(&core), 0);
    rig->core = core;
    snprintf(rig->data, sizeof(rig->data), "%s", rig->core->directory);
    sign_key_make(&rig->key);
    buf_add_c(&text, "release.url = https://example.org/release\n"
                     "release.keys = ");
    for (size_t i = 0; i < SIGN_PUBLIC_BYTES; i++)
        buf_printf(&text, "%02x", rig->key.public[i]);
    assert_int_equal(config_parse(buf_str(&text), "test", &rig->config, &err),
                     0);
    rig->core->core.config = rig->config;
    rig->core->core.events = events_new(&rig->core->core);
    rig->core->core.courier = courier_new(rig->core->core.loop, keep, rig);
    start(rig);
    *state = rig;
    return 0;
}

static int teardown(void **state)
{
    struct rig *rig = *state;
    struct core *core = &rig->core->core;
    void *core_rig = rig->core;

    releases_free(TAKE(core->releases));
    courier_free(TAKE(core->courier));
    events_free(TAKE(core->events));
    core->config = NULL;
    config_free(rig->config);
    mem_free(rig);
    return core_rig_teardown(&core_rig);
}

static void sign(const struct rig *rig, const char *json, struct buf *out)
{
    uint8_t signature[SIGNATURE_BYTES];

    buf_reset(out);
    sign_make(&rig->key, STR(RELEASE_DOMAIN), str_c(json), signature);
    buf_add_c(out, "holdfast-release-1 ");
    for (size_t i = 0; i < sizeof(signature); i++)
        buf_printf(out, "%02x", signature[i]);
    buf_add_char(out, '\n');
    buf_add_c(out, json);
}

static int take(struct rig *rig, const char *json, struct err *err)
{
    AUTO(buf_clear) struct buf file = BUF(RELEASE_FILE_MAX);

    sign(rig, json, &file);
    return releases_take(rig->core->core.releases, buf_str(&file),
                         rig->core->now, err);
}

static const struct jval *show(struct rig *rig)
{
    return core_rig_ask(rig->core, 200, "GET", "/api/v1/release", NULL);
}

static bool is(const struct jval *object, const char *key, const char *text)
{
    return str_eq_c(jval_text(jval_get(object, key), STR("")), text);
}

static void what_is_no_release_is_refused_by_its_member(void **state UNUSED)
{
    static const struct {
        const char *json;
        const char *word;
    } cases[] = {
        { "", "" },
        { "[]", "object" },
        { "{}", "version" },
        { "{\"version\": 1}", "version" },
        { "{\"version\": \"x\"}", "version" },
        { "{\"version\": \"1\"}", "released" },
        { "{\"version\": \"1\", \"released\": \"soon\"}", "released" },
        { "{\"version\": \"1\", \"released\": \"2026-01-01T00:00:00Z\","
          " \"url\": \"javascript:x\"}",
          "url" },
        { "{\"version\": \"1\", \"released\": \"2026-01-01T00:00:00Z\","
          " \"notes\": \"\\u001b[2J\"}",
          "notes" },
        { "{\"version\": \"1\", \"released\": \"2026-01-01T00:00:00Z\","
          " \"flaws\": [{\"component\": \"x\"}]}",
          "flaws: the 1.: fixed" },
        { "{\"version\": \"1\", \"released\": \"2026-01-01T00:00:00Z\","
          " \"flaws\": 7}",
          "flaws" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct release release;
        struct err err = { 0 };

        assert_true(release_read(str_c(cases[i].json), &arena, &release, &err) <
                    0);
        assert_non_null(strstr(err.text, cases[i].word));
    }
}

static void a_newer_version_is_announced_with_how_to_apply_it(void **state)
{
    struct rig *rig = *state;
    struct err err = { 0 };

    assert_true(is(show(rig), "newest", ""));
    assert_true(jval_bool(jval_get(show(rig), "stale"), false));
    assert_int_equal(take(rig, NEXT, &err), 0);
    assert_true(is(show(rig), "newest", "99.1"));
    assert_true(jval_bool(jval_get(show(rig), "newer"), false));
    assert_non_null(strstr(jval_text(jval_get(show(rig), "apply"), STR("")).p,
                           "holdfast-server"));
    start(rig); /* it is kept, and checked again */
    assert_true(is(show(rig), "newest", "99.1"));
    assert_int_equal(take(rig, RELEASE("99.2", "2T00:00:00Z"), &err), 0);
    assert_int_equal(take(rig, RELEASE("99.2", "2T00:00:00Z"), &err), 0);
    assert_true(is(show(rig), "newest", "99.2"));
}

static void only_what_a_key_signed_counts_and_nothing_goes_back(void **state)
{
    struct rig *rig = *state;
    AUTO(buf_clear) struct buf file = BUF(RELEASE_FILE_MAX);
    struct releases *releases = rig->core->core.releases;
    struct err err = { 0 };

    sign(rig, NEXT, &file);
    for (size_t i = 0; i < file.n; i++) {
        file.p[i] ^= 1;
        assert_true(releases_take(releases, buf_str(&file), 1, &err) < 0);
        file.p[i] ^= 1;
    }
    sign_key_make(&rig->key); /* somebody else's */
    assert_int_equal(take(rig, NEXT, &err), E_PERM);
    assert_int_equal(releases_take(releases, buf_str(&file), 1, &err), 0);
    assert_true(is(show(rig), "newest", "99.1"));
}

static void an_older_announcement_is_refused(void **state)
{
    struct rig *rig = *state;
    struct err err = { 0 };

    assert_int_equal(take(rig, RELEASE("99.1", "5T00:00:00Z"), &err), 0);
    assert_int_equal(take(rig, RELEASE("99.0", "6T00:00:00Z"), &err),
                     E_INVALID);
    assert_non_null(strstr(err.text, "99.1"));
    assert_int_equal(take(rig, RELEASE("99.1", "4T00:00:00Z"), &err),
                     E_INVALID);
    start(rig);
    assert_int_equal(take(rig, RELEASE("99.0", "6T00:00:00Z"), &err),
                     E_INVALID);
}

static void answer(struct rig *rig, int code, int status, str body)
{
    struct errand_return answer = { .id = rig->errand,
                                    .code = code,
                                    .text = STR("not reached"),
                                    .status = status,
                                    .body = body };

    courier_answer(rig->core->core.courier, &answer);
}

static void the_address_is_asked_once_a_day_and_after_a_failure_sooner(
    void **state)
{
    struct rig *rig = *state;
    struct releases *releases = rig->core->core.releases;
    AUTO(buf_clear) struct buf file = BUF(RELEASE_FILE_MAX);
    int64_t now = 1000000;

    releases_look(releases, now);
    assert_int_equal(rig->asked, 1);
    assert_true(rig->operator_word);
    releases_look(releases, now + 2 * RELEASE_LOOK_S);
    assert_int_equal(rig->asked, 1); /* one at a time */
    answer(rig, E_IO, 0, STR(""));
    assert_true(is(show(rig), "problem", "not reached"));
    releases_look(releases, now + 3599);
    assert_int_equal(rig->asked, 1);
    releases_look(releases, now + 3600);
    assert_int_equal(rig->asked, 2);
    answer(rig, 0, 404, STR("x"));
    assert_non_null(
        strstr(jval_text(jval_get(show(rig), "problem"), STR("")).p, "404"));
    releases_look(releases, now + 7200);
    sign(rig, NEXT, &file);
    answer(rig, 0, 200, buf_str(&file));
    assert_true(is(show(rig), "newest", "99.1"));
    assert_int_equal(jval_kind(jval_get(show(rig), "problem")), JVAL_NULL);
    releases_look(releases, now + 7200 + RELEASE_LOOK_S - 1);
    assert_int_equal(rig->asked, 3);
    releases_look(releases, now + 7200 + RELEASE_LOOK_S);
    assert_int_equal(rig->asked, 4);
}

static const struct jval *check_of(const struct jval *checks, const char *name)
{
    for (size_t i = 0; i < jval_count(checks); i++) {
        if (is(jval_at(checks, i), "name", name))
            return jval_at(checks, i);
    }
    fail_msg("no check %s", name);
    return NULL;
}

/* K-APP-3: known flaws of what is inside, by what runs. */
static void flaws_of_what_runs_here_are_told_and_no_others(void **state)
{
    struct rig *rig = *state;
    AUTO(jval_freep) struct jval *before = jval_new_array();
    AUTO(jval_freep) struct jval *after = jval_new_array();
    const struct jval *flaws;
    struct err err = { 0 };

    releases_check(rig->core->core.releases, rig->core->now, before);
    assert_true(is(check_of(before, "version"), "state", "unknown"));
    assert_true(is(check_of(before, "flaws"), "state", "unknown"));
    assert_int_equal(take(rig,
                          "{\"version\": \"0.0.1\", \"released\":"
                          " \"2026-01-01T00:00:00Z\", \"flaws\": ["
                          "{\"component\": \"openssl\", \"fixed\": \"99\","
                          " \"cve\": \"CVE-1\"},"
                          "{\"component\": \"openssl\", \"fixed\": \"0.9.8\"},"
                          "{\"component\": \"holdfast\", \"fixed\": \"99\"},"
                          "{\"component\": \"windows\", \"fixed\": \"99\"}]}",
                          &err),
                     0);
    releases_check(rig->core->core.releases, rig->core->now, after);
    assert_true(is(check_of(after, "version"), "state", "good"));
    assert_true(is(check_of(after, "flaws"), "state", "attention"));
    flaws = jval_get(check_of(after, "flaws"), "flaws");
    assert_int_equal(jval_count(flaws), 2);
    assert_true(is(jval_at(flaws, 0), "cve", "CVE-1"));
    assert_true(is(jval_at(flaws, 1), "component", "holdfast"));
    assert_true(jval_count(jval_get(check_of(after, "flaws"), "components")) >=
                10);
}

static void a_file_is_brought_by_hand_where_there_is_no_network(void **state)
{
    struct rig *rig = *state;
    AUTO(buf_clear) struct buf file = BUF(RELEASE_FILE_MAX);

    sign(rig, NEXT, &file);
    rig->core->content_type = "application/octet-stream";
    core_rig_send(rig->core, 422, "POST", "/api/v1/release", STR("nothing"));
    assert_true(is(core_rig_send(rig->core, 200, "POST", "/api/v1/release",
                                 buf_str(&file)),
                   "newest", "99.1"));
    rig->core->scope.org = 2;
    core_rig_send(rig->core, 403, "POST", "/api/v1/release", buf_str(&file));
    core_rig_ask(rig->core, 403, "GET", "/api/v1/release", NULL);
}

int main(void)
{
#define ROW(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_release_is_refused_by_its_member),
        ROW(a_newer_version_is_announced_with_how_to_apply_it),
        ROW(only_what_a_key_signed_counts_and_nothing_goes_back),
        ROW(an_older_announcement_is_refused),
        ROW(the_address_is_asked_once_a_day_and_after_a_failure_sooner),
        ROW(flaws_of_what_runs_here_are_told_and_no_others),
        ROW(a_file_is_brought_by_hand_where_there_is_no_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
