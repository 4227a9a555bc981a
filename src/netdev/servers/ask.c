/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/servers/ask.h"

#include "base/utf8.h"
#include "netdev/mask.h"
#include "netdev/servers/servers_int.h"

static const char *const names[ASK_KINDS] = {
    [ASK_NOTHING] = "nothing",
    [ASK_UNREADABLE] = "unreadable",
    [ASK_DETAILS] = "details",
    [ASK_PROBLEM] = "problem",
    [ASK_CONFIG] = "configuration",
    [ASK_STATUS] = "status",
    [ASK_HELLO] = "hello",
    [ASK_WORK] = "work request",
    [ASK_ANSWER] = "work response",
    [ASK_FAULT] = "fault",
    [ASK_FILE] = "file",
};

const char *ask_kind_name(enum ask_kind kind)
{
    return names[kind];
}

const char *ask_protocol(enum ask_kind kind)
{
    switch (kind) {
    case ASK_DETAILS:
    case ASK_PROBLEM:
        return "aus";
    case ASK_CONFIG:
    case ASK_STATUS:
        return "cns";
    case ASK_HELLO:
    case ASK_WORK:
    case ASK_ANSWER:
    case ASK_FAULT:
        return "pnp";
    default:
        return "";
    }
}

/* --- checksums ------------------------------------------------------------
 */

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The next digit; the end is -1, and so is what is no digit. */
static int next_digit(str *sum)
{
    while (sum->n > 0 && (sum->p[0] == ' ' || sum->p[0] == ':'))
        *sum = str_sub(*sum, 1, sum->n);
    if (sum->n == 0)
        return -1;
    *sum = str_sub(*sum, 1, sum->n);
    return digit(sum->p[-1]);
}

static str without_0x(str sum)
{
    sum = str_trim(sum);
    return str_eq_nocase(str_sub(sum, 0, 2), STR("0x")) ? str_sub(sum, 2, sum.n)
                                                        : sum;
}

bool ask_sum_eq(str a, str b)
{
    int x;

    a = without_0x(a);
    b = without_0x(b);
    if (a.n == 0 || b.n == 0)
        return false;
    do {
        x = next_digit(&a);
        if (x != next_digit(&b))
            return false;
    } while (x >= 0);
    return a.n == 0 && b.n == 0;
}

/* --- the request as it is kept ---------------------------------------------
 */

/* The token in the URL of a file is all that is asked of who fetches it. */
static void mask_tokens(str text, struct buf *out)
{
    const str before = STR("/fetch/");
    size_t i = 0;

    while (i < text.n) {
        if (!str_eq_nocase(str_sub(text, i, before.n), before)) {
            buf_add_char(out, text.p[i++]);
            continue;
        }
        buf_add(out, before);
        buf_add_c(out, MASKED);
        i += before.n;
        while (i < text.n && strchr("/?# \t\r\n\"'<>", text.p[i]) == NULL)
            i++;
    }
}

static bool ends_secret(str tag)
{
    static const char *const words[] = { "pass",      "secret",     "key",
                                         "community", "credential", "token" };
    char small[64];
    size_t n = tag.n < sizeof(small) ? tag.n : sizeof(small);

    for (size_t i = 0; i < n; i++)
        small[i] = tag.p[i] >= 'A' && tag.p[i] <= 'Z'
                       ? (char)(tag.p[i] + 'a' - 'A')
                       : tag.p[i];
    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_find((str){ small, n }, str_c(words[i])) < n)
            return true;
    }
    return false;
}

static str name_of(str tag)
{
    size_t n = 0;

    while (n < tag.n && strchr(" \t\r\n/>", tag.p[n]) == NULL)
        n++;
    return str_sub(tag, 0, n);
}

/* How far it is to the last end tag of the name; all of it without one. */
static size_t until_end(str text, str name)
{
    size_t end = text.n;

    for (size_t i = 0; i + 2 + name.n <= text.n; i++) {
        if (text.p[i] == '<' && text.p[i + 1] == '/' &&
            str_eq_nocase(name_of(str_sub(text, i + 2, text.n)), name))
            end = i;
    }
    return end;
}

