/* SPDX-License-Identifier: Apache-2.0
 *
 * What a SAML response must be (X-3), without its signature: that is in the
 * end-to-end test.
 */
#include "saml/reply.h"
#include "saml/request.h"
#include "tests/unit/unit.h"

/* clang-format off */
static const char good[] =
    "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\""
    " xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" Version=\"2.0"
    "\" ID=\"_id1\" IssueInstant=\"2027-01-15T08:00:00Z\" Destination=\"h"
    "ttps://holdfast.example/consumer\" InResponseTo=\"_request\"><saml:I"
    "ssuer>https://idp.example</saml:Issuer><samlp:Status><samlp:StatusCo"
    "de Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Sta"
    "tus><saml:Assertion Version=\"2.0\" ID=\"_id2\" IssueInstant=\"2027-"
    "01-15T08:00:00Z\"><saml:Issuer>https://idp.example</saml:Issuer><ds:"
    "Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:Signed"
    "Info><ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/1"
    "0/xml-exc-c14n#\"/><ds:SignatureMethod Algorithm=\"http://www.w3.org"
    "/2001/04/xmldsig-more#rsa-sha256\"/><ds:Reference URI=\"#_id2\"><ds:"
    "Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmlds"
    "ig#enveloped-signature\"/><ds:Transform Algorithm=\"http://www.w3.or"
    "g/2001/10/xml-exc-c14n#\"/></ds:Transforms><ds:DigestMethod Algorith"
    "m=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><ds:DigestValue>AAAA<"
    "/ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>AA"
    "AA</ds:SignatureValue></ds:Signature><saml:Subject><saml:NameID Form"
    "at=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">person-1"
    "</saml:NameID><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:"
    "SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData Recipient=\"https"
    "://holdfast.example/consumer\" InResponseTo=\"_request\" NotOnOrAfte"
    "r=\"2027-01-15T08:05:00Z\"/></saml:SubjectConfirmation></saml:Subjec"
    "t><saml:Conditions NotBefore=\"2027-01-15T07:59:30Z\" NotOnOrAfter="
    "\"2027-01-15T08:05:00Z\"><saml:AudienceRestriction><saml:Audience>ht"
    "tps://holdfast.example/metadata</saml:Audience></saml:AudienceRestri"
    "ction></saml:Conditions><saml:AuthnStatement AuthnInstant=\"2027-01-"
    "15T08:00:00Z\"><saml:AuthnContext><saml:AuthnContextClassRef>urn:x</"
    "saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
    "<saml:AttributeStatement><saml:Attribute Name=\"uid\"><saml:Attribut"
    "eValue>oda</saml:AttributeValue></saml:Attribute><saml:Attribute Nam"
    "e=\"displayName\"><saml:AttributeValue>Oda Example</saml:AttributeVa"
    "lue></saml:Attribute><saml:Attribute Name=\"mail\"><saml:AttributeVa"
    "lue>oda@example.org</saml:AttributeValue></saml:Attribute><saml:Attr"
    "ibute Name=\"groups\"><saml:AttributeValue>admins</saml:AttributeVal"
    "ue></saml:Attribute></saml:AttributeStatement></saml:Assertion></sam"
    "lp:Response>";
/* clang-format on */

#define NOW 1800000000 /* 2027-01-15T08:00:00Z */

static const struct saml_order order = {
    .now = NOW,
    .entity = STR("https://holdfast.example/metadata"),
    .consumer = STR("https://holdfast.example/consumer"),
    .request = STR("_request"),
    .login_attribute = STR("uid"),
    .name_attribute = STR("displayName"),
    .email_attribute = STR("mail"),
    .group_attribute = STR("groups"),
};
static const struct provider provider = { .entity =
                                              STR("https://idp.example") };

static int judge_at(str xml, int64_t now, struct arena *arena,
                    struct saml_result *out, struct err *err)
{
    struct saml_order at = order;
    struct reply reply;
    int rc = reply_read(xml, false, arena, &reply, err);

    at.now = now;
    if (rc == 0)
        rc = reply_check(&reply, &provider, &at, &out->expires, err);
    return rc < 0 ? rc : reply_tell(&reply, &at, arena, out, err);
}

static void a_good_response_names_the_person(void **state)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct saml_result result = { 0 };
    const struct saml_group *groups;

    (void)state;
    assert_int_equal(judge_at(str_c(good), NOW, &arena, &result, NULL), 0);
    assert_true(str_eq_c(result.subject, "person-1"));
    assert_true(str_eq_c(result.login, "oda"));
    assert_true(str_eq_c(result.name, "Oda Example"));
    assert_true(str_eq_c(result.email, "oda@example.org"));
    assert_true(str_eq_c(result.assertion, "_id2"));
    assert_int_equal(result.groups.n, 1);
    groups = result.groups.p;
    assert_true(str_eq_c(groups[0].name, "admins"));
    assert_int_equal(result.expires, NOW + 300 + REPLY_SKEW_S);
}

static void it_is_good_for_its_time_and_a_minute(void **state)
{
    static const struct {
        int64_t now;
        int rc;
    } cases[] = {
        { NOW - 61, E_PERM }, { NOW - 60, 0 },       { NOW + 299, 0 },
        { NOW + 359, 0 },     { NOW + 360, E_PERM },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct saml_result result = { 0 };

        assert_int_equal(
            judge_at(str_c(good), cases[i].now, &arena, &result, NULL),
            cases[i].rc);
    }
}

