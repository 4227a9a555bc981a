// SPDX-License-Identifier: Apache-2.0
//
// The organisations that one has an account in: which one acts now, a
// new one, and people of others who are let in here.
import { Button, Modal, MultiSelect, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay, useSession } from "@/lib/session";
import { useRoles } from "@/pages/administration/Users";
import { tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { troubleText } from "@/parts/Trouble";

type Organisation = Row<"GET /session/organisations">;

const FIRST = 1;
const stale = ["GET /session/organisations", "GET /session"] as const;

/** Acts in another organisation from now on: everything is read again. */
function useSwitch(): (id: number) => void {
  const t = useT();
  const client = useQueryClient();
  const change = useChange("PUT /session/organisation");

  return (id) => change.mutate({ body: { organisation: id } }, {
    onSuccess: () => {
      client.clear();
      window.location.assign("/administration/organisations");
    },
    onError: (error) => tell(troubleText(t, asFailure(error))),
  });
}

function Rename({ close }: { close: () => void }) {
  const t = useT();
  const { organisation } = useSession();
  const form = useForm({ name: organisation.name });
  const rename = useChange("PATCH /organisation", [...stale]);

  return (
    <Form form={form} action={t("action.save")} cancel={close}
      submit={async (values) => {
        await rename.mutateAsync({ body: values });
        tell(t("admin.saved"));
        close();
      }}>
      <TextInput label={t("admin.name")} required data-autofocus
        {...form.text("name")} />
    </Form>
  );
}

function Add() {
  const t = useT();
  const form = useForm({ name: "" });
  const add = useChange("POST /organisations", [...stale]);

  return (
    <Section title={t("organisation.new")}>
      <p className="hf-dim">{t("organisation.new_text")}</p>
      <Form form={form} action={t("action.add")} submit={async (values) => {
        const made = await add.mutateAsync({ body: values });
        form.reset({ name: "" });
        tell(t("organisation.made", { name: made.name }));
      }}>
        <TextInput label={t("admin.name")} required {...form.text("name")} />
      </Form>
    </Section>
  );
}

/** Somebody with an account in another organisation gets one here. */
function LetIn() {
  const t = useT();
  const roles = useRoles();
  const form = useForm({ organisation: "", login: "",
    roles: [] as string[] });
  const add = useChange("POST /users/members", ["GET /users"]);

  return (
    <Section title={t("organisation.let_in")}>
      <p className="hf-dim">{t("organisation.let_in_text")}</p>
      <Form form={form} action={t("action.add")} submit={async (values) => {
        const made = await add.mutateAsync({ body: { ...values,
          roles: values.roles.map(Number) } });
        form.reset({ organisation: "", login: "", roles: [] });
        tell(t("organisation.in", { name: made.login }));
      }}>
        <TextInput label={t("organisation.theirs")} required
          {...form.text("organisation")} />
        <TextInput label={t("signin.login")} required autoComplete="off"
          {...form.text("login")} />
        <MultiSelect label={t("admin.roles")} data={roles.map((one) => ({
          value: String(one.id), label: one.name }))}
          {...form.value("roles")} />
      </Form>
    </Section>
  );
}

export default function Organisations() {
  const t = useT();
  const may = useMay();
  const here = useSession().organisation.id;
  const enter = useSwitch();
  const [renaming, setRenaming] = useState(false);
  const columns: Column<Organisation>[] = [
    { id: "name", title: t("admin.name"), width: 2, cell: (row) => row.name,
      text: (row) => row.name },
    { id: "state", title: t("admin.state"), cell: (row) => row.id === here ?
      <StatusBadge mood="good">{t("organisation.here")}</StatusBadge> : "",
      text: (row) => String(row.id === here) },
    { id: "do", title: t("action.more"), width: 2, cell: (row) =>
      row.id === here ? (
        <span className="hf-actions">
          <Link href="/administration/users">{t("organisation.people")}</Link>
          {may("setting.write") && (
            <Button size="compact-xs" variant="default"
              aria-label={`${t("organisation.rename")}: ${row.name}`}
              onClick={() => setRenaming(true)}>
              {t("organisation.rename")}
            </Button>
          )}
        </span>
      ) : (
        <Button size="compact-xs" variant="default"
          aria-label={`${t("organisation.enter")}: ${row.name}`}
          onClick={() => enter(row.id)}>{t("organisation.enter")}</Button>
      ) },
  ];
  const close = () => setRenaming(false);

  return (
    <Page title={t("organisation.title")} lead={t("organisation.lead")}>
      <DataList title={t("organisation.title")}
        call="GET /session/organisations" columns={columns}
        rowKey={(row) => row.id} />
      {may("user.write") && here === FIRST && <Add />}
      {may("user.write") && <LetIn />}
      <Modal opened={renaming} onClose={close}
        title={t("organisation.rename")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {renaming && <Rename close={close} />}
      </Modal>
    </Page>
  );
}
