/* SPDX-License-Identifier: Apache-2.0 */
#include "server/netdev_order.h"

#include "fleet/netdev_credential.h"
#include "netdev/change.h"
#include "netdev/show.h"

#define TEXT(s, m) WIRE_FIELD_TEXT(s, m, ORDER_TEXT_MAX)
#define NUMBER(s, m) WIRE_FIELD_I64(s, m, 0, INT64_MAX)
#define SECONDS(s, m) WIRE_FIELD_I64(s, m, 1, 86400)
#define LARGE(s, m) WIRE_FIELD_TEXT(s, m, REPORT_TEXT_MAX)
#define SHAPE(s)                                                               \
    static const struct wire_shape shape_##s = WIRE_SHAPE_OF(s, s##_fields)

/* clang-format off */
static const struct wire_field order_way_fields[] = {
    WIRE_FIELD_I64(order_way, transport, 0, TRANSPORTS - 1),
    WIRE_FIELD_I64(order_way, port, 0, 65535),
};
SHAPE(order_way);
static const struct wire_field order_text_fields[] = {
    WIRE_FIELD_BYTES(order_text, text, ORDER_TEXT_MAX),
};
SHAPE(order_text);
static const struct wire_field order_pin_fields[] = {
    WIRE_FIELD_TEXT(order_pin, kind, 16),
    WIRE_FIELD_TEXT(order_pin, fingerprint, 128),
};
SHAPE(order_pin);
static const struct wire_field order_response_fields[] = {
    WIRE_FIELD_I64(order_response, kind, 0, RESPONSE_KINDS - 1),
    WIRE_FIELD_TEXT(order_response, pattern, RESPONSE_PATTERN_MAX),
    WIRE_FIELD_TEXT(order_response, command, RESPONSE_ANSWER_MAX),
    WIRE_FIELD_TEXT(order_response, answer, RESPONSE_ANSWER_MAX),
};
SHAPE(order_response);
static const struct wire_field order_fields[] = {
    WIRE_FIELD_I64(netdev_order, session, 1, INT64_MAX),
    WIRE_FIELD_I64(netdev_order, action, ORDER_TEST, ORDER_RESTORE),
    TEXT(netdev_order, name),
    WIRE_FIELD_TEXT(netdev_order, family, 32),
    WIRE_FIELD_TEXT(netdev_order, host, 255),
    WIRE_FIELD_LIST(netdev_order, ways, ORDER_WAYS_MAX, shape_order_way),
    WIRE_FIELD_I64(netdev_order, ssh_port, 0, 65535),
    WIRE_FIELD_TEXT(netdev_order, profile, 32),
    WIRE_FIELD_LIST(netdev_order, pins, ORDER_PINS_MAX, shape_order_pin),
    WIRE_FIELD_BOOL(netdev_order, trust_ssh),
    WIRE_FIELD_BOOL(netdev_order, trust_tls),
    SECONDS(netdev_order, connect_s),
    SECONDS(netdev_order, read_s),
    SECONDS(netdev_order, total_s),
    TEXT(netdev_order, login),
    TEXT(netdev_order, vault),
    WIRE_FIELD_BYTES(netdev_order, sealed, NETDEV_SEALED_MAX + BOX_OVERHEAD),
    WIRE_FIELD_BYTES(netdev_order, previous, NETDEV_SEALED_MAX + BOX_OVERHEAD),
    WIRE_FIELD_LIST(netdev_order, commands, ORDER_COMMANDS_MAX,
                    shape_order_text),
    WIRE_FIELD_BYTES(netdev_order, known, ORDER_CONFIG_MAX),
    WIRE_FIELD_BYTES(netdev_order, expected, ORDER_CONFIG_MAX),
    WIRE_FIELD_BYTES(netdev_order, target, ORDER_CONFIG_MAX),
    WIRE_FIELD_BYTES(netdev_order, lines, ORDER_LINES_MAX + BOX_OVERHEAD),
    WIRE_FIELD_LIST(netdev_order, tolerate, ORDER_TOLERATE_MAX,
                    shape_order_text),
    WIRE_FIELD_LIST(netdev_order, responses, ORDER_RESPONSES_MAX,
                    shape_order_response),
    WIRE_FIELD_BOOL(netdev_order, overwrite),
    WIRE_FIELD_BOOL(netdev_order, no_save),
    WIRE_FIELD_BOOL(netdev_order, no_verify),
    WIRE_FIELD_I64(netdev_order, revert_s, 0, 86400),
    WIRE_FIELD_BOOL(netdev_order, go_on),
    WIRE_FIELD_BOOL(netdev_order, may_cut_access),
};
const struct wire_shape shape_netdev_order =
    WIRE_SHAPE_OF(netdev_order, order_fields);

