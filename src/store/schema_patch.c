/* SPDX-License-Identifier: Apache-2.0
 *
 * Patching: catalogue, groups, configurations, scans, deployments, and what
 * holds patches back. What a device lacks is one blob a device, not rows; the
 * history of a patch on a device is rows that are only ever added.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_patch[] = {
    /* org 0: known to all; others state what only their devices told. */
    "CREATE TABLE patch (id @ID, org BIGINT NOT NULL, patch TEXT NOT NULL, "
    "os TEXT NOT NULL, type TEXT NOT NULL, severity TEXT NOT NULL, vendor "
    "TEXT NOT NULL, product TEXT NOT NULL, version TEXT NOT NULL, title TEXT "
    "NOT NULL, released BIGINT NOT NULL, source TEXT NOT NULL, added BIGINT "
    "NOT NULL, changed BIGINT NOT NULL, body @BLOB NOT NULL, UNIQUE (org, "
    "patch))",
    "CREATE TABLE patch_vote (org BIGINT NOT NULL, patch BIGINT NOT NULL "
    "REFERENCES patch (id), app_user BIGINT NOT NULL, at BIGINT NOT NULL, "
    "PRIMARY KEY (org, patch, app_user))",

    "CREATE TABLE patch_group (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), name TEXT NOT NULL, description TEXT NOT NULL, owner TEXT NOT "
    "NULL, query TEXT NOT NULL, revision BIGINT NOT NULL, patches BIGINT NOT "
    "NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, UNIQUE (org, "
    "name))",
    "CREATE TABLE patch_group_revision (patch_group BIGINT NOT NULL "
    "REFERENCES patch_group (id), revision BIGINT NOT NULL, at BIGINT NOT "
    "NULL, author TEXT NOT NULL, body @BLOB NOT NULL, PRIMARY KEY "
    "(patch_group, revision))",

    /* deployed: the version in force, 0 none; asked: one that waits to be
     * approved. */
    "CREATE TABLE patch_configuration (id @ID, org BIGINT NOT NULL "
    "REFERENCES org (id), name TEXT NOT NULL, built_in BIGINT NOT NULL, "
    "place BIGINT NOT NULL, version BIGINT NOT NULL, deployed BIGINT NOT "
    "NULL, deployed_at BIGINT NOT NULL, deployed_by TEXT NOT NULL, asked "
    "BIGINT NOT NULL, asked_by TEXT NOT NULL, archived BIGINT NOT NULL, "
    "targets TEXT NOT NULL, saved BIGINT NOT NULL, saved_by TEXT NOT NULL, "
    "created BIGINT NOT NULL, looked_at BIGINT NOT NULL, revision BIGINT NOT "
    "NULL, UNIQUE (org, name))",
    "CREATE TABLE patch_configuration_version (configuration BIGINT NOT NULL "
    "REFERENCES patch_configuration (id), version BIGINT NOT NULL, at BIGINT "
    "NOT NULL, author TEXT NOT NULL, settings TEXT NOT NULL, PRIMARY KEY "
    "(configuration, version))",
    "CREATE TABLE patch_approval (id @ID, configuration BIGINT NOT NULL "
    "REFERENCES patch_configuration (id), version BIGINT NOT NULL, run "
    "BIGINT NOT NULL, app_user BIGINT NOT NULL, name TEXT NOT NULL, at "
    "BIGINT NOT NULL, verdict TEXT NOT NULL, comment TEXT NOT NULL, key_bytes "
    "@BLOB, signature @BLOB, UNIQUE (configuration, version, run, app_user))",

    /* id grows with every scan of any device. */
    "CREATE TABLE patch_scan (id @ID, device BIGINT NOT NULL UNIQUE "
    "REFERENCES device (id), org BIGINT NOT NULL, os TEXT NOT NULL, at "
    "BIGINT NOT NULL, received BIGINT NOT NULL, cause BIGINT NOT NULL, "
    "origin TEXT NOT NULL, manager TEXT NOT NULL, installed BIGINT NOT NULL, "
    "missing BIGINT NOT NULL, reboot BIGINT NOT NULL, reboot_level BIGINT NOT "
    "NULL, reboot_since BIGINT NOT NULL, reboot_reason TEXT NOT NULL, "
    "reboot_text TEXT NOT NULL, errors TEXT NOT NULL, body @BLOB NOT NULL)",
    "CREATE INDEX patch_scan_org ON patch_scan (org, id)",

    "CREATE TABLE patch_run (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), kind TEXT NOT NULL, configuration BIGINT NOT NULL, version BIGINT "
    "NOT NULL, task TEXT NOT NULL, cause TEXT NOT NULL, ring BIGINT NOT NULL, "
    "started_by TEXT NOT NULL, due TEXT NOT NULL, state TEXT NOT NULL, "
    "started BIGINT NOT NULL, ended BIGINT NOT NULL, targets TEXT NOT NULL, "
    "patches TEXT NOT NULL, devices BIGINT NOT NULL)",
    "CREATE INDEX patch_run_org ON patch_run (org, id)",
    "CREATE INDEX patch_run_open ON patch_run (id) WHERE ended = 0",
    "CREATE UNIQUE INDEX patch_run_due ON patch_run (configuration, task, due) "
    "WHERE due <> ''",
    "CREATE TABLE patch_run_device (run BIGINT NOT NULL REFERENCES patch_run "
    "(id), device BIGINT NOT NULL REFERENCES device (id), state TEXT NOT "
    "NULL, final BIGINT NOT NULL, due BIGINT NOT NULL, job BIGINT NOT NULL, "
    "started BIGINT NOT NULL, ended BIGINT NOT NULL, text TEXT NOT NULL, "
    "PRIMARY KEY (run, device))",
    "CREATE INDEX patch_run_device_device ON patch_run_device (device, run)",
    "CREATE INDEX patch_run_device_planned ON patch_run_device (due, run) "
    "WHERE state = 'planned'",
    "CREATE INDEX patch_run_device_open ON patch_run_device (due, run) "
    "WHERE final = 0",

    /* One try of one device; X-10 is in it. */
    "CREATE TABLE patch_deployment (id @ID, org BIGINT NOT NULL, device "
    "BIGINT NOT NULL REFERENCES device (id), configuration BIGINT NOT NULL, "
    "version BIGINT NOT NULL, task TEXT NOT NULL, run BIGINT NOT NULL, due "
    "BIGINT NOT NULL, catch_up BIGINT NOT NULL, started BIGINT NOT NULL, "
    "ended BIGINT NOT NULL, phase BIGINT NOT NULL, outcome BIGINT NOT NULL, "
    "text TEXT NOT NULL, group_revisions TEXT NOT NULL, policy_revision BIGINT NOT "
    "NULL, ok BIGINT NOT NULL, failed BIGINT NOT NULL, UNIQUE (device, "
    "configuration, task, run, due))",
    "CREATE INDEX patch_deployment_org ON patch_deployment (org, id)",
    "CREATE INDEX patch_deployment_device ON patch_deployment (device, id)",
    "CREATE TABLE patch_history (id @ID, org BIGINT NOT NULL, device BIGINT "
    "NOT NULL REFERENCES device (id), deployment BIGINT NOT NULL, patch TEXT "
    "NOT NULL, package TEXT NOT NULL, version_from TEXT NOT NULL, version_to "
    "TEXT NOT NULL, state BIGINT NOT NULL, code BIGINT NOT NULL, at BIGINT "
    "NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX patch_history_org ON patch_history (org, at, id)",
    "CREATE INDEX patch_history_device ON patch_history (device, id)",
    "CREATE INDEX patch_history_patch ON patch_history (org, patch, id)",
    "CREATE INDEX patch_history_deployment ON patch_history (deployment, id)",

    "CREATE TABLE patch_hold (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), kind TEXT NOT NULL, target TEXT NOT NULL, label BIGINT NOT NULL, "
    "reason TEXT NOT NULL, author TEXT NOT NULL, created BIGINT NOT NULL, "
    "until BIGINT NOT NULL, lifted BIGINT NOT NULL, lifted_by TEXT NOT NULL)",
    "CREATE INDEX patch_hold_org ON patch_hold (org, id)",
    "CREATE TABLE patch_freeze (id @ID, org BIGINT NOT NULL REFERENCES org "
    "(id), label BIGINT NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL, "
    "created BIGINT NOT NULL, begins BIGINT NOT NULL, ends BIGINT NOT NULL, "
    "lifted BIGINT NOT NULL, lifted_by TEXT NOT NULL)",
    "CREATE INDEX patch_freeze_org ON patch_freeze (org, id)",

    "CREATE TABLE patch_rollout (configuration BIGINT PRIMARY KEY REFERENCES "
    "patch_configuration (id), rings TEXT NOT NULL, state TEXT NOT NULL, "
    "version BIGINT NOT NULL, ring BIGINT NOT NULL, since BIGINT NOT NULL, "
    "reason TEXT NOT NULL, revision BIGINT NOT NULL, changed BIGINT NOT "
    "NULL)",

    "CREATE TABLE patch_report_set (id @ID, org BIGINT NOT NULL REFERENCES "
    "org (id), name TEXT NOT NULL, configurations TEXT NOT NULL, measures TEXT "
    "NOT NULL, levels TEXT NOT NULL, threshold BIGINT NOT NULL, stale_days "
    "BIGINT NOT NULL, archived BIGINT NOT NULL, owner TEXT NOT NULL, "
    "created BIGINT NOT NULL, last_run BIGINT NOT NULL, revision BIGINT NOT "
    "NULL, UNIQUE (org, name))",
    "CREATE TABLE patch_report_score (report_set BIGINT NOT NULL REFERENCES "
    "patch_report_set (id), at BIGINT NOT NULL, devices BIGINT NOT NULL, "
    "compliant BIGINT NOT NULL, no_data BIGINT NOT NULL, pending BIGINT NOT "
    "NULL, PRIMARY KEY (report_set, at))",

    "CREATE TABLE device_patch (device BIGINT PRIMARY KEY REFERENCES device "
    "(id), epoch BIGINT NOT NULL, revision BIGINT NOT NULL, taken BIGINT NOT "
    "NULL, configuration BIGINT NOT NULL, version BIGINT NOT NULL, since "
    "BIGINT NOT NULL, digest @BLOB NOT NULL)",
    "CREATE INDEX device_patch_configuration ON device_patch (configuration)",
    NULL,
};
/* clang-format on */
