/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 6: content versions, findings, reports.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_finding[] = {
    "CREATE TABLE content (id @ID, platform TEXT NOT NULL, source TEXT "
    "NOT NULL, digest @BLOB NOT NULL, size BIGINT NOT NULL, definitions "
    "BIGINT NOT NULL, feed_time BIGINT NOT NULL, imported BIGINT NOT "
    "NULL, active BIGINT NOT NULL, UNIQUE (platform, digest))",
    "CREATE TABLE content_pack (digest TEXT PRIMARY KEY, pack @BLOB NOT "
    "NULL)",
    "CREATE TABLE finding (device BIGINT NOT NULL REFERENCES device "
    "(id), content BIGINT NOT NULL REFERENCES content (id), origin TEXT "
    "NOT NULL, at BIGINT NOT NULL, run BIGINT NOT NULL, inventory_digest "
    "@BLOB, duration_ms BIGINT NOT NULL, n_true BIGINT NOT NULL, n_false "
    "BIGINT NOT NULL, n_unknown BIGINT NOT NULL, n_error BIGINT NOT "
    "NULL, n_not_evaluated BIGINT NOT NULL, n_not_applicable BIGINT NOT "
    "NULL, verdicts @BLOB NOT NULL, details @BLOB, PRIMARY KEY (device, "
    "content, origin))",
    "CREATE TABLE finding_history (id @ID, device BIGINT NOT NULL, "
    "content BIGINT NOT NULL, origin TEXT NOT NULL, at BIGINT NOT NULL, "
    "run BIGINT NOT NULL, n_true BIGINT NOT NULL, n_error BIGINT NOT "
    "NULL, n_unknown BIGINT NOT NULL, verdicts @BLOB NOT NULL, nonce "
    "@BLOB UNIQUE)",
    "CREATE INDEX finding_history_device ON finding_history (device, id)",
    "CREATE INDEX finding_history_at ON finding_history (at)",
    "CREATE TABLE report_schedule (id @ID, org BIGINT NOT NULL "
    "REFERENCES org (id), name TEXT NOT NULL, report TEXT NOT NULL, "
    "query TEXT NOT NULL, format TEXT NOT NULL, schedule TEXT NOT NULL, "
    "zone TEXT NOT NULL, mail_to TEXT NOT NULL, webhook TEXT NOT NULL, "
    "owner BIGINT NOT NULL, enabled BIGINT NOT NULL, last_due BIGINT NOT "
    "NULL, last_result TEXT NOT NULL, revision BIGINT NOT NULL, language "
    "TEXT NOT NULL DEFAULT 'en', secret @BLOB, next_try BIGINT NOT NULL "
    "DEFAULT 0, tries BIGINT NOT NULL DEFAULT 0, last_sent BIGINT NOT "
    "NULL DEFAULT 0, hooked BIGINT NOT NULL DEFAULT 0, UNIQUE (org, "
    "name))",
    "CREATE TABLE self_report (at BIGINT PRIMARY KEY, body TEXT NOT "
    "NULL)",
    "CREATE TABLE label_action (id @ID, org BIGINT NOT NULL, label "
    "BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, app_user "
    "BIGINT NOT NULL DEFAULT 0, devices "
    "@BLOB NOT NULL, undone BIGINT NOT NULL)",
    NULL,
};
/* clang-format on */
