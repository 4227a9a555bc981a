// SPDX-License-Identifier: Apache-2.0
//
// Rings: a version goes to a few devices first and on to the others when it
// went well (P-RNG).
import {
  Button, NativeSelect, NumberInput, TextInput,
} from "@mantine/core";

import type { Answer } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { confirm, tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Progress } from "@/parts/Progress";
import { troubleText } from "@/parts/Trouble";

type Rollout = Answer<"GET /patch-configurations/{configuration}/rings">;
type Ring = Rollout["rings"][number];

const moods: { [state: string]: Mood } = {
  running: "running", waiting: "waiting", paused: "warn", stopped: "bad",
};

function Editor({ of }: { of: Rollout }) {
  const t = useT();
  const options = useOptions();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const form = useForm({ rings: of.rings });
  const put = useChange("PUT /patch-configurations/{configuration}/rings",
    ["GET /patch-configurations/{configuration}/rings",
      "GET /patch-rollouts"]);
  const set = (at: number, changes: Partial<Ring>) => form.set({
    rings: form.values.rings.map((one, i) =>
      i === at ? { ...one, ...changes } : one) });

  return (
    <Form form={form} action={t("action.save")} submit={async (values) => {
      await put.mutateAsync({
        path: { configuration: of.configuration },
        revision: of.revision ?? 0,
        body: { rings: values.rings.map((one) => ({
          name: one.name, label: one.label, min_success: one.min_success,
          min_finished: one.min_finished, stop_failed: one.stop_failed,
          promotion: one.promotion, soak_hours: one.soak_hours,
        })) },
      });
      tell(t("patching.rings_saved"));
    }} more={(
      <Button variant="default" onClick={() => form.set({ rings: [
        ...form.values.rings, { name: "", label: 0, min_success: 95,
          min_finished: 80, stop_failed: 10, promotion: "manual",
          soak_hours: 24 }] })}>
        {t("patching.ring_add")}
      </Button>
    )}>
      {form.values.rings.map((ring, i) => (
        <fieldset key={i} className="hf-group">
          <legend>{t("patching.ring", { n: i + 1 })}</legend>
          <div className="hf-inline">
            <TextInput label={t("patching.name")} value={ring.name}
              error={form.error(`rings[${i}].name`)}
              onChange={(event) =>
                set(i, { name: event.currentTarget.value })} />
            <NativeSelect label={t("patching.label")}
              value={String(ring.label)}
              error={form.error(`rings[${i}].label`)}
              data={[{ value: "0", label: "–" },
                ...(labels.data?.items ?? []).map((one) => ({
                  value: String(one.id), label: one.name }))]}
              onChange={(event) =>
                set(i, { label: Number(event.currentTarget.value) })} />
            <NumberInput label={t("patching.min_success")} min={0} max={100}
              value={ring.min_success} w={150}
              onChange={(n) => set(i, { min_success: Number(n) })} />
            <NumberInput label={t("patching.min_finished")} min={0} max={100}
              value={ring.min_finished} w={150}
              onChange={(n) => set(i, { min_finished: Number(n) })} />
            <NumberInput label={t("patching.stop_failed")} min={0} max={100}
              value={ring.stop_failed} w={150}
              onChange={(n) => set(i, { stop_failed: Number(n) })} />
            <NumberInput label={t("patching.soak_hours")} min={0}
              value={ring.soak_hours} w={150}
              onChange={(n) => set(i, { soak_hours: Number(n) })} />
            <NativeSelect label={t("patching.promotion")}
              value={ring.promotion}
              data={options("patching.promotion", ["automatic", "manual"])}
              onChange={(event) => set(i, { promotion:
                event.currentTarget.value as Ring["promotion"] })} />
            <Button variant="subtle" color="red" onClick={() => form.set({
              rings: form.values.rings.filter((_, k) => k !== i) })}>
              {t("action.delete")}
            </Button>
          </div>
        </fieldset>
      ))}
    </Form>
  );
}

export function Rings({ id }: { id: number }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const answer = useAnswer("GET /patch-configurations/{configuration}/rings",
    { path: { configuration: id } }, { every: 15_000 });
  const move = useChange(
    "POST /patch-configurations/{configuration}/rings/move",
    ["GET /patch-configurations/{configuration}/rings"]);
  const act = async (action: "pause" | "resume" | "promote" | "restart") => {
    const name = word("patching.move", action);
    const yes = await confirm({
      title: name, action: name, text: t("patching.move_text") });
    if (!yes) return;
    move.mutate({ path: { configuration: id }, body: { action } } as never, {
      onError: (error) => tell(troubleText(t, asFailure(error))) });
  };

  return (
    <Loaded from={answer}>{(data) => (
      <>
        {data.rings.length > 0 && (
          <Section title={t("patching.rollout")} actions={
            may("patch.deploy") && (["pause", "resume", "promote",
              "restart"] as const).map((one) => (
              <Button key={one} size="xs" variant="default"
                disabled={one === "promote" && !data.may_promote}
                onClick={() => void act(one)}>
                {word("patching.move", one)}
              </Button>
            ))}>
            <p>
              <StatusBadge mood={moods[data.state] ?? "none"}>
                {word("patching.rollout", data.state)}
              </StatusBadge> {data.reason}
            </p>
            {data.rings.map((ring, i) => (
              <div key={ring.name}>
                <h3>{i + 1}. {ring.name}
                  {data.ring === i + 1 && ` (${t("patching.ring_now")})`}</h3>
                <Progress total={ring.devices ?? 0} parts={[
                  { name: t("patching.ok"), n: ring.succeeded ?? 0,
                    mood: "good" },
                  { name: t("patching.failed"), n: ring.failed ?? 0,
                    mood: "bad" }]} />
              </div>
            ))}
          </Section>
        )}
        <Section title={t("patching.rings")}>
          <p className="hf-dim">{t("patching.rings_text")}</p>
          <Editor key={data.revision} of={data} />
        </Section>
      </>
    )}</Loaded>
  );
}
