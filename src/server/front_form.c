/* SPDX-License-Identifier: Apache-2.0
 *
 * What makes a request ambiguous, so that two readers could see two requests,
 * is refused (RFC 9112 2.2, 3.2, 5.1, 6.3): MHD lets some of it through.
 */
#include "server/front_int.h"

enum {
    GAP_MAX = 256, /* blanks around a value */
};

struct form {
    const char *problem;
    const char *end; /* of the newest value, in MHD's buffer */
    unsigned hosts;
    unsigned lengths;
    unsigned codings;
    unsigned headers;
    str coding;
    str length;
};

static bool is_token(str text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
              (c >= 'A' && c <= 'Z')) &&
            (c == '\0' || strchr(others, c) == NULL))
            return false;
    }
    return text.n > 0;
}

/* No control character at all. */
static bool is_value(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c < 0x20 || c == 0x7f)
            return false;
    }
    return true;
}

/* MHD 0.9.75 ends texts at a NUL, joins folded lines elsewhere and leaves out
 * lines without a name. It takes the head of a request apart where it lies,
 * with NULs for the colon and for CR and LF, so what it hides shows: from the
 * end of one text to the start of the next there are exactly two of them (a
 * bare LF is one) and blanks, or something was lost in between. */
static bool is_gap(const char *from, const char *to)
{
    unsigned ends = 0;

    if (from == NULL || to < from || to - from > GAP_MAX)
        return false;
    for (const char *p = from; p < to; p++) {
        if (*p == '\0' || *p == '\r' || *p == '\n')
            ends++;
        else if (*p != ' ' && *p != '\t')
            return false;
    }
    return ends == 2;
}

/* The name's end, the colon and blanks, up to the value. */
static bool is_colon(const char *from, const char *to)
{
    if (to <= from || to - from > GAP_MAX || (*from != '\0' && *from != ':'))
        return false;
    for (const char *p = from + 1; p < to; p++) {
        if (*p != ' ' && *p != '\t')
            return false;
    }
    return true;
}

static enum MHD_Result look(void *cls, enum MHD_ValueKind kind, const char *key,
                            size_t key_size, const char *value,
                            size_t value_size)
{
    struct form *form = cls;
    str name = { key, key_size };
    str text = { value, value != NULL ? value_size : 0 };

    (void)kind;
    form->headers++;
    if (value == NULL || !is_gap(form->end, key) ||
        !is_colon(key + key_size, value)) {
        form->problem = "a header is folded, cut or not named";
    } else if (!is_token(name)) {
        form->problem = "a header's name is no token";
    } else if (!is_value(text)) {
        form->problem = "a header holds a control character";
    } else if (text.n > REQUEST_HEADER_MAX) {
        form->problem = "a header is too long";
    } else if (str_eq_nocase(name, STR("Host"))) {
        form->hosts++;
    } else if (str_eq_nocase(name, STR("Content-Length"))) {
        form->lengths++;
        form->length = text;
    } else if (str_eq_nocase(name, STR("Transfer-Encoding"))) {
        form->codings++;
        form->coding = text;
    }
    form->end = value != NULL ? value + value_size : NULL;
    return form->problem == NULL ? MHD_YES : MHD_NO;
}

/* The empty line that ends the head follows the last value, and the library
 * has read just so far: a line of NULs is its end of the head, too. */
static bool is_end(struct MHD_Connection *connection, const char *start,
                   const char *end)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    unsigned ends = 0;

    while (*end == ' ' || *end == '\t')
        end++;
    for (; ends < 4; ends++) {
        if (end[ends] != '\0' && end[ends] != '\r' && end[ends] != '\n')
            return false;
    }
    return info != NULL && (size_t)(end + ends - start) == info->header_size;
}

static const char *framing_problem(const struct form *form, bool old)
{
    int64_t length;

    if (form->lengths + form->codings > 1)
        return "the length of the body is told twice";
    if (form->codings == 1 &&
        (old || !str_eq_nocase(form->coding, STR("chunked"))))
        return "only the transfer coding chunked is known";
    if (form->lengths == 1 &&
        (form->length.n == 0 || form->length.p[0] < '0' ||
         form->length.p[0] > '9' ||
         str_to_i64(form->length, 0, INT64_MAX, &length, NULL) < 0))
        return "Content-Length is no number";
    return NULL;
}

static bool is_uri(str uri)
{
    for (size_t i = 0; i < uri.n; i++) {
        unsigned char c = (unsigned char)uri.p[i];

        if (c <= 0x20 || c >= 0x7f || c == '"' || c == '<' || c == '>' ||
            c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' ||
            c == '}' || c == '#')
            return false;
    }
    return uri.n > 0 && uri.p[0] == '/';
}

/* Method, target and version lie side by side, too. */
static bool is_line(const struct form_line *line)
{
    return line->method + strlen(line->method) + 1 == line->url &&
           line->url + line->uri.n + 1 == line->version;
}

const char *form_problem(struct MHD_Connection *connection,
                         const struct form_line *line)
{
    struct form form = { .end = line->version + strlen(line->version) };
    bool old = strcmp(line->version, "HTTP/1.0") == 0;

    if (!old && strcmp(line->version, "HTTP/1.1") != 0)
        return "only HTTP/1.1 and HTTP/1.0 are spoken";
    if (!is_token(str_c(line->method)))
        return "the method is no token";
    if (!is_uri(line->uri) || !is_line(line))
        return "the target is no path";
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look, &form);
    if (form.problem != NULL)
        return form.problem;
    if (form.hosts > 1 || (form.hosts == 0 && !old))
        return "one Host header is needed";
    if (form.headers > 64)
        return "more headers than are allowed";
    if (!is_end(connection, line->method, form.end))
        return "a header is cut";
    return framing_problem(&form, old);
}

str form_header(struct MHD_Connection *connection, const char *name)
{
    return str_c(
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

int64_t form_body_size(struct MHD_Connection *connection)
{
    str length = form_header(connection, "Content-Length");
    int64_t n = 0;

    if (form_header(connection, "Transfer-Encoding").n > 0)
        return -1;
    if (length.n > 0 && str_to_i64(length, 0, INT64_MAX, &n, NULL) < 0)
        return 0;
    return n;
}
