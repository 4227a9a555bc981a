/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/merge.h"
#include "tests/unit/unit.h"

static const struct {
    enum oval_result agent;
    enum oval_result server;
    bool same;
    enum oval_result result;
    bool disagree;
} cases[] = {
    { OVAL_TRUE, OVAL_TRUE, true, OVAL_TRUE, false },
    { OVAL_TRUE, OVAL_FALSE, true, OVAL_TRUE, true },
    { OVAL_FALSE, OVAL_TRUE, true, OVAL_FALSE, true },
    { OVAL_NOT_APPLICABLE, OVAL_TRUE, true, OVAL_NOT_APPLICABLE, true },
    /* The packages changed since the agent looked: the server is newer. */
    { OVAL_TRUE, OVAL_FALSE, false, OVAL_FALSE, false },
    { OVAL_FALSE, OVAL_TRUE, false, OVAL_TRUE, false },
    /* Only one of them could decide. */
    { OVAL_TRUE, OVAL_UNKNOWN, false, OVAL_TRUE, false },
    { OVAL_FALSE, OVAL_ERROR, true, OVAL_FALSE, false },
    { OVAL_UNKNOWN, OVAL_TRUE, true, OVAL_TRUE, false },
    { OVAL_ERROR, OVAL_FALSE, false, OVAL_FALSE, false },
    /* Nobody could: it does not become clean (K-OV-12). */
    { OVAL_UNKNOWN, OVAL_UNKNOWN, true, OVAL_UNKNOWN, false },
    { OVAL_ERROR, OVAL_UNKNOWN, true, OVAL_ERROR, false },
    { OVAL_UNKNOWN, OVAL_ERROR, false, OVAL_UNKNOWN, false },
    { OVAL_NOT_EVALUATED, OVAL_UNKNOWN, true, OVAL_NOT_EVALUATED, false },
};

static void two_origins_become_one_result(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct merged m =
            finding_merge(cases[i].agent, cases[i].server, cases[i].same);

        assert_int_equal(m.result, cases[i].result);
        assert_int_equal(m.disagree, cases[i].disagree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_origins_become_one_result),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
