/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in through an OpenID Connect provider: code flow with PKCE
 * (RFC 7636), state and nonce, as a relying party of our own.
 *
 *   start     discovery ── URL of the provider, and a cookie
 *   callback  state taken ── discovery ── code for token ── keys ── checked
 *
 * The state is a ticket (server/signon.h). The provider's documents are
 * fetched at each log-in by the courier; nothing of them is kept.
 */
#include "base/encode.h"
#include "base/log.h"
#include "fleet/org.h"
#include "fleet/setting.h"
#include "http/client.h"
#include "server/routes_int.h"
#include "server/signon.h"
#include "trust/idtoken.h"

enum {
    TIMEOUT_MS = 15000,
    DOCUMENT_MAX = 1 << 20,
    GROUPS_MAX = 500,
};

struct oidc {
    str issuer;
    str client;
    str secret;
    str authority;
    str scopes;
    str login_claim;
    str group_claim;
    str redirect;
    str code;
    str nonce;
    str verifier;
    str state;
    str token_endpoint;
    str jwks_uri;
    str id_token;
    bool callback;
};

/* --- settings ---------------------------------------------------------- */

static int load(struct signon *signon, struct oidc *oidc, struct err *err)
{
    struct setting_reader from = { signon->core->db, signon->org,
                                   &signon->core->people->key, &signon->arena };
    const struct {
        const char *name;
        str *to;
    } texts[] = {
        { "oidc.issuer", &oidc->issuer },
        { "oidc.client_id", &oidc->client },
        { "oidc.client_secret", &oidc->secret },
        { "oidc.ca", &oidc->authority },
        { "oidc.scopes", &oidc->scopes },
        { "oidc.login_claim", &oidc->login_claim },
        { "oidc.group_claim", &oidc->group_claim },
        { "server.url", &oidc->redirect },
    };
    int64_t enabled = 0;
    int rc = setting_i64(from.db, from.org, "oidc.enabled", &enabled, err);

    for (size_t i = 0; rc == 0 && i < COUNT(texts); i++)
        rc = setting_text(&from, texts[i].name, texts[i].to, err);
    if (rc < 0)
        return rc;
    if (enabled == 0 || oidc->client.n == 0 || oidc->redirect.n == 0 ||
        !str_starts(oidc->issuer, STR("https://")))
        return err_set(err, E_INVALID,
                       "log-in through a provider is not set up (oidc.*, "
                       "server.url)");
    oidc->redirect =
        arena_printf(&signon->arena, "%" PRIstr "/api/v1/sign-on/oidc/callback",
                     ARGstr(oidc->redirect));
    return 0;
}

static void fail(struct signon *signon, const char *what, str why)
{
    signon_fail(signon, "oidc.refused", what, why);
}

/* --- fetching ---------------------------------------------------------- */

static void fetch(struct signon *signon, str url, str form, courier_done *done)
{
    struct oidc *oidc = signon->more;
    struct errand_text header = { STR("Accept: application/json") };
    struct errand_fetch errand = {
        .method = form.p != NULL ? STR("POST") : STR("GET"),
        .url = url,
        .content_type =
            form.p != NULL ? STR("application/x-www-form-urlencoded") : STR(""),
        .headers = { &header, 1 },
        .body = form,
        .authority = oidc->authority,
        .answer_max = DOCUMENT_MAX,
        .timeout_ms = TIMEOUT_MS,
    };
    struct err err = { 0 };

    if (courier_fetch(signon->core->courier, &errand, done, signon, &err) < 0) {
        signon->errand = 0;
        fail(signon, "fetch", str_c(err_text(&err)));
        return;
    }
    signon->errand = errand.id;
}

/* The JSON of a good answer; NULL after it was refused. */
static struct jval *document(struct signon *signon, const char *what,
                             const struct errand_return *answer)
{
    struct jval *json = NULL;
    struct err err = { 0 };

    signon->errand = 0;
    if (answer->code < 0) {
        fail(signon, what, answer->text);
        return NULL;
    }
    if (answer->status != 200) {
        str why = arena_printf(&signon->arena, "status %lld",
                               (long long)answer->status);

        fail(signon, what, why);
        return NULL;
    }
    if (jval_parse(answer->body, DOCUMENT_MAX, &json, &err) < 0)
        fail(signon, what, str_c(err_text(&err)));
    return json;
}

/* --- the browser is sent away ------------------------------------------ */

static void add_parameter(struct buf *out, const char *name, str value)
{
    buf_printf(out, "%s=", name);
    url_escape(out, value);
}

static void add_url(struct signon *signon, const struct oidc *oidc,
                    str endpoint, struct buf *out)
{
    buf_add(out, endpoint);
    buf_add_char(out, str_find_char(endpoint, '?') < endpoint.n ? '&' : '?');
    add_parameter(out, "response_type", STR("code"));
    add_parameter(out, "&client_id", oidc->client);
    add_parameter(out, "&redirect_uri", oidc->redirect);
    add_parameter(out, "&scope", oidc->scopes);
    add_parameter(out, "&state", oidc->state);
    add_parameter(out, "&nonce", oidc->nonce);
    add_parameter(out, "&code_challenge",
                  signon_digest(&signon->arena, oidc->verifier));
    add_parameter(out, "&code_challenge_method", STR("S256"));
}

