/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_licence.h"

#include "base/jval.h"

struct held {
    VEC(struct licence) all;
};

static void held_clear(struct held *held)
{
    vec_clear(&held->all);
}

static void read_held(const struct jval *facts, struct held *out)
{
    const struct jval *list = jval_get(facts, "licences");

    for (size_t i = 0; i < jval_count(list); i++) {
        const struct jval *one = jval_at(list, i);

        *vec_push(&out->all) = (struct licence){
            .feature = jval_text(jval_get(one, "feature"), STR("")),
            .value = jval_text(jval_get(one, "value"), STR("")),
            .expiry = jval_text(jval_get(one, "expiry"), STR("")),
            .state =
                licence_state_of(jval_text(jval_get(one, "state"), STR(""))),
        };
    }
}

static enum tristate tristate_of(int64_t value)
{
    if (value < 0)
        return TRISTATE_UNKNOWN;
    return value > 0 ? TRISTATE_YES : TRISTATE_NO;
}

void netdev_licence_check(const struct netdev *device, str lines,
                          struct licence_remarks *out)
{
    AUTO(held_clear) struct held held = { 0 };
    AUTO(jval_freep) struct jval *facts = NULL;
    const struct family *family = family_find(device->terms.family);

    if (family == NULL)
        return;
    if (device->facts.n > 0 &&
        jval_parse(device->facts, NETDEV_FACTS_MAX, &facts, NULL) == 0)
        read_held(facts, &held);
    licence_check(
        &(struct licence_holder){ family, device->terms.model,
                                  tristate_of(device->terms.license_failover),
                                  held.all.p, held.all.n },
        lines, out);
}

const struct licence_remark *netdev_licence_refusal(
    const struct licence_remarks *remarks)
{
    for (size_t i = 0; i < remarks->all.n; i++)
        if (remarks->all.p[i].refuses)
            return &remarks->all.p[i];
    return NULL;
}
