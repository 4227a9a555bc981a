// SPDX-License-Identifier: Apache-2.0
//
// One schedule of network devices: what it does, to which, when.
import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useLocation } from "wouter";

import type { Answer } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import type { Json } from "@/api/types";
import { useT } from "@/lib/messages";
import { asSchedule, type Schedule } from "@/lib/schedule";
import { useMay } from "@/lib/session";
import { useOptions } from "@/lib/words";
import { NetworkTargets } from "@/pages/network/NetworkTargets";
import { confirm, tell } from "@/parts/Confirm";
import { Form, useForm, useLeaveGuard } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { ScheduleEditor } from "@/parts/ScheduleEditor";
import { troubleText } from "@/parts/Trouble";
import { useConflict } from "@/parts/useConflict";
import type { PageProps } from "@/routes";

type Plan = Answer<"GET /network/schedules/{schedule}">;

interface Values {
  name: string;
  action: "discover" | "archive";
  enabled: boolean;
  labels: string[];
  devices: string[];
  schedule: Schedule;
  zone: string;
}

const fresh: Values = {
  name: "", action: "archive", enabled: true, labels: [], devices: [],
  schedule: { type: "daily", time: "02:00" }, zone: "server",
};
const stale = ["GET /network/schedules",
  "GET /network/schedules/{schedule}", "GET /tasks"] as const;

function valuesOf(of: Plan): Values {
  return { name: of.name, action: of.action, enabled: of.enabled ?? false,
    labels: (of.targets.labels ?? []).map(String),
    devices: (of.targets.devices ?? []).map(String),
    schedule: asSchedule(of.schedule), zone: of.zone || "server" };
}

function bodyOf(values: Values, all: boolean) {
  return { name: values.name, action: values.action,
    enabled: values.enabled, zone: values.zone,
    targets: { labels: values.labels.map(Number),
      devices: values.devices.map(Number) },
    schedule: { ...values.schedule } as unknown as { [name: string]: Json },
    confirm_all: all || undefined };
}

function Delete({ of }: { of: Plan }) {
  const t = useT();
  const [, go] = useLocation();
  const remove = useChange("DELETE /network/schedules/{schedule}",
    [...stale]);

  return (
    <Button variant="default" onClick={() => void (async () => {
      if (!await confirm({ title: t("action.delete"), danger: true,
        text: t("netplan.delete_text", { name: of.name }),
        action: t("action.delete") })) return;
      await remove.mutateAsync({ path: { schedule: of.id } }).then(
        () => go("/network/schedules"),
        (error: unknown) => tell(troubleText(t, asFailure(error))));
    })()}>{t("action.delete")}</Button>
  );
}

function Editor({ of }: { of: Plan | null }) {
  const t = useT();
  const may = useMay();
  const options = useOptions();
  const [, go] = useLocation();
  const form = useForm(of ? valuesOf(of) : fresh);
  const add = useChange("POST /network/schedules", [...stale]);
  const patch = useChange("PATCH /network/schedules/{schedule}",
    [...stale]);
  const save = async (values: Values, revision = 0) => {
    const all = values.labels.length + values.devices.length === 0;
    if (all && !await confirm({ title: t("netplan.all_title"),
      text: t("netplan.all_text"), action: t("action.save") })) return null;
    const body = bodyOf(values, all);
    if (!of) {
      const made = await add.mutateAsync({ body });
      go(`/network/schedules/${made.id}`, { replace: true });
      return made;
    }
    const saved = await patch.mutateAsync({ path: { schedule: of.id },
      revision, body });
    form.reset(valuesOf(saved));
    tell(t("admin.saved"));
    return saved;
  };
  const conflict = useConflict<Values, Plan>({ form, valuesOf, save,
    call: "GET /network/schedules/{schedule}",
    path: { schedule: of?.id ?? 0 }, revision: of?.revision ?? 0,
    names: { name: t("device.name"), action: t("network.action"),
      enabled: t("netplan.on"), schedule: t("netplan.when"),
      labels: t("targets.labels"), devices: t("network.title") } });

  useLeaveGuard(form.dirty && !add.isSuccess);
  return (
    <Page title={of ? of.name : t("netplan.new")}
      back={{ href: "/network/schedules", title: t("netplan.title") }}
      actions={of && may("network.write") && <Delete of={of} />}>
      <Form form={form} action={t("action.save")} submit={conflict.submit}
        onChanged={conflict.changed}>
        <fieldset className="hf-bare" disabled={!may("network.write")}>
          <Section title={t("patching.general")}>
            <div className="hf-form">
              <TextInput label={t("device.name")} required
                {...form.text("name")} />
              <NativeSelect label={t("network.action")}
                description={t("netplan.action_help")}
                data={options("network.action", ["archive", "discover"])}
                {...form.text("action")} />
              <Checkbox label={t("netplan.on")} {...form.check("enabled")} />
            </div>
          </Section>
          <Section title={t("patching.targets")}>
            <div className="hf-form">
              <NetworkTargets value={form.values} error={form.error}
                onChange={(changes) => form.set(changes)} />
            </div>
          </Section>
          <Section title={t("netplan.when")}>
            <ScheduleEditor value={form.values.schedule}
              zone={form.values.zone} clocks={["server", "named"]}
              missed={false} error={form.error("schedule")}
              onChange={(schedule) => form.set({ schedule })}
              onZone={(zone) => form.set({ zone })} />
          </Section>
        </fieldset>
      </Form>
      {conflict.dialog}
    </Page>
  );
}

function Known({ id }: { id: number }) {
  const answer = useAnswer("GET /network/schedules/{schedule}",
    { path: { schedule: id } });
  return <Loaded from={answer}>{(of) => (
    <Editor key={of.id} of={of} />
  )}</Loaded>;
}

export default function NetworkSchedulePage({ params }: PageProps) {
  return params.id === "new" ? <Editor of={null} /> :
    <Known id={Number(params.id)} />;
}
