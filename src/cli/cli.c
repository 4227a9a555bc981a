/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <assert.h>

#include "base/buf.h"

enum {
    NAME_MAX_BYTES = 64
};

const struct cli_option cli_common[] = {
    { "help", 'h', NULL, "Show this help" },
    { "quiet", 'q', NULL, "Show no progress and no hints" },
    { NULL },
};

const struct cli_group cli_groups[] = {
    { "oval", "Evaluate OVAL definitions" },
    { "fleet", "Evaluate definitions on many devices" },
    { "content", "Manage the content that scans use" },
    { "risk", "Manage what is known of CVEs: CVSS, EPSS, exploitation" },
    { "scap", "Test machines against SCAP benchmarks" },
    { "advisory", "Manage what vendors say of vulnerabilities and updates" },
    { "network", "Reach and change network devices from the server" },
    { "patch", "Updates: what is missing, what is deployed and why" },
    { "schedule", "Foretell when schedules run" },
    { "audit", "See on a server who changed what" },
    { "benchmark", "Manage SCAP benchmarks of a server, and see results" },
    { "catalogue", "Search definitions, and what they affect" },
    { "configuration", "Say what is tested where and when" },
    { "device", "See and change devices, prepare and check network devices" },
    { "device-image", "Bring images for network devices to fetch" },
    { "device-server", "Describe servers that network devices fetch from" },
    { "enrol", "Let devices become known to a server" },
    { "feed", "Manage the content of a server" },
    { "fetching", "Manage network devices that fetch what they are to be" },
    { "label", "Group devices, by hand or by query" },
    { "release", "Know of new versions of Holdfast" },
    { "report", "See what was found" },
    { "role", "Manage what users may do" },
    { "run", "Follow assessments" },
    { "setting", "Manage the settings of a server" },
    { "staged", "See what is staged for devices, fetched and confirmed" },
    { "task", "See what is planned" },
    { "token", "Manage tokens for programs" },
    { "unclaimed", "Claim devices that came by Plug-n-Play" },
    { "user", "Manage who may log in" },
    { "waiver", "Say which rules of benchmarks may fail, and why" },
    { NULL, NULL },
};

void cli_clear(struct cli *cli)
{
    vec_clear(&cli->args);
    vec_clear(&cli->given);
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;

    return ab < c ? ab : c;
}

/* Edit distance; names longer than NAME_MAX_BYTES are not near to anything. */
static unsigned edit_distance(str a, str b)
{
    unsigned row[NAME_MAX_BYTES + 1];

    if (a.n > NAME_MAX_BYTES || b.n > NAME_MAX_BYTES)
        return UINT32_MAX;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= a.n; i++) {
        unsigned corner = row[0];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.n; j++) {
            unsigned change = corner + (a.p[i - 1] != b.p[j - 1]);

            corner = row[j];
            row[j] = min3(row[j] + 1, row[j - 1] + 1, change);
        }
    }
    return row[b.n];
}

/* The nearest of what is offered, for "did you mean"; NULL when nothing is
 * near. */
struct nearest {
    const char *wanted;
    const char *best;
    unsigned distance;
};

static void nearest_offer(struct nearest *nearest, const char *name)
{
    str wanted = str_c(nearest->wanted);
    unsigned distance = edit_distance(wanted, str_c(name));
    unsigned allowed = wanted.n < 4 ? 1 : wanted.n < 8 ? 2 : 3;

    if (distance > allowed ||
        (nearest->best != NULL && distance >= nearest->distance))
        return;
    nearest->best = name;
    nearest->distance = distance;
}

static bool is_group(const char *word)
{
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++) {
        if (strcmp(g->name, word) == 0)
            return true;
    }
    return false;
}

static int command_unknown(const struct cli *cli, const char *wanted,
                           struct err *err)
{
    struct nearest nearest = { .wanted = wanted };

    for (size_t i = 0; i < cli->command_count; i++) {
        const char *name = cli->commands[i]->name;
        const char *verb = strchr(name, ' ');

        nearest_offer(&nearest, name);
        if (verb != NULL && strcmp(verb + 1, wanted) == 0)
            nearest = (struct nearest){ wanted, name, 0 };
    }
    for (const struct cli_group *g = cli_groups; g->name != NULL; g++)
        nearest_offer(&nearest, g->name);
    if (nearest.best != NULL)
        return err_set(err, E_USAGE,
                       "there is no command '%s'; did you mean 'holdfast %s'?",
                       wanted, nearest.best);
    return err_set(err, E_USAGE,
                   "there is no command '%s'; 'holdfast help' lists them all",
                   wanted);
}

