/* SPDX-License-Identifier: Apache-2.0
 *
 * Copying the root element of an XML document into another one, byte for
 * byte: the XML declaration and the comments before the root are left out.
 * The document has been parsed before; this only finds where the root begins.
 */
#ifndef OVAL_SOURCE_COPY_H
#define OVAL_SOURCE_COPY_H

#include "base/io.h"
#include "base/stream.h"

/* E_UNSUPPORTED: not XML in UTF-8, such as a pack. */
int oval_source_copy(struct stream *stream, struct io_out *out,
                     struct err *err) MUST_CHECK;

#endif
