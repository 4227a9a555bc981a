// SPDX-License-Identifier: Apache-2.0
//
// What was deployed, what of it failed, by day and by patch (P-HIS).
import { useMemo } from "react";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { Chart } from "@/parts/Chart";
import { DataList, type Column, type Filter } from "@/parts/DataList";
import { Loaded } from "@/parts/Loaded";
import { Figure, Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Deployment = Row<"GET /patch-deployments">;

const moods: { [outcome in Deployment["outcome"]]: Mood } = {
  "going on": "running", "done": "good", "error": "bad", "skipped": "warn",
  "missed": "warn",
};

function Totals() {
  const t = useT();
  const format = useFormat();
  const totals = useAnswer("GET /patch-history/totals");
  const days = totals.data?.days;
  const chart = useMemo(() => ({
    kind: "stack" as const,
    categories: days?.map((one) => (one.day ?? "").slice(0, 10)) ?? [],
    series: [
      { name: t("patching.ok"), mood: "good" as const,
        values: days?.map((one) => one.ok) ?? [] },
      { name: t("patching.failed"), mood: "bad" as const,
        values: days?.map((one) => one.failed) ?? [] },
    ],
  }), [days, t]);

  return (
    <Loaded from={totals}>{(data) => (
      <>
        <div className="hf-figures">
          <Figure value={format.number(data.successful)} mood="good"
            label={t("patching.ok")} href="/patch/history" />
          <Figure value={format.number(data.failed)}
            mood={data.failed > 0 ? "bad" : "none"}
            label={t("patching.failed")} href="/patch/history" />
          <Figure value={format.number(data.in_progress)}
            label={t("patching.in_progress")}
            href="/patch/runs?state=running" />
        </div>
        {data.days.length > 0 && (
          <Chart title={t("patching.by_day")} data={chart}
            category={t("patching.day")} height={220} />
        )}
        {data.failures.length > 0 && (
          <Section title={t("patching.failures")}>
            <table className="hf-table">
              <thead><tr>
                <th scope="col">{t("patch.name")}</th>
                <th scope="col">{t("patching.devices_count")}</th>
                <th scope="col">{t("runs.text")}</th>
              </tr></thead>
              <tbody>{data.failures.map((one) => (
                <tr key={one.patch}>
                  <th scope="row">{one.patch}</th>
                  <td>{format.number(one.devices)}</td>
                  <td>{one.text}</td>
                </tr>
              ))}</tbody>
            </table>
          </Section>
        )}
      </>
    )}</Loaded>
  );
}

export default function History() {
  const t = useT();
  const word = useWord();
  const list = useAnswer("GET /patch-configurations",
    { query: { limit: 1000 } });
  const columns: Column<Deployment>[] = [
    { id: "name", title: t("device.name"), width: 1.3, cell: (row) => (
      <Link href={`/devices/${row.device}?tab=patches`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "outcome", title: t("patching.state"), cell: (row) => (
      <StatusBadge mood={moods[row.outcome]}>
        {word("patching.outcome", row.outcome)}
      </StatusBadge>
    ), text: (row) => row.outcome },
    { id: "configuration", title: t("patching.configuration"), width: 1.3,
      cell: (row) => `${row.configuration_name} · ${word(
        "patch.task", row.task)}`, text: (row) => row.configuration_name },
    { id: "ok", title: t("patching.ok"), align: "right", width: 0.5,
      cell: (row) => row.ok, text: (row) => row.ok },
    { id: "failed", title: t("patching.failed"), align: "right", width: 0.5,
      cell: (row) => row.failed > 0 ?
        <strong className="hf-bad">{row.failed}</strong> : row.failed,
      text: (row) => row.failed },
    { id: "started", title: t("runs.started"), cell: (row) =>
      <Time at={row.started} never="–" />, text: (row) => row.started },
    { id: "text", title: t("runs.text"), width: 1.6,
      cell: (row) => row.text, text: (row) => row.text },
  ];
  const filters: Filter[] = [
    { name: "configuration", kind: "choice",
      label: t("patching.configuration"),
      options: (list.data?.items ?? []).map((one) => ({
        value: String(one.id), label: one.name })) },
  ];

  return (
    <Page title={t("patching.history")} lead={t("patching.history_lead")}>
      <Totals />
      <Section title={t("patching.deployments")}>
        <DataList title={t("patching.deployments")}
          call="GET /patch-deployments" columns={columns} filters={filters}
          rowKey={(row) => row.id} />
      </Section>
    </Page>
  );
}
