/* SPDX-License-Identifier: Apache-2.0
 *
 * One block: Huffman codes, move-to-front, the Burrows-Wheeler transform and
 * runs, undone in this order.
 *
 * Byte i of the last column is tt[i] & 255; the byte before it in the text
 * stands at first[byte] + rank, where rank is how often the byte occurs in the
 * column before i, and first[] where the byte begins in the sorted column. So
 * the text is a chain that is followed backwards, through the whole block in
 * random order, and each step waits for memory. We start at many places of the
 * chain, mark them, and follow LANES of them in turn until each meets the mark
 * of another; then the pieces are read in the order of the text.
 */
#include "base/bunzip_int.h"

#include <endian.h>

#include "base/mem.h"

enum {
    GROUP = 50, /* symbols coded by one table */
    TABLES_MAX = 6,
    SYMBOLS_MAX = 258,
    LENGTH_MAX = 20,
    FAST_BITS = 11,
    SELECTORS_MAX = 18002, /* what 900,000 symbols can use */
    RUN_MAX = 2 * 1024 * 1024,
    RUNA = 0,
    RUNB = 1,
    STARTS = 64,
    LANES = 16,
    CHUNK = 1024,
    CHUNKS = BZ_SIZE_MAX / CHUNK + STARTS + 2,
};

#define MARK 0x80000000U
#define RANK_OF(e) ((e) >> 8 & 0xFFFFFU)

struct code {
    uint16_t fast[1 << FAST_BITS]; /* symbol << 5 | length; 0: longer */
    int32_t limit[LENGTH_MAX + 2]; /* the last code of each length */
    int32_t base[LENGTH_MAX + 2];  /* code minus this is the index in perm */
    uint16_t perm[SYMBOLS_MAX];
    unsigned shortest;
};

/* A piece of the chain, from one mark to the next. Its bytes lie in chunks,
 * each filled from its end to its front; `chunk` is the last one taken, that
 * is the first in the order of the text. */
struct piece {
    uint32_t start; /* index in tt */
    uint32_t n;     /* bytes */
    uint16_t after; /* the piece that follows in the text */
    uint16_t chunk;
};

struct bits {
    const uint8_t *p;
    uint64_t at;  /* bit */
    uint64_t end; /* bit */
};

struct bz_block {
    uint32_t crc;
    uint32_t n;
    uint32_t origin;
    unsigned symbols; /* with RUNA, RUNB and the end of the block */
    uint8_t used[256];
    unsigned tables;
    unsigned selectors;
    uint8_t selector[SELECTORS_MAX];
    struct code codes[TABLES_MAX];
    uint32_t count[256];
    uint32_t first[256];
    uint32_t tt[BZ_SIZE_MAX]; /* rank << 8 | byte, and MARK */
    uint8_t bytes[(size_t)CHUNKS * CHUNK];
    uint16_t chunk_after[CHUNKS];
    unsigned chunks;
    struct piece pieces[STARTS + 1];
    unsigned piece_count;
    /* The text, as far as it has been given out. */
    unsigned piece;
    uint32_t piece_left;
    uint32_t left;
    const uint8_t *at;
    uint32_t chunk_left;
    uint16_t chunk;
    unsigned run;    /* equal bytes so far, 4: a count follows */
    unsigned repeat; /* of last, still to be given out */
    uint8_t last;
    uint32_t sum;
    uint32_t crc_table[8][256];
};

/* crc_table[k][b]: what byte b, k bytes before the end, adds to the sum. */
static void make_crc_table(uint32_t table[8][256])
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t sum = b << 24;

        for (int i = 0; i < 8; i++)
            sum = sum << 1 ^ ((sum & 0x80000000U) != 0 ? 0x04C11DB7U : 0);
        table[0][b] = sum;
    }
    for (uint32_t k = 1; k < 8; k++)
        for (uint32_t b = 0; b < 256; b++)
            table[k][b] =
                table[k - 1][b] << 8 ^ table[0][table[k - 1][b] >> 24];
}

