/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "advisory/facts.h"
#include "advisory/import.h"
#include "advisory/release.h"
#include "tests/unit/advisory_texts.h"

/* --- A store that is written and opened again after every import. --- */

struct kept {
    char path[40];
    struct advisory_data *data;
};

static void keep_nothing(struct kept *kept)
{
    *kept = (struct kept){ .path = "/tmp/holdfast-advisory-XXXXXX" };
    close(mkstemp(kept->path));
}

static void drop(struct kept *kept)
{
    advisory_data_freep(&kept->data);
    unlink(kept->path);
}

static int import_bytes(struct kept *kept, str bytes,
                        struct advisory_imported *out, struct err *err)
{
    AUTO(advisory_draft_freep) struct advisory_draft *draft = NULL;
    AUTO(io_out_freep) struct io_out *file = NULL;
    struct advisory_import how = { .path = "test", .now_s = 1000 };
    int rc = advisory_draft_new(kept->data, &draft, err);

    if (rc == 0)
        rc = advisory_import_memory(draft, bytes, &how, out, err);
    if (rc == 0)
        rc = io_out_open(kept->path, &file, err);
    if (rc == 0)
        rc = advisory_draft_write(draft, file, err);
    if (rc == 0)
        rc = io_out_finish(file, err);
    if (rc < 0)
        return rc;
    advisory_data_freep(&kept->data);
    return advisory_data_open(kept->path, &kept->data, err);
}

static struct advisory_imported import(struct kept *kept, const char *text)
{
    struct advisory_imported imported = { 0 };
    struct err err = { 0 };

    if (import_bytes(kept, str_c(text), &imported, &err) < 0)
        fail_msg("%s", err.text);
    return imported;
}

/* --- Statements as lines. --- */

struct lines {
    const struct advisory_data *data;
    struct buf text;
};

static int add_line(void *ctx, const struct advisory_statement *s,
                    struct err *err UNUSED)
{
    struct lines *lines = ctx;
    struct advisory_source source;

    assert_true(advisory_data_source(lines->data, s->source, &source));
    buf_printf(&lines->text, "%" PRIstr " %" PRIstr "%s %" PRIstr " %s",
               ARGstr(s->vulnerability), ARGstr(s->item.package),
               s->item.source_package ? "(source)" : "",
               ARGstr(s->item.release), advisory_status_text(s->item.status));
    if (s->item.from.n > 0)
        buf_printf(&lines->text, " from %" PRIstr, ARGstr(s->item.from));
    if (s->item.version.n > 0)
        buf_printf(&lines->text, " %s%" PRIstr,
                   s->item.last_affected ? "to " : "", ARGstr(s->item.version));
    if (s->item.severity_text.n > 0)
        buf_printf(&lines->text, " [%" PRIstr "]",
                   ARGstr(s->item.severity_text));
    if (s->item.note.n > 0)
        buf_printf(&lines->text, " (%" PRIstr ")", ARGstr(s->item.note));
    buf_printf(&lines->text, " %" PRIstr "/%" PRIstr "\n", ARGstr(source.name),
               ARGstr(s->advisory));
    return 0;
}

static void expect_of(const struct kept *kept, const char *cve,
                      const char *expected)
{
    struct lines lines = { kept->data, BUF(1 << 16) };

    assert_int_equal(advisory_data_vulnerability(kept->data, str_c(cve),
                                                 add_line, &lines, NULL),
                     0);
    assert_string_equal(buf_c(&lines.text), expected);
    buf_clear(&lines.text);
}

static struct advisory find(const struct kept *kept, const char *id)
{
    uint32_t at = advisory_data_find(kept->data, str_c(id));
    struct advisory a = { 0 };

    if (!advisory_data_at(kept->data, at, &a))
        fail_msg("no %s", id);
    return a;
}

/* --- Formats. --- */

