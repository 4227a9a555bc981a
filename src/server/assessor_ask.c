/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions to the fleet in memory. Counts and lists walk the blobs of the
 * devices that the asker sees: 100,000 blobs are some tens of milliseconds,
 * and there is no second set of numbers that could disagree.
 */
#include "server/assessor_int.h"

size_t assessor_count(const struct core *core)
{
    return core->assessor == NULL ? 0 : core->assessor->all.n;
}

const struct assessed *assessor_at(const struct core *core, size_t index)
{
    return core->assessor->all.p[index];
}

const struct assessed *assessor_find(const struct core *core, int64_t content)
{
    for (size_t i = 0; i < assessor_count(core); i++) {
        if (core->assessor->all.p[i]->content.id == content)
            return core->assessor->all.p[i];
    }
    return NULL;
}

const struct content *assessed_content(const struct assessed *assessed)
{
    return &assessed->content;
}

const struct oval_content *assessed_pack(const struct assessed *assessed)
{
    return assessed->pack;
}

/* --- Who asks ------------------------------------------------------------ */

struct visible {
    VEC(int64_t) devices; /* ascending */
    int64_t end;          /* of the ids that visible_more() has read */
};

struct visible *visible_begin(void)
{
    return mem_alloc(1, sizeof(struct visible));
}

static int keep_visible(void *ctx, struct db_rows *row, struct err *err UNUSED)
{
    *vec_push(&((struct visible *)ctx)->devices) = db_col_i64(row, 0);
    return 0;
}

/* By a range of ids, each as quick as another: the + keeps the database from
 * sorting all devices of the organisation for every piece. */
int visible_more(struct visible *visible, struct core *core,
                 const struct scope *scope, int64_t max, struct err *err)
{
    int64_t end = visible->end + max;
    int64_t last = 0;
    int rc = db_one_i64(core->db, "SELECT COALESCE(MAX(id), 0) FROM device",
                        DB_NO_ARGS, &last, err);

    if (rc >= 0)
        rc = db_each(core->db,
                     "SELECT d.id FROM device d WHERE +d.org = $1"
                     " AND d.retired = 0 AND d.id > $3 AND d.id <= $4"
                     " AND " SCOPE_SQL " ORDER BY d.id",
                     DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                             db_i64(visible->end), db_i64(end)),
                     keep_visible, visible, err);
    if (rc < 0)
        return rc;
    visible->end = end;
    return end < last;
}

int visible_new(struct core *core, const struct scope *scope,
                struct visible **out, struct err *err)
{
    AUTO(visible_freep) struct visible *visible = visible_begin();
    int rc = db_each(core->db,
                     "SELECT d.id FROM device d WHERE d.org = $1"
                     " AND d.retired = 0 AND " SCOPE_SQL " ORDER BY d.id",
                     DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope))),
                     keep_visible, visible, err);

    if (rc < 0)
        return rc;
    *out = TAKE(visible);
    return 0;
}

void visible_free(struct visible *visible)
{
    if (visible == NULL)
        return;
    vec_clear(&visible->devices);
    mem_free(visible);
}

void visible_freep(struct visible **visible)
{
    visible_free(*visible);
}

