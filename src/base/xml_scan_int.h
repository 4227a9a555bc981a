/* SPDX-License-Identifier: Apache-2.0
 *
 * The scanner of UTF-8 XML: what its files share.
 *
 * It reads the document through a window that slides over it. A tag, comment
 * or instruction is looked at only when all of it lies in the window, which
 * grows up to the limit of markup for it; text is given out in pieces. The
 * bytes in the window are never changed: attribute values with references or
 * line ends are rebuilt in `scratch`.
 *
 * Behind the last byte stand SCAN_PAD NULs. NUL is allowed nowhere in XML, so
 * every loop over bytes stops there, and only then is the end compared.
 */
#ifndef BASE_XML_SCAN_INT_H
#define BASE_XML_SCAN_INT_H

#include "base/buf.h"
#include "base/mem.h"
#include "base/xml_int.h"

enum {
    SCAN_PAD = 64,
    SCAN_MORE = 1, /* a step needs bytes that are not in the window yet */
    NAME_START = 1,
    NAME_CHAR = 2,
    BLANK = 4,
};

/* A name as written; colon is the length of the prefix, 0 when there is
 * none. */
struct scan_name {
    const char *p;
    size_t n;
    size_t colon;
};

struct scan_open {
    size_t name;     /* where its name begins in `names` */
    uint32_t undone; /* declarations in force before its own */
};

struct scan_undo {
    uint32_t prefix;
    str ns; /* what the prefix meant before */
};

struct scan_declaration {
    str prefix;
    str uri;
};

struct scan_prefixed {
    size_t attr;
    str prefix;
};

struct scan {
    struct xml_reader *r;
    char *window;
    size_t cap;
    const char *at;  /* the first byte not yet read */
    const char *end; /* the NULs begin here */
    bool stream_end; /* nothing follows what is in the window */
    bool started;    /* something but the byte order mark was read */
    bool root;       /* the root element was read or is being read */
    bool in_cdata;
    const char *counted; /* lines are counted up to here */
    unsigned lines;
    const char *token;    /* the tag or piece being handled */
    const char *error_at; /* NULL: at token */
    char *scratch;
    size_t scratch_cap;
    size_t scratch_n;
    VEC(struct xml_attr) attrs;
    VEC(struct scan_prefixed) prefixed;
    VEC(struct scan_declaration) declared;
    VEC(uint32_t) seen; /* a hash table, for elements of many attributes */
    VEC(struct scan_open) open;
    struct buf names; /* of the open elements, one behind the other */
    VEC(str) bound;   /* prefix number to namespace; p == NULL: none */
    VEC(struct scan_undo) undo;
    str last_prefix; /* a cache of one */
    uint32_t last_number;
};

extern const uint8_t scan_class[256];

static inline bool scan_is(char c, unsigned classes)
{
    return (scan_class[(unsigned char)c] & classes) != 0;
}

/* For a byte that must not stand at p: SCAN_MORE when the window ends there,
 * otherwise E_PARSE with "expected WHAT". */
int scan_expected(struct scan *s, const char *p, const char *what);
int scan_refuse(struct scan *s, int code, const char *p, const char *format,
                ...) PRINTF(4, 5);

/* One character past ASCII that XML allows, at *p, which moves behind it. */
int scan_wide(struct scan *s, const char **p);

/* A name without colons, or with one. */
int scan_ncname(struct scan *s, const char **p, const char *what);
int scan_qname(struct scan *s, const char **p, struct scan_name *out,
               const char *what);

/* The reference at *p, which moves behind its ';'. The character is written
 * to out, at most 4 bytes, *out_n of them. */
int scan_reference(struct scan *s, const char **p, char *out, size_t *out_n);

/* Tags: the whole tag at s->at, its events, and s->at moved behind it. */
int scan_start_tag(struct scan *s);
int scan_end_tag(struct scan *s);

/* Namespaces. Declares what s->declared lists. */
void scan_ns_init(struct scan *s);
int scan_ns_declare(struct scan *s);
void scan_ns_undo(struct scan *s, size_t down_to);
int scan_ns_find(struct scan *s, str prefix, str *out);

/* Comments, instructions and the XML declaration, complete as tags are. */
int scan_comment(struct scan *s);
int scan_instruction(struct scan *s);

#endif
