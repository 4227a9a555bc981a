/* SPDX-License-Identifier: Apache-2.0 */
#include "server/route.h"

#include "base/clock.h"
#include "base/log.h"
#include "server/agents.h"
#include "server/answer_int.h"
#include "server/auth.h"
#include "server/core.h"
#include "server/fields.h"
#include "server/limits.h"
#include "server/metrics.h"

const char *method_name(enum method method)
{
    static const char *const names[] = { "GET", "POST", "PUT", "PATCH",
                                         "DELETE" };

    return names[method];
}

/* --- finding the row --------------------------------------------------- */

/* One listener serves the API and what is open beside it. */
static bool serves(enum door listener, enum door door)
{
    return listener == door || (listener == DOOR_API && door == DOOR_OPEN) ||
           (listener == DOOR_DEVICE_CLEAR && door == DOOR_DEVICE);
}

static bool free_text(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
              (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.'))
            return false;
    }
    return text.n > 0 && text.n <= 255 && text.p[0] != '.';
}

/* An id as we write it: no sign, no zero in front. */
static bool is_id(str text, int64_t *out)
{
    return text.n > 0 && text.p[0] >= '1' && text.p[0] <= '9' &&
           str_to_i64(text, 1, INT64_MAX, out, NULL) == 0;
}

static bool match_path(const struct route *route, struct request *req)
{
    str pattern = str_c(route->path);
    str path = req->path;
    bool ids = str_starts(pattern, STR("/api/"));
    size_t n = 0;

    while (pattern.n > 0 && path.n > 0) {
        str want = str_cut(&pattern, '/');
        str is = str_cut(&path, '/');

        if (want.n == 0 || want.p[0] != '{') {
            if (!str_eq(want, is))
                return false;
            continue;
        }
        if (n >= REQUEST_PARAMS_MAX || !free_text(is) ||
            (ids && !is_id(is, &req->params[n])))
            return false;
        req->param_text[n++] = is;
    }
    /* str_cut() loses a slash at the end; it makes another path. */
    return pattern.n == 0 && path.n == 0 &&
           str_ends(req->path, STR("/")) ==
               str_ends(str_c(route->path), STR("/"));
}

const struct route *route_find(struct request *req, struct buf *out_allow)
{
    for (size_t i = 0; i < route_table_count; i++) {
        for (size_t k = 0; k < route_tables[i]->count; k++) {
            const struct route *route = &route_tables[i]->rows[k];

            if (!serves(req->door, route->door) || !match_path(route, req))
                continue;
            if (route->method == req->method)
                return route;
            buf_printf(out_allow, "%s%s", out_allow->n > 0 ? ", " : "",
                       method_name(route->method));
        }
    }
    return NULL;
}

static int find_route(struct request *req, struct response *res,
                      struct err *err)
{
    AUTO(buf_clear) struct buf allow = BUF(256);

    req->route = route_find(req, &allow);
    if (req->route != NULL)
        return 0;
    if (allow.n == 0)
        return refuse(req, 404, NULL, err, E_ABSENT, "there is no such path");
    res->allow = arena_str(&req->arena, buf_str(&allow));
    return refuse(req, 405, NULL, err, E_INVALID, "%s is not served here",
                  method_name(req->method));
}

/* --- who asks ---------------------------------------------------------- */

/* A page elsewhere can make a browser send our cookie, but it can neither set
 * our header nor claim our origin. */
static int check_origin(struct request *req, struct err *err)
{
    bool same = str_eq(req->fetch_site, STR("same-origin"));

    if (req->method == METHOD_GET || req->mark.n > 0 || same)
        return 0;
    if (req->fetch_site.n == 0 && req->host.n > 0 &&
        str_starts(req->origin, STR("https://")) &&
        str_eq(str_sub(req->origin, 8, req->origin.n), req->host))
        return 0;
    return refuse(req, 403, NULL, err, E_PERM,
                  "a change with a session cookie needs the header X-Holdfast");
}

static int authenticate(struct core *core, struct request *req, struct err *err)
{
    int rc = 0;

    switch (req->route->door) {
    case DOOR_API:
        rc = auth_request(core, req, req->authorization, req->cookie, err);
        /* What is in Authorization no browser sends by itself. */
        if (rc == 0 && req->scope.session != 0 && req->authorization.n == 0)
            rc = check_origin(req, err);
        break;
    case DOOR_AGENT:
        rc =
            agents_identify(core, req->fingerprint, req->now, &req->scope, err);
        break;
    case DOOR_OPEN:
        /* Login with somebody else's password is an attack, too. */
        if (!req->route->from_elsewhere && req->fetch_site.n > 0 &&
            !str_eq(req->fetch_site, STR("none")))
            rc = check_origin(req, err);
        break;
    case DOOR_ENROL:
    case DOOR_DEVICE: /* what they say who they are is in the body */
    case DOOR_DEVICE_CLEAR:
    case DOOR_CALLS:
    case DOOR_COUNT:
        break;
    }
    return rc;
}

