/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/zones.h"

struct zones_entry {
    char name[ZONE_NAME_MAX + 1];
    struct zone *zone; /* NULL: rc says why */
    int64_t read_ms;
    int rc;
    struct err err;
};

void zones_clear(struct zones *zones)
{
    for (size_t i = 0; i < zones->all.n; i++) {
        zone_free(zones->all.p[i]->zone);
        mem_free(zones->all.p[i]);
    }
    vec_clear(&zones->all);
}

static struct zones_entry *find(const struct zones *zones, str name)
{
    for (size_t i = 0; i < zones->all.n; i++) {
        if (str_eq_c(name, zones->all.p[i]->name))
            return zones->all.p[i];
    }
    return NULL;
}

static void read_entry(struct zones_entry *entry, int64_t now_ms)
{
    struct zone *zone = NULL;
    struct err err = { 0 };
    int rc = entry->name[0] == '\0'
                 ? zone_load_local(ZONE_LOCAL_FILE, &zone, &err)
                 : zone_load(NULL, str_c(entry->name), &zone, &err);

    entry->read_ms = now_ms;
    if (rc < 0 && entry->zone != NULL)
        return;
    zone_free(entry->zone);
    entry->zone = zone;
    entry->rc = rc;
    entry->err = err;
}

int zones_find(struct zones *zones, str name, int64_t now_ms,
               const struct zone **out, struct err *err)
{
    struct zones_entry *entry = find(zones, name);

    if (name.n > ZONE_NAME_MAX)
        return err_set(err, E_INVALID, "the name of a zone is too long");
    if (entry == NULL) {
        if (zones->all.n >= ZONES_MAX)
            zones_clear(zones);
        entry = mem_alloc(1, sizeof(*entry));
        if (name.n > 0)
            memcpy(entry->name, name.p, name.n);
        entry->read_ms = INT64_MIN / 2;
        *vec_push(&zones->all) = entry;
    }
    if (now_ms - entry->read_ms >= ZONES_AGE_MS || now_ms < entry->read_ms) {
        zones->reads++;
        read_entry(entry, now_ms);
    }
    if (entry->zone == NULL)
        return err_set(err, entry->rc, "%s", err_text(&entry->err));
    *out = entry->zone;
    return 0;
}
