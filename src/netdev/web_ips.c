/* SPDX-License-Identifier: Apache-2.0
 *
 * The web server of a sensor: documents to its transaction server (IDIOM), and
 * its events (SDEE). What of IDIOM is public is the frame and a few requests,
 * so this is what goes: `show version`, `show statistics host`, `show events`,
 * and documents that somebody writes (`<request>...`), whose answers are shown
 * as they are. Everything else a sensor does by SSH.
 */
#include "base/vec.h"
#include "base/xml.h"
#include "netdev/web_int.h"

#define TRANSACTION "/cgi-bin/transaction-server"
#define EVENTS "/cgi-bin/sdee-server"
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

enum step {
    ASK,
    OPEN, /* a subscription of events, */
    GET,  /* what there is, */
    CLOSE,
};

static const struct {
    const char *command;
    const char *query;
    const char *body;
} requests[] = {
    { "show version", "?command=getVersion",
      HEAD "<request><getVersion/></request>\n" },
    { "show statistics host", "?command=getHostStatistics",
      HEAD "<request><getHostStatistics/></request>\n" },
};

static int exec(struct web *web, struct err *err UNUSED)
{
    str command = buf_str(&web->command);

    web->step = ASK;
    if (str_eq_c(command, "show events")) {
        web->step = OPEN;
        buf_reset(&web->kept);
        web_request(web, STR(EVENTS "?action=open&events=evIdsAlert&force=yes"),
                    NULL, STR_NONE, false);
        return 0;
    }
    if (command.n > 0 && command.p[0] == '<') {
        web_request(web, STR(TRANSACTION), "text/xml", command, false);
        return 0;
    }
    for (size_t i = 0; i < COUNT(requests); i++) {
        AUTO(buf_clear) struct buf path = BUF(256);

        if (!str_eq_c(command, requests[i].command))
            continue;
        buf_add_c(&path, TRANSACTION);
        buf_add_c(&path, requests[i].query);
        web_request(web, buf_str(&path), "text/xml", str_c(requests[i].body),
                    true);
        return 0;
    }
    web_tell(web, command, STR(""),
             STR("Error: over HTTPS a sensor is asked for 'show version', "
                 "'show statistics host', 'show events' and <request> "
                 "documents only; the rest of its interface is not public"),
             false);
    return 0;
}

static int batch(struct web *web UNUSED, struct err *err)
{
    return err_set(err, E_UNSUPPORTED,
                   "a sensor is not configured line by line");
}

/* --- Answers as text -------------------------------------------------------
 */

struct reading {
    struct buf text;
    struct buf value;
    struct buf version;
    struct buf error;
    VEC(size_t) names; /* where each open element's begins in path */
    struct buf path;
    bool is_leaf;
    bool in_error;
};

static int on_start(void *ctx, const struct xml_element *element,
                    struct err *err UNUSED)
{
    struct reading *r = ctx;

    *vec_push(&r->names) = r->path.n;
    if (r->path.n > 0)
        buf_add_char(&r->path, '.');
    buf_add(&r->path, element->name);
    for (size_t i = 0; i < element->attr_count; i++) {
        buf_printf(&r->text, "%" PRIstr ".%" PRIstr ": %" PRIstr "\n",
                   ARGstr(buf_str(&r->path)), ARGstr(element->attrs[i].name),
                   ARGstr(element->attrs[i].value));
    }
    r->in_error |= str_eq_c(element->name, "error") ||
                   str_starts(element->name, STR("errorMessage"));
    r->is_leaf = true;
    buf_reset(&r->value);
    return 0;
}

static int on_text(void *ctx, str text, struct err *err UNUSED)
{
    struct reading *r = ctx;

    buf_add(&r->value, text);
    return 0;
}

/* Which member has the sensor's version is not public: the first that is
 * called so and looks so. */
static void keep_version(struct reading *r, str name, str value)
{
    if (r->version.n == 0 && str_ends(name, STR("ersion")) && value.n > 0 &&
        value.p[0] >= '0' && value.p[0] <= '9' &&
        str_find_char(value, '.') < value.n)
        buf_add(&r->version, value);
}

static int on_end(void *ctx, struct err *err)
{
    struct reading *r = ctx;
    str value = str_trim(buf_str(&r->value));

    if (r->is_leaf) {
        buf_add(&r->text, buf_str(&r->path));
        buf_add_c(&r->text, ": ");
        buf_add(&r->text, value);
        buf_add_char(&r->text, '\n');
        keep_version(r, buf_str(&r->path), value);
        if (r->in_error && r->error.n == 0)
            buf_add(&r->error, value);
    }
    r->is_leaf = false;
    r->path.n = r->names.p[--r->names.n];
    buf_reset(&r->value);
    return buf_finish(&r->text, "the answer", err);
}

static const struct xml_handler handler = { on_start, on_end, on_text, NULL };

