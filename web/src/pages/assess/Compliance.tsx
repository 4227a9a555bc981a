// SPDX-License-Identifier: Apache-2.0
//
// The devices with results, and what the tests found on each (K-CMP-1 to 4).
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useContents } from "@/pages/assess/Catalogue";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import { Page } from "@/parts/Page";
import { Time } from "@/parts/Time";

type Device = Row<"GET /reports/compliance">;

export default function Compliance() {
  const t = useT();
  const format = useFormat();
  const contents = useContents();
  const filters: Filter[] = [
    { name: "q", kind: "search", label: t("devices.search") },
    { name: "content", kind: "choice", label: t("catalogue.content"),
      options: contents.map((one) => ({
        value: String(one.id), label: `${one.platform} · ${one.source}`,
      })) },
  ];
  const number = (value: number, bad: boolean) => bad && value > 0 ?
    <strong className="hf-bad">{format.number(value)}</strong> :
    format.number(value);
  const columns: Column<Device>[] = [
    { id: "name", title: t("compliance.device"), sort: "name", width: 1.6,
      cell: (row) => (
        <>
          <Link href={`/devices/${row.device}`}>{row.name}</Link>{" "}
          <span className="hf-dim">{row.inventory_id}</span>
        </>
      ), text: (row) => `${row.name} (${row.inventory_id})` },
    { id: "os", title: t("device.os"), width: 1.3, cell: (row) => row.os,
      text: (row) => row.os },
    { id: "last_run", title: t("compliance.last_run"), width: 0.9,
      cell: (row) => <Time at={row.last_run} />,
      text: (row) => row.last_run },
    { id: "content", title: t("compliance.content"), width: 1.1,
      cell: (row) => row.content.version ?
        <Time at={row.content.version} exact /> : "–",
      text: (row) => row.content.version },
    { id: "tests", title: t("compliance.tests"), align: "right", width: 0.7,
      cell: (row) => number(row.tests, false), text: (row) => row.tests },
    { id: "failed", title: t("report.failed"), sort: "failed",
      align: "right", width: 0.7, text: (row) => row.failed,
      cell: (row) => row.failed > 0 ? (
        <Link href={`/devices/${row.device}?tab=findings`}>
          {number(row.failed, true)}
        </Link>
      ) : 0 },
    { id: "errors", title: t("compliance.errors"), align: "right",
      width: 1.2, cell: (row) => number(row.errors, false),
      text: (row) => row.errors },
    { id: "na", title: t("result.not_applicable"), align: "right",
      width: 1.2, cell: (row) => number(row.not_applicable, false),
      text: (row) => row.not_applicable },
    { id: "duration", title: t("compliance.duration"), align: "right",
      width: 0.7, cell: (row) => row.duration_ms < 1000 ?
        `${format.number(row.duration_ms)} ms` :
        `${format.number(row.duration_ms / 1000, 1)} s`,
      text: (row) => row.duration_ms },
  ];

  return (
    <Page title={t("compliance.title")} lead={t("compliance.lead")}
      actions={<Link href="/assess/report" className="hf-action-link">
        {t("compliance.show_report")}
      </Link>}>
      <DataList title={t("compliance.title")} call="GET /reports/compliance"
        columns={columns} filters={filters} saved="compliance"
        rowKey={(row) => row.device} formats={everyFormat} />
    </Page>
  );
}
