/* SPDX-License-Identifier: Apache-2.0 */
#include "scap/describe.h"

static const char *const forms[] = {
    [SCAP_FORM_STREAM] = "data stream",
    [SCAP_FORM_BUNDLE] = "bundle",
    [SCAP_FORM_FILES] = "files",
    [SCAP_FORM_TAILORING] = "tailoring",
};

static void stated(struct json_writer *w, const char *key, str text)
{
    json_write_member(w, key, text.n > 0 ? text : STR_NONE);
}

static void profiles(struct json_writer *w, const struct xccdf_profile *p)
{
    json_write_key(w, "profiles");
    json_write_array(w);
    for (; p != NULL; p = p->next) {
        json_write_object(w);
        json_write_member(w, "id", p->id);
        stated(w, "title", p->title);
        stated(w, "extends", p->extends);
        json_write_key(w, "abstract");
        json_write_bool(w, p->abstract_);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void benchmark(struct json_writer *w, const struct xccdf_benchmark *b)
{
    const struct xccdf_item *root = &b->items.p[0];

    json_write_object(w);
    json_write_member(w, "id", root->id);
    stated(w, "title", root->title);
    stated(w, "version", b->version);
    stated(w, "status", xccdf_status(b));
    json_write_member(w, "xccdf", b->version_of_xccdf);
    json_write_key(w, "platforms");
    json_write_array(w);
    for (const struct xccdf_note *n = root->platforms; n != NULL; n = n->next)
        json_write_str(w, n->text);
    json_write_array_end(w);
    json_write_key(w, "models");
    json_write_array(w);
    for (const struct xccdf_note *n = b->models; n != NULL; n = n->next)
        json_write_str(w, n->text);
    json_write_array_end(w);
    json_write_key(w, "rules");
    json_write_i64(w, b->rule_count);
    json_write_key(w, "values");
    json_write_i64(w, (int64_t)b->values.n);
    profiles(w, b->profiles);
    json_write_object_end(w);
}

static void stream(const struct scap *scap, struct json_writer *w, uint32_t at)
{
    const struct scap_stream *s = &scap->streams.p[at];

    json_write_object(w);
    stated(w, "id", s->id);
    stated(w, "scap_version", s->version);
    stated(w, "use_case", s->use_case);
    stated(w, "timestamp", s->timestamp);
    json_write_key(w, "benchmarks");
    json_write_array(w);
    for (uint32_t i = 0; i < s->ref_count; i++) {
        uint32_t component = scap->refs.p[s->ref_first + i].component;

        if (component != SCAP_NONE &&
            scap->components.p[component].benchmark != NULL)
            benchmark(w, scap->components.p[component].benchmark);
    }
    json_write_array_end(w);
    json_write_object_end(w);
}

static void components(const struct scap *scap, struct json_writer *w)
{
    json_write_key(w, "components");
    json_write_array(w);
    for (size_t i = 0; i < scap->components.n; i++) {
        json_write_object(w);
        json_write_member(w, "id", scap->components.p[i].id);
        json_write_member(w, "kind",
                          str_c(scap_kind_text(scap->components.p[i].kind)));
        stated(w, "timestamp", scap->components.p[i].timestamp);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void problems(const struct scap *scap, struct json_writer *w)
{
    json_write_key(w, "problems");
    json_write_array(w);
    for (size_t i = 0; i < scap->problems.n; i++) {
        const struct scap_problem *p = &scap->problems.p[i];

        json_write_object(w);
        json_write_member(w, "level", p->fatal ? STR("error") : STR("warning"));
        json_write_key(w, "line");
        json_write_i64(w, p->line);
        json_write_member(w, "text", p->text);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

void scap_describe(const struct scap *scap, struct json_writer *w)
{
    json_write_object(w);
    json_write_member(w, "form", str_c(forms[scap->form]));
    stated(w, "id", scap->id);
    json_write_key(w, "signed");
    json_write_bool(w, scap->is_signed);
    json_write_key(w, "streams");
    json_write_array(w);
    for (uint32_t i = 0; i < scap->streams.n; i++)
        stream(scap, w, i);
    json_write_array_end(w);
    if (scap->form == SCAP_FORM_TAILORING)
        profiles(w, scap->components.p[0].tailoring->profiles);
    components(scap, w);
    problems(scap, w);
    json_write_object_end(w);
}
