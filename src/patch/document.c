/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/document.h"

#include <stdlib.h>

#include "base/json_tree.h"
#include "patch/catalogue_int.h"
#include "patch/fields_int.h"

enum member {
    OS,
    CATALOGUE,
    MISSING,
    CONFIGURATION,
    DISTRIBUTION,
    MEMBERS
};

static const char *const names[MEMBERS] = { "os", "catalogue", "missing",
                                            "configuration", "distribution" };

struct reading {
    struct patch_document *document;
    struct patch_refusals refusals;
    struct json_tree tree;
    struct jval *configuration;
    VEC(str) missing;
    bool is_begun;
    bool seen[MEMBERS];
    bool is_os_known;
    enum member open; /* the list or tree that is being read */
    size_t index;     /* in the list */
};

static int refused(struct reading *r, struct err *err)
{
    return patch_refusals_err(&r->refusals, err);
}

static int refuse(struct reading *r, const char *field, const char *reason,
                  struct err *err)
{
    (void)patch_path_enter(&r->refusals, field);
    patch_refuse(&r->refusals, "", "%s", reason);
    return refused(r, err);
}

static int read_groups(const struct jval *object, struct reading *r)
{
    struct patch_document *d = r->document;
    const struct patch_reading reading = { &d->arena, &r->refusals };
    size_t before = patch_path_enter(&r->refusals, "groups");
    size_t count = jval_count(object);
    struct patch_group *groups;
    size_t members = 0;
    struct jval *value;
    void *at = NULL;
    size_t n = 0;
    str name;

    if (jval_kind(object) != JVAL_OBJECT) {
        patch_refuse(&r->refusals, "P-GRP-4",
                     "expected an object of groups, found %s",
                     jval_kind_name(jval_kind(object)));
        return -1;
    }
    groups = arena_alloc(&d->arena, count, sizeof(*groups));
    while (jval_next(object, &at, &name, &value)) {
        size_t inner = patch_path_enter_str(&r->refusals, name);
        struct patch_texts ids = { NULL, 0 };

        patch_texts_read(&reading, value, PATCH_MEMBERS_MAX - members, &ids);
        members += ids.n;
        groups[n++] =
            (struct patch_group){ arena_str(&d->arena, name), ids.p, ids.n };
        patch_path_leave(&r->refusals, inner);
    }
    patch_path_leave(&r->refusals, before);
    d->policy.groups = groups;
    d->policy.group_count = n;
    return 0;
}

static void read_preview(const struct jval *value, struct reading *r)
{
    size_t before = patch_path_enter(&r->refusals, "scan_preview");

    if (jval_kind(value) != JVAL_BOOL)
        patch_refuse(&r->refusals, "P-PRV-2",
                     "expected true or false, found %s",
                     jval_kind_name(jval_kind(value)));
    r->document->policy.scan_preview = jval_bool(value, false);
    patch_path_leave(&r->refusals, before);
}

/* Groups that are chosen, but not there. */
static int make_selector(struct reading *r, struct err *err)
{
    struct patch_document *d = r->document;
    struct err cause;
    int rc;

    d->policy.options = &d->options;
    rc = patch_selector_new(d->catalogue, &d->policy, &d->selector, &cause);
    return rc < 0 ? err_set(err, rc, "configuration.%s", err_text(&cause)) : 0;
}

static int read_configuration(struct reading *r, struct err *err)
{
    struct patch_document *d = r->document;
    struct jval *c = r->configuration;

    (void)patch_path_enter(&r->refusals, "configuration");
    if (jval_kind(c) == JVAL_OBJECT) {
        if (jval_kind(jval_get(c, "scan_preview")) > JVAL_NULL)
            read_preview(jval_get(c, "scan_preview"), r);
        if (jval_kind(jval_get(c, "groups")) > JVAL_NULL &&
            read_groups(jval_get(c, "groups"), r) < 0)
            return refused(r, err);
        jval_remove(c, "scan_preview");
        jval_remove(c, "groups");
    }
    patch_options_from_jval(c, d->policy.os, &d->arena, &r->refusals,
                            &d->options);
    r->refusals.path.n = 0;
    jval_free(TAKE(r->configuration));
    return refused(r, err);
}

