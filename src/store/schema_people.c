/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 2: users, roles, sessions, tokens, sign-on.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_people[] = {
    "CREATE TABLE app_user (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), login TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, "
    "source TEXT NOT NULL, subject TEXT, home BIGINT REFERENCES app_user "
    "(id), password TEXT, password_set BIGINT NOT NULL, totp @BLOB, "
    "totp_new @BLOB, totp_last BIGINT NOT NULL, disabled BIGINT NOT "
    "NULL, failures BIGINT NOT NULL, locked_until BIGINT NOT NULL, "
    "created BIGINT NOT NULL, last_login BIGINT NOT NULL, revision "
    "BIGINT NOT NULL, UNIQUE (org, login))",
    "CREATE UNIQUE INDEX app_user_subject ON app_user (org, source, "
    "subject)",
    "CREATE INDEX app_user_home ON app_user (home)",
    "CREATE TABLE recovery_code (app_user BIGINT NOT NULL REFERENCES "
    "app_user (id), digest @BLOB NOT NULL, PRIMARY KEY (app_user, "
    "digest))",
    "CREATE TABLE role (id @ID, org BIGINT NOT NULL REFERENCES org (id), "
    "name TEXT NOT NULL, permissions BIGINT NOT NULL, built_in BIGINT "
    "NOT NULL, revision BIGINT NOT NULL, UNIQUE (org, name))",
    "CREATE TABLE user_role (app_user BIGINT NOT NULL REFERENCES "
    "app_user (id), role BIGINT NOT NULL REFERENCES role (id), PRIMARY "
    "KEY (app_user, role))",
    "CREATE INDEX user_role_role ON user_role (role)",
    "CREATE TABLE group_role (org BIGINT NOT NULL REFERENCES org (id), "
    "source TEXT NOT NULL, name TEXT NOT NULL, role BIGINT NOT NULL "
    "REFERENCES role (id), PRIMARY KEY (org, source, name, role))",
    "CREATE TABLE session (id @ID, app_user BIGINT NOT NULL REFERENCES "
    "app_user (id), home BIGINT NOT NULL, digest @BLOB NOT NULL UNIQUE, "
    "method TEXT NOT NULL, idle_s BIGINT NOT NULL, created BIGINT NOT "
    "NULL, last_used BIGINT NOT NULL, expires BIGINT NOT NULL, peer TEXT "
    "NOT NULL)",
    "CREATE INDEX session_app_user ON session (app_user)",
    "CREATE INDEX session_home ON session (home)",
    "CREATE TABLE api_token (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), app_user BIGINT NOT NULL REFERENCES app_user (id), name TEXT "
    "NOT NULL, digest @BLOB NOT NULL UNIQUE, permissions BIGINT NOT "
    "NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL, last_used "
    "BIGINT NOT NULL)",
    "CREATE INDEX api_token_user ON api_token (app_user)",
    "CREATE TABLE ticket (digest @BLOB PRIMARY KEY, kind TEXT NOT NULL, "
    "org BIGINT NOT NULL, data TEXT NOT NULL, expires BIGINT NOT NULL)",
    NULL,
};
/* clang-format on */
