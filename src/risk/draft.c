/* SPDX-License-Identifier: Apache-2.0 */
#include "risk/draft.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "risk/data_int.h"

/* A record, and its place among those that one source adds: the last one of a
 * CVE counts. */
struct added {
    struct risk_record record;
    size_t place;
};

struct source {
    enum risk_kind kind;
    uint32_t name;
    uint32_t date;
    str date_text;
    int64_t imported_s;
};

/* Texts are offsets into the file that will be written; they stay where they
 * are in the arena. */
struct risk_draft {
    struct arena arena;
    VEC(struct risk_record) records; /* sorted by key */
    VEC(struct added) added;
    VEC(struct source) sources;
    VEC(str) texts;
    struct map offsets;
    uint64_t text_size;
    enum risk_kind kind; /* of what is being added */
    str last_name;
    str last_date;
};

void risk_draft_free(struct risk_draft *draft)
{
    if (draft == NULL)
        return;
    vec_clear(&draft->records);
    vec_clear(&draft->added);
    vec_clear(&draft->sources);
    vec_clear(&draft->texts);
    map_clear(&draft->offsets);
    arena_clear(&draft->arena);
    mem_free(draft);
}

void risk_draft_freep(struct risk_draft **draft)
{
    risk_draft_free(*draft);
    *draft = NULL;
}

static int intern(struct risk_draft *draft, str text, uint32_t *out,
                  struct err *err)
{
    uint32_t have;

    if (text.n == 0) {
        *out = 0;
        return 0;
    }
    if (memchr(text.p, '\0', text.n) != NULL)
        return err_set(err, E_PARSE, "a text has a NUL character");
    have = map_get(&draft->offsets, text);
    if (have != MAP_NONE) {
        *out = have;
        return 0;
    }
    if (draft->text_size + text.n >= RISK_TEXTS_MAX)
        return err_set(err, E_LIMIT, "the texts take more than %d bytes",
                       RISK_TEXTS_MAX);
    text = arena_str(&draft->arena, text);
    *out = (uint32_t)draft->text_size;
    *vec_push(&draft->texts) = text;
    map_add(&draft->offsets, text, *out);
    draft->text_size += text.n + 1;
    return 0;
}

