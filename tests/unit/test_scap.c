/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of SCAP that are pure: names of platforms, resolution, limits.
 * What evaluation gives is held to OpenSCAP in tests/e2e/e2e_scap.py.
 */
#include "tests/unit/unit.h"

#include "base/buf.h"
#include "scap/policy.h"

static void cpe_names_of_both_forms_include_each_other(void **state UNUSED)
{
    static const struct {
        const char *wanted;
        const char *known;
        bool includes;
    } cases[] = {
        { "cpe:/o:debian:debian_linux:12", "cpe:/o:debian:debian_linux:12",
          true },
        { "cpe:/o:debian:debian_linux", "cpe:/o:debian:debian_linux:12", true },
        { "cpe:/o:debian:debian_linux:12", "cpe:/o:debian:debian_linux",
          false },
        { "cpe:/o:Debian:Debian_Linux:12", "cpe:/o:debian:debian_linux:12",
          true },
        { "cpe:2.3:o:debian:debian_linux:12:*:*:*:*:*:*:*",
          "cpe:/o:debian:debian_linux:12", true },
        { "cpe:/a:x:y%2bz:1", "cpe:2.3:a:x:y\\+z:1:*:*:*:*:*:*:*", true },
        { "cpe:2.3:a:x:y\\:z:1:*:*:*:*:*:*:*", "cpe:/a:x:y%3az:1", true },
        { "cpe:/a:x:y:1::~~pro~linux~x64~",
          "cpe:2.3:a:x:y:1:*:*:*:pro:linux:x64:*", true },
        { "cpe:/a:x:y:1::~~pro~linux~x64~",
          "cpe:2.3:a:x:y:1:*:*:*:pro:linux:arm:*", false },
        { "cpe:/a:x", "nonsense", false },
        { "", "cpe:/a:x", false },
        { "cpe:2.3:a:x\\", "cpe:2.3:a:x\\", true },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        if (cpe_includes(str_c(cases[i].wanted), str_c(cases[i].known)) !=
            cases[i].includes)
            fail_msg("%s and %s", cases[i].wanted, cases[i].known);
}

#define HEAD                                                                   \
    "<Benchmark xmlns=\"http://checklists.nist.gov/xccdf/1.2\" id=\"top\">"    \
    "<status>draft</status><version>1</version>"

static struct scap *load(const char *text, int want)
{
    struct scap *scap = NULL;
    struct err err = { 0 };

    assert_int_equal(scap_load_memory(str_c(text), "test", &scap, &err), want);
    return scap;
}

static struct scap_policy *resolve(const struct scap *scap, const char *profile)
{
    const struct scap_choice choice = { .profile = str_c(profile) };
    struct scap_policy *policy = NULL;
    struct err err = { 0 };

    if (scap_policy_new(scap, &choice, &policy, &err) < 0)
        fail_msg("%s", err.text);
    return policy;
}

static bool selected(const struct scap_policy *policy, const char *id)
{
    uint32_t item = xccdf_find_item(policy->benchmark, str_c(id));

    assert_int_not_equal(item, XCCDF_NONE);
    return policy->rules[item].selected;
}

static void what_is_required_goes_with_what_requires_it(void **state UNUSED)
{
    struct scap *scap = load(
        HEAD "<Profile id=\"p\"><title>p</title>"
             "<select idref=\"c\" selected=\"false\"/></Profile>"
             "<Rule id=\"a\"><title>a</title><requires idref=\"b\"/></Rule>"
             "<Rule id=\"b\"><title>b</title><requires idref=\"x c\"/></Rule>"
             "<Rule id=\"c\"><title>c</title></Rule>"
             "<Rule id=\"d\"><title>d</title><conflicts idref=\"a\"/></Rule>"
             "</Benchmark>",
        0);
    struct scap_policy *policy = resolve(scap, "");

    assert_true(selected(policy, "a") && selected(policy, "b"));
    assert_false(selected(policy, "d"));
    assert_int_equal(policy->selected, 3);
    scap_policy_free(policy);
    policy = resolve(scap, "p");
    assert_false(selected(policy, "a") || selected(policy, "b"));
    assert_false(selected(policy, "c"));
    scap_policy_free(policy);
    scap_free(scap);
}

static void clusters_and_groups_are_selected_as_one(void **state UNUSED)
{
    struct scap *scap = load(
        HEAD "<Profile id=\"p\"><title>p</title>"
             "<select idref=\"k\" selected=\"true\"/>"
             "<select idref=\"g\" selected=\"false\"/>"
             "<refine-rule idref=\"k\" weight=\"4.5\"/></Profile>"
             "<Rule id=\"a\" cluster-id=\"k\" selected=\"false\"/>"
             "<Rule id=\"b\" cluster-id=\"k\" selected=\"0\"/>"
             "<Group id=\"g\"><Rule id=\"c\"/><Group id=\"h\">"
             "<Rule id=\"d\" cluster-id=\"k\"/></Group></Group></Benchmark>",
        0);
    struct scap_policy *policy = resolve(scap, "p");

    assert_true(selected(policy, "a") && selected(policy, "b"));
    assert_false(selected(policy, "c") || selected(policy, "d"));
    assert_true(policy->rules[1].weight > 4.4 && policy->rules[1].weight < 4.6);
    scap_policy_free(policy);
    scap_free(scap);
}

static void rules_take_over_what_they_extend(void **state UNUSED)
{
    struct scap *scap = load(
        HEAD "<Rule id=\"a\" severity=\"high\" weight=\"3\"><title>A</title>"
             "<ident system=\"s\">CCE-1</ident></Rule>"
             "<Rule id=\"b\" extends=\"a\" severity=\"low\"/>"
             "<Rule id=\"c\" extends=\"c\"/>"
             "<Rule id=\"d\" extends=\"nothing\"/></Benchmark>",
        0);
    struct scap_policy *policy = resolve(scap, "");
    const struct scap_rule *b = &policy->rules[2];

    assert_int_equal(b->severity, XCCDF_SEVERITY_LOW);
    assert_true(b->weight > 2.9 && str_eq(b->title, STR("A")));
    assert_true(str_eq(b->idents->text, STR("CCE-1")));
    assert_false(scap_validate(scap));
    scap_policy_free(policy);
    scap_free(scap);
}

static void values_stand_in_the_text(void **state UNUSED)
{
    struct scap *scap = load(
        HEAD "<plain-text id=\"t\">ours</plain-text>"
             "<Profile id=\"p\"><title>p</title>"
             "<refine-value idref=\"v\" selector=\"two\"/></Profile>"
             "<Value id=\"v\"><value>1</value><value selector=\"two\">2"
             "</value></Value><Value id=\"w\" extends=\"v\"/>"
             "<Rule id=\"a\"><title>x <sub idref=\"v\"/> y <sub idref=\"w\"/>"
             " <sub idref=\"t\"/> <sub idref=\"none\"/></title></Rule>"
             "</Benchmark>",
        0);
    struct scap_policy *policy = resolve(scap, "p");
    str text = scap_policy_expand(policy, policy->rules[1].title);

    if (!str_eq(text, STR("x 2 y 1 ours none")))
        fail_msg("%.*s", (int)text.n, text.p);
    scap_policy_free(policy);
    scap_free(scap);
}

static void what_is_too_much_is_refused(void **state UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    buf_add_c(&text, HEAD);
    for (unsigned i = 0; i < 250; i++)
        buf_printf(&text, "<Group id=\"g%u\">", i);
    load(buf_c(&text), E_LIMIT);
    load("<Benchmark xmlns=\"urn:x/xccdf/2.0\" id=\"b\"/>", E_UNSUPPORTED);
    load(HEAD "<Rule/></Benchmark>", E_INVALID);
    load("<a/>", E_INVALID);
    load("PK\x03\x04 not a zip", E_CORRUPT);
    load("", E_PARSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpe_names_of_both_forms_include_each_other),
        cmocka_unit_test(what_is_required_goes_with_what_requires_it),
        cmocka_unit_test(clusters_and_groups_are_selected_as_one),
        cmocka_unit_test(rules_take_over_what_they_extend),
        cmocka_unit_test(values_stand_in_the_text),
        cmocka_unit_test(what_is_too_much_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
