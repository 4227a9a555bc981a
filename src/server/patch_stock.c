/* SPDX-License-Identifier: Apache-2.0
 *
 * The patches of an organisation in memory: read once, then only what changes
 * wrote since (fleet/patch_store.h numbers them). A change makes a new
 * catalogue of the old one, which costs a copy of its texts and no parsing.
 */
#include "server/patcher.h"

struct patch_stock {
    int64_t org;
    int64_t revision;       /* of the newest change that was read */
    struct patch_rows rows; /* by id; texts are the catalogue's */
    struct patch_catalogue *catalogue;
    VEC(uint8_t) superseded;
    struct patch_stock *next;
};

static void clear(struct patch_stock *s)
{
    patch_rows_clear(&s->rows);
    vec_clear(&s->superseded);
    patch_catalogue_free(s->catalogue);
}

void patch_stock_free(struct patch_stock *s)
{
    while (s != NULL) {
        struct patch_stock *next = s->next;

        clear(s);
        mem_free(s);
        s = next;
    }
}

/* Sources outlive the arena they were read into. */
static str lasting(str source)
{
    static const str all[] = {
        { "import", 6 }, { "advisory", 8 }, { "report", 6 }, { "agent", 5 }
    };

    for (size_t i = 0; i < COUNT(all); i++)
        if (str_eq(all[i], source))
            return all[i];
    return STR("");
}

static int append(struct patch_stock *to, const struct patch_row *row,
                  struct err *err)
{
    int rc = patch_catalogue_add(to->catalogue, &row->patch, err);
    struct patch_row *copy;

    if (rc < 0)
        return rc;
    copy = vec_push(&to->rows.all);
    *copy = *row;
    copy->source = lasting(row->source);
    if (row->revision > to->revision)
        to->revision = row->revision;
    return 0;
}

/* Both are in the order of ids; of the same one, the new one holds. */
static int merge(const struct patch_rows *was, const struct patch_rows *news,
                 struct patch_stock *to, struct err *err)
{
    size_t a = 0;
    size_t b = 0;
    int rc = 0;

    while (rc == 0 && (a < was->all.n || b < news->all.n)) {
        bool old = b == news->all.n ||
                   (a < was->all.n && was->all.p[a].id < news->all.p[b].id);

        if (!old && a < was->all.n && was->all.p[a].id == news->all.p[b].id)
            a++;
        rc = append(to, old ? &was->all.p[a++] : &news->all.p[b++], err);
    }
    return rc;
}

/* Nothing is added any more: rows share the catalogue's texts. */
static void settle(struct patch_stock *s)
{
    patch_catalogue_seal(s->catalogue);
    for (uint32_t i = 0; i < s->rows.all.n; i++) {
        s->rows.all.p[i].patch = *patch_catalogue_at(s->catalogue, i);
        *vec_push(&s->superseded) = 0;
    }
    for (size_t i = 0; i < s->rows.all.n; i++) {
        const struct patch *p = &s->rows.all.p[i].patch;

        for (size_t j = 0; j < p->supersede_count; j++) {
            uint32_t at = patch_catalogue_find(s->catalogue, p->supersedes[j]);

            if (at != PATCH_NONE)
                s->superseded.p[at] = 1;
        }
    }
}

static int renew(struct patch_stock *s, const struct patch_rows *news,
                 struct err *err)
{
    struct patch_stock made = { .org = s->org,
                                .catalogue = patch_catalogue_new(),
                                .revision = s->revision,
                                .next = s->next };
    int rc = merge(&s->rows, news, &made, err);

    if (rc < 0) {
        clear(&made);
        return rc;
    }
    settle(&made);
    clear(s);
    *s = made;
    return 0;
}

static struct patch_stock *stock_of(struct patch_stock **list, int64_t org)
{
    struct patch_stock *s = *list;

    while (s != NULL && s->org != org)
        s = s->next;
    if (s == NULL) {
        s = mem_alloc(1, sizeof(*s));
        s->org = org;
        s->revision = -1;
        s->next = *list;
        *list = s;
    }
    return s;
}

int patch_stock_update(struct db *db, struct patch_stock **list, int64_t org,
                       const struct patch_stock **out, struct err *err)
{
    AUTO(patch_rows_clear) struct patch_rows news = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_stock *s = stock_of(list, org);
    int rc = patch_store_since(db, org, s->revision, &arena, &news, err);

    if (rc == 0 && (news.all.n > 0 || s->catalogue == NULL))
        rc = renew(s, &news, err);
    if (rc == 0)
        *out = s;
    return rc;
}

const struct patch_rows *patch_stock_rows(const struct patch_stock *s)
{
    return &s->rows;
}

const struct patch_catalogue *patch_stock_catalogue(const struct patch_stock *s)
{
    return s->catalogue;
}

uint32_t patch_stock_find(const struct patch_stock *s, int64_t id)
{
    size_t low = 0;
    size_t high = s->rows.all.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->rows.all.p[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->rows.all.n && s->rows.all.p[low].id == id ? (uint32_t)low
                                                              : PATCH_NONE;
}

bool patch_stock_is_superseded(const struct patch_stock *s, uint32_t index)
{
    return s->superseded.p[index] != 0;
}
