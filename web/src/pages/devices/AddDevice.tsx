// SPDX-License-Identifier: Apache-2.0
//
// Two ways to a new device: a one-time token with which an agent enrols, or
// a device without an agent.
import { Button, Menu, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";

import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { EnrolAgent } from "@/pages/devices/EnrolAgent";
import { Form, useForm } from "@/parts/Form";
import { Icon } from "@/parts/icons";

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
