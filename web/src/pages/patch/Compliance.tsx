// SPDX-License-Identifier: Apache-2.0
//
// Compliance report sets and their scores over time (P-RPT).
import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";

import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { LateFigures } from "@/pages/patch/Late";
import { Met, Scores } from "@/pages/patch/ReportSet";
import {
  freshSet, setBody, SetFields, type ReportSet,
} from "@/pages/patch/SetForm";
import { tell } from "@/parts/Confirm";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

function Add() {
  const t = useT();
  const [, go] = useLocation();
  const form = useForm(freshSet);
  const add = useChange("POST /patch-report-sets",
    ["GET /patch-report-sets"]);

  return (
    <Section title={t("patching.set_new")}>
      <Form form={form} action={t("action.add")} submit={async (values) => {
        const made = await add.mutateAsync({ body: setBody(values) });
        go(`/patch/compliance/${made.id}`);
      }}>
        <SetFields form={form} />
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
      cell: (row) => (
        <Link href={`/patch/compliance/${row.id}`}>{row.name}</Link>
      ), text: (row) => row.name },
    { id: "score", title: t("patching.score"), align: "right", width: 0.7,
      cell: (row) => row.score === "–" ? "–" : `${row.score} %`,
      text: (row) => row.score },
    { id: "met", title: t("patching.state"), width: 1, cell: (row) => (
      <Met of={row} />
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
        {may("report.write") && (
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

  const filters: Filter[] = [
    { name: "archived", kind: "choice", label: t("patching.show"),
      all: t("patching.show.used"), options: [
        { value: "true", label: t("set.archived") }] },
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
        call="GET /patch-report-sets" columns={columns} filters={filters}
        rowKey={(row) => row.id} formats={everyFormat} />
      {may("report.write") && <Add />}
    </Page>
  );
}
