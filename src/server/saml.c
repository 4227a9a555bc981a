/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in through a SAML 2.0 identity provider: redirect binding
 * there, POST binding back. XML and signatures are the helper's program
 * (src/saml); here is who began what in which browser, and what was used
 * already.
 *
 *   start     ticket ── helper ── URL of the provider, and a cookie
 *   consumer  ticket taken ── helper ── not used before ── account
 *
 * Each organisation has its own metadata and consumer.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "base/encode.h"
#include "base/log.h"
#include "base/xml_write.h"
#include "fleet/org.h"
#include "fleet/setting.h"
#include "proto/saml.h"
#include "server/fields.h"
#include "server/routes_int.h"
#include "server/signon.h"

enum {
    TIMEOUT_MS = 15000,
    FORM_MAX = SAML_RESPONSE_MAX + (SAML_RESPONSE_MAX >> 1),
};

struct saml {
    struct saml_order order;
    str cookie;
    str certificate;
};

/* --- settings ------------------------------------------------------------ */

static int load_texts(struct core *core, int64_t org, struct arena *arena,
                      struct saml *out, struct err *err)
{
    struct setting_reader from = { core->db, org, &core->people->key, arena };
    struct saml_order *order = &out->order;
    const struct {
        const char *name;
        str *to;
    } texts[] = {
        { "saml.certificate", &out->certificate },
        { "saml.email_attribute", &order->email_attribute },
        { "saml.entity", &order->entity },
        { "saml.group_attribute", &order->group_attribute },
        { "saml.key", &order->key },
        { "saml.login_attribute", &order->login_attribute },
        { "saml.metadata", &order->metadata },
        { "saml.name_attribute", &order->name_attribute },
        { "saml.subject_attribute", &order->subject_attribute },
        { "server.url", &order->consumer },
    };
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < COUNT(texts); i++)
        rc = setting_text(&from, texts[i].name, texts[i].to, err);
    return rc;
}

static int load(struct core *core, int64_t org, struct arena *arena,
                struct saml *out, struct err *err)
{
    struct saml_order *order = &out->order;
    int64_t sha1 = 0;
    int rc = load_texts(core, org, arena, out, err);
    str place;

    if (rc == 0)
        rc = setting_i64(core->db, org, "saml.sha1", &sha1, err);
    if (rc < 0)
        return rc;
    if (!str_starts(order->consumer, STR("https://")))
        return err_set(err, E_INVALID,
                       "SAML is not set up: server.url is not https://...");
    place = arena_printf(arena, "%" PRIstr "/api/v1/sign-on/saml/%lld",
                         ARGstr(order->consumer), (long long)org);
    order->sha1 = sha1 != 0;
    order->consumer = arena_printf(arena, "%s/consumer", place.p);
    if (order->entity.n == 0)
        order->entity = arena_printf(arena, "%s/metadata", place.p);
    return 0;
}

static int check_enabled(struct core *core, int64_t org,
                         const struct saml *saml, struct err *err)
{
    int64_t enabled = 0;
    int rc = setting_i64(core->db, org, "saml.enabled", &enabled, err);

    if (rc < 0)
        return rc;
    if (enabled == 0 || saml->order.metadata.n == 0)
        return err_set(err, E_INVALID,
                       "SAML is not set up (saml.enabled, "
                       "saml.metadata, server.url)");
    if (core->saml == NULL)
        return err_set(err, E_UNSUPPORTED,
                       "SAML is not available: the package holdfast-saml is "
                       "not installed");
    return 0;
}

static void fail(struct signon *signon, const char *step, str why)
{
    signon_fail(signon, "saml.refused", step, why);
}

/* --- the helper ---------------------------------------------------------- */

static int write_order(const struct saml_order *order, int fd, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(SAML_ORDER_MAX);
    int rc = wire_write(&shape_saml_order, order, &text, err);

    if (rc < 0)
        return rc;
    if (write(fd, text.p, text.n) != (ssize_t)text.n ||
        lseek(fd, 0, SEEK_SET) != 0)
        return err_set(err, E_IO, "the order does not fit into memory");
    return 0;
}