struct bz_block *bz_block_new(void)
{
    struct bz_block *block = mem_alloc(1, sizeof(*block));

    make_crc_table(block->crc_table);
    return block;
}

void bz_block_free(struct bz_block *block)
{
    mem_free(block);
}

uint32_t bz_block_size(const struct bz_block *block)
{
    return block->n;
}

uint32_t bz_block_crc(const struct bz_block *block)
{
    return block->crc;
}

/* The next 32 bits or more, at the top. */
static inline uint64_t peek(const struct bits *b)
{
    uint64_t word;

    memcpy(&word, b->p + (b->at >> 3), 8);
    return be64toh(word) << (b->at & 7);
}

/* Up to 24 bits. Past the end come zeroes; the callers look at the end often
 * enough never to be more than BZ_PAD bytes behind it. */
static inline uint32_t take(struct bits *b, unsigned n)
{
    uint32_t value = (uint32_t)(peek(b) >> (64 - n));

    b->at += n;
    return value;
}

static inline bool is_over(const struct bits *b)
{
    return b->at > b->end;
}

static int read_used(struct bz_block *block, struct bits *b)
{
    uint32_t rows = take(b, 16);
    unsigned n = 0;

    for (unsigned row = 0; row < 16; row++) {
        uint32_t columns = 0;

        if ((rows >> (15 - row) & 1) != 0)
            columns = take(b, 16);
        if (is_over(b))
            return BZ_MORE;
        for (unsigned column = 0; column < 16; column++)
            if ((columns >> (15 - column) & 1) != 0)
                block->used[n++] = (uint8_t)(row * 16 + column);
    }
    block->symbols = n + 2;
    return n == 0 ? E_PARSE : 0;
}

static int read_selectors(struct bz_block *block, struct bits *b)
{
    uint8_t front[TABLES_MAX] = { 0, 1, 2, 3, 4, 5 };
    unsigned n;

    block->tables = take(b, 3);
    n = take(b, 15);
    if (is_over(b))
        return BZ_MORE;
    if (block->tables < 2 || block->tables > TABLES_MAX || n == 0)
        return E_PARSE;
    block->selectors = n < SELECTORS_MAX ? n : SELECTORS_MAX;
    for (unsigned i = 0; i < n; i++) {
        unsigned j = 0;
        uint8_t table;

        while (take(b, 1) == 1)
            if (++j >= block->tables)
                return is_over(b) ? BZ_MORE : E_PARSE;
        if (is_over(b))
            return BZ_MORE;
        table = front[j];
        memmove(front + 1, front, j);
        front[0] = table;
        if (i < SELECTORS_MAX) /* more were written by some encoders */
            block->selector[i] = table;
    }
    return 0;
}

static int read_lengths(struct bits *b, unsigned symbols, uint8_t *lengths)
{
    unsigned length = take(b, 5);

    for (unsigned i = 0; i < symbols; i++) {
        for (;;) {
            if (is_over(b))
                return BZ_MORE;
            if (length < 1 || length > LENGTH_MAX)
                return E_PARSE;
            if (take(b, 1) == 0)
                break;
            length = take(b, 1) == 0 ? length + 1 : length - 1;
        }
        lengths[i] = (uint8_t)length;
    }
    return 0;
}

/* The symbol whose code the 20 bits begin with, and its length; -1: none. */
static int slow_symbol(const struct code *code, uint32_t bits20,
                       unsigned *out_length)
{
    for (unsigned n = code->shortest; n <= LENGTH_MAX; n++) {
        int32_t value = (int32_t)(bits20 >> (LENGTH_MAX - n));

        if (value <= code->limit[n]) {
            int32_t index = value - code->base[n];

            *out_length = n;
            return index < 0 || index >= SYMBOLS_MAX ? -1 : code->perm[index];
        }
    }
    return -1;
}

/* Codes of one length are consecutive numbers, in the order of the symbols;
 * shorter codes come first. A set of lengths that makes no complete code is
 * not refused: what cannot be decoded is noticed when it occurs. */
