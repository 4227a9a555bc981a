/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/saml.h"

#define TIME_MAX ((int64_t)1 << 40)

static const struct wire_field saml_order_fields[] = {
    WIRE_FIELD_I64(saml_order, now, 0, TIME_MAX),
    WIRE_FIELD_TEXT(saml_order, metadata, SAML_METADATA_MAX),
    WIRE_FIELD_TEXT(saml_order, entity, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_order, consumer, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_order, request, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_order, relay, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_order, key, SAML_KEY_MAX),
    WIRE_FIELD_BYTES(saml_order, response, SAML_RESPONSE_MAX),
    WIRE_FIELD_BOOL(saml_order, sha1),
    WIRE_FIELD_TEXT(saml_order, subject_attribute, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_order, login_attribute, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_order, name_attribute, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_order, email_attribute, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_order, group_attribute, SAML_NAME_MAX),
};
const struct wire_shape shape_saml_order =
    WIRE_SHAPE_OF(saml_order, saml_order_fields);

static const struct wire_field saml_group_fields[] = {
    WIRE_FIELD_TEXT(saml_group, name, SAML_NAME_MAX),
};
static const struct wire_shape shape_saml_group =
    WIRE_SHAPE_OF(saml_group, saml_group_fields);

static const struct wire_field saml_result_fields[] = {
    WIRE_FIELD_I64(saml_result, code, -64, 0),
    WIRE_FIELD_TEXT(saml_result, text, ERR_TEXT_MAX),
    WIRE_FIELD_TEXT(saml_result, url, SAML_URL_MAX),
    WIRE_FIELD_TEXT(saml_result, assertion, SAML_NAME_MAX),
    WIRE_FIELD_I64(saml_result, expires, 0, TIME_MAX),
    WIRE_FIELD_TEXT(saml_result, subject, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_result, login, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_result, name, SAML_NAME_MAX),
    WIRE_FIELD_TEXT(saml_result, email, SAML_NAME_MAX),
    WIRE_FIELD_LIST(saml_result, groups, SAML_GROUPS_MAX, shape_saml_group),
};
const struct wire_shape shape_saml_result =
    WIRE_SHAPE_OF(saml_result, saml_result_fields);
