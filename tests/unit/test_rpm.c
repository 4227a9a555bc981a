/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>

#include "base/io.h"
#include "probe/pgp.h"
#include "probe/rpm_caps.h"
#include "probe/rpm_db.h"
#include "tests/unit/rig.h"

#define DATA "tests/data/rpm/"

static const struct {
    const char *file;
    const char *path;
} databases[] = {
    { "rpmdb.sqlite", "/var/lib/rpm/rpmdb.sqlite" },
    { "rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite" },
    { "rpmdb.sqlite", "/root/.rpmdb/rpmdb.sqlite" },
    { "Packages.db", "/usr/lib/sysimage/rpm/Packages.db" },
    { "Packages", "/var/lib/rpm/Packages" },
};

static void load(const char *file, struct buf *out)
{
    char path[128];

    snprintf(path, sizeof(path), DATA "%s", file);
    assert_int_equal(io_read_file(AT_FDCWD, path, out, NULL), 0);
}

static void place(struct rig *rig, const char *path, const char *file)
{
    AUTO(buf_clear) struct buf bytes = BUF(1 << 20);

    load(file, &bytes);
    rig_file(rig, path, buf_str(&bytes));
}

static const char *collect(struct rig *rig, const char *name)
{
    struct rig_object object = { .kind = "linux:rpminfo",
                                 .entities = {
                                     { .name = "name", .value = name } } };

    return rig_collect(rig, &object);
}

static void every_format_gives_the_same_packages(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(databases); i++) {
        struct rig *rig = rig_new();

        place(rig, databases[i].path, databases[i].file);
        assert_string_equal(
            collect(rig, "bash"),
            "complete\nlinux:rpminfo name=bash arch=x86_64 epoch=(none) "
            "release=1.el8 version=4.4.20 evr=0:4.4.20-1.el8 "
            "signature_keyid=199e2f91fd431d51 "
            "extended_name=bash-0:4.4.20-1.el8.x86_64\n");
        assert_non_null(strstr(collect(rig, "bind"),
                               "epoch=32 release=14.P2.el8 version=9.11.4 "
                               "evr=32:9.11.4-14.P2.el8"));
        assert_string_equal(
            collect(rig, "gpg-pubkey"),
            "complete\nlinux:rpminfo name=gpg-pubkey arch=(none) "
            "epoch=(none) release=4ae0493b version=fd431d51 "
            "evr=0:fd431d51-4ae0493b signature_keyid=0 "
            "extended_name=gpg-pubkey-0:fd431d51-4ae0493b.(none)\n");
        assert_non_null(strstr(collect(rig, "kernel"), "release=80.el8"));
        assert_non_null(strstr(collect(rig, "kernel"), "release=147.el8"));
        assert_string_equal(collect(rig, "none"), "does not exist\n");
        rig_free(rig);
    }
}

static void a_write_ahead_log_is_part_of_the_database(void **state UNUSED)
{
    struct rig *rig = rig_new();

    place(rig, "/var/lib/rpm/rpmdb.sqlite", "wal.sqlite");
    assert_string_equal(collect(rig, "bind"), "does not exist\n");
    place(rig, "/var/lib/rpm/rpmdb.sqlite-wal", "wal.sqlite-wal");
    assert_non_null(strstr(collect(rig, "bind"), "evr=32:9.11.4-14.P2.el8"));
    assert_non_null(strstr(collect(rig, "bash"), "evr=0:4.4.20-1.el8"));
    rig_file_c(rig, "/var/lib/rpm/rpmdb.sqlite-wal", "");
    assert_non_null(strstr(collect(rig, "bash"), "evr=0:4.4.20-1.el8"));
    rig_free(rig);
}

static void paths_of_files_come_when_asked_for(void **state UNUSED)
{
    struct rig *rig = rig_new();
    struct rig_object object = { .kind = "linux:rpminfo",
                                 .entities = { { .name = "name",
                                                 .value = "^b",
                                                 .operation =
                                                     OVAL_PATTERN_MATCH } },
                                 .behaviors = { { "filepaths", "true" } } };
    const char *text;

    place(rig, "/var/lib/rpm/rpmdb.sqlite", "rpmdb.sqlite");
    text = rig_collect(rig, &object);
    assert_non_null(strstr(text, " filepath=/usr/bin/bash "
                                 "filepath=/etc/skel/.bashrc\n"));
    assert_non_null(strstr(text, " filepath=/usr/sbin/named\n"));
    assert_non_null(strstr(text, "/usr/share/big/file-with-a-long-name-60"));
    assert_null(strstr(text, "name=kernel"));
    rig_free(rig);
}

