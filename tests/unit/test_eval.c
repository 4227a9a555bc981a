/* SPDX-License-Identifier: Apache-2.0
 *
 * How what was collected becomes the result of a test (Language Specification
 * 5.11.2, "Test Evaluation"). The source is a table: each object is collected
 * as its row says.
 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "oval/eval.h"

#define NS "http://oval.mitre.org/XMLSchema/oval-definitions-5"

struct row { /* what collecting the object gives */
    enum oval_flag flag;
    const char *items; /* a letter an item: its value; 'E' in error, 'D'
                          does not exist, 'N' not collected; 'e' its value
                          is in error */
};

struct table {
    struct oval_source source;
    struct row row;
    unsigned asked;
};

static void give(struct oval_sink *sink, char value)
{
    oval_item_begin(sink, "linux:dpkginfo");
    if (value == 'e')
        oval_item_status(sink, "name", OVAL_STRING, OVAL_STATUS_ERROR);
    else
        oval_item_str(sink, "name", (str){ &value, 1 });
    if (value == 'E')
        oval_item_set_status(sink, OVAL_STATUS_ERROR);
    if (value == 'D')
        oval_item_set_status(sink, OVAL_DOES_NOT_EXIST);
    if (value == 'N')
        oval_item_set_status(sink, OVAL_NOT_COLLECTED);
    oval_item_end(sink);
}

static int collect(struct oval_source *source,
                   const struct oval_query *query UNUSED,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    struct table *table = (struct table *)source;

    table->asked++;
    oval_sink_flag(sink, table->row.flag);
    for (const char *p = table->row.items; *p != '\0'; p++)
        give(sink, *p);
    return 0;
}

static const struct oval_source_ops ops = { .collect = collect };

static struct oval_content *load(const char *text)
{
    struct oval_content *content = NULL;
    struct stream *stream = NULL;
    struct err err = { 0 };

    if (stream_open_memory(str_c(text), "doc", NULL, &stream, &err) < 0 ||
        oval_load(stream, NULL, NULL, &content, &err) < 0)
        fail_msg("%s", err.text);
    stream_free(stream);
    return content;
}

/* One definition, one test of one object; states: value equals a (b). */
static enum oval_result result_of(struct row row, const char *attrs,
                                  const char *states)
{
    struct table table = { { &ops, false }, row, 0 };
    enum oval_result result = OVAL_NOT_EVALUATED;
    struct oval_content *content;
    struct oval_eval *eval = NULL;
    struct buf doc = BUF(1 << 16);
    struct err err = { 0 };

    buf_printf(&doc,
               "<oval_definitions xmlns='" NS "' xmlns:l='" NS "#linux'>"
               "<definitions><definition id='d' version='1' "
               "class='patch'><criteria><criterion test_ref='t'/></criteria>"
               "</definition></definitions><tests><l:dpkginfo_test id='t' "
               "version='1' %s><l:object object_ref='o'/>",
               attrs);
    for (const char *p = states; *p != '\0'; p++)
        buf_printf(&doc, "<l:state state_ref='%c'/>", *p);
    buf_add_c(&doc, "</l:dpkginfo_test></tests><objects><l:dpkginfo_object "
                    "id='o' version='1'/></objects><states>");
    for (const char *p = states; *p != '\0'; p++)
        buf_printf(&doc,
                   "<l:dpkginfo_state id='%c' version='1'><l:name>%c"
                   "</l:name></l:dpkginfo_state>",
                   *p, *p);
    buf_add_c(&doc, "</states></oval_definitions>");
    content = load(buf_c(&doc));
    assert_int_equal(oval_eval_new(content, &table.source, NULL, &eval, &err),
                     0);
    assert_int_equal(oval_eval_definition(eval, 0, &result, &err), 0);
    oval_eval_free(eval);
    oval_content_free(content);
    buf_clear(&doc);
    return result;
}

#define ALL "check='all' "
#define ONE "check='at least one' "
#define ONLY "check='only one' "
#define NONE "check='none satisfy' "
#define ANY_EXIST "check_existence='any_exist'"
#define NONE_EXIST "check_existence='none_exist'"
#define ALL_EXIST "check_existence='all_exist'"
#define ONLY_ONE_EXISTS "check_existence='only_one_exists'"

