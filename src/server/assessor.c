/* SPDX-License-Identifier: Apache-2.0 */
#include "server/assessor_int.h"

#include "base/clock.h"
#include "base/log.h"
#include "content/platform.h"
#include "oval/pack.h"

enum {
    SLICE_MS = 20, /* others are answered after this */
};

/* --- Entries ------------------------------------------------------------- */

size_t assessed_place(const struct assessed *assessed, int64_t device)
{
    size_t low = 0;
    size_t high = assessed->entries.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (assessed->entries.p[middle].device < device)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct entry *assessed_entry(const struct assessed *assessed, int64_t device)
{
    size_t at = assessed_place(assessed, device);

    if (at == assessed->entries.n || assessed->entries.p[at].device != device)
        return NULL;
    return &assessed->entries.p[at];
}

struct entry *assessed_entry_add(struct assessed *assessed, int64_t device)
{
    struct entry *there = assessed_entry(assessed, device);
    size_t at;

    if (there != NULL)
        return there;
    at = assessed_place(assessed, device);
    vec_push(&assessed->entries);
    memmove(&assessed->entries.p[at + 1], &assessed->entries.p[at],
            (assessed->entries.n - 1 - at) * sizeof(struct entry));
    assessed->entries.p[at] =
        (struct entry){ .device = device, .index = OVAL_NONE };
    return &assessed->entries.p[at];
}

static void entry_clear(struct entry *entry)
{
    mem_free((char *)(uintptr_t)entry->verdicts.p);
    mem_free(entry->differ);
}

bool assessed_entry_remove(struct assessed *assessed, int64_t device)
{
    struct entry *entry = assessed_entry(assessed, device);
    size_t at;

    if (entry == NULL)
        return false;
    if (entry->index != OVAL_NONE)
        oval_fleet_remove(assessed->fleet, entry->index);
    entry_clear(entry);
    at = (size_t)(entry - assessed->entries.p);
    assessed->entries.n--;
    memmove(entry, entry + 1,
            (assessed->entries.n - at) * sizeof(struct entry));
    return true;
}

/* --- Packs --------------------------------------------------------------- */

static void assessed_free(struct assessed *assessed)
{
    for (size_t i = 0; i < assessed->entries.n; i++)
        entry_clear(&assessed->entries.p[i]);
    vec_clear(&assessed->entries);
    oval_assess_free(assessed->assess);
    oval_fleet_free(assessed->fleet);
    oval_content_free(assessed->pack);
    mem_free(assessed->agent);
    mem_free(assessed->server);
    mem_free(assessed);
}

/* What it was filled with was read in another way than this content asks:
 * every device is put in again. */
static void forget_fleet(struct assessed *assessed)
{
    oval_fleet_freep(&assessed->fleet);
    for (size_t i = 0; i < assessed->entries.n; i++)
        assessed->entries.p[i].index = OVAL_NONE;
}

static int open_pack(const struct assessor *a, struct assessed *assessed,
                     struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    struct oval_inventory_options options = { .source_packages = true };
    int rc;

    content_file(str_c(a->content_dir), assessed->content.digest, &path);
    rc = oval_pack_open(buf_c(&path), &assessed->pack, err);
    if (rc < 0)
        return rc;
    assessed->key = oval_verdicts_key(assessed->pack);
    assessed->agent = mem_alloc(assessed->pack->definitions.n, 1);
    assessed->server = mem_alloc(assessed->pack->definitions.n, 1);
    if (assessed->fleet != NULL &&
        assessed->sources != platform_names_sources(assessed->pack))
        forget_fleet(assessed);
    assessed->sources = platform_names_sources(assessed->pack);
    if (assessed->fleet == NULL)
        assessed->fleet = oval_fleet_new(
            platform_names_sources(assessed->pack) ? &options : NULL);
    return oval_assess_new(assessed->fleet, assessed->pack, &assessed->assess,
                           err);
}

/* Content of the same platform that is replaced: what is known of its devices
 * stays in memory, only the results go. */
static void inherit(struct assessed *new, struct assessed *old)
{
    new->fleet = old->fleet;
    new->sources = old->sources;
    new->entries.p = old->entries.p;
    new->entries.n = old->entries.n;
    new->entries.cap = old->entries.cap;
    old->fleet = NULL;
    old->entries.p = NULL;
    old->entries.n = old->entries.cap = 0;
    for (size_t i = 0; i < new->entries.n; i++) {
        struct entry *entry = &new->entries.p[i];

        entry_clear(entry);
        entry->verdicts = STR_NONE;
        entry->differ = NULL;
        entry->differ_n = 0;
    }
}

static struct assessed *take_old(struct assessor *a, const char *platform)
{
    for (size_t i = 0; i < a->all.n; i++) {
        struct assessed *old = a->all.p[i];

        if (strcmp(old->content.platform, platform) != 0)
            continue;
        a->all.p[i] = a->all.p[--a->all.n];
        return old;
    }
    return NULL;
}

static void open_one(struct assessor *a, const struct content *content,
                     struct assessed *old)
{
    struct assessed *new = mem_alloc(1, sizeof(*new));
    struct err err = { 0 };

    new->content = *content;
    if (old != NULL && old->assess != NULL) {
        oval_assess_free(old->assess);
        old->assess = NULL;
        inherit(new, old);
    }
    if (open_pack(a, new, &err) < 0) {
        log_error("content.unusable", LOG_I64("content", content->id),
                  LOG_TEXT("why", str_c(err.text)));
        assessed_free(new);
        return;
    }
    new->fresh = true;
    *vec_push(&a->all) = new;
}

static bool is_open(const struct assessor *a, int64_t content)
{
    for (size_t i = 0; i < a->all.n; i++) {
        if (a->all.p[i]->content.id == content)
            return true;
    }
    return false;
}

static int queue(struct assessor *a, const char *sql, struct db_args args,
                 struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(a->core->db, sql, args, &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&a->waiting) = db_col_i64(rows, 0);
        rc = 0;
    }
    return rc;
}

