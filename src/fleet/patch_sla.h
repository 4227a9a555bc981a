/* SPDX-License-Identifier: Apache-2.0
 *
 * How long patches may be missing in an organisation (P-INT-7): the settings
 * patching.sla_*, as src/patch takes them.
 */
#ifndef FLEET_PATCH_SLA_H
#define FLEET_PATCH_SLA_H

#include "patch/comply.h"
#include "store/db.h"

int patch_sla_load(struct db *db, int64_t org, struct patch_sla *out,
                   struct err *err) MUST_CHECK;

#endif
