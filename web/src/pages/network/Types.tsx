// SPDX-License-Identifier: Apache-2.0
//
// What holds for every network device of a type unless it says otherwise
// itself (R-COM-4), for all versions or from one on.
import {
  Button, Checkbox, Modal, NativeSelect, NumberInput, TextInput,
} from "@mantine/core";
import { useState } from "react";

import type { Body, Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { families } from "@/pages/network/Reach";
import { ResponseFields, type Response } from "@/pages/network/Responses";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { troubleText } from "@/parts/Trouble";

type Type = Row<"GET /network/types">;

interface Values {
  family: string;
  band: string;
  transport: string;
  allow_fallback: boolean;
  profile: string;
  connect_s: number;
  read_s: number;
  retries: number;
  total_s: number;
  at_once: number;
  responses: Response[];
}

const numbers = ["connect_s", "read_s", "retries", "total_s", "at_once"] as
  const;
const stale = ["GET /network/types", "GET /network/devices",
  "GET /network/devices/{device}",
  "GET /network/devices/{device}/readiness"] as const;

function valuesOf(of: Type): Values {
  return { family: of.family, band: of.band ?? "",
    transport: of.transport ?? "", profile: of.profile ?? "modern",
    allow_fallback: of.allow_fallback ?? false,
    connect_s: of.connect_s ?? 20, read_s: of.read_s ?? 60,
    retries: of.retries ?? 3, total_s: of.total_s ?? 600,
    at_once: of.at_once ?? 0,
    responses: (of.responses ?? []).map((one) => ({ kind: one.kind,
      pattern: one.pattern, command: one.command ?? "",
      answer: one.answer ?? "" })) };
}

/** Members that say nothing are left out. */
function bodyOf(values: Values): Body<"PUT /network/types"> {
  return { ...values, responses: values.responses.map((one) => ({
    kind: one.kind, pattern: one.pattern,
    ...(one.command ? { command: one.command } : {}),
    ...(one.answer ? { answer: one.answer } : {}),
  })) };
}

function Edit({ of, fresh, close }: {
  of: Type; fresh: boolean; close: () => void;
}) {
  const t = useT();
  const options = useOptions();
  const form = useForm(valuesOf(of));
  const put = useChange("PUT /network/types", [...stale]);

  return (
    <Form form={form} action={t("action.save")} cancel={close}
      submit={async (values) => {
        await put.mutateAsync({ body: bodyOf(values) });
        tell(t("admin.saved"));
        close();
      }}>
      <p className="hf-dim">{t("nettype.text")}</p>
      {fresh && (
        <>
          <NativeSelect label={t("network.family")} {...form.text("family")}
            data={options("family", families)} />
          <TextInput label={t("nettype.band")} placeholder="12.3"
            description={t("nettype.band_help")} {...form.text("band")} />
        </>
      )}
      <NativeSelect label={t("network.transport")} {...form.text("transport")}
        data={[{ value: "", label: t("nettype.by_version") },
          ...["ssh", "ssl", "telnet", "http", "tms"].map((one) => ({
            value: one, label: one.toUpperCase() }))]} />
      <Checkbox label={t("nettype.allow_fallback")}
        description={t("nettype.allow_fallback_help")}
        {...form.check("allow_fallback")} />
      <NativeSelect label={t("network.profile")} {...form.text("profile")}
        description={t("network.profile_help")}
        data={["modern", "legacy-1", "legacy-2"]} />
      <div className="hf-choices">{numbers.map((name) => (
        <NumberInput key={name} label={t(`nettype.${name}`)} w={200}
          min={name === "retries" || name === "at_once" ? 0 : 1}
          allowDecimal={false} {...form.value(name)} />
      ))}</div>
      <ResponseFields of={form.values.responses} known={of.known}
        error={form.error}
        set={(responses) => form.set({ responses })} />
    </Form>
  );
}

export default function Types() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const [edited, setEdited] = useState<{ of: Type; fresh: boolean } | null>(
    null);
  const reset = useChange("POST /network/types/reset", [...stale]);
  const nameOf = (row: Type) => word("family", row.family) +
    (row.band ? ` ${t("nettype.from", { band: row.band })}` : "");
  const back = async (row: Type) => {
    if (!await confirm({ title: t("nettype.reset"),
      text: t("nettype.reset_text", { name: nameOf(row) }),
      action: t("nettype.reset") })) return;
    reset.mutate({ body: { family: row.family, band: row.band } }, {
      onError: (error) => tell(troubleText(t, asFailure(error))) });
  };
  const columns: Column<Type>[] = [
    { id: "family", title: t("network.family"), width: 1.5, cell: (row) => (
      <>
        {nameOf(row)}{" "}
        {!row.built_in && (
          <StatusBadge mood="waiting">{t("nettype.changed")}</StatusBadge>
        )}
      </>
    ), text: (row) => `${row.family} ${row.band ?? ""}`.trim() },
    { id: "transport", title: t("network.transport"), cell: (row) =>
      row.transport ? row.transport.toUpperCase() : t("nettype.by_version"),
    text: (row) => row.transport },
    { id: "profile", title: t("network.profile"), width: 0.7, cell: (row) =>
      row.profile, text: (row) => row.profile },
    { id: "times", title: t("nettype.times"), width: 1.2, cell: (row) =>
      `${row.connect_s} / ${row.read_s} / ${row.total_s} s`,
    text: (row) => `${row.connect_s} ${row.read_s} ${row.total_s}` },
    { id: "retries", title: t("nettype.retries"), align: "right", width: 0.6,
      cell: (row) => row.retries, text: (row) => row.retries },
    { id: "at_once", title: t("nettype.at_once"), align: "right", width: 0.8,
      cell: (row) => row.at_once || "–", text: (row) => row.at_once },
    ...(may("network.write") ? [{ id: "edit", title: t("action.edit"),
      width: 1.2, cell: (row: Type) => (
        <span className="hf-actions">
          <Button size="compact-xs" variant="default"
            aria-label={`${t("action.edit")}: ${nameOf(row)}`}
            onClick={() => setEdited({ of: row, fresh: false })}>
            {t("action.edit")}
          </Button>
          {!row.built_in && (
            <Button size="compact-xs" variant="default"
              aria-label={`${t("nettype.reset")}: ${nameOf(row)}`}
              onClick={() => void back(row)}>{t("nettype.reset")}</Button>
          )}
        </span>
      ) }] : []),
  ];
  const fresh: Type = { family: "ios", band: "", built_in: false, known: [] };

  return (
    <Page title={t("nettype.title")} lead={t("nettype.lead")}
      actions={may("network.write") && (
        <Button onClick={() => setEdited({ of: fresh, fresh: true })}>
          {t("nettype.add")}
        </Button>
      )}>
      <DataList title={t("nettype.title")} call="GET /network/types"
        columns={columns} rowKey={(row) => `${row.family} ${row.band}`} />
      <Modal opened={edited !== null} onClose={() => setEdited(null)}
        size="lg" closeButtonProps={{ "aria-label": t("action.close") }}
        title={edited?.fresh ? t("nettype.add") : edited &&
          nameOf(edited.of)}>
        {edited && (
          <Edit of={edited.of} fresh={edited.fresh}
            close={() => setEdited(null)} />
        )}
      </Modal>
    </Page>
  );
}
