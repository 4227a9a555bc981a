// SPDX-License-Identifier: Apache-2.0
//
// Reports about patches (P-RPT-6): patches by device in detail, and reports
// of one's own, each as CSV, a spreadsheet, PDF or a printed page.
import { Link, useLocation } from "wouter";

import type { Row } from "@/api/client";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { reportColumns } from "@/pages/patch/PatchReport";
import {
  freshTemplate, templateBody, TemplateFields,
} from "@/pages/patch/TemplateForm";
import { DataList, everyFormat, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Empty, Page, Section } from "@/parts/Page";
import { Tabs } from "@/parts/Tabs";
import { Time } from "@/parts/Time";

type Template = Row<"GET /patch-report-templates">;

function Add() {
  const t = useT();
  const [, go] = useLocation();
  const form = useForm(freshTemplate);
  const add = useChange("POST /patch-report-templates",
    ["GET /patch-report-templates"]);

  return (
    <Section title={t("template.new")}>
      <Form form={form} action={t("action.add")} submit={async (values) => {
        const made = await add.mutateAsync({ body: templateBody(values) });
        go(`/patch/reports/${made.id}`);
      }}>
        <TemplateFields form={form} />
      </Form>
    </Section>
  );
}

function Templates() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const columns: Column<Template>[] = [
    { id: "name", title: t("patching.name"), width: 1.4, cell: (row) => (
      <Link href={`/patch/reports/${row.id}`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "source", title: t("template.source"), width: 1.1, cell: (row) =>
      word("template.source", row.source), text: (row) => row.source },
    { id: "columns", title: t("template.columns"), width: 2.4,
      cell: (row) => row.columns.map((one) => word("column", one)).join(", "),
      text: (row) => row.columns.join(" ") },
    { id: "owner", title: t("patching.author"), width: 0.7,
      cell: (row) => row.owner, text: (row) => row.owner },
    { id: "created", title: t("admin.created"), width: 0.8, cell: (row) =>
      <Time at={row.created} />, text: (row) => row.created },
  ];

  return (
    <>
      <DataList title={t("template.title")}
        call="GET /patch-report-templates" columns={columns}
        rowKey={(row) => row.id} empty={<Empty title={t("template.none")} />} />
      {may("report.write") && <Add />}
    </>
  );
}

/** One row a patch of a device: what it lacks, or what it got. */
function Details({ kind }: { kind: "missing" | "installed" }) {
  const t = useT();
  const columns = reportColumns(useWord(), kind === "missing" ?
    ["name", "system", "patch", "title", "severity", "cves", "since",
      "packages"] :
    ["name", "at", "patch", "package", "from", "to", "configuration"]);

  return (
    <DataList title={t(`template.${kind}`)} query={{ kind }}
      call="GET /patch-devices/details" columns={columns}
      rowKey={(row) => `${row.device} ${row.patch} ${row.at} ${row.package}`}
      formats={everyFormat} />
  );
}

export default function PatchReports() {
  const t = useT();
  return (
    <Page title={t("template.page")} lead={t("template.lead")}>
      <Tabs label={t("template.page")} of={[
        { name: "own", title: t("template.title"),
          content: () => <Templates /> },
        { name: "missing", title: t("template.missing"),
          content: () => <Details kind="missing" /> },
        { name: "installed", title: t("template.installed"),
          content: () => <Details kind="installed" /> },
      ]} />
    </Page>
  );
}
