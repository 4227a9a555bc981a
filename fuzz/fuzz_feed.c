/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of an ID.feed file, times, ids of paths and names of platforms:
 * what was read and is written again reads the same.
 */
#include "content/feed.h"
#include "content/platform.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void write_again(const struct feed *feed)
{
    AUTO(feed_clear) struct feed again = FEED;
    AUTO(buf_clear) struct buf text = BUF((size_t)1 << 20);

    feed_write(feed, &text);
    require(feed_parse(buf_str(&text), &again, NULL) == 0);
    require(str_eq(again.id, feed->id) && str_eq(again.pack, feed->pack) &&
            str_eq(again.url, feed->url) && str_eq(again.etag, feed->etag) &&
            again.installed_s == feed->installed_s &&
            again.names_sources == feed->names_sources);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(feed_clear) struct feed feed = FEED;
    AUTO(arena_clear) struct arena arena = ARENA;
    str text = { (const char *)data, size };
    struct platform platform;
    struct err err = { 0 };
    str id;

    if (size > 0 && feed_parse(text, &feed, &err) == 0) {
        require(feed_id_is_valid(feed.id));
        write_again(&feed);
    }
    (void)feed_time(text);
    id = feed_id_of_path(&arena, text);
    require(id.n == 0 || feed_id_is_valid(id));
    if (platform_of_name(text, &arena, &platform))
        require(platform.id.n > 0);
    return 0;
}
