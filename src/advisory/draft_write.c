/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing a draft: what was replaced is left out, texts are numbered in their
 * order, records sorted, indexes made. All of it happens in place, so that a
 * large draft does not need its memory twice; afterwards the draft is spent.
 */
#include <stdlib.h>

#include "advisory/draft_int.h"

struct pairs {
    VEC(uint64_t) list;
    VEC(struct adv_key) keys;
    VEC(uint32_t) posts;
};

struct writer {
    struct advisory_draft *draft;
    uint32_t *numbers; /* of documents, of notices, of texts: the new ones */
    VEC(char) texts;
    VEC(uint32_t) offsets;
    uint64_t statements;
    struct pairs vulns;
    struct pairs packages;
    struct pairs olds;
};

/* --- Leaving out what is dead. --- */

static void drop_sources(struct advisory_draft *d)
{
    uint32_t map[ADV_SOURCES_MAX + 1];
    uint32_t n = 0;

    memset(map, 0xff, sizeof(map));
    for (size_t i = 0; i < d->documents.n; i++)
        map[d->documents.p[i].source] = 0;
    for (uint32_t i = 0; i < d->sources.n; i++) {
        if (map[i] != 0)
            continue;
        map[i] = n;
        d->sources.p[i].notices = 0;
        d->sources.p[n++] = d->sources.p[i];
    }
    d->sources.n = n;
    for (size_t i = 0; i < d->documents.n; i++)
        d->documents.p[i].source = map[d->documents.p[i].source];
}

static void drop_documents(struct writer *w)
{
    struct advisory_draft *d = w->draft;
    uint32_t n = 0;

    w->numbers = mem_alloc(d->documents.n + 1, sizeof(*w->numbers));
    for (uint32_t i = 0; i < d->documents.n; i++) {
        w->numbers[i] = d->dead.p[i] ? ADVISORY_NONE : n;
        if (!d->dead.p[i])
            d->documents.p[n++] = d->documents.p[i];
    }
    d->documents.n = n;
}

static void drop_advisories(struct writer *w, uint32_t *places)
{
    struct advisory_draft *d = w->draft;
    uint32_t *kept = mem_alloc(d->refs.n + 8, sizeof(*kept));
    uint32_t refs = 0;
    uint32_t n = 0;

    for (uint32_t i = 0; i < d->advisories.n; i++) {
        struct adv_advisory a = d->advisories.p[i];

        places[i] = ADVISORY_NONE;
        a.document = w->numbers[a.document];
        if (a.document == ADVISORY_NONE)
            continue;
        if (a.ref_count > 0)
            memcpy(&kept[refs], &d->refs.p[a.ref_first],
                   a.ref_count * sizeof(*kept));
        a.ref_first = refs;
        refs += a.ref_count;
        places[i] = n;
        d->advisories.p[n++] = a;
    }
    d->advisories.n = n;
    mem_free(d->refs.p);
    d->refs.p = kept;
    d->refs.cap = d->refs.n + 8;
    d->refs.n = refs;
}

/* Moves the vulnerabilities and items of a notice to where it now stands. */
static void move_notice(struct advisory_draft *d, struct adv_notice *notice,
                        uint32_t at)
{
    if (notice->vuln_count > 0)
        memmove(&d->vulns.p[d->vulns.n], &d->vulns.p[notice->vuln_first],
                notice->vuln_count * sizeof(*d->vulns.p));
    if (notice->item_count > 0)
        memmove(&d->items.p[d->items.n], &d->items.p[notice->item_first],
                notice->item_count * sizeof(*d->items.p));
    notice->vuln_first = (uint32_t)d->vulns.n;
    notice->item_first = (uint32_t)d->items.n;
    d->vulns.n += notice->vuln_count;
    d->items.n += notice->item_count;
    for (uint32_t i = 0; i < notice->item_count; i++)
        d->items.p[notice->item_first + i].notice = at;
}

static void drop_notices(struct writer *w, const uint32_t *places)
{
    struct advisory_draft *d = w->draft;
    uint32_t n = 0;

    d->vulns.n = d->items.n = 0;
    for (uint32_t i = 0; i < d->notices.n; i++) {
        struct adv_notice notice = d->notices.p[i];
        struct adv_advisory *advisory = NULL;

        notice.document = w->numbers[notice.document];
        if (notice.document == ADVISORY_NONE)
            continue;
        if (notice.advisory != ADVISORY_NONE) {
            notice.advisory = places[notice.advisory];
            advisory = &d->advisories.p[notice.advisory];
            if (advisory->notice_first == i)
                advisory->notice_first = n;
        }
        move_notice(d, &notice, n);
        w->statements += (uint64_t)notice.vuln_count * notice.item_count;
        d->sources.p[d->documents.p[notice.document].source].notices++;
        d->notices.p[n++] = notice;
    }
    d->notices.n = n;
}