static void lists_of_dsa_are_read(void **state UNUSED)
{
    struct kept kept;
    struct advisory_imported imported;
    struct advisory a;

    keep_nothing(&kept);
    imported = import(&kept, DSA);
    assert_int_equal(imported.advisories, 3);
    assert_int_equal(imported.items, 5);
    expect_of(&kept, "CVE-2023-1393",
              "CVE-2023-1393 xorg-server(source) debian:11 fixed "
              "2:1.20.11-1+deb11u6 Debian testing DTSA/DSA-5380-1\n");
    expect_of(&kept, "CVE-2023-2002",
              "CVE-2023-2002 tool(source) debian:10 will not fix (Not "
              "supported) Debian testing DTSA/DSA-5374-1\n"
              "CVE-2023-2002 tool(source) debian:11 fixed 1.2-3 [high] Debian "
              "testing DTSA/DSA-5374-1\n"
              "CVE-2023-2002 tool(source) debian:9 not affected (Vulnerable "
              "code not present) Debian testing DTSA/DSA-5374-1\n");
    a = find(&kept, "DSA-5374-1");
    assert_true(str_eq_c(a.title, "tool - security update"));
    assert_int_equal(a.issued, 1678838400);
    assert_int_equal(a.type, ADVISORY_SECURITY);
    assert_int_equal(find(&kept, "DTSA-1-1").issued, 1125014400);
    drop(&kept);
}

static void the_debian_tracker_is_read(void **state UNUSED)
{
    struct kept kept;

    keep_nothing(&kept);
    import(&kept, TRACKER);
    expect_of(&kept, "CVE-2023-2001",
              "CVE-2023-2001 tool(source) debian:11 affected [low] (Minor "
              "issue) Debian security tracker/\n"
              "CVE-2023-2001 tool(source) debian:12 fixed 1.3-1 Debian "
              "security tracker/\n"
              "CVE-2023-2001 tool(source) debian:sid not affected "
              "[unimportant] Debian security tracker/\n");
    expect_of(&kept, "TEMP-0000001-ABC",
              "TEMP-0000001-ABC other(source) debian:10 will not fix [high] "
              "(x) Debian security tracker/\n"
              "TEMP-0000001-ABC other(source) debian:13 under investigation "
              "[low] Debian security tracker/\n");
    drop(&kept);
}

static void ubuntu_notices_are_read_in_both_forms(void **state UNUSED)
{
    struct kept kept;
    struct advisory a;

    keep_nothing(&kept);
    import(&kept, USN);
    expect_of(&kept, "CVE-2023-2001",
              "CVE-2023-2001 libtool1 ubuntu:22.04 fixed 1.2-3ubuntu1 Ubuntu "
              "USN/USN-5000-1\n"
              "CVE-2023-2001 tool(source) ubuntu:22.04 fixed 1.2-3ubuntu1 "
              "Ubuntu USN/USN-5000-1\n");
    a = find(&kept, "USN-5000-1");
    assert_true(a.reboot);
    assert_int_equal(a.issued, 1624363200);
    import(&kept, USN_API); /* replaces it */
    expect_of(&kept, "CVE-2023-2001", "");
    expect_of(&kept, "CVE-2023-2002",
              "CVE-2023-2002 libtool1 ubuntu:20.04 fixed 1.1-1 Ubuntu "
              "USN/USN-5001-1\n"
              "CVE-2023-2002 tool(source) ubuntu:20.04 fixed 1.1-1 Ubuntu "
              "USN/USN-5001-1\n");
    drop(&kept);
}

