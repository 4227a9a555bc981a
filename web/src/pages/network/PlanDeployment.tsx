// SPDX-License-Identifier: Apache-2.0
//
// Plans a deployment: commands, devices, rings, when. Nothing is sent; what
// each device would get is shown next, and a second person decides (R-DEP).
import {
  Button, Checkbox, NativeSelect, NumberInput, TagsInput, Textarea,
  TextInput,
} from "@mantine/core";
import { useLocation } from "wouter";

import type { Body } from "@/api/client";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import type { Schedule } from "@/lib/schedule";
import { useOptions } from "@/lib/words";
import { NetworkTargets } from "@/pages/network/NetworkTargets";
import { tell } from "@/parts/Confirm";
import { Form, useForm, useLeaveGuard, type FormState } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";
import { freshRing, RingFields, type Ring } from "@/parts/RingFields";
import { ScheduleEditor } from "@/parts/ScheduleEditor";

type Wish = Body<"POST /network/deployments">;
type Json = NonNullable<Wish["rings"]>[number];

interface Values {
  title: string;
  lines: string;
  labels: string[];
  devices: string[];
  out_of_band: "cancel" | "warn" | "overwrite";
  rings: Ring[];
  schedule: Schedule;
  zone: string;
  revert_s: number;
  no_save: boolean;
  no_verify: boolean;
  go_on: boolean;
  tolerate: string[];
}

const fresh: Values = {
  title: "", lines: "", labels: [], devices: [], out_of_band: "cancel",
  rings: [], schedule: { type: "none" }, zone: "server", revert_s: 0,
  no_save: false, no_verify: false, go_on: false, tolerate: [],
};

/** "server" is no zone of its own: it is what is meant without one. */
export function wishOf(values: Values): Wish {
  const { labels, devices, rings, schedule, zone, ...plain } = values;
  const planned = schedule.type !== "none";

  return {
    ...plain, revert_s: Number(values.revert_s) || 0,
    targets: { labels: labels.map(Number), devices: devices.map(Number) },
    rings: rings as unknown as Json[],
    ...(planned ? { schedule: { ...schedule } as unknown as Json } : {}),
    ...(planned && zone !== "server" ? { zone } : {}),
  };
}

function Which({ form }: { form: FormState<Values> }) {
  const t = useT();
  const options = useOptions();

  return (
    <div className="hf-form">
      <NetworkTargets value={form.values} error={form.error}
        onChange={(changes) => form.set(changes)} />
      <NativeSelect label={t("deployment.out_of_band")}
        description={t("deployment.out_of_band_help")}
        {...form.text("out_of_band")}
        data={options("deployment.out_of_band",
          ["cancel", "warn", "overwrite"])} />
    </div>
  );
}

function Safety({ form }: { form: FormState<Values> }) {
  const t = useT();

  return (
    <div className="hf-form">
      <NumberInput label={t("deployment.revert_s")} min={0} max={86400}
        description={t("deployment.revert_help")}
        {...form.value("revert_s")} />
      <TagsInput label={t("deployment.tolerate")}
        description={t("deployment.tolerate_help")}
        {...form.value("tolerate")} />
      <Checkbox label={t("deployment.go_on")} {...form.check("go_on")} />
      <Checkbox label={t("deployment.no_verify")}
        {...form.check("no_verify")} />
      <Checkbox label={t("deployment.no_save")} {...form.check("no_save")} />
    </div>
  );
}

export default function PlanDeployment() {
  const t = useT();
  const [, go] = useLocation();
  const form = useForm(fresh);
  const plan = useChange("POST /network/deployments",
    ["GET /network/deployments"]);
  const { rings, schedule, zone } = form.values;

  useLeaveGuard(form.dirty && !plan.isSuccess);
  return (
    <Page title={t("deployment.new")} lead={t("deployment.new_lead")}
      back={{ href: "/network/deployments", title: t("deployment.title") }}>
      <Form form={form} action={t("deployment.plan")}
        cancel={() => go("/network/deployments")}
        submit={async (values) => {
          const made = await plan.mutateAsync({ body: wishOf(values) });
          tell(t("deployment.planned", { n: made.devices }));
          go(`/network/deployments/${made.id}`);
        }}>
        <Section title={t("network.commands")}>
          <div className="hf-form">
            <TextInput label={t("network.change_title")} maxLength={200}
              {...form.text("title")} />
            <Textarea label={t("network.commands")} required autosize
              minRows={6} maxRows={20} spellCheck={false}
              classNames={{ input: "hf-mono" }}
              description={t("deployment.lines_help")}
              {...form.text("lines")} />
          </div>
        </Section>
        <Section title={t("patching.targets")}><Which form={form} /></Section>
        <Section title={t("patching.rings")} actions={(
          <Button size="xs" variant="default" onClick={() => form.set({
            rings: [...rings, { ...freshRing, soak_hours: 0 }] })}>
            {t("patching.ring_add")}
          </Button>
        )}>
          <p className="hf-dim">{t("deployment.rings_text")}</p>
          {form.error("rings") && (
            <p className="hf-field-error" role="alert">
              {form.error("rings")}
            </p>
          )}
          <RingFields rings={rings} error={form.error}
            set={(next) => form.set({ rings: next })} />
        </Section>
        <Section title={t("deployment.when")}>
          <p className="hf-dim">{t("deployment.when_text")}</p>
          <ScheduleEditor value={schedule} zone={zone} missed={false}
            clocks={["server", "named"]} error={form.error("schedule")}
            none={{ name: t("deployment.at_once"),
              text: t("deployment.at_once_text") }}
            onChange={(next) => form.set({ schedule: next })}
            onZone={(next) => form.set({ zone: next || "server" })} />
        </Section>
        <Section title={t("deployment.safety")}><Safety form={form} /></Section>
      </Form>
    </Page>
  );
}
