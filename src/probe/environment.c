/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/environment.h"

bool environment_next(str *text, str *out_name, str *out_value)
{
    while (text->n > 0) {
        str value = str_cut(text, '\0');
        size_t at = str_find_char(value, '=');

        if (at == value.n || at == 0)
            continue;
        *out_name = str_sub(value, 0, at);
        *out_value = str_sub(value, at + 1, value.n);
        return true;
    }
    return false;
}
