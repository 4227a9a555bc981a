// SPDX-License-Identifier: Apache-2.0
//
// Backups of the whole store: made by a process of the server's own, read
// back before they count, fetched to be kept elsewhere (K-APP-3).
import { Button, Modal, PasswordInput } from "@mantine/core";
import { useState } from "react";

import { urlOf, type Row } from "@/api/client";
import { asFailure, Failure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Empty, Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Backup = Row<"GET /backups">;

const EVERY_MS = 2_000;
const stale = ["GET /backups", "GET /reports/self"] as const;

function State({ of }: { of: Backup }) {
  const t = useT();

  if (of.state === "making" || of.checking) {
    return (
      <StatusBadge mood="running">
        {t(of.checking ? "backup.checking" : "backup.making")}
      </StatusBadge>
    );
  }
  if (of.state === "failed") {
    return <StatusBadge mood="bad">{t("backup.failed")}</StatusBadge>;
  }
  if (of.text) {
    return <StatusBadge mood="bad">{t("backup.not_whole")}</StatusBadge>;
  }
  return <StatusBadge mood="good">{t("backup.whole")}</StatusBadge>;
}

/** The passphrase of a new one, twice: it is kept nowhere. */
function Make({ close }: { close: () => void }) {
  const t = useT();
  const form = useForm({ passphrase: "", again: "" });
  const make = useChange("POST /backups", [...stale]);

  return (
    <Form form={form} action={t("backup.make")} cancel={close}
      submit={async ({ passphrase, again }) => {
        if (passphrase !== again) {
          throw new Failure("invalid", { detail: t("setup.differ"),
            fields: [{ field: "again", reason: t("setup.differ") }] });
        }
        await make.mutateAsync({ body: { passphrase } });
        tell(t("backup.begun"));
        close();
      }}>
      <p className="hf-dim">{t("backup.make_text")}</p>
      <PasswordInput label={t("backup.passphrase")} required data-autofocus
        autoComplete="new-password" description={t("backup.passphrase_rule")}
        {...form.text("passphrase")} />
      <PasswordInput label={t("setup.again")} required
        autoComplete="new-password" {...form.text("again")} />
    </Form>
  );
}

function Check({ of, close }: { of: Backup; close: () => void }) {
  const t = useT();
  const form = useForm({ passphrase: "" });
  const check = useChange("POST /backups/{backup}/check", [...stale]);

  return (
    <Form form={form} action={t("backup.check")} cancel={close}
      submit={async (body) => {
        await check.mutateAsync({ path: { backup: of.id }, body });
        close();
      }}>
      <p className="hf-dim">{t("backup.check_text")}</p>
      <PasswordInput label={t("backup.passphrase")} required data-autofocus
        autoComplete="off" {...form.text("passphrase")} />
    </Form>
  );
}

function Actions({ of, check }: { of: Backup; check: () => void }) {
  const t = useT();
  const remove = useChange("DELETE /backups/{backup}", [...stale]);
  const name = of.file;
  const drop = async () => {
    if (!await confirm({ title: t("action.delete"), danger: true,
      text: t("backup.delete_text", { name }),
      action: t("action.delete") })) return;
    remove.mutate({ path: { backup: of.id } }, {
      onSuccess: () => tell(t("backup.deleted")),
      onError: (error) => tell(troubleText(t, asFailure(error))) });
  };

  if (of.state === "making" || of.checking) return null;
  return (
    <span className="hf-actions">
      {of.state === "done" && of.there && (
        <>
          <Button size="compact-xs" component="a" download
            aria-label={`${t("backup.fetch")}: ${name}`}
            href={urlOf("GET /backups/{backup}/file",
              { path: { backup: of.id } })}>{t("backup.fetch")}</Button>
          <Button size="compact-xs" variant="default" onClick={check}
            aria-label={`${t("backup.check")}: ${name}`}>
            {t("backup.check")}
          </Button>
        </>
      )}
      <Button size="compact-xs" variant="default"
        aria-label={`${t("action.delete")}: ${name}`}
        onClick={() => void drop()}>{t("action.delete")}</Button>
    </span>
  );
}

export default function Backups() {
  const t = useT();
  const may = useMay();
  const format = useFormat();
  const [open, setOpen] = useState<Backup | "make" | null>(null);
  const close = () => setOpen(null);
  const newest = useAnswer("GET /backups", { query: { limit: 20 } },
    { every: EVERY_MS });
  const busy = newest.data?.items.some((one) =>
    one.state === "making" || one.checking) ?? false;
  const columns: Column<Backup>[] = [
    { id: "started", title: t("job.created"), width: 1.6, cell: (row) => (
      <>
        <Time at={row.started} exact />
        <code className="hf-small hf-dim hf-below hf-break">{row.file}</code>
      </>
    ), text: (row) => row.started },
    { id: "state", title: t("admin.state"), width: 1.4, cell: (row) => (
      <>
        <State of={row} />
        {row.text && <span className="hf-small hf-below">{row.text}</span>}
        {row.state === "done" && !row.there && (
          <span className="hf-small hf-below">{t("backup.gone")}</span>
        )}
      </>
    ), text: (row) => row.state },
    { id: "checked", title: t("backup.checked"), width: 0.9,
      cell: (row) => <Time at={row.checked} never="–" />,
      text: (row) => row.checked },
    { id: "size", title: t("patch.size"), align: "right", width: 0.6,
      cell: (row) => row.size > 0 ? format.bytes(row.size) : "–",
      text: (row) => row.size },
    { id: "rows", title: t("backup.rows"), align: "right", width: 0.6,
      cell: (row) => row.rows > 0 ? format.number(row.rows) : "–",
      text: (row) => row.rows },
    { id: "author", title: t("runs.by"), width: 0.7,
      cell: (row) => row.author, text: (row) => row.author },
    { id: "do", title: t("action.more"), width: 1.8, cell: (row) =>
      may("setting.write") && (
        <Actions of={row} check={() => setOpen(row)} />
      ) },
  ];

  return (
    <Page title={t("backup.title")} lead={t("backup.lead")}
      actions={may("setting.write") && (
        <Button disabled={busy} onClick={() => setOpen("make")}>
          {t("backup.make")}
        </Button>
      )}>
      <p className="hf-note">{t("backup.keys")}</p>
      <DataList title={t("backup.title")} call="GET /backups"
        columns={columns} rowKey={(row) => row.id}
        every={EVERY_MS}
        empty={<Empty title={t("backup.none")} />} />
      <Modal opened={open !== null} onClose={close}
        title={open === "make" ? t("backup.make") : t("backup.check")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {open === "make" && <Make close={close} />}
        {open && open !== "make" && <Check of={open} close={close} />}
      </Modal>
    </Page>
  );
}
