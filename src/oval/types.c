/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/types.h"

/* clang-format off */
static const char *const results[] = {
    [OVAL_TRUE] = "true",
    [OVAL_FALSE] = "false",
    [OVAL_UNKNOWN] = "unknown",
    [OVAL_ERROR] = "error",
    [OVAL_NOT_EVALUATED] = "not evaluated",
    [OVAL_NOT_APPLICABLE] = "not applicable",
};

static const char *const flags[] = {
    [OVAL_FLAG_ERROR] = "error",
    [OVAL_FLAG_COMPLETE] = "complete",
    [OVAL_FLAG_INCOMPLETE] = "incomplete",
    [OVAL_FLAG_DOES_NOT_EXIST] = "does not exist",
    [OVAL_FLAG_NOT_COLLECTED] = "not collected",
    [OVAL_FLAG_NOT_APPLICABLE] = "not applicable",
};

static const char *const statuses[] = {
    [OVAL_EXISTS] = "exists",
    [OVAL_STATUS_ERROR] = "error",
    [OVAL_DOES_NOT_EXIST] = "does not exist",
    [OVAL_NOT_COLLECTED] = "not collected",
};

static const char *const datatypes[] = {
    [OVAL_STRING] = "string",
    [OVAL_BINARY] = "binary",
    [OVAL_BOOLEAN] = "boolean",
    [OVAL_EVR_STRING] = "evr_string",
    [OVAL_DEBIAN_EVR_STRING] = "debian_evr_string",
    [OVAL_FILESET_REVISION] = "fileset_revision",
    [OVAL_FLOAT] = "float",
    [OVAL_IOS_VERSION] = "ios_version",
    [OVAL_INT] = "int",
    [OVAL_IPV4_ADDRESS] = "ipv4_address",
    [OVAL_IPV6_ADDRESS] = "ipv6_address",
    [OVAL_VERSION] = "version",
    [OVAL_RECORD] = "record",
};

static const char *const operations[] = {
    [OVAL_EQUALS] = "equals",
    [OVAL_NOT_EQUAL] = "not equal",
    [OVAL_CASE_INSENSITIVE_EQUALS] = "case insensitive equals",
    [OVAL_CASE_INSENSITIVE_NOT_EQUAL] = "case insensitive not equal",
    [OVAL_GREATER_THAN] = "greater than",
    [OVAL_LESS_THAN] = "less than",
    [OVAL_GREATER_THAN_OR_EQUAL] = "greater than or equal",
    [OVAL_LESS_THAN_OR_EQUAL] = "less than or equal",
    [OVAL_BITWISE_AND] = "bitwise and",
    [OVAL_BITWISE_OR] = "bitwise or",
    [OVAL_PATTERN_MATCH] = "pattern match",
    [OVAL_SUBSET_OF] = "subset of",
    [OVAL_SUPERSET_OF] = "superset of",
};

static const char *const checks[] = {
    [OVAL_CHECK_ALL] = "all",
    [OVAL_CHECK_AT_LEAST_ONE] = "at least one",
    [OVAL_CHECK_NONE_SATISFY] = "none satisfy",
    [OVAL_CHECK_ONLY_ONE] = "only one",
};

static const char *const existences[] = {
    [OVAL_ALL_EXIST] = "all_exist",
    [OVAL_ANY_EXIST] = "any_exist",
    [OVAL_AT_LEAST_ONE_EXISTS] = "at_least_one_exists",
    [OVAL_NONE_EXIST] = "none_exist",
    [OVAL_ONLY_ONE_EXISTS] = "only_one_exists",
};

static const char *const operators[] = {
    [OVAL_AND] = "AND",
    [OVAL_OR] = "OR",
    [OVAL_ONE] = "ONE",
    [OVAL_XOR] = "XOR",
};

