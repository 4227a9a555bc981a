/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "probe/gconf_xml.h"

static void note(void *ctx, const struct gconf_entry *entry)
{
    struct buf *out = ctx;

    buf_printf(out, "%" PRIstr " %" PRIstr, ARGstr(entry->key),
               ARGstr(entry->type));
    for (size_t i = 0; i < entry->value_count; i++)
        buf_printf(
            out, " %s:%" PRIstr,
            oval_datatype_text((enum oval_datatype)entry->values[i].datatype),
            ARGstr(entry->values[i].text));
    buf_add_char(out, '\n');
}

static void entries_have_their_keys_and_values(void **state UNUSED)
{
    static const struct {
        const char *text;
        const char *prefix;
        const char *expected;
    } cases[] = {
        { "<gconf><entry name='a' type='int' value='1'/></gconf>", "/x",
          "/x/a int int:1\n" },
        { "<gconf><dir name='d'><dir name='e'><entry name='a' type='bool' "
          "value='true'/></dir><entry name='b'/></dir><entry name='c' "
          "type='float' value='1.5'/></gconf>",
          "", "/d/e/a bool boolean:true\n/d/b \n/c float float:1.5\n" },
        { "<gconf><entry name='s' type='string'><stringvalue>x &amp; y"
          "</stringvalue></entry></gconf>",
          "", "/s string string:x & y\n" },
        { "<gconf><entry name='l' type='list' ltype='string'><li "
          "type='string'><stringvalue>a</stringvalue></li><li type='string'>"
          "<stringvalue/></li></entry></gconf>",
          "", "/l list string:a string:\n" },
        { "<gconf><entry name='p' type='pair'><car type='int' value='1'/>"
          "<cdr type='bool' value='false'/></entry></gconf>",
          "", "/p pair int:1 boolean:false\n" },
        { "<gconf><entry name='m' type='schema'><local_schema locale='C'>"
          "<longdesc>d</longdesc><default type='int' value='1'/>"
          "</local_schema><local_schema locale='nl'><default type='int' "
          "value='2'/></local_schema></entry></gconf>",
          "", "/m schema int:1\n" },
        { "<gconf><other><dir name='d'><entry name='a'/></dir></other><entry "
          "name='b'/></gconf>",
          "", "/d/a \n/b \n" },
        { "<gconf/>", "", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);

        assert_int_equal(gconf_xml_read(str_c(cases[i].text), "test",
                                        str_c(cases[i].prefix), note, &out,
                                        NULL),
                         0);
        assert_string_equal(buf_c(&out), cases[i].expected);
    }
}

static void broken_documents_are_refused(void **state UNUSED)
{
    static const char *const texts[] = {
        "", "<gconf>", "<gconf></dir>",
        "<!DOCTYPE g [<!ENTITY a 'b'>]><gconf>&a;</gconf>"
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);

        assert_true(gconf_xml_read(str_c(texts[i]), "test", STR(""), note, &out,
                                   NULL) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_have_their_keys_and_values),
        cmocka_unit_test(broken_documents_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