static const struct command *find_named(const struct cli *cli, str name)
{
    for (size_t i = 0; i < cli->command_count; i++) {
        if (str_eq_c(name, cli->commands[i]->name))
            return cli->commands[i];
    }
    return NULL;
}

static bool has_family(int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--family") == 0 ||
            strncmp(argv[i], "--family=", 9) == 0)
            return true;
    }
    return false;
}

static bool is_number(const char *word)
{
    return *word != '\0' && strspn(word, "0123456789") == strlen(word);
}

/* A network device of the server is meant: what has a family is added, what
 * has a number is there. Without one, `device test` and the others reach from
 * here what is named. */
static bool means_server(int argc, char **argv)
{
    bool adds = strcmp(argv[1], "add") == 0;
    bool both = strcmp(argv[1], "test") == 0 || strcmp(argv[1], "run") == 0 ||
                strcmp(argv[1], "discover") == 0 ||
                strcmp(argv[1], "diff") == 0;

    return (adds && has_family(argc, argv)) ||
           (both && argc > 2 && is_number(argv[2]) && !has_family(argc, argv));
}

/* `holdfast device VERB` is `holdfast network VERB` where that is meant, and
 * where there is no other of the name. Help has it in one place. */
static const struct command *find_network(const struct cli *cli, int argc,
                                          char **argv, bool is_known)
{
    AUTO(buf_clear) struct buf name = BUF(4096);

    if (strcmp(argv[0], "device") != 0 ||
        (is_known && !means_server(argc, argv)))
        return NULL;
    buf_printf(&name, "network %s", argv[1]);
    return find_named(cli, buf_str(&name));
}

int cli_find(struct cli *cli, int argc, char **argv, int *out_words,
             struct err *err)
{
    AUTO(buf_clear) struct buf name = BUF(4096);
    int words = argc > 1 && is_group(argv[0]) && argv[1][0] != '-' ? 2 : 1;
    const struct command *found;
    const struct command *other = NULL;

    buf_add_c(&name, argv[0]);
    if (words == 2) {
        buf_add_char(&name, ' ');
        buf_add_c(&name, argv[1]);
    }
    found = find_named(cli, buf_str(&name));
    if (words == 2)
        other = find_network(cli, argc, argv, found != NULL);
    if (found == NULL && other == NULL)
        return command_unknown(cli, buf_c(&name), err);
    cli->command = other != NULL ? other : found;
    *out_words = words;
    return 0;
}

static const struct cli_option *option_in(const struct cli_option *list,
                                          str name)
{
    for (; list != NULL && list->name != NULL; list++) {
        if (str_eq_c(name, list->name))
            return list;
    }
    return NULL;
}

static const struct cli_option *option_find(const struct cli *cli, str name)
{
    const struct cli_option *option = option_in(cli->command->options, name);

    return option != NULL ? option : option_in(cli_common, name);
}

static const struct cli_option *option_letter(const struct cli *cli, char c)
{
    const struct cli_option *lists[] = { cli->command->options, cli_common };

    for (size_t i = 0; i < COUNT(lists); i++) {
        const struct cli_option *o = lists[i];

        for (; o != NULL && o->name != NULL; o++) {
            if (o->letter == c)
                return o;
        }
    }
    return NULL;
}

static int option_unknown(const struct cli *cli, const char *given, str name,
                          struct err *err)
{
    const struct cli_option *lists[] = { cli->command->options, cli_common };
    AUTO(buf_clear) struct buf wanted = BUF(4096);
    struct nearest nearest = { 0 };

    buf_add(&wanted, name);
    nearest.wanted = buf_c(&wanted);
    for (size_t i = 0; i < COUNT(lists); i++) {
        const struct cli_option *o = lists[i];

        for (; o != NULL && o->name != NULL; o++)
            nearest_offer(&nearest, o->name);
    }
    if (nearest.best != NULL)
        return err_set(err, E_USAGE,
                       "'holdfast %s' has no option '%s'; did you mean "
                       "'--%s'?",
                       cli->command->name, given, nearest.best);
    return err_set(err, E_USAGE,
                   "'holdfast %s' has no option '%s'; 'holdfast help %s' "
                   "lists them",
                   cli->command->name, given, cli->command->name);
}

static void give(struct cli *cli, const struct cli_option *option,
                 const char *value)
{
    *vec_push(&cli->given) = (struct cli_given){ option, value };
}

