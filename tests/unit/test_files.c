/* SPDX-License-Identifier: Apache-2.0
 *
 * Objects that name files, collected as the engine collects them.
 */
#include "tests/unit/rig.h"
#include "tests/unit/tree.h"
#include "tests/unit/unit.h"

#include "base/buf.h"

static int setup(void **state)
{
    struct rig *rig = rig_new();

    *state = rig;
    rig_file_c(rig, "/etc/app.conf", "key=1\nkey2=\nfoo bar\nKEY=3\n");
    rig_file_c(rig, "/etc/app.d/10-a.conf", "a\n");
    rig_file_c(rig, "/etc/app.d/20-b.conf", "b\n");
    rig_file_c(rig, "/usr/bin/ls", "ELF");
    rig_link(rig, "/bin", "usr/bin");
    rig_link(rig, "/etc/link", "app.conf");
    rig_link(rig, "/etc/far", "../bin/ls");
    rig_link(rig, "/etc/circle", "circle");
    rig_link(rig, "/etc/dangling", "/nowhere");
    rig_link(rig, "/etc/outside", "../../../../../etc/app.conf");
    tree_fifo(rig_root(rig), "etc/fifo");
    return 0;
}

/* One fact of every item, separated by blanks; flag first. */
static const char *facts(const char *collected, const char *name,
                         struct buf *out)
{
    AUTO(buf_clear) struct buf key = BUF(256);
    str text = str_c(collected);

    buf_reset(out);
    buf_add(out, str_cut(&text, '\n'));
    buf_printf(&key, " %s=", name);
    while (text.n > 0) {
        str line = str_cut(&text, '\n');
        size_t at = str_find(line, buf_str(&key));

        if (at == line.n)
            continue;
        line = str_sub(line, at + key.n, SIZE_MAX);
        buf_printf(out, " %" PRIstr,
                   ARGstr(str_sub(line, 0, str_find_char(line, ' '))));
    }
    return buf_c(out);
}

#define MATCH OVAL_PATTERN_MATCH
#define DOWN                                                                   \
    {                                                                          \
        "recurse_direction", "down"                                            \
    }
#define INTO(what)                                                             \
    {                                                                          \
        "recurse", what                                                        \
    }

