/* SPDX-License-Identifier: Apache-2.0
 *
 * What one device answered: commands as people write them, files in the forms
 * people keep, and what content may have sent.
 */
#include "tests/unit/unit.h"

#include "base/stream.h"
#include "netdev/items/source.h"
#include "netdev/outputs.h"
#include "oval/eval.h"
#include "tests/unit/tree.h"

#define VERSION                                                                \
    "Cisco IOS Software, C1900 Software (C1900-UNIVERSALK9-M), Version "       \
    "15.1(4)M8, RELEASE SOFTWARE (fc2)\nr1 uptime is 2 weeks\n"
#define CONFIG                                                                 \
    "version 15.1\nhostname r1\ninterface Gi0/0\n ip address 192.0.2.1 "       \
    "255.255.255.0\n shutdown\nntp server 192.0.2.9\nend\n"

static void a_command_is_the_same_however_it_is_written(void **state UNUSED)
{
    static const char *const cases[][2] = {
        { "show version", "show version" },
        { "  sh   ver ", "show version" },
        { "sho run", "show running-config" },
        { "SHOW running-config", "show running-config" },
        { "write terminal", "show running-config" },
        { "more system:running-config", "show running-config" },
        { "show int | i line protocol",
          "show interfaces | include line protocol" },
        { "show policy-map|include atch: a|b",
          "show policy-map | include atch: a|b" },
        { "sh ip int brief", "show ip int brief" },
    };
    struct arena arena = ARENA;

    for (size_t i = 0; i < COUNT(cases); i++) {
        str out;

        assert_int_equal(
            outputs_command(str_c(cases[i][0]), &arena, &out, NULL), 0);
        assert_string_equal(out.p, cases[i][1]);
    }
    arena_clear(&arena);
}

static void content_has_only_commands_sent_that_show(void **state UNUSED)
{
    static const struct {
        const char *command;
        int rc;
    } cases[] = {
        { "show version", 0 },
        { "show running-config | include ^ntp|^snmp", 0 },
        { "show tcp brief all", 0 },
        { "show", E_PERM },
        { "reload", E_PERM },
        { "configure terminal", E_PERM },
        { "show running-config | redirect tftp://192.0.2.9/x", E_PERM },
        { "show running-config | tee flash:x", E_PERM },
        { "show running-config | redir tftp://192.0.2.9/x", E_PERM },
        { "show run |  red flash:x", E_PERM },
        { "show run | app nvram:startup-config", E_PERM },
        { "show run | i x | redirect flash:x", E_PERM },
        { "show run | i x |redi flash:x", E_PERM },
        { "show run | i x|te flash:x", E_PERM },
        { "show run | i x |APP flash:x", E_PERM },
        { "show run | i x | i y", E_PERM },
        { "show run | i x ; reload", E_PERM },
        { "show run | i retry|tables|aaa", 0 },
        { "show tech-support file disk0:/x", E_PERM },
        { "show tech-support destination-url ftp://192.0.2.9/x", E_PERM },
        { "show version | include x > flash:x", E_PERM },
        { "show version ; reload", E_PERM },
        { "show version `reload`", E_PERM },
        { "show version\nreload", E_INVALID },
        { "show\x03version", E_INVALID },
        { "", E_INVALID },
        { "do reload", E_PERM },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        if (outputs_check_command(str_c(cases[i].command), NULL) != cases[i].rc)
            fail_msg("'%s'", cases[i].command);
}

static void expect(struct device_outputs *outputs, const char *command,
                   const char *text)
{
    struct device_output found;

    assert_int_equal(outputs_find(outputs, str_c(command), &found, NULL), 0);
    assert_int_equal(found.text.n, strlen(text));
    assert_memory_equal(found.text.p, text, found.text.n);
}

static void filters_are_applied_as_the_device_would(void **state UNUSED)
{
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };
    struct device_output found;

    assert_int_equal(outputs_add(&outputs, STR("show run"), STR(CONFIG), NULL),
                     0);
    expect(&outputs, "show run | i ^ntp", "ntp server 192.0.2.9\n");
    expect(&outputs, "show run | inc _server_", "ntp server 192.0.2.9\n");
    expect(&outputs, "show run | begin ntp", "ntp server 192.0.2.9\nend\n");
    expect(&outputs, "show run | section interface",
           "interface Gi0/0\n ip address 192.0.2.1 255.255.255.0\n "
           "shutdown\n");
    expect(&outputs, "show run | exclude .", "");
    assert_int_equal(
        outputs_find(&outputs, STR("show version | i x"), &found, NULL), 1);
    assert_int_equal(
        outputs_find(&outputs, STR("show run | count x"), &found, NULL), 1);
    assert_int_equal(
        outputs_find(&outputs, STR("show run | include ("), &found, NULL), 1);
}

