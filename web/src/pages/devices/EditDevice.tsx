// SPDX-License-Identifier: Apache-2.0
import { Button, Modal, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { call } from "@/api/client";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import type { Device } from "@/pages/devices/Device";
import { tell } from "@/parts/Confirm";
import { ConflictDialog } from "@/parts/ConflictDialog";
import { Form, useForm } from "@/parts/Form";

interface Values {
  name: string;
  notes: string;
  time_zone: string;
}

function valuesOf(device: Device): Values {
  return { name: device.name, notes: device.notes,
    time_zone: device.time_zone_set ?? "" };
}

/** Name, notes and time zone; two people cannot overwrite each other. */
export function EditDevice({ device }: { device: Device }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [revision, setRevision] = useState(device.revision);
  const [theirs, setTheirs] = useState<Device | null>(null);
  const [conflict, setConflict] = useState(false);
  const form = useForm(valuesOf(device));
  const change = useChange("PATCH /devices/{device}",
    ["GET /devices/{device}", "GET /devices"]);

  const begin = () => {
    form.reset(valuesOf(device));
    setRevision(device.revision);
    setOpen(true);
  };
  const save = async (values: Values, over: number) => {
    await change.mutateAsync({ path: { device: device.id }, revision: over,
      body: { ...values, time_zone: values.time_zone || null } });
    setOpen(false);
    tell(t("device.saved", { name: values.name }));
  };
  return (
    <>
      <Button variant="default" onClick={begin}>{t("action.edit")}</Button>
      <Modal opened={open && !conflict} onClose={() => setOpen(false)}
        title={t("device.edit", { name: device.name })}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <Form form={form} action={t("action.save")}
          cancel={() => setOpen(false)}
          submit={(values) => save(values, revision)}
          onChanged={() => {
            setConflict(true);
            void call("GET /devices/{device}",
              { path: { device: device.id } }).then(setTheirs);
          }}>
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
      <ConflictDialog opened={conflict} mine={form.values}
        theirs={theirs && valuesOf(theirs)}
        names={{ name: t("device.name"), notes: t("device.notes"),
          time_zone: t("device.time_zone") }}
        close={() => setConflict(false)}
        takeTheirs={() => {
          if (!theirs) return;
          form.reset(valuesOf(theirs));
          setRevision(theirs.revision);
          setConflict(false);
        }}
        keepMine={() => {
          setConflict(false);
          if (theirs) setRevision(theirs.revision);
        }} />
    </>
  );
}
