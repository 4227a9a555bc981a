/* SPDX-License-Identifier: Apache-2.0
 *
 * Evaluating a query on one device, in three-valued logic: false < unknown <
 * true, `and` is the least, `or` the greatest, `not` mirrors.
 */
#include "fleet/query_int.h"
#include "version/dpkg.h"
#include "version/rpm.h"

enum {
    TOO_SLOW_MAX = 3,
    FOUND_MAX = 400, /* bytes of what a device has, in an explanation */
};

const char *query_truth_name(enum query_truth truth)
{
    static const char *const names[] = { "false", "unknown", "true" };

    return names[truth];
}

bool query_gave_up(const struct query *query)
{
    return query->too_slow >= TOO_SLOW_MAX;
}

bool query_glob(str pattern, str text)
{
    size_t p = 0;
    size_t t = 0;
    size_t star = SIZE_MAX; /* the last '*' and the text it began at */
    size_t mark = 0;

    while (t < text.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.n &&
                   (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

static enum query_truth truth_of(bool value)
{
    return value ? QUERY_TRUE : QUERY_FALSE;
}

static enum query_truth inverse(enum query_truth truth)
{
    return (enum query_truth)(QUERY_TRUE - truth);
}

static bool order_holds(enum query_op op, int order)
{
    switch (op) {
    case OP_EQ:
    case OP_IN:
        return order == 0;
    case OP_NE:
        return order != 0;
    case OP_LT:
        return order < 0;
    case OP_LE:
        return order <= 0;
    case OP_GT:
        return order > 0;
    case OP_GE:
        return order >= 0;
    default:
        return false;
    }
}

/* --- packages -------------------------------------------------------- */
static bool package_named(const struct query_node *node,
                          const struct fact_package *package)
{
    return query_glob(node->package_name, package->name) &&
           (node->package_arch.p == NULL ||
            str_eq(node->package_arch, package->arch));
}

static enum query_truth package_version(const struct query_node *node,
                                        str manager,
                                        const struct fact_package *package)
{
    int order = 0;
    int rc;

    if (node->op == OP_NONE)
        return QUERY_TRUE;
    if (str_eq(manager, STR("dpkg")))
        rc = dpkg_version_compare(package->evr, node->values[0].text, &order,
                                  NULL);
    else if (str_eq(manager, STR("rpm")))
        rc = rpm_version_compare(package->evr, node->values[0].text, &order,
                                 NULL);
    else
        return QUERY_UNKNOWN;
    return rc < 0 ? QUERY_UNKNOWN : truth_of(order_holds(node->op, order));
}

enum query_truth query_package_match(const struct query *query, size_t index,
                                     str manager,
                                     const struct fact_package *package)
{
    const struct query_node *node = query->packages.p[index];

    if (!package_named(node, package))
        return QUERY_FALSE;
    return package_version(node, manager, package);
}

static void found_add(struct buf *found, str text)
{
    if (found == NULL || found->n + text.n + 2 > FOUND_MAX)
        return;
    if (found->n > 0)
        buf_add_c(found, ", ");
    buf_add(found, text);
}

static enum query_truth eval_package(const struct query_node *node,
                                     const struct query_subject *subject,
                                     struct buf *found)
{
    const struct inventory *inventory = subject->inventory;
    enum query_truth truth = QUERY_FALSE;
    const struct fact_package *packages;

    if (subject->packages != NULL)
        return (enum query_truth)subject->packages[node->index];
    if (inventory == NULL || inventory->manager.n == 0)
        return QUERY_UNKNOWN;
    packages = inventory->packages.p;
    for (size_t i = 0; i < inventory->packages.n; i++) {
        enum query_truth one = QUERY_FALSE;

        if (!package_named(node, &packages[i]))
            continue;
        one = package_version(node, inventory->manager, &packages[i]);
        if (one > truth)
            truth = one;
        found_add(found, packages[i].name);
        found_add(found, packages[i].evr);
    }
    return truth;
}

/* --- labels ---------------------------------------------------------- */
static enum query_truth eval_label(const struct query *query,
                                   const struct query_node *node,
                                   const struct query_subject *subject)
{
    int64_t id = query->labels.p[node->index].id;
    size_t low = 0;
    size_t high = subject->label_count;

    if (subject->partial || id == 0)
        return QUERY_UNKNOWN;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (subject->labels[middle] == id)
            return QUERY_TRUE;
        if (subject->labels[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return QUERY_FALSE;
}

/* --- fields ---------------------------------------------------------- */
struct evaluation {
    struct query *query;
    const struct query_node *node;
    const struct query_subject *subject;
    struct buf *found; /* or NULL */
};

static enum query_truth text_matches(struct evaluation *eval, str text)
{
    int rc;

    if (query_gave_up(eval->query))
        return QUERY_UNKNOWN;
    rc = regex_match(eval->node->regex, text, 0, NULL, NULL);
    if (rc < 0) {
        eval->query->too_slow++;
        return QUERY_UNKNOWN;
    }
    return truth_of(rc == 1);
}

/* The positive form of the test on one text: what != and !~ deny comes from
 * eval_field(). */
static enum query_truth text_holds(struct evaluation *eval, str text)
{
    const struct query_node *node = eval->node;

    found_add(eval->found, text);
    if (node->op == OP_MATCH || node->op == OP_NOT_MATCH)
        return text_matches(eval, text);
    for (size_t i = 0; i < node->value_count; i++) {
        str value = node->values[i].text;
        bool holds = node->field->type == QT_VERSION
                         ? order_holds(node->op == OP_NE ? OP_EQ : node->op,
                                       rpm_version_order_part(text, value))
                         : str_eq_nocase(text, value);

        if (holds)
            return QUERY_TRUE;
    }
    return QUERY_FALSE;
}

static enum query_truth address_holds(struct evaluation *eval, str text)
{
    const struct query_node *node = eval->node;
    struct query_network have;
    str host = text;

    found_add(eval->found, text);
    host = str_cut(&host, '/');
    if (query_network_read(host, &have, NULL) < 0)
        return QUERY_UNKNOWN;
    for (size_t i = 0; i < node->value_count; i++) {
        const struct query_network *want = &node->values[i].network;

        if (want->v6 == have.v6 && oval_address_subset(&have.set, &want->set))
            return QUERY_TRUE;
    }
    return QUERY_FALSE;
}

static enum query_truth number_holds(struct evaluation *eval, int64_t number)
{
    const struct query_node *node = eval->node;
    enum query_op op = node->op == OP_NE ? OP_EQ : node->op;

    if (eval->found != NULL)
        buf_printf(eval->found, "%lld", (long long)number);
    for (size_t i = 0; i < node->value_count; i++) {
        int64_t value = node->values[i].number;

        if (order_holds(op, number < value ? -1 : number > value))
            return QUERY_TRUE;
    }
    return QUERY_FALSE;
}

static enum query_truth time_holds(struct evaluation *eval, int64_t at)
{
    const struct query_value *value = &eval->node->values[0];
    int64_t have = value->is_age ? eval->subject->now - at : at;

    if (eval->found != NULL)
        buf_printf(eval->found, value->is_age ? "%lld s ago" : "%lld",
                   (long long)have);
    return truth_of(order_holds(
        eval->node->op, have < value->number ? -1 : have > value->number));
}

static enum query_truth eval_number(struct evaluation *eval, int64_t number)
{
    if (number == 0 && !eval->node->field->zero_known)
        return QUERY_UNKNOWN;
    if (eval->node->op == OP_KNOWN)
        return QUERY_TRUE;
    return eval->node->field->type == QT_TIME ? time_holds(eval, number)
                                              : number_holds(eval, number);
}

static enum query_truth eval_text(struct evaluation *eval, str text)
{
    if (text.n == 0)
        return QUERY_UNKNOWN;
    if (eval->node->op == OP_KNOWN)
        return QUERY_TRUE;
    return text_holds(eval, text);
}

/* A field that is one value: a text or a number at its place. */
static enum query_truth eval_at(struct evaluation *eval, const void *base)
{
    const struct query_field *field = eval->node->field;
    const char *at = (const char *)base + field->offset;

    if (field->type == QT_NUMBER || field->type == QT_TIME)
        return eval_number(eval, *(const int64_t *)(const void *)at);
    return eval_text(eval, *(const str *)(const void *)at);
}

static enum query_truth most(enum query_truth a, enum query_truth b)
{
    return a > b ? a : b;
}

static enum query_truth eval_addresses(struct evaluation *eval,
                                       const struct fact_interface *interface)
{
    const struct fact_text *texts = interface->addresses.p;
    enum query_truth truth = QUERY_FALSE;

    for (size_t i = 0; i < interface->addresses.n; i++)
        truth = most(truth, eval->node->op == OP_KNOWN
                                ? QUERY_TRUE
                                : address_holds(eval, texts[i].text));
    return truth;
}

/* A field with many values holds when one of them does; an empty one is an
 * interface without that fact. */
static enum query_truth eval_many(struct evaluation *eval)
{
    const struct inventory *inventory = eval->subject->inventory;
    const struct fact_interface *interfaces = inventory->interfaces.p;
    const struct fact_user *users = inventory->users.p;
    enum query_truth truth = QUERY_FALSE;

    if (eval->node->field->from == FROM_USER) {
        for (size_t i = 0; i < inventory->users.n; i++)
            truth = most(truth, eval_text(eval, users[i].name));
        return truth;
    }
    for (size_t i = 0; i < inventory->interfaces.n; i++) {
        const char *at =
            (const char *)&interfaces[i] + eval->node->field->offset;
        const str *text = (const str *)(const void *)at;

        if (eval->node->field->from == FROM_ADDRESS)
            truth = most(truth, eval_addresses(eval, &interfaces[i]));
        else if (text->n > 0)
            truth = most(truth, eval_text(eval, *text));
    }
    return truth;
}

static enum query_truth eval_packages(struct evaluation *eval)
{
    const struct query_subject *subject = eval->subject;
    const struct inventory *inventory = subject->inventory;

    if (subject->packages != NULL)
        return eval_number(eval, subject->package_count);
    if (inventory == NULL || inventory->manager.n == 0)
        return QUERY_UNKNOWN;
    return eval_number(eval, (int64_t)inventory->packages.n);
}

static enum query_truth eval_value(struct evaluation *eval)
{
    const struct query_subject *subject = eval->subject;

    switch (eval->node->field->from) {
    case FROM_DEVICE:
        return eval_at(eval, subject->device);
    case FROM_PACKAGES:
        return eval_packages(eval);
    default:
        break;
    }
    if (subject->inventory == NULL)
        return QUERY_UNKNOWN;
    if (eval->node->field->from == FROM_HARDWARE)
        return eval_at(eval, &subject->inventory->hardware);
    if (eval->node->field->from == FROM_OS)
        return eval_at(eval, &subject->inventory->os);
    return eval_many(eval);
}

static enum query_truth eval_field(struct evaluation *eval)
{
    enum query_truth truth = eval_value(eval);
    enum query_op op = eval->node->op;

    if (op == OP_KNOWN) {
        bool later =
            eval->subject->partial && eval->node->field->from != FROM_DEVICE;

        if (truth == QUERY_UNKNOWN && !later)
            return QUERY_FALSE;
    }
    return op == OP_NE || op == OP_NOT_MATCH ? inverse(truth) : truth;
}

/* --- the tree -------------------------------------------------------- */
static enum query_truth eval_test(struct query *query,
                                  const struct query_node *node,
                                  const struct query_subject *subject,
                                  struct buf *found)
{
    struct evaluation eval = { query, node, subject, found };

    if (node->kind == QK_LABEL)
        return eval_label(query, node, subject);
    if (node->kind == QK_PACKAGE)
        return eval_package(node, subject, found);
    return eval_field(&eval);
}

/* As deep as the parser let it become. */
static enum query_truth eval_node(struct query *query,
                                  const struct query_node *node,
                                  const struct query_subject *subject)
{
    const struct query_node *child = node->first;
    enum query_truth truth;

    if (node->kind == QK_NOT)
        return inverse(eval_node(query, child, subject));
    if (node->kind != QK_AND && node->kind != QK_OR)
        return eval_test(query, node, subject, NULL);
    truth = eval_node(query, child, subject);
    for (child = child->next; child != NULL; child = child->next) {
        enum query_truth one;

        if (truth == (node->kind == QK_AND ? QUERY_FALSE : QUERY_TRUE))
            break;
        one = eval_node(query, child, subject);
        if (node->kind == QK_AND ? one < truth : one > truth)
            truth = one;
    }
    return truth;
}

enum query_truth query_match(struct query *query,
                             const struct query_subject *subject)
{
    return eval_node(query, query->root, subject);
}

/* --- explanation ----------------------------------------------------- */
struct explanation {
    struct query *query;
    const struct query_subject *subject;
    struct arena *arena;
    struct query_reason *reasons;
    size_t n;
};

static void explain_node(struct explanation *ex, const struct query_node *node)
{
    AUTO(buf_clear) struct buf found = BUF(2 * FOUND_MAX);
    struct query_reason *reason;

    for (const struct query_node *child = node->first; child != NULL;
         child = child->next)
        explain_node(ex, child);
    if (node->first != NULL)
        return;
    reason = &ex->reasons[ex->n++];
    reason->test = arena_str(ex->arena, node->text);
    reason->truth = eval_test(ex->query, node, ex->subject, &found);
    reason->found = arena_str(ex->arena, buf_str(&found));
}

void query_explain(struct query *query, const struct query_subject *subject,
                   struct arena *arena, struct query_reason **out,
                   size_t *out_n)
{
    struct explanation ex = { query, subject, arena, NULL, 0 };

    ex.reasons = arena_alloc(arena, query->tests, sizeof(*ex.reasons));
    explain_node(&ex, query->root);
    *out = ex.reasons;
    *out_n = ex.n;
}
