// SPDX-License-Identifier: Apache-2.0
//
// Images of network devices (R-AUS-10): kept here, and given to devices that
// fetch them. What is given waits for a second person.
import {
  Button, FileInput, Modal, NativeSelect, NumberInput, TextInput,
} from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { ButtonLink } from "@/parts/ButtonLink";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Empty, Page } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Image = Row<"GET /device-images">;

const stale = ["GET /device-images", "GET /staged"] as const;
const kinds = ["image", "asdm"] as const;

function Add({ close }: { close: () => void }) {
  const t = useT();
  const format = useFormat();
  const options = useOptions();
  const form = useForm({ file: null as File | null, name: "",
    kind: "image" as typeof kinds[number], version: "", md5: "" });
  const add = useChange("POST /device-images", [...stale]);

  return (
    <Form form={form} action={t("image.add")} cancel={close}
      submit={async ({ file, name, kind, version, md5 }) => {
        if (!file) {
          form.setReasons({ file: t("upload.choose") });
          return;
        }
        const made = await add.mutateAsync({ body: file, query: {
          name: name || file.name, kind, ...(version ? { version } : {}),
          ...(md5 ? { md5: md5.trim() } : {}) } });
        tell(t("image.added", { name: made.name }));
        close();
      }}>
      <p className="hf-dim">{t("image.add_text")}</p>
      <FileInput label={t("upload.file")} required clearable
            clearButtonProps={{ "aria-label": t("upload.clear") }}
        placeholder={t("upload.choose")} {...form.value("file")}
        description={form.values.file ?
          format.bytes(form.values.file.size) : undefined} />
      <TextInput label={t("image.name")} {...form.text("name")}
        placeholder={form.values.file?.name ?? ""}
        description={t("image.name_help")} />
      <NativeSelect label={t("image.kind")} {...form.text("kind")}
        data={options("image.kind", kinds)} />
      <TextInput label={t("package.version")} {...form.text("version")}
        description={t("image.version_help")} />
      <TextInput label="MD5" {...form.text("md5")}
        description={t("image.md5_help")} />
    </Form>
  );
}

function Give({ of, close }: { of: Image; close: () => void }) {
  const t = useT();
  const [, go] = useLocation();
  const devices = useAnswer("GET /fetching-devices",
    { query: { limit: 1000 } });
  const form = useForm({ device: "", title: "", hours: 168 });
  const give = useChange("POST /fetching-devices/{device}/images",
    [...stale]);

  return (
    <Loaded from={devices}>{(list) => list.items.length === 0 ? (
      <Empty title={t("fetch.none")}>
        <ButtonLink href="/network/fetching">{t("fetch.title")}</ButtonLink>
      </Empty>
    ) : (
      <Form form={form} action={t("image.give")} cancel={close}
        submit={async ({ device, title, hours }) => {
          if (!device) {
            form.setReasons({ device: t("image.choose_device") });
            return;
          }
          const staged = await give.mutateAsync({
            path: { device: Number(device) },
            body: { image: of.id, ...(title ? { title } : {}),
              ...(Number(hours) ? { hours: Number(hours) } : {}) } });
          tell(t(staged.state === "waiting" ? "image.given_waits" :
            "image.given", { name: staged.device_name }), {
            label: t("fetch.staged"),
            run: () => go("/network/fetching?tab=staged") });
          close();
        }}>
        <p className="hf-dim">{t("image.give_text")}</p>
        <NativeSelect label={t("benchmark.device")} required
          {...form.text("device")} data={[
            { value: "", label: t("image.choose_device") },
            ...list.items.map((one) => ({ value: String(one.device),
              label: `${one.name} (${one.identity})` }))]} />
        <TextInput label={t("network.change_title")} {...form.text("title")} />
        <NumberInput label={t("fetch.hours")} min={1}
          {...form.value("hours")} />
      </Form>
    )}</Loaded>
  );
}

function useColumns(give: (row: Image) => void): Column<Image>[] {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const format = useFormat();
  const remove = useChange("DELETE /device-images/{image}", [...stale]);
  const drop = async (row: Image) => {
    if (!await confirm({ title: t("action.delete"), danger: true,
      text: t("image.delete_text", { name: row.name }),
      action: t("action.delete") })) return;
    remove.mutate({ path: { image: row.id } }, {
      onSuccess: () => tell(t("image.deleted", { name: row.name })),
      onError: (error) => tell(troubleText(t, asFailure(error))) });
  };

  return [
    { id: "name", title: t("image.name"), width: 2, cell: (row) => (
      <>
        {row.name}
        <code className="hf-small hf-dim hf-below hf-break">
          MD5 {row.md5}
        </code>
      </>
    ), text: (row) => row.name },
    { id: "kind", title: t("image.kind"), width: 0.8,
      cell: (row) => word("image.kind", row.kind), text: (row) => row.kind },
    { id: "version", title: t("package.version"), width: 0.8,
      cell: (row) => row.version || "–", text: (row) => row.version },
    { id: "size", title: t("patch.size"), align: "right", width: 0.6,
      cell: (row) => format.bytes(row.size), text: (row) => row.size },
    { id: "created", title: t("job.created"), width: 1, cell: (row) => (
      <>
        <Time at={row.created} />{" "}
        <span className="hf-dim">{row.author}</span>
      </>
    ), text: (row) => row.created },
    { id: "uses", title: t("image.uses"), align: "right", width: 0.6,
      cell: (row) => format.number(row.uses), text: (row) => row.uses },
    { id: "do", title: t("action.more"), width: 1.4, cell: (row) =>
      may("network.change") && (
        <span className="hf-actions">
          <Button size="compact-xs" onClick={() => give(row)}
            aria-label={`${t("image.give")}: ${row.name}`}>
            {t("image.give")}
          </Button>
          <Button size="compact-xs" variant="default"
            aria-label={`${t("action.delete")}: ${row.name}`}
            onClick={() => void drop(row)}>{t("action.delete")}</Button>
        </span>
      ) },
  ];
}

export default function Images() {
  const t = useT();
  const may = useMay();
  const [open, setOpen] = useState<Image | "add" | null>(null);
  const columns = useColumns(setOpen);
  const close = () => setOpen(null);

  return (
    <Page title={t("image.title")} lead={t("image.lead")}
      actions={may("network.change") && (
        <Button onClick={() => setOpen("add")}>{t("image.add")}</Button>
      )}>
      <DataList title={t("image.title")} call="GET /device-images"
        columns={columns} rowKey={(row) => row.id}
        empty={<Empty title={t("image.none")}>
          <p>{t("image.none_text")}</p></Empty>} />
      <Modal opened={open !== null} onClose={close} size="lg"
        title={open === "add" ? t("image.add") :
          open && `${t("image.give")}: ${open.name}`}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {open === "add" && <Add close={close} />}
        {open && open !== "add" && <Give of={open} close={close} />}
      </Modal>
    </Page>
  );
}
