/* SPDX-License-Identifier: Apache-2.0 */
#include "risk/data.h"

#include "base/io.h"
#include "base/mem.h"
#include "risk/cve.h"
#include "risk/data_int.h"

enum {
    FILE_MAX = 1 << 30
};

struct risk_data {
    char *name;
    const struct risk_header *header;
    const struct risk_file_source *sources;
    const struct risk_block *index;
    const struct risk_record *records;
    str texts;
    bool texts_good;            /* their checksum was compared */
    uint8_t *checked;           /* of each block: the same */
    size_t of_kind[RISK_KINDS]; /* a source, for KEV and EPSS; SIZE_MAX */
    str map;                    /* empty: the bytes are another's */
};

uint64_t risk_header_checksum(const struct risk_header *header,
                              const void *rest, size_t rest_size)
{
    struct risk_header copy = *header;

    copy.checksum = 0;
    return str_hash_after((str){ rest, rest_size },
                          str_hash((str){ (const char *)&copy, sizeof(copy) }));
}

static int damaged(const struct risk_data *data, const char *what,
                   struct err *err)
{
    return err_set(err, E_CORRUPT,
                   "%s: %s are damaged; import the risk data again", data->name,
                   what);
}

/* --- Opening. --- */

static int check_header(str bytes, const char *name, struct err *err)
{
    const struct risk_header *h = (const void *)bytes.p;

    if (bytes.n < sizeof(*h) ||
        memcmp(h->magic, RISK_MAGIC, sizeof(h->magic)) != 0)
        return err_set(err, E_CORRUPT, "%s is no file of risk data", name);
    if (h->version != RISK_VERSION)
        return err_set(err, E_UNSUPPORTED,
                       "%s has risk data format %u, this Holdfast reads "
                       "format %d; import the risk data again",
                       name, h->version, RISK_VERSION);
    if (h->file_size != bytes.n)
        return err_set(err, E_CORRUPT,
                       "%s is truncated: %zu bytes, expected %llu", name,
                       bytes.n, (unsigned long long)h->file_size);
    return 0;
}

/* True when the sections, of these sizes, are the whole file. */
static bool fits(const struct risk_header *h)
{
    uint64_t blocks = ((uint64_t)h->record_count + RISK_BLOCK - 1) / RISK_BLOCK;

    return h->source_count <= RISK_SOURCES_MAX &&
           h->record_count <= RISK_ENTRIES_MAX && h->block_count == blocks &&
           h->text_size > 0 && h->text_size <= RISK_TEXTS_MAX &&
           h->file_size ==
               sizeof(*h) + h->source_count * sizeof(struct risk_file_source) +
                   blocks * sizeof(struct risk_block) +
                   h->record_count * sizeof(struct risk_record) + h->text_size;
}

static int open_sections(struct risk_data *data, str bytes, struct err *err)
{
    const struct risk_header *h = (const void *)bytes.p;

    data->header = h;
    if (!fits(h))
        return damaged(data, "its sizes", err);
    data->sources = (const void *)(h + 1);
    data->index = (const void *)(data->sources + h->source_count);
    data->records = (const void *)(data->index + h->block_count);
    data->texts.p = (const char *)(data->records + h->record_count);
    data->texts.n = h->text_size;
    if (h->checksum !=
        risk_header_checksum(
            h, h + 1,
            (size_t)((const char *)data->records - (const char *)(h + 1))))
        return damaged(data, "its header and index", err);
    for (size_t kind = 0; kind < RISK_KINDS; kind++)
        data->of_kind[kind] = SIZE_MAX;
    for (size_t i = 0; i < h->source_count; i++) {
        if (data->sources[i].kind >= RISK_KINDS)
            return damaged(data, "its sources", err);
        data->of_kind[data->sources[i].kind] = i;
    }
    data->checked = mem_alloc((size_t)h->block_count + 1, 1);
    return 0;
}

int risk_data_open_memory(str bytes, const char *name, struct risk_data **out,
                          struct err *err)
{
    AUTO(risk_data_freep) struct risk_data *data = NULL;
    size_t n = strlen(name) + 1;
    int rc = check_header(bytes, name, err);

    if (rc < 0)
        return rc;
    data = mem_alloc(1, sizeof(*data));
    data->name = mem_alloc(n, 1);
    memcpy(data->name, name, n);
    rc = open_sections(data, bytes, err);
    if (rc < 0)
        return rc;
    *out = TAKE(data);
    return 0;
}

int risk_data_open(const char *path, struct risk_data **out, struct err *err)
{
    str bytes;
    int rc = io_map(path, sizeof(struct risk_header), FILE_MAX, &bytes, err);

    if (rc < 0)
        return rc;
    rc = risk_data_open_memory(bytes, path, out, err);
    if (rc < 0) {
        io_unmap(bytes);
        return rc;
    }
    (*out)->map = bytes;
    return 0;
}

void risk_data_free(struct risk_data *data)
{
    if (data == NULL)
        return;
    io_unmap(data->map);
    mem_free(data->checked);
    mem_free(data->name);
    mem_free(data);
}

void risk_data_freep(struct risk_data **data)
{
    risk_data_free(*data);
    *data = NULL;
}

/* --- Reading. --- */

static int check_texts(struct risk_data *data, struct err *err)
{
    if (!data->texts_good &&
        (data->texts.p[data->texts.n - 1] != '\0' || data->texts.p[0] != '\0' ||
         str_hash(data->texts) != data->header->text_checksum))
        return damaged(data, "its texts", err);
    data->texts_good = true;
    return 0;
}

