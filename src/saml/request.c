/* SPDX-License-Identifier: Apache-2.0 */
#include "saml/request.h"

#include "base/clock.h"
#include "base/encode.h"
#include "base/xml_write.h"
#include "saml/verify.h"

enum {
    REQUEST_MAX = 8192,
};

static void add_attr(struct buf *out, const char *name, str value)
{
    buf_printf(out, " %s=\"", name);
    xml_escape(out, value);
    buf_add_char(out, '"');
}

static void write_request(const struct saml_order *order,
                          const struct provider *provider, struct buf *out)
{
    char now[CLOCK_TEXT_MAX];

    clock_text(order->now, now);
    buf_add_c(out, "<samlp:AuthnRequest"
                   " xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\""
                   " xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\""
                   " Version=\"2.0\"");
    add_attr(out, "ID", order->request);
    add_attr(out, "IssueInstant", str_c(now));
    add_attr(out, "Destination", provider->sign_on);
    add_attr(out, "AssertionConsumerServiceURL", order->consumer);
    add_attr(out, "ProtocolBinding",
             STR("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"));
    buf_add_c(out, "><saml:Issuer>");
    xml_escape(out, order->entity);
    buf_add_c(out, "</saml:Issuer><samlp:NameIDPolicy AllowCreate=\"true\"/>"
                   "</samlp:AuthnRequest>");
}

/* DEFLATE (RFC 1951) in its plainest form: one block that is stored. */
static void deflate(str text, struct buf *out)
{
    buf_add_char(out, 1);
    buf_add_char(out, (char)(text.n & 255));
    buf_add_char(out, (char)(text.n >> 8));
    buf_add_char(out, (char)(~text.n & 255));
    buf_add_char(out, (char)(~text.n >> 8 & 255));
    buf_add(out, text);
}

static int add_query(const struct saml_order *order, str request,
                     struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf packed = BUF(REQUEST_MAX + 8);
    AUTO(buf_clear) struct buf text = BUF(2 * REQUEST_MAX);
    AUTO(buf_clear) struct buf query = BUF(SAML_URL_MAX);
    int rc;

    deflate(request, &packed);
    base64_add(&text, buf_str(&packed));
    buf_add_c(&query, "SAMLRequest=");
    url_escape(&query, buf_str(&text));
    buf_add_c(&query, "&RelayState=");
    url_escape(&query, order->relay);
    rc = buf_finish(&query, "the request", err);
    if (rc < 0)
        return rc;
    if (order->key.n > 0)
        return verify_sign_query(&query, order->key, out, err);
    buf_add(out, buf_str(&query));
    return 0;
}

int request_url(const struct saml_order *order, const struct provider *provider,
                struct arena *arena, str *out, struct err *err)
{
    AUTO(buf_clear) struct buf request = BUF(REQUEST_MAX);
    AUTO(buf_clear) struct buf url = BUF(SAML_URL_MAX);
    bool asks = str_find_char(provider->sign_on, '?') < provider->sign_on.n;
    int rc;

    write_request(order, provider, &request);
    rc = buf_finish(&request, "the request", err);
    if (rc < 0)
        return rc;
    buf_add(&url, provider->sign_on);
    buf_add_char(&url, asks ? '&' : '?');
    rc = add_query(order, buf_str(&request), &url, err);
    if (rc == 0)
        rc = buf_finish(&url, "the URL", err);
    if (rc == 0)
        *out = arena_str(arena, buf_str(&url));
    return rc;
}
