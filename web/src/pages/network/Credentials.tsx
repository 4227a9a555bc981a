// SPDX-License-Identifier: Apache-2.0
//
// Credentials of network devices: their secrets are sealed when they arrive
// and never shown again.
import {
  Button, Modal, NativeSelect, PasswordInput, Textarea, TextInput,
} from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm, type FormState } from "@/parts/Form";
import { Page } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Credential = Row<"GET /network/credentials">;

interface Secrets {
  password: string;
  enable_password: string;
  private_key: string;
}

const noSecrets: Secrets =
  { password: "", enable_password: "", private_key: "" };
const stale = ["GET /network/credentials"] as const;

/** Only what was filled in is sent. */
function given(secrets: Secrets): Partial<Secrets> {
  const { password, enable_password, private_key } = secrets;
  return {
    ...(password ? { password } : {}),
    ...(enable_password ? { enable_password } : {}),
    ...(private_key ? { private_key } : {}),
  };
}

function SecretFields<V extends Secrets>({ form }: { form: FormState<V> }) {
  const t = useT();
  return (
    <>
      <PasswordInput label={t("signin.password")}
        autoComplete="new-password" {...form.text("password")} />
      <PasswordInput label={t("credential.enable")}
        autoComplete="new-password" {...form.text("enable_password")} />
      <Textarea label={t("credential.key")} rows={3}
        {...form.text("private_key")} />
    </>
  );
}

function Add({ close }: { close: () => void }) {
  const t = useT();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const form = useForm({ ...noSecrets, name: "", login: "", realm: "",
    label: "" });
  const add = useChange("POST /network/credentials", [...stale]);

  return (
    <Form form={form} action={t("action.add")} cancel={close}
      submit={async (values) => {
        await add.mutateAsync({ body: {
          name: values.name, login: values.login,
          ...(values.realm ? { realm: values.realm } : {}),
          ...(values.label ? { label: Number(values.label) } : {}),
          ...given(values),
        } });
        tell(t("schedules.saved", { name: values.name }));
        close();
      }}>
      <p className="hf-dim">{t("credential.text")}</p>
      <TextInput label={t("device.name")} required data-autofocus
        {...form.text("name")} />
      <TextInput label={t("signin.login")} autoComplete="off"
        {...form.text("login")} />
      <SecretFields form={form} />
      <TextInput label={t("credential.realm")} {...form.text("realm")}
        description={t("credential.realm_help")} />
      <NativeSelect label={t("apply.label")} {...form.text("label")}
        data={[{ value: "", label: t("enrol.no_label") },
          ...(labels.data?.items ?? []).map((one) => ({
            value: String(one.id), label: one.name,
          }))]} />
    </Form>
  );
}

function Rotate({ credential, close }: {
  credential: Credential; close: () => void;
}) {
  const t = useT();
  const form = useForm(noSecrets);
  const rotate = useChange("POST /network/credentials/{credential}/rotate",
    [...stale]);

  return (
    <Form form={form} action={t("credential.rotate")} cancel={close}
      submit={async (values) => {
        await rotate.mutateAsync({ path: { credential: credential.id },
          revision: credential.revision, body: given(values) });
        tell(t("credential.rotated", { name: credential.name }));
        close();
      }}>
      <p className="hf-dim">{t("credential.rotate_text")}</p>
      <SecretFields form={form} />
    </Form>
  );
}

