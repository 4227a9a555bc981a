// SPDX-License-Identifier: Apache-2.0
//
// Enablement packages move Windows from one version to another: only those
// that are picked are deployed (P-ENB).
import { Checkbox, Switch } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";

import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import type { Deploy } from "@/lib/patching";
import { Loaded } from "@/parts/Loaded";

export function Enablement({ deploy, set }: {
  deploy: Deploy; set: (changes: Partial<Deploy>) => void;
}) {
  const t = useT();
  const [superseded, setSuperseded] = useState(false);
  const chosen = deploy.enablement ?? null;
  const answer = useAnswer("GET /patches", { query: { limit: 1000,
    superseded, filter: JSON.stringify({ enablement: true }) } },
  { skip: chosen === null, keep: true });

  return (
    <>
      <Switch label={t("enablement.on")} checked={chosen !== null}
        onChange={(event) => set({
          enablement: event.currentTarget.checked ? [] : null })} />
      {chosen !== null && (
        <>
          <Checkbox size="sm" label={t("enablement.superseded")}
            checked={superseded} onChange={(event) =>
              setSuperseded(event.currentTarget.checked)} />
          <Loaded from={answer}>{(data) => {
            const known = data.items.map((one) => one.patch);
            const rows = [
              ...data.items.map((one) => ({ id: one.patch, row: one })),
              ...chosen.filter((one) => !known.includes(one))
                .map((id) => ({ id, row: null })),
            ];
            if (rows.length === 0) {
              return <p className="hf-dim">{t("enablement.none")}</p>;
            }
            return (
              <ul className="hf-plain-list">{rows.map(({ id, row }) => (
                <li key={id}>
                  <Checkbox size="sm" checked={chosen.includes(id)}
                    label={row?.title ? `${row.title} (${id})` : id}
                    onChange={(event) => set({ enablement:
                      event.currentTarget.checked ? [...chosen, id] :
                        chosen.filter((one) => one !== id) })} />
                  {row && (
                    <Link className="hf-small"
                      href={`/patch/patches/${row.id}`}>
                      {row.superseded ? t("patching.superseded") :
                        t("action.details")}
                    </Link>
                  )}
                </li>
              ))}</ul>
            );
          }}</Loaded>
        </>
      )}
    </>
  );
}
