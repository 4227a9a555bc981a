/* SPDX-License-Identifier: Apache-2.0
 *
 * TestResult of XCCDF 1.2, for benchmarks of 1.1, too: the order of elements
 * is the schema's.
 */
#include "scap/report.h"
#include "scap/write_int.h"

enum {
    ID_MAX = 512
};

void write_system(const struct scap_result *result, struct oval_system *out)
{
    struct oval_source *source = result->source;

    memset(out, 0, sizeof(*out));
    if (source->ops->system == NULL ||
        source->ops->system(source, out, NULL) < 0)
        memset(out, 0, sizeof(*out));
}

/* xccdf_N_testresult_M, where N has no underscore. */
static str make_id(const struct scap_result *result, struct buf *out)
{
    const struct scap_policy *policy = result->policy;
    str name = policy->benchmark->items.p[0].id;

    if (policy->profile != NULL)
        name = policy->profile->id;
    buf_add_c(out, "xccdf_org.holdfast_testresult_");
    for (size_t i = 0; i < name.n && i < ID_MAX / 2; i++) {
        char c = name.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';

        buf_add_char(out, plain ? c : '_');
    }
    return buf_str(out);
}

static void write_time(struct xml_writer *w, const char *name, int64_t at)
{
    char text[CLOCK_TEXT_MAX];

    clock_text(at, text);
    xml_write_attr_c(w, name, text);
}

/* Where the benchmark is: a component of the data stream, or a file. */
static str document_of(const struct scap_policy *policy, struct buf *out)
{
    uint32_t component = policy->scap->refs.p[policy->ref].component;

    if (policy->scap->form != SCAP_FORM_STREAM)
        return policy->scap->components.p[component].id;
    buf_add_char(out, '#');
    buf_add(out, policy->scap->components.p[component].id);
    return buf_str(out);
}

static void write_head(const struct scap_result *result, struct xml_writer *w)
{
    const struct scap_policy *policy = result->policy;
    const struct xccdf_item *root = &policy->benchmark->items.p[0];
    AUTO(buf_clear) struct buf id = BUF(ID_MAX);
    AUTO(buf_clear) struct buf href = BUF(ID_MAX);

    xml_write_start(w, "TestResult");
    xml_write_attr_c(w, "xmlns", SCAP_NS_XCCDF);
    xml_write_attr(w, "id", make_id(result, &id));
    write_time(w, "start-time", result->start_s);
    write_time(w, "end-time", result->end_s);
    xml_write_attr_c(w, "test-system", OVAL_PRODUCT_NAME);
    if (policy->benchmark->version.n > 0)
        xml_write_attr(w, "version", policy->benchmark->version);
    xml_write_start(w, "benchmark");
    xml_write_attr(w, "href", document_of(policy, &href));
    xml_write_attr(w, "id", root->id);
    xml_write_end(w);
    if (policy->tailoring != NULL && policy->tailoring_path != NULL) {
        xml_write_start(w, "tailoring-file");
        xml_write_attr_c(w, "href", policy->tailoring_path);
        xml_write_attr(w, "id", policy->tailoring->id);
        xml_write_attr(w, "version", policy->tailoring->version);
        write_time(w, "time", result->start_s);
        xml_write_end(w);
    }
    xml_write_leaf(w, "title",
                   root->title.n > 0 ? root->title : STR("Test result"));
    if (policy->profile != NULL) {
        xml_write_start(w, "profile");
        xml_write_attr(w, "idref", policy->profile->id);
        xml_write_end(w);
    }
}

static void write_fact(struct xml_writer *w, const char *name, str value)
{
    if (value.n == 0)
        return;
    xml_write_start(w, "fact");
    xml_write_attr_c(w, "name", name);
    xml_write_attr_c(w, "type", "string");
    xml_write_text(w, value);
    xml_write_end(w);
}

static void write_target(const struct scap_result *result, struct xml_writer *w)
{
    struct oval_system sys;

    write_system(result, &sys);
    xml_write_leaf(w, "target",
                   sys.primary_host_name.n > 0 ? sys.primary_host_name
                                               : STR("unknown"));
    for (size_t i = 0; i < sys.interface_count; i++)
        xml_write_leaf(w, "target-address", sys.interfaces[i].ip);
    xml_write_start(w, "target-facts");
    write_fact(w, "urn:xccdf:fact:scanner:name", STR("Holdfast"));
    write_fact(w, "urn:xccdf:fact:scanner:version", STR(HOLDFAST_VERSION));
    write_fact(w, "urn:xccdf:fact:asset:identifier:host_name",
               sys.primary_host_name);
    write_fact(w, "urn:xccdf:fact:asset:identifier:os_name", sys.os_name);
    write_fact(w, "urn:xccdf:fact:asset:identifier:os_version", sys.os_version);
    for (size_t i = 0; i < sys.interface_count; i++) {
        write_fact(w, "urn:xccdf:fact:asset:identifier:ipv4",
                   str_find_char(sys.interfaces[i].ip, '.') <
                           sys.interfaces[i].ip.n
                       ? sys.interfaces[i].ip
                       : STR_NONE);
        write_fact(w, "urn:xccdf:fact:asset:identifier:mac",
                   sys.interfaces[i].mac);
    }
    xml_write_end(w);
}

