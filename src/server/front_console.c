/* SPDX-License-Identifier: Apache-2.0
 *
 * The console's files, answered here without the core: they are the same for
 * everybody, and there before anybody logs in.
 */
#include "console/console.h"
#include "server/front_int.h"

/* What the API serves is its own: "/metrics" is no page. */
static bool is_of_api(str path)
{
    AUTO(buf_clear) struct buf allow = BUF(256);
    struct request req;
    bool found;

    if (str_starts(path, STR("/api/")) || str_eq(path, STR("/api")))
        return true;
    request_init(&req, NULL);
    req.door = DOOR_API;
    req.path = path;
    found = route_find(&req, &allow) != NULL || allow.n > 0;
    request_clear(&req);
    return found;
}

static struct MHD_Response *make_response(struct asking *asking,
                                          const struct console_reply *reply)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply->body.n, (void *)(uintptr_t)reply->body.p,
        MHD_RESPMEM_PERSISTENT);

    answer_security(asking, response, PAGE_CONSOLE);
    answer_etag(response, str_c(reply->etag));
    MHD_add_response_header(response, "Vary", "Accept-Encoding");
    if (reply->encoding != NULL)
        MHD_add_response_header(response, "Content-Encoding", reply->encoding);
    return response;
}

bool asking_console(struct asking *asking)
{
    str path = buf_str(&asking->client->uri);
    struct console_asked asked = {
        .accept_encoding = form_header(asking->connection, "Accept-Encoding"),
        .if_none_match = form_header(asking->connection, "If-None-Match"),
    };
    struct MHD_Response *response;
    struct console_reply reply;

    asked.path = str_cut(&path, '?');
    if (asking->client->listener->door != DOOR_API ||
        asking->method != METHOD_GET || asking->expected != 0 ||
        is_of_api(asked.path) ||
        !console_choose(&console_built, &asked, &reply))
        return false;
    response = make_response(asking, &reply);
    MHD_add_response_header(response, "Content-Type", reply.type);
    MHD_add_response_header(response, "Cache-Control", reply.cache);
    answer_set(asking, response, reply.status);
    return true;
}
