/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 2: users, roles, sessions, tokens, sign-on.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_people[] = {
    "CREATE TABLE app_user (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), login TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, "
    "source TEXT NOT NULL, subject TEXT, password TEXT, totp @BLOB, "
    "totp_last BIGINT NOT NULL, disabled BIGINT NOT NULL, failures "
    "BIGINT NOT NULL, locked_until BIGINT NOT NULL, created BIGINT NOT "
    "NULL, last_login BIGINT NOT NULL, revision BIGINT NOT NULL, UNIQUE "
    "(org, login))",
    "CREATE TABLE role (id @ID, org BIGINT NOT NULL REFERENCES org (id), "
    "name TEXT NOT NULL, permissions BIGINT NOT NULL, built_in BIGINT "
    "NOT NULL, revision BIGINT NOT NULL, UNIQUE (org, name))",
    "CREATE TABLE user_role (app_user BIGINT NOT NULL REFERENCES "
    "app_user (id), role BIGINT NOT NULL REFERENCES role (id), PRIMARY "
    "KEY (app_user, role))",
    "CREATE TABLE session (id @ID, app_user BIGINT NOT NULL REFERENCES "
    "app_user (id), digest @BLOB NOT NULL UNIQUE, created BIGINT NOT "
    "NULL, last_used BIGINT NOT NULL, expires BIGINT NOT NULL, peer TEXT "
    "NOT NULL)",
    "CREATE TABLE api_token (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), app_user BIGINT NOT NULL REFERENCES app_user (id), name TEXT "
    "NOT NULL, digest @BLOB NOT NULL UNIQUE, permissions BIGINT NOT "
    "NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL, last_used "
    "BIGINT NOT NULL)",
    NULL,
};
/* clang-format on */
