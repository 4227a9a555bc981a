// SPDX-License-Identifier: Apache-2.0
//
// One's own account: password, second factor, sessions, tokens.
import {
  Button, Checkbox, Group, Modal, PasswordInput, TextInput,
} from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Row } from "@/api/client";
import { asFailure, Failure } from "@/api/failure";
import { forget, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useSession } from "@/lib/session";
import { useWord } from "@/lib/words";
import { QrCode } from "@/pages/account/QrCode";
import { confirm, tell } from "@/parts/Confirm";
import { Copy } from "@/parts/Copy";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Facts, Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

function Password() {
  const t = useT();
  const form = useForm({ old: "", new: "", again: "" });
  const change = useChange("PUT /account/password", ["GET /sessions"]);

  return (
    <Section title={t("account.password")}>
      <Form form={form} action={t("account.change_password")}
        submit={async (values) => {
          if (values.new !== values.again) {
            throw new Failure("invalid", { detail: t("setup.differ"),
              fields: [{ field: "again", reason: t("setup.differ") }] });
          }
          await change.mutateAsync(
            { body: { old: values.old, new: values.new } });
          form.reset({ old: "", new: "", again: "" });
          tell(t("account.password_changed"));
        }}>
        <PasswordInput label={t("account.old")} required
          autoComplete="current-password" {...form.text("old")} />
        <PasswordInput label={t("account.new")} required
          autoComplete="new-password" description={t("setup.password_rule")}
          {...form.text("new")} />
        <PasswordInput label={t("setup.again")} required
          autoComplete="new-password" {...form.text("again")} />
      </Form>
    </Section>
  );
}

