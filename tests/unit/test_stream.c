/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <bzlib.h>
#include <fcntl.h>
#include <lzma.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/stream.h"

enum {
    TEXT_MAX = 80 << 20
};

static char dir[] = "/tmp/holdfast-stream-XXXXXX";

static int set_up(void **state UNUSED)
{
    return mkdtemp(dir) == NULL ? -1 : chdir(dir);
}

static int tear_down(void **state UNUSED)
{
    unlink("fifo");
    unlink("file");
    return rmdir(dir);
}

/* The archives are made by the libraries whose formats they are. */
static void pack_bzip2(str text, int level, struct buf *out)
{
    unsigned n = (unsigned)(text.n + text.n / 50 + 1000);
    char *p = buf_grow(out, n);

    assert_int_equal(BZ2_bzBuffToBuffCompress(p, &n,
                                              text.n == 0 ? p : (char *)text.p,
                                              (unsigned)text.n, level, 0, 0),
                     BZ_OK);
    out->n = (size_t)(p - out->p) + n;
}

static void pack_gzip(str text, int level, struct buf *out)
{
    z_stream z = { .next_in = (Bytef *)text.p, .avail_in = (uInt)text.n };
    size_t n = text.n + text.n / 50 + 1000;

    assert_int_equal(
        deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
        Z_OK);
    z.next_out = buf_grow(out, n);
    z.avail_out = (uInt)n;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->n -= z.avail_out;
    deflateEnd(&z);
}

static void pack_xz(str text, int level, struct buf *out)
{
    size_t n = text.n + text.n / 50 + 1000;
    size_t at = 0;
    uint8_t *p = buf_grow(out, n);

    assert_int_equal(lzma_easy_buffer_encode((uint32_t)level, LZMA_CHECK_CRC64,
                                             NULL, (const uint8_t *)text.p,
                                             text.n, p, &at, n),
                     LZMA_OK);
    out->n -= n - at;
}

static void pack_zstd(str text, int level, struct buf *out)
{
    size_t n = ZSTD_compressBound(text.n);
    char *p = buf_grow(out, n);
    size_t at = ZSTD_compress(p, n, text.p, text.n, level);

    assert_false(ZSTD_isError(at));
    out->n -= n - at;
}

static const struct {
    const char *name;
    void (*pack)(str text, int level, struct buf *out);
} formats[] = {
    { "bzip2", pack_bzip2 },
    { "gzip", pack_gzip },
    { "xz", pack_xz },
    { "zstd", pack_zstd },
};

static void run_of(struct buf *out, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_add_c(out, text);
}

static void noise(struct buf *out, size_t count, unsigned modulus)
{
    uint64_t x = 88172645463325252U;

    for (size_t i = 0; i < count; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        buf_add_char(out, (char)((x >> 20) % modulus));
    }
}

/* Texts that lie near what formats do: empty, one block, several, runs of
 * the lengths at which bzip2 counts, periods, and noise. */
static void make_text(unsigned kind, struct buf *out)
{
    buf_reset(out);
    switch (kind) {
    case 0:
        break;
    case 1:
        buf_add_c(out, "x");
        break;
    case 2:
        for (size_t i = 0; i < 600; i++) {
            run_of(out, "a", i);
            buf_add_c(out, i % 3 == 0 ? "b" : "cc");
        }
        break;
    case 3:
        run_of(out, "abcab", 200000);
        break;
    case 4:
        noise(out, 400000, 256);
        break;
    case 5:
        noise(out, 400000, 2);
        break;
    case 6:
        run_of(out, "a", 1000000);
        break;
    default:
        for (unsigned i = 0; i < 30000; i++)
            buf_printf(out, "<definition id=\"%u\" class=\"c\"/>\n", i * 7);
        break;
    }
}

enum {
    TEXTS = 8
};

static int read_all(str bytes, const struct stream_limits *limits,
                    struct buf *out, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc = stream_open_memory(bytes, "name", limits, &stream, err);
    size_t n = 1;

    buf_reset(out);
    while (rc == 0 && n > 0) {
        char piece[100000];

        rc = stream_read(stream, piece, sizeof(piece), &n, err);
        buf_add(out, (str){ piece, n });
    }
    if (rc == 0)
        assert_int_equal(stream_bytes(stream), out->n);
    return rc;
}

