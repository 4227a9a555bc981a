// SPDX-License-Identifier: Apache-2.0
//
// Tokens of programs and sessions of people: what is open now.
import { Button, MultiSelect, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay, useSession } from "@/lib/session";
import { confirm, tell } from "@/parts/Confirm";
import { Copy } from "@/parts/Copy";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Token = Row<"GET /tokens">;
type Session = Row<"GET /sessions">;

const DAY_MS = 86_400_000;

function Add({ made }: { made: (token: string) => void }) {
  const t = useT();
  const { permissions } = useSession();
  const form = useForm({ name: "", permissions: [] as string[], days: 90 });
  const add = useChange("POST /tokens", ["GET /tokens"]);

  return (
    <Form form={form} action={t("admin.token_new")}
      submit={async (values) => {
        const expires = new Date(Date.now() + values.days * DAY_MS)
          .toISOString().replace(/\.\d+Z$/, "Z");
        const token = await add.mutateAsync({ body: {
          name: values.name, permissions: values.permissions, expires } });
        made(token.token ?? "");
        form.reset({ ...values, name: "" });
      }}>
      <TextInput label={t("admin.name")} required {...form.text("name")} />
      <MultiSelect label={t("admin.permissions")} searchable
        data={[...permissions]} {...form.value("permissions")} />
      <NumberInput label={t("admin.days")} min={1} max={3650}
        {...form.value("days")} />
    </Form>
  );
}

export default function Tokens() {
  const t = useT();
  const may = useMay();
  const [secret, setSecret] = useState("");
  const everyone = may("user.read");
  const revoke = useChange("DELETE /tokens/{token}", ["GET /tokens"]);
  const end = useChange("DELETE /sessions/{session}", ["GET /sessions"]);
  const ask = async (title: string, act: () => Promise<unknown>) => {
    if (!await confirm({ title, text: t("admin.revoke_text"), action: title,
      danger: true })) return;
    await act().catch((error: unknown) =>
      tell(troubleText(t, asFailure(error))));
  };
  const tokens: Column<Token>[] = [
    { id: "name", title: t("admin.token"), width: 1.3,
      cell: (row) => row.name, text: (row) => row.name },
    { id: "login", title: t("signin.login"), cell: (row) => row.login,
      text: (row) => row.login },
    { id: "permissions", title: t("admin.permissions"), width: 1.6,
      cell: (row) => row.permissions.length > 4 ?
        t("admin.permissions_n", { n: row.permissions.length }) :
        row.permissions.join(", "),
      text: (row) => row.permissions.join(" ") },
    { id: "expires", title: t("admin.expires"), cell: (row) =>
      <Time at={row.expires} />, text: (row) => row.expires },
    { id: "last", title: t("admin.last_used"), cell: (row) =>
      <Time at={row.last_used} never={t("admin.never")} />,
      text: (row) => row.last_used },
    { id: "revoke", title: t("admin.revoke"), cell: (row) => (
      <Button size="compact-xs" variant="default"
        aria-label={`${t("admin.revoke")}: ${row.name}`}
        onClick={() => void ask(t("admin.revoke"), () =>
          revoke.mutateAsync({ path: { token: row.id } }))}>
        {t("admin.revoke")}
      </Button>
    ) },
  ];
  const sessions: Column<Session>[] = [
    { id: "login", title: t("signin.login"), cell: (row) => row.login,
      text: (row) => row.login },
    { id: "method", title: t("admin.method"), width: 0.7,
      cell: (row) => row.method, text: (row) => row.method },
    { id: "peer", title: t("admin.peer"), cell: (row) => row.peer,
      text: (row) => row.peer },
    { id: "created", title: t("admin.created"), cell: (row) =>
      <Time at={row.created} />, text: (row) => row.created },
    { id: "last", title: t("admin.last_used"), cell: (row) =>
      <Time at={row.last_used} />, text: (row) => row.last_used },
    { id: "end", title: t("admin.end"), cell: (row) => row.current ?
      t("admin.this_one") : (
        <Button size="compact-xs" variant="default"
          aria-label={`${t("admin.end")}: ${row.login} ${row.peer}`}
          onClick={() => void ask(t("admin.end"), () =>
            end.mutateAsync({ path: { session: row.id } }))}>
          {t("admin.end")}
        </Button>
      ) },
  ];

  return (
    <Page title={t("admin.tokens")} lead={t("admin.tokens_lead")}>
      <Section title={t("admin.tokens")}>
        <DataList title={t("admin.tokens")} call="GET /tokens"
          columns={tokens} rowKey={(row) => row.id}
          query={everyone ? { everyone: true } : {}} />
        {secret && (
          <div className="hf-note" role="status">
            <p>{t("admin.token_once")}</p>
            <Copy text={secret} label={t("admin.token")} />
          </div>
        )}
        <Add made={setSecret} />
      </Section>
      <Section title={t("admin.sessions")}>
        <DataList title={t("admin.sessions")} call="GET /sessions"
          columns={sessions} rowKey={(row) => row.id} prefix="s-"
          query={everyone ? { everyone: true } : {}} />
      </Section>
    </Page>
  );
}
