/* SPDX-License-Identifier: Apache-2.0 */
#include "http/mail.h"

#include <curl/curl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/encode.h"
#include "http/address.h"

enum {
    LINE_MAX_BYTES = 998, /* RFC 5322, 2.1.1 */
    ADDRESS_MAX = 320,
    WORD_BYTES = 39, /* of an encoded word: 75 characters (RFC 2047) */
};

/* "a@b", of one line and without what would make it two addresses. */
static bool is_address(str text)
{
    size_t at = str_find_char(text, '@');

    if (text.n == 0 || text.n > ADDRESS_MAX || at == 0 || at + 1 >= text.n)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c <= ' ' || c >= 0x7f || c == '<' || c == '>' || c == ',' ||
            c == ';' || c == '"' || c == '(' || c == ')' || c == '\\')
            return false;
    }
    return str_find_char(str_sub(text, at + 1, text.n), '@') == text.n - at - 1;
}

static bool is_line(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return false;
    }
    return text.n <= LINE_MAX_BYTES;
}

static int check(const struct mail *mail, struct err *err)
{
    if (!is_address(mail->from))
        return err_set(err, E_INVALID,
                       "mail: '%" PRIstr "' is no address to send from",
                       ARGstr(mail->from));
    if (mail->to_count == 0)
        return err_set(err, E_INVALID, "mail: nobody to send to");
    for (size_t i = 0; i < mail->to_count; i++) {
        if (!is_address(mail->to[i]))
            return err_set(err, E_INVALID, "mail: '%" PRIstr "' is no address",
                           ARGstr(mail->to[i]));
    }
    if (!is_line(mail->subject))
        return err_set(err, E_INVALID, "mail: the subject is not one line");
    for (size_t i = 0; i < mail->part_count; i++) {
        if (!is_line(mail->parts[i].name) ||
            !is_line(mail->parts[i].content_type))
            return err_set(err, E_INVALID,
                           "mail: the name of an attachment is not one line");
    }
    return 0;
}

/* --- headers ----------------------------------------------------------- */

struct letter {
    const struct mail *mail;
    CURL *easy;
    curl_mime *mime;
    struct curl_slist *headers;
    struct curl_slist *to;
    bool forbidden; /* an address was refused */
    char message[CURL_ERROR_SIZE];
};

static void letter_end(struct letter *letter)
{
    curl_easy_cleanup(letter->easy);
    curl_mime_free(letter->mime);
    curl_slist_free_all(letter->headers);
    curl_slist_free_all(letter->to);
}

/* A text that is not ASCII as encoded words, none of which cuts a
 * character. */
static void add_words(struct buf *out, str text)
{
    bool ascii = true;

    for (size_t i = 0; i < text.n; i++)
        ascii = ascii && (unsigned char)text.p[i] < 0x80;
    if (ascii) {
        buf_add(out, text);
        return;
    }
    while (text.n > 0) {
        size_t n = text.n > WORD_BYTES ? WORD_BYTES : text.n;

        while (n < text.n && n > 1 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
            n--;
        buf_add_c(out, "=?UTF-8?B?");
        base64_add(out, str_sub(text, 0, n));
        buf_add_c(out, "?=");
        text = str_sub(text, n, text.n);
        if (text.n > 0)
            buf_add_c(out, "\r\n ");
    }
}

static void add_header(struct letter *letter, const char *name, str value)
{
    AUTO(buf_clear) struct buf line = BUF(65536);

    buf_printf(&line, "%s: ", name);
    buf_add(&line, value);
    letter->headers = curl_slist_append(letter->headers, buf_c(&line));
}

static void add_headers(struct letter *letter)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed",
                                        "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
                                          "May", "Jun", "Jul", "Aug",
                                          "Sep", "Oct", "Nov", "Dec" };
    AUTO(buf_clear) struct buf to = BUF(65536);
    AUTO(buf_clear) struct buf subject = BUF(8192);
    const struct mail *mail = letter->mail;
    time_t at = (time_t)mail->now;
    struct tm tm;
    char date[64];

    for (size_t i = 0; i < mail->to_count; i++)
        buf_printf(&to, "%s<%" PRIstr ">", i > 0 ? ",\r\n " : "",
                   ARGstr(mail->to[i]));
    gmtime_r(&at, &tm);
    snprintf(date, sizeof(date), "%s, %d %s %d %02d:%02d:%02d +0000",
             days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
             tm.tm_hour, tm.tm_min, tm.tm_sec);
    add_words(&subject, mail->subject);
    add_header(letter, "Date", str_c(date));
    add_header(letter, "From", mail->from);
    add_header(letter, "To", buf_str(&to));
    add_header(letter, "Subject", buf_str(&subject));
    /* So that nobody's holiday answers a report. */
    add_header(letter, "Auto-Submitted", STR("auto-generated"));
}