static void ask(struct signon *signon, helper_done *done)
{
    const struct saml *saml = signon->more;
    int fd = memfd_create("order", MFD_CLOEXEC);
    struct helper_order order = { signon->core->loop, fd, TIMEOUT_MS, done,
                                  signon };
    struct err err = { 0 };
    int rc = fd < 0 ? err_set(&err, E_IO, "no memory for the order")
                    : write_order(&saml->order, fd, &err);

    if (rc == 0)
        signon->work = helper_ask(signon->core->saml, &order, &err);
    if (fd >= 0)
        close(fd);
    if (signon->work == NULL)
        fail(signon, "helper", str_c(err_text(&err)));
}

static int read_result(struct signon *signon, int fd, struct saml_result *out,
                       struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(SAML_RESULT_MAX + 65536);
    ssize_t n;
    void *room;
    int rc;

    while ((room = buf_grow(&text, 65536)) != NULL &&
           (n = read(fd, room, 65536)) >= 0) {
        text.n -= 65536 - (size_t)n;
        if (n == 0)
            break;
    }
    rc = buf_finish(&text, "the result", err);
    return rc < 0 ? rc
                  : wire_read(&shape_saml_result,
                              arena_str(&signon->arena, buf_str(&text)),
                              &signon->arena, out, err);
}

/* Takes the descriptor; false after it was refused. */
static bool take_result(struct signon *signon, int rc, int fd,
                        const struct err *why, struct saml_result *out)
{
    struct err err = { 0 };

    signon->work = NULL; /* it releases itself */
    if (rc < 0) {
        fail(signon, "helper", str_c(err_text(why)));
        return false;
    }
    rc = read_result(signon, fd, out, &err);
    close(fd);
    if (rc < 0) {
        fail(signon, "helper", str_c(err_text(&err)));
        return false;
    }
    if (out->code < 0)
        fail(signon, "judged", out->text);
    return out->code == 0;
}

/* --- the browser is sent away -------------------------------------------- */

static void got_url(void *ctx, int rc, int fd, const struct err *why)
{
    AUTO(response_clear) struct response res;
    struct signon *signon = ctx;
    struct saml_result result;

    response_init(&res);
    if (!take_result(signon, rc, fd, why, &result))
        return;
    res.private_page = true;
    res.json = jval_new_object();
    jval_set_text(res.json, "url", result.url);
    res.set_cookie = ((const struct saml *)signon->more)->cookie;
    signon_answer(signon, &res);
}

/* An ID is no number: XML wants a letter in front. */
static int make_ticket(struct signon *signon, struct err *err)
{
    AUTO(jval_freep) struct jval *data = jval_new_object();
    struct signon_way way = { .kind = "saml", .data = data, .posted = true };
    struct saml *saml = signon->more;
    int rc;

    saml->order.request =
        arena_printf(&signon->arena, "_%s", signon_fresh(signon).p);
    jval_set_text(data, "request", saml->order.request);
    rc = signon_begin(signon, &way, err);
    saml->order.relay = way.state;
    saml->cookie = way.cookie;
    return rc;
}

/* NULL after it was refused. */
static struct signon *begin(struct request *req, struct response *res,
                            int64_t org)
{
    struct signon *signon = signon_hold(req, res, org);
    struct saml *saml = arena_alloc(&signon->arena, 1, sizeof(*saml));
    struct err err = { 0 };
    int rc;

    signon->more = saml;
    signon->page = true;
    saml->order.now = req->now;
    saml->order.request = saml->order.relay = saml->order.response = STR("");
    rc = load(req->core, org, &signon->arena, saml, &err);
    if (rc == 0)
        rc = check_enabled(req->core, org, saml, &err);
    if (rc == 0)
        return signon;
    signon_refuse(signon, 403, NULL, err_text(&err));
    return NULL;
}

static const struct field start_body[] = {
    { "organisation", FIELD_TEXT, .max = ORG_NAME_MAX },
    { NULL },
};
static const struct field start_answer[] = {
    { "url", FIELD_TEXT, .required = true, .max = SAML_URL_MAX,
      .help = "of the provider: where the browser goes next" },
    { NULL },
};

