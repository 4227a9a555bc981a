/* SPDX-License-Identifier: Apache-2.0
 *
 * What makes a request ambiguous, so that two readers could see two requests,
 * is refused (RFC 9112 2.2, 3.2, 5.1, 6.3): MHD lets some of it through.
 */
#include "server/front_int.h"

struct form {
    const char *problem;
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

/* No control character but a tab. A folded line (obs-fold) is told by a CR or
 * LF that MHD left in, or by the tab or the run of blanks it became. */
static bool is_value(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c < 0x20 || c == 0x7f)
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
    if (!is_token(name)) {
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
    return form->problem == NULL ? MHD_YES : MHD_NO;
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

const char *form_problem(struct MHD_Connection *connection, const char *method,
                         const char *version, str uri)
{
    struct form form = { 0 };
    bool old = strcmp(version, "HTTP/1.0") == 0;

    if (!old && strcmp(version, "HTTP/1.1") != 0)
        return "only HTTP/1.1 and HTTP/1.0 are spoken";
    if (!is_token(str_c(method)))
        return "the method is no token";
    if (!is_uri(uri))
        return "the target is no path";
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look, &form);
    if (form.problem != NULL)
        return form.problem;
    if (form.hosts > 1 || (form.hosts == 0 && !old))
        return "one Host header is needed";
    if (form.headers > 64)
        return "more headers than are allowed";
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
