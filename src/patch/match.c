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

void match_list_add(struct match_list *list, str pattern, uint32_t number)
{
    struct match_row *row;

    if (str_find_char(pattern, '*') == pattern.n &&
        str_find_char(pattern, '?') == pattern.n) {
        (void)map_add(&list->exact, pattern, number);
        return;
    }
    row = vec_push(&list->rows);
    *row = (struct match_row){ pattern, number };
}

void match_list_clear(struct match_list *list)
{
    map_clear(&list->exact);
    vec_clear(&list->rows);
}

static uint32_t match_package(const struct match_list *list, str name)
{
    uint32_t number = map_get(&list->exact, name);

    if (number != MAP_NONE)
        return number;
    for (size_t i = 0; i < list->rows.n; i++) {
        if (match_name(list->rows.p[i].pattern, name))
            return list->rows.p[i].number;
    }
    return PATCH_NONE;
}

uint32_t match_packages(const struct match_list *list,
                        const struct patch *patch)
{
    uint32_t number = PATCH_NONE;
    str id = patch->id;

    if (list->exact.n == 0 && list->rows.n == 0)
        return PATCH_NONE;
    for (size_t i = 0; i < patch->package_count && number == PATCH_NONE; i++)
        number = match_package(list, patch->packages[i]);
    if (patch->package_count > 0 || str_find_char(id, '=') == id.n)
        return number;
    return match_package(list, str_cut(&id, '='));
}
