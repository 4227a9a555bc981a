/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "version/dotted.h"
#include "version/dpkg.h"
#include "version/fileset.h"
#include "version/ios.h"
#include "version/rpm.h"

typedef int compare_fn(str a, str b, int *out_order, struct err *err);

struct pair {
    const char *a;
    const char *b;
    int order; /* of a against b: -1, 0, 1 */
};

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static int order_of(compare_fn *compare, const char *a, const char *b)
{
    int order = 99;
    int rc = compare(str_c(a), str_c(b), &order, NULL);

    if (rc != 0)
        print_error("'%s' and '%s' gave %d\n", a, b, rc);
    assert_int_equal(rc, 0);
    return sign(order);
}

/* Each pair both ways, and each text against itself. */
static void check_pairs(compare_fn *compare, const struct pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct pair *p = &pairs[i];

        if (order_of(compare, p->a, p->b) != p->order)
            print_error("'%s' against '%s'\n", p->a, p->b);
        assert_int_equal(order_of(compare, p->a, p->b), p->order);
        assert_int_equal(order_of(compare, p->b, p->a), -p->order);
        assert_int_equal(order_of(compare, p->a, p->a), 0);
        assert_int_equal(order_of(compare, p->b, p->b), 0);
    }
}

static void check_refused(compare_fn *compare, const char *text)
{
    int order = 99;
    struct err err = { 0 };

    assert_int_equal(compare(str_c(text), STR("1"), &order, &err), E_PARSE);
    assert_int_equal(compare(STR("1.1"), str_c(text), &order, NULL), E_PARSE);
    assert_int_equal(order, 99);
    assert_true(strlen(err.text) > 10);
}

static void debian_versions_have_dpkgs_order(void **state UNUSED)
{
    static const struct pair pairs[] = {
        { "1.0", "1.0", 0 },
        { "0:1.0", "1.0", 0 },
        { "1:1.0", "2.0", 1 },
        { "-0:1.0", "1.0", 0 },
        { "-0:1.0-2", "1.0-1", 1 },
        { "2:1", "10:1", -1 },
        { "1.0", "1.0-0", 0 },
        { "1.0", "1.0-1", -1 },
        { "1.0-1", "1.0-1.1", -1 },
        { "1.2.3-4", "1.2.3-10", -1 },
        { "1.9", "1.10", -1 },
        { "1.0~rc1", "1.0", -1 },
        { "1.0~~", "1.0~", -1 },
        { "1.0~~a", "1.0~", -1 },
        { "1.0~", "1.0", -1 },
        { "1.0", "1.0a", -1 },
        { "1.0a", "1.0+", -1 },
        { "1.0+b1", "1.0-1", 1 },
        { "1.0-1~deb12u1", "1.0-1", -1 },
        { "1.0-1+deb12u1", "1.0-1", 1 },
        { "1.0-1+deb12u1", "1.0-1+b1", 1 },
        { "1.0.Z", "1.0.a", -1 },
        { "1.0.a", "1.0..", -1 },
        { "1.001", "1.1", 0 },
        { "1.0-001", "1.0-1", 0 },
        { "1.0-1-2", "1.0-1-3", -1 },
        { "99999999999999999999", "99999999999999999998", 1 },
        { "a", "1", 1 },
        { " 1.0 ", "1.0", 0 },
        { "1.0\xc3\xa9", "1.0z", 1 },
        { "5.2.15-2+b7", "5.2.15-2+b2", 1 },
        { "2.36-9+deb12u9", "2.36-9+deb12u10", -1 },
        { "1:9.18.24-1", "1:9.18.28-1~deb12u2", -1 },
        { "4.19.249-2", "4.19.0-1", 1 },
    };

    check_pairs(dpkg_version_compare, pairs, COUNT(pairs));
}

