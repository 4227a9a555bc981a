/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/help.h"

/* In single quotes for a shell; for zsh, what its specifications treat as
 * special is escaped too. */
static void add_quoted(struct buf *out, const char *text, const char *special)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            buf_add_c(out, "'\\''");
            continue;
        }
        if (special != NULL && strchr(special, *text) != NULL)
            buf_add_char(out, '\\');
        buf_add_char(out, *text);
    }
}

static void add_words(struct buf *out, const struct cli_option *option)
{
    for (; option != NULL && option->name != NULL; option++) {
        buf_printf(out, " --%s", option->name);
        if (option->letter != 0)
            buf_printf(out, " -%c", option->letter);
    }
}

/* The first words of a command line: groups and commands without one. */
static void add_first_words(const struct cli *cli, struct buf *out)
{
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++)
        buf_printf(out, " %s", g->name);
    for (size_t i = 0; i < cli->command_count; i++) {
        if (strchr(cli->commands[i]->name, ' ') == NULL)
            buf_printf(out, " %s", cli->commands[i]->name);
    }
}

static void add_verbs(const struct cli *cli, const char *group, struct buf *out)
{
    for (size_t i = 0; i < cli->command_count; i++) {
        if (help_in_group(cli->commands[i], group))
            buf_printf(out, " %s", cli->commands[i]->name + strlen(group) + 1);
    }
}

static int bash(const struct cli *cli, struct buf *out)
{
    buf_add_c(out, "# bash completion for holdfast\n"
                   "_holdfast()\n{\n"
                   "    local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
                   "    local first=${COMP_WORDS[1]} "
                   "second=${COMP_WORDS[2]}\n"
                   "    if ((COMP_CWORD == 1)); then\n"
                   "        words='");
    add_first_words(cli, out);
    buf_add_c(out, " --help --version'\n    else\n"
                   "        case \"$first $second\" in\n");
    for (size_t i = 0; i < cli->command_count; i++) {
        const struct command *command = cli->commands[i];

        buf_printf(out, "        '%s'%s) words='", command->name,
                   strchr(command->name, ' ') == NULL ? "\\ *" : "");
        add_words(out, command->options);
        add_words(out, cli_common);
        buf_add_c(out, "' ;;\n");
    }
    buf_add_c(out, "        esac\n"
                   "        ((COMP_CWORD == 2)) && case $first in\n");
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++) {
        buf_printf(out, "        %s) words='", g->name);
        add_verbs(cli, g->name, out);
        buf_add_c(out, " --help' ;;\n");
    }
    buf_add_c(out, "        help) words='");
    add_first_words(cli, out);
    buf_add_c(out, "' ;;\n        esac\n    fi\n"
                   "    if [[ $cur == -* || $COMP_CWORD -eq 1 || -z $words "
                   "|| $words != *--quiet* ]]; then\n"
                   "        COMPREPLY=($(compgen -W \"$words\" -- "
                   "\"$cur\"))\n"
                   "    else\n        COMPREPLY=()\n    fi\n"
                   "}\ncomplete -o default -F _holdfast holdfast\n");
    return 0;
}

static void zsh_options(const struct cli_option *option, struct buf *out)
{
    for (; option != NULL && option->name != NULL; option++) {
        buf_printf(out, " \\\n            '*--%s%s[", option->name,
                   option->value != NULL ? "=" : "");
        add_quoted(out, option->help, "[]:");
        buf_add_char(out, ']');
        if (option->value != NULL)
            buf_printf(out, ":%s:_files", option->value);
        buf_add_char(out, '\'');
    }
}

static void zsh_names(const struct cli *cli, const char *group, struct buf *out)
{
    for (size_t i = 0; i < cli->command_count; i++) {
        const struct command *command = cli->commands[i];
        bool plain = strchr(command->name, ' ') == NULL;

        if (group == NULL ? !plain : !help_in_group(command, group))
            continue;
        buf_printf(out, " '%s:",
                   command->name + (group == NULL ? 0 : strlen(group) + 1));
        add_quoted(out, command->summary, ":");
        buf_add_char(out, '\'');
    }
}

