/* SPDX-License-Identifier: Apache-2.0
 *
 * The recorded source: the items of an OVAL system characteristics document
 * (oval-system-characteristics-schema 5.3 to 5.12), or of the first system of
 * OVAL results, instead of those of a machine.
 *
 * An object has the items and the flag that the document states. An object
 * that the document does not list was not collected. A document without
 * collected_objects has items only: then source.recorded is false, and the
 * engine matches every item of the right kind against the object, as the
 * schema asks for.
 *
 * The document is hostile: counts, sizes and depth are bounded, and errors
 * name the file, the line and what was expected. All text belongs to the
 * source and lives until oval_source_free().
 */
#ifndef OVAL_RECORDED_H
#define OVAL_RECORDED_H

#include "base/stream.h"
#include "oval/source.h"

enum {
    OVAL_RECORDED_ITEMS_MAX = 5000000,
    OVAL_RECORDED_OBJECTS_MAX = 2000000,
    OVAL_RECORDED_VALUE_MAX = 64 << 20, /* bytes of one value */
};

int oval_recorded_new(struct stream *stream, struct oval_source **out,
                      struct err *err) MUST_CHECK;

#endif
