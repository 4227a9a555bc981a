/* SPDX-License-Identifier: Apache-2.0 */
#include "base/xml.h"
#include "netdev/netconf_int.h"

#define NS "urn:ietf:params:xml:ns:netconf:base:1.0"

enum {
    INDENT = 2,
    TEXT_MAX = 4096,
};

static int read_xml(str text, const struct xml_handler *handler, void *ctx,
                    struct err *err)
{
    static const struct xml_limits limits = { 128, 128, 1 << 20, 20000000, 0 };
    struct stream *stream;
    int rc = stream_open_memory(text, "the message", NULL, &stream, err);

    if (rc < 0)
        return rc;
    rc = xml_read(stream, &limits, handler, ctx, err);
    stream_free(stream);
    return rc;
}

/* --- Pieces of well-formed XML ---------------------------------------------
 */

enum piece_kind {
    PIECE_START,
    PIECE_END,
    PIECE_EMPTY,
    PIECE_TEXT,
    PIECE_OTHER, /* a comment or an instruction */
};

struct piece {
    enum piece_kind kind;
    str raw;
    str name; /* local */
};

static size_t end_of_tag(str rest)
{
    char quote = '\0';

    for (size_t i = 0; i < rest.n; i++) {
        char c = rest.p[i];

        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return i + 1;
    }
    return rest.n;
}

static str local_name(str tag)
{
    size_t from = tag.n > 1 && tag.p[1] == '/' ? 2 : 1;
    str name = str_sub(tag, from, SIZE_MAX);
    size_t n = 0;

    while (n < name.n && strchr(" \t\r\n/>", name.p[n]) == NULL)
        n++;
    name = str_sub(name, 0, n);
    n = str_find_char(name, ':');
    return n < name.n ? str_sub(name, n + 1, SIZE_MAX) : name;
}

static size_t end_of(str rest, const char *mark)
{
    size_t at = str_find(rest, str_c(mark));

    return at < rest.n ? at + strlen(mark) : rest.n;
}

static bool next_piece(str *rest, struct piece *out)
{
    size_t n;

    if (rest->n == 0)
        return false;
    *out = (struct piece){ .kind = PIECE_OTHER };
    if (str_starts(*rest, STR("<!--"))) {
        n = end_of(*rest, "-->");
    } else if (str_starts(*rest, STR("<![CDATA["))) {
        n = end_of(*rest, "]]>");
        out->kind = PIECE_TEXT;
    } else if (str_starts(*rest, STR("<?"))) {
        n = end_of(*rest, "?>");
    } else if (rest->p[0] == '<') {
        n = end_of_tag(*rest);
        out->name = local_name(str_sub(*rest, 0, n));
        out->kind = rest->n > 1 && rest->p[1] == '/'  ? PIECE_END
                    : n >= 2 && rest->p[n - 2] == '/' ? PIECE_EMPTY
                                                      : PIECE_START;
    } else {
        n = str_find_char(*rest, '<');
        out->kind = PIECE_TEXT;
    }
    out->raw = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, SIZE_MAX);
    return true;
}

static void indent(struct buf *out, size_t depth)
{
    for (size_t i = 0; i < depth * INDENT; i++)
        buf_add_char(out, ' ');
}

/* A tag on one line, its attributes as they are. */
static void add_tag(str tag, struct buf *out)
{
    char quote = '\0';
    bool is_blank = false;

    for (size_t i = 0; i < tag.n; i++) {
        char c = tag.p[i];

        if (quote == '\0' && strchr(" \t\r\n", c) != NULL && c != '\0') {
            is_blank = true;
            continue;
        }
        if (is_blank && c != '>' && c != '/')
            buf_add_char(out, ' ');
        is_blank = false;
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        buf_add_char(out, c);
    }
}