static void answers_lose_echo_prompt_and_control_characters(void **state UNUSED)
{
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };

    assert_int_equal(outputs_add(&outputs, STR("show clock"),
                                 STR("show clock\r\n10:00\x1b\x08 UTC\xff\r\n"
                                     "banner motd \x03x\x03\r\nr1#"),
                                 NULL),
                     0);
    expect(&outputs, "show clock", "10:00 UTC?\nbanner motd ^Cx^C\n");
}

static void refused_and_unanswered_are_two_things(void **state UNUSED)
{
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };
    struct device_output found;

    assert_int_equal(
        outputs_add(&outputs, STR("show vstack"),
                    STR("      ^\n% Invalid input detected at '^' marker.\n"),
                    NULL),
        0);
    assert_int_equal(outputs_find(&outputs, STR("show vstack"), &found, NULL),
                     0);
    assert_true(found.refused);
    assert_int_equal(outputs_add(&outputs, STR("show tacacs"),
                                 STR("Command authorization failed.\n"), NULL),
                     0);
    assert_int_equal(outputs_find(&outputs, STR("show tacacs"), &found, NULL),
                     1);
}

static const struct {
    const char *name;
    const char *text;
    const char *command;
    const char *answer;
} files[] = {
    { "show_ip_route.txt", "C 192.0.2.0\n", "show ip route", "C 192.0.2.0\n" },
    { "ios_show_version_01.raw", VERSION, "show version", VERSION },
    { "r1_show-ip-route.log", "x\n", "show ip route", "x\n" },
    { "r1/running-config", CONFIG, "show running-config", CONFIG },
    { "archive/r1/12.cfg", "x\n", "show running-config", "x\n" },
    { "a.txt", "sh ip route\nx\nr1#\n", "show ip route", "x\n" },
    { "a.txt", VERSION, "show version", VERSION },
    { "r1.cfg", CONFIG, "show running-config", CONFIG },
    { "tech.txt",
      "\n------------------ show version ------------------\n\n" VERSION
      "------------------ show clock ------------------\n10:00\n",
      "show clock", "10:00\n" },
    { "session.log",
      "r1>en\nPassword:\nr1#terminal length 0\nr1#sh ver\n" VERSION
      "r1#show clock\n10:00\nr1#exit\n",
      "show clock", "10:00\n" },
    { "session.log",
      "sw> (enable) show port\n1/1 connected\nsw> (enable) show clock\nx\n",
      "show port", "1/1 connected\n" },
};

static void files_are_read_in_the_forms_people_keep(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(files); i++) {
        AUTO(outputs_clear) struct device_outputs outputs = { 0 };
        struct err err = { 0 };

        if (outputs_add_text(&outputs, str_c(files[i].name),
                             str_c(files[i].text), &err) < 0)
            fail_msg("%zu: %s", i, err.text);
        expect(&outputs, files[i].command, files[i].answer);
    }
}

static void a_file_that_says_nothing_is_an_error(void **state UNUSED)
{
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };

    assert_int_equal(
        outputs_add_text(&outputs, STR("notes.txt"), STR("hello\n"), NULL),
        E_PARSE);
    assert_int_equal(outputs_add_path(&outputs, "/nonexistent", NULL),
                     E_ABSENT);
}

static void of_an_archive_the_newest_configuration_counts(void **state UNUSED)
{
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };
    char root[TREE_PATH_MAX];

    tree_make(root);
    tree_file(root, "9.cfg", "hostname old\n");
    tree_file(root, "10.cfg", "hostname new\n");
    tree_file(root, "show_version.txt", VERSION);
    tree_dir(root, "below");
    assert_int_equal(outputs_add_path(&outputs, root, NULL), 0);
    tree_remove(root);
    assert_int_equal(outputs.list.n, 2);
    expect(&outputs, "show running-config", "hostname new\n");
    outputs_recognise(&outputs);
    assert_string_equal(outputs.family->name, "ios");
}

