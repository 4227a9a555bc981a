// SPDX-License-Identifier: Apache-2.0
//
// What a report set measures (P-RPT-1, 2): devices of configurations, patches
// of groups and of levels, a threshold, and when it is calculated.
import { Checkbox, MultiSelect, NumberInput, TextInput } from "@mantine/core";

import type { Answer } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import type { Json } from "@/api/types";
import { useT } from "@/lib/messages";
import { asSchedule, type Schedule } from "@/lib/schedule";
import { useWord } from "@/lib/words";
import type { FormState } from "@/parts/Form";
import { ScheduleEditor } from "@/parts/ScheduleEditor";

export type ReportSet = Answer<"GET /patch-report-sets/{set}">;

export interface SetValues {
  name: string;
  configurations: string[];
  groups: string[];
  levels: string[];
  threshold: number;
  stale_days: number;
  within_sla: boolean;
  schedule: Schedule;
  zone: string;
}

export const freshSet: SetValues = {
  name: "", configurations: [], groups: [], levels: ["security critical"],
  threshold: 95, stale_days: 7, within_sla: false,
  schedule: { type: "daily", time: "06:00" }, zone: "server",
};

const levels = [
  ...["critical", "important", "moderate", "low", "unassigned"]
    .map((one) => `security ${one}`),
  "nonsecurity", "bugfix", "enhancement",
];

export function setValues(of: ReportSet): SetValues {
  return { name: of.name, configurations: of.configurations.map(String),
    groups: of.groups, levels: of.levels, threshold: of.threshold,
    stale_days: of.stale_days, within_sla: of.within_sla,
    schedule: of.schedule ? asSchedule(of.schedule) : { type: "none" },
    zone: of.zone || "server" };
}

/** "server" is no zone of its own: it is what is meant without one. */
export function setBody(values: SetValues) {
  return { ...values, configurations: values.configurations.map(Number),
    schedule: { ...values.schedule } as unknown as { [name: string]: Json },
    zone: values.zone === "server" ? "" : values.zone };
}

export function useLevelName(): (level: string) => string {
  const word = useWord();
  return (level) => {
    const [type, name] = level.split(" ");
    return word("patching.type", type ?? "") +
      (name ? `: ${word("patching.level", name)}` : "");
  };
}

export function SetFields({ form }: { form: FormState<SetValues> }) {
  const t = useT();
  const nameOf = useLevelName();
  const list = useAnswer("GET /patch-configurations",
    { query: { limit: 1000 } });
  const groups = useAnswer("GET /patch-groups", { query: { limit: 1000 } });
  const known = [...new Set([...levels, ...form.values.levels])];

  return (
    <>
      <TextInput label={t("patching.name")} required {...form.text("name")} />
      <MultiSelect label={t("patching.configurations")} required searchable
        description={t("set.configurations_help")}
        data={(list.data?.items ?? []).map((one) => ({
          value: String(one.id), label: one.name }))}
        {...form.value("configurations")} />
      <MultiSelect label={t("set.levels")} description={t("set.levels_help")}
        data={known.map((one) => ({ value: one, label: nameOf(one) }))}
        {...form.value("levels")} />
      <MultiSelect label={t("patching.groups")} searchable
        data={(groups.data?.items ?? []).map((one) => one.name)}
        {...form.value("groups")} />
      <NumberInput label={t("patching.threshold")} min={0} max={100}
        {...form.value("threshold")} />
      <NumberInput label={t("patching.stale_days")} min={1} max={365}
        description={t("set.stale_help")} {...form.value("stale_days")} />
      <Checkbox label={t("set.within_sla")} {...form.check("within_sla")} />
      <ScheduleEditor value={form.values.schedule} zone={form.values.zone}
        clocks={["server", "named"]} missed={false}
        none={{ name: t("set.by_hand"), text: t("set.by_hand_text") }}
        error={form.error("schedule")}
        onChange={(schedule) => form.set({ schedule })}
        onZone={(zone) => form.set({ zone })} />
    </>
  );
}