static void every_format_gives_its_text_back(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf archive = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf got = BUF(TEXT_MAX);

    for (unsigned kind = 0; kind < TEXTS; kind++) {
        make_text(kind, &text);
        for (size_t f = 0; f < COUNT(formats); f++) {
            for (int level = 1; level <= (f == 0 ? 9 : 1); level += 8) {
                struct err err = { 0 };

                buf_reset(&archive);
                formats[f].pack(buf_str(&text), level, &archive);
                assert_int_equal(read_all(buf_str(&archive), NULL, &got, &err),
                                 0);
                assert_true(str_eq(buf_str(&got), buf_str(&text)));
            }
        }
    }
}

static void archives_one_behind_the_other_are_one(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf archive = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf got = BUF(TEXT_MAX);

    make_text(7, &text);
    for (size_t f = 0; f < COUNT(formats); f++) {
        struct err err = { 0 };

        buf_reset(&archive);
        formats[f].pack(str_sub(buf_str(&text), 0, 10), 1, &archive);
        formats[f].pack(STR(""), 9, &archive);
        formats[f].pack(str_sub(buf_str(&text), 10, text.n), 3, &archive);
        if (read_all(buf_str(&archive), NULL, &got, &err) < 0)
            fail_msg("%s", err.text);
        assert_true(str_eq(buf_str(&got), buf_str(&text)));
        /* Zeroes may follow, other bytes may not. */
        memset(buf_grow(&archive, 5000), 0, 5000);
        assert_int_equal(read_all(buf_str(&archive), NULL, &got, &err), 0);
        assert_int_equal(got.n, text.n);
        buf_add_c(&archive, "x");
        assert_int_equal(read_all(buf_str(&archive), NULL, &got, &err),
                         E_PARSE);
        assert_non_null(strstr(err.text, "name: other bytes follow the "));
    }
}

static void a_truncated_archive_is_an_error(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf archive = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf got = BUF(TEXT_MAX);

    make_text(7, &text);
    for (size_t f = 0; f < COUNT(formats); f++) {
        buf_reset(&archive);
        formats[f].pack(buf_str(&text), 1, &archive);
        for (size_t n = 6; n < archive.n; n += archive.n / 12 + 1) {
            struct err err = { 0 };
            char wanted[64];

            snprintf(wanted, sizeof(wanted), "name: the %s data ends too early",
                     formats[f].name);
            assert_int_equal(read_all((str){ archive.p, n }, NULL, &got, &err),
                             E_PARSE);
            assert_string_equal(err.text, wanted);
        }
    }
}

static void a_damaged_archive_is_an_error(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf archive = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf got = BUF(TEXT_MAX);

    make_text(7, &text);
    for (size_t f = 0; f < COUNT(formats); f++) {
        buf_reset(&archive);
        formats[f].pack(buf_str(&text), 1, &archive);
        for (size_t i = 1; i < 12; i++) {
            size_t at = archive.n * i / 12;
            struct err err = { 0 };

            archive.p[at] ^= 0x10;
            /* Gzip's header has bytes that nothing checks; and zstd without
             * a checksum can take other literals. */
            if (read_all(buf_str(&archive), NULL, &got, &err) < 0)
                assert_int_equal(strncmp(err.text, "name: ", 6), 0);
            else
                assert_true(f == 3);
            archive.p[at] ^= 0x10;
        }
    }
}

static void output_is_limited(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf archive = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf got = BUF(TEXT_MAX);

    run_of(&text, "0123456789", 1000000);
    for (size_t f = 0; f < COUNT(formats); f++) {
        struct stream_limits limits = { text.n };
        struct err err = { 0 };

        buf_reset(&archive);
        formats[f].pack(buf_str(&text), 1, &archive);
        assert_int_equal(read_all(buf_str(&archive), &limits, &got, &err), 0);
        limits.bytes--;
        assert_int_equal(read_all(buf_str(&archive), &limits, &got, &err),
                         E_LIMIT);
        assert_string_equal(err.text, "name: is larger than 9999999 bytes "
                                      "when decompressed");
    }
    assert_int_equal(
        read_all(STR("abc"), &(struct stream_limits){ 3 }, &got, NULL), 0);
    assert_int_equal(
        read_all(STR("abcd"), &(struct stream_limits){ 3 }, &got, NULL),
        E_LIMIT);
}

