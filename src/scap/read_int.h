/* SPDX-License-Identifier: Apache-2.0
 *
 * Readers of the documents that SCAP content is made of. Each is a struct of
 * the caller's and the XML events that fill it; a document may stand alone or
 * as a component of a data stream, so the events may come from either.
 *
 * Depth is bounded by the XML limits of the whole; what a reader makes lies
 * in the arena, whose size is bounded by the document's.
 */
#ifndef SCAP_READ_INT_H
#define SCAP_READ_INT_H

#include "base/buf.h"
#include "base/xml.h"
#include "scap/scap.h"

enum {
    READ_DEPTH_MAX = 200,    /* elements; less than xml.h allows */
    READ_TEXT_MAX = 4 << 20, /* of one element */
    READ_ITEMS_MAX = 200000, /* groups, rules and values */
    READ_COMPONENTS_MAX = 2000,
    READ_PROBLEMS_MAX = 500,
    READ_BYTES_MAX = 512 << 20, /* of a document */
    READ_TAILS = 64,
};

struct read_frame {
    uint8_t where; /* 0: skipped, with all below */
    uint32_t index;
    void *at;
    str *to;     /* where the text of a leaf goes */
    bool append; /* text is kept even if there is one */
};

/* What all readers have. */
struct read {
    struct scap *scap;
    struct arena *arena;
    struct xml_reader *reader;
    struct buf text;
    unsigned depth;
    /* Where lists end that were appended to lately, so that no list, however
     * long, is walked for each of its elements. */
    struct read_tail {
        void *list;
        void *last;
    } tails[READ_TAILS];
    struct read_frame stack[READ_DEPTH_MAX + 2];
};

enum {
    READ_SKIP,
    READ_LEAF,
    READ_OTHER /* the reader's own begin here */
};

struct read_frame *read_push(struct read *read, unsigned where, void *at);
void read_push_leaf(struct read *read, str *to);
/* Inside a leaf: markup of prose. */
void read_markup(struct read *read, const struct xml_element *el);
/* Ends the leaf on top. */
int read_leaf_end(struct read *read, struct err *err) MUST_CHECK;
uint32_t read_line(const struct read *read);
str read_attr(struct read *read, const struct xml_element *el, str name);
bool read_bool(const struct xml_element *el, str name, bool otherwise);

/* Must be called when lists may have moved: when an array of what has lists
 * grows. */
void read_forget_tails(struct read *read);

/* The slot that remembers the end of the list at `list`. */
struct read_tail *read_tail(struct read *read, void *list);

/* Appends a zeroed element of the list's type to it. */
#define read_append(read, list)                                                \
    (__extension__({                                                           \
        struct read_tail *tail_ = read_tail(read, list);                       \
        __typeof__(*(list)) last_ = tail_->last;                               \
        __typeof__(last_) new_ =                                               \
            arena_alloc((read)->arena, 1, sizeof(*last_));                     \
        while (last_ == NULL ? *(list) != NULL : last_->next != NULL)          \
            last_ = last_ == NULL ? *(list) : last_->next;                     \
        *(last_ == NULL ? (list) : &last_->next) = new_;                       \
        tail_->last = new_;                                                    \
        new_;                                                                  \
    }))

struct read_xccdf {
    struct read read;
    struct xccdf_benchmark *benchmark; /* one of the two */
    struct xccdf_tailoring *tailoring;
};
int read_xccdf_start(void *ctx, const struct xml_element *el,
                     struct err *err) MUST_CHECK;
int read_xccdf_end(void *ctx, struct err *err) MUST_CHECK;
int read_xccdf_text(void *ctx, str text, struct err *err) MUST_CHECK;

struct read_cpe {
    struct read read;
    struct cpe_list *list;
    struct cpe_item *last;
};
int read_cpe_start(void *ctx, const struct xml_element *el,
                   struct err *err) MUST_CHECK;
int read_cpe_end(void *ctx, struct err *err) MUST_CHECK;
int read_cpe_text(void *ctx, str text, struct err *err) MUST_CHECK;

/* A platform-specification, wherever it stands. False: el is not of it. */
enum {
    READ_PLATFORM = 100,
    READ_TEST
};
bool read_platform(struct read *read, const struct xml_element *el,
                   struct cpe_platform **list);

/* Reads one document into scap: a collection, or one component that is called
 * id. */
int scap_read(struct scap *scap, struct stream *stream, const char *id,
              struct err *err) MUST_CHECK;

/* A ZIP of documents. */
bool scap_is_zip(str head);
int scap_read_bundle(struct scap *scap, str bytes, struct err *err) MUST_CHECK;

/* Finds the component of each reference, and makes a stream of files. */
void scap_link(struct scap *scap);

#endif
