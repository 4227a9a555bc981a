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
    "used_at BIGINT NOT NULL, used_by BIGINT, csr_digest @BLOB)",
    "CREATE INDEX enrol_token_org ON enrol_token (org, id)",
    "CREATE INDEX enrol_token_open ON enrol_token (org, used_at, expires)",
    "CREATE INDEX device_machine ON device (org, machine_id)",
    "CREATE TABLE device_cert (fingerprint TEXT PRIMARY KEY, device "
    "BIGINT NOT NULL REFERENCES device (id), serial TEXT NOT NULL, "
    "not_before BIGINT NOT NULL, not_after BIGINT NOT NULL, revoked_at "
    "BIGINT NOT NULL, reason TEXT NOT NULL, first_used BIGINT NOT NULL, "
    "csr_digest @BLOB NOT NULL, pem TEXT NOT NULL)",
    "CREATE INDEX device_cert_device ON device_cert (device)",
    "CREATE TABLE job (id @ID, org BIGINT NOT NULL, device BIGINT NOT "
    "NULL REFERENCES device (id), type BIGINT NOT NULL, run BIGINT NOT "
    "NULL, body @BLOB NOT NULL, signature @BLOB NOT NULL, created BIGINT "
    "NOT NULL, expires BIGINT NOT NULL, state BIGINT NOT NULL, state_at "
    "BIGINT NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX job_device ON job (device, state, id)",
    "CREATE INDEX job_run ON job (run)",
    "CREATE INDEX job_expires ON job (state, expires)",
    "CREATE TABLE result_seen (device BIGINT NOT NULL REFERENCES device "
    "(id), nonce @BLOB NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (device, "
    "nonce))",
    "CREATE INDEX result_seen_at ON result_seen (at)",
    NULL,
};
/* clang-format on */