static void make_code(struct code *code, const uint8_t *lengths,
                      unsigned symbols)
{
    unsigned n = 0;
    int32_t value = 0;

    memset(code, 0, sizeof(*code));
    for (unsigned length = 1; length <= LENGTH_MAX; length++) {
        code->base[length] = value - (int32_t)n;
        code->limit[length] = -1;
        if (n == symbols)
            continue;
        for (unsigned i = 0; i < symbols; i++) {
            if (lengths[i] == length) {
                code->perm[n++] = (uint16_t)i;
                value++;
            }
        }
        code->limit[length] = value - 1;
        if (n > 0 && code->shortest == 0)
            code->shortest = length;
        value *= 2;
    }
    for (uint32_t i = 0; i < 1 << FAST_BITS; i++) {
        unsigned length = 0;
        int symbol = slow_symbol(code, i << (LENGTH_MAX - FAST_BITS), &length);

        if (symbol >= 0 && length <= FAST_BITS)
            code->fast[i] = (uint16_t)((unsigned)symbol << 5 | length);
    }
}

static int read_codes(struct bz_block *block, struct bits *b)
{
    for (unsigned i = 0; i < block->tables; i++) {
        uint8_t lengths[SYMBOLS_MAX];
        int rc = read_lengths(b, block->symbols, lengths);

        if (rc != 0)
            return rc;
        make_code(&block->codes[i], lengths, block->symbols);
    }
    return 0;
}

static inline int next_symbol(const struct code *code, struct bits *b)
{
    uint64_t word = peek(b);
    unsigned entry = code->fast[word >> (64 - FAST_BITS)];
    unsigned length;
    int symbol;

    if (LIKELY(entry != 0)) {
        b->at += entry & 31;
        return (int)(entry >> 5);
    }
    symbol = slow_symbol(code, (uint32_t)(word >> (64 - LENGTH_MAX)), &length);
    if (symbol >= 0)
        b->at += length;
    return symbol;
}

/* Most bytes come from near the front, where the list is moved as one word
 * without a branch. */
static inline uint8_t to_front(uint8_t *front, unsigned at)
{
    uint8_t byte = front[at];

    if (LIKELY(at < 7)) {
        uint64_t keep = UINT64_MAX << (8 * at) << 8;
        uint64_t word;

        memcpy(&word, front, 8);
        word = le64toh(word);
        word = (word & keep) | ((word << 8 | byte) & ~keep);
        word = htole64(word);
        memcpy(front, &word, 8);
    } else {
        memmove(front + 1, front, at);
        front[0] = byte;
    }
    return byte;
}

/* The symbols up to the end of the block become the bytes of the last column;
 * RUNA and RUNB are the digits of how often the front byte is repeated. */
struct column {
    uint8_t front[256];
    uint32_t n;
    uint32_t run;
    uint32_t digit; /* 0: no run is being read */
};

static int end_run(struct bz_block *block, struct column *c)
{
    uint8_t byte = c->front[0];
    uint32_t e;

    if (c->run > BZ_SIZE_MAX - c->n)
        return E_PARSE;
    e = block->count[byte] << 8 | byte;
    for (uint32_t i = 0; i < c->run; i++, e += 1 << 8)
        block->tt[c->n + i] = e;
    block->count[byte] += c->run;
    c->n += c->run;
    c->run = c->digit = 0;
    return 0;
}

