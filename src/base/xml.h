/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading XML 1.0 with namespaces, as a stream of events, and nothing that
 * makes XML dangerous: a DOCTYPE is refused (so there are no entities but the
 * five predefined ones and character references), and depth, counts and sizes
 * are limited. There are two readers behind this interface: a strict scanner
 * of ours for UTF-8, and expat for every other encoding that expat knows.
 * Both give the same events for the same document; fuzzing holds them to it.
 *
 * Views given to a handler live until the handler returns, save `ns`: every
 * element and attribute of one namespace is given the same `ns.p` while the
 * document is read, so a handler may compare that pointer.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/stream.h"

struct xml_attr {
    str ns;   /* "" when the name has no prefix */
    str name; /* local name */
    str value;
};

struct xml_element {
    str ns;                       /* "" when in no namespace */
    str name;                     /* local name */
    str prefix;                   /* as written, "" for none */
    const struct xml_attr *attrs; /* without xmlns declarations */
    size_t attr_count;
};

struct xml_reader;

/* A handler returns 0, or an error that ends the reading. text() may be
 * called several times for one text; white space between elements is given
 * too. begin() is called first, with what xml_line() wants later. NULL members
 * are not called. */
struct xml_handler {
    int (*start)(void *ctx, const struct xml_element *element, struct err *err);
    int (*end)(void *ctx, struct err *err);
    int (*text)(void *ctx, str text, struct err *err);
    void (*begin)(void *ctx, struct xml_reader *reader);
};

struct xml_limits {
    unsigned depth;    /* nested elements */
    unsigned attrs;    /* of one element, xmlns included */
    size_t markup;     /* bytes of one tag, comment or instruction */
    uint64_t elements; /* of the document */
    size_t piece;      /* bytes taken in at a time; 0: the reader chooses */
};

#define XML_LIMITS                                                             \
    ((struct xml_limits){ 256, 256, (size_t)1 << 20, (uint64_t)200000000, 0 })

enum {
    XML_NAMESPACES_MAX = 1024, /* different ones in a document */
    XML_DECLARED_MAX = 4096,   /* namespace declarations in force at once */
};

/* Reads the whole document from stream. NULL limits: XML_LIMITS. An error's
 * sentence begins with "NAME:LINE: ", also when the handler made it; what
 * stream_read() refuses begins with "NAME: ". */
int xml_read(struct stream *stream, const struct xml_limits *limits,
             const struct xml_handler *handler, void *ctx,
             struct err *err) MUST_CHECK;

/* The same with the reader chosen: for tests and fuzzing. */
enum xml_engine {
    XML_ENGINE_AUTO,
    XML_ENGINE_SCAN,
    XML_ENGINE_EXPAT
};
int xml_read_with(enum xml_engine engine, struct stream *stream,
                  const struct xml_limits *limits,
                  const struct xml_handler *handler, void *ctx,
                  struct err *err) MUST_CHECK;

/* In a handler: the line on which the tag begins, or the piece of text. Lines
 * are counted only when this is asked. */
unsigned xml_line(struct xml_reader *reader);

/* The value of the attribute without namespace that is called name; STR_NONE
 * (p == NULL) when it is not there. */
str xml_attr(const struct xml_element *element, str name);

#endif
