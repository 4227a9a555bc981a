/* SPDX-License-Identifier: Apache-2.0 */
#include "server/message.h"

#include "fleet/backup.h"
#include "fleet/benchmark.h"
#include "netdev/outputs.h"
#include "proto/agent.h"
#include "server/errand.h"
#include "server/netdev_order.h"
#include "server/route.h"
#include "server/signer.h"

#define I64(s, m) WIRE_FIELD_I64(s, m, INT64_MIN, INT64_MAX)
#define COUNTER(s, m) WIRE_FIELD_I64(s, m, 0, INT64_MAX)
#define HEADER(s, m) WIRE_FIELD_TEXT(s, m, REQUEST_HEADER_MAX)
#define SHAPE(s) static const struct wire_shape shape_##s = WIRE_SHAPE_OF(s, s)

/* clang-format off */
static const struct wire_field message_start[] = {
    WIRE_FIELD_TEXT(message_start, config, 65536),
    WIRE_FIELD_TEXT(message_start, directory, 4096),
    WIRE_FIELD_TEXT(message_start, clock, 4096),
};
static const struct wire_field message_peer[] = {
    WIRE_FIELD_I64(message_peer, role, ROLE_FRONT, ROLE_COUNT - 1),
};
static const struct wire_field message_listen[] = {
    WIRE_FIELD_I64(message_listen, door, 0, DOOR_COUNT - 1),
};
static const struct wire_field message_tls[] = {
    WIRE_FIELD_TEXT(message_tls, certificate, 65536),
    WIRE_FIELD_TEXT(message_tls, key, 16384),
    WIRE_FIELD_TEXT(message_tls, authority, 65536),
};
static const struct wire_field message_empty[] = {
    WIRE_FIELD_I64(message_empty, zero, 0, 0),
};
static const struct wire_field message_log[] = {
    WIRE_FIELD_I64(message_log, level, 0, 3),
    WIRE_FIELD_BYTES(message_log, line, 16384),
};
static const struct wire_field message_offence[] = {
    WIRE_FIELD_I64(message_offence, role, ROLE_FRONT, ROLE_COUNT - 1),
    WIRE_FIELD_TEXT(message_offence, reason, 1024),
};
static const struct wire_field message_backup[] = {
    COUNTER(message_backup, id),
    WIRE_FIELD_TEXT(message_backup, file, BACKUP_FILE_NAME_MAX),
    WIRE_FIELD_BYTES(message_backup, passphrase, BACKUP_PASSPHRASE_MAX),
    WIRE_FIELD_BOOL(message_backup, check),
};
static const struct wire_field message_backup_done[] = {
    COUNTER(message_backup_done, id),
    WIRE_FIELD_I64(message_backup_done, code, -100, 0),
    WIRE_FIELD_BYTES(message_backup_done, text, ERR_TEXT_MAX),
    COUNTER(message_backup_done, tables),
    COUNTER(message_backup_done, rows),
    COUNTER(message_backup_done, size),
};
static const struct wire_field message_request[] = {
    COUNTER(message_request, id),
    WIRE_FIELD_I64(message_request, door, 0, DOOR_COUNT - 1),
    WIRE_FIELD_I64(message_request, method, 0, 4),
    HEADER(message_request, path),
    HEADER(message_request, query),
    HEADER(message_request, content_type),
    HEADER(message_request, if_match),
    HEADER(message_request, if_none_match),
    HEADER(message_request, range),
    HEADER(message_request, accept),
    HEADER(message_request, accept_language),
    HEADER(message_request, authorization),
    HEADER(message_request, cookie),
    HEADER(message_request, host),
    HEADER(message_request, origin),
    HEADER(message_request, fetch_site),
    HEADER(message_request, mark),
    HEADER(message_request, last_event),
    WIRE_FIELD_TEXT(message_request, fingerprint, 64),
    HEADER(message_request, user_agent),
    WIRE_FIELD_TEXT(message_request, peer, 64),
    WIRE_FIELD_BYTES(message_request, body, REQUEST_INLINE_MAX),
    WIRE_FIELD_BOOL(message_request, follows),
    WIRE_FIELD_I64(message_request, body_size, -1, INT64_MAX),
};
static const struct wire_field message_body[] = {
    COUNTER(message_body, id),
    WIRE_FIELD_BYTES(message_body, bytes, PIECE_MAX),
    WIRE_FIELD_BOOL(message_body, last),
};
static const struct wire_field message_id[] = {
    COUNTER(message_id, id),
};
static const struct wire_field message_answer[] = {
    COUNTER(message_answer, id),
    WIRE_FIELD_I64(message_answer, status, 200, 599),
    HEADER(message_answer, content_type),
    HEADER(message_answer, etag),
    HEADER(message_answer, location),
    HEADER(message_answer, disposition),
    HEADER(message_answer, set_cookie),
    HEADER(message_answer, set_cookie2),
    HEADER(message_answer, allow),
    HEADER(message_answer, login),
    COUNTER(message_answer, retry_after_s),
    WIRE_FIELD_BOOL(message_answer, cacheable),
    WIRE_FIELD_BOOL(message_answer, ranges),
    WIRE_FIELD_BYTES(message_answer, body, ANSWER_INLINE_MAX),
    WIRE_FIELD_I64(message_answer, file_size, -1, INT64_MAX),
};
static const struct wire_field message_stream[] = {
    COUNTER(message_stream, id),
    HEADER(message_stream, content_type),
};
static const struct wire_field message_piece[] = {
    COUNTER(message_piece, id),
    WIRE_FIELD_BYTES(message_piece, bytes, PIECE_MAX),
};
static const struct wire_field message_front_state[] = {
    COUNTER(message_front_state, connections_api),
    COUNTER(message_front_state, connections_agent),
    COUNTER(message_front_state, connections_enrol),
    COUNTER(message_front_state, accepted),
    COUNTER(message_front_state, refused_form),
    COUNTER(message_front_state, refused_rate),
    COUNTER(message_front_state, dropped_slow),
    COUNTER(message_front_state, handshakes_failed),
    COUNTER(message_front_state, waiting),
};
static const struct wire_field message_read[] = {
    COUNTER(message_read, id),
    WIRE_FIELD_TEXT(message_read, name, 255),
    WIRE_FIELD_I64(message_read, kind, READ_OVAL, READ_DEVICE),
};
static const struct wire_field read_benchmark[] = {
    WIRE_FIELD_TEXT(read_benchmark, kind, 16),
    WIRE_FIELD_TEXT(read_benchmark, description, BENCHMARK_DESCRIPTION_MAX),
    WIRE_FIELD_BYTES(read_benchmark, document, SCAP_DOCUMENT_MAX),
};
static const struct wire_field message_read_done[] = {
    COUNTER(message_read_done, id),
    WIRE_FIELD_I64(message_read_done, code, -100, 0),
    WIRE_FIELD_TEXT(message_read_done, text, ERR_TEXT_MAX),
    COUNTER(message_read_done, warnings),
    COUNTER(message_read_done, size),
    COUNTER(message_read_done, definitions),
    WIRE_FIELD_TEXT(message_read_done, os_id, 64),
    WIRE_FIELD_TEXT(message_read_done, os_version, 62),
    COUNTER(message_read_done, feed_time),
};

