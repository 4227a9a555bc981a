/* SPDX-License-Identifier: Apache-2.0
 *
 * The stream of what happens (server/events.h).
 */
#include "server/events.h"
#include "server/routes_int.h"

static const struct field query_fields[] = {
    { "topic", FIELD_ENUM,
      .words = "content|device|finding|label|network|release|run",
      .help = "only this topic" },
    { "id", FIELD_INTEGER, .min = 1, .max = INT64_MAX,
      .help = "only this object of the topic" },
    { NULL },
};

static int stream(struct request *req, struct response *res, struct err *err)
{
    struct events_wish wish = {
        .topic = jval_text(jval_get(req->query, "topic"), STR("")),
        .id = jval_i64(jval_get(req->query, "id"), 0),
    };

    if (wish.id != 0 && wish.topic.n == 0)
        return refuse(req, 422, "topic", err, E_INVALID,
                      "an id needs the topic it is of");
    if (wish.topic.n > 0 &&
        !scope_may(&req->scope, events_permission(wish.topic)))
        return refuse(req, 403, "topic", err, E_PERM,
                      "you may not see this topic");
    if (req->last_event.n > 0 &&
        str_to_i64(req->last_event, 0, INT64_MAX, &wish.after, NULL) < 0)
        return refuse(req, 400, NULL, err, E_INVALID,
                      "Last-Event-ID is not one of ours");
    return events_listen(req, res, &wish, err);
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/events", DOOR_API, PERM_NONE, .handler = stream,
      .query = query_fields,
      .summary = "What happens, as it happens, as server-sent events." },
};
const struct route_table routes_event = { rows, COUNT(rows) };
