/* SPDX-License-Identifier: Apache-2.0 */
#include "saml/work.h"

#include "base/encode.h"
#include "saml/reply.h"
#include "saml/request.h"
#include "saml/verify.h"

static int judge(const struct saml_order *order,
                 const struct provider *provider, struct arena *arena,
                 struct saml_result *out, struct err *err)
{
    AUTO(buf_clear) struct buf xml = BUF(SAML_RESPONSE_MAX);
    struct verify_what what = { 0 };
    struct reply reply;
    int rc = base64_take(&xml, order->response, err);

    if (rc == 0)
        rc = buf_finish(&xml, "the response", err);
    if (rc == 0)
        rc = reply_read(buf_str(&xml), order->sha1, arena, &reply, err);
    if (rc < 0)
        return rc;
    what.xml = buf_str(&xml);
    what.assertion = node_attr(reply.assertion, STR("ID"));
    if (reply.response_signed)
        what.response = node_attr(reply.response, STR("ID"));
    rc = verify_signatures(&what, provider, err);
    if (rc == 0)
        rc = reply_check(&reply, provider, order, &out->expires, err);
    return rc < 0 ? rc : reply_tell(&reply, order, arena, out, err);
}

void saml_work(const struct saml_order *order, struct arena *arena,
               struct saml_result *out)
{
    struct saml_result result = { 0 };
    struct provider provider;
    struct err err = { 0 };
    int rc = provider_read(order->metadata, arena, &provider, &err);

    if (rc == 0 && order->response.n > 0)
        rc = judge(order, &provider, arena, &result, &err);
    else if (rc == 0)
        rc = request_url(order, &provider, arena, &result.url, &err);
    if (rc < 0)
        result = (struct saml_result){
            .code = rc, .text = arena_str(arena, str_c(err_text(&err)))
        };
    *out = result;
}
