// SPDX-License-Identifier: Apache-2.0
//
// Compliance report sets and their scores over time (P-RPT).
import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import { MultiSelect } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { LateFigures } from "@/pages/patch/Late";
import { Chart } from "@/parts/Chart";
import { tell } from "@/parts/Confirm";
import { DataList, everyFormat, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type ReportSet = Row<"GET /patch-report-sets">;

function Scores({ of }: { of: ReportSet }) {
  const t = useT();
  const answer = useAnswer("GET /patch-report-sets/{set}/scores",
    { path: { set: of.id }, query: { limit: 366 } });
  const items = answer.data?.items;
  const chart = useMemo(() => {
    const days = [...items ?? []].reverse();
    return {
      kind: "line" as const,
      categories: days.map((one) => one.at.slice(0, 10)),
      series: [{ name: t("patching.score"), mood: "good" as const,
        values: days.map((one) => Number(one.score) || null) }],
    };
  }, [items, t]);

  return (
    <Loaded from={answer}>{(data) => data.items.length === 0 ? (
      <p className="hf-dim">{t("patching.no_scores")}</p>
    ) : (
      <Chart title={`${of.name}: ${t("patching.score")}`} data={chart}
        category={t("patching.day")} height={220} />
    )}</Loaded>
  );
}

function Add() {
  const t = useT();
  const list = useAnswer("GET /patch-configurations",
    { query: { limit: 1000 } });
  const form = useForm({ name: "", configurations: [] as string[],
    levels: ["security critical"], threshold: 95, stale_days: 7 });
  const add = useChange("POST /patch-report-sets",
    ["GET /patch-report-sets"]);

  return (
    <Section title={t("patching.set_new")}>
      <Form form={form} action={t("action.add")} submit={async (values) => {
        await add.mutateAsync({ body: { ...values,
          configurations: values.configurations.map(Number) } });
        form.reset({ ...form.values, name: "" });
      }}>
        <TextInput label={t("patching.name")} required
          {...form.text("name")} />
        <MultiSelect label={t("patching.configurations")} required
          data={(list.data?.items ?? []).map((one) => ({
            value: String(one.id), label: one.name }))}
          {...form.value("configurations")} />
        <MultiSelect label={t("patching.severity")} data={["critical",
          "important", "moderate", "low"].map((one) => `security ${one}`)}
          {...form.value("levels")} />
        <NumberInput label={t("patching.threshold")} min={0} max={100}
          {...form.value("threshold")} />
        <NumberInput label={t("patching.stale_days")} min={1} max={365}
          {...form.value("stale_days")} />
      </Form>
    </Section>
  );
}

/** Devices whose patches are missing for longer than they may (P-INT-7). */
function Lateness() {
  const t = useT();
  const answer = useAnswer("GET /patch-sla");

  return (
    <Section title={t("sla.title")} actions={
      <Link href="/patch/late">{t("sla.page")}</Link>}>
      <Loaded from={answer} lines={2}>{(of) => <LateFigures of={of} />}
      </Loaded>
    </Section>
  );
}

export default function Compliance() {
  const t = useT();
  const may = useMay();
  const format = useFormat();
  const [chosen, setChosen] = useState<string | null>(null);
  const sets = useAnswer("GET /patch-report-sets",
    { query: { limit: 1000 } });
  const run = useChange("POST /patch-report-sets/{set}/run",
    ["GET /patch-report-sets", "GET /patch-report-sets/{set}/scores"]);
  const shown = sets.data?.items.find((one) =>
    String(one.id) === chosen) ?? sets.data?.items[0];
  const columns: Column<ReportSet>[] = [
    { id: "name", title: t("patching.name"), width: 1.4,
      cell: (row) => row.name, text: (row) => row.name },
    { id: "score", title: t("patching.score"), align: "right", width: 0.7,
      cell: (row) => row.score === "–" ? "–" : `${row.score} %`,
      text: (row) => row.score },
    { id: "met", title: t("patching.state"), width: 1, cell: (row) =>
      row.met === null || row.met === undefined ? (
        <StatusBadge mood="unknown">{t("patching.no_data")}</StatusBadge>
      ) : (
        <StatusBadge mood={row.met ? "good" : "bad"}>
          {t(row.met ? "patching.met" : "patching.not_met",
            { n: row.threshold })}
        </StatusBadge>
      ), text: (row) => String(row.met) },
    { id: "endpoints", title: t("patching.devices_count"), align: "right",
      width: 0.7, cell: (row) => format.number(row.endpoints ?? 0),
      text: (row) => row.endpoints },
    { id: "no_data", title: t("patching.no_data"), align: "right",
      width: 0.7, cell: (row) => format.number(row.no_data ?? 0),
      text: (row) => row.no_data },
    { id: "last_run", title: t("patching.last_run"), cell: (row) => (
      <>
        <Time at={row.last_run} never={t("patching.never")} />{" "}
        {may("patch.write") && (
          <Button size="compact-xs" variant="default"
            aria-label={`${t("patching.calculate")}: ${row.name}`}
            onClick={() => run.mutate({ path: { set: row.id } } as never, {
              onError: (error) =>
                tell(troubleText(t, asFailure(error))) })}>
            {t("patching.calculate")}
          </Button>
        )}
      </>
    ), text: (row) => row.last_run },
  ];

  return (
    <Page title={t("patching.compliance")}
      lead={t("patching.compliance_lead")}>
      <Lateness />
      {shown && (
        <>
          {(sets.data?.items.length ?? 0) > 1 && (
            <Select label={t("patching.set")} value={String(shown.id)}
              onChange={setChosen} w={320} allowDeselect={false}
              data={(sets.data?.items ?? []).map((one) => ({
                value: String(one.id), label: one.name }))} />
          )}
          <Scores key={shown.id} of={shown} />
        </>
      )}
      <DataList title={t("patching.compliance")}
        call="GET /patch-report-sets" columns={columns}
        rowKey={(row) => row.id} formats={everyFormat} />
      {may("patch.write") && <Add />}
    </Page>
  );
}
