/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a file of risk data of every format: KEV, EPSS, NVD, a table.
 */
#include "risk/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(risk_draft_freep) struct risk_draft *draft = NULL;
    struct risk_import import = { .path = "fuzz" };
    struct risk_imported imported;
    struct err err = { 0 };

    if (risk_draft_new(NULL, &draft, &err) < 0)
        return 0;
    if (risk_import_memory(draft, (str){ (const char *)data, size }, &import,
                           &imported, &err) == 0)
        seen += imported.entries + imported.name.n;
    return 0;
}