static void a_database_that_was_cut_is_an_error(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(databases); i++) {
        struct rig *rig = rig_new();
        AUTO(buf_clear) struct buf bytes = BUF(1 << 20);

        load(databases[i].file, &bytes);
        for (size_t n = 0; n < bytes.n; n += 97) {
            const char *text;

            rig_file(rig, databases[i].path, (str){ bytes.p, n });
            text = collect(rig, "none");
            if (!str_starts(str_c(text), STR("error\n")))
                fail_msg("%s cut at %zu: %s", databases[i].file, n, text);
            assert_non_null(strstr(text, databases[i].path));
        }
        rig_free(rig);
    }
}

static void an_absent_database_is_told_from_an_unknown_one(void **state UNUSED)
{
    struct rig *rig = rig_new();

    assert_true(str_starts(str_c(collect(rig, "a")), STR("error\n")));
    rig_file_c(rig, "/var/lib/dpkg/status", ""); /* dpkg, but not in use */
    assert_true(str_starts(str_c(collect(rig, "a")), STR("error\n")));
    rig_file_c(rig, "/var/lib/dpkg/status", "Package: a\n");
    assert_string_equal(collect(rig, "a"), "does not exist\n");
    rig_file_c(rig, "/var/lib/rpm/Packages", "this is no database");
    assert_non_null(strstr(collect(rig, "a"), "neither a SQLite"));
    rig_free(rig);
}

static void the_signing_key_is_read_from_every_kind_of_packet(
    void **state UNUSED)
{
#define BYTES(literal)                                                         \
    {                                                                          \
        literal, sizeof(literal) - 1                                           \
    }
    static const struct {
        str bytes;
        const char *id; /* NULL: it does not say */
    } cases[] = {
        /* version 3, old packet, one byte of length */
        { BYTES("\x88\x11\x03\x05\x00\x4f\x00\x00\x00\x19\x9e\x2f\x91\xfd\x43"
                "\x1d\x51\x01\x08"),
          "199e2f91fd431d51" },
        /* version 4, two bytes of length, issuer not hashed */
        { BYTES("\x89\x00\x12\x04\x00\x01\x08\x00\x00\x00\x0a\x09\x10\x19\x9e"
                "\x2f\x91\xfd\x43\x1d\x51"),
          "199e2f91fd431d51" },
        /* version 4, new packet, fingerprint of the issuer hashed */
        { BYTES("\xc2\x1f\x04\x00\x01\x08\x00\x17\x16\x21\x04"
                "0123456789ab\x19\x9e\x2f\x91\xfd\x43\x1d\x51\x00\x00"),
          "199e2f91fd431d51" },
        /* cut */
        { BYTES("\x89\x00\x12\x04\x00\x01\x08\x00\x00\x00\x0a\x09\x10\x19"),
          NULL },
        { BYTES("\x89\x00\x02\x04\x00"), NULL },
        { BYTES("\x99\x00\x02\x04\x00"), NULL }, /* a key, no signature */
        { BYTES("\x00"), NULL },
        { BYTES(""), NULL },
    };
#undef BYTES

    for (size_t i = 0; i < COUNT(cases); i++) {
        char id[17] = "";

        assert_int_equal(pgp_signature_key_id(cases[i].bytes, id),
                         cases[i].id != NULL);
        assert_string_equal(id, cases[i].id == NULL ? "" : cases[i].id);
    }
}

static void a_header_that_does_not_add_up_is_refused(void **state UNUSED)
{
    static const struct {
        const char *bytes;
        size_t n;
        int rc;
    } cases[] = {
#define CASE(literal, rc) { literal, sizeof(literal) - 1, rc }
        CASE("", E_PARSE),
        CASE("\0\0\0\0\0\0\0\0", E_PARSE),
        CASE("\0\0\0\1\0\0\0\0", E_PARSE),
        CASE("\xff\xff\xff\xff\xff\xff\xff\xff", E_PARSE),
        CASE("\0\0\0\1\0\0\0\2\0\0\3\xe8\0\0\0\6\0\0\0\0\0\0\0\1a\0", 0),
        CASE("\0\0\0\1\0\0\0\2\0\0\3\xe8\0\0\0\6\0\0\0\0\0\0\0\1a\0x", E_PARSE),
#undef CASE
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rpm_header header;
        str blob = { cases[i].bytes, cases[i].n };

        assert_int_equal(rpm_header_parse(blob, &header, NULL), cases[i].rc);
        if (cases[i].rc == 0)
            assert_true(str_eq_c(rpm_header_text(&header, RPM_TAG_NAME), "a"));
    }
}

