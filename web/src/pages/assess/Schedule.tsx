// SPDX-License-Identifier: Apache-2.0
//
// One configuration (K-SET, K-DEP, K-SCH): edited with its consequences in
// view; Save, and Run Now, which asks to save first (K-SET-5).
import {
  Button, Checkbox, NativeSelect, NumberInput, TextInput,
} from "@mantine/core";
import { useLocation } from "wouter";

import type { Answer, Body } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { asSchedule, type Schedule } from "@/lib/schedule";
import { useMay } from "@/lib/session";
import type { PageProps } from "@/routes";
import { confirm, tell } from "@/parts/Confirm";
import { Form, useForm, useLeaveGuard } from "@/parts/Form";
import { Icon } from "@/parts/icons";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { ScheduleEditor } from "@/parts/ScheduleEditor";
import { Targets, useResolved, type TargetSet } from "@/parts/Targets";
import { troubleText } from "@/parts/Trouble";
import { useConflict } from "@/parts/useConflict";

type Configuration = Answer<"GET /configurations/{configuration}">;
type Wish = Body<"POST /configurations">;

interface Values {
  name: string;
  enabled: boolean;
  while_logged_off: boolean;
  wake: boolean;
  targets: TargetSet;
  schedule: Schedule;
  zone: string;
  nice: number;
  memory_mb: number;
  limit_s: number;
  scap: Configuration["scap"];
}

const fresh: Values = {
  name: "", enabled: true, while_logged_off: true, wake: false,
  targets: { labels: [], devices: [], systems: [] },
  schedule: { type: "weekly", weekdays: ["sun"], time: "02:00",
    run_if_missed: true },
  zone: "", nice: 10, memory_mb: 0, limit_s: 3600, scap: null,
};

function valuesOf(c: Configuration): Values {
  return {
    name: c.name, enabled: c.enabled, while_logged_off: c.while_logged_off,
    wake: c.wake ?? false,
    targets: { labels: c.targets.labels ?? [],
      devices: c.targets.devices ?? [], systems: c.targets.systems },
    schedule: asSchedule(c.schedule), zone: c.zone ?? "",
    nice: c.nice ?? 0, memory_mb: c.memory_mb ?? 0, limit_s: c.limit_s ?? 0,
    scap: c.scap ?? null,
  };
}

function bodyOf(values: Values, all: boolean): Wish {
  return {
    ...values,
    schedule: { ...values.schedule } as unknown as Wish["schedule"],
    scap: values.scap ?? undefined,
    ...(all ? { confirm_all: true } : {}),
  };
}

function Benchmark({ value, set }: {
  value: Values["scap"]; set: (scap: Values["scap"]) => void;
}) {
  const t = useT();
  const list = useAnswer("GET /benchmarks", { query: { limit: 1000 } });
  const benchmarks = (list.data?.items ?? [])
    .filter((one) => one.kind === "benchmark");

  return (
    <>
      <NativeSelect label={t("schedule.what")}
        description={t("schedule.what_help")}
        value={value ? String(value.content) : ""}
        data={[{ value: "", label: t("schedule.what.oval") },
          ...benchmarks.map((one) => ({
            value: String(one.id), label: `SCAP: ${one.name}`,
          }))]}
        onChange={(event) => set(event.currentTarget.value === "" ? null :
          { content: Number(event.currentTarget.value) })} />
      {value && (
        <TextInput label={t("schedule.profile")} value={value.profile ?? ""}
          description={t("schedule.profile_help")}
          onChange={(event) => set({
            ...value, profile: event.currentTarget.value || undefined,
          })} />
      )}
    </>
  );
}

/** What of SCAP goes to the devices (K-SCAP-7). */
function Files({ id }: { id: number }) {
  const t = useT();
  const format = useFormat();
  const answer = useAnswer("GET /configurations/{configuration}/files",
    { path: { configuration: id }, query: { limit: 100 } });

  return (
    <Section title={t("schedules.files")}>
      <Loaded from={answer} lines={1}>{(data) => (
        <ul className="hf-plain-list">{data.items.map((one) => (
          <li key={one.sha256 + one.name}>
            {one.name} <span className="hf-dim">{one.kind},{" "}
              {format.bytes(one.size)}</span>{" "}
            <code className="hf-small hf-break">{one.sha256}</code>
          </li>
        ))}</ul>
      )}</Loaded>
    </Section>
  );
}

