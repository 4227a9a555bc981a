/* SPDX-License-Identifier: Apache-2.0 */
#include "scap/policy.h"

#include "base/buf.h"

enum {
    EXTENDS_MAX = 64, /* profiles, rules or values, one on the other */
    PASSES_MAX = 200, /* over requires and conflicts */
    NAMED_MAX = 30,   /* profiles, in an error */
    EXPANDED_MAX = 1 << 20,
    SUB_MAX = 1000, /* of one text */
};

struct resolving {
    struct scap_policy *policy;
    const struct xccdf_benchmark *b;
    str *selectors;                  /* of values, by index */
    const struct xccdf_note **given; /* set-value, by index of the value */
};

/* --- profiles --- */

static void name_profiles(struct buf *out, const struct xccdf_profile *p)
{
    unsigned n = 0;

    for (; p != NULL && n < NAMED_MAX; p = p->next, n++) {
        buf_add_c(out, out->n == 0 ? "" : ", ");
        buf_add(out, p->id);
    }
}

static int no_profile(const struct resolving *r, const struct scap_choice *c,
                      struct err *err)
{
    AUTO(buf_clear) struct buf names = BUF(ERR_TEXT_MAX);

    if (r->policy->tailoring != NULL)
        name_profiles(&names, r->policy->tailoring->profiles);
    name_profiles(&names, r->b->profiles);
    return err_set(err, E_ABSENT,
                   "there is no profile '%" PRIstr "'; there is %s",
                   ARGstr(c->profile), names.n == 0 ? "none" : buf_c(&names));
}

static int choose_profile(struct resolving *r, const struct scap_choice *c,
                          struct err *err)
{
    struct scap_policy *policy = r->policy;
    const struct xccdf_profile *own = NULL;

    if (c->tailoring != NULL) {
        policy->tailoring = c->tailoring->components.p[0].tailoring;
        policy->tailoring_path = c->tailoring_path;
        if (policy->tailoring == NULL)
            return err_set(err, E_INVALID, "%s: is not a tailoring",
                           c->tailoring_path);
        own = policy->tailoring->profiles;
        if (c->profile.n == 0 && own != NULL && own->next == NULL)
            policy->profile = own;
    }
    if (c->profile.n > 0)
        policy->profile = xccdf_find_profile(own, c->profile);
    if (c->profile.n > 0 && policy->profile == NULL)
        policy->profile = xccdf_find_profile(r->b->profiles, c->profile);
    if (c->profile.n > 0 && policy->profile == NULL)
        return no_profile(r, c, err);
    if (policy->profile != NULL && policy->profile->abstract_)
        return err_set(err, E_INVALID,
                       "the profile '%" PRIstr
                       "' is abstract: only others are made of it",
                       ARGstr(policy->profile->id));
    return 0;
}

/* What profile extends; NULL: nothing, or nothing that is there. A profile of
 * a tailoring may have the id of what it extends. */
static const struct xccdf_profile *base_of(const struct resolving *r,
                                           const struct xccdf_profile *profile)
{
    const struct xccdf_profile *p = NULL;

    if (profile->extends.n == 0)
        return NULL;
    if (r->policy->tailoring != NULL)
        p = r->policy->tailoring->profiles;
    for (; p != NULL; p = p->next)
        if (p != profile && str_eq(p->id, profile->extends))
            return p;
    for (p = r->b->profiles; p != NULL; p = p->next)
        if (p != profile && str_eq(p->id, profile->extends))
            return p;
    return NULL;
}

static bool names_item(const struct xccdf_item *item, str idref)
{
    return str_eq(item->id, idref) ||
           (item->cluster.n > 0 && str_eq(item->cluster, idref));
}

