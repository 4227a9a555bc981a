/* SPDX-License-Identifier: Apache-2.0
 *
 * The enumerations of OVAL and their spelling in XML (oval-common-schema and
 * oval-system-characteristics-schema, 5.11.2). Each has a last member ..._BAD
 * for text that is not in the enumeration: content that holds it is loaded,
 * and what uses it evaluates to error, so that one bad line does not take the
 * rest of a feed with it.
 */
#ifndef OVAL_TYPES_H
#define OVAL_TYPES_H

#include "base/str.h"

enum oval_result { /* ResultEnumeration */
    OVAL_TRUE,
    OVAL_FALSE,
    OVAL_UNKNOWN,
    OVAL_ERROR,
    OVAL_NOT_EVALUATED,
    OVAL_NOT_APPLICABLE,
    OVAL_RESULTS /* how many */
};

enum oval_flag { /* FlagEnumeration: how the collection of an object went */
    OVAL_FLAG_ERROR,
    OVAL_FLAG_COMPLETE,
    OVAL_FLAG_INCOMPLETE,
    OVAL_FLAG_DOES_NOT_EXIST,
    OVAL_FLAG_NOT_COLLECTED,
    OVAL_FLAG_NOT_APPLICABLE,
    OVAL_FLAGS
};

enum oval_status { /* StatusEnumeration: of an item or one of its entities */
    OVAL_EXISTS,
    OVAL_STATUS_ERROR,
    OVAL_DOES_NOT_EXIST,
    OVAL_NOT_COLLECTED,
    OVAL_STATUSES
};

enum oval_datatype { /* DatatypeEnumeration */
    OVAL_STRING,
    OVAL_BINARY,
    OVAL_BOOLEAN,
    OVAL_EVR_STRING,
    OVAL_DEBIAN_EVR_STRING,
    OVAL_FILESET_REVISION,
    OVAL_FLOAT,
    OVAL_IOS_VERSION,
    OVAL_INT,
    OVAL_IPV4_ADDRESS,
    OVAL_IPV6_ADDRESS,
    OVAL_VERSION,
    OVAL_RECORD,
    OVAL_DATATYPE_BAD
};

enum oval_operation { /* OperationEnumeration */
    OVAL_EQUALS,
    OVAL_NOT_EQUAL,
    OVAL_CASE_INSENSITIVE_EQUALS,
    OVAL_CASE_INSENSITIVE_NOT_EQUAL,
    OVAL_GREATER_THAN,
    OVAL_LESS_THAN,
    OVAL_GREATER_THAN_OR_EQUAL,
    OVAL_LESS_THAN_OR_EQUAL,
    OVAL_BITWISE_AND,
    OVAL_BITWISE_OR,
    OVAL_PATTERN_MATCH,
    OVAL_SUBSET_OF,
    OVAL_SUPERSET_OF,
    OVAL_OPERATION_BAD
};

enum oval_check { /* CheckEnumeration */
    OVAL_CHECK_ALL,
    OVAL_CHECK_AT_LEAST_ONE,
    OVAL_CHECK_NONE_SATISFY, /* and the deprecated "none exist" */
    OVAL_CHECK_ONLY_ONE,
    OVAL_CHECK_BAD
};

enum oval_existence { /* ExistenceEnumeration */
    OVAL_ALL_EXIST,
    OVAL_ANY_EXIST,
    OVAL_AT_LEAST_ONE_EXISTS,
    OVAL_NONE_EXIST,
    OVAL_ONLY_ONE_EXISTS,
    OVAL_EXISTENCE_BAD
};

enum oval_operator { /* OperatorEnumeration */
    OVAL_AND,
    OVAL_OR,
    OVAL_ONE,
    OVAL_XOR,
    OVAL_OPERATOR_BAD
};

enum oval_class { /* ClassEnumeration, and KACE's "deprecated" (K-OV-8) */
    OVAL_CLASS_COMPLIANCE,
    OVAL_CLASS_INVENTORY,
    OVAL_CLASS_MISCELLANEOUS,
    OVAL_CLASS_PATCH,
    OVAL_CLASS_VULNERABILITY,
    OVAL_CLASS_DEPRECATED,
    OVAL_CLASS_BAD
};

/* The XML spelling, a constant; "" for ..._BAD and values out of range. */
const char *oval_result_text(enum oval_result value);
const char *oval_flag_text(enum oval_flag value);
const char *oval_status_text(enum oval_status value);
const char *oval_datatype_text(enum oval_datatype value);
const char *oval_operation_text(enum oval_operation value);
const char *oval_check_text(enum oval_check value);
const char *oval_existence_text(enum oval_existence value);
const char *oval_operator_text(enum oval_operator value);
const char *oval_class_text(enum oval_class value);

/* The value of an XML spelling; ..._BAD (or OVAL_FLAGS, OVAL_STATUSES,
 * OVAL_RESULTS) for any other text. */
enum oval_result oval_result_of(str text);
enum oval_flag oval_flag_of(str text);
enum oval_status oval_status_of(str text);
enum oval_datatype oval_datatype_of(str text);
enum oval_operation oval_operation_of(str text);
enum oval_check oval_check_of(str text);
enum oval_existence oval_existence_of(str text);
enum oval_operator oval_operator_of(str text);
enum oval_class oval_class_of(str text);

#endif
