/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "cli/cli.h"
#include "cli/fix.h"
#include "cli/help.h"
#include "cli/table.h"

static int run_nothing(struct cli *cli UNUSED, struct err *err UNUSED)
{
    return 0;
}

static const struct cli_option options[] = {
    { "root", 'r', "DIR", "A directory" },
    { "all", 'a', NULL, "Everything" },
    { "id", 0, "ID", "An id" },
    { NULL },
};

static const struct command eval = {
    .name = "oval eval",
    .summary = "Evaluate",
    .arguments = "CONTENT...",
    .about = ".A line that begins with a dot.\n\n  kept\\as it is",
    .options = options,
    .args_min = 1,
    .args_max = 2,
    .run = run_nothing,
};

static const struct command help = {
    .name = "help",
    .summary = "Help",
    .arguments = "",
    .about = "",
    .run = run_nothing,
};

static const struct command *const commands[] = { &eval, &help };

static struct cli new_cli(void)
{
    return (struct cli){ .commands = commands,
                         .command_count = COUNT(commands) };
}

static void commands_are_found_or_the_nearest_is_named(void **state UNUSED)
{
    static const struct {
        const char *words[3];
        int count;
        const char *found; /* NULL: the sentence must hold `said` */
        const char *said;
    } cases[] = {
        { { "oval", "eval", "x" }, 3, "oval eval", NULL },
        { { "help" }, 1, "help", NULL },
        { { "help", "oval", "eval" }, 3, "help", NULL },
        { { "oval", "evl" }, 2, NULL, "did you mean 'holdfast oval eval'?" },
        { { "eval", "x" }, 2, NULL, "did you mean 'holdfast oval eval'?" },
        { { "hlep" }, 1, NULL, "did you mean 'holdfast help'?" },
        { { "content", "xyzzy" }, 2, NULL, "'holdfast help' lists" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(cli_clear) struct cli cli = new_cli();
        struct err err = { 0 };
        int words;
        int rc = cli_find(&cli, cases[i].count, (char **)cases[i].words, &words,
                          &err);

        if (cases[i].found == NULL) {
            assert_int_equal(rc, E_USAGE);
            assert_non_null(strstr(err_text(&err), cases[i].said));
        } else {
            assert_int_equal(rc, 0);
            assert_string_equal(cli.command->name, cases[i].found);
        }
    }
}

static void arguments_are_read_in_every_form(void **state UNUSED)
{
    static const struct {
        const char *argv[6];
        int argc;
        const char *root;
        const char *arg;
        bool all;
    } cases[] = {
        { { "x", "--root", "/r" }, 3, "/r", "x", false },
        { { "--root=/r", "x" }, 2, "/r", "x", false },
        { { "--root=", "x" }, 2, "", "x", false },
        { { "-r", "/r", "x" }, 3, "/r", "x", false },
        { { "-r/r", "x" }, 2, "/r", "x", false },
        { { "-ar/r", "x" }, 2, "/r", "x", true },
        { { "-a", "--", "--root" }, 3, NULL, "--root", true },
        { { "-" }, 1, NULL, "-", false },
        { { "--root", "a", "--root", "--", "x" }, 5, "--", "x", false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(cli_clear) struct cli cli = new_cli();

        cli.command = &eval;
        assert_int_equal(
            cli_parse(&cli, cases[i].argc, (char **)cases[i].argv, NULL), 0);
        assert_int_equal(cli.args.n, 1);
        assert_string_equal(cli.args.p[0], cases[i].arg);
        assert_int_equal(cli_has(&cli, "all"), cases[i].all);
        if (cases[i].root == NULL)
            assert_null(cli_value(&cli, "root"));
        else
            assert_string_equal(cli_value(&cli, "root"), cases[i].root);
    }
}

static void repeated_options_keep_their_order(void **state UNUSED)
{
    static const char *const argv[] = { "--id", "b", "x", "--id=a" };
    AUTO(cli_clear) struct cli cli = new_cli();

    cli.command = &eval;
    assert_int_equal(cli_parse(&cli, 4, (char **)argv, NULL), 0);
    assert_string_equal(cli_value_at(&cli, "id", 0), "b");
    assert_string_equal(cli_value_at(&cli, "id", 1), "a");
    assert_null(cli_value_at(&cli, "id", 2));
}

static void wrong_usage_is_named(void **state UNUSED)
{
    static const struct {
        const char *argv[4];
        int argc;
        const char *said;
    } cases[] = {
        { { "x", "--rooot", "d" }, 3, "did you mean '--root'?" },
        { { "x", "--root" }, 2, "--root DIR" },
        { { "x", "--all=1" }, 2, "--all takes no value" },
        { { "x", "-z" }, 2, "has no option '-z'" },
        { { "x", "-r" }, 2, "-r DIR" },
        { { "--all" }, 1, "needs more" },
        { { "x", "y", "z" }, 3, "'z'" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(cli_clear) struct cli cli = new_cli();
        struct err err = { 0 };

        cli.command = &eval;
        assert_int_equal(
            cli_parse(&cli, cases[i].argc, (char **)cases[i].argv, &err),
            E_USAGE);
        assert_non_null(strstr(err_text(&err), cases[i].said));
    }
}

static void exit_codes_are_those_of_the_manual(void **state UNUSED)
{
    static const struct {
        int rc;
        int code;
    } cases[] = {
        { 0, 0 },         { CLI_FOUND, 1 },     { E_USAGE, 2 },
        { E_PARSE, 3 },   { E_LIMIT, 3 },       { E_INVALID, 3 },
        { E_CORRUPT, 3 }, { E_UNSUPPORTED, 3 }, { E_ABSENT, 3 },
        { E_IO, 4 },      { E_PERM, 4 },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(cli_exit_code(cases[i].rc), cases[i].code);
}

static void manual_pages_escape_what_roff_obeys(void **state UNUSED)
{
    AUTO(buf_clear) struct buf page = BUF(1 << 16);

    man_command(&eval, &page);
    assert_non_null(strstr(buf_c(&page), "\n\\&.A line"));
    assert_non_null(strstr(buf_c(&page), "kept\\eas it is"));
    assert_non_null(strstr(buf_c(&page), ".TH HOLDFAST\\-OVAL\\-EVAL 1"));
}

static void text_is_cut_and_cannot_command_a_terminal(void **state UNUSED)
{
    static const struct {
        const char *text;
        size_t columns;
        const char *shown;
    } cases[] = {
        { "abcdef", 6, "abcdef" },  { "abcdef", 5, "ab..." },
        { "abcdef", 2, ".." },      { "a\033[31mb", 20, "a?[31mb" },
        { "a\nb\tc", 20, "a b c" }, { "\xff\xfe", 20, "??" },
        { "\x7f", 20, "?" },
    };
    struct term term = { .width = 80 };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(1024);

        term_text(&term, &out, str_c(cases[i].text), cases[i].columns);
        assert_string_equal(buf_c(&out), cases[i].shown);
    }
}

static void tables_fit_the_width(void **state UNUSED)
{
    static const struct table_column columns[] = {
        { "ID", .least = 0 },
        { "COUNT", .right = true, .leave = 1 },
        { "NAME", .least = 4 },
        { "TITLE", .least = 5, .soft = true, .leave = 2 },
    };
    static const struct {
        unsigned width;
        const char *shown;
    } cases[] = {
        { 100, "ID  COUNT  NAME        TITLE\n"
               "a      12  name-of-it  a long title\n" },
        { 32, "ID  COUNT  NAME        TITLE\n"
              "a      12  name-of-it  a long...\n" },
        { 25, "ID  COUNT  NAME\na      12  name-of-it\n" },
        { 15, "ID  NAME\na   name-of-it\n" },
        { 10, "ID  NAME\na   nam...\n" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(4096);
        AUTO(table_clear) struct table table;
        struct term term = { .width = cases[i].width };

        table_init(&table, columns, COUNT(columns));
        table_add(&table, TERM_RED,
                  (str[]){ STR("a"), STR("12"), STR("name-of-it"),
                           STR("a long title") });
        table_print(&table, &term, &out);
        assert_string_equal(buf_c(&out), cases[i].shown);
    }
}

static void fixes_are_commands_a_shell_may_have(void **state UNUSED)
{
    static const char *const names[] = {
        "zlib1g",
        "bash",
        "bash",
        "$(reboot)",
        "a b",
        "-o",
        "",
        "linux-image-6.1.0-9-cloud-amd64",
        "linux-image-6.1.0-9-amd64",
        "linux-image-amd64",
    };
    AUTO(fix_list_clear) struct fix_list list = { 0 };
    AUTO(buf_clear) struct buf out = BUF(4096);

    for (size_t i = 0; i < COUNT(names); i++)
        fix_list_add(&list, str_c(names[i]));
    fix_list_command(&list, FIX_APT, NULL, 80, &out);
    assert_string_equal(buf_c(&out), "  apt-get install --only-upgrade bash "
                                     "linux-image-amd64 \\\n"
                                     "      linux-image-cloud-amd64 zlib1g\n");
    buf_reset(&out);
    fix_list_command(&list, FIX_DNF, "/mnt", 200, &out);
    assert_string_equal(buf_c(&out),
                        "  dnf upgrade --installroot=/mnt bash "
                        "linux-image-amd64 linux-image-cloud-amd64 zlib1g\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_found_or_the_nearest_is_named),
        cmocka_unit_test(arguments_are_read_in_every_form),
        cmocka_unit_test(repeated_options_keep_their_order),
        cmocka_unit_test(wrong_usage_is_named),
        cmocka_unit_test(exit_codes_are_those_of_the_manual),
        cmocka_unit_test(manual_pages_escape_what_roff_obeys),
        cmocka_unit_test(text_is_cut_and_cannot_command_a_terminal),
        cmocka_unit_test(tables_fit_the_width),
        cmocka_unit_test(fixes_are_commands_a_shell_may_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
