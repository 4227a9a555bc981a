/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/json.h"

#include "base/json_write.h"
#include "oval/finding.h"
#include "oval/mask.h"
#include "oval/reason.h"

/* A member that is null when the content does not state it. */
static void stated(struct json_writer *w, const char *key, str text)
{
    json_write_member(w, key, text.n == 0 ? STR_NONE : text);
}

static void number(struct json_writer *w, const char *key, int64_t value)
{
    json_write_key(w, key);
    json_write_i64(w, value);
}

static void write_generator(struct json_writer *w,
                            const struct oval_report *report)
{
    char time[OVAL_TIME_SIZE];

    json_write_key(w, "generator");
    json_write_object(w);
    json_write_member(w, "product", STR("holdfast"));
    json_write_member(w, "version", STR(HOLDFAST_VERSION));
    json_write_member(w, "timestamp", oval_time_text(report->time_s, time));
    json_write_object_end(w);
}

static void write_system(struct json_writer *w,
                         const struct oval_report *report)
{
    struct oval_source *source;
    struct oval_system system = { 0 };

    json_write_key(w, "system");
    source =
        report->count == 0 ? NULL : oval_eval_source(report->contents[0].eval);
    if (source == NULL || source->ops->system == NULL ||
        source->ops->system(source, &system, NULL) < 0) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    stated(w, "os_name", system.os_name);
    stated(w, "os_version", system.os_version);
    stated(w, "architecture", system.architecture);
    stated(w, "host_name", system.primary_host_name);
    json_write_object_end(w);
}

static void write_digest(struct json_writer *w, const uint8_t *digest)
{
    static const char hex[] = "0123456789abcdef";
    static const uint8_t unknown[32];
    char text[64];

    if (memcmp(digest, unknown, sizeof(unknown)) == 0) {
        json_write_member(w, "sha256", STR_NONE);
        return;
    }
    for (unsigned i = 0; i < 32; i++) {
        text[2 * i] = hex[digest[i] >> 4];
        text[2 * i + 1] = hex[digest[i] & 15];
    }
    json_write_member(w, "sha256", (str){ text, sizeof(text) });
}

