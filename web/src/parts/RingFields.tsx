// SPDX-License-Identifier: Apache-2.0
//
// Rings as patching and network deployments have them: who comes first, and
// what has to go well before the next.
import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";

import type { Answer } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useOptions } from "@/lib/words";

export type Ring =
  Answer<"GET /patch-configurations/{configuration}/rings">["rings"][number];

export const freshRing: Ring = {
  name: "", label: 0, min_success: 95, min_finished: 80, stop_failed: 10,
  promotion: "manual", soak_hours: 24,
};

/** Only what a ring is told: not how many devices it reached. */
export function ringBody(ring: Ring): Ring {
  const { name, label, min_success, min_finished, stop_failed, promotion,
    soak_hours } = ring;
  return { name, label, min_success, min_finished, stop_failed, promotion,
    soak_hours };
}

export function RingFields({ rings, set, error }: {
  rings: Ring[];
  set: (rings: Ring[]) => void;
  error: (name: string) => string | undefined;
}) {
  const t = useT();
  const options = useOptions();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const change = (at: number, changes: Partial<Ring>) => set(
    rings.map((one, i) => i === at ? { ...one, ...changes } : one));

  return (
    <>{rings.map((ring, i) => (
      <fieldset key={i} className="hf-group">
        <legend>{t("patching.ring", { n: i + 1 })}</legend>
        <div className="hf-inline">
          <TextInput label={t("patching.name")} value={ring.name}
            error={error(`rings[${i}].name`)}
            onChange={(event) =>
              change(i, { name: event.currentTarget.value })} />
          <NativeSelect label={t("patching.label")}
            value={String(ring.label)} error={error(`rings[${i}].label`)}
            data={[{ value: "0", label: "–" },
              ...(labels.data?.items ?? []).map((one) => ({
                value: String(one.id), label: one.name }))]}
            onChange={(event) =>
              change(i, { label: Number(event.currentTarget.value) })} />
          {(["min_success", "min_finished", "stop_failed",
            "soak_hours"] as const).map((name) => (
            <NumberInput key={name} label={t(`patching.${name}`)} min={0}
              max={name === "soak_hours" ? 1440 : 100} w={150}
              error={error(`rings[${i}].${name}`)} value={ring[name]}
              onChange={(n) => change(i, { [name]: Number(n) })} />
          ))}
          <NativeSelect label={t("patching.promotion")}
            value={ring.promotion}
            data={options("patching.promotion", ["automatic", "manual"])}
            onChange={(event) => change(i, { promotion:
              event.currentTarget.value as Ring["promotion"] })} />
          <Button variant="subtle" color="red"
            aria-label={`${t("action.delete")}: ${
              t("patching.ring", { n: i + 1 })}`}
            onClick={() => set(rings.filter((_, k) => k !== i))}>
            {t("action.delete")}
          </Button>
        </div>
      </fieldset>
    ))}</>
  );
}