/* The state as a ticket, with what the callback needs. */
static int make_ticket(struct signon *signon, struct oidc *oidc,
                       str *out_cookie, struct err *err)
{
    AUTO(jval_freep) struct jval *data = jval_new_object();
    struct signon_way way = { .kind = "oidc", .data = data };
    int rc;

    oidc->nonce = signon_fresh(signon);
    oidc->verifier = signon_fresh(signon);
    jval_set_text(data, "nonce", oidc->nonce);
    jval_set_text(data, "verifier", oidc->verifier);
    rc = signon_begin(signon, &way, err);
    oidc->state = way.state;
    *out_cookie = way.cookie;
    return rc;
}

static void answer_url(struct signon *signon, str endpoint)
{
    AUTO(buf_clear) struct buf url = BUF(16384);
    AUTO(response_clear) struct response res;
    struct oidc *oidc = signon->more;
    struct err err = { 0 };

    response_init(&res);
    if (make_ticket(signon, oidc, &res.set_cookie, &err) < 0) {
        fail(signon, "ticket", str_c(err_text(&err)));
        return;
    }
    add_url(signon, oidc, endpoint, &url);
    res.private_page = true;
    res.json = jval_new_object();
    jval_set_text(res.json, "url", buf_str(&url));
    signon_answer(signon, &res);
}

/* --- the browser is back ----------------------------------------------- */

static void read_groups(struct signon *signon, const struct jval *claim,
                        struct outsider *out)
{
    size_t n = jval_kind(claim) == JVAL_ARRAY ? jval_count(claim) : 0;
    str *groups = arena_alloc(&signon->arena, GROUPS_MAX, sizeof(*groups));

    for (size_t i = 0; i < n && i < GROUPS_MAX; i++)
        groups[out->group_count++] = jval_text(jval_at(claim, i), STR(""));
    if (jval_kind(claim) == JVAL_TEXT)
        groups[out->group_count++] = jval_text(claim, STR(""));
    out->groups = groups;
}

static void got_keys(void *ctx, const struct errand_return *answer)
{
    AUTO(jval_freep) struct jval *claims = NULL;
    struct signon *signon = ctx;
    const struct oidc *oidc = signon->more;
    struct outsider outsider = { .source = STR("oidc") };
    struct idtoken_terms terms = { .issuer = oidc->issuer,
                                   .client = oidc->client,
                                   .nonce = oidc->nonce,
                                   .now = signon->now };
    struct err err = { 0 };
    int rc;

    signon->errand = 0;
    if (answer->code < 0 || answer->status != 200) {
        fail(signon, "keys", answer->text);
        return;
    }
    rc = idtoken_check(oidc->id_token, answer->body, &terms, &claims, &err);
    if (rc != 0) {
        fail(signon, "token",
             rc == 1 ? STR("it is signed with a key the provider does not have")
                     : str_c(err_text(&err)));
        return;
    }
    outsider.subject = jval_text(jval_get(claims, "sub"), STR(""));
    outsider.name = jval_text(jval_get(claims, "name"), STR(""));
    outsider.email = jval_text(jval_get(claims, "email"), STR(""));
    outsider.login =
        jval_text(jval_get(claims, arena_c(&signon->arena, oidc->login_claim)),
                  outsider.subject);
    read_groups(signon,
                jval_get(claims, arena_c(&signon->arena, oidc->group_claim)),
                &outsider);
    signon_accept(signon, &outsider);
}

static void got_token(void *ctx, const struct errand_return *answer)
{
    struct signon *signon = ctx;
    struct oidc *oidc = signon->more;
    AUTO(jval_freep)
    struct jval *json = document(signon, "code for token", answer);

    if (json == NULL)
        return;
    oidc->id_token = arena_str(&signon->arena,
                               jval_text(jval_get(json, "id_token"), STR("")));
    fetch(signon, oidc->jwks_uri, STR_NONE, got_keys);
}

static void ask_token(struct signon *signon)
{
    AUTO(buf_clear) struct buf form = BUF(16384);
    const struct oidc *oidc = signon->more;

    add_parameter(&form, "grant_type", STR("authorization_code"));
    add_parameter(&form, "&code", oidc->code);
    add_parameter(&form, "&redirect_uri", oidc->redirect);
    add_parameter(&form, "&client_id", oidc->client);
    add_parameter(&form, "&code_verifier", oidc->verifier);
    if (oidc->secret.n > 0)
        add_parameter(&form, "&client_secret", oidc->secret);
    fetch(signon, oidc->token_endpoint, buf_str(&form), got_token);
}