static void apply_to_rule(struct scap_rule *rule, const struct xccdf_setting *s)
{
    if (s->kind == XCCDF_SELECT) {
        rule->selected = s->selected;
        return;
    }
    if (s->given & XCCDF_HAS_WEIGHT)
        rule->weight = s->weight;
    if (s->given & XCCDF_HAS_ROLE)
        rule->role = s->role;
    if (s->given & XCCDF_HAS_SEVERITY)
        rule->severity = s->severity;
    if (s->selector.n > 0)
        rule->selector = s->selector;
}

static void apply_to_items(struct resolving *r, const struct xccdf_setting *s)
{
    uint32_t index = xccdf_find_item(r->b, s->idref);

    if (index != XCCDF_NONE) {
        apply_to_rule(&r->policy->rules[index], s);
        return;
    }
    for (uint32_t i = 0; i < r->b->items.n; i++)
        if (names_item(&r->b->items.p[i], s->idref))
            apply_to_rule(&r->policy->rules[i], s);
}

static void apply_to_values(struct resolving *r, const struct xccdf_setting *s)
{
    for (uint32_t i = 0; i < r->b->values.n; i++) {
        const struct xccdf_value *value = &r->b->values.p[i];

        if (!str_eq(value->id, s->idref) &&
            !(value->cluster.n > 0 && str_eq(value->cluster, s->idref)))
            continue;
        if (s->kind == XCCDF_SET_VALUE)
            r->given[i] = s->values;
        else
            r->selectors[i] = s->selector;
    }
}

static int apply_profiles(struct resolving *r, struct err *err)
{
    const struct xccdf_profile *chain[EXTENDS_MAX];
    const struct xccdf_profile *p = r->policy->profile;
    unsigned n = 0;

    for (; p != NULL; p = base_of(r, p)) {
        if (n == EXTENDS_MAX)
            return err_set(err, E_INVALID,
                           "the profile '%" PRIstr
                           "' extends itself, or more than %d others",
                           ARGstr(r->policy->profile->id), EXTENDS_MAX);
        chain[n++] = p;
    }
    while (n-- > 0) {
        const struct xccdf_setting *s = chain[n]->settings;

        for (; s != NULL; s = s->next) {
            if (s->kind == XCCDF_SELECT || s->kind == XCCDF_REFINE_RULE)
                apply_to_items(r, s);
            else
                apply_to_values(r, s);
        }
    }
    return 0;
}

/* --- rules --- */

static const struct xccdf_item *extended(const struct xccdf_benchmark *b,
                                         const struct xccdf_item *item)
{
    uint32_t index =
        item->extends.n == 0 ? XCCDF_NONE : xccdf_find_item(b, item->extends);

    return index == XCCDF_NONE ? NULL : &b->items.p[index];
}

/* Takes over from `from` what the rule does not say itself. */
static void inherit(struct scap_rule *rule, uint8_t *given,
                    const struct xccdf_item *from)
{
    uint8_t missing = (uint8_t) ~*given & from->given;

    if (missing & XCCDF_HAS_WEIGHT)
        rule->weight = from->weight;
    if (missing & XCCDF_HAS_ROLE)
        rule->role = from->role;
    if (missing & XCCDF_HAS_SEVERITY)
        rule->severity = from->severity;
    if (missing & XCCDF_HAS_SELECTED)
        rule->selected = from->selected;
    *given |= from->given;
    if (rule->title.n == 0)
        rule->title = from->title;
    if (rule->checks == NULL)
        rule->checks = from->checks;
    if (rule->idents == NULL)
        rule->idents = from->idents;
    if (rule->platforms == NULL)
        rule->platforms = from->platforms;
}

static void start_rules(struct resolving *r)
{
    for (uint32_t i = 0; i < r->b->items.n; i++) {
        const struct xccdf_item *item = &r->b->items.p[i];
        struct scap_rule *rule = &r->policy->rules[i];
        uint8_t given = item->given;

        *rule = (struct scap_rule){
            .selected = item->selected,
            .role = item->role,
            .severity = item->severity,
            .weight = item->weight,
            .title = item->title,
            .checks = item->checks,
            .idents = item->idents,
            .platforms = item->platforms,
        };
        for (unsigned n = 0; n < EXTENDS_MAX; n++) {
            item = extended(r->b, item);
            if (item == NULL)
                break;
            inherit(rule, &given, item);
        }
    }
}