/* Nothing of what is negated, of another test, or of another class. */
static void oval_patch_definitions_are_read(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    struct advisory_imported imported;
    struct kept kept;
    struct advisory a;

    assert_int_equal(
        io_read_file(AT_FDCWD, "fuzz/corpus/advisory_import/oval", &text, NULL),
        0);
    keep_nothing(&kept);
    imported = import(&kept, buf_c(&text));
    assert_int_equal(imported.advisories, 1);
    assert_int_equal(imported.items, 3);
    assert_int_equal(imported.skipped, 1);
    expect_of(&kept, "CVE-2023-2001",
              "CVE-2023-2001 libtool1 rhel:9 fixed 1:2.1 OVAL "
              "com.example/EXSA-2023:9\n"
              "CVE-2023-2001 tool rhel:9 fixed 2.0-3.el9 OVAL "
              "com.example/EXSA-2023:9\n"
              "CVE-2023-2001 tool-data rhel:9 fixed 1:2.1 OVAL "
              "com.example/EXSA-2023:9\n");
    a = find(&kept, "EXSA-2023:9");
    assert_int_equal(a.severity, ADVISORY_IMPORTANT);
    assert_int_equal(a.type, ADVISORY_SECURITY);
    assert_int_equal(a.issued, 1683590400);
    drop(&kept);
}

static void updateinfo_is_read(void **state UNUSED)
{
    struct kept kept;
    struct advisory a;

    keep_nothing(&kept);
    assert_int_equal(import(&kept, UPDATEINFO).advisories, 2);
    expect_of(&kept, "CVE-2023-2001",
              "CVE-2023-2001 tool almalinux:9 fixed 1:2.0-3.el9 "
              "us@example.org updateinfo/EXSA-2023:1\n"
              "CVE-2023-2001 tool-libs almalinux:9 fixed 2.0-3.el9 "
              "us@example.org updateinfo/EXSA-2023:1\n");
    expect_of(&kept, "CVE-2023-2009",
              "CVE-2023-2009 tool  fixed 2.1-1.el9 us@example.org "
              "updateinfo/EXBA-2023:2\n");
    a = find(&kept, "EXSA-2023:1");
    assert_int_equal(a.severity, ADVISORY_IMPORTANT);
    assert_true(str_eq_c(a.severity_text, "Important"));
    assert_true(str_eq_c(a.text, "Long & text"));
    assert_true(str_eq_c(a.url, "https://example.org/self"));
    assert_true(a.reboot);
    assert_int_equal(a.issued, 1683626400);
    assert_int_equal(find(&kept, "EXBA-2023:2").type, ADVISORY_BUGFIX);
    assert_int_equal(find(&kept, "EXBA-2023:2").severity, ADVISORY_UNASSIGNED);
    drop(&kept);
}

static void osv_is_read(void **state UNUSED)
{
    struct kept kept;
    struct advisory_score score;
    struct advisory a;

    keep_nothing(&kept);
    import(&kept, OSV);
    expect_of(&kept, "CVE-2023-2001",
              "CVE-2023-2001 tool almalinux:9 fixed 1:2.0-4.el9 OSV "
              "AlmaLinux/ALSA-2023:9\n");
    a = find(&kept, "ALSA-2023:9");
    assert_int_equal(a.severity, ADVISORY_IMPORTANT);
    assert_true(str_eq_c(advisory_data_reference(kept.data, a.at, 0),
                         "https://example.org/a"));
    assert_int_equal(import(&kept, OSV_LIST).skipped, 1);
    expect_of(&kept, "CVE-2023-2001",
              "CVE-2023-2001 tool almalinux:9 fixed 1:2.0-4.el9 OSV "
              "AlmaLinux/ALSA-2023:9\n"
              "CVE-2023-2001 tool(source) ubuntu:22.04 affected from 1.0 to "
              "1.5 [medium] OSV Ubuntu/\n"
              "CVE-2023-2001 tool(source) ubuntu:22.04 affected from 2.0 "
              "[medium] OSV Ubuntu/\n");
    assert_true(
        advisory_data_score(kept.data, STR("CVE-2023-2001"), 0, &score));
    assert_int_equal(score.tenths, 98);
    assert_false(
        advisory_data_score(kept.data, STR("CVE-2023-2001"), 1, &score));
    drop(&kept);
}