static int queue_all(struct assessor *a, struct err *err)
{
    return queue(a, "SELECT id FROM device WHERE retired = 0 ORDER BY id",
                 DB_NO_ARGS, err);
}

static bool is_fresh(const struct assessor *a, int64_t content)
{
    for (size_t i = 0; i < a->all.n; i++) {
        if (a->all.p[i]->content.id == content)
            return a->all.p[i]->fresh;
    }
    return false;
}

/* The devices of one system, when the content for it is new. */
static int queue_system(struct assessor *a, str os_id, str os_version,
                        struct err *err)
{
    struct content content;
    int rc = content_for_os(a->core->db, os_id, os_version, &content, err);

    if (rc != 0 || !is_fresh(a, content.id))
        return rc < 0 ? rc : 0;
    return queue(a,
                 "SELECT id FROM device WHERE retired = 0 AND os_id = $1"
                 " AND os_version = $2 ORDER BY id",
                 DB_ARGS(db_text(os_id), db_text(os_version)), err);
}

/* The devices of content that was opened just now, and no others. */
static int queue_fresh(struct assessor *a, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(a->core->db,
                      "SELECT DISTINCT os_id, os_version FROM device"
                      " WHERE retired = 0 ORDER BY os_id, os_version",
                      DB_NO_ARGS, &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0)
        rc = queue_system(a, db_col_text(rows, 0), db_col_text(rows, 1), err);
    for (size_t i = 0; i < a->all.n; i++)
        a->all.p[i]->fresh = false;
    return rc;
}

/* Returns whether one was closed that nothing replaces: its devices may fall
 * to other content. */
static bool close_inactive(struct assessor *a, const struct contents *active)
{
    bool closed = false;

    for (size_t i = a->all.n; i-- > 0;) {
        bool keep = false;

        for (size_t k = 0; k < active->all.n && !keep; k++)
            keep = active->all.p[k].id == a->all.p[i]->content.id;
        if (keep)
            continue;
        assessed_free(a->all.p[i]);
        a->all.p[i] = a->all.p[--a->all.n];
        closed = true;
    }
    return closed;
}

