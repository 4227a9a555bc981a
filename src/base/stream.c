/* SPDX-License-Identifier: Apache-2.0 */
#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/codec_int.h"
#include "base/mem.h"

enum {
    INPUT_SIZE = 128 * 1024
};

struct stream {
    char *name;
    uint64_t limit;
    uint64_t given;    /* bytes of output so far */
    uint64_t taken;    /* bytes of the file so far */
    uint64_t total;    /* size of the file, 0 unknown */
    int fd;            /* -1: memory */
    const uint8_t *in; /* bytes taken in, not yet used */
    size_t in_n;
    bool in_end; /* nothing follows them */
    uint8_t *buffer;
    const struct codec *codec; /* NULL: as it is */
    void *state;
    bool in_member;   /* between the start and the end of one */
    struct err error; /* the first one, given again by every read */
};

static const struct codec *const codecs[] = {
    &codec_bzip2,
    &codec_gzip,
    &codec_xz,
    &codec_zstd,
};

static ssize_t read_some(int fd, void *p, size_t n)
{
    for (;;) {
        ssize_t got = read(fd, p, n);

        if (got >= 0 || (errno != EINTR && errno != EAGAIN))
            return got;
        if (errno == EAGAIN) {
            struct pollfd ready = { .fd = fd, .events = POLLIN };

            if (poll(&ready, 1, -1) < 0 && errno != EINTR)
                return -1;
        }
    }
}

/* Takes more of the file in behind what is there. */
static int fill(struct stream *s, struct err *err)
{
    ssize_t got;

    if (s->in_end)
        return 0;
    if (s->in_n > 0)
        memmove(s->buffer, s->in, s->in_n);
    s->in = s->buffer;
    got = read_some(s->fd, s->buffer + s->in_n, INPUT_SIZE - s->in_n);
    if (got < 0)
        return err_errno(err, errno, "%s", s->name);
    s->in_n += (size_t)got;
    s->taken += (uint64_t)got;
    s->in_end = got == 0;
    return 0;
}

static int choose_codec(struct stream *s, struct err *err)
{
    str head;

    while (s->in_n < CODEC_MAGIC_MAX && !s->in_end) {
        int rc = fill(s, err);

        if (rc < 0)
            return rc;
    }
    head = (str){ (const char *)s->in, s->in_n };
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
    if (S_ISREG(st.st_mode) && st.st_size > 0)
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
    s->total = s->taken = bytes.n;
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
        return err_set(err, E_PARSE, "%s: other bytes follow the %s data",
                       s->name, s->codec->name);
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
        return err_wrap(err, rc, "%s", s->name);
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
        return err_set(err, E_PARSE, "%s: the %s data ends too early", s->name,
                       s->codec->name);
    return fill(s, err);
}

static int read_decoded(struct stream *s, uint8_t *out, size_t size,
                        size_t *out_n, struct err *err)
{
    bool end = false;
    size_t n = 0;

    while (n == 0 && !end && (s->in_member || s->in_n > 0 || !s->in_end)) {
        int rc = 0;

        if (!s->in_member)
            rc = s->codec->start(&s->state, err);
        if (rc < 0)
            return err_wrap(err, rc, "%s", s->name);
        s->in_member = true;
        rc = decode(s, out, size, &n, &end, err);
        if (rc < 0)
            return rc;
    }
    *out_n = n;
    return 0;
}

static int read_plain(struct stream *s, uint8_t *out, size_t size,
                      size_t *out_n, struct err *err)
{
    ssize_t got;

    if (s->in_n > 0) {
        size_t n = size < s->in_n ? size : s->in_n;

        memcpy(out, s->in, n);
        s->in += n;
        s->in_n -= n;
        *out_n = n;
        return 0;
    }
    *out_n = 0;
    if (s->in_end)
        return 0;
    got = read_some(s->fd, out, size);
    if (got < 0)
        return err_errno(err, errno, "%s", s->name);
    s->taken += (uint64_t)got;
    s->in_end = got == 0;
    *out_n = (size_t)got;
    return 0;
}

static int read_bounded(struct stream *s, uint8_t *out, size_t size,
                        size_t *out_n, struct err *err)
{
    uint64_t left = s->limit - s->given;
    size_t n = 0;
    int rc;

    /* One byte more than is allowed tells whether there is one. */
    if (left < SIZE_MAX && size > left + 1)
        size = (size_t)left + 1;
    rc = s->codec == NULL ? read_plain(s, out, size, &n, err)
                          : read_decoded(s, out, size, &n, err);
    if (rc < 0)
        return rc;
    if (n > left)
        return err_set(err, E_LIMIT, "%s: is larger than %llu bytes%s", s->name,
                       (unsigned long long)s->limit,
                       s->codec == NULL ? "" : " when decompressed");
    s->given += n;
    *out_n = n;
    return 0;
}

int stream_read(struct stream *s, void *bytes, size_t size, size_t *out_n,
                struct err *err)
{
    *out_n = 0;
    if (s->error.code == 0 &&
        read_bounded(s, bytes, size, out_n, &s->error) == 0)
        return 0;
    if (s->error.code < 0 && err != NULL)
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

void stream_progress(const struct stream *s, uint64_t *out_done,
                     uint64_t *out_total)
{
    *out_done = s->taken - s->in_n;
    *out_total = s->total;
}

void stream_free(struct stream *s)
{
    if (s == NULL)
        return;
    if (s->codec != NULL)
        s->codec->free(s->state);
    if (s->fd > STDIN_FILENO)
        close(s->fd);
    mem_free(s->buffer);
    mem_free(s->name);
    mem_free(s);
}

void stream_freep(struct stream **stream)
{
    stream_free(*stream);
    *stream = NULL;
}
