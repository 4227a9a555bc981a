/* SPDX-License-Identifier: Apache-2.0
 *
 * Windows updates, with what replaces them and what they close, as JSON:
 *
 *   { "dependencies": { "4461570": [ "4462177", "KB4475569" ] },
 *     "vulnerabilities": { "CVE-2019-0001": [ { "patch": "4480116",
 *         "product": "Windows 7 for 32-bit Systems Service Pack 1",
 *         "restart_required": "Yes", "subtype": "Monthly Rollup",
 *         "title": ..., "url": ... } ] } }
 *
 * A dependency names the updates that replace the one it is listed under. The
 * lists go by vulnerability and advisories by update, so all of it is held,
 * sorted, and added by update.
 */
#include "advisory/windows_int.h"

struct msu {
    struct advisory_reader *reader;
    struct windows_updates updates;
};

static str text_of(const struct jval *o, const char *key)
{
    return jval_text(jval_get(o, key), STR(""));
}

static int on_dependency(struct msu *msu, const struct reader_part *part,
                         struct err *err)
{
    AUTO(buf_clear) struct buf old = BUF(ADVISORY_NAME_MAX * 2);
    AUTO(buf_clear) struct buf id = BUF(ADVISORY_NAME_MAX * 2);
    int rc = 0;

    windows_patch_id(part->keys[1], &old);
    for (size_t i = 0; rc == 0 && i < jval_count(part->value); i++) {
        windows_patch_id(jval_text(jval_at(part->value, i), STR("")), &id);
        rc = advisory_draft_supersedes(msu->reader->draft, buf_str(&id),
                                       buf_str(&old), STR(""), err);
    }
    return rc;
}

static int on_vulnerability(struct msu *msu, const struct reader_part *part,
                            struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < jval_count(part->value); i++) {
        const struct jval *o = jval_at(part->value, i);
        struct windows_row row = {
            .vulnerability = part->keys[1],
            .patch = text_of(o, "patch"),
            .product = text_of(o, "product"),
            .title = text_of(o, "title"),
            .url = text_of(o, "url"),
            .kind = text_of(o, "subtype"),
            .restart =
                str_eq_nocase(text_of(o, "restart_required"), STR("Yes")),
        };

        rc = windows_add(&msu->updates, &row, err);
    }
    return rc;
}

static bool deeper(const str *keys, unsigned depth)
{
    return depth == 0 ||
           (depth == 1 && (str_eq(keys[0], STR("dependencies")) ||
                           str_eq(keys[0], STR("vulnerabilities"))));
}

static int on_part(void *ctx, const struct reader_part *part, struct err *err)
{
    struct msu *msu = ctx;

    if (part->depth != 2)
        return 0;
    return str_eq(part->keys[0], STR("dependencies"))
               ? on_dependency(msu, part, err)
               : on_vulnerability(msu, part, err);
}

int import_msu(struct advisory_reader *reader, struct err *err)
{
    struct msu msu = { .reader = reader };
    struct reader_split split = { deeper, on_part, &msu };
    int rc = advisory_draft_document(reader->draft, STR("updates"), err);

    reader->documents = 1;
    if (rc == 0)
        rc = reader_split(reader, &split, err);
    if (rc == 0)
        rc = windows_finish(&msu.updates, reader->draft, err);
    windows_clear(&msu.updates);
    return rc;
}