static int start_saml(struct request *req, struct response *res,
                      struct err *err)
{
    str name = jval_text(jval_get(req->json, "organisation"), STR(""));
    struct signon *signon = NULL;
    int64_t org = ORG_FIRST;
    int rc = name.n == 0 ? 0 : org_find(req->core->db, name, &org, err);

    if (rc == 0)
        signon = begin(req, res, org);
    if (signon == NULL)
        return rc;
    if (make_ticket(signon, err) < 0)
        fail(signon, "ticket", str_c(err_text(err)));
    else
        ask(signon, got_url);
    return 0;
}

/* --- the browser is back ------------------------------------------------- */

/* An assertion is good once, also when its ticket was not. */
static int spend(struct signon *signon, const struct saml_result *result,
                 struct err *err)
{
    struct ticket ticket = { .kind = STR("saml-used"),
                             .org = signon->org,
                             .data = result->assertion,
                             .expires = result->expires };
    int rc = ticket_spend(signon->core->db, &ticket, err);

    return rc == 1 ? err_set(err, E_PERM, "assertion: it was used before") : rc;
}

static void got_person(void *ctx, int rc, int fd, const struct err *why)
{
    struct signon *signon = ctx;
    struct saml_result result;
    struct outsider outsider = { .source = STR("saml") };
    const struct saml_group *groups;
    struct err err = { 0 };
    str *names;

    if (!take_result(signon, rc, fd, why, &result))
        return;
    if (spend(signon, &result, &err) < 0) {
        fail(signon, "replay", str_c(err_text(&err)));
        return;
    }
    groups = result.groups.p;
    names = arena_alloc(&signon->arena, result.groups.n, sizeof(*names));
    for (size_t i = 0; i < result.groups.n; i++)
        names[i] = groups[i].name;
    outsider.subject = result.subject;
    outsider.login = result.login;
    outsider.name = result.name;
    outsider.email = result.email;
    outsider.groups = names;
    outsider.group_count = result.groups.n;
    signon_accept(signon, &outsider);
}

/* The ID of the request that the response must answer: of the ticket that
 * RelayState names, or empty where log-ins may begin at the provider. */
static int find_request(struct request *req, str relay, str *out,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *data = NULL;
    struct ticket ticket = { .kind = STR("saml") };
    int64_t org = req->params[0];
    int64_t unsolicited = 0;
    int rc = signon_resume(req, relay, &ticket, &data, err);

    if (rc == 0 && ticket.org != org)
        rc = 1;
    if (rc == 0)
        *out = arena_str(&req->arena,
                         jval_text(jval_get(data, "request"), STR("")));
    if (rc == 1)
        rc = setting_i64(req->core->db, org, "saml.unsolicited", &unsolicited,
                         err);
    else
        return rc;
    if (rc < 0)
        return rc;
    *out = STR("");
    if (unsolicited != 0)
        return 0;
    return refuse(req, 403, "RelayState", err, E_PERM,
                  "the log-in is not known, was used, or took too long: begin "
                  "again");
}

static bool is_form(str content_type)
{
    return str_eq_nocase(str_trim(str_cut(&content_type, ';')),
                         STR("application/x-www-form-urlencoded"));
}

static int org_there(struct request *req, struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(req->core->db, "SELECT COUNT(*) FROM org WHERE id = $1",
                        DB_ARGS(db_i64(req->params[0])), &n, err);

    if (rc >= 0 && n == 0)
        return refuse(req, 404, NULL, err, E_ABSENT,
                      "there is no such organisation");
    return rc < 0 ? rc : 0;
}

