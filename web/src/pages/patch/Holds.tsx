// SPDX-License-Identifier: Apache-2.0
//
// What is kept from being deployed, why, by whom and until when: holds of
// patches, packages and CVEs, and freezes of everything.
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Empty, Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Tabs } from "@/parts/Tabs";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Hold = Row<"GET /patch-holds">;
type Freeze = Row<"GET /patch-freezes">;
type Kind = Hold["kind"];

/** The reader's own time of an input as the API has it. */
export function instant(local: string): string | undefined {
  return local === "" ? undefined :
    new Date(local).toISOString().replace(/\.\d+Z$/, "Z");
}

function useLabels() {
  const t = useT();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const all = labels.data?.items ?? [];
  return {
    nameOf: (id: number | null | undefined) => id ?
      all.find((one) => one.id === id)?.name ?? `#${id}` :
      t("hold.everywhere"),
    options: [{ value: "", label: t("hold.everywhere") },
      ...all.map((one) => ({ value: String(one.id), label: one.name }))],
  };
}

function Counts({ of }: { of: Hold | Freeze }) {
  const t = useT();
  const state = of.lifted ? "hold.lifted" : of.active ? "hold.active" :
    "begins" in of && Date.parse(of.begins) > Date.now() ?
      "hold.coming" : "hold.over";
  return (
    <>
      <StatusBadge mood={of.active ? "warn" : state === "hold.coming" ?
        "waiting" : "none"}>{t(state)}</StatusBadge>
      {of.lifted && <span className="hf-dim hf-below">{of.lifted_by}</span>}
    </>
  );
}

function Lift({ name, run }: {
  name: string; run: () => Promise<unknown>;
}) {
  const t = useT();
  return (
    <Button size="compact-xs" variant="default"
      aria-label={`${t("hold.lift")}: ${name}`}
      onClick={() => void (async () => {
        if (!await confirm({ title: t("hold.lift"), action: t("hold.lift"),
          text: t("hold.lift_text", { name }) })) return;
        await run().catch((error: unknown) =>
          tell(troubleText(t, asFailure(error))));
      })()}>{t("hold.lift")}</Button>
  );
}

function AddHold() {
  const t = useT();
  const options = useOptions();
  const labels = useLabels();
  const form = useForm({ kind: "patch", target: "", label: "", reason: "",
    until: "" });
  const add = useChange("POST /patch-holds", ["GET /patch-holds"]);

  return (
    <Section title={t("hold.add")}>
      <Form form={form} action={t("hold.add")} submit={async (values) => {
        await add.mutateAsync({ body: {
          kind: values.kind as Kind, target: values.target,
          reason: values.reason, until: instant(values.until),
          label: Number(values.label) || undefined } });
        form.reset({ ...values, target: "", reason: "" });
        tell(t("hold.added"));
      }}>
        <NativeSelect label={t("hold.kind")} {...form.text("kind")}
          data={options("hold.kind", ["patch", "package", "cve"])} />
        <TextInput label={t("hold.target")} required
          description={t("hold.target_help")} {...form.text("target")} />
        <NativeSelect label={t("hold.where")} data={labels.options}
          {...form.text("label")} />
        <Textarea label={t("hold.reason")} required autosize
          {...form.text("reason")} />
        <TextInput type="datetime-local" label={t("hold.until")} w={260}
          description={t("hold.until_help")} {...form.text("until")} />
      </Form>
    </Section>
  );
}

