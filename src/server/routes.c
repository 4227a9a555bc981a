/* SPDX-License-Identifier: Apache-2.0 */
#include "server/routes_int.h"

/* clang-format off */
const struct route_table *const route_tables[] = {
    &routes_account,
    &routes_advisory,
    &routes_agent,
    &routes_audit,
    &routes_catalogue,
    &routes_configuration,
    &routes_content,
    &routes_definition,
    &routes_device,
    &routes_enrol,
    &routes_event,
    &routes_job,
    &routes_label,
    &routes_label_action,
    &routes_oidc,
    &routes_org,
    &routes_release,
    &routes_patch_agent,
    &routes_patch,
    &routes_patch_device,
    &routes_patch_hold,
    &routes_patch_history,
    &routes_patch_run,
    &routes_patch_configuration,
    &routes_patch_group,
    &routes_patch_version,
    &routes_report,
    &routes_report_schedule,
    &routes_role,
    &routes_run,
    &routes_saml,
    &routes_schedule,
    &routes_server,
    &routes_session,
    &routes_target,
    &routes_user,
};
/* clang-format on */
const size_t route_table_count = COUNT(route_tables);
