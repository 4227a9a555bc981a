/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/results.h"

#include "oval/reason.h"
#include "oval/source_copy.h"
#include "oval/syschar.h"
#include "oval/uses.h"

#define NS_RESULTS "http://oval.mitre.org/XMLSchema/oval-results-5"

static void write_directives(struct xml_writer *w, bool with_definitions)
{
    static const char *const names[] = {
        "definition_true",          "definition_false",
        "definition_unknown",       "definition_error",
        "definition_not_evaluated", "definition_not_applicable",
    };

    xml_write_start(w, "directives");
    xml_write_attr_c(w, "include_source_definitions",
                     with_definitions ? "true" : "false");
    for (size_t i = 0; i < COUNT(names); i++) {
        xml_write_start(w, names[i]);
        xml_write_attr_c(w, "reported", "true");
        xml_write_attr_c(w, "content", "full");
        xml_write_end(w);
    }
    xml_write_end(w);
}

static void write_flags(struct xml_writer *w, const struct oval_node *node)
{
    if ((node->flags & OVAL_NODE_NEGATE) != 0)
        xml_write_attr_c(w, "negate", "true");
    if ((node->flags & OVAL_NODE_APPLICABILITY) != 0)
        xml_write_attr_c(w, "applicability_check", "true");
}

/* True when the node, or something below it, can be written. */
static bool can_write(const struct oval_eval *eval, uint32_t at)
{
    const struct oval_content *c = oval_eval_content(eval);
    uint32_t end = c->nodes.p[at].end;
    enum oval_result unused;

    for (uint32_t i = at; i < end; i++) {
        const struct oval_node *node = &c->nodes.p[i];

        if (node->a == OVAL_NONE)
            continue;
        if (node->type == OVAL_NODE_CRITERION)
            return true;
        if (node->type == OVAL_NODE_EXTEND &&
            oval_eval_result(eval, node->a, &unused))
            return true;
    }
    return false;
}

static void write_reference(struct xml_writer *w, struct oval_eval *eval,
                            uint32_t at)
{
    const struct oval_content *c = oval_eval_content(eval);
    const struct oval_node *node = &c->nodes.p[at];
    bool is_test = node->type == OVAL_NODE_CRITERION;

    xml_write_start(w, is_test ? "criterion" : "extend_definition");
    if (is_test) {
        xml_write_attr(w, "test_ref",
                       oval_prose_text(c, c->tests.p[node->a].id));
        xml_write_attr_u(w, "version", c->tests.p[node->a].version);
    } else {
        xml_write_attr(w, "definition_ref",
                       oval_name_text(c, c->definitions.p[node->a].id));
        xml_write_attr_u(w, "version", c->definitions.p[node->a].version);
    }
    xml_write_attr_u(w, "variable_instance", 1);
    write_flags(w, node);
    xml_write_attr_c(w, "result",
                     oval_result_text(oval_eval_node_result(eval, at)));
    xml_write_end(w);
}

/* The recursion is bounded by the depth of the content's XML, which the
 * loader and the pack limit. */
static void write_node(struct xml_writer *w, struct oval_eval *eval,
                       uint32_t at)
{
    const struct oval_content *c = oval_eval_content(eval);
    const struct oval_node *node = &c->nodes.p[at];

    if (!can_write(eval, at))
        return;
    if (node->type != OVAL_NODE_CRITERIA) {
        write_reference(w, eval, at);
        return;
    }
    xml_write_start(w, "criteria");
    xml_write_attr_c(
        w, "operator",
        node->op >= OVAL_OPERATOR_BAD ? "AND" : oval_operator_text(node->op));
    write_flags(w, node);
    xml_write_attr_c(w, "result",
                     oval_result_text(oval_eval_node_result(eval, at)));
    for (uint32_t i = at + 1; i < node->end; i = c->nodes.p[i].end)
        write_node(w, eval, i);
    xml_write_end(w);
}

/* What cannot be written as an element is said as a message. */
static void write_omissions(struct xml_writer *w, const struct oval_eval *eval,
                            uint32_t criteria, struct oval_reasons *reasons)
{
    const struct oval_content *c = oval_eval_content(eval);
    bool complete = criteria != OVAL_NONE;

    for (uint32_t i = criteria; complete && i < c->nodes.p[criteria].end; i++)
        complete =
            c->nodes.p[i].type == OVAL_NODE_CRITERIA || can_write(eval, i);
    if (complete)
        return;
    for (size_t i = 0; i < reasons->texts.n; i++) {
        struct oval_message message = { .level = OVAL_LEVEL_WARNING,
                                        .text = reasons->texts.p[i] };

        oval_write_messages(w, &message);
    }
}

static void write_definition(struct xml_writer *w, struct oval_eval *eval,
                             uint32_t index, enum oval_result result,
                             struct oval_reasons *reasons)
{
    const struct oval_content *c = oval_eval_content(eval);
    const struct oval_definition *d = &c->definitions.p[index];

    xml_write_start(w, "definition");
    xml_write_attr(w, "definition_id", oval_name_text(c, d->id));
    xml_write_attr_u(w, "version", d->version);
    xml_write_attr_u(w, "variable_instance", 1);
    if (d->class_ < OVAL_CLASS_DEPRECATED)
        xml_write_attr_c(w, "class", oval_class_text(d->class_));
    xml_write_attr_c(w, "result", oval_result_text(result));
    oval_reasons_fill(reasons, eval, index);
    write_omissions(w, eval, d->criteria, reasons);
    if (d->criteria != OVAL_NONE)
        write_node(w, eval, d->criteria);
    xml_write_end(w);
}