str risk_data_text(const struct risk_data *data, uint32_t offset)
{
    return offset < data->texts.n ? str_c(data->texts.p + offset) : STR("");
}

static size_t block_size(const struct risk_data *data, size_t block)
{
    size_t rest = data->header->record_count - block * RISK_BLOCK;

    return rest < RISK_BLOCK ? rest : RISK_BLOCK;
}

static int check_block(struct risk_data *data, size_t block, struct err *err)
{
    const struct risk_record *first = &data->records[block * RISK_BLOCK];
    size_t n = block_size(data, block);

    if (data->checked[block] != 0)
        return 0;
    if (str_hash((str){ (const char *)first, n * sizeof(*first) }) !=
        data->index[block].checksum)
        return damaged(data, "its records", err);
    data->checked[block] = 1;
    return 0;
}

/* The last block whose first key is not above key, or SIZE_MAX. */
static size_t block_of(const struct risk_data *data, uint64_t key)
{
    size_t low = 0;
    size_t high = data->header->block_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (data->index[middle].first <= key)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

static const struct risk_record *record_of(const struct risk_data *data,
                                           size_t block, uint64_t key)
{
    const struct risk_record *records = &data->records[block * RISK_BLOCK];
    size_t low = 0;
    size_t high = block_size(data, block);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (records[middle].key == key)
            return &records[middle];
        if (records[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static str source_text(const struct risk_data *data, size_t source, bool date)
{
    if (source >= data->header->source_count)
        return STR("");
    return risk_data_text(data, date ? data->sources[source].date
                                     : data->sources[source].name);
}

static void fill(const struct risk_data *data, const struct risk_record *r,
                 struct risk *out)
{
    *out = (struct risk){ 0 };
    if (r->version != CVSS_NONE && r->version < CVSS_VERSIONS &&
        r->score <= CVSS_SCORE_MAX) {
        out->version = (enum cvss_version)r->version;
        out->score = r->score;
        out->vector = risk_data_text(data, r->vector);
        out->source = source_text(data, r->source, false);
        out->source_date = source_text(data, r->source, true);
        out->scorer = risk_data_text(data, r->scorer);
        out->cvss_key =
            (uint64_t)r->scorer << 16 | (uint64_t)r->source << 8 | r->version;
    }
    if (r->added != 0) {
        out->exploited = true;
        out->ransomware = (r->flags & RISK_RANSOMWARE) != 0;
        out->added = r->added;
        out->due = r->due;
        out->exploited_source =
            source_text(data, data->of_kind[RISK_KEV], false);
        out->exploited_date = source_text(data, data->of_kind[RISK_KEV], true);
    }
    if ((r->flags & RISK_HAS_EPSS) != 0) {
        out->has_epss = true;
        out->epss = r->epss;
        out->percentile = r->percentile;
        out->epss_source = source_text(data, data->of_kind[RISK_EPSS], false);
        out->epss_date = source_text(data, data->of_kind[RISK_EPSS], true);
    }
    out->exploitation = (enum risk_exploitation)(
        (r->flags & RISK_EXPLOITATION) >> RISK_EXPLOITATION_SHIFT);
    if (out->exploitation != RISK_NOT_ASSESSED) {
        out->exploitation_source =
            source_text(data, data->of_kind[RISK_SSVC], false);
        out->exploitation_date =
            source_text(data, data->of_kind[RISK_SSVC], true);
    }
}

int risk_data_find(struct risk_data *data, str cve, struct risk *out,
                   struct err *err)
{
    const struct risk_record *record;
    uint64_t key;
    size_t block;
    int rc;

    if (cve_parse(cve, &key, NULL) < 0)
        return 1;
    block = block_of(data, key);
    if (block == SIZE_MAX)
        return 1;
    rc = check_block(data, block, err);
    if (rc == 0)
        rc = check_texts(data, err);
    if (rc < 0)
        return rc;
    record = record_of(data, block, key);
    if (record == NULL)
        return 1;
    fill(data, record, out);
    return 0;
}

const char *risk_exploitation_text(enum risk_exploitation exploitation)
{
    static const char *const texts[RISK_EXPLOITATIONS] = {
        "not assessed", "none", "proof of concept", "active"
    };

    return texts[exploitation];
}

uint32_t risk_data_count(const struct risk_data *data)
{
    return data->header->record_count;
}

size_t risk_data_sources(const struct risk_data *data)
{
    return data->header->source_count;
}

int risk_data_source(struct risk_data *data, size_t i, struct risk_source *out,
                     struct err *err)
{
    const struct risk_file_source *source = &data->sources[i];
    int rc = check_texts(data, err);

    if (rc < 0)
        return rc;
    *out = (struct risk_source){
        .kind = (enum risk_kind)source->kind,
        .name = risk_data_text(data, source->name),
        .date = risk_data_text(data, source->date),
        .imported_s = source->imported_s,
        .cves = source->cves,
    };
    return 0;
}

const struct risk_record *risk_data_records(struct risk_data *data,
                                            struct err *err)
{
    for (size_t i = 0; i < data->header->block_count; i++) {
        if (check_block(data, i, err) < 0)
            return NULL;
    }
    return check_texts(data, err) < 0 ? NULL : data->records;
}
