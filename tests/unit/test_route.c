/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "server/fields.h"
#include "tests/unit/core_rig.h"

static void health_is_open_and_needs_no_login(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *json;

    rig->authenticate = true;
    json = core_rig_ask(rig, 200, "GET", "/api/v1/health", NULL);
    assert_true(
        str_eq(jval_text(jval_get(json, "status"), STR("")), STR("ok")));
}

static void without_login_is_401_with_a_problem(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *json;

    rig->authenticate = true;
    json = core_rig_ask(rig, 401, "GET", "/api/v1/version", NULL);
    assert_int_equal(jval_i64(jval_get(json, "status"), 0), 401);
    assert_true(str_eq(jval_text(jval_get(json, "title"), STR("")),
                       STR("Unauthorized")));
}

static void what_is_not_there_is_404_and_other_methods_405(void **state)
{
    struct core_rig *rig = *state;

    core_rig_ask(rig, 404, "GET", "/", NULL);
    core_rig_ask(rig, 404, "GET", "/api/v1/versions", NULL);
    core_rig_ask(rig, 404, "GET", "/api/v1/version/", NULL);
    core_rig_ask(rig, 404, "GET", "//api/v1/version", NULL);
    core_rig_ask(rig, 404, "GET", "/api/v1//version", NULL);
    core_rig_ask(rig, 405, "DELETE", "/api/v1/version", NULL);
}

static void a_listener_serves_only_its_own_routes(void **state)
{
    struct core_rig *rig = *state;

    rig->door = DOOR_AGENT;
    core_rig_ask(rig, 404, "GET", "/api/v1/health", NULL);
    rig->door = DOOR_ENROL;
    core_rig_ask(rig, 404, "GET", "/api/v1/version", NULL);
}

static void a_body_that_is_not_taken_is_refused(void **state)
{
    struct core_rig *rig = *state;

    core_rig_ask(rig, 413, "GET", "/api/v1/version", "{}");
}

static void an_unknown_query_member_is_named(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *json =
        core_rig_ask(rig, 422, "GET", "/api/v1/version?colour=red", NULL);
    const struct jval *error = jval_at(jval_get(json, "errors"), 0);

    assert_true(
        str_eq(jval_text(jval_get(error, "field"), STR("")), STR("colour")));
    assert_true(str_eq(jval_text(jval_get(error, "reason"), STR("")),
                       STR("is not known here")));
}

static void an_answer_that_did_not_change_is_304(void **state)
{
    struct core_rig *rig = *state;
    char tag[160];

    core_rig_ask(rig, 200, "GET", "/api/v1/version", NULL);
    snprintf(tag, sizeof(tag), "W/\"x\", \"%s\"", rig->etag);
    rig->if_none_match = tag;
    core_rig_ask(rig, 304, "GET", "/api/v1/version", NULL);
    assert_int_equal(rig->body.n, 0);
    rig->now++; /* the answer holds the time */
    core_rig_ask(rig, 200, "GET", "/api/v1/version", NULL);
}

static const struct field inner_fields[] = {
    { "at", FIELD_TIME, .required = true },
    { "n", FIELD_INTEGER, .min = 1, .max = 5 },
    { NULL },
};
static const struct field fields[] = {
    { "name", FIELD_TEXT, .required = true, .min = 1, .max = 10 },
    { "kind", FIELD_ENUM, .words = "red|green" },
    { "on", FIELD_BOOL },
    { "ids", FIELD_IDS, .max = 3 },
    { "tags", FIELD_TEXTS, .words = "a|b" },
    { "inner", FIELD_OBJECT, .of = inner_fields },
    { "list", FIELD_LIST, .max = 2, .of = inner_fields },
    { NULL },
};

