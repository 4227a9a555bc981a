// SPDX-License-Identifier: Apache-2.0
//
// Which devices are meant (K-DEP-1 to 8): labels, devices by typing, and the
// tree of operating systems, where a parent has all below it, those of the
// future included. The number of devices is shown before anything is saved.
import { Checkbox, MultiSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { call, type Answer, type Row } from "@/api/client";
import type { Failure } from "@/api/failure";
import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { Loaded } from "@/parts/Loaded";

export interface TargetSet {
  labels: number[];
  devices: number[];
  systems: string[];
}

type System = Row<"GET /operating-systems">;

/** What the targets mean now; null while nothing is chosen. */
export function useResolved(targets: TargetSet) {
  const [asked] = useDebouncedValue(JSON.stringify(targets), 300);
  const known = JSON.parse(asked) as TargetSet;

  return useQuery<Answer<"POST /targets/resolve">, Failure>({
    queryKey: ["POST /targets/resolve", asked],
    queryFn: ({ signal }) => call("POST /targets/resolve", {
      signal, body: { targets: known },
    }),
    enabled: targets.systems.length > 0 && known.systems.length > 0,
    placeholderData: (old) => old,
  });
}

/** Paths of which no chosen one is above another. */
export function toggled(
  chosen: string[], path: string, on: boolean,
): string[] {
  if (!on) return chosen.filter((one) => one !== path);
  const below = (one: string) =>
    path === "" || one === path || one.startsWith(`${path}/`);
  return [...chosen.filter((one) => !below(one)), path].sort();
}

export function covered(chosen: string[], path: string): boolean {
  return chosen.some((one) => one !== path &&
    (one === "" || path.startsWith(`${one}/`)));
}

function Branch({ of, all, chosen, set }: {
  of: System; all: System[]; chosen: string[];
  set: (systems: string[]) => void;
}) {
  const t = useT();
  const children = all.filter((one) => one.parent === of.path &&
    one.path !== of.path);
  const above = covered(chosen, of.path);
  const box = (
    <Checkbox checked={above || chosen.includes(of.path)} disabled={above}
      label={`${of.name || t("severity.not_stated")} (${
        t("targets.devices_n", { n: of.devices })})`}
      onChange={(event) =>
        set(toggled(chosen, of.path, event.currentTarget.checked))} />
  );

  return (
    <li>
      {box}
      {children.length > 0 && (
        <ul>
          {children.map((one) => (
            <Branch key={one.path} of={one} all={all} chosen={chosen}
              set={set} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Systems({ chosen, set, error }: {
  chosen: string[]; set: (systems: string[]) => void; error?: string;
}) {
  const t = useT();
  const answer = useAnswer("GET /operating-systems",
    { query: { limit: 1000 } });

  return (
    <fieldset className="hf-fieldset">
      <legend>{t("targets.systems")}</legend>
      <p className="hf-dim">{t("targets.systems_help")}</p>
      {error && <p className="hf-field-error" role="alert">{error}</p>}
      <Loaded from={answer}>{(data) => (
        <ul className="hf-systems">
          {data.items.filter((one) => one.parent === null ||
            one.parent === undefined).map((one) => (
            <Branch key={one.path} of={one} all={data.items} chosen={chosen}
              set={set} />
          ))}
        </ul>
      )}</Loaded>
    </fieldset>
  );
}

export function DevicePicker({ chosen, set }: {
  chosen: number[]; set: (devices: number[]) => void;
}) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const [q] = useDebouncedValue(typed, 300);
  const found = useAnswer("GET /devices", { query: { q, limit: 50 } },
    { keep: true });
  const known = useAnswer("GET /devices", {
    query: { limit: 1000, filter: chosen.length > 0 ?
      `id in (${chosen.slice(0, 100).join(", ")})` : "id = 0" },
  }, { skip: chosen.length === 0, keep: true });
  const options = useMemo(() => {
    const names = new Map<string, string>(
      chosen.map((id) => [String(id), String(id)]));
    for (const one of [...known.data?.items ?? [],
      ...found.data?.items ?? []]) {
      names.set(String(one.id), `${one.name} (d-${one.id})`);
    }
    return [...names].map(([value, label]) => ({ value, label }));
  }, [chosen, known.data, found.data]);

  return (
    <MultiSelect searchable label={t("targets.devices")}
      description={t("targets.devices_found",
        { n: found.data?.total ?? found.data?.items.length ?? 0 })}
      placeholder={chosen.length === 0 ? t("targets.type") : undefined}
      data={options} value={chosen.map(String)} searchValue={typed}
      onSearchChange={setTyped} hidePickedOptions
      nothingFoundMessage={t("list.nothing_found")}
      filter={({ options: all }) => all}
      onChange={(ids) => set(ids.map(Number))} />
  );
}

export function Targets({ value, onChange, errors }: {
  value: TargetSet;
  onChange: (value: TargetSet) => void;
  errors?: { labels?: string; devices?: string; systems?: string };
}) {
  const t = useT();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const resolved = useResolved(value);

  return (
    <div className="hf-form">
      <MultiSelect searchable label={t("targets.labels")}
        description={t("targets.labels_help")} error={errors?.labels}
        data={(labels.data?.items ?? []).map((one) => ({
          value: String(one.id),
          label: `${one.name} (${one.members})`,
        }))}
        value={value.labels.map(String)}
        onChange={(ids) => onChange({ ...value, labels: ids.map(Number) })} />
      <DevicePicker chosen={value.devices}
        set={(devices) => onChange({ ...value, devices })} />
      <Systems chosen={value.systems} error={errors?.systems}
        set={(systems) => onChange({ ...value, systems })} />
      <p role="status" className="hf-count">
        {value.systems.length === 0 ? t("targets.no_system") :
          resolved.data ? t(resolved.data.all ?
            "targets.all" : "targets.count", { n: resolved.data.devices }) :
            t("loading")}
        {resolved.data && value.systems.length > 0 &&
          resolved.data.sample.length > 0 && (
          <span className="hf-dim">
            {" "}{resolved.data.sample.slice(0, 5)
              .map((one) => one.name).join(", ")}
            {resolved.data.devices > 5 ? " …" : ""}
          </span>
        )}
      </p>
    </div>
  );
}
