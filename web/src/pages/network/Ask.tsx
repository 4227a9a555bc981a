// SPDX-License-Identifier: Apache-2.0
//
// Asking a network device something by show commands, and a key that is known
// before the device is first reached (R-SSH, R-COM).
import { Modal, NativeSelect, Textarea, TextInput } from "@mantine/core";

import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";

export function RunCommands({ device, close, begun }: {
  device: { id: number; name: string }; close: () => void;
  begun: (session: number) => void;
}) {
  const t = useT();
  const form = useForm({ commands: "" });
  const run = useChange("POST /network/devices/{device}/run",
    ["GET /network/sessions", "GET /network/devices/{device}/outputs"]);

  return (
    <Modal opened onClose={close} size="lg"
      title={t("ask.title", { name: device.name })}
      closeButtonProps={{ "aria-label": t("action.close") }}>
      <Form form={form} action={t("ask.run")} cancel={close}
        submit={async (values) => {
          const made = await run.mutateAsync({ path: { device: device.id },
            body: { commands: values.commands.split("\n")
              .map((one) => one.trim()).filter(Boolean) } });
          begun(made.id);
          close();
        }}>
        <p className="hf-dim">{t("ask.text")}</p>
        <Textarea label={t("network.commands")} required autosize minRows={3}
          placeholder="show version" spellCheck={false}
          classNames={{ input: "hf-mono" }} {...form.text("commands")} />
      </Form>
    </Modal>
  );
}

export function AddPin({ device, close }: {
  device: { id: number; name: string }; close: () => void;
}) {
  const t = useT();
  const form = useForm({ kind: "ssh", fingerprint: "" });
  const add = useChange("POST /network/devices/{device}/pins",
    ["GET /network/devices/{device}/pins", "GET /network/devices/{device}"]);

  return (
    <Modal opened onClose={close} title={t("pin.add")} size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}>
      <Form form={form} action={t("action.add")} cancel={close}
        submit={async (values) => {
          await add.mutateAsync({ path: { device: device.id }, body: {
            kind: values.kind as "ssh" | "tls",
            fingerprint: values.fingerprint.trim() } });
          tell(t("admin.saved"));
          close();
        }}>
        <p className="hf-dim">{t("pin.add_text")}</p>
        <NativeSelect label={t("network.transport")} {...form.text("kind")}
          data={[{ value: "ssh", label: "SSH" },
            { value: "tls", label: "TLS" }]} />
        <TextInput label={t("pin.fingerprint")} required
          placeholder="SHA256:…" {...form.text("fingerprint")} />
      </Form>
    </Modal>
  );
}