static void objects_name_files(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    static const struct {
        struct rig_object object;
        const char *expected;
    } cases[] = {
        { { "unix:file", { { "filepath", "/etc/app.conf" } } },
          "complete /etc/app.conf" },
        { { "unix:file", { { "filepath", "//etc///app.conf" } } },
          "complete /etc/app.conf" },
        { { "unix:file", { { "filepath", "/etc/app.conf/" } } },
          "does not exist" },
        { { "unix:file", { { "filepath", "/etc/app.d" } } }, "does not exist" },
        { { "unix:file", { { "filepath", "etc/app.conf" } } },
          "does not exist" },
        { { "unix:file", { { "filepath", "/bin/ls" } } }, "complete /bin/ls" },
        { { "unix:file", { { "filepath", "/etc/circle" } } },
          "complete /etc/circle" },
        { { "unix:file", { { "filepath", "/etc/circle/x" } } },
          "does not exist" },
        { { "unix:file", { { "path", "/etc/" }, { "filename", "app.conf" } } },
          "complete /etc/app.conf" },
        { { "unix:file", { { "path", "/" }, { "filename", "etc" } } },
          "does not exist" },
        { { "unix:file", { { "path", "/" }, { "filename", "etc/fifo" } } },
          "does not exist" },
        { { "unix:file", { { "path", "/etc" }, { "filename", "^f", MATCH } } },
          "complete /etc/far /etc/fifo" },
        { { "unix:file",
            { { "path", "/etc/app.d" }, { "filename", "conf$", MATCH } },
            { { "recurse_direction", "up" }, { "max_depth", "1" } } },
          "complete /etc/app.conf /etc/app.d/10-a.conf "
          "/etc/app.d/20-b.conf" },
        { { "unix:file",
            { { "path", "/" }, { "filename", "conf$", MATCH } },
            { DOWN, INTO("directories") } },
          "complete /etc/app.conf /etc/app.d/10-a.conf "
          "/etc/app.d/20-b.conf" },
        { { "unix:file",
            { { "path", "/" }, { "filename", "^ls$", MATCH } },
            { DOWN } },
          "complete /bin/ls /usr/bin/ls" },
        { { "unix:file",
            { { "path", "/" }, { "filename", "^ls$", MATCH } },
            { DOWN, { "max_depth", "1" }, INTO("symlinks") } },
          "complete /bin/ls" },
        { { "unix:file",
            { { "path", "/" }, { "filename", ".*", MATCH } },
            { DOWN, INTO("none") } },
          "complete /bin" },
        { { "unix:file", { { "filepath", "^/etc/app\\.d/.*$", MATCH } } },
          "complete /etc/app.d/10-a.conf /etc/app.d/20-b.conf" },
        { { "unix:file", { { "filepath", "^/bin/", MATCH } } },
          "complete /bin/ls" },
        { { "unix:file", { { "filepath", "/ls$", MATCH } } },
          "complete /usr/bin/ls" },
        { { "unix:file",
            { { "path", "^/(|s)bin|^/usr/(|s)bin", MATCH },
              { "filename", "^.*$", MATCH } } },
          "complete /bin/ls /usr/bin/ls" },
        { { "unix:file", { { "filepath", "(", MATCH } } }, "error" },
        { { "unix:file", { { "path", "/etc" } } }, "error" },
        { { "unix:file",
            { { "filepath", "/etc/app.conf" } },
            { { "max_depth", "-2" } } },
          "error" },
        { { "unix:file",
            { { "filepath", "/etc/app.conf" } },
            { INTO("elsewhere") } },
          "error" },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(
            facts(rig_collect(*state, &cases[i].object), "filepath", &text),
            cases[i].expected);
}

static void only_regular_files_have_content(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    static const struct {
        const char *filepath;
        const char *expected;
    } cases[] = {
        { "/etc/app.conf", "complete key=1" },
        { "/etc/link", "complete key=1" },
        { "/etc/outside", "complete key=1" }, /* inside the root */
        { "/etc/fifo", "does not exist" },
        { "/etc/circle", "does not exist" },
        { "/etc/dangling", "does not exist" },
        { "/etc/none", "does not exist" },
        { "/dev/null", "does not exist" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rig_object object = { "independent:textfilecontent54",
                                     { { "filepath", cases[i].filepath },
                                       { "pattern", "^key=.", MATCH },
                                       { "instance", "1", OVAL_EQUALS,
                                         OVAL_INT } } };

        assert_string_equal(facts(rig_collect(*state, &object), "text", &text),
                            cases[i].expected);
    }
}

static void matches_are_counted_from_either_end(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    static const struct {
        const char *pattern;
        enum oval_operation op;
        const char *instance;
        struct rig_behavior behavior;
        const char *expected;
    } cases[] = {
        { "^\\w+=", OVAL_EQUALS, "1", { 0 }, "complete key=" },
        { "^\\w+=", OVAL_EQUALS, "3", { 0 }, "complete KEY=" },
        { "^\\w+=", OVAL_EQUALS, "4", { 0 }, "does not exist" },
        { "^\\w+=", OVAL_EQUALS, "-1", { 0 }, "complete KEY=" },
        { "^\\w+=",
          OVAL_GREATER_THAN_OR_EQUAL,
          "-2",
          { 0 },
          "complete key2= KEY=" },
        { "^\\w+=",
          OVAL_GREATER_THAN_OR_EQUAL,
          "1",
          { 0 },
          "complete key= key2= KEY=" },
        { "^\\w+=", OVAL_LESS_THAN, "3", { 0 }, "complete key= key2=" },
        { "^\\w+=", OVAL_NOT_EQUAL, "2", { 0 }, "complete key= KEY=" },
        { "^key\\d?=",
          OVAL_GREATER_THAN,
          "0",
          { "ignore_case", "true" },
          "complete key= key2= KEY=" },
        { "^\\w+=",
          OVAL_GREATER_THAN,
          "0",
          { "multiline", "false" },
          "complete key=" },
        { "2=.foo", OVAL_EQUALS, "1", { 0 }, "does not exist" },
        { "2=.f", OVAL_EQUALS, "1", { "singleline", "true" }, "complete 2=" },
        { "(", OVAL_EQUALS, "1", { 0 }, "error" },
        { "x", OVAL_PATTERN_MATCH, "1", { 0 }, "error" },
        { "x", OVAL_EQUALS, "one", { 0 }, "error" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rig_object object = { "independent:textfilecontent54",
                                     { { "filepath", "/etc/app.conf" },
                                       { "pattern", cases[i].pattern, MATCH },
                                       { "instance", cases[i].instance,
                                         cases[i].op, OVAL_INT } },
                                     { cases[i].behavior } };

        if (strcmp(cases[i].expected, "complete 2=") == 0) {
            /* the text goes over the end of the line */
            assert_non_null(
                strstr(rig_collect(*state, &object), "text=2=\nf\n"));
            continue;
        }
        assert_string_equal(facts(rig_collect(*state, &object), "text", &text),
                            cases[i].expected);
    }
}

static void empty_matches_and_missing_groups_are_kept_apart(void **state)
{
    struct rig_object object = { "independent:textfilecontent54",
                                 { { "filepath", "/etc/app.d/10-a.conf" },
                                   { "pattern", "(x)?(a)|\\z", MATCH },
                                   { "instance", "1",
                                     OVAL_GREATER_THAN_OR_EQUAL, OVAL_INT } } };

    assert_string_equal(
        rig_collect(*state, &object),
        "complete\n"
        "independent:textfilecontent filepath=/etc/app.d/10-a.conf "
        "path=/etc/app.d filename=10-a.conf pattern=(x)?(a)|\\z instance=1 "
        "text=a subexpression=a\n"
        "independent:textfilecontent filepath=/etc/app.d/10-a.conf "
        "path=/etc/app.d filename=10-a.conf pattern=(x)?(a)|\\z instance=2 "
        "text=\n");
}

static void lines_are_collected_whole(void **state)
{
    struct rig_object object = { "independent:textfilecontent",
                                 { { "path", "/etc" },
                                   { "filename", "app.conf" },
                                   { "line", "^(k\\w+)=(\\d)?", MATCH } } };

    assert_string_equal(
        rig_collect(*state, &object),
        "complete\n"
        "independent:textfilecontent filepath=/etc/app.conf path=/etc "
        "filename=app.conf instance=1 line=key=1 subexpression=key "
        "subexpression=1\n"
        "independent:textfilecontent filepath=/etc/app.conf path=/etc "
        "filename=app.conf instance=2 line=key2= subexpression=key2\n");
}

static void links_end_somewhere(void **state)
{
    static const struct {
        const char *filepath;
        const char *expected;
    } cases[] = {
        { "/etc/link", "complete\nunix:symlink filepath=/etc/link "
                       "canonical_path=/etc/app.conf\n" },
        { "/etc/far", "complete\nunix:symlink filepath=/etc/far "
                      "canonical_path=/usr/bin/ls\n" },
        { "/etc/outside", "complete\nunix:symlink filepath=/etc/outside "
                          "canonical_path=/etc/app.conf\n" },
        { "/etc/app.conf",
          "complete\nunix:symlink:does not exist filepath=/etc/app.conf "
          "canonical_path:does not exist\n" },
        { "/etc/none", "does not exist\n" },
        { "/etc/dangling",
          "complete\nunix:symlink:error filepath=/etc/dangling "
          "canonical_path:error\n! /etc/dangling: No such file or "
          "directory\n" },
        { "/etc/circle",
          "complete\nunix:symlink:error filepath=/etc/circle "
          "canonical_path:error\n! /etc/circle: Too many levels of symbolic "
          "links\n" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rig_object object = { "unix:symlink",
                                     { { "filepath", cases[i].filepath } } };

        assert_string_equal(rig_collect(*state, &object), cases[i].expected);
    }
}

static void a_file_item_has_every_fact(void **state)
{
    struct rig_object object = { "unix:file", { { "filepath", "/bin" } } };
    const char *text;
    const char *at;
    static const char *const names[] = { " filepath=/bin",
                                         " path=/",
                                         " filename=bin",
                                         " type=symbolic",
                                         " group_id=",
                                         " user_id=",
                                         " a_time=",
                                         " c_time=",
                                         " m_time=",
                                         " size=7",
                                         " suid=false",
                                         " sgid=false",
                                         " sticky=false",
                                         " uread=true",
                                         " uwrite=true",
                                         " uexec=true",
                                         " gread=true",
                                         " gwrite=true",
                                         " gexec=true",
                                         " oread=true",
                                         " owrite=true",
                                         " oexec=true",
                                         " has_extended_acl=false" };

    text = rig_collect(*state, &object);
    at = text;
    for (size_t i = 0; i < COUNT(names); i++) {
        at = strstr(at, names[i]);
        assert_non_null(at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(objects_name_files, setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(only_regular_files_have_content, setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(matches_are_counted_from_either_end,
                                        setup, rig_teardown),
        cmocka_unit_test_setup_teardown(
            empty_matches_and_missing_groups_are_kept_apart, setup,
            rig_teardown),
        cmocka_unit_test_setup_teardown(lines_are_collected_whole, setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(links_end_somewhere, setup,
                                        rig_teardown),
        cmocka_unit_test_setup_teardown(a_file_item_has_every_fact, setup,
                                        rig_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
