/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "probe/ldap_type.h"

#define SYNTAX "1.3.6.1.4.1.1466.115.121.1."

static void types_come_from_the_schema(void **state UNUSED)
{
    static const char *const texts[] = {
        "( 2.5.4.41 NAME 'name' DESC 'a SYNTAX in a NAME' SYNTAX " SYNTAX
        "15{32768} )",
        "( 2.5.4.3 NAME ( 'cn' 'commonName' ) DESC 'its name' SUP name )",
        "( 1.2.3 NAME 'photo' SYNTAX " SYNTAX "28 )",
        "( 1.2.4 NAME 'odd' SYNTAX 1.2.3.4 )",
        "( 1.2.5 NAME 'high' SYNTAX " SYNTAX "59 )",
        "( 1.2.6 NAME 'loop' SUP loop )",
        "( 1.2.7 NAME 'orphan' SUP nobody )",
        "( 1.2.8 NAME ( 'open'",
        "",
    };
    static const struct {
        const char *attribute;
        const char *type; /* NULL: not known */
    } cases[] = {
        { "name", "LDAPTYPE_DIRECTORY_STRING" },
        { "CN", "LDAPTYPE_DIRECTORY_STRING" },
        { "commonname", "LDAPTYPE_DIRECTORY_STRING" },
        { "cn;lang-nl", "LDAPTYPE_DIRECTORY_STRING" },
        { "2.5.4.3", "LDAPTYPE_DIRECTORY_STRING" },
        { "photo", "LDAPTYPE_JPEG" },
        { "odd", NULL },
        { "high", NULL },
        { "loop", NULL },
        { "orphan", NULL },
        { "open", NULL },
        { "other", NULL },
    };
    str definitions[COUNT(texts)];

    for (size_t i = 0; i < COUNT(texts); i++)
        definitions[i] = str_c(texts[i]);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *type = ldap_type_of(definitions, COUNT(definitions),
                                        str_c(cases[i].attribute));

        if (cases[i].type == NULL)
            assert_null(type);
        else
            assert_string_equal(type, cases[i].type);
    }
}

static void names_are_relative_to_their_suffix(void **state UNUSED)
{
    static const struct {
        const char *dn;
        const char *suffix;
        const char *relative; /* NULL: it is not below it */
    } cases[] = {
        { "ou=a,dc=x,dc=y", "dc=x,dc=y", "ou=a" },
        { "cn=b, ou=a , DC=X, dc=Y", "dc=x,dc=y", "cn=b, ou=a" },
        { "ou=a,dc=x,dc=y", "dc = x , dc = y", "ou=a" },
        { "dc=x,dc=y", "dc=x,dc=y", "" },
        { "ou=a", "", "ou=a" },
        { "ou=a,dc=xx,dc=y", "dc=x,dc=y", NULL },
        { "odc=x,dc=y", "dc=x,dc=y", NULL },
        { "dc=y", "dc=x,dc=y", NULL },
        { "", "dc=x", NULL },
        { "ou=a b,o=c d", "o=cd", NULL },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        str relative = STR("");

        assert_int_equal(ldap_relative_dn(str_c(cases[i].dn),
                                          str_c(cases[i].suffix), &relative),
                         cases[i].relative != NULL);
        if (cases[i].relative != NULL)
            assert_true(str_eq_c(relative, cases[i].relative));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_come_from_the_schema),
        cmocka_unit_test(names_are_relative_to_their_suffix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
