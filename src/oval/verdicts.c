/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/verdicts.h"

#include "oval/verdicts_int.h"

/* The order of the lists in a blob. */
static const uint8_t order[] = { OVAL_TRUE, OVAL_UNKNOWN, OVAL_ERROR,
                                 OVAL_NOT_EVALUATED, OVAL_NOT_APPLICABLE };

enum {
    VARINT_MAX = 5 /* bytes of 32 bits, and one more for the flag */
};

uint64_t oval_verdicts_key(const struct oval_content *c)
{
    uint64_t key = str_hash(
        (str){ (const char *)c->source_sha256, sizeof(c->source_sha256) });

    for (uint32_t i = 0; i < c->definitions.n; i++) {
        const struct oval_definition *d = &c->definitions.p[i];

        key = str_hash_after(oval_name_text(c, d->id), key + d->version);
    }
    return key;
}

/* --- writing --- */

static void add_varint(struct buf *out, uint64_t value)
{
    while (value >= 0x80) {
        buf_add_char(out, (char)(value | 0x80));
        value >>= 7;
    }
    buf_add_char(out, (char)value);
}

static void add_head(struct buf *out, uint32_t n, uint64_t key)
{
    char bytes[9] = { OVAL_VERDICTS_FORMAT };

    for (unsigned i = 0; i < 8; i++)
        bytes[1 + i] = (char)(key >> (8 * i));
    buf_add(out, (str){ bytes, sizeof(bytes) });
    add_varint(out, n);
}

/* By enum oval_result: its place in a blob; VERDICT_LISTS: it has none. */
static const uint8_t place[OVAL_RESULTS] = {
    [OVAL_TRUE] = 0,  [OVAL_UNKNOWN] = 1,       [OVAL_ERROR] = 2,
    [OVAL_FALSE] = 5, [OVAL_NOT_EVALUATED] = 3, [OVAL_NOT_APPLICABLE] = 4,
};

void verdict_writer_clear(struct verdict_writer *writer)
{
    for (unsigned i = 0; i < VERDICT_LISTS; i++)
        mem_free(writer->list[i].bytes);
    *writer = (struct verdict_writer){ 0 };
}

static uint8_t *put_varint(uint8_t *to, uint64_t value)
{
    while (value >= 0x80) {
        *to++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *to++ = (uint8_t)value;
    return to;
}

static void close_run(struct verdict_list *list)
{
    uint8_t *to;

    if (list->count == 0)
        return;
    if (list->cap - list->n < 2 * VARINT_MAX) {
        list->cap += list->cap / 2 + 256;
        list->bytes = mem_resize(list->bytes, list->cap, 1);
    }
    to =
        put_varint(list->bytes + list->n,
                   (uint64_t)(list->first - list->end) * 2 + (list->count > 1));
    if (list->count > 1)
        to = put_varint(to, list->count - 2);
    list->n = (size_t)(to - list->bytes);
    list->end = list->first + list->count;
    list->runs++;
    list->count = 0;
}

static void add_run(struct verdict_writer *writer, uint32_t result,
                    uint32_t first, uint32_t count)
{
    struct verdict_list *list;

    if (result == OVAL_FALSE)
        return;
    list = &writer->list[place[result]];
    if (list->count > 0 && list->first + list->count == first) {
        list->count += count;
        return;
    }
    close_run(list);
    list->first = first;
    list->count = count;
}

void verdict_writer_put(struct verdict_writer *writer,
                        const struct verdict_run *runs, size_t run_count,
                        const uint32_t *other, size_t other_count)
{
    size_t k = 0;

    for (size_t i = 0; i < run_count; i++) {
        uint32_t at = runs[i].first;
        uint32_t end = at + runs[i].count;

        for (; k < other_count && other[k] / 8 < end; k++) {
            uint32_t definition = other[k] / 8;

            if (definition > at)
                add_run(writer, runs[i].result, at, definition - at);
            if (definition >= at)
                at = definition + 1;
            add_run(writer, other[k] % 8, definition, 1);
        }
        if (at < end)
            add_run(writer, runs[i].result, at, end - at);
    }
    for (; k < other_count; k++)
        add_run(writer, other[k] % 8, other[k] / 8, 1);
}

void verdict_writer_finish(struct verdict_writer *writer, uint32_t n,
                           uint64_t key, struct buf *out)
{
    add_head(out, n, key);
    for (unsigned i = 0; i < VERDICT_LISTS; i++) {
        struct verdict_list *list = &writer->list[i];

        close_run(list);
        add_varint(out, list->runs);
        buf_add(out, (str){ (const char *)list->bytes, list->n });
        list->n = 0;
        list->runs = 0;
        list->end = 0;
    }
}

void oval_verdicts_encode(const uint8_t *results, uint32_t n, uint64_t key,
                          struct buf *out)
{
    AUTO(verdict_writer_clear) struct verdict_writer writer = { 0 };

    for (uint32_t i = 0; i < n; i++)
        add_run(&writer, results[i], i, 1);
    verdict_writer_finish(&writer, n, key, out);
}

void oval_verdicts_encode_list(const struct oval_verdict *list, size_t count,
                               uint32_t n, uint64_t key, struct buf *out)
{
    AUTO(verdict_writer_clear) struct verdict_writer writer = { 0 };

    for (size_t i = 0; i < count; i++)
        add_run(&writer, list[i].result, list[i].definition, 1);
    verdict_writer_finish(&writer, n, key, out);
}

/* --- reading --- */

static int corrupt(struct err *err, const char *what)
{
    return err_set(err, E_CORRUPT, "stored results are damaged: %s", what);
}

/* The shortest form of a number below 2^33, and no other. */
static int take_varint(str *bytes, uint64_t *out, struct err *err)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < VARINT_MAX && i < bytes->n; i++) {
        uint8_t byte = (uint8_t)bytes->p[i];

        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if ((byte & 0x80) != 0)
            continue;
        if (i > 0 && byte == 0)
            return corrupt(err, "a number has a needless byte");
        *bytes = str_sub(*bytes, i + 1, SIZE_MAX);
        *out = value;
        return 0;
    }
    return corrupt(err, "a number has no end");
}

