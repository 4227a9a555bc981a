/* SPDX-License-Identifier: Apache-2.0
 *
 * Jobs stand in a ring in the order of their marks. The reading thread cuts
 * the input into jobs and gives out their texts; workers decode. Only the
 * reading thread adds and removes jobs; `state` is what the two sides share,
 * under the lock.
 *
 *     FREE -> WAITING -> RUNNING -> DONE -> FREE
 */
#include "base/bunzip_int.h"

#include <endian.h>
#include <pthread.h>

#include "base/ahead_int.h"
#include "base/buf.h"
#include "base/mem.h"

enum {
    WORKERS_MAX = 4,
    JOBS_MAX = WORKERS_MAX + 2,
    READ_SIZE = 64 * 1024,
    TEXT_SIZE = 1024 * 1024, /* of a block that is expanded by its worker */
    MARK_BITS = 48,
};

enum state {
    FREE,
    WAITING,
    RUNNING,
    DONE
};

struct job {
    enum state state;
    bool is_end;    /* an end mark, nothing to decode */
    uint64_t start; /* bit of the archive where the mark begins */
    uint64_t first; /* byte of the archive where `in` begins */
    struct buf in;  /* up to the next mark, and BZ_PAD */
    size_t in_n;    /* without the padding */
    int rc;
    uint64_t end; /* bit of the archive behind the block */
    uint32_t size;
    uint32_t crc;
    uint8_t *text; /* TEXT_SIZE, made when first used */
    size_t text_n;
    size_t text_at;
    struct bz_block *rest; /* NULL: all of the text is in `text` */
};

struct bunzip {
    struct bunzip_input input;
    struct job jobs[JOBS_MAX];
    unsigned head;  /* the oldest job */
    unsigned count; /* jobs in use */
    unsigned jobs_max;
    struct buf in;     /* bytes not yet given to a job, from the last mark */
    uint64_t in_first; /* byte of the archive where `in` begins */
    size_t scanned;    /* bytes of `in` that cannot end a new mark */
    uint64_t mark;     /* bit of the last mark */
    bool has_mark;
    bool mark_is_end;
    bool input_end;
    bool junk; /* between the jobs stood something other than zeroes */
    uint8_t filter[256];
    /* The archive as it has been read so far. */
    uint64_t at; /* bit where the next thing must begin */
    unsigned level;
    uint32_t sum;         /* of the blocks of this stream */
    bool started;         /* the header of the first stream has been read */
    bool open;            /* the oldest job is a block being given out */
    bool finished;        /* what follows may only be zeroes */
    struct bz_block *own; /* of the reading thread */
    pthread_mutex_t lock;
    pthread_cond_t work;
    pthread_cond_t done;
    pthread_t workers[WORKERS_MAX];
    unsigned worker_count;
    unsigned worker_limit;
    bool stop;
};

static void decode(struct job *job, struct bz_block **block)
{
    str in = { job->in.p, job->in_n };
    uint64_t bit = job->start - job->first * 8;
    uint64_t end = 0;
    size_t n = 0;

    if (*block == NULL)
        *block = bz_block_new();
    if (job->text == NULL)
        job->text = mem_alloc(TEXT_SIZE, 1);
    job->text_n = job->text_at = 0;
    job->rc = bz_block_decode(*block, in, bit, &end);
    if (job->rc != 0)
        return;
    job->end = job->first * 8 + end;
    job->size = bz_block_size(*block);
    job->crc = bz_block_crc(*block);
    job->rc = bz_block_text(*block, job->text, TEXT_SIZE, &n);
    job->text_n = n;
    if (job->rc == 0 && n == TEXT_SIZE)
        job->rest = TAKE(*block);
}

static struct job *job_at(struct bunzip *bz, unsigned i)
{
    return &bz->jobs[(bz->head + i) % JOBS_MAX];
}

static struct job *waiting_job(struct bunzip *bz)
{
    for (unsigned i = 0; i < bz->count; i++)
        if (job_at(bz, i)->state == WAITING)
            return job_at(bz, i);
    return NULL;
}

