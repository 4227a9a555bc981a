/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a document of external variables.
 */
#include "oval/variables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct oval_variables *variables = oval_variables_new();
    struct stream *stream = NULL;
    struct err err = { 0 };
    enum oval_datatype datatype;
    const str *values;

    if (stream_open_memory((str){ (const char *)data, size }, "fuzz", NULL,
                           &stream, &err) == 0 &&
        oval_variables_load(variables, stream, &err) == 0 &&
        oval_variables_get(variables, STR("v"), &datatype, &values) > 1000000)
        abort();
    stream_free(stream);
    oval_variables_free(variables);
    return 0;
}
