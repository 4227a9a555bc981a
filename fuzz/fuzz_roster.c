/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of devices in every format (the first byte says which), and logins
 * for them. What was read has a name and a family, each name once.
 */
#include <stdlib.h>

#include "netdev/roster.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(roster_clear) struct roster roster = { 0 };
    AUTO(clogin_clear) struct clogin clogin = { 0 };
    str text = { (const char *)data, size };
    unsigned format = size > 0 ? data[0] % ('a' + 16) : 0;

    text = str_sub(text, 1, SIZE_MAX);
    format -= format >= 'a' ? 'a' : 0;
    if (format >= ROSTER_FORMATS) {
        if (roster_read(ROSTER_RANCID, NULL, STR("r1;ios;up\n"), &roster,
                        NULL) < 0 ||
            clogin_read(text, &clogin, NULL) < 0)
            return 0;
        clogin_apply(&clogin, &roster);
        return 0;
    }
    if (roster_read(format, NULL, text, &roster, NULL) < 0)
        return 0;
    for (size_t i = 0; i < roster.list.n; i++)
        if (roster.list.p[i].name.n == 0 || roster.list.p[i].family == NULL)
            abort();
    return 0;
}
