/* SPDX-License-Identifier: Apache-2.0
 *
 * What a device gets, as a file that it loads itself (R-DEP-1): the commands
 * alone, or what the configuration becomes of them (netdev/overlay.h). Pure.
 * The texts are masked or as they are; that is the caller's.
 */
#ifndef NETDEV_ARTEFACT_H
#define NETDEV_ARTEFACT_H

#include "base/buf.h"
#include "netdev/family.h"

enum artefact_form {
    ARTEFACT_DELTA,
    ARTEFACT_FULL,
};
/* "delta", "full"; with secrets: "delta_with_secrets". */
const char *artefact_form_name(enum artefact_form form, bool secrets);

struct artefact_parts {
    enum artefact_form form;
    const struct family *family; /* of a full one with lines */
    str config;                  /* not looked at for a delta */
    str lines;                   /* may be empty */
};
/* Appends. E_UNSUPPORTED and E_LIMIT as config_overlay(). */
int artefact_write(const struct artefact_parts *parts, struct buf *out,
                   struct err *err) MUST_CHECK;

#endif
