/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/feeds.h"
#include "content/vendor.h"

/* What is known of a feed by its id alone. */
static void start(struct feed *feed, str id)
{
    const struct vendor_feed *vendor = vendor_find(id);

    feed->id = arena_str(&feed->arena, id);
    if (vendor == NULL)
        return;
    feed->vendor = str_c(vendor->vendor);
    feed->title = str_c(vendor->title);
    feed->os = str_c(vendor->os);
    feed->os_version = str_c(vendor->os_version);
}

static int import(struct store *store, const struct cli *cli, const char *path,
                  struct err *err)
{
    AUTO(feed_clear) struct feed feed = FEED;
    const char *given = cli_value(cli, "id");
    str id = given != NULL ? str_c(given)
                           : feed_id_of_path(&feed.arena, str_c(path));
    int rc;

    if (!feed_id_is_valid(id))
        return err_set(err, E_USAGE,
                       "'%" PRIstr "' cannot be an id: use --id with lower-"
                       "case letters, digits, '.', '_' and '-'",
                       ARGstr(id));
    start(&feed, id);
    rc = feeds_set_platform(cli, &feed, err);
    if (rc == 0 && cli_has(cli, "sha256"))
        rc = feeds_check_digest(path, str_c(cli_value(cli, "sha256")), err);
    if (rc == 0)
        rc = store_install(
            store,
            &(struct store_source){ path, &feed, cli_has(cli, "allow-older") },
            err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", path);
    if (!cli_has(cli, "quiet"))
        feeds_say_installed(&feed);
    return 0;
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(store_close) struct store store = { 0 };
    int rc = store_open(&store, cli_value(cli, "dir"), err);

    if (cli->args.n > 1 && (cli_has(cli, "id") || cli_has(cli, "sha256")))
        return err_set(err, E_USAGE,
                       "--id and --sha256 are about one file; import the "
                       "files one by one");
    if (rc == 0)
        rc = feeds_lock(&store, cli, err);
    for (size_t i = 0; rc == 0 && i < cli->args.n; i++)
        rc = import(&store, cli, cli->args.p[i], err);
    return rc;
}

static const struct cli_option options[] = {
    FEEDS_INSTALL_OPTIONS,
    FEEDS_DIR_OPTION,
    { NULL },
};

const struct command command_content_import = {
    .name = "content import",
    .summary = "Install content from files, without a network",
    .arguments = "FILE...",
    .about = "FILE is a document of OVAL definitions, plain or compressed, "
             "or a pack. It is compiled and replaces the feed of the same id "
             "in one step. A document that does not load, or that was "
             "generated before the content in use, changes nothing.\n\n"
             "The id is the name of the file without its endings, unless "
             "--id says otherwise; 'holdfast content list --available' shows "
             "the ids of the vendors' feeds. The system it is for is taken "
             "from the platforms that the definitions name, unless "
             "--platform says otherwise.",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
