/* SPDX-License-Identifier: Apache-2.0 */
#include "server/ask_wire.h"

#define SHORT(m) WIRE_FIELD_TEXT(ask, m, ASK_ID_MAX)
#define LONG(m) WIRE_FIELD_TEXT(ask, m, ASK_TEXT_MAX)

/* clang-format off */
static const struct wire_field ask[] = {
    WIRE_FIELD_I64(ask, kind, 0, ASK_KINDS - 1),
    WIRE_FIELD_BOOL(ask, is_head),
    SHORT(identity),
    SHORT(event_id),
    LONG(correlator),
    LONG(topic),
    LONG(product),
    LONG(udi),
    WIRE_FIELD_I64(ask, outcome, 0, ASK_OUTCOME_FAILED),
    WIRE_FIELD_I64(ask, line, 0, INT32_MAX),
    LONG(code),
    LONG(text),
    LONG(hostname),
    LONG(platform),
    LONG(version),
    LONG(image),
    WIRE_FIELD_TEXT(ask, image_sum, ASK_SUM_MAX),
    WIRE_FIELD_TEXT(ask, asdm_sum, ASK_SUM_MAX),
    WIRE_FIELD_TEXT(ask, config_sum, ASK_SUM_MAX),
    WIRE_FIELD_TEXT(ask, running_sum, ASK_SUM_MAX),
    LONG(unknown),
    WIRE_FIELD_TEXT(ask, raw, ASK_RAW_MAX),
};
/* clang-format on */

const struct wire_shape shape_ask = WIRE_SHAPE_OF(ask, ask);
