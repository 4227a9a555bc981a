/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <unistd.h>

#include "base/mem.h"
#include "risk/cve.h"
#include "risk/import.h"

#define KEV                                                                    \
    "{\"catalogVersion\": \"2026.01.02\", "                                    \
    "\"dateReleased\": \"2026-01-02T03:04:05.6Z\", \"count\": 2,\n"            \
    "\"vulnerabilities\": [\n"                                                 \
    "{\"cveID\": \"CVE-2020-0002\", \"dateAdded\": \"2021-01-01\", "           \
    "\"dueDate\": \"2021-01-15\", "                                            \
    "\"knownRansomwareCampaignUse\": \"Known\", \"cwes\": [\"CWE-1\"]},\n"     \
    "{\"cveID\": \"CVE-2020-12345\", \"dateAdded\": \"2021-02-03\"}]}"

#define EPSS                                                                   \
    "#model_version:v2025.03.14,score_date:2026-01-03T00:00:00+0000\n"         \
    "cve,epss,percentile\n"                                                    \
    "CVE-2020-0001,0.5,0.99\nCVE-2020-0002,4.3e-05,0.000001\r\n"

#define METRIC(key, type, source, version, vector, score)                      \
    "\"" key "\": [{\"source\": \"" source "\", \"type\": \"" type             \
    "\", \"cvssData\": {\"version\": \"" version                               \
    "\", \"vectorString\": \"" vector "\", \"baseScore\": " score "}}]"
#define NVD(metrics)                                                           \
    "{\"format\": \"NVD_CVE\", \"version\": \"2.0\", "                         \
    "\"timestamp\": \"2026-01-04T00:00:00\", \"vulnerabilities\": [{\"cve\": " \
    "{\"id\": \"CVE-2020-0001\", \"metrics\": {" metrics "}}}]}"
#define V31 "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
#define V2 "AV:N/AC:L/Au:N/C:P/I:P/A:P"

/* What is kept on disk, opened again after every import. */
struct kept {
    char path[32];
    struct risk_data *data;
};

static void keep_nothing(struct kept *kept)
{
    *kept = (struct kept){ .path = "/tmp/holdfast-risk-XXXXXX" };
    close(mkstemp(kept->path));
}

static void drop(struct kept *kept)
{
    risk_data_freep(&kept->data);
    unlink(kept->path);
}

static int import(struct kept *kept, const char *text, struct err *err)
{
    AUTO(risk_draft_freep) struct risk_draft *draft = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct risk_import how = { .path = "test", .now_s = 1000 };
    struct risk_imported imported;
    int rc = risk_draft_new(kept->data, &draft, err);

    if (rc == 0)
        rc = risk_import_memory(draft, str_c(text), &how, &imported, err);
    if (rc == 0)
        rc = io_out_open(kept->path, &out, err);
    if (rc == 0)
        rc = risk_draft_write(draft, out, err);
    if (rc == 0)
        rc = io_out_finish(out, err);
    if (rc < 0)
        return rc;
    risk_data_freep(&kept->data);
    return risk_data_open(kept->path, &kept->data, err);
}

static void must_import(struct kept *kept, const char *text)
{
    struct err err = { 0 };

    if (import(kept, text, &err) < 0)
        fail_msg("%s", err.text);
}

static struct risk find(struct kept *kept, const char *cve)
{
    struct risk risk = { 0 };

    assert_int_equal(risk_data_find(kept->data, str_c(cve), &risk, NULL), 0);
    return risk;
}

static bool is(str a, const char *b)
{
    return str_eq_c(a, b);
}

static void cve_ids_are_read_exactly_or_refused(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
    } cases[] = {
        { "CVE-1999-0001", 0 },
        { "CVE-2024-123456", 0 },
        { "CVE-2024-12345678901234", 0 },
        { "CVE-2024-1234567890123456", E_LIMIT },
        { "CVE-2024-00001", E_PARSE },
        { "CVE-2024-001", E_PARSE },
        { "cve-2024-0001", E_PARSE },
        { "CVE-2024-0001 ", E_PARSE },
        { "CVE-20-240001", E_PARSE },
        { "CVE-2024-", E_PARSE },
        { "", E_PARSE },
    };
    char space[CVE_TEXT_SIZE];

    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t key;

        assert_int_equal(cve_parse(str_c(cases[i].text), &key, NULL),
                         cases[i].rc);
        if (cases[i].rc == 0)
            assert_true(is(cve_text(key, space), cases[i].text));
    }
}

