// SPDX-License-Identifier: Apache-2.0
//
// The servers that network devices fetch from, as the devices reach them
// (R-INV-2).
import { Button, Checkbox, Modal, NativeSelect, NumberInput, TextInput } from
  "@mantine/core";
import { useState } from "react";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions } from "@/lib/words";
import { confirm, tell } from "@/parts/Confirm";
import { Copy } from "@/parts/Copy";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Empty } from "@/parts/Page";
import { troubleText } from "@/parts/Trouble";

type Server = Row<"GET /device-servers">;

const stale = ["GET /device-servers"] as const;
const kinds = ["aus", "ce", "pnp"] as const;

function Edit({ of, close }: { of: Server | null; close: () => void }) {
  const t = useT();
  const options = useOptions();
  const form = useForm({ kind: of?.kind ?? "aus", name: of?.name ?? "",
    address: of?.address ?? "", port: of?.port ?? 0, tls: of?.tls ?? true,
    xml: of?.xml ?? false, networks: of?.networks ?? "" });
  const add = useChange("POST /device-servers", [...stale]);
  const put = useChange("PUT /device-servers/{server}", [...stale]);

  return (
    <Form form={form} action={t("action.save")} cancel={close}
      submit={async ({ kind, port, ...rest }) => {
        const body = { ...rest, port: Number(port) || undefined };
        if (of) {
          await put.mutateAsync({ path: { server: of.id }, body,
            revision: of.revision });
        } else {
          await add.mutateAsync({ body: { ...body, kind } });
        }
        tell(t("admin.saved"));
        close();
      }}>
      {!of && (
        <NativeSelect label={t("fetch.protocol")} {...form.text("kind")}
          data={options("server.kind", kinds)} />
      )}
      <TextInput label={t("device.name")} required {...form.text("name")} />
      <TextInput label={t("device.address")} required
        description={t("server.address_help")} {...form.text("address")} />
      <NumberInput label={t("network.port")} min={0} max={65535}
        description={t("network.port_help")} {...form.value("port")} />
      <Checkbox label="HTTPS" {...form.check("tls")} />
      {form.values.kind === "ce" && (
        <Checkbox label={t("server.xml")} {...form.check("xml")} />
      )}
      <TextInput label={t("server.networks")} placeholder="10.0.0.0/8"
        description={t("server.networks_help")} {...form.text("networks")} />
    </Form>
  );
}

export function Servers() {
  const t = useT();
  const may = useMay();
  const [open, setOpen] = useState<Server | "new" | null>(null);
  const remove = useChange("DELETE /device-servers/{server}", [...stale]);
  const drop = async (row: Server) => {
    if (await confirm({ title: t("action.delete"), danger: true,
      text: t("server.delete_text", { name: row.name }),
      action: t("action.delete") })) {
      remove.mutate({ path: { server: row.id } }, {
        onError: (error) => tell(troubleText(t, asFailure(error))) });
    }
  };
  const columns: Column<Server>[] = [
    { id: "name", title: t("device.name"), cell: (row) => row.name,
      text: (row) => row.name },
    { id: "kind", title: t("fetch.protocol"), cell: (row) =>
      t(`server.kind.${row.kind}`), text: (row) => row.kind },
    { id: "address", title: t("device.address"), width: 1.4, cell: (row) => (
      <>
        {`${row.tls ? "https" : "http"}://${row.address}:${row.port}`}
        {row.dhcp_option_43 && (
          <Copy label={t("server.option_43")} text={row.dhcp_option_43} />
        )}
      </>
    ), text: (row) => `${row.address}:${row.port}` },
    { id: "networks", title: t("server.networks"), cell: (row) =>
      row.networks || t("server.everywhere"), text: (row) => row.networks },
    { id: "devices", title: t("devices.title"), align: "right", width: 0.6,
      cell: (row) => row.devices, text: (row) => row.devices },
    { id: "do", title: t("action.more"), cell: (row) =>
      may("network.write") && (
        <span className="hf-actions">
          <Button size="compact-xs" variant="default"
            aria-label={`${t("action.edit")}: ${row.name}`}
            onClick={() => setOpen(row)}>{t("action.edit")}</Button>
          {row.devices === 0 && (
            <Button size="compact-xs" variant="default"
              aria-label={`${t("action.delete")}: ${row.name}`}
              onClick={() => void drop(row)}>{t("action.delete")}</Button>
          )}
        </span>
      ) },
  ];

  return (
    <>
      {may("network.write") && (
        <Button mb="md" onClick={() => setOpen("new")}>
          {t("server.add")}
        </Button>
      )}
      <DataList title={t("server.title")} call="GET /device-servers"
        columns={columns} rowKey={(row) => row.id}
        empty={<Empty title={t("server.none")}>
          <p>{t("server.none_text")}</p></Empty>} />
      <Modal opened={open !== null} onClose={() => setOpen(null)} size="lg"
        title={open === "new" ? t("server.add") : open?.name}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {open && (
          <Edit of={open === "new" ? null : open}
            close={() => setOpen(null)} />
        )}
      </Modal>
    </>
  );
}
