/* SPDX-License-Identifier: Apache-2.0
 *
 * What can be said of content without a system: whether what it refers to is
 * there. Fatal is what makes a result impossible or ambiguous; what only makes
 * one rule notchecked is told and lives on, for published content has it.
 */
#include "base/map.h"
#include "scap/scap.h"

enum {
    CHAIN_MAX = 64
};

struct validation {
    struct scap *scap;
    uint32_t ref;
    const struct xccdf_benchmark *b;
    struct map *definitions; /* by component, made when first asked */
    struct map missing;      /* hrefs that were reported */
};

static bool has_definition(struct validation *v, uint32_t component, str name)
{
    const struct oval_content *c = v->scap->components.p[component].oval;
    struct map *map = &v->definitions[component];

    bool empty = map->n == 0;

    for (uint32_t i = 0; empty && i < c->definitions.n; i++)
        map_add(map, oval_name_text(c, c->definitions.p[i].id), i);
    return map_get(map, name) != MAP_NONE;
}

static void check_content(struct validation *v, const struct xccdf_item *item,
                          const struct xccdf_check *check,
                          const struct xccdf_content *content)
{
    uint32_t component = scap_find_component(v->scap, v->ref, content->href);

    if (component == SCAP_NONE) {
        bool fatal = str_eq(check->system, STR(SCAP_SYSTEM_OVAL)) &&
                     check->contents->next == NULL &&
                     !scap_is_remote(v->scap, v->ref, content->href) &&
                     v->scap->form != SCAP_FORM_FILES;

        if (map_get(&v->missing, content->href) == MAP_NONE)
            scap_problem(v->scap, fatal, item->line,
                         "the check of '%" PRIstr "' refers to '%" PRIstr
                         "', which is not in the content",
                         ARGstr(item->id), ARGstr(content->href));
        map_add(&v->missing, content->href, 1);
        return;
    }
    if (v->scap->components.p[component].oval != NULL && content->name.n > 0 &&
        !has_definition(v, component, content->name))
        scap_problem(
            v->scap, false, item->line,
            "the check of '%" PRIstr "' refers to the definition '%" PRIstr
            "', which is not in '%" PRIstr "'",
            ARGstr(item->id), ARGstr(content->name), ARGstr(content->href));
}

/* Bounded by the depth of the XML. */
static void check_check(struct validation *v, const struct xccdf_item *item,
                        const struct xccdf_check *check)
{
    for (; check != NULL; check = check->next) {
        const struct xccdf_content *c = check->contents;
        const struct xccdf_export *e = check->exports;

        for (; c != NULL; c = c->next)
            check_content(v, item, check, c);
        for (; e != NULL; e = e->next)
            if (xccdf_find_value(v->b, e->value) == XCCDF_NONE)
                scap_problem(v->scap, true, item->line,
                             "the check of '%" PRIstr
                             "' exports the value '%" PRIstr
                             "', which is not in the benchmark",
                             ARGstr(item->id), ARGstr(e->value));
        check_check(v, item, check->children);
    }
}

static void check_ids(struct validation *v, const struct xccdf_item *item,
                      const struct xccdf_note *list, const char *what)
{
    for (; list != NULL; list = list->next) {
        str ids = list->text;

        while (ids.n > 0) {
            str id = str_cut(&ids, ' ');

            if (id.n > 0 && xccdf_find_item(v->b, id) == XCCDF_NONE)
                scap_problem(v->scap, false, item->line,
                             "'%" PRIstr "' %s '%" PRIstr
                             "', which is not in the benchmark",
                             ARGstr(item->id), what, ARGstr(id));
        }
    }
}

static void check_extends(struct validation *v, uint32_t index)
{
    const struct xccdf_item *item = &v->b->items.p[index];
    unsigned n = 0;

    while (item->extends.n > 0 && n++ < CHAIN_MAX) {
        uint32_t next = xccdf_find_item(v->b, item->extends);

        if (next == XCCDF_NONE) {
            scap_problem(v->scap, true, item->line,
                         "'%" PRIstr "' extends '%" PRIstr
                         "', which is not in the benchmark",
                         ARGstr(item->id), ARGstr(item->extends));
            return;
        }
        item = &v->b->items.p[next];
    }
    if (n > CHAIN_MAX)
        scap_problem(v->scap, true, item->line, "'%" PRIstr "' extends itself",
                     ARGstr(v->b->items.p[index].id));
}

static void check_value(struct validation *v, const struct xccdf_value *value)
{
    const struct xccdf_value *at = value;
    unsigned n = 0;

    while (at->extends.n > 0 && n++ < CHAIN_MAX) {
        uint32_t next = xccdf_find_value(v->b, at->extends);

        if (next == XCCDF_NONE)
            break;
        at = &v->b->values.p[next];
    }
    if (n > CHAIN_MAX || (at->extends.n > 0 && n <= CHAIN_MAX))
        scap_problem(v->scap, true, value->line,
                     "the value '%" PRIstr "' extends %s", ARGstr(value->id),
                     n > CHAIN_MAX ? "itself" : "what is not there");
}