static void write_contents(struct json_writer *w,
                           const struct oval_report *report)
{
    json_write_key(w, "contents");
    json_write_array(w);
    for (size_t i = 0; i < report->count; i++) {
        const struct oval_report_content *content = &report->contents[i];
        const struct oval_content *c = oval_eval_content(content->eval);

        json_write_object(w);
        json_write_member(w, "name", str_c(content->name));
        stated(w, "product", oval_prose_text(c, c->product_name));
        stated(w, "product_version", oval_prose_text(c, c->product_version));
        stated(w, "schema_version", oval_prose_text(c, c->schema_version));
        stated(w, "timestamp", oval_prose_text(c, c->timestamp));
        write_digest(w, c->source_sha256);
        number(w, "definitions", c->definitions.n);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void write_counts(struct json_writer *w,
                         const struct oval_report *report)
{
    struct oval_counts counts;

    oval_report_count(report, &counts);
    json_write_key(w, "counts");
    json_write_object(w);
    for (unsigned i = 0; i < OVAL_RESULTS; i++)
        number(w, oval_result_text((enum oval_result)i), counts.n[i]);
    json_write_object_end(w);
}

static void write_references(struct json_writer *w,
                             const struct oval_finding *f)
{
    json_write_key(w, "cves");
    json_write_array(w);
    for (size_t i = 0; i < f->cves.n; i++)
        json_write_str(w, f->cves.p[i].id);
    json_write_array_end(w);
    json_write_key(w, "references");
    json_write_array(w);
    for (size_t i = 0; i < f->references.n; i++) {
        json_write_object(w);
        stated(w, "source", f->references.p[i].source);
        stated(w, "id", f->references.p[i].id);
        stated(w, "url", f->references.p[i].url);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void write_severity(struct json_writer *w, const struct oval_finding *f)
{
    json_write_key(w, "severity");
    if (f->severity.n == 0) {
        json_write_null(w);
    } else {
        json_write_object(w);
        json_write_member(w, "value", f->severity);
        stated(w, "source", f->severity_source);
        json_write_object_end(w);
    }
    json_write_key(w, "cvss");
    json_write_array(w);
    for (size_t i = 0; i < f->cvss.n; i++) {
        json_write_object(w);
        json_write_member(w, "value", f->cvss.p[i].text);
        stated(w, "version", f->cvss.p[i].version);
        stated(w, "cve", f->cvss.p[i].cve);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

/* A number with `places` decimals, given without its point. */
static void decimal(struct json_writer *w, const char *key, uint32_t value,
                    unsigned places)
{
    AUTO(buf_clear) struct buf text = BUF(32);
    uint32_t one = 1;

    for (unsigned i = 0; i < places; i++)
        one *= 10;
    buf_printf(&text, "%u.%0*u", value / one, (int)places, value % one);
    json_write_key(w, key);
    json_write_number(w, buf_str(&text));
}

static void write_score(struct json_writer *w, const struct oval_rating *r)
{
    json_write_key(w, "cvss");
    if (r->source.n == 0) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    json_write_member(w, "version", r->version);
    decimal(w, "score", r->score, 1);
    json_write_member(w, "severity", r->severity);
    stated(w, "vector", r->vector);
    json_write_member(w, "source", r->source);
    json_write_object_end(w);
}

static void write_exploited(struct json_writer *w, const struct oval_rating *r)
{
    json_write_key(w, "exploited");
    if (!r->exploited) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    json_write_member(w, "source", r->exploited_source);
    json_write_member(w, "added", r->exploited_since);
    stated(w, "due", r->exploited_due);
    json_write_key(w, "ransomware");
    json_write_bool(w, r->ransomware);
    json_write_object_end(w);
}

static void write_epss(struct json_writer *w, const struct oval_rating *r)
{
    json_write_key(w, "epss");
    if (!r->has_epss) {
        json_write_null(w);
        return;
    }
    json_write_object(w);
    decimal(w, "score", r->epss, 6);
    decimal(w, "percentile", r->epss_percentile, 6);
    json_write_member(w, "source", r->epss_source);
    stated(w, "date", r->epss_date);
    json_write_object_end(w);
}

static void write_risk(struct json_writer *w, const struct oval_finding *f)
{
    json_write_key(w, "exploited");
    json_write_bool(w, f->exploited);
    json_write_key(w, "risk");
    json_write_array(w);
    for (size_t i = 0; i < f->ratings.n; i++) {
        json_write_object(w);
        json_write_member(w, "cve", f->ratings.p[i].cve);
        write_score(w, &f->ratings.p[i]);
        write_exploited(w, &f->ratings.p[i]);
        write_epss(w, &f->ratings.p[i]);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void write_fixes(struct json_writer *w, const struct oval_finding *f)
{
    json_write_key(w, "fixes");
    json_write_array(w);
    for (size_t i = 0; i < f->fixes.n; i++) {
        json_write_object(w);
        json_write_member(w, "package", f->fixes.p[i].package);
        stated(w, "installed", f->fixes.p[i].installed);
        stated(w, "fixed", f->fixes.p[i].fixed);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void write_messages(struct json_writer *w,
                           const struct oval_reasons *reasons)
{
    json_write_key(w, "messages");
    json_write_array(w);
    for (size_t i = 0; i < reasons->texts.n; i++)
        json_write_str(w, reasons->texts.p[i]);
    json_write_array_end(w);
}

static void write_definition(struct json_writer *w,
                             const struct oval_finding *f,
                             const struct oval_reasons *reasons)
{
    const char *class_ = oval_class_text(f->class_);

    json_write_object(w);
    json_write_member(w, "id", f->id);
    number(w, "version", f->version);
    stated(w, "class", str_c(class_));
    json_write_member(w, "result", str_c(oval_result_text(f->result)));
    json_write_member(w, "meaning",
                      str_c(oval_meaning_text(f->class_, f->result)));
    stated(w, "title", f->title);
    write_references(w, f);
    write_severity(w, f);
    if (f->rater != NULL)
        write_risk(w, f);
    write_fixes(w, f);
    json_write_key(w, "deprecated");
    json_write_bool(w, f->deprecated);
    stated(w, "status", f->status);
    stated(w, "issued", f->issued);
    write_messages(w, reasons);
    json_write_object_end(w);
}

static void write_definitions(struct json_writer *w,
                              const struct oval_report *report)
{
    AUTO(oval_finding_clear)
    struct oval_finding finding = { .rater = report->rater };
    AUTO(oval_reasons_clear) struct oval_reasons reasons = { 0 };
    struct oval_report_step step = { 0 };

    json_write_key(w, "definitions");
    json_write_array(w);
    while (oval_report_next(report, &step)) {
        oval_finding_fill(&finding, step.eval, step.definition);
        oval_reasons_fill(&reasons, step.eval, step.definition);
        write_definition(w, &finding, &reasons);
    }
    json_write_array_end(w);
}

void oval_json_write(const struct oval_report *report, struct io_out *out)
{
    AUTO(json_write_freep) struct json_writer *w = json_write_new(out);

    for (size_t i = 0; i < report->count; i++)
        oval_mask_items(report->contents[i].eval);
    json_write_object(w);
    write_generator(w, report);
    write_system(w, report);
    write_contents(w, report);
    write_counts(w, report);
    write_definitions(w, report);
    json_write_object_end(w);
}
