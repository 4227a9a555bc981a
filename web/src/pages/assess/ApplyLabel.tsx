// SPDX-License-Identifier: Apache-2.0
//
// A label for all devices that a definition affects, so that patches can be
// aimed at them; as one step that can be undone (K-AFF-2, K-AFF-3).
import { Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";

import type { Answer } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";
import { Icon } from "@/parts/icons";
import { troubleText } from "@/parts/Trouble";

const NEW = "new";

export function ApplyLabel({ definition }: {
  definition: Answer<"GET /definition">;
}) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } },
    { skip: !open });
  const form = useForm({ label: NEW, new_label: "" });
  const give = useChange("POST /definition/label",
    ["GET /labels", "GET /devices"]);
  const undo = useChange("POST /label-actions/{action}/undo",
    ["GET /labels", "GET /devices"]);
  const manual = (labels.data?.items ?? [])
    .filter((one) => one.kind === "manual");

  const takeBack = (action: number) => undo.mutate({ path: { action } }, {
    onSuccess: (done) => tell(t("apply.undone", { n: done.removed })),
    onError: (error) => tell(troubleText(t, asFailure(error))),
  });
  return (
    <>
      <Button leftSection={<Icon name="tag" size={16} />}
        disabled={definition.affected === 0} onClick={() => setOpen(true)}>
        {t("apply.title")}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} centered
        title={t("apply.title")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <p>{t("apply.text", { n: definition.affected })}</p>
        <Form form={form} action={t("action.apply")}
          cancel={() => setOpen(false)} submit={async (values) => {
            const done = await give.mutateAsync({ body: {
              id: definition.id, content: definition.content.id,
              ...(values.label === NEW ? { new_label: values.new_label } :
                { label: Number(values.label) }),
            } });
            const { action } = done;
            setOpen(false);
            tell(t("apply.done",
              { n: done.labelled, already: done.already }),
            action ? { label: t("action.undo"),
              run: () => takeBack(action) } : undefined);
          }}>
          <NativeSelect label={t("apply.label")} {...form.text("label")}
            data={[{ value: NEW, label: t("apply.new") },
              ...manual.map((one) => ({
                value: String(one.id), label: one.name,
              }))]} />
          {form.values.label === NEW && (
            <TextInput label={t("apply.name")} required
              {...form.text("new_label")} />
          )}
        </Form>
      </Modal>
    </>
  );
}