static void days_are_those_of_the_calendar(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
    } cases[] = {
        { "2024-02-29", 0 },
        { "2023-02-29", E_PARSE },
        { "1970-01-02", 0 },
        { "1970-01-01", E_PARSE },
        { "2026-13-01", E_PARSE },
        { "2026-1-01", E_PARSE },
        { "2026-01-01x", E_PARSE },
        { "26-01-01", E_PARSE },
        { "", E_PARSE },
    };
    char space[DAY_TEXT_SIZE];

    for (size_t i = 0; i < COUNT(cases); i++) {
        uint16_t day;

        assert_int_equal(day_parse(str_c(cases[i].text), &day, NULL),
                         cases[i].rc);
        if (cases[i].rc == 0)
            assert_true(is(day_text(day, space), cases[i].text));
    }
}

static void every_kind_of_source_adds_its_facts(void **state UNUSED)
{
    AUTO(drop) struct kept kept;
    struct risk risk;

    keep_nothing(&kept);
    must_import(&kept, KEV);
    must_import(&kept, EPSS);
    must_import(&kept, NVD(METRIC("cvssMetricV31", "Primary", "nvd@nist.gov",
                                  "3.1", V31, "9.8")));
    risk = find(&kept, "CVE-2020-0001");
    assert_int_equal(risk.version, CVSS_3_1);
    assert_int_equal(risk.score, 98);
    assert_true(is(risk.vector, V31) && is(risk.source, "NVD"));
    assert_true(is(risk.scorer, "") && !risk.exploited && risk.has_epss);
    assert_int_equal(risk.epss, 500000);
    assert_int_equal(risk.percentile, 990000);
    assert_true(is(risk.epss_date, "2026-01-03"));
    risk = find(&kept, "CVE-2020-0002");
    assert_int_equal(risk.version, CVSS_NONE);
    assert_true(risk.exploited && risk.ransomware && risk.due > risk.added);
    assert_true(is(risk.exploited_source, "CISA KEV"));
    assert_int_equal(risk.epss, 43);
    assert_int_equal(risk.percentile, 1);
    risk = find(&kept, "CVE-2020-12345");
    assert_true(risk.exploited && !risk.ransomware && risk.due == 0);
    assert_int_equal(risk_data_count(kept.data), 3);
    assert_int_equal(risk_data_sources(kept.data), 3);
    assert_int_equal(
        risk_data_find(kept.data, STR("CVE-2020-0003"), &risk, NULL), 1);
    assert_int_equal(risk_data_find(kept.data, STR("DSA-1"), &risk, NULL), 1);
}

static void a_catalogue_replaces_the_one_before(void **state UNUSED)
{
    AUTO(drop) struct kept kept;
    struct risk risk;

    keep_nothing(&kept);
    must_import(&kept, KEV);
    must_import(&kept, EPSS);
    must_import(&kept, "CVE-2020-0007,0.1,0.2\n");
    assert_int_equal(
        risk_data_find(kept.data, STR("CVE-2020-0001"), &risk, NULL), 1);
    assert_false(find(&kept, "CVE-2020-0002").has_epss);
    assert_true(find(&kept, "CVE-2020-0002").exploited);
    assert_int_equal(risk_data_sources(kept.data), 2);
}

static void the_latest_version_of_cvss_is_kept(void **state UNUSED)
{
    static const char v4[] = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:L/"
                             "SC:N/SI:N/SA:N";
    AUTO(drop) struct kept kept;
    AUTO(buf_clear) struct buf text = BUF(4096);
    struct risk risk;

    keep_nothing(&kept);
    must_import(&kept,
                NVD(METRIC("cvssMetricV2", "Primary", "nvd@nist.gov", "2.0", V2,
                           "7.5") ", " METRIC("cvssMetricV31", "Secondary",
                                              "a@b.org", "3.1", V31, "9.8")));
    risk = find(&kept, "CVE-2020-0001");
    assert_int_equal(risk.version, CVSS_3_1);
    assert_true(is(risk.source, "NVD") && is(risk.scorer, "a@b.org"));
    buf_printf(&text, "# source: Vendor\nCVE-2020-0001\t4.0\t6.9\t%s\n", v4);
    must_import(&kept, buf_c(&text));
    risk = find(&kept, "CVE-2020-0001");
    assert_int_equal(risk.version, CVSS_4_0); /* lower, and later: D-24 */
    assert_int_equal(risk.score, 69);
    assert_true(is(risk.source, "Vendor"));
    must_import(&kept, "CVE-2020-0001\t2.0\t7.5\t" V2 "\n");
    assert_int_equal(find(&kept, "CVE-2020-0001").version, CVSS_4_0);
}

