// SPDX-License-Identifier: Apache-2.0
//
// Schedules as docs/schedules.md has them: which members belong to a type.

export const scheduleTypes = ["none", "every", "daily", "weekly",
  "monthly_date", "monthly_weekday", "monthly_workday", "patch_tuesday",
  "cron"] as const;
export type ScheduleType = typeof scheduleTypes[number];

/** Patches are deployed without free intervals (D-07). */
export const patchTypes: readonly ScheduleType[] = ["daily", "weekly",
  "monthly_date", "monthly_weekday", "monthly_workday", "patch_tuesday",
  "none"];

export const weekdays =
  ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export interface Schedule {
  type: ScheduleType;
  time?: string;
  weekdays?: string[];
  date?: number | "last";
  nth?: number | "last";
  weekday?: string;
  months?: number[];
  delay_days?: number;
  after_patch_tuesday_days?: number;
  every_minutes?: number;
  anchor?: string;
  expression?: string;
  stage_hours?: number;
  run_if_missed?: boolean;
}

const timed: ScheduleType[] = ["daily", "weekly", "monthly_date",
  "monthly_weekday", "monthly_workday", "patch_tuesday"];
export const monthly: ScheduleType[] =
  ["monthly_date", "monthly_weekday", "monthly_workday"];

export function hasTime(type: ScheduleType): boolean {
  return timed.includes(type);
}

export function asSchedule(json: { [member: string]: unknown }): Schedule {
  return { ...json, type: (json.type ?? "none") as ScheduleType };
}

/** The same wish with another type: what both have stays. */
export function withType(old: Schedule, type: ScheduleType): Schedule {
  const next: Schedule = { type };

  if (old.run_if_missed !== undefined) next.run_if_missed = old.run_if_missed;
  if (old.stage_hours && hasTime(type)) next.stage_hours = old.stage_hours;
  if (hasTime(type)) next.time = old.time ?? "22:00";
  if (type === "weekly") next.weekdays = old.weekdays ?? ["sun"];
  if (type === "monthly_date") next.date = old.date ?? 1;
  if (type === "monthly_weekday") {
    next.nth = typeof old.nth === "number" && old.nth <= 4 ? old.nth : 1;
    next.weekday = old.weekday ?? "sun";
  }
  if (type === "monthly_workday") next.nth = old.nth ?? 1;
  if (type === "every") next.every_minutes = old.every_minutes ?? 1440;
  if (type === "cron") next.expression = old.expression ?? "0 22 * * 0";
  if (monthly.includes(type) || type === "patch_tuesday") {
    if (old.months) next.months = old.months;
    if (old.delay_days && monthly.includes(type)) {
      next.delay_days = old.delay_days;
    }
  }
  return next;
}