function Holds() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const labels = useLabels();
  const lift = useChange("DELETE /patch-holds/{hold}", ["GET /patch-holds"]);
  const columns: Column<Hold>[] = [
    { id: "target", title: t("hold.target"), width: 1.6, cell: (row) => (
      <>
        <strong>{row.target}</strong>{" "}
        <span className="hf-dim">{word("hold.kind", row.kind)}</span>
      </>
    ), text: (row) => row.target },
    { id: "state", title: t("patching.state"), width: 0.8,
      cell: (row) => <Counts of={row} />, text: (row) => String(row.active) },
    { id: "where", title: t("hold.where"), cell: (row) =>
      labels.nameOf(row.label), text: (row) => row.label },
    { id: "reason", title: t("hold.reason"), width: 1.8, cell: (row) =>
      row.reason, text: (row) => row.reason },
    { id: "author", title: t("patching.author"), width: 0.7,
      cell: (row) => row.author, text: (row) => row.author },
    { id: "until", title: t("hold.until"), cell: (row) =>
      <Time at={row.until} never={t("hold.no_end")} exact />,
    text: (row) => row.until },
    { id: "lift", title: t("action.more"), width: 0.6, cell: (row) =>
      may("patch.write") && !row.lifted && (
        <Lift name={row.target} run={() =>
          lift.mutateAsync({ path: { hold: row.id } })} />
      ) },
  ];

  return (
    <>
      <DataList title={t("hold.holds")} call="GET /patch-holds"
        columns={columns} rowKey={(row) => row.id}
        empty={<Empty title={t("hold.none")} />} />
      {may("patch.write") && <AddHold />}
    </>
  );
}

function AddFreeze() {
  const t = useT();
  const labels = useLabels();
  const form = useForm({ label: "", reason: "", begins: "", ends: "" });
  const add = useChange("POST /patch-freezes", ["GET /patch-freezes"]);

  return (
    <Section title={t("freeze.add")}>
      <Form form={form} action={t("freeze.add")} submit={async (values) => {
        await add.mutateAsync({ body: {
          reason: values.reason, begins: instant(values.begins),
          ends: instant(values.ends) ?? "",
          label: Number(values.label) || undefined } });
        form.reset({ ...values, reason: "" });
        tell(t("freeze.added"));
      }}>
        <Textarea label={t("hold.reason")} required autosize
          {...form.text("reason")} />
        <NativeSelect label={t("hold.where")} data={labels.options}
          {...form.text("label")} />
        <TextInput type="datetime-local" label={t("freeze.begins")} w={260}
          description={t("freeze.begins_help")} {...form.text("begins")} />
        <TextInput type="datetime-local" label={t("freeze.ends")} w={260}
          required {...form.text("ends")} />
      </Form>
    </Section>
  );
}

function Freezes() {
  const t = useT();
  const may = useMay();
  const labels = useLabels();
  const lift = useChange("DELETE /patch-freezes/{freeze}",
    ["GET /patch-freezes"]);
  const columns: Column<Freeze>[] = [
    { id: "reason", title: t("hold.reason"), width: 1.8, cell: (row) =>
      row.reason, text: (row) => row.reason },
    { id: "state", title: t("patching.state"), width: 0.8,
      cell: (row) => <Counts of={row} />, text: (row) => String(row.active) },
    { id: "where", title: t("hold.where"), cell: (row) =>
      labels.nameOf(row.label), text: (row) => row.label },
    { id: "begins", title: t("freeze.begins"), cell: (row) =>
      <Time at={row.begins} exact />, text: (row) => row.begins },
    { id: "ends", title: t("freeze.ends"), cell: (row) =>
      <Time at={row.ends} exact />, text: (row) => row.ends },
    { id: "author", title: t("patching.author"), width: 0.7,
      cell: (row) => row.author, text: (row) => row.author },
    { id: "lift", title: t("action.more"), width: 0.6, cell: (row) =>
      may("patch.deploy") && !row.lifted && (
        <Lift name={row.reason} run={() =>
          lift.mutateAsync({ path: { freeze: row.id } })} />
      ) },
  ];

  return (
    <>
      <DataList title={t("freeze.title")} call="GET /patch-freezes"
        columns={columns} rowKey={(row) => row.id}
        empty={<Empty title={t("freeze.none")} />} />
      {may("patch.deploy") && <AddFreeze />}
    </>
  );
}

export default function HoldsPage() {
  const t = useT();
  return (
    <Page title={t("hold.title")} lead={t("hold.lead")}>
      <Tabs label={t("hold.title")} of={[
        { name: "holds", title: t("hold.holds"), content: () => <Holds /> },
        { name: "freezes", title: t("freeze.title"),
          content: () => <Freezes /> },
      ]} />
    </Page>
  );
}
