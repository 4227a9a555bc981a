/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/table.h"

#define PROBE_POINTER(name) &probe_##name,
const struct probe *const probe_table[] = { PROBES(PROBE_POINTER) NULL };
const size_t probe_table_count = COUNT(probe_table) - 1;

/* Orders "family:name", in two parts, against the text of a row. */
static int compare(str family, str name, const char *object)
{
    str row_name = str_c(object);
    str row_family = str_cut(&row_name, ':');
    int rc = str_cmp(family, row_family);

    return rc != 0 ? rc : str_cmp(name, row_name);
}

const struct probe *probe_find(str family, str name)
{
    size_t first = 0;
    size_t end = probe_table_count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int rc = compare(family, name, probe_table[middle]->object);

        if (rc == 0)
            return probe_table[middle];
        if (rc < 0)
            end = middle;
        else
            first = middle + 1;
    }
    return NULL;
}
