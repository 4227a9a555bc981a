/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/data.h"

#include <stddef.h>
#include <stdlib.h>

#include "advisory/data_int.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/vec.h"

struct advisory_data {
    char *name;
    const struct adv_header *header;
    const void *sections[ADV_SECTIONS];
    size_t counts[ADV_SECTIONS];
    str map; /* empty: the bytes are another's */
};

static const struct {
    const char *name;
    size_t size;
    uint64_t max;
} kinds[ADV_SECTIONS] = {
    [ADV_OFFSETS] = { "offsets", 4, ADV_TEXTS_MAX + 1 },
    [ADV_TEXTS] = { "texts", 1, ADV_TEXT_BYTES_MAX },
    [ADV_SOURCES] = { "sources", sizeof(struct adv_source), ADV_SOURCES_MAX },
    [ADV_DOCUMENTS] = { "documents", sizeof(struct adv_document),
                        ADV_DOCUMENTS_MAX },
    [ADV_ADVISORIES] = { "advisories", sizeof(struct adv_advisory),
                         ADV_ADVISORIES_MAX },
    [ADV_NOTICES] = { "notices", sizeof(struct adv_notice), ADV_NOTICES_MAX },
    [ADV_VULNS] = { "vulnerabilities", 4, ADV_VULNS_MAX },
    [ADV_ITEMS] = { "items", sizeof(struct adv_item), ADV_ITEMS_MAX },
    [ADV_REFS] = { "references", 4, ADV_REFS_MAX },
    [ADV_SCORES] = { "scores", sizeof(struct adv_score), ADV_SCORES_MAX },
    [ADV_SUPERSEDES] = { "supersedences", sizeof(struct adv_supersede),
                         ADV_SUPERSEDES_MAX },
    [ADV_VULN_KEYS] = { "index", sizeof(struct adv_key), ADV_VULNS_MAX },
    [ADV_VULN_POSTS] = { "index", 4, ADV_VULNS_MAX },
    [ADV_PACKAGE_KEYS] = { "index", sizeof(struct adv_key), ADV_ITEMS_MAX },
    [ADV_PACKAGE_POSTS] = { "index", 4, ADV_ITEMS_MAX },
    [ADV_OLD_KEYS] = { "index", sizeof(struct adv_key), ADV_SUPERSEDES_MAX },
    [ADV_OLD_POSTS] = { "index", 4, ADV_SUPERSEDES_MAX },
};

size_t adv_record_size(enum adv_section section)
{
    return kinds[section].size;
}

uint64_t adv_record_max(enum adv_section section)
{
    return kinds[section].max;
}

uint64_t adv_header_checksum(const struct adv_header *header)
{
    return str_hash(
        (str){ (const char *)header, offsetof(struct adv_header, checksum) });
}

/* --- Opening. --- */

static int damaged(const struct advisory_data *data, const char *what,
                   struct err *err)
{
    return err_set(err, E_CORRUPT,
                   "%s: its %s are damaged; import the advisories again",
                   data->name, what);
}

static int check_header(str bytes, const char *name, struct err *err)
{
    const struct adv_header *h = (const void *)bytes.p;

    if (bytes.n < sizeof(*h) ||
        memcmp(h->magic, ADV_MAGIC, sizeof(h->magic)) != 0)
        return err_set(err, E_CORRUPT, "%s is no file of advisories", name);
    if (h->version != ADV_VERSION || h->section_count != ADV_SECTIONS)
        return err_set(err, E_UNSUPPORTED,
                       "%s has advisory format %u, this Holdfast reads format "
                       "%d; import the advisories again",
                       name, h->version, ADV_VERSION);
    if (h->file_size != bytes.n)
        return err_set(err, E_CORRUPT,
                       "%s is truncated: %zu bytes, expected %llu", name,
                       bytes.n, (unsigned long long)h->file_size);
    return 0;
}

static int open_section(struct advisory_data *data, enum adv_section at,
                        str bytes, struct err *err)
{
    const struct adv_section_head *head = &data->header->sections[at];
    size_t size;

    if (head->count > kinds[at].max || head->offset % 8 != 0 ||
        head->offset > bytes.n ||
        head->count > (bytes.n - head->offset) / kinds[at].size)
        return damaged(data, kinds[at].name, err);
    size = (size_t)head->count * kinds[at].size;
    data->sections[at] = bytes.p + head->offset;
    data->counts[at] = (size_t)head->count;
    if (str_hash((str){ bytes.p + head->offset, size }) != head->checksum)
        return damaged(data, kinds[at].name, err);
    return 0;
}

