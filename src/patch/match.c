/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/match_int.h"

/* When what follows the last '*' does not fit, the '*' takes a byte more. */
bool match_name(str pattern, str name)
{
    size_t star = SIZE_MAX;
    size_t taken = 0;
    size_t p = 0;
    size_t n = 0;

    while (n < name.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            taken = n;
        } else if (p < pattern.n &&
                   (pattern.p[p] == '?' || pattern.p[p] == name.p[n])) {
            p++;
            n++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            n = ++taken;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}

bool match_packages(str pattern, const struct patch *patch)
{
    str id = patch->id;

    for (size_t i = 0; i < patch->package_count; i++) {
        if (match_name(pattern, patch->packages[i]))
            return true;
    }
    if (patch->package_count > 0 || str_find_char(id, '=') == id.n)
        return false;
    return match_name(pattern, str_cut(&id, '='));
}