static const struct wire_field keys_fields[] = {
    WIRE_FIELD_LIST(netdev_keys, keys, BOX_KEYS_MAX, shape_order_text),
    WIRE_FIELD_BOOL(netdev_keys, vault),
};
const struct wire_shape shape_netdev_keys =
    WIRE_SHAPE_OF(netdev_keys, keys_fields);

static const struct wire_field told_fields[] = {
    WIRE_FIELD_I64(netdev_told, session, 1, INT64_MAX),
    WIRE_FIELD_TEXT(netdev_told, step, 32),
    WIRE_FIELD_BOOL(netdev_told, ok),
    TEXT(netdev_told, detail),
    NUMBER(netdev_told, at_ms),
};
const struct wire_shape shape_netdev_told =
    WIRE_SHAPE_OF(netdev_told, told_fields);

static const struct wire_field touched_fields[] = {
    WIRE_FIELD_I64(netdev_touched, session, 1, INT64_MAX),
    LARGE(netdev_touched, masked),
    WIRE_FIELD_BYTES(netdev_touched, sealed, ORDER_CONFIG_MAX),
    WIRE_FIELD_BOOL(netdev_touched, differs),
    WIRE_FIELD_BOOL(netdev_touched, secrets_differ),
};
const struct wire_shape shape_netdev_touched =
    WIRE_SHAPE_OF(netdev_touched, touched_fields);

