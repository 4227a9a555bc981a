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
#include "server/sentence.h"

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
    DOOR_API,          /* console and API: session or token */
    DOOR_OPEN,         /* the same port, without login: login itself, health */
    DOOR_AGENT,        /* agent port: a device certificate */
    DOOR_ENROL,        /* enrolment port: a one-time token in the body */
    DOOR_DEVICE,       /* network devices that fetch, by HTTPS */
    DOOR_DEVICE_CLEAR, /* and by HTTP; both serve what is of DOOR_DEVICE */
    DOOR_CALLS,        /* network devices that call (RFC 8071): no HTTP */
    DOOR_COUNT,
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
 * Limits: length of texts in bytes, value of integers, count of lists. With
 * min and max both 0 a text has at most FIELD_TEXT_MAX bytes, a list at most
 * FIELD_LIST_MAX elements, and an integer may be any. A member that is not
 * required may be null, which a handler reads like one that is absent (or,
 * in a PATCH, as "take it away"). Unknown members are refused. */
enum {
    FIELD_TEXT_MAX = 1000,
    FIELD_LIST_MAX = 1000,
};
struct field {
    const char *name;
    enum field_type type;
    bool required;
    int64_t min;
    int64_t max;
    const char *words;
    const struct field *of;
    const char *help;
    bool said; /* of an answer: a sentence of ours (server/sentence.h) */
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
    bool from_elsewhere;        /* other sites send browsers here (DOOR_OPEN) */
    bool list;                  /* answers {"items": [answer], "next": ...} */
    const char *summary;
};

enum {
    REQUEST_PARAMS_MAX = 4,
    PAGE_LIMIT_DEFAULT = 50,
    PAGE_LIMIT_MAX = 1000,
};

/* Why a request was refused; refuse() fills it. */
struct refusal {
    int status;
    str field;
    struct jval *errors; /* [{"field": ..., "reason": ...}], or NULL */
};

struct request {
    struct core *core;
    const struct route *route; /* found by the dispatcher */
    enum method method;
    enum door door;     /* the listener: DOOR_API (also for DOOR_OPEN), ... */
    struct arena arena; /* dies with the request */
    int64_t now;
    str path;
    str query_text;
    int64_t params[REQUEST_PARAMS_MAX]; /* of {x}, in order */
    str param_text[REQUEST_PARAMS_MAX];
    struct jval *query; /* checked against route->query; never NULL */
    struct jval *json;  /* checked against route->body; NULL without */
    str body;
    int body_file; /* >= 0: a body above BODY_MEMORY_MAX, read-only, ours */
    int64_t body_size;
    str content_type;
    str authorization;
    str cookie;
    str host;
    str origin;
    str fetch_site;  /* Sec-Fetch-Site */
    str mark;        /* X-Holdfast: sent by our own clients, by no form */
    str last_event;  /* Last-Event-ID */
    str fingerprint; /* of the client certificate, SHA-256 in hex */
    str user_agent;
    str if_match;
    str if_none_match;
    str range;
    str accept;
    str accept_language;
    str peer;           /* address text */
    struct scope scope; /* who asks; DOOR_AGENT: scope.device */
    uint64_t front;     /* the front's handle of this request */
    struct refusal refusal;
    bool known;    /* scope is who asks: nobody is asked */
    bool admitted; /* all but the body is checked */
};

/* A body up to this size is in req->body, a larger one in req->body_file. */
enum {
    BODY_MEMORY_MAX = 8 << 20
};

/* The front fills: core, method, door, now, path, query_text, body or
 * body_file, the header members, peer, front. Texts are the caller's.
 * request_clear() releases arena, trees and body_file. */
void request_init(struct request *req, struct core *core);
void request_clear(struct request *req);

/* The answer. A handler sets what differs from 200 with JSON. */
struct response {
    int status;        /* 0: 200, or 204 when there is nothing to send */
    struct jval *json; /* taken over; NULL: body */
    struct buf body;
    const char *content_type; /* "application/json" when json is set */
    str etag;                 /* without quotes; If-None-Match is served */
    str location;
    str disposition; /* file name of a download */
    str set_cookie;
    str set_cookie2;
    str allow;         /* of 405 */
    str login;         /* WWW-Authenticate of 401 */
    int file;          /* >= 0: a descriptor to send, closed by us; -1: none */
    bool ranges;       /* the file is an object that Range may cut */
    bool private_page; /* sent with Cache-Control: no-store (also without) */
    bool cacheable;    /* may be kept by the client and asked again by ETag */
    int64_t revision;  /* respond_revision(); 0: none */
    int64_t retry_after_s;
    bool held; /* answered later */
};
void response_init(struct response *res);
void response_clear(struct response *res);

