/* SPDX-License-Identifier: Apache-2.0
 *
 * Objects that look into XML and YAML files, and digests of files.
 */
#include "tests/unit/rig.h"
#include "tests/unit/unit.h"

#include "base/buf.h"

/* The object's flag, its one item's facts from `from` on, its messages. */
static const char *shown(const char *collected, const char *from,
                         struct buf *out)
{
    const char *at = strstr(collected, from);
    str text = str_c(collected);

    buf_reset(out);
    buf_add(out, str_cut(&text, '\n'));
    if (at != NULL)
        buf_add(out,
                str_cut(&(str){ at + strlen(from), strlen(at + strlen(from)) },
                        '\n'));
    return buf_c(out);
}

static void xpath_is_asked(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    static const struct {
        const char *xpath;
        const char *expected;
    } cases[] = {
        { "/zone/service/text()", "complete value_of=hello" },
        { "/zone/service/@name", "complete value_of=ssh value_of=http" },
        { "/zone/port[@port='22']", "complete" },
        { "/zone/nothing", "does not exist" },
        { "count(/zone/service)", "complete value_of=2" },
        { "1 div 4", "complete value_of=0.25" },
        { "string(/zone/service)", "complete value_of=hellobold" },
        { "1 = 1", "complete value_of=true" },
        { "/zone/q:n/text()", "complete value_of=a<b & c" },
        { "/zone/q:n/@q:a", "complete value_of=1" },
        { "//*[namespace-uri()='urn:q']/text()", "complete value_of=a<b & c" },
        { "/zone[", "error" },
        { "/zone/z:n", "error" },
    };

    rig_file_c(*state, "/z.xml",
               "<?xml version=\"1.0\"?>\n"
               "<!DOCTYPE zone PUBLIC \"-//x\" \"http://x/y>z.dtd\">\n"
               "<zone xmlns:q=\"urn:q\"><port port=\"22\"/>"
               "<service name=\"ssh\">hello<b>bold</b></service>"
               "<service name=\"http\"/>"
               "<q:n q:a=\"1\">a&lt;b<![CDATA[ & ]]>c</q:n></zone>");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rig_object object = { "independent:xmlfilecontent",
                                     { { "filepath", "/z.xml" },
                                       { "xpath", cases[i].xpath } } };
        AUTO(buf_clear) struct buf key = BUF(4096);

        buf_printf(&key, " xpath=%s", cases[i].xpath);
        assert_string_equal(
            shown(rig_collect(*state, &object), buf_c(&key), &text),
            cases[i].expected);
    }
}

static void hostile_xml_is_an_error(void **state)
{
    static const char *const documents[] = {
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
        "<a>",
        "",
        "text",
        "<a>\xff</a>",
    };
    struct rig_object object = { "independent:xmlfilecontent",
                                 { { "filepath", "/z.xml" },
                                   { "xpath", "/a/text()" } } };

    for (size_t i = 0; i < COUNT(documents); i++) {
        rig_file_c(*state, "/z.xml", documents[i]);
        assert_int_equal(
            strncmp(rig_collect(*state, &object), "error\n! /z.xml:", 15), 0);
    }
}

static void deep_xml_is_refused_at_once(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(16 << 20);
    struct rig_object object = { "independent:xmlfilecontent",
                                 { { "filepath", "/z.xml" },
                                   { "xpath", "count(//*)" } } };

    for (unsigned i = 0; i < 1000000; i++)
        buf_add_c(&text, "<a>");
    rig_file(*state, "/z.xml", buf_str(&text));
    assert_int_equal(strncmp(rig_collect(*state, &object), "error\n", 6), 0);
}

static void costly_xpath_gives_up(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(16 << 20);
    struct rig_object object = {
        "independent:xmlfilecontent",
        { { "filepath", "/z.xml" },
          { "xpath", "count(//a//a[count(//a) > count(//a//a)])" } }
    };

    buf_add_c(&text, "<a>");
    for (unsigned i = 0; i < 10000; i++)
        buf_add_c(&text, "<a><a/></a>");
    buf_add_c(&text, "</a>");
    rig_file(*state, "/z.xml", buf_str(&text));
    assert_int_equal(strncmp(rig_collect(*state, &object), "error\n", 6), 0);
}

static const char yaml[] = "a: 1\n"
                           "list: [x, 'y', 3, true, null, 1.5, 0x1F, '7']\n"
                           "map:\n"
                           "  camelCase^Key: v\n"
                           "  b: 2\n"
                           "nested:\n"
                           "  - name: n1\n"
                           "    k: [1, 2]\n"
                           "  - name: n2\n"
                           "empty:\n"
                           "anchor: &x [p, q]\n"
                           "alias: *x\n"
                           "tagged: !!str 5\n"
                           "deep: {a: {b: 1}}\n"
                           "dotted.key: d\n";