static const char *const classes[] = {
    [OVAL_CLASS_COMPLIANCE] = "compliance",
    [OVAL_CLASS_INVENTORY] = "inventory",
    [OVAL_CLASS_MISCELLANEOUS] = "miscellaneous",
    [OVAL_CLASS_PATCH] = "patch",
    [OVAL_CLASS_VULNERABILITY] = "vulnerability",
    [OVAL_CLASS_DEPRECATED] = "deprecated",
};
/* clang-format on */

static const char *text_of(const char *const *names, size_t n, unsigned value)
{
    return value < n ? names[value] : "";
}

/* The index of text in names, n when it is not there. */
static unsigned value_of(const char *const *names, unsigned n, str text)
{
    for (unsigned i = 0; i < n; i++)
        if (str_eq_c(text, names[i]))
            return i;
    return n;
}

const char *oval_result_text(enum oval_result value)
{
    return text_of(results, COUNT(results), value);
}

const char *oval_flag_text(enum oval_flag value)
{
    return text_of(flags, COUNT(flags), value);
}

const char *oval_status_text(enum oval_status value)
{
    return text_of(statuses, COUNT(statuses), value);
}

const char *oval_datatype_text(enum oval_datatype value)
{
    return text_of(datatypes, COUNT(datatypes), value);
}

const char *oval_operation_text(enum oval_operation value)
{
    return text_of(operations, COUNT(operations), value);
}

const char *oval_check_text(enum oval_check value)
{
    return text_of(checks, COUNT(checks), value);
}

const char *oval_existence_text(enum oval_existence value)
{
    return text_of(existences, COUNT(existences), value);
}

const char *oval_operator_text(enum oval_operator value)
{
    return text_of(operators, COUNT(operators), value);
}

const char *oval_class_text(enum oval_class value)
{
    return text_of(classes, COUNT(classes), value);
}

/* In each enumeration the value behind the last name is the one for text that
 * is not in it. */
enum oval_result oval_result_of(str text)
{
    return (enum oval_result)value_of(results, COUNT(results), text);
}

enum oval_flag oval_flag_of(str text)
{
    return (enum oval_flag)value_of(flags, COUNT(flags), text);
}

enum oval_status oval_status_of(str text)
{
    return (enum oval_status)value_of(statuses, COUNT(statuses), text);
}

enum oval_datatype oval_datatype_of(str text)
{
    return (enum oval_datatype)value_of(datatypes, COUNT(datatypes), text);
}

enum oval_operation oval_operation_of(str text)
{
    return (enum oval_operation)value_of(operations, COUNT(operations), text);
}

enum oval_check oval_check_of(str text)
{
    /* Deprecated since 5.3, with the meaning of "none satisfy". */
    if (str_eq(text, STR("none exist")))
        return OVAL_CHECK_NONE_SATISFY;
    return (enum oval_check)value_of(checks, COUNT(checks), text);
}

enum oval_existence oval_existence_of(str text)
{
    return (enum oval_existence)value_of(existences, COUNT(existences), text);
}

enum oval_operator oval_operator_of(str text)
{
    return (enum oval_operator)value_of(operators, COUNT(operators), text);
}

enum oval_class oval_class_of(str text)
{
    return (enum oval_class)value_of(classes, COUNT(classes), text);
}

_Static_assert(COUNT(results) == OVAL_RESULTS, "a name for each result");
_Static_assert(COUNT(flags) == OVAL_FLAGS, "a name for each flag");
_Static_assert(COUNT(statuses) == OVAL_STATUSES, "a name for each status");
_Static_assert(COUNT(datatypes) == OVAL_DATATYPE_BAD, "all datatypes");
_Static_assert(COUNT(operations) == OVAL_OPERATION_BAD, "all operations");
_Static_assert(COUNT(checks) == OVAL_CHECK_BAD, "all checks");
_Static_assert(COUNT(existences) == OVAL_EXISTENCE_BAD, "all existences");
_Static_assert(COUNT(operators) == OVAL_OPERATOR_BAD, "all operators");
_Static_assert(COUNT(classes) == OVAL_CLASS_BAD, "all classes");