static void the_family_is_what_was_answered(void **state UNUSED)
{
    static const char *const cases[][2] = {
        { ": Saved\n:\nASA Version 9.1(7)\n!\nhostname x\n", "asa" },
        { "version 15.1\nhostname x\nend\n", "ios" },
        { "version 17.3\nhostname x\nend\n", "ios-xe" },
        { "frr version 8.4.4\nhostname x\n", "frr" },
        { "PIX Version 6.3(5)\nhostname x\n", "pix" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(outputs_clear) struct device_outputs outputs = { 0 };

        assert_int_equal(outputs_add(&outputs, STR("show running-config"),
                                     str_c(cases[i][0]), NULL),
                         0);
        outputs_recognise(&outputs);
        assert_non_null(outputs.family);
        assert_string_equal(outputs.family->name, cases[i][1]);
    }
}

#define NS "http://oval.mitre.org/XMLSchema/oval-definitions-5"
#define LINE(id, command)                                                      \
    "<line_object id='oval:t:obj:" id "' version='1' xmlns='" NS               \
    "#ios'><show_subcommand>" command "</show_subcommand></line_object>"

static void content_says_what_a_device_is_asked(void **state UNUSED)
{
    static const char text[] =
        "<oval_definitions xmlns='" NS
        "'><generator/><objects>" LINE("1", "show ip sockets")
            LINE("2", "show running-config") LINE("3", "reload") LINE(
                "4", "sh ip  sockets") "<interface_object id='oval:t:obj:5' "
                                       "version='1' xmlns='" NS
                                       "#ios'><name>x</name></interface_object>"
                                       "<module_object id='oval:t:obj:6' "
                                       "version='1' xmlns='" NS
                                       "#catos'><module_number>1</"
                                       "module_number></module_object>"
                                       "</objects></oval_definitions>";
    static const char *const wanted[] = { "show version", "show running-config",
                                          "show ip sockets",
                                          "show interfaces" };
    AUTO(network_commands_clear) struct network_commands commands = { 0 };
    AUTO(oval_content_freep) struct oval_content *content = NULL;
    AUTO(stream_freep) struct stream *stream = NULL;
    struct err err = { 0 };

    assert_int_equal(stream_open_memory((str){ text, sizeof(text) - 1 }, "text",
                                        NULL, &stream, &err),
                     0);
    if (oval_load(stream, NULL, NULL, &content, &err) < 0)
        fail_msg("%s", err.text);
    network_commands_add(&commands, family_find(STR("ios")), content);
    assert_int_equal(commands.list.n, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_string_equal(commands.list.p[i].p, wanted[i]);
    assert_int_equal(commands.refused, 1);
}

static void answers_are_bounded(void **state UNUSED)
{
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };
    char name[32];
    int rc = 0;

    for (size_t i = 0; rc == 0 && i <= OUTPUTS_MAX; i++) {
        (void)snprintf(name, sizeof(name), "show x%zu", i);
        rc = outputs_add(&outputs, str_c(name), STR("x"), NULL);
    }
    assert_int_equal(rc, E_LIMIT);
    assert_int_equal(outputs.list.n, OUTPUTS_MAX);
}

static void a_device_of_no_known_family_is_refused(void **state UNUSED)
{
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };
    struct oval_source *source;

    assert_int_equal(network_source_new(&outputs, &source, NULL), E_INVALID);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_is_the_same_however_it_is_written),
        cmocka_unit_test(content_has_only_commands_sent_that_show),
        cmocka_unit_test(filters_are_applied_as_the_device_would),
        cmocka_unit_test(answers_lose_echo_prompt_and_control_characters),
        cmocka_unit_test(refused_and_unanswered_are_two_things),
        cmocka_unit_test(files_are_read_in_the_forms_people_keep),
        cmocka_unit_test(a_file_that_says_nothing_is_an_error),
        cmocka_unit_test(of_an_archive_the_newest_configuration_counts),
        cmocka_unit_test(the_family_is_what_was_answered),
        cmocka_unit_test(content_says_what_a_device_is_asked),
        cmocka_unit_test(answers_are_bounded),
        cmocka_unit_test(a_device_of_no_known_family_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
