/* SPDX-License-Identifier: Apache-2.0
 *
 * The table Packages(hnum INTEGER PRIMARY KEY, blob BLOB) of rpmdb.sqlite, by
 * the SQLite file format (sqlite.org/fileformat2.html): a B-tree of pages,
 * with the committed pages of the write-ahead log in place of older ones.
 */
#include "probe/rpm_header.h"
#include "probe/rpm_store_int.h"

enum {
    FILE_HEADER = 100,
    LEAF_TABLE = 0x0d,
    INTERIOR_TABLE = 0x05,
    DEPTH_MAX = 24,
    RECORD_MAX = 64 * 1024, /* of a row of the schema */
    LOG_HEADER = 32,
    FRAME_HEADER = 24,
};

struct row {
    uint32_t page; /* where it is, and the how manieth there */
    uint32_t index;
    uint64_t size;     /* of all its bytes */
    str local;         /* the first of them, in the page */
    uint32_t overflow; /* page of the rest */
};

typedef int row_fn(struct rpm_store *store, const struct row *row, void *ctx,
                   struct err *err);

static bool knows(const unsigned char head[512])
{
    return memcmp(head, "SQLite format 3", 16) == 0;
}

/* --- pages --- */

/* The log's last committed image of a page, or NULL. */
static const struct rpm_frame *find_frame(const struct rpm_store *store,
                                          uint32_t page)
{
    size_t first = 0;
    size_t end = store->frames.n;

    while (first < end) {
        size_t middle = first + (end - first) / 2;

        if (store->frames.p[middle].page == page)
            return &store->frames.p[middle];
        if (store->frames.p[middle].page < page)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

static int read_page(struct rpm_store *store, uint32_t page, unsigned char *out,
                     struct err *err)
{
    const struct rpm_frame *frame = find_frame(store, page);

    if (page == 0 || page > store->page_count)
        return rpm_store_bad(store, err, "a page beyond the last");
    if (frame != NULL)
        return rpm_file_read(&store->log, frame->at, out, store->page_size,
                             err);
    return rpm_file_read(&store->file, (uint64_t)(page - 1) * store->page_size,
                         out, store->page_size, err);
}

/* A number of 1 to 9 bytes, at most 7 bits each; false past the end. */
static bool read_varint(const unsigned char *p, uint32_t end, uint32_t *at,
                        uint64_t *out)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < 9; i++) {
        unsigned char c;

        if (*at >= end)
            return false;
        c = p[(*at)++];
        if (i == 8) {
            number = number << 8 | c;
            break;
        }
        number = number << 7 | (c & 0x7f);
        if ((c & 0x80) == 0)
            break;
    }
    *out = number;
    return true;
}

/* The row at byte `at` of a leaf. */
static bool read_cell(const struct rpm_store *store, const unsigned char *page,
                      uint32_t at, struct row *out)
{
    uint32_t usable = store->page_usable;
    uint64_t least = (usable - 12) * 32 / 255 - 23;
    uint64_t most = usable - 35;
    uint64_t local;
    uint64_t rowid;

    if (!read_varint(page, usable, &at, &out->size) ||
        !read_varint(page, usable, &at, &rowid) || out->size > INT32_MAX)
        return false;
    local = out->size;
    if (local > most) {
        local = least + (local - least) % (usable - 4);
        local = local > most ? least : local;
    }
    if (local + (local < out->size ? 4 : 0) > usable - at)
        return false;
    out->overflow = local < out->size ? rpm_be32(page + at + local) : 0;
    out->local = (str){ (const char *)page + at, (size_t)local };
    return true;
}

static int leaf_row(struct rpm_store *store, const unsigned char *page,
                    uint32_t number, uint32_t index, struct row *out,
                    struct err *err)
{
    uint32_t start = number == 1 ? FILE_HEADER : 0;
    uint32_t at = rpm_be16(page + start + 8 + (size_t)index * 2);

    out->page = number;
    out->index = index;
    if (at >= store->page_usable || !read_cell(store, page, at, out))
        return rpm_store_bad(store, err, "a row outside of its page");
    return 0;
}

