/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores (NISTIR 7275, 7.3). What is notapplicable, notchecked,
 * informational or notselected does not count; error and unknown count as not
 * passed (K-SCAP-13). A rule counts once: one that has several results has
 * passed when all of them have that count.
 */
#include "scap/eval.h"

static const char *const uris[] = {
    [SCAP_MODEL_DEFAULT] = "urn:xccdf:scoring:default",
    [SCAP_MODEL_FLAT] = "urn:xccdf:scoring:flat",
    [SCAP_MODEL_FLAT_UNWEIGHTED] = "urn:xccdf:scoring:flat-unweighted",
    [SCAP_MODEL_ABSOLUTE] = "urn:xccdf:scoring:absolute",
};

const char *scap_model_uri(enum scap_model model)
{
    return model < SCAP_MODELS ? uris[model] : "";
}

enum scap_model scap_model_of(str uri)
{
    enum scap_model model = 0;

    while (model < SCAP_MODELS && !str_eq_c(uri, uris[model]))
        model++;
    return model;
}

struct tree_node { /* by item: what it adds to its parent */
    double score;
    double weight; /* of what was counted below */
    uint32_t count;
};

static bool counts(const struct scap_rule_result *r)
{
    return r->role == XCCDF_ROLE_FULL &&
           (r->result == XCCDF_PASS || r->result == XCCDF_FAIL ||
            r->result == XCCDF_ERROR || r->result == XCCDF_UNKNOWN ||
            r->result == XCCDF_FIXED);
}

static bool passed(const struct scap_rule_result *r)
{
    return r->result == XCCDF_PASS || r->result == XCCDF_FIXED;
}

/* A rule with the results that it has, one behind the other. */
struct scored {
    uint32_t item;
    double weight;
    bool counts;
    bool passed;
};

/* The rule before results[*at], from the back; false: there is none. */
static bool previous(const struct scap_result *result, size_t *at,
                     struct scored *out)
{
    const struct scap_rule_result *rules = result->rules.p;

    if (*at == 0)
        return false;
    *out = (struct scored){ .item = rules[*at - 1].item,
                            .weight = rules[*at - 1].weight,
                            .passed = true };
    while (*at > 0 && rules[*at - 1].item == out->item) {
        const struct scap_rule_result *r = &rules[--*at];

        out->counts |= counts(r);
        out->passed &= !counts(r) || passed(r);
    }
    return true;
}

static void add_to_parent(struct tree_node *nodes, uint32_t parent,
                          double score, double weight)
{
    nodes[parent].score += score * weight;
    nodes[parent].weight += weight;
    nodes[parent].count++;
}

/* The default model: each group is the weighted mean of what is in it, of
 * 100. Children stand behind their parents, so one pass from the back does. */
static double default_score(const struct scap_result *result)
{
    const struct xccdf_benchmark *b = result->policy->benchmark;
    struct tree_node *nodes = mem_alloc(b->items.n, sizeof(*nodes));
    size_t at = result->rules.n;
    struct scored rule;
    bool more = previous(result, &at, &rule);
    double score;

    for (size_t i = b->items.n; i-- > 1;) {
        uint32_t parent = b->items.p[i].parent;
        const struct tree_node *n = &nodes[i];

        if (more && rule.item == i) {
            if (rule.counts)
                add_to_parent(nodes, parent, rule.passed ? 100 : 0,
                              rule.weight);
            more = previous(result, &at, &rule);
        }
        if (b->items.p[i].kind == XCCDF_GROUP && n->count > 0)
            add_to_parent(nodes, parent,
                          n->weight > 0 ? n->score / n->weight : 0,
                          result->policy->rules[i].weight);
    }
    score = nodes[0].weight > 0 ? nodes[0].score / nodes[0].weight : 0;
    mem_free(nodes);
    return score;
}

static void flat_scores(struct scap_result *result)
{
    struct scap_score *flat = &result->scores[SCAP_MODEL_FLAT];
    struct scap_score *plain = &result->scores[SCAP_MODEL_FLAT_UNWEIGHTED];
    struct scap_score *absolute = &result->scores[SCAP_MODEL_ABSOLUTE];
    size_t at = result->rules.n;
    struct scored rule;

    while (previous(result, &at, &rule)) {
        if (!rule.counts)
            continue;
        flat->maximum += rule.weight;
        flat->score += rule.passed ? rule.weight : 0;
        if (rule.weight > 0) {
            plain->maximum += 1;
            plain->score += rule.passed ? 1 : 0;
        }
    }
    absolute->maximum = 1;
    absolute->score = flat->score >= flat->maximum ? 1 : 0;
}

void scap_score(struct scap_result *result)
{
    const struct xccdf_note *models = result->policy->benchmark->models;
    bool any = false;

    memset(result->scores, 0, sizeof(result->scores));
    memset(result->counts, 0, sizeof(result->counts));
    for (; models != NULL; models = models->next) {
        enum scap_model model = scap_model_of(models->text);

        if (model < SCAP_MODELS)
            result->scores[model].asked = any = true;
    }
    if (!any)
        result->scores[SCAP_MODEL_DEFAULT].asked = true;
    for (size_t i = 0; i < result->rules.n; i++)
        result->counts[result->rules.p[i].result]++;
    result->scores[SCAP_MODEL_DEFAULT].score = default_score(result);
    result->scores[SCAP_MODEL_DEFAULT].maximum = 100;
    flat_scores(result);
}
