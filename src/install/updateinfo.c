/* SPDX-License-Identifier: Apache-2.0
 *
 * updateinfo.xml: the advisories of a repository of rpms. Read as a stream;
 * only those are kept that close an update of this machine: a package of
 * theirs is newer than what is installed and not newer than the candidate.
 */
#include "base/clock.h"
#include "base/xml.h"
#include "install/rpm_int.h"
#include "version/rpm.h"

enum {
    DEPTH_MAX = 16,
    TEXT_ROOM = 4096,
    CVES_MAX = 1000, /* of one advisory */
    DATE_MAX = 32,
};

struct reading {
    struct rpm_scan *scan;
    struct buf text;     /* of the element that is open */
    str open[DEPTH_MAX]; /* names whose text matters; else empty */
    unsigned depth;
    /* the advisory that is open */
    struct install_advisory advisory;
    struct arena arena; /* its texts, until it is kept */
    size_t kept;        /* its index in scan->advisories, + 1; 0: not kept */
    /* the package of its list that is open */
    struct install_update *update; /* NULL: none that it closes */
};

static str lower(struct arena *arena, str text)
{
    str out = arena_str(arena, text);
    char *p = (char *)(uintptr_t)out.p;

    for (size_t i = 0; i < out.n; i++) {
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] - 'A' + 'a');
    }
    return out;
}

/* "2026-01-02 03:04:05", "2026-01-02", or seconds. */
static int64_t date(str text)
{
    AUTO(buf_clear) struct buf full = BUF(DATE_MAX);
    int64_t at = 0;

    text = str_trim(text);
    if (text.n > 0 && str_find_char(text, '-') == text.n)
        return str_to_i64(text, 0, (int64_t)1 << 40, &at, NULL) < 0 ? 0 : at;
    buf_add(&full, str_sub(text, 0, 10));
    buf_add_char(&full, 'T');
    buf_add(&full, text.n >= 19 ? str_sub(text, 11, 8) : STR("00:00:00"));
    buf_add_char(&full, 'Z');
    return clock_parse(buf_str(&full), &at, NULL) < 0 ? 0 : at;
}

/* Words of the several vendors for the same. */
static str type_of(struct reading *r, str text)
{
    str word = lower(&r->arena, text);

    if (str_eq(word, STR("security")) || str_eq(word, STR("enhancement")))
        return word;
    if (str_eq(word, STR("recommended")) || str_eq(word, STR("bugfix")))
        return STR("bugfix");
    if (str_eq(word, STR("optional")) || str_eq(word, STR("feature")) ||
        str_eq(word, STR("newpackage")))
        return STR("enhancement");
    return STR("");
}

static str severity_of(struct reading *r, str text)
{
    static const char *const words[] = { "critical", "important", "moderate",
                                         "low" };
    str word = lower(&r->arena, text);

    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_eq_c(word, words[i]))
            return str_c(words[i]);
    }
    if (str_eq(word, STR("medium")))
        return STR("moderate");
    return str_eq(word, STR("high")) ? STR("important") : STR("");
}

static void begin_update(struct reading *r, const struct xml_element *element)
{
    arena_clear(&r->arena);
    r->advisory = (struct install_advisory){
        .id = STR(""),
        .title = STR(""),
        .severity = STR(""),
        .type = type_of(r, xml_attr(element, STR("type")))
    };
    r->kept = 0;
}

static void keep(struct reading *r)
{
    struct arena *arena = r->scan->arena;
    const struct install_advisory *from = &r->advisory;
    struct install_advisory *to;

    for (size_t i = 0; r->kept == 0 && i < r->scan->advisories.n; i++) {
        if (str_eq(r->scan->advisories.p[i].id, from->id))
            r->kept = i + 1;
    }
    if (r->kept > 0 || r->scan->advisories.n >= INSTALL_ADVISORIES_MAX)
        return;
    to = vec_push(&r->scan->advisories);
    to->id = arena_str(arena, from->id);
    to->title = arena_str(arena, from->title);
    to->type = arena_str(arena, from->type);
    to->severity = arena_str(arena, from->severity);
    to->issued = from->issued;
    for (size_t i = 0; i < from->cves.n; i++)
        texts_add(&to->cves, arena, from->cves.p[i]);
    r->kept = r->scan->advisories.n;
}

static struct install_update *find_update(struct rpm_scan *scan, str name,
                                          str arch)
{
    for (size_t i = 0; i < scan->updates.n; i++) {
        if (str_eq(scan->updates.p[i].name, name) &&
            str_eq(scan->updates.p[i].arch, arch))
            return &scan->updates.p[i];
    }
    return NULL;
}

