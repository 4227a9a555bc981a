/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "probe/dpkg_db.h"
#include "tests/unit/rig.h"

#define STATUS "/var/lib/dpkg/status"

static const char two_packages[] = "Package: bash\n"
                                   "Essential: yes\n"
                                   "Status: install ok installed\n"
                                   "Architecture: amd64\n"
                                   "Version: 5.2.15-2+b7\n"
                                   "Source: bash (5.2.15-2)\n"
                                   "Description: shell\n"
                                   " It has lines.\n"
                                   " .\n"
                                   "  Version: 9\n"
                                   "\n"
                                   "Package: libc6\n"
                                   "Status: hold ok installed\n"
                                   "Architecture: amd64\n"
                                   "Multi-Arch: same\n"
                                   "Source: glibc\n"
                                   "Version: 1:2.36-9+deb12u4\n"
                                   "\n";

static const char *collect(struct rig *rig, const char *name)
{
    struct rig_object object = { .kind = "linux:dpkginfo",
                                 .entities = {
                                     { .name = "name", .value = name } } };

    return rig_collect(rig, &object);
}

static const char *collect_sources(struct rig *rig, const char *name)
{
    struct rig_object object = { .kind = "linux:dpkginfo",
                                 .entities = {
                                     { .name = "name", .value = name } } };
    struct probe_options options = { .root = rig_root(rig),
                                     .source_packages = true };

    return rig_collect_with(rig, &options, &object);
}

static void assert_error(const char *text, const char *sentence)
{
    assert_true(str_starts(str_c(text), STR("error\n")));
    if (strstr(text, sentence) == NULL)
        fail_msg("expected '%s' in: %s", sentence, text);
}

static void installed_packages_are_found_by_name(void **state)
{
    struct rig *rig = *state;

    rig_file_c(rig, STATUS, two_packages);
    assert_string_equal(collect(rig, "bash"),
                        "complete\nlinux:dpkginfo name=bash arch=amd64 "
                        "epoch=(none) release=2+b7 version=5.2.15 "
                        "evr=0:5.2.15-2+b7\n");
    assert_string_equal(collect(rig, "libc6"),
                        "complete\nlinux:dpkginfo name=libc6 arch=amd64 "
                        "epoch=1 release=9+deb12u4 version=2.36 "
                        "evr=1:2.36-9+deb12u4\n");
    assert_string_equal(collect(rig, "glibc"), "does not exist\n");
    assert_string_equal(collect(rig, "libc"), "does not exist\n");
}

static void patterns_are_matched_against_every_name(void **state)
{
    struct rig *rig = *state;
    struct rig_object object = { .kind = "linux:dpkginfo",
                                 .entities = {
                                     { .name = "name",
                                       .value = "^lib",
                                       .operation = OVAL_PATTERN_MATCH } } };

    rig_file_c(rig, STATUS, two_packages);
    assert_non_null(strstr(rig_collect(rig, &object), "name=libc6"));
    assert_null(strstr(rig_collect(rig, &object), "name=bash"));
    object.entities[0].operation = OVAL_NOT_EQUAL;
    object.entities[0].value = "libc6";
    assert_non_null(strstr(rig_collect(rig, &object), "name=bash"));
    object.entities[0].operation = OVAL_PATTERN_MATCH;
    object.entities[0].value = "(";
    assert_true(str_starts(str_c(rig_collect(rig, &object)), STR("error")));
}

static void source_names_find_their_packages_when_asked_to(void **state)
{
    struct rig *rig = *state;

    rig_file_c(rig, STATUS, two_packages);
    assert_non_null(strstr(collect_sources(rig, "glibc"),
                           "name=libc6 arch=amd64 epoch=1 release=9+deb12u4"));
    assert_string_equal(collect_sources(rig, "bash"),
                        "complete\nlinux:dpkginfo name=bash arch=amd64 "
                        "epoch=(none) release=2+b7 version=5.2.15 "
                        "evr=0:5.2.15-2+b7\n");
}

static void a_source_version_is_what_content_compares_with(void **state)
{
    struct rig *rig = *state;

    rig_file_c(rig, STATUS,
               "Package: gcc\nStatus: install ok installed\n"
               "Source: gcc-defaults (1.203)\nVersion: 4:12.2.0-3\n\n");
    assert_string_equal(collect_sources(rig, "gcc-defaults"),
                        "complete\nlinux:dpkginfo name=gcc "
                        "arch:does not exist epoch=(none) release= "
                        "version=1.203 evr=0:1.203\n");
}

