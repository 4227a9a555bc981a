/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/vty_int.h"
#include "tests/unit/unit.h"

static void R_SSH_2_what_a_server_says_first_tells_its_version(
    void **state UNUSED)
{
    static const struct {
        const char *seen;
        int rc;
    } cases[] = {
        { "", 0 },
        { "SSH-2.0-Cisco-1.2", 0 },
        { "SSH-2.0-Cisco-1.25\r\n", 1 },
        { "SSH-2.0-OpenSSH_9.2p1\n", 1 },
        { "SSH-1.99-Cisco-1.25\n", 1 },    /* both: version 2 is spoken */
        { "Go away\r\nSSH-2.0-x\r\n", 1 }, /* RFC 4253 4.2 */
        { "SSH-1.5-Cisco-1.25\n", E_UNSUPPORTED },
        { "SSH-1.5-1.2.27\r\n", E_UNSUPPORTED },
        { "SSH-9.0-x\r\n", E_PARSE },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = { 0 };
        int rc = vty_read_greeting(str_c(cases[i].seen), &err);

        if (rc != cases[i].rc)
            fail_msg("'%s': %d %s", cases[i].seen, rc, err_text(&err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_SSH_2_what_a_server_says_first_tells_its_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
