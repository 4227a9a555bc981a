/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "console/console.h"

static const struct console_file files[] = {
    { "/assets/a-12345678.js", "text/javascript", "aaaa", true, STR("plain"),
      STR("gz"), STR("br") },
    { "/assets/b.css", "text/css", "bbbb", false, STR("css"), STR_NONE,
      STR_NONE },
    { "/favicon.svg", "image/svg+xml", "cccc", false, STR("svg"), STR("svgz"),
      STR_NONE },
    { "/index.html", "text/html; charset=utf-8", "dddd", false, STR("<html>"),
      STR_NONE, STR_NONE },
};
static const struct console built = { files, COUNT(files) };
static const struct console missing = { 0 };

static struct console_reply ask(const char *path, const char *accept,
                                const char *known)
{
    struct console_asked asked = { str_c(path), str_c(accept), str_c(known) };
    struct console_reply reply = { 0 };

    if (!console_choose(&built, &asked, &reply))
        reply.status = 404;
    return reply;
}

static void every_page_path_gets_the_page(void **state)
{
    static const char *const pages[] = {
        "/",
        "/devices",
        "/devices/17",
        "/patch/configurations/3/explain",
        "/a_b-c~d:e@f/",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(pages); i++) {
        struct console_reply reply = ask(pages[i], "br, gzip", "");

        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.etag, "dddd");
        assert_string_equal(reply.cache, "no-cache");
        assert_true(str_eq_c(reply.body, "<html>"));
        assert_int_equal(ask(pages[i], "", "\"dddd\"").status, 304);
    }
}

static void nothing_else_is_served(void **state)
{
    static const char *const others[] = {
        "",         "devices",        "/devices.html", "/assets/gone-1.js",
        "/assets/", "/../etc/passwd", "/%2e%2e/etc",   "//example.org",
        "/a//b",    "/assets/b.css/", "/index.php",    "/.git",
        "/a b",     "/a\\b",          "/a<b>",         "/assets/x",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(others); i++)
        assert_int_equal(ask(others[i], "", "").status, 404);
}

static void the_best_coding_that_is_accepted_is_sent(void **state)
{
    static const struct {
        const char *accept;
        const char *encoding;
        const char *etag;
        const char *body;
    } cases[] = {
        { "gzip, deflate, br", "br", "aaaa-br", "br" },
        { "br;q=0, gzip", "gzip", "aaaa-gz", "gz" },
        { "br;q=0.000, *", "gzip", "aaaa-gz", "gz" },
        { "BR ; Q=0.1", "br", "aaaa-br", "br" },
        { "*", "br", "aaaa-br", "br" },
        { "*;q=0", NULL, "aaaa", "plain" },
        { "brotli", NULL, "aaaa", "plain" },
        { "identity", NULL, "aaaa", "plain" },
        { "", NULL, "aaaa", "plain" },
        { ";;,,=;q", NULL, "aaaa", "plain" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct console_reply reply =
            ask("/assets/a-12345678.js", cases[i].accept, "");

        assert_int_equal(reply.status, 200);
        if (cases[i].encoding == NULL)
            assert_null(reply.encoding);
        else
            assert_string_equal(reply.encoding, cases[i].encoding);
        assert_string_equal(reply.etag, cases[i].etag);
        assert_true(str_eq_c(reply.body, cases[i].body));
    }
}

static void a_file_that_is_known_is_not_sent_again(void **state)
{
    static const struct {
        const char *known;
        unsigned status;
    } cases[] = {
        { "\"aaaa-br\"", 304 },
        { "W/\"aaaa-br\"", 304 },
        { "\"x\", \"aaaa-br\"", 304 },
        { "*", 304 },
        { "\"aaaa\"", 200 },
        { "\"aaaa-gz\"", 200 },
        { "aaaa-br", 200 },
        { "\"", 200 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct console_reply reply =
            ask("/assets/a-12345678.js", "br", cases[i].known);

        assert_int_equal(reply.status, cases[i].status);
        assert_int_equal(reply.body.n, cases[i].status == 304 ? 0 : 2);
        assert_string_equal(reply.etag, "aaaa-br");
    }
}

static void only_hashed_names_are_kept_for_ever(void **state)
{
    (void)state;
    assert_non_null(
        strstr(ask("/assets/a-12345678.js", "", "").cache, "immutable"));
    assert_string_equal(ask("/assets/b.css", "", "").cache, "no-cache");
    assert_string_equal(ask("/favicon.svg", "", "").cache, "no-cache");
}

static void a_server_without_the_console_says_so(void **state)
{
    struct console_asked page = { .path = STR("/devices") };
    struct console_asked file = { .path = STR("/assets/a-12345678.js") };
    struct console_reply reply = { 0 };

    (void)state;
    assert_true(console_choose(&missing, &page, &reply));
    assert_int_equal(reply.status, 503);
    assert_true(str_find(reply.body, STR("is not built")) < reply.body.n);
    assert_true(str_find(reply.body, STR("make build")) < reply.body.n);
    assert_false(console_choose(&missing, &file, &reply));
}

static void the_index_that_is_linked_in_is_sorted_and_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < console_built.count; i++) {
        const struct console_file *file = &console_built.files[i];

        if (i > 0)
            assert_true(strcmp(file[-1].path, file->path) < 0);
        assert_int_equal(strlen(file->etag), 32);
        assert_true(file->plain.n > 0);
        assert_true(file->gzip.n < file->plain.n);
        assert_true(file->brotli.n < file->plain.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_path_gets_the_page),
        cmocka_unit_test(nothing_else_is_served),
        cmocka_unit_test(the_best_coding_that_is_accepted_is_sent),
        cmocka_unit_test(a_file_that_is_known_is_not_sent_again),
        cmocka_unit_test(only_hashed_names_are_kept_for_ever),
        cmocka_unit_test(a_server_without_the_console_says_so),
        cmocka_unit_test(the_index_that_is_linked_in_is_sorted_and_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