static void got_discovery(void *ctx, const struct errand_return *answer)
{
    struct signon *signon = ctx;
    struct oidc *oidc = signon->more;
    AUTO(jval_freep)
    struct jval *json = document(signon, "discovery", answer);
    str endpoint;

    if (json == NULL)
        return;
    endpoint = jval_text(jval_get(json, "authorization_endpoint"), STR(""));
    oidc->token_endpoint = arena_str(
        &signon->arena, jval_text(jval_get(json, "token_endpoint"), STR("")));
    oidc->jwks_uri = arena_str(&signon->arena,
                               jval_text(jval_get(json, "jwks_uri"), STR("")));
    if (!str_eq(jval_text(jval_get(json, "issuer"), STR("")), oidc->issuer))
        fail(signon, "discovery", STR("it is of another issuer"));
    else if (!str_starts(endpoint, STR("https://")) ||
             !str_starts(oidc->token_endpoint, STR("https://")) ||
             !str_starts(oidc->jwks_uri, STR("https://")))
        fail(signon, "discovery", STR("an endpoint is not https://"));
    else if (oidc->callback)
        ask_token(signon);
    else
        answer_url(signon, endpoint);
}

static void discover(struct signon *signon)
{
    const struct oidc *oidc = signon->more;
    bool slash = str_ends(oidc->issuer, STR("/"));

    fetch(signon,
          arena_printf(&signon->arena,
                       "%" PRIstr "%s.well-known/openid-configuration",
                       ARGstr(oidc->issuer), slash ? "" : "/"),
          STR_NONE, got_discovery);
}

/* --- routes ------------------------------------------------------------ */

static int begin(struct request *req, struct response *res, int64_t org,
                 struct signon **out)
{
    struct signon *signon = signon_hold(req, res, org);
    struct oidc *oidc = arena_alloc(&signon->arena, 1, sizeof(*oidc));
    struct err err = { 0 };

    signon->more = oidc;
    signon->page = true;
    if (load(signon, oidc, &err) < 0) {
        signon_refuse(signon, 403, NULL, err_text(&err));
        return 1;
    }
    *out = signon;
    return 0;
}

static const struct field start_body[] = {
    { "organisation", FIELD_TEXT, .max = ORG_NAME_MAX },
    { NULL },
};
static const struct field start_answer[] = {
    { "url", FIELD_TEXT, .required = true, .max = 16384,
      .help = "of the provider: where the browser goes next" },
    { NULL },
};

static int start_oidc(struct request *req, struct response *res,
                      struct err *err)
{
    str name = jval_text(jval_get(req->json, "organisation"), STR(""));
    struct signon *signon = NULL;
    int64_t org = ORG_FIRST;
    int rc = name.n == 0 ? 0 : org_find(req->core->db, name, &org, err);

    if (rc == 0 && begin(req, res, org, &signon) == 0)
        discover(signon);
    return rc;
}

static const struct field callback_query[] = {
    { "code", FIELD_TEXT, .max = 4096 },
    { "state", FIELD_TEXT, .max = 4096 },
    { "error", FIELD_TEXT, .max = 4096 },
    { "error_description", FIELD_TEXT, .max = 4096 },
    { "error_uri", FIELD_TEXT, .max = 4096 },
    { "iss", FIELD_TEXT, .max = 4096 },
    { "session_state", FIELD_TEXT, .max = 4096 },
    { "scope", FIELD_TEXT, .max = 4096 },
    { NULL },
};

static str query_text(struct request *req, const char *name)
{
    return jval_text(jval_get(req->query, name), STR(""));
}

static int came_back(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *data = NULL;
    struct ticket ticket = { .kind = STR("oidc") };
    struct signon *signon = NULL;
    struct oidc *oidc;
    int rc = signon_resume(req, query_text(req, "state"), &ticket, &data, err);

    if (rc == 1)
        return refuse(req, 403, "state", err, E_PERM,
                      "the log-in is not known, was used, or took too long: "
                      "begin again");
    if (rc < 0)
        return rc;
    if (query_text(req, "code").n == 0)
        return refuse(req, 401, NULL, err, E_PERM,
                      "the provider did not log you in");
    if (begin(req, res, ticket.org, &signon) != 0)
        return 0;
    oidc = signon->more;
    oidc->callback = true;
    oidc->code = arena_str(&signon->arena, query_text(req, "code"));
    oidc->nonce =
        arena_str(&signon->arena, jval_text(jval_get(data, "nonce"), STR("")));
    oidc->verifier = arena_str(&signon->arena,
                               jval_text(jval_get(data, "verifier"), STR("")));
    discover(signon);
    return 0;
}

static int finish_oidc(struct request *req, struct response *res,
                       struct err *err)
{
    return signon_back(req, res, came_back(req, res, err), err);
}

static const struct route rows[] = {
    { METHOD_POST, "/api/v1/sign-on/oidc", DOOR_OPEN, .body_max = 4096,
      .handler = start_oidc, .body = start_body, .answer = start_answer,
      .summary = "Begin a log-in through the OpenID Connect provider." },
    { METHOD_GET, "/api/v1/sign-on/oidc/callback", DOOR_OPEN,
      .handler = finish_oidc, .query = callback_query,
      .summary = "Where the provider sends the browser back to." },
};
const struct route_table routes_oidc = { rows, COUNT(rows) };