/* Where the first device is that is not before this one. */
static size_t visible_place(const struct visible *visible, int64_t device)
{
    size_t low = 0;
    size_t high = visible->devices.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (visible->devices.p[middle] < device)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool visible_has(const struct visible *visible, int64_t device)
{
    size_t at = visible_place(visible, device);

    return at < visible->devices.n && visible->devices.p[at] == device;
}

/* Both lists ascend: the next entry that is visible, from *i on. */
static const struct entry *next_visible(const struct assessed *assessed,
                                        const struct visible *visible,
                                        size_t *i, size_t *k)
{
    while (*i < assessed->entries.n) {
        const struct entry *entry = &assessed->entries.p[(*i)++];

        while (*k < visible->devices.n &&
               visible->devices.p[*k] < entry->device)
            (*k)++;
        if (*k == visible->devices.n)
            return NULL;
        if (visible->devices.p[*k] == entry->device && entry->verdicts.n > 0)
            return entry;
    }
    return NULL;
}

/* --- Counts -------------------------------------------------------------- */

static int count_run(void *ctx, uint32_t first, uint32_t count,
                     enum oval_result result, struct err *err)
{
    struct oval_fleet_counts *counts = ctx;

    (void)err;
    for (uint32_t i = first; i < first + count; i++)
        counts[i].n[result]++;
    return 0;
}

size_t assessed_counts(const struct assessed *assessed,
                       const struct visible *visible,
                       struct oval_fleet_counts *counts)
{
    uint32_t n = assessed->pack->definitions.n;
    const struct entry *entry;
    size_t devices = 0;
    size_t i = 0;
    size_t k = 0;

    while ((entry = next_visible(assessed, visible, &i, &k)) != NULL) {
        if (oval_verdicts_walk_whole(entry->verdicts, assessed->key, n,
                                     count_run, counts, NULL) == 0)
            devices++;
    }
    for (uint32_t d = 0; d < n; d++) { /* what is not listed is false */
        size_t listed = 0;

        for (int r = 0; r < OVAL_RESULTS; r++)
            listed += r == OVAL_FALSE ? 0 : counts[d].n[r];
        counts[d].n[OVAL_FALSE] =
            (uint32_t)(devices > listed ? devices - listed : 0);
    }
    return devices;
}

/* --- Devices of a definition --------------------------------------------- */

struct one {
    uint32_t definition;
    enum oval_result result;
};

static int find_run(void *ctx, uint32_t first, uint32_t count,
                    enum oval_result result, struct err *err)
{
    struct one *one = ctx;

    (void)err;
    if (one->definition < first || one->definition - first >= count)
        return 0;
    one->result = result;
    return E_ABSENT; /* found: the walk ends */
}

static bool differs(const struct entry *entry, uint32_t definition)
{
    for (uint32_t i = 0; i < entry->differ_n; i++) {
        if (entry->differ[i] == definition)
            return true;
    }
    return false;
}

int assessed_devices(const struct assessed *assessed,
                     const struct visible *visible, uint32_t definition,
                     device_result_fn *each, void *ctx, struct err *err)
{
    const struct entry *entry;
    size_t i = 0;
    size_t k = 0;
    int rc = 0;

    while (rc >= 0 &&
           (entry = next_visible(assessed, visible, &i, &k)) != NULL) {
        struct one one = { definition, OVAL_FALSE };
        struct device_result result = { .device = entry->device };
        int walked = oval_verdicts_walk_whole(entry->verdicts, assessed->key,
                                              assessed->pack->definitions.n,
                                              find_run, &one, NULL);

        if (walked < 0 && walked != E_ABSENT)
            continue;
        result.result = one.result;
        result.disagree = differs(entry, definition);
        rc = each(ctx, &result, err);
    }
    return rc < 0 ? rc : 0;
}

int64_t assessed_next(const struct assessed *assessed,
                      const struct visible *visible, int64_t after)
{
    size_t i = assessed_place(assessed, after + 1);
    size_t k = visible_place(visible, after + 1);
    const struct entry *entry = next_visible(assessed, visible, &i, &k);

    return entry == NULL ? 0 : entry->device;
}

int assessed_runs(const struct assessed *assessed, int64_t device,
                  oval_verdicts_fn *fn, void *ctx, struct err *err)
{
    const struct entry *entry = assessed_entry(assessed, device);

    if (entry == NULL || entry->verdicts.n == 0)
        return 1;
    return oval_verdicts_walk_whole(entry->verdicts, assessed->key,
                                    assessed->pack->definitions.n, fn, ctx,
                                    err);
}

int assessed_device(const struct assessed *assessed, int64_t device,
                    uint8_t *results, uint8_t *disagree)
{
    const struct entry *entry = assessed_entry(assessed, device);
    uint32_t n = assessed->pack->definitions.n;

    if (entry == NULL || entry->verdicts.n == 0 ||
        oval_verdicts_decode(entry->verdicts, assessed->key, n, results, NULL) <
            0)
        return 1;
    if (disagree != NULL) {
        memset(disagree, 0, (n + 7) / 8);
        for (uint32_t i = 0; i < entry->differ_n; i++)
            disagree[entry->differ[i] / 8] |=
                (uint8_t)(1 << entry->differ[i] % 8);
    }
    return 0;
}
