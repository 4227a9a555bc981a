/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/json_write.h"
#include "base/xml_write.h"

static char path[] = "/tmp/holdfast-write-XXXXXX";

static int set_up(void **state UNUSED)
{
    int fd = mkstemp(path);

    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state UNUSED)
{
    return unlink(path);
}

static void assert_written(struct io_out *out, const char *text)
{
    AUTO(buf_clear) struct buf got = BUF(1 << 20);

    assert_int_equal(io_out_finish(out, NULL), 0);
    assert_int_equal(io_read_file(AT_FDCWD, path, &got, NULL), 0);
    assert_string_equal(buf_c(&got), text);
}

static void xml_is_indented_and_closed(void **state UNUSED)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct xml_writer w;

    assert_int_equal(io_out_open(path, &out, NULL), 0);
    xml_write_init(&w, out);
    xml_write_start(&w, "a");
    xml_write_attr_c(&w, "x", "1");
    xml_write_attr_u(&w, "y", UINT64_MAX);
    xml_write_leaf(&w, "b", STR("t<"));
    xml_write_leaf(&w, "c", STR(""));
    xml_write_start(&w, "d");
    xml_write_start(&w, "e");
    xml_write_end(&w);
    xml_write_end(&w);
    xml_write_end(&w);
    assert_written(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<a x=\"1\" y=\"18446744073709551615\">\n"
                        "  <b>t&lt;</b>\n"
                        "  <c/>\n"
                        "  <d>\n"
                        "    <e/>\n"
                        "  </d>\n"
                        "</a>\n");
}

static void xml_with_text_is_not_indented(void **state UNUSED)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct xml_writer w;

    assert_int_equal(io_out_open(path, &out, NULL), 0);
    xml_write_init(&w, out);
    xml_write_start(&w, "p");
    xml_write_text(&w, STR("one "));
    xml_write_start(&w, "b");
    xml_write_leaf(&w, "i", STR("two"));
    xml_write_end(&w);
    xml_write_text(&w, STR(" three"));
    xml_write_end(&w);
    assert_written(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<p>one <b><i>two</i></b> three</p>\n");
}

static void xml_is_escaped(void **state UNUSED)
{
    static const struct {
        const char *text;
        const char *escaped;
    } cases[] = {
        { "", "" },
        { "plain \xC3\xA9 \xF0\x9F\x98\x80", NULL },
        { "<&>\"'", "&lt;&amp;&gt;&quot;&#39;" },
        { "]]>", "]]&gt;" },
        { "\t\n\r", "&#9;&#10;&#13;" },
        { "a\x01z", "a\xEF\xBF\xBDz" },
        { "a\xFFz", "a\xEF\xBF\xBDz" },
        { "\xC3", "\xEF\xBF\xBD" },
        { "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
        { "\xEF\xBF\xBF", "\xEF\xBF\xBD" },
        { "\xC0\xAF<", "\xEF\xBF\xBD\xEF\xBF\xBD&lt;" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf buf = BUF(4096);

        xml_escape(&buf, str_c(cases[i].text));
        assert_string_equal(buf_c(&buf), cases[i].escaped == NULL
                                             ? cases[i].text
                                             : cases[i].escaped);
    }
}

static void json_is_indented_and_repaired(void **state UNUSED)
{
    AUTO(json_write_freep) struct json_writer *w = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;

    assert_int_equal(io_out_open(path, &out, NULL), 0);
    w = json_write_new(out);
    json_write_object(w);
    json_write_member(w, "s", STR("\"\\\n\x01\xC3\xA9\xFF</"));
    json_write_member(w, "empty", STR(""));
    json_write_member(w, "none", STR_NONE);
    json_write_key(w, "list");
    json_write_array(w);
    json_write_i64(w, INT64_MIN);
    json_write_bool(w, true);
    json_write_null(w);
    json_write_array_end(w);
    json_write_object_end(w);
    json_write_free(TAKE(w));
    assert_written(out, "{\n"
                        "  \"s\": \"\\\"\\\\\\n\\u0001\xC3\xA9\xEF\xBF\xBD"
                        "</\",\n"
                        "  \"empty\": \"\",\n"
                        "  \"none\": null,\n"
                        "  \"list\": [\n"
                        "    -9223372036854775808,\n"
                        "    true,\n"
                        "    null\n"
                        "  ]\n"
                        "}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xml_is_indented_and_closed),
        cmocka_unit_test(xml_with_text_is_not_indented),
        cmocka_unit_test(xml_is_escaped),
        cmocka_unit_test(json_is_indented_and_repaired),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
