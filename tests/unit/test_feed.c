/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "content/feed.h"
#include "content/platform.h"
#include "content/vendor.h"

static void ids_are_file_names_and_nothing_else(void **state UNUSED)
{
    static const struct {
        const char *id;
        bool valid;
    } cases[] = {
        { "debian-12", true }, { "a.b_c", true }, { "", false },
        { ".hidden", false },  { "../x", false }, { "a/b", false },
        { "Upper", false },    { "a b", false },  { "-x", false },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(feed_id_is_valid(str_c(cases[i].id)), cases[i].valid);
    assert_false(feed_id_is_valid((str){ "a\0b", 3 }));
}

static void ids_are_made_of_file_names(void **state UNUSED)
{
    static const struct {
        const char *path;
        const char *id;
    } cases[] = {
        { "/tmp/oval-definitions-bookworm.xml.bz2",
          "oval-definitions-bookworm" },
        { "https://example.org/a/rhel-9.oval.xml.bz2?x=/y", "rhel-9" },
        { "Debian 12.pack", "debian12" },
        { "https://example.org/", "example.org" },
        { "..", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        str id = feed_id_of_path(&arena, str_c(cases[i].path));

        assert_true(str_eq_c(id, cases[i].id));
    }
}

static void times_are_read_with_their_zone(void **state UNUSED)
{
    static const struct {
        const char *text;
        int64_t time;
    } cases[] = {
        { "1970-01-01T00:00:00", 0 },
        { "1970-01-01T00:00:00Z", 0 },
        { "2026-11-20T02:11:10", 1795140670 },
        { "2026-11-20T02:11:10.123+02:00", 1795133470 },
        { "2026-11-20T02:11:10-05:30", 1795160470 },
        { "2024-02-29T00:00:00", 1709164800 },
        { "2026-11-20", -1 },
        { "2026-13-20T02:11:10", -1 },
        { "2026-11-20T02:11:10x", -1 },
        { "20261120T021110Z...", -1 },
        { "", -1 },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(feed_time(str_c(cases[i].text)), cases[i].time);
}

static void a_feed_is_read_as_it_was_written(void **state UNUSED)
{
    AUTO(feed_clear) struct feed feed = FEED;
    AUTO(feed_clear) struct feed again = FEED;
    AUTO(buf_clear) struct buf text = BUF(FEED_TEXT_MAX);

    feed.id = STR("debian-12");
    feed.pack = STR("debian-12@00.pack");
    feed.etag = STR("\"a=b\"");
    feed.title = STR("two\nlines");
    feed.installed_s = 7;
    feed.definitions = 9;
    feed.names_sources = true;
    feed_write(&feed, &text);
    assert_int_equal(feed_parse(buf_str(&text), &again, NULL), 0);
    assert_true(str_eq(again.id, feed.id));
    assert_true(str_eq(again.etag, feed.etag));
    assert_int_equal(again.title.n, 0); /* is no line, and left out */
    assert_int_equal(again.installed_s, 7);
    assert_int_equal(again.definitions, 9);
    assert_true(again.names_sources);
}

static void damaged_feeds_are_refused(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
    } cases[] = {
        { "", E_UNSUPPORTED },
        { "holdfast-feed 2\nid=a\npack=a.pack\n", E_UNSUPPORTED },
        { "holdfast-feed 1\nid=a\n", E_INVALID },
        { "holdfast-feed 1\nid=../a\npack=a.pack\n", E_INVALID },
        { "holdfast-feed 1\nid=a\npack=../a.pack\n", E_INVALID },
        { "holdfast-feed 1\nid=a\npack=a.pack\ninstalled=x\n", E_PARSE },
        { "holdfast-feed 1\nid=a\npack=a.pack\nfuture=1\n", 0 },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(feed_clear) struct feed feed = FEED;

        assert_int_equal(feed_parse(str_c(cases[i].text), &feed, NULL),
                         cases[i].rc);
    }
}

static void platforms_are_named_as_os_release_does(void **state UNUSED)
{
    static const struct {
        const char *name;
        const char *id;
        const char *version;
    } cases[] = {
        { "Debian GNU/Linux 12", "debian", "12" },
        { "Ubuntu 22.04 LTS", "ubuntu", "22.04" },
        { "Red Hat Enterprise Linux 9", "rhel", "9" },
        { "SUSE Linux Enterprise Server 15 SP4", "sles", "15.4" },
        { "openSUSE Leap 15.5", "opensuse-leap", "15.5" },
        { "AlmaLinux 9", "almalinux", "9" },
        { "Microsoft Windows 10", NULL, NULL },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct platform found;
        bool known = platform_of_name(str_c(cases[i].name), &arena, &found);

        assert_int_equal(known, cases[i].id != NULL);
        if (!known)
            continue;
        assert_true(str_eq_c(found.id, cases[i].id));
        assert_true(str_eq_c(found.version, cases[i].version));
    }
}

static void a_feed_fits_its_release_and_minor_ones(void **state UNUSED)
{
    static const struct {
        const char *os;
        const char *version;
        bool fits;
    } cases[] = {
        { "rhel", "9", true },    { "rhel", "9.3", true },
        { "rhel", "90", false },  { "rhel", "8.9", false },
        { "fedora", "9", false }, { "", "9", false },
    };
    struct feed feed = FEED;

    feed.os = STR("rhel");
    feed.os_version = STR("9");
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(
            feed_fits(&feed, str_c(cases[i].os), str_c(cases[i].version)),
            cases[i].fits);
}

static void vendors_are_sorted_and_use_https(void **state UNUSED)
{
    for (size_t i = 0; i < vendor_feed_count; i++) {
        str id = str_c(vendor_feeds[i].id);

        assert_true(feed_id_is_valid(id));
        assert_true(str_starts(str_c(vendor_feeds[i].url), STR("https://")));
        assert_ptr_equal(vendor_find(id), &vendor_feeds[i]);
        if (i > 0)
            assert_true(str_cmp(str_c(vendor_feeds[i - 1].id), id) < 0);
    }
    assert_null(vendor_find(STR("nothing")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_file_names_and_nothing_else),
        cmocka_unit_test(ids_are_made_of_file_names),
        cmocka_unit_test(times_are_read_with_their_zone),
        cmocka_unit_test(a_feed_is_read_as_it_was_written),
        cmocka_unit_test(damaged_feeds_are_refused),
        cmocka_unit_test(platforms_are_named_as_os_release_does),
        cmocka_unit_test(a_feed_fits_its_release_and_minor_ones),
        cmocka_unit_test(vendors_are_sorted_and_use_https),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
