/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate: what network devices that fetch send is read here, where nothing
 * is that could be taken, and the core is told what it says.
 */
#include "server/ask_wire.h"
#include "server/front_int.h"

enum {
    HEADERS_MAX = 4096
};

bool door_is_gate(enum door door)
{
    return door == DOOR_DEVICE || door == DOOR_DEVICE_CLEAR;
}

bool gate_too_large(struct asking *asking)
{
    if (asking->expected <= ASK_BODY_MAX && asking->received <= ASK_BODY_MAX)
        return false;
    answer_refuse(asking, 413, "the body is too large", 0);
    return true;
}

/* All but what logs in. */
static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind,
                                  const char *key, const char *value)
{
    struct buf *out = cls;

    (void)kind;
    if (!str_eq_nocase(str_c(key), STR("Authorization")) &&
        !str_eq_nocase(str_c(key), STR("Proxy-Authorization")) &&
        !str_eq_nocase(str_c(key), STR("Cookie")))
        buf_printf(out, "%s: %s\n", key, value != NULL ? value : "");
    return MHD_YES;
}

int gate_fill(struct asking *asking, struct message_request *to,
              struct arena *arena, struct buf *encoded, struct err *err)
{
    AUTO(buf_clear) struct buf headers = BUF(HEADERS_MAX);
    struct ask_request request = {
        .is_post = to->method == METHOD_POST,
        .is_head = asking->is_head,
        .path = to->path,
        .query = to->query,
        .body = to->body,
    };
    struct ask ask;
    int rc;

    MHD_get_connection_values(asking->connection, MHD_HEADER_KIND, add_header,
                              &headers);
    request.headers = arena_str(arena, buf_str(&headers));
    ask_read(&request, arena, &ask);
    rc = wire_write(&shape_ask, &ask, encoded, err);
    if (rc < 0)
        return rc;
    to->method = METHOD_POST;
    to->path = STR(GATE_PATH);
    to->query = STR("");
    to->content_type = STR("application/octet-stream");
    to->body = buf_str(encoded);
    to->body_size = (int64_t)encoded->n;
    return 0;
}