static int came_back(struct request *req, struct response *res, struct err *err)
{
    struct signon *signon;
    struct saml *saml;
    str relay;
    str response;
    str request;
    int rc = org_there(req, err);

    if (rc == 0 && !is_form(req->content_type))
        rc = refuse(req, 415, NULL, err, E_INVALID, "the body must be a form");
    if (rc == 0)
        rc = form_value(req->body, STR("RelayState"), &req->arena, &relay, err);
    if (rc == 0)
        rc = form_value(req->body, STR("SAMLResponse"), &req->arena, &response,
                        err);
    if (rc == 0 && (response.n == 0 || response.n > SAML_RESPONSE_MAX))
        rc = refuse(req, 422, "SAMLResponse", err, E_INVALID,
                    "a response has 1 to %d bytes", SAML_RESPONSE_MAX);
    if (rc == 0)
        rc = find_request(req, relay, &request, err);
    if (rc < 0)
        return rc;
    signon = begin(req, res, req->params[0]);
    if (signon == NULL)
        return 0;
    saml = signon->more;
    saml->order.request = arena_str(&signon->arena, request);
    saml->order.response = arena_str(&signon->arena, response);
    saml->order.key = STR("");
    ask(signon, got_person);
    return 0;
}

static int consume(struct request *req, struct response *res, struct err *err)
{
    return signon_back(req, res, came_back(req, res, err), err);
}

/* --- our metadata -------------------------------------------------------- */

static void add_attr(struct buf *out, const char *name, str value)
{
    buf_printf(out, " %s=\"", name);
    xml_escape(out, value);
    buf_add_char(out, '"');
}

/* The lines of a PEM between its first and its last. */
static void add_certificate(struct buf *out, str pem)
{
    buf_add_c(out, "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds="
                   "\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>"
                   "<ds:X509Certificate>");
    while (pem.n > 0) {
        str line = str_trim(str_cut(&pem, '\n'));

        if (str_starts(line, STR("-----END")))
            break;
        if (!str_starts(line, STR("-----")))
            xml_escape(out, line);
    }
    buf_add_c(out, "</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
                   "</md:KeyDescriptor>");
}

static void write_metadata(const struct saml *saml, struct buf *out)
{
    bool signs = saml->order.key.n > 0 && saml->certificate.n > 0;

    buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<md:EntityDescriptor xmlns:md="
                   "\"urn:oasis:names:tc:SAML:2.0:metadata\"");
    add_attr(out, "entityID", saml->order.entity);
    buf_add_c(out, "><md:SPSSODescriptor protocolSupportEnumeration="
                   "\"urn:oasis:names:tc:SAML:2.0:protocol\""
                   " WantAssertionsSigned=\"true\"");
    add_attr(out, "AuthnRequestsSigned", signs ? STR("true") : STR("false"));
    buf_add_char(out, '>');
    if (signs)
        add_certificate(out, saml->certificate);
    buf_add_c(out, "<md:AssertionConsumerService index=\"0\" isDefault=\"true\""
                   " Binding="
                   "\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"");
    add_attr(out, "Location", saml->order.consumer);
    buf_add_c(out, "/></md:SPSSODescriptor></md:EntityDescriptor>\n");
}

static int tell_metadata(struct request *req, struct response *res,
                         struct err *err)
{
    struct saml saml = { 0 };
    int rc = org_there(req, err);

    if (rc == 0)
        rc = load(req->core, req->params[0], &req->arena, &saml, err);
    if (rc == 0) {
        write_metadata(&saml, &res->body);
        res->content_type = "application/samlmetadata+xml";
    }
    return rc;
}

static const struct route rows[] = {
    { METHOD_POST, "/api/v1/sign-on/saml", DOOR_OPEN, .body_max = 4096,
      .handler = start_saml, .body = start_body, .answer = start_answer,
      .summary = "Begin a log-in through the SAML identity provider." },
    { METHOD_POST, "/api/v1/sign-on/saml/{organisation}/consumer", DOOR_OPEN,
      .body_max = FORM_MAX, .handler = consume, .from_elsewhere = true,
      .summary = "Where the identity provider sends the browser back to." },
    { METHOD_GET, "/api/v1/sign-on/saml/{organisation}/metadata", DOOR_OPEN,
      .handler = tell_metadata,
      .summary = "The metadata of this server, for the identity provider." },
};
const struct route_table routes_saml = { rows, COUNT(rows) };
