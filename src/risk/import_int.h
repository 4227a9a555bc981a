/* SPDX-License-Identifier: Apache-2.0
 *
 * What the formats of import.h share: the input, in pieces or in lines, and
 * what they find out. A format is a file, import_NAME.c, and a row in
 * import.c.
 */
#ifndef RISK_IMPORT_INT_H
#define RISK_IMPORT_INT_H

#include "base/arena.h"
#include "base/json_read.h"
#include "base/stream.h"
#include "risk/cve.h"
#include "risk/import.h"

enum {
    RISK_PIECE = 64 * 1024,
    RISK_LINE_MAX = RISK_PIECE / 2,
    RISK_NAME_MAX = 128, /* of a source, and of a scorer */
};

struct risk_input {
    struct stream *stream;
    char *piece; /* RISK_PIECE bytes */
    size_t at;
    size_t n;
    bool end;
    uint64_t line; /* of the line read last */
};

struct risk_importer {
    struct risk_draft *draft;
    const struct risk_import *import;
    struct risk_input input;
    struct arena arena;
    str name; /* of the source, as the file states it; or empty */
    str date;
    size_t differ;
};

/* What follows, at least one byte; empty at the end. */
int risk_input_piece(struct risk_input *input, str *out,
                     struct err *err) MUST_CHECK;

/* 0: *out is the next line without its end; 1: there is none. */
int risk_input_line(struct risk_input *input, str *out,
                    struct err *err) MUST_CHECK;

/* Gives the whole input to a handler of JSON. */
int risk_import_json(struct risk_importer *importer, json_handler *handler,
                     void *ctx, struct err *err) MUST_CHECK;

/* Checks score and vector against each other, and counts what differs.
 * *tenths stays when stated; without a stated score it is computed. */
int risk_check_score(struct risk_importer *importer, enum cvss_version version,
                     str vector, bool stated, unsigned *tenths,
                     struct err *err) MUST_CHECK;

/* A text of the file as the name of a source. E_LIMIT when it is too long. */
int risk_name(struct risk_importer *importer, str text, str *out,
              struct err *err) MUST_CHECK;

int risk_import_kev(struct risk_importer *importer, struct err *err) MUST_CHECK;
int risk_import_epss(struct risk_importer *importer,
                     struct err *err) MUST_CHECK;
int risk_import_nvd(struct risk_importer *importer, struct err *err) MUST_CHECK;
int risk_import_ssvc(struct risk_importer *importer,
                     struct err *err) MUST_CHECK;
int risk_import_tsv(struct risk_importer *importer, struct err *err) MUST_CHECK;

#endif
