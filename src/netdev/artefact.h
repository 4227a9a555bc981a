/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device gets, as a file that it loads itself (R-DEP-1): the commands
 * alone, or the configuration with the commands before its end. Pure. The texts
 * are masked or as they are; that is the caller's.
 */
#ifndef NETDEV_ARTEFACT_H
#define NETDEV_ARTEFACT_H

#include "base/buf.h"

enum artefact_form {
    ARTEFACT_DELTA,
    ARTEFACT_FULL,
};
/* "delta", "full"; with secrets: "delta_with_secrets". */
const char *artefact_form_name(enum artefact_form form, bool secrets);

/* Appends. config is not looked at for a delta; lines may be empty. */
void artefact_write(enum artefact_form form, str config, str lines,
                    struct buf *out);

#endif