static const struct {
    struct row row;
    const char *attrs;
    const char *states;
    enum oval_result result;
} flag_cases[] = {
    /* complete */
    { { OVAL_FLAG_COMPLETE, "a" }, ALL, "a", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "ab" }, ALL, "a", OVAL_FALSE },
    { { OVAL_FLAG_COMPLETE, "ab" }, ONE, "a", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "ab" }, ONLY, "a", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "bc" }, NONE, "a", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "ab" }, NONE, "a", OVAL_FALSE },
    { { OVAL_FLAG_COMPLETE, "ab" }, ALL, "", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "ab" }, ALL NONE_EXIST, "", OVAL_FALSE },
    { { OVAL_FLAG_COMPLETE, "ab" }, ALL ONLY_ONE_EXISTS, "", OVAL_FALSE },
    { { OVAL_FLAG_COMPLETE, "a" }, ALL ONLY_ONE_EXISTS, "", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "aD" }, ALL ALL_EXIST, "", OVAL_FALSE },
    { { OVAL_FLAG_COMPLETE, "aE" }, ALL ALL_EXIST, "", OVAL_ERROR },
    { { OVAL_FLAG_COMPLETE, "aN" }, ALL ALL_EXIST, "", OVAL_UNKNOWN },
    { { OVAL_FLAG_COMPLETE, "aE" }, ONE, "a", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "aE" }, ALL, "a", OVAL_ERROR },
    { { OVAL_FLAG_COMPLETE, "aN" }, ALL, "a", OVAL_UNKNOWN },
    { { OVAL_FLAG_COMPLETE, "bE" }, ALL, "a", OVAL_FALSE },
    /* two states: AND is the default */
    { { OVAL_FLAG_COMPLETE, "a" }, ALL, "ab", OVAL_FALSE },
    { { OVAL_FLAG_COMPLETE, "a" }, ALL "state_operator='OR'", "ab", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "a" },
      ALL "state_operator='XOR'",
      "ab",
      OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "a" },
      ALL "state_operator='ONE'",
      "ab",
      OVAL_TRUE },
    /* does not exist */
    { { OVAL_FLAG_DOES_NOT_EXIST, "" }, ALL, "a", OVAL_FALSE },
    { { OVAL_FLAG_DOES_NOT_EXIST, "" }, ALL ANY_EXIST, "a", OVAL_TRUE },
    { { OVAL_FLAG_DOES_NOT_EXIST, "" }, ALL NONE_EXIST, "", OVAL_TRUE },
    { { OVAL_FLAG_DOES_NOT_EXIST, "" }, ALL ALL_EXIST, "", OVAL_FALSE },
    { { OVAL_FLAG_DOES_NOT_EXIST, "" }, "check='none exist'", "", OVAL_TRUE },
    { { OVAL_FLAG_DOES_NOT_EXIST, "" }, "check='none exist'", "a", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "b" }, "check='none exist'", "a", OVAL_TRUE },
    { { OVAL_FLAG_COMPLETE, "a" }, "check='none exist'", "a", OVAL_FALSE },
    /* what could not be collected is never false */
    { { OVAL_FLAG_ERROR, "" }, ALL, "a", OVAL_ERROR },
    { { OVAL_FLAG_ERROR, "" }, ALL NONE_EXIST, "", OVAL_ERROR },
    { { OVAL_FLAG_ERROR, "" }, ALL ANY_EXIST, "", OVAL_ERROR },
    { { OVAL_FLAG_NOT_COLLECTED, "" }, ALL, "a", OVAL_UNKNOWN },
    { { OVAL_FLAG_NOT_COLLECTED, "" }, ALL NONE_EXIST, "", OVAL_UNKNOWN },
    { { OVAL_FLAG_NOT_APPLICABLE, "" }, ALL, "a", OVAL_NOT_APPLICABLE },
    /* incomplete: only what no further item could change */
    { { OVAL_FLAG_INCOMPLETE, "a" }, ALL, "a", OVAL_UNKNOWN },
    { { OVAL_FLAG_INCOMPLETE, "b" }, ALL, "a", OVAL_FALSE },
    { { OVAL_FLAG_INCOMPLETE, "a" }, ONE, "a", OVAL_TRUE },
    { { OVAL_FLAG_INCOMPLETE, "b" }, ONE, "a", OVAL_UNKNOWN },
    { { OVAL_FLAG_INCOMPLETE, "a" }, NONE, "a", OVAL_FALSE },
    { { OVAL_FLAG_INCOMPLETE, "b" }, NONE, "a", OVAL_UNKNOWN },
    { { OVAL_FLAG_INCOMPLETE, "a" }, ONLY, "a", OVAL_UNKNOWN },
    { { OVAL_FLAG_INCOMPLETE, "" }, ALL NONE_EXIST, "", OVAL_UNKNOWN },
    { { OVAL_FLAG_INCOMPLETE, "a" }, ALL NONE_EXIST, "", OVAL_FALSE },
    { { OVAL_FLAG_INCOMPLETE, "a" }, ALL ONLY_ONE_EXISTS, "", OVAL_UNKNOWN },
    { { OVAL_FLAG_INCOMPLETE, "ab" }, ALL ONLY_ONE_EXISTS, "", OVAL_FALSE },
    { { OVAL_FLAG_INCOMPLETE, "" }, ALL ANY_EXIST, "", OVAL_TRUE },
    { { OVAL_FLAG_INCOMPLETE, "a" }, ALL ALL_EXIST, "", OVAL_UNKNOWN },
    /* not in the language */
    { { OVAL_FLAG_COMPLETE, "a" }, "check='some'", "a", OVAL_ERROR },
    { { OVAL_FLAG_COMPLETE, "a" }, ALL "check_existence='x'", "a", OVAL_ERROR },
};

