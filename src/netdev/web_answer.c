/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/web_answer.h"

enum state {
    STATUS,
    FIELDS,
    SIZED,      /* a body of known size */
    UNTIL_END,  /* of the connection */
    CHUNK_SIZE, /* RFC 9112 7.1 */
    CHUNK,
    CHUNK_END,
    TRAILER,
    WHOLE,
};

void web_answer_init(struct web_answer *answer, size_t body_max)
{
    *answer = (struct web_answer){ .head = BUF(WEB_HEAD_MAX),
                                   .body = BUF(body_max),
                                   .line = BUF(WEB_HEAD_MAX) };
}

void web_answer_clear(struct web_answer *answer)
{
    buf_clear(&answer->head);
    buf_clear(&answer->body);
    buf_clear(&answer->line);
}

void web_answer_reset(struct web_answer *answer)
{
    answer->status = 0;
    answer->is_closing = false;
    answer->state = STATUS;
    answer->interim = 0;
    answer->left = 0;
    answer->spent = 0;
    buf_reset(&answer->head);
    buf_reset(&answer->body);
    buf_reset(&answer->line);
}

bool web_answer_is_empty(const struct web_answer *answer)
{
    return answer->state == STATUS && answer->head.n == 0 &&
           answer->line.n == 0 && answer->interim == 0;
}

str web_answer_field(const struct web_answer *answer, str name)
{
    str rest = buf_str(&answer->head);

    while (rest.n > 0) {
        str value = str_cut(&rest, '\n');
        str key = str_cut(&value, ':');

        if (str_eq_nocase(key, name))
            return str_trim(value);
    }
    return STR_NONE;
}

static int refuse(struct err *err, const char *what, str line)
{
    return err_set(err, E_PARSE, "not HTTP: %s '%" PRIstr "'", what,
                   ARGstr(str_sub(line, 0, 100)));
}

/* "HTTP/1.1 200 OK" */
static int read_status(struct web_answer *answer, str line, struct err *err)
{
    str rest = line;
    str version = str_cut(&rest, ' ');
    int64_t status;

    if (!str_starts(version, STR("HTTP/1.")) || version.n != 8)
        return refuse(err, "the answer begins with", line);
    if (str_to_i64(str_sub(rest, 0, 3), 100, 599, &status, NULL) < 0 ||
        (rest.n > 3 && rest.p[3] != ' '))
        return refuse(err, "the status line is", line);
    answer->status = (unsigned)status;
    answer->is_closing = version.p[7] == '0';
    answer->state = FIELDS;
    return 0;
}

static bool has_word(str list, str word)
{
    while (list.n > 0) {
        if (str_eq_nocase(str_trim(str_cut(&list, ',')), word))
            return true;
    }
    return false;
}

/* RFC 9112 6.3: what says where the body ends. */
static int begin_body(struct web_answer *answer, struct err *err)
{
    str connection = web_answer_field(answer, STR("Connection"));
    str encoding = web_answer_field(answer, STR("Transfer-Encoding"));
    str length = web_answer_field(answer, STR("Content-Length"));
    int64_t size;

    if (has_word(connection, STR("close")))
        answer->is_closing = true;
    else if (has_word(connection, STR("keep-alive")))
        answer->is_closing = false;
    if (answer->status < 200) {
        if (++answer->interim > WEB_INTERIM_MAX)
            return err_set(err, E_LIMIT, "more than %d answers before the one",
                           WEB_INTERIM_MAX);
        buf_reset(&answer->head);
        answer->state = STATUS;
        return 0;
    }
    if (answer->status == 204 || answer->status == 304) {
        answer->state = WHOLE;
    } else if (encoding.n > 0) {
        if (!str_eq_nocase(encoding, STR("chunked")))
            return refuse(err, "the transfer encoding is", encoding);
        answer->state = CHUNK_SIZE;
    } else if (length.p != NULL) {
        if (str_to_i64(length, 0, INT64_MAX, &size, NULL) < 0)
            return refuse(err, "the content length is", length);
        if ((uint64_t)size > answer->body.limit)
            return err_set(err, E_LIMIT,
                           "the answer has %lld bytes, more than the %zu that "
                           "are taken",
                           (long long)size, answer->body.limit);
        answer->left = (uint64_t)size;
        answer->state = size > 0 ? SIZED : WHOLE;
    } else {
        answer->is_closing = true;
        answer->state = UNTIL_END;
    }
    return 0;
}