static int take_head(str *blob, uint64_t *out_key, uint32_t *out_n,
                     struct err *err)
{
    uint64_t key = 0;
    uint64_t n = 0;

    if (blob->n < 9)
        return corrupt(err, "they are cut off");
    if ((uint8_t)blob->p[0] != OVAL_VERDICTS_FORMAT)
        return err_set(err, E_UNSUPPORTED,
                       "stored results have format %u, this Holdfast reads "
                       "format %d",
                       (uint8_t)blob->p[0], OVAL_VERDICTS_FORMAT);
    for (unsigned i = 0; i < 8; i++)
        key |= (uint64_t)(uint8_t)blob->p[1 + i] << (8 * i);
    *blob = str_sub(*blob, 9, SIZE_MAX);
    if (take_varint(blob, &n, err) < 0)
        return E_CORRUPT;
    if (n > OVAL_NONE - 1)
        return corrupt(err, "too many definitions");
    *out_key = key;
    *out_n = (uint32_t)n;
    return 0;
}

struct run {
    uint32_t first;
    uint32_t count;
};

static int take_run(str *blob, uint32_t end, uint32_t n, bool is_first,
                    struct run *out, struct err *err)
{
    uint64_t gap;
    uint64_t more = 0;
    int rc = take_varint(blob, &gap, err);

    if (rc == 0 && (gap & 1) != 0) {
        rc = take_varint(blob, &more, err);
        more++;
    }
    if (rc < 0)
        return rc;
    gap /= 2;
    if (gap == 0 && !is_first)
        return corrupt(err, "two runs touch");
    if (gap >= n - end || more >= n - end - gap)
        return corrupt(err, "a run leads past the last definition");
    *out = (struct run){ end + (uint32_t)gap, (uint32_t)more + 1 };
    return 0;
}

struct walk {
    uint32_t n;
    oval_verdicts_fn *fn;
    void *ctx;
};

static int walk_lists(str blob, const struct walk *w, struct err *err)
{
    for (unsigned i = 0; i < VERDICT_LISTS; i++) {
        uint64_t runs;
        uint32_t end = 0;
        int rc = take_varint(&blob, &runs, err);

        for (uint64_t k = 0; rc == 0 && k < runs; k++) {
            struct run run;

            rc = take_run(&blob, end, w->n, k == 0, &run, err);
            if (rc < 0)
                break;
            end = run.first + run.count;
            rc = w->fn(w->ctx, run.first, run.count, order[i], err);
        }
        if (rc < 0)
            return rc;
    }
    return blob.n == 0 ? 0 : corrupt(err, "bytes follow their end");
}

/* --- no definition stands twice --- */

struct cursor { /* in one of the lists */
    str bytes;
    uint64_t left;
    struct run run; /* count 0: the list has ended */
};

static void cursor_next(struct cursor *c, uint32_t n)
{
    uint32_t end = c->run.first + c->run.count;
    bool is_first = c->run.count == 0;

    if (c->left == 0 ||
        take_run(&c->bytes, end, n, is_first, &c->run, NULL) < 0)
        c->run.count = 0;
    else
        c->left--;
}