static void every_architecture_is_an_item(void **state)
{
    struct rig *rig = *state;
    const char *text;

    rig_file_c(rig, STATUS,
               "Package: zlib1g\nStatus: install ok installed\n"
               "Architecture: amd64\nVersion: 1:1.2-3\n\n"
               "Package: a\nStatus: install ok installed\nVersion: 1\n\n"
               "Package: zlib1g\nStatus: install ok installed\n"
               "Architecture: i386\nVersion: 1:1.2-4\n\n");
    text = collect(rig, "zlib1g");
    assert_non_null(strstr(text, "arch=amd64 epoch=1 release=3"));
    assert_non_null(strstr(text, "arch=i386 epoch=1 release=4"));
}

static void what_left_files_on_the_disk_counts(void **state)
{
    static const struct {
        const char *status;
        bool there;
    } cases[] = {
        { "install ok installed", true },
        { "hold ok installed", true },
        { "deinstall ok installed", true },
        { "install ok unpacked", true },
        { "install reinstreq half-configured", true },
        { "install reinstreq half-installed", true },
        { "install ok triggers-awaited", true },
        { "install ok triggers-pending", true },
        { "deinstall ok config-files", false },
        { "purge ok not-installed", false },
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];

        snprintf(text, sizeof(text),
                 "Package: other\nStatus: install ok installed\n"
                 "Version: 1\n\nPackage: x\nStatus: %s\nVersion: 2-1\n\n",
                 cases[i].status);
        rig_file_c(rig, STATUS, text);
        assert_int_equal(strstr(collect(rig, "x"), "name=x") != NULL,
                         cases[i].there);
        assert_true(cases[i].there ||
                    str_eq_c(STR("does not exist\n"), collect(rig, "x")));
    }
}

static void images_without_dpkg_keep_a_file_a_package(void **state)
{
    struct rig *rig = *state;

    rig_file_c(rig, "/var/lib/dpkg/status.d/base",
               "Package: base-files\nVersion: 12.4\nArchitecture: amd64");
    rig_file_c(rig, "/var/lib/dpkg/status.d/base.md5sums", "abc  etc/x\n");
    assert_non_null(strstr(collect(rig, "base-files"), "evr=0:12.4"));
    assert_string_equal(collect(rig, "bash"), "does not exist\n");
}

static void pending_updates_replace_what_status_says(void **state)
{
    struct rig *rig = *state;

    rig_file_c(rig, STATUS, two_packages);
    rig_file_c(rig, "/var/lib/dpkg/updates/0000",
               "Package: bash\nStatus: install ok installed\n"
               "Architecture: amd64\nVersion: 6\n");
    rig_file_c(rig, "/var/lib/dpkg/updates/0001",
               "Package: libc6\nStatus: deinstall ok config-files\n"
               "Architecture: amd64\nVersion: 1:2.36-9+deb12u4\n");
    rig_file_c(rig, "/var/lib/dpkg/updates/tmp.i", "half a l");
    assert_non_null(strstr(collect(rig, "bash"), "evr=0:6\n"));
    assert_null(strstr(collect(rig, "bash"), "5.2.15"));
    assert_string_equal(collect(rig, "libc6"), "does not exist\n");
}

static void a_broken_database_is_an_error(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        const char *sentence;
    } cases[] = {
#define CASE(text, sentence) { text, sizeof(text) - 1, sentence }
        CASE("", "lists no installed package"),
        CASE("\n\n\n", "lists no installed package"),
        CASE("Package: a\nStatus: install ok installed\nVersion: 1", "cut off"),
        CASE("Package: a\nStatus: install ok installed\n\n", "Version"),
        CASE("Package: a\nStatus: install ok installed\nVersion: 1 2\n",
             "Version"),
        CASE("Package: a\nStatus: install ok instal\n\n", "Status"),
        CASE("Package: a\nStatus: installed\n\n", "Status"),
        CASE("Package: a\nVersion: 1\n\n", "no Status"),
        CASE("Status: install ok installed\nVersion: 1\n\n", "no 'Package"),
        CASE("Package: a b\nStatus: install ok installed\nVersion: 1\n",
             "no 'Package"),
        CASE("Package: a\nPackage: b\n\n", "line 2: Package is given twice"),
        CASE("Package: a\nnonsense\n\n", "line 2: expected 'Field: value'"),
        CASE(" continued\n\n", "line 1: a continuation line"),
        CASE(": x\n\n", "expected 'Field: value'"),
        CASE("Package: a\nVersion: 1\0\n\n", "NUL byte"),
        CASE("\x7f"
             "ELF\x02\x01\x01\n",
             "expected 'Field: value'"),
        CASE("Package: a\nStatus: install ok installed\nVersion: 1\n"
             "Source: b (1\n\n",
             "Source"),
#undef CASE
    };
    struct rig *rig = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        rig_file(rig, STATUS, (str){ cases[i].text, cases[i].n });
        assert_error(collect(rig, "a"), cases[i].sentence);
        assert_error(collect(rig, "zzz"), STATUS);
    }
}