/* `next` is the argument behind, or NULL. *out_used becomes 1 when it was
 * taken as the value. */
static int read_long(struct cli *cli, const char *arg, const char *next,
                     int *out_used, struct err *err)
{
    str rest = str_c(arg + 2);
    bool has_value = str_find_char(rest, '=') < rest.n;
    str name = str_cut(&rest, '=');
    const struct cli_option *option = option_find(cli, name);

    if (option == NULL)
        return option_unknown(cli, arg, name, err);
    if (option->value == NULL && has_value)
        return err_set(err, E_USAGE, "--%s takes no value", option->name);
    if (option->value == NULL || has_value) {
        give(cli, option, has_value ? rest.p : NULL);
        return 0;
    }
    if (next == NULL)
        return err_set(err, E_USAGE, "--%s needs a value: --%s %s",
                       option->name, option->name, option->value);
    give(cli, option, next);
    *out_used = 1;
    return 0;
}

static int read_short(struct cli *cli, const char *arg, const char *next,
                      int *out_used, struct err *err)
{
    for (const char *at = arg + 1; *at != '\0'; at++) {
        const struct cli_option *option = option_letter(cli, *at);

        if (option == NULL)
            return option_unknown(cli, arg, STR_NONE, err);
        if (option->value == NULL) {
            give(cli, option, NULL);
            continue;
        }
        if (at[1] == '\0' && next == NULL)
            return err_set(err, E_USAGE, "-%c needs a value: -%c %s", *at, *at,
                           option->value);
        *out_used = at[1] == '\0';
        give(cli, option, at[1] == '\0' ? next : at + 1);
        return 0;
    }
    return 0;
}

static int check_count(const struct cli *cli, struct err *err)
{
    const struct command *command = cli->command;

    if (cli_has(cli, "help"))
        return 0;
    if (cli->args.n < command->args_min)
        return err_set(err, E_USAGE, "'holdfast %s' needs more: holdfast %s %s",
                       command->name, command->name, command->arguments);
    if (cli->args.n > command->args_max)
        return err_set(err, E_USAGE,
                       "'holdfast %s' does not know what to do with '%s'",
                       command->name, cli->args.p[command->args_max]);
    return 0;
}

int cli_parse(struct cli *cli, int argc, char **argv, struct err *err)
{
    bool options = true;

    for (int i = 0; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : NULL;
        int used = 0;
        int rc = 0;

        if (!options || argv[i][0] != '-' || argv[i][1] == '\0')
            *vec_push(&cli->args) = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            options = false;
        else if (argv[i][1] == '-')
            rc = read_long(cli, argv[i], next, &used, err);
        else
            rc = read_short(cli, argv[i], next, &used, err);
        if (rc < 0)
            return rc;
        i += used;
    }
    return check_count(cli, err);
}

const char *cli_value_at(const struct cli *cli, const char *name, size_t i)
{
    for (size_t k = 0; k < cli->given.n; k++) {
        if (strcmp(cli->given.p[k].option->name, name) == 0 && i-- == 0)
            return cli->given.p[k].value;
    }
    return NULL;
}

const char *cli_value(const struct cli *cli, const char *name)
{
    const char *value = NULL;

    assert(option_find(cli, str_c(name)) != NULL);
    for (size_t k = 0; k < cli->given.n; k++) {
        if (strcmp(cli->given.p[k].option->name, name) == 0)
            value = cli->given.p[k].value;
    }
    return value;
}

bool cli_offers(const struct cli *cli, const char *name)
{
    const struct cli_option *list = cli->command->options;

    for (; list->name != NULL; list++) {
        if (strcmp(list->name, name) == 0)
            return true;
    }
    return false;
}

bool cli_has(const struct cli *cli, const char *name)
{
    assert(option_find(cli, str_c(name)) != NULL);
    for (size_t k = 0; k < cli->given.n; k++) {
        if (strcmp(cli->given.p[k].option->name, name) == 0)
            return true;
    }
    return false;
}

bool cli_is_quiet(const struct cli *cli)
{
    return cli_value_at(cli, "json", 0) != NULL || cli_has(cli, "quiet");
}

int cli_exit_code(int rc)
{
    switch (rc) {
    case 0:
        return 0;
    case CLI_FOUND:
        return 1;
    case E_USAGE:
        return 2;
    case E_IO:
    case E_PERM:
        return 4;
    default:
        return 3;
    }
}
