/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/advisories.h"

#include "base/clock.h"
#include "content/store.h"
#include "risk/cve.h"

const char *advisories_path(struct arena *arena, const char *dir)
{
    if (dir == NULL)
        dir = store_default_dir(arena);
    return arena_printf(arena, "%s/advisory.data", dir).p;
}

int advisories_open(struct arena *arena, const char *dir,
                    struct advisory_data **out, struct err *err)
{
    const char *path = advisories_path(arena, dir);
    int rc = advisory_data_open(path, out, err);

    if (rc == E_ABSENT && dir == NULL)
        rc = advisory_data_open(advisories_path(arena, store_system_dir), out,
                                err);
    if (rc == E_ABSENT)
        return err_set(err, E_ABSENT,
                       "there are no advisories (%s); 'holdfast advisory "
                       "import' adds some",
                       path);
    return rc;
}

str advisories_status(struct arena *arena, const struct advisory_item *item)
{
    const char *status = advisory_status_text(item->status);

    if (item->status == ADVISORY_FIXED && item->version.n > 0)
        return arena_printf(arena, "fixed in %" PRIstr, ARGstr(item->version));
    if (item->last_affected && str_eq(item->from, item->version))
        return arena_printf(arena, "%s: %" PRIstr, status,
                            ARGstr(item->version));
    if (item->last_affected)
        return arena_printf(arena, "%s up to %" PRIstr, status,
                            ARGstr(item->version));
    if (item->status == ADVISORY_AFFECTED && item->from.n > 0)
        return arena_printf(arena, "%s from %" PRIstr, status,
                            ARGstr(item->from));
    return str_c(status);
}

str advisories_day(struct arena *arena, int64_t at)
{
    char space[CLOCK_TEXT_MAX];

    if (at <= 0)
        return STR("");
    clock_text(at, space);
    return arena_str(arena, str_sub(str_c(space), 0, 10));
}

str advisories_source(const struct advisory_data *data, uint32_t at)
{
    struct advisory_source source;

    return advisory_data_source(data, at, &source) ? source.name : STR("");
}

static void member(struct json_writer *w, const char *key, str text)
{
    json_write_member(w, key, text.n > 0 ? text : STR_NONE);
}

void advisories_json_item(struct json_writer *w, struct arena *arena,
                          const struct advisory_item *item)
{
    member(w, "package", item->package);
    json_write_key(w, "source_package");
    json_write_bool(w, item->source_package);
    member(w, "release", item->release);
    member(w, "arch", item->arch);
    json_write_member(w, "status", str_c(advisory_status_text(item->status)));
    member(w, "from", item->from);
    member(w, item->last_affected ? "last_affected" : "fixed", item->version);
    member(w, "severity", item->severity_text);
    member(w, "note", item->note);
    member(w, "date", advisories_day(arena, (int64_t)item->day * 86400));
}
