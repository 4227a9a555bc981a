/* SPDX-License-Identifier: Apache-2.0
 *
 * What devices say of themselves: read twice in a row, as two answers of one
 * device are. Licences are bounded, and each has a name.
 */
#include <stdlib.h>

#include "netdev/show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };
    str text = { (const char *)data, size };

    if (show_https_state(text) > TRISTATE_YES)
        abort();
    for (size_t i = 0; i < 2; i++) {
        if (show_read(NULL, text, &facts, NULL) < 0)
            return 0;
    }
    if (facts.licences.n > SHOW_LICENCES_MAX)
        abort();
    for (size_t i = 0; i < facts.licences.n; i++) {
        if (facts.licences.p[i].feature.n == 0 ||
            licence_state_name(facts.licences.p[i].state) == NULL)
            abort();
    }
    return 0;
}
