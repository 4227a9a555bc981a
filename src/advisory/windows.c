/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/windows_int.h"

#include <stdlib.h>

void windows_patch_id(str text, struct buf *out)
{
    bool number = text.n > 0;

    text = str_trim(text);
    for (size_t i = 0; i < text.n; i++)
        number = number && text.p[i] >= '0' && text.p[i] <= '9';
    buf_reset(out);
    if (number)
        buf_add_c(out, "KB");
    buf_add(out, text);
}

static int intern(struct windows_updates *w, str text, uint32_t *out,
                  struct err *err)
{
    if (text.n > ADVISORY_NAME_MAX)
        return err_set(err, E_LIMIT, "a text is longer than %d bytes",
                       ADVISORY_NAME_MAX);
    *out = map_get(&w->map, text);
    if (*out != MAP_NONE)
        return 0;
    *out = (uint32_t)w->texts.n;
    text = arena_str(&w->arena, text);
    map_add(&w->map, text, *out);
    *vec_push(&w->texts) = text;
    return 0;
}

int windows_add(struct windows_updates *w, const struct windows_row *row,
                struct err *err)
{
    struct windows_record r = { .day = row->day,
                                .restart = row->restart,
                                .exploited = row->exploited };
    int rc = intern(w, row->patch, &r.patch, err);

    if (rc == 0)
        rc = intern(w, row->vulnerability, &r.vulnerability, err);
    if (rc == 0)
        rc = intern(w, row->product, &r.product, err);
    if (rc == 0)
        rc =
            intern(w, str_sub(row->title, 0, ADVISORY_NAME_MAX), &r.title, err);
    if (rc == 0)
        rc = intern(w, str_sub(row->url, 0, ADVISORY_NAME_MAX), &r.url, err);
    if (rc == 0)
        rc = intern(w, row->kind, &r.kind, err);
    if (rc == 0)
        rc = intern(w, row->severity, &r.severity, err);
    if (rc == 0 && w->rows.n >= WINDOWS_ROWS_MAX)
        rc = err_set(err, E_LIMIT, "more than %d rows", WINDOWS_ROWS_MAX);
    if (rc == 0)
        *vec_push(&w->rows) = r;
    return rc;
}

void windows_clear(struct windows_updates *w)
{
    vec_clear(&w->rows);
    vec_clear(&w->texts);
    map_clear(&w->map);
    arena_clear(&w->arena);
}

/* --- By update, vulnerability, product. --- */

static int by_patch(const void *a, const void *b)
{
    const struct windows_record *x = a;
    const struct windows_record *y = b;

    if (x->patch != y->patch)
        return x->patch < y->patch ? -1 : 1;
    if (x->vulnerability != y->vulnerability)
        return x->vulnerability < y->vulnerability ? -1 : 1;
    if (x->product != y->product)
        return x->product < y->product ? -1 : 1;
    return x->day < y->day ? -1 : x->day > y->day;
}

struct group { /* the rows of one vulnerability in one update */
    const struct windows_record *p;
    size_t n;
};

static int by_products(const void *a, const void *b)
{
    const struct group *x = a;
    const struct group *y = b;

    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    for (size_t i = 0; i < x->n; i++) {
        uint64_t of_x = (uint64_t)x->p[i].product << 32 | x->p[i].severity;
        uint64_t of_y = (uint64_t)y->p[i].product << 32 | y->p[i].severity;

        if (of_x != of_y)
            return of_x < of_y ? -1 : 1;
    }
    return 0;
}

static str text_of(const struct windows_updates *w, uint32_t text)
{
    return w->texts.p[text];
}

static int add_items(const struct windows_updates *w, const struct group *group,
                     bool fixed, struct advisory_draft *draft, struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < group->n; i++) {
        const struct windows_record *r = &group->p[i];
        str severity = text_of(w, r->severity);
        struct advisory_item item = {
            .release = text_of(w, r->product),
            .status = fixed ? ADVISORY_FIXED : ADVISORY_AFFECTED,
            .severity = advisory_severity_of(severity),
            .severity_text = severity,
            .note = text_of(w, r->kind),
            .day = r->day,
        };

        rc = advisory_draft_item(draft, &item, err);
    }
    return rc;
}