static const struct wire_field report_line_fields[] = {
    WIRE_FIELD_TEXT(report_line, text, 16384),
    WIRE_FIELD_I64(report_line, result, LINE_NOT_SENT, LINE_MISSING),
    TEXT(report_line, reason),
};
SHAPE(report_line);
static const struct wire_field report_output_fields[] = {
    TEXT(report_output, command),
    LARGE(report_output, text),
};
SHAPE(report_output);
static const struct wire_field report_interface_fields[] = {
    TEXT(report_interface, name),
    TEXT(report_interface, state),
    TEXT(report_interface, protocol),
    TEXT(report_interface, address),
    TEXT(report_interface, description),
};
SHAPE(report_interface);
static const struct wire_field report_licence_fields[] = {
    TEXT(report_licence, feature),
    TEXT(report_licence, value),
    TEXT(report_licence, state),
    TEXT(report_licence, expiry),
    WIRE_FIELD_BOOL(report_licence, time_based),
};
SHAPE(report_licence);
static const struct wire_field report_config_fields[] = {
    LARGE(report_config, masked),
    WIRE_FIELD_BYTES(report_config, sealed, ORDER_CONFIG_MAX),
    WIRE_FIELD_BOOL(report_config, secrets_differ),
};
SHAPE(report_config);
static const struct wire_field report_fields[] = {
    WIRE_FIELD_I64(netdev_report, session, 1, INT64_MAX),
    WIRE_FIELD_I64(netdev_report, code, -100, 0),
    WIRE_FIELD_TEXT(netdev_report, where, 64),
    TEXT(netdev_report, text),
    WIRE_FIELD_BOOL(netdev_report, again),
    WIRE_FIELD_BOOL(netdev_report, used_previous),
    WIRE_FIELD_TEXT(netdev_report, transports, 64),
    WIRE_FIELD_LIST(netdev_report, pins, ORDER_PINS_MAX, shape_order_pin),
    WIRE_FIELD_BOOL(netdev_report, has_facts),
    WIRE_FIELD_TEXT(netdev_report, family, 32),
    TEXT(netdev_report, hostname),
    TEXT(netdev_report, version),
    TEXT(netdev_report, model),
    TEXT(netdev_report, serial),
    TEXT(netdev_report, image),
    TEXT(netdev_report, mode),
    WIRE_FIELD_I64(netdev_report, failover, 0, TRISTATE_YES),
    WIRE_FIELD_I64(netdev_report, encryption, 0, TRISTATE_YES),
    WIRE_FIELD_LIST(netdev_report, licences, SHOW_LICENCES_MAX,
                    shape_report_licence),
    WIRE_FIELD_LIST(netdev_report, interfaces, SHOW_INTERFACES_MAX,
                    shape_report_interface),
    WIRE_FIELD_BOOL(netdev_report, has_interfaces),
    WIRE_FIELD_SHAPE(netdev_report, config, shape_report_config),
    WIRE_FIELD_LIST(netdev_report, outputs, REPORT_OUTPUTS_MAX,
                    shape_report_output),
    WIRE_FIELD_I64(netdev_report, change, CHANGE_PENDING, CHANGE_BROKEN),
    WIRE_FIELD_BOOL(netdev_report, saved),
    WIRE_FIELD_LIST(netdev_report, lines, REPORT_LINES_MAX, shape_report_line),
    LARGE(netdev_report, undo),
    LARGE(netdev_report, transcript),
};
const struct wire_shape shape_netdev_report =
    WIRE_SHAPE_OF(netdev_report, report_fields);

static const struct wire_field reseal_text_fields[] = {
    WIRE_FIELD_I64(reseal_text, id, 0, INT64_MAX),
    WIRE_FIELD_TEXT(reseal_text, context, 64),
    WIRE_FIELD_BYTES(reseal_text, sealed, ORDER_CONFIG_MAX),
};
SHAPE(reseal_text);
static const struct wire_field reseal_fields[] = {
    WIRE_FIELD_I64(netdev_reseal, number, 1, INT64_MAX),
    WIRE_FIELD_LIST(netdev_reseal, texts, ORDER_RESEAL_MAX, shape_reseal_text),
};
const struct wire_shape shape_netdev_reseal =
    WIRE_SHAPE_OF(netdev_reseal, reseal_fields);

static const struct wire_field unseal_fields[] = {
    WIRE_FIELD_I64(netdev_unseal, number, 1, INT64_MAX),
    WIRE_FIELD_BYTES(netdev_unseal, config, ORDER_CONFIG_MAX),
    WIRE_FIELD_BYTES(netdev_unseal, lines, ORDER_LINES_MAX + BOX_OVERHEAD),
    WIRE_FIELD_TEXT(netdev_unseal, family, 64),
};
const struct wire_shape shape_netdev_unseal =
    WIRE_SHAPE_OF(netdev_unseal, unseal_fields);

static const struct wire_field unsealed_fields[] = {
    WIRE_FIELD_I64(netdev_unsealed, number, 1, INT64_MAX),
    WIRE_FIELD_I64(netdev_unsealed, code, -100, 0),
    WIRE_FIELD_BYTES(netdev_unsealed, text, REPORT_TEXT_MAX),
};
const struct wire_shape shape_netdev_unsealed =
    WIRE_SHAPE_OF(netdev_unsealed, unsealed_fields);

static const struct wire_field number_fields[] = {
    WIRE_FIELD_I64(netdev_number, session, 1, INT64_MAX),
};
const struct wire_shape shape_netdev_number =
    WIRE_SHAPE_OF(netdev_number, number_fields);
/* clang-format on */
