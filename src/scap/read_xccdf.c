/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading benchmarks and tailorings.
 */
#include "scap/read_int.h"

enum where {
    X_BENCHMARK = READ_OTHER, /* and groups and rules; index: the item */
    X_GROUP,
    X_RULE,
    X_VALUE,    /* index */
    X_INSTANCE, /* a complex-value; at: struct xccdf_instance */
    X_PROFILE,  /* at */
    X_SETTING,  /* set-complex-value; at */
    X_CHECK,    /* at; complex ones, too */
    X_SPECIFICATION,
    X_TAILORING,
};

static struct xccdf_item *item_at(struct read_xccdf *x, uint32_t index)
{
    return &x->benchmark->items.p[index];
}

static void add_note(struct read *read, struct xccdf_note **list,
                     const struct xml_element *el, str attribute)
{
    struct xccdf_note *note = read_append(read, list);

    note->a = read_attr(read, el, attribute);
    read_push_leaf(read, &note->text);
}

/* A note whose text is an attribute. */
static void add_idref(struct read *read, struct xccdf_note **list,
                      const struct xml_element *el, str attribute)
{
    read_append(read, list)->text = read_attr(read, el, attribute);
    read_push(read, READ_SKIP, NULL);
}

/* Decimal digits with a point; false for anything else. */
static bool parse_weight(str text, double *out)
{
    double value = 0;
    double unit = 1;
    bool point = false;

    text = str_trim(text);
    if (text.n == 0 || text.n > 20)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
        unit *= point ? 10 : 1;
    }
    *out = value / unit;
    return true;
}

/* What rules, groups and refine-rule say alike. */
static uint8_t read_marks(struct read *read, const struct xml_element *el,
                          double *weight, uint8_t *role, uint8_t *severity)
{
    str text = xml_attr(el, STR("weight"));
    uint8_t given = 0;
    unsigned value;

    if (text.p != NULL && parse_weight(text, weight))
        given |= XCCDF_HAS_WEIGHT;
    else if (text.p != NULL)
        scap_problem(read->scap, false, read_line(read),
                     "weight '%" PRIstr "' is not a number", ARGstr(text));
    text = xml_attr(el, STR("role"));
    value = xccdf_role_of(text);
    if (text.p != NULL && value < XCCDF_ROLES) {
        *role = (uint8_t)value;
        given |= XCCDF_HAS_ROLE;
    }
    text = xml_attr(el, STR("severity"));
    value = xccdf_severity_of(text);
    if (text.p != NULL && value < XCCDF_SEVERITIES) {
        *severity = (uint8_t)value;
        given |= XCCDF_HAS_SEVERITY;
    }
    return given;
}

static int add_item(struct read_xccdf *x, const struct xml_element *el,
                    enum xccdf_kind kind, uint32_t parent, struct err *err)
{
    struct xccdf_benchmark *b = x->benchmark;
    uint32_t index = (uint32_t)b->items.n;
    struct xccdf_item *item;

    if (index >= READ_ITEMS_MAX)
        return err_set(err, E_LIMIT, "more than %d groups and rules",
                       READ_ITEMS_MAX);
    item = vec_push(&b->items);
    read_forget_tails(&x->read);
    item->kind = (uint8_t)kind;
    item->parent = parent;
    item->end = index + 1;
    item->line = kind == XCCDF_BENCHMARK ? 0 : read_line(&x->read);
    item->weight = 1;
    item->selected = read_bool(el, STR("selected"), true);
    item->hidden = read_bool(el, STR("hidden"), false);
    item->abstract_ = read_bool(el, STR("abstract"), false);
    item->given =
        read_marks(&x->read, el, &item->weight, &item->role, &item->severity);
    item->id = read_attr(&x->read, el, STR("id"));
    item->cluster = read_attr(&x->read, el, STR("cluster-id"));
    item->extends = read_attr(&x->read, el, STR("extends"));
    if (xml_attr(el, STR("selected")).p != NULL)
        item->given |= XCCDF_HAS_SELECTED;
    if (item->id.n == 0)
        return err_set(err, E_INVALID, "<%" PRIstr "> has no id",
                       ARGstr(el->name));
    if (map_add(&b->item_ids, item->id, index) != index)
        scap_problem(x->read.scap, true, read_line(&x->read),
                     "the id '%" PRIstr "' is there twice", ARGstr(item->id));
    if (kind == XCCDF_RULE)
        b->rule_count++;
    read_push(&x->read,
              kind == XCCDF_RULE    ? X_RULE
              : kind == XCCDF_GROUP ? X_GROUP
                                    : X_BENCHMARK,
              NULL)
        ->index = index;
    return 0;
}

