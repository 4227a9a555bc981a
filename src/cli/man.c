/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

static void add_roff(struct buf *out, str text)
{
    bool line_start = true;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (line_start && (c == '.' || c == '\''))
            buf_add_c(out, "\\&");
        if (c == '\\')
            buf_add_c(out, "\\e");
        else if (c == '-')
            buf_add_c(out, "\\-");
        else
            buf_add_char(out, c);
        line_start = c == '\n';
    }
}

/* One name in capitals, as the heading of a page has it. */
static void add_title(struct buf *out, const char *name)
{
    buf_add_c(out, ".TH HOLDFAST");
    if (name != NULL)
        buf_add_c(out, "\\-");
    for (; name != NULL && *name != '\0'; name++) {
        char c = *name == ' ' ? '-' : *name;

        if (c == '-')
            buf_add_char(out, '\\');
        buf_add_char(out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    buf_add_c(out, " 1 \"\" \"Holdfast " HOLDFAST_VERSION
                   "\" \"Holdfast manual\"\n");
}

static void add_prose(struct buf *out, str text)
{
    bool verbatim = false;

    while (text.n > 0) {
        str line = str_cut(&text, '\n');
        bool kept = line.n > 0 && line.p[0] == ' ';

        if (kept != verbatim)
            buf_add_c(out, kept ? ".PP\n.nf\n" : ".fi\n.PP\n");
        verbatim = kept;
        if (line.n == 0) {
            buf_add_c(out, ".PP\n");
            continue;
        }
        add_roff(out, line);
        buf_add_char(out, '\n');
    }
    if (verbatim)
        buf_add_c(out, ".fi\n");
}

static void add_options(struct buf *out, const struct cli_option *option)
{
    for (; option != NULL && option->name != NULL; option++) {
        buf_add_c(out, ".TP\n");
        if (option->letter != 0)
            buf_printf(out, "\\fB\\-%c\\fR, ", option->letter);
        buf_add_c(out, "\\fB\\-\\-");
        add_roff(out, str_c(option->name));
        buf_add_c(out, "\\fR");
        if (option->value != NULL)
            buf_printf(out, " \\fI%s\\fR", option->value);
        buf_add_char(out, '\n');
        add_roff(out, str_c(option->help));
        buf_add_c(out, ".\n");
    }
}

static void add_name(struct buf *out, const char *name, const char *summary)
{
    buf_add_c(out, ".SH NAME\nholdfast");
    if (name != NULL)
        buf_add_c(out, "\\-");
    for (; name != NULL && *name != '\0'; name++) {
        if (*name == ' ' || *name == '-')
            buf_add_c(out, "\\-");
        else
            buf_add_char(out, *name);
    }
    buf_add_c(out, " \\- ");
    add_roff(out, str_c(summary));
    buf_add_char(out, '\n');
}

static void add_exit_codes(struct buf *out)
{
    static const struct {
        const char *code;
        const char *means;
    } codes[] = {
        { "0", "Done." },
        { "1", "Did what was asked, and found something; only with "
               "--exit-code." },
        { "2", "Wrong usage." },
        { "3", "Bad input." },
        { "4", "The machine failed us: input or output, or permission." },
    };

    buf_add_c(out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < COUNT(codes); i++) {
        buf_printf(out, ".TP\n%s\n", codes[i].code);
        add_roff(out, str_c(codes[i].means));
        buf_add_char(out, '\n');
    }
}

void man_command(const struct command *command, struct buf *out)
{
    add_title(out, command->name);
    add_name(out, command->name, command->summary);
    buf_printf(out, ".SH SYNOPSIS\n\\fBholdfast %s\\fR [\\fIOPTION\\fR]... ",
               command->name);
    add_roff(out, str_c(command->arguments));
    buf_add_c(out, "\n.SH DESCRIPTION\n");
    add_prose(out, str_c(command->about));
    buf_add_c(out, ".SH OPTIONS\n");
    add_options(out, command->options);
    add_options(out, cli_common);
    add_exit_codes(out);
    buf_add_c(out, ".SH SEE ALSO\n\\fBholdfast\\fR(1)\n");
}

static void add_command(struct buf *out, const struct command *command)
{
    buf_printf(out, ".TP\n\\fBholdfast %s\\fR ", command->name);
    add_roff(out, str_c(command->arguments));
    buf_add_char(out, '\n');
    add_roff(out, str_c(command->summary));
    buf_add_c(out, ".\n");
}

void man_program(const struct cli *cli, struct buf *out)
{
    add_title(out, NULL);
    add_name(out, NULL, "find what is vulnerable on a machine");
    buf_add_c(out, ".SH SYNOPSIS\n\\fBholdfast\\fR \\fICOMMAND\\fR "
                   "[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n"
                   ".SH DESCRIPTION\n");
    add_prose(out,
              STR("Holdfast evaluates OVAL definitions on a machine, on a "
                  "directory that holds one, or on recorded facts, and "
                  "shows what is vulnerable, how bad it is and what fixes "
                  "it.\n\nEvery command has its own page: "
                  "holdfast-oval-eval(1) describes 'holdfast oval eval'."));
    buf_add_c(out, ".SH COMMANDS\n");
    for (size_t i = 0; i < cli->command_count; i++)
        add_command(out, cli->commands[i]);
    add_exit_codes(out);
    buf_add_c(out, ".SH ENVIRONMENT\n.TP\nNO_COLOR\n"
                   "When set and not empty, output has no colour.\n"
                   ".TP\nCOLUMNS\nThe width of the terminal.\n"
                   ".TP\nHOLDFAST_CONTENT\n"
                   "A directory of content to use besides the installed "
                   "one.\n");
}
