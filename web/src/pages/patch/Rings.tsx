// SPDX-License-Identifier: Apache-2.0
//
// Rings: a version goes to a few devices first and on to the others when it
// went well (P-RNG).
import { Button } from "@mantine/core";

import type { Answer } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { confirm, tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Progress } from "@/parts/Progress";
import { freshRing, RingFields, ringBody } from "@/parts/RingFields";
import { troubleText } from "@/parts/Trouble";

type Rollout = Answer<"GET /patch-configurations/{configuration}/rings">;

const moods: { [state: string]: Mood } = {
  running: "running", waiting: "waiting", paused: "warn", stopped: "bad",
};

function Editor({ of }: { of: Rollout }) {
  const t = useT();
  const form = useForm({ rings: of.rings });
  const put = useChange("PUT /patch-configurations/{configuration}/rings",
    ["GET /patch-configurations/{configuration}/rings",
      "GET /patch-rollouts"]);

  return (
    <Form form={form} action={t("action.save")} submit={async (values) => {
      await put.mutateAsync({
        path: { configuration: of.configuration },
        revision: of.revision ?? 0,
        body: { rings: values.rings.map(ringBody) },
      });
      tell(t("patching.rings_saved"));
    }} more={(
      <Button variant="default" onClick={() => form.set({
        rings: [...form.values.rings, freshRing] })}>
        {t("patching.ring_add")}
      </Button>
    )}>
      <RingFields rings={form.values.rings} error={form.error}
        set={(rings) => form.set({ rings })} />
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
    move.mutate({ path: { configuration: id }, body: {
      action, ...(action === "promote" ? { ring: answer.data?.ring } : {}),
    } } as never, {
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
