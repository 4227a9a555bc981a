/* SPDX-License-Identifier: Apache-2.0 */
#include "saml/provider.h"

#include "base/encode.h"
#include "saml/tree.h"
#include "trust/cert.h"

enum {
    CERTIFICATE_MAX = 16384,
    LINE_CHARS = 64,
    KEY_BITS_MIN = 2048,
};

static const char redirect[] =
    "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/* As PEM, whatever its line breaks are in the metadata. */
static int read_certificate(const struct node *node, struct arena *arena,
                            str *out, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(CERTIFICATE_MAX);
    AUTO(buf_clear) struct buf text = BUF(2 * CERTIFICATE_MAX);
    AUTO(buf_clear) struct buf pem = BUF(4 * CERTIFICATE_MAX);
    int rc = base64_take(&bytes, node->text, err);

    if (rc == 0)
        rc = buf_finish(&bytes, "a certificate of the metadata", err);
    if (rc < 0)
        return rc;
    base64_add(&text, buf_str(&bytes));
    buf_add_c(&pem, "-----BEGIN CERTIFICATE-----\n");
    for (size_t at = 0; at < text.n; at += LINE_CHARS) {
        buf_add(&pem, str_sub(buf_str(&text), at, LINE_CHARS));
        buf_add_char(&pem, '\n');
    }
    buf_add_c(&pem, "-----END CERTIFICATE-----\n");
    *out = arena_str(arena, buf_str(&pem));
    return 0;
}

static int read_keys(const struct node *role, struct arena *arena,
                     struct provider *out, struct err *err)
{
    const struct node *key =
        node_child(role, NS_METADATA, STR("KeyDescriptor"));

    for (; key != NULL; key = node_again(key)) {
        str use = node_attr(key, STR("use"));
        const struct node *data = node_child(
            node_child(key, NS_DSIG, STR("KeyInfo")), NS_DSIG, STR("X509Data"));
        const struct node *certificate =
            node_child(data, NS_DSIG, STR("X509Certificate"));
        str *to = &out->keys[out->key_count];
        int bits = 0;
        int rc;

        if (certificate == NULL || (use.n > 0 && !str_eq_c(use, "signing")))
            continue;
        if (out->key_count == PROVIDER_KEYS_MAX)
            return err_set(err, E_LIMIT, "the metadata has more than %d keys",
                           PROVIDER_KEYS_MAX);
        rc = read_certificate(certificate, arena, to, err);
        if (rc == 0)
            rc = cert_rsa_bits(*to, &bits, err);
        if (rc < 0)
            return err_wrap(err, rc, "the metadata");
        if (bits > 0 && bits < KEY_BITS_MIN)
            return err_set(err, E_INVALID,
                           "a key of the metadata has fewer than %d bits",
                           KEY_BITS_MIN);
        if (bits > 0) /* of other kinds nothing is verified */
            out->key_count++;
    }
    if (out->key_count == 0)
        return err_set(err, E_INVALID,
                       "the metadata has no certificate of an RSA key that "
                       "signs");
    return 0;
}

static int read_sign_on(const struct node *role, struct provider *out,
                        struct err *err)
{
    const struct node *service =
        node_child(role, NS_METADATA, STR("SingleSignOnService"));

    while (service != NULL &&
           !str_eq_c(node_attr(service, STR("Binding")), redirect))
        service = node_again(service);
    out->sign_on = node_attr(service, STR("Location"));
    if (!str_starts(out->sign_on, STR("https://")) ||
        out->sign_on.n > 4096 /* with a request it stays a URL */)
        return err_set(err, E_INVALID,
                       "the metadata has no https:// SingleSignOnService for "
                       "HTTP-Redirect");
    return 0;
}

/* The one entity that is an identity provider, alone or in a list. */
static int find_role(const struct node *root, const struct node **out,
                     struct err *err)
{
    size_t n = 0;

    if (!node_is(root, NS_METADATA, STR("EntityDescriptor")) &&
        !node_is(root, NS_METADATA, STR("EntitiesDescriptor")))
        return err_set(err, E_INVALID,
                       "this is not SAML 2.0 metadata: expected an "
                       "EntityDescriptor");
    for (const struct node *at = root; at != NULL; at = node_walk(root, at)) {
        if (node_is(at, NS_METADATA, STR("IDPSSODescriptor")) &&
            at->parent != NULL && n++ == 0)
            *out = at;
    }
    if (n != 1)
        return err_set(err, E_INVALID,
                       "the metadata describes %zu identity providers, not "
                       "one",
                       n);
    return 0;
}

int provider_read(str metadata, struct arena *arena, struct provider *out,
                  struct err *err)
{
    const struct node *root = NULL;
    const struct node *role = NULL;
    int rc = tree_read(metadata, "metadata", arena, &root, err);

    *out = (struct provider){ 0 };
    if (rc == 0)
        rc = find_role(root, &role, err);
    if (rc < 0)
        return rc;
    out->entity = node_attr(role->parent, STR("entityID"));
    if (out->entity.n == 0 || out->entity.n > 1024)
        return err_set(err, E_INVALID, "the metadata has no entityID");
    rc = read_keys(role, arena, out, err);
    return rc < 0 ? rc : read_sign_on(role, out, err);
}