/* --- form -------------------------------------------------------------- */

static bool is_json(str content_type)
{
    str type = str_cut(&content_type, ';');

    return str_eq_nocase(str_trim(type), STR("application/json"));
}

static int tell_errors(struct request *req, struct jval *errors,
                       struct err *err)
{
    const struct jval *first = jval_at(errors, 0);
    str field = jval_text(jval_get(first, "field"), STR(""));
    str reason = jval_text(jval_get(first, "reason"), STR(""));
    AUTO(buf_clear) struct buf name = BUF(2048);

    buf_add(&name, field);
    req->refusal.errors = jval_copy(errors);
    return refuse(req, 422, NULL, err, E_INVALID, "%" PRIstr "%s%" PRIstr,
                  ARGstr(field), field.n > 0 ? " " : "", ARGstr(reason));
}

static int check_query(struct request *req, struct err *err)
{
    AUTO(jval_freep) struct jval *errors = jval_new_array();

    req->query = fields_query(req->route->query, req->route->list,
                              req->query_text, &req->arena, errors);
    return jval_count(errors) > 0 ? tell_errors(req, errors, err) : 0;
}

static int check_size(struct request *req, struct err *err)
{
    size_t max = req->route->body_max;

    if (req->body.n > max || req->body_size > (int64_t)max)
        return refuse(req, 413, NULL, err, E_LIMIT,
                      max == 0 ? "no body is taken here"
                               : "the body is larger than %zu bytes",
                      max);
    return 0;
}