/* An element with text only stays on one line. */
void netconf_pretty(str xml, struct buf *out)
{
    struct piece piece;
    size_t depth = 0;
    bool after_start = false;
    bool after_text = false;

    while (next_piece(&xml, &piece)) {
        bool is_blank = str_trim(piece.raw).n == 0;

        if (piece.kind == PIECE_TEXT && is_blank)
            continue;
        if (piece.kind == PIECE_END && depth > 0)
            depth--;
        if (piece.kind == PIECE_TEXT) {
            buf_add(out, str_trim(piece.raw));
            after_text = true;
            continue;
        }
        if (piece.kind != PIECE_END || !(after_start || after_text)) {
            if (out->n > 0 && out->p[out->n - 1] != '\n')
                buf_add_char(out, '\n');
            indent(out, depth);
        }
        if (piece.kind == PIECE_OTHER)
            buf_add(out, piece.raw);
        else
            add_tag(piece.raw, out);
        if (piece.kind == PIECE_START)
            depth++;
        else
            buf_add_char(out, '\n');
        after_start = piece.kind == PIECE_START;
        after_text = false;
    }
    if (out->n > 0 && out->p[out->n - 1] != '\n')
        buf_add_char(out, '\n');
}

/* What stands in the first element, and how it is called. */
static str content_of(str xml, str *out_name)
{
    struct piece piece;
    str rest = xml;
    size_t depth = 0;
    size_t from = 0;

    *out_name = STR("");
    while (next_piece(&rest, &piece)) {
        size_t at = (size_t)(piece.raw.p - xml.p);

        if (depth == 0 && piece.kind == PIECE_END)
            return STR("");
        if (depth == 0 && piece.name.n > 0) {
            *out_name = piece.name;
            from = at + piece.raw.n;
            if (piece.kind == PIECE_EMPTY)
                return STR("");
        }
        if (piece.kind == PIECE_END && --depth == 0)
            return str_sub(xml, from, at - from);
        depth += piece.kind == PIECE_START;
    }
    return STR("");
}

/* --- The greeting ----------------------------------------------------------
 */

struct greeting {
    struct netconf_hello *hello;
    struct buf *into;
    bool is_hello;
};

static int on_hello_start(void *ctx, const struct xml_element *element,
                          struct err *err)
{
    struct greeting *g = ctx;

    g->is_hello |=
        str_eq_c(element->name, "hello") && str_eq_c(element->ns, NS);
    g->into = NULL;
    if (str_eq_c(element->name, "capability")) {
        g->into = &g->hello->capabilities;
        if (++g->hello->count > NETCONF_CAPABILITIES_MAX)
            return err_set(err, E_LIMIT, "more than %d capabilities",
                           NETCONF_CAPABILITIES_MAX);
    } else if (str_eq_c(element->name, "session-id")) {
        g->into = &g->hello->session_id;
    }
    return 0;
}

static int on_hello_text(void *ctx, str text, struct err *err UNUSED)
{
    struct greeting *g = ctx;

    for (size_t i = 0; g->into != NULL && i < text.n; i++)
        if ((unsigned char)text.p[i] > ' ')
            buf_add_char(g->into, text.p[i]);
    return 0;
}

static int on_hello_end(void *ctx, struct err *err UNUSED)
{
    struct greeting *g = ctx;

    if (g->into == &g->hello->capabilities)
        buf_add_char(g->into, '\n');
    g->into = NULL;
    return 0;
}

int netconf_read_hello(str message, struct netconf_hello *out, struct err *err)
{
    static const struct xml_handler handler = { on_hello_start, on_hello_end,
                                                on_hello_text, NULL };
    struct greeting greeting = { .hello = out };
    int rc = read_xml(str_trim(message), &handler, &greeting, err);

    if (rc == 0 && (!greeting.is_hello || out->session_id.n == 0))
        rc = err_set(err, E_PARSE,
                     "the device's greeting is no NETCONF "
                     "<hello> with a session");
    return rc < 0 ? rc : buf_finish(&out->capabilities, "the greeting", err);
}

/* --- Replies ---------------------------------------------------------------
 */

struct reading {
    struct netconf_reply *reply;
    unsigned depth;
    struct buf tag;
    struct buf message;
    struct buf severity;
    struct buf *into;
};