static int read_distribution(struct reading *r, const struct jval *value,
                             struct err *err)
{
    static const struct patch_field fields[] = {
        { "id", FIELD_TEXT, offsetof(struct patch_policy, distribution), 0,
          PATCH_TEXT_MAX },
        { "version_id", FIELD_TEXT, offsetof(struct patch_policy, version_id),
          0, PATCH_TEXT_MAX },
        { NULL },
    };
    const struct patch_reading reading = { &r->document->arena, &r->refusals };

    (void)patch_path_enter(&r->refusals, "distribution");
    (void)patch_fields_read_known(&reading, fields, value,
                                  &r->document->policy);
    r->refusals.path.n = 0;
    return refused(r, err);
}

static int read_patch(struct reading *r, const struct jval *value,
                      struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch patch;
    struct err cause;

    (void)patch_path_enter(&r->refusals, "catalogue");
    (void)patch_path_index(&r->refusals, r->index++);
    if (!patch_from_jval(value, PATCH_OSES, &arena, &r->refusals, &patch))
        return refused(r, err);
    if (patch_catalogue_add(r->document->catalogue, &patch, &cause) < 0) {
        (void)patch_path_enter(&r->refusals, "id");
        patch_refuse(&r->refusals, "", "%s", err_text(&cause));
        return refused(r, err);
    }
    r->refusals.path.n = 0;
    return 0;
}

static int take_tree(struct reading *r, struct jval *value, struct err *err)
{
    AUTO(jval_freep) struct jval *tree = value;

    if (r->open == CATALOGUE)
        return read_patch(r, tree, err);
    if (r->open == DISTRIBUTION)
        return read_distribution(r, tree, err);
    r->configuration = TAKE(tree);
    return r->is_os_known ? read_configuration(r, err) : 0;
}

static int grow_tree(struct reading *r, const struct json_event *event,
                     struct err *err)
{
    struct jval *value = NULL;
    int rc = json_tree_add(&r->tree, event, &value, err);

    if (rc < 0)
        return err_wrap(err, rc, "%s", names[r->open]);
    return value != NULL ? take_tree(r, value, err) : 0;
}

static int read_os(struct reading *r, const struct json_event *event,
                   struct err *err)
{
    r->document->policy.os = patch_os_of(event->text);
    r->is_os_known = true;
    if (event->type != JSON_STRING || r->document->policy.os == PATCH_OSES)
        return refuse(r, "os", "expected \"windows\", \"macos\" or \"linux\"",
                      err);
    return 0;
}

static int read_missing(struct reading *r, const struct json_event *event,
                        struct err *err)
{
    const char *reason = NULL;

    if (event->type != JSON_STRING)
        reason = "expected the id of a patch";
    else if (event->text.n == 0 || event->text.n > PATCH_ID_MAX)
        reason = "expected an id of 1 to 256 bytes";
    else if (r->missing.n == PATCH_COUNT_MAX)
        reason = "more patches than a device can lack";
    if (reason != NULL) {
        (void)patch_path_enter(&r->refusals, "missing");
        (void)patch_path_index(&r->refusals, r->index);
        patch_refuse(&r->refusals, "", "%s", reason);
        return refused(r, err);
    }
    r->index++;
    *vec_push(&r->missing) = arena_str(&r->document->arena, event->text);
    return 0;
}

static int begin_member(struct reading *r, enum member member,
                        const struct json_event *event, struct err *err)
{
    if (r->seen[member])
        return refuse(r, names[member], "is given twice", err);
    r->seen[member] = true;
    r->open = member;
    r->index = 0;
    if (member == OS) {
        r->open = MEMBERS;
        return read_os(r, event, err);
    }
    if (member == CONFIGURATION || member == DISTRIBUTION)
        return grow_tree(r, event, err);
    if (event->type != JSON_ARRAY)
        return refuse(r, names[member], "expected a list", err);
    return 0;
}

static int on_member(struct reading *r, const struct json_event *event,
                     struct err *err)
{
    AUTO(buf_clear) struct buf name = BUF(128);
    str path = str_sub(event->path, 1, 64);

    for (unsigned m = 0; m < MEMBERS; m++) {
        if (str_eq_c(path, names[m]))
            return begin_member(r, (enum member)m, event, err);
    }
    buf_add(&name, path);
    return refuse(r, buf_c(&name), "there is no such field", err);
}