/* The platforms of the benchmark, when it applies to this system. */
static void write_platforms(const struct scap_result *result,
                            struct xml_writer *w)
{
    const struct xccdf_note *n = result->policy->rules[0].platforms;

    for (; result->applicable && n != NULL; n = n->next) {
        xml_write_start(w, "platform");
        xml_write_attr(w, "idref", n->text);
        xml_write_end(w);
    }
}

static void write_values(const struct scap_result *result, struct xml_writer *w)
{
    const struct scap_policy *policy = result->policy;

    for (size_t i = 0; i < policy->benchmark->values.n; i++) {
        const struct scap_value *value = &policy->values[i];
        const struct xccdf_note *n = value->values;
        bool simple = n != NULL && n->next == NULL;

        if (!value->set || policy->benchmark->values.p[i].id.n == 0)
            continue;
        xml_write_start(w, simple ? "set-value" : "set-complex-value");
        xml_write_attr(w, "idref", policy->benchmark->values.p[i].id);
        if (simple)
            xml_write_text(w, n->text);
        for (; !simple && n != NULL; n = n->next)
            xml_write_leaf(w, "item", n->text);
        xml_write_end(w);
    }
}

static void write_check_head(struct xml_writer *w,
                             const struct xccdf_check *check)
{
    xml_write_start(w, check->complex_ ? "complex-check" : "check");
    if (check->complex_)
        xml_write_attr_c(w, "operator", check->or_ ? "OR" : "AND");
    else
        xml_write_attr(w, "system", check->system);
    if (check->negate)
        xml_write_attr_c(w, "negate", "true");
    if (check->multi)
        xml_write_attr_c(w, "multi-check", "true");
}

/* r: what was taken of a simple check's alternatives; NULL inside a complex
 * one. Bounded by the depth of the XML that it was read from. */
static void write_check(struct xml_writer *w, const struct xccdf_check *check,
                        const struct scap_rule_result *r)
{
    const struct xccdf_content *c = check->contents;

    write_check_head(w, check);
    for (const struct xccdf_export *e = check->exports; e != NULL;
         e = e->next) {
        xml_write_start(w, "check-export");
        xml_write_attr(w, "value-id", e->value);
        xml_write_attr(w, "export-name", e->name);
        xml_write_end(w);
    }
    for (; c != NULL; c = c->next) {
        str name = c->name;

        if (r != NULL && r->href.n > 0 && !str_eq(r->href, c->href))
            continue;
        if (r != NULL && name.n == 0)
            name = r->name;
        xml_write_start(w, "check-content-ref");
        xml_write_attr(w, "href", c->href);
        if (name.n > 0)
            xml_write_attr(w, "name", name);
        xml_write_end(w);
        if (r != NULL && r->href.n > 0)
            break;
    }
    for (const struct xccdf_check *k = check->children; k != NULL; k = k->next)
        write_check(w, k, NULL);
    xml_write_end(w);
}

static void write_rule(const struct scap_result *result,
                       const struct scap_rule_result *r, struct xml_writer *w)
{
    const struct scap_rule *rule = &result->policy->rules[r->item];
    char weight[SCORE_TEXT_MAX];

    write_score(r->weight, weight);
    xml_write_start(w, "rule-result");
    xml_write_attr(w, "idref", write_item(result, r)->id);
    xml_write_attr_c(w, "role", xccdf_role_text(r->role));
    write_time(w, "time", result->end_s);
    xml_write_attr_c(w, "severity", xccdf_severity_text(r->severity));
    xml_write_attr_c(w, "weight", weight);
    xml_write_leaf(w, "result", str_c(xccdf_result_text(r->result)));
    for (const struct xccdf_note *n = rule->idents; n != NULL; n = n->next) {
        xml_write_start(w, "ident");
        xml_write_attr(w, "system", n->a);
        xml_write_text(w, n->text);
        xml_write_end(w);
    }
    if (r->message.n > 0) {
        xml_write_start(w, "message");
        xml_write_attr_c(w, "severity",
                         r->result == XCCDF_ERROR ? "error" : "info");
        xml_write_text(w, r->message);
        xml_write_end(w);
    }
    if (r->check != NULL && r->result != XCCDF_NOTSELECTED)
        write_check(w, r->check, r);
    xml_write_end(w);
}

static void write_scores(const struct scap_result *result, struct xml_writer *w)
{
    for (unsigned i = 0; i < SCAP_MODELS; i++) {
        const struct scap_score *score = &result->scores[i];
        char text[SCORE_TEXT_MAX];

        if (!score->asked)
            continue;
        xml_write_start(w, "score");
        xml_write_attr_c(w, "system", scap_model_uri(i));
        write_score(score->maximum > 0 ? score->maximum : 1, text);
        xml_write_attr_c(w, "maximum", text);
        write_score(score->score, text);
        xml_write_text(w, str_c(text));
        xml_write_end(w);
    }
}

void test_result_element(const struct scap_result *result, struct xml_writer *w)
{
    write_head(result, w);
    write_target(result, w);
    write_platforms(result, w);
    write_values(result, w);
    for (size_t i = 0; i < result->rules.n; i++)
        write_rule(result, &result->rules.p[i], w);
    write_scores(result, w);
    xml_write_end(w);
}

int scap_test_result_write(const struct scap_result *result, struct io_out *out,
                           struct err *err UNUSED)
{
    struct xml_writer w;

    xml_write_init(&w, out);
    test_result_element(result, &w);
    return 0;
}