static void drop_others(struct writer *w)
{
    struct advisory_draft *d = w->draft;
    size_t n = 0;

    for (size_t i = 0; i < d->scores.n; i++) {
        struct adv_score score = d->scores.p[i];

        score.document = w->numbers[score.document];
        if (score.document != ADVISORY_NONE)
            d->scores.p[n++] = score;
    }
    d->scores.n = n;
    n = 0;
    for (size_t i = 0; i < d->supersedes.n; i++) {
        struct adv_supersede s = d->supersedes.p[i];

        s.document = w->numbers[s.document];
        if (s.document != ADVISORY_NONE)
            d->supersedes.p[n++] = s;
    }
    d->supersedes.n = n;
}

static void drop_dead(struct writer *w)
{
    AUTO(mem_freep)
    uint32_t *places = mem_alloc(w->draft->advisories.n + 1, sizeof(*places));

    drop_documents(w);
    drop_sources(w->draft);
    drop_advisories(w, places);
    drop_notices(w, places);
    drop_others(w);
}

/* --- Texts. --- */

typedef void text_fn(struct writer *w, uint32_t *text);

static void each_item_text(struct writer *w, text_fn *fn)
{
    for (size_t i = 0; i < w->draft->items.n; i++) {
        struct adv_item *item = &w->draft->items.p[i];

        fn(w, &item->package);
        fn(w, &item->release);
        fn(w, &item->arch);
        fn(w, &item->version);
        fn(w, &item->from);
        fn(w, &item->note);
        fn(w, &item->severity_text);
    }
}

static void each_advisory_text(struct writer *w, text_fn *fn)
{
    for (size_t i = 0; i < w->draft->advisories.n; i++) {
        struct adv_advisory *a = &w->draft->advisories.p[i];

        fn(w, &a->id);
        fn(w, &a->title);
        fn(w, &a->text);
        fn(w, &a->url);
        fn(w, &a->severity_text);
    }
}

static void each_text(struct writer *w, text_fn *fn)
{
    struct advisory_draft *d = w->draft;

    each_item_text(w, fn);
    each_advisory_text(w, fn);
    for (size_t i = 0; i < d->sources.n; i++) {
        fn(w, &d->sources.p[i].name);
        fn(w, &d->sources.p[i].format);
        fn(w, &d->sources.p[i].date);
    }
    for (size_t i = 0; i < d->documents.n; i++)
        fn(w, &d->documents.p[i].id);
    for (size_t i = 0; i < d->vulns.n; i++)
        fn(w, &d->vulns.p[i]);
    for (size_t i = 0; i < d->refs.n; i++)
        fn(w, &d->refs.p[i]);
    for (size_t i = 0; i < d->scores.n; i++) {
        fn(w, &d->scores.p[i].vuln);
        fn(w, &d->scores.p[i].vector);
        fn(w, &d->scores.p[i].severity_text);
    }
    for (size_t i = 0; i < d->supersedes.n; i++) {
        fn(w, &d->supersedes.p[i].id);
        fn(w, &d->supersedes.p[i].old);
        fn(w, &d->supersedes.p[i].release);
    }
}

static void mark(struct writer *w, uint32_t *text)
{
    w->numbers[*text] = 1;
}

static void renumber(struct writer *w, uint32_t *text)
{
    *text = w->numbers[*text];
}

struct ordered {
    str text;
    uint32_t number;
};

static int by_text(const void *a, const void *b)
{
    return str_cmp(((const struct ordered *)a)->text,
                   ((const struct ordered *)b)->text);
}

static void add_text(struct writer *w, str text)
{
    size_t need = w->texts.n + text.n + 1;

    while (w->texts.cap < need)
        vec_room((void **)&w->texts.p, &w->texts.cap, w->texts.cap, 1);
    *vec_push(&w->offsets) = (uint32_t)w->texts.n;
    if (text.n > 0)
        memcpy(w->texts.p + w->texts.n, text.p, text.n);
    w->texts.p[need - 1] = '\0';
    w->texts.n = need;
}

