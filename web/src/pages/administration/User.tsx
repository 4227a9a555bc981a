// SPDX-License-Identifier: Apache-2.0
//
// One person: names, roles, and what an administrator can mend.
import {
  Button, Checkbox, Modal, MultiSelect, PasswordInput, TextInput,
} from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";

import type { Answer } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { useRoles, UserState } from "@/pages/administration/Users";
import { confirm, tell } from "@/parts/Confirm";
import { Form, useForm, useLeaveGuard } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";
import { useConflict } from "@/parts/useConflict";
import type { PageProps } from "@/routes";

type User = Answer<"GET /users/{user}">;

interface Values {
  name: string;
  email: string;
  disabled: boolean;
  roles: string[];
}

const stale = ["GET /users/{user}", "GET /users"] as const;

function valuesOf(user: User): Values {
  return { name: user.name, email: user.email, disabled: user.disabled,
    roles: user.roles.map(String) };
}

function Edit({ of }: { of: User }) {
  const t = useT();
  const roles = useRoles();
  const form = useForm(valuesOf(of));
  const patch = useChange("PATCH /users/{user}", [...stale]);
  const save = async (values: Values, revision: number) => {
    const saved = await patch.mutateAsync({ path: { user: of.id },
      revision, body: { name: values.name, email: values.email,
        disabled: values.disabled, roles: values.roles.map(Number) } });
    form.reset(valuesOf(saved));
    tell(t("admin.saved"));
    return saved;
  };
  const conflict = useConflict<Values, User>({ form, valuesOf, save,
    call: "GET /users/{user}", path: { user: of.id }, revision: of.revision,
    names: { name: t("admin.name"), email: t("admin.email"),
      roles: t("admin.roles"), disabled: t("admin.disabled") } });

  useLeaveGuard(form.dirty);
  return (
    <>
      <Form form={form} action={t("action.save")}
        submit={conflict.submit} onChanged={conflict.changed}>
        <TextInput label={t("admin.name")} {...form.text("name")} />
        <TextInput label={t("admin.email")} type="email"
          {...form.text("email")} />
        <MultiSelect label={t("admin.roles")} data={roles.map((one) => ({
          value: String(one.id), label: one.name }))}
          {...form.value("roles")} />
        <Checkbox label={t("admin.disable")} {...form.check("disabled")} />
      </Form>
      {conflict.dialog}
    </>
  );
}

function Mend({ of }: { of: User }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [, go] = useLocation();
  const path = { user: of.id };
  const unlock = useChange("POST /users/{user}/unlock", [...stale]);
  const factor = useChange("DELETE /users/{user}/second-factor", [...stale]);
  const sessions = useChange("DELETE /users/{user}/sessions", [...stale]);
  const remove = useChange("DELETE /users/{user}", [...stale]);
  const ask = async (
    title: string, text: string, act: () => Promise<unknown>,
  ) => {
    if (!await confirm({ title, text, action: title, danger: true })) return;
    try {
      await act();
      tell(t("admin.done"));
    } catch (error) {
      tell(troubleText(t, asFailure(error)));
    }
  };

  return (
    <div className="hf-actions">
      {of.source === "local" && (
        <Button variant="default" onClick={() => setOpen(true)}>
          {t("admin.new_password")}
        </Button>
      )}
      <Modal opened={open} onClose={() => setOpen(false)}
        title={t("admin.new_password")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {open && <Password of={of} close={() => setOpen(false)} />}
      </Modal>
      <Button variant="default" onClick={() => void ask(t("admin.unlock"),
        t("admin.unlock_text"), () => unlock.mutateAsync({ path }))}>
        {t("admin.unlock")}
      </Button>
      {of.second_factor && (
        <Button variant="default" onClick={() => void ask(
          t("admin.factor_off"), t("admin.factor_off_text"),
          () => factor.mutateAsync({ path }))}>
          {t("admin.factor_off")}
        </Button>
      )}
      <Button variant="default" onClick={() => void ask(
        t("admin.end_sessions"), t("admin.end_sessions_text"),
        () => sessions.mutateAsync({ path }))}>
        {t("admin.end_sessions")}
      </Button>
      <Button variant="default" onClick={() => void ask(
        t("action.delete"), t("admin.delete_user_text"), async () => {
          await remove.mutateAsync({ path });
          go("/administration/users");
        })}>
        {t("action.delete")}
      </Button>
    </div>
  );
}

/** A new password for somebody local who lost theirs. */
function Password({ of, close }: { of: User; close: () => void }) {
  const t = useT();
  const form = useForm({ password: "" });
  const put = useChange("PUT /users/{user}/password", [...stale]);

  return (
    <Form form={form} action={t("admin.new_password")}
      submit={async (values) => {
        await put.mutateAsync({ path: { user: of.id }, body: values });
        tell(t("admin.done"));
        close();
      }}>
      <p className="hf-dim">{t("admin.new_password_text")}</p>
      <PasswordInput label={t("signin.password")} required
        autoComplete="new-password" description={t("setup.password_rule")}
        {...form.text("password")} />
    </Form>
  );
}

export default function UserPage({ params }: PageProps) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const answer = useAnswer("GET /users/{user}",
    { path: { user: Number(params.id) } });

  return (
    <Loaded from={answer}>{(user) => (
      <Page title={user.login}
        back={{ href: "/administration/users", title: t("admin.users") }}>
        <Facts of={[
          [t("admin.state"), <UserState key="state" of={user} />],
          [t("account.source"), word("account.source", user.source)],
          [t("admin.factor"), user.second_factor ? t("admin.on") :
            t("admin.off")],
          [t("admin.created"), <Time key="created" at={user.created} />],
          [t("admin.last_login"), user.last_login &&
            <Time key="last" at={user.last_login} />],
        ]} />
        {may("user.write") && (
          <>
            <Section title={t("patching.general")}><Edit of={user} />
            </Section>
            <Section title={t("admin.mend")}><Mend of={user} /></Section>
          </>
        )}
      </Page>
    )}</Loaded>
  );
}
