// SPDX-License-Identifier: Apache-2.0
//
// The settings of a patch configuration, as docs/patching.md has them.
import type { Json } from "@/api/types";
import type { Schedule } from "@/lib/schedule";

export const systems = ["linux", "windows", "macos"] as const;
export type System = typeof systems[number];

export const tasksOf: { [system in System]: readonly TaskName[] } = {
  linux: ["routine"],
  windows: ["routine", "priority", "zero_day"],
  macos: ["routine"],
};
export type TaskName = "routine" | "priority" | "zero_day";

export const levels = ["critical", "mandatory", "advised"] as const;
export type Level = typeof levels[number];

export interface Deploy {
  all_missing?: boolean;
  risk?: { vrr?: number | null; cvss?: number | null;
    exploited?: boolean } | null;
  /** ["security", "critical"]; ["bugfix"] where there is but one switch. */
  severity: string[][] | null;
  include: string[];
  exclude?: string[];
  exclude_packages?: string[];
  vendors?: string[][] | null;
  vendors_all_except?: string[][] | null;
  enablement?: string[] | null;
}

export interface Experience {
  force_minutes: number;
  warn_at_logoff: boolean;
  countdown_minutes: number;
  extend_minutes: number;
  extend_max_minutes: number;
  may_cancel_timeout: boolean;
  may_cancel_reboot: boolean;
  message: string;
}

export interface Task {
  enabled: boolean;
  schedule: Schedule;
  deploy: Deploy;
  reboot: {
    before?: Experience | null;
    after: "never" | "if_required" | "always";
    criticality: Level;
  };
}

export interface Settings {
  name: string;
  comment: string;
  scan_preview: boolean;
  windows: { routine: Task; priority: Task; zero_day: Task };
  macos: { routine: Task };
  linux: { routine: Task };
  delivery: { bandwidth_kib_s: number; mains_power: boolean;
    metered: boolean; wake_on_lan: boolean };
  reboot_experience: { minimum: Level | "never" } &
    { [level in Level]: Experience };
}

export function settingsOf(json: { [member: string]: Json }): Settings {
  return json as unknown as Settings;
}

export function jsonOf(settings: Settings): { [member: string]: Json } {
  return settings as unknown as { [member: string]: Json };
}

/** The same while it is edited: one without a name means something, too. */
export function draftOf(settings: Settings): string {
  return JSON.stringify({ ...settings, name: settings.name || "–" });
}

export function taskOf(
  settings: Settings, system: System, name: TaskName,
): Task {
  return (settings[system] as { [name in TaskName]: Task })[name];
}

export function withTask(
  settings: Settings, system: System, name: TaskName, task: Task,
): Settings {
  return { ...settings,
    [system]: { ...settings[system], [name]: task } };
}

/** Severities that may be chosen; "" is the one switch of a type. */
export const severitiesOf: { [system in System]: [string, string[]][] } = {
  windows: [
    ["security", ["critical", "important", "moderate", "low", "unassigned"]],
    ["nonsecurity",
      ["critical", "important", "moderate", "low", "unassigned"]],
  ],
  macos: [
    ["security", ["critical", "important", "moderate", "low", "unassigned"]],
    ["nonsecurity", [""]],
  ],
  linux: [
    ["security", ["critical", "important", "moderate", "low"]],
    ["bugfix", [""]], ["enhancement", [""]],
  ],
};

export const afterOf: { [system in System]: Task["reboot"]["after"][] } = {
  windows: ["never", "if_required", "always"],
  macos: ["if_required", "always"],
  linux: ["never", "if_required"],
};

function rowOf(type: string, level: string): string[] {
  return level ? [type, level] : [type];
}

export function hasSeverity(
  deploy: Deploy, type: string, level: string,
): boolean {
  const row = JSON.stringify(rowOf(type, level));
  return (deploy.severity ?? []).some((one) => JSON.stringify(one) === row);
}

export function withSeverity(
  deploy: Deploy, type: string, level: string, on: boolean,
): Deploy {
  const row = rowOf(type, level);
  const rest = (deploy.severity ?? [])
    .filter((one) => JSON.stringify(one) !== JSON.stringify(row));
  const all = on ? [...rest, row] : rest;

  return { ...deploy, severity: all.length > 0 ? all : null };
}

/** Minutes after the request at which each thing happens to somebody who
 * does nothing (P-RBT-9): what the preview shows. */
export function stepsOf(
  experience: Experience,
): { at: number; what: "asked" | "countdown" | "reboot" | "never" }[] {
  const { force_minutes: force, countdown_minutes: countdown } = experience;

  if (force === 0) {
    return [{ at: 0, what: "asked" }, { at: 0, what: "never" }];
  }
  return [
    { at: 0, what: "asked" },
    ...countdown > 0 ? [{ at: force, what: "countdown" as const }] : [],
    { at: force + countdown, what: "reboot" },
  ];
}