static void write_definitions(struct xml_writer *w, struct oval_eval *eval)
{
    AUTO(oval_reasons_clear) struct oval_reasons reasons = { 0 };
    const struct oval_report_content all = { .eval = eval };
    const struct oval_report report = { .contents = &all, .count = 1 };
    struct oval_report_step step = { 0 };
    bool any = false;

    while (oval_report_next(&report, &step)) {
        if (!any)
            xml_write_start(w, "definitions");
        any = true;
        write_definition(w, eval, step.definition, step.result, &reasons);
    }
    if (any)
        xml_write_end(w);
}

static void write_test(struct xml_writer *w, const struct oval_eval *eval,
                       uint32_t index, struct oval_uses *uses)
{
    const struct oval_content *c = oval_eval_content(eval);
    const struct oval_test *test = &c->tests.p[index];
    struct oval_test_result result = oval_eval_test(eval, index);

    xml_write_start(w, "test");
    xml_write_attr(w, "test_id", oval_prose_text(c, test->id));
    xml_write_attr_u(w, "version", test->version);
    xml_write_attr_u(w, "variable_instance", 1);
    if (test->existence < OVAL_EXISTENCE_BAD)
        xml_write_attr_c(w, "check_existence",
                         oval_existence_text(test->existence));
    xml_write_attr_c(w, "check",
                     test->check < OVAL_CHECK_BAD ? oval_check_text(test->check)
                                                  : "all");
    if (test->state_operator < OVAL_OPERATOR_BAD)
        xml_write_attr_c(w, "state_operator",
                         oval_operator_text(test->state_operator));
    xml_write_attr_c(w, "result",
                     oval_result_text(result.evaluated ? result.result
                                                       : OVAL_NOT_EVALUATED));
    oval_write_messages(w, result.messages);
    for (uint32_t i = 0; result.items != NULL && i < result.item_count; i++) {
        xml_write_start(w, "tested_item");
        xml_write_attr_u(w, "item_id", result.items[i].item->id);
        xml_write_attr_c(w, "result", oval_result_text(result.items[i].result));
        xml_write_end(w);
    }
    oval_uses_of_test(uses, c, index);
    oval_write_values(w, eval, uses->variables.p, uses->variables.n,
                      "tested_variable");
    xml_write_end(w);
}

/* The tests that the definitions written refer to: those, and no others, so
 * that every reference finds its test. */
static uint8_t *mark_tests(const struct oval_eval *eval)
{
    const struct oval_content *c = oval_eval_content(eval);
    uint8_t *marks = mem_alloc((size_t)c->tests.n + 1, 1);
    enum oval_result unused;

    for (uint32_t i = 0; i < c->definitions.n; i++) {
        uint32_t root = c->definitions.p[i].criteria;

        if (root == OVAL_NONE || !oval_eval_result(eval, i, &unused))
            continue;
        for (uint32_t k = root; k < c->nodes.p[root].end; k++)
            if (c->nodes.p[k].type == OVAL_NODE_CRITERION &&
                c->nodes.p[k].a != OVAL_NONE)
                marks[c->nodes.p[k].a] = 1;
    }
    return marks;
}

static void write_tests(struct xml_writer *w, const struct oval_eval *eval)
{
    AUTO(mem_freep) uint8_t *marks = mark_tests(eval);
    AUTO(oval_uses_clear) struct oval_uses uses = { 0 };
    uint32_t n = oval_eval_content(eval)->tests.n;
    bool any = false;

    for (uint32_t i = 0; i < n; i++) {
        if (!marks[i])
            continue;
        if (!any)
            xml_write_start(w, "tests");
        any = true;
        write_test(w, eval, i, &uses);
    }
    if (any)
        xml_write_end(w);
}

int oval_results_element(const struct oval_report *report,
                         struct stream *definitions, struct xml_writer *w,
                         struct err *err)
{
    int rc = 0;

    if (definitions != NULL && report->count != 1)
        return err_set(err, E_USAGE,
                       "results can hold the source definitions "
                       "of one content only");
    xml_write_start(w, "oval_results");
    xml_write_attr_c(w, "xmlns", NS_RESULTS);
    xml_write_attr_c(w, "xmlns:oval", OVAL_NS_COMMON);
    oval_write_generator(w, report->time_s);
    write_directives(w, definitions != NULL);
    if (definitions != NULL) {
        rc = oval_source_copy(definitions, w->out, err);
        if (rc < 0)
            return rc;
    }
    xml_write_start(w, "results");
    for (size_t i = 0; rc == 0 && i < report->count; i++) {
        xml_write_start(w, "system");
        write_definitions(w, report->contents[i].eval);
        write_tests(w, report->contents[i].eval);
        rc = oval_syschar_element(&report->contents[i], report->time_s, w, err);
        xml_write_end(w);
    }
    xml_write_end(w);
    xml_write_end(w);
    return rc;
}

int oval_results_write(const struct oval_report *report,
                       struct stream *definitions, struct io_out *out,
                       struct err *err)
{
    struct xml_writer w;

    xml_write_init(&w, out);
    return oval_results_element(report, definitions, &w, err);
}
