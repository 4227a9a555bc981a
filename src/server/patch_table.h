/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows about patches with chosen columns (P-RPT-6), from two sources: the
 * history of deployments, a row for each state that a patch came into; and
 * device scans, a row for each patch that a device lacks, or for each device
 * when only columns of devices are chosen. Who asks sees only devices of the
 * scope.
 */
#ifndef SERVER_PATCH_TABLE_H
#define SERVER_PATCH_TABLE_H

#include "server/listing.h"

enum {
    PATCH_TABLE_COLUMNS_MAX = 20,
    PATCH_TABLE_ROWS_MAX = LISTING_XLSX_MAX,
};

#define PATCH_SOURCES "history|scan"

struct patch_source;
/* NULL: none is called so. */
const struct patch_source *patch_source_of(str name);
/* What its filter may hold. */
const struct field *patch_source_filter(const struct patch_source *source);
/* NULL: it has no such column. */
const struct column *patch_source_column(const struct patch_source *source,
                                         str name);

/* The members of a row, of both sources; each only when it is chosen. */
extern const struct field patch_table_fields[];

struct patch_table_order {
    struct core *core;
    const struct scope *scope;
    int64_t now;
    const struct patch_source *source;
    const struct jval *columns; /* names, in order; each is one of the source */
    const struct jval *filter;
    const char *title[WORDS_LANGUAGES];
};
/* A listing with an owner. E_INVALID: it has too many rows. */
int patch_table_open(const struct patch_table_order *order,
                     struct listing **out, struct err *err) MUST_CHECK;
/* Answers in the form that the query asks for; the query is LISTING_QUERY. */
int patch_table_answer(struct request *req, struct response *res,
                       const struct patch_table_order *order,
                       struct err *err) MUST_CHECK;

#endif