static int take_sources(struct risk_draft *draft, struct risk_data *data,
                        struct err *err)
{
    for (size_t i = 0; i < risk_data_sources(data); i++) {
        struct risk_source from;
        struct source *to = vec_push(&draft->sources);
        int rc = risk_data_source(data, i, &from, err);

        if (rc < 0)
            return rc;
        to->kind = from.kind;
        to->imported_s = from.imported_s;
        to->date_text = arena_str(&draft->arena, from.date);
        rc = intern(draft, from.name, &to->name, err);
        if (rc == 0)
            rc = intern(draft, from.date, &to->date, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int take_all(struct risk_draft *draft, struct risk_data *data,
                    struct err *err)
{
    const struct risk_record *records;
    int rc = take_sources(draft, data, err);

    if (rc < 0)
        return rc;
    records = risk_data_records(data, err);
    if (records == NULL)
        return E_CORRUPT;
    for (uint32_t i = 0; rc == 0 && i < risk_data_count(data); i++) {
        struct risk_record *to = vec_push(&draft->records);

        *to = records[i];
        rc = intern(draft, risk_data_text(data, to->vector), &to->vector, err);
        if (rc == 0)
            rc = intern(draft, risk_data_text(data, to->scorer), &to->scorer,
                        err);
    }
    return rc;
}

int risk_draft_new(struct risk_data *data, struct risk_draft **out,
                   struct err *err)
{
    AUTO(risk_draft_freep)
    struct risk_draft *draft = mem_alloc(1, sizeof(*draft));
    int rc = 0;

    *vec_push(&draft->texts) = STR(""); /* at 0 */
    draft->text_size = 1;
    if (data != NULL)
        rc = take_all(draft, data, err);
    if (rc < 0)
        return rc;
    *out = TAKE(draft);
    return 0;
}

void risk_draft_begin(struct risk_draft *draft, enum risk_kind kind)
{
    draft->added.n = 0;
    draft->kind = kind;
}

size_t risk_draft_added(const struct risk_draft *draft)
{
    return draft->added.n;
}

int risk_draft_add(struct risk_draft *draft, const struct risk_fact *fact,
                   struct err *err)
{
    struct added *added;
    uint32_t vector;
    uint32_t scorer;
    int rc = intern(draft, fact->vector, &vector, err);

    if (rc == 0)
        rc = intern(draft, fact->scorer, &scorer, err);
    if (rc == 0 && draft->added.n >= RISK_ENTRIES_MAX)
        rc = err_set(err, E_LIMIT, "more than %d entries", RISK_ENTRIES_MAX);
    if (rc < 0)
        return rc;
    added = vec_push(&draft->added);
    added->place = draft->added.n;
    added->record = (struct risk_record){
        .key = fact->key,
        .vector = vector,
        .scorer = scorer,
        .epss = fact->epss,
        .percentile = fact->percentile,
        .added = fact->added,
        .due = fact->due,
        .version = (uint8_t)fact->version,
        .score = (uint8_t)fact->score,
        .source = RISK_NO_SOURCE,
        .flags = (uint8_t)((draft->kind == RISK_EPSS ? RISK_HAS_EPSS : 0) |
                           (fact->ransomware ? RISK_RANSOMWARE : 0) |
                           fact->exploitation << RISK_EXPLOITATION_SHIFT),
    };
    return 0;
}

/* --- Taking a source in. --- */

static int by_key(const void *a, const void *b)
{
    const struct added *x = a;
    const struct added *y = b;

    if (x->record.key != y->record.key)
        return x->record.key < y->record.key ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

/* Of several about one CVE the last one stays. */
static void unite(struct risk_draft *draft)
{
    size_t n = 0;

    if (draft->added.n > 0)
        qsort(draft->added.p, draft->added.n, sizeof(*draft->added.p), by_key);
    for (size_t i = 0; i < draft->added.n; i++) {
        if (n > 0 &&
            draft->added.p[n - 1].record.key == draft->added.p[i].record.key)
            n--;
        draft->added.p[n++] = draft->added.p[i];
    }
    draft->added.n = n;
}

static void set_score(struct risk_record *to, const struct risk_record *from,
                      uint8_t source)
{
    if (to->version != CVSS_NONE && to->source != source &&
        to->version > from->version)
        return;
    to->version = from->version;
    to->score = from->score;
    to->vector = from->vector;
    to->scorer = from->scorer;
    to->source = from->version == CVSS_NONE ? RISK_NO_SOURCE : source;
}

static void set_fact(struct risk_record *to, enum risk_kind kind,
                     const struct risk_record *from, uint8_t source)
{
    to->key = from->key;
    switch (kind) {
    case RISK_CVSS:
        set_score(to, from, source);
        break;
    case RISK_KEV:
        to->added = from->added;
        to->due = from->due;
        to->flags |= from->flags & RISK_RANSOMWARE;
        break;
    case RISK_SSVC:
        to->flags &= (uint8_t)~RISK_EXPLOITATION;
        to->flags |= from->flags & RISK_EXPLOITATION;
        break;
    default:
        to->epss = from->epss;
        to->percentile = from->percentile;
        to->flags |= RISK_HAS_EPSS;
        break;
    }
}

/* Forgets what a catalogue said before. */
static void forget(struct risk_draft *draft, enum risk_kind kind)
{
    for (size_t i = 0; i < draft->records.n; i++) {
        struct risk_record *record = &draft->records.p[i];

        if (kind == RISK_KEV) {
            record->added = record->due = 0;
            record->flags &= (uint8_t)~RISK_RANSOMWARE;
        } else if (kind == RISK_EPSS) {
            record->epss = record->percentile = 0;
            record->flags &= (uint8_t)~RISK_HAS_EPSS;
        } else if (kind == RISK_SSVC) {
            record->flags &= (uint8_t)~RISK_EXPLOITATION;
        }
    }
}

/* Both lists are sorted; so is what becomes of them. */
static int merge(struct risk_draft *draft, uint8_t source, struct err *err)
{
    VEC(struct risk_record)
    old = { draft->records.p, draft->records.n, draft->records.cap };
    size_t i = 0;
    size_t k = 0;
    int rc = 0;

    draft->records.p = NULL;
    draft->records.n = draft->records.cap = 0;
    while (i < old.n || k < draft->added.n) {
        const struct risk_record *from =
            k < draft->added.n ? &draft->added.p[k].record : NULL;
        struct risk_record *to = vec_push(&draft->records);
        bool known = i < old.n && (from == NULL || old.p[i].key <= from->key);

        to->source = RISK_NO_SOURCE;
        if (known)
            *to = old.p[i++];
        if (from == NULL || (known && to->key != from->key))
            continue;
        set_fact(to, draft->kind, from, source);
        k++;
    }
    if (draft->records.n > RISK_ENTRIES_MAX)
        rc = err_set(err, E_LIMIT, "more than %d CVEs", RISK_ENTRIES_MAX);
    vec_clear(&old);
    return rc;
}

/* The source's number: that of the same name, for scores; of the same kind,
 * for catalogues; or a new one. */
static int place_source(struct risk_draft *draft, struct source *source,
                        uint8_t *out, struct err *err)
{
    for (size_t i = 0; i < draft->sources.n; i++) {
        struct source *have = &draft->sources.p[i];

        if (have->kind != source->kind ||
            (source->kind == RISK_CVSS && have->name != source->name))
            continue;
        if (source->kind == RISK_CVSS &&
            str_cmp(have->date_text, source->date_text) > 0) {
            source->date = have->date; /* one of several files */
            source->date_text = have->date_text;
        }
        *have = *source;
        *out = (uint8_t)i;
        return 0;
    }
    if (draft->sources.n >= RISK_SOURCES_MAX)
        return err_set(err, E_LIMIT, "more than %d sources", RISK_SOURCES_MAX);
    *out = (uint8_t)draft->sources.n;
    *vec_push(&draft->sources) = *source;
    return 0;
}

int risk_draft_accept(struct risk_draft *draft, str name, str date,
                      int64_t now_s, struct err *err)
{
    struct source source = { .kind = draft->kind,
                             .date_text = arena_str(&draft->arena, date),
                             .imported_s = now_s };
    uint8_t at = 0;
    int rc = intern(draft, name, &source.name, err);

    if (rc == 0)
        rc = intern(draft, date, &source.date, err);
    if (rc == 0)
        rc = place_source(draft, &source, &at, err);
    if (rc < 0)
        return rc;
    unite(draft);
    forget(draft, draft->kind);
    rc = merge(draft, at, err);
    draft->added.n = 0;
    draft->last_name = arena_str(&draft->arena, name);
    draft->last_date = arena_str(&draft->arena, date);
    return rc;
}

void risk_draft_last(const struct risk_draft *draft, str *out_name,
                     str *out_date)
{
    *out_name = draft->last_name;
    *out_date = draft->last_date;
}

/* --- Writing. --- */

static bool says_nothing(const struct risk_record *record)
{
    return record->version == CVSS_NONE && record->added == 0 &&
           (record->flags & (RISK_HAS_EPSS | RISK_EXPLOITATION)) == 0;
}

static void drop_empty(struct risk_draft *draft)
{
    size_t n = 0;

    for (size_t i = 0; i < draft->records.n; i++) {
        if (!says_nothing(&draft->records.p[i]))
            draft->records.p[n++] = draft->records.p[i];
    }
    draft->records.n = n;
}

static void count(const struct risk_draft *draft, uint32_t *cves)
{
    for (size_t i = 0; i < draft->records.n; i++) {
        const struct risk_record *record = &draft->records.p[i];

        for (size_t k = 0; k < draft->sources.n; k++) {
            enum risk_kind kind = draft->sources.p[k].kind;

            cves[k] +=
                (kind == RISK_CVSS && record->source == k) ||
                (kind == RISK_KEV && record->added != 0) ||
                (kind == RISK_EPSS && (record->flags & RISK_HAS_EPSS) != 0) ||
                (kind == RISK_SSVC && (record->flags & RISK_EXPLOITATION) != 0);
        }
    }
}

static void add_sources(const struct risk_draft *draft, struct buf *out)
{
    uint32_t cves[RISK_SOURCES_MAX] = { 0 };

    count(draft, cves);
    for (size_t i = 0; i < draft->sources.n; i++) {
        const struct source *from = &draft->sources.p[i];
        struct risk_file_source to = {
            .kind = from->kind,
            .name = from->name,
            .date = from->date,
            .cves = cves[i],
            .imported_s = from->imported_s,
        };

        buf_add(out, (str){ (const char *)&to, sizeof(to) });
    }
}

static void add_index(const struct risk_draft *draft, struct buf *out)
{
    for (size_t i = 0; i < draft->records.n; i += RISK_BLOCK) {
        size_t n = draft->records.n - i;
        str block = { (const char *)&draft->records.p[i],
                      (n < RISK_BLOCK ? n : RISK_BLOCK) *
                          sizeof(struct risk_record) };
        struct risk_block entry = { draft->records.p[i].key, str_hash(block) };

        buf_add(out, (str){ (const char *)&entry, sizeof(entry) });
    }
}

static void add_texts(const struct risk_draft *draft, struct buf *out)
{
    for (size_t i = 0; i < draft->texts.n; i++) {
        buf_add(out, draft->texts.p[i]);
        buf_add_char(out, '\0');
    }
}

int risk_draft_write(struct risk_draft *draft, struct io_out *out,
                     struct err *err)
{
    AUTO(buf_clear) struct buf rest = BUF(RISK_ENTRIES_MAX);
    AUTO(buf_clear) struct buf texts = BUF(RISK_TEXTS_MAX);
    struct risk_header header = { .magic = { 'H', 'F', 'R', 'I', 'S', 'K', '\r',
                                             '\n' },
                                  .version = RISK_VERSION };
    str records;
    int rc;

    drop_empty(draft);
    records = (str){ (const char *)draft->records.p,
                     draft->records.n * sizeof(*draft->records.p) };
    add_sources(draft, &rest);
    add_index(draft, &rest);
    add_texts(draft, &texts);
    rc = buf_finish(&rest, "the index", err);
    if (rc == 0)
        rc = buf_finish(&texts, "the texts", err);
    if (rc < 0)
        return rc;
    header.source_count = (uint32_t)draft->sources.n;
    header.record_count = (uint32_t)draft->records.n;
    header.block_count =
        (uint32_t)((draft->records.n + RISK_BLOCK - 1) / RISK_BLOCK);
    header.text_size = texts.n;
    header.text_checksum = str_hash(buf_str(&texts));
    header.file_size = sizeof(header) + rest.n + records.n + texts.n;
    header.checksum = risk_header_checksum(&header, rest.p, rest.n);
    io_out_write(out, (str){ (const char *)&header, sizeof(header) });
    io_out_write(out, buf_str(&rest));
    io_out_write(out, records);
    io_out_write(out, buf_str(&texts));
    return 0;
}
