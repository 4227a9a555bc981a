/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum {
    READ_MIN = 4096,
    OUT_BUFFER = 64 * 1024,
    TEMP_TRIES = 100,
};

struct io_out {
    int fd;
    bool borrowed;    /* the descriptor is another's */
    char *name;       /* for messages */
    char *path;       /* the file to replace, symbolic links resolved */
    char *temp;       /* beside it; NULL once it is in place */
    size_t n;         /* bytes in buffer */
    struct err error; /* the first one; code 0: none */
    char buffer[OUT_BUFFER];
};

static int refuse_kind(const char *path, struct err *err)
{
    return err_set(err, E_INVALID, "%s: is not a regular file", path);
}

/* The kind is looked at before opening, because opening some devices acts on
 * them, and again after, because the name may mean another file by then. */
static int open_regular(int dirfd, const char *path, int *out_fd,
                        size_t *out_size, struct err *err)
{
    struct stat st;
    int fd;

    if (fstatat(dirfd, path, &st, 0) < 0)
        return err_errno(err, errno, "%s", path);
    if (!S_ISREG(st.st_mode))
        return refuse_kind(path, err);
    fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return err_errno(err, errno, "%s", path);
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return refuse_kind(path, err);
    }
    *out_fd = fd;
    *out_size = st.st_size > 0 ? (size_t)st.st_size : 0;
    return 0;
}

/* Appends what one read gives; *out_n == 0 is the end. The size that stat
 * told is a hint only: the file may grow, and in /proc it is 0. */
static int read_piece(int fd, const char *path, size_t hint, struct buf *buf,
                      size_t *out_n, struct err *err)
{
    size_t room = buf->limit - buf->n;
    size_t want = hint < READ_MIN ? READ_MIN : hint;
    char probe;
    char *at;
    ssize_t n;

    if (want > room)
        want = room;
    at = want == 0 ? &probe : buf_grow(buf, want);
    do
        n = read(fd, at, want == 0 ? 1 : want);
    while (n < 0 && errno == EINTR);
    buf->n -= want;
    if (n < 0)
        return err_errno(err, errno, "%s", path);
    if (want == 0 && n > 0)
        return err_set(err, E_LIMIT, "%s: is larger than %zu bytes", path,
                       buf->limit);
    buf->n += (size_t)n;
    *out_n = (size_t)n;
    return 0;
}

int io_read_file(int dirfd, const char *path, struct buf *buf, struct err *err)
{
    size_t before = buf->n;
    size_t size = 0;
    size_t n = 0;
    int fd = -1;
    int rc;

    rc = open_regular(dirfd, path, &fd, &size, err);
    if (rc < 0)
        return rc;
    do {
        size_t got = buf->n - before;

        rc =
            read_piece(fd, path, size > got ? size - got + 1 : 0, buf, &n, err);
    } while (rc == 0 && n > 0);
    close(fd);
    if (rc < 0)
        buf->n = before;
    return rc;
}

int io_map_fd(int fd, const char *name, size_t least, size_t most, str *out,
              struct err *err)
{
    struct stat st;
    void *p;

    if (fstat(fd, &st) < 0)
        return err_errno(err, errno, "%s", name);
    if (!S_ISREG(st.st_mode))
        return refuse_kind(name, err);
    if (st.st_size <= 0 || (size_t)st.st_size < least)
        return err_set(err, E_CORRUPT, "%s is truncated", name);
    if ((size_t)st.st_size > most)
        return err_set(err, E_LIMIT, "%s is larger than %zu bytes", name, most);
    p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        return err_errno(err, errno, "%s", name);
    *out = (str){ p, (size_t)st.st_size };
    return 0;
}

int io_map(const char *path, size_t least, size_t most, str *out,
           struct err *err)
{
    size_t size;
    int fd = -1;
    int rc = open_regular(AT_FDCWD, path, &fd, &size, err);

    if (rc < 0)
        return rc;
    rc = io_map_fd(fd, path, least, most, out, err);
    close(fd);
    return rc;
}

void io_unmap(str bytes)
{
    if (bytes.p != NULL)
        munmap((void *)(uintptr_t)bytes.p, bytes.n);
}

static char *copy(const char *text)
{
    size_t n = strlen(text) + 1;

    return memcpy(mem_alloc(n, 1), text, n);
}

/* A name beside path that nobody can guess. */
static char *temp_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t dir = slash == NULL ? 0 : (size_t)(slash - path) + 1;
    size_t size = strlen(path) + 32;
    char *temp = mem_alloc(size, 1);
    uint64_t number = 0;

    if (getrandom(&number, sizeof(number), 0) != sizeof(number))
        number ^= (uint64_t)time(NULL) << 20 ^ (uint64_t)getpid();
    snprintf(temp, size, "%.*s.%.200s.%016llx", (int)dir, path, path + dir,
             (unsigned long long)number);
    return temp;
}

char *io_program_dir(void)
{
    const char *started = (const char *)(uintptr_t)getauxval(AT_EXECFN);
    char *real = realpath("/proc/self/exe", NULL);
    char *slash;
    char *dir;

    if (real == NULL && started != NULL)
        real = realpath(started, NULL);
    slash = real == NULL ? NULL : strrchr(real, '/');
    if (slash != NULL)
        *slash = '\0';
    dir = slash == NULL ? NULL : copy(real);
    free(real); /* of realpath(), not of mem_alloc() */
    return dir;
}

static int open_temp(struct io_out *out, struct err *err)
{
    enum {
        FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    };

    for (int i = 0; i < TEMP_TRIES; i++) {
        mem_free(out->temp);
        out->temp = temp_name(out->path);
        out->fd = open(out->temp, FLAGS, 0666);
        if (out->fd >= 0 || errno != EEXIST)
            break;
    }
    if (out->fd >= 0)
        return 0;
    mem_freep(&out->temp);
    return err_errno(err, errno, "%s: cannot create", out->name);
}

