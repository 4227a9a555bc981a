/* SPDX-License-Identifier: Apache-2.0 */
#include "server/content_ship.h"

#include <fcntl.h>

#include "base/log.h"
#include "content/store.h"
#include "server/content_take.h"

static bool has_content(struct core *core, const struct feed *feed)
{
    struct content content;

    return content_for_os(core->db, feed->os, feed->os_version, &content,
                          NULL) != 1;
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

void content_ship(struct core *core)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct store store = { .arena = ARENA };
    struct err err = { 0 };
    int rc = store_open(&store, NULL, &err);

    for (size_t i = 0; rc == 0 && i < store.feeds.n; i++) {
        const struct store_feed *entry = &store.feeds.p[i];

        if (!entry->used || entry->problem.n > 0 || entry->feed.os.n == 0 ||
            has_content(core, &entry->feed))
            continue;
        rc = ship(core, entry, &arena, &err);
    }
    if (rc < 0)
        log_warn("content.not_shipped", LOG_TEXT("why", str_c(err.text)));
    store_close(&store);
}
