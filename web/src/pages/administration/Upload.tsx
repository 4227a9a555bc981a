// SPDX-License-Identifier: Apache-2.0
//
// Files that are brought by hand, where nothing is fetched (K-UPD-8): OVAL
// content, advisories and risk data.
import {
  Button, Checkbox, FileInput, Modal, TextInput,
} from "@mantine/core";
import { useState } from "react";

import { useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";

const stale = ["GET /contents", "GET /catalogue", "GET /advisory/sources",
  "GET /advisories", "GET /release"] as const;

interface Values {
  file: File | null;
  source: string;
  platform: string;
  allow_older: boolean;
}

const fresh: Values = {
  file: null, source: "", platform: "", allow_older: false,
};

/** debian-12-oval.xml.bz2 without what says only how it is packed. */
function nameOf(file: File): string {
  return file.name.replace(/[.](xml|json|zip|gz|bz2|xz|zst|tar|csv)/gi, "");
}

function Content({ close }: { close: () => void }) {
  const t = useT();
  const format = useFormat();
  const form = useForm(fresh);
  const add = useChange("POST /contents", [...stale]);

  return (
    <Form form={form} action={t("upload.bring")} cancel={close}
      submit={async ({ file, source, platform, allow_older }) => {
        if (!file) {
          form.setReasons({ file: t("upload.choose") });
          return;
        }
        const made = await add.mutateAsync({ body: file, query: {
          source: source || nameOf(file),
          ...(platform ? { platform } : {}),
          ...(allow_older ? { allow_older } : {}) } });
        tell(made.unchanged ? t("upload.unchanged") : t("upload.content_in",
          { n: made.definitions, platform: made.platform }));
        close();
      }}>
      <p className="hf-dim">{t("upload.content_text")}</p>
      <FileInput label={t("upload.file")} required clearable
            clearButtonProps={{ "aria-label": t("upload.clear") }}
        placeholder={t("upload.choose")} {...form.value("file")}
        description={form.values.file ?
          format.bytes(form.values.file.size) : undefined} />
      <TextInput label={t("upload.source")} {...form.text("source")}
        placeholder={form.values.file ? nameOf(form.values.file) : ""}
        description={t("upload.source_help")} />
      <TextInput label={t("admin.platform")} placeholder="debian:12"
        description={t("upload.platform_help")} {...form.text("platform")} />
      <Checkbox label={t("upload.older")} {...form.check("allow_older")} />
    </Form>
  );
}

function Advisories({ close }: { close: () => void }) {
  const t = useT();
  const form = useForm({ ...fresh, release: "" });
  const add = useChange("POST /advisories", [...stale]);

  return (
    <Form form={form} action={t("upload.bring")} cancel={close}
      submit={async ({ file, source, release }) => {
        if (!file) {
          form.setReasons({ file: t("upload.choose") });
          return;
        }
        const made = await add.mutateAsync({ body: file, query: {
          name: file.name, ...(source ? { source } : {}),
          ...(release ? { release } : {}) } });
        tell(t("upload.advisories_in", { n: made.advisories,
          source: made.source, format: made.format }));
        close();
      }}>
      <p className="hf-dim">{t("upload.advisories_text")}</p>
      <FileInput label={t("upload.file")} required clearable
            clearButtonProps={{ "aria-label": t("upload.clear") }}
        placeholder={t("upload.choose")} {...form.value("file")} />
      <TextInput label={t("upload.source")} {...form.text("source")}
        description={t("upload.source_help")} />
      <TextInput label={t("upload.release")} placeholder="almalinux:9"
        description={t("upload.release_help")} {...form.text("release")} />
    </Form>
  );
}

export function Upload() {
  const t = useT();
  const [what, setWhat] = useState<"content" | "advisories" | null>(null);
  const close = () => setWhat(null);

  return (
    <>
      <Button variant="default" onClick={() => setWhat("advisories")}>
        {t("upload.advisories")}
      </Button>
      <Button onClick={() => setWhat("content")}>
        {t("upload.content")}
      </Button>
      <Modal opened={what !== null} onClose={close} size="lg"
        title={what && t(`upload.${what}`)}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {what === "content" && <Content close={close} />}
        {what === "advisories" && <Advisories close={close} />}
      </Modal>
    </>
  );
}
