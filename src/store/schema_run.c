/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 5: OVAL configurations, runs.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_run[] = {
    "CREATE TABLE configuration (id @ID, org BIGINT NOT NULL REFERENCES "
    "org (id), kind TEXT NOT NULL, name TEXT NOT NULL, enabled BIGINT "
    "NOT NULL, while_logged_off BIGINT NOT NULL, targets TEXT NOT NULL, "
    "schedule TEXT NOT NULL, scheduled BIGINT NOT NULL, zone TEXT NOT "
    "NULL, nice BIGINT NOT NULL, memory_mb BIGINT NOT NULL, limit_s "
    "BIGINT NOT NULL, enabled_at BIGINT NOT NULL, last_due BIGINT NOT "
    "NULL, created BIGINT NOT NULL, revision BIGINT NOT NULL, "
    "wake BIGINT NOT NULL DEFAULT 0, UNIQUE (org, kind, name))",
    "CREATE TABLE run (id @ID, org BIGINT NOT NULL REFERENCES org (id), "
    "configuration BIGINT NOT NULL REFERENCES configuration (id), "
    "configuration_revision BIGINT NOT NULL, cause TEXT NOT NULL, "
    "started_by TEXT NOT NULL, due TEXT NOT NULL, started BIGINT NOT "
    "NULL, ended BIGINT NOT NULL, targets TEXT NOT NULL, devices BIGINT "
    "NOT NULL)",
    "CREATE INDEX run_configuration ON run (configuration, id)",
    "CREATE INDEX run_org ON run (org, id)",
    "CREATE INDEX run_open ON run (id) WHERE ended = 0",
    "CREATE UNIQUE INDEX run_due ON run (configuration, due) "
    "WHERE due <> ''",
    "CREATE TABLE run_device (run BIGINT NOT NULL REFERENCES run (id), "
    "device BIGINT NOT NULL REFERENCES device (id), state TEXT NOT NULL, "
    "final BIGINT NOT NULL, content BIGINT NOT NULL, due BIGINT NOT "
    "NULL, started BIGINT NOT NULL, ended BIGINT NOT NULL, text TEXT NOT "
    "NULL, PRIMARY KEY (run, device))",
    "CREATE INDEX run_device_device ON run_device (device, run)",
    "CREATE INDEX run_device_planned ON run_device (run, device) "
    "WHERE state = 'planned'",
    "CREATE INDEX run_device_open ON run_device (due, run) "
    "WHERE final = 0",
    "CREATE TABLE device_policy (device BIGINT PRIMARY KEY REFERENCES "
    "device (id), epoch BIGINT NOT NULL, revision BIGINT NOT NULL, "
    "digest @BLOB NOT NULL)",
    NULL,
};
/* clang-format on */
