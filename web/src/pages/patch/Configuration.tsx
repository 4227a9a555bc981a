// SPDX-License-Identifier: Apache-2.0
//
// One patch configuration: what is deployed where and when, with what it
// means beside it. Saving makes a version; putting it into force is another
// step (P-CFG-2).
import {
  Button, Checkbox, Menu, NativeSelect, NumberInput, Switch, Textarea,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";

import type { Answer } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import {
  jsonOf, levels, settingsOf, systems, taskOf, tasksOf, withTask, type Level,
  type Settings,
} from "@/lib/patching";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { Availability } from "@/pages/patch/Configurations";
import { ExperienceEditor } from "@/pages/patch/Experience";
import { Rings } from "@/pages/patch/Rings";
import { Summary } from "@/pages/patch/Summary";
import { TaskEditor } from "@/pages/patch/TaskEditor";
import { ButtonLink } from "@/parts/ButtonLink";
import { confirm, tell } from "@/parts/Confirm";
import { Form, useForm, useLeaveGuard } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Tabs } from "@/parts/Tabs";
import { Targets, useResolved, type TargetSet } from "@/parts/Targets";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";
import { useConflict } from "@/parts/useConflict";
import type { PageProps } from "@/routes";

type Configuration = Answer<"GET /patch-configurations/{configuration}">;

interface Values {
  settings: Settings;
  targets: TargetSet;
  place: number;
}

const stale = ["GET /patch-configurations",
  "GET /patch-configurations/{configuration}", "GET /tasks",
  "GET /patch-configurations/{configuration}/versions",
  "GET /patch-configurations/{configuration}/approvals"] as const;

function valuesOf(c: Configuration): Values {
  return {
    settings: settingsOf(c.settings), place: c.place,
    targets: { labels: c.targets.labels ?? [],
      devices: c.targets.devices ?? [], systems: c.targets.systems },
  };
}

function Tasks({ settings, set, configuration }: {
  settings: Settings; set: (settings: Settings) => void;
  configuration: number;
}) {
  const t = useT();
  const word = useWord();

  return (
    <Tabs label={t("patching.systems")} of={systems.map((system) => ({
      name: system, title: word("patching.system", system),
      content: () => (
        <>
          {system === "windows" && (
            <Switch label={t("patching.scan_preview")} mb="md"
              description={t("patching.scan_preview_help")}
              checked={settings.scan_preview} onChange={(event) => set({
                ...settings, scan_preview: event.currentTarget.checked })} />
          )}
          {tasksOf[system].map((name) => (
            <TaskEditor key={name} system={system} task={name}
              settings={settings} configuration={configuration}
              title={word("patch.task", name)}
              help={t(`patching.task_help.${name}`)}
              value={taskOf(settings, system, name)}
              onChange={(task) =>
                set(withTask(settings, system, name, task))} />
          ))}
        </>
      ),
    }))} />
  );
}

function Reboots({ settings, set }: {
  settings: Settings; set: (settings: Settings) => void;
}) {
  const t = useT();
  const options = useOptions();
  const word = useWord();
  const [level, setLevel] = useState<Level>("mandatory");
  const experience = settings.reboot_experience;

  return (
    <>
      <div className="hf-inline">
        <NativeSelect label={t("patching.minimum")}
          value={experience.minimum}
          data={options("patching.minimum",
            ["advised", "mandatory", "critical", "never"])}
          onChange={(event) => set({ ...settings, reboot_experience: {
            ...experience, minimum: event.currentTarget.value as
              Level | "never" } })} />
        <NativeSelect label={t("patching.experience_of")} value={level}
          data={options("patching.level_of_reboot", levels)}
          onChange={(event) =>
            setLevel(event.currentTarget.value as Level)} />
      </div>
      <ExperienceEditor key={level} value={experience[level]}
        level={word("patching.level_of_reboot", level)}
        onChange={(value) => set({ ...settings, reboot_experience: {
          ...experience, [level]: value } })} />
    </>
  );
}