static int check_body(struct request *req, struct err *err)
{
    AUTO(jval_freep) struct jval *errors = NULL;
    int rc = check_size(req, err);

    if (rc < 0)
        return rc;
    if (req->route->body == NULL)
        return 0;
    if (!is_json(req->content_type))
        return refuse(req, 415, NULL, err, E_INVALID,
                      "the body must be application/json");
    rc = jval_parse(req->body, req->route->body_max, &req->json, err);
    if (rc < 0)
        return refuse(req, 400, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    errors = jval_new_array();
    fields_check(req->route->body, req->json, errors);
    return jval_count(errors) > 0 ? tell_errors(req, errors, err) : 0;
}

/* --- the answer -------------------------------------------------------- */

static int status_of(int code)
{
    switch (code) {
    case E_ABSENT:
        return 404;
    case E_PERM:
        return 403;
    case E_INVALID:
    case E_PARSE:
    case E_UNSUPPORTED:
        return 422;
    case E_LIMIT:
        return 413;
    default:
        return 500;
    }
}

static void answer_refusal(struct request *req, struct response *res, int code,
                           const struct err *err)
{
    int status =
        req->refusal.status != 0 ? req->refusal.status : status_of(code);
    str allow = res->allow;
    str login = res->login;

    if (status >= 500)
        log_error("request.failed", LOG_TEXT("path", req->path),
                  LOG_TEXT("method", str_c(method_name(req->method))),
                  LOG_TEXT("error", str_c(err_text(err))));
    if (status == 500)
        respond_problem(res, 500, NULL, "the server failed; its log says why");
    else if (req->refusal.errors != NULL)
        respond_errors(res, status, str_c(err_text(err)),
                       TAKE(req->refusal.errors));
    else
        respond_problem(res, status, req->refusal.field.p, err_text(err));
    res->allow = allow;
    if (status == 401)
        res->login = login.n > 0 ? login : STR("Bearer realm=\"holdfast\"");
}

/* A handler that failed in the middle leaves a transaction; one that did
 * well and left one has lost its change, which must not look like success. */
static int end_transaction(struct core *core, int rc, struct err *err)
{
    if (core->db == NULL || !db_in_transaction(core->db))
        return rc;
    db_rollback(core->db);
    return rc < 0 ? rc
                  : err_set(err, E_IO, "the handler left a transaction open");
}

/* Our own answers are as the API says: checked where tests run. */
static int check_answer(struct request *req, struct response *res,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *errors = NULL;
    const struct jval *items = jval_get(res->json, "items");

    if (!req->core->check_answers || req->route->answer == NULL || res->held ||
        res->file >= 0 ||
        (res->status != 0 && res->status != 200 && res->status != 201))
        return 0;
    if (res->json == NULL && res->content_type != NULL) /* an export */
        return 0;
    errors = jval_new_array();
    if (!req->route->list)
        fields_check(req->route->answer, res->json, errors);
    for (size_t i = 0; req->route->list && i < jval_count(items); i++)
        fields_check(req->route->answer, jval_at(items, i), errors);
    if (req->route->list && jval_kind(items) != JVAL_ARRAY)
        return err_set(err, E_IO, "the answer is no list");
    if (jval_count(errors) == 0)
        return 0;
    (void)!tell_errors(req, errors, err);
    req->refusal.status = 500;
    return err_wrap(err, E_IO, "the answer of %s is not as it says",
                    req->route->path);
}

void response_finish(struct request *req, struct response *res)
{
    bool read = req != NULL && req->method == METHOD_GET;

    if (req != NULL)
        response_translate(req->route, res, request_language(req));
    if (res->json != NULL) {
        buf_reset(&res->body);
        jval_print(res->json, &res->body);
        if (res->content_type == NULL)
            res->content_type = "application/json";
    }
    if (res->status == 0)
        res->status =
            res->json != NULL || res->body.n > 0 || res->file >= 0 ? 200 : 204;
    if (res->body.over)
        respond_problem(res, 500, NULL, "the answer is too large"),
            jval_print(res->json, &res->body);
    if (!read || res->status != 200 || res->file >= 0)
        return;
    if (res->revision != 0 || res->etag.n == 0)
        res->etag =
            arena_printf(&req->arena, "%" PRIstr "%s%016llx", ARGstr(res->etag),
                         res->etag.n > 0 ? "-" : "",
                         (unsigned long long)str_hash(buf_str(&res->body)));
    if (req->if_none_match.n > 0 &&
        tag_matches(req->if_none_match, res->etag)) {
        buf_reset(&res->body);
        res->status = 304;
    }
}

/* One token, or one user's sessions together, ask only so often. */
static int check_rate(struct core *core, struct request *req,
                      struct response *res, struct err *err)
{
    char key[64];

    snprintf(key, sizeof(key), "%lld/%lld", (long long)req->scope.user,
             (long long)req->scope.token);
    res->retry_after_s =
        limits_take(core->limits, str_c(key), clock_monotonic_ms());
    if (res->retry_after_s == 0)
        return 0;
    return refuse(req, 429, NULL, err, E_LIMIT,
                  "more requests than are allowed; come again later");
}

/* Everything that is decided before the body is there. */
static int admit(struct core *core, struct request *req, struct response *res,
                 struct err *err)
{
    int rc = find_route(req, res, err);

    if (rc == 0 && !req->known)
        rc = authenticate(core, req, err);
    if (rc == 0 && req->route->door == DOOR_API)
        rc = check_rate(core, req, res, err);
    if (rc == 0 && !scope_may(&req->scope, req->route->permission))
        rc = refuse(req, 403, NULL, err, E_PERM,
                    "your roles do not permit this");
    if (rc == 0)
        rc = check_query(req, err);
    if (rc == 0)
        rc = check_size(req, err);
    if (rc == 0)
        req->admitted = true;
    return rc;
}

bool core_admit(struct core *core, struct request *req, struct response *res)
{
    struct err err = { 0 };
    int rc = admit(core, req, res, &err);

    if (rc == 0)
        return true;
    answer_refusal(req, res, rc, &err);
    response_finish(req, res);
    return false;
}

void core_answer(struct core *core, struct request *req, struct response *res)
{
    struct err err = { 0 };
    int64_t start_us = clock_micros();
    int rc = req->admitted ? 0 : admit(core, req, res, &err);

    if (rc == 0)
        rc = check_body(req, &err);
    if (rc == 0)
        rc = req->route->handler(req, res, &err);
    rc = end_transaction(core, rc, &err);
    if (rc == 0)
        rc = check_answer(req, res, &err);
    if (rc < 0)
        answer_refusal(req, res, rc, &err);
    if (!res->held)
        response_finish(req, res);
    metrics_request(core->metrics, req->route, res->held ? 200 : res->status,
                    clock_micros() - start_us);
}

void core_answer_as(struct core *core, struct request *req,
                    struct response *res)
{
    req->known = true;
    core_answer(core, req, res);
}