static int add_value(struct read_xccdf *x, const struct xml_element *el,
                     struct err *err)
{
    struct xccdf_benchmark *b = x->benchmark;
    uint32_t index = (uint32_t)b->values.n;
    struct xccdf_value *value;

    if (index >= READ_ITEMS_MAX)
        return err_set(err, E_LIMIT, "more than %d values", READ_ITEMS_MAX);
    value = vec_push(&b->values);
    read_forget_tails(&x->read);
    value->line = read_line(&x->read);
    value->id = read_attr(&x->read, el, STR("id"));
    value->cluster = read_attr(&x->read, el, STR("cluster-id"));
    value->extends = read_attr(&x->read, el, STR("extends"));
    value->type = read_attr(&x->read, el, STR("type"));
    value->operator_ = read_attr(&x->read, el, STR("operator"));
    if (map_add(&b->value_ids, value->id, index) != index)
        scap_problem(x->read.scap, true, value->line,
                     "the id '%" PRIstr "' is there twice", ARGstr(value->id));
    read_push(&x->read, X_VALUE, NULL)->index = index;
    return 0;
}

static void add_profile(struct read_xccdf *x, const struct xml_element *el,
                        struct xccdf_profile **list)
{
    struct xccdf_profile *profile = read_append(&x->read, list);

    profile->id = read_attr(&x->read, el, STR("id"));
    profile->extends = read_attr(&x->read, el, STR("extends"));
    profile->abstract_ = read_bool(el, STR("abstract"), false);
    profile->prohibit_changes = read_bool(el, STR("prohibitChanges"), false);
    profile->line = read_line(&x->read);
    read_push(&x->read, X_PROFILE, profile);
}

static struct xccdf_check *add_check(struct read *read,
                                     const struct xml_element *el,
                                     struct xccdf_check **list)
{
    struct xccdf_check *check = read_append(read, list);

    check->complex_ = str_eq(el->name, STR("complex-check"));
    check->or_ = str_eq(xml_attr(el, STR("operator")), STR("OR"));
    check->negate = read_bool(el, STR("negate"), false);
    check->multi = read_bool(el, STR("multi-check"), false);
    check->id = read_attr(read, el, STR("id"));
    check->system = read_attr(read, el, STR("system"));
    check->selector = read_attr(read, el, STR("selector"));
    read_push(read, X_CHECK, check);
    return check;
}

static void in_check(struct read *read, const struct xml_element *el,
                     struct xccdf_check *check)
{
    if (str_eq(el->name, STR("check")) ||
        str_eq(el->name, STR("complex-check"))) {
        add_check(read, el, &check->children);
        return;
    }
    if (str_eq(el->name, STR("check-export"))) {
        struct xccdf_export *export = read_append(read, &check->exports);

        export->value = read_attr(read, el, STR("value-id"));
        export->name = read_attr(read, el, STR("export-name"));
    } else if (str_eq(el->name, STR("check-content-ref"))) {
        struct xccdf_content *content = read_append(read, &check->contents);

        content->href = read_attr(read, el, STR("href"));
        content->name = read_attr(read, el, STR("name"));
    } else if (str_eq(el->name, STR("check-content"))) {
        check->has_content = true;
    }
    read_push(read, READ_SKIP, NULL);
}

/* True when el is one of what every item has. */
static bool in_any_item(struct read_xccdf *x, const struct xml_element *el,
                        struct xccdf_item *item)
{
    struct read *read = &x->read;
    const struct {
        str name;
        str *to;
    } leaves[] = {
        { STR("title"), &item->title },
        { STR("description"), &item->description },
        { STR("rationale"), &item->rationale },
        { STR("warning"), &item->warning },
        { STR("version"), item->kind == XCCDF_BENCHMARK ? &x->benchmark->version
                                                        : &item->version },
        { STR("fixtext"), &item->fixtext },
    };

    for (size_t i = 0; i < COUNT(leaves); i++)
        if (str_eq(el->name, leaves[i].name)) {
            read_push_leaf(read, leaves[i].to);
            return true;
        }
    if (str_eq(el->name, STR("reference")))
        add_note(read, &item->references, el, STR("href"));
    else if (str_eq(el->name, STR("platform")))
        add_idref(read, &item->platforms, el, STR("idref"));
    else if (str_eq(el->name, STR("requires")))
        add_idref(read, &item->requires_, el, STR("idref"));
    else if (str_eq(el->name, STR("conflicts")))
        add_idref(read, &item->conflicts, el, STR("idref"));
    else
        return false;
    return true;
}

