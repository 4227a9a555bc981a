/* SPDX-License-Identifier: Apache-2.0
 *
 * What the formats of import.h share. A format is a file, import_NAME.c, and
 * a row in import.c.
 */
#ifndef ADVISORY_IMPORT_INT_H
#define ADVISORY_IMPORT_INT_H

#include "advisory/import.h"
#include "advisory/release.h"
#include "base/arena.h"
#include "base/jval.h"
#include "base/stream.h"
#include "base/vec.h"
#include "base/xml.h"
#include "risk/cve.h"

enum {
    READER_DOCUMENT_MAX = 64 << 20, /* bytes that are held at once */
    READER_LINE_MAX = 1 << 20,
    READER_PIECE = 64 * 1024,
};

struct advisory_reader {
    struct advisory_draft *draft;
    const struct advisory_import *import;
    struct stream *stream;
    struct arena arena; /* of one document; the format clears it */
    struct arena kept;  /* of the file */
    str source;         /* its name, as the file states it; in `kept` */
    str date;           /* the latest it states, "YYYY-MM-DD"; in `kept` */
    enum advisory_rank rank;
    size_t documents;
    size_t skipped;
    struct buf release; /* of reader_release() */
};

/* The name of a release, until the next call. */
str reader_release(struct advisory_reader *reader, str text);

/* A date of the file: the latest one stays. */
void reader_date(struct advisory_reader *reader, str text);

/* "2017-12-02", "2017-12-02 01:57:03", RFC 3339 with any zone, or whole
 * seconds; 0 for what is none of them. */
int64_t reader_time(str text);
uint16_t reader_day(str text);

/* The first CVE id in *text, and what follows it in *text; empty: none. */
str reader_cut_cve(str *text);

/* The score that a vector gives, and its version; CVSS_NONE for no vector. */
enum cvss_version reader_score(str vector, unsigned *out_tenths);

/* --- Lines. --- */

struct reader_lines {
    struct stream *stream;
    struct buf buf;
    size_t at;
    bool end;
    uint64_t line; /* of the line read last */
};
#define READER_LINES(s)                                                        \
    {                                                                          \
        (s), BUF(READER_LINE_MAX), 0, false, 0                                 \
    }

/* 0: *out is the next line without its end; 1: there is none. */
int reader_line(struct reader_lines *lines, str *out,
                struct err *err) MUST_CHECK;

/* --- JSON. --- */

/* The whole file as one tree. */
int reader_json(struct advisory_reader *reader, struct jval **out,
                struct err *err) MUST_CHECK;

enum {
    SPLIT_DEPTH = 4
};

/* A large document, cut into values that are small. */
struct reader_part {
    str keys[SPLIT_DEPTH]; /* of the objects around it; "": an array */
    unsigned depth;        /* how many of them */
    struct jval *value;    /* borrowed */
};
struct reader_split {
    /* Is the value at these keys to be cut further? */
    bool (*deeper)(const str *keys, unsigned depth);
    int (*each)(void *ctx, const struct reader_part *part, struct err *err);
    void *ctx;
};
int reader_split(struct advisory_reader *reader,
                 const struct reader_split *split, struct err *err) MUST_CHECK;

/* --- XML. --- */

/* Elements by their path of local names: "/updates/update/id". */
struct reader_xml {
    int (*start)(void *ctx, str path, const struct xml_element *element,
                 struct err *err);
    /* text: of a leaf; shortened when it is longer than 64 KiB. */
    int (*end)(void *ctx, str path, str text, struct err *err);
    void *ctx;
};
int reader_xml(struct advisory_reader *reader, const struct reader_xml *xml,
               struct err *err) MUST_CHECK;

/* --- Formats. --- */

int import_csaf(struct advisory_reader *reader, struct err *err) MUST_CHECK;
int import_cvrf(struct advisory_reader *reader, struct err *err) MUST_CHECK;
int import_dsa(struct advisory_reader *reader, struct err *err) MUST_CHECK;
int import_msu(struct advisory_reader *reader, struct err *err) MUST_CHECK;
int import_osv(struct advisory_reader *reader, struct err *err) MUST_CHECK;
int import_oval(struct advisory_reader *reader, struct err *err) MUST_CHECK;
int import_tracker(struct advisory_reader *reader, struct err *err) MUST_CHECK;
int import_updateinfo(struct advisory_reader *reader,
                      struct err *err) MUST_CHECK;
int import_usn(struct advisory_reader *reader, struct err *err) MUST_CHECK;
int import_wes(struct advisory_reader *reader, struct err *err) MUST_CHECK;

#endif