static void *work(void *ctx)
{
    struct bunzip *bz = ctx;
    struct bz_block *block = NULL;

    pthread_mutex_lock(&bz->lock);
    while (!bz->stop) {
        struct job *job = waiting_job(bz);

        if (job == NULL) {
            pthread_cond_wait(&bz->work, &bz->lock);
            continue;
        }
        job->state = RUNNING;
        pthread_mutex_unlock(&bz->lock);
        decode(job, &block);
        pthread_mutex_lock(&bz->lock);
        job->state = DONE;
        pthread_cond_signal(&bz->done);
    }
    pthread_mutex_unlock(&bz->lock);
    bz_block_free(block);
    return NULL;
}

/* Without a thread the reading thread does the work itself. */
static void start_worker(struct bunzip *bz)
{
    if (ahead_thread(work, bz, &bz->workers[bz->worker_count]))
        bz->worker_count++;
    else
        bz->worker_limit = bz->worker_count;
}

/* filter[v] has a bit for each shift at which a mark can have v as its byte
 * before the last two. */
static void make_filter(uint8_t filter[256])
{
    memset(filter, 0, 256);
    for (unsigned shift = 0; shift < 8; shift++) {
        filter[BZ_BLOCK_MARK << shift >> 16 & 255] |= (uint8_t)(1 << shift);
        filter[BZ_END_MARK << shift >> 16 & 255] |= (uint8_t)(1 << shift);
    }
}

struct bunzip *bunzip_new(struct bunzip_input input)
{
    struct bunzip *bz = mem_alloc(1, sizeof(*bz));

    bz->input = input;
    make_filter(bz->filter);
    bz->in = BUF_INIT((size_t)BZ_BITS_MAX * 2);
    bz->worker_limit = ahead_processors();
    if (bz->worker_limit > WORKERS_MAX)
        bz->worker_limit = WORKERS_MAX;
    bz->jobs_max = bz->worker_limit + 2;
    for (unsigned i = 0; i < JOBS_MAX; i++)
        bz->jobs[i].in = BUF_INIT((size_t)BZ_BITS_MAX * 4);
    pthread_mutex_init(&bz->lock, NULL);
    pthread_cond_init(&bz->work, NULL);
    pthread_cond_init(&bz->done, NULL);
    return bz;
}

void bunzip_free(struct bunzip *bz)
{
    if (bz == NULL)
        return;
    pthread_mutex_lock(&bz->lock);
    bz->stop = true;
    pthread_cond_broadcast(&bz->work);
    pthread_mutex_unlock(&bz->lock);
    for (unsigned i = 0; i < bz->worker_count; i++)
        pthread_join(bz->workers[i], NULL);
    for (unsigned i = 0; i < JOBS_MAX; i++) {
        buf_clear(&bz->jobs[i].in);
        mem_free(bz->jobs[i].text);
        bz_block_free(bz->jobs[i].rest);
    }
    buf_clear(&bz->in);
    bz_block_free(bz->own);
    pthread_mutex_destroy(&bz->lock);
    pthread_cond_destroy(&bz->work);
    pthread_cond_destroy(&bz->done);
    mem_free(bz);
}

/* Takes more of the archive in. */
static int take_in(struct bunzip *bz, struct err *err)
{
    uint8_t *p = buf_grow(&bz->in, READ_SIZE);
    size_t got = 0;
    int rc;

    if (p == NULL)
        return err_set(err, E_LIMIT, "bzip2 block without an end");
    rc = bz->input.read(bz->input.ctx, p, READ_SIZE, &got, err);
    bz->in.n -= READ_SIZE - got;
    bz->input_end = rc == 0 && got == 0;
    return rc;
}

/* Whether a new mark ends in the last byte of word, which is byte i of `in`;
 * *out_bit is where it begins, counted from the first byte of `in`. */
