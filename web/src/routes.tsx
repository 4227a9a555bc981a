// SPDX-License-Identifier: Apache-2.0
//
// Every page of the console: a page is one file that exports a component as
// default, and one row here. `path` is that of the address bar (:id is given
// to the page as a property), `title` the key of its name, `may` the
// permission it needs (without it the page is not offered), `group` where the
// menu has it; without a group it is reached from other pages only.
import { lazy, type ComponentType } from "react";

import type { Key } from "@/lib/messages";
import type { IconName } from "@/parts/icons";

export type PageProps = { params: { [name: string]: string } };

export interface Route {
  path: string;
  title: Key;
  may: string;
  page: ComponentType<PageProps>;
  group?: Group;
}

export type Group =
  "overview" | "assess" | "devices" | "patch" | "network" | "administration";

export const groups: { name: Group; title: Key; icon: IconName }[] = [
  { name: "overview", title: "menu.overview", icon: "overview" },
  { name: "assess", title: "menu.assess", icon: "assess" },
  { name: "devices", title: "menu.devices", icon: "devices" },
  { name: "patch", title: "menu.patch", icon: "patch" },
  { name: "network", title: "menu.network", icon: "network" },
  { name: "administration", title: "menu.administration",
    icon: "administration" },
];

type Load = () => Promise<{ default: ComponentType<PageProps> }>;

function row(
  path: string, title: Key, may: string, load: Load, group?: Group,
): Route {
  return { path, title, may, page: lazy(load), group };
}

