/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing XML and HTML to an io_out, indented, with every value escaped.
 * Characters that XML 1.0 forbids become U+FFFD, and so do bytes that are not
 * UTF-8.
 */
#ifndef BASE_XML_WRITE_H
#define BASE_XML_WRITE_H

#include "base/io.h"

enum {
    XML_WRITE_DEPTH_MAX = 320 /* more than xml.h reads */
};

struct xml_writer {
    struct io_out *out;
    const char *open[XML_WRITE_DEPTH_MAX]; /* names, which outlive the tag */
    unsigned depth;
    bool in_tag; /* a start tag is not closed yet */
    /* open[n] has text, so nothing in it is indented */
    bool mixed[XML_WRITE_DEPTH_MAX];
};

/* Writes the XML declaration. */
void xml_write_init(struct xml_writer *w, struct io_out *out);

/* name is a constant: it is used again by xml_write_end(). */
void xml_write_start(struct xml_writer *w, const char *name);
void xml_write_attr(struct xml_writer *w, const char *name, str value);
void xml_write_attr_c(struct xml_writer *w, const char *name,
                      const char *value);
void xml_write_attr_u(struct xml_writer *w, const char *name, uint64_t value);
void xml_write_text(struct xml_writer *w, str text);
void xml_write_end(struct xml_writer *w);

/* <name>text</name> */
void xml_write_leaf(struct xml_writer *w, const char *name, str text);

/* Appends text to buf, escaped for element text and quoted attributes. */
void xml_escape(struct buf *buf, str text);

#endif