static int open_sections(struct advisory_data *data, str bytes, struct err *err)
{
    const uint32_t *offsets;
    int rc = 0;

    data->header = (const void *)bytes.p;
    if (data->header->checksum != adv_header_checksum(data->header))
        return damaged(data, "header and sections", err);
    for (unsigned i = 0; rc == 0 && i < ADV_SECTIONS; i++)
        rc = open_section(data, (enum adv_section)i, bytes, err);
    if (rc < 0)
        return rc;
    offsets = data->sections[ADV_OFFSETS];
    if (data->counts[ADV_OFFSETS] < 2 ||
        offsets[data->counts[ADV_OFFSETS] - 1] != data->counts[ADV_TEXTS])
        return damaged(data, "texts", err);
    return 0;
}

int advisory_data_open_memory(str bytes, const char *name,
                              struct advisory_data **out, struct err *err)
{
    AUTO(advisory_data_freep) struct advisory_data *data = NULL;
    size_t n = strlen(name) + 1;
    int rc = check_header(bytes, name, err);

    if (rc < 0)
        return rc;
    data = mem_alloc(1, sizeof(*data));
    data->name = memcpy(mem_alloc(n, 1), name, n);
    rc = open_sections(data, bytes, err);
    if (rc < 0)
        return rc;
    *out = TAKE(data);
    return 0;
}

int advisory_data_open(const char *path, struct advisory_data **out,
                       struct err *err)
{
    str bytes;
    int rc = io_map(path, sizeof(struct adv_header), SIZE_MAX, &bytes, err);

    if (rc < 0)
        return rc;
    rc = advisory_data_open_memory(bytes, path, out, err);
    if (rc < 0) {
        io_unmap(bytes);
        return rc;
    }
    (*out)->map = bytes;
    return 0;
}

void advisory_data_free(struct advisory_data *data)
{
    if (data == NULL)
        return;
    io_unmap(data->map);
    mem_free(data->name);
    mem_free(data);
}

void advisory_data_freep(struct advisory_data **data)
{
    advisory_data_free(*data);
    *data = NULL;
}

/* --- Records. What a file says of places is checked where it is used. --- */

const void *advisory_data_section(const struct advisory_data *data,
                                  enum adv_section section, size_t *out_n)
{
    *out_n = data->counts[section];
    return data->sections[section];
}

static const void *record(const struct advisory_data *data,
                          enum adv_section section, uint64_t at)
{
    if (at >= data->counts[section])
        return NULL;
    return (const char *)data->sections[section] + at * kinds[section].size;
}

static uint32_t number(const struct advisory_data *data,
                       enum adv_section section, uint64_t at)
{
    const uint32_t *p = record(data, section, at);

    return p != NULL ? *p : ADVISORY_NONE;
}

str advisory_data_text(const struct advisory_data *data, uint32_t text)
{
    const char *texts = data->sections[ADV_TEXTS];
    uint32_t from = number(data, ADV_OFFSETS, text);
    uint32_t to = number(data, ADV_OFFSETS, (uint64_t)text + 1);

    if (from >= to || to > data->counts[ADV_TEXTS])
        return STR("");
    return (str){ texts + from, to - from - 1 };
}

/* The number of a text, or ADVISORY_NONE. */
static uint32_t find_text(const struct advisory_data *data, str text)
{
    size_t low = 0;
    size_t high = data->counts[ADV_OFFSETS] - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(advisory_data_text(data, (uint32_t)middle), text);

        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return ADVISORY_NONE;
}

struct posts {
    const uint32_t *p;
    size_t n;
};

/* The records of one key of an index. */
static struct posts find_posts(const struct advisory_data *data,
                               enum adv_section keys, str name)
{
    const struct adv_key *key = data->sections[keys];
    uint32_t text = find_text(data, name);
    size_t posts = data->counts[keys + 1];
    size_t low = 0;
    size_t high = data->counts[keys];
    size_t end = posts;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (key[middle].text < text)
            low = middle + 1;
        else
            high = middle;
    }
    if (low >= data->counts[keys] || key[low].text != text)
        return (struct posts){ NULL, 0 };
    if (low + 1 < data->counts[keys])
        end = key[low + 1].first;
    if (key[low].first > end || end > posts)
        return (struct posts){ NULL, 0 };
    return (struct posts){ (const uint32_t *)data->sections[keys + 1] +
                               key[low].first,
                           end - key[low].first };
}

