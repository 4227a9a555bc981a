/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/jval.h"
#include "base/utf8.h"

enum {
    LOG_LINE_MAX = 16384,
    LOG_VALUE_MAX = 2048,
};

static struct {
    const char *process;
    enum log_level level;
    bool json;
    log_sink *sink;
    void *ctx;
} state = { .process = "-", .level = LOG_LEVEL_INFO };

static const char *const level_names[] = { "error", "warn", "info", "debug" };

void log_set_process(const char *name)
{
    state.process = name;
}

void log_set_level(enum log_level level)
{
    state.level = level;
}

void log_set_json(bool json)
{
    state.json = json;
}

void log_set_sink(log_sink *sink, void *ctx)
{
    state.sink = sink;
    state.ctx = ctx;
}

/* Control characters, quotes and bytes that are no UTF-8 as \xNN. C1 controls
 * and the characters that turn text around are foreign text's way to lie. */
static void add_escaped(struct buf *line, str text)
{
    text = str_sub(text, 0, LOG_VALUE_MAX);
    while (text.n > 0) {
        unsigned n = utf8_char(text);
        uint32_t c = n > 0 ? utf8_decode(text.p, n) : 0;

        if (n == 0)
            n = 1;
        if (c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && c < 0xa0) ||
            (c >= 0x200e && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)) {
            for (unsigned i = 0; i < n; i++)
                buf_printf(line, "\\x%02x", (unsigned char)text.p[i]);
        } else {
            buf_add(line, str_sub(text, 0, n));
        }
        text = str_sub(text, n, text.n);
    }
}

static bool plain(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\')
            return false;
    }
    return text.n > 0;
}

static void add_plain_form(struct buf *line, enum log_level level,
                           const char *event, const struct log_field *fields,
                           size_t n)
{
    buf_printf(line, "%s %s %s", level_names[level], state.process, event);
    for (size_t i = 0; i < n; i++) {
        buf_printf(line, " %s=", fields[i].key);
        if (fields[i].is_number) {
            buf_printf(line, "%lld", (long long)fields[i].number);
        } else if (plain(fields[i].text)) {
            buf_add(line, str_sub(fields[i].text, 0, LOG_VALUE_MAX));
        } else {
            buf_add_char(line, '"');
            add_escaped(line, fields[i].text);
            buf_add_char(line, '"');
        }
    }
}

static void add_json_form(struct buf *line, const char *at,
                          enum log_level level, const char *event,
                          const struct log_field *fields, size_t n)
{
    AUTO(jval_freep) struct jval *object = jval_new_object();

    jval_set_text(object, "time", str_c(at));
    jval_set_text(object, "level", str_c(level_names[level]));
    jval_set_text(object, "process", str_c(state.process));
    jval_set_text(object, "event", str_c(event));
    for (size_t i = 0; i < n; i++) {
        if (fields[i].is_number)
            jval_set_i64(object, fields[i].key, fields[i].number);
        else
            jval_set_text(object, fields[i].key,
                          str_sub(fields[i].text, 0, LOG_VALUE_MAX));
    }
    jval_print(object, line);
}

static void put(str bytes)
{
    /* A log that cannot be written has nowhere to say so. */
    while (bytes.n > 0) {
        ssize_t n = write(STDERR_FILENO, bytes.p, bytes.n);

        if (n <= 0)
            return;
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
}

void log_write(enum log_level level, const char *event,
               const struct log_field *fields, size_t n)
{
    AUTO(buf_clear) struct buf line = BUF(LOG_LINE_MAX);
    AUTO(buf_clear) struct buf whole = BUF(LOG_LINE_MAX + 64);
    char at[CLOCK_TEXT_MAX];

    if (level > state.level)
        return;
    clock_text(clock_now(), at);
    if (state.json)
        add_json_form(&line, at, level, event, fields, n);
    else
        add_plain_form(&line, level, event, fields, n);
    if (!state.json)
        buf_printf(&whole, "%s ", at);
    buf_add(&whole, buf_str(&line));
    buf_add_char(&whole, '\n');
    put(buf_str(&whole));
    if (state.sink != NULL)
        state.sink(state.ctx, level, buf_str(&line));
}
