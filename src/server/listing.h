/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of the reports, in every form it is asked for: a page of JSON,
 * or all of it as CSV, HTML, PDF or a spreadsheet (XLSX). The rows are found
 * and sorted first, each as a few numbers and the text it sorts by; what a row
 * says is made only for those that are sent.
 *
 * A cursor names the last row by what it sorts by, so that rows that come and
 * go between two pages move no others.
 */
#ifndef SERVER_LISTING_H
#define SERVER_LISTING_H

#include "base/vec.h"
#include "server/route.h"
#include "server/table.h"

enum {
    LISTING_KEY_MAX = 400,      /* bytes of a row's text that sort */
    LISTING_PDF_MAX = 20000,    /* rows of a PDF */
    LISTING_XLSX_MAX = 1048575, /* rows of a sheet, without its heading */
    LISTING_SLICE = 100,        /* rows written at once */
    LISTING_FILE_MAX = 1 << 30  /* bytes of a file */
};

struct listed {
    int64_t rank; /* smaller first */
    str key;      /* then by this text */
    int64_t a;    /* then by these: unique */
    int64_t b;
};

/* The answer's object of one row, or NULL with *err. */
typedef struct jval *listed_json(void *ctx, const struct listed *row,
                                 struct err *err);

struct listing {
    VEC(struct listed) rows;
    struct words title;
    const struct column *columns;
    str note; /* a sentence below the title */
    listed_json *json;
    void *ctx;
    /* Who holds all this on the heap, with its own texts, and how it is
     * freed: then many rows are written in pieces after the handler returned.
     * Without an owner they are written at once. */
    void *owner;
    void (*release)(void *owner);
};

void listing_add(struct listing *listing, int64_t rank, str key, int64_t a,
                 int64_t b);
void listing_clear(struct listing *listing);
/* Frees a listing that has an owner, with it; nothing when the owner was taken
 * over. May be NULL. */
void listing_let_go(struct listing *listing);

/* What every list of reports may be asked: format and lang. Put into the
 * query table of its route. */
#define LISTING_QUERY                                                          \
    { "format", FIELD_ENUM, .words = "json|csv|html|pdf|xlsx",                 \
      .help = "csv, html, pdf and xlsx have all rows" },                       \
    {                                                                          \
        "lang", FIELD_ENUM, .words = "en|fr|nl", .help = "of headings"         \
    }

/* Sorts and answers. When it sets listing->owner to NULL it has taken it over:
 * the answer is made in pieces, with others answered in between. */
int listing_answer(struct request *req, struct response *res,
                   struct listing *listing, struct err *err) MUST_CHECK;

/* All rows as a file: *out_fd is a descriptor at its start. For deliveries
 * and for the answer. */
int listing_file(struct listing *listing, enum table_format format,
                 enum words_language language, int *out_fd,
                 struct err *err) MUST_CHECK;

/* The same in pieces of LISTING_SLICE rows; takes over listing->owner. done is
 * called once, not before this returns, unless it was cancelled; the
 * descriptor is its own then (-1 with rc < 0). E_INVALID when the content was
 * replaced meanwhile. NULL with *err. */
typedef void listing_done(void *ctx, int rc, int fd, const struct err *err);
struct listing_order {
    struct core *core;
    enum table_format format;
    enum words_language language;
    listing_done *done;
    void *ctx;
};
struct listing_writing;
struct listing_writing *listing_write(struct listing *listing,
                                      const struct listing_order *order,
                                      struct err *err);
void listing_cancel(struct listing_writing *writing);

/* text in hay, ASCII letters in any case. */
bool has_nocase(str hay, str text);

#endif
