/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 4: enrolment, certificates, jobs.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_trust[] = {
    "CREATE TABLE enrol_token (id @ID, org BIGINT NOT NULL REFERENCES "
    "org (id), digest @BLOB NOT NULL UNIQUE, label BIGINT, created "
    "BIGINT NOT NULL, created_by TEXT NOT NULL, expires BIGINT NOT NULL, "
    "used_at BIGINT NOT NULL, used_by BIGINT)",
    "CREATE TABLE device_cert (fingerprint TEXT PRIMARY KEY, device "
    "BIGINT NOT NULL REFERENCES device (id), serial TEXT NOT NULL, "
    "not_before BIGINT NOT NULL, not_after BIGINT NOT NULL, revoked_at "
    "BIGINT NOT NULL, reason TEXT NOT NULL)",
    "CREATE INDEX device_cert_device ON device_cert (device)",
    "CREATE TABLE job (id @ID, org BIGINT NOT NULL, device BIGINT NOT "
    "NULL REFERENCES device (id), type BIGINT NOT NULL, run BIGINT NOT "
    "NULL, body @BLOB NOT NULL, signature @BLOB NOT NULL, created BIGINT "
    "NOT NULL, expires BIGINT NOT NULL, state BIGINT NOT NULL, state_at "
    "BIGINT NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX job_device ON job (device, state, id)",
    "CREATE INDEX job_run ON job (run)",
    NULL,
};
/* clang-format on */