static void capabilities_are_read_as_rpm_and_the_kernel_write_them(
    void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        struct rpm_caps caps;
    } cases[] = {
        { "", 0, { 0, 0, false } },
        { "cap_net_raw=ep", 0, { 1 << 13, 0, true } },
        { "= cap_net_raw+ep", 0, { 1 << 13, 0, true } },
        { "cap_chown,cap_kill=p cap_kill-p", 0, { 1, 0, false } },
        { "cap_setfcap=i", 0, { 0, (uint64_t)1 << 31, false } },
        { "cap_checkpoint_restore+eip",
          0,
          { (uint64_t)1 << 40, (uint64_t)1 << 40, true } },
        { "cap_none=ep", E_PARSE, { 0, 0, false } },
        { "cap_chown", E_PARSE, { 0, 0, false } },
        { "cap_chown=x", E_PARSE, { 0, 0, false } },
    };
    static const char attribute[] = "\1\0\0\2\0\x30\0\0\0\0\0\0"
                                    "\0\0\0\0\0\0\0\0";
    struct rpm_caps found;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rpm_caps caps = { 0, 0, false };

        assert_int_equal(rpm_caps_parse(str_c(cases[i].text), &caps, NULL),
                         cases[i].rc);
        assert_true(rpm_caps_equal(&caps, &cases[i].caps));
    }
    assert_int_equal(rpm_caps_decode((str){ attribute, 20 }, &found, NULL), 0);
    assert_true(rpm_caps_equal(&found, &(struct rpm_caps){ 3 << 12, 0, true }));
    assert_int_equal(rpm_caps_decode((str){ attribute, 19 }, &found, NULL),
                     E_PARSE);
}

static void files_of_packages_are_compared_with_the_disk(void **state UNUSED)
{
    struct rig *rig = rig_new();
    struct rig_object object = {
        .kind = "linux:rpmverifyfile",
        .entities = { { .name = "name", .value = "bash" },
                      { .name = "filepath", .value = "/usr/bin/bash" } }
    };
    const char *text;

    place(rig, "/var/lib/rpm/rpmdb.sqlite", "rpmdb.sqlite");
    text = rig_collect(rig, &object);
    assert_non_null(strstr(text, "filepath=/usr/bin/bash "));
    assert_non_null(strstr(text, " size_differs=fail"));
    assert_null(strstr(text, ".bashrc"));
    rig_file_c(rig, "/usr/bin/bash", "");
    object.behaviors[0] = (struct rig_behavior){ "nomtime", "true" };
    text = rig_collect(rig, &object);
    assert_non_null(strstr(text, " size_differs=pass"));
    assert_non_null(strstr(text, " mtime_differs=not performed"));
    object.kind = "linux:rpmverify";
    text = rig_collect(rig, &object);
    assert_non_null(strstr(text, "linux:rpmverify name=bash filepath=/usr"));
    object.entities[0].value = "none";
    assert_string_equal(rig_collect(rig, &object), "does not exist\n");
    rig_free(rig);
}

static void slackware_packages_are_read_from_their_names(void **state UNUSED)
{
    struct rig *rig = rig_new();
    struct rig_object object = { .kind = "linux:slackwarepkginfo",
                                 .entities = { { .name = "name",
                                                 .value = "aaa-base" } } };

    assert_non_null(strstr(rig_collect(rig, &object), "error\n"));
    rig_file_c(rig, "/var/lib/pkgtools/packages/aaa-base-15.0-x86_64-4", "");
    rig_file_c(rig, "/var/lib/pkgtools/packages/aaa-1-noarch-1_slack15", "");
    assert_string_equal(rig_collect(rig, &object),
                        "complete\nlinux:slackwarepkginfo name=aaa-base "
                        "version=15.0 architecture=x86_64 revision=4\n");
    rig_file_c(rig, "/var/lib/pkgtools/packages/nonsense", "");
    assert_non_null(strstr(rig_collect(rig, &object), "error\n"));
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_gives_the_same_packages),
        cmocka_unit_test(a_write_ahead_log_is_part_of_the_database),
        cmocka_unit_test(paths_of_files_come_when_asked_for),
        cmocka_unit_test(a_database_that_was_cut_is_an_error),
        cmocka_unit_test(an_absent_database_is_told_from_an_unknown_one),
        cmocka_unit_test(the_signing_key_is_read_from_every_kind_of_packet),
        cmocka_unit_test(a_header_that_does_not_add_up_is_refused),
        cmocka_unit_test(
            capabilities_are_read_as_rpm_and_the_kernel_write_them),
        cmocka_unit_test(files_of_packages_are_compared_with_the_disk),
        cmocka_unit_test(slackware_packages_are_read_from_their_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
