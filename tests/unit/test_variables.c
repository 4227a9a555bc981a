/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "oval/variables.h"
#include "tests/unit/text.h"

#define NS "http://oval.mitre.org/XMLSchema/oval-variables-5"
#define DOCUMENT(inner)                                                        \
    "<?xml version='1.0'?><oval_variables xmlns='" NS "'>"                     \
    "<generator><value>no</value></generator>"                                 \
    "<variables>" inner "</variables>"                                         \
    "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>"                  \
    "</oval_variables>"

static int load(struct oval_variables *variables, const char *text,
                struct err *err)
{
    AUTO(stream_freep) struct stream *stream = text_stream(text, "vars.xml");

    return oval_variables_load(variables, stream, err);
}

static void check_values(const struct oval_variables *variables, const char *id,
                         enum oval_datatype datatype, const char *joined)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    enum oval_datatype actual = OVAL_DATATYPE_BAD;
    const str *values = NULL;
    size_t n = oval_variables_get(variables, str_c(id), &actual, &values);

    for (size_t i = 0; i < n; i++) {
        buf_add(&text, values[i]);
        buf_add_char(&text, '|');
    }
    assert_string_equal(buf_c(&text), joined);
    if (n > 0)
        assert_int_equal(actual, datatype);
}

static void documents_give_values_in_order(void **state UNUSED)
{
    AUTO(oval_variables_freep)
    struct oval_variables *variables = oval_variables_new();
    struct err err = { 0 };

    assert_int_equal(
        load(variables,
             DOCUMENT("<variable id='oval:a:var:1' datatype='int' "
                      "comment='c'><value>1</value><value> 2 </value>"
                      "<notes><note>x</note></notes></variable>"
                      "<variable id='oval:a:var:2' datatype='string' "
                      "comment=''><value>a&amp;b &#x41;</value><value/>"
                      "</variable>"),
             &err),
        0);
    check_values(variables, "oval:a:var:1", OVAL_INT, "1| 2 |");
    check_values(variables, "oval:a:var:2", OVAL_STRING, "a&b A||");
    check_values(variables, "oval:a:var:3", OVAL_STRING, "");
}

static void a_second_document_adds_values(void **state UNUSED)
{
    AUTO(oval_variables_freep)
    struct oval_variables *variables = oval_variables_new();
    const char *text = DOCUMENT("<variable id='v' datatype='string'>"
                                "<value>b</value></variable>");

    oval_variables_add(variables, STR("v"), OVAL_STRING, STR("a"));
    assert_int_equal(load(variables, text, NULL), 0);
    assert_int_equal(load(variables, text, NULL), 0);
    check_values(variables, "v", OVAL_STRING, "a|b|b|");
}

static void what_is_wrong_is_refused_with_its_place(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        const char *says;
    } rows[] = {
        { "<oval_definitions/>", E_INVALID, "no document of OVAL variables" },
        { "<oval_variables/>", E_INVALID, "no document of OVAL variables" },
        { DOCUMENT("<variable datatype='int'/>"), E_INVALID, "no id" },
        { DOCUMENT("<variable id='v' datatype='int'/>"), E_INVALID,
          "variable v has no value" },
        { DOCUMENT("<variable id='v'><value>1</value></variable>"), E_INVALID,
          "datatype" },
        { DOCUMENT("<variable id='v' datatype='record'><value/></variable>"),
          E_INVALID, "datatype" },
        { DOCUMENT("<variable id='v' datatype='int'><value>x</value>"
                   "</variable>"),
          E_INVALID, "'x' is not of datatype int" },
        { DOCUMENT("<variable id='v' datatype='boolean'><value/></variable>"),
          E_INVALID, "boolean" },
        { DOCUMENT("<variable id='v' datatype='int'><value>1<b/></value>"
                   "</variable>"),
          E_INVALID, "text only" },
        { DOCUMENT("<variable id='v' datatype='int'><value>1</value>"
                   "</variable><variable id='v' datatype='float'>"
                   "<value>1</value></variable>"),
          E_INVALID, "datatype int before" },
        { "<oval_variables", E_PARSE, "vars.xml:1" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        AUTO(oval_variables_freep)
        struct oval_variables *variables = oval_variables_new();
        struct err err = { 0 };

        assert_int_equal(load(variables, rows[i].text, &err), rows[i].rc);
        if (strstr(err.text, rows[i].says) == NULL)
            print_error("%s\n", err.text);
        assert_non_null(strstr(err.text, rows[i].says));
        assert_non_null(strstr(err.text, "vars.xml:1: "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_give_values_in_order),
        cmocka_unit_test(a_second_document_adds_values),
        cmocka_unit_test(what_is_wrong_is_refused_with_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
