/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 14: changes of network devices that are deployed in rings.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_netdev_deploy[] = {
    "CREATE TABLE netdev_deployment (id @ID, org BIGINT NOT NULL REFERENCES "
    "org (id), title TEXT NOT NULL, lines TEXT NOT NULL, sealed @BLOB NOT "
    "NULL, key_id TEXT NOT NULL, options TEXT NOT NULL, out_of_band TEXT NOT "
    "NULL, rings TEXT NOT NULL, schedule TEXT NOT NULL, zone TEXT NOT NULL, "
    "state TEXT NOT NULL, text TEXT NOT NULL, ring BIGINT NOT NULL, since "
    "BIGINT NOT NULL, due BIGINT NOT NULL, author BIGINT NOT NULL, "
    "author_name TEXT NOT NULL, approver_name TEXT NOT NULL, created BIGINT "
    "NOT NULL, approved BIGINT NOT NULL, ended BIGINT NOT NULL, revision "
    "BIGINT NOT NULL)",
    "CREATE INDEX netdev_deployment_org ON netdev_deployment (org, id)",
    "CREATE TABLE netdev_deployment_device (deployment BIGINT NOT NULL "
    "REFERENCES netdev_deployment (id), device BIGINT NOT NULL REFERENCES "
    "device (id), ring BIGINT NOT NULL, planned_on BIGINT NOT NULL, change "
    "BIGINT NOT NULL, PRIMARY KEY (deployment, device))",
    "CREATE INDEX netdev_deployment_device_device ON netdev_deployment_device "
    "(device, deployment)",
    NULL,
};
/* clang-format on */