/* --- body -------------------------------------------------------------- */

static void add_text(curl_mime *to, str bytes, const char *type)
{
    curl_mimepart *part = curl_mime_addpart(to);

    curl_mime_data(part, bytes.n > 0 ? bytes.p : "", bytes.n);
    curl_mime_type(part, type);
    curl_mime_encoder(part, "quoted-printable");
}

static void add_body(struct letter *letter)
{
    const struct mail *mail = letter->mail;

    letter->mime = curl_mime_init(letter->easy);
    if (mail->html.n > 0) {
        curl_mime *both = curl_mime_init(letter->easy);
        curl_mimepart *part = curl_mime_addpart(letter->mime);

        add_text(both, mail->text, "text/plain; charset=UTF-8");
        add_text(both, mail->html, "text/html; charset=UTF-8");
        curl_mime_subparts(part, both);
        curl_mime_type(part, "multipart/alternative");
    } else {
        add_text(letter->mime, mail->text, "text/plain; charset=UTF-8");
    }
    for (size_t i = 0; i < mail->part_count; i++) {
        AUTO(buf_clear) struct buf name = BUF(2048);
        AUTO(buf_clear) struct buf type = BUF(2048);
        curl_mimepart *part = curl_mime_addpart(letter->mime);

        buf_add(&name, mail->parts[i].name);
        buf_add(&type, mail->parts[i].content_type);
        curl_mime_data(part,
                       mail->parts[i].bytes.n > 0 ? mail->parts[i].bytes.p : "",
                       mail->parts[i].bytes.n);
        curl_mime_filename(part, buf_c(&name));
        curl_mime_type(part, buf_c(&type));
        curl_mime_encoder(part, "base64");
    }
}

/* --- sending ----------------------------------------------------------- */

static curl_socket_t open_socket(void *ctx, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    struct letter *letter = ctx;

    (void)purpose;
    if (letter->mail->forbid_private && !address_is_public(&address->addr) &&
        !address_in_list(&address->addr, letter->mail->allow)) {
        letter->forbidden = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC,
                  address->protocol);
}

static void add_recipients(struct letter *letter)
{
    for (size_t i = 0; i < letter->mail->to_count; i++) {
        AUTO(buf_clear) struct buf line = BUF(1024);

        buf_printf(&line, "<%" PRIstr ">", ARGstr(letter->mail->to[i]));
        letter->to = curl_slist_append(letter->to, buf_c(&line));
    }
}

static void set_options(struct letter *letter)
{
    AUTO(buf_clear) struct buf from = BUF(1024);
    const struct mail *mail = letter->mail;
    CURL *easy = letter->easy;
    struct curl_blob pem = { (void *)mail->authority.p, mail->authority.n,
                             CURL_BLOB_NOCOPY };

    buf_printf(&from, "<%" PRIstr ">", ARGstr(mail->from));
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, letter->message);
    curl_easy_setopt(easy, CURLOPT_URL, mail->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, mail->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 20000L);
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     mail->tls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    if (mail->authority.n > 0) {
        curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &pem);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    if (mail->user != NULL) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, mail->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD,
                         mail->password != NULL ? mail->password : "");
    }
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, letter);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, buf_c(&from));
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, letter->to);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, letter->headers);
    curl_easy_setopt(easy, CURLOPT_MIMEPOST, letter->mime);
}

int mail_send(const struct mail *mail, struct err *err)
{
    AUTO(letter_end) struct letter letter = { .mail = mail };
    CURLcode code;
    int rc = check(mail, err);

    if (rc < 0)
        return rc;
    letter.easy = curl_easy_init();
    if (letter.easy == NULL)
        return err_set(err, E_IO, "mail: libcurl does not start");
    add_headers(&letter);
    add_body(&letter);
    add_recipients(&letter);
    set_options(&letter);
    code = curl_easy_perform(letter.easy);
    if (code == CURLE_OK)
        return 0;
    if (letter.forbidden)
        return err_set(err, E_INVALID,
                       "mail: %s is at an address that is not permitted "
                       "(outbound_allow)",
                       mail->url);
    return err_set(
        err,
        code == CURLE_LOGIN_DENIED || code == CURLE_PEER_FAILED_VERIFICATION
            ? E_PERM
            : E_IO,
        "mail: %s: %s", mail->url,
        letter.message[0] != 0 ? letter.message : curl_easy_strerror(code));
}