/* The lists are whole. All of them are gone through side by side: the run
 * that begins first must end before the next one begins. */
static int check_apart(str blob, uint32_t n, struct err *err)
{
    struct cursor cursors[VERDICT_LISTS] = { 0 };
    uint32_t end = 0;

    for (unsigned i = 0; i < VERDICT_LISTS; i++) {
        struct cursor *c = &cursors[i];
        uint32_t at = 0;
        struct run run;

        if (take_varint(&blob, &c->left, err) < 0)
            return E_CORRUPT;
        c->bytes = blob;
        for (uint64_t k = 0; k < c->left; k++) {
            if (take_run(&blob, at, n, k == 0, &run, err) < 0)
                return E_CORRUPT;
            at = run.first + run.count;
        }
        cursor_next(c, n);
    }
    for (;;) {
        struct cursor *least = NULL;

        for (unsigned i = 0; i < VERDICT_LISTS; i++)
            if (cursors[i].run.count > 0 &&
                (least == NULL || cursors[i].run.first < least->run.first))
                least = &cursors[i];
        if (least == NULL)
            return 0;
        if (least->run.first < end)
            return corrupt(err, "a definition has two results");
        end = least->run.first + least->run.count;
        cursor_next(least, n);
    }
}

static int pass(void *ctx UNUSED, uint32_t first UNUSED, uint32_t count UNUSED,
                enum oval_result result UNUSED, struct err *err UNUSED)
{
    return 0;
}

/* Checks all of it and leaves *blob at the first list. */
static int open_blob(str *blob, uint64_t *out_key, uint32_t *out_n,
                     struct err *err)
{
    int rc = take_head(blob, out_key, out_n, err);

    if (rc == 0)
        rc = walk_lists(*blob, &(struct walk){ *out_n, pass, NULL }, err);
    return rc < 0 ? rc : check_apart(*blob, *out_n, err);
}

int oval_verdicts_check(str blob, struct err *err)
{
    uint64_t key;
    uint32_t n;

    return open_blob(&blob, &key, &n, err);
}

static int other_content(struct err *err)
{
    return err_set(err, E_INVALID,
                   "stored results are of other content than this");
}

/* The same for the blob of one content. */
static int open_blob_of(str *blob, uint64_t key, uint32_t n, struct err *err)
{
    uint64_t its_key;
    uint32_t its_n;
    int rc = open_blob(blob, &its_key, &its_n, err);

    return rc == 0 && (its_key != key || its_n != n) ? other_content(err) : rc;
}

int oval_verdicts_walk(str blob, uint64_t key, uint32_t n, oval_verdicts_fn *fn,
                       void *ctx, struct err *err)
{
    int rc = open_blob_of(&blob, key, n, err);

    return rc < 0 ? rc : walk_lists(blob, &(struct walk){ n, fn, ctx }, err);
}

int oval_verdicts_walk_whole(str blob, uint64_t key, uint32_t n,
                             oval_verdicts_fn *fn, void *ctx, struct err *err)
{
    uint64_t its_key;
    uint32_t its_n;
    int rc = take_head(&blob, &its_key, &its_n, err);

    if (rc == 0 && (its_key != key || its_n != n))
        rc = other_content(err);
    return rc < 0 ? rc : walk_lists(blob, &(struct walk){ n, fn, ctx }, err);
}

static int fill(void *ctx, uint32_t first, uint32_t count,
                enum oval_result result, struct err *err UNUSED)
{
    memset((uint8_t *)ctx + first, (int)result, count);
    return 0;
}

int oval_verdicts_decode(str blob, uint64_t key, uint32_t n, uint8_t *results,
                         struct err *err)
{
    int rc = open_blob_of(&blob, key, n, err);

    if (rc < 0)
        return rc;
    memset(results, OVAL_FALSE, n);
    return walk_lists(blob, &(struct walk){ n, fill, results }, err);
}

static int add_count(void *ctx, uint32_t first UNUSED, uint32_t count,
                     enum oval_result result, struct err *err UNUSED)
{
    uint32_t *counts = ctx;

    counts[result] += count;
    return 0;
}

int oval_verdicts_count(str blob, uint64_t key, uint32_t n,
                        uint32_t out[OVAL_RESULTS], struct err *err)
{
    uint32_t counts[OVAL_RESULTS] = { 0 };
    uint32_t other = 0;
    int rc = oval_verdicts_walk(blob, key, n, add_count, counts, err);

    if (rc < 0)
        return rc;
    for (unsigned i = 0; i < OVAL_RESULTS; i++)
        other += counts[i];
    counts[OVAL_FALSE] = n - other;
    memcpy(out, counts, sizeof(counts));
    return 0;
}