static void csaf_advisories_and_vex_are_read(void **state UNUSED)
{
    struct kept kept;
    struct advisory_imported imported;
    struct advisory_score score;
    struct advisory a;

    keep_nothing(&kept);
    imported = import(
        &kept, CSAF("csaf_security_advisory", "RHSA-2023:1", STATUS_FIXED));
    assert_int_equal(imported.notices, 1); /* both say the same */
    expect_of(&kept, "CVE-2023-2002",
              "CVE-2023-2002 tool rhel:9 fixed 1:2.0-3.el9 Example "
              "CSAF/RHSA-2023:1\n");
    a = find(&kept, "RHSA-2023:1");
    assert_int_equal(a.severity, ADVISORY_MODERATE);
    assert_int_equal(a.updated, 1683014400);
    assert_true(
        advisory_data_score(kept.data, STR("CVE-2023-2001"), 0, &score));
    assert_int_equal(score.severity, ADVISORY_IMPORTANT);
    assert_int_equal(score.tenths, 98);
    import(&kept, CSAF("csaf_vex", "CVE-2023-2001", STATUS_VEX));
    expect_of(&kept, "CVE-2023-2001",
              "CVE-2023-2001 tool rhel:9 fixed 1:2.0-3.el9 Example "
              "CSAF/RHSA-2023:1\n"
              "CVE-2023-2001 lib rhel:9 will not fix [Important] (Will not "
              "fix) Example VEX/\n"
              "CVE-2023-2001 tool rhel:9 fixed 1:2.0-3.el9 [Important] "
              "(RHSA-2023:1) Example VEX/\n");
    drop(&kept);
}

static void windows_updates_are_read_with_what_they_replace(void **state UNUSED)
{
    struct kept kept;
    struct advisory_score score;
    struct advisory a;
    str release;

    keep_nothing(&kept);
    import(&kept, CVRF);
    expect_of(&kept, "CVE-2023-3001",
              "CVE-2023-3001  Windows 11 fixed 10.0.1 [Critical] "
              "MSRC/KB5000001\n"
              "CVE-2023-3001  Windows 12 affected MSRC/\n");
    a = find(&kept, "KB5000001");
    assert_true(a.reboot);
    assert_int_equal(a.severity, ADVISORY_CRITICAL);
    assert_int_equal(a.issued, 1683590400);
    assert_true(str_eq_c(advisory_data_supersedes(kept.data, a.id, 1, &release),
                         "KB4999999"));
    assert_true(str_eq_c(release, "Windows 11"));
    assert_true(str_eq_c(
        advisory_data_superseded_by(kept.data, STR("KB4999998"), 0, &release),
        "KB5000001"));
    assert_null(advisory_data_superseded_by(kept.data, a.id, 0, &release).p);
    assert_true(
        advisory_data_score(kept.data, STR("CVE-2023-3001"), 0, &score));
    assert_true(score.exploited && !score.disclosed);
    assert_int_equal(score.tenths, 98);

    import(&kept, WES);
    expect_of(&kept, "CVE-2023-3001",
              "CVE-2023-3001  Windows 11 fixed 10.0.1 [Critical] "
              "MSRC/KB5000001\n"
              "CVE-2023-3001  Windows 12 affected MSRC/\n"
              "CVE-2023-3001  Tool affected [Low] Windows Exploit Suggester/\n"
              "CVE-2023-3001  Windows 11 fixed [Critical] (RCE) Windows "
              "Exploit Suggester/KB5000001\n");
    import(&kept, MSU);
    expect_of(&kept, "CVE-2019-0001",
              "CVE-2019-0001  Windows 7 fixed (Monthly Rollup) Windows "
              "updates/KB5000001\n"
              "CVE-2019-0001  Windows 8 affected Windows updates/\n");
    assert_true(str_eq_c(
        advisory_data_superseded_by(kept.data, STR("KB4999999"), 2, &release),
        "KB5000002"));
    drop(&kept);
}