/* A group that is not selected takes all below it along. */
static void push_down(struct resolving *r)
{
    struct scap_rule *rules = r->policy->rules;

    rules[0].selected = true;
    for (uint32_t i = 1; i < r->b->items.n; i++) {
        uint32_t parent = r->b->items.p[i].parent;

        if (!rules[i].selected || rules[parent].selected)
            continue;
        rules[i].selected = false;
        rules[i].because = rules[parent].because != NULL
                               ? rules[parent].because
                               : "the group above it is not selected";
        rules[i].because_of = rules[parent].because != NULL
                                  ? rules[parent].because_of
                                  : r->b->items.p[parent].id;
    }
}

static bool is_selected(const struct resolving *r, str id)
{
    uint32_t index = xccdf_find_item(r->b, id);

    return index != XCCDF_NONE && r->policy->rules[index].selected;
}

/* One of the ids of each <requires> must be selected. */
static bool lacks(const struct resolving *r, const struct xccdf_item *item,
                  str *out)
{
    for (const struct xccdf_note *n = item->requires_; n != NULL; n = n->next) {
        str ids = n->text;
        bool any = ids.n == 0;

        while (!any && ids.n > 0)
            any = is_selected(r, str_trim(str_cut(&ids, ' ')));
        if (!any) {
            *out = n->text;
            return true;
        }
    }
    return false;
}

static bool collides(const struct resolving *r, const struct xccdf_item *item,
                     str *out)
{
    for (const struct xccdf_note *n = item->conflicts; n != NULL; n = n->next)
        if (is_selected(r, n->text)) {
            *out = n->text;
            return true;
        }
    return false;
}

/* Only ever takes away, so it comes to an end. */
static void settle(struct resolving *r)
{
    bool changed = true;

    for (unsigned pass = 0; changed && pass < PASSES_MAX; pass++) {
        changed = false;
        for (uint32_t i = 1; i < r->b->items.n; i++) {
            struct scap_rule *rule = &r->policy->rules[i];
            const struct xccdf_item *item = &r->b->items.p[i];

            if (!rule->selected)
                continue;
            if (lacks(r, item, &rule->because_of))
                rule->because = "it requires what is not selected";
            else if (collides(r, item, &rule->because_of))
                rule->because = "it conflicts with what is selected";
            else
                continue;
            rule->selected = false;
            changed = true;
        }
        if (changed)
            push_down(r);
    }
}

/* --- values --- */

static const struct xccdf_instance *instance_of(const struct xccdf_value *v,
                                                str selector)
{
    for (const struct xccdf_instance *i = v->instances; i != NULL; i = i->next)
        if (str_eq(i->selector, selector))
            return i;
    return NULL;
}

/* The instance of the selector, else the one without, else the first. */
static const struct xccdf_instance *find_instance(const struct resolving *r,
                                                  const struct xccdf_value *v,
                                                  str selector)
{
    for (unsigned n = 0; n < EXTENDS_MAX; n++) {
        const struct xccdf_instance *i = instance_of(v, selector);
        uint32_t base;

        if (i == NULL)
            i = instance_of(v, STR_NONE);
        if (i == NULL)
            i = v->instances;
        if (i != NULL)
            return i;
        base =
            v->extends.n == 0 ? XCCDF_NONE : xccdf_find_value(r->b, v->extends);
        if (base == XCCDF_NONE)
            break;
        v = &r->b->values.p[base];
    }
    return NULL;
}

