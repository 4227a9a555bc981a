// SPDX-License-Identifier: Apache-2.0
//
// Reports that are sent by schedule (K-REP): by mail or to a webhook.
import { NativeSelect, TextInput } from "@mantine/core";
import { Link, useLocation } from "wouter";

import type { Row } from "@/api/client";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Report = Row<"GET /report-schedules">;

function Add() {
  const t = useT();
  const options = useOptions();
  const [, go] = useLocation();
  const form = useForm({ name: "", report: "summary" as Report["report"],
    format: "pdf" as "pdf" | "html" | "csv", mail_to: "" });
  const add = useChange("POST /report-schedules",
    ["GET /report-schedules"]);

  return (
    <Section title={t("admin.report_new")}>
      <Form form={form} action={t("action.add")} submit={async (values) => {
        const made = await add.mutateAsync({ body: { ...values,
          enabled: false, schedule: {
            type: "weekly", weekdays: ["mon"], time: "07:00" } } });
        go(`/administration/reports/${made.id}`);
      }}>
        <TextInput label={t("admin.name")} required {...form.text("name")} />
        <NativeSelect label={t("admin.report")}
          data={options("admin.report", ["summary", "compliance"])}
          value={form.values.report} onChange={(event) => form.set({
            report: event.currentTarget.value as Report["report"] })} />
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
