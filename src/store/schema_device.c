/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 3: devices, inventories, labels.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_device[] = {
    "CREATE TABLE device (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), name TEXT NOT NULL, kind TEXT NOT NULL, machine_id TEXT NOT "
    "NULL, os_id TEXT NOT NULL, os_version TEXT NOT NULL, os_name TEXT "
    "NOT NULL, arch TEXT NOT NULL, kernel TEXT NOT NULL, os_build TEXT "
    "NOT NULL, manager TEXT NOT NULL, time_zone TEXT NOT NULL, "
    "agent_version TEXT NOT NULL, created BIGINT NOT NULL, last_seen "
    "BIGINT NOT NULL, last_inventory BIGINT NOT NULL, boot_time BIGINT "
    "NOT NULL, sessions BIGINT NOT NULL, inventory_digest @BLOB, "
    "content_digest @BLOB, policy_revision BIGINT NOT NULL, retired "
    "BIGINT NOT NULL, revision BIGINT NOT NULL, hostname TEXT NOT NULL "
    "DEFAULT '', os_family TEXT NOT NULL DEFAULT '', time_zone_set TEXT "
    "NOT NULL DEFAULT '', notes TEXT NOT NULL DEFAULT '', deleted BIGINT "
    "NOT NULL DEFAULT 0, download TEXT NOT NULL DEFAULT '')",
    "CREATE INDEX device_org ON device (org, name, id)",
    "CREATE TABLE inventory (device BIGINT PRIMARY KEY REFERENCES device "
    "(id), collected BIGINT NOT NULL, digest @BLOB NOT NULL, body @BLOB "
    "NOT NULL)",
    "CREATE TABLE inventory_change (id @ID, device BIGINT NOT NULL "
    "REFERENCES device (id), at BIGINT NOT NULL, added BIGINT NOT NULL, "
    "removed BIGINT NOT NULL, changed BIGINT NOT NULL, facts TEXT NOT "
    "NULL, body @BLOB NOT NULL)",
    "CREATE INDEX inventory_change_device ON inventory_change (device, "
    "id)",
    "CREATE TABLE package (id @ID, name TEXT NOT NULL, evr TEXT NOT NULL, "
    "arch TEXT NOT NULL, manager TEXT NOT NULL, source TEXT NOT NULL, "
    "UNIQUE (name, evr, arch, manager, source))",
    "CREATE TABLE device_fact (device BIGINT PRIMARY KEY REFERENCES "
    "device (id), facts @BLOB NOT NULL, packages @BLOB NOT NULL)",
    "CREATE TABLE label (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), name TEXT NOT NULL, kind TEXT NOT NULL, query TEXT NOT NULL, "
    "notes TEXT NOT NULL, download_url TEXT NOT NULL, parent BIGINT, "
    "created BIGINT NOT NULL, revision BIGINT NOT NULL, pending BIGINT "
    "NOT NULL DEFAULT 0, evaluated BIGINT NOT NULL DEFAULT 0, problem "
    "TEXT NOT NULL DEFAULT '', owner BIGINT NOT NULL DEFAULT 0, UNIQUE "
    "(org, name))",
    "CREATE TABLE device_label (label BIGINT NOT NULL REFERENCES label "
    "(id), device BIGINT NOT NULL REFERENCES device (id), since BIGINT "
    "NOT NULL, PRIMARY KEY (label, device))",
    "CREATE INDEX device_label_device ON device_label (device, label)",
    "CREATE TABLE role_label (role BIGINT NOT NULL REFERENCES role (id), "
    "label BIGINT NOT NULL REFERENCES label (id), PRIMARY KEY (role, "
    "label))",
    NULL,
};
/* clang-format on */
