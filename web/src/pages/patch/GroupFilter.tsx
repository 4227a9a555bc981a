// SPDX-License-Identifier: Apache-2.0
//
// The filter of a dynamic group (P-GRP-3, 4): patches that match it are in
// the group, also those to come.
import {
  Checkbox, MultiSelect, NumberInput, TextInput,
} from "@mantine/core";

import { useAnswer } from "@/api/hooks";
import type { Json } from "@/api/types";
import { useT } from "@/lib/messages";
import { systems } from "@/lib/patching";
import { useOptions } from "@/lib/words";

export interface GroupFilter {
  os?: string[];
  type?: string[];
  severity?: string[];
  vendor?: string;
  product?: string;
  text?: string;
  cve?: string;
  cvss_min?: number;
  rating_min?: number;
  exploited?: boolean;
  released_days?: number;
  preview?: boolean;
  enablement?: boolean;
}

const lists = {
  os: ["patching.system", systems],
  type: ["patching.type",
    ["security", "nonsecurity", "bugfix", "enhancement"]],
  severity: ["patching.level",
    ["critical", "important", "moderate", "low", "unassigned"]],
} as const;

/** Without members that say nothing. */
export function filterJson(filter: GroupFilter): { [name: string]: Json } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) =>
    value !== "" && value !== undefined && value !== false &&
    !(Array.isArray(value) && value.length === 0))) as
    { [name: string]: Json };
}

export function GroupFilterFields({ value, onChange, error }: {
  value: GroupFilter; onChange: (value: GroupFilter) => void;
  error?: string;
}) {
  const t = useT();
  const options = useOptions();
  const set = (changes: GroupFilter) => onChange({ ...value, ...changes });
  const filter = JSON.stringify(filterJson(value));
  const found = useAnswer("GET /patches",
    { query: { filter, limit: 1, superseded: true } }, { keep: true });
  const number = (name: "cvss_min" | "rating_min" | "released_days",
    max: number) => (
    <NumberInput label={t(`groupfilter.${name}`)} min={0} max={max} w={220}
      step={name === "released_days" ? 1 : 0.1} value={value[name] ?? ""}
      onChange={(n) => set({ [name]: n === "" ? undefined : Number(n) })} />
  );

  return (
    <fieldset className="hf-group">
      <legend>{t("groupfilter.title")}</legend>
      {(["os", "type", "severity"] as const).map((name) => (
        <MultiSelect key={name} label={t(`groupfilter.${name}`)}
          data={options(lists[name][0], lists[name][1])}
          value={value[name] ?? []}
          onChange={(next) => set({ [name]: next })} />
      ))}
      {(["vendor", "product", "text", "cve"] as const).map((name) => (
        <TextInput key={name} label={t(`groupfilter.${name}`)}
          value={value[name] ?? ""} onChange={(event) =>
            set({ [name]: event.currentTarget.value })} />
      ))}
      <div className="hf-choices">
        {number("cvss_min", 10)}
        {number("rating_min", 10)}
        {number("released_days", 36500)}
      </div>
      <Checkbox label={t("groupfilter.exploited")}
        checked={value.exploited ?? false} onChange={(event) =>
          set({ exploited: event.currentTarget.checked || undefined })} />
      {error && <p className="hf-field-error" role="alert">{error}</p>}
      <p className="hf-count" role="status">
        {found.error ? found.error.fields[0]?.reason ?? found.error.detail :
          t("groupfilter.count", { n: found.data?.total ??
            found.data?.items.length ?? 0 })}
      </p>
    </fieldset>
  );
}