static void a_file_that_may_be_cut_is_checked_against_info(void **state)
{
    struct rig *rig = *state;
    static const char text[] = "Package: a\nStatus: install ok installed\n"
                               "Version: 1\n\n"
                               "Package: gone\nStatus: purge ok "
                               "config-files\nVersion: 1\n";

    rig_file_c(rig, STATUS, text);
    rig_file_c(rig, "/var/lib/dpkg/info/a.list", "");
    rig_file_c(rig, "/var/lib/dpkg/info/gone:amd64.list", "");
    assert_non_null(strstr(collect(rig, "a"), "evr=0:1"));
    rig_file_c(rig, "/var/lib/dpkg/info/b:amd64.list", "");
    assert_error(collect(rig, "a"), "'b'");
}

static void an_absent_database_is_told_from_an_unknown_one(void **state)
{
    struct rig *rig = *state;

    assert_error(collect(rig, "a"), "no other package database");
    rig_file_c(rig, "/var/lib/rpm/rpmdb.sqlite", "x");
    assert_string_equal(collect(rig, "a"), "does not exist\n");
    rig_file_c(rig, STATUS, "");
    assert_string_equal(collect(rig, "a"), "does not exist\n");
    rig_file_c(rig, "/var/lib/dpkg/info/a.list", ""); /* it was not empty */
    assert_error(collect(rig, "a"), "'a', which has a file list");
    rig_remove(rig, STATUS);
    assert_error(collect(rig, "a"), "neither status nor status.d");
}

static void a_database_that_is_no_file_is_an_error(void **state)
{
    struct rig *rig = *state;

    rig_file_c(rig, STATUS "/x", "");
    assert_error(collect(rig, "a"), "not a regular file");
}

static void links_do_not_lead_out_of_the_root(void **state)
{
    struct rig *rig = *state;

    rig_file_c(rig, "/elsewhere", two_packages);
    rig_link(rig, STATUS, "../../../../../../elsewhere");
    assert_non_null(strstr(collect(rig, "bash"), "5.2.15"));
    rig_remove(rig, STATUS);
    rig_link(rig, STATUS, "/proc/self/status");
    assert_error(collect(rig, "bash"), "neither status nor status.d");
    rig_remove(rig, STATUS);
    rig_link(rig, STATUS, "status");
    assert_error(collect(rig, "bash"), STATUS);
}

static void a_line_of_ten_megabytes_is_read(void **state)
{
    struct rig *rig = *state;
    AUTO(buf_clear) struct buf text = BUF(32 << 20);

    buf_add_c(&text, "Package: a\nStatus: install ok installed\nX: ");
    memset(buf_grow(&text, 10 << 20), 'x', 10 << 20);
    buf_add_c(&text, "\nVersion: 1-1\n\n");
    rig_file(rig, STATUS, buf_str(&text));
    assert_non_null(strstr(collect(rig, "a"), "evr=0:1-1"));
}

static void versions_split_as_dpkg_splits_them(void **state UNUSED)
{
    static const struct {
        const char *version;
        const char *epoch;
        const char *upstream;
        const char *revision;
    } cases[] = {
        { "1", NULL, "1", "" },         { "1-2", NULL, "1", "2" },
        { "3:1-2-4", "3", "1-2", "4" }, { "0:1:2-", "0", "1:2", "" },
        { "", NULL, "", "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dpkg_version v = dpkg_version_split(str_c(cases[i].version));

        assert_int_equal(v.epoch.p == NULL, cases[i].epoch == NULL);
        assert_true(str_eq(v.epoch, str_c(cases[i].epoch)));
        assert_true(str_eq(v.upstream, str_c(cases[i].upstream)));
        assert_true(str_eq(v.revision, str_c(cases[i].revision)));
    }
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(installed_packages_are_found_by_name),
        TEST(patterns_are_matched_against_every_name),
        TEST(source_names_find_their_packages_when_asked_to),
        TEST(a_source_version_is_what_content_compares_with),
        TEST(every_architecture_is_an_item),
        TEST(what_left_files_on_the_disk_counts),
        TEST(images_without_dpkg_keep_a_file_a_package),
        TEST(pending_updates_replace_what_status_says),
        TEST(a_broken_database_is_an_error),
        TEST(a_file_that_may_be_cut_is_checked_against_info),
        TEST(an_absent_database_is_told_from_an_unknown_one),
        TEST(a_database_that_is_no_file_is_an_error),
        TEST(links_do_not_lead_out_of_the_root),
        TEST(a_line_of_ten_megabytes_is_read),
        cmocka_unit_test(versions_split_as_dpkg_splits_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