/* 0, BZ_MORE, E_PARSE; *out_end when the end of the block was read. */
static int read_group(struct bz_block *block, struct column *c,
                      const struct code *code, struct bits *b, bool *out_end)
{
    const int end = (int)block->symbols - 1;

    if (is_over(b))
        return BZ_MORE;
    for (unsigned i = 0; i < GROUP; i++) {
        int symbol = next_symbol(code, b);
        uint8_t byte;

        if (symbol < 0 || b->at > b->end + 64)
            return is_over(b) ? BZ_MORE : E_PARSE;
        if (symbol <= RUNB) {
            c->digit = c->digit == 0 ? 1 : c->digit * 2;
            if (c->digit >= RUN_MAX)
                return E_PARSE;
            c->run += c->digit << symbol;
            continue;
        }
        if (c->digit != 0 && end_run(block, c) < 0)
            return E_PARSE;
        if (symbol == end) {
            *out_end = true;
            return is_over(b) ? BZ_MORE : 0;
        }
        if (c->n >= BZ_SIZE_MAX)
            return E_PARSE;
        byte = to_front(c->front, (unsigned)symbol - 1);
        block->tt[c->n++] = block->count[byte]++ << 8 | byte;
    }
    return 0;
}

static int read_column(struct bz_block *block, struct bits *b)
{
    struct column c = { .n = 0 };
    bool end = false;

    memcpy(c.front, block->used, sizeof(c.front));
    memset(block->count, 0, sizeof(block->count));
    for (unsigned i = 0; !end; i++) {
        int rc;

        if (i >= block->selectors)
            return E_PARSE;
        rc = read_group(block, &c, &block->codes[block->selector[i]], b, &end);
        if (rc != 0)
            return rc;
    }
    block->n = c.n;
    return block->origin < block->n ? 0 : E_PARSE;
}

static void find_first(struct bz_block *block)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < 256; i++) {
        block->first[i] = sum;
        sum += block->count[i];
    }
}

struct lane {
    uint32_t at;
    uint8_t *out; /* the last byte written */
    uint8_t *chunk;
    unsigned piece;
};

static void mark_start(struct bz_block *block, uint32_t at)
{
    if ((block->tt[at] & MARK) != 0)
        return;
    block->tt[at] |= MARK;
    block->pieces[block->piece_count++].start = at;
}

static unsigned piece_at(const struct bz_block *block, uint32_t start)
{
    unsigned i = 0;

    while (block->pieces[i].start != start)
        i++;
    return i;
}

static void new_chunk(struct bz_block *block, struct lane *lane)
{
    struct piece *piece = &block->pieces[lane->piece];
    uint16_t chunk = (uint16_t)block->chunks++;

    block->chunk_after[chunk] = piece->chunk;
    piece->chunk = chunk;
    lane->chunk = block->bytes + (size_t)chunk * CHUNK;
    lane->out = lane->chunk + CHUNK;
}

/* The first byte of a piece is taken although it is marked. */
static void start_lane(struct bz_block *block, struct lane *lane,
                       unsigned number)
{
    struct piece *piece = &block->pieces[number];
    uint32_t e = block->tt[piece->start];

    piece->n = 0;
    piece->chunk = 0;
    lane->piece = number;
    new_chunk(block, lane);
    *--lane->out = (uint8_t)e;
    lane->at = RANK_OF(e) + block->first[(uint8_t)e];
}

/* The lane has met the mark at lane->at. */
static void end_lane(struct bz_block *block, const struct lane *lane)
{
    struct piece *piece = &block->pieces[lane->piece];

    piece->n += (uint32_t)(lane->chunk + CHUNK - lane->out);
    if (lane->out == lane->chunk + CHUNK)
        piece->chunk = block->chunk_after[piece->chunk]; /* it is empty */
    block->pieces[piece_at(block, lane->at)].after = (uint16_t)lane->piece;
}

/* Steps that every lane can take in its chunk. */
static size_t steps_of(struct bz_block *block, struct lane *lanes, unsigned n)
{
    size_t steps = CHUNK;

    for (unsigned i = 0; i < n; i++) {
        size_t room = (size_t)(lanes[i].out - lanes[i].chunk);

        if (room == 0) {
            block->pieces[lanes[i].piece].n += CHUNK;
            new_chunk(block, &lanes[i]);
            room = CHUNK;
        }
        if (room < steps)
            steps = room;
    }
    return steps;
}

/* Follows n lanes until one meets a mark, or for `steps`; the number of that
 * lane, or n. */