function Delivery({ settings, set }: {
  settings: Settings; set: (settings: Settings) => void;
}) {
  const t = useT();
  const delivery = settings.delivery;
  const change = (changes: Partial<Settings["delivery"]>) =>
    set({ ...settings, delivery: { ...delivery, ...changes } });

  return (
    <div className="hf-form">
      <NumberInput label={t("patching.bandwidth")} min={0} w={260}
        description={t("patching.bandwidth_help")}
        value={delivery.bandwidth_kib_s}
        onChange={(n) => change({ bandwidth_kib_s: Number(n) || 0 })} />
      {(["mains_power", "metered", "wake_on_lan"] as const).map((name) => (
        <Checkbox key={name} label={t(`patching.${name}`)}
          checked={delivery[name]} onChange={(event) =>
            change({ [name]: event.currentTarget.checked })} />
      ))}
    </div>
  );
}

/** Into force, out of it, away. */
function Actions({ of, dirty }: { of: Configuration; dirty: boolean }) {
  const t = useT();
  const may = useMay();
  const deploy = useChange("POST /patch-configurations/{configuration}/deploy",
    [...stale]);
  const withdraw = useChange(
    "POST /patch-configurations/{configuration}/withdraw", [...stale]);
  const start = useChange("POST /patch-runs", ["GET /patch-runs"]);
  const [, go] = useLocation();
  const path = { configuration: of.id };
  const failed = (error: unknown) => tell(troubleText(t, asFailure(error)));

  const ask = async (
    what: "deploy" | "withdraw" | "run" | "archive" | "delete",
    act: () => Promise<unknown>,
  ) => {
    const yes = await confirm({
      title: t(`patching.${what}`), action: t(`patching.${what}`),
      text: t(`patching.${what}_text`, { n: of.devices }),
      danger: what !== "deploy",
    });
    if (yes) await act().catch(failed);
  };
  const dry = (
    <ButtonLink variant="default"
      href={`/patch/dry-run?configuration=${of.id}`}>
      {t("dry.title")}
    </ButtonLink>
  );
  const more = may("patch.write") && !of.built_in && (
    <More of={of} ask={ask} failed={failed} />
  );
  if (!may("patch.deploy")) return <>{more}{dry}</>;
  return (
    <>
      {more}
      {dry}
      {of.deployed_version && (
        <>
          <Button variant="default" onClick={() => void ask("withdraw",
            () => withdraw.mutateAsync({ path, body: {} } as never))}>
            {t("patching.withdraw")}
          </Button>
          <Button variant="default" onClick={() => void ask("run",
            async () => {
              const run = await start.mutateAsync({ body: {
                kind: "deploy", configuration: of.id } });
              go(`/patch/runs/${run.id}`);
            })}>
            {t("patching.run")}
          </Button>
        </>
      )}
      <Button disabled={dirty || of.deployed_version === of.version}
        onClick={() => void ask("deploy", () =>
          deploy.mutateAsync({ path, body: {} } as never))}>
        {t("patching.deploy")}
      </Button>
    </>
  );
}