static const struct xccdf_profile *profile_of(const struct xccdf_profile *list,
                                              str id,
                                              const struct xccdf_profile *not_)
{
    for (; list != NULL; list = list->next)
        if (list != not_ && str_eq(list->id, id))
            return list;
    return NULL;
}

static bool is_known(const struct validation *v, str idref, bool is_value)
{
    if ((is_value ? xccdf_find_value(v->b, idref)
                  : xccdf_find_item(v->b, idref)) != XCCDF_NONE)
        return true;
    for (size_t i = 0; !is_value && i < v->b->items.n; i++)
        if (str_eq(v->b->items.p[i].cluster, idref))
            return true;
    for (size_t i = 0; is_value && i < v->b->values.n; i++)
        if (str_eq(v->b->values.p[i].cluster, idref))
            return true;
    return false;
}

static void check_settings(struct validation *v,
                           const struct xccdf_profile *profile)
{
    const struct xccdf_setting *s = profile->settings;

    for (; s != NULL; s = s->next)
        if (!is_known(v, s->idref,
                      s->kind == XCCDF_SET_VALUE ||
                          s->kind == XCCDF_REFINE_VALUE))
            scap_problem(v->scap, false, profile->line,
                         "the profile '%" PRIstr "' names '%" PRIstr
                         "', which is not in the benchmark",
                         ARGstr(profile->id), ARGstr(s->idref));
}

static void check_profile(struct validation *v,
                          const struct xccdf_profile *profile)
{
    const struct xccdf_profile *p = profile;
    unsigned n = 0;

    if (profile_of(v->b->profiles, profile->id, NULL) != profile)
        scap_problem(v->scap, true, profile->line,
                     "the profile '%" PRIstr "' is there twice",
                     ARGstr(profile->id));
    while (p->extends.n > 0 && n++ < CHAIN_MAX) {
        const struct xccdf_profile *base =
            profile_of(v->b->profiles, p->extends, NULL);

        if (base == NULL) {
            scap_problem(v->scap, true, p->line,
                         "the profile '%" PRIstr "' extends '%" PRIstr
                         "', which is not in the benchmark",
                         ARGstr(p->id), ARGstr(p->extends));
            break;
        }
        p = base;
    }
    if (n > CHAIN_MAX)
        scap_problem(v->scap, true, profile->line,
                     "the profile '%" PRIstr "' extends itself",
                     ARGstr(profile->id));
    check_settings(v, profile);
}

static void check_benchmark(struct validation *v)
{
    const struct xccdf_profile *p = v->b->profiles;

    if (v->b->rule_count == 0)
        scap_problem(v->scap, true, 0,
                     "the benchmark '%" PRIstr "' has no rule",
                     ARGstr(v->b->items.p[0].id));
    for (uint32_t i = 0; i < v->b->items.n; i++) {
        const struct xccdf_item *item = &v->b->items.p[i];

        check_check(v, item, item->checks);
        check_ids(v, item, item->requires_, "requires");
        check_ids(v, item, item->conflicts, "conflicts with");
        check_extends(v, i);
    }
    for (size_t i = 0; i < v->b->values.n; i++)
        check_value(v, &v->b->values.p[i]);
    for (; p != NULL; p = p->next)
        check_profile(v, p);
}

static void check_uris(struct scap *scap)
{
    for (uint32_t i = 0; i < scap->refs.n; i++)
        for (const struct scap_uri *u = scap->refs.p[i].uris; u != NULL;
             u = u->next)
            if (scap_find_component(scap, i, u->name) == SCAP_NONE &&
                !scap_is_remote(scap, i, u->name))
                scap_problem(scap, true, 0,
                             "the catalogue of '%" PRIstr "' maps '%" PRIstr
                             "' to '%" PRIstr
                             "', which is not in the collection",
                             ARGstr(scap->refs.p[i].id), ARGstr(u->name),
                             ARGstr(u->uri));
}

bool scap_validate(struct scap *scap)
{
    struct validation v = { .scap = scap };
    bool good = true;

    v.definitions = mem_alloc(scap->components.n + 1, sizeof(*v.definitions));
    if (scap->form == SCAP_FORM_STREAM)
        check_uris(scap);
    for (uint32_t i = 0; i < scap->refs.n; i++) {
        v.ref = i;
        if (scap->refs.p[i].component == SCAP_NONE)
            continue;
        v.b = scap_benchmark(scap, i);
        if (v.b != NULL)
            check_benchmark(&v);
    }
    for (size_t i = 0; i < scap->components.n; i++)
        map_clear(&v.definitions[i]);
    mem_free(v.definitions);
    map_clear(&v.missing);
    for (size_t i = 0; i < scap->problems.n; i++)
        good = good && !scap->problems.p[i].fatal;
    return good;
}
