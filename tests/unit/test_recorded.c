/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/recorded.h"

#include "oval/results.h"
#include "oval/syschar.h"
#include "tests/unit/outputs.h"
#include "tests/unit/text.h"
#include "tests/unit/unit.h"

#define NS "http://oval.mitre.org/XMLSchema/oval-system-characteristics-5"
#define DEF "http://oval.mitre.org/XMLSchema/oval-definitions-5"
#define SC(inner)                                                              \
    "<oval_system_characteristics xmlns='" NS "' xmlns:l='" NS                 \
    "#linux'>\n" inner "</oval_system_characteristics>"
#define ITEM(id, name, evr)                                                    \
    "<l:dpkginfo_item id='" id "'><l:name>" name "</l:name>"                   \
    "<l:evr datatype='debian_evr_string'>" evr "</l:evr></l:dpkginfo_item>"

static void what_is_not_a_document_is_refused(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        const char *says;
    } cases[] = {
        { "<x/>", E_PARSE, "sc:1: expected <oval_system_characteristics>" },
        { "<oval_results/>", E_PARSE, "no <oval_system_characteristics>" },
        { SC("<collected_objects><object flag='complete'/>"
             "</collected_objects>"),
          E_PARSE, "sc:2: <object> has no id" },
        { SC("\n<collected_objects><object id='o' flag='maybe'/>"
             "</collected_objects>"),
          E_PARSE, "sc:3: object o: 'maybe' is not a flag" },
        { SC("<collected_objects><thing/></collected_objects>"), E_PARSE,
          "expected <object>, not <thing>" },
        { SC("<collected_objects><object id='o' flag='error'><x/></object>"
             "</collected_objects>"),
          E_PARSE, "expected <message>" },
        { SC("<collected_objects><object id='o' flag='error'><reference/>"
             "</object></collected_objects>"),
          E_PARSE, "has no item_ref" },
        { SC("<system_data><l:dpkginfo id='1'/></system_data>"), E_PARSE,
          "expected an item" },
        { SC("<system_data><dpkginfo_item id='1'/></system_data>"), E_PARSE,
          "expected an item" },
        { SC("<system_data><l:dpkginfo_item/></system_data>"), E_PARSE,
          "has no id" },
        { SC("<system_data>" ITEM("1", "a", "1")
                 ITEM("1", "b", "2") "</system_data>"),
          E_INVALID, "item 1 occurs twice" },
        { SC("<system_data><l:dpkginfo_item id='1' status='gone'/>"
             "</system_data>"),
          E_PARSE, "'gone' is not a status" },
        { SC("<system_data><l:x_item id='1'><l:a><field/></l:a></l:x_item>"
             "</system_data>"),
          E_PARSE, "<field> has no name" },
        { SC("<system_data><l:x_item id='1'><l:a><l:b/></l:a></l:x_item>"
             "</system_data>"),
          E_PARSE, "expected <field>" },
        { "<oval_results>" SC("") SC("") "</oval_results>", E_UNSUPPORTED,
          "more than one system" },
        { SC("<system_data>"), E_PARSE, "sc:" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct oval_source *source = NULL;
        struct stream *stream = NULL;
        struct err err = { 0 };

        stream = text_stream(cases[i].text, "sc");
        assert_int_equal(oval_recorded_new(stream, &source, &err), cases[i].rc);
        assert_null(source);
        if (strstr(err_text(&err), cases[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", err_text(&err), cases[i].says);
        stream_free(stream);
    }
}

static void the_system_is_kept(void **state UNUSED)
{
    struct oval_system system;
    struct outputs o;
    struct err err = { 0 };

    outputs_init(&o, NULL, NULL);
    assert_int_equal(o.source->ops->system(o.source, &system, &err), 0);
    assert_true(str_eq_c(system.os_name, "Example Linux"));
    assert_true(str_eq_c(system.primary_host_name, "web-1.example & co"));
    assert_int_equal(system.interface_count, 1);
    assert_true(str_eq_c(system.interfaces[0].ip, "192.0.2.7"));
    outputs_clear(&o);
}

#define CONTENT                                                                \
    "<oval_definitions xmlns='" DEF "' xmlns:l='" DEF "#linux' "               \
    "xmlns:o='http://oval.mitre.org/XMLSchema/oval-common-5'><generator>"      \
    "<o:schema_version>5.11</o:schema_version></generator><definitions>"       \
    "<definition id='oval:t:def:1' version='1' class='patch'><metadata/>"      \
    "<criteria><criterion test_ref='oval:t:tst:1'/></criteria></definition>"   \
    "</definitions><tests><l:dpkginfo_test id='oval:t:tst:1' version='1' "     \
    "check='at least one'><l:object object_ref='oval:t:obj:1'/>"               \
    "<l:state state_ref='oval:t:ste:1'/></l:dpkginfo_test></tests><objects>"   \
    "<l:dpkginfo_object id='oval:t:obj:1' version='1'><l:name "                \
    "operation='pattern match'>^b</l:name></l:dpkginfo_object></objects>"      \
    "<states><l:dpkginfo_state id='oval:t:ste:1' version='1'><l:evr "          \
    "datatype='debian_evr_string' operation='less than'>2</l:evr>"             \
    "</l:dpkginfo_state></states></oval_definitions>"

#define OBJECT(flag, inner)                                                    \
    "<collected_objects><object id='oval:t:obj:1' version='1' flag='" flag     \
    "'>" inner "</object></collected_objects>"

static void flags_decide_as_the_schema_says(void **state UNUSED)
{
    static const struct {
        const char *syschar;
        enum oval_result result;
    } cases[] = {
        { SC(OBJECT(
              "complete",
              "<reference item_ref='1'/>") "<system_data>" ITEM("1", "bash",
                                                                "1") "</"
                                                                     "system_"
                                                                     "data>"),
          OVAL_TRUE },
        { SC(OBJECT(
              "complete",
              "<reference item_ref='1'/>") "<system_data>" ITEM("1", "bash",
                                                                "2") "</"
                                                                     "system_"
                                                                     "data>"),
          OVAL_FALSE },
        { SC(OBJECT("does not exist", "")), OVAL_FALSE },
        { SC(OBJECT("error", "")), OVAL_ERROR },
        { SC(OBJECT("not collected", "")), OVAL_UNKNOWN },
        { SC(OBJECT("not applicable", "")), OVAL_NOT_APPLICABLE },
        { SC("<collected_objects><object id='oval:t:obj:2' version='1' "
             "flag='complete'/></collected_objects>"),
          OVAL_UNKNOWN },
        { SC(OBJECT("complete", "<reference item_ref='9'/>")), OVAL_ERROR },
        /* without collected_objects, items are matched to the object */
        { SC("<system_data>" ITEM("1", "axe", "1")
                 ITEM("2", "bash", "1") "</system_data>"),
          OVAL_TRUE },
        { SC("<system_data>" ITEM("1", "axe", "1") "</system_data>"),
          OVAL_FALSE },
        { SC(""), OVAL_FALSE },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct outputs o;
        enum oval_result result;

        outputs_init(&o, CONTENT, cases[i].syschar);
        assert_true(oval_eval_result(o.eval, 0, &result));
        assert_int_equal(result, cases[i].result);
        outputs_clear(&o);
    }
}

static void what_is_written_reads_back_the_same(void **state UNUSED)
{
    AUTO(buf_clear) struct buf first = BUF(1 << 20);
    struct outputs o;
    struct outputs again;
    struct io_out *out;
    struct err err = { 0 };

    outputs_init(&o, NULL, NULL);
    out = outputs_open(&o);
    assert_int_equal(oval_syschar_write(&o.report, out, &err), 0);
    outputs_text(&o, out);
    assert_int_equal(outputs_count(&o, "hunter2"), 1);
    buf_add(&first, buf_str(&o.text));
    outputs_init(&again, NULL, buf_c(&first));
    out = outputs_open(&again);
    assert_int_equal(oval_syschar_write(&again.report, out, &err), 0);
    assert_true(str_eq(outputs_text(&again, out), buf_str(&first)));
    outputs_clear(&again);
    outputs_clear(&o);
}

static void results_do_not_show_what_is_masked(void **state UNUSED)
{
    struct outputs o;
    struct io_out *out;
    struct err err = { 0 };

    outputs_init(&o, NULL, NULL);
    out = outputs_open(&o);
    assert_int_equal(oval_results_write(&o.report, NULL, out, &err), 0);
    outputs_text(&o, out);
    assert_int_equal(outputs_count(&o, "hunter2"), 0);
    assert_int_equal(outputs_count(&o, "topsecret"), 0);
    assert_int_equal(outputs_count(&o, "mask=\"true\""), 3);
    assert_int_equal(outputs_count(&o, "<oval_definitions"), 0);
    assert_int_equal(outputs_count(&o, "<tested_variable"), 3);
    assert_int_equal(outputs_count(&o, "<variable_value"), 1);
    outputs_clear(&o);
}

static void the_source_is_copied_into_results(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
    } cases[] = {
        { "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><!-- <a> -->"
          "<?p <b>?>\n<oval_definitions/>",
          0 },
        { "<oval_definitions/>", 0 },
        { "<?xml version='1.0' encoding='latin1'?><oval_definitions/>",
          E_UNSUPPORTED },
        { "HFPACK\r\n", E_UNSUPPORTED },
        { "<!-- no end", E_UNSUPPORTED },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct stream *stream = NULL;
        struct outputs o;
        struct io_out *out;
        struct err err = { 0 };

        outputs_init(&o, NULL, NULL);
        out = outputs_open(&o);
        stream = text_stream(cases[i].text, "source");
        assert_int_equal(oval_results_write(&o.report, stream, out, &err),
                         cases[i].rc);
        outputs_text(&o, out);
        if (cases[i].rc == 0) {
            assert_int_equal(outputs_count(&o, "\n<oval_definitions/>"), 1);
            assert_int_equal(outputs_count(&o, "<?"), 1);
        }
        stream_free(stream);
        outputs_clear(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_a_document_is_refused),
        cmocka_unit_test(the_system_is_kept),
        cmocka_unit_test(flags_decide_as_the_schema_says),
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(results_do_not_show_what_is_masked),
        cmocka_unit_test(the_source_is_copied_into_results),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
