/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two readers of XML share: the state of one reading, the limits
 * that do not depend on the reader, and the namespaces met so far.
 *
 * A reader calls xml_emit_*() for each event. These return what the handler
 * returned, or E_LIMIT; the reader then stops. The reader also answers
 * line(), for events and for its own errors.
 */
#ifndef BASE_XML_INT_H
#define BASE_XML_INT_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "base/xml.h"

enum {
    XML_CHUNK = 256 * 1024, /* bytes asked of the stream at a time */
};

struct xml_reader {
    struct stream *stream;
    struct xml_limits limits;
    const struct xml_handler *handler;
    void *ctx;
    struct err *err;
    unsigned (*line)(void *engine);
    void *engine;
    unsigned depth;
    uint64_t elements;
    const char *head; /* what was read to choose the engine */
    size_t head_n;
    struct map ns_map; /* namespace to its index in namespaces */
    struct map prefix_map;
    struct arena bytes; /* of namespaces and prefixes */
    VEC(str) namespaces;
    VEC(str) prefixes;
};

#define XML_NS_XML STR("http://www.w3.org/XML/1998/namespace")
#define XML_NS_XMLNS STR("http://www.w3.org/2000/xmlns/")

int xml_emit_start(struct xml_reader *r, const struct xml_element *element);
int xml_emit_end(struct xml_reader *r);
static inline int xml_emit_text(struct xml_reader *r, str text)
{
    return r->handler->text == NULL ? 0
                                    : r->handler->text(r->ctx, text, r->err);
}

/* The namespace of names that have none. */
extern const str xml_no_ns;

/* The one view of this namespace for the whole document. */
int xml_intern_ns(struct xml_reader *r, str uri, str *out);

/* The number of this prefix, from 0 in the order of their coming, and a view
 * of it that stays. */
int xml_intern_prefix(struct xml_reader *r, str prefix, str *out,
                      uint32_t *out_number);

/* The engines. They read the whole document; an error is in r->err, and
 * lacks the "NAME:LINE: " that xml.c adds. *out_line is the line of it, 0
 * when it is an error of the stream. */
int xml_run_expat(struct xml_reader *r, unsigned *out_line);
int xml_run_scan(struct xml_reader *r, unsigned *out_line);

/* The next bytes: those read to choose the engine, then the stream's. */
int xml_read_bytes(struct xml_reader *r, char *bytes, size_t size,
                   size_t *out_n);

#endif