static int reopen(struct assessor *a, struct err *err)
{
    bool closed = false;
    struct contents active = { 0 };
    int rc = content_list(a->core->db, true, &active, err);

    for (size_t i = 0; rc == 0 && i < active.all.n; i++) {
        const struct content *content = &active.all.p[i];
        struct assessed *old;

        if (is_open(a, content->id))
            continue;
        old = take_old(a, content->platform);
        open_one(a, content, old);
        if (old != NULL)
            assessed_free(old);
    }
    if (rc == 0)
        closed = close_inactive(a, &active);
    contents_clear(&active);
    if (rc < 0)
        return rc;
    return closed ? queue_all(a, err) : queue_fresh(a, err);
}

/* --- Slices -------------------------------------------------------------- */

static void drop_taken(struct assessor *a)
{
    if (a->taken < a->waiting.n)
        return;
    a->taken = a->waiting.n = 0;
}

/* Looks at devices for about SLICE_MS. */
static int work(struct assessor *a, struct err *err)
{
    int64_t until = clock_monotonic_ms() + SLICE_MS;
    size_t first = a->taken;
    int rc = db_begin(a->core->db, err);

    while (rc == 0 && a->taken < a->waiting.n && clock_monotonic_ms() < until)
        rc = assessor_look(a, a->waiting.p[a->taken++], err);
    if (rc == 0)
        rc = db_commit(a->core->db, err);
    else
        db_rollback(a->core->db);
    if (rc < 0) {
        log_error("assess.failed",
                  LOG_I64("device",
                          a->taken > first ? a->waiting.p[a->taken - 1] : 0),
                  LOG_TEXT("why", str_c(err->text)));
        /* Those before it were undone with it: they go again, it does not. */
        for (size_t i = first; i + 1 < a->taken; i++) {
            int64_t again = a->waiting.p[i];

            *vec_push(&a->waiting) = again;
        }
    }
    drop_taken(a);
    return rc;
}

static void slice(void *ctx)
{
    struct assessor *a = ctx;
    struct err err = { 0 };
    int rc = work(a, &err);

    a->slice = NULL;
    if (a->waiting.n > 0)
        a->slice = loop_timer(a->core->loop, rc < 0 ? 1000 : 0, slice, a);
}

static void kick(struct assessor *a)
{
    if (a->slice == NULL && a->waiting.n > 0)
        a->slice = loop_timer(a->core->loop, 0, slice, a);
}

void assessor_device_changed(struct core *core, int64_t device)
{
    struct assessor *a = core->assessor;

    if (a == NULL)
        return;
    *vec_push(&a->waiting) = device;
    kick(a);
}

void assessor_content_changed(struct core *core)
{
    struct assessor *a = core->assessor;
    struct err err = { 0 };
    int rc;

    if (a == NULL)
        return;
    a->changes++;
    a->findings++;
    rc = reopen(a, &err);
    if (rc < 0)
        log_error("content.not_read", LOG_TEXT("why", str_c(err.text)));
    kick(a);
}

uint64_t assessor_changes(const struct core *core)
{
    return core->assessor == NULL ? 0 : core->assessor->changes;
}

uint64_t assessor_findings(const struct core *core)
{
    return core->assessor == NULL ? 0 : core->assessor->findings;
}

size_t assessor_waiting(const struct core *core)
{
    const struct assessor *a = core->assessor;

    return a == NULL ? 0 : a->waiting.n - a->taken;
}

int assessor_finish(struct core *core, struct err *err)
{
    int rc = 0;

    while (rc == 0 && assessor_waiting(core) > 0)
        rc = work(core->assessor, err);
    return rc;
}

struct assessor *assessor_new(struct core *core, const char *content_dir)
{
    struct assessor *a = mem_alloc(1, sizeof(*a));

    a->core = core;
    a->content_dir = content_dir;
    core->assessor = a;
    assessor_content_changed(core);
    return a;
}

void assessor_free(struct assessor *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->all.n; i++)
        assessed_free(a->all.p[i]);
    vec_clear(&a->all);
    vec_clear(&a->waiting);
    loop_remove(a->slice);
    mem_free(a);
}