function Editor({ id, first, revision, advice }: {
  id: number | null; first: Values; revision?: number;
  advice?: string | null;
}) {
  const t = useT();
  const may = useMay();
  const [, go] = useLocation();
  const form = useForm(first);
  const resolved = useResolved(form.values.targets);
  const stale = ["GET /configurations",
    "GET /configurations/{configuration}", "GET /tasks"] as const;
  const add = useChange("POST /configurations", [...stale]);
  const put = useChange("PUT /configurations/{configuration}", [...stale]);
  const remove = useChange("DELETE /configurations/{configuration}",
    [...stale]);
  const run = useChange("POST /configurations/{configuration}/run",
    ["GET /runs"]);
  const values = form.values;

  useLeaveGuard(form.dirty);

  const askAll = async (): Promise<boolean | null> => {
    const { labels, devices, systems } = values.targets;
    if (labels.length + devices.length > 0 || systems.length === 0) {
      return false;
    }
    const yes = await confirm({
      title: t("targets.all_title"), action: t("action.save"),
      text: t("targets.all_text", { n: resolved.data?.devices ?? 0 }),
    });
    return yes ? true : null;
  };
  /** What was saved, or null when somebody said no. */
  const save = async (
    wish: Values, over: number,
  ): Promise<Configuration | null> => {
    const all = await askAll();
    if (all === null) return null;
    const body = bodyOf(wish, all);
    const saved = id === null ? await add.mutateAsync({ body }) :
      await put.mutateAsync({
        path: { configuration: id }, body, revision: over });
    form.reset(valuesOf(saved));
    tell(t("schedules.saved", { name: saved.name }));
    if (id === null) go(`/assess/schedules/${saved.id}`, { replace: true });
    return saved;
  };
  const conflict = useConflict<Values, Configuration>({ form, valuesOf, save,
    call: "GET /configurations/{configuration}",
    path: { configuration: id ?? 0 }, revision: revision ?? 0,
    names: {
      name: t("schedules.name"), enabled: t("schedules.enabled"),
      while_logged_off: t("schedules.logged_off"),
      wake: t("schedules.wake"), targets: t("schedules.targets"),
      schedule: t("schedules.when"), zone: t("schedule.zone"),
      nice: t("schedules.nice"), memory_mb: t("schedules.memory"),
      limit_s: t("schedules.limit"), scap: t("schedule.what"),
    } });
  const runNow = async () => {
    try {
      let from = id;
      if (form.dirty || id === null) {
        const yes = await confirm({
          title: t("schedules.save_first"), action: t("schedules.save_run"),
          text: t("schedules.save_first_text"),
        });
        if (!yes) return;
        from = (await conflict.submit(values))?.id ?? null;
      }
      if (from === null) return;
      const started = await run.mutateAsync(
        { path: { configuration: from } });
      go(`/assess/runs/${started.id}`);
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind === "changed") conflict.changed();
      else tell(troubleText(t, failure));
    }
  };
  const forget = async () => {
    const yes = await confirm({
      title: t("schedules.delete_title", { name: values.name }),
      text: t("schedules.delete_text"), action: t("action.delete"),
      danger: true,
    });
    if (!yes || id === null) return;
    try {
      await remove.mutateAsync({ path: { configuration: id } });
      tell(t("schedules.deleted", { name: values.name }));
      go("/assess/schedules");
    } catch (error) {
      tell(troubleText(t, asFailure(error)));
    }
  };

  return (
    <Page title={id === null ? t("schedules.new") : first.name}
      back={{ href: "/assess/schedules", title: t("schedules.title") }}
      actions={<>
        {id !== null && may("schedule.write") && (
          <Button variant="default" onClick={() => void forget()}>
            {t("action.delete")}
          </Button>
        )}
        {may("run.start") && (
          <Button loading={run.isPending} onClick={() => void runNow()}
            disabled={!values.enabled}
            leftSection={<Icon name="play" size={15} />}>
            {t("schedules.run_now")}
          </Button>
        )}
      </>}>
      <p className="hf-note">{t("schedules.warning")}</p>
      {advice && id === null && <p className="hf-dim">{advice}</p>}
      <Form form={form} action={t("action.save")}
        submit={conflict.submit} onChanged={conflict.changed}
        more={form.dirty && id !== null && (
          <Button variant="default" onClick={() => form.reset(first)}>
            {t("schedules.reset")}
          </Button>
        )}>
        <Section title={t("schedules.general")}>
          <div className="hf-form">
            <TextInput label={t("schedules.name")} required
              {...form.text("name")} />
            <Checkbox label={t("schedules.enabled")}
              description={t("schedules.enabled_help")}
              {...form.check("enabled")} />
            <Checkbox label={t("schedules.logged_off")}
              description={t("schedules.logged_off_help")}
              {...form.check("while_logged_off")} />
            <Checkbox label={t("schedules.wake")} {...form.check("wake")} />
            <Benchmark value={values.scap}
              set={(scap) => form.set({ scap })} />
          </div>
        </Section>
        <Section title={t("schedules.deploy")}>
          <Targets value={values.targets}
            onChange={(targets) => form.set({ targets })}
            errors={{
              labels: form.error("targets.labels"),
              systems: form.error("targets.systems") ??
                form.error("targets"),
            }} />
        </Section>
        <Section title={t("schedules.when")}>
          <ScheduleEditor value={values.schedule} zone={values.zone}
            onChange={(schedule) => form.set({ schedule })}
            onZone={(zone) => form.set({ zone })}
            error={form.error("schedule")} />
        </Section>
        <Section title={t("schedules.limits")}>
          <div className="hf-form">
            <NumberInput label={t("schedules.nice")} min={0} max={19}
              description={t("schedules.nice_help")}
              {...form.value("nice")} />
            <NumberInput label={t("schedules.memory")} min={0}
              description={t("schedules.zero")}
              {...form.value("memory_mb")} />
            <NumberInput label={t("schedules.limit")} min={0}
              description={t("schedules.limit_help")}
              {...form.value("limit_s")} />
          </div>
        </Section>
      </Form>
      {id !== null && first.scap && <Files id={id} />}
      {conflict.dialog}
    </Page>
  );
}

function Known({ id }: { id: number }) {
  const answer = useAnswer("GET /configurations/{configuration}",
    { path: { configuration: id } });

  return (
    <Loaded from={answer} lines={10}>{(data) => (
      <Editor key={id} id={id} first={valuesOf(data)}
        revision={data.revision} advice={data.advice} />
    )}</Loaded>
  );
}

export default function SchedulePage({ params }: PageProps) {
  return params.id === "new" ? <Editor id={null} first={fresh} /> :
    <Known id={Number(params.id)} />;
}