static void flags_and_existence_decide_a_test(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(flag_cases); i++) {
        enum oval_result r = result_of(flag_cases[i].row, flag_cases[i].attrs,
                                       flag_cases[i].states);

        if (r != flag_cases[i].result)
            fail_msg("case %zu (%s, items '%s', states '%s'): %s, not %s", i,
                     flag_cases[i].attrs, flag_cases[i].row.items,
                     flag_cases[i].states, oval_result_text(r),
                     oval_result_text(flag_cases[i].result));
    }
}

static void an_object_is_collected_once(void **state UNUSED)
{
    static const char doc[] =
        "<oval_definitions xmlns='" NS "' xmlns:l='" NS "#linux'>"
        "<definitions><definition id='d' version='1' class='patch'><criteria>"
        "<criterion test_ref='t'/><criterion test_ref='u'/></criteria>"
        "</definition></definitions><tests>"
        "<l:dpkginfo_test id='t' version='1' check='all'><l:object "
        "object_ref='o'/></l:dpkginfo_test>"
        "<l:dpkginfo_test id='u' version='1' check='all'><l:object "
        "object_ref='o'/></l:dpkginfo_test></tests><objects>"
        "<l:dpkginfo_object id='o' version='1'/></objects>"
        "</oval_definitions>";
    struct table table = { { &ops, false }, { OVAL_FLAG_COMPLETE, "aba" }, 0 };
    struct oval_content *content = load(doc);
    struct oval_eval *eval = NULL;
    struct err err = { 0 };

    assert_int_equal(oval_eval_new(content, &table.source, NULL, &eval, &err),
                     0);
    assert_int_equal(oval_eval_all(eval, &err), 0);
    assert_int_equal(table.asked, 1);
    /* The same thing found twice is one item. */
    assert_int_equal(oval_eval_item_count(eval), 2);
    assert_int_equal(oval_eval_object(eval, 0).item_count, 2);
    oval_eval_free(eval);
    oval_content_free(content);
}

/* A chain of definitions, each extending the next, longer than any stack. */
static void long_chains_end_in_an_error(void **state UNUSED)
{
    struct table table = { { &ops, false }, { OVAL_FLAG_COMPLETE, "a" }, 0 };
    enum oval_result result = OVAL_TRUE;
    struct oval_content *content;
    struct oval_eval *eval = NULL;
    struct buf doc = BUF(64 << 20);
    struct err err = { 0 };

    buf_add_c(&doc, "<oval_definitions xmlns='" NS "'><definitions>");
    for (int i = 0; i < 100000; i++)
        buf_printf(&doc,
                   "<definition id='d%d' version='1' class='patch'><criteria>"
                   "<extend_definition definition_ref='d%d'/></criteria>"
                   "</definition>",
                   i, i == 99999 ? 0 : i + 1);
    buf_add_c(&doc, "</definitions></oval_definitions>");
    content = load(buf_c(&doc));
    assert_int_equal(oval_eval_new(content, &table.source, NULL, &eval, &err),
                     0);
    assert_int_equal(oval_eval_all(eval, &err), 0);
    assert_true(oval_eval_result(eval, 0, &result));
    assert_int_equal(result, OVAL_ERROR);
    oval_eval_free(eval);
    oval_content_free(content);
    buf_clear(&doc);
}