static void bodies_are_checked_against_their_fields(void **state UNUSED)
{
    static const struct {
        const char *json;
        const char *errors; /* "field: reason\n" each */
    } cases[] = {
        { "{\"name\":\"x\"}", "" },
        { "{\"name\":\"x\",\"kind\":null,\"on\":null,\"inner\":null}", "" },
        { "{}", "name: is missing\n" },
        { "{\"name\":null}", "name: must be a text, not null\n" },
        { "{\"name\":\"\"}", "name: must not be empty\n" },
        { "{\"name\":\"12345678901\"}",
          "name: must have at most 10 bytes, not 11\n" },
        { "{\"name\":\"a\\u0001\"}", "" },
        { "{\"name\":1,\"kind\":\"blue\",\"x\":1}",
          "name: must be a text, not a whole number\n"
          "kind: must be one of red|green\nx: is not known here\n" },
        { "{\"name\":\"x\",\"on\":1}",
          "on: must be true or false, not a whole number\n" },
        { "{\"name\":\"x\",\"ids\":[1,2,3,4]}",
          "ids: must have 0 to 3 elements, not 4\n" },
        { "{\"name\":\"x\",\"ids\":[1,\"2\",-3]}",
          "ids[1]: must be a whole number, not a text\n"
          "ids[2]: must not be negative\n" },
        { "{\"name\":\"x\",\"tags\":[\"a\",\"c\"]}",
          "tags[1]: must be one of a|b\n" },
        { "{\"name\":\"x\",\"inner\":{\"n\":6}}",
          "inner.at: is missing\ninner.n: must be from 1 to 5, not 6\n" },
        { "{\"name\":\"x\",\"list\":[{\"at\":\"2026-02-30T00:00:00Z\"}]}",
          "list[0].at: must be a time like 2026-11-22T04:30:00Z\n" },
        { "{\"name\":\"x\",\"list\":[{\"at\":\"2026-02-28T23:59:59Z\","
          "\"n\":1.5}]}",
          "list[0].n: must be a whole number, not a real number\n" },
        { "[]", ": must be an object, not an array\n" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf text = BUF(65536);
        AUTO(jval_freep) struct jval *errors = jval_new_array();
        AUTO(jval_freep) struct jval *json = NULL;

        assert_int_equal(jval_parse(str_c(cases[i].json), 4096, &json, NULL),
                         0);
        fields_check(fields, json, errors);
        for (size_t k = 0; k < jval_count(errors); k++) {
            const struct jval *error = jval_at(errors, k);

            buf_printf(&text, "%" PRIstr ": %" PRIstr "\n",
                       ARGstr(jval_text(jval_get(error, "field"), STR(""))),
                       ARGstr(jval_text(jval_get(error, "reason"), STR(""))));
        }
        assert_string_equal(buf_c(&text), cases[i].errors);
    }
}

static void queries_are_read_by_the_types_of_their_fields(void **state UNUSED)
{
    static const struct {
        const char *query;
        const char *json; /* or the first error */
    } cases[] = {
        { "name=a%20b+c", "{\"name\":\"a b c\"}" },
        { "name=a&ids=1,2&ids=3&on=true&limit=7",
          "{\"name\":\"a\",\"ids\":[1,2,3],\"on\":true,\"limit\":7}" },
        { "name=a&limit=1001", "must be from 1 to 1000, not 1001" },
        { "name=a&limit=x", "must be a whole number" },
        { "name=a&name=b", "is given twice" },
        { "name=%zz", "the query is not percent-encoded UTF-8" },
        { "name=%4", "the query is not percent-encoded UTF-8" },
        { "name=a%00b", "the query is not percent-encoded UTF-8" },
        { "name=%ff", "the query is not percent-encoded UTF-8" },
        { "name=a&on=yes", "must be true or false" },
        { "", "is missing" },
        { "&&name=a&", "{\"name\":\"a\"}" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        AUTO(buf_clear) struct buf text = BUF(65536);
        AUTO(jval_freep) struct jval *errors = jval_new_array();
        AUTO(jval_freep)
        struct jval *json =
            fields_query(fields, true, str_c(cases[i].query), &arena, errors);

        if (jval_count(errors) > 0)
            buf_add(&text,
                    jval_text(jval_get(jval_at(errors, 0), "reason"), STR("")));
        else
            jval_print(json, &text);
        assert_string_equal(buf_c(&text), cases[i].json);
    }
}

static void cursors_come_back_as_they_were_made(void **state)
{
    static const char *const cursors[] = { "1", "17", "name\x1fx9",
                                           "\xc3\xa9\x1f", "a longer text" };
    struct core_rig *rig = *state;

    for (size_t i = 0; i < COUNT(cursors); i++) {
        AUTO(request_clear) struct request req;
        AUTO(response_clear) struct response res;
        struct page page;

        request_init(&req, &rig->core);
        response_init(&res);
        respond_list(&res, jval_new_array(), str_c(cursors[i]), -1);
        req.query = jval_new_object();
        jval_set(req.query, "after", jval_copy(jval_get(res.json, "next")));
        assert_int_equal(request_page(&req, &page, NULL), 0);
        assert_true(str_eq_c(page.after, cursors[i]));
        assert_int_equal(page.limit, PAGE_LIMIT_DEFAULT);
        jval_set_text(req.query, "after", STR("AAAA"));
        assert_int_equal(request_page(&req, &page, NULL), E_INVALID);
        assert_int_equal(req.refusal.status, 422);
    }
}

static void a_change_needs_the_revision_it_was_read_at(void **state)
{
    static const struct {
        const char *if_match;
        int status;
    } cases[] = {
        { NULL, 428 },    { "\"3\"", 0 },     { "\"3-0011\"", 0 },
        { "\"2\"", 412 }, { "3", 412 },       { "\"2\", \"3\"", 0 },
        { "*", 0 },       { "\"03x\"", 412 }, { "W/\"3\"", 0 },
        { "\"\"", 412 },  { "\"3", 0 },
    };
    struct core_rig *rig = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(request_clear) struct request req;

        request_init(&req, &rig->core);
        req.if_match = str_c(cases[i].if_match);
        assert_int_equal(request_match(&req, 3, NULL),
                         cases[i].status == 0 ? 0 : E_INVALID);
        assert_int_equal(req.refusal.status, cases[i].status);
    }
}

static void assert_member(const struct jval *object, const char *key,
                          const char *expected)
{
    AUTO(buf_clear) struct buf text = BUF(4096);

    buf_add(&text, jval_text(jval_get(object, key), STR("")));
    assert_string_equal(buf_c(&text), expected);
}

/* what programs read stays, the sentences are in the language. */
static void refusals_are_in_the_language_asked_for(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *json;

    rig->accept_language = "de, fr-BE;q=0.9, en;q=0.5";
    json = core_rig_ask(rig, 422, "POST", "/api/v1/labels",
                        "{\"name\": 4, \"kind\": \"manual\","
                        " \"colour\": \"blue\"}");
    assert_int_equal(jval_i64(jval_get(json, "status"), 0), 422);
    assert_member(json, "code", "invalid");
    assert_member(json, "title", "Contenu refusé");
    assert_member(json, "detail",
                  "name doit être un texte, et non un nombre entier");
    json = jval_get(json, "errors");
    assert_member(jval_at(json, 0), "field", "name");
    assert_member(jval_at(json, 0), "code", "type");
    assert_member(jval_at(json, 0), "reason",
                  "doit être un texte, et non un nombre entier");
    assert_member(jval_at(json, 1), "field", "colour");
    assert_member(jval_at(json, 1), "code", "unknown");
    assert_member(jval_at(json, 1), "reason", "est inconnu ici");

    rig->accept_language = "nl";
    json = core_rig_ask(rig, 404, "GET", "/api/v1/labels/77", NULL);
    assert_member(json, "code", "absent");
    assert_member(json, "detail", "er is geen label 77");
    assert_member(json, "title", "Niet gevonden");
    rig->accept_language = NULL;
    json = core_rig_ask(rig, 404, "GET", "/api/v1/labels/77", NULL);
    assert_member(json, "code", "absent");
    assert_member(json, "detail", "there is no label 77");
}

static void a_refusal_with_a_context_is_said_in_the_language(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *json;

    rig->accept_language = "fr";
    core_rig_ask(rig, 201, "POST", "/api/v1/labels",
                 "{\"name\": \"web\", \"kind\": \"manual\"}");
    json = core_rig_ask(rig, 0, "POST", "/api/v1/labels",
                        "{\"name\": \"web\", \"kind\": \"manual\"}");
    assert_member(json, "detail", "il y a déjà un libellé « web »");
    json = core_rig_ask(rig, 422, "POST", "/api/v1/labels",
                        "{\"name\": \"new\", \"kind\": \"smart\","
                        " \"query\": \"colour = 1\"}");
    assert_member(json, "detail",
                  "colonne 1 : il n’y a pas de champ « colour »");
}

static void the_help_of_settings_is_in_the_language(void **state)
{
    struct core_rig *rig = *state;
    const struct jval *items;

    rig->accept_language = "nl-NL, nl;q=0.9";
    items = jval_get(core_rig_ask(rig, 200, "GET", "/api/v1/settings", NULL),
                     "items");
    assert_member(jval_at(items, 0), "name", "keep.benchmark_days");
    assert_member(jval_at(items, 0), "help",
                  "Dagen dat de resultaten van benchmarks worden bewaard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(refusals_are_in_the_language_asked_for,
                                        core_rig_setup, core_rig_teardown),
        cmocka_unit_test_setup_teardown(
            a_refusal_with_a_context_is_said_in_the_language, core_rig_setup,
            core_rig_teardown),
        cmocka_unit_test_setup_teardown(the_help_of_settings_is_in_the_language,
                                        core_rig_setup, core_rig_teardown),
        cmocka_unit_test_setup_teardown(health_is_open_and_needs_no_login,
                                        core_rig_setup, core_rig_teardown),
        cmocka_unit_test_setup_teardown(without_login_is_401_with_a_problem,
                                        core_rig_setup, core_rig_teardown),
        cmocka_unit_test_setup_teardown(
            what_is_not_there_is_404_and_other_methods_405, core_rig_setup,
            core_rig_teardown),
        cmocka_unit_test_setup_teardown(a_listener_serves_only_its_own_routes,
                                        core_rig_setup, core_rig_teardown),
        cmocka_unit_test_setup_teardown(a_body_that_is_not_taken_is_refused,
                                        core_rig_setup, core_rig_teardown),
        cmocka_unit_test_setup_teardown(an_unknown_query_member_is_named,
                                        core_rig_setup, core_rig_teardown),
        cmocka_unit_test_setup_teardown(an_answer_that_did_not_change_is_304,
                                        core_rig_setup, core_rig_teardown),
        cmocka_unit_test(bodies_are_checked_against_their_fields),
        cmocka_unit_test(queries_are_read_by_the_types_of_their_fields),
        cmocka_unit_test_setup_teardown(cursors_come_back_as_they_were_made,
                                        core_rig_setup, core_rig_teardown),
        cmocka_unit_test_setup_teardown(
            a_change_needs_the_revision_it_was_read_at, core_rig_setup,
            core_rig_teardown),
    };

    return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