function Begin({ done }: { done: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const start = useChange("POST /account/second-factor");
  const finish = useChange("PUT /account/second-factor");
  const password = useForm({ password: "" });
  const code = useForm({ code: "" });

  if (finish.data) {
    return (
      <>
        <p>{t("account.recovery")}</p>
        <Copy text={finish.data.recovery_codes.join("\n")}
          label={t("account.recovery_codes")} />
        <Button mt="md" onClick={() => {
          void forget(client, ["GET /session"]);
          done();
        }}>{t("account.recovery_kept")}</Button>
      </>
    );
  }
  if (start.data) {
    return (
      <Form form={code} action={t("account.confirm_code")}
        submit={(values) => finish.mutateAsync(
          { body: { code: values.code.trim() } })}>
        <p>{t("account.scan")}</p>
        <QrCode text={start.data.uri} label={t("account.qr")} />
        <Copy text={start.data.secret} label={t("account.secret")} />
        <TextInput label={t("signin.code")} required inputMode="numeric"
          autoComplete="one-time-code" {...code.text("code")} />
      </Form>
    );
  }
  return (
    <Form form={password} action={t("account.begin")}
      submit={(values) => start.mutateAsync({ body: values })}>
      <PasswordInput label={t("signin.password")} required data-autofocus
        autoComplete="current-password" {...password.text("password")} />
    </Form>
  );
}

function Remove({ done }: { done: () => void }) {
  const t = useT();
  const form = useForm({ password: "" });
  const remove = useChange("POST /account/second-factor/removal",
    ["GET /session"]);

  return (
    <Form form={form} action={t("account.remove_factor")}
      submit={async (values) => {
        await remove.mutateAsync({ body: values });
        tell(t("account.factor_removed"));
        done();
      }}>
      <PasswordInput label={t("signin.password")} required data-autofocus
        autoComplete="current-password" {...form.text("password")} />
    </Form>
  );
}

function SecondFactor() {
  const t = useT();
  const session = useSession();
  const [open, setOpen] = useState<"begin" | "remove" | null>(null);
  const close = () => setOpen(null);

  return (
    <Section title={t("account.second_factor")}>
      <p>
        {session.second_factor ? (
          <StatusBadge mood="good">{t("account.factor_on")}</StatusBadge>
        ) : (
          <StatusBadge mood="warn">{t("account.factor_off")}</StatusBadge>
        )}
        {session.second_factor_required && !session.second_factor && (
          <> {t("account.factor_required")}</>
        )}
      </p>
      <p className="hf-dim">{t("account.factor_text")}</p>
      <Button variant="default" onClick={() =>
        setOpen(session.second_factor ? "remove" : "begin")}>
        {session.second_factor ? t("account.remove_factor") :
          t("account.set_up_factor")}
      </Button>
      <Modal opened={open !== null} onClose={close} closeOnClickOutside={false}
        title={t("account.second_factor")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {open === "begin" && <Begin done={close} />}
        {open === "remove" && <Remove done={close} />}
      </Modal>
    </Section>
  );
}

function Sessions() {
  const t = useT();
  const end = useChange("DELETE /sessions/{session}", ["GET /sessions"]);
  const endAll = useChange("DELETE /sessions", ["GET /sessions"]);
  const failed = (error: unknown) => tell(troubleText(t, asFailure(error)));
  const columns: Column<Row<"GET /sessions">>[] = [
    { id: "peer", title: t("session.peer"), width: 1.3, cell: (row) => (
      <>
        {row.peer}{" "}
        {row.current && (
          <StatusBadge mood="good">{t("session.current")}</StatusBadge>
        )}
      </>
    ), text: (row) => row.peer },
    { id: "method", title: t("session.method"), width: 0.7,
      cell: (row) => row.method, text: (row) => row.method },
    { id: "created", title: t("session.created"), cell: (row) =>
      <Time at={row.created} exact />, text: (row) => row.created },
    { id: "used", title: t("session.used"), cell: (row) =>
      <Time at={row.last_used} />, text: (row) => row.last_used },
    { id: "expires", title: t("session.expires"), cell: (row) =>
      <Time at={row.expires} />, text: (row) => row.expires },
    { id: "end", title: t("session.end"), width: 0.7, cell: (row) =>
      row.current ? "" : (
        <Button size="compact-xs" variant="default" onClick={() =>
          end.mutate({ path: { session: row.id } }, {
            onSuccess: () => tell(t("session.ended")), onError: failed,
          })}>{t("session.end")}</Button>
      ) },
  ];
  const everywhere = async () => {
    const yes = await confirm({ title: t("session.end_all"),
      text: t("session.end_all_text"), action: t("session.end_all") });
    if (yes) {
      endAll.mutate({}, { onError: failed,
        onSuccess: () => tell(t("session.ended")) });
    }
  };

  return (
    <Section title={t("session.title")} actions={
      <Button size="xs" variant="default" onClick={() => void everywhere()}>
        {t("session.end_all")}
      </Button>}>
      <DataList title={t("session.title")} call="GET /sessions"
        columns={columns} rowKey={(row) => row.id} prefix="s" />
    </Section>
  );
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

function NewToken({ close }: { close: () => void }) {
  const t = useT();
  const word = useWord();
  const session = useSession();
  const make = useChange("POST /tokens", ["GET /tokens"]);
  const form = useForm({ name: "", permissions: [] as string[],
    expires: inDays(90) });

  if (make.data?.token) {
    return (
      <>
        <p>{t("token.once")}</p>
        <Copy text={make.data.token} label={t("token.token")} />
        <Button mt="md" onClick={close}>{t("action.close")}</Button>
      </>
    );
  }
  return (
    <Form form={form} action={t("token.make")} submit={(values) =>
      make.mutateAsync({ body: { ...values,
        expires: `${values.expires}T00:00:00Z` } })}>
      <TextInput label={t("token.name")} required data-autofocus
        {...form.text("name")} />
      <TextInput type="date" label={t("session.expires")} required
        {...form.text("expires")} />
      <Checkbox.Group label={t("token.permissions")}
        description={t("token.permissions_help")}
        error={form.error("permissions")} value={form.values.permissions}
        onChange={(permissions) => form.set({ permissions })}>
        <Group gap="xs" mt="xs">
          {session.permissions.map((one) => (
            <Checkbox key={one} value={one} size="sm" w={180}
              label={word("permission", one)} />
          ))}
        </Group>
      </Checkbox.Group>
    </Form>
  );
}

function Tokens() {
  const t = useT();
  const [open, setOpen] = useState(false);
  const remove = useChange("DELETE /tokens/{token}", ["GET /tokens"]);
  const columns: Column<Row<"GET /tokens">>[] = [
    { id: "name", title: t("token.name"), cell: (row) => row.name,
      text: (row) => row.name },
    { id: "permissions", title: t("token.permissions"), width: 2,
      cell: (row) => row.permissions.join(", "),
      text: (row) => row.permissions.join(" ") },
    { id: "used", title: t("session.used"), cell: (row) =>
      <Time at={row.last_used} />, text: (row) => row.last_used },
    { id: "expires", title: t("session.expires"), cell: (row) =>
      <Time at={row.expires} exact />, text: (row) => row.expires },
    { id: "end", title: t("token.withdraw"), width: 0.7, cell: (row) => (
      <Button size="compact-xs" variant="default" onClick={() => {
        void confirm({ title: t("token.withdraw_title", { name: row.name }),
          text: t("token.withdraw_text"), action: t("token.withdraw"),
          danger: true }).then((yes) => yes && remove.mutate(
          { path: { token: row.id } }, {
            onSuccess: () => tell(t("token.withdrawn")),
            onError: (error) => tell(troubleText(t, asFailure(error))),
          }));
      }}>{t("token.withdraw")}</Button>
    ) },
  ];

  return (
    <Section title={t("token.title")} actions={
      <Button size="xs" variant="default" onClick={() => setOpen(true)}>
        {t("token.make")}
      </Button>}>
      <DataList title={t("token.title")} call="GET /tokens"
        columns={columns} rowKey={(row) => row.id} prefix="t" />
      <Modal opened={open} onClose={() => setOpen(false)} size="lg"
        title={t("token.make")} closeOnClickOutside={false}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {open && <NewToken close={() => setOpen(false)} />}
      </Modal>
    </Section>
  );
}

export default function Account() {
  const t = useT();
  const word = useWord();
  const session = useSession();
  const local = session.source === "local";

  return (
    <Page title={t("account.title")}>
      <Section title={session.name || session.login}>
        <Facts of={[
          [t("signin.login"), session.login],
          [t("account.source"), word("account.source", session.source)],
          [t("shell.organisation"), session.organisation.name],
          [t("account.scope"), session.all_devices ?
            t("account.scope.all") : t("account.scope.labels")],
        ]} />
      </Section>
      {local && (
        <div className="hf-columns"><Password /><SecondFactor /></div>
      )}
      <Sessions />
      <Tokens />
    </Page>
  );
}
