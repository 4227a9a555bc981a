/* SPDX-License-Identifier: Apache-2.0
 *
 * Making PDFs and spreadsheets: the program holdfast-print (src/print) reads
 * the lines of a table (server/table.h, TABLE_PDF, TABLE_XLSX) and writes a
 * file. It is a helper program (server/helper.h) because it reads fonts and
 * lays out foreign text: it has no network, no store and no files but fonts,
 * and gives up after PRINT_MS.
 */
#ifndef SERVER_PRINT_H
#define SERVER_PRINT_H

#include "server/helper.h"
#include "server/route.h"

enum {
    PRINT_MS = 240000,
};

/* Takes fd over, also when it fails; the output is the file. The program is
 * started by the first one who asks; the daemon does at its start. */
struct helper_work *print_start(struct core *core, int fd, helper_done *done,
                                void *ctx, struct err *err) MUST_CHECK;

/* Holds the request until the file is there; takes fd over. What res says of
 * type and file name is kept. */
int print_answer(struct request *req, struct response *res, int fd,
                 struct err *err) MUST_CHECK;

#endif
