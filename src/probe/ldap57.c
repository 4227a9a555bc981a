/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:ldap57: entries of the LDAP directory. The values of an
 * attribute are the fields of one record, all with the attribute's name, as
 * the schema says; values that are not UTF-8 are binary.
 */
#include "base/utf8.h"
#include "probe/hex.h"
#include "probe/ldap_client.h"

static void give_values(struct oval_sink *sink, str attribute,
                        const str *values, size_t n)
{
    struct arena *arena = oval_sink_arena(sink);
    char *name = arena_alloc(arena, attribute.n + 1, 1);

    for (size_t i = 0; i < attribute.n; i++) /* fields have lower case */
        name[i] = attribute.p[i] >= 'A' && attribute.p[i] <= 'Z'
                      ? (char)(attribute.p[i] - 'A' + 'a')
                      : attribute.p[i];
    if (n == 0) {
        oval_item_status(sink, "value", OVAL_RECORD, OVAL_DOES_NOT_EXIST);
        return;
    }
    oval_item_record(sink, "value");
    for (size_t i = 0; i < n; i++)
        if (utf8_valid(values[i]) == values[i].n)
            oval_item_str(sink, name, values[i]);
        else
            oval_item_typed(sink, name, OVAL_BINARY,
                            hex_text(arena, values[i]));
    oval_item_record_end(sink);
}

static int collect(struct probe_machine *machine UNUSED,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    static const struct ldap_client_kind kind = { "independent:ldap57",
                                                  give_values };

    ldap_client_collect(&kind, query, sink);
    return 0;
}

const struct probe probe_ldap57 = {
    .object = "independent:ldap57",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
