/* SPDX-License-Identifier: Apache-2.0
 *
 * GConf's XML files.
 */
#include "probe/gconf_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_entry(void *ctx UNUSED, const struct gconf_entry *entry)
{
    if (entry->key.n == 0)
        abort();
    for (size_t i = 0; i < entry->value_count; i++)
        if (entry->values[i].datatype >= OVAL_DATATYPE_BAD)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;

    (void)!gconf_xml_read((str){ (const char *)data, size }, "fuzz", STR("/a"),
                          on_entry, NULL, &err);
    return 0;
}
