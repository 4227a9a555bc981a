// SPDX-License-Identifier: Apache-2.0
//
// Reports that are sent by schedule (K-REP): by mail or to a webhook.
import { NativeSelect, TextInput } from "@mantine/core";
import { Link, useLocation } from "wouter";

import type { Row } from "@/api/client";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Report = Row<"GET /report-schedules">;

type Named = "GET /patch-report-templates" | "GET /patch-report-sets";

/** The template or the set that the report is of. */
function Which({ call, value, pick }: {
  call: Named; value: string; pick: (id: string) => void;
}) {
  const t = useT();
  const answer = useAnswer(call, {});
  const rows = answer.data?.items ?? [];

  return (
    <NativeSelect label={t("admin.report_of")} required value={value}
      data={[{ value: "", label: "" }, ...rows.map((row) => ({
        value: String(row.id), label: row.name ?? "" }))]}
      onChange={(event) => pick(event.currentTarget.value)} />
  );
}

function Add() {
  const t = useT();
  const options = useOptions();
  const [, go] = useLocation();
  const form = useForm({ name: "", report: "summary" as Report["report"],
    format: "pdf" as "pdf" | "html" | "csv", mail_to: "", of: "" });
  const add = useChange("POST /report-schedules",
    ["GET /report-schedules"]);

  return (
    <Section title={t("admin.report_new")}>
      <Form form={form} action={t("action.add")} submit={async (values) => {
        const { of, ...rest } = values;
        const query = of === "" ? undefined
          : rest.report === "patch_set" ? { set: Number(of) }
            : { template: Number(of) };
        const made = await add.mutateAsync({ body: { ...rest, query,
          enabled: false, schedule: {
            type: "weekly", weekdays: ["mon"], time: "07:00" } } });
        go(`/administration/reports/${made.id}`);
      }}>
        <TextInput label={t("admin.name")} required {...form.text("name")} />
        <NativeSelect label={t("admin.report")}
          data={options("admin.report", ["summary", "compliance",
            "patch_missing", "patch_installed", "patch_template",
            "patch_set"])}
          value={form.values.report} onChange={(event) => form.set({ of: "",
            report: event.currentTarget.value as Report["report"] })} />
        {form.values.report === "patch_template" && (
          <Which call="GET /patch-report-templates" value={form.values.of}
            pick={(of) => form.set({ of })} />
        )}
        {form.values.report === "patch_set" && (
          <Which call="GET /patch-report-sets" value={form.values.of}
            pick={(of) => form.set({ of })} />
        )}
        <NativeSelect label={t("admin.format")} data={["pdf", "html", "csv"]}
          value={form.values.format} onChange={(event) => form.set({
            format: event.currentTarget.value as "pdf" })} />
        <TextInput label={t("admin.mail_to")} {...form.text("mail_to")} />
      </Form>
    </Section>
  );
}

export default function Reports() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const columns: Column<Report>[] = [
    { id: "name", title: t("admin.name"), width: 1.3, cell: (row) => (
      <Link href={`/administration/reports/${row.id}`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "report", title: t("admin.report"), cell: (row) =>
      `${word("admin.report", row.report)} · ${row.format ?? "html"}`,
    text: (row) => row.report },
    { id: "enabled", title: t("admin.state"), cell: (row) => row.enabled ? (
      <StatusBadge mood="good">{t("admin.on")}</StatusBadge>
    ) : <StatusBadge mood="none">{t("admin.off")}</StatusBadge>,
      text: (row) => String(row.enabled) },
    { id: "to", title: t("admin.to"), width: 1.3, cell: (row) =>
      row.mail_to || row.webhook || "–",
    text: (row) => row.mail_to ?? row.webhook },
    { id: "last", title: t("admin.last_sent"), cell: (row) => (
      <><Time at={row.last_sent} never={t("admin.never")} />
        <span className="hf-dim hf-below">{row.last_result}</span></>
    ), text: (row) => row.last_sent },
  ];

  return (
    <Page title={t("admin.reports")} lead={t("admin.reports_lead")}>
      <DataList title={t("admin.reports")} call="GET /report-schedules"
        columns={columns} rowKey={(row) => row.id} />
      {may("report.write") && <Add />}
    </Page>
  );
}
