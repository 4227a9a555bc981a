/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands, one file each. The table that lists them is in main.c.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

extern const struct command command_advisory_compare;
extern const struct command command_advisory_import;
extern const struct command command_advisory_info;
extern const struct command command_advisory_list;
extern const struct command command_advisory_show;
extern const struct command command_advisory_update;
extern const struct command command_api;
extern const struct command command_completion;
extern const struct command command_content_import;
extern const struct command command_content_list;
extern const struct command command_content_remove;
extern const struct command command_content_update;
extern const struct command command_device_diff;
extern const struct command command_device_discover;
extern const struct command command_device_facts;
extern const struct command command_device_fetch;
extern const struct command command_device_import;
extern const struct command command_device_lint;
extern const struct command command_device_policies;
extern const struct command command_device_prepare;
extern const struct command command_device_push;
extern const struct command command_device_run;
extern const struct command command_device_test;
extern const struct command command_fleet_assess;
extern const struct command command_help;
extern const struct command command_login;
extern const struct command command_logout;
extern const struct command command_oval_analyse;
extern const struct command command_oval_collect;
extern const struct command command_oval_compile;
extern const struct command command_oval_eval;
extern const struct command command_oval_explain;
extern const struct command command_oval_info;
extern const struct command command_oval_probes;
extern const struct command command_oval_validate;
extern const struct command command_patch_install;
extern const struct command command_patch_reboot_needed;
extern const struct command command_patch_scan;
extern const struct command command_patch_select;
extern const struct command command_patch_stage;
extern const struct command command_risk_import;
extern const struct command command_risk_info;
extern const struct command command_risk_show;
extern const struct command command_risk_update;
extern const struct command command_run_watch;
extern const struct command command_scan;
extern const struct command command_scap_eval;
extern const struct command command_scap_info;
extern const struct command command_scap_report;
extern const struct command command_scap_validate;
extern const struct command command_schedule_catch_up;
extern const struct command command_schedule_next;

extern const struct command command_setup;

#endif