/* Problem details (RFC 9457): the handler returns the negative code after
 * calling this; field may be NULL. status 400..599, or 0: by the code (E_ABSENT
 * 404, E_PERM 403, E_INVALID and E_PARSE 422, E_LIMIT 413, otherwise 500,
 * whose text is logged and not sent). */
int refuse(struct request *req, int status, const char *field, struct err *err,
           int code, const char *format, ...) PRINTF(6, 7) MUST_CHECK;

/* The language of the answer: the query's `lang`, else what the client likes
 * best (Accept-Language), else English. Refusals, and members that the route's
 * `answer` marks as said, are in it by themselves. */
enum words_language request_language(const struct request *req);

/* A refusal as an answer: for held requests, whose answer is made later. */
void respond_problem(struct response *res, int status, const char *field,
                     const char *detail);

/* The members of a checked body: the value, or the other argument. The tree
 * is req->json or what jval_get() gave. A FIELD_TIME is read by
 * request_time(). */
int64_t request_time(const struct jval *jval, int64_t otherwise);

/* The body as a file of the caller's, also when it came in memory. Without a
 * body a refusal: `expected` says what it should be. */
int request_body_file(struct request *req, const char *expected,
                      struct err *err) MUST_CHECK;

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

/* A time as every answer has it (RFC 3339, UTC); null while `at` is 0. */
void json_time(struct jval *object, const char *key, int64_t at);

/* Paging of lists: `limit` (default 50, at most 1000) and `after`, an
 * opaque cursor that we made. A list answer is built by these. */
struct page {
    int64_t limit;
    str after; /* decoded cursor; empty: from the start */
};
int request_page(struct request *req, struct page *out,
                 struct err *err) MUST_CHECK;
/* The same for a list in the order of an id: `from` is the cursor's, 0 at the
 * start. */
int request_page_id(struct request *req, struct page *out, int64_t *from,
                    struct err *err) MUST_CHECK;
/* Answers such a list, which ends where it has fewer items than the limit;
 * `last` is the id of the last one. Takes `items`; total as respond_list(). */
void respond_page(struct request *req, struct response *res,
                  const struct page *page, struct jval *items, int64_t last,
                  int64_t total);
/* Answers the records of a vector: of each, called `row`, the object `json`;
 * `key` is the member that the list is in the order of. */
#define RESPOND_ROWS(req, res, page, rows, key, json)                          \
    do {                                                                       \
        struct jval *items_ = jval_new_array();                                \
                                                                               \
        for (size_t i_ = 0; i_ < (rows).n; i_++) {                             \
            const __typeof__(*(rows).p) *row = &(rows).p[i_];                  \
                                                                               \
            jval_push(items_, (json));                                         \
        }                                                                      \
        respond_page((req), (res), (page), items_,                             \
                     (rows).n > 0 ? (rows).p[(rows).n - 1].key : 0, -1);       \
    } while (0)
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

/* Every change is in the audit log (fleet/audit.h), in the transaction that
 * makes it; this fills who and from where. action is "label.updated": the
 * kind of the object, a dot, what was done. before and after are JSON or
 * NULL; secrets are left out by the caller. */
int request_audit(struct request *req, const char *action, int64_t id,
                  const struct jval *before, const struct jval *after,
                  struct err *err) MUST_CHECK;

/* Finds the row, checks everything the row says and calls the handler; *res
 * is complete then (body printed, ETag served), or held. core_answer() first
 * finds out who asks; core_answer_as() takes req->scope as it is (tests). */
void core_answer_as(struct core *core, struct request *req,
                    struct response *res);
/* The part of core_answer() that needs no body, for one that is still on its
 * way: true, and the body may come; or *res is the answer. */
bool core_admit(struct core *core, struct request *req, struct response *res);

/* The row for a path and a method at a door: NULL when there is none, then
 * *out_allow lists the methods that there are (empty: no such path). */
const struct route *route_find(struct request *req, struct buf *out_allow);

const char *method_name(enum method method);

/* Each area of the API is one file api_AREA.c with one table,
 *   const struct route_table routes_AREA = { rows, COUNT(rows) };
 * that routes_int.h declares and routes.c lists. */
struct route_table {
    const struct route *rows;
    size_t count;
};
extern const struct route_table *const route_tables[];
extern const size_t route_table_count;

#endif
