// SPDX-License-Identifier: Apache-2.0
//
// All definitions that the server holds (K-CAT-1 to 3).
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useOptions, useWord } from "@/lib/words";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import {
  Cves, definitionHref, Exploited, OvalId, Severity,
} from "@/parts/Finding";
import { Page } from "@/parts/Page";

type Definition = Row<"GET /catalogue">;

export const classes = ["vulnerability", "patch", "compliance", "inventory",
  "miscellaneous"] as const;
const statuses = ["not stated", "DRAFT", "INTERIM", "ACCEPTED",
  "INITIAL SUBMISSION", "INCOMPLETE", "DEPRECATED"] as const;

export function useContents() {
  const contents = useAnswer("GET /contents",
    { query: { active: true, limit: 1000 } });
  return contents.data?.items ?? [];
}

function useFilters(): Filter[] {
  const t = useT();
  const options = useOptions();
  const contents = useContents();

  return [
    { name: "q", kind: "search", label: t("catalogue.search") },
    { name: "view", kind: "choice", label: t("catalogue.view"),
      all: t("catalogue.view.all"),
      options: options("catalogue.view",
        ["affected", "errors", "deprecated"]) },
    { name: "class", kind: "choice", label: t("catalogue.class"),
      options: options("class", [...classes, "deprecated"]) },
    { name: "status", kind: "choice", more: true, label: t("catalogue.status"),
      options: options("status", statuses) },
    { name: "content", kind: "choice", label: t("catalogue.content"),
      options: contents.map((one) => ({
        value: String(one.id), label: `${one.platform} · ${one.source}`,
      })) },
    { name: "id", kind: "text", more: true, label: t("catalogue.id") },
    { name: "cve", kind: "text", more: true, label: "CVE", placeholder: "CVE-2026-" },
    { name: "platform", kind: "text", more: true, label: t("catalogue.platform") },
  ];
}

export default function Catalogue() {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const filters = useFilters();
  const columns: Column<Definition>[] = [
    { id: "title", title: t("catalogue.name_and_id"), sort: "title",
      width: 3.2, text: (row) => row.title,
      cell: (row) => (
        <>
          <Link href={definitionHref(row.id, row.content.id)}>
            {row.title || row.id}
          </Link>
          {row.exploited && <> <Exploited /></>}
          <OvalId of={row.id} />
        </>
      ) },
    { id: "cves", title: "CVE", width: 1.2,
      cell: (row) => <Cves of={row.cves} most={1} />,
      text: (row) => row.cves.join(" ") },
    { id: "class", title: t("catalogue.class"), width: 1.1,
      cell: (row) => word("class", row.class), text: (row) => row.class },
    { id: "severity", title: t("finding.severity"), width: 1.1,
      cell: (row) => <Severity of={row.severity} />,
      text: (row) => row.severity.value },
    { id: "affected", title: t("catalogue.affected"), sort: "affected",
      align: "right", width: 0.7, text: (row) => row.affected,
      cell: (row) => row.affected > 0 ?
        <strong className="hf-bad">{format.number(row.affected)}</strong> :
        format.number(row.affected) },
    { id: "tested", title: t("catalogue.tested"), align: "right",
      width: 0.6, cell: (row) => format.number(row.tested),
      text: (row) => row.tested },
  ];

  return (
    <Page title={t("catalogue.title")} lead={t("catalogue.lead")}>
      <DataList title={t("catalogue.title")} call="GET /catalogue"
        columns={columns} filters={filters} saved="catalogue"
        rowKey={(row) => `${row.content.id} ${row.id}`}
        formats={everyFormat} />
    </Page>
  );
}