static int zsh(const struct cli *cli, struct buf *out)
{
    buf_add_c(out, "#compdef holdfast\n"
                   "_holdfast()\n{\n    local -a names\n"
                   "    if ((CURRENT == 2)); then\n        names=(");
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++)
        buf_printf(out, " '%s:%s'", g->name, g->summary);
    zsh_names(cli, NULL, out);
    buf_add_c(out, ")\n        _describe command names\n        return\n"
                   "    fi\n    if ((CURRENT == 3)); then\n"
                   "        case $words[2] in\n");
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++) {
        buf_printf(out, "        %s) names=(", g->name);
        zsh_names(cli, g->name, out);
        buf_add_c(out, ")\n            _describe command names\n"
                       "            return ;;\n");
    }
    buf_add_c(out, "        esac\n    fi\n"
                   "    case \"$words[2] $words[3]\" in\n");
    for (size_t i = 0; i < cli->command_count; i++) {
        const struct command *command = cli->commands[i];

        buf_printf(out, "    '%s'%s)\n        _arguments", command->name,
                   strchr(command->name, ' ') == NULL ? "\\ *" : "");
        zsh_options(command->options, out);
        zsh_options(cli_common, out);
        buf_add_c(out, " \\\n            '*:file:_files' ;;\n");
    }
    buf_add_c(out, "    esac\n}\n_holdfast \"$@\"\n");
    return 0;
}

static void fish_options(const char *when, const struct cli_option *option,
                         struct buf *out)
{
    for (; option != NULL && option->name != NULL; option++) {
        buf_printf(out, "complete -c holdfast -n '%s' -l %s", when,
                   option->name);
        if (option->letter != 0)
            buf_printf(out, " -s %c", option->letter);
        if (option->value != NULL)
            buf_add_c(out, " -r -F");
        buf_add_c(out, " -d '");
        add_quoted(out, option->help, NULL);
        buf_add_c(out, "'\n");
    }
}

static void fish_command(const struct command *command, struct buf *out)
{
    AUTO(buf_clear) struct buf when = BUF(4096);
    str verb = str_c(command->name);
    str first = str_cut(&verb, ' ');

    if (verb.n == 0)
        buf_printf(out,
                   "complete -c holdfast -n '__fish_use_subcommand' -f "
                   "-a %" PRIstr " -d '",
                   ARGstr(first));
    else
        buf_printf(out,
                   "complete -c holdfast -n "
                   "'__fish_seen_subcommand_from %" PRIstr "' -a %" PRIstr
                   " -d '",
                   ARGstr(first), ARGstr(verb));
    add_quoted(out, command->summary, NULL);
    buf_add_c(out, "'\n");
    buf_printf(&when, "__fish_seen_subcommand_from %" PRIstr, ARGstr(first));
    if (verb.n > 0)
        buf_printf(&when, "; and __fish_seen_subcommand_from %" PRIstr,
                   ARGstr(verb));
    fish_options(buf_c(&when), command->options, out);
    fish_options(buf_c(&when), cli_common, out);
}

static int fish(const struct cli *cli, struct buf *out)
{
    buf_add_c(out, "# fish completion for holdfast\n");
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++)
        buf_printf(out,
                   "complete -c holdfast -n '__fish_use_subcommand' -f -a "
                   "%s -d '%s'\n",
                   g->name, g->summary);
    for (size_t i = 0; i < cli->command_count; i++)
        fish_command(cli->commands[i], out);
    return 0;
}

static int run(struct cli *cli, struct err *err)
{
    static const struct {
        const char *name;
        int (*write)(const struct cli *cli, struct buf *out);
    } shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };
    AUTO(buf_clear) struct buf text = BUF(HELP_TEXT_MAX);

    for (size_t i = 0; i < COUNT(shells); i++) {
        if (strcmp(cli->args.p[0], shells[i].name) != 0)
            continue;
        shells[i].write(cli, &text);
        return help_print(&text, err);
    }
    return err_set(err, E_USAGE,
                   "there is no completion for '%s', only for bash, zsh and "
                   "fish",
                   cli->args.p[0]);
}

const struct command command_completion = {
    .name = "completion",
    .summary = "Print the completion script for a shell",
    .arguments = "bash|zsh|fish",
    .about = "Load it from the shell's start-up file:\n\n"
             "  bash: source <(holdfast completion bash)\n"
             "  zsh:  holdfast completion zsh > DIR-IN-fpath/_holdfast\n"
             "  fish: holdfast completion fish | source\n",
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
