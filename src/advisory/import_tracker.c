/* SPDX-License-Identifier: Apache-2.0
 *
 * The Debian security tracker's JSON: source package, vulnerability, and what
 * holds in each release. It is a statement of Debian on vulnerabilities, not
 * an advisory.
 *
 *   { "curl": { "CVE-2023-38545": { "releases": { "bookworm": {
 *       "status": "resolved", "fixed_version": "7.88.1-10+deb12u4",
 *       "urgency": "not yet assigned", "repositories": {...} } } } } }
 */
#include "advisory/import_int.h"

static str text_of(const struct jval *o, const char *key)
{
    return jval_text(jval_get(o, key), STR(""));
}

static void set_open(const struct jval *release, struct advisory_item *item)
{
    str reason = text_of(release, "nodsa_reason");

    item->note = text_of(release, "nodsa");
    item->status =
        str_eq(reason, STR("ignored")) ||
                str_eq(text_of(release, "urgency"), STR("end-of-life"))
            ? ADVISORY_WONT_FIX
            : ADVISORY_AFFECTED;
}

static int set_status(const struct jval *release, struct advisory_item *item,
                      struct err *err)
{
    str status = text_of(release, "status");

    if (str_eq(status, STR("open"))) {
        set_open(release, item);
    } else if (str_eq(status, STR("undetermined"))) {
        item->status = ADVISORY_INVESTIGATED;
    } else if (str_eq(status, STR("resolved"))) {
        item->version = text_of(release, "fixed_version");
        item->status = ADVISORY_FIXED;
        if (str_eq(item->version, STR("0"))) {
            item->version = STR("");
            item->status = ADVISORY_NOT_AFFECTED;
        }
    } else {
        return err_set(err, E_PARSE, "the status '%" PRIstr "' is not known",
                       ARGstr(str_sub(status, 0, 64)));
    }
    return 0;
}

/* "low**": the asterisks say that it was not a person who rated it. */
static void set_severity(str urgency, struct advisory_item *item)
{
    while (str_ends(urgency, STR("*")))
        urgency.n--;
    item->severity = advisory_severity_of(urgency);
    item->severity_text =
        str_eq(urgency, STR("not yet assigned")) ? STR("") : urgency;
}

static int on_part(void *ctx, const struct reader_part *part, struct err *err)
{
    struct advisory_reader *reader = ctx;
    const struct jval *releases = jval_get(part->value, "releases");
    struct jval *release;
    str name;
    int rc;

    if (part->depth != 2 || jval_kind(releases) != JVAL_OBJECT)
        return err_set(err, E_PARSE,
                       "a vulnerability of a package has no releases");
    rc = advisory_draft_notice(reader->draft, err);
    if (rc == 0)
        rc = advisory_draft_vulnerability(reader->draft, part->keys[1], err);
    for (size_t i = 0; rc == 0 && jval_member(releases, i, &name, &release);
         i++) {
        struct advisory_item item = { .package = part->keys[0],
                                      .source_package = true };

        item.release = reader_release(reader, name);
        set_severity(text_of(release, "urgency"), &item);
        rc = set_status(release, &item, err);
        if (rc == 0)
            rc = advisory_draft_item(reader->draft, &item, err);
    }
    return rc;
}

static bool deeper(const str *keys, unsigned depth)
{
    (void)keys;
    return depth < 2;
}

int import_tracker(struct advisory_reader *reader, struct err *err)
{
    struct reader_split split = { deeper, on_part, reader };
    int rc = advisory_draft_document(reader->draft, STR("tracker"), err);

    reader->documents = 1;
    return rc < 0 ? rc : reader_split(reader, &split, err);
}