static bool closes(const struct install_update *update, str evr)
{
    int with_installed = 0;
    int with_candidate = 0;

    return rpm_version_compare(evr, update->installed, &with_installed, NULL) ==
               0 &&
           rpm_version_compare(evr, update->candidate, &with_candidate, NULL) ==
               0 &&
           with_installed > 0 && with_candidate <= 0;
}

static void begin_package(struct reading *r, const struct xml_element *element)
{
    AUTO(buf_clear) struct buf evr = BUF(TEXT_ROOM);
    str epoch = xml_attr(element, STR("epoch"));
    str version = xml_attr(element, STR("version"));
    str release = xml_attr(element, STR("release"));
    struct install_update *update =
        find_update(r->scan, xml_attr(element, STR("name")),
                    xml_attr(element, STR("arch")));

    r->update = NULL;
    if (update == NULL || r->advisory.id.n == 0)
        return;
    buf_printf(&evr, "%" PRIstr ":%" PRIstr "-%" PRIstr,
               ARGstr(epoch.n > 0 ? epoch : STR("0")), ARGstr(version),
               ARGstr(release));
    if (!closes(update, buf_str(&evr)))
        return;
    keep(r);
    r->update = update;
    update->security |= str_eq(r->advisory.type, STR("security"));
    if (!texts_have(&update->advisories, r->advisory.id))
        texts_add(&update->advisories, r->scan->arena, r->advisory.id);
}

static void begin(struct reading *r, const struct xml_element *element)
{
    if (str_eq(element->name, STR("update")))
        begin_update(r, element);
    else if (str_eq(element->name, STR("issued")))
        r->advisory.issued = date(xml_attr(element, STR("date")));
    else if (str_eq(element->name, STR("reference")) &&
             str_eq(xml_attr(element, STR("type")), STR("cve")) &&
             r->advisory.cves.n < CVES_MAX)
        texts_add(&r->advisory.cves, &r->arena, xml_attr(element, STR("id")));
    else if (str_eq(element->name, STR("package")))
        begin_package(r, element);
}

static bool has_word(str text, const char *word)
{
    return str_eq_nocase(str_trim(text), str_c(word));
}

static void end_text(struct reading *r, str name)
{
    str value = str_trim(buf_str(&r->text));

    if (str_eq(name, STR("id")) && r->advisory.id.n == 0)
        r->advisory.id = arena_str(&r->arena, value);
    else if (str_eq(name, STR("title")) && r->advisory.title.n == 0)
        r->advisory.title = arena_str(&r->arena, value);
    else if (str_eq(name, STR("severity")))
        r->advisory.severity = severity_of(r, value);
    else if (str_eq(name, STR("reboot_suggested")) && r->update != NULL &&
             r->kept > 0 &&
             (value.n == 0 || has_word(value, "true") ||
              has_word(value, "1"))) {
        r->update->reboot_suggested = true;
        r->scan->advisories.p[r->kept - 1].reboot_suggested = true;
    }
}

static const char *const texts[] = { "id", "title", "severity",
                                     "reboot_suggested" };

static int on_start(void *ctx, const struct xml_element *element,
                    struct err *err)
{
    struct reading *r = ctx;
    str name = STR("");

    for (size_t i = 0; i < COUNT(texts); i++) {
        if (str_eq_c(element->name, texts[i]))
            name = str_c(texts[i]);
    }
    if (r->depth >= DEPTH_MAX)
        return err_set(err, E_LIMIT, "elements are nested too deeply");
    r->open[r->depth++] = name;
    buf_reset(&r->text);
    begin(r, element);
    return 0;
}

static int on_end(void *ctx, struct err *err UNUSED)
{
    struct reading *r = ctx;

    r->depth--;
    if (r->open[r->depth].n > 0)
        end_text(r, r->open[r->depth]);
    buf_reset(&r->text);
    return 0;
}

static int on_text(void *ctx, str piece, struct err *err UNUSED)
{
    struct reading *r = ctx;

    buf_add(&r->text, piece);
    return 0;
}

static const struct xml_handler handler = { .start = on_start,
                                            .end = on_end,
                                            .text = on_text };

int updateinfo_read(struct rpm_scan *scan, const char *path, struct err *err)
{
    struct reading r = { .scan = scan, .text = BUF(TEXT_ROOM * 16) };
    AUTO(stream_freep) struct stream *stream = NULL;
    struct xml_limits limits = XML_LIMITS;
    int rc = stream_open(path, NULL, &stream, err);

    limits.depth = DEPTH_MAX;
    if (rc == 0)
        rc = xml_read(stream, &limits, &handler, &r, err);
    buf_clear(&r.text);
    arena_clear(&r.arena);
    return rc;
}
