/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration: network devices that fetch what they are to be. What is staged
 * is kept masked, and sealed with a key of the server's until it has ended.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_netdev_fetch[] = {
    "CREATE TABLE netdev_fetch (device BIGINT PRIMARY KEY REFERENCES device "
    "(id), event_id TEXT NOT NULL, secret TEXT NOT NULL, poll_minutes BIGINT "
    "NOT NULL, retry_count BIGINT NOT NULL, retry_minutes BIGINT NOT NULL, "
    "last_seen BIGINT NOT NULL, last_address TEXT NOT NULL, facts TEXT NOT "
    "NULL, asked TEXT NOT NULL, revision BIGINT NOT NULL)",
    "CREATE INDEX netdev_identity ON netdev (identity)",

    "CREATE TABLE netdev_stage (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), device BIGINT NOT NULL REFERENCES device (id), kind BIGINT NOT "
    "NULL, state BIGINT NOT NULL, sum TEXT NOT NULL, name TEXT NOT NULL, "
    "version TEXT NOT NULL, is_delta BIGINT NOT NULL, title TEXT NOT NULL, "
    "masked TEXT NOT NULL, sealed @BLOB NOT NULL, sha256 TEXT NOT NULL, size "
    "BIGINT NOT NULL, token TEXT NOT NULL UNIQUE, offered TEXT NOT NULL, "
    "lines BIGINT NOT NULL, fetches BIGINT NOT NULL, applied BIGINT NOT NULL, "
    "told TEXT NOT NULL, author TEXT NOT NULL, created BIGINT NOT NULL, "
    "fetched BIGINT NOT NULL, ended BIGINT NOT NULL, expires BIGINT NOT NULL)",
    "CREATE INDEX netdev_stage_device ON netdev_stage (device, id)",
    "CREATE INDEX netdev_stage_org ON netdev_stage (org, id)",
    "CREATE INDEX netdev_stage_open ON netdev_stage (expires) WHERE ended = 0",

    "CREATE TABLE netdev_fetch_request (id @ID, org BIGINT NOT NULL, device "
    "BIGINT NOT NULL, at BIGINT NOT NULL, address TEXT NOT NULL, kind TEXT "
    "NOT NULL, identity TEXT NOT NULL, outcome TEXT NOT NULL, unknown TEXT "
    "NOT NULL, raw TEXT NOT NULL)",
    "CREATE INDEX netdev_fetch_request_device ON netdev_fetch_request (org, "
    "device, id)",

    /* Who came to the Plug-n-Play server, and nobody has claimed. */
    "CREATE TABLE netdev_stranger (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), server BIGINT NOT NULL, serial TEXT NOT NULL, product TEXT NOT "
    "NULL, hostname TEXT NOT NULL, version TEXT NOT NULL, platform TEXT NOT "
    "NULL, asked TEXT NOT NULL, address TEXT NOT NULL, first_seen BIGINT NOT "
    "NULL, last_seen BIGINT NOT NULL, UNIQUE (org, serial))",
    NULL,
};

const char *const schema_netdev_image[] = {
    "CREATE TABLE netdev_image (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), kind BIGINT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, "
    "md5 TEXT NOT NULL, sha256 TEXT NOT NULL, size BIGINT NOT NULL, author "
    "TEXT NOT NULL, created BIGINT NOT NULL, UNIQUE (org, name), UNIQUE (org, "
    "sha256))",
    NULL,
};

/* The bytes of images, in pieces: what a server does not have on its disk. A
 * file whose image is not (or no more) there goes when `taken` is a day old. */
const char *const schema_netdev_image_file[] = {
    "CREATE TABLE netdev_image_file (id @ID, org BIGINT NOT NULL, sha256 TEXT "
    "NOT NULL, taken BIGINT NOT NULL, UNIQUE (org, sha256))",
    "CREATE TABLE netdev_image_piece (file BIGINT NOT NULL REFERENCES "
    "netdev_image_file (id), number BIGINT NOT NULL, body @BLOB NOT NULL, "
    "PRIMARY KEY (file, number))",
    NULL,
};

/* Credentials go only where somebody who may write them said or confirmed
 * that the device is. What there is, is. */
const char *const schema_netdev_confirm[] = {
    "ALTER TABLE netdev ADD COLUMN confirmed BIGINT NOT NULL DEFAULT 1",
    NULL,
};

/* Of the SSH beside HTTPS (R-COM-12). 0: 22. */
const char *const schema_netdev_ssh_port[] = {
    "ALTER TABLE netdev ADD COLUMN ssh_port BIGINT NOT NULL DEFAULT 0",
    NULL,
};

/* What is staged waits for a second person. What there is, was approved. */
const char *const schema_netdev_decide[] = {
    "ALTER TABLE netdev_stage ADD COLUMN author_id BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE netdev_stage ADD COLUMN decider TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE netdev_stage ADD COLUMN decision TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE netdev_stage ADD COLUMN decided BIGINT NOT NULL DEFAULT 0",
    NULL,
};
/* clang-format on */
