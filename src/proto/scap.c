/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/scap.h"

enum {
    RESULT_LAST = 8,
    SEVERITY_LAST = 4,
    MODELS_MAX = 16,
};
#define MICRO_MAX ((int64_t)1 << 52)

static const struct wire_field scap_pack_fields[] = {
    WIRE_FIELD_TEXT(scap_pack, stream, SCAP_ID_MAX),
    WIRE_FIELD_TEXT(scap_pack, benchmark, SCAP_ID_MAX),
    WIRE_FIELD_TEXT(scap_pack, profile, SCAP_ID_MAX),
    WIRE_FIELD_TEXT(scap_pack, name, SCAP_ID_MAX),
    WIRE_FIELD_BYTES(scap_pack, document, SCAP_DOCUMENT_MAX),
    WIRE_FIELD_TEXT(scap_pack, tailoring_name, SCAP_ID_MAX),
    WIRE_FIELD_BYTES(scap_pack, tailoring, SCAP_DOCUMENT_MAX),
};
const struct wire_shape shape_scap_pack =
    WIRE_SHAPE_OF(scap_pack, scap_pack_fields);

static const struct wire_field scap_report_score_fields[] = {
    WIRE_FIELD_TEXT(scap_report_score, model, SCAP_ID_MAX),
    WIRE_FIELD_I64(scap_report_score, score_micro, 0, MICRO_MAX),
    WIRE_FIELD_I64(scap_report_score, maximum_micro, 0, MICRO_MAX),
};
static const struct wire_shape shape_scap_report_score =
    WIRE_SHAPE_OF(scap_report_score, scap_report_score_fields);

static const struct wire_field scap_report_rule_fields[] = {
    WIRE_FIELD_TEXT(scap_report_rule, id, SCAP_ID_MAX),
    WIRE_FIELD_TEXT(scap_report_rule, title, SCAP_MESSAGE_MAX),
    WIRE_FIELD_I64(scap_report_rule, result, 0, RESULT_LAST),
    WIRE_FIELD_I64(scap_report_rule, severity, 0, SEVERITY_LAST),
    WIRE_FIELD_I64(scap_report_rule, weight_micro, 0, MICRO_MAX),
    WIRE_FIELD_TEXT(scap_report_rule, check, SCAP_ID_MAX),
    WIRE_FIELD_TEXT(scap_report_rule, message, SCAP_MESSAGE_MAX),
    WIRE_FIELD_TEXT(scap_report_rule, idents, SCAP_ID_MAX),
};
static const struct wire_shape shape_scap_report_rule =
    WIRE_SHAPE_OF(scap_report_rule, scap_report_rule_fields);

static const struct wire_field scap_report_fields[] = {
    WIRE_FIELD_TEXT(scap_report, benchmark, SCAP_ID_MAX),
    WIRE_FIELD_TEXT(scap_report, title, SCAP_MESSAGE_MAX),
    WIRE_FIELD_TEXT(scap_report, version, SCAP_ID_MAX),
    WIRE_FIELD_TEXT(scap_report, profile, SCAP_ID_MAX),
    WIRE_FIELD_TEXT(scap_report, profile_title, SCAP_MESSAGE_MAX),
    WIRE_FIELD_BOOL(scap_report, applicable),
    WIRE_FIELD_TEXT(scap_report, not_applicable, SCAP_MESSAGE_MAX),
    WIRE_FIELD_LIST(scap_report, scores, MODELS_MAX, shape_scap_report_score),
    WIRE_FIELD_LIST(scap_report, rules, SCAP_RULES_MAX, shape_scap_report_rule),
};
const struct wire_shape shape_scap_report =
    WIRE_SHAPE_OF(scap_report, scap_report_fields);

static const struct wire_field scap_files_fields[] = {
    WIRE_FIELD_BYTES(scap_files, xccdf, SCAP_FILE_MAX),
    WIRE_FIELD_BYTES(scap_files, arf, SCAP_FILE_MAX),
};
const struct wire_shape shape_scap_files =
    WIRE_SHAPE_OF(scap_files, scap_files_fields);

int scap_pack_write(const struct scap_pack *pack, struct buf *out,
                    struct err *err)
{
    buf_add(out, STR(SCAP_PACK_MAGIC));
    return wire_write(&shape_scap_pack, pack, out, err);
}

bool scap_pack_is(str bytes)
{
    return str_starts(bytes, STR(SCAP_PACK_MAGIC));
}

int scap_pack_read(str bytes, struct arena *arena, struct scap_pack *out,
                   struct err *err)
{
    if (!scap_pack_is(bytes))
        return err_set(err, E_CORRUPT, "is not a pack of SCAP");
    return wire_read(&shape_scap_pack,
                     str_sub(bytes, sizeof(SCAP_PACK_MAGIC) - 1, bytes.n),
                     arena, out, err);
}
