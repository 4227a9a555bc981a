/* SPDX-License-Identifier: Apache-2.0
 *
 * Making PDFs: the program holdfast-print (src/print) reads the lines of a
 * table (server/table.h, TABLE_PDF) and writes a PDF. It is a process of its
 * own because it reads fonts and lays out foreign text: it has no network, no
 * store and no files but fonts, and gives up after PRINT_MS.
 *
 * It is started once, before the core may start nothing any more, and makes a
 * process a PDF; one that crashes takes nothing with it.
 */
#ifndef SERVER_PRINT_H
#define SERVER_PRINT_H

#include "base/loop.h"
#include "server/route.h"

enum {
    PRINT_MS = 60000,
};

/* Started by the first one who asks; the daemon asks at its start.
 * E_UNSUPPORTED when the program is not there. */
struct printer;
int printer_start(struct printer **out, struct err *err) MUST_CHECK;
void printer_free(struct printer *printer);

struct printing;
/* fd is the PDF at its start, the callee's then; -1 with rc < 0 and *err. */
typedef void print_done(void *ctx, int rc, int fd, const struct err *err);

/* Takes fd over, also when it fails. done is never called before this
 * returns. NULL with *err. */
struct printing *print_start(struct core *core, int fd, print_done *done,
                             void *ctx, struct err *err);
/* done is not called any more. */
void print_cancel(struct printing *printing);

/* Holds the request until the PDF is there; takes fd over. What res says of
 * type and file name is kept. */
int print_answer(struct request *req, struct response *res, int fd,
                 struct err *err) MUST_CHECK;

#endif