/* A page of the tree and how many cells it has. */
static int read_node(struct rpm_store *store, uint32_t number, unsigned depth,
                     unsigned char *page, uint32_t *out_count, struct err *err)
{
    uint32_t start = number == 1 ? FILE_HEADER : 0;
    uint32_t cells;
    int rc;

    if (depth > DEPTH_MAX || ++store->pages_seen > store->page_count)
        return rpm_store_bad(store, err, "a tree that leads back into itself");
    rc = read_page(store, number, page, err);
    if (rc < 0)
        return rc;
    if (page[start] != LEAF_TABLE && page[start] != INTERIOR_TABLE)
        return rpm_store_bad(store, err, "a page that is not of a table");
    cells = start + (page[start] == LEAF_TABLE ? 8 : 12);
    *out_count = rpm_be16(page + start + 3);
    if (*out_count * 2 > store->page_usable - cells)
        return rpm_store_bad(store, err, "a page with too many rows");
    return 0;
}

struct visit {
    row_fn *fn;
    void *ctx;
};

/* Visits every row of a table, in order. */
static int each_row(struct rpm_store *store, uint32_t number, unsigned depth,
                    const struct visit *visit, struct err *err)
{
    uint32_t start = number == 1 ? FILE_HEADER : 0;
    AUTO(mem_freep) unsigned char *page = mem_alloc(1, store->page_size);
    uint32_t count = 0;
    int rc = read_node(store, number, depth, page, &count, err);
    bool leaf = page[start] == LEAF_TABLE;

    for (uint32_t i = 0; i < count && rc == 0; i++) {
        uint32_t at = rpm_be16(page + start + 12 + (size_t)i * 2);
        struct row row;

        if (leaf) {
            rc = leaf_row(store, page, number, i, &row, err);
            if (rc == 0)
                rc = visit->fn(store, &row, visit->ctx, err);
        } else if (at + 4 > store->page_usable) {
            rc = rpm_store_bad(store, err, "a child outside of its page");
        } else {
            rc = each_row(store, rpm_be32(page + at), depth + 1, visit, err);
        }
    }
    if (rc == 0 && !leaf)
        rc = each_row(store, rpm_be32(page + start + 8), depth + 1, visit, err);
    return rc;
}

/* Appends the bytes from..from+n of a row. */
static int read_row(struct rpm_store *store, const struct row *row,
                    uint64_t from, uint64_t n, struct buf *out, struct err *err)
{
    uint64_t done = row->local.n;
    uint32_t next = row->overflow;

    buf_add(out, str_sub(row->local, (size_t)from, (size_t)n));
    while (done < from + n && done < row->size) {
        uint64_t size = store->page_usable - 4;
        uint64_t skip = done < from ? from - done : 0;
        int rc = read_page(store, next, store->page, err);

        if (rc < 0)
            return rc;
        size = size < row->size - done ? size : row->size - done;
        if (skip < size)
            buf_add(
                out,
                str_sub((str){ (const char *)store->page + 4, (size_t)size },
                        (size_t)skip, (size_t)(from + n - done - skip)));
        done += size;
        next = rpm_be32(store->page);
    }
    return 0;
}

/* --- rows --- */

/* Bytes of a value by its serial type. */
static uint64_t value_size(uint64_t type)
{
    static const uint8_t sizes[12] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0 };

    return type < 12 ? sizes[type] : (type - 12) / 2;
}

struct value {
    uint64_t type;
    uint64_t from; /* in the row */
    uint64_t size;
};

/* The first `n` values of a row, by what it begins with. */
static bool read_values(const struct row *row, str begin, struct value *out,
                        unsigned n)
{
    const unsigned char *head = (const unsigned char *)begin.p;
    uint32_t at = 0;
    uint64_t from;
    uint64_t header;

    if (!read_varint(head, (uint32_t)begin.n, &at, &header) || header > begin.n)
        return false;
    from = header;
    for (unsigned i = 0; i < n; i++) {
        if (!read_varint(head, (uint32_t)header, &at, &out[i].type))
            return false;
        out[i].from = from;
        out[i].size = value_size(out[i].type);
        if (out[i].size > row->size || from > row->size - out[i].size)
            return false;
        from += out[i].size;
    }
    return true;
}