static inline unsigned follow(const struct bz_block *block, struct lane *lanes,
                              unsigned n, size_t steps)
{
    const uint32_t *first = block->first;
    const uint32_t *tt = block->tt;
    uint8_t *out[LANES];
    uint32_t at[LANES];
    unsigned met = n;

    for (unsigned i = 0; i < n; i++) {
        at[i] = lanes[i].at;
        out[i] = lanes[i].out - steps;
    }
    while (met == n && steps > 0) {
        steps--;
        for (unsigned i = 0; i < n; i++) {
            uint32_t e = tt[at[i]];

            if (UNLIKELY((e & MARK) != 0)) {
                met = i;
                break;
            }
            out[i][steps] = (uint8_t)e;
            at[i] = (e >> 8) + first[(uint8_t)e];
        }
    }
    for (unsigned i = 0; i < n; i++) {
        lanes[i].at = at[i];
        lanes[i].out = out[i] + steps + (i >= met);
    }
    return met;
}

/* Piece 0 ends the text: it begins, as the chain is followed, with the last
 * byte. */
static void make_pieces(struct bz_block *block)
{
    struct lane lanes[LANES];
    unsigned started = 0;
    unsigned n = 0;

    block->piece_count = 0;
    block->chunks = 0;
    mark_start(block, block->origin);
    for (uint32_t i = 0; i < STARTS; i++)
        mark_start(block, (uint32_t)((uint64_t)block->n * i / STARTS));
    for (;;) {
        size_t steps;
        unsigned met;

        while (n < LANES && started < block->piece_count)
            start_lane(block, &lanes[n++], started++);
        if (n == 0)
            return;
        steps = steps_of(block, lanes, n);
        met = n == LANES ? follow(block, lanes, LANES, steps)
                         : follow(block, lanes, n, steps);
        if (met < n) {
            end_lane(block, &lanes[met]);
            lanes[met] = lanes[--n];
        }
    }
}

static uint32_t add_crc(const struct bz_block *block, uint32_t sum,
                        const uint8_t *p, size_t n)
{
    const uint32_t(*t)[256] = block->crc_table;

    for (; n >= 8; n -= 8, p += 8) {
        uint64_t w;

        memcpy(&w, p, 8);
        w = be64toh(w) ^ (uint64_t)sum << 32;
        sum = t[7][w >> 56] ^ t[6][w >> 48 & 255] ^ t[5][w >> 40 & 255] ^
              t[4][w >> 32 & 255] ^ t[3][w >> 24 & 255] ^ t[2][w >> 16 & 255] ^
              t[1][w >> 8 & 255] ^ t[0][w & 255];
    }
    for (; n > 0; n--, p++)
        sum = sum << 8 ^ t[0][sum >> 24 ^ *p];
    return sum;
}

/* Bytes that can be read in place; 0 at the end of the block. A chain that
 * is a short cycle is followed again and again: the text repeats itself. The
 * first chunk of a piece is filled in part, at its end; the others wholly. */
static uint32_t next_span(struct bz_block *block)
{
    uint32_t n;

    if (block->left == 0 || block->chunk_left > 0)
        return block->left == 0 ? 0 : block->chunk_left;
    if (block->piece_left == 0) {
        block->piece = block->pieces[block->piece].after;
        block->piece_left = block->pieces[block->piece].n;
        block->chunk = block->pieces[block->piece].chunk;
    } else {
        block->chunk = block->chunk_after[block->chunk];
    }
    n = block->piece_left % CHUNK;
    if (n == 0)
        n = CHUNK;
    block->at = block->bytes + (size_t)block->chunk * CHUNK + (CHUNK - n);
    block->piece_left -= n;
    block->chunk_left = n < block->left ? n : block->left;
    return block->chunk_left;
}

/* 0x80 in each byte of a word that is 0. */
static inline uint64_t zero_bytes(uint64_t word)
{
    const uint64_t low = 0x7F7F7F7F7F7F7F7FU;

    return ~((((word & low) + low) | word) | low);
}