static void resolve_values(struct resolving *r)
{
    for (uint32_t i = 0; i < r->b->values.n; i++) {
        struct scap_value *value = &r->policy->values[i];
        const struct xccdf_instance *instance;

        if (r->given[i] != NULL) {
            *value = (struct scap_value){ true, r->given[i] };
            continue;
        }
        instance = find_instance(r, &r->b->values.p[i], r->selectors[i]);
        if (instance != NULL)
            *value = (struct scap_value){ true, instance->values };
    }
}

static void count(struct scap_policy *policy)
{
    const struct xccdf_benchmark *b = policy->benchmark;

    for (uint32_t i = 0; i < b->items.n; i++)
        if (b->items.p[i].kind == XCCDF_RULE && policy->rules[i].selected)
            policy->selected++;
}

static int resolve(struct resolving *r, const struct scap_choice *choice,
                   struct err *err)
{
    int rc = choose_profile(r, choice, err);

    if (rc < 0)
        return rc;
    start_rules(r);
    rc = apply_profiles(r, err);
    if (rc < 0)
        return rc;
    push_down(r);
    settle(r);
    resolve_values(r);
    count(r->policy);
    return 0;
}

int scap_policy_new(const struct scap *scap, const struct scap_choice *choice,
                    struct scap_policy **out, struct err *err)
{
    AUTO(scap_policy_freep) struct scap_policy *policy = NULL;
    struct resolving r = { 0 };
    uint32_t ref = 0;
    int rc = scap_choose(scap, choice->stream, choice->benchmark, &ref, err);

    if (rc < 0)
        return rc;
    policy = mem_alloc(1, sizeof(*policy));
    policy->scap = scap;
    policy->ref = ref;
    policy->benchmark = r.b = scap_benchmark(scap, ref);
    policy->rules = mem_alloc(r.b->items.n, sizeof(*policy->rules));
    policy->values = mem_alloc(r.b->values.n + 1, sizeof(*policy->values));
    r.policy = policy;
    r.selectors = mem_alloc(r.b->values.n + 1, sizeof(*r.selectors));
    r.given = mem_alloc(r.b->values.n + 1, sizeof(*r.given));
    rc = resolve(&r, choice, err);
    mem_free(r.selectors);
    mem_free(r.given);
    if (rc < 0)
        return err_wrap(err, rc, "%" PRIstr, ARGstr(scap->name));
    *out = TAKE(policy);
    return 0;
}

void scap_policy_free(struct scap_policy *policy)
{
    if (policy == NULL)
        return;
    mem_free(policy->rules);
    mem_free(policy->values);
    arena_clear(&policy->arena);
    mem_free(policy);
}

void scap_policy_freep(struct scap_policy **policy)
{
    scap_policy_free(*policy);
    *policy = NULL;
}

/* --- text --- */

static void add_sub(const struct scap_policy *policy, struct buf *out, str id)
{
    const struct xccdf_benchmark *b = policy->benchmark;
    uint32_t value = xccdf_find_value(b, id);

    for (const struct xccdf_plain *p = b->plains; p != NULL; p = p->next)
        if (str_eq(p->id, id)) {
            buf_add(out, p->text);
            return;
        }
    if (value == XCCDF_NONE || !policy->values[value].set) {
        buf_add(out, id);
        return;
    }
    for (const struct xccdf_note *n = policy->values[value].values; n != NULL;
         n = n->next) {
        buf_add(out, n->text);
        buf_add_c(out, n->next == NULL ? "" : ", ");
    }
}

str scap_policy_expand(struct scap_policy *policy, str text)
{
    AUTO(buf_clear) struct buf out = BUF(EXPANDED_MAX);

    if (str_find_char(text, XCCDF_SUB_BEGIN) == text.n)
        return text;
    for (unsigned n = 0; text.n > 0 && n < SUB_MAX; n++) {
        str before = str_cut(&text, XCCDF_SUB_BEGIN);
        str id;

        buf_add(&out, before);
        if (text.n == 0)
            break;
        id = str_cut(&text, XCCDF_SUB_END);
        add_sub(policy, &out, id);
    }
    return arena_str(&policy->arena, buf_str(&out));
}
