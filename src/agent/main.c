/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfast-agent: one program, its commands and its processes.
 *
 * Exit codes: 0 done; 2 wrong usage; 3 bad input, or not possible now; 4 the
 * machine failed us, or does not let us.
 */
#include "agent/ask.h"
#include "agent/enrol.h"
#include "agent/evaluated.h"
#include "agent/installing.h"
#include "agent/keeper.h"
#include "agent/network.h"
#include "agent/options.h"
#include "agent/supervisor.h"
#include "base/mem.h"

enum {
    EXIT_USAGE = 2,
    EXIT_INPUT = 3,
    EXIT_MACHINE = 4,
};

static const char usage[] =
    "usage: holdfast-agent COMMAND [OPTION]...\n"
    "\n"
    "  daemon       run the agent in the foreground\n"
    "  enrol        make this device known to a server\n"
    "                 --server https://HOST:PORT   its enrolment address\n"
    "                 --token-file FILE            '-' is standard input\n"
    "                 --fingerprint SHA256         of the server's authority\n"
    "                 --ca FILE                    or its certificate\n"
    "  unenrol      forget the server and everything of it\n"
    "  status       show how the agent fares (--json)\n"
    "  reboot-extend, reboot-later, reboot-cancel\n"
    "               put off a restart that is planned, as far as allowed\n"
    "  run --now    run the tests by hand (--no-wait, --json)\n"
    "\n"
    "  --config FILE  settings; default " AGENT_CONFIG "\n"
    "  --data DIR     what the agent keeps; default " AGENT_DATA "\n"
    "  --root DIR     look at the system below DIR instead of this machine\n"
    "  --help, --version\n"
    "\n"
    "holdfast-agent(8) describes all of it.\n";

static const struct role {
    const char *name;
    int (*run)(const struct options *options);
} roles[] = {
    { "enroller", enroller_main },   { "evaluator", evaluator_main },
    { "installer", installer_main }, { "keeper", keeper_main },
    { "launcher", launcher_main },   { "network", network_main },
};

static const struct command {
    const char *name;
    int (*run)(const struct options *options, struct err *err);
} commands[] = {
    { "enrol", enrol_command },          { "launcher", launcher_command },
    { "reboot-cancel", reboot_command }, { "reboot-extend", reboot_command },
    { "reboot-later", reboot_command },  { "run", run_command },
    { "status", status_command },        { "unenrol", unenrol_command },
};

static int exit_code(int rc)
{
    switch (rc) {
    case 0:
        return 0;
    case E_USAGE:
        return EXIT_USAGE;
    case E_IO:
    case E_PERM:
        return EXIT_MACHINE;
    default:
        return EXIT_INPUT;
    }
}

static int complain(int rc, const struct err *err)
{
    fprintf(stderr, "holdfast-agent: %s\n", err_text(err));
    return exit_code(rc);
}

static int run_role(const struct options *options)
{
    for (size_t i = 0; i < COUNT(roles); i++) {
        if (strcmp(roles[i].name, options->role) == 0)
            return roles[i].run(options);
    }
    fprintf(stderr, "holdfast-agent: there is no role '%s'\n", options->role);
    return EXIT_USAGE;
}

static int run_command_of(const struct options *options)
{
    struct err err = { 0 };
    int rc;

    if (options->role != NULL)
        return run_role(options);
    if (options->command == NULL) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (strcmp(options->command, "daemon") == 0)
        return supervisor_main(options);
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (strcmp(commands[i].name, options->command) != 0)
            continue;
        rc = commands[i].run(options, &err);
        return rc < 0 ? complain(rc, &err) : 0;
    }
    fprintf(stderr, "holdfast-agent: there is no command '%s'\n\n%s",
            options->command, usage);
    return EXIT_USAGE;
}

static bool has_word(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], word) == 0)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    AUTO(options_clear) struct options options = { 0 };
    struct err err = { 0 };
    int rc;

    if (has_word(argc, argv, "--help") || has_word(argc, argv, "help"))
        return fputs(usage, stdout) < 0 ? EXIT_MACHINE : 0;
    if (has_word(argc, argv, "--version"))
        return puts("holdfast-agent " HOLDFAST_VERSION) < 0 ? EXIT_MACHINE : 0;
    rc = options_read(&options, argc, argv, &err);
    if (rc == 0)
        rc = options_apply(&options, &err);
    if (rc < 0)
        return complain(rc, &err);
    return run_command_of(&options);
}
