/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

static char dir[] = "/tmp/holdfast-io-XXXXXX";
static int dirfd_;

static int set_up(void **state UNUSED)
{
    if (mkdtemp(dir) == NULL)
        return -1;
    dirfd_ = open(dir, O_RDONLY | O_DIRECTORY);
    return dirfd_ < 0 ? -1 : chdir(dir);
}

static int tear_down(void **state UNUSED)
{
    static const char *const names[] = {
        "a", "f", "link", "fifo", "big", "d/x"
    };

    for (size_t i = 0; i < COUNT(names); i++)
        unlinkat(dirfd_, names[i], 0);
    unlinkat(dirfd_, "d", AT_REMOVEDIR);
    close(dirfd_);
    return rmdir(dir);
}

static void put(const char *name, const char *text)
{
    AUTO(io_out_freep) struct io_out *out = NULL;

    assert_int_equal(io_out_open(name, &out, NULL), 0);
    io_out_write(out, str_c(text));
    assert_int_equal(io_out_finish(out, NULL), 0);
}

static void assert_text(const char *name, const char *text)
{
    AUTO(buf_clear) struct buf got = BUF(1 << 20);

    assert_int_equal(io_read_file(dirfd_, name, &got, NULL), 0);
    assert_true(str_eq_c(buf_str(&got), text));
}

static void a_file_is_written_whole_or_not_at_all(void **state UNUSED)
{
    AUTO(io_out_freep) struct io_out *out = NULL;

    put("a", "old");
    assert_text("a", "old");
    assert_int_equal(io_out_open("a", &out, NULL), 0);
    io_out_printf(out, "%s %d", "new", 2);
    assert_text("a", "old");
    io_out_free(TAKE(out));
    assert_text("a", "old");
    assert_int_equal(io_out_open("a", &out, NULL), 0);
    io_out_printf(out, "%s %d", "new", 2);
    assert_int_equal(io_out_finish(out, NULL), 0);
    assert_text("a", "new 2");
}

static void a_file_stays_as_closed_as_it_was(void **state UNUSED)
{
    struct io_out *out = NULL;
    struct stat st;

    put("f", "old");
    assert_int_equal(chmod("f", 0600), 0);
    assert_int_equal(io_out_open("f", &out, NULL), 0);
    io_out_write(out, STR("new"));
    assert_int_equal(io_out_finish(out, NULL), 0);
    io_out_free(out);
    assert_text("f", "new");
    assert_int_equal(stat("f", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_symbolic_link_stays_one(void **state UNUSED)
{
    struct stat st;

    put("a", "old");
    assert_int_equal(symlink("a", "link"), 0);
    put("link", "through");
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_text("a", "through");
}

static void a_full_disk_is_reported(void **state UNUSED)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct err err = { 0 };

    assert_int_equal(io_out_open("/dev/full", &out, &err), 0);
    io_out_write(out, STR("x"));
    assert_int_equal(io_out_finish(out, &err), E_IO);
    assert_string_equal(err.text, "/dev/full: cannot write: "
                                  "No space left on device");
    io_out_free(TAKE(out));
    assert_int_equal(access("/dev/full", F_OK), 0);
}

static void a_reader_that_went_away_is_an_error(void **state UNUSED)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int old = dup(STDOUT_FILENO);
    struct err err = { 0 };
    int ends[2];
    int rc;

    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    fflush(stdout);
    dup2(ends[1], STDOUT_FILENO);
    rc = io_out_open("-", &out, &err);
    if (rc == 0) {
        for (int i = 0; i < 100000; i++)
            io_out_write(out, STR("0123456789"));
        rc = io_out_finish(out, &err);
    }
    dup2(old, STDOUT_FILENO);
    close(old);
    close(ends[1]);
    assert_int_equal(rc, E_IO);
    assert_string_equal(err.text, "standard output: cannot write: Broken pipe");
}

static void what_cannot_be_written_is_refused(void **state UNUSED)
{
    static const struct {
        const char *path;
        int rc;
    } cases[] = {
        { ".", E_INVALID },
        { "absent/a", E_ABSENT },
        { "a/b", E_ABSENT },
        { "", E_INVALID },
    };
    struct io_out *out = NULL;

    put("a", "x");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = { 0 };

        assert_int_equal(io_out_open(cases[i].path, &out, &err), cases[i].rc);
        assert_null(out);
        assert_true(err.text[0] != '\0');
    }
}

static void only_regular_files_are_read(void **state UNUSED)
{
    static const struct {
        const char *path;
        int rc;
    } cases[] = {
        { "fifo", E_INVALID },
        { "/dev/zero", E_INVALID },
        { ".", E_INVALID },
        { "absent", E_ABSENT },
        { "big", E_LIMIT },
        { "/proc/self/status", 0 },
        { "/proc/sys/kernel/ostype", 0 },
    };

    assert_int_equal(mkfifo("fifo", 0600), 0);
    put("big", "0123456789");
    assert_int_equal(truncate("big", 1 << 20), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf text = BUF(65536);

        buf_add_c(&text, "kept");
        assert_int_equal(io_read_file(dirfd_, cases[i].path, &text, NULL),
                         cases[i].rc);
        assert_int_equal(text.n > 4, cases[i].rc == 0);
        assert_int_equal(memcmp(text.p, "kept", 4), 0);
    }
}

static void a_file_of_exactly_the_limit_is_read(void **state UNUSED)
{
    static const struct {
        size_t limit;
        int rc;
    } cases[] = { { 9, E_LIMIT }, { 10, 0 }, { 11, 0 } };

    put("a", "0123456789");
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf text = BUF_INIT(cases[i].limit);

        assert_int_equal(io_read_file(dirfd_, "a", &text, NULL), cases[i].rc);
        assert_int_equal(text.n, cases[i].rc == 0 ? 10 : 0);
    }
}

static void a_mapped_file_has_the_size_that_was_asked_for(void **state UNUSED)
{
    static const struct {
        const char *path;
        size_t least;
        size_t most;
        int rc;
    } cases[] = {
        { "a", 10, 10, 0 },
        { "a", 11, 20, E_CORRUPT },
        { "a", 1, 9, E_LIMIT },
        { "f", 0, 10, E_CORRUPT },
        { ".", 1, 10, E_INVALID },
        { "/dev/zero", 1, 10, E_INVALID },
        { "absent", 1, 10, E_ABSENT },
    };

    put("a", "0123456789");
    put("f", "");
    for (size_t i = 0; i < COUNT(cases); i++) {
        str bytes = STR("");

        assert_int_equal(
            io_map(cases[i].path, cases[i].least, cases[i].most, &bytes, NULL),
            cases[i].rc);
        if (cases[i].rc == 0) {
            assert_true(str_eq_c(bytes, "0123456789"));
            io_unmap(bytes);
        }
    }
    io_unmap(STR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_written_whole_or_not_at_all),
        cmocka_unit_test(a_file_stays_as_closed_as_it_was),
        cmocka_unit_test(a_symbolic_link_stays_one),
        cmocka_unit_test(a_full_disk_is_reported),
        cmocka_unit_test(a_reader_that_went_away_is_an_error),
        cmocka_unit_test(what_cannot_be_written_is_refused),
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(a_file_of_exactly_the_limit_is_read),
        cmocka_unit_test(a_mapped_file_has_the_size_that_was_asked_for),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
