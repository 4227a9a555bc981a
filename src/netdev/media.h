/* SPDX-License-Identifier: Apache-2.0
 *
 * A configuration that an operator carries to a router on a USB token or USB
 * flash (R-TMS): no session is opened. The files are as TFTP takes them
 * (R-DEP-1), with the commands that load them beside. Pure.
 */
#ifndef NETDEV_MEDIA_H
#define NETDEV_MEDIA_H

#include "base/buf.h"
#include "netdev/family.h"

struct media_order {
    const struct family *family;
    str name; /* of the device: a file name */
    str version;
    str model;
    str medium;   /* "usbtoken0" or "usbflash0" */
    str full;     /* the whole configuration */
    str previous; /* what the router has; empty: no delta is made */
};

/* R-COM-9, R-TMS-4: whether the router may be reached so at all; names, and
 * that configurations are whole. */
int media_check(const struct media_order *order, struct err *err) MUST_CHECK;

/* Appends "NAME_delta.cfg" or "NAME_full.cfg". */
void media_name(const struct media_order *order, bool delta, struct buf *out);
/* Appends the commands that lead from previous to full, and "end". */
int media_delta(const struct media_order *order, struct buf *out,
                struct err *err) MUST_CHECK;
/* Appends what the operator does, for people. */
void media_guide(const struct media_order *order, struct buf *out);

#endif
