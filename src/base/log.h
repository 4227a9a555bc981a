/* SPDX-License-Identifier: Apache-2.0
 *
 * The log of a program: one line an event on standard error, in the form
 *   2026-11-22T04:30:00Z info core run.started run=17 devices=250 "text"
 * or, after log_set_json(), one JSON object a line. Values are escaped, so a
 * line stays a line and a terminal obeys nothing. Secrets are not passed in.
 *
 * The only mutable global of the tree (STYLE.md 8): level, form, process name
 * and an optional second sink (syslog RFC 5424, wired by the server).
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum log_level {
    LOG_LEVEL_ERROR, /* someone must act */
    LOG_LEVEL_WARN,  /* we went on */
    LOG_LEVEL_INFO,  /* state changed */
    LOG_LEVEL_DEBUG,
};

void log_set_process(const char *name); /* kept, not copied */
void log_set_level(enum log_level level);
void log_set_json(bool json);
/* Every line, without time and newline, also goes to sink; NULL ends that. */
typedef void log_sink(void *ctx, enum log_level level, str line);
void log_set_sink(log_sink *sink, void *ctx);

/* A member of an event: LOG_TEXT("device", name), LOG_I64("run", id). */
struct log_field {
    const char *key;
    str text;
    int64_t number;
    bool is_number;
};
#define LOG_TEXT(k, s) ((struct log_field){ .key = (k), .text = (s) })
#define LOG_I64(k, v)                                                          \
    ((struct log_field){ .key = (k), .number = (v), .is_number = true })

/* event is a dotted word of ours ("agent.enrolled"). */
void log_write(enum log_level level, const char *event,
               const struct log_field *fields, size_t n);
#define log_error(event, ...) log_event_(LOG_LEVEL_ERROR, event, __VA_ARGS__)
#define log_warn(event, ...) log_event_(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_info(event, ...) log_event_(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_debug(event, ...) log_event_(LOG_LEVEL_DEBUG, event, __VA_ARGS__)
#define log_event_(level, event, ...)                                          \
    log_write(level, event, (const struct log_field[]){ __VA_ARGS__ },         \
              sizeof((const struct log_field[]){ __VA_ARGS__ }) /              \
                  sizeof(struct log_field))

#endif