/* The first `from` becomes `to`. */
static const struct {
    const char *from;
    const char *to;
    const char *reason;
} changes[] = {
    { "Version=\"2.0\"", "Version=\"1.1\"", "not one of SAML 2.0" },
    { "status:Success", "status:Responder", "the provider refused" },
    { "ID=\"_id1\"", "ID=\"_id2\"", "an ID is there twice" },
    { "ID=\"_id1\"", "Id=\"_id2\" ID=\"_id1\"", "an ID is there twice" },
    { "#_id2", "#_id1", "not of the element it stands in" },
    { "#_id2", "", "not of the element it stands in" },
    { "<ds:Transforms>", "<ds:Transforms><ds:Transform Algorithm=\"x\"/>",
      "first transform" },
    { "more#rsa-sha256", "more#hmac-sha256", "hmac-sha256 is not allowed" },
    { "more#rsa-sha256", "more#ecdsa-sha256", "is not allowed" },
    { "xmlenc#sha256", "xmlenc#ripemd160", "is not allowed" },
    { "xml-exc-c14n#", "xml-exc-c14n#WithComments", "exclusively canonical" },
    { "</ds:Reference>", "</ds:Reference><ds:Reference/>",
      "exactly one reference" },
    { "</ds:SignatureValue>", "</ds:SignatureValue><ds:Object/>",
      "something unknown" },
    { "person-1", "per<!---->son", "comment" },
    { "person-1", "per<![CDATA[son]]>", "comment" },
    { "person-1", "per<?a b?>son", "instruction" },
    { "person-1", "per<b>son</b>", "no NameID" },
    { "person-1", "  ", "no NameID" },
    { "nameid-format:persistent", "nameid-format:transient",
      "saml.subject_attribute" },
    { "cm:bearer", "cm:sender-vouches", "not for who brings it" },
    { "https://idp.example<", "https://idp.example/<", "another issuer" },
    { "<saml:Issuer>https://idp.example</saml:Issuer>", "<saml:Issuer/>",
      "another issuer" },
    { "<saml:Audience>https", "<saml:Audience>http", "another audience" },
    { "Recipient=\"", "Recipient=\"x", "another recipient" },
    { "Destination=\"", "Destination=\"x", "another address" },
    { "_request", "_other", "does not answer" },
    { "<saml:OneTimeUse/>", "", NULL },
    { "</saml:Conditions>", "<saml:OneTimeUse/></saml:Conditions>", NULL },
    { "</saml:Conditions>", "<saml:Condition/></saml:Conditions>",
      "condition that is not known" },
    { "saml:Advice", "", NULL },
    { "<saml:AuthnStatement", "<saml:Advice/><saml:AuthnStatement",
      "something unknown" },
    { "<saml:Assertion ", "<saml:Assertion/><saml:Assertion ",
      "more than one assertion" },
    { "<saml:Assertion ", "<x:Assertion xmlns:x=\"x\"/><saml:Assertion ",
      "more than one assertion" },
    { "<samlp:Status>", "<saml:EncryptedAssertion/><samlp:Status>",
      "encrypted" },
    { "<samlp:Status>", "<samlp:Status><ds:Signature xmlns:ds=\"x\"/>",
      "out of its place" },
    { "<samlp:Response", "<?xml version=\"1.0\"?><samlp:Response", NULL },
    { "<samlp:Response",
      "<?xml version=\"1.0\" encoding=\"latin1\"?><samlp:Response",
      "not UTF-8" },
    { "<samlp:Response", "<!DOCTYPE a><samlp:Response", "DOCTYPE" },
};

static void anything_else_is_refused_with_the_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(changes); i++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        AUTO(buf_clear) struct buf text = BUF(16384);
        struct saml_result result = { 0 };
        struct err err = { 0 };
        str all = str_c(good);
        str from = str_c(changes[i].from);
        size_t at = str_find(all, from);
        int rc;

        buf_add(&text, str_sub(all, 0, at));
        if (at < all.n)
            buf_add_c(&text, changes[i].to);
        buf_add(&text, str_sub(all, at + from.n, all.n));
        rc = judge_at(buf_str(&text), NOW, &arena, &result, &err);
        if ((rc < 0) != (changes[i].reason != NULL) ||
            (rc < 0 && strstr(err_text(&err), changes[i].reason) == NULL))
            fail_msg("%s -> %s: %d %s", changes[i].from, changes[i].to, rc,
                     err_text(&err));
    }
}

static void a_response_that_was_not_asked_for_answers_nothing(void **state)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct saml_order unsolicited = order;
    struct reply reply;
    int64_t expires;
    struct err err = { 0 };

    (void)state;
    unsolicited.request = STR("");
    assert_int_equal(reply_read(str_c(good), false, &arena, &reply, &err), 0);
    assert_int_equal(
        reply_check(&reply, &provider, &unsolicited, &expires, &err), E_PERM);
    assert_non_null(strstr(err_text(&err), "answers a request"));
}

static void large_and_deep_ones_are_refused(void **state)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    (void)state;
    for (int shape = 0; shape < 3; shape++) {
        AUTO(arena_clear) struct arena arena = ARENA;
        struct reply reply;

        buf_reset(&text);
        for (int i = 0; i < 30000; i++)
            buf_add_c(&text, shape == 0   ? "<a>"
                             : shape == 1 ? i == 0 ? "<a>" : "<a/>"
                             : i == 0     ? "<a b='"
                                          : "&amp;");
        buf_add_c(&text, shape == 1 ? "</a>" : shape == 2 ? "'/>" : "");
        assert_true(reply_read(buf_str(&text), false, &arena, &reply, NULL) <
                    0);
        assert_true(arena.used < 16 << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_response_names_the_person),
        cmocka_unit_test(it_is_good_for_its_time_and_a_minute),
        cmocka_unit_test(anything_else_is_refused_with_the_reason),
        cmocka_unit_test(a_response_that_was_not_asked_for_answers_nothing),
        cmocka_unit_test(large_and_deep_ones_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