static bool in_rule(struct read *read, const struct xml_element *el,
                    struct xccdf_item *item)
{
    if (str_eq(el->name, STR("ident"))) {
        add_note(read, &item->idents, el, STR("system"));
    } else if (str_eq(el->name, STR("fix"))) {
        struct xccdf_note *fix = read_append(read, &item->fixes);

        fix->text = read_attr(read, el, STR("id"));
        fix->a = read_attr(read, el, STR("system"));
        read_push(read, READ_SKIP, NULL);
    } else if (str_eq(el->name, STR("check")) ||
               str_eq(el->name, STR("complex-check"))) {
        add_check(read, el, &item->checks);
    } else {
        return false;
    }
    return true;
}

static bool in_benchmark(struct read_xccdf *x, const struct xml_element *el)
{
    struct xccdf_benchmark *b = x->benchmark;

    if (str_eq(el->name, STR("status"))) {
        add_note(&x->read, &b->statuses, el, STR("date"));
    } else if (str_eq(el->name, STR("model"))) {
        add_idref(&x->read, &b->models, el, STR("system"));
    } else if (str_eq(el->name, STR("Profile"))) {
        add_profile(x, el, &b->profiles);
    } else if (str_eq(el->name, STR("plain-text"))) {
        struct xccdf_plain *plain = read_append(&x->read, &b->plains);

        plain->id = read_attr(&x->read, el, STR("id"));
        read_push_leaf(&x->read, &plain->text);
    } else if (str_eq(el->name, STR("platform-specification")) ||
               str_eq(el->name, STR("platform-definitions"))) {
        read_push(&x->read, X_SPECIFICATION, NULL);
    } else {
        return false;
    }
    return true;
}

static int in_item(struct read_xccdf *x, const struct xml_element *el,
                   const struct read_frame *frame, struct err *err)
{
    struct read *read = &x->read;
    uint32_t index = frame->index;
    uint8_t kind = item_at(x, index)->kind;

    if (kind != XCCDF_RULE && str_eq(el->name, STR("Group")))
        return add_item(x, el, XCCDF_GROUP, index, err);
    if (kind != XCCDF_RULE && str_eq(el->name, STR("Rule")))
        return add_item(x, el, XCCDF_RULE, index, err);
    if (kind != XCCDF_RULE && str_eq(el->name, STR("Value")))
        return add_value(x, el, err);
    if (in_any_item(x, el, item_at(x, index)))
        return 0;
    if (kind == XCCDF_RULE && in_rule(read, el, item_at(x, index)))
        return 0;
    if (kind == XCCDF_BENCHMARK && in_benchmark(x, el))
        return 0;
    read_push(read, READ_SKIP, NULL);
    return 0;
}

static void in_value(struct read_xccdf *x, const struct xml_element *el,
                     uint32_t index)
{
    struct xccdf_value *value = &x->benchmark->values.p[index];
    bool complex_ = str_eq(el->name, STR("complex-value"));

    if (str_eq(el->name, STR("title"))) {
        read_push_leaf(&x->read, &value->title);
    } else if (complex_ || str_eq(el->name, STR("value"))) {
        struct xccdf_instance *instance =
            read_append(&x->read, &value->instances);

        instance->selector = read_attr(&x->read, el, STR("selector"));
        if (complex_)
            read_push(&x->read, X_INSTANCE, instance);
        else
            add_note(&x->read, &instance->values, el, STR("selector"));
    } else {
        read_push(&x->read, READ_SKIP, NULL);
    }
}

static void add_setting(struct read *read, const struct xml_element *el,
                        enum xccdf_setting_kind kind,
                        struct xccdf_profile *profile)
{
    struct xccdf_setting *s = read_append(read, &profile->settings);

    s->kind = (uint8_t)kind;
    s->idref = read_attr(read, el, STR("idref"));
    s->selector = read_attr(read, el, STR("selector"));
    s->selected = read_bool(el, STR("selected"), true);
    if (kind == XCCDF_REFINE_RULE)
        s->given = read_marks(read, el, &s->weight, &s->role, &s->severity);
    if (kind != XCCDF_SET_VALUE)
        read_push(read, READ_SKIP, NULL);
    else if (str_eq(el->name, STR("set-complex-value")))
        read_push(read, X_SETTING, s);
    else
        add_note(read, &s->values, el, STR("selector"));
}

static void in_profile(struct read *read, const struct xml_element *el,
                       struct xccdf_profile *profile)
{
    static const struct {
        str name;
        enum xccdf_setting_kind kind;
    } settings[] = {
        { STR("select"), XCCDF_SELECT },
        { STR("set-value"), XCCDF_SET_VALUE },
        { STR("set-complex-value"), XCCDF_SET_VALUE },
        { STR("refine-value"), XCCDF_REFINE_VALUE },
        { STR("refine-rule"), XCCDF_REFINE_RULE },
    };