static void order_texts(struct writer *w)
{
    struct advisory_draft *d = w->draft;
    VEC(struct ordered) used = { 0 };

    mem_free(w->numbers);
    w->numbers = mem_alloc(d->texts.n, sizeof(*w->numbers));
    w->numbers[0] = 1;
    each_text(w, mark);
    for (uint32_t i = 0; i < d->texts.n; i++) {
        if (w->numbers[i] != 0)
            *vec_push(&used) = (struct ordered){ d->texts.p[i], i };
    }
    qsort(used.p, used.n, sizeof(*used.p), by_text);
    for (uint32_t i = 0; i < used.n; i++) {
        w->numbers[used.p[i].number] = i;
        add_text(w, used.p[i].text);
    }
    *vec_push(&w->offsets) = (uint32_t)w->texts.n;
    each_text(w, renumber);
    vec_clear(&used);
}

/* --- Order and indexes. --- */

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;

    return *x < *y ? -1 : *x > *y;
}

static int by_vuln(const void *a, const void *b)
{
    const struct adv_score *x = a;
    const struct adv_score *y = b;

    if (x->vuln != y->vuln)
        return x->vuln < y->vuln ? -1 : 1;
    return x->document < y->document ? -1 : x->document > y->document;
}

static int by_id(const void *a, const void *b)
{
    const struct adv_supersede *x = a;
    const struct adv_supersede *y = b;

    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    if (x->old != y->old)
        return x->old < y->old ? -1 : 1;
    if (x->release != y->release)
        return x->release < y->release ? -1 : 1;
    return x->document < y->document ? -1 : x->document > y->document;
}

/* One patch replaces another in one product once, whoever says so. */
static void unite_supersedes(struct advisory_draft *d)
{
    size_t n = 0;

    if (d->supersedes.n > 0)
        qsort(d->supersedes.p, d->supersedes.n, sizeof(*d->supersedes.p),
              by_id);
    for (size_t i = 0; i < d->supersedes.n; i++) {
        const struct adv_supersede *s = &d->supersedes.p[i];
        const struct adv_supersede *last =
            n > 0 ? &d->supersedes.p[n - 1] : NULL;

        if (last == NULL || last->id != s->id || last->old != s->old ||
            last->release != s->release)
            d->supersedes.p[n++] = *s;
    }
    d->supersedes.n = n;
}

static void order_advisories(struct advisory_draft *d)
{
    size_t n = d->advisories.n;
    AUTO(mem_freep) uint64_t *order = mem_alloc(n + 1, sizeof(*order));
    AUTO(mem_freep) uint32_t *places = mem_alloc(n + 1, sizeof(*places));
    struct adv_advisory *sorted = mem_alloc(n + 8, sizeof(*sorted));

    for (size_t i = 0; i < n; i++)
        order[i] = (uint64_t)d->advisories.p[i].id << 32 | i;
    qsort(order, n, sizeof(*order), by_number);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t from = (uint32_t)order[i];

        sorted[i] = d->advisories.p[from];
        places[from] = i;
    }
    for (size_t i = 0; i < d->notices.n; i++) {
        if (d->notices.p[i].advisory != ADVISORY_NONE)
            d->notices.p[i].advisory = places[d->notices.p[i].advisory];
    }
    mem_free(d->advisories.p);
    d->advisories.p = sorted;
    d->advisories.cap = n + 8;
}

static void add_pair(struct pairs *pairs, uint32_t text, uint32_t post)
{
    *vec_push(&pairs->list) = (uint64_t)text << 32 | post;
}

static void make_index(struct pairs *pairs)
{
    uint32_t last = ADVISORY_NONE;

    if (pairs->list.n > 0)
        qsort(pairs->list.p, pairs->list.n, sizeof(*pairs->list.p), by_number);
    for (size_t i = 0; i < pairs->list.n; i++) {
        uint32_t text = (uint32_t)(pairs->list.p[i] >> 32);
        uint32_t post = (uint32_t)pairs->list.p[i];

        if (text != last)
            *vec_push(&pairs->keys) =
                (struct adv_key){ text, (uint32_t)pairs->posts.n };
        last = text;
        if (post != ADVISORY_NONE)
            *vec_push(&pairs->posts) = post;
    }
    vec_clear(&pairs->list);
}

static void make_indexes(struct writer *w)
{
    struct advisory_draft *d = w->draft;

    for (uint32_t i = 0; i < d->notices.n; i++) {
        const struct adv_notice *notice = &d->notices.p[i];

        for (uint32_t k = 0; k < notice->vuln_count; k++)
            add_pair(&w->vulns, d->vulns.p[notice->vuln_first + k], i);
    }
    for (uint32_t i = 0; i < d->scores.n; i++)
        add_pair(&w->vulns, d->scores.p[i].vuln, ADVISORY_NONE);
    make_index(&w->vulns);
    for (uint32_t i = 0; i < d->items.n; i++)
        add_pair(&w->packages, d->items.p[i].package, i);
    make_index(&w->packages);
    for (uint32_t i = 0; i < d->supersedes.n; i++)
        add_pair(&w->olds, d->supersedes.p[i].old, i);
    make_index(&w->olds);
}