static void what_dpkg_refuses_is_refused(void **state UNUSED)
{
    static const char *const texts[] = {
        "",     " ",   ":1",       "a:1",  "1:",           "1.0-",
        "1:-1", "1 0", "5.7 only", "-1:1", "2147483648:1", "1-1:2",
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        check_refused(dpkg_version_compare, texts[i]);
}

static void a_debian_version_has_three_parts(void **state UNUSED)
{
    struct dpkg_version version;

    assert_int_equal(dpkg_version_parse(STR("7:1.2:3-4-5~x"), &version, NULL),
                     0);
    assert_int_equal(version.epoch, 7);
    assert_true(str_eq(version.upstream, STR("1.2:3-4")));
    assert_true(str_eq(version.revision, STR("5~x")));
}

static void rpm_versions_have_librpms_order(void **state UNUSED)
{
    static const struct pair pairs[] = {
        { "1.0", "1.0", 0 },
        { "0:1.0-1", "1.0-1", 0 },
        { ":1.0-1", "0:1.0-1", 0 },
        { "(none):1.0-1", "0:1.0-1", 0 },
        { "1:1.0-1", "2.0-1", 1 },
        { "01:1.0-1", "1:1.0-1", 0 },
        { "1.0", "2.0", -1 },
        { "2.0.1", "2.0", 1 },
        { "2.0.1a", "2.0.1", 1 },
        { "5.5p1", "5.5p10", -1 },
        { "10xyz", "10.1xyz", -1 },
        { "xyz10", "xyz10.1", -1 },
        { "xyz.4", "8", -1 },
        { "xyz.4", "2", -1 },
        { "5.5p2", "5.6p1", -1 },
        { "6.0.rc1", "6.0", 1 },
        { "10b2", "10a1", 1 },
        { "1.0aa", "1.0a", 1 },
        { "10.0001", "10.0039", -1 },
        { "4.999.9", "5.0", -1 },
        { "20101121", "20101122", -1 },
        { "2_0", "2.0", 0 },
        { "a+", "a_", 0 },
        { "1.0~rc1", "1.0", -1 },
        { "1.0~rc1", "1.0~rc2", -1 },
        { "1.0~rc1~git123", "1.0~rc1", -1 },
        { "1.0^", "1.0", 1 },
        { "1.0^git1", "1.0", 1 },
        { "1.0^git1", "1.01", -1 },
        { "1.0^20160102", "1.0.1", -1 },
        { "1.0^git1~pre", "1.0^git1", -1 },
        { "1.0~rc1^git1", "1.0~rc1", 1 },
        { "1.0-1.el9", "1.0-1.el9_2", -1 },
        { "1.0-1.el9_2.1", "1.0-1.el9_2", 1 },
        { "1.0", "1.0-1", -1 },
        { "1.0", "1.0-~1", -1 },
        { "1.0", "1.0-", -1 },
        { "1.0-10", "1.0-9", 1 },
        { "1.0-1-2", "1.0-1-3", -1 },
        { "1.0.", "1.0", 0 },
        { "99999999999999999999.1", "99999999999999999998.9", 1 },
        { "0:3.5ssa-0.20030801.48", "0:3.5-1", 1 },
        { "1:2.3.4-5.6", "1:2.3.4-5.6", 0 },
    };

    check_pairs(rpm_version_compare, pairs, COUNT(pairs));
    check_refused(rpm_version_compare, "");
}

static void dotted_versions_are_lists_of_numbers(void **state UNUSED)
{
    static const struct pair pairs[] = {
        { "1.0.0.0", "1.0", 0 },
        { "1.2.3", "6.7.8.9", -1 },
        { "1.2.3", "1.2.3.0.0", 0 },
        { "1.2.3", "1.2.3.0.1", -1 },
        { "5.7.23", "5.8.0", -1 },
        { "4.23.6", "4.23.6", 0 },
        { "9!23%424-65+35,890A314P12", "9.23.424.65.35.890.314.12", 0 },
        { "1.10", "1.9", 1 },
        { "01.002", "1.2", 0 },
        { "8.0(4)", "8.0.4", 0 },
        { "8.0(4)28", "8.0(4)", 1 },
        { "8.0(4)28", "8.0.4.28", 0 },
        { "1\xc3\xa9"
          "2",
          "1.2", 0 },
        { "99999999999999999999", "99999999999999999998", 1 },
        { "1.0.1e", "1.0.1", 0 },
    };
    static const char *const bad[] = { "", "v1", ".1", "abc", "-1" };

    check_pairs(dotted_version_compare, pairs, COUNT(pairs));
    for (size_t i = 0; i < COUNT(bad); i++)
        check_refused(dotted_version_compare, bad[i]);
}

static void fileset_revisions_are_fields_between_dots(void **state UNUSED)
{
    static const struct pair pairs[] = {
        { "A.03.61.00", "A.03.61.00", 0 },
        { "A.03.61.00", "A.3.61", 0 },
        { "A.03.61.00", "A.03.62.00", -1 },
        { "A.03.61.00", "B.01.00.00", -1 },
        { "7.1.0.15", "7.1.0.2", 1 },
        { "7.1.0.15", "7.1.1.0", -1 },
        { "7.1", "7.1.0.1", -1 },
        { "B.11.31", "B.11.31.01", -1 },
        { "1.0", "1.a", -1 },
        { "B.11.31.a", "B.11.31.b", -1 },
    };
    static const char *const bad[] = { "", ".1", "1.", "1..2", "A 1", "\t" };

    check_pairs(fileset_revision_compare, pairs, COUNT(pairs));
    for (size_t i = 0; i < COUNT(bad); i++)
        check_refused(fileset_revision_compare, bad[i]);
}

static void ios_versions_are_ordered_within_a_train(void **state UNUSED)
{
    static const struct pair pairs[] = {
        { "12.4(9)T0a", "12.4(9)T0a", 0 },
        { "12.4(9)T", "12.4(9)T1", -1 },
        { "12.4(9)T1", "12.4(9)T10", -1 },
        { "12.4(9)T2", "12.4(9)T2a", -1 },
        { "12.4(9)t2", "12.4(9)T2", 0 },
        { "12.4(5)", "12.4(5b)", -1 },
        { "12.4(5a)", "12.4(5b)", -1 },
        { "12.4(5b)", "12.4(6)", -1 },
        { "12.2(25)SEE2", "12.2(25)SEE3", -1 },
        { "12.2(33)SXI2a", "12.2(33)SXI2", 1 },
        { "12.3(14)T", "12.4(2)T", -1 },
        { "12.2(33)SXI", "12.4(1)T", -1 },
        { "15.4(3)M", "15.4(3)M6a", -1 },
        { "17.9.4", "17.9.4a", -1 },
        { "17.9.4", "17.10.1", -1 },
        { "16.12.03a", "16.12.3a", 0 },
        { "12.0(3c)W5(8)", "12.0(3c)W5(9)", -1 },
        { "12.1E", "12.1(1)E", -1 },
        { "11.2", "12.0", -1 },
    };
    static const char *const bad[] = { "",        "12",         "12.",
                                       "x12.4",   "12.4(",      "12.4()",
                                       "12.4(9",  "12.4(9)T1(", "12.4(9)T0a1",
                                       "12.4 (9)" };

    check_pairs(ios_version_compare, pairs, COUNT(pairs));
    for (size_t i = 0; i < COUNT(bad); i++)
        check_refused(ios_version_compare, bad[i]);
}

static void ios_trains_have_no_order_in_one_release(void **state UNUSED)
{
    int order = 99;

    assert_int_equal(ios_version_compare(STR("12.4(15)T8"), STR("12.4(15)XY3"),
                                         &order, NULL),
                     1);
    assert_int_equal(
        ios_version_compare(STR("12.4(9)"), STR("12.4(9)T"), &order, NULL), 1);
    assert_int_equal(order, 99);
}

static void an_ios_version_has_its_parts(void **state UNUSED)
{
    struct ios_version v;

    assert_int_equal(ios_version_parse(STR("12.4(9b)SXI10a"), &v, NULL), 0);
    assert_true(str_eq(v.major, STR("12")));
    assert_true(str_eq(v.minor, STR("4")));
    assert_true(str_eq(v.release, STR("9")));
    assert_true(str_eq(v.mainline_rebuild, STR("b")));
    assert_true(str_eq(v.train, STR("SXI")));
    assert_true(str_eq(v.rebuild, STR("10")));
    assert_true(str_eq(v.subrebuild, STR("a")));
}

/* A generator without seed from outside: the same texts every time. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 16;
}

static str random_text(uint32_t *state, char *bytes, size_t max)
{
    static const char alphabet[] = "00112349abzAZ..--::~~^^+_ ";
    size_t n = next_random(state) % max;

    for (size_t i = 0; i < n; i++)
        bytes[i] = alphabet[next_random(state) % (sizeof(alphabet) - 1)];
    return (str){ bytes, n };
}

static void every_order_is_antisymmetric_and_transitive(void **state UNUSED)
{
    static compare_fn *const compares[] = { dpkg_version_compare,
                                            rpm_version_compare,
                                            dotted_version_compare,
                                            fileset_revision_compare };
    uint32_t seed = 7;

    for (int i = 0; i < 40000; i++) {
        compare_fn *compare = compares[i % (int)COUNT(compares)];
        char a[8];
        char b[8];
        char c[8];
        str sa = random_text(&seed, a, sizeof(a));
        str sb = random_text(&seed, b, sizeof(b));
        str sc = random_text(&seed, c, sizeof(c));
        int ab = 0;
        int ba = 0;
        int bc = 0;
        int ac = 0;

        if (compare(sa, sb, &ab, NULL) < 0 || compare(sb, sc, &bc, NULL) < 0)
            continue;
        assert_int_equal(compare(sb, sa, &ba, NULL), 0);
        assert_int_equal(compare(sa, sc, &ac, NULL), 0);
        assert_int_equal(sign(ab), -sign(ba));
        if (ab <= 0 && bc <= 0)
            assert_true(ac <= 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(debian_versions_have_dpkgs_order),
        cmocka_unit_test(what_dpkg_refuses_is_refused),
        cmocka_unit_test(a_debian_version_has_three_parts),
        cmocka_unit_test(rpm_versions_have_librpms_order),
        cmocka_unit_test(dotted_versions_are_lists_of_numbers),
        cmocka_unit_test(fileset_revisions_are_fields_between_dots),
        cmocka_unit_test(ios_versions_are_ordered_within_a_train),
        cmocka_unit_test(ios_trains_have_no_order_in_one_release),
        cmocka_unit_test(an_ios_version_has_its_parts),
        cmocka_unit_test(every_order_is_antisymmetric_and_transitive),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