/* 200 MB of zeroes are less than a kilobyte of bzip2. */
static void a_bomb_is_refused_soon(void **state UNUSED)
{
    AUTO(buf_clear) struct buf zeroes = BUF(TEXT_MAX);
    AUTO(buf_clear) struct buf archive = BUF(TEXT_MAX);

    memset(buf_grow(&zeroes, 10000000), 0, 10000000);
    for (size_t f = 0; f < COUNT(formats); f++) {
        AUTO(stream_freep) struct stream *stream = NULL;
        struct err err = { 0 };
        size_t n = 1;
        int rc;

        buf_reset(&archive);
        formats[f].pack(buf_str(&zeroes), 1, &archive);
        n = archive.n;
        for (int i = 0; i < 19; i++) {
            char *copy = buf_grow(&archive, n);

            memcpy(copy, archive.p, n);
        }
        rc = stream_open_memory(buf_str(&archive), "bomb", NULL, &stream, NULL);
        while (rc == 0 && n > 0) {
            static char piece[1 << 20];

            rc = stream_read(stream, piece, sizeof(piece), &n, &err);
        }
        assert_int_equal(rc, E_LIMIT);
        assert_string_equal(err.text, "bomb: grows to more than 200 times its "
                                      "size when decompressed");
        assert_true(stream_bytes(stream) <= (128 << 20));
    }
}

static void what_has_no_magic_is_given_as_it_is(void **state UNUSED)
{
    static const str texts[] = {
        { "", 0 },
        { "B", 1 },
        { "BZh", 3 },
        { "BZh0", 4 },
        { "\x1F", 1 },
        { "\xFD"
          "7zXZ",
          5 },
        { "<a/>", 4 },
        { "\0\0\0\0\0\0\0", 7 },
    };
    AUTO(buf_clear) struct buf got = BUF(100);

    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(read_all(texts[i], NULL, &got, NULL), 0);
        assert_true(str_eq(buf_str(&got), texts[i]));
    }
}

static void only_files_and_pipes_are_read(void **state UNUSED)
{
    static const struct {
        const char *path;
        int rc;
    } cases[] = {
        { "fifo", E_INVALID }, { "/dev/zero", E_INVALID },
        { ".", E_INVALID },    { "absent", E_ABSENT },
        { "file", 0 },
    };
    struct stream *stream = NULL;
    int ends[2];
    char name[32];
    char byte;
    size_t n;

    assert_int_equal(mkfifo("fifo", 0600), 0);
    assert_int_equal(close(open("file", O_CREAT | O_WRONLY, 0600)), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = { 0 };

        assert_int_equal(stream_open(cases[i].path, NULL, &stream, &err),
                         cases[i].rc);
        if (cases[i].rc < 0)
            assert_int_equal(
                strncmp(err.text, cases[i].path, strlen(cases[i].path)), 0);
    }
    stream_free(stream);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    close(ends[1]);
    snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
    assert_int_equal(stream_open(name, NULL, &stream, NULL), 0);
    assert_int_equal(stream_read(stream, &byte, 1, &n, NULL), 0);
    assert_int_equal(n, 1);
    assert_int_equal(stream_read(stream, &byte, 1, &n, NULL), 0);
    assert_int_equal(n, 0);
    stream_free(stream);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_gives_its_text_back),
        cmocka_unit_test(archives_one_behind_the_other_are_one),
        cmocka_unit_test(a_truncated_archive_is_an_error),
        cmocka_unit_test(a_damaged_archive_is_an_error),
        cmocka_unit_test(output_is_limited),
        cmocka_unit_test(a_bomb_is_refused_soon),
        cmocka_unit_test(what_has_no_magic_is_given_as_it_is),
        cmocka_unit_test(only_files_and_pipes_are_read),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
