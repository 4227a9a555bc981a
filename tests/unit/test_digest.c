/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/digest.h"

static void digests_are_those_of_the_standards(void **state UNUSED)
{
    static const struct {
        const char *name;
        const char *hex; /* of "abc" */
    } cases[] = {
        { "MD5", "900150983cd24fb0d6963f7d28e17f72" },
        { "SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d" },
        { "SHA-224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c"
                     "9da7" },
        { "SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff"
                     "61f20015ad" },
        { "SHA-384", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b60"
                     "5a43ff5bed8086072ba1e7cc2358baeca134c825a7" },
        { "SHA-512", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eee"
                     "e64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643c"
                     "e80e2a9ac94fa54ca49f" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        enum digest_kind kind = digest_kind_of(str_c(cases[i].name));
        char hex[DIGEST_HEX_MAX];
        struct digest digest;

        assert_true(kind < DIGEST_KINDS);
        assert_string_equal(digest_kind_name(kind), cases[i].name);
        digest_init(&digest, kind);
        digest_add(&digest, "a", 1);
        digest_add(&digest, "bc", 2);
        digest_finish(&digest, hex);
        assert_string_equal(hex, cases[i].hex);
    }
    assert_int_equal(digest_kind_of(STR("SHA-3")), DIGEST_KINDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_standards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
