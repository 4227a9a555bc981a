/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/feeds.h"

static int run(struct cli *cli, struct err *err)
{
    AUTO(store_close) struct store store = { 0 };
    int rc = store_open(&store, cli_value(cli, "dir"), err);

    if (rc == 0)
        rc = feeds_lock(&store, cli, err);
    for (size_t i = 0; rc == 0 && i < cli->args.n; i++) {
        str id = str_c(cli->args.p[i]);

        if (!feed_id_is_valid(id))
            return err_set(err, E_USAGE, "'%s' is no id of a feed",
                           cli->args.p[i]);
        rc = store_remove(&store, id, err);
    }
    return rc;
}

static const struct cli_option options[] = {
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_content_remove = {
    .name = "content remove",
    .summary = "Remove installed content",
    .arguments = "ID...",
    .about = "Removes the feed called ID. Content of the same id that came "
             "with Holdfast is in use again.",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
