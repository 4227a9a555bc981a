// SPDX-License-Identifier: Apache-2.0
//
// What is known of one device, as lists.
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { RunState } from "@/pages/assess/Run";
import type { Device } from "@/pages/devices/Device";
import { DataList, everyFormat, type Column } from "@/parts/DataList";
import {
  Cves, definitionHref, Exploited, Meaning, Severity,
} from "@/parts/Finding";
import { Empty, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Finding = Row<"GET /devices/{device}/findings">;
type Package = Row<"GET /devices/{device}/packages">;
type Job = Row<"GET /devices/{device}/jobs">;
type DeviceRun = Row<"GET /devices/{device}/runs">;
type FindingChange = Row<"GET /devices/{device}/findings/changes">;
type Change = Row<"GET /devices/{device}/history">;

export function Findings({ device }: { device: Device }) {
  const t = useT();
  const options = useOptions();
  const columns: Column<Finding>[] = [
    { id: "title", title: t("catalogue.name"), width: 2,
      text: (row) => row.title, cell: (row) => (
        <>
          <Link href={definitionHref(row.id, row.content)}>
            {row.title || row.id}
          </Link>
          {row.exploited && <> <Exploited /></>}
        </>
      ) },
    { id: "cves", title: "CVE", width: 1.1,
      cell: (row) => <Cves of={row.cves} most={1} />,
      text: (row) => row.cves.join(" ") },
    { id: "result", title: t("finding.result"), width: 1.1,
      cell: (row) => <Meaning of={row.meaning} />,
      text: (row) => row.meaning },
    { id: "severity", title: t("finding.severity"), width: 0.9,
      cell: (row) => <Severity of={row.severity} />,
      text: (row) => row.severity.value },
    { id: "fix", title: t("finding.fix"), width: 2,
      text: (row) => row.fixes.map((one) =>
        `${one.package} ${one.installed} -> ${one.fixed}`).join("; "),
      cell: (row) => row.fixes.slice(0, 2).map((one) => (
        <span key={one.package} className="hf-below hf-small">
          {one.package} {one.installed} → {one.fixed ??
            t("finding.no_fix")}
        </span>
      )) },
  ];

  return (
    <DataList title={t("device.tab.findings")}
      call="GET /devices/{device}/findings" path={{ device: device.id }}
      columns={columns} rowKey={(row) => `${row.content} ${row.id}`}
      formats={everyFormat} filters={[
        { name: "show", kind: "choice", label: t("device.show"),
          all: t("device.show.affected"),
          options: options("device.show", ["errors", "disagree", "all"]) },
      ]}
      empty={<Empty title={t("device.no_findings")} />} />
  );
}

export function Packages({ device }: { device: Device }) {
  const t = useT();
  const columns: Column<Package>[] = [
    { id: "name", title: t("package.name"), cell: (row) => row.name,
      text: (row) => row.name },
    { id: "version", title: t("package.version"),
      cell: (row) => row.version, text: (row) => row.version },
    { id: "arch", title: t("device.arch"), width: 0.5,
      cell: (row) => row.arch, text: (row) => row.arch },
    { id: "source", title: t("package.source"), cell: (row) => row.source,
      text: (row) => row.source },
  ];

  return (
    <DataList title={t("device.tab.packages")}
      call="GET /devices/{device}/packages" path={{ device: device.id }}
      columns={columns}
      rowKey={(row) => `${row.name} ${row.arch} ${row.version}`}
      filters={[
        { name: "q", kind: "search", label: t("package.search") },
      ]} />
  );
}

const jobMoods: { [state: string]: Mood } = {
  queued: "waiting", taken: "waiting", waiting: "waiting",
  started: "running", done: "good", failed: "bad", refused: "bad",
  skipped: "warn", expired: "warn", cancelled: "none",
};

export function Jobs({ device }: { device: Device }) {
  const t = useT();
  const word = useWord();
  const jobs: Column<Job>[] = [
    { id: "type", title: t("job.type"), cell: (row) =>
      word("job.type", row.type), text: (row) => row.type },
    { id: "state", title: t("runs.state"), cell: (row) => (
      <StatusBadge mood={jobMoods[row.state] ?? "unknown"}>
        {word("job.state", row.state)}
      </StatusBadge>
    ), text: (row) => row.state },
    { id: "at", title: t("job.since"), cell: (row) =>
      <Time at={row.state_at} />, text: (row) => row.state_at },
    { id: "created", title: t("job.created"), cell: (row) =>
      <Time at={row.created} exact />, text: (row) => row.created },
    { id: "text", title: t("runs.text"), width: 1.5,
      cell: (row) => row.text ?? "", text: (row) => row.text },
  ];
  const runs: Column<DeviceRun>[] = [
    { id: "run", title: t("runs.run"), width: 1.3, cell: (row) => (
      <Link href={`/assess/runs/${row.run}`}>
        {row.configuration} #{row.run}
      </Link>
    ), text: (row) => `${row.configuration} #${row.run}` },
    { id: "state", title: t("runs.state"),
      cell: (row) => <RunState of={row.state} />, text: (row) => row.state },
    { id: "started", title: t("runs.started"), cell: (row) =>
      <Time at={row.started} exact never="–" />,
    text: (row) => row.started },
    { id: "ended", title: t("runs.ended"), cell: (row) =>
      <Time at={row.ended} exact never="–" />, text: (row) => row.ended },
    { id: "text", title: t("runs.text"), width: 1.5,
      cell: (row) => row.text, text: (row) => row.text },
  ];

  return (
    <>
      <Section title={t("runs.title")}>
        <DataList title={t("runs.title")} call="GET /devices/{device}/runs"
          path={{ device: device.id }} columns={runs} prefix="r"
          rowKey={(row) => row.run} />
      </Section>
      <Section title={t("job.title")}>
        <DataList title={t("job.title")} call="GET /devices/{device}/jobs"
          path={{ device: device.id }} columns={jobs} prefix="j"
          rowKey={(row) => row.id} />
      </Section>
    </>
  );
}

const changeMoods = { opened: "bad", closed: "good",
  undecided: "unknown" } as const;

/** When what is wrong with it began, and when it ended (D-35). */
function FindingChanges({ device }: { device: Device }) {
  const t = useT();
  const word = useWord();
  const options = useOptions();
  const columns: Column<FindingChange>[] = [
    { id: "at", title: t("history.at"), cell: (row) =>
      <Time at={row.at} exact />, text: (row) => row.at },
    { id: "change", title: t("change.change"), cell: (row) => (
      <>
        <StatusBadge mood={changeMoods[row.change]}>
          {word("change", row.change)}
        </StatusBadge>
        {row.withdrawn && <span className="hf-dim hf-below hf-small">
          {t("change.withdrawn")}</span>}
      </>
    ), text: (row) => row.change },
    { id: "title", title: t("catalogue.name"), width: 2.4, cell: (row) => (
      <>
        <Link href={definitionHref(row.id, row.content)}>
          {row.title || row.id}
        </Link>
        {row.exploited && <> <Exploited /></>}
      </>
    ), text: (row) => row.title },
    { id: "cves", title: "CVE", width: 1.1,
      cell: (row) => <Cves of={row.cves} most={1} />,
      text: (row) => row.cves.join(" ") },
    { id: "severity", title: t("finding.severity"), width: 0.9,
      cell: (row) => <Severity of={row.severity} />,
      text: (row) => row.severity.value },
    { id: "by", title: t("change.by"), width: 0.9, cell: (row) => row.run ? (
      <Link href={`/assess/runs/${row.run}`}>
        {t("runs.run")} #{row.run}
      </Link>
    ) : t(`change.by.${row.origin}`), text: (row) => row.origin },
  ];

  return (
    <DataList title={t("change.title")} prefix="c"
      call="GET /devices/{device}/findings/changes"
      path={{ device: device.id }} columns={columns} formats={everyFormat}
      rowKey={(row) => `${row.at} ${row.change} ${row.content} ${row.id}`}
      filters={[
        { name: "change", kind: "choice", label: t("change.change"),
          options: options("change", ["opened", "closed", "undecided"]) },
      ]}
      empty={<Empty title={t("change.none")} />} />
  );
}

export function History({ device }: { device: Device }) {
  const t = useT();
  const may = useMay();

  return (
    <>
      {may("report.read") && (
        <Section title={t("change.title")}>
          <FindingChanges device={device} />
        </Section>
      )}
      {device.kind !== "network" && (
        <Section title={t("change.inventory")}>
          <InventoryChanges device={device} />
        </Section>
      )}
    </>
  );
}

function InventoryChanges({ device }: { device: Device }) {
  const t = useT();
  const columns: Column<Change>[] = [
    { id: "at", title: t("history.at"), cell: (row) =>
      <Time at={row.at} exact />, text: (row) => row.at },
    { id: "counts", title: t("history.packages"), width: 0.9,
      cell: (row) => t("history.counts", {
        added: row.added, removed: row.removed, changed: row.changed }),
      text: (row) => `+${row.added} -${row.removed} ~${row.changed}` },
    { id: "what", title: t("history.what"), width: 3, cell: (row) => (
      <details>
        <summary>
          {[...row.facts, ...row.packages.slice(0, 3)
            .map((one) => one.name)].join(", ")}
          {row.packages.length > 3 ? " …" : ""}
        </summary>
        <ul className="hf-plain-list hf-small">
          {row.packages.map((one) => (
            <li key={one.name + one.arch}>
              {one.name} {one.from ?? "–"} → {one.to ?? "–"}
            </li>
          ))}
        </ul>
      </details>
    ), text: (row) => row.packages.map((one) =>
      `${one.name} ${one.from ?? ""} -> ${one.to ?? ""}`).join("; ") },
  ];

  return (
    <DataList title={t("change.inventory")} prefix="i"
      call="GET /devices/{device}/history" path={{ device: device.id }}
      columns={columns} rowKey={(row) => row.id}
      empty={<Empty title={t("history.none")} />} />
  );
}