/* The first record, of those sorted by a text that stands `at` bytes behind
 * their begin, that has this text or a later one. */
static size_t lower(const struct advisory_data *data, enum adv_section section,
                    size_t at, uint32_t text)
{
    const char *p = data->sections[section];
    size_t low = 0;
    size_t high = data->counts[section];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t have;

        memcpy(&have, p + middle * kinds[section].size + at, sizeof(have));
        if (have < text)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t source_of(const struct advisory_data *data, uint32_t document)
{
    const struct adv_document *d = record(data, ADV_DOCUMENTS, document);

    return d != NULL ? d->source : ADVISORY_NONE;
}

static unsigned bounded(unsigned value, unsigned end)
{
    return value < end ? value : 0;
}

static void fill_item(const struct advisory_data *data,
                      const struct adv_item *from, struct advisory_item *out)
{
    *out = (struct advisory_item){
        .package = advisory_data_text(data, from->package),
        .release = advisory_data_text(data, from->release),
        .arch = advisory_data_text(data, from->arch),
        .version = advisory_data_text(data, from->version),
        .from = advisory_data_text(data, from->from),
        .note = advisory_data_text(data, from->note),
        .severity_text = advisory_data_text(data, from->severity_text),
        .status =
            (enum advisory_status)bounded(from->status, ADVISORY_STATUSES),
        .severity = (enum advisory_severity)bounded(from->severity,
                                                    ADVISORY_SEVERITIES),
        .day = from->day,
        .source_package = (from->flags & ADV_SOURCE_PACKAGE) != 0,
        .last_affected = (from->flags & ADV_LAST_AFFECTED) != 0,
    };
}

/* --- Statements. --- */

/* A statement that is to be given out, with what it is sorted by. */
struct found {
    uint32_t rank;
    uint32_t package;
    uint32_t release;
    uint32_t item;
    uint32_t vuln; /* text */
};

static int by_rank(const void *a, const void *b)
{
    const struct found *x = a;
    const struct found *y = b;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->package != y->package)
        return x->package < y->package ? -1 : 1;
    if (x->release != y->release)
        return x->release < y->release ? -1 : 1;
    if (x->vuln != y->vuln)
        return x->vuln < y->vuln ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

static uint32_t rank_of(const struct advisory_data *data, uint32_t document)
{
    const struct adv_source *source =
        record(data, ADV_SOURCES, source_of(data, document));

    return source != NULL ? source->rank : ADVISORY_BY_COLLECTION;
}

static int give(const struct advisory_data *data, const struct found *found,
                advisory_statement_fn *fn, void *ctx, struct err *err)
{
    const struct adv_item *item = record(data, ADV_ITEMS, found->item);
    const struct adv_notice *notice = record(data, ADV_NOTICES, item->notice);
    const struct adv_advisory *advisory =
        record(data, ADV_ADVISORIES, notice->advisory);
    struct advisory_statement statement = {
        .vulnerability = advisory_data_text(data, found->vuln),
        .advisory_at = ADVISORY_NONE,
        .source = source_of(data, notice->document),
    };

    if (advisory != NULL) {
        statement.advisory = advisory_data_text(data, advisory->id);
        statement.advisory_at = notice->advisory;
    }
    fill_item(data, item, &statement.item);
    return fn(ctx, &statement, err);
}

typedef VEC(struct found) found_list;

static void add_notice(const struct advisory_data *data, uint32_t at,
                       uint32_t vuln, found_list *list)
{
    const struct adv_notice *notice = record(data, ADV_NOTICES, at);

    for (uint32_t i = 0; notice != NULL && i < notice->item_count; i++) {
        uint64_t place = (uint64_t)notice->item_first + i;
        const struct adv_item *item = record(data, ADV_ITEMS, place);

        if (item == NULL || item->notice != at)
            return;
        *vec_push(list) = (struct found){
            rank_of(data, notice->document),
            item->package,
            item->release,
            (uint32_t)place,
            vuln,
        };
    }
}

static int give_all(const struct advisory_data *data, found_list *list,
                    advisory_statement_fn *fn, void *ctx, struct err *err)
{
    int rc = 0;

    if (list->n > 0)
        qsort(list->p, list->n, sizeof(*list->p), by_rank);
    for (size_t i = 0; rc == 0 && i < list->n; i++)
        rc = give(data, &list->p[i], fn, ctx, err);
    vec_clear(list);
    return rc;
}

int advisory_data_vulnerability(const struct advisory_data *data, str name,
                                advisory_statement_fn *fn, void *ctx,
                                struct err *err)
{
    struct posts posts = find_posts(data, ADV_VULN_KEYS, name);
    uint32_t text = find_text(data, name);
    found_list list = { 0 };

    for (size_t i = 0; i < posts.n; i++)
        add_notice(data, posts.p[i], text, &list);
    return give_all(data, &list, fn, ctx, err);
}

static void add_item(const struct advisory_data *data, uint32_t at,
                     found_list *list)
{
    const struct adv_item *item = record(data, ADV_ITEMS, at);
    const struct adv_notice *notice = record(data, ADV_NOTICES, item->notice);
    struct found found = { rank_of(data, notice->document), item->package,
                           item->release, at, 0 };

    if (notice->vuln_count == 0)
        *vec_push(list) = found;
    for (uint32_t i = 0; i < notice->vuln_count; i++) {
        uint32_t vuln =
            number(data, ADV_VULNS, (uint64_t)notice->vuln_first + i);

        if (vuln == ADVISORY_NONE)
            return;
        found.vuln = vuln;
        *vec_push(list) = found;
    }
}

int advisory_data_package(const struct advisory_data *data, str package,
                          str release, advisory_statement_fn *fn, void *ctx,
                          struct err *err)
{
    struct posts posts = find_posts(data, ADV_PACKAGE_KEYS, package);
    uint32_t wanted = find_text(data, release);
    found_list list = { 0 };

    if (release.n > 0 && wanted == ADVISORY_NONE)
        return 0;
    for (size_t i = 0; i < posts.n; i++) {
        const struct adv_item *item = record(data, ADV_ITEMS, posts.p[i]);

        if (item != NULL && record(data, ADV_NOTICES, item->notice) != NULL &&
            (release.n == 0 || item->release == wanted))
            add_item(data, posts.p[i], &list);
    }
    return give_all(data, &list, fn, ctx, err);
}

bool advisory_data_score(const struct advisory_data *data, str name,
                         size_t index, struct advisory_score *out)
{
    uint32_t text = find_text(data, name);
    size_t first =
        lower(data, ADV_SCORES, offsetof(struct adv_score, vuln), text);
    const struct adv_score *score = record(data, ADV_SCORES, first + index);

    if (score == NULL || score->vuln != text)
        return false;
    *out = (struct advisory_score){
        .vulnerability = advisory_data_text(data, text),
        .source = source_of(data, score->document),
        .version = (enum cvss_version)bounded(score->version, CVSS_VERSIONS),
        .tenths = score->tenths <= CVSS_SCORE_MAX ? score->tenths : 0,
        .vector = advisory_data_text(data, score->vector),
        .severity = (enum advisory_severity)bounded(score->severity,
                                                    ADVISORY_SEVERITIES),
        .severity_text = advisory_data_text(data, score->severity_text),
        .exploited = (score->flags & ADV_EXPLOITED) != 0,
        .disclosed = (score->flags & ADV_DISCLOSED) != 0,
    };
    return true;
}

str advisory_data_name(const struct advisory_data *data, size_t index)
{
    const struct adv_key *key = record(data, ADV_VULN_KEYS, index);

    return key != NULL ? advisory_data_text(data, key->text) : STR_NONE;
}

/* --- Sources and advisories. --- */

void advisory_data_count(const struct advisory_data *data,
                         struct advisory_counts *out)
{
    *out = (struct advisory_counts){
        .sources = data->counts[ADV_SOURCES],
        .advisories = data->counts[ADV_ADVISORIES],
        .vulnerabilities = data->counts[ADV_VULN_KEYS],
        .packages = data->counts[ADV_PACKAGE_KEYS],
        .statements = data->header->statements,
        .supersedences = data->counts[ADV_SUPERSEDES],
    };
}

bool advisory_data_source(const struct advisory_data *data, uint32_t at,
                          struct advisory_source *out)
{
    const struct adv_source *source = record(data, ADV_SOURCES, at);

    if (source == NULL)
        return false;
    *out = (struct advisory_source){
        .name = advisory_data_text(data, source->name),
        .format = advisory_data_text(data, source->format),
        .date = advisory_data_text(data, source->date),
        .imported_s = source->imported_s,
        .rank = source->rank <= ADVISORY_BY_COLLECTION
                    ? (enum advisory_rank)source->rank
                    : ADVISORY_BY_COLLECTION,
        .notices = source->notices,
    };
    return true;
}

bool advisory_data_at(const struct advisory_data *data, uint32_t at,
                      struct advisory *out)
{
    const struct adv_advisory *a = record(data, ADV_ADVISORIES, at);

    if (a == NULL)
        return false;
    *out = (struct advisory){
        .id = advisory_data_text(data, a->id),
        .title = advisory_data_text(data, a->title),
        .text = advisory_data_text(data, a->text),
        .url = advisory_data_text(data, a->url),
        .type = (enum advisory_type)bounded(a->type, ADVISORY_TYPES),
        .severity =
            (enum advisory_severity)bounded(a->severity, ADVISORY_SEVERITIES),
        .severity_text = advisory_data_text(data, a->severity_text),
        .issued = a->issued,
        .updated = a->updated,
        .reboot = (a->flags & ADV_REBOOT) != 0,
        .restart = (a->flags & ADV_RESTART) != 0,
        .preview = (a->flags & ADV_PREVIEW) != 0,
        .at = at,
        .source = source_of(data, a->document),
    };
    return true;
}

uint32_t advisory_data_find(const struct advisory_data *data, str id)
{
    uint32_t text = find_text(data, id);
    size_t at =
        lower(data, ADV_ADVISORIES, offsetof(struct adv_advisory, id), text);
    const struct adv_advisory *a = record(data, ADV_ADVISORIES, at);

    return a != NULL && a->id == text ? (uint32_t)at : ADVISORY_NONE;
}

str advisory_data_reference(const struct advisory_data *data, uint32_t at,
                            size_t index)
{
    const struct adv_advisory *a = record(data, ADV_ADVISORIES, at);

    if (a == NULL || index >= a->ref_count)
        return STR_NONE;
    return advisory_data_text(data,
                              number(data, ADV_REFS, a->ref_first + index));
}

/* The vulnerabilities of all its notices, one after the other. */
str advisory_data_vuln(const struct advisory_data *data, uint32_t at,
                       size_t index)
{
    const struct adv_advisory *a = record(data, ADV_ADVISORIES, at);

    for (uint32_t i = 0; a != NULL && i < a->notice_count; i++) {
        const struct adv_notice *notice =
            record(data, ADV_NOTICES, (uint64_t)a->notice_first + i);

        if (notice == NULL)
            break;
        if (index < notice->vuln_count)
            return advisory_data_text(
                data, number(data, ADV_VULNS, notice->vuln_first + index));
        index -= notice->vuln_count;
    }
    return STR_NONE;
}

bool advisory_data_item(const struct advisory_data *data, uint32_t at,
                        size_t index, struct advisory_item *out)
{
    const struct adv_advisory *a = record(data, ADV_ADVISORIES, at);

    for (uint32_t i = 0; a != NULL && i < a->notice_count; i++) {
        const struct adv_notice *notice =
            record(data, ADV_NOTICES, (uint64_t)a->notice_first + i);
        const struct adv_item *item;

        if (notice == NULL)
            break;
        if (index >= notice->item_count) {
            index -= notice->item_count;
            continue;
        }
        item = record(data, ADV_ITEMS, notice->item_first + index);
        if (item == NULL)
            break;
        fill_item(data, item, out);
        return true;
    }
    return false;
}

str advisory_data_supersedes(const struct advisory_data *data, str id,
                             size_t index, str *out_release)
{
    uint32_t text = find_text(data, id);
    size_t first =
        lower(data, ADV_SUPERSEDES, offsetof(struct adv_supersede, id), text);
    const struct adv_supersede *s = record(data, ADV_SUPERSEDES, first + index);

    if (s == NULL || s->id != text)
        return STR_NONE;
    *out_release = advisory_data_text(data, s->release);
    return advisory_data_text(data, s->old);
}

str advisory_data_superseded_by(const struct advisory_data *data, str id,
                                size_t index, str *out_release)
{
    struct posts posts = find_posts(data, ADV_OLD_KEYS, id);
    const struct adv_supersede *s = NULL;

    if (index < posts.n)
        s = record(data, ADV_SUPERSEDES, posts.p[index]);
    if (s == NULL)
        return STR_NONE;
    *out_release = advisory_data_text(data, s->release);
    return advisory_data_text(data, s->id);
}
