/* SPDX-License-Identifier: Apache-2.0
 *
 * What an XML reader told, as one text, so that two readings can be compared:
 * a start tag is "(LINE prefix|{namespace}name {namespace}name=value...", an
 * end tag is ")", text is between quotes however many pieces it came in.
 * Used by tests/unit/test_xml.c and fuzz/fuzz_xml.c.
 */
#ifndef TESTS_XML_EVENTS_H
#define TESTS_XML_EVENTS_H

#include "base/buf.h"
#include "base/xml.h"

struct xml_events {
    struct buf text;
    struct xml_reader *reader;
    bool lines;
    bool in_text;
};

static inline void events_close_text(struct xml_events *e)
{
    if (e->in_text)
        buf_add_char(&e->text, '\'');
    e->in_text = false;
}

static inline void events_name(struct xml_events *e, str ns, str name)
{
    if (ns.n > 0) {
        buf_add_char(&e->text, '{');
        buf_add(&e->text, ns);
        buf_add_char(&e->text, '}');
    }
    buf_add(&e->text, name);
}

static inline int events_start(void *ctx, const struct xml_element *element,
                               struct err *err UNUSED)
{
    struct xml_events *e = ctx;

    events_close_text(e);
    buf_add_char(&e->text, '(');
    if (e->lines)
        buf_printf(&e->text, "%u ", xml_line(e->reader));
    if (element->prefix.n > 0) {
        buf_add(&e->text, element->prefix);
        buf_add_char(&e->text, '|');
    }
    events_name(e, element->ns, element->name);
    for (size_t i = 0; i < element->attr_count; i++) {
        buf_add_char(&e->text, ' ');
        events_name(e, element->attrs[i].ns, element->attrs[i].name);
        buf_add_char(&e->text, '=');
        buf_add(&e->text, element->attrs[i].value);
    }
    return 0;
}

static inline int events_end(void *ctx, struct err *err UNUSED)
{
    struct xml_events *e = ctx;

    events_close_text(e);
    buf_add_char(&e->text, ')');
    return 0;
}

static inline int events_text(void *ctx, str text, struct err *err UNUSED)
{
    struct xml_events *e = ctx;

    if (!e->in_text)
        buf_add_char(&e->text, '\'');
    e->in_text = true;
    buf_add(&e->text, text);
    return 0;
}

static inline void events_begin(void *ctx, struct xml_reader *reader)
{
    ((struct xml_events *)ctx)->reader = reader;
}

/* The events of document into *e, which is emptied first. */
static inline int events_read(struct xml_events *e, enum xml_engine engine,
                              const struct xml_limits *limits, str document,
                              struct err *err)
{
    static const struct xml_handler handler = {
        .start = events_start,
        .end = events_end,
        .text = events_text,
        .begin = events_begin,
    };
    AUTO(stream_freep) struct stream *stream = NULL;
    int rc = stream_open_memory(document, "doc", NULL, &stream, err);

    buf_reset(&e->text);
    e->in_text = false;
    if (rc == 0)
        rc = xml_read_with(engine, stream, limits, &handler, e, err);
    return rc;
}

#endif