static bool ends_mark(const struct bunzip *bz, uint64_t word, size_t i,
                      uint64_t *out_bit, bool *out_is_end)
{
    unsigned shifts = bz->filter[word >> 16 & 255];

    for (unsigned shift = 8; shift-- > 0;) {
        uint64_t bits = word >> shift & 0xFFFFFFFFFFFFU;
        uint64_t end = (uint64_t)i * 8 + 8 - shift;

        if ((shifts >> shift & 1) == 0)
            continue;
        *out_is_end = bits == BZ_END_MARK;
        if ((bits != BZ_BLOCK_MARK && !*out_is_end) || end < MARK_BITS)
            continue;
        *out_bit = end - MARK_BITS;
        if (!bz->has_mark || bz->in_first * 8 + *out_bit > bz->mark)
            return true;
    }
    return false;
}

static bool find_mark(struct bunzip *bz, uint64_t *out_bit, bool *out_is_end)
{
    const uint8_t *p = (const uint8_t *)bz->in.p;
    size_t i = bz->scanned;
    uint64_t word = 0;

    for (size_t j = i < 7 ? 0 : i - 7; j < i; j++)
        word = word << 8 | p[j];
    for (; i < bz->in.n; i++) {
        word = word << 8 | p[i];
        if (UNLIKELY(bz->filter[word >> 16 & 255] != 0) &&
            ends_mark(bz, word, i, out_bit, out_is_end)) {
            bz->scanned = i;
            return true;
        }
    }
    bz->scanned = i;
    return false;
}

/* Makes the bytes from the last mark up to this bit of `in` a job. */
static void add_job(struct bunzip *bz, uint64_t bit)
{
    struct job *job = job_at(bz, bz->count);
    size_t n = (size_t)((bit + 7) / 8);

    buf_reset(&job->in);
    buf_add(&job->in, (str){ bz->in.p, n });
    memset(buf_grow(&job->in, BZ_PAD), 0, BZ_PAD);
    job->in_n = n;
    job->first = bz->in_first;
    job->start = bz->mark;
    job->is_end = bz->mark_is_end;
    job->rc = 0;
    pthread_mutex_lock(&bz->lock);
    bz->count++;
    job->state = job->is_end ? DONE : WAITING;
    pthread_cond_signal(&bz->work);
    pthread_mutex_unlock(&bz->lock);
}

/* Bytes of `in` before this one are not needed any more. */
static void drop(struct bunzip *bz, size_t n)
{
    memmove(bz->in.p, bz->in.p + n, bz->in.n - n);
    bz->in.n -= n;
    bz->in_first += n;
    bz->scanned -= n < bz->scanned ? n : bz->scanned;
}

static bool is_zero(str bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i] != 0)
            return false;
    return true;
}

/* One job more, or the end of the input. What lies between two marks further
 * apart than a block can be is cut there: no block ends in it. */
static void cut_job(struct bunzip *bz, bool found, uint64_t bit, bool is_end)
{
    size_t keep = bz->input_end ? 0 : 8; /* a mark may have begun there */

    if (!found)
        bit = (uint64_t)(bz->in.n - keep) * 8;
    if (bz->has_mark)
        add_job(bz, bit);
    else if (!is_zero(str_sub(buf_str(&bz->in), 0, (size_t)(bit / 8))))
        bz->junk = true;
    bz->has_mark = found;
    bz->mark = bz->in_first * 8 + bit;
    bz->mark_is_end = is_end;
    drop(bz, (size_t)(bit / 8));
}