static int on_reply_start(void *ctx, const struct xml_element *element,
                          struct err *err UNUSED)
{
    struct reading *r = ctx;
    bool is_base = str_eq_c(element->ns, NS);

    r->into = NULL;
    if (r->depth == 0) {
        r->reply->kind = is_base && str_eq_c(element->name, "rpc-reply")
                             ? NETCONF_REPLY
                             : NETCONF_OTHER;
        buf_add(&r->reply->id, xml_attr(element, STR("message-id")));
    }
    if (is_base && r->depth == 2 && str_eq_c(element->name, "error-tag"))
        r->into = &r->tag;
    if (is_base && r->depth == 2 && str_eq_c(element->name, "error-message"))
        r->into = &r->message;
    if (is_base && r->depth == 2 && str_eq_c(element->name, "error-severity"))
        r->into = &r->severity;
    if (r->into != NULL)
        buf_reset(r->into);
    r->depth++;
    return 0;
}

static int on_reply_text(void *ctx, str text, struct err *err UNUSED)
{
    struct reading *r = ctx;

    if (r->into != NULL)
        buf_add(r->into, text);
    return 0;
}

/* The first error counts; warnings refuse nothing. */
static int on_reply_end(void *ctx, struct err *err UNUSED)
{
    struct reading *r = ctx;
    bool is_warning = str_eq_c(str_trim(buf_str(&r->severity)), "warning");

    r->into = NULL;
    if (--r->depth != 1 || r->tag.n == 0)
        return 0;
    if (!is_warning && r->reply->refusal.n == 0)
        buf_printf(&r->reply->refusal, "%" PRIstr ": %" PRIstr,
                   ARGstr(str_trim(buf_str(&r->tag))),
                   ARGstr(str_trim(buf_str(&r->message))));
    buf_reset(&r->tag);
    buf_reset(&r->message);
    buf_reset(&r->severity);
    return 0;
}

int netconf_read_reply(str message, struct netconf_reply *out, struct err *err)
{
    static const struct xml_handler handler = { on_reply_start, on_reply_end,
                                                on_reply_text, NULL };
    struct reading r = { .reply = out,
                         .tag = BUF(TEXT_MAX),
                         .message = BUF(TEXT_MAX),
                         .severity = BUF(TEXT_MAX) };
    str name;
    str content;
    int rc;

    message = str_trim(message);
    rc = read_xml(message, &handler, &r, err);
    buf_clear(&r.tag);
    buf_clear(&r.message);
    buf_clear(&r.severity);
    if (rc < 0 || out->kind != NETCONF_REPLY)
        return rc;
    content = content_of(message, &name);
    message = content_of(content, &name);
    if (str_eq_c(name, "data"))
        content = message;
    else if (str_eq_c(name, "ok"))
        content = STR("");
    netconf_pretty(content, &out->text);
    return buf_finish(&out->text, "the answer", err);
}

/* --- Requests --------------------------------------------------------------
 */

static bool is_store(str word)
{
    return str_eq_c(word, "running") || str_eq_c(word, "candidate") ||
           str_eq_c(word, "startup");
}

static int no_store(str word, struct err *err)
{
    return err_set(err, E_INVALID,
                   "'%" PRIstr "' is no datastore: running, candidate or "
                   "startup",
                   ARGstr(str_sub(word, 0, 64)));
}

/* VERB STORE */
static int write_on_store(const char *verb, const char *role, str store,
                          struct buf *out, struct err *err)
{
    if (!is_store(store))
        return no_store(store, err);
    buf_printf(out, "<%s><%s><%" PRIstr "/></%s></%s>", verb, role,
               ARGstr(store), role, verb);
    return 0;
}

/* What somebody wrote must stand for itself, so that it cannot end the
 * element that it is put into. */
