/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations as policies: the first byte chooses the family. What is
 * written is what was read, and a value that is given to a command comes back.
 */
#include <stdlib.h>

#include "netdev/policies.h"

enum {
    WRITTEN_MAX = 4 << 20
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void set_all(struct policies *policies, str value)
{
    for (size_t i = 0; i < policies->all.n && i < 64; i++) {
        const struct config_policy *policy = &policies->all.p[i];

        for (size_t k = 0; k < policy_slots(policy); k++) {
            if (policies_set(policies, i, policy_slot_name(policy, k), value,
                             NULL) == 0)
                require(str_eq(policy->values[k], value));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(policies_clear) struct policies policies = { 0 };
    AUTO(buf_clear) struct buf out = BUF(WRITTEN_MAX);
    str text;

    if (size == 0)
        return 0;
    text = (str){ (const char *)data + 1, size - 1 };
    if (policies_read(&families[data[0] % family_count], text, &policies,
                      NULL) < 0)
        return 0;
    if (policies_write(&policies, &out, NULL) == 0)
        require(str_eq(buf_str(&out), text));
    set_all(&policies, str_sub(text, 0, text.n % 9));
    policies_remove(&policies, text.n % 7);
    buf_reset(&out);
    if (policies_write(&policies, &out, NULL) == 0)
        require(out.n <= WRITTEN_MAX);
    return 0;
}
