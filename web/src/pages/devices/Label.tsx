// SPDX-License-Identifier: Apache-2.0
//
// One label: its query with a preview of whom it means, and its members.
// Deleting one that schedules use says so first (K-LBL-4).
import {
  Button, NativeSelect, Textarea, TextInput,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";

import { call, type Answer, type Row } from "@/api/client";
import { asFailure, type Failure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import type { PageProps } from "@/routes";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";
import { useConflict } from "@/parts/useConflict";

type Label = Answer<"GET /labels/{label}">;
type Kind = Label["kind"];

interface Values {
  name: string;
  kind: Kind;
  query: string;
  notes: string;
  download_url: string;
}

function valuesOf(label: Label): Values {
  const { name, kind, query, notes, download_url } = label;
  return { name, kind, query, notes, download_url };
}

function Preview({ query }: { query: string }) {
  const t = useT();
  const [asked] = useDebouncedValue(query, 400);
  const answer = useQuery<Answer<"POST /labels/preview">, Failure>({
    queryKey: ["POST /labels/preview", asked],
    queryFn: ({ signal }) => call("POST /labels/preview",
      { signal, body: { query: asked, limit: 5 } }),
    enabled: asked.trim() !== "",
    placeholderData: (old) => old,
  });

  if (answer.error) {
    return (
      <p className="hf-note" role="alert">
        {answer.error.fields[0]?.reason ?? troubleText(t, answer.error)}
      </p>
    );
  }
  if (!answer.data || asked.trim() === "") return null;
  return (
    <p className="hf-count" role="status">
      {t("targets.count", { n: answer.data.total ?? 0 })}{" "}
      <span className="hf-dim">
        {answer.data.items.map((one) => one.name).join(", ")}
      </span>
    </p>
  );
}

function QueryHelp() {
  const t = useT();
  const fields = useAnswer("GET /query-fields", { query: { limit: 1000 } });

  return (
    <details>
      <summary>{t("label.fields")}</summary>
      <ul className="hf-plain-list hf-small">
        {(fields.data?.items ?? []).map((one) => (
          <li key={one.name}>
            <code>{one.name}</code>{" "}
            <span className="hf-dim">{one.type}</span> {one.help}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Members({ label }: { label: Label }) {
  const t = useT();
  const may = useMay();
  const change = useChange("POST /labels/{label}/members",
    ["GET /labels/{label}/members", "GET /labels/{label}", "GET /labels"]);
  const set = (id: number, add: boolean) => change.mutate({
    path: { label: label.id }, body: add ? { add: [id] } : { remove: [id] },
  }, {
    onSuccess: () => tell(add ? t("devices.labelled", { n: 1, already: 0 }) :
      t("devices.unlabelled", { n: 1 }), add ? undefined :
      { label: t("action.undo"), run: () => set(id, true) }),
    onError: (error) => tell(troubleText(t, asFailure(error))),
  });
  const columns: Column<Row<"GET /labels/{label}/members">>[] = [
    { id: "name", title: t("device.name"), width: 2,
      cell: (row) => (
        <Link href={`/devices/${row.device}`}>{row.name}</Link>
      ), text: (row) => row.name },
    { id: "since", title: t("patch.since"), cell: (row) =>
      <Time at={row.since} exact />, text: (row) => row.since },
    ...(label.kind === "manual" && may("label.write") ? [{
      id: "remove", title: t("devices.take_label"), width: 0.8,
      cell: (row: Row<"GET /labels/{label}/members">) => (
        <Button size="compact-xs" variant="default"
          onClick={() => set(row.device, false)}>
          {t("label.remove")}
        </Button>
      ),
    }] : []),
  ];

  return (
    <Section title={t("label.members")}>
      <DataList title={t("label.members")} call="GET /labels/{label}/members"
        path={{ label: label.id }} columns={columns}
        rowKey={(row) => row.device} />
    </Section>
  );
}

const stale = ["GET /labels", "GET /labels/{label}",
  "GET /labels/{label}/members", "GET /devices"] as const;

function Editor({ label }: { label: Label | null }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const options = useOptions();
  const [, go] = useLocation();
  const form = useForm<Values>(label ? valuesOf(label) :
    { name: "", kind: "manual", query: "", notes: "", download_url: "" });
  const add = useChange("POST /labels", [...stale]);
  const patch = useChange("PATCH /labels/{label}", [...stale]);
  const remove = useChange("DELETE /labels/{label}",
    [...stale, "GET /configurations"]);
  const { kind, query } = form.values;
  const asks = kind === "smart" || kind === "ldap";

  const save = async (values: Values, revision: number) => {
    const body = { name: values.name, notes: values.notes,
      download_url: values.download_url,
      ...(asks ? { query: values.query } : {}) };
    if (!label) {
      const made = await add.mutateAsync({ body: { ...body, kind } });
      go(`/devices/labels/${made.id}`, { replace: true });
      return made;
    }
    const saved = await patch.mutateAsync(
      { path: { label: label.id }, revision, body });
    form.reset(valuesOf(saved));
    tell(t("schedules.saved", { name: saved.name }));
    return saved;
  };
  const conflict = useConflict<Values, Label>({ form, valuesOf, save,
    call: "GET /labels/{label}", path: { label: label?.id ?? 0 },
    revision: label?.revision ?? 0,
    names: { name: t("device.name"), kind: t("schedules.kind"),
      query: t("label.query"), notes: t("device.notes"),
      download_url: t("label.download") } });
  const drop = async (disable: boolean): Promise<void> => {
    if (!label) return;
    const yes = await confirm({ danger: true, action: t("action.delete"),
      title: t("schedules.delete_title", { name: label.name }),
      text: disable ? t("label.delete_used") : t("label.delete_text") });
    if (!yes) return;
    try {
      await remove.mutateAsync({ path: { label: label.id },
        query: disable ? { disable_schedules: true } : {} });
      tell(t("schedules.deleted", { name: label.name }));
      go("/devices/labels");
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind === "conflict" && !disable) await drop(true);
      else tell(troubleText(t, failure));
    }
  };

  return (
    <Page title={label ? label.name : t("labels.new")}
      back={{ href: "/devices/labels", title: t("labels.title") }}
      lead={label ? word("label.kind", label.kind) : undefined}
      actions={label && may("label.write") && (
        <Button variant="default" onClick={() => void drop(false)}>
          {t("action.delete")}
        </Button>
      )}>
      <Section title={t("schedules.general")}>
        <Form form={form} action={t("action.save")}
          submit={conflict.submit} onChanged={conflict.changed}>
          <TextInput label={t("device.name")} required
            {...form.text("name")} />
          {!label && (
            <NativeSelect label={t("schedules.kind")} value={kind}
              data={options("label.kind",
                ["manual", "smart", "ldap", "group"])}
              onChange={(event) =>
                form.set({ kind: event.currentTarget.value as Kind })} />
          )}
          {asks && (
            <>
              <Textarea label={t("label.query")} autosize minRows={2}
                placeholder='os.id = "debian" and package("openssl")'
                {...form.text("query")} />
              {kind === "smart" && <Preview query={query} />}
              {kind === "smart" && <QueryHelp />}
            </>
          )}
          <Textarea label={t("device.notes")} rows={2}
            {...form.text("notes")} />
          <TextInput label={t("label.download")}
            description={t("label.download_help")}
            {...form.text("download_url")} />
        </Form>
      </Section>
      {label && <Members label={label} />}
      {conflict.dialog}
    </Page>
  );
}

function Known({ id }: { id: number }) {
  const label = useAnswer("GET /labels/{label}", { path: { label: id } });
  return (
    <Loaded from={label}>
      {(data) => <Editor key={data.id} label={data} />}
    </Loaded>
  );
}

export default function LabelPage({ params }: PageProps) {
  return params.id === "new" ? <Editor label={null} /> :
    <Known id={Number(params.id)} />;
}
