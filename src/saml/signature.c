/* SPDX-License-Identifier: Apache-2.0 */
#include "saml/signature_int.h"

#define DSIG "http://www.w3.org/2000/09/xmldsig#"
#define MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define ENCODED "http://www.w3.org/2001/04/xmlenc#"
#define EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"

/* sha1: only where the administrator allows it. No HMAC: a shared secret is
 * nobody's signature, and the provider's key is public. No ECDSA: lasso does
 * not verify it. */
static const struct algorithm {
    const char *name;
    bool sha1;
} signatures[] = {
    { MORE "rsa-sha256", false },
    { MORE "rsa-sha384", false },
    { MORE "rsa-sha512", false },
    { DSIG "rsa-sha1", true },
}, digests[] = {
    { ENCODED "sha256", false },
    { MORE "sha384", false },
    { ENCODED "sha512", false },
    { DSIG "sha1", true },
};

static int wrong(struct err *err, const char *what)
{
    return err_set(err, E_PERM, "signature: %s", what);
}

static int check_algorithm(const struct node *node,
                           const struct algorithm *list, size_t n, bool sha1,
                           struct err *err)
{
    str name = node_attr(node, STR("Algorithm"));

    for (size_t i = 0; i < n; i++) {
        if (str_eq_c(name, list[i].name) && (sha1 || !list[i].sha1))
            return 0;
    }
    return err_set(err, E_PERM,
                   "signature: the algorithm %.200s is not "
                   "allowed",
                   name.n > 0 ? name.p : "(none)");
}

static size_t child_count(const struct node *node)
{
    size_t n = 0;

    for (const struct node *at = node->first; at != NULL; at = at->next)
        n++;
    return n;
}

/* First enveloped, then perhaps exclusive: no XPath, no XSLT, no base64. */
static int check_transforms(const struct node *reference, struct err *err)
{
    const struct node *list = node_child(reference, NS_DSIG, STR("Transforms"));
    const struct node *first = node_child(list, NS_DSIG, STR("Transform"));
    const struct node *second = first == NULL ? NULL : first->next;

    if (first == NULL || child_count(list) > 2 || first->first != NULL ||
        !str_eq_c(node_attr(first, STR("Algorithm")),
                  DSIG "enveloped-signature"))
        return wrong(err, "its first transform is not enveloped-signature");
    if (second == NULL)
        return wrong(err, "it is not exclusively canonical");
    if (!node_is(second, NS_DSIG, STR("Transform")) ||
        !str_eq_c(node_attr(second, STR("Algorithm")), EXCLUSIVE))
        return wrong(err, "its second transform is not exclusive c14n");
    for (const struct node *at = second->first; at != NULL; at = at->next) {
        if (!node_is(at, NS_EXCLUSIVE, STR("InclusiveNamespaces")) ||
            at->first != NULL)
            return wrong(err, "a transform has something in it");
    }
    return 0;
}

static int check_reference(const struct node *reference,
                           const struct node *owner, bool sha1, struct err *err)
{
    str id = node_attr(owner, STR("ID"));
    str uri = node_attr(reference, STR("URI"));
    int rc;

    if (uri.n != id.n + 1 || uri.p[0] != '#' ||
        !str_eq(str_sub(uri, 1, uri.n), id))
        return wrong(err, "it is not of the element it stands in");
    if (child_count(reference) != 3 ||
        node_child(reference, NS_DSIG, STR("DigestValue")) == NULL)
        return wrong(err, "its reference has something unknown in it");
    rc = check_transforms(reference, err);
    if (rc < 0)
        return rc;
    return check_algorithm(node_child(reference, NS_DSIG, STR("DigestMethod")),
                           digests, COUNT(digests), sha1, err);
}

/* What may stand beside the signature; it is not looked at, as the keys are
 * those of the metadata. */
static int check_key_info(const struct node *signature, struct err *err)
{
    const struct node *info = node_child(signature, NS_DSIG, STR("KeyInfo"));

    for (const struct node *at = info == NULL ? NULL : info->first; at != NULL;
         at = at->next) {
        if (!node_is(at, NS_DSIG, STR("X509Data")) &&
            !node_is(at, NS_DSIG, STR("KeyName")) &&
            !node_is(at, NS_DSIG, STR("KeyValue")))
            return wrong(err, "its KeyInfo points elsewhere");
    }
    return 0;
}

int signature_form(const struct node *owner, bool sha1, struct err *err)
{
    const struct node *signature = node_child(owner, NS_DSIG, STR("Signature"));
    const struct node *info = node_child(signature, NS_DSIG, STR("SignedInfo"));
    const struct node *how =
        node_child(info, NS_DSIG, STR("CanonicalizationMethod"));
    const struct node *method =
        node_child(info, NS_DSIG, STR("SignatureMethod"));
    const struct node *key = node_child(signature, NS_DSIG, STR("KeyInfo"));
    const struct node *reference = node_child(info, NS_DSIG, STR("Reference"));
    int rc;

    if (info == NULL ||
        node_count(signature, NS_DSIG, STR("SignatureValue")) != 1 ||
        child_count(signature) != (key == NULL ? 2 : 3))
        return wrong(err, "it has something unknown in it");
    if (how == NULL || method == NULL || reference == NULL ||
        child_count(info) != 3)
        return wrong(err, "it has not exactly one reference");
    if (!str_eq_c(node_attr(how, STR("Algorithm")), EXCLUSIVE))
        return wrong(err, "it is not exclusively canonical");
    if (method->first != NULL)
        return wrong(err, "its method has something in it");
    rc = check_algorithm(method, signatures, COUNT(signatures), sha1, err);
    if (rc == 0)
        rc = check_reference(reference, owner, sha1, err);
    return rc < 0 ? rc : check_key_info(signature, err);
}
