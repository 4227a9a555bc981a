/* SPDX-License-Identifier: Apache-2.0
 *
 * The head of an HTTP request, through the real library: what our checker
 * lets through (server/front_form.c), a reader that knows only the standard
 * (RFC 9112), over the bytes that were sent, takes for the same request.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/front_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static str sent;
static struct buf uri = BUF(65536);

static bool is_name(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];

        if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c) != NULL)
            return false;
    }
    return name.n > 0;
}

struct seen {
    int hosts;
    int lengths;
    int codings;
};

static bool read_field(str line, struct seen *seen)
{
    size_t colon = str_find_char(line, ':');
    str name = str_sub(line, 0, colon);

    if (colon == line.n || !is_name(name))
        return false;
    seen->hosts += str_eq_nocase(name, STR("Host"));
    seen->lengths += str_eq_nocase(name, STR("Content-Length"));
    seen->codings += str_eq_nocase(name, STR("Transfer-Encoding"));
    return true;
}

static bool read_line(str line, str method, str target)
{
    return str_eq(str_cut(&line, ' '), method) &&
           str_eq(str_cut(&line, ' '), target) &&
           (str_eq_c(line, "HTTP/1.1") || str_eq_c(line, "HTTP/1.0"));
}

/* Whether the standard's reader sees one request with this line. */
static bool is_plain(str bytes, str method, str target)
{
    struct seen seen = { 0 };
    size_t end;

    while (str_starts(bytes, STR("\r\n")))
        bytes = str_sub(bytes, 2, bytes.n);
    end = str_find(bytes, STR("\r\n\r\n"));
    if (end == bytes.n)
        return false;
    bytes = str_sub(bytes, 0, end);
    for (size_t at = 0; at < bytes.n; at++) {
        if (bytes.p[at] == '\0' ||
            (bytes.p[at] == '\r' &&
             (at + 1 == bytes.n || bytes.p[at + 1] != '\n')) ||
            (bytes.p[at] == '\n' && (at == 0 || bytes.p[at - 1] != '\r')))
            return false;
    }
    for (bool first = true; bytes.n > 0; first = false) {
        size_t stop = str_find(bytes, STR("\r\n"));
        str line = str_sub(bytes, 0, stop);

        if (first ? !read_line(line, method, target) : !read_field(line, &seen))
            return false;
        bytes = str_sub(bytes, stop + 2, bytes.n);
    }
    return seen.hosts <= 1 && seen.lengths + seen.codings <= 1;
}

/* The library writes NUL over line ends and colons before it shows a head, so
 * a NUL or a lone LF that was sent is seen only where lengths differ. What
 * they change beyond that is not judged here. */
static bool is_told(void)
{
    for (size_t i = 0; i < sent.n; i++) {
        if (sent.p[i] == '\0' ||
            (sent.p[i] == '\n' && (i == 0 || sent.p[i - 1] != '\r')))
            return false;
    }
    return true;
}

static void *keep_uri(void *cls UNUSED, const char *text,
                      struct MHD_Connection *connection UNUSED)
{
    buf_reset(&uri);
    buf_add_c(&uri, text);
    return NULL;
}

static size_t keep_escapes(void *cls UNUSED,
                           struct MHD_Connection *connection UNUSED, char *text)
{
    return strlen(text);
}

static enum MHD_Result handle_head(
    void *cls UNUSED, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload UNUSED,
    size_t *upload_size UNUSED, void **context UNUSED)
{
    struct form_line line = { method, url, version, buf_str(&uri) };

    if (form_problem(connection, &line) == NULL && is_told() &&
        !is_plain(sent, str_c(method), buf_str(&uri)))
        abort();
    return MHD_NO; /* one request a connection */
}

static struct MHD_Daemon *library(void)
{
    static struct MHD_Daemon *daemon;

    if (daemon == NULL)
        daemon = MHD_start_daemon(
            MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL, handle_head, NULL,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32768,
            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
            keep_uri, NULL, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
            MHD_OPTION_END);
    return daemon;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sockaddr_in peer = { .sin_family = AF_INET };
    struct MHD_Daemon *daemon = library();
    int ends[2];

    if (daemon == NULL || size > 30000)
        return 0;
    sent = (str){ (const char *)data, size };
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                   ends) < 0 ||
        write(ends[1], data, size) != (ssize_t)size ||
        MHD_add_connection(daemon, ends[0], (struct sockaddr *)&peer,
                           sizeof(peer)) != MHD_YES)
        abort();
    for (int i = 0; i < 3; i++)
        MHD_run(daemon);
    close(ends[1]);
    for (int i = 0; i < 3; i++)
        MHD_run(daemon);
    return 0;
}
