// SPDX-License-Identifier: Apache-2.0
//
// What a device lacks, and for each missing patch why it is deployed or not.
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useFormat } from "@/lib/format";
import { useSpeech } from "@/lib/messages";
import { useWord } from "@/lib/words";
import type { Device } from "@/pages/devices/Device";
import { DryRunOf } from "@/pages/patch/DryRunOf";
import { Lateness } from "@/pages/patch/Late";
import {
  DataList, everyFormat, type Column,
} from "@/parts/DataList";
import { Cves, Severity } from "@/parts/Finding";
import { Empty, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Missing = Row<"GET /devices/{device}/patches">;
type Reason = Row<"GET /devices/{device}/patch-explain">;
type Event = Row<"GET /patch-history">;

export function Patches({ device }: { device: Device }) {
  const { language, t } = useSpeech();
  const word = useWord();
  const format = useFormat();
  const missing: Column<Missing>[] = [
    { id: "patch", title: t("patch.name"), width: 1.8, cell: (row) => (
      <>
        <Link href={`/patch/patches/${row.patch.id}`}>
          {row.patch.title || row.patch.patch}
        </Link>
        <code className="hf-small hf-dim hf-below">{row.patch.patch}</code>
      </>
    ), text: (row) => row.patch.patch },
    { id: "severity", title: t("finding.severity"), width: 0.8,
      cell: (row) => <Severity of={{ value: row.patch.severity }} />,
      text: (row) => row.patch.severity },
    { id: "cves", title: "CVE", width: 1,
      cell: (row) => <Cves of={row.cves} most={1} />,
      text: (row) => row.cves.join(" ") },
    { id: "packages", title: t("patch.packages"), width: 2,
      cell: (row) => row.packages.slice(0, 3).map((one) => (
        <span key={one.name + one.arch} className="hf-below hf-small">
          {one.name} {one.installed} → {one.candidate}
          {one.held ? ` (${t("patch.held")})` : ""}
        </span>
      )), text: (row) => row.packages.map((one) =>
        `${one.name} ${one.installed} -> ${one.candidate}`).join("; ") },
    { id: "size", title: t("patch.size"), align: "right", width: 0.6,
      cell: (row) => format.bytes(
        row.packages.reduce((sum, one) => sum + one.size, 0)),
      text: (row) => row.packages.reduce((sum, one) => sum + one.size, 0) },
    { id: "since", title: t("patch.since"), width: 0.8,
      cell: (row) => <Time at={row.since} />, text: (row) => row.since },
    { id: "sla", title: t("sla.deadline"), width: 0.8, cell: (row) =>
      row.sla === "none" ? "–" : (
        <><Lateness of={row.sla} /> <Time at={row.deadline} /></>
      ), text: (row) => row.deadline },
  ];
  const reasons: Column<Reason>[] = [
    { id: "patch", title: t("patch.name"), width: 1.6,
      cell: (row) => row.title || row.patch, text: (row) => row.patch },
    { id: "task", title: t("patch.task"), width: 0.8,
      cell: (row) => word("patch.task", row.task), text: (row) => row.task },
    { id: "deploy", title: t("patch.deployed"), width: 0.8,
      cell: (row) => row.deploy ? (
        <StatusBadge mood="good">{t("patch.deploy.yes")}</StatusBadge>
      ) : <StatusBadge mood="none">{t("patch.deploy.no")}</StatusBadge>,
      text: (row) => row.deploy ? "yes" : "no" },
    { id: "because", title: t("runs.text"), width: 2.4, cell: (row) => (
      <>
        {row.because} <span className="hf-dim">{row.by}</span>
        {row.warning && <span className="hf-below">{row.warning}</span>}
      </>
    ), text: (row) => `${row.because} ${row.by} ${row.warning}` },
  ];
  const events: Column<Event>[] = [
    { id: "at", title: t("history.at"), cell: (row) =>
      <Time at={row.at} exact />, text: (row) => row.at },
    { id: "patch", title: t("patch.name"), width: 1.4,
      cell: (row) => row.package || row.patch, text: (row) => row.patch },
    { id: "versions", title: t("package.version"), width: 1.4,
      cell: (row) => `${row.from} → ${row.to}`,
      text: (row) => `${row.from} -> ${row.to}` },
    { id: "state", title: t("runs.state"),
      cell: (row) => word("patch.state", row.state),
      text: (row) => row.state },
    { id: "text", title: t("runs.text"), width: 1.6,
      cell: (row) => row.text, text: (row) => row.text },
  ];

  return (
    <>
      <Section title={t("patch.missing")}>
        <DataList title={t("patch.missing")} prefix="m"
          call="GET /devices/{device}/patches" path={{ device: device.id }}
          columns={missing} rowKey={(row) => row.patch.id}
          empty={<Empty title={t("patch.none_missing")} />} />
      </Section>
      <Section title={t("dry.next")} actions={
        <Link href={`/patch/dry-run?devices=${device.id}`}>
          {t("dry.title")}
        </Link>}>
        <DryRunOf device={device.id} />
      </Section>
      <Section title={t("patch.why")}>
        <DataList title={t("patch.why")} prefix="w"
          call="GET /devices/{device}/patch-explain"
          path={{ device: device.id }} query={{ lang: language }}
          columns={reasons}
          rowKey={(row) => `${row.task} ${row.patch}`} />
      </Section>
      <Section title={t("patch.history")}>
        <DataList title={t("patch.history")} prefix="h"
          call="GET /patch-history" query={{ device: device.id }}
          columns={events} rowKey={(row) => row.id} formats={everyFormat} />
      </Section>
    </>
  );
}
