/* SPDX-License-Identifier: Apache-2.0
 *
 * Ubuntu's security notices, in the two forms that are published:
 *
 *   the database, an object by number:
 *     { "5000-1": { "title": ..., "timestamp": 1.6e9, "cves": ["CVE-..."],
 *         "releases": { "jammy": { "sources": { "p": { "version": ... } },
 *                                  "binaries": { ... } } } } }
 *   the API:
 *     { "notices": [ { "id": "USN-5000-1", "published": ..., "cves_ids": [],
 *         "release_packages": { "jammy": [ { "name", "version",
 *                                            "is_source" } ] } } ] }
 */
#include "advisory/import_int.h"

struct usn {
    struct advisory_reader *reader;
    const struct jval *o;
    uint16_t day;
};

static str text_of(const struct jval *o, const char *key)
{
    return jval_text(jval_get(o, key), STR(""));
}

static int add_vulns(struct usn *usn, const char *key, struct err *err)
{
    const struct jval *list = jval_get(usn->o, key);
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < jval_count(list); i++) {
        const struct jval *cve = jval_at(list, i);
        str text = jval_text(cve, text_of(cve, "id"));
        str id = reader_cut_cve(&text);

        if (id.n > 0)
            rc = advisory_draft_vulnerability(usn->reader->draft, id, err);
        else /* a bug of Launchpad */
            rc = advisory_draft_reference(usn->reader->draft,
                                          jval_text(cve, STR("")), err);
    }
    return rc;
}

/* --- The database. --- */

static int add_packages(struct usn *usn, const struct jval *list, bool sources,
                        str release, struct err *err)
{
    struct jval *package;
    str name;
    int rc = 0;

    for (size_t i = 0; rc == 0 && jval_member(list, i, &name, &package); i++) {
        struct advisory_item item = {
            .package = name,
            .release = reader_release(usn->reader, release),
            .version = text_of(package, "version"),
            .status = ADVISORY_FIXED,
            .day = usn->day,
            .source_package = sources,
        };

        if (item.version.n > 0)
            rc = advisory_draft_item(usn->reader->draft, &item, err);
    }
    return rc;
}

static int add_releases(struct usn *usn, struct err *err)
{
    const struct jval *releases = jval_get(usn->o, "releases");
    struct jval *release;
    str name;
    int rc = 0;

    for (size_t i = 0; rc == 0 && jval_member(releases, i, &name, &release);
         i++) {
        const struct jval *binaries = jval_get(release, "allbinaries");

        if (binaries == NULL)
            binaries = jval_get(release, "binaries");
        rc = add_packages(usn, jval_get(release, "sources"), true, name, err);
        if (rc == 0)
            rc = add_packages(usn, binaries, false, name, err);
    }
    return rc;
}

/* --- The API. --- */

static int add_list(struct usn *usn, const struct jval *list, str release,
                    struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < jval_count(list); i++) {
        const struct jval *package = jval_at(list, i);
        struct advisory_item item = {
            .package = text_of(package, "name"),
            .release = reader_release(usn->reader, release),
            .version = text_of(package, "version"),
            .status = ADVISORY_FIXED,
            .day = usn->day,
            .source_package = jval_bool(jval_get(package, "is_source"), false),
        };

        if (item.package.n > 0 && item.version.n > 0)
            rc = advisory_draft_item(usn->reader->draft, &item, err);
    }
    return rc;
}

static int add_release_packages(struct usn *usn, struct err *err)
{
    const struct jval *releases = jval_get(usn->o, "release_packages");
    struct jval *list;
    str name;
    int rc = 0;

    for (size_t i = 0; rc == 0 && jval_member(releases, i, &name, &list); i++)
        rc = add_list(usn, list, name, err);
    return rc;
}

/* --- A notice. --- */

static int64_t time_of(const struct jval *o)
{
    const struct jval *stamp = jval_get(o, "timestamp");

    if (stamp != NULL)
        return (int64_t)jval_real(stamp, (double)jval_i64(stamp, 0));
    return reader_time(text_of(o, "published"));
}

static int add_advisory(struct usn *usn, str id, struct err *err)
{
    const struct jval *o = usn->o;
    str action = text_of(o, "action");
    struct advisory advisory = {
        .id = id,
        .title = text_of(o, "title"),
        .text = text_of(o, "summary"),
        .type = ADVISORY_SECURITY,
        .issued = time_of(o),
    };

    if (action.n == 0)
        action = text_of(o, "instructions");
    advisory.reboot = str_find(action, STR("reboot")) < action.n;
    advisory.url = arena_printf(&usn->reader->arena,
                                "https://ubuntu.com/security/notices/%" PRIstr,
                                ARGstr(id));
    if (advisory.text.n == 0)
        advisory.text = text_of(o, "description");
    usn->day = advisory.issued > 0 && advisory.issued / 86400 <= UINT16_MAX
                   ? (uint16_t)(advisory.issued / 86400)
                   : 0;
    return advisory_draft_advisory(usn->reader->draft, &advisory, err);
}

static int add_notice(struct usn *usn, str id, struct err *err)
{
    AUTO(buf_clear) struct buf full = BUF(ADVISORY_NAME_MAX * 2);
    char space[DAY_TEXT_SIZE];
    int rc;

    if (!str_starts(id, STR("USN-")) && !str_starts(id, STR("LSN-")))
        buf_add_c(&full, "USN-");
    buf_add(&full, id);
    rc = add_advisory(usn, buf_str(&full), err);
    if (rc == 0)
        rc = advisory_draft_notice(usn->reader->draft, err);
    if (rc == 0)
        rc = add_vulns(usn, "cves", err);
    if (rc == 0 && jval_get(usn->o, "cves") == NULL)
        rc = add_vulns(usn, "cves_ids", err);
    if (rc == 0)
        rc = add_releases(usn, err);
    if (rc == 0)
        rc = add_release_packages(usn, err);
    if (usn->day != 0)
        reader_date(usn->reader, day_text(usn->day, space));
    arena_clear(&usn->reader->arena);
    return rc;
}

static bool deeper(const str *keys, unsigned depth)
{
    return depth == 0 || (depth == 1 && str_eq(keys[0], STR("notices")));
}

static int on_part(void *ctx, const struct reader_part *part, struct err *err)
{
    struct usn usn = { .reader = ctx, .o = part->value };
    str id = text_of(part->value, "id");

    if (jval_kind(part->value) != JVAL_OBJECT)
        return part->depth == 1
                   ? 0 /* "limit", "offset" */
                   : err_set(err, E_PARSE, "a notice is no object");
    if (id.n == 0)
        id = part->keys[part->depth - 1];
    return add_notice(&usn, id, err);
}

int import_usn(struct advisory_reader *reader, struct err *err)
{
    struct reader_split split = { deeper, on_part, reader };
    int rc = advisory_draft_document(reader->draft, STR("notices"), err);

    reader->documents = 1;
    return rc < 0 ? rc : reader_split(reader, &split, err);
}