/* --- Archives. --- */

static void add_member(struct buf *tar, const char *name, const char *text)
{
    char block[512] = { 0 };
    unsigned sum = 0;
    size_t n = strlen(text);

    snprintf(block, 100, "%s", name);
    memcpy(block + 100, "0000644", 8);
    snprintf(block + 124, 12, "%011o", (unsigned)n);
    block[156] = '0';
    memcpy(block + 257,
           "ustar\0"
           "00",
           8);
    memset(block + 148, ' ', 8);
    for (size_t i = 0; i < sizeof(block); i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
    buf_add(tar, (str){ block, sizeof(block) });
    buf_add_c(tar, text);
    memset(block, 0, sizeof(block));
    buf_add(tar, (str){ block, (512 - n % 512) % 512 });
}

static void archives_are_read_file_by_file(void **state UNUSED)
{
    AUTO(buf_clear) struct buf tar = BUF(1 << 20);
    struct kept kept;
    struct advisory_imported imported = { 0 };
    struct err err = { 0 };
    size_t full;

    keep_nothing(&kept);
    add_member(&tar, "csaf/a.json",
               CSAF("csaf_security_advisory", "RHSA-2023:1", STATUS_FIXED));
    add_member(&tar, "csaf/a.json.sha256", "0123");
    add_member(&tar, "csaf/b.json", OSV);
    full = tar.n;
    buf_add(&tar, (str){ (char[1024]){ 0 }, 1024 });
    assert_int_equal(import_bytes(&kept, buf_str(&tar), &imported, &err), 0);
    assert_int_equal(imported.documents, 2);
    assert_int_equal(imported.skipped, 1);
    assert_int_equal(find(&kept, "ALSA-2023:9").type, ADVISORY_SECURITY);
    tar.n = full - 600;
    assert_int_equal(import_bytes(&kept, buf_str(&tar), &imported, &err),
                     E_PARSE);
    assert_non_null(strstr(err.text, "test: "));
    drop(&kept);
}

/* --- The model. --- */

static void what_is_imported_again_replaces_itself(void **state UNUSED)
{
    AUTO(advisory_draft_freep) struct advisory_draft *draft = NULL;
    struct advisory_counts first;
    struct advisory_counts again;
    struct kept kept;

    keep_nothing(&kept);
    import(&kept, DSA);
    import(&kept, TRACKER);
    import(&kept, UPDATEINFO);
    import(&kept, CSAF("csaf_vex", "CVE-2023-2001", STATUS_VEX));
    advisory_data_count(kept.data, &first);
    assert_int_equal(first.sources, 4);
    import(&kept, UPDATEINFO);
    import(&kept, CSAF("csaf_vex", "CVE-2023-2001", STATUS_VEX));
    import(&kept, DSA);
    import(&kept, TRACKER);
    advisory_data_count(kept.data, &again);
    assert_memory_equal(&first, &again, sizeof(first));
    assert_int_equal(advisory_draft_new(kept.data, &draft, NULL), 0);
    assert_int_equal(advisory_draft_remove(draft, STR("no such")), 1);
    assert_int_equal(
        advisory_draft_remove(draft, STR("Debian security tracker")), 0);
    drop(&kept);
}

static void sources_that_disagree_stay_side_by_side(void **state UNUSED)
{
    const struct advisory_update update = {
        .release = STR("debian:11"),
        .package = STR("libtool1"),
        .source = STR("tool"),
        .installed = STR("1.2-3"),
    };
    struct advisory_verdict verdict;
    struct kept kept;

    keep_nothing(&kept);
    import(&kept, TRACKER);
    assert_int_equal(advisory_verdict(kept.data, STR("CVE-2023-2001"), &update,
                                      &verdict, NULL),
                     0);
    assert_int_equal(verdict.status, ADVISORY_AFFECTED);
    assert_false(verdict.disputed);
    import(&kept, DSA);
    expect_of(&kept, "CVE-2023-2001",
              "CVE-2023-2001 tool(source) debian:10 will not fix (Not "
              "supported) Debian testing DTSA/DSA-5374-1\n"
              "CVE-2023-2001 tool(source) debian:11 fixed 1.2-3 [high] Debian "
              "testing DTSA/DSA-5374-1\n"
              "CVE-2023-2001 tool(source) debian:9 not affected (Vulnerable "
              "code not present) Debian testing DTSA/DSA-5374-1\n"
              "CVE-2023-2001 tool(source) debian:11 affected [low] (Minor "
              "issue) Debian security tracker/\n"
              "CVE-2023-2001 tool(source) debian:12 fixed 1.3-1 Debian "
              "security tracker/\n"
              "CVE-2023-2001 tool(source) debian:sid not affected "
              "[unimportant] Debian security tracker/\n");
    assert_int_equal(advisory_verdict(kept.data, STR("CVE-2023-2001"), &update,
                                      &verdict, NULL),
                     0);
    assert_int_equal(verdict.status, ADVISORY_FIXED); /* the advisory's rank */
    assert_true(verdict.disputed);
    assert_true(str_eq_c(verdict.by.advisory, "DSA-5374-1"));
    assert_int_equal(advisory_verdict(kept.data, STR("CVE-1999-9999"), &update,
                                      &verdict, NULL),
                     1);
    drop(&kept);
}

static int add_id(void *ctx, const struct advisory *advisory,
                  const struct advisory_item *item, struct err *err UNUSED)
{
    struct buf *out = ctx;

    buf_printf(out, "%" PRIstr " %" PRIstr "\n", ARGstr(advisory->id),
               ARGstr(item->version));
    return 0;
}

static void an_update_closes_the_advisories_between_its_versions(
    void **state UNUSED)
{
    static const struct {
        const char *release;
        const char *package;
        const char *source;
        const char *arch;
        const char *installed;
        const char *candidate;
        const char *expected;
    } cases[] = {
        { "debian:11", "libtool1", "tool", "amd64", "1.2-2", "1.2-3",
          "DSA-5374-1 1.2-3\n" },
        { "debian:11", "libtool1", "tool", "amd64", "1.2-3", "1.2-4", "" },
        { "debian:11", "libtool1", "tool", "amd64", "1.2-1", "1.2-2", "" },
        { "debian:12", "libtool1", "tool", "amd64", "1.2-1", "1.2-9", "" },
        { "debian:11", "tool", "", "amd64", "1.2-1", "1.2-9",
          "DSA-5374-1 1.2-3\n" },
        { "debian:11", "tool", "", "amd64", "1.2-1", "3.0-1",
          "DSA-5374-1 1.2-3\n" }, /* not the rpm of that name */
        { "debian:11", "xorg-server", "", "", "2:1.19-1", "2:1.20.11-1+deb11u6",
          "DSA-5380-1 2:1.20.11-1+deb11u6\n" },
        { "almalinux:9.2", "tool", "", "x86_64", "1:1.9-1.el9", "1:2.0-4.el9",
          "EXSA-2023:1 1:2.0-3.el9\nALSA-2023:9 1:2.0-4.el9\n" },
        { "almalinux:9.2", "tool", "", "aarch64", "1:1.9-1.el9", "1:2.0-3.el9",
          "" },
        { "almalinux:9.2", "tool", "", "x86_64", "2.0-9.el9", "2.1-1.el9",
          "EXBA-2023:2 2.1-1.el9\n" },
        { "almalinux:8", "tool-libs", "", "x86_64", "1", "9", "" },
    };
    struct kept kept;

    keep_nothing(&kept);
    import(&kept, DSA);
    import(&kept, TRACKER);
    import(&kept, UPDATEINFO);
    import(&kept, OSV);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(1 << 12);
        struct advisory_update update = {
            .release = str_c(cases[i].release),
            .package = str_c(cases[i].package),
            .source = str_c(cases[i].source),
            .arch = str_c(cases[i].arch),
            .installed = str_c(cases[i].installed),
            .candidate = str_c(cases[i].candidate),
        };

        assert_int_equal(advisory_facts(kept.data, &update, add_id, &out, NULL),
                         0);
        if (strcmp(buf_c(&out), cases[i].expected) != 0)
            fail_msg("case %zu: %s", i, buf_c(&out));
    }
    drop(&kept);
}

