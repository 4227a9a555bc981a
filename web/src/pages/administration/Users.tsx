// SPDX-License-Identifier: Apache-2.0
//
// Who may log in, and what their roles let them do.
import { MultiSelect, PasswordInput, TextInput } from "@mantine/core";
import { Link, useLocation } from "wouter";

import type { Row } from "@/api/client";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type User = Row<"GET /users">;

export function useRoles() {
  const roles = useAnswer("GET /roles", { query: { limit: 1000 } });
  return roles.data?.items ?? [];
}

export function UserState({ of }: { of: User }) {
  const t = useT();
  const locked = of.locked_until &&
    new Date(of.locked_until).getTime() > Date.now();

  if (of.disabled) {
    return <StatusBadge mood="none">{t("admin.disabled")}</StatusBadge>;
  }
  if (locked) {
    return <StatusBadge mood="warn">{t("admin.locked")}</StatusBadge>;
  }
  return <StatusBadge mood="good">{t("admin.active")}</StatusBadge>;
}

function Add() {
  const t = useT();
  const [, go] = useLocation();
  const roles = useRoles();
  const form = useForm({ login: "", name: "", email: "", password: "",
    roles: [] as string[] });
  const add = useChange("POST /users", ["GET /users"]);

  return (
    <Section title={t("admin.user_new")}>
      <Form form={form} action={t("action.add")} submit={async (values) => {
        const made = await add.mutateAsync({ body: { ...values,
          roles: values.roles.map(Number) } });
        go(`/administration/users/${made.id}`);
      }}>
        <TextInput label={t("signin.login")} required autoComplete="off"
          {...form.text("login")} />
        <TextInput label={t("admin.name")} {...form.text("name")} />
        <TextInput label={t("admin.email")} type="email"
          {...form.text("email")} />
        <PasswordInput label={t("signin.password")} required
          autoComplete="new-password" description={t("setup.password_rule")}
          {...form.text("password")} />
        <MultiSelect label={t("admin.roles")} data={roles.map((one) => ({
          value: String(one.id), label: one.name }))}
          {...form.value("roles")} />
      </Form>
    </Section>
  );
}

export default function Users() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const roles = useRoles();
  const columns: Column<User>[] = [
    { id: "login", title: t("signin.login"), width: 1.7, cell: (row) => (
      <Link href={`/administration/users/${row.id}`}>{row.login}</Link>
    ), text: (row) => row.login },
    { id: "name", title: t("admin.name"), width: 1.4,
      cell: (row) => row.name, text: (row) => row.name },
    { id: "state", title: t("admin.state"), cell: (row) =>
      <UserState of={row} />, text: (row) => String(row.disabled) },
    { id: "source", title: t("account.source"), cell: (row) =>
      word("account.source", row.source), text: (row) => row.source },
    { id: "factor", title: t("admin.factor"), width: 0.9, cell: (row) =>
      row.source !== "local" ? "–" : row.second_factor ? (
        <StatusBadge mood="good">{t("admin.on")}</StatusBadge>
      ) : <StatusBadge mood="warn">{t("admin.off")}</StatusBadge>,
      text: (row) => String(row.second_factor) },
    { id: "roles", title: t("admin.roles"), width: 1.4, cell: (row) =>
      row.roles.map((id) => roles.find((one) => one.id === id)?.name ??
        `#${id}`).join(", "), text: (row) => row.roles.join(" ") },
    { id: "last", title: t("admin.last_login"), cell: (row) =>
      <Time at={row.last_login} never={t("admin.never")} />,
      text: (row) => row.last_login },
  ];

  return (
    <Page title={t("admin.users")} lead={t("admin.users_lead")}>
      <DataList title={t("admin.users")} call="GET /users"
        columns={columns} rowKey={(row) => row.id}
        filters={[{ name: "text", kind: "search",
          label: t("admin.search_user") }]} />
      {may("user.write") && <Add />}
    </Page>
  );
}
