/* SPDX-License-Identifier: Apache-2.0 */
#include "saml/verify.h"

#include <lasso/key.h>
#include <lasso/lasso.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <xmlsec/errors.h>

#include "base/arena.h"

static void say_nothing(const char *domain UNUSED, GLogLevelFlags level UNUSED,
                        const char *text UNUSED, void *ctx UNUSED)
{
}

static void say_no_more(const char *file UNUSED, int line UNUSED,
                        const char *function UNUSED, const char *object UNUSED,
                        const char *subject UNUSED, int reason UNUSED,
                        const char *text UNUSED)
{
}

/* What they would say has foreign text in it. */
int verify_prepare(struct err *err)
{
    if (lasso_init() != 0)
        return err_set(err, E_IO, "lasso does not start");
    g_log_set_default_handler(say_nothing, NULL);
    xmlSecErrorsSetCallback(say_no_more);
    return 0;
}

/* The element of that ID: the root, or one of its children. */
static xmlNode *find(xmlNode *root, const char *id)
{
    xmlNode *at = root;

    while (at != NULL) {
        xmlChar *value = at->type == XML_ELEMENT_NODE
                             ? xmlGetNoNsProp(at, BAD_CAST "ID")
                             : NULL;
        bool found = value != NULL && strcmp((const char *)value, id) == 0;

        xmlFree(value);
        if (found)
            return at;
        at = at == root ? root->children : at->next;
    }
    return NULL;
}

static bool signed_by(xmlNode *node, const char *id, str certificate)
{
    LassoKey *key = lasso_key_new_for_signature_from_memory(
        certificate.p, certificate.n, NULL, LASSO_SIGNATURE_METHOD_RSA_SHA256,
        NULL);
    lasso_error_t rc = 1;

    if (key != NULL)
        rc = lasso_key_saml2_xml_verify(key, (char *)(uintptr_t)id, node);
    if (key != NULL)
        g_object_unref(key);
    return rc == 0;
}

/* Each key gets a document of its own: verifying leaves marks in it. */
static bool element_signed(const struct verify_what *what, const char *id,
                           str certificate)
{
    xmlDoc *doc = xmlReadMemory(what->xml.p, (int)what->xml.n, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR |
                                    XML_PARSE_NOWARNING);
    xmlNode *node = doc == NULL ? NULL : find(xmlDocGetRootElement(doc), id);
    bool good = node != NULL && signed_by(node, id, certificate);

    xmlFreeDoc(doc);
    return good;
}

static int check_one(const struct verify_what *what, str id,
                     const struct provider *provider, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const char *text = arena_c(&arena, id);

    for (size_t i = 0; i < provider->key_count; i++) {
        if (element_signed(what, text, provider->keys[i]))
            return 0;
    }
    return err_set(err, E_PERM,
                   "signature: it is not of a key of the provider, or what was "
                   "signed was changed");
}

int verify_signatures(const struct verify_what *what,
                      const struct provider *provider, struct err *err)
{
    int rc = check_one(what, what->assertion, provider, err);

    if (rc == 0 && what->response.n > 0)
        rc = check_one(what, what->response, provider, err);
    return rc;
}

int verify_sign_query(struct buf *query, str key, struct buf *out,
                      struct err *err)
{
    LassoKey *with = lasso_key_new_for_signature_from_memory(
        key.p, key.n, NULL, LASSO_SIGNATURE_METHOD_RSA_SHA256, NULL);
    char *text = with == NULL ? NULL : lasso_key_query_sign(with, buf_c(query));

    if (text != NULL)
        buf_add_c(out, text);
    g_free(text);
    if (with != NULL)
        g_object_unref(with);
    return text != NULL
               ? 0
               : err_set(err, E_INVALID, "saml.key is no private key in PEM");
}
