/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "oval/truth.h"
#include "oval/types.h"

/* Each table holds every value of its enumeration as the schema spells it, and
 * the test counts that there are no more. */
#define CASES(type, bad, ...)                                                  \
    do {                                                                       \
        static const struct {                                                  \
            int value;                                                         \
            const char *text;                                                  \
        } cases[] = { __VA_ARGS__ };                                           \
                                                                               \
        assert_int_equal(COUNT(cases), bad);                                   \
        for (size_t i = 0; i < COUNT(cases); i++) {                            \
            str text = str_c(cases[i].text);                                   \
                                                                               \
            assert_int_equal(oval_##type##_of(text), cases[i].value);          \
            assert_string_equal(oval_##type##_text(cases[i].value),            \
                                cases[i].text);                                \
        }                                                                      \
        assert_int_equal(oval_##type##_of(STR("")), bad);                      \
        assert_int_equal(oval_##type##_of(STR("nonsense")), bad);              \
        assert_int_equal(oval_##type##_of(STR_NONE), bad);                     \
        assert_string_equal(oval_##type##_text(bad), "");                      \
        assert_string_equal(oval_##type##_text(99), "");                       \
    } while (0)

static void every_enumeration_is_spelt_as_the_schema_does(void **state UNUSED)
{
    CASES(result, OVAL_RESULTS, { OVAL_TRUE, "true" }, { OVAL_FALSE, "false" },
          { OVAL_UNKNOWN, "unknown" }, { OVAL_ERROR, "error" },
          { OVAL_NOT_EVALUATED, "not evaluated" },
          { OVAL_NOT_APPLICABLE, "not applicable" });
    CASES(flag, OVAL_FLAGS, { OVAL_FLAG_ERROR, "error" },
          { OVAL_FLAG_COMPLETE, "complete" },
          { OVAL_FLAG_INCOMPLETE, "incomplete" },
          { OVAL_FLAG_DOES_NOT_EXIST, "does not exist" },
          { OVAL_FLAG_NOT_COLLECTED, "not collected" },
          { OVAL_FLAG_NOT_APPLICABLE, "not applicable" });
    CASES(status, OVAL_STATUSES, { OVAL_STATUS_ERROR, "error" },
          { OVAL_EXISTS, "exists" }, { OVAL_DOES_NOT_EXIST, "does not exist" },
          { OVAL_NOT_COLLECTED, "not collected" });
    CASES(check, OVAL_CHECK_BAD, { OVAL_CHECK_ALL, "all" },
          { OVAL_CHECK_AT_LEAST_ONE, "at least one" },
          { OVAL_CHECK_NONE_SATISFY, "none satisfy" },
          { OVAL_CHECK_ONLY_ONE, "only one" });
    CASES(existence, OVAL_EXISTENCE_BAD, { OVAL_ALL_EXIST, "all_exist" },
          { OVAL_ANY_EXIST, "any_exist" },
          { OVAL_AT_LEAST_ONE_EXISTS, "at_least_one_exists" },
          { OVAL_NONE_EXIST, "none_exist" },
          { OVAL_ONLY_ONE_EXISTS, "only_one_exists" });
    CASES(operator, OVAL_OPERATOR_BAD, { OVAL_AND, "AND" }, { OVAL_ONE, "ONE" },
          { OVAL_OR, "OR" }, { OVAL_XOR, "XOR" });
    CASES(set_operator, OVAL_SET_OPERATOR_BAD,
          { OVAL_COMPLEMENT, "COMPLEMENT" },
          { OVAL_INTERSECTION, "INTERSECTION" }, { OVAL_UNION, "UNION" });
    CASES(class, OVAL_CLASS_BAD, { OVAL_CLASS_COMPLIANCE, "compliance" },
          { OVAL_CLASS_INVENTORY, "inventory" },
          { OVAL_CLASS_MISCELLANEOUS, "miscellaneous" },
          { OVAL_CLASS_PATCH, "patch" },
          { OVAL_CLASS_VULNERABILITY, "vulnerability" },
          { OVAL_CLASS_DEPRECATED, "deprecated" });
}

static void datatypes_and_operations_are_spelt_so_too(void **state UNUSED)
{
    CASES(datatype, OVAL_DATATYPE_BAD, { OVAL_BINARY, "binary" },
          { OVAL_BOOLEAN, "boolean" }, { OVAL_EVR_STRING, "evr_string" },
          { OVAL_DEBIAN_EVR_STRING, "debian_evr_string" },
          { OVAL_FILESET_REVISION, "fileset_revision" },
          { OVAL_FLOAT, "float" }, { OVAL_IOS_VERSION, "ios_version" },
          { OVAL_INT, "int" }, { OVAL_IPV4_ADDRESS, "ipv4_address" },
          { OVAL_IPV6_ADDRESS, "ipv6_address" }, { OVAL_STRING, "string" },
          { OVAL_VERSION, "version" }, { OVAL_RECORD, "record" });
    CASES(
        operation, OVAL_OPERATION_BAD, { OVAL_EQUALS, "equals" },
        { OVAL_NOT_EQUAL, "not equal" },
        { OVAL_CASE_INSENSITIVE_EQUALS, "case insensitive equals" },
        { OVAL_CASE_INSENSITIVE_NOT_EQUAL, "case insensitive not equal" },
        { OVAL_GREATER_THAN, "greater than" }, { OVAL_LESS_THAN, "less than" },
        { OVAL_GREATER_THAN_OR_EQUAL, "greater than or equal" },
        { OVAL_LESS_THAN_OR_EQUAL, "less than or equal" },
        { OVAL_BITWISE_AND, "bitwise and" }, { OVAL_BITWISE_OR, "bitwise or" },
        { OVAL_PATTERN_MATCH, "pattern match" },
        { OVAL_SUBSET_OF, "subset of" }, { OVAL_SUPERSET_OF, "superset of" });
}

static void the_deprecated_none_exist_means_none_satisfy(void **state UNUSED)
{
    assert_int_equal(oval_check_of(STR("none exist")), OVAL_CHECK_NONE_SATISFY);
    assert_int_equal(oval_check_of(STR("All")), OVAL_CHECK_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_enumeration_is_spelt_as_the_schema_does),
        cmocka_unit_test(datatypes_and_operations_are_spelt_so_too),
        cmocka_unit_test(the_deprecated_none_exist_means_none_satisfy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
