// SPDX-License-Identifier: Apache-2.0
//
// What each test found since the last definition update (K-REP-1 to 3).
import { Link } from "wouter";

import type { Answer, Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useOptions, useWord } from "@/lib/words";
import { classes, useContents } from "@/pages/assess/Catalogue";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import { Cves, definitionHref, OvalId, Severity } from "@/parts/Finding";
import { Page } from "@/parts/Page";
import { Time } from "@/parts/Time";

type Test = Row<"GET /reports/summary">;
interface Since {
  since?: { id: number; platform: string; version?: string | null;
    imported?: string | null }[];
}

/** "since content version X of DATE" for each content (D-35). */
function SinceNote() {
  const t = useT();
  const format = useFormat();
  const answer = useAnswer("GET /reports/summary", { query: { limit: 1 } });
  const since = (answer.data as (Answer<"GET /reports/summary"> & Since) |
    undefined)?.since ?? [];

  return (
    <>
      {t("report.lead")}{" "}
      {since.map((one) => t("report.since", {
        platform: one.platform,
        version: one.version ? format.moment(one.version) : "–",
        date: one.imported ? format.moment(one.imported) : "–",
      })).join(" ")}
    </>
  );
}

export default function Report() {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const options = useOptions();
  const contents = useContents();
  const filters: Filter[] = [
    { name: "q", kind: "search", label: t("catalogue.search") },
    { name: "show", kind: "choice", label: t("report.show"),
      options: options("report.show", ["failed", "errors"]) },
    { name: "class", kind: "choice", label: t("catalogue.class"),
      options: options("class", classes) },
    { name: "content", kind: "choice", label: t("catalogue.content"),
      options: contents.map((one) => ({
        value: String(one.id), label: `${one.platform} · ${one.source}`,
      })) },
  ];
  const columns: Column<Test>[] = [
    { id: "title", title: t("catalogue.name_and_id"), sort: "title",
      width: 2.3, text: (row) => row.title,
      cell: (row) => (
        <>
          <Link href={definitionHref(row.id, row.content)}>
            {row.title || row.id}
          </Link>
          <OvalId of={row.id} />
        </>
      ) },
    { id: "cves", title: "CVE", width: 1.6,
      cell: (row) => <Cves of={row.cves} most={1} />,
      text: (row) => row.cves.join(" ") },
    { id: "class", title: t("catalogue.class"), width: 1.4,
      cell: (row) => word("class", row.class), text: (row) => row.class },
    { id: "severity", title: t("finding.severity"), width: 1,
      cell: (row) => <Severity of={row.severity} />,
      text: (row) => row.severity.value },
    { id: "status", title: t("catalogue.status"), width: 0.8,
      cell: (row) => word("status", row.status), text: (row) => row.status },
    { id: "tested", title: t("report.tested"), align: "right", width: 0.6,
      cell: (row) => format.number(row.tested), text: (row) => row.tested },
    { id: "failed", title: t("report.failed"), align: "right", width: 0.7,
      sort: "failed", text: (row) => row.failed,
      cell: (row) => row.failed > 0 ?
        <strong className="hf-bad">{format.number(row.failed)}</strong> : 0 },
    { id: "errors", title: t("report.errors"), align: "right", width: 0.6,
      cell: (row) => format.number(row.errors), text: (row) => row.errors },
    { id: "last_run", title: t("report.last_run"), width: 0.9,
      cell: (row) => <Time at={row.last_run} />,
      text: (row) => row.last_run },
  ];

  return (
    <Page title={t("report.title")} lead={<SinceNote />}
      actions={<Link href="/assess/compliance" className="hf-action-link">
        {t("report.show_compliance")}
      </Link>}>
      <DataList title={t("report.title")} call="GET /reports/summary"
        columns={columns} filters={filters} saved="report"
        rowKey={(row) => `${row.content} ${row.id}`}
        formats={everyFormat} />
    </Page>
  );
}
