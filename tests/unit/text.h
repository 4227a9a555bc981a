/* SPDX-License-Identifier: Apache-2.0
 *
 * Documents of tests, as the streams that readers want.
 */
#ifndef TESTS_TEXT_H
#define TESTS_TEXT_H

#include "base/stream.h"
#include "tests/unit/unit.h"

/* The text, which must outlive the stream, as a file called name. */
static inline struct stream *text_stream(const char *text, const char *name)
{
    struct stream *stream = NULL;

    assert_int_equal(stream_open_memory(str_c(text), name, NULL, &stream, NULL),
                     0);
    return stream;
}

#endif
