/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations of devices in versions, as files: DIRECTORY/DEVICE/N.cfg,
 * N from 1. A version is written only when it differs from the one before it,
 * durably and whole, and only its owner may read it: configurations hold
 * secrets.
 */
#ifndef NETDEV_ARCHIVE_H
#define NETDEV_ARCHIVE_H

#include "base/buf.h"

/* E_INVALID for a name that is no file name. */
int archive_check_name(str device, struct err *err) MUST_CHECK;

/* The newest version; 0 and no text when there is none. */
int archive_newest(const char *directory, str device, unsigned *out_version,
                   struct buf *out, struct err *err) MUST_CHECK;
int archive_read(const char *directory, str device, unsigned version,
                 struct buf *out, struct err *err) MUST_CHECK;
/* *out_version is the new one, or the newest when nothing changed. */
int archive_add(const char *directory, str device, str config,
                unsigned *out_version, bool *out_is_new,
                struct err *err) MUST_CHECK;

#endif