/* One definition with one test of object o: its result, in all detail. */
static enum oval_result result_with(const char *items, const char *objects,
                                    const char *variables)
{
    struct oval_variables *given = oval_variables_new();
    struct table table = { { &ops, false }, { OVAL_FLAG_COMPLETE, items }, 0 };
    struct oval_eval_options options = { .detail = true, .variables = given };
    enum oval_result result = OVAL_TRUE;
    struct oval_content *content;
    struct stream *stream = NULL;
    struct oval_eval *eval = NULL;
    struct buf doc = BUF(1 << 16);
    struct err err = { 0 };

    buf_printf(&doc,
               "<oval_definitions xmlns='" NS "' xmlns:i='" NS "#independent' "
               "xmlns:l='" NS "#linux'><definitions><definition id='d' "
               "version='1' class='patch'><criteria><criterion test_ref='t'/>"
               "</criteria></definition></definitions><tests><i:variable_test "
               "id='t' version='1' check='all'><i:object object_ref='o'/>"
               "</i:variable_test></tests><objects>%s</objects><states>"
               "<l:dpkginfo_state id='s' version='1'><l:name>a</l:name>"
               "</l:dpkginfo_state></states><variables>%s</variables>"
               "</oval_definitions>",
               objects, variables);
    assert_int_equal(
        stream_open_memory(
            STR("<oval_variables xmlns='http://oval.mitre.org/XMLSchema/"
                "oval-variables-5'><generator/><variables><variable id='v' "
                "datatype='string'><value>x</value></variable></variables>"
                "</oval_variables>"),
            "v", NULL, &stream, &err),
        0);
    assert_int_equal(oval_variables_load(given, stream, &err), 0);
    stream_free(stream);
    content = load(buf_c(&doc));
    assert_int_equal(
        oval_eval_new(content, &table.source, &options, &eval, &err), 0);
    assert_int_equal(oval_eval_definition(eval, 0, &result, &err), 0);
    oval_eval_free(eval);
    oval_content_free(content);
    oval_variables_free(given);
    buf_clear(&doc);
    return result;
}

#define VARIABLE_OBJECT                                                        \
    "<i:variable_object id='o' version='1'><i:var_ref>v</i:var_ref>"           \
    "</i:variable_object>"
#define OTHER "<l:dpkginfo_object id='p' version='1'/>"
#define MIXED(children)                                                        \
    "<l:dpkginfo_object id='o' version='1'>" children                          \
    "</l:dpkginfo_object>" OTHER
#define CONSTANT(children)                                                     \
    "<constant_variable id='v' version='1' datatype='string'>" children        \
    "</constant_variable>"
#define EXTERNAL(children)                                                     \
    "<external_variable id='v' version='1' datatype='string'>" children        \
    "</external_variable>"
#define LOCAL(children)                                                        \
    "<local_variable id='v' version='1' datatype='string'>" children           \
    "</local_variable>"
#define SUBSTRING                                                              \
    "<substring substring_start='2000000000' substring_length='1'><value>x"    \
    "</value></substring>"
#define SET "<set><object_reference>p</object_reference></set>"
#define FILTER "<filter>s</filter>"

/* What stands where the language has it not is an error: it is neither taken
 * for something else nor left out. */