SHAPE(message_start);
SHAPE(message_peer);
SHAPE(message_listen);
SHAPE(message_tls);
SHAPE(message_empty);
SHAPE(message_backup);
SHAPE(message_backup_done);
SHAPE(message_log);
SHAPE(message_offence);
SHAPE(message_request);
SHAPE(message_body);
SHAPE(message_id);
SHAPE(message_answer);
SHAPE(message_stream);
SHAPE(message_piece);
SHAPE(message_front_state);
SHAPE(message_read);
SHAPE(message_read_done);
static const struct wire_field read_answer_fields[] = {
    WIRE_FIELD_TEXT(read_answer, command, OUTPUTS_COMMAND_MAX),
    WIRE_FIELD_BYTES(read_answer, text, OUTPUTS_BYTES_MAX),
};
static const struct wire_shape shape_read_answer =
    WIRE_SHAPE_OF(read_answer, read_answer_fields);
static const struct wire_field read_device_fields[] = {
    WIRE_FIELD_TEXT(read_device, family, 64),
    WIRE_FIELD_LIST(read_device, answers, OUTPUTS_MAX, shape_read_answer),
    WIRE_FIELD_BYTES(read_device, pack, READ_DEVICE_MAX / 2),
};
const struct wire_shape shape_read_device =
    WIRE_SHAPE_OF(read_device, read_device_fields);
