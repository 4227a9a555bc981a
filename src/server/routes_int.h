/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of the areas; each is in api_AREA.c.
 */
#ifndef SERVER_ROUTES_INT_H
#define SERVER_ROUTES_INT_H

#include "server/route.h"

extern const struct route_table routes_account;
extern const struct route_table routes_advisories;
extern const struct route_table routes_advisory;
extern const struct route_table routes_agent;
extern const struct route_table routes_audit;
extern const struct route_table routes_backup;
extern const struct route_table routes_benchmark;
extern const struct route_table routes_benchmark_result;
extern const struct route_table routes_catalogue;
extern const struct route_table routes_configuration;
extern const struct route_table routes_content;
extern const struct route_table routes_cve_device;
extern const struct route_table routes_definition;
extern const struct route_table routes_device;
extern const struct route_table routes_enrol;
extern const struct route_table routes_event;
extern const struct route_table routes_finding_change;
extern const struct route_table routes_gate;
extern const struct route_table routes_job;
extern const struct route_table routes_label;
extern const struct route_table routes_label_action;
extern const struct route_table routes_netdev_fetch;
extern const struct route_table routes_netdev_stage;
extern const struct route_table routes_netdev_image;
extern const struct route_table routes_netdev_prepare;
extern const struct route_table routes_netdev_server;
extern const struct route_table routes_netdev_stranger;
extern const struct route_table routes_netdev;
extern const struct route_table routes_netdev_change;
extern const struct route_table routes_netdev_deploy;
extern const struct route_table routes_netdev_schedule;
extern const struct route_table routes_netdev_config;
extern const struct route_table routes_netdev_credential;
extern const struct route_table routes_netdev_session;
extern const struct route_table routes_netdev_type;
extern const struct route_table routes_oidc;
extern const struct route_table routes_org;
extern const struct route_table routes_overview;
extern const struct route_table routes_release;
extern const struct route_table routes_patch_agent;
extern const struct route_table routes_patch;
extern const struct route_table routes_patch_device;
extern const struct route_table routes_patch_hold;
extern const struct route_table routes_patch_history;
extern const struct route_table routes_patch_report;
extern const struct route_table routes_patch_template;
extern const struct route_table routes_patch_ring;
extern const struct route_table routes_patch_run;
extern const struct route_table routes_patch_sla;
extern const struct route_table routes_patch_configuration;
extern const struct route_table routes_patch_foreign;
extern const struct route_table routes_patch_grid;
extern const struct route_table routes_patch_group;
extern const struct route_table routes_patch_version;
extern const struct route_table routes_report;
extern const struct route_table routes_report_schedule;
extern const struct route_table routes_role;
extern const struct route_table routes_run;
extern const struct route_table routes_saml;
extern const struct route_table routes_saved_filter;
extern const struct route_table routes_schedule;
extern const struct route_table routes_server;
extern const struct route_table routes_session;
extern const struct route_table routes_target;
extern const struct route_table routes_user;
extern const struct route_table routes_waiver;

#endif
