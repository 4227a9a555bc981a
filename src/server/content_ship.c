/* SPDX-License-Identifier: Apache-2.0 */
#include "server/content_ship.h"

#include <fcntl.h>

#include "base/io.h"
#include "base/log.h"
#include "content/store.h"
#include "content/vendor.h"
#include "server/cluster.h"
#include "server/config.h"
#include "server/content_take.h"

/* Whether a feed says more than what is in use for its platform. */
static bool is_news(struct core *core, const struct feed *feed, bool newer)
{
    struct content content;
    int rc =
        content_for_os(core->db, feed->os, feed->os_version, &content, NULL);

    return rc == 1 ||
           (rc == 0 && newer && feed_time(feed->generated) > content.feed_time);
}

static int ship(struct core *core, const struct store_feed *entry,
                struct arena *arena, struct err *err)
{
    struct content_order order = {
        .source = entry->feed.id,
        .platform =
            arena_printf(arena, "%" PRIstr ":%" PRIstr, ARGstr(entry->feed.os),
                         ARGstr(entry->feed.os_version)),
        .scope = scope_system(1),
    };
    int fd = open(arena_c(arena, entry->path), O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return err_set(err, E_IO, "%" PRIstr " cannot be opened",
                       ARGstr(entry->path));
    return content_take(core, &order, fd, NULL, NULL, err);
}

/* dir NULL: the machine's own content. */
static int ship_all(struct core *core, const char *dir, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct store store = { .arena = ARENA };
    int rc = store_open(&store, dir, err);

    for (size_t i = 0; rc == 0 && i < store.feeds.n; i++) {
        const struct store_feed *entry = &store.feeds.p[i];

        if (!entry->used || entry->problem.n > 0 || entry->feed.os.n == 0 ||
            !is_news(core, &entry->feed, dir != NULL))
            continue;
        rc = ship(core, entry, &arena, err);
    }
    store_close(&store);
    return rc;
}

/* --- What the devices call for ---------------------------------------------
 */

static const struct vendor_feed *vendor_of(str os, str version)
{
    for (size_t i = 0; i < vendor_feed_count; i++) {
        const struct vendor_feed *feed = &vendor_feeds[i];
        str wanted = str_c(feed->os_version);

        if (str_eq_c(os, feed->os) && str_starts(version, wanted) &&
            (version.n == wanted.n || version.p[wanted.n] == '.'))
            return feed;
    }
    return NULL;
}

static int write_wanted(struct core *core, struct arena *arena, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;
    str path = arena_printf(arena, "%" PRIstr "/feeds.wanted",
                            ARGstr(core->config->data));
    int rc = db_query(core->db,
                      "SELECT DISTINCT os_id, os_version FROM device"
                      " WHERE retired = 0 ORDER BY os_id, os_version",
                      DB_NO_ARGS, &rows, err);

    if (rc == 0)
        rc = io_out_open(path.p, &out, err);
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        const struct vendor_feed *feed =
            vendor_of(db_col_text(rows, 0), db_col_text(rows, 1));

        if (feed != NULL)
            io_out_printf(out, "%s\n", feed->id);
        rc = 0;
    }
    return rc < 0 ? rc : io_out_finish(out, err);
}

/* --- Every hour ------------------------------------------------------------
 */

static void look(struct core *core)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct err err = { 0 };
    str dir =
        arena_printf(&arena, "%" PRIstr "/feeds", ARGstr(core->config->data));
    int rc = write_wanted(core, &arena, &err);

    if (rc == 0 && cluster_leads(core))
        rc = ship_all(core, dir.p, &err);
    if (rc < 0)
        log_warn("content.not_looked", LOG_TEXT("why", str_c(err.text)));
}

static void look_again(void *ctx)
{
    struct core *core = ctx;

    look(core);
    core->content_watch =
        loop_timer(core->loop, CONTENT_LOOK_MS, look_again, core);
}

struct loop_watch *content_ship(struct core *core)
{
    struct err err = { 0 };

    if (cluster_leads(core) && ship_all(core, NULL, &err) < 0)
        log_warn("content.not_shipped", LOG_TEXT("why", str_c(err.text)));
    look(core);
    return loop_timer(core->loop, CONTENT_LOOK_MS, look_again, core);
}