static void a_score_that_is_withdrawn_goes(void **state UNUSED)
{
    AUTO(drop) struct kept kept;

    keep_nothing(&kept);
    must_import(&kept, EPSS);
    must_import(&kept, NVD(METRIC("cvssMetricV31", "Primary", "nvd@nist.gov",
                                  "3.1", V31, "9.8")));
    must_import(&kept, NVD(""));
    assert_int_equal(find(&kept, "CVE-2020-0001").version, CVSS_NONE);
}

static void columns_of_a_table_are_found_by_name(void **state UNUSED)
{
    AUTO(drop) struct kept kept;
    struct risk risk;

    keep_nothing(&kept);
    must_import(&kept, "# source: Me\n"
                       "#cve\tpublished\tversion\tbaseScore\tseverity\tvector\n"
                       "CVE-2020-0001\t2020-01-01\t3.1\t\tX\t" V31 "\n"
                       "CVE-2020-0002\t2020-01-01\t2.0\t7.5\tX\t\n"
                       "CVE-2020-0003\t2020-01-01\t\t\t\t\n");
    risk = find(&kept, "CVE-2020-0001");
    assert_int_equal(risk.score, 98); /* what the vector gives */
    assert_true(is(risk.source, "Me"));
    risk = find(&kept, "CVE-2020-0002");
    assert_true(risk.score == 75 && risk.vector.n == 0);
    assert_int_equal(risk_data_count(kept.data), 2);
}

static void bad_files_are_refused_with_their_line(void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        const char *error;
    } cases[] = {
        { "", E_UNSUPPORTED, "no risk data" },
        { "<html>sign in</html>", E_UNSUPPORTED, "test: is no risk data" },
        { "{\"CVE_data_format\": 1}", E_UNSUPPORTED, "1.1" },
        { "{\"catalogVersion\": 1,\n \"vulnerabilities\": [\n{]}", E_PARSE,
          "test: line 3: is no JSON" },
        { "{\"catalogVersion\": 1, \"vulnerabilities\": [", E_PARSE,
          "no JSON" },
        { "{\"catalogVersion\": 1}", E_INVALID, "no entry" },
        { "{\"catalogVersion\": 1,\n\"vulnerabilities\": [{}]}", E_PARSE,
          "line 2: a vulnerability has no cveID" },
        { "{\"catalogVersion\": 1, \"vulnerabilities\": [1]}", E_PARSE,
          "no object" },
        { "{\"catalogVersion\": 1,\n\n\"vulnerabilities\": [{\"cveID\": "
          "\"CVE-2020-1\"}]}",
          E_PARSE, "line 3: 'CVE-2020-1' is no CVE id" },
        { "{\"catalogVersion\": 1, \"count\": 2, \"vulnerabilities\": "
          "[{\"cveID\": \"CVE-2020-0001\", \"dateAdded\": \"2020-01-01\"}]}",
          E_INVALID, "says that it holds 2" },
        { "cve,epss,percentile\nCVE-2020-0001,0.1,0.2\nCVE-2020-0002,1.1,0\n",
          E_PARSE, "line 3: EPSS score '1.1'" },
        { "CVE-2020-0001,0.1,0.2\nCVE-2020-0002,0.1\n", E_PARSE,
          "line 2: percentile ''" },
        { "CVE-2020-0001,0.1,-0.2\n", E_PARSE, "percentile '-0.2'" },
        { "CVE-2020-0001,0.1,0.2,0.3\n", E_PARSE, "percentile '0.2,0.3'" },
        { "CVE-2020-0001,NaN,0.2\n", E_PARSE, "'NaN'" },
        { "CVE-2020-0001,1e5,0.2\n", E_PARSE, "'1e5'" },
        { "CVE-2020-0001\t3.1\t9.8\tCVSS:3.1/AV:N\n", E_PARSE,
          "line 1: vector 'CVSS:3.1/AV:N': the CVSS 3.1 base metric" },
        { "CVE-2020-0001\t2.0\t9.8\t" V31 "\n", E_INVALID, "of CVSS 3.1" },
        { "CVE-2020-0001\t5.0\t9.8\n", E_PARSE, "version '5.0'" },
        { "CVE-2020-0001\t3.1\t98\n", E_LIMIT, "score" },
        { "cve\tscore\nCVE-2020-0001\t9.8\n", E_PARSE, "must be named" },
        { NVD(METRIC("cvssMetricV31", "Primary", "n", "3.1", "x", "9.8")),
          E_PARSE, "vector 'x'" },
        { NVD(METRIC("cvssMetricV31", "Primary", "n", "3.1", V31, "\"a\"")),
          E_PARSE, "'a' is no CVSS score" },
    };
    AUTO(drop) struct kept kept;

    keep_nothing(&kept);
    must_import(&kept, KEV);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = { 0 };

        if (import(&kept, cases[i].text, &err) != cases[i].rc ||
            strstr(err.text, cases[i].error) == NULL)
            fail_msg("%s: %s", cases[i].text, err.text);
        assert_int_equal(risk_data_count(kept.data), 2);
    }
}

