/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/term.h"

enum {
    NAME_COLUMN = 24,
    INDENT = 2,
    OPTION_INDENT = 6
};

bool help_in_group(const struct command *command, const char *group)
{
    size_t n = strlen(group);

    return strncmp(command->name, group, n) == 0 && command->name[n] == ' ';
}

static bool is_grouped(const struct command *command)
{
    return strchr(command->name, ' ') != NULL;
}

static void add_row(const struct command *command, struct buf *out)
{
    bool is_long = strlen(command->name) >= NAME_COLUMN - INDENT;

    if (is_long)
        buf_printf(out, "  %s\n", command->name);
    buf_printf(out, "  %-*s%s\n", NAME_COLUMN - INDENT,
               is_long ? "" : command->name, command->summary);
}

static void add_group(const struct cli *cli, const struct cli_group *group,
                      struct buf *out)
{
    buf_printf(out, "\n%s:\n", group->summary);
    for (size_t i = 0; i < cli->command_count; i++) {
        if (help_in_group(cli->commands[i], group->name))
            add_row(cli->commands[i], out);
    }
}

void help_overview(const struct cli *cli, const char *group, unsigned width,
                   struct buf *out)
{
    term_wrap(out,
              STR("Holdfast finds what is vulnerable on a machine and says "
                  "what fixes it."),
              0, width);
    buf_printf(out, "\nUsage: holdfast %s [OPTION]... [ARGUMENT]...\n",
               group == NULL ? "COMMAND" : group);
    if (group == NULL)
        buf_add_c(out, "\nCommands:\n");
    for (size_t i = 0; group == NULL && i < cli->command_count; i++) {
        if (!is_grouped(cli->commands[i]))
            add_row(cli->commands[i], out);
    }
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++) {
        if (group == NULL || strcmp(group, g->name) == 0)
            add_group(cli, g, out);
    }
    buf_add_char(out, '\n');
    term_wrap(out,
              STR("'holdfast help COMMAND' describes a command, 'holdfast "
                  "--version' says which Holdfast this is."),
              0, width);
}

static void add_options(const struct cli_option *option, unsigned width,
                        struct buf *out)
{
    for (; option != NULL && option->name != NULL; option++) {
        if (option->letter != 0)
            buf_printf(out, "  -%c, --%s", option->letter, option->name);
        else
            buf_printf(out, "      --%s", option->name);
        if (option->value != NULL)
            buf_printf(out, " %s", option->value);
        buf_add_char(out, '\n');
        term_wrap(out, str_c(option->help), OPTION_INDENT + 4, width);
    }
}

void help_command(const struct command *command, unsigned width,
                  struct buf *out)
{
    buf_printf(out, "Usage: holdfast %s [OPTION]...%s%s\n\n", command->name,
               command->arguments[0] != '\0' ? " " : "", command->arguments);
    term_wrap(out, str_c(command->summary), 0, width);
    buf_add_char(out, '\n');
    term_wrap(out, str_c(command->about), 0, width);
    buf_add_c(out, "\nOptions:\n");
    add_options(command->options, width, out);
    add_options(cli_common, width, out);
    buf_add_char(out, '\n');
    term_wrap(out,
              STR("Exit codes: 0 done; 1 found something (only with "
                  "--exit-code); 2 wrong usage; 3 bad input; 4 the machine "
                  "failed us."),
              0, width);
}

int help_print(struct buf *text, struct err *err)
{
    int rc = buf_finish(text, "the text", err);

    if (rc < 0)
        return rc;
    if (fwrite(text->p, 1, text->n, stdout) != text->n)
        return err_errno(err, errno, "standard output");
    return 0;
}

static void page_name(const char *command, struct buf *out)
{
    buf_add_c(out, "holdfast");
    if (command != NULL)
        buf_add_char(out, '-');
    for (; command != NULL && *command != '\0'; command++)
        buf_add_char(out, *command == ' ' ? '-' : *command);
    buf_add_c(out, ".1");
}

static int write_page(const struct cli *cli, const struct command *command,
                      int dir, struct err *err)
{
    AUTO(buf_clear) struct buf name = BUF(4096);
    AUTO(buf_clear) struct buf page = BUF(HELP_TEXT_MAX);
    FILE *file;
    int fd;
    int rc;

    page_name(command == NULL ? NULL : command->name, &name);
    if (command == NULL)
        man_program(cli, &page);
    else
        man_command(command, &page);
    rc = buf_finish(&page, buf_c(&name), err);
    if (rc < 0)
        return rc;
    fd = openat(dir, buf_c(&name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                0644);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL)
        return err_errno(err, errno, "%s", buf_c(&name));
    fwrite(page.p, 1, page.n, file);
    if (fclose(file) != 0)
        return err_errno(err, errno, "%s", buf_c(&name));
    return 0;
}

static int write_pages(const struct cli *cli, const char *path, struct err *err)
{
    int dir;
    int rc;

    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return err_errno(err, errno, "%s", path);
    dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return err_errno(err, errno, "%s", path);
    rc = write_page(cli, NULL, dir, err);
    for (size_t i = 0; rc == 0 && i < cli->command_count; i++)
        rc = write_page(cli, cli->commands[i], dir, err);
    close(dir);
    return rc;
}

static const char *group_named(const struct cli *cli)
{
    if (cli->args.n != 1)
        return NULL;
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++) {
        if (strcmp(cli->args.p[0], g->name) == 0)
            return g->name;
    }
    return NULL;
}

static int show(struct cli *cli, const struct command *command,
                struct buf *text)
{
    struct term term = term_init();
    unsigned width =
        term.width < TERM_TEXT_WIDTH ? term.width : TERM_TEXT_WIDTH;

    if (command == NULL && cli_has(cli, "man"))
        man_program(cli, text);
    else if (command == NULL)
        help_overview(cli, group_named(cli), width, text);
    else if (cli_has(cli, "man"))
        man_command(command, text);
    else
        help_command(command, width, text);
    return 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(HELP_TEXT_MAX);
    struct cli found = { .commands = cli->commands,
                         .command_count = cli->command_count };
    int words;
    int rc = 0;

    if (cli_has(cli, "man-pages"))
        return write_pages(cli, cli_value(cli, "man-pages"), err);
    if (cli->args.n > 0 && group_named(cli) == NULL)
        rc = cli_find(&found, (int)cli->args.n, (char **)cli->args.p, &words,
                      err);
    if (rc < 0)
        return rc;
    show(cli, found.command, &text);
    return help_print(&text, err);
}

static const struct cli_option options[] = {
    { "man", 0, NULL, "Print the manual page's source (roff)" },
    { "man-pages", 0, "DIR", "Write all manual pages into DIR" },
    { NULL },
};

const struct command command_help = {
    .name = "help",
    .summary = "Describe Holdfast or one of its commands",
    .arguments = "[COMMAND]",
    .about = "Without COMMAND, lists the commands. With the name of a group, "
             "as in 'holdfast help oval', lists the commands of that group.",
    .options = options,
    .args_max = 2,
    .run = run,
};
