/* SPDX-License-Identifier: Apache-2.0
 *
 * The form of a response.
 */
#include "saml/reply.h"

#include "base/map.h"
#include "base/utf8.h"
#include "saml/signature_int.h"

static int wrong(struct err *err, const char *what)
{
    return err_set(err, E_PERM, "response: %s", what);
}

/* "<!" and "<?" begin comments, CDATA, DOCTYPE and instructions, and nothing
 * else: a '<' in a text or a value is written otherwise. */
static int check_bytes(str xml, struct err *err)
{
    str rest = xml;

    if (memchr(xml.p, '\0', xml.n) != NULL || utf8_valid(xml) != xml.n)
        return wrong(err, "it is not UTF-8");
    if (str_starts(xml, STR("<?xml "))) {
        str head = str_sub(xml, 0, str_find_char(xml, '>'));

        if (str_find(head, STR("encoding")) < head.n &&
            str_find(head, STR("UTF-8")) == head.n &&
            str_find(head, STR("utf-8")) == head.n)
            return wrong(err, "it is not UTF-8");
        rest = str_sub(xml, 2, xml.n);
    }
    if (!str_starts(xml, STR("<")))
        return wrong(err, "it is not XML");
    if (str_find(rest, STR("<!")) < rest.n)
        return wrong(err, "it has a comment, CDATA or a DOCTYPE");
    if (str_find(rest, STR("<?")) < rest.n)
        return wrong(err, "it has a processing instruction");
    return 0;
}

/* --- no ID twice, nothing out of its place ------------------------------ */

static bool is_id(str name)
{
    return str_eq_nocase(name, STR("id")) || str_eq_c(name, "AssertionID") ||
           str_eq_c(name, "ResponseID");
}

static int check_ids(const struct node *root, struct err *err)
{
    struct map ids = MAP;
    int rc = 0;

    for (const struct node *at = root; rc == 0 && at != NULL;
         at = node_walk(root, at)) {
        for (size_t i = 0; rc == 0 && i < at->attr_count; i++) {
            uint32_t next = ids.n;

            if (is_id(at->attrs[i].name) &&
                map_add(&ids, at->attrs[i].value, next) != next)
                rc = wrong(err, "an ID is there twice");
        }
    }
    map_clear(&ids);
    return rc;
}

/* Whatever its namespace is: nobody has use for such names elsewhere. */
static int check_places(const struct reply *reply, struct err *err)
{
    const struct node *root = reply->response;

    for (const struct node *at = node_walk(root, root); at != NULL;
         at = node_walk(root, at)) {
        if (str_eq_c(at->name, "EncryptedAssertion") ||
            str_eq_c(at->name, "EncryptedID") ||
            str_eq_c(at->name, "EncryptedAttribute") ||
            str_eq_c(at->name, "EncryptedData"))
            return wrong(err, "it is encrypted, which is not supported");
        if (str_eq_c(at->name, "Response"))
            return wrong(err, "it has another response in it");
        if (str_eq_c(at->name, "Assertion") && at != reply->assertion)
            return wrong(err, "it has more than one assertion");
        if (str_eq_c(at->name, "Signature") && at->parent != root &&
            at->parent != reply->assertion)
            return wrong(err, "it has a signature out of its place");
    }
    return 0;
}

struct place {
    str ns;
    const char *name;
    size_t min;
    size_t max;
};

/* The children of a node are those of the table, and as many. */
static int check_children(const struct node *node, const struct place *places,
                          size_t n, struct err *err)
{
    size_t known = 0;
    size_t all = 0;

    for (size_t i = 0; i < n; i++) {
        size_t count = node_count(node, places[i].ns, str_c(places[i].name));

        if (count < places[i].min || count > places[i].max)
            return err_set(err, E_PERM, "response: %zu %s in the %s", count,
                           places[i].name,
                           node->parent == NULL ? "response" : "assertion");
        known += count;
    }
    for (const struct node *at = node->first; at != NULL; at = at->next)
        all++;
    return known == all ? 0 : wrong(err, "it has something unknown in it");
}

static int check_response(const struct node *root, struct err *err)
{
    const struct place places[] = {
        { NS_SAML, "Issuer", 0, 1 },      { NS_DSIG, "Signature", 0, 1 },
        { NS_SAMLP, "Extensions", 0, 1 }, { NS_SAMLP, "Status", 1, 1 },
        { NS_SAML, "Assertion", 0, 1 },
    };

    if (!node_is(root, NS_SAMLP, STR("Response")) ||
        !str_eq_c(node_attr(root, STR("Version")), "2.0") ||
        node_attr(root, STR("ID")).n == 0)
        return wrong(err, "it is not one of SAML 2.0");
    return check_children(root, places, COUNT(places), err);
}

static int check_assertion(const struct node *assertion, struct err *err)
{
    const struct place places[] = {
        { NS_SAML, "Issuer", 1, 1 },
        { NS_DSIG, "Signature", 0, 1 },
        { NS_SAML, "Subject", 1, 1 },
        { NS_SAML, "Conditions", 1, 1 },
        { NS_SAML, "AuthnStatement", 1, 10 },
        { NS_SAML, "AttributeStatement", 0, 10 },
    };

    if (!str_eq_c(node_attr(assertion, STR("Version")), "2.0") ||
        node_attr(assertion, STR("ID")).n == 0)
        return wrong(err, "the assertion is not one of SAML 2.0");
    if (node_child(assertion, NS_DSIG, STR("Signature")) == NULL)
        return wrong(err, "the assertion is not signed");
    return check_children(assertion, places, COUNT(places), err);
}

/* A refusal by the provider comes without an assertion, and says so itself;
 * its signature is of no interest then. */
static int check_status(const struct node *response, struct err *err)
{
    const struct node *code =
        node_child(node_child(response, NS_SAMLP, STR("Status")), NS_SAMLP,
                   STR("StatusCode"));
    str value = node_attr(code, STR("Value"));

    if (str_eq_c(value, "urn:oasis:names:tc:SAML:2.0:status:Success"))
        return 0;
    return err_set(err, E_PERM, "the provider refused: %.200s",
                   value.n > 0 ? value.p : "without a reason");
}

int reply_read(str xml, bool sha1, struct arena *arena, struct reply *out,
               struct err *err)
{
    struct reply reply = { 0 };
    int rc = check_bytes(xml, err);

    if (rc == 0)
        rc = tree_read(xml, "response", arena, &reply.response, err);
    if (rc < 0)
        return rc;
    reply.assertion = node_child(reply.response, NS_SAML, STR("Assertion"));
    reply.response_signed =
        node_child(reply.response, NS_DSIG, STR("Signature")) != NULL;
    rc = check_places(&reply, err);
    if (rc == 0)
        rc = check_response(reply.response, err);
    if (rc == 0)
        rc = check_ids(reply.response, err);
    if (rc == 0)
        rc = check_status(reply.response, err);
    if (rc == 0 && reply.assertion == NULL)
        rc = wrong(err, "it has no assertion");
    if (rc == 0)
        rc = check_assertion(reply.assertion, err);
    if (rc == 0)
        rc = signature_form(reply.assertion, sha1, err);
    if (rc == 0 && reply.response_signed)
        rc = signature_form(reply.response, sha1, err);
    if (rc == 0)
        *out = reply;
    return rc;
}
