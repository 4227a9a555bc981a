// SPDX-License-Identifier: Apache-2.0
//
// One task of one operating system: when, which patches, and the reboot.
import {
  Checkbox, NativeSelect, NumberInput, Radio, Switch, TagsInput,
} from "@mantine/core";
import { Link } from "wouter";

import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import {
  afterOf, hasSeverity, levels, severitiesOf, withSeverity,
  type Deploy, type Level, type System, type Task,
} from "@/lib/patching";
import { useOptions, useWord } from "@/lib/words";
import { Vendors } from "@/pages/patch/Vendors";
import { ScheduleEditor } from "@/parts/ScheduleEditor";

interface Part {
  system: System;
  deploy: Deploy;
  set: (changes: Partial<Deploy>) => void;
}

function Risk({ deploy, set }: Part) {
  const t = useT();
  const risk = deploy.risk ?? null;
  const change = (changes: NonNullable<Deploy["risk"]>) =>
    set({ risk: { vrr: null, cvss: null, exploited: false,
      ...risk, ...changes } });

  return (
    <fieldset className="hf-group">
      <legend>{t("patching.risk")}</legend>
      <Checkbox label={t("patching.risk_on")} checked={risk !== null}
        onChange={(event) => set({ risk: event.currentTarget.checked ?
          { vrr: 8.5, cvss: null, exploited: true } : null })} />
      {risk && (
        <div className="hf-form">
          <NumberInput label={t("patching.vrr")} min={0} max={10} step={0.1}
            decimalScale={1} value={risk.vrr ?? ""} w={200}
            onChange={(value) => change({
              vrr: value === "" ? null : Number(value) })} />
          <NumberInput label="CVSS" min={0.1} max={10} step={0.1}
            decimalScale={1} value={risk.cvss ?? ""} w={200}
            onChange={(value) => change({
              cvss: value === "" ? null : Number(value) })} />
          <Checkbox label={t("patching.exploited")}
            checked={risk.exploited ?? false}
            onChange={(event) =>
              change({ exploited: event.currentTarget.checked })} />
        </div>
      )}
    </fieldset>
  );
}

function Severities({ system, deploy, set }: Part) {
  const t = useT();
  const word = useWord();

  return (
    <fieldset className="hf-group">
      <legend>{t("patching.severity")}</legend>
      {severitiesOf[system].map(([type, names]) => (
        <div key={type} className="hf-choices" role="group"
          aria-label={word("patching.type", type)}>
          <span>{word("patching.type", type)}</span>
          {names.map((level) => (
            <Checkbox key={level} size="sm"
              label={level ? word("patching.level", level) :
                t("patching.every")}
              checked={hasSeverity(deploy, type, level)}
              onChange={(event) => set(withSeverity(
                deploy, type, level, event.currentTarget.checked))} />
          ))}
        </div>
      ))}
    </fieldset>
  );
}

/** The patch groups, with what of each is included and excluded (P-GRD). */
function Groups({ system, deploy, set }: Part) {
  const t = useT();
  const list = useAnswer("GET /patch-groups", { query: { limit: 1000 } });
  const groups = list.data?.items ?? [];
  const excludes = system !== "linux";
  const toggle = (names: string[], name: string, on: boolean) =>
    on ? [...names, name] : names.filter((one) => one !== name);

  if (groups.length === 0) {
    return <p className="hf-dim">{t("patching.no_groups")} <Link
      href="/patch/groups">{t("patching.groups")}</Link></p>;
  }
  return (
    <div className="hf-scroll" tabIndex={0} role="region"
      aria-label={t("patching.groups")}>
      <table className="hf-table">
        <thead><tr>
          <th scope="col">{t("patching.group")}</th>
          <th scope="col">{t("patching.patches")}</th>
          <th scope="col">{t("patching.include")}</th>
          {excludes && <th scope="col">{t("patching.exclude")}</th>}
        </tr></thead>
        <tbody>{groups.map((group) => (
          <tr key={group.id}>
            <th scope="row">
              <Link href={`/patch/groups/${group.id}`}>{group.name}</Link>
            </th>
            <td>{group.patches}</td>
            <td><Checkbox aria-label={`${t("patching.include")}: ${group.name}`}
              checked={deploy.include.includes(group.name)}
              onChange={(event) => set({ include: toggle(
                deploy.include, group.name,
                event.currentTarget.checked) })} /></td>
            {excludes && (
              <td><Checkbox
                aria-label={`${t("patching.exclude")}: ${group.name}`}
                checked={(deploy.exclude ?? []).includes(group.name)}
                onChange={(event) => set({ exclude: toggle(
                  deploy.exclude ?? [], group.name,
                  event.currentTarget.checked) })} /></td>
            )}
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Options(part: Part) {
  const t = useT();
  const { system, deploy, set } = part;
  const selected = system !== "linux" || !deploy.all_missing;

  return (
    <>
      {system === "linux" && (
        <Radio.Group label={t("patching.which")}
          value={deploy.all_missing ? "all" : "selected"}
          onChange={(value) => set({ all_missing: value === "all" })}>
          <Radio value="all" label={t("patching.all_missing")} mt="xs" />
          <Radio value="selected" label={t("patching.selected")} mt="xs" />
        </Radio.Group>
      )}
      {selected && (
        <>
          {system === "windows" && <Risk {...part} />}
          <Severities {...part} />
          <fieldset className="hf-group">
            <legend>{t("patching.groups")}</legend>
            <Groups {...part} />
          </fieldset>
          {system === "windows" && (
            <fieldset className="hf-group">
              <legend>{t("patching.vendors")}</legend>
              <Vendors deploy={deploy} set={set} />
            </fieldset>
          )}
        </>
      )}
      {system === "linux" && (
        <TagsInput label={t("patching.exclude_packages")}
          description={t("patching.exclude_packages_help")}
          value={deploy.exclude_packages ?? []}
          onChange={(names) => set({ exclude_packages: names })} />
      )}
    </>
  );
}

export function TaskEditor({ system, title, help, value, onChange }: {
  system: System; title: string; help: string; value: Task;
  onChange: (task: Task) => void;
}) {
  const t = useT();
  const options = useOptions();
  const word = useWord();
  const change = (changes: Partial<Task>) =>
    onChange({ ...value, ...changes });

  return (
    <section className="hf-section hf-card" aria-label={title}>
      <Switch label={<strong>{title}</strong>} description={help}
        checked={value.enabled}
        onChange={(event) =>
          change({ enabled: event.currentTarget.checked })} />
      {value.enabled && (
        <>
          <h3>{t("patching.when")}</h3>
          <ScheduleEditor value={value.schedule} zone="" onZone={() => undefined}
            onChange={(schedule) => change({ schedule })} />
          <h3>{t("patching.what")}</h3>
          <Options system={system} deploy={value.deploy}
            set={(changes) =>
              change({ deploy: { ...value.deploy, ...changes } })} />
          <h3>{t("patching.reboot")}</h3>
          <div className="hf-form">
            <NativeSelect label={t("patching.after")}
              value={value.reboot.after}
              data={afterOf[system].map((one) => ({
                value: one, label: word("patching.after", one) }))}
              onChange={(event) => change({ reboot: { ...value.reboot,
                after: event.currentTarget.value as
                  Task["reboot"]["after"] } })} />
            <NativeSelect label={t("patching.criticality")}
              value={value.reboot.criticality}
              data={options("patching.level_of_reboot", levels)}
              onChange={(event) => change({ reboot: { ...value.reboot,
                criticality: event.currentTarget.value as Level } })} />
          </div>
        </>
      )}
    </section>
  );
}
