/* SPDX-License-Identifier: Apache-2.0
 *
 * What the API says of a definition: everything as stated, with who states
 * it, and "not stated" where nobody does (K-OV-10, D-33).
 */
#include "base/clock.h"
#include "server/reports.h"

const struct field severity_fields[] = {
    { "value", FIELD_TEXT, .required = true,
      .help = "as its source states it, or 'not stated'" },
    { "source", FIELD_TEXT, .help = "who states it" },
    { NULL },
};
const struct field reference_fields[] = {
    { "source", FIELD_TEXT },
    { "id", FIELD_TEXT, .required = true },
    { "url", FIELD_TEXT, .max = 65536, .help = "http and https only" },
    { NULL },
};
const struct field fix_fields[] = {
    { "package", FIELD_TEXT, .required = true },
    { "installed", FIELD_TEXT },
    { "fixed", FIELD_TEXT, .help = "null: the content names no version" },
    { NULL },
};
const struct field content_ref_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "platform", FIELD_TEXT, .required = true },
    { "source", FIELD_TEXT, .required = true },
    { "version", FIELD_TIME, .help = "the time that the feed states" },
    { "imported", FIELD_TIME },
    { "active", FIELD_BOOL },
    { NULL },
};

str stated(str text)
{
    return text.n > 0 ? text : NOT_STATED;
}

str inventory_id(struct arena *arena, int64_t device)
{
    return arena_printf(arena, "d-%lld", (long long)device);
}

/* Text for a JSON member: null when it is empty; at most what a field takes,
 * never cut within a character. */
static void set_text(struct jval *object, const char *key, str text)
{
    if (text.n > FIELD_TEXT_MAX) {
        size_t n = FIELD_TEXT_MAX;

        while (n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
            n--;
        text.n = n;
    }
    jval_set_text(object, key, text.n > 0 ? text : STR_NONE);
}

struct jval *severity_json(const struct oval_finding *f)
{
    struct jval *o = jval_new_object();

    set_text(o, "value", stated(oval_finding_severity(f)));
    set_text(o, "source", f->severity.n > 0 ? f->severity_source : STR_NONE);
    return o;
}

struct jval *cves_json(const struct oval_finding *f)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < f->cves.n && i < FIELD_LIST_MAX; i++)
        jval_push(list, jval_new_text(str_sub(f->cves.p[i].id, 0, 100)));
    return list;
}

static bool is_web_address(str url)
{
    return str_eq_nocase(str_sub(url, 0, 7), STR("http://")) ||
           str_eq_nocase(str_sub(url, 0, 8), STR("https://"));
}

static void add_reference(struct jval *list, str source, str id, str url)
{
    struct jval *o;

    if (jval_count(list) >= FIELD_LIST_MAX)
        return;
    o = jval_new_object();
    set_text(o, "source", source);
    jval_set_text(o, "id", id.n > 0 ? str_sub(id, 0, 200) : STR(""));
    jval_set_text(o, "url", is_web_address(url) ? url : STR_NONE);
    jval_push(list, o);
}

/* All of them, those that are CVEs first (K-CAT-8). */
struct jval *references_json(const struct oval_finding *f)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < f->cves.n; i++)
        add_reference(list, STR("CVE"), f->cves.p[i].id, f->cves.p[i].url);
    for (size_t i = 0; i < f->references.n; i++)
        add_reference(list, f->references.p[i].source, f->references.p[i].id,
                      f->references.p[i].url);
    return list;
}

struct jval *fixes_json(const struct oval_finding *f)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < f->fixes.n && i < FIELD_LIST_MAX; i++) {
        struct jval *o = jval_new_object();

        set_text(o, "package", stated(f->fixes.p[i].package));
        set_text(o, "installed", oval_version_shown(f->fixes.p[i].installed));
        set_text(o, "fixed", oval_version_shown(f->fixes.p[i].fixed));
        jval_push(list, o);
    }
    return list;
}

static struct jval *score_json(const struct oval_rating *r)
{
    struct jval *o;

    if (r->source.n == 0)
        return jval_new_null();
    o = jval_new_object();
    set_text(o, "version", r->version);
    jval_set(o, "score", jval_new_real(r->score / 10.0));
    set_text(o, "severity", r->severity);
    set_text(o, "vector", r->vector);
    set_text(o, "source", r->source);
    return o;
}

static struct jval *exploited_json(const struct oval_rating *r)
{
    struct jval *o;

    if (!r->exploited)
        return jval_new_null();
    o = jval_new_object();
    set_text(o, "source", r->exploited_source);
    set_text(o, "added", r->exploited_since);
    set_text(o, "due", r->exploited_due);
    jval_set_bool(o, "ransomware", r->ransomware);
    return o;
}

static struct jval *epss_json(const struct oval_rating *r)
{
    struct jval *o;

    if (!r->has_epss)
        return jval_new_null();
    o = jval_new_object();
    jval_set(o, "score", jval_new_real(r->epss / 1e6));
    jval_set(o, "percentile", jval_new_real(r->epss_percentile / 1e6));
    set_text(o, "source", r->epss_source);
    set_text(o, "date", r->epss_date);
    return o;
}

struct jval *ratings_json(const struct oval_finding *f)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < f->ratings.n && i < FIELD_LIST_MAX; i++) {
        const struct oval_rating *r = &f->ratings.p[i];
        struct jval *o = jval_new_object();

        set_text(o, "cve", r->cve);
        jval_set(o, "cvss", score_json(r));
        jval_set(o, "exploited", exploited_json(r));
        jval_set(o, "epss", epss_json(r));
        jval_push(list, o);
    }
    return list;
}

struct jval *content_json(const struct content *content)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", content->id);
    jval_set_text(o, "platform", str_c(content->platform));
    jval_set_text(o, "source", str_c(content->source));
    json_time(o, "version", content->feed_time);
    json_time(o, "imported", content->imported);
    jval_set_bool(o, "active", content->active);
    return o;
}
