/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:ldap (deprecated by ldap57): entries of the LDAP directory, with
 * a value for each value of an attribute. Those that are not UTF-8 are binary.
 */
#include "base/utf8.h"
#include "probe/hex.h"
#include "probe/ldap_client.h"

static void give_values(struct oval_sink *sink, str attribute UNUSED,
                        const str *values, size_t n)
{
    if (n == 0)
        oval_item_status(sink, "value", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    for (size_t i = 0; i < n; i++)
        if (utf8_valid(values[i]) == values[i].n)
            oval_item_str(sink, "value", values[i]);
        else
            oval_item_typed(sink, "value", OVAL_BINARY,
                            hex_text(oval_sink_arena(sink), values[i]));
}

static int collect(struct probe_machine *machine UNUSED,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    static const struct ldap_client_kind kind = { "independent:ldap",
                                                  give_values };

    ldap_client_collect(&kind, query, sink);
    return 0;
}

const struct probe probe_ldap = {
    .object = "independent:ldap",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