/* What replaces a file is not open to more people than the file was. */
static int open_replacement(struct io_out *out, const struct stat *old,
                            struct err *err)
{
    int rc = open_temp(out, err);

    if (rc == 0 && fchmod(out->fd, old->st_mode & 0777) < 0)
        return err_errno(err, errno, "%s: cannot set its mode", out->name);
    return rc;
}

static int open_target(struct io_out *out, const char *path, struct err *err)
{
    struct stat st;
    char *real;

    if (path[0] == '\0')
        return err_set(err, E_INVALID, "the name of the output is empty");
    if (stat(path, &st) < 0) {
        if (errno != ENOENT)
            return err_errno(err, errno, "%s", path);
        out->path = copy(path);
        return open_temp(out, err);
    }
    if (S_ISREG(st.st_mode)) {
        real = realpath(path, NULL);
        if (real == NULL)
            return err_errno(err, errno, "%s", path);
        out->path = copy(real);
        free(real);
        return open_replacement(out, &st, err);
    }
    if (!S_ISCHR(st.st_mode) && !S_ISFIFO(st.st_mode))
        return refuse_kind(path, err);
    out->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    return out->fd < 0 ? err_errno(err, errno, "%s", path) : 0;
}

int io_out_open(const char *path, struct io_out **out, struct err *err)
{
    AUTO(io_out_freep) struct io_out *o = mem_alloc(1, sizeof(*o));
    int rc = 0;

    o->fd = -1;
    if (strcmp(path, "-") == 0) {
        o->name = copy("standard output");
        o->fd = STDOUT_FILENO;
        o->borrowed = true;
    } else {
        o->name = copy(path);
        rc = open_target(o, path, err);
    }
    if (rc < 0)
        return rc;
    *out = TAKE(o);
    return 0;
}

/* A reader that went away is an error to report, not a signal to die of: the
 * signal is held back while we write and taken off if it came from us. */
static ssize_t write_quietly(int fd, const char *p, size_t n)
{
    const struct timespec now = { 0, 0 };
    sigset_t pipe_set;
    sigset_t pending;
    sigset_t old;
    ssize_t done;
    int number;

    sigemptyset(&pipe_set);
    sigaddset(&pipe_set, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe_set, &old);
    done = write(fd, p, n);
    number = errno;
    if (done < 0 && number == EPIPE && !sigismember(&pending, SIGPIPE))
        while (sigtimedwait(&pipe_set, NULL, &now) < 0 && errno == EINTR)
            continue;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    errno = number;
    return done;
}

static void write_all(struct io_out *out, const char *p, size_t n)
{
    while (n > 0 && out->error.code == 0) {
        ssize_t done = write_quietly(out->fd, p, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0) {
            err_errno(&out->error, errno, "%s: cannot write", out->name);
            return;
        }
        p += done;
        n -= (size_t)done;
    }
}

static void flush(struct io_out *out)
{
    write_all(out, out->buffer, out->n);
    out->n = 0;
}

void io_out_write(struct io_out *out, str bytes)
{
    if (bytes.n > sizeof(out->buffer) - out->n)
        flush(out);
    if (bytes.n > sizeof(out->buffer)) {
        write_all(out, bytes.p, bytes.n);
    } else if (bytes.n > 0) {
        memcpy(out->buffer + out->n, bytes.p, bytes.n);
        out->n += bytes.n;
    }
}

void io_out_printf(struct io_out *out, const char *format, ...)
{
    AUTO(buf_clear) struct buf text = BUF(SIZE_MAX / 2);
    va_list args;
    char *at;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n <= 0)
        return;
    at = buf_grow(&text, (size_t)n + 1);
    va_start(args, format);
    vsnprintf(at, (size_t)n + 1, format, args);
    va_end(args);
    io_out_write(out, (str){ at, (size_t)n });
}

/* The name must last too, but a file system that cannot sync a directory has
 * done all it can. */
static void sync_directory(const char *path)
{
    AUTO(mem_freep) char *dir = copy(path);
    char *slash = strrchr(dir, '/');
    int fd;

    if (slash != NULL)
        slash[1] = '\0';
    fd = open(slash == NULL ? "." : dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

struct io_out *io_out_fd(int fd, const char *name)
{
    struct io_out *out = mem_alloc(1, sizeof(*out));

    out->fd = fd;
    out->borrowed = true;
    out->name = copy(name);
    return out;
}

int io_out_finish(struct io_out *out, struct err *err)
{
    struct err *e = &out->error;

    flush(out);
    if (out->temp != NULL && e->code == 0 && fsync(out->fd) < 0)
        err_errno(e, errno, "%s: cannot write", out->name);
    if (!out->borrowed && out->fd >= 0) {
        if (close(out->fd) < 0 && e->code == 0)
            err_errno(e, errno, "%s: cannot write", out->name);
        out->fd = -1;
    }
    if (out->temp != NULL && e->code == 0) {
        if (rename(out->temp, out->path) < 0) {
            err_errno(e, errno, "%s: cannot put in place", out->name);
        } else {
            mem_freep(&out->temp);
            sync_directory(out->path);
        }
    }
    if (e->code < 0 && err != NULL)
        *err = *e;
    return e->code;
}

void io_out_free(struct io_out *out)
{
    if (out == NULL)
        return;
    if (out->fd >= 0 && !out->borrowed)
        close(out->fd);
    if (out->temp != NULL)
        unlink(out->temp);
    mem_free(out->temp);
    mem_free(out->path);
    mem_free(out->name);
    mem_free(out);
}

void io_out_freep(struct io_out **out)
{
    io_out_free(*out);
    *out = NULL;
}
