/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as text and text in URLs: base64 (RFC 4648 4), base64url without
 * padding (RFC 4648 5), percent-encoding (RFC 3986 2.1).
 */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include "base/buf.h"

void base64_add(struct buf *out, str bytes);
void base64url_add(struct buf *out, str bytes);
/* Blanks and line ends are skipped, padding may be missing. E_PARSE for
 * everything else; what does not fit the buffer, buf_finish() tells. */
int base64_take(struct buf *out, str text, struct err *err) MUST_CHECK;

/* All but letters, digits and "-._~" becomes %XX. */
void url_escape(struct buf *out, str text);

#endif
