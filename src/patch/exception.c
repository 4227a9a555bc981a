/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/exception.h"

#include "patch/fields_int.h"
#include "schedule/calendar.h"

#define HOLD(member) offsetof(struct patch_hold, member)
#define SUPPRESSION(member) offsetof(struct patch_suppression, member)
#define FREEZE(member) offsetof(struct patch_freeze, member)

/* clang-format off */
static const struct patch_field hold_fields[] = {
    { "target", FIELD_TEXT, HOLD(target), 1, PATCH_ID_MAX },
    { "package", FIELD_BOOL, HOLD(is_package) },
    { "reason", FIELD_TEXT, HOLD(reason), 1, PATCH_REASON_MAX },
    { "author", FIELD_TEXT, HOLD(author), 0, PATCH_ID_MAX },
    { "until", FIELD_INSTANT, HOLD(until) },
    { NULL },
};

static const struct patch_field suppression_fields[] = {
    { "cve", FIELD_TEXT, SUPPRESSION(cve), 1, PATCH_ID_MAX },
    { "reason", FIELD_TEXT, SUPPRESSION(reason), 1, PATCH_REASON_MAX },
    { "author", FIELD_TEXT, SUPPRESSION(author), 0, PATCH_ID_MAX },
    { "until", FIELD_INSTANT, SUPPRESSION(until) },
    { NULL },
};

static const struct patch_field freeze_fields[] = {
    { "name", FIELD_TEXT, FREEZE(name), 1, PATCH_NAME_MAX },
    { "reason", FIELD_TEXT, FREEZE(reason), 1, PATCH_REASON_MAX },
    { "author", FIELD_TEXT, FREEZE(author), 0, PATCH_ID_MAX },
    { "from", FIELD_OTHER },
    { "until", FIELD_OTHER },
    { "allow", FIELD_OTHER },
    { NULL },
};
/* clang-format on */

/* The names of members that must be there; the last is NULL. */
static const char *const hold_needs[] = { "target", "reason", NULL };
static const char *const suppression_needs[] = { "cve", "reason", NULL };
static const char *const freeze_needs[] = { "name", "reason", "from", "until",
                                            NULL };

static bool read(const struct patch_reading *r,
                 const struct patch_field *fields, const char *const *needs,
                 const struct jval *jval, void *out)
{
    size_t refused = r->refusals->all.n + r->refusals->more;

    if (!patch_fields_read(r, fields, jval, out))
        return false;
    for (; *needs != NULL; needs++) {
        size_t before = patch_path_enter(r->refusals, *needs);

        if (jval_kind(jval_get(jval, *needs)) <= JVAL_NULL)
            patch_refuse(r->refusals, "", "is missing");
        patch_path_leave(r->refusals, before);
    }
    return r->refusals->all.n + r->refusals->more == refused;
}

bool patch_hold_from_jval(const struct jval *jval, struct arena *arena,
                          struct patch_refusals *refusals,
                          struct patch_hold *out)
{
    const struct patch_reading r = { arena, refusals };

    *out = (struct patch_hold){ .author = STR("") };
    return read(&r, hold_fields, hold_needs, jval, out);
}

bool patch_suppression_from_jval(const struct jval *jval, struct arena *arena,
                                 struct patch_refusals *refusals,
                                 struct patch_suppression *out)
{
    const struct patch_reading r = { arena, refusals };

    *out = (struct patch_suppression){ .author = STR("") };
    return read(&r, suppression_fields, suppression_needs, jval, out);
}

/* A time of day and whether it is UTC; false: refused. */
static bool read_time(const struct patch_reading *r, const struct jval *object,
                      const char *name, int64_t *out, bool *out_utc)
{
    str text = jval_text(jval_get(object, name), STR(""));
    size_t before = patch_path_enter(r->refusals, name);
    struct err err;
    int rc;

    *out_utc = str_ends(text, STR("Z"));
    rc = calendar_parse(text, *out_utc, out, &err);
    if (rc < 0)
        patch_refuse(r->refusals, "", "%s", err_text(&err));
    patch_path_leave(r->refusals, before);
    return rc == 0;
}