/* Copies from p while none of six bytes begins a run of four; returns how
 * many bytes. Reads 9 and writes 8 bytes at a time. */
static inline size_t copy_runless(uint8_t *out, const uint8_t *p, size_t n)
{
    size_t i = 0;

    while (i + 9 <= n) {
        uint64_t word;
        uint64_t next;
        uint64_t same;

        memcpy(&word, p + i, 8);
        memcpy(&next, p + i + 1, 8);
        memcpy(out + i, &word, 8);
        same = zero_bytes(le64toh(word ^ next));
        same &= same >> 8 & same >> 16;
        if (same != 0)
            return i + (size_t)__builtin_ctzll(same) / 8;
        i += 6;
    }
    return i;
}

/* Copies up to `end` or to the end of a run of four. Both pointers move. */
static void copy_to_run(struct bz_block *block, uint8_t **out,
                        const uint8_t **from, const uint8_t *end)
{
    const uint8_t *p = *from;
    unsigned run = block->run;
    uint8_t last = block->last;
    uint8_t *o = *out;

    while (p < end && run < 4) {
        if (run == 0 || *p != last) {
            size_t n = copy_runless(o, p, (size_t)(end - p));

            p += n;
            o += n;
            run = 0;
        }
        run = run > 0 ? run + 1 : 1;
        last = *p++;
        *o++ = last;
    }
    block->run = run;
    block->last = last;
    *from = p;
    *out = o;
}

/* Four equal bytes are followed by how often the byte is repeated. Stops
 * where a repetition begins. */
static size_t expand(struct bz_block *block, uint32_t span, uint8_t *out,
                     size_t size)
{
    const uint8_t *p = block->at;
    uint8_t *o = out;

    if (block->run == 4) {
        block->repeat = *p++;
        block->run = 0;
    } else {
        copy_to_run(block, &o, &p, p + (span < size ? span : size));
    }
    block->left -= (uint32_t)(p - block->at);
    block->chunk_left -= (uint32_t)(p - block->at);
    block->at = p;
    return (size_t)(o - out);
}

int bz_block_text(struct bz_block *block, uint8_t *out, size_t size,
                  size_t *out_n)
{
    size_t n = 0;

    while (n < size) {
        uint32_t span;

        if (block->repeat > 0) {
            size_t some = block->repeat < size - n ? block->repeat : size - n;

            memset(out + n, block->last, some);
            block->repeat -= (unsigned)some;
            n += some;
            continue;
        }
        span = next_span(block);
        if (span == 0)
            break;
        n += expand(block, span, out + n, size - n);
    }
    block->sum = add_crc(block, block->sum, out, n);
    if (n < size && (block->run == 4 || ~block->sum != block->crc))
        return E_PARSE;
    *out_n = n;
    return 0;
}

int bz_block_decode(struct bz_block *block, str in, uint64_t bit,
                    uint64_t *out_bit)
{
    struct bits b = { (const uint8_t *)in.p, bit + 48, (uint64_t)in.n * 8 };
    bool random;
    int rc;

    if (b.at + 57 > b.end)
        return BZ_MORE;
    block->crc = take(&b, 16) << 16;
    block->crc |= take(&b, 16);
    random = take(&b, 1) != 0;
    block->origin = take(&b, 24);
    if (random)
        return E_UNSUPPORTED; /* of bzip2 before 0.9.5, of 1999 */
    rc = read_used(block, &b);
    if (rc == 0)
        rc = read_selectors(block, &b);
    if (rc == 0)
        rc = read_codes(block, &b);
    if (rc == 0)
        rc = read_column(block, &b);
    if (rc != 0)
        return is_over(&b) ? BZ_MORE : rc;
    find_first(block);
    make_pieces(block);
    block->piece = 0;
    block->piece_left = block->chunk_left = 0;
    block->left = block->n;
    block->run = block->repeat = 0;
    block->sum = UINT32_MAX;
    *out_bit = b.at;
    return 0;
}