/* Vulnerabilities with the same products are one notice. */
static int add_notices(const struct windows_updates *w, struct group *groups,
                       size_t n, struct advisory_draft *draft, struct err *err)
{
    bool fixed = text_of(w, groups[0].p->patch).n > 0;
    int rc = 0;

    qsort(groups, n, sizeof(*groups), by_products);
    for (size_t i = 0; rc == 0 && i < n;) {
        size_t end = i;

        rc = advisory_draft_notice(draft, err);
        while (rc == 0 && end < n && end - i < ADVISORY_VULNS_MAX &&
               by_products(&groups[i], &groups[end]) == 0)
            rc = advisory_draft_vulnerability(
                draft, text_of(w, groups[end++].p->vulnerability), err);
        if (rc == 0)
            rc = add_items(w, &groups[i], fixed, draft, err);
        i = end;
    }
    return rc;
}

static int add_advisory(const struct windows_updates *w,
                        const struct group *rows, struct advisory_draft *draft,
                        struct err *err)
{
    AUTO(buf_clear) struct buf id = BUF(ADVISORY_NAME_MAX * 2);
    const struct windows_record *r = rows->p;
    struct advisory advisory = {
        .title = text_of(w, r->title),
        .url = text_of(w, r->url),
        .type = ADVISORY_SECURITY,
    };

    windows_patch_id(text_of(w, r->patch), &id);
    advisory.id = buf_str(&id);
    for (size_t i = 0; i < rows->n; i++) {
        str word = text_of(w, r[i].severity);
        int64_t day = (int64_t)r[i].day * 86400;

        if (advisory_severity_of(word) > advisory.severity) {
            advisory.severity = advisory_severity_of(word);
            advisory.severity_text = word;
        }
        advisory.reboot |= r[i].restart;
        if (advisory.issued == 0 || (day > 0 && day < advisory.issued))
            advisory.issued = day;
        if (day > advisory.updated)
            advisory.updated = day;
    }
    return advisory_draft_advisory(draft, id.n > 0 ? &advisory : NULL, err);
}

/* Of rows that are the same the earliest stays. */
static void unite(struct windows_updates *w)
{
    size_t n = 0;

    if (w->rows.n > 0)
        qsort(w->rows.p, w->rows.n, sizeof(*w->rows.p), by_patch);
    for (size_t i = 0; i < w->rows.n; i++) {
        const struct windows_record *last = n > 0 ? &w->rows.p[n - 1] : NULL;
        const struct windows_record *r = &w->rows.p[i];

        if (last == NULL || last->patch != r->patch ||
            last->vulnerability != r->vulnerability ||
            last->product != r->product)
            w->rows.p[n++] = *r;
    }
    w->rows.n = n;
}

static str subject_of(const uint32_t pair[2])
{
    return (str){ (const char *)pair, 2 * sizeof(*pair) };
}

/* A product that an update fixes is not said to be affected, too. */
static void drop_fixed(struct windows_updates *w)
{
    struct map fixed = MAP;
    uint32_t none = map_get(&w->map, STR(""));
    size_t n = 0;

    for (size_t i = 0; i < w->rows.n; i++) {
        const struct windows_record *r = &w->rows.p[i];
        uint32_t pair[2] = { r->vulnerability, r->product };

        if (r->patch != none && map_get(&fixed, subject_of(pair)) == MAP_NONE)
            map_add(&fixed, arena_str(&w->arena, subject_of(pair)), 1);
    }
    for (size_t i = 0; i < w->rows.n; i++) {
        const struct windows_record *r = &w->rows.p[i];
        uint32_t pair[2] = { r->vulnerability, r->product };

        if (r->patch != none || map_get(&fixed, subject_of(pair)) == MAP_NONE)
            w->rows.p[n++] = *r;
    }
    w->rows.n = n;
    map_clear(&fixed);
}

int windows_finish(struct windows_updates *w, struct advisory_draft *draft,
                   struct err *err)
{
    VEC(struct group) groups = { 0 };
    int rc = 0;

    unite(w);
    drop_fixed(w);
    for (size_t i = 0; rc == 0 && i < w->rows.n;) {
        struct group all = { &w->rows.p[i], 0 };

        groups.n = 0;
        while (i < w->rows.n && w->rows.p[i].patch == all.p->patch) {
            struct group *group = vec_push(&groups);

            group->p = &w->rows.p[i];
            while (i < w->rows.n && w->rows.p[i].patch == all.p->patch &&
                   w->rows.p[i].vulnerability == group->p->vulnerability) {
                group->n++;
                all.n++;
                i++;
            }
        }
        rc = add_advisory(w, &all, draft, err);
        if (rc == 0)
            rc = add_notices(w, groups.p, groups.n, draft, err);
    }
    vec_clear(&groups);
    return rc;
}
