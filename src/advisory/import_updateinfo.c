/* SPDX-License-Identifier: Apache-2.0
 *
 * updateinfo.xml of dnf and zypper repositories. One file is one document:
 * a newer one of the same repository replaces it. The vulnerabilities of an
 * update are its references of type "cve", and, where there is none (Fedora),
 * the CVE ids in the titles of the bugs it names.
 */
#include "advisory/import_int.h"

#define UPDATE "/updates/update"
#define REFERENCE UPDATE "/references/reference"
#define COLLECTION UPDATE "/pkglist/collection"
#define PACKAGE COLLECTION "/package"

struct updateinfo {
    struct advisory_reader *reader;
    struct arena *arena;
    bool begun; /* the document */
    struct advisory advisory;
    str release;  /* what the update says of itself, or its collection */
    str module;   /* "nodejs:18" */
    str filename; /* of the document: the first collection's name */
    VEC(str) vulns;
    VEC(str) in_titles;
    VEC(str) urls;
    VEC(struct advisory_item) items;
};

static str keep(struct updateinfo *u, str text)
{
    return arena_str(u->arena, str_trim(text));
}

/* --- One update. --- */

static int begin_document(struct updateinfo *u, struct err *err)
{
    const struct advisory_import *import = u->reader->import;
    AUTO(buf_clear) struct buf id = BUF(ADVISORY_NAME_MAX * 2);

    if (u->begun)
        return 0;
    u->begun = true;
    u->reader->documents = 1;
    if (import->release != NULL)
        buf_printf(&id, "%s ", import->release);
    buf_add(&id, u->filename);
    return advisory_draft_document(u->reader->draft, buf_str(&id), err);
}

/* The release as os-release names it; empty when it is only the name of a
 * repository. */
static str release_of(struct updateinfo *u)
{
    const struct advisory_import *import = u->reader->import;
    str name;

    if (import->release != NULL)
        return str_c(import->release);
    name = reader_release(u->reader, u->release);
    if (release_family_of(name) == RELEASE_OTHER)
        return STR("");
    return arena_str(u->arena, name);
}

static int add_vulns(struct updateinfo *u, struct err *err)
{
    struct advisory_draft *draft = u->reader->draft;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < u->vulns.n; i++)
        rc = advisory_draft_vulnerability(draft, u->vulns.p[i], err);
    if (u->vulns.n > 0)
        return rc;
    for (size_t i = 0; rc == 0 && i < u->in_titles.n; i++) {
        str title = u->in_titles.p[i];
        str id = reader_cut_cve(&title);

        while (rc == 0 && id.n > 0) {
            rc = advisory_draft_vulnerability(draft, id, err);
            id = reader_cut_cve(&title);
        }
    }
    return rc;
}

static int add_update(struct updateinfo *u, struct err *err)
{
    struct advisory_draft *draft = u->reader->draft;
    str release = release_of(u);
    int rc = begin_document(u, err);

    if (rc == 0)
        rc = advisory_draft_advisory(draft, &u->advisory, err);
    for (size_t i = 0; rc == 0 && i < u->urls.n; i++)
        rc = advisory_draft_reference(draft, u->urls.p[i], err);
    if (rc == 0)
        rc = advisory_draft_notice(draft, err);
    if (rc == 0)
        rc = add_vulns(u, err);
    for (size_t i = 0; rc == 0 && i < u->items.n; i++) {
        u->items.p[i].release = release;
        u->items.p[i].day =
            u->advisory.issued > 0 ? (uint16_t)(u->advisory.issued / 86400) : 0;
        rc = advisory_draft_item(draft, &u->items.p[i], err);
    }
    u->vulns.n = u->in_titles.n = u->urls.n = u->items.n = 0;
    u->advisory = (struct advisory){ 0 };
    u->release = u->module = STR("");
    arena_clear(u->arena);
    return rc;
}

/* --- Elements. --- */

static void on_update(struct updateinfo *u, const struct xml_element *element)
{
    str from = xml_attr(element, STR("from"));

    u->advisory.type = advisory_type_of(xml_attr(element, STR("type")));
    if (u->reader->source.n == 0 && from.n > 0)
        u->reader->source =
            arena_printf(&u->reader->kept, "%" PRIstr " updateinfo",
                         ARGstr(str_sub(str_trim(from), 0, 128)));
}

static void on_reference(struct updateinfo *u,
                         const struct xml_element *element)
{
    str type = xml_attr(element, STR("type"));
    str id = xml_attr(element, STR("id"));
    str href = xml_attr(element, STR("href"));
    str rest = id;

    if (str_eq(type, STR("cve")) && reader_cut_cve(&rest).n > 0)
        *vec_push(&u->vulns) = keep(u, id);
    else
        *vec_push(&u->in_titles) = keep(u, xml_attr(element, STR("title")));
    if (href.n > 0)
        *vec_push(&u->urls) = keep(u, href);
    if (str_eq(type, STR("self")))
        u->advisory.url = keep(u, href);
}

