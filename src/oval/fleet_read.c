/* SPDX-License-Identifier: Apache-2.0
 *
 * A fleet from lines of JSON. The text of a package that was on a device
 * before is found by its bytes: most of the input is only looked up.
 */
#include "oval/fleet_int.h"

enum {
    KNOWN_MAX = 4000000 /* texts that are remembered */
};

struct known { /* the text of a package, as it was written */
    str raw;
    uint32_t package;
    uint32_t next[2]; /* what came behind it last, and before that */
};

struct reading {
    struct oval_fleet *fleet;
    struct fleet_index index;
    struct arena texts;
    VEC(struct known) known;
    uint32_t last; /* the package before; of known */
};

struct known_key {
    const struct reading *r;
    str raw;
};

static bool same_raw(const void *ctx, uint32_t number)
{
    const struct known_key *key = ctx;

    return str_eq(key->r->known.p[number].raw, key->raw);
}

/* Devices list their packages in much the same order. */
static size_t guess(void *ctx, str rest)
{
    struct reading *r = ctx;
    struct known *last = &r->known.p[r->last];

    for (unsigned i = 0; i < COUNT(last->next); i++) {
        uint32_t at = last->next[i];
        const struct known *k = &r->known.p[at];

        if (rest.n < k->raw.n || k->raw.n == 0 ||
            memcmp(rest.p, k->raw.p, k->raw.n) != 0)
            continue;
        fleet_add_package(r->fleet, k->package);
        r->last = at;
        return k->raw.n;
    }
    return 0;
}

static void follow(struct reading *r, uint32_t at)
{
    struct known *last = &r->known.p[r->last];

    last->next[1] = last->next[0];
    last->next[0] = at;
    r->last = at;
}

static bool is_known(void *ctx, str raw)
{
    struct reading *r = ctx;
    const struct known_key key = { r, raw };
    uint32_t at = fleet_index_find(&r->index, str_hash(raw), same_raw, &key);

    if (at == OVAL_NONE)
        return false;
    fleet_add_package(r->fleet, r->known.p[at].package);
    follow(r, at);
    return true;
}

static int add(void *ctx, str raw, const struct oval_installed *text,
               struct err *err UNUSED)
{
    struct reading *r = ctx;
    uint32_t package = fleet_package_of(r->fleet, text, false);
    uint32_t at = (uint32_t)r->known.n;

    if (raw.n > 0 && at < KNOWN_MAX) {
        fleet_index_add(&r->index, str_hash(raw), at);
        *vec_push(&r->known) =
            (struct known){ arena_str(&r->texts, raw), package, { 0, 0 } };
        follow(r, at);
    }
    fleet_add_package(r->fleet, package);
    return 0;
}

static int add_line(struct reading *r, str line, struct err *err)
{
    const struct inventory_taker taker = { guess, is_known, add, r };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct oval_inventory inventory;
    int rc;

    r->last = 0;
    fleet_begin(r->fleet);
    rc = inventory_parse(line, &arena, &taker, &inventory, err);
    if (rc < 0)
        return rc;
    if (oval_fleet_find(r->fleet, inventory.device) != OVAL_NONE)
        return err_set(err, E_INVALID, "device '%" PRIstr "' is there already",
                       ARGstr(inventory.device));
    return fleet_end(r->fleet, &inventory, NULL, err);
}

int oval_fleet_read(struct oval_fleet *fleet, struct stream *stream,
                    struct err *err)
{
    AUTO(inventory_lines_freep)
    struct inventory_lines *lines = inventory_lines_new(stream);
    struct reading r = { .fleet = fleet };
    str line;
    int rc;

    (void)vec_push(&r.known); /* the first: of no text, before any other */
    for (;;) {
        rc = inventory_lines_next(lines, &line, err);
        if (rc != 0)
            break;
        rc = add_line(&r, line, err);
        if (rc < 0) {
            rc = err_wrap(err, rc, "%s: line %llu", stream_name(stream),
                          (unsigned long long)inventory_lines_number(lines));
            break;
        }
    }
    fleet_index_clear(&r.index);
    arena_clear(&r.texts);
    vec_clear(&r.known);
    return rc < 0 ? rc : 0;
}
