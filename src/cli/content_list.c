/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/feeds.h"
#include "cli/help.h"
#include "cli/table.h"
#include "content/vendor.h"

static str platform_text(struct arena *arena, const struct feed *feed)
{
    if (feed->os.n == 0)
        return STR("not known");
    return arena_printf(arena, "%" PRIstr " %" PRIstr, ARGstr(feed->os),
                        ARGstr(feed->os_version));
}

static str state_text(const struct store_feed *entry, int64_t now,
                      struct arena *arena)
{
    if (entry->problem.n > 0)
        return entry->problem;
    if (!entry->used)
        return STR("not used: there is later content");
    if (feeds_is_old(&entry->feed, now))
        return arena_printf(
            arena, "in use, %" PRIstr "; 'holdfast content update' renews it",
            ARGstr(feeds_age(&entry->feed, now, arena)));
    return STR("in use");
}

static void print_store(const struct store *store, struct buf *out)
{
    static const struct table_column columns[] = {
        { "ID", .least = 8 },
        { "FOR", .least = 8 },
        { "DEFINITIONS", .right = true, .leave = 2 },
        { "GENERATED", .least = 10 },
        { "FROM", .least = 8, .leave = 3 },
        { "STATE", .least = 16, .soft = true },
    };
    AUTO(table_clear) struct table table;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct term term = term_init();
    int64_t now = time(NULL);

    table_init(&table, columns, COUNT(columns));
    for (size_t i = 0; i < store->feeds.n; i++) {
        const struct store_feed *entry = &store->feeds.p[i];
        const struct feed *feed = &entry->feed;

        table_add(
            &table, entry->problem.n > 0 ? TERM_YELLOW : TERM_PLAIN,
            (str[]){
                feed->id,
                platform_text(&arena, feed),
                arena_printf(&arena, "%lld", (long long)feed->definitions),
                feed->generated,
                feed->vendor,
                state_text(entry, now, &arena),
            });
    }
    table_print(&table, &term, out);
}

static void print_available(struct buf *out)
{
    static const struct table_column columns[] = {
        { "ID", .least = 0 },
        { "FOR", .least = 8, .leave = 1 },
        { "FROM", .least = 8, .leave = 2 },
        { "URL", .least = 20, .soft = true },
    };
    AUTO(table_clear) struct table table;
    struct term term = term_init();

    table_init(&table, columns, COUNT(columns));
    for (size_t i = 0; i < vendor_feed_count; i++)
        table_add(&table, TERM_PLAIN,
                  (str[]){ str_c(vendor_feeds[i].id),
                           str_c(vendor_feeds[i].title),
                           str_c(vendor_feeds[i].vendor),
                           str_c(vendor_feeds[i].url) });
    table_print(&table, &term, out);
}

static void json_feed(struct json_writer *w, const struct store_feed *entry)
{
    const struct feed *feed = &entry->feed;

    json_write_object(w);
    json_write_member(w, "id", feed->id);
    json_write_member(w, "title", feed->title);
    json_write_member(w, "vendor", feed->vendor);
    json_write_member(w, "os", feed->os);
    json_write_member(w, "os_version", feed->os_version);
    json_write_member(w, "url", feed->url);
    json_write_member(w, "sha256", feed->sha256);
    json_write_member(w, "generated", feed->generated);
    json_write_member(w, "path", entry->path);
    json_write_key(w, "definitions");
    json_write_i64(w, feed->definitions);
    json_write_key(w, "installed");
    json_write_bool(w, entry->installed);
    json_write_key(w, "in_use");
    json_write_bool(w, entry->used && entry->problem.n == 0);
    json_write_member(w, "problem",
                      entry->problem.n > 0 ? entry->problem : STR_NONE);
    json_write_object_end(w);
}

static int write_json(const struct store *store, const char *path,
                      struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open(path, &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_array(w);
    for (size_t i = 0; i < store->feeds.n; i++)
        json_feed(w, &store->feeds.p[i]);
    json_write_array_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(HELP_TEXT_MAX);
    AUTO(store_close) struct store store = { 0 };
    int rc;

    if (cli_has(cli, "available")) {
        print_available(&out);
        return help_print(&out, err);
    }
    rc = store_open(&store, cli_value(cli, "dir"), err);
    if (rc < 0)
        return rc;
    if (cli_has(cli, "json"))
        return write_json(&store, cli_value(cli, "json"), err);
    if (store.feeds.n == 0)
        buf_printf(&out,
                   "There is no content in %s. 'holdfast content update' "
                   "fetches what fits this machine.\n",
                   store.dir);
    else
        print_store(&store, &out);
    return help_print(&out, err);
}

static const struct cli_option options[] = {
    FEEDS_DIR_OPTION,
    { "available", 0, NULL, "List the vendors' feeds that can be fetched" },
    { "json", 0, "OUT.json", "Write the list for programs" },
    { NULL },
};

const struct command command_content_list = {
    .name = "content list",
    .summary = "List the content on this machine",
    .arguments = "",
    .about = "Shows each feed: the system it is for, how many definitions it "
             "holds, when it was generated, and whether a scan would use it. "
             "Content that came with Holdfast is used until later content of "
             "the same id is installed.",
    .options = options,
    .run = run,
};
