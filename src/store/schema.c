/* SPDX-License-Identifier: Apache-2.0 */
#include "store/schema_int.h"

const struct migration migrations[] = {
    { 1, "organisations, settings, audit", schema_base },
    { 2, "users, roles, sessions, tokens", schema_people },
    { 3, "devices, inventories, labels", schema_device },
    { 4, "enrolment, certificates, jobs", schema_trust },
    { 5, "configurations and runs", schema_run },
    { 6, "content, findings, reports", schema_finding },
};
const size_t migration_count = COUNT(migrations);