static void releases_have_the_names_of_os_release(void **state UNUSED)
{
    static const char *const cases[][2] = {
        { "bookworm", "debian:12" },
        { "sid", "debian:sid" },
        { "Debian:11", "debian:11" },
        { "Debian GNU/Linux 12 (bookworm)", "debian:12" },
        { "Ubuntu:22.04:LTS", "ubuntu:22.04" },
        { "Ubuntu 22.04 LTS", "ubuntu:22.04" },
        { "jammy", "ubuntu:22.04" },
        { "AlmaLinux:9", "almalinux:9" },
        { "AlmaLinux 9", "almalinux:9" },
        { "Rocky Linux:8", "rocky:8" },
        { "Red Hat Enterprise Linux 9", "rhel:9" },
        { "cpe:/o:redhat:enterprise_linux:9::baseos", "rhel:9" },
        { "cpe:/a:redhat:rhel_eus:9.2::appstream", "rhel:9.2" },
        { "SUSE Linux Enterprise Server 15 SP5", "sles:15.5" },
        { "SUSE Linux Enterprise Server 11 SP2-LTSS",
          "SUSE Linux Enterprise Server 11 SP2-LTSS" },
        { "openSUSE Leap 15.5", "opensuse-leap:15.5" },
        { "Fedora 27", "fedora:27" },
        { "Windows 11 Version 22H2 for x64-based Systems",
          "Windows 11 Version 22H2 for x64-based Systems" },
        { "Red Hat Enterprise Linux AppStream (v. 8)",
          "Red Hat Enterprise Linux AppStream (v. 8)" },
        { "", "" },
    };
    AUTO(buf_clear) struct buf out = BUF(1024);

    for (size_t i = 0; i < COUNT(cases); i++) {
        release_name(str_c(cases[i][0]), &out);
        assert_string_equal(buf_c(&out), cases[i][1]);
    }
    assert_true(release_covers(STR("rhel:9"), STR("rhel:9.2")));
    assert_false(release_covers(STR("rhel:9.2"), STR("rhel:9")));
    assert_false(release_covers(STR("rhel:9"), STR("rhel:90")));
    assert_false(release_covers(STR("ubuntu:22.04"), STR("ubuntu:22.04.1")));
    assert_true(release_covers(STR(""), STR("debian:12")));
}

