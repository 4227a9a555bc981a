/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing JSON as a stream, by yajl: one document, UTF-8, indented. Bytes
 * that are not UTF-8 become U+FFFD.
 */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include "base/io.h"

struct json_writer;

struct json_writer *json_write_new(struct io_out *out);
void json_write_free(struct json_writer *w); /* writes the last newline */
void json_write_freep(struct json_writer **w);

void json_write_object(struct json_writer *w);
void json_write_object_end(struct json_writer *w);
void json_write_array(struct json_writer *w);
void json_write_array_end(struct json_writer *w);
void json_write_key(struct json_writer *w, const char *key);
void json_write_str(struct json_writer *w, str text);
void json_write_i64(struct json_writer *w, int64_t value);
/* A number of ours, as it is written: "9.8". */
void json_write_number(struct json_writer *w, str number);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);

/* key and text in one call; a text with p == NULL is null. */
void json_write_member(struct json_writer *w, const char *key, str text);

#endif
