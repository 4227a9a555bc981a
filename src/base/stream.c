/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/ahead_int.h"
#include "base/bunzip_int.h"
#include "base/codec_int.h"
#include "base/digest.h"
#include "base/mem.h"

enum {
    INPUT_SIZE = 128 * 1024,
    AHEAD_FROM = 256 * 1024, /* bytes of output that need no other thread */
    BOMB_FROM = 128 << 20,   /* bytes of output from which on an archive */
    BOMB_RATIO = 200,        /* may not have grown more than so many times */
};

/* Errors are made without the name; stream_read() puts it before them. */
struct stream {
    char *name;
    uint64_t limit;
    uint64_t given;        /* bytes of output so far */
    uint64_t total;        /* size of the file, 0 unknown */
    _Atomic uint64_t used; /* bytes of the file given to the decoder */
    int fd;                /* -1: memory */
    bool regular;          /* reading does not wait for others */
    const uint8_t *in;     /* bytes taken in, not yet used */
    size_t in_n;
    bool in_end; /* nothing follows them */
    uint8_t *buffer;
    struct bunzip *bunzip;     /* for bzip2; */
    const struct codec *codec; /* the others; both NULL: as it is */
    void *state;
    bool in_member; /* between the start and the end of one */
    struct ahead *ahead;
    bool ahead_tried;
    uint8_t *peeked; /* read, but not taken yet */
    size_t peek_at;
    size_t peek_n;
    struct err error; /* the first one, given again by every read */
    bool digested;
    struct digest digest;
    stream_watch_fn *watch;
    void *watch_ctx;
};

static const struct codec *const codecs[] = {
    &codec_gzip,
    &codec_xz,
    &codec_zstd,
};

static int read_some(struct stream *s, void *p, size_t n, size_t *out_n,
                     struct err *err)
{
    for (;;) {
        struct pollfd ready = { .fd = s->fd, .events = POLLIN };
        ssize_t got = read(s->fd, p, n);

        if (got >= 0) {
            s->in_end = got == 0;
            *out_n = (size_t)got;
            return 0;
        }
        if (errno == EAGAIN && poll(&ready, 1, -1) >= 0)
            continue;
        if (errno != EINTR)
            return err_errno(err, errno, "cannot read");
    }
}

/* Takes more of the file in behind what is there. */
static int fill(struct stream *s, struct err *err)
{
    size_t got = 0;
    int rc;

    if (s->in_end)
        return 0;
    if (s->in_n > 0)
        memmove(s->buffer, s->in, s->in_n);
    s->in = s->buffer;
    rc = read_some(s, s->buffer + s->in_n, INPUT_SIZE - s->in_n, &got, err);
    s->in_n += got;
    return rc;
}

/* As it is in the file. */
static int read_plain(void *ctx, uint8_t *out, size_t size, size_t *out_n,
                      struct err *err)
{
    struct stream *s = ctx;
    int rc = 0;

    *out_n = 0;
    if (s->in_n > 0) {
        size_t n = size < s->in_n ? size : s->in_n;

        memcpy(out, s->in, n);
        s->in += n;
        s->in_n -= n;
        *out_n = n;
    } else if (!s->in_end) {
        rc = read_some(s, out, size, out_n, err);
    }
    s->used += *out_n;
    return rc;
}

static bool is_bzip2(str head)
{
    return head.n >= 4 && str_starts(head, STR("BZh")) && head.p[3] >= '1' &&
           head.p[3] <= '9';
}

static int choose_codec(struct stream *s, struct err *err)
{
    str head;

    while (s->in_n < CODEC_MAGIC_MAX && !s->in_end) {
        int rc = fill(s, err);

        if (rc < 0)
            return err_wrap(err, rc, "%s", s->name);
    }
    head = (str){ (const char *)s->in, s->in_n };
    if (is_bzip2(head))
        s->bunzip = bunzip_new((struct bunzip_input){ read_plain, s });
    for (size_t i = 0; i < COUNT(codecs) && s->codec == NULL; i++)
        if (codecs[i]->detect(head))
            s->codec = codecs[i];
    return 0;
}

static struct stream *new_stream(const char *name,
                                 const struct stream_limits *limits)
{
    struct stream *s = mem_alloc(1, sizeof(*s));
    size_t n = strlen(name) + 1;

    s->name = memcpy(mem_alloc(n, 1), name, n);
    s->limit = limits == NULL ? STREAM_LIMITS.bytes : limits->bytes;
    s->fd = -1;
    return s;
}

static bool is_anonymous_pipe(int fd)
{
    struct statfs fs;

    return fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC;
}

/* The kind is asked before opening, because opening some devices acts on
 * them, and after, because the name may mean another file by then. A FIFO
 * could make us wait for ever; a pipe that the shell made, /dev/fd/63, has a
 * writer. */