static void order(struct writer *w)
{
    struct advisory_draft *d = w->draft;

    if (d->scores.n > 0)
        qsort(d->scores.p, d->scores.n, sizeof(*d->scores.p), by_vuln);
    unite_supersedes(d);
    order_advisories(d);
    make_indexes(w);
}

/* --- The file. --- */

struct part {
    const void *p;
    size_t n;
};

static void list_parts(const struct writer *w, struct part parts[ADV_SECTIONS])
{
    const struct advisory_draft *d = w->draft;

    parts[ADV_OFFSETS] = (struct part){ w->offsets.p, w->offsets.n };
    parts[ADV_TEXTS] = (struct part){ w->texts.p, w->texts.n };
    parts[ADV_SOURCES] = (struct part){ d->sources.p, d->sources.n };
    parts[ADV_DOCUMENTS] = (struct part){ d->documents.p, d->documents.n };
    parts[ADV_ADVISORIES] = (struct part){ d->advisories.p, d->advisories.n };
    parts[ADV_NOTICES] = (struct part){ d->notices.p, d->notices.n };
    parts[ADV_VULNS] = (struct part){ d->vulns.p, d->vulns.n };
    parts[ADV_ITEMS] = (struct part){ d->items.p, d->items.n };
    parts[ADV_REFS] = (struct part){ d->refs.p, d->refs.n };
    parts[ADV_SCORES] = (struct part){ d->scores.p, d->scores.n };
    parts[ADV_SUPERSEDES] = (struct part){ d->supersedes.p, d->supersedes.n };
    parts[ADV_VULN_KEYS] = (struct part){ w->vulns.keys.p, w->vulns.keys.n };
    parts[ADV_VULN_POSTS] = (struct part){ w->vulns.posts.p, w->vulns.posts.n };
    parts[ADV_PACKAGE_KEYS] =
        (struct part){ w->packages.keys.p, w->packages.keys.n };
    parts[ADV_PACKAGE_POSTS] =
        (struct part){ w->packages.posts.p, w->packages.posts.n };
    parts[ADV_OLD_KEYS] = (struct part){ w->olds.keys.p, w->olds.keys.n };
    parts[ADV_OLD_POSTS] = (struct part){ w->olds.posts.p, w->olds.posts.n };
}

static int write_file(const struct writer *w, struct io_out *out,
                      struct err *err)
{
    struct adv_header header = { .version = ADV_VERSION,
                                 .section_count = ADV_SECTIONS,
                                 .statements = w->statements };
    uint64_t end = adv_align(sizeof(header));
    struct part parts[ADV_SECTIONS];
    static const char padding[8];

    memcpy(header.magic, ADV_MAGIC, sizeof(header.magic));
    list_parts(w, parts);
    for (unsigned i = 0; i < ADV_SECTIONS; i++) {
        size_t size = parts[i].n * adv_record_size((enum adv_section)i);

        if (parts[i].n > adv_record_max((enum adv_section)i))
            return err_set(err, E_LIMIT, "there are too many advisories");
        header.sections[i] =
            (struct adv_section_head){ end, parts[i].n,
                                       str_hash((str){ parts[i].p, size }) };
        end = adv_align(end + size);
    }
    header.file_size = end;
    header.checksum = adv_header_checksum(&header);
    io_out_write(out, (str){ (const char *)&header, sizeof(header) });
    end = sizeof(header);
    for (unsigned i = 0; i < ADV_SECTIONS; i++) {
        size_t size = parts[i].n * adv_record_size((enum adv_section)i);

        io_out_write(out, (str){ padding, adv_align(end) - end });
        if (size > 0)
            io_out_write(out, (str){ parts[i].p, size });
        end = adv_align(end) + size;
    }
    io_out_write(out, (str){ padding, adv_align(end) - end });
    return 0;
}

int advisory_draft_write(struct advisory_draft *draft, struct io_out *out,
                         struct err *err)
{
    struct writer w = { .draft = draft };
    int rc;

    advisory_draft_begin(draft);
    drop_dead(&w);
    order_texts(&w);
    order(&w);
    rc = write_file(&w, out, err);
    mem_free(w.numbers);
    vec_clear(&w.texts);
    vec_clear(&w.offsets);
    vec_clear(&w.vulns.keys);
    vec_clear(&w.vulns.posts);
    vec_clear(&w.packages.keys);
    vec_clear(&w.packages.posts);
    vec_clear(&w.olds.keys);
    vec_clear(&w.olds.posts);
    return rc;
}