/* --- What is wrong. --- */

static void errors_say_where(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        const char *error;
    } cases[] = {
        { "", E_UNSUPPORTED, "no advisory format that is known" },
        { "<html>", E_UNSUPPORTED, "no advisory format that is known" },
        { "[29 Mar 2023] DSA-1-1 x - y\n[hm] DSA-2-1 x\n", E_PARSE, "line 2" },
        { "[1 Jan 2023] DSA-1-1 x - y\n[2 Jan 2023] XXA-2-1 x\n", E_PARSE,
          "line 2" },
        { "<updates>\n<update type=\"security\"><id>\n</update></updates>",
          E_PARSE, "test:3:" },
        { "<updates><update type=\"x\"></update></updates>", E_PARSE,
          "has no id" },
        { "{\"t\": {\"CVE-2023-1\": {\"releases\": {\"sid\": {\"status\": "
          "\"odd\", \"repositories\": {}}}}}}",
          E_PARSE, "'odd' is not known" },
        { "{\"t\":\n {\"CVE-2023-1\": {\"releases\": {\"sid\": {\"status\": "
          "\"open\", \"repositories\": {}}}\n",
          E_PARSE, "ends early" },
        { "{\"t\": {\"CVE-2023-1\": {\"releases\": {\"sid\": {\"status\": "
          "\"open\", \"repositories\": {}}}} x",
          E_PARSE, "line 1" },
        { "{\"t\": {\"CVE-2023-1\": 5, \"releases\": 1, \"repositories\": 2}}",
          E_PARSE, "no releases" },
        { "{\"document\": {\"csaf_version\": \"1.0\", \"tracking\": {\"id\": "
          "\"x\"}}}",
          E_UNSUPPORTED, "CSAF 2" },
        { "{\"document\": {\"csaf_version\": \"2.0\"}}", E_PARSE,
          "tracking/id" },
        { "{\"affected\": [], \"schema_version\": \"1\", \"id\": 5}", E_PARSE,
          "no id" },
        { "{\"affected\": [], \"id\": \"x\"", E_PARSE, "test" },
        { "\"DatePosted\",\"CVE\",\"BulletinKB\"\n\"1\",\"2", E_PARSE,
          "does not end" },
        { "\"DatePosted\",\"CVE\",\"BulletinKB\"\na,b,c,d,e,f,g,h,i,j,k\n",
          E_PARSE, "line 2" },
    };
    struct kept kept;

    keep_nothing(&kept);
    import(&kept, DSA);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct advisory_imported imported;
        struct err err = { 0 };
        int rc = import_bytes(&kept, str_c(cases[i].text), &imported, &err);

        if (rc != cases[i].rc || strstr(err.text, cases[i].error) == NULL)
            fail_msg("case %zu: %d, %s", i, rc, err.text);
    }
    drop(&kept);
}

