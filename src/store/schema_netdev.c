/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 9: network devices. A network device is a row of the table device
 * (kind "network") and a row here. Texts that hold secrets of a device are
 * kept twice: masked, to be shown, and sealed with a key that is not in the
 * database (fleet/netdev_config.h).
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_netdev[] = {
    "CREATE TABLE netdev_credential (id @ID, org BIGINT NOT NULL REFERENCES "
    "org (id), name TEXT NOT NULL, login TEXT NOT NULL, realm TEXT NOT NULL, "
    "label BIGINT NOT NULL, vault TEXT NOT NULL, parts BIGINT NOT NULL, "
    "sealed @BLOB NOT NULL, key_id TEXT NOT NULL, previous @BLOB NOT NULL, "
    "previous_until BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT "
    "NOT NULL, changed_by TEXT NOT NULL, revision BIGINT NOT NULL, UNIQUE "
    "(org, name))",

    /* Where an administrator chose otherwise than the built-in defaults. */
    "CREATE TABLE netdev_type (org BIGINT NOT NULL REFERENCES org (id), "
    "family TEXT NOT NULL, band TEXT NOT NULL, transport TEXT NOT NULL, "
    "allow_fallback BIGINT NOT NULL, profile TEXT NOT NULL, connect_s BIGINT "
    "NOT NULL, read_s BIGINT NOT NULL, retries BIGINT NOT NULL, total_s "
    "BIGINT NOT NULL, at_once BIGINT NOT NULL, revision BIGINT NOT NULL, "
    "PRIMARY KEY (org, family, band))",

    /* Servers that devices fetch from: Auto Update, Configuration Engine. */
    "CREATE TABLE netdev_server (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), name TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, "
    "port BIGINT NOT NULL, settings TEXT NOT NULL, revision BIGINT NOT NULL, "
    "UNIQUE (org, name))",

    "CREATE TABLE netdev (device BIGINT PRIMARY KEY REFERENCES device (id), "
    "org BIGINT NOT NULL, family TEXT NOT NULL, version TEXT NOT NULL, model "
    "TEXT NOT NULL, serial TEXT NOT NULL, image TEXT NOT NULL, address TEXT "
    "NOT NULL, port BIGINT NOT NULL, transport TEXT NOT NULL, allow_fallback "
    "BIGINT NOT NULL, allow_clear BIGINT NOT NULL, profile TEXT NOT NULL, "
    "credential BIGINT NOT NULL, realm TEXT NOT NULL, connect_s BIGINT NOT "
    "NULL, read_s BIGINT NOT NULL, retries BIGINT NOT NULL, total_s BIGINT "
    "NOT NULL, server BIGINT NOT NULL, identity TEXT NOT NULL, "
    "license_failover BIGINT NOT NULL, encryption BIGINT NOT NULL, reach TEXT "
    "NOT NULL, reach_text TEXT NOT NULL, reach_transport TEXT NOT NULL, "
    "last_contact BIGINT NOT NULL, last_discovery BIGINT NOT NULL, "
    "last_address TEXT NOT NULL, config BIGINT NOT NULL, facts TEXT NOT NULL, "
    "revision BIGINT NOT NULL)",
    "CREATE INDEX netdev_org ON netdev (org, family, device)",

    "CREATE TABLE netdev_pin (id @ID, device BIGINT NOT NULL REFERENCES "
    "device (id), kind TEXT NOT NULL, fingerprint TEXT NOT NULL, state TEXT "
    "NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, "
    "decided BIGINT NOT NULL, decided_by TEXT NOT NULL, UNIQUE (device, kind, "
    "fingerprint))",

    "CREATE TABLE netdev_config (id @ID, device BIGINT NOT NULL REFERENCES "
    "device (id), number BIGINT NOT NULL, at BIGINT NOT NULL, session BIGINT "
    "NOT NULL, cause TEXT NOT NULL, masked @BLOB NOT NULL, sealed @BLOB NOT "
    "NULL, key_id TEXT NOT NULL, bytes BIGINT NOT NULL, lines BIGINT NOT NULL, "
    "added BIGINT NOT NULL, removed BIGINT NOT NULL, secrets_changed BIGINT "
    "NOT NULL, UNIQUE (device, number))",
    /* The newest answer of a device to a command, masked. */
    "CREATE TABLE netdev_output (device BIGINT NOT NULL REFERENCES device "
    "(id), command TEXT NOT NULL, at BIGINT NOT NULL, body @BLOB NOT NULL, "
    "PRIMARY KEY (device, command))",

    "CREATE TABLE netdev_change (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), device BIGINT NOT NULL REFERENCES device (id), deployment BIGINT "
    "NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, lines TEXT NOT NULL, "
    "sealed @BLOB NOT NULL, key_id TEXT NOT NULL, options TEXT NOT NULL, "
    "planned_on BIGINT NOT NULL, state TEXT NOT NULL, text TEXT NOT NULL, "
    "author BIGINT NOT NULL, author_name TEXT NOT NULL, approver_name TEXT "
    "NOT NULL, created BIGINT NOT NULL, approved BIGINT NOT NULL, begins "
    "BIGINT NOT NULL, ended BIGINT NOT NULL, session BIGINT NOT NULL, "
    "before_config BIGINT NOT NULL, after_config BIGINT NOT NULL, results "
    "TEXT NOT NULL, revision BIGINT NOT NULL)",
    "CREATE INDEX netdev_change_org ON netdev_change (org, id)",
    "CREATE INDEX netdev_change_device ON netdev_change (device, id)",
    "CREATE INDEX netdev_change_deployment ON netdev_change (deployment, id)",

    "CREATE TABLE netdev_session (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), device BIGINT NOT NULL REFERENCES device (id), action TEXT NOT "
    "NULL, cause TEXT NOT NULL, started_by TEXT NOT NULL, state TEXT NOT "
    "NULL, result TEXT NOT NULL, text TEXT NOT NULL, transports TEXT NOT "
    "NULL, options TEXT NOT NULL, change BIGINT NOT NULL, planned BIGINT NOT "
    "NULL, begins BIGINT NOT NULL, started BIGINT NOT NULL, ended BIGINT NOT "
    "NULL, tries BIGINT NOT NULL, touched BIGINT NOT NULL, node TEXT NOT "
    "NULL, steps TEXT NOT NULL, transcript @BLOB NOT NULL)",
    "CREATE INDEX netdev_session_org ON netdev_session (org, id)",
    "CREATE INDEX netdev_session_device ON netdev_session (device, id)",
    "CREATE INDEX netdev_session_open ON netdev_session (begins, id) WHERE "
    "ended = 0",
    NULL,
};
/* clang-format on */
