// SPDX-License-Identifier: Apache-2.0
//
// Two ways to a new device: a one-time token with which an agent enrols, or
// a device without an agent.
import { Button, Menu, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";

import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { Copy } from "@/parts/Copy";
import { Form, useForm } from "@/parts/Form";
import { Icon } from "@/parts/icons";
import { Facts } from "@/parts/Page";
import { Time } from "@/parts/Time";

function EnrolAgent() {
  const t = useT();
  const form = useForm({ label: "", life_s: "86400" });
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const make = useChange("POST /enrol-tokens");
  const token = make.data;

  if (token) {
    return (
      <>
        <p>{t("enrol.run")}</p>
        <Copy label={t("enrol.command")} text={
          `sudo holdfast-agent enrol --server https://${
            window.location.hostname}:PORT --token ${token.token}`} />
        <p className="hf-dim">{t("enrol.port")}</p>
        <Facts of={[
          [t("enrol.token"), <code key="t">{token.token}</code>],
          [t("enrol.expires"), <Time key="e" at={token.expires} exact />],
          [t("enrol.fingerprint"), token.fingerprint ?
            <code key="f">{token.fingerprint}</code> : null],
        ]} />
      </>
    );
  }
  return (
    <Form form={form} action={t("enrol.make")} submit={(values) =>
      make.mutateAsync({ body: {
        life_s: Number(values.life_s),
        ...(values.label ? { label: Number(values.label) } : {}),
      } })}>
      <p className="hf-dim">{t("enrol.text")}</p>
      <NativeSelect label={t("enrol.label")} {...form.text("label")}
        data={[{ value: "", label: t("enrol.no_label") },
          ...(labels.data?.items ?? [])
            .filter((one) => one.kind === "manual")
            .map((one) => ({ value: String(one.id), label: one.name }))]} />
      <NativeSelect label={t("enrol.life")} {...form.text("life_s")} data={[
        { value: "3600", label: t("enrol.hour") },
        { value: "86400", label: t("enrol.day") },
        { value: "604800", label: t("enrol.week") },
      ]} />
    </Form>
  );
}

function Agentless({ close }: { close: () => void }) {
  const t = useT();
  const [, go] = useLocation();
  const form = useForm({ name: "", notes: "" });
  const add = useChange("POST /devices", ["GET /devices"]);

  return (
    <Form form={form} action={t("action.add")} submit={async (values) => {
      const made = await add.mutateAsync({ body: values });
      close();
      go(`/devices/${made.id}`);
    }}>
      <p className="hf-dim">{t("devices.agentless_text")}</p>
      <TextInput label={t("device.name")} required data-autofocus
        {...form.text("name")} />
      <TextInput label={t("device.notes")} {...form.text("notes")} />
    </Form>
  );
}

export function AddDevice() {
  const t = useT();
  const may = useMay();
  const [way, setWay] = useState<"agent" | "agentless" | null>(null);
  const close = () => setWay(null);

  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button leftSection={<Icon name="plus" size={16} />}>
            {t("devices.add")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {may("enrol") && (
            <Menu.Item onClick={() => setWay("agent")}>
              {t("devices.add_agent")}
            </Menu.Item>
          )}
          {may("device.write") && (
            <Menu.Item onClick={() => setWay("agentless")}>
              {t("devices.add_agentless")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={way !== null} onClose={close} size="lg"
        title={way === "agentless" ? t("devices.add_agentless") :
          t("devices.add_agent")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {way === "agent" && <EnrolAgent />}
        {way === "agentless" && <Agentless close={close} />}
      </Modal>
    </>
  );
}
