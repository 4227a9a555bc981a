/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as inventories: the reader of lines and the fleet, which reads
 * them another way, accept the same and hold the same.
 */
#include "base/mem.h"
#include "oval/fleet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct stream *open_bytes(str bytes)
{
    struct stream *stream = NULL;
    struct err err;

    if (stream_open_memory(bytes, "fuzz", NULL, &stream, &err) < 0)
        return NULL;
    return stream;
}

/* One by one, into a fleet of its own. 1: a device came twice. */
static int put_lines(struct oval_fleet *fleet, str bytes)
{
    AUTO(stream_freep) struct stream *stream = open_bytes(bytes);
    AUTO(oval_inventory_reader_freep)
    struct oval_inventory_reader *reader = NULL;
    struct oval_inventory inventory;
    struct err err;
    int rc;

    if (stream == NULL)
        return E_PARSE;
    reader = oval_inventory_reader_new(stream);
    for (;;) {
        rc = oval_inventory_read(reader, &inventory, &err);
        if (rc != 0)
            return rc < 0 ? rc : 0;
        rc = oval_fleet_put(fleet, &inventory, NULL, &err);
        if (rc < 0 && rc != E_LIMIT)
            abort(); /* what was read is fit to be put in */
        if (rc < 0)
            return rc;
        if (rc == 1)
            return E_INVALID;
    }
}

static bool same_text(const struct oval_installed *a,
                      const struct oval_installed *b)
{
    return str_eq(a->name, b->name) && str_eq(a->evr, b->evr) &&
           str_eq(a->arch, b->arch) && str_eq(a->source, b->source) &&
           str_eq(a->source_evr, b->source_evr) && str_eq(a->key_id, b->key_id);
}

static void compare(const struct oval_fleet *a, const struct oval_fleet *b)
{
    if (oval_fleet_size(a) != oval_fleet_size(b))
        abort();
    for (uint32_t d = 0; d < oval_fleet_size(a); d++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct oval_inventory x;
        struct oval_inventory y;

        oval_fleet_inventory(a, d, &arena, &x);
        oval_fleet_inventory(b, d, &arena, &y);
        if (!str_eq(x.device, y.device) || x.manager != y.manager ||
            !str_eq(x.os.id, y.os.id) || x.package_count != y.package_count)
            abort();
        for (size_t i = 0; i < x.package_count; i++)
            if (!same_text(&x.packages[i], &y.packages[i]))
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str bytes = { (const char *)data, size };
    AUTO(oval_fleet_freep) struct oval_fleet *a = oval_fleet_new(NULL);
    AUTO(oval_fleet_freep) struct oval_fleet *b = oval_fleet_new(NULL);
    AUTO(stream_freep) struct stream *stream = open_bytes(bytes);
    struct err err;

    if (stream == NULL)
        return 0;
    if (oval_fleet_read(a, stream, &err) < 0) {
        if (put_lines(b, bytes) == 0)
            abort();
        return 0;
    }
    if (put_lines(b, bytes) != 0)
        abort();
    compare(a, b);
    return 0;
}