export const routes: Route[] = [
  row("/", "overview.title", "", () => import("@/pages/overview/Overview"),
    "overview"),

  row("/assess/catalogue", "catalogue.title", "report.read",
    () => import("@/pages/assess/Catalogue"), "assess"),
  row("/assess/definition", "catalogue.title", "report.read",
    () => import("@/pages/assess/Definition")),
  row("/assess/advisories", "advisory.title", "report.read",
    () => import("@/pages/assess/Advisories"), "assess"),
  row("/advisory", "advisory.title", "report.read",
    () => import("@/pages/assess/Advisory")),
  row("/advisory/:id", "advisory.title", "report.read",
    () => import("@/pages/assess/Advisory")),
  row("/cve", "cve.title", "report.read",
    () => import("@/pages/assess/Cve")),
  row("/cve/:id", "cve.title", "report.read",
    () => import("@/pages/assess/Cve")),
  row("/assess/report", "report.title", "report.read",
    () => import("@/pages/assess/Report"), "assess"),
  row("/assess/compliance", "compliance.title", "report.read",
    () => import("@/pages/assess/Compliance"), "assess"),
  row("/assess/schedules", "schedules.title", "schedule.read",
    () => import("@/pages/assess/Schedules"), "assess"),
  row("/assess/schedules/:id", "schedules.title", "schedule.read",
    () => import("@/pages/assess/Schedule")),
  row("/assess/runs", "runs.title", "run.read",
    () => import("@/pages/assess/Runs"), "assess"),
  row("/assess/runs/:id", "runs.title", "run.read",
    () => import("@/pages/assess/Run")),
  row("/assess/tasks", "tasks.title", "schedule.read",
    () => import("@/pages/assess/Tasks"), "assess"),

  row("/assess/benchmark-results", "benchmark.results", "report.read",
    () => import("@/pages/assess/BenchmarkResults"), "assess"),
  row("/assess/benchmark-results/:id", "benchmark.results", "report.read",
    () => import("@/pages/assess/BenchmarkResult")),
  row("/assess/benchmarks", "benchmarks.title", "content.read",
    () => import("@/pages/assess/Benchmarks"), "assess"),

  row("/devices", "devices.title", "device.read",
    () => import("@/pages/devices/Devices"), "devices"),
  row("/devices/labels", "labels.title", "label.read",
    () => import("@/pages/devices/Labels"), "devices"),
  row("/devices/label-actions", "labelaction.title", "label.read",
    () => import("@/pages/devices/LabelActions")),
  row("/devices/labels/:id", "labels.title", "label.read",
    () => import("@/pages/devices/Label")),
  row("/devices/:id", "devices.title", "device.read",
    () => import("@/pages/devices/Device")),
  row("/patch/configurations", "patching.configurations", "patch.read",
    () => import("@/pages/patch/Configurations"), "patch"),
  row("/patch/configurations/:id", "patching.configurations", "patch.read",
    () => import("@/pages/patch/Configuration")),
  row("/patch/patches", "patching.intelligence", "patch.read",
    () => import("@/pages/patch/Patches"), "patch"),
  row("/patch/patches/:id", "patching.intelligence", "patch.read",
    () => import("@/pages/patch/Patch")),
  row("/patch/groups", "patching.groups", "patch.read",
    () => import("@/pages/patch/Groups"), "patch"),
  row("/patch/groups/:id", "patching.groups", "patch.read",
    () => import("@/pages/patch/Group")),
  row("/patch/devices", "patching.devices", "patch.read",
    () => import("@/pages/patch/Devices"), "patch"),
  row("/patch/runs", "patching.runs", "patch.read",
    () => import("@/pages/patch/Runs"), "patch"),
  row("/patch/runs/:id", "patching.runs", "patch.read",
    () => import("@/pages/patch/Run")),
  row("/patch/history", "patching.history", "patch.read",
    () => import("@/pages/patch/History"), "patch"),
  row("/patch/compliance", "patching.compliance", "patch.read",
    () => import("@/pages/patch/Compliance"), "patch"),
  row("/patch/late", "sla.page", "patch.read",
    () => import("@/pages/patch/Late"), "patch"),
  row("/patch/dry-run", "dry.title", "patch.read",
    () => import("@/pages/patch/DryRun"), "patch"),
  row("/patch/reports", "template.page", "patch.read",
    () => import("@/pages/patch/PatchReports"), "patch"),
  row("/patch/reports/:id", "template.page", "patch.read",
    () => import("@/pages/patch/PatchReport")),
  row("/patch/compliance/:id", "patching.compliance", "patch.read",
    () => import("@/pages/patch/ReportSet")),
  row("/patch/holds", "hold.title", "patch.read",
    () => import("@/pages/patch/Holds"), "patch"),
  row("/network/devices", "network.title", "network.read",
    () => import("@/pages/network/NetworkDevices"), "network"),
  row("/network/add", "network.add", "network.write",
    () => import("@/pages/network/AddNetworkDevice")),
  row("/network/prepare", "prepare.title", "network.write",
    () => import("@/pages/network/Prepare"), "network"),
  row("/network/devices/:id", "network.title", "network.read",
    () => import("@/pages/network/NetworkDevice")),
  row("/network/changes", "network.changes", "network.read",
    () => import("@/pages/network/NetworkChanges"), "network"),
  row("/network/changes/:id", "network.changes", "network.read",
    () => import("@/pages/network/NetworkChange")),
  row("/network/deployments", "deployment.title", "network.read",
    () => import("@/pages/network/Deployments"), "network"),
  row("/network/deployments/new", "deployment.new", "network.change",
    () => import("@/pages/network/PlanDeployment")),
  row("/network/deployments/:id", "deployment.title", "network.read",
    () => import("@/pages/network/Deployment")),
  row("/network/sessions/:id", "network.sessions", "network.read",
    () => import("@/pages/network/NetworkSession")),
  row("/network/fetching", "fetch.title", "network.read",
    () => import("@/pages/network/Fetching"), "network"),
  row("/network/images", "image.title", "network.read",
    () => import("@/pages/network/Images"), "network"),
  row("/network/schedules", "netplan.title", "network.read",
    () => import("@/pages/network/NetworkSchedules"), "network"),
  row("/network/schedules/:id", "netplan.title", "network.read",
    () => import("@/pages/network/NetworkSchedule")),
  row("/network/types", "nettype.title", "network.read",
    () => import("@/pages/network/Types"), "network"),
  row("/network/credentials", "credential.title", "network.read",
    () => import("@/pages/network/Credentials"), "network"),

  row("/administration/users", "admin.users", "user.read",
    () => import("@/pages/administration/Users"), "administration"),
  row("/administration/users/:id", "admin.users", "user.read",
    () => import("@/pages/administration/User")),
  row("/administration/roles", "admin.roles", "user.read",
    () => import("@/pages/administration/Roles"), "administration"),
  row("/administration/roles/:id", "admin.roles", "user.read",
    () => import("@/pages/administration/Role")),
  row("/administration/group-roles", "grouprole.title", "user.read",
    () => import("@/pages/administration/GroupRoles"), "administration"),
  row("/administration/organisations", "organisation.title", "user.read",
    () => import("@/pages/administration/Organisations"), "administration"),
  row("/administration/tokens", "admin.tokens", "",
    () => import("@/pages/administration/Tokens"), "administration"),
  row("/administration/settings", "admin.settings", "setting.read",
    () => import("@/pages/administration/Settings"), "administration"),
  row("/administration/contents", "admin.contents", "content.read",
    () => import("@/pages/administration/Contents"), "administration"),
  row("/administration/enrolment", "admin.enrolment", "enrol",
    () => import("@/pages/administration/Enrolment"), "administration"),
  row("/administration/reports", "admin.reports", "report.read",
    () => import("@/pages/administration/Reports"), "administration"),
  row("/administration/reports/:id", "admin.reports", "report.read",
    () => import("@/pages/administration/Report")),
  row("/administration/backups", "backup.title", "setting.read",
    () => import("@/pages/administration/Backups"), "administration"),
  row("/administration/audit", "admin.audit", "audit.read",
    () => import("@/pages/administration/Audit"), "administration"),
  row("/administration/health", "admin.health", "setting.read",
    () => import("@/pages/administration/Health"), "administration"),

  row("/account", "account.title", "",
    () => import("@/pages/account/Account")),
];
