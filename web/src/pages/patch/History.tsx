// SPDX-License-Identifier: Apache-2.0
//
// What was deployed, what of it failed, by day and by patch (P-HIS).
import { TextInput } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useAddress, type Values } from "@/lib/address";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useOptions, useWord } from "@/lib/words";
import { patchHref } from "@/pages/patch/DryRunOf";
import { Chart } from "@/parts/Chart";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import { Loaded } from "@/parts/Loaded";
import { Figure, Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Tabs } from "@/parts/Tabs";
import { Time } from "@/parts/Time";

type Deployment = Row<"GET /patch-deployments">;
type Event = Row<"GET /patch-history">;

const states = ["queued", "staged", "downloading", "waiting for reboot",
  "installing", "installed", "pending reboot", "failed", "skipped",
  "superseded", "cancelled", "missed"] as const;

/** Whole days of UTC, as days of the chart are. */
function rangeOf({ since, until }: Values) {
  return { ...since ? { since: `${since}T00:00:00Z` } : {},
    ...until ? { until: `${until}T23:59:59Z` } : {} };
}

function useRange() {
  const { values } = useAddress();
  const { since = "", until = "" } = values;
  return useMemo(() => rangeOf({ since, until }), [since, until]);
}

const moods: { [outcome in Deployment["outcome"]]: Mood } = {
  "going on": "running", "done": "good", "error": "bad", "skipped": "warn",
  "missed": "warn",
};

function Totals() {
  const t = useT();
  const format = useFormat();
  const { set } = useAddress();
  const totals = useAnswer("GET /patch-history/totals",
    { query: useRange() });
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

  const failed = totals.data?.failures;
  const failures = useMemo(() => ({
    kind: "bar" as const,
    categories: failed?.map((one) => one.patch) ?? [],
    series: [{ name: t("patching.devices_count"), mood: "bad" as const,
      values: failed?.map((one) => one.devices) ?? [] }],
  }), [failed, t]);

  return (
    <Loaded from={totals}>{(data) => (
      <>
        <div className="hf-figures">
          <Figure value={format.number(data.successful)} mood="good"
            label={t("patching.ok")}
            href="/patch/history?tab=patches&state=installed" />
          <Figure value={format.number(data.failed)}
            mood={data.failed > 0 ? "bad" : "none"}
            label={t("patching.failed")}
            href="/patch/history?tab=patches&state=failed" />
          <Figure value={format.number(data.in_progress)}
            label={t("patching.in_progress")}
            href="/patch/runs?state=running" />
        </div>
        {data.days.length > 0 && (
          <Chart title={t("patching.by_day")} data={chart}
            category={t("patching.day")} height={220} />
        )}
        {data.failures.length > 0 && (
          <>
          <Chart title={t("patching.failures")} data={failures}
            category={t("patch.name")} height={240} onPick={(i) =>
              set({ tab: "patches", state: "failed",
                patch: data.failures[i]?.patch ?? "" })} />
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
          </>
        )}
      </>
    )}</Loaded>
  );
}

function Deployments() {
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
    { id: "ok", title: t("patching.ok"), align: "right", width: 1,
      cell: (row) => row.ok, text: (row) => row.ok },
    { id: "failed", title: t("patching.failed"), align: "right", width: 0.7,
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
    <DataList title={t("patching.deployments")} query={useRange()}
      call="GET /patch-deployments" columns={columns} filters={filters}
      rowKey={(row) => row.id} />
  );
}

/** What became of each patch on each device (P-HIS-3). */
function Patches() {
  const t = useT();
  const word = useWord();
  const options = useOptions();
  const columns: Column<Event>[] = [
    { id: "at", title: t("history.at"), cell: (row) =>
      <Time at={row.at} exact />, text: (row) => row.at },
    { id: "name", title: t("device.name"), cell: (row) => (
      <Link href={`/devices/${row.device}?tab=patches`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "patch", title: t("patch.name"), width: 1.4, cell: (row) => (
      <>
        <Link href={patchHref(row.patch)}>{row.patch}</Link>
        <span className="hf-dim hf-small hf-below">
          {row.package} {row.from}{row.to && ` → ${row.to}`}
        </span>
      </>
    ), text: (row) => row.patch },
    { id: "state", title: t("patching.state"), cell: (row) => (
      <StatusBadge mood={row.state === "failed" ? "bad" :
        row.state === "installed" ? "good" : "none"}>
        {word("patch.state", row.state)}
      </StatusBadge>
    ), text: (row) => row.state },
    { id: "text", title: t("runs.text"), width: 1.8, cell: (row) => (
      <>{row.text} <span className="hf-dim">{row.code || ""}</span></>
    ), text: (row) => `${row.text} ${row.code}` },
  ];
  const filters: Filter[] = [
    { name: "state", kind: "choice", label: t("patching.state"),
      options: options("patch.state", states) },
    { name: "patch", kind: "text", label: t("patch.name") },
  ];

  return (
    <DataList title={t("patching.by_patch")} query={useRange()}
      call="GET /patch-history" columns={columns} filters={filters}
      rowKey={(row) => row.id} formats={everyFormat} />
  );
}

export default function History() {
  const t = useT();
  const { values, set } = useAddress();
  const day = (name: "since" | "until") => (
    <TextInput type="date" size="sm" label={t(`patching.${name}`)}
      value={values[name] ?? ""} onChange={(event) =>
        set({ [name]: event.currentTarget.value })} />
  );

  return (
    <Page title={t("patching.history")} lead={t("patching.history_lead")}>
      <div className="hf-choices hf-rule" role="group"
        aria-label={t("patching.range")}>
        {day("since")}
        {day("until")}
      </div>
      <Totals />
      <Tabs label={t("patching.history")} of={[
        { name: "deployments", title: t("patching.deployments"),
          content: () => <Deployments /> },
        { name: "patches", title: t("patching.by_patch"),
          content: () => <Patches /> },
      ]} />
    </Page>
  );
}