static str text_of(str row, const struct value *value)
{
    return value->type >= 13 && value->type % 2 == 1
               ? str_sub(row, (size_t)value->from, (size_t)value->size)
               : STR_NONE;
}

/* A row of the schema: type, name, tbl_name, rootpage, sql. */
static int take_root(struct rpm_store *store, const struct row *row, void *ctx,
                     struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(RECORD_MAX);
    struct value values[4];
    uint32_t *root = ctx;
    uint64_t n = row->size < RECORD_MAX ? row->size : RECORD_MAX;
    int rc = read_row(store, row, 0, n, &text, err);
    str begin = buf_str(&text);

    if (rc < 0)
        return rc;
    if (!read_values(row, begin, values, COUNT(values)))
        return rpm_store_bad(store, err, "a schema that does not parse");
    if (!str_eq(text_of(begin, &values[0]), STR("table")) ||
        !str_eq(text_of(begin, &values[1]), STR("Packages")))
        return 0;
    if (values[3].size == 0 || values[3].size > 4 ||
        values[3].from + values[3].size > begin.n)
        return rpm_store_bad(store, err, "a table without a page");
    *root = 0;
    for (uint64_t i = 0; i < values[3].size; i++)
        *root = *root << 8 | (unsigned char)begin.p[values[3].from + i];
    return 0;
}

/* Where the blob lies in a row of Packages. Its key is the row's id. */
static int find_blob(struct rpm_store *store, const struct row *row,
                     struct value *out, struct err *err)
{
    struct value values[2];

    if (!read_values(row, row->local, values, 2) || values[1].type < 12 ||
        values[1].type % 2 != 0)
        return rpm_store_bad(store, err, "a package that is not a blob");
    *out = values[1];
    return 0;
}

static int take_package(struct rpm_store *store, const struct row *row,
                        void *ctx UNUSED, struct err *err)
{
    struct value blob;
    int rc = find_blob(store, row, &blob, err);

    if (rc < 0)
        return rc;
    return rpm_store_add(
        store, (struct rpm_spot){ row->page, (uint32_t)blob.size, row->index },
        err);
}

static int read_spot(struct rpm_store *store, const struct rpm_spot *spot,
                     struct buf *out, struct err *err)
{
    uint32_t page = (uint32_t)spot->at;
    struct value blob;
    struct row row;
    int rc = read_page(store, page, store->page, err);

    if (rc == 0)
        rc = leaf_row(store, store->page, page, spot->part, &row, err);
    if (rc == 0)
        rc = find_blob(store, &row, &blob, err);
    if (rc < 0)
        return rc;
    return read_row(store, &row, blob.from, blob.size, out, err);
}

/* --- the log --- */

struct sums {
    uint32_t a;
    uint32_t b;
};

static void add_sums(struct sums *sums, const unsigned char *p, size_t n,
                     bool big_endian)
{
    for (size_t i = 0; i + 8 <= n; i += 8) {
        uint32_t x = big_endian ? rpm_be32(p + i) : rpm_le32(p + i);
        uint32_t y = big_endian ? rpm_be32(p + i + 4) : rpm_le32(p + i + 4);

        sums->a += x + sums->b;
        sums->b += y + sums->a;
    }
}

