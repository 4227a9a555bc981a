/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a query: what probes ask of it most.
 */
#include "oval/item.h"

const struct oval_want *oval_query_want(const struct oval_query *query,
                                        const char *name)
{
    str wanted = str_c(name);

    for (size_t i = 0; i < query->want_count; i++)
        if (str_eq(query->wants[i].name, wanted))
            return &query->wants[i];
    return NULL;
}

/* One value combines to itself under every check but "none satisfy". */
static bool is_one_literal(const struct oval_want *want)
{
    return want->value_count == 1 && !want->nil &&
           want->datatype == OVAL_STRING && want->operation == OVAL_EQUALS &&
           (!want->is_var || want->var_check == OVAL_CHECK_ALL ||
            want->var_check == OVAL_CHECK_AT_LEAST_ONE ||
            want->var_check == OVAL_CHECK_ONLY_ONE);
}

bool oval_query_literal(const struct oval_query *query, const char *name,
                        str *out)
{
    const struct oval_want *want = oval_query_want(query, name);

    if (want == NULL || !is_one_literal(want))
        return false;
    *out = want->values[0];
    return true;
}

str oval_query_behavior(const struct oval_query *query, const char *name,
                        str otherwise)
{
    str wanted = str_c(name);

    for (size_t i = 0; i < query->behavior_count; i++)
        if (str_eq(query->behaviors[i].name, wanted))
            return query->behaviors[i].value;
    return otherwise;
}