/* Cuts the input into jobs, as many as there is room for. */
static int cut(struct bunzip *bz, struct err *err)
{
    while (bz->count < bz->jobs_max) {
        uint64_t bit = 0;
        bool is_end = false;
        bool found = find_mark(bz, &bit, &is_end);
        int rc;

        if (!found && bz->input_end && bz->in.n == 0)
            return 0;
        if (found || bz->input_end || bz->in.n >= BZ_BITS_MAX) {
            cut_job(bz, found, bit, is_end);
            continue;
        }
        rc = take_in(bz, err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int damaged(struct err *err)
{
    return err_set(err, E_PARSE, "damaged bzip2 data");
}

static int too_early(struct err *err)
{
    return err_set(err, E_PARSE, "the bzip2 data ends too early");
}

static void remove_head(struct bunzip *bz)
{
    struct job *job = job_at(bz, 0);

    if (job->rest != NULL && bz->own == NULL)
        bz->own = TAKE(job->rest);
    bz_block_free(TAKE(job->rest));
    pthread_mutex_lock(&bz->lock);
    job->state = FREE;
    bz->head = (bz->head + 1) % JOBS_MAX;
    bz->count--;
    pthread_mutex_unlock(&bz->lock);
}

static unsigned count_waiting(struct bunzip *bz)
{
    unsigned n = 0;

    for (unsigned i = 0; i < bz->count; i++)
        n += job_at(bz, i)->state == WAITING;
    return n;
}

/* Until the oldest job is done. An archive of one block is decoded here; for
 * more, workers are started. */
static void wait_for_head(struct bunzip *bz)
{
    struct job *job = job_at(bz, 0);
    bool mine;

    pthread_mutex_lock(&bz->lock);
    while (bz->worker_count < bz->worker_limit &&
           count_waiting(bz) > bz->worker_count && count_waiting(bz) > 1)
        start_worker(bz);
    mine = bz->worker_count == 0 && job->state == WAITING;
    while (!mine && job->state != DONE)
        pthread_cond_wait(&bz->done, &bz->lock);
    pthread_mutex_unlock(&bz->lock);
    if (mine) {
        decode(job, &bz->own);
        job->state = DONE;
    }
}

static void append(struct job *job, uint64_t first, str bytes)
{
    uint64_t have = job->first + job->in_n;

    bytes = str_sub(bytes, (size_t)(have - first), BZ_BITS_MAX);
    buf_add(&job->in, bytes);
    job->in_n += bytes.n;
}

/* A mark stood inside the block of the oldest job, so that the job has only a
 * part of it: decodes it with all that a block can need. */
static int extend(struct bunzip *bz, struct err *err)
{
    struct job *job = job_at(bz, 0);

    job->in.n = job->in_n;
    for (unsigned i = 1; i < bz->count && job->in_n < BZ_BITS_MAX; i++)
        append(job, job_at(bz, i)->first,
               (str){ job_at(bz, i)->in.p, job_at(bz, i)->in_n });
    while (job->in_n + bz->in.n < BZ_BITS_MAX && !bz->input_end) {
        int rc = take_in(bz, err);

        if (rc < 0)
            return rc;
    }
    if (job->in_n < BZ_BITS_MAX)
        append(job, bz->in_first, buf_str(&bz->in));
    memset(buf_grow(&job->in, BZ_PAD), 0, BZ_PAD);
    decode(job, &bz->own);
    if (job->rc == BZ_MORE)
        return bz->input_end ? too_early(err) : damaged(err);
    return 0;
}

/* "BZh" and the level. */
static bool read_header(struct bunzip *bz, str bytes)
{
    if (bytes.n < 4 || !str_starts(bytes, STR("BZh")) || bytes.p[3] < '1' ||
        bytes.p[3] > '9')
        return false;
    bz->level = (unsigned)(bytes.p[3] - '0');
    bz->sum = 0;
    return true;
}

static int start(struct bunzip *bz, struct err *err)
{
    while (bz->in.n < 4 && !bz->input_end) {
        int rc = take_in(bz, err);

        if (rc < 0)
            return rc;
    }
    if (!read_header(bz, buf_str(&bz->in)))
        return damaged(err);
    drop(bz, 4);
    bz->at = 32;
    bz->started = true;
    return 0;
}

/* Zeroes only, up to the end of the input. */
static int finish(struct bunzip *bz, struct err *err)
{
    int rc = 0;

    remove_head(bz);
    while (rc == 0 && bz->count == 0 && !(bz->input_end && bz->in.n == 0)) {
        rc = cut(bz, err);
        if (bz->junk)
            break;
    }
    if (rc < 0)
        return rc;
    if (bz->count > 0 || bz->junk)
        return err_set(err, E_PARSE, "other bytes follow the bzip2 data");
    bz->finished = true;
    return 0;
}

/* The oldest job is the end of a stream: its checksum, and what follows. */
static int end_stream(struct bunzip *bz, struct err *err)
{
    const struct job *job = job_at(bz, 0);
    const uint8_t *p = (const uint8_t *)job->in.p;
    uint64_t bit = job->start - job->first * 8 + MARK_BITS;
    size_t byte = (size_t)(bit / 8);
    uint64_t word;
    str rest;

    if (bit + 32 > (uint64_t)job->in_n * 8)
        return too_early(err);
    memcpy(&word, p + byte, 8);
    word = be64toh(word) << (bit & 7);
    if (word >> 32 != bz->sum)
        return damaged(err);
    byte = (size_t)((bit + 32 + 7) / 8);
    rest = str_sub((str){ job->in.p, job->in_n }, byte, job->in_n);
    if (is_zero(rest))
        return finish(bz, err);
    if (!read_header(bz, rest))
        return err_set(err, E_PARSE, "other bytes follow the bzip2 data");
    bz->at = (job->first + byte + 4) * 8;
    remove_head(bz);
    return 0;
}

/* The oldest job is the next block. */
static int take_block(struct bunzip *bz, struct err *err)
{
    struct job *job = job_at(bz, 0);
    int rc = 0;

    wait_for_head(bz);
    if (job->rc == BZ_MORE)
        rc = extend(bz, err);
    if (rc < 0)
        return rc;
    if (job->rc == E_UNSUPPORTED)
        return err_set(err, E_UNSUPPORTED,
                       "bzip2 data of a kind that was given up in 1999");
    if (job->rc < 0 || job->size > bz->level * BZ_LEVEL_SIZE)
        return damaged(err);
    bz->sum = (bz->sum << 1 | bz->sum >> 31) ^ job->crc;
    bz->at = job->end;
    return 0;
}

/* Makes the oldest job the block to give out next. */
static int next_block(struct bunzip *bz, struct err *err)
{
    int rc = bz->started ? 0 : start(bz, err);

    while (rc == 0 && !bz->finished) {
        const struct job *job;

        rc = cut(bz, err);
        if (rc < 0)
            return rc;
        if (bz->count == 0)
            return too_early(err);
        job = job_at(bz, 0);
        if (job->start > bz->at)
            return damaged(err);
        if (job->start == bz->at && !job->is_end)
            return take_block(bz, err);
        if (job->start == bz->at) {
            rc = end_stream(bz, err);
        } else {
            wait_for_head(bz); /* a mark inside a block: no job */
            remove_head(bz);
        }
    }
    return rc;
}

static int give(struct job *job, uint8_t *out, size_t size, size_t *out_n,
                struct err *err)
{
    size_t n = job->text_n - job->text_at;

    if (n == 0 && job->rest != NULL) {
        int rc = bz_block_text(job->rest, out, size, out_n);

        return rc < 0 ? damaged(err) : 0;
    }
    if (n > size)
        n = size;
    memcpy(out, job->text + job->text_at, n);
    job->text_at += n;
    *out_n = n;
    return 0;
}

int bunzip_read(struct bunzip *bz, uint8_t *out, size_t size, size_t *out_n,
                struct err *err)
{
    int rc = 0;

    *out_n = 0;
    while (rc == 0 && *out_n == 0 && !bz->finished) {
        if (bz->open) {
            rc = give(job_at(bz, 0), out, size, out_n, err);
            if (rc < 0 || *out_n > 0)
                return rc;
            bz->open = false;
            remove_head(bz);
        }
        rc = next_block(bz, err);
        bz->open = rc == 0 && !bz->finished;
    }
    return rc;
}
