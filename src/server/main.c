/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfastd: the command line, and the way into each process.
 */
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "server/commands.h"
#include "server/role.h"
#include "server/supervisor.h"

enum {
    EXIT_USAGE = 2,
    EXIT_BAD_INPUT = 3,
    EXIT_IO = 4,
};

static int complain(const struct err *err)
{
    fprintf(stderr, "holdfastd: %s\n", err_text(err));
    switch (err->code) {
    case E_USAGE:
        return EXIT_USAGE;
    case E_IO:
    case E_PERM:
        return EXIT_IO;
    default:
        return EXIT_BAD_INPUT;
    }
}

/* One "--set NAME=VALUE" or the short forms of it. */
static int take_setting(struct server_terms *terms, str text, struct err *err)
{
    str value = text;
    str name = str_cut(&value, '=');

    if (name.n == text.n)
        return err_set(err, E_USAGE, "--set needs NAME=VALUE");
    return config_set(terms->config, str_trim(name), str_trim(value), err);
}

static int load(struct server_terms *terms, struct err *err)
{
    const char *file = terms->config_file;

    if (file == NULL && access("/etc/holdfast/holdfastd.conf", R_OK) == 0 &&
        !terms->has_data)
        file = "/etc/holdfast/holdfastd.conf";
    if (file != NULL)
        return config_load(file, &terms->config, err);
    return config_parse(STR(""), "defaults", &terms->config, err);
}

/* Options come before and after the command; settings after the file. */
static int parse(int argc, char **argv, struct server_terms *terms,
                 struct err *err)
{
    int rc;

    for (int i = 1; i < argc; i++) {
        str option = str_c(argv[i]);
        bool takes =
            str_eq(option, STR("--config")) || str_eq(option, STR("--data")) ||
            str_eq(option, STR("--clock")) || str_eq(option, STR("--set"));

        if (takes && i + 1 >= argc)
            return err_set(err, E_USAGE, "%s needs a value", argv[i]);
        if (str_eq(option, STR("--config")))
            terms->config_file = argv[++i];
        else if (takes)
            terms->has_data |= str_eq(option, STR("--data")), i++;
        else if (option.n > 0 && option.p[0] == '-' && option.n > 1 &&
                 !str_eq(option, STR("--help")) &&
                 !str_eq(option, STR("--version")))
            return err_set(err, E_USAGE, "unknown option '%s'", argv[i]);
        else if (terms->argument_count < COMMAND_ARGUMENTS_MAX)
            terms->arguments[terms->argument_count++] = argv[i];
        else
            return err_set(err, E_USAGE, "too many arguments");
    }
    rc = load(terms, err);
    for (int i = 1; rc == 0 && i + 1 < argc; i++) {
        str option = str_c(argv[i]);

        if (str_eq(option, STR("--data")))
            rc = config_set(terms->config, STR("data"), str_c(argv[++i]), err);
        else if (str_eq(option, STR("--set")))
            rc = take_setting(terms, str_c(argv[++i]), err);
        else if (str_eq(option, STR("--clock")))
            terms->clock = argv[++i];
    }
    return rc;
}

static int run(const char *program, struct server_terms *terms, struct err *err)
{
    const char *name = terms->argument_count > 0 ? terms->arguments[0] : "run";
    const struct server_command *command = server_command_find(str_c(name));
    int rc = 0;

    if (command == NULL)
        return err_set(err, E_USAGE,
                       "unknown command '%s'; holdfastd --help lists them",
                       name);
    if (terms->clock != NULL)
        rc = clock_from_file(terms->clock, err);
    terms->program = program;
    return rc < 0 ? rc : command->run(terms, err);
}

static int become_role(const char *name)
{
    for (size_t i = 1; i < ROLE_COUNT; i++) {
        if (role_rows[i].name != NULL && strcmp(role_rows[i].name, name) == 0)
            return process_main((enum role)i);
    }
    fprintf(stderr, "holdfastd: unknown role '%s'\n", name);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    AUTO(mem_freep) char *directory = NULL;
    AUTO(buf_clear) struct buf program = BUF(4200);
    struct server_terms terms = { 0 };
    struct err err = { 0 };
    int rc;

    if (argc == 3 && strcmp(argv[1], "--role") == 0)
        return become_role(argv[2]);
    directory = io_program_dir();
    buf_printf(&program, "%s/holdfastd", directory != NULL ? directory : ".");
    rc = parse(argc, argv, &terms, &err);
    if (rc == 0)
        rc = run(buf_c(&program), &terms, &err);
    config_free(terms.config);
    return rc < 0 ? complain(&err) : rc;
}