static void yamlpath_is_asked(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    static const struct {
        const char *path;
        const char *expected;
    } cases[] = {
        { ".a", "complete value #=1" },
        { ".list[:]", "complete value #=x #=y #=3 #=true #=(null) #=1.5 #=31 "
                      "#=7" },
        { ".list", "complete value #=x #=y #=3 #=true #=(null) #=1.5 #=31 "
                   "#=7" },
        { ".list[1]", "complete value #=y" },
        { ".list[0,2]", "complete value #=x #=3" },
        { ".list[99]", "does not exist" },
        { ".map", "complete value camel^case^^^key=v b=2" },
        { ".map['b']", "complete value #=2" },
        { ".map['camelCase^Key','b']",
          "complete value camel^case^^^key=v b=2" },
        { ".map['b','none']", "complete value b=2" },
        { ".nested[:].name", "complete value #=n1 #=n2" },
        { ".nested[:]", "complete value name=n1 k=1 k=2 value name=n2" },
        { ".nested[0].k[:]", "complete value #=1 #=2" },
        { ".nested.name", "does not exist" },
        { ".nope", "does not exist" },
        { ".empty", "complete value #=(null)" },
        { ".alias[1]", "complete value #=q" },
        { ".tagged", "complete value #=5" },
        { "['dotted.key']", "complete value #=d" },
        { ".a[", "error" },
    };

    rig_file_c(*state, "/y.yaml", yaml);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rig_object object = { "independent:yamlfilecontent",
                                     { { "filepath", "/y.yaml" },
                                       { "yamlpath", cases[i].path } } };
        AUTO(buf_clear) struct buf key = BUF(4096);

        buf_printf(&key, " yamlpath=%s", cases[i].path);
        assert_string_equal(
            shown(rig_collect(*state, &object), buf_c(&key), &text),
            cases[i].expected);
    }
}

static void what_no_record_can_tell_is_an_error(void **state)
{
    struct rig_object object = { "independent:yamlfilecontent",
                                 { { "filepath", "/y.yaml" },
                                   { "yamlpath", ".deep" } } };

    rig_file_c(*state, "/y.yaml", yaml);
    assert_non_null(strstr(rig_collect(*state, &object),
                           "independent:yamlfilecontent:error filepath="));
}

static void yaml_may_be_given_as_text(void **state)
{
    struct rig_object object = { "independent:yamlfilecontent",
                                 { { "content", "{a: b}" },
                                   { "yamlpath", ".a" } } };

    assert_string_equal(rig_collect(*state, &object),
                        "complete\nindependent:yamlfilecontent "
                        "content={a: b} yamlpath=.a value #=b\n");
}

static void hostile_yaml_is_an_error(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(16 << 20);
    struct rig_object object = { "independent:yamlfilecontent",
                                 { { "filepath", "/y.yaml" },
                                   { "yamlpath", ".a" } } };

    rig_file_c(*state, "/y.yaml", "a: &x [*x]\n");
    assert_int_equal(strncmp(rig_collect(*state, &object), "error\n", 6), 0);
    rig_file_c(*state, "/y.yaml", "a: [b\n");
    assert_int_equal(strncmp(rig_collect(*state, &object), "error\n", 6), 0);
    for (unsigned i = 0; i < 100000; i++)
        buf_add_char(&text, '[');
    rig_file(*state, "/y.yaml", buf_str(&text));
    assert_int_equal(strncmp(rig_collect(*state, &object), "error\n", 6), 0);
    /* ten levels of ten aliases each */
    buf_reset(&text);
    buf_add_c(&text, "l0: &l0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (unsigned i = 1; i < 10; i++) {
        buf_printf(&text, "l%u: &l%u [", i, i);
        for (unsigned k = 0; k < 10; k++)
            buf_printf(&text, "*l%u%s", i - 1, k < 9 ? "," : "]\n");
    }
    buf_add_c(&text, "a: *l9\n");
    rig_file(*state, "/y.yaml", buf_str(&text));
    assert_non_null(strstr(rig_collect(*state, &object), "too many"));
}

static void digests_are_those_of_the_bytes(void **state)
{
    struct rig_object hash58 = { "independent:filehash58",
                                 { { "filepath", "/abc" },
                                   { "hash_type", "^(SHA-224|MD5)$",
                                     OVAL_PATTERN_MATCH } } };
    struct rig_object hash = { "independent:filehash",
                               { { "path", "/" }, { "filename", "abc" } } };
    struct rig_object none = { "independent:filehash58",
                               { { "filepath", "/none" },
                                 { "hash_type", "SHA-256" } } };

    rig_file_c(*state, "/abc", "abc");
    assert_string_equal(
        rig_collect(*state, &hash58),
        "complete\n"
        "independent:filehash58 filepath=/abc path=/ filename=abc "
        "hash_type=MD5 hash=900150983cd24fb0d6963f7d28e17f72\n"
        "independent:filehash58 filepath=/abc path=/ filename=abc "
        "hash_type=SHA-224 "
        "hash=23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7\n");
    assert_string_equal(
        rig_collect(*state, &hash),
        "complete\n"
        "independent:filehash filepath=/abc path=/ filename=abc "
        "md5=900150983cd24fb0d6963f7d28e17f72 "
        "sha1=a9993e364706816aba3e25717850c26c9cd0d89d\n");
    assert_string_equal(rig_collect(*state, &none), "does not exist\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(xpath_is_asked, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(hostile_xml_is_an_error, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(deep_xml_is_refused_at_once, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(costly_xpath_gives_up, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(yamlpath_is_asked, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(what_no_record_can_tell_is_an_error,
                                        rig_setup, rig_teardown),
        cmocka_unit_test_setup_teardown(yaml_may_be_given_as_text, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(hostile_yaml_is_an_error, rig_setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(digests_are_those_of_the_bytes,
                                        rig_setup, rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