/* Every byte of a small file, changed: found out when opened or used. */
static void damage_is_noticed(void **state UNUSED)
{
    AUTO(drop) struct kept kept;
    AUTO(buf_clear) struct buf bytes = BUF(1 << 20);

    keep_nothing(&kept);
    must_import(&kept, KEV);
    assert_int_equal(io_read_file(-1, kept.path, &bytes, NULL), 0);
    for (size_t i = 0; i < bytes.n; i++) {
        AUTO(risk_data_freep) struct risk_data *data = NULL;
        struct risk risk;
        int rc;

        bytes.p[i] ^= 1;
        rc = risk_data_open_memory(buf_str(&bytes), "test", &data, NULL);
        if (rc == 0)
            rc = risk_data_find(data, STR("CVE-2020-0002"), &risk, NULL);
        if (rc != E_CORRUPT && rc != E_UNSUPPORTED)
            fail_msg("byte %zu: %d", i, rc);
        bytes.p[i] ^= 1;
    }
    for (size_t n = 0; n < bytes.n; n++) {
        struct risk_data *data;

        assert_int_equal(
            risk_data_open_memory((str){ bytes.p, n }, "test", &data, NULL),
            E_CORRUPT);
    }
}

static void many_entries_are_found_in_their_blocks(void **state UNUSED)
{
    AUTO(drop) struct kept kept;
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    struct risk risk;

    keep_nothing(&kept);
    for (unsigned i = 3000; i-- > 0;)
        buf_printf(&text, "CVE-%u-%04u,0.%06u,0.5\n", 1999 + i % 25, 2 * i, i);
    must_import(&kept, buf_c(&text));
    assert_int_equal(risk_data_count(kept.data), 3000);
    for (unsigned i = 0; i < 3000; i++) {
        buf_reset(&text);
        buf_printf(&text, "CVE-%u-%04u", 1999 + i % 25, 2 * i);
        assert_int_equal(find(&kept, buf_c(&text)).epss, i);
        buf_reset(&text);
        buf_printf(&text, "CVE-%u-%04u", 1999 + i % 25, 2 * i + 1);
        assert_int_equal(risk_data_find(kept.data, buf_str(&text), &risk, NULL),
                         1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cve_ids_are_read_exactly_or_refused),
        cmocka_unit_test(days_are_those_of_the_calendar),
        cmocka_unit_test(every_kind_of_source_adds_its_facts),
        cmocka_unit_test(a_catalogue_replaces_the_one_before),
        cmocka_unit_test(the_latest_version_of_cvss_is_kept),
        cmocka_unit_test(a_score_that_is_withdrawn_goes),
        cmocka_unit_test(columns_of_a_table_are_found_by_name),
        cmocka_unit_test(bad_files_are_refused_with_their_line),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(many_entries_are_found_in_their_blocks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