static int check_content(str xml, struct err *err)
{
    static const struct xml_handler handler = { NULL, NULL, NULL, NULL };
    AUTO(buf_clear) struct buf whole = BUF(NETCONF_COMMAND_MAX + 64);
    int rc;

    buf_add_c(&whole, "<content>");
    buf_add(&whole, xml);
    buf_add_c(&whole, "</content>");
    rc = read_xml(buf_str(&whole), &handler, NULL, err);
    return rc < 0 ? err_wrap(err, rc, "what is to be sent") : 0;
}

static int write_edit(const struct netconf *can, str rest, struct buf *out,
                      struct err *err)
{
    str store = str_cut(&rest, ' ');
    str name;
    str content;
    int rc;

    rest = str_trim(rest);
    if (!is_store(store))
        return no_store(store, err);
    rc = check_content(rest, err);
    if (rc < 0)
        return rc;
    content = content_of(rest, &name);
    if (str_eq_c(name, "config"))
        rest = content;
    buf_printf(out, "<edit-config><target><%" PRIstr "/></target>",
               ARGstr(store));
    if (netconf_can(can,
                    STR("urn:ietf:params:netconf:capability:rollback-on-error:"
                        "1.0")))
        buf_add_c(out, "<error-option>rollback-on-error</error-option>");
    buf_add_c(out, "<config>");
    buf_add(out, rest);
    buf_add_c(out, "</config></edit-config>");
    return 0;
}

static int write_confirmed(str rest, struct buf *out, struct err *err)
{
    int64_t seconds;
    int rc = str_to_i64(str_trim(rest), 1, 86400, &seconds, err);

    if (rc < 0)
        return err_wrap(err, rc, "commit confirmed");
    buf_printf(out,
               "<commit><confirmed/><confirm-timeout>%lld</confirm-timeout>"
               "</commit>",
               (long long)seconds);
    return 0;
}

static int write_copy(str rest, struct buf *out, struct err *err)
{
    str from = str_cut(&rest, ' ');
    str to = str_trim(rest);

    if (!is_store(from) || !is_store(to))
        return no_store(is_store(from) ? to : from, err);
    buf_printf(out,
               "<copy-config><target><%" PRIstr "/></target><source><%" PRIstr
               "/></source></copy-config>",
               ARGstr(to), ARGstr(from));
    return 0;
}

static bool takes_word(str *command, const char *word)
{
    str rest = *command;

    if (!str_eq_c(str_cut(&rest, ' '), word))
        return false;
    *command = str_trim(rest);
    return true;
}

int netconf_write_request(const struct netconf *can, str command,
                          struct buf *out, struct err *err)
{
    static const char *const plain[] = { "get", "commit", "cancel-commit",
                                         "discard-changes" };
    str rest = str_trim(command);
    int rc;

    for (size_t i = 0; i < COUNT(plain); i++)
        if (str_eq_c(rest, plain[i])) {
            buf_printf(out, "<%s/>", plain[i]);
            return 0;
        }
    if (takes_word(&rest, "get-config"))
        return write_on_store("get-config", "source", rest, out, err);
    if (takes_word(&rest, "lock"))
        return write_on_store("lock", "target", rest, out, err);
    if (takes_word(&rest, "unlock"))
        return write_on_store("unlock", "target", rest, out, err);
    if (takes_word(&rest, "validate"))
        return write_on_store("validate", "source", rest, out, err);
    if (takes_word(&rest, "edit-config"))
        return write_edit(can, rest, out, err);
    if (takes_word(&rest, "copy-config"))
        return write_copy(rest, out, err);
    if (takes_word(&rest, "commit") && takes_word(&rest, "confirmed"))
        return write_confirmed(rest, out, err);
    if (rest.n == 0 || rest.p[0] != '<')
        return err_set(err, E_INVALID,
                       "'%" PRIstr "' is no NETCONF request: get-config, get, "
                       "lock, unlock, edit-config, validate, commit, "
                       "cancel-commit, discard-changes, copy-config, "
                       "capabilities or <...>",
                       ARGstr(str_sub(command, 0, 64)));
    rc = check_content(rest, err);
    if (rc == 0)
        buf_add(out, rest);
    return rc;
}