static void damage_is_noticed(void **state UNUSED)
{
    AUTO(buf_clear) struct buf bytes = BUF(1 << 20);
    struct kept kept;

    keep_nothing(&kept);
    import(&kept, DSA);
    import(&kept, CVRF);
    assert_int_equal(io_read_file(-100, kept.path, &bytes, NULL), 0);
    for (size_t i = 0; i < bytes.n; i++) {
        AUTO(advisory_data_freep) struct advisory_data *data = NULL;
        int rc;

        bytes.p[i] ^= 1;
        rc = advisory_data_open_memory(buf_str(&bytes), "x", &data, NULL);
        bytes.p[i] ^= 1;
        if (rc == 0 && i < bytes.n - 8) {
            /* between two sections there is padding */
            bool padding = bytes.p[i] == 0;

            if (!padding)
                fail_msg("byte %zu of %zu", i, bytes.n);
        }
    }
    for (size_t n = 0; n < bytes.n; n += 17) {
        struct advisory_data *data = NULL;

        assert_true(advisory_data_open_memory((str){ bytes.p, n }, "x", &data,
                                              NULL) < 0);
    }
    drop(&kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_dsa_are_read),
        cmocka_unit_test(the_debian_tracker_is_read),
        cmocka_unit_test(ubuntu_notices_are_read_in_both_forms),
        cmocka_unit_test(oval_patch_definitions_are_read),
        cmocka_unit_test(updateinfo_is_read),
        cmocka_unit_test(osv_is_read),
        cmocka_unit_test(csaf_advisories_and_vex_are_read),
        cmocka_unit_test(windows_updates_are_read_with_what_they_replace),
        cmocka_unit_test(archives_are_read_file_by_file),
        cmocka_unit_test(what_is_imported_again_replaces_itself),
        cmocka_unit_test(sources_that_disagree_stay_side_by_side),
        cmocka_unit_test(an_update_closes_the_advisories_between_its_versions),
        cmocka_unit_test(releases_have_the_names_of_os_release),
        cmocka_unit_test(errors_say_where),
        cmocka_unit_test(damage_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
