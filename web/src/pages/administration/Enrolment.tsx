// SPDX-License-Identifier: Apache-2.0
//
// One-time tokens by which devices enrol (certificates are made then).
import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";

import type { Answer, Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { tell } from "@/parts/Confirm";
import { Copy } from "@/parts/Copy";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Token = Row<"GET /enrol-tokens">;
const moods: { [state in Token["state"]]: Mood } = {
  open: "waiting", used: "good", expired: "none",
};

function Add() {
  const t = useT();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const form = useForm({ label: "" });
  const [made, setMade] = useState<Answer<"POST /enrol-tokens"> | null>(null);
  const add = useChange("POST /enrol-tokens", ["GET /enrol-tokens"]);

  return (
    <Section title={t("admin.enrol_new")}>
      <Form form={form} action={t("admin.enrol_make")}
        submit={async (values) => setMade(await add.mutateAsync({ body:
          values.label ? { label: Number(values.label) } : {} }))}>
        <NativeSelect label={t("admin.enrol_label")} {...form.value("label")}
          data={[{ value: "", label: "–" }, ...(labels.data?.items ?? [])
            .filter((one) => one.kind === "manual").map((one) => ({
              value: String(one.id), label: one.name }))]}
          onChange={(event) =>
            form.set({ label: event.currentTarget.value })} />
      </Form>
      {made && (
        <div className="hf-note" role="status">
          <p>{t("admin.enrol_once")}</p>
          <Copy text={made.token} label={t("admin.token")} />
          <p>{t("admin.enrol_how")}</p>
          <pre className="hf-copy">{"holdfast-agent enrol --server " +
            `https://${window.location.hostname}:8445 --token-file -` +
            (made.fingerprint ? ` --fingerprint ${made.fingerprint}` : "")}
          </pre>
        </div>
      )}
    </Section>
  );
}

export default function Enrolment() {
  const t = useT();
  const word = useWord();
  const remove = useChange("DELETE /enrol-tokens/{token}",
    ["GET /enrol-tokens"]);
  const columns: Column<Token>[] = [
    { id: "id", title: t("admin.token"), width: 0.6,
      cell: (row) => `#${row.id}`, text: (row) => row.id },
    { id: "state", title: t("admin.state"), cell: (row) => (
      <StatusBadge mood={moods[row.state]}>
        {word("admin.enrol_state", row.state)}
      </StatusBadge>
    ), text: (row) => row.state },
    { id: "created", title: t("admin.created"), width: 1.2, cell: (row) => (
      <><Time at={row.created} /> <span className="hf-dim">
        {row.created_by}</span></>
    ), text: (row) => row.created },
    { id: "expires", title: t("admin.expires"), cell: (row) =>
      <Time at={row.expires} />, text: (row) => row.expires },
    { id: "device", title: t("device.name"), cell: (row) => row.device ? (
      <Link href={`/devices/${row.device}`}>#{row.device}</Link>
    ) : "", text: (row) => row.device },
    { id: "revoke", title: t("admin.revoke"), cell: (row) =>
      row.state === "open" && (
        <Button size="compact-xs" variant="default"
          aria-label={`${t("admin.revoke")}: #${row.id}`}
          onClick={() => remove.mutate({ path: { token: row.id } }, {
            onError: (error) => tell(troubleText(t, asFailure(error))) })}>
          {t("admin.revoke")}
        </Button>
      ) },
  ];

  return (
    <Page title={t("admin.enrolment")} lead={t("admin.enrolment_lead")}>
      <Add />
      <DataList title={t("admin.enrolment")} call="GET /enrol-tokens"
        columns={columns} rowKey={(row) => row.id} />
    </Page>
  );
}
