/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/load.h"
#include "oval/pack.h"

static int run(struct cli *cli, struct err *err)
{
    AUTO(oval_content_freep) struct oval_content *content = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;
    const char *path = cli_value(cli, "output");
    int rc;

    if (path == NULL)
        return err_set(err, E_USAGE,
                       "'holdfast oval compile' needs -o OUT.pack");
    rc = load_content(cli, &(struct load){ cli->args.p, cli->args.n, true },
                      &content, err);
    if (rc == 0)
        rc = io_out_open(path, &out, err);
    if (rc < 0)
        return rc;
    oval_pack_write(content, out);
    return io_out_finish(out, err);
}

static const struct cli_option options[] = {
    { "output", 'o', "OUT.pack", "The pack to write (required)" },
    { NULL },
};

const struct command command_oval_compile = {
    .name = "oval compile",
    .summary = "Compile OVAL definitions into a pack",
    .arguments = "CONTENT...",
    .about = "A pack holds the same definitions in a form that is mapped and "
             "evaluated in place, without reading XML again. Results from a "
             "pack and from its source are the same.\n\n"
             "Several documents become one pack. A definition, test, object, "
             "state or variable that two of them hold in the same version is "
             "taken once; in different versions it is refused.",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
