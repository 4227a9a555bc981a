/* SPDX-License-Identifier: Apache-2.0 */
#include "server/routes_int.h"

/* clang-format off */
const struct route_table *const route_tables[] = {
    &routes_account,
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