static int on_event(void *ctx, const struct json_event *event, struct err *err)
{
    struct reading *r = ctx;
    bool is_list = r->open == CATALOGUE || r->open == MISSING;

    if (json_tree_is_open(&r->tree))
        return grow_tree(r, event, err);
    if (!r->is_begun) {
        r->is_begun = true;
        return event->type == JSON_OBJECT
                   ? 0
                   : refuse(r, "", "expected an object: {…}", err);
    }
    if (is_list && event->type == JSON_ARRAY_END) {
        r->open = MEMBERS;
        return 0;
    }
    if (is_list && r->open == MISSING)
        return read_missing(r, event, err);
    if (is_list)
        return grow_tree(r, event, err);
    if (event->path.n == 0)
        return 0; /* its end */
    return on_member(r, event, err);
}

/* Patches that named no system have the device's. */
static void set_os(struct patch_document *d)
{
    for (size_t i = 0; i < d->catalogue->all.n; i++) {
        if (d->catalogue->all.p[i].os == PATCH_OSES)
            d->catalogue->all.p[i].os = d->policy.os;
    }
}

static void add_missing(struct reading *r)
{
    AUTO(map_clear) struct map seen = MAP;
    struct patch_document *d = r->document;

    for (size_t i = 0; i < r->missing.n; i++) {
        if (map_add(&seen, r->missing.p[i], (uint32_t)i) == i)
            *vec_push(&d->missing) = patch_catalogue_add_unknown(
                d->catalogue, d->policy.os, r->missing.p[i]);
    }
}

static int finish(struct reading *r, struct err *err)
{
    struct patch_document *d = r->document;
    int rc = 0;

    for (unsigned m = 0; m < DISTRIBUTION; m++) {
        if (!r->seen[m])
            return refuse(r, names[m], "is missing", err);
    }
    if (r->configuration != NULL)
        rc = read_configuration(r, err);
    if (rc < 0)
        return rc;
    set_os(d);
    add_missing(r);
    patch_catalogue_seal(d->catalogue);
    return make_selector(r, err);
}

static int read_all(struct reading *r, str json, struct err *err)
{
    AUTO(json_read_freep)
    struct json_reader *reader = json_read_new(on_event, r);
    int rc;

    json_read_arrays(reader);
    rc = json_read_add(reader, json, err);
    if (rc == 0)
        rc = json_read_finish(reader, err);
    return rc == 0 ? finish(r, err) : rc;
}

int patch_document_parse(str json, struct patch_document *out, struct err *err)
{
    struct reading r = {
        .document = out,
        .refusals = PATCH_REFUSALS,
        .open = MEMBERS,
    };
    int rc;

    *out = (struct patch_document){ .arena = ARENA };
    out->catalogue = patch_catalogue_new();
    rc = read_all(&r, json, err);
    json_tree_clear(&r.tree);
    jval_free(r.configuration);
    vec_clear(&r.missing);
    patch_refusals_clear(&r.refusals);
    if (rc < 0)
        patch_document_clear(out);
    return rc;
}

void patch_document_clear(struct patch_document *d)
{
    patch_selector_free(d->selector);
    patch_catalogue_free(d->catalogue);
    vec_clear(&d->missing);
    arena_clear(&d->arena);
    *d = (struct patch_document){ .arena = ARENA };
}

struct ranked {
    uint32_t rank;
    uint32_t index;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;

    return (x->rank > y->rank) - (x->rank < y->rank);
}

void patch_document_answer(const struct patch_document *d,
                           struct patch_work *work, struct patch_answer *out)
{
    AUTO(mem_freep)
    struct ranked *list = mem_alloc(d->missing.n + 1, sizeof(*list));
    size_t n = 0;

    *out = (struct patch_answer){ 0 };
    patch_select(d->selector, work, d->missing.p, d->missing.n, &out->decisions,
                 &out->decision_count);
    for (size_t i = 0; i < out->decision_count; i++) {
        uint32_t index = out->decisions[i].patch;

        if (out->decisions[i].deploy)
            list[n++] = (struct ranked){ d->catalogue->rank[index], index };
    }
    qsort(list, n, sizeof(*list), by_rank);
    out->deploy = mem_alloc(n + 1, sizeof(*out->deploy));
    out->deploy_count = n;
    for (size_t i = 0; i < n; i++)
        out->deploy[i] = list[i].index;
}