static int open_path(struct stream *s, const char *path, struct err *err)
{
    enum {
        FLAGS = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
    };
    struct stat st;

    if (stat(path, &st) < 0)
        return err_errno(err, errno, "%s", path);
    if (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode)) {
        s->fd = open(path, FLAGS);
        if (s->fd < 0 || fstat(s->fd, &st) < 0)
            return err_errno(err, errno, "%s", path);
    }
    if (S_ISREG(st.st_mode)) {
        s->total = st.st_size > 0 ? (uint64_t)st.st_size : 0;
        s->regular = true;
        return 0;
    }
    if (S_ISFIFO(st.st_mode) && is_anonymous_pipe(s->fd) &&
        fcntl(s->fd, F_SETFL, 0) == 0)
        return 0;
    return err_set(err, E_INVALID, "%s: is neither a regular file nor a pipe",
                   path);
}

static int open_standard_input(struct stream *s, struct err *err)
{
    struct stat st;

    s->fd = STDIN_FILENO;
    if (fstat(s->fd, &st) < 0)
        return err_errno(err, errno, "%s", s->name);
    if (S_ISDIR(st.st_mode) || S_ISBLK(st.st_mode))
        return err_set(err, E_INVALID,
                       "%s: is neither a regular file nor a pipe", s->name);
    s->regular = S_ISREG(st.st_mode);
    if (s->regular && st.st_size > 0)
        s->total = (uint64_t)st.st_size;
    return 0;
}

int stream_open(const char *path, const struct stream_limits *limits,
                struct stream **out, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    AUTO(stream_freep) struct stream *s = NULL;
    int rc;

    s = new_stream(standard ? "standard input" : path, limits);
    rc = standard ? open_standard_input(s, err) : open_path(s, path, err);
    if (rc < 0)
        return rc;
    s->buffer = mem_alloc(INPUT_SIZE, 1);
    rc = choose_codec(s, err);
    if (rc < 0)
        return rc;
    *out = TAKE(s);
    return 0;
}

int stream_open_memory(str bytes, const char *name,
                       const struct stream_limits *limits, struct stream **out,
                       struct err *err)
{
    AUTO(stream_freep) struct stream *s = new_stream(name, limits);
    int rc;

    s->in = (const uint8_t *)bytes.p;
    s->in_n = bytes.n;
    s->in_end = true;
    s->total = bytes.n;
    s->regular = true;
    rc = choose_codec(s, err);
    if (rc < 0)
        return rc;
    *out = TAKE(s);
    return 0;
}

/* Behind the last member there may be zeroes, as tapes and pages pad. Sets
 * *out_more when another member follows. */
static int next_member(struct stream *s, bool *out_more, struct err *err)
{
    bool padded = false;
    int rc = 0;

    while (rc == 0) {
        while (s->in_n > 0 && s->in[0] == 0) {
            s->in++;
            s->in_n--;
            padded = true;
        }
        if (s->in_n > 0 || s->in_end)
            break;
        rc = fill(s, err);
    }
    if (rc < 0)
        return rc;
    while (s->in_n > 0 && s->in_n < CODEC_MAGIC_MAX && !s->in_end) {
        rc = fill(s, err);
        if (rc < 0)
            return rc;
    }
    *out_more = s->in_n > 0;
    if (s->in_n > 0 &&
        (padded || !s->codec->detect((str){ (const char *)s->in, s->in_n })))
        return err_set(err, E_PARSE, "other bytes follow the %s data",
                       s->codec->name);
    return 0;
}

/* One step of the decoder: *out_n bytes, which may be 0; *out_end when there
 * is nothing more to come. */
static int decode(struct stream *s, uint8_t *out, size_t size, size_t *out_n,
                  bool *out_end, struct err *err)
{
    struct codec_io io = { s->in, s->in_n, out, size };
    size_t before = s->in_n;
    int rc = s->codec->run(s->state, &io, err);

    if (rc < 0)
        return rc;
    s->used += s->in_n - io.in_n;
    s->in = io.in;
    s->in_n = io.in_n;
    *out_n = size - io.out_n;
    if (rc == CODEC_END) {
        bool more = false;

        s->in_member = false;
        rc = next_member(s, &more, err);
        *out_end = !more;
        return rc;
    }
    if (*out_n > 0 || s->in_n < before)
        return 0;
    if (s->in_end)
        return err_set(err, E_PARSE, "the %s data ends too early",
                       s->codec->name);
    return fill(s, err);
}

static int read_decoded(void *ctx, uint8_t *out, size_t size, size_t *out_n,
                        struct err *err)
{
    struct stream *s = ctx;
    bool end = false;
    size_t n = 0;

    while (n == 0 && !end && (s->in_member || s->in_n > 0 || !s->in_end)) {
        int rc = 0;

        if (!s->in_member)
            rc = s->codec->start(&s->state, err);
        if (rc < 0)
            return rc;
        s->in_member = true;
        rc = decode(s, out, size, &n, &end, err);
        if (rc < 0)
            return rc;
    }
    *out_n = n;
    return 0;
}

/* Long texts are decompressed in another thread; but not what comes through
 * a pipe, for which that thread could wait for ever. */
