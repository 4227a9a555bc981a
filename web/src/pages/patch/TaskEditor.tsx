// SPDX-License-Identifier: Apache-2.0
//
// One task of one operating system: when, which patches, and the reboot.
import {
  Checkbox, NativeSelect, NumberInput, Radio, Switch, TagsInput,
} from "@mantine/core";

import { useT } from "@/lib/messages";
import {
  afterOf, hasSeverity, levels, severitiesOf, withSeverity, type Deploy,
  type Experience, type Level, type Settings, type System, type Task,
  type TaskName,
} from "@/lib/patching";
import { patchTypes } from "@/lib/schedule";
import { useOptions, useWord } from "@/lib/words";
import { Enablement } from "@/pages/patch/Enablement";
import { ExperienceEditor } from "@/pages/patch/Experience";
import { GroupGrid } from "@/pages/patch/GroupGrid";
import { Vendors } from "@/pages/patch/Vendors";
import { ScheduleEditor } from "@/parts/ScheduleEditor";

interface Part {
  system: System;
  task: TaskName;
  settings: Settings;
  deploy: Deploy;
  set: (changes: Partial<Deploy>) => void;
  /** 0: not saved yet. */
  configuration: number;
}

/** A reboot before deployment that nobody has thought about yet. */
const freshBefore: Experience = {
  force_minutes: 60, warn_at_logoff: true, countdown_minutes: 15,
  extend_minutes: 15, extend_max_minutes: 60, may_cancel_timeout: false,
  may_cancel_reboot: false, message: "",
};

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
            <GroupGrid {...part} />
          </fieldset>
          {system === "windows" && (
            <fieldset className="hf-group">
              <legend>{t("patching.vendors")}</legend>
              <Vendors deploy={deploy} set={set} />
            </fieldset>
          )}
          {system === "windows" && part.task === "routine" && (
            <fieldset className="hf-group">
              <legend>{t("enablement.title")}</legend>
              <Enablement deploy={deploy} set={set} />
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

function Reboot({ system, value, change }: {
  system: System; value: Task; change: (changes: Partial<Task>) => void;
}) {
  const t = useT();
  const options = useOptions();
  const word = useWord();
  const { reboot } = value;
  const set = (changes: Partial<Task["reboot"]>) =>
    change({ reboot: { ...reboot, ...changes } });

  return (
    <>
      <div className="hf-form">
        <NativeSelect label={t("patching.after")} value={reboot.after}
          data={afterOf[system].map((one) => ({
            value: one, label: word("patching.after", one) }))}
          onChange={(event) => set({ after: event.currentTarget.value as
            Task["reboot"]["after"] })} />
        <NativeSelect label={t("patching.criticality")}
          value={reboot.criticality}
          data={options("patching.level_of_reboot", levels)}
          onChange={(event) => set({
            criticality: event.currentTarget.value as Level })} />
        {system === "windows" && (
          <Switch label={t("patching.before_on")}
            description={t("patching.before_help")}
            checked={Boolean(reboot.before)} onChange={(event) =>
              set({ before: event.currentTarget.checked ? freshBefore :
                null })} />
        )}
      </div>
      {system === "windows" && reboot.before && (
        <ExperienceEditor value={reboot.before}
          level={t("patching.before_on")}
          onChange={(before) => set({ before })} />
      )}
    </>
  );
}

export function TaskEditor({
  system, task, settings, configuration, title, help, value, onChange,
}: {
  system: System; task: TaskName; settings: Settings; configuration: number;
  title: string; help: string; value: Task;
  onChange: (task: Task) => void;
}) {
  const t = useT();
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
          <ScheduleEditor value={value.schedule} types={patchTypes} stages
            onChange={(schedule) => change({ schedule })} />
          <h3>{t("patching.what")}</h3>
          <Options system={system} task={task} deploy={value.deploy}
            settings={settings} configuration={configuration}
            set={(changes) =>
              change({ deploy: { ...value.deploy, ...changes } })} />
          <h3>{t("patching.reboot")}</h3>
          <Reboot system={system} value={value} change={change} />
        </>
      )}
    </section>
  );
}
