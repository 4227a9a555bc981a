// SPDX-License-Identifier: Apache-2.0
//
// A report of one's own: what it says now, as files, and what it shows.
import { Button } from "@mantine/core";
import { Link, useLocation } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { patchHref } from "@/pages/patch/DryRunOf";
import {
  templateBody, TemplateFields, templateValues, type Template,
} from "@/pages/patch/TemplateForm";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, everyFormat, type Column } from "@/parts/DataList";
import { Cves, Severity } from "@/parts/Finding";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Empty, Page, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";
import type { PageProps } from "@/routes";

type ReportRow = Row<"GET /patch-report-templates/{template}/rows">;
type Name = keyof ReportRow;

const times: readonly string[] = ["at", "scanned", "reboot_since",
  "released", "since"];
const wide: readonly string[] = ["title", "packages", "text", "name",
  "reboot_reason", "problem", "errors", "scan_failure"];

function packagesText(row: ReportRow): string {
  return (row.packages ?? []).map((one) =>
    `${one.package} ${one.installed} → ${one.fixed}`).join("; ");
}

function Cell({ row, name, word }: {
  row: ReportRow; name: Name; word: ReturnType<typeof useWord>;
}) {
  const t = useT();
  const value = row[name];

  if (times.includes(name)) {
    return <Time at={value as string | null} never="–" exact />;
  }
  if (value === null || value === undefined || value === "") return <>–</>;
  if (name === "name" && row.device) {
    return <Link href={`/devices/${row.device}?tab=patches`}>
      {row.name}</Link>;
  }
  if (name === "patch") {
    return <Link href={patchHref(String(value))}>{String(value)}</Link>;
  }
  if (name === "severity") return <Severity of={{ value: String(value) }} />;
  if (name === "cves") return <Cves of={row.cves ?? []} most={2} />;
  if (name === "packages") return <>{packagesText(row) || "–"}</>;
  if (name === "task") return <>{word("patch.task", String(value))}</>;
  if (name === "state") {
    const known = word("patching.device_state", String(value));
    return <>{known === value ? word("patch.state", String(value)) : known}
    </>;
  }
  if (typeof value === "boolean") {
    return <>{t(value ? "patching.yes_no.true" : "patching.yes_no.false")}
    </>;
  }
  return <>{String(value)}</>;
}

/** Columns by the names that the server has for them. */
export function reportColumns(
  word: ReturnType<typeof useWord>, names: readonly string[],
): Column<ReportRow>[] {
  return names.map((one) => ({
    id: one, title: word("column", one),
    width: wide.includes(one) ? 1.6 : 1,
    cell: (row) => <Cell row={row} name={one as Name} word={word} />,
    text: (row) => one === "packages" ? packagesText(row) :
      String(row[one as Name] ?? ""),
  }));
}

function Edit({ of }: { of: Template }) {
  const t = useT();
  const form = useForm(templateValues(of));
  const put = useChange("PUT /patch-report-templates/{template}",
    ["GET /patch-report-templates", "GET /patch-report-templates/{template}",
      "GET /patch-report-templates/{template}/rows"]);

  return (
    <Form form={form} action={t("action.save")} submit={async (values) => {
      await put.mutateAsync({ path: { template: of.id },
        revision: of.revision, body: templateBody(values) });
      tell(t("admin.saved"));
    }}>
      <TemplateFields form={form} />
    </Form>
  );
}

function Shown({ of }: { of: Template }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const [, go] = useLocation();
  const remove = useChange("DELETE /patch-report-templates/{template}",
    ["GET /patch-report-templates"]);
  const drop = async () => {
    if (!await confirm({ title: t("action.delete"), danger: true,
      text: t("template.delete_text", { name: of.name }),
      action: t("action.delete") })) return;
    await remove.mutateAsync({ path: { template: of.id } }).then(
      () => go("/patch/reports"),
      (error: unknown) => tell(troubleText(t, asFailure(error))));
  };

  return (
    <Page title={of.name} lead={word("template.source", of.source)}
      back={{ href: "/patch/reports", title: t("template.page") }}
      actions={may("report.write") && (
        <Button variant="default" onClick={() => void drop()}>
          {t("action.delete")}
        </Button>
      )}>
      <DataList title={of.name} path={{ template: of.id }}
        call="GET /patch-report-templates/{template}/rows"
        columns={reportColumns(word, of.columns)}
        rowKey={(row) => JSON.stringify(row)} formats={everyFormat}
        empty={<Empty title={t("template.empty")} />} />
      {may("report.write") && (
        <Section title={t("template.shows")}>
          <Edit key={of.revision} of={of} />
        </Section>
      )}
    </Page>
  );
}

export default function PatchReportPage({ params }: PageProps) {
  const answer = useAnswer("GET /patch-report-templates/{template}",
    { path: { template: Number(params.id) } });

  return <Loaded from={answer}>{(of) => (
    <Shown key={of.revision} of={of} />
  )}</Loaded>;
}