static int read_unbounded(struct stream *s, uint8_t *out, size_t size,
                          size_t *out_n, struct err *err)
{
    if (s->bunzip != NULL)
        return bunzip_read(s->bunzip, out, size, out_n, err);
    if (s->codec == NULL)
        return read_plain(s, out, size, out_n, err);
    if (s->given >= AHEAD_FROM && s->regular && !s->ahead_tried) {
        s->ahead = ahead_new((struct ahead_source){ read_decoded, s });
        s->ahead_tried = true;
    }
    if (s->ahead != NULL)
        return ahead_read(s->ahead, out, size, out_n, err);
    return read_decoded(s, out, size, out_n, err);
}

static int read_bounded(struct stream *s, uint8_t *out, size_t size,
                        size_t *out_n, struct err *err)
{
    uint64_t left = s->limit - s->given;
    bool plain = s->codec == NULL && s->bunzip == NULL;
    size_t n = 0;
    int rc;

    /* One byte more than is allowed tells whether there is one. */
    if (left < SIZE_MAX && size > left + 1)
        size = (size_t)left + 1;
    rc = read_unbounded(s, out, size, &n, err);
    if (rc < 0)
        return rc;
    if (n > left)
        return err_set(err, E_LIMIT, "is larger than %llu bytes%s",
                       (unsigned long long)s->limit,
                       plain ? "" : " when decompressed");
    if (!plain && s->given + n > BOMB_FROM &&
        (s->given + n) / BOMB_RATIO > s->used)
        return err_set(err, E_LIMIT,
                       "grows to more than %d times its size when decompressed",
                       BOMB_RATIO);
    s->given += n;
    *out_n = n;
    return 0;
}

static size_t read_peeked(struct stream *s, void *bytes, size_t size)
{
    size_t n = s->peek_n - s->peek_at;

    n = size < n ? size : n;
    memcpy(bytes, s->peeked + s->peek_at, n);
    s->peek_at += n;
    if (s->digested)
        digest_add(&s->digest, bytes, n);
    return n;
}

/* An error is kept for stream_read(), behind the bytes before it. */
int stream_peek(struct stream *s, str *out, struct err *err)
{
    size_t got = 1;

    if (s->peeked == NULL)
        s->peeked = mem_alloc(STREAM_PEEK_MAX, 1);
    memmove(s->peeked, s->peeked + s->peek_at, s->peek_n - s->peek_at);
    s->peek_n -= s->peek_at;
    s->peek_at = 0;
    while (s->error.code == 0 && got > 0 && s->peek_n < STREAM_PEEK_MAX) {
        int rc = read_bounded(s, s->peeked + s->peek_n,
                              STREAM_PEEK_MAX - s->peek_n, &got, &s->error);

        if (rc < 0)
            err_wrap(&s->error, rc, "%s", s->name);
        s->peek_n += rc < 0 ? 0 : got;
    }
    if (s->error.code != 0 && s->peek_n == 0) {
        if (err != NULL)
            *err = s->error;
        return s->error.code;
    }
    *out = (str){ (const char *)s->peeked, s->peek_n };
    return 0;
}

int stream_read(struct stream *s, void *bytes, size_t size, size_t *out_n,
                struct err *err)
{
    *out_n = 0;
    if (s->watch != NULL)
        s->watch(s->watch_ctx, s->used, s->total);
    if (s->peek_at < s->peek_n) {
        *out_n = read_peeked(s, bytes, size);
        return 0;
    }
    if (s->error.code == 0) {
        int rc = read_bounded(s, bytes, size, out_n, &s->error);

        if (rc == 0 && s->digested)
            digest_add(&s->digest, bytes, *out_n);
        if (rc == 0)
            return 0;
        err_wrap(&s->error, rc, "%s", s->name);
    }
    if (err != NULL)
        *err = s->error;
    return s->error.code;
}

const char *stream_name(const struct stream *s)
{
    return s->name;
}

uint64_t stream_bytes(const struct stream *s)
{
    return s->given;
}

void stream_digest(struct stream *s)
{
    digest_init(&s->digest, DIGEST_SHA256);
    s->digested = true;
}

bool stream_sha256(const struct stream *s, uint8_t out[32])
{
    struct digest copy = s->digest;
    uint8_t bytes[DIGEST_BYTES_MAX];

    if (!s->digested)
        return false;
    memcpy(out, bytes, digest_bytes(&copy, bytes));
    return true;
}

void stream_watch(struct stream *s, stream_watch_fn *fn, void *ctx)
{
    s->watch = fn;
    s->watch_ctx = ctx;
}

void stream_free(struct stream *s)
{
    if (s == NULL)
        return;
    ahead_free(s->ahead);
    bunzip_free(s->bunzip);
    if (s->codec != NULL)
        s->codec->free(s->state);
    if (s->fd > STDIN_FILENO)
        close(s->fd);
    mem_free(s->peeked);
    mem_free(s->buffer);
    mem_free(s->name);
    mem_free(s);
}

void stream_freep(struct stream **stream)
{
    stream_free(*stream);
    *stream = NULL;
}