static int compare_frames(const void *a, const void *b)
{
    const struct rpm_frame *x = a;
    const struct rpm_frame *y = b;

    if (x->page != y->page)
        return x->page < y->page ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* Keeps the last frame of each page. */
static void sort_frames(struct rpm_store *store)
{
    struct rpm_frame *p = store->frames.p;
    size_t n = 0;

    if (store->frames.n == 0)
        return;
    qsort(p, store->frames.n, sizeof(*p), compare_frames);
    for (size_t i = 0; i < store->frames.n; i++)
        if (i + 1 == store->frames.n || p[i + 1].page != p[i].page)
            p[n++] = p[i];
    store->frames.n = n;
}

/* Frames count up to the last that commits; the first whose salt or sum is
 * not right is where the log ends. */
static int read_frames(struct rpm_store *store, const unsigned char *head,
                       bool big_endian, struct err *err)
{
    uint64_t size = FRAME_HEADER + store->page_size;
    struct sums sums = { rpm_be32(head + 24), rpm_be32(head + 28) };
    AUTO(mem_freep) unsigned char *frame = mem_alloc(1, size);
    size_t committed = 0;

    for (uint64_t at = LOG_HEADER; at + size <= store->log.size; at += size) {
        int rc = rpm_file_read(&store->log, at, frame, size, err);

        if (rc < 0)
            return rc;
        if (memcmp(frame + 8, head + 16, 8) != 0)
            break;
        add_sums(&sums, frame, 8, big_endian);
        add_sums(&sums, frame + FRAME_HEADER, store->page_size, big_endian);
        if (sums.a != rpm_be32(frame + 16) || sums.b != rpm_be32(frame + 20))
            break;
        *vec_push(&store->frames) =
            (struct rpm_frame){ rpm_be32(frame), at + FRAME_HEADER };
        if (rpm_be32(frame + 4) != 0) {
            store->page_count = rpm_be32(frame + 4);
            committed = store->frames.n;
        }
    }
    store->frames.n = committed;
    sort_frames(store);
    return 0;
}

static int read_log(struct rpm_store *store, struct err *err)
{
    unsigned char head[LOG_HEADER];
    struct sums sums = { 0, 0 };
    uint32_t magic;
    bool big_endian;
    int rc;

    if (store->log.fd < 0 || store->log.size < LOG_HEADER)
        return 0;
    rc = rpm_file_read(&store->log, 0, head, sizeof(head), err);
    if (rc < 0)
        return rc;
    magic = rpm_be32(head);
    big_endian = (magic & 1) != 0;
    add_sums(&sums, head, 24, big_endian);
    if ((magic & ~1U) != 0x377f0682 || rpm_be32(head + 8) != store->page_size ||
        sums.a != rpm_be32(head + 24) || sums.b != rpm_be32(head + 28))
        return 0; /* as SQLite: a log that was never begun */
    return read_frames(store, head, big_endian, err);
}

/* --- opening --- */

static int read_file_header(struct rpm_store *store, struct err *err)
{
    unsigned char head[FILE_HEADER];
    uint32_t size;
    int rc = rpm_file_read(&store->file, 0, head, sizeof(head), err);

    if (rc < 0)
        return rc;
    size = rpm_be16(head + 16);
    size = size == 1 ? 65536 : size;
    if (size < 512 || (size & (size - 1)) != 0 || size - head[20] < 480)
        return rpm_store_bad(store, err, "an impossible page size");
    if (rpm_be32(head + 56) > 1)
        return rpm_store_bad(store, err, "its text is not UTF-8");
    if (store->file.size / size > UINT32_MAX - 1)
        return rpm_store_bad(store, err, "too large");
    store->page_size = size;
    store->page_usable = size - head[20];
    store->page_count = (uint32_t)(store->file.size / size);
    /* its own count is valid when it was written with the last change */
    if (rpm_be32(head + 24) == rpm_be32(head + 92) &&
        rpm_be32(head + 28) > store->page_count)
        return rpm_store_bad(store, err, "cut off");
    return 0;
}

static int open_store(struct rpm_store *store, struct err *err)
{
    static const struct visit packages = { take_package, NULL };
    uint32_t root = 0;
    struct visit schema = { take_root, &root };
    int rc = read_file_header(store, err);

    if (rc == 0)
        rc = read_log(store, err);
    if (rc < 0)
        return rc;
    store->page = mem_alloc(1, store->page_size);
    rc = each_row(store, 1, 0, &schema, err);
    if (rc < 0)
        return rc;
    if (root == 0)
        return rpm_store_bad(store, err, "no table Packages");
    store->pages_seen = 0;
    return each_row(store, root, 0, &packages, err);
}

const struct rpm_format rpm_format_sqlite = {
    .name = "SQLite",
    .knows = knows,
    .open = open_store,
    .read = read_spot,
};