static int read_field(struct web_answer *answer, str line, struct err *err)
{
    if (line.n == 0)
        return begin_body(answer, err);
    if (str_find_char(line, ':') == line.n || line.p[0] == ' ' ||
        line.p[0] == '\t')
        return refuse(err, "a header field is", line);
    buf_add(&answer->head, line);
    buf_add_char(&answer->head, '\n');
    if (answer->head.over)
        return err_set(err, E_LIMIT, "the header has more than %d bytes",
                       WEB_HEAD_MAX);
    return 0;
}

static int read_chunk_size(struct web_answer *answer, str line, struct err *err)
{
    str digits = str_trim(str_cut(&line, ';'));
    uint64_t size = 0;

    if (digits.n == 0 || digits.n > 8)
        return refuse(err, "the size of a chunk is", digits);
    for (size_t i = 0; i < digits.n; i++) {
        char c = digits.p[i];
        char low = (char)(c | 0x20);

        if (c >= '0' && c <= '9')
            size = size * 16 + (uint64_t)(c - '0');
        else if (low >= 'a' && low <= 'f')
            size = size * 16 + (uint64_t)(low - 'a' + 10);
        else
            return refuse(err, "the size of a chunk is", digits);
    }
    answer->left = size;
    answer->state = size > 0 ? CHUNK : TRAILER;
    return 0;
}

static int read_line(struct web_answer *answer, str line, struct err *err)
{
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    if (line.n > 0 && memchr(line.p, '\0', line.n) != NULL)
        return refuse(err, "a line holds a zero byte:", line);
    switch (answer->state) {
    case STATUS:
        return line.n == 0 ? 0 : read_status(answer, line, err);
    case FIELDS:
        return read_field(answer, line, err);
    case CHUNK_SIZE:
        return read_chunk_size(answer, line, err);
    case CHUNK_END:
        if (line.n > 0)
            return refuse(err, "behind a chunk stands", line);
        answer->state = CHUNK_SIZE;
        return 0;
    default:
        if (line.n == 0)
            answer->state = WHOLE;
        return 0;
    }
}

/* Takes one line, or what there is of it. */
static int take_line(struct web_answer *answer, str bytes, size_t *used,
                     struct err *err)
{
    size_t end = str_find_char(bytes, '\n');
    size_t n = end < bytes.n ? end + 1 : end;
    int rc = 0;

    buf_add(&answer->line, str_sub(bytes, 0, end));
    *used += n;
    answer->spent += n;
    if (answer->line.over || answer->spent > answer->body.limit + WEB_HEAD_MAX)
        return err_set(err, E_LIMIT,
                       "a header line has more than %d bytes, or there are "
                       "too many",
                       WEB_HEAD_MAX);
    if (end < bytes.n) {
        rc = read_line(answer, buf_str(&answer->line), err);
        buf_reset(&answer->line);
    }
    return rc;
}

static int take_body(struct web_answer *answer, str bytes, size_t *used,
                     struct err *err)
{
    size_t n = bytes.n;

    if (answer->state != UNTIL_END && n > answer->left)
        n = (size_t)answer->left;
    buf_add(&answer->body, str_sub(bytes, 0, n));
    *used += n;
    if (answer->body.over)
        return err_set(err, E_LIMIT,
                       "the answer has more than the %zu bytes that are taken",
                       answer->body.limit);
    if (answer->state == UNTIL_END)
        return 0;
    answer->left -= n;
    if (answer->left == 0)
        answer->state = answer->state == CHUNK ? CHUNK_END : WHOLE;
    return 0;
}

int web_answer_feed(struct web_answer *answer, str bytes, size_t *out_used,
                    struct err *err)
{
    size_t used = 0;

    while (used < bytes.n && answer->state != WHOLE) {
        str rest = str_sub(bytes, used, SIZE_MAX);
        bool in_body = answer->state == SIZED || answer->state == CHUNK ||
                       answer->state == UNTIL_END;
        int rc = in_body ? take_body(answer, rest, &used, err)
                         : take_line(answer, rest, &used, err);

        if (rc < 0)
            return rc;
    }
    *out_used = used;
    return answer->state == WHOLE ? 1 : 0;
}

int web_answer_end(struct web_answer *answer, struct err *err)
{
    if (answer->state == UNTIL_END || answer->state == WHOLE) {
        answer->state = WHOLE;
        return 1;
    }
    return err_set(err, E_IO, "the device ended the connection %s",
                   web_answer_is_empty(answer) ? "without an answer"
                                               : "half-way in its answer");
}
