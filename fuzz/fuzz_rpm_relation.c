/* SPDX-License-Identifier: Apache-2.0
 *
 * Any text as a relation between packages, plain or boolean, as capabilities
 * of a file, and as the packet of a signature.
 */
#include "probe/pgp.h"
#include "probe/rpm_caps.h"
#include "probe/rpm_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct rpm_db empty;
    const struct rpm_index *index;
    str text = { (const char *)data, size };
    struct rpm_caps caps;
    char id[17];

    if (rpm_index_of(&empty, &index, NULL) == 0)
        seen += rpm_index_satisfies(index, text);
    if (rpm_caps_parse(text, &caps, NULL) == 0)
        seen += caps.permitted != 0;
    if (rpm_caps_decode(text, &caps, NULL) == 0)
        seen += caps.permitted != 0;
    seen += pgp_signature_key_id(text, id);
    return 0;
}
