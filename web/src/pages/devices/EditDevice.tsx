// SPDX-License-Identifier: Apache-2.0
import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import type { Device } from "@/pages/devices/Device";
import { tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";
import { useConflict } from "@/parts/useConflict";

interface Values {
  name: string;
  notes: string;
  time_zone: string;
}

function valuesOf(device: Device): Values {
  return { name: device.name, notes: device.notes,
    time_zone: device.time_zone_set ?? "" };
}

const stale = ["GET /devices/{device}", "GET /devices"] as const;

function Edit({ device, close }: { device: Device; close: () => void }) {
  const t = useT();
  const form = useForm(valuesOf(device));
  const change = useChange("PATCH /devices/{device}", [...stale]);
  const save = async (values: Values, revision: number) => {
    const saved = await change.mutateAsync({ path: { device: device.id },
      revision, body: { ...values, time_zone: values.time_zone || null } });
    tell(t("device.saved", { name: values.name }));
    close();
    return saved;
  };
  const conflict = useConflict<Values, Device>({ form, valuesOf, save,
    call: "GET /devices/{device}", path: { device: device.id },
    revision: device.revision,
    names: { name: t("device.name"), notes: t("device.notes"),
      time_zone: t("device.time_zone") } });

  return (
    <>
      <Modal opened={!conflict.opened} onClose={close}
        title={t("device.edit", { name: device.name })}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <Form form={form} action={t("action.save")} cancel={close}
          submit={conflict.submit} onChanged={conflict.changed}>
          <TextInput label={t("device.name")} required data-autofocus
            {...form.text("name")} />
          <Textarea label={t("device.notes")} rows={4}
            {...form.text("notes")} />
          <TextInput label={t("device.time_zone")}
            description={t("device.time_zone_help",
              { zone: device.time_zone })}
            {...form.text("time_zone")} />
        </Form>
      </Modal>
      {conflict.dialog}
    </>
  );
}

/** Name, notes and time zone; two people cannot overwrite each other. */
export function EditDevice({ device }: { device: Device }) {
  const t = useT();
  const [open, setOpen] = useState(false);

  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t("action.edit")}
      </Button>
      {open && <Edit device={device} close={() => setOpen(false)} />}
    </>
  );
}
