/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP API as one table (server/routes.c): method, path, port, permission,
 * limits, the fields of body and query, and the function that answers. The
 * dispatcher checks everything the row says before it calls the function;
 * OpenAPI, help and `holdfast api` come from the same rows.
 *
 * Handlers run in the core process, one at a time, and never block: what
 * takes long is given to a worker and the request is held (request_hold).
 * A handler sees only what the caller's organisation and label scope allow:
 * it passes req->scope to the functions of src/fleet, which put it into
 * their SQL.
 */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H

#include "base/arena.h"
#include "base/jval.h"
#include "fleet/scope.h"

struct core;

enum method {
    METHOD_GET,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
};

/* Which listener serves a route, and who may be on the other end. */
enum door {
    DOOR_API,   /* console and API: session or token */
    DOOR_OPEN,  /* the same port, without login: login itself, health */
    DOOR_AGENT, /* agent port: a device certificate */
    DOOR_ENROL, /* enrolment port: a one-time token in the body */
};

enum field_type {
    FIELD_TEXT,
    FIELD_INTEGER,
    FIELD_BOOL,
    FIELD_TIME,   /* RFC 3339 text, UTC */
    FIELD_ENUM,   /* text, one of `words` ("a|b|c") */
    FIELD_IDS,    /* array of integers, at most max */
    FIELD_TEXTS,  /* array of texts, at most max */
    FIELD_OBJECT, /* its own members are `of`, or free when `of` is NULL */
    FIELD_LIST,   /* array of objects with members `of`, at most max */
};
/* One member of a body, a query or an answer; a table ends with name NULL.
 * Limits: length of texts in bytes, value of integers, count of lists. */
struct field {
    const char *name;
    enum field_type type;
    bool required;
    int64_t min;
    int64_t max;
    const char *words;
    const struct field *of;
    const char *help;
};

struct request;
struct response;
typedef int route_handler(struct request *req, struct response *res,
                          struct err *err);

struct route {
    enum method method;
    const char *path; /* "/api/v1/devices/{device}": {x} is an integer id
                         below /api, free text below /agent */
    enum door door;
    enum permission permission;
    size_t body_max; /* 0: no body */
    route_handler *handler;
    const struct field *query;  /* or NULL */
    const struct field *body;   /* or NULL: not JSON */
    const struct field *answer; /* of 200 and 201; or NULL */
    bool list;                  /* answers {"items": [answer], "next": ...} */
    const char *summary;
};

enum {
    REQUEST_PARAMS_MAX = 4,
};

struct request {
    struct core *core;
    const struct route *route;
    struct arena arena; /* dies with the request */
    int64_t now;
    str path;
    str query_text;
    int64_t params[REQUEST_PARAMS_MAX]; /* of {x}, in order */
    str param_text[REQUEST_PARAMS_MAX];
    struct jval *query; /* checked against route->query; never NULL */
    struct jval *json;  /* checked against route->body; NULL without */
    str body;
    str content_type;
    str if_match;
    str if_none_match;
    str range;
    str accept;
    str peer;           /* address text */
    struct scope scope; /* who asks; DOOR_AGENT: scope.device */
    void *front;        /* the front's handle of this request */
};

/* The answer. A handler sets what differs from 200 with JSON. */
struct response {
    int status;
    struct jval *json; /* taken over; NULL: body */
    struct buf body;
    const char *content_type; /* "application/json" when json is set */
    str etag;                 /* without quotes; If-None-Match is served */
    str location;
    str disposition; /* file name of a download */
    str set_cookie;
    int file; /* >= 0: a descriptor to send, closed by us */
    int64_t retry_after_s;
    bool held; /* answered later */
};

/* Problem details (RFC 9457): the handler returns the negative code after
 * calling this; field may be NULL. status 400..599, or 0: by the code (E_ABSENT
 * 404, E_PERM 403, E_INVALID and E_PARSE 422, E_LIMIT 413, otherwise 500,
 * whose text is logged and not sent). */
int refuse(struct request *req, int status, const char *field, struct err *err,
           int code, const char *format, ...) PRINTF(6, 7) MUST_CHECK;

/* Holding: the handler sets res->held and keeps the handle; whoever finishes
 * calls held_answer exactly once, with a response built the same way. A
 * client that went away is told by `gone` and the handle is dead then. */
struct held;
struct held *request_hold(struct request *req, void (*gone)(void *ctx),
                          void *ctx);
void held_answer(struct held *held, struct response *res);
/* Server-sent events: an open stream; pieces until held_end. */
void held_stream(struct held *held, const char *content_type);
void held_send(struct held *held, str piece);
void held_end(struct held *held);

/* Paging of lists: `limit` (default 50, at most 1000) and `after`, an
 * opaque cursor that we made. A list answer is built by these. */
struct page {
    int64_t limit;
    str after; /* decoded cursor; empty: from the start */
};
int request_page(struct request *req, struct page *out,
                 struct err *err) MUST_CHECK;
/* {"items": items, "next": cursor or null, "total": total when >= 0} */
void respond_list(struct response *res, struct jval *items, str next,
                  int64_t total);
/* 412 unless If-Match names the object's revision; 428 when it is missing.
 * Every PUT and PATCH of an object with a revision calls it, so that two
 * people cannot overwrite each other. */
int request_match(struct request *req, int64_t revision,
                  struct err *err) MUST_CHECK;
void respond_revision(struct request *req, struct response *res,
                      int64_t revision);

/* Every change is in the audit log (fleet/audit.h); this fills who and from
 * where. before and after are JSON or NULL; secrets are left out by the
 * caller. */
int request_audit(struct request *req, const char *action, const char *kind,
                  int64_t id, const struct jval *before,
                  const struct jval *after, struct err *err) MUST_CHECK;

/* Each area of the API is one file api_AREA.c with one table; routes.c lists
 * the tables. */
struct route_table {
    const struct route *rows;
    size_t count;
};
extern const struct route_table route_tables[];
extern const size_t route_table_count;

#endif