static void read_times(const struct patch_reading *r, const struct jval *jval,
                       struct patch_freeze *out)
{
    size_t before = r->refusals->path.n;
    bool is_utc;

    if (!read_time(r, jval, "from", &out->from, &out->is_utc) ||
        !read_time(r, jval, "until", &out->until, &is_utc))
        return;
    (void)patch_path_enter(r->refusals, "until");
    if (is_utc != out->is_utc)
        patch_refuse(r->refusals, "",
                     "one of both times is UTC, the other is not");
    else if (out->until <= out->from)
        patch_refuse(r->refusals, "", "does not lie after its beginning");
    patch_path_leave(r->refusals, before);
}

static void read_allowed(const struct patch_reading *r, const struct jval *jval,
                         struct patch_freeze *out)
{
    struct patch_texts texts = { NULL, 0 };
    size_t before = patch_path_enter(r->refusals, "allow");

    if (jval_kind(jval_get(jval, "allow")) > JVAL_NULL)
        patch_texts_read(r, jval_get(jval, "allow"), 16, &texts);
    for (size_t i = 0; i < texts.n; i++) {
        enum patch_task_kind kind = patch_task_of(texts.p[i]);

        if (kind == PATCH_TASKS)
            patch_refuse(r->refusals, "", "there is no task '%" PRIstr "'",
                         ARGstr(texts.p[i]));
        else
            out->allows[kind] = true;
    }
    patch_path_leave(r->refusals, before);
}

bool patch_freeze_from_jval(const struct jval *jval, struct arena *arena,
                            struct patch_refusals *refusals,
                            struct patch_freeze *out)
{
    const struct patch_reading r = { arena, refusals };

    *out = (struct patch_freeze){ .author = STR("") };
    if (!read(&r, freeze_fields, freeze_needs, jval, out))
        return false;
    read_times(&r, jval, out);
    read_allowed(&r, jval, out);
    return !patch_refused(refusals);
}

static struct jval *write(const struct patch_field *fields, const void *value)
{
    struct jval *object = jval_new_object();

    patch_fields_write(fields, value, object);
    return object;
}

struct jval *patch_hold_to_jval(const struct patch_hold *hold)
{
    return write(hold_fields, hold);
}

struct jval *patch_suppression_to_jval(const struct patch_suppression *s)
{
    return write(suppression_fields, s);
}

struct jval *patch_freeze_to_jval(const struct patch_freeze *freeze)
{
    struct jval *object = write(freeze_fields, freeze);
    const char *zone = freeze->is_utc ? "Z" : "";
    struct jval *allow = jval_new_array();
    char text[CALENDAR_TEXT_MAX];

    jval_set_text(object, "from",
                  str_c(calendar_format(freeze->from, zone, text)));
    jval_set_text(object, "until",
                  str_c(calendar_format(freeze->until, zone, text)));
    for (unsigned kind = 0; kind < PATCH_TASKS; kind++) {
        if (freeze->allows[kind])
            jval_push(allow, jval_new_text(str_c(
                                 patch_task_name((enum patch_task_kind)kind))));
    }
    jval_set(object, "allow", allow);
    return object;
}

int64_t patch_freeze_end(const struct patch_freeze *freeze,
                         const struct zone *zone)
{
    return freeze->is_utc ? freeze->until
                          : zone_local_to_utc(zone, freeze->until);
}

const struct patch_freeze *patch_freeze_at(const struct patch_freeze *freezes,
                                           size_t count,
                                           const struct zone *zone, int64_t utc,
                                           enum patch_task_kind kind)
{
    int64_t local = zone_utc_to_local(zone, utc);
    const struct patch_freeze *found = NULL;

    for (size_t i = 0; i < count; i++) {
        const struct patch_freeze *f = &freezes[i];
        int64_t at = f->is_utc ? utc : local;

        if (f->allows[kind] || at < f->from || at >= f->until)
            continue;
        if (found == NULL ||
            patch_freeze_end(f, zone) > patch_freeze_end(found, zone))
            found = f;
    }
    return found;
}
