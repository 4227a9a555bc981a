/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_write.h"
#include "scap/report.h"
#include "scap/write_int.h"

void write_score(double value, char out[SCORE_TEXT_MAX])
{
    snprintf(out, SCORE_TEXT_MAX, "%.6f", value);
}

const struct xccdf_item *write_item(const struct scap_result *result,
                                    const struct scap_rule_result *rule)
{
    return &result->policy->benchmark->items.p[rule->item];
}

void scap_tsv_write(const struct scap_result *result, struct io_out *out)
{
    for (size_t i = 0; i < result->rules.n; i++) {
        const struct scap_rule_result *r = &result->rules.p[i];

        io_out_write(out, write_item(result, r)->id);
        io_out_printf(out, "\t%s\n", xccdf_result_text(r->result));
    }
}

static void json_time(struct json_writer *w, const char *key, int64_t at)
{
    char text[CLOCK_TEXT_MAX];

    clock_text(at, text);
    json_write_member(w, key, str_c(text));
}

static void json_number(struct json_writer *w, const char *key, double value)
{
    char text[SCORE_TEXT_MAX];

    write_score(value, text);
    json_write_key(w, key);
    json_write_number(w, str_c(text));
}

static void json_scores(struct json_writer *w, const struct scap_result *result)
{
    json_write_key(w, "scores");
    json_write_array(w);
    for (unsigned i = 0; i < SCAP_MODELS; i++) {
        const struct scap_score *score = &result->scores[i];

        json_write_object(w);
        json_write_member(w, "model", str_c(scap_model_uri(i)));
        json_number(w, "score", score->score);
        json_number(w, "maximum", score->maximum);
        json_write_key(w, "asked");
        json_write_bool(w, score->asked);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void json_counts(struct json_writer *w, const struct scap_result *result)
{
    json_write_key(w, "counts");
    json_write_object(w);
    for (unsigned i = 0; i < XCCDF_RESULTS; i++) {
        json_write_key(w, xccdf_result_text(i));
        json_write_i64(w, result->counts[i]);
    }
    json_write_object_end(w);
}

static void json_idents(struct json_writer *w, const struct xccdf_note *n)
{
    json_write_key(w, "idents");
    json_write_array(w);
    for (; n != NULL; n = n->next) {
        json_write_object(w);
        json_write_member(w, "system", n->a);
        json_write_member(w, "id", n->text);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void json_rule(struct json_writer *w, const struct scap_result *result,
                      const struct scap_rule_result *r)
{
    const struct scap_rule *rule = &result->policy->rules[r->item];

    json_write_object(w);
    json_write_member(w, "id", write_item(result, r)->id);
    json_write_member(w, "title",
                      scap_policy_expand(result->policy, rule->title));
    json_write_member(w, "severity", str_c(xccdf_severity_text(r->severity)));
    json_write_member(w, "result", str_c(xccdf_result_text(r->result)));
    json_write_member(w, "message", r->message.n > 0 ? r->message : STR_NONE);
    json_number(w, "weight", r->weight);
    json_write_member(w, "check", r->name.n > 0 ? r->name : STR_NONE);
    json_idents(w, rule->idents);
    json_write_object_end(w);
}

int scap_json_write(const struct scap_result *result, struct io_out *out,
                    struct err *err UNUSED)
{
    const struct scap_policy *policy = result->policy;
    const struct xccdf_item *root = &policy->benchmark->items.p[0];
    struct json_writer *w = json_write_new(out);

    json_write_object(w);
    json_write_member(w, "benchmark", root->id);
    json_write_member(w, "title", root->title);
    json_write_member(w, "version", policy->benchmark->version);
    json_write_member(w, "profile",
                      policy->profile == NULL ? STR_NONE : policy->profile->id);
    json_time(w, "started", result->start_s);
    json_time(w, "ended", result->end_s);
    json_write_key(w, "applicable");
    json_write_bool(w, result->applicable);
    json_write_member(w, "not_applicable",
                      result->applicable ? STR_NONE : result->not_applicable);
    json_scores(w, result);
    json_counts(w, result);
    json_write_key(w, "rules");
    json_write_array(w);
    for (size_t i = 0; i < result->rules.n; i++)
        json_rule(w, result, &result->rules.p[i]);
    json_write_array_end(w);
    json_write_object_end(w);
    json_write_free(w);
    return 0;
}