/** Out of lists and back; away when it was never in force. */
function More({ of, ask, failed }: {
  of: Configuration;
  ask: (what: "archive" | "delete", act: () => Promise<unknown>) =>
    Promise<void>;
  failed: (error: unknown) => void;
}) {
  const t = useT();
  const [, go] = useLocation();
  const archive = useChange(
    "POST /patch-configurations/{configuration}/archive", [...stale]);
  const remove = useChange("DELETE /patch-configurations/{configuration}",
    [...stale]);
  const path = { configuration: of.id };
  const archived = of.availability === "archived";

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default">{t("action.more")}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {archived ? (
          <Menu.Item onClick={() => archive.mutate(
            { path, body: { archived: false } }, { onError: failed })}>
            {t("set.restore")}
          </Menu.Item>
        ) : (
          <Menu.Item onClick={() => void ask("archive", () =>
            archive.mutateAsync({ path, body: { archived: true } }))}>
            {t("set.archive")}
          </Menu.Item>
        )}
        <Menu.Item color="red" onClick={() => void ask("delete", async () => {
          await remove.mutateAsync({ path });
          go("/patch/configurations");
        })}>{t("action.delete")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Who agreed to which version, and who did not (P-CFG-9). */
function Approvals({ id }: { id: number }) {
  const t = useT();
  const answer = useAnswer(
    "GET /patch-configurations/{configuration}/approvals",
    { path: { configuration: id }, query: { limit: 100 } });

  return (
    <Loaded from={answer} lines={1}>{(data) => data.items.length === 0 ?
      null : (
        <Section title={t("patching.approvals")}>
          <table className="hf-table">
            <thead><tr>
              <th scope="col">{t("patching.version")}</th>
              <th scope="col">{t("patching.state")}</th>
              <th scope="col">{t("patching.author")}</th>
              <th scope="col">{t("history.at")}</th>
              <th scope="col">{t("patching.comment")}</th>
            </tr></thead>
            <tbody>{data.items.map((one) => (
              <tr key={`${one.version} ${one.at} ${one.name}`}>
                <th scope="row">{one.version}</th>
                <td>
                  <StatusBadge mood={one.verdict === "approved" ? "good" :
                    "bad"}>{t(`patching.verdict.${one.verdict}`)}
                  </StatusBadge>{" "}
                  {one.signed && t("patching.signed")}
                </td>
                <td>{one.name}</td>
                <td><Time at={one.at} exact /></td>
                <td>{one.comment}</td>
              </tr>
            ))}</tbody>
          </table>
        </Section>
      )}</Loaded>
  );
}

/** What a second person says to the version that waits. */
function Approval({ of }: { of: Configuration }) {
  const t = useT();
  const may = useMay();
  const approve = useChange(
    "POST /patch-configurations/{configuration}/approve", [...stale]);
  const decide = async (verdict: "approved" | "refused") => {
    const name = t(verdict === "approved" ? "patching.approve" :
      "patching.refuse");
    if (!of.asked_version || !await confirm({ title: name, action: name,
      text: t("patching.approve_text"),
      danger: verdict === "refused" })) return;
    approve.mutate({ path: { configuration: of.id },
      body: { version: of.asked_version, verdict } }, {
      onError: (error) => tell(troubleText(t, asFailure(error))) });
  };

  if (!of.asked_version) return null;
  return (
    <Section title={t("patching.availability.pending")}
      actions={may("patch.approve") && (
        <>
          <Button size="xs" variant="default"
            onClick={() => void decide("refused")}>
            {t("patching.refuse")}
          </Button>
          <Button size="xs" onClick={() => void decide("approved")}>
            {t("patching.approve")}
          </Button>
        </>
      )}>
      <p>{t("patching.asked", {
        name: of.asked_by, version: of.asked_version })}</p>
    </Section>
  );
}

/** What a version changed, member by member. */
function VersionDiff({ id, version }: { id: number; version: number }) {
  const t = useT();
  const answer = useAnswer(
    "GET /patch-configurations/{configuration}/diff",
    { path: { configuration: id }, query: { to: version } });

  return (
    <Loaded from={answer}>{(data) => data.items.length === 0 ? (
      <p>{t("diff.same")}</p>
    ) : (
      <div className="hf-scroll" tabIndex={0} role="region"
        aria-label={t("diff.region")}>
        <table className="hf-table">
          <thead><tr>
            <th scope="col">{t("patching.settings")}</th>
            <th scope="col">{t("patching.before")}</th>
            <th scope="col">{t("patching.now")}</th>
          </tr></thead>
          <tbody>{data.items.map((one) => (
            <tr key={one.field}>
              <th scope="row"><code>{one.field}</code></th>
              <td>{one.before ?? "–"}</td>
              <td>{one.after ?? "–"}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    )}</Loaded>
  );
}

function Versions({ id, newest }: { id: number; newest: number }) {
  const t = useT();
  const may = useMay();
  const [shown, setShown] = useState<number | null>(null);
  const restore = useChange(
    "POST /patch-configurations/{configuration}/restore", [...stale]);
  const back = async (version: number) => {
    if (!await confirm({ title: t("patching.restore"),
      action: t("patching.restore"),
      text: t("patching.restore_text", { version }) })) return;
    restore.mutate({ path: { configuration: id }, body: { version } }, {
      onError: (error) => tell(troubleText(t, asFailure(error))) });
  };
  const answer = useAnswer(
    "GET /patch-configurations/{configuration}/versions",
    { path: { configuration: id }, query: { limit: 50 } });

  return (
    <Loaded from={answer}>{(data) => (
      <>
      <table className="hf-table">
        <thead><tr>
          <th scope="col">{t("patching.version")}</th>
          <th scope="col">{t("patching.saved")}</th>
          <th scope="col">{t("patching.author")}</th>
          <th scope="col">{t("patching.state")}</th>
        </tr></thead>
        <tbody>{data.items.map((one) => (
          <tr key={one.version}>
            <th scope="row">{one.version}</th>
            <td><Time at={one.at} exact /></td>
            <td>{one.author}</td>
            <td>
              {one.in_force ? `${t("patching.in_force")} ` : ""}
              <Button size="compact-xs" variant="default"
                aria-label={`${t("patching.compare")}: ${one.version}`}
                onClick={() => setShown(one.version)}>
                {t("patching.compare")}
              </Button>{" "}
              {may("patch.write") && one.version !== newest && (
                <Button size="compact-xs" variant="default"
                  aria-label={`${t("patching.restore")}: ${one.version}`}
                  onClick={() => void back(one.version)}>
                  {t("patching.restore")}
                </Button>
              )}
            </td>
          </tr>
        ))}</tbody>
      </table>
      {shown !== null && (
        <>
          <h3>{t("patching.changed_by", { version: shown })}</h3>
          <VersionDiff key={shown} id={id} version={shown} />
        </>
      )}
      </>
    )}</Loaded>
  );
}

function Editor({ of }: { of: Configuration }) {
  const t = useT();
  const fresh = of.id === 0;
  const [, go] = useLocation();
  const form = useForm(valuesOf(of));
  const resolved = useResolved(form.values.targets);
  const add = useChange("POST /patch-configurations", [...stale]);
  const put = useChange("PUT /patch-configurations/{configuration}",
    [...stale]);
  const { settings, targets, place } = form.values;
  const set = (next: Settings) => form.set({ settings: next });

  useLeaveGuard(form.dirty);

  /** Asks what the server wants to be asked (P-SEL-9, K-DEP-7). */
  const save = async (
    values: Values, over: number,
  ): Promise<Configuration | null> => {
    const all = values.targets.labels.length +
      values.targets.devices.length === 0;
    if (all && !await confirm({
      title: t("targets.all_title"), action: t("action.save"),
      text: t("targets.all_text", { n: resolved.data?.devices ?? 0 }),
    })) return null;
    const body = { settings: jsonOf(values.settings),
      targets: values.targets, place: values.place || undefined,
      confirm_all: all || undefined };
    const send = (yes: boolean) => {
      const whole = { ...body, confirm: yes || undefined };
      return fresh ? add.mutateAsync({ body: whole }) : put.mutateAsync({
        path: { configuration: of.id }, body: whole, revision: over });
    };
    let saved;
    try {
      saved = await send(false);
    } catch (error) {
      const failure = asFailure(error);
      const asks = failure.fields.some((one) => one.field === "confirm");
      if (!asks || !await confirm({ title: t("patching.confirm"),
        text: failure.detail, action: t("action.save") })) throw error;
      saved = await send(true);
    }
    form.reset(valuesOf(saved));
    tell(t("patching.saved_version", {
      name: saved.name, version: saved.version }));
    if (fresh) go(`/patch/configurations/${saved.id}`, { replace: true });
    return saved;
  };
  const conflict = useConflict<Values, Configuration>({ form, valuesOf, save,
    call: "GET /patch-configurations/{configuration}",
    path: { configuration: of.id }, revision: of.revision,
    names: { settings: t("patching.settings"),
      targets: t("patching.targets"), place: t("patching.place") } });

  return (
    <Page title={fresh ? t("patching.new") : of.name}
      back={{ href: "/patch/configurations",
        title: t("patching.configurations") }}
      actions={!fresh && <Actions of={of} dirty={form.dirty} />}>
      {!fresh && (
        <Facts of={[
          [t("patching.state"), <Availability key="state" of={of} />],
          [t("patching.version"), of.version],
          [t("patching.in_force"), of.deployed_version ?? "–"],
          [t("patching.taken"), `${of.taken} / ${of.devices}`],
        ]} />
      )}
      {!fresh && <Approval of={of} />}
      <div className="hf-columns hf-with-summary">
        <Form form={form} action={t("action.save")}
          submit={conflict.submit} onChanged={conflict.changed}>
          <Section title={t("patching.general")}>
            <div className="hf-form">
              <TextInput label={t("patching.name")} required maxLength={200}
                value={settings.name} name="settings.name"
                error={form.error("settings.name")}
                onChange={(event) =>
                  set({ ...settings, name: event.currentTarget.value })} />
              <Textarea label={t("patching.comment")} autosize
                value={settings.comment} onChange={(event) => set({
                  ...settings, comment: event.currentTarget.value })} />
              <NumberInput label={t("patching.place")} min={1}
                description={t("patching.place_help")}
                disabled={of.built_in} {...form.value("place")} w={260}
                value={place || ""} />
            </div>
          </Section>
          <Section title={t("patching.targets")}>
            <Targets value={targets}
              onChange={(next) => form.set({ targets: next })}
              errors={{ labels: form.error("targets.labels"),
                systems: form.error("targets.systems") ??
                  form.error("targets") }} />
          </Section>
          <Section title={t("patching.tasks")}>
            <Tasks settings={settings} set={set} configuration={of.id} />
          </Section>
          <Section title={t("patching.reboot_experience")}>
            <Reboots settings={settings} set={set} />
          </Section>
          <Section title={t("patching.delivery")}>
            <Delivery settings={settings} set={set} />
          </Section>
        </Form>
        <Summary settings={settings} />
      </div>
      {!fresh && (
        <>
          <Rings id={of.id} />
          <Approvals id={of.id} />
          <Section title={t("patching.versions")} actions={
            <Link href={`/patch/history?configuration=${of.id}`}>
              {t("patching.history")}
            </Link>}>
            <Versions id={of.id} newest={of.version} />
          </Section>
        </>
      )}
      {conflict.dialog}
    </Page>
  );
}

function Known({ id }: { id: number }) {
  const answer = useAnswer("GET /patch-configurations/{configuration}",
    { path: { configuration: id } });

  return <Loaded from={answer} lines={10}>{(data) => (
    <Editor key={`${data.id} ${data.version}`} of={data} />
  )}</Loaded>;
}

/** A new one begins as the built-in default, with nothing on. */
function Fresh() {
  const list = useAnswer("GET /patch-configurations",
    { query: { limit: 1000 } });

  return <Loaded from={list} lines={10}>{(data) => {
    const model = data.items.find((one) => one.built_in) ?? data.items[0];
    if (!model) return null;
    const settings = settingsOf(model.settings);
    const off = systems.reduce((all, system) => tasksOf[system].reduce(
      (some, name) => withTask(some, system, name,
        { ...taskOf(some, system, name), enabled: false }), all),
    { ...settings, name: "", comment: "" });
    return <Editor of={{ ...model, id: 0, built_in: false, place: 0,
      settings: jsonOf(off),
      targets: { labels: [], devices: [], systems: [] } }} />;
  }}</Loaded>;
}

export default function ConfigurationPage({ params }: PageProps) {
  return params.id === "new" ? <Fresh /> : <Known id={Number(params.id)} />;
}
