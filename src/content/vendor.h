/* SPDX-License-Identifier: Apache-2.0
 *
 * The vendors' official feeds: a row each.
 */
#ifndef CONTENT_VENDOR_H
#define CONTENT_VENDOR_H

#include "base/str.h"

struct vendor_feed {
    const char *id;
    const char *vendor;
    const char *title;
    const char *os;         /* os-release ID */
    const char *os_version; /* VERSION_ID or its first part */
    const char *url;
    const char *digest_url; /* a file that begins with the SHA-256, or NULL */
};

/* Sorted by id. */
extern const struct vendor_feed vendor_feeds[];
extern const size_t vendor_feed_count;

/* The row called id, or NULL. */
const struct vendor_feed *vendor_find(str id);

#endif