/** For whom it holds; what it is stays, and is rotated instead. */
function Edit({ credential, close }: {
  credential: Credential; close: () => void;
}) {
  const t = useT();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const form = useForm({ name: credential.name,
    login: credential.login ?? "", realm: credential.realm ?? "",
    label: String(credential.label ?? 0) });
  const patch = useChange("PATCH /network/credentials/{credential}",
    [...stale]);

  return (
    <Form form={form} action={t("action.save")} cancel={close}
      submit={async (values) => {
        await patch.mutateAsync({ path: { credential: credential.id },
          revision: credential.revision,
          body: { ...values, label: Number(values.label) } });
        tell(t("admin.saved"));
        close();
      }}>
      <TextInput label={t("device.name")} required {...form.text("name")} />
      <TextInput label={t("signin.login")} {...form.text("login")} />
      <TextInput label={t("credential.realm")} {...form.text("realm")} />
      <NativeSelect label={t("enrol.label")} {...form.text("label")}
        data={[{ value: "0", label: t("hold.everywhere") },
          ...(labels.data?.items ?? []).map((one) => ({
            value: String(one.id), label: one.name }))]} />
    </Form>
  );
}

export default function Credentials() {
  const t = useT();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [rotating, setRotating] = useState<Credential | null>(null);
  const [edited, setEdited] = useState<Credential | null>(null);
  const remove = useChange("DELETE /network/credentials/{credential}",
    [...stale]);

  const drop = async (row: Credential) => {
    const yes = await confirm({ danger: true, action: t("action.delete"),
      title: t("schedules.delete_title", { name: row.name }),
      text: t("credential.delete_text") });
    if (!yes) return;
    remove.mutate({ path: { credential: row.id } }, {
      onSuccess: () => tell(t("schedules.deleted", { name: row.name })),
      onError: (error) => tell(troubleText(t, asFailure(error))),
    });
  };
  const columns: Column<Credential>[] = [
    { id: "name", title: t("device.name"), cell: (row) => row.name,
      text: (row) => row.name },
    { id: "login", title: t("signin.login"), cell: (row) => row.login ?? "",
      text: (row) => row.login },
    { id: "has", title: t("credential.has"), width: 1.4, cell: (row) => [
      row.has_password && t("signin.password"),
      row.has_enable_password && t("credential.enable"),
      row.has_private_key && t("credential.key"),
      row.vault,
    ].filter(Boolean).join(", ") },
    { id: "devices", title: t("devices.title"), align: "right", width: 0.6,
      cell: (row) => (
        <Link href={`/network/devices?credential=${row.id}`}>
          {row.devices}
        </Link>
      ), text: (row) => row.devices },
    { id: "changed", title: t("credential.changed"), cell: (row) => (
      <><Time at={row.changed} /> {row.changed_by}</>
    ), text: (row) => row.changed },
    { id: "do", title: t("credential.actions"), width: 1.3,
      cell: (row) => may("credential.write") && (
        <span className="hf-actions">
          <Button size="compact-xs" variant="default"
            aria-label={`${t("action.edit")}: ${row.name}`}
            onClick={() => setEdited(row)}>
            {t("action.edit")}
          </Button>
          <Button size="compact-xs" variant="default"
            onClick={() => setRotating(row)}>
            {t("credential.rotate")}
          </Button>
          <Button size="compact-xs" variant="default"
            onClick={() => void drop(row)}>{t("action.delete")}</Button>
        </span>
      ) },
  ];

  return (
    <Page title={t("credential.title")} lead={t("credential.lead")}
      actions={may("credential.write") && (
        <Button onClick={() => setAdding(true)}>{t("credential.add")}
        </Button>
      )}>
      <DataList title={t("credential.title")}
        call="GET /network/credentials" columns={columns}
        rowKey={(row) => row.id} />
      <Modal opened={adding} onClose={() => setAdding(false)}
        title={t("credential.add")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {adding && <Add close={() => setAdding(false)} />}
      </Modal>
      <Modal opened={edited !== null} onClose={() => setEdited(null)}
        title={edited?.name}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {edited && (
          <Edit credential={edited} close={() => setEdited(null)} />
        )}
      </Modal>
      <Modal opened={rotating !== null} onClose={() => setRotating(null)}
        title={t("credential.rotate")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {rotating && (
          <Rotate credential={rotating} close={() => setRotating(null)} />
        )}
      </Modal>
    </Page>
  );
}
