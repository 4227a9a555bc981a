/* SPDX-License-Identifier: Apache-2.0
 *
 * What a configuration becomes when commands are entered: of a command and its
 * opposite the one that came last is left, what has one value has the new one,
 * and what comes stands in its section. It is what people and checks look at
 * beforehand; what the device makes of the commands is read back from it. Pure;
 * the texts are hostile.
 */
#ifndef NETDEV_OVERLAY_H
#define NETDEV_OVERLAY_H

#include "base/buf.h"
#include "netdev/family.h"

enum {
    OVERLAY_WORK_MAX = 50000000, /* commands times lines */
};

/* Appends. E_LIMIT; E_UNSUPPORTED where a configuration has no commands. */
int config_overlay(const struct family *family, str config, str lines,
                   struct buf *out, struct err *err) MUST_CHECK;

#endif