/* <password>...</password>: with all that is in it, CDATA and elements. */
static void mask_markup(str text, struct buf *out)
{
    while (text.n > 0) {
        size_t at = str_find_char(text, '<');
        str tag = str_sub(text, at + 1, text.n);
        size_t close = str_find_char(tag, '>');
        size_t next;
        str rest;

        buf_add(out, str_sub(text, 0, at + 1));
        buf_add(out, str_sub(tag, 0, close + 1));
        rest = str_sub(tag, close + 1, tag.n);
        if (at < text.n && close > 0 && close < tag.n && tag.p[0] != '/' &&
            tag.p[close - 1] != '/' && ends_secret(str_sub(tag, 0, close))) {
            next = until_end(rest, name_of(tag));
            if (str_trim(str_sub(rest, 0, next)).n > 0)
                buf_add_c(out, MASKED);
            rest = str_sub(rest, next, rest.n);
        }
        text = rest;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The word before the '=' at i. */
static str word_before(str text, size_t i)
{
    size_t end = i;
    size_t from;

    while (end > 0 && is_blank(text.p[end - 1]))
        end--;
    from = end;
    while (from > 0 && strchr(" \t\r\n&?<;,=\"'", text.p[from - 1]) == NULL)
        from--;
    return str_sub(text, from, end - from);
}

/* Attributes, queries and headers: what stands behind the '=' of a secret. */
static void mask_values(str text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        const char *until = " \t\r\n&<>;";
        size_t end = i + 1;

        buf_add_char(out, text.p[i]);
        if (text.p[i] != '=' || !ends_secret(word_before(text, i)))
            continue;
        while (end < text.n && is_blank(text.p[end]))
            end++;
        if (end < text.n && (text.p[end] == '"' || text.p[end] == '\'')) {
            until = text.p[end] == '"' ? "\"" : "'";
            buf_add_char(out, text.p[end++]);
        }
        while (end < text.n && strchr(until, text.p[end]) == NULL)
            end++;
        buf_add_c(out, MASKED);
        i = end - 1;
    }
}

static void add_headers(str headers, struct buf *out)
{
    while (headers.n > 0) {
        str line = str_cut(&headers, '\n');
        size_t colon = str_find_char(line, ':');

        if (ends_secret(str_sub(line, 0, colon)) && colon < line.n) {
            buf_add(out, str_sub(line, 0, colon));
            buf_add_c(out, ": " MASKED);
        } else {
            buf_add(out, line);
        }
        buf_add_char(out, '\n');
    }
}

static str keep_raw(const struct ask_request *request, struct arena *arena)
{
    AUTO(buf_clear) struct buf text = BUF(4 * ASK_BODY_MAX);
    AUTO(buf_clear) struct buf untold = BUF(4 * ASK_BODY_MAX);
    AUTO(buf_clear) struct buf marked = BUF(4 * ASK_BODY_MAX);
    AUTO(buf_clear) struct buf valued = BUF(4 * ASK_BODY_MAX);
    AUTO(buf_clear) struct buf masked = BUF(4 * ASK_BODY_MAX);

    buf_printf(&text, "%s %" PRIstr,
               request->is_post   ? "POST"
               : request->is_head ? "HEAD"
                                  : "GET",
               ARGstr(request->path));
    if (request->query.n > 0)
        buf_printf(&text, "?%" PRIstr, ARGstr(request->query));
    buf_add_char(&text, '\n');
    add_headers(request->headers, &text);
    buf_add_char(&text, '\n');
    buf_add(&text, str_sub(request->body, 0, 2 * ASK_RAW_MAX));
    mask_tokens(buf_str(&text), &untold);
    mask_markup(buf_str(&untold), &marked);
    mask_values(buf_str(&marked), &valued);
    mask_text(buf_str(&valued), NULL, 0, &masked);
    return arena_str(arena, utf8_cut(buf_str(&masked), ASK_RAW_MAX, arena));
}

/* --- paths -----------------------------------------------------------------
 */

static void unreadable(struct ask *out, const char *why, struct arena *arena)
{
    out->kind = ASK_UNREADABLE;
    out->outcome = ASK_OUTCOME_FAILED;
    out->text = flat_keep(str_c(why), arena);
}

static bool read_flat(const struct ask_request *request, struct arena *arena,
                      struct flat *flat, struct ask *out)
{
    struct err err = { 0 };

    if (!request->is_post)
        unreadable(out, "this is asked by POST", arena);
    else if (flat_read(request->body, arena, flat, &err) < 0)
        unreadable(out, err_text(&err), arena);
    return out->kind != ASK_UNREADABLE;
}

static void read_aus(const struct ask_request *request, struct arena *arena,
                     struct ask *out)
{
    struct flat flat = { 0 };

    if (read_flat(request, arena, &flat, out)) {
        aus_read(&flat, arena, out);
        out->unknown = flat_unknown(&flat, arena);
    }
}

static void read_cns(const struct ask_request *request, str page,
                     struct arena *arena, struct ask *out)
{
    struct flat flat = { 0 };

    if (str_eq_nocase(page, STR("PostStatus"))) {
        if (!read_flat(request, arena, &flat, out))
            return;
        cns_read_status(&flat, arena, out);
    } else {
        /* A body is not needed, and none that we know of is defined. */
        if (flat_read(request->body, arena, &flat, NULL) < 0)
            flat.n = 0;
        out->kind = ASK_CONFIG;
        out->topic = flat_keep(page, arena);
        cns_read_config(request, &flat, arena, out);
    }
    out->unknown = flat_unknown(&flat, arena);
}

static void read_pnp(const struct ask_request *request, str page,
                     struct arena *arena, struct ask *out)
{
    struct flat flat = { 0 };

    if (str_eq_nocase(page, STR("HELLO"))) {
        out->kind = ASK_HELLO;
        return;
    }
    if (!read_flat(request, arena, &flat, out))
        return;
    pnp_read(&flat, arena, out);
    if (str_eq_nocase(page, STR("WORK-REQUEST")) && out->kind != ASK_WORK &&
        out->kind != ASK_UNREADABLE)
        unreadable(out, "a work request has an <info>", arena);
    out->unknown = flat_unknown(&flat, arena);
}

/* fetch/TOKEN/NAME; NAME "error" is where trouble with it is posted. */
static void read_file(const struct ask_request *request, str rest,
                      struct arena *arena, struct ask *out)
{
    str token = str_cut(&rest, '/');
    struct flat flat = { 0 };

    out->kind = ASK_FILE;
    if (request->is_post && str_eq_c(rest, "error")) {
        out->kind = ASK_PROBLEM;
        if (flat_read(request->body, arena, &flat, NULL) == 0)
            aus_read(&flat, arena, out);
        else
            out->text =
                flat_keep(str_sub(request->body, 0, ASK_TEXT_MAX), arena);
        out->kind = ASK_PROBLEM;
    }
    out->correlator = flat_keep(token, arena);
    out->topic = out->kind == ASK_FILE ? flat_keep(rest, arena) : out->topic;
}

static void set_empty(struct ask *out, struct arena *arena)
{
    str *const texts[] = {
        &out->identity,  &out->event_id, &out->correlator, &out->topic,
        &out->product,   &out->udi,      &out->code,       &out->text,
        &out->hostname,  &out->platform, &out->version,    &out->image,
        &out->image_sum, &out->asdm_sum, &out->config_sum, &out->running_sum,
        &out->unknown,
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        if (texts[i]->p == NULL)
            *texts[i] = STR("");
    }
    out->identity = utf8_cut(out->identity, ASK_ID_MAX, arena);
    out->event_id = utf8_cut(out->event_id, ASK_ID_MAX, arena);
}

static bool takes(str *path, str prefix)
{
    if (!str_eq_nocase(str_sub(*path, 0, prefix.n), prefix))
        return false;
    *path = str_sub(*path, prefix.n, path->n);
    return true;
}

/* A device's words may be the line that it refused. */
static str mask_words(str text, struct arena *arena)
{
    AUTO(buf_clear) struct buf untold = BUF(2 * ASK_BODY_MAX);
    AUTO(buf_clear) struct buf masked = BUF(2 * ASK_BODY_MAX);

    mask_tokens(text, &untold);
    mask_text(buf_str(&untold), NULL, 0, &masked);
    return arena_str(arena, utf8_cut(buf_str(&masked), ASK_TEXT_MAX, arena));
}

void ask_read(const struct ask_request *request, struct arena *arena,
              struct ask *out)
{
    str path = request->path;

    *out = (struct ask){ .kind = ASK_NOTHING, .is_head = request->is_head };
    if (request->body.n > ASK_BODY_MAX)
        unreadable(out, "the body is too large", arena);
    else if (str_eq_nocase(path, STR("/autoupdate/AutoUpdateServlet")))
        read_aus(request, arena, out);
    else if (takes(&path, STR("/cns/")))
        read_cns(request, path, arena, out);
    else if (takes(&path, STR("/pnp/")))
        read_pnp(request, path, arena, out);
    else if (takes(&path, STR("/fetch/")))
        read_file(request, path, arena, out);
    set_empty(out, arena);
    out->text = mask_words(out->text, arena);
    out->raw = keep_raw(request, arena);
}