    for (size_t i = 0; i < COUNT(settings); i++)
        if (str_eq(el->name, settings[i].name)) {
            add_setting(read, el, settings[i].kind, profile);
            return;
        }
    if (str_eq(el->name, STR("title")))
        read_push_leaf(read, &profile->title);
    else if (str_eq(el->name, STR("description")))
        read_push_leaf(read, &profile->description);
    else if (str_eq(el->name, STR("platform")))
        add_idref(read, &profile->platforms, el, STR("idref"));
    else
        read_push(read, READ_SKIP, NULL);
}

static void in_tailoring(struct read_xccdf *x, const struct xml_element *el)
{
    if (str_eq(el->name, STR("Profile"))) {
        add_profile(x, el, &x->tailoring->profiles);
    } else if (str_eq(el->name, STR("version"))) {
        read_push_leaf(&x->read, &x->tailoring->version);
    } else {
        if (str_eq(el->name, STR("benchmark")))
            x->tailoring->benchmark = read_attr(&x->read, el, STR("href"));
        read_push(&x->read, READ_SKIP, NULL);
    }
}

static void in_items_of(struct read *read, const struct xml_element *el,
                        struct xccdf_note **list)
{
    if (str_eq(el->name, STR("item")))
        add_note(read, list, el, STR("selector"));
    else
        read_push(read, READ_SKIP, NULL);
}

static int start_root(struct read_xccdf *x, const struct xml_element *el,
                      struct err *err)
{
    str version = str_sub(el->ns, str_find(el->ns, STR("xccdf/")) + 6, 8);

    if (x->tailoring != NULL) {
        x->tailoring->id = read_attr(&x->read, el, STR("id"));
        read_push(&x->read, X_TAILORING, NULL);
        return 0;
    }
    if (!str_starts(version, STR("1.")))
        return err_set(err, E_UNSUPPORTED,
                       "<Benchmark> in namespace '%" PRIstr
                       "' is not XCCDF 1.1 or 1.2",
                       ARGstr(el->ns));
    x->benchmark->version_of_xccdf = arena_str(x->read.arena, version);
    return add_item(x, el, XCCDF_BENCHMARK, XCCDF_NONE, err);
}

int read_xccdf_start(void *ctx, const struct xml_element *el, struct err *err)
{
    struct read_xccdf *x = ctx;
    struct read *read = &x->read;
    const struct read_frame *frame = &read->stack[read->depth];

    if (read->depth == 0)
        return start_root(x, el, err);
    switch (frame->where) {
    case READ_LEAF:
        read_markup(read, el);
        return 0;
    case X_BENCHMARK:
    case X_GROUP:
    case X_RULE:
        return in_item(x, el, frame, err);
    case X_VALUE:
        in_value(x, el, frame->index);
        return 0;
    case X_INSTANCE:
        in_items_of(read, el, &((struct xccdf_instance *)frame->at)->values);
        return 0;
    case X_SETTING:
        in_items_of(read, el, &((struct xccdf_setting *)frame->at)->values);
        return 0;
    case X_PROFILE:
        in_profile(read, el, frame->at);
        return 0;
    case X_CHECK:
        in_check(read, el, frame->at);
        return 0;
    case X_TAILORING:
        in_tailoring(x, el);
        return 0;
    case X_SPECIFICATION:
    case READ_PLATFORM:
    case READ_TEST:
        if (!read_platform(read, el, &x->benchmark->platforms))
            read_push(read, READ_SKIP, NULL);
        return 0;
    default:
        read_push(read, READ_SKIP, NULL);
        return 0;
    }
}

int read_xccdf_end(void *ctx, struct err *err)
{
    struct read_xccdf *x = ctx;
    struct read *read = &x->read;
    const struct read_frame *frame = &read->stack[read->depth];
    int rc = 0;

    if (frame->where == READ_LEAF && frame->to != NULL)
        rc = read_leaf_end(read, err);
    else if (frame->where == X_GROUP || frame->where == X_BENCHMARK)
        item_at(x, frame->index)->end = (uint32_t)x->benchmark->items.n;
    read->depth--;
    return rc;
}

int read_xccdf_text(void *ctx, str text, struct err *err UNUSED)
{
    struct read_xccdf *x = ctx;

    if (x->read.stack[x->read.depth].where == READ_LEAF)
        buf_add(&x->read.text, text);
    return 0;
}
