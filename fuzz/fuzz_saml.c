/* SPDX-License-Identifier: Apache-2.0
 *
 * Responses of an identity provider, and its metadata when the first byte is
 * 'm'. What passes for a response is read by the library that verifies
 * signatures, too, and it must see the same assertion and the same name.
 */
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "saml/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static xmlNode *child(xmlNode *node, const char *name)
{
    for (xmlNode *at = node->children; at != NULL; at = at->next) {
        if (at->type == XML_ELEMENT_NODE &&
            strcmp((const char *)at->name, name) == 0)
            return at;
    }
    abort();
}

static void compare(xmlNode *node, str want)
{
    xmlChar *text = xmlNodeGetContent(node);

    if (!str_eq_c(want, (const char *)text))
        abort();
    xmlFree(text);
}

static void read_again(str xml, const struct reply *reply)
{
    const struct node *subject =
        node_child(reply->assertion, NS_SAML, STR("Subject"));
    const struct node *name = node_child(subject, NS_SAML, STR("NameID"));
    xmlDoc *doc = xmlReadMemory(xml.p, (int)xml.n, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR |
                                    XML_PARSE_NOWARNING);
    xmlNode *assertion;
    xmlChar *id;

    if (doc == NULL)
        return; /* then nothing is verified */
    assertion = child(xmlDocGetRootElement(doc), "Assertion");
    id = xmlGetNoNsProp(assertion, BAD_CAST "ID");
    if (id == NULL ||
        !str_eq_c(node_attr(reply->assertion, STR("ID")), (const char *)id))
        abort();
    xmlFree(id);
    if (name != NULL && name->first == NULL)
        compare(child(child(assertion, "Subject"), "NameID"), name->text);
    xmlFreeDoc(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str text = { (const char *)data, size };
    struct saml_order order = {
        .now = 1800000000,
        .entity = STR("https://holdfast.example/metadata"),
        .consumer = STR("https://holdfast.example/consumer"),
        .request = STR("_request"),
        .login_attribute = STR("uid"),
        .group_attribute = STR("groups"),
    };
    struct provider provider = { .entity = STR("https://idp.example") };
    struct saml_result result = { 0 };
    struct reply reply;
    struct err err;

    if (size > 0 && data[0] == 'm') {
        if (provider_read(str_sub(text, 1, size), &arena, &provider, &err) ==
                0 &&
            (provider.key_count == 0 || provider.entity.n == 0))
            abort();
        return 0;
    }
    if (reply_read(text, false, &arena, &reply, &err) < 0)
        return 0;
    read_again(text, &reply);
    if (reply_check(&reply, &provider, &order, &result.expires, &err) == 0 &&
        result.expires <= order.now)
        abort();
    if (reply_tell(&reply, &order, &arena, &result, &err) == 0 &&
        result.subject.n == 0)
        abort();
    return 0;
}