static const struct wire_field read_profile_fields[] = {
    WIRE_FIELD_BYTES(read_profile, report, VERDICTS_MAX),
    WIRE_FIELD_BYTES(read_profile, files, DETAILS_MAX),
    WIRE_FIELD_TEXT(read_profile, text, ERR_TEXT_MAX),
};
const struct wire_shape shape_read_profile =
    WIRE_SHAPE_OF(read_profile, read_profile_fields);

const struct wire_shape shape_read_benchmark =
    WIRE_SHAPE_OF(read_benchmark, read_benchmark);

#define R(role) (1U << ROLE_##role)
#define FRONTS (R(FRONT) | R(GATE))
#define CHILDREN                                                               \
    (FRONTS | R(CORE) | R(SIGNER) | R(READER) | R(COURIER) | R(NETDEV))
#define HEADERS(n) ((n) * REQUEST_HEADER_MAX + 4096)

const struct message_row message_rows[MESSAGE_COUNT] = {
    [MESSAGE_START] = { "start", R(SUPERVISOR), CHILDREN, 131072,
                        &shape_message_start, false },
    [MESSAGE_PEER] = { "peer", R(SUPERVISOR), CHILDREN, 16,
                       &shape_message_peer, true },
    [MESSAGE_LISTEN] = { "listen", R(SUPERVISOR), FRONTS | R(NETDEV), 16,
                         &shape_message_listen, true },
    [MESSAGE_TLS] = { "tls", R(SUPERVISOR), FRONTS, 262144,
                      &shape_message_tls, false },
    [MESSAGE_STOP] = { "stop", R(SUPERVISOR), CHILDREN, 16,
                       &shape_message_empty, false },
    [MESSAGE_READY] = { "ready", CHILDREN, R(SUPERVISOR), 16,
                        &shape_message_empty, false },
    [MESSAGE_LOG] = { "log", CHILDREN, R(SUPERVISOR), 20480,
                      &shape_message_log, false },
    /* Not from a front: who speaks with the world accuses nobody. */
    [MESSAGE_OFFENCE] = { "offence", CHILDREN & ~FRONTS, R(SUPERVISOR), 2048,
                          &shape_message_offence, false },
    [MESSAGE_BACKUP] = { "backup", R(CORE), R(SUPERVISOR), 4096,
                         &shape_message_backup, false },
    [MESSAGE_BACKUP_DONE] = { "backup_done", R(SUPERVISOR), R(CORE), 4096,
                              &shape_message_backup_done, false },
    [MESSAGE_REQUEST] = { "request", FRONTS, R(CORE),
                          HEADERS(18) + REQUEST_INLINE_MAX,
                          &shape_message_request, false },
    [MESSAGE_BODY] = { "body", FRONTS, R(CORE), PIECE_MAX + 64,
                       &shape_message_body, false },
    [MESSAGE_GONE] = { "gone", FRONTS, R(CORE), 16, &shape_message_id,
                       false },
    [MESSAGE_FRONT_STATE] = { "front_state", FRONTS, R(CORE), 256,
                              &shape_message_front_state, false },
    [MESSAGE_GO_ON] = { "go_on", R(CORE), FRONTS, 16, &shape_message_id,
                        false },
    [MESSAGE_ANSWER] = { "answer", R(CORE), FRONTS,
                         HEADERS(8) + ANSWER_INLINE_MAX,
                         &shape_message_answer, true },
    [MESSAGE_STREAM] = { "stream", R(CORE), FRONTS, HEADERS(1),
                         &shape_message_stream, false },
    [MESSAGE_PIECE] = { "piece", R(CORE), FRONTS, PIECE_MAX + 64,
                        &shape_message_piece, false },
    [MESSAGE_END] = { "end", R(CORE), FRONTS, 16, &shape_message_id,
                      false },
    [MESSAGE_FETCH] = { "fetch", R(CORE), R(COURIER), 9 << 20,
                        &shape_errand_fetch, false },
    [MESSAGE_LDAP] = { "ldap", R(CORE), R(COURIER), 262144,
                       &shape_errand_ldap, false },
    [MESSAGE_MAIL] = { "mail", R(CORE), R(COURIER), 64 << 20,
                       &shape_errand_mail, false },
    [MESSAGE_WAKE] = { "wake", R(CORE), R(COURIER), 65536, &shape_errand_wake,
                       false },
    [MESSAGE_RETURN] = { "return", R(COURIER), R(CORE), 16 << 20,
                         &shape_errand_return, false },
    [MESSAGE_SIGN] = { "sign", R(CORE), R(SIGNER), JOB_MAX + 4096,
                       &shape_sign_order, false },
    [MESSAGE_SIGNED] = { "signed", R(SIGNER), R(CORE), 2 * CERT_PEM_MAX + 4096,
                         &shape_sign_answer, false },
    [MESSAGE_READ] = { "read", R(CORE), R(READER), 512, &shape_message_read,
                       true },
    [MESSAGE_READ_DONE] = { "read_done", R(READER), R(CORE), 4096,
                            &shape_message_read_done, true },
    [MESSAGE_DEVICE_ORDER] = { "device_order", R(CORE), R(NETDEV),
                               NETDEV_MESSAGE_MAX, &shape_netdev_order,
                               false },
    [MESSAGE_DEVICE_GO_ON] = { "device_go_on", R(CORE), R(NETDEV), 16,
                               &shape_netdev_number, false },
    [MESSAGE_DEVICE_STOP] = { "device_stop", R(CORE), R(NETDEV), 16,
                              &shape_netdev_number, false },
    [MESSAGE_DEVICE_RESEAL] = { "device_reseal", R(CORE), R(NETDEV),
                                NETDEV_MESSAGE_MAX, &shape_netdev_reseal,
                                false },
    [MESSAGE_DEVICE_UNSEAL] = { "device_unseal", R(CORE), R(NETDEV),
                                NETDEV_MESSAGE_MAX, &shape_netdev_unseal,
                                false },
    [MESSAGE_DEVICE_KEYS] = { "device_keys", R(NETDEV), R(CORE), 4096,
                              &shape_netdev_keys, false },
    [MESSAGE_DEVICE_TOLD] = { "device_told", R(NETDEV), R(CORE), 8192,
                              &shape_netdev_told, false },
    [MESSAGE_DEVICE_TOUCHED] = { "device_touched", R(NETDEV), R(CORE),
                                 NETDEV_MESSAGE_MAX, &shape_netdev_touched,
                                 false },
    [MESSAGE_DEVICE_REPORT] = { "device_report", R(NETDEV), R(CORE),
                                NETDEV_MESSAGE_MAX, &shape_netdev_report,
                                false },
    [MESSAGE_DEVICE_RESEALED] = { "device_resealed", R(NETDEV), R(CORE),
                                  NETDEV_MESSAGE_MAX, &shape_netdev_reseal,
                                  false },
    [MESSAGE_DEVICE_UNSEALED] = { "device_unsealed", R(NETDEV), R(CORE),
                                  NETDEV_MESSAGE_MAX, &shape_netdev_unsealed,
                                  false },
};
/* clang-format on */

bool message_may(enum message_kind kind, enum role from, enum role to)
{
    const struct message_row *row = &message_rows[kind];

    return (row->from >> from & 1) != 0 && (row->to >> to & 1) != 0;
}
