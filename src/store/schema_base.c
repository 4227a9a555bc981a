/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 1: organisations, settings, audit.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_base[] = {
    "CREATE TABLE org (id @ID, name TEXT NOT NULL UNIQUE, created BIGINT "
    "NOT NULL)",
    "INSERT INTO org (name, created) VALUES ('default', 0)",
    "CREATE TABLE setting (org BIGINT NOT NULL, name TEXT NOT NULL, "
    "value TEXT NOT NULL, unset BIGINT NOT NULL DEFAULT 0, revision BIGINT "
    "NOT NULL, PRIMARY KEY (org, "
    "name))",
    "CREATE TABLE audit (id BIGINT PRIMARY KEY, org BIGINT NOT NULL, at "
    "BIGINT NOT NULL, actor TEXT NOT NULL, peer TEXT NOT NULL, action "
    "TEXT NOT NULL, kind TEXT NOT NULL, object BIGINT NOT NULL, before "
    "TEXT, after TEXT, previous @BLOB NOT NULL, digest @BLOB NOT NULL)",
    "CREATE TABLE audit_head (one BIGINT PRIMARY KEY, id BIGINT NOT "
    "NULL, digest @BLOB)",
    "INSERT INTO audit_head (one, id) VALUES (1, 0)",
    "CREATE INDEX audit_org ON audit (org, id)",
    "CREATE INDEX audit_object ON audit (org, kind, object)",
    NULL,
};
/* clang-format on */