static void tell(struct web *web, struct reading *r)
{
    AUTO(buf_clear) struct buf text = BUF(web->answer.body.limit);
    AUTO(buf_clear) struct buf refusal = BUF(8192);

    if (r->in_error) {
        buf_printf(
            &refusal, "Error: %" PRIstr,
            ARGstr(r->error.n > 0 ? buf_str(&r->error) : STR("not named")));
    } else if (r->version.n > 0) {
        buf_printf(&text,
                   "Cisco Intrusion Prevention System, Version %" PRIstr "\n",
                   ARGstr(buf_str(&r->version)));
    }
    buf_add(&text, buf_str(&r->text));
    web_tell(web, buf_str(&web->command), buf_str(&text), buf_str(&refusal),
             false);
}

static void reading_clear(struct reading *r)
{
    buf_clear(&r->text);
    buf_clear(&r->value);
    buf_clear(&r->version);
    buf_clear(&r->error);
    buf_clear(&r->path);
    vec_clear(&r->names);
}

static int take_transaction(struct web *web, struct err *err)
{
    AUTO(reading_clear)
    struct reading r = { .text = BUF(web->answer.body.limit),
                         .value = BUF(1 << 20),
                         .version = BUF(256),
                         .error = BUF(4096),
                         .path = BUF(1 << 16) };
    str body = buf_str(&web->answer.body);
    int rc = web_xml(body, &handler, &r, err);

    if (rc < 0)
        return rc;
    if (buf_str(&web->command).p[0] == '<' && !r.in_error)
        web_tell(web, buf_str(&web->command), body, STR_NONE, false);
    else
        tell(web, &r);
    return 0;
}

/* --- Events ----------------------------------------------------------------
 */

struct subscription {
    struct buf session;
    struct buf id;
    struct buf *into;
};

static int on_open_start(void *ctx, const struct xml_element *element,
                         struct err *err UNUSED)
{
    struct subscription *s = ctx;

    s->into = NULL;
    if (str_eq_c(element->name, "sessionId"))
        s->into = &s->session;
    else if (str_eq_c(element->name, "subscriptionId"))
        s->into = &s->id;
    if (s->into != NULL)
        buf_reset(s->into);
    return 0;
}

static int on_open_end(void *ctx, struct err *err UNUSED)
{
    struct subscription *s = ctx;

    s->into = NULL;
    return 0;
}

static int on_open_text(void *ctx, str text, struct err *err UNUSED)
{
    struct subscription *s = ctx;

    if (s->into != NULL)
        buf_add(s->into, str_trim(text));
    return 0;
}

static const struct xml_handler open_handler = { on_open_start, on_open_end,
                                                 on_open_text, NULL };

/* What goes into our next request must be a word. */
static bool is_id(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        char low = (char)(c | 0x20);

        if (!((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return text.n > 0;
}

static int take_open(struct web *web, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(2048);
    struct subscription s = { .session = BUF(256), .id = BUF(256) };
    int rc = web_xml(buf_str(&web->answer.body), &open_handler, &s, err);

    if (rc == 0 && !is_id(buf_str(&s.id)))
        rc = err_set(err, E_PARSE,
                     "the sensor opens no subscription of its "
                     "events (a sensor has at most 5)");
    if (rc == 0) {
        buf_printf(&path, "subscriptionId=%" PRIstr, ARGstr(buf_str(&s.id)));
        if (is_id(buf_str(&s.session)))
            buf_printf(&path, "&sessionId=%" PRIstr,
                       ARGstr(buf_str(&s.session)));
        buf_reset(&web->csrf);
        buf_reset(&web->kept);
        buf_add(&web->kept, buf_str(&path)); /* what names it, then a line */
        buf_add_char(&web->kept, '\n');
        buf_reset(&path);
        buf_printf(&path,
                   EVENTS "?confirm=yes&timeout=5&maxNbrOfEvents=150&%" PRIstr,
                   ARGstr(str_sub(buf_str(&web->kept), 0, web->kept.n - 1)));
        web->step = GET;
        web_request(web, buf_str(&path), NULL, STR_NONE, false);
    }
    buf_clear(&s.session);
    buf_clear(&s.id);
    return rc;
}

static void take_events(struct web *web)
{
    AUTO(buf_clear) struct buf path = BUF(2048);
    str rest = buf_str(&web->kept);
    str named = str_cut(&rest, '\n');

    buf_add_c(&path, EVENTS "?action=close&");
    buf_add(&path, named);
    buf_add(&web->kept, buf_str(&web->answer.body));
    web->step = CLOSE;
    web_request(web, buf_str(&path), NULL, STR_NONE, false);
}

static int take(struct web *web, struct err *err)
{
    str events = buf_str(&web->kept);

    switch (web->step) {
    case OPEN:
        return take_open(web, err);
    case GET:
        take_events(web);
        return 0;
    case CLOSE:
        (void)str_cut(&events, '\n');
        web_tell(web, buf_str(&web->command), events, STR_NONE, false);
        return 0;
    default:
        return take_transaction(web, err);
    }
}

const struct web_dialect web_ips = {
    .syntax = SYNTAX_IPS,
    .exec = exec,
    .batch = batch,
    .take = take,
};