static void misplaced_elements_are_errors(void **state UNUSED)
{
    static const struct {
        const char *objects;
        const char *variables;
        enum oval_result result;
    } cases[] = {
        { VARIABLE_OBJECT, CONSTANT("<value>x</value>"), OVAL_TRUE },
        { VARIABLE_OBJECT, CONSTANT("<variable_component var_ref='w'/>"),
          OVAL_ERROR },
        { VARIABLE_OBJECT, CONSTANT(SUBSTRING), OVAL_ERROR },
        { VARIABLE_OBJECT, CONSTANT("<value>x</value><x/>"), OVAL_ERROR },
        { VARIABLE_OBJECT, EXTERNAL("<possible_value>x</possible_value>"),
          OVAL_TRUE },
        { VARIABLE_OBJECT,
          EXTERNAL("<possible_restriction><object_component object_ref='w' "
                   "item_field='f'/></possible_restriction>"),
          OVAL_ERROR },
        { VARIABLE_OBJECT,
          EXTERNAL("<possible_restriction>" SUBSTRING
                   "</possible_restriction>"),
          OVAL_ERROR },
        { VARIABLE_OBJECT, LOCAL("<possible_value>x</possible_value>"),
          OVAL_ERROR },
        { VARIABLE_OBJECT,
          LOCAL("<literal_component>x</literal_component>"
                "<literal_component>y</literal_component>"),
          OVAL_ERROR },
        { MIXED(SET), "", OVAL_TRUE },
        { MIXED(FILTER), "", OVAL_FALSE },
        { MIXED(FILTER SET FILTER FILTER), "", OVAL_ERROR },
        { MIXED(SET FILTER), "", OVAL_ERROR },
        { MIXED(SET SET), "", OVAL_ERROR },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(result_with("a", cases[i].objects, cases[i].variables),
                         cases[i].result);
}

/* An item of which it is not known whether the object wants it. */
static void an_item_that_cannot_be_told_is_an_error(void **state UNUSED)
{
#define NAMED                                                                  \
    "<l:dpkginfo_object id='o' version='1'><l:name>a</l:name>"                 \
    "</l:dpkginfo_object>"
    assert_int_equal(result_with("b", NAMED, ""), OVAL_FALSE);
    assert_int_equal(result_with("be", NAMED, ""), OVAL_ERROR);
#undef NAMED
}

/* Criteria within criteria, in a chain of definitions. */
static void deep_criteria_in_a_long_chain_end_in_an_error(void **state UNUSED)
{
    struct table table = { { &ops, false }, { OVAL_FLAG_COMPLETE, "a" }, 0 };
    enum oval_result result = OVAL_TRUE;
    struct oval_content *content;
    struct oval_eval *eval = NULL;
    struct buf doc = BUF(64 << 20);
    struct err err = { 0 };

    buf_add_c(&doc, "<oval_definitions xmlns='" NS "'><definitions>");
    for (int i = 0; i < 1400; i++) {
        buf_printf(&doc, "<definition id='d%d' version='1' class='patch'>", i);
        for (int k = 0; k < 240; k++)
            buf_add_c(&doc, "<criteria>");
        buf_printf(&doc, "<extend_definition definition_ref='d%d'/>", i + 1);
        for (int k = 0; k < 240; k++)
            buf_add_c(&doc, "</criteria>");
        buf_add_c(&doc, "</definition>");
    }
    buf_add_c(&doc, "</definitions></oval_definitions>");
    content = load(buf_c(&doc));
    assert_int_equal(oval_eval_new(content, &table.source, NULL, &eval, &err),
                     0);
    assert_int_equal(oval_eval_all(eval, &err), 0);
    assert_true(oval_eval_result(eval, 0, &result));
    assert_int_equal(result, OVAL_ERROR);
    oval_eval_free(eval);
    oval_content_free(content);
    buf_clear(&doc);
}

static void add_values(struct buf *doc, const char *id, int first)
{
    buf_printf(doc, "<constant_variable id='%s' version='1' datatype='int'>",
               id);
    for (int i = 0; i < 3000; i++)
        buf_printf(doc, "<value>%d</value>", first + i);
    buf_add_c(doc, "</constant_variable>");
}

static void comparisons_without_end_are_an_error(void **state UNUSED)
{
    struct table table = { { &ops, false }, { OVAL_FLAG_COMPLETE, "a" }, 0 };
    enum oval_result result = OVAL_TRUE;
    struct oval_content *content;
    struct oval_eval *eval = NULL;
    struct buf doc = BUF(1 << 20);
    struct err err = { 0 };

    buf_add_c(&doc,
              "<oval_definitions xmlns='" NS "' xmlns:i='" NS "#independent'>"
              "<definitions><definition id='d' version='1' class='patch'>"
              "<criteria><criterion test_ref='t'/></criteria></definition>"
              "</definitions><tests><i:variable_test id='t' version='1' "
              "check='all'><i:object object_ref='o'/><i:state "
              "state_ref='s'/></i:variable_test></tests><objects>"
              "<i:variable_object id='o' version='1'><i:var_ref>v</i:var_ref>"
              "</i:variable_object></objects><states><i:variable_state id='s' "
              "version='1'><i:value datatype='int' operation='not equal' "
              "var_ref='w' var_check='all'/></i:variable_state></states>"
              "<variables>");
    add_values(&doc, "v", 0);
    add_values(&doc, "w", 100000);
    buf_add_c(&doc, "</variables></oval_definitions>");
    content = load(buf_c(&doc));
    assert_int_equal(oval_eval_new(content, &table.source, NULL, &eval, &err),
                     0);
    assert_int_equal(oval_eval_definition(eval, 0, &result, &err), 0);
    assert_int_equal(result, OVAL_ERROR);
    assert_non_null(
        strstr(oval_eval_test(eval, 0).messages->text.p, "comparisons"));
    oval_eval_free(eval);
    oval_content_free(content);
    buf_clear(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_and_existence_decide_a_test),
        cmocka_unit_test(an_object_is_collected_once),
        cmocka_unit_test(comparisons_without_end_are_an_error),
        cmocka_unit_test(long_chains_end_in_an_error),
        cmocka_unit_test(misplaced_elements_are_errors),
        cmocka_unit_test(an_item_that_cannot_be_told_is_an_error),
        cmocka_unit_test(deep_criteria_in_a_long_chain_end_in_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