static void on_package(struct updateinfo *u, const struct xml_element *element)
{
    struct advisory_item *item = vec_push(&u->items);
    str epoch = xml_attr(element, STR("epoch"));
    str version = xml_attr(element, STR("version"));
    str release = xml_attr(element, STR("release"));
    bool zero = epoch.n == 0 || str_eq(epoch, STR("0"));

    item->package = keep(u, xml_attr(element, STR("name")));
    item->arch = keep(u, xml_attr(element, STR("arch")));
    item->version = arena_printf(u->arena, "%" PRIstr "%s%" PRIstr "%s%" PRIstr,
                                 ARGstr(zero ? STR("") : epoch),
                                 zero ? "" : ":", ARGstr(version),
                                 release.n > 0 ? "-" : "", ARGstr(release));
    item->status = ADVISORY_FIXED;
    item->note = u->module;
}

static void on_module(struct updateinfo *u, const struct xml_element *element)
{
    u->module = arena_printf(u->arena, "module %" PRIstr ":%" PRIstr,
                             ARGstr(xml_attr(element, STR("name"))),
                             ARGstr(xml_attr(element, STR("stream"))));
}

static int on_start(void *ctx, str path, const struct xml_element *element,
                    struct err *err)
{
    struct updateinfo *u = ctx;

    if (path.n <= sizeof("/updates") - 1)
        return str_eq(path, STR("/updates"))
                   ? 0
                   : err_set(err, E_PARSE, "<updates> was expected");
    if (str_eq(path, STR(UPDATE)))
        on_update(u, element);
    else if (str_eq(path, STR(UPDATE "/issued")))
        u->advisory.issued = reader_time(xml_attr(element, STR("date")));
    else if (str_eq(path, STR(UPDATE "/updated")))
        u->advisory.updated = reader_time(xml_attr(element, STR("date")));
    else if (str_eq(path, STR(REFERENCE)))
        on_reference(u, element);
    else if (str_eq(path, STR(PACKAGE)))
        on_package(u, element);
    else if (str_eq(path, STR(COLLECTION "/module")))
        on_module(u, element);
    else if (str_eq(path, STR(COLLECTION)))
        u->module = STR("");
    return 0;
}

/* "True" and "1", and an empty element, as SUSE writes it. */
static bool is_suggested(str text)
{
    return text.n == 0 || str_eq_nocase(text, STR("true")) ||
           str_eq(text, STR("1"));
}

static void on_text(struct updateinfo *u, str name, str text)
{
    struct advisory *a = &u->advisory;

    if (str_eq(name, STR("id"))) {
        a->id = keep(u, text);
    } else if (str_eq(name, STR("title"))) {
        a->title = keep(u, text);
    } else if (str_eq(name, STR("description"))) {
        a->text = keep(u, text);
    } else if (str_eq(name, STR("summary")) && a->text.n == 0) {
        a->text = keep(u, text);
    } else if (str_eq(name, STR("severity"))) {
        a->severity = advisory_severity_of(text);
        a->severity_text =
            str_eq_nocase(text, STR("none")) ? STR("") : keep(u, text);
    } else if (str_eq(name, STR("release")) && u->release.n == 0) {
        u->release = keep(u, text);
    } else if (str_eq(name, STR("reboot_suggested"))) {
        a->reboot |= is_suggested(text);
    } else if (str_eq(name, STR("relogin_suggested")) ||
               str_eq(name, STR("restart_suggested"))) {
        a->restart |= is_suggested(text);
    }
}

static void on_collection(struct updateinfo *u, str text)
{
    str name = reader_release(u->reader, text);

    if (u->filename.n == 0)
        u->filename = arena_str(&u->reader->kept, text);
    if (release_family_of(name) != RELEASE_OTHER || u->release.n == 0)
        u->release = keep(u, text);
}

static int on_end(void *ctx, str path, str text, struct err *err)
{
    struct updateinfo *u = ctx;
    char space[DAY_TEXT_SIZE];
    int64_t day;

    if (str_eq(path, STR(UPDATE))) {
        day = (u->advisory.updated > u->advisory.issued ? u->advisory.updated
                                                        : u->advisory.issued) /
              86400;
        if (day > 0 && day <= UINT16_MAX)
            reader_date(u->reader, day_text((uint16_t)day, space));
        return add_update(u, err);
    }
    if (str_eq(path, STR(COLLECTION "/name")))
        on_collection(u, text);
    else if (str_starts(path, STR(PACKAGE "/")))
        on_text(u, str_sub(path, sizeof(PACKAGE), SIZE_MAX), text);
    else if (str_starts(path, STR(UPDATE "/")))
        on_text(u, str_sub(path, sizeof(UPDATE), SIZE_MAX), text);
    return 0;
}

int import_updateinfo(struct advisory_reader *reader, struct err *err)
{
    struct updateinfo u = { .reader = reader, .arena = &reader->arena };
    struct reader_xml xml = { on_start, on_end, &u };
    int rc = reader_xml(reader, &xml, err);

    if (rc == 0)
        rc = begin_document(&u, err); /* of a repository without updates */
    vec_clear(&u.vulns);
    vec_clear(&u.in_titles);
    vec_clear(&u.urls);
    vec_clear(&u.items);
    return rc;
}
