// SPDX-License-Identifier: Apache-2.0
//
// The way in: the first administrator while there is none, then login and
// password with the second factor when it is asked for, or single sign-on.
import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { call } from "@/api/client";
import { asFailure, Failure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { languages, useSpeech, useT, type Key } from "@/lib/messages";
import { Form, useForm } from "@/parts/Form";
import { Trouble } from "@/parts/Trouble";
import { Waiting } from "@/parts/Loaded";

function Frame({ title, children }: { title: string; children: ReactNode }) {
  const { t, language, setLanguage } = useSpeech();

  return (
    <main className="hf-alone">
      <img src="/favicon.svg" alt="" width="44" height="44" />
      <h1>{title}</h1>
      {children}
      <nav className="hf-languages" aria-label={t("shell.language")}>
        {languages.map((one) => (
          <button key={one} type="button" lang={one} className="hf-linklike"
            aria-current={one === language ? "true" : undefined}
            onClick={() => setLanguage(one)}>
            {t(`language.${one}` as Key)}
          </button>
        ))}
      </nav>
    </main>
  );
}

/** What `make run` prints ends with #secret=…: the part behind # is not sent
 * to the server, and it leaves the address bar at once. */
function takeSecret(): string {
  const found = /^#secret=([\w-]+)$/.exec(window.location.hash);

  if (found) window.history.replaceState(null, "", "/");
  return found?.[1] ?? "";
}

const refusals = [
  "late", "provider", "account", "closed", "code", "broken",
] as const;

/** Why a log-in through another service failed: a word that the server put
 * behind #, never a text. */
function takeRefusal(): Key | null {
  const word = /^#sign-on=([a-z]+)$/.exec(window.location.hash)?.[1];
  const known = refusals.find((one) => one === word);

  if (word) window.history.replaceState(null, "", "/");
  return known ? `signin.refused_${known}` : null;
}

function FirstStart({ done }: { done: () => void }) {
  const t = useT();
  const [given] = useState(takeSecret);
  const form = useForm({
    secret: given, login: "admin", password: "", again: "",
  });

  return (
    <Frame title={t("setup.title")}>
      <p>{t("setup.text")}</p>
      {!given && (
        <pre className="hf-copy">
          sudo cat /var/lib/holdfast/server/setup-secret
        </pre>
      )}
      <Form form={form} action={t("setup.make")} submit={async (values) => {
        if (values.password !== values.again) {
          throw new Failure("invalid", {
            detail: t("setup.differ"),
            fields: [{ field: "again", reason: t("setup.differ") }],
          });
        }
        await call("POST /setup", { body: {
          secret: values.secret.trim(), login: values.login,
          password: values.password,
        } });
        done();
      }}>
        <TextInput label={t("setup.secret")} required autoFocus={!given}
          autoComplete="one-time-code" {...form.text("secret")} />
        <TextInput label={t("signin.login")} required autoFocus={!!given}
          autoComplete="username" {...form.text("login")} />
        <PasswordInput label={t("signin.password")} required
          autoComplete="new-password" description={t("setup.password_rule")}
          {...form.text("password")} />
        <PasswordInput label={t("setup.again")} required
          autoComplete="new-password" {...form.text("again")} />
      </Form>
    </Frame>
  );
}

/** The server wants the second factor, too. */
function wantsCode(failure: Failure): boolean {
  return failure.fields.some((one) => one.field === "code");
}

function SignOnButtons() {
  const t = useT();
  const oidc = useChange("POST /sign-on/oidc");
  const saml = useChange("POST /sign-on/saml");
  const failure = oidc.error ?? saml.error;
  const away = { onSuccess: (answer: { url: string }) =>
    window.location.assign(answer.url) };

  return (
    <div className="hf-signon">
      <p className="hf-dim">{t("signin.or")}</p>
      <Button variant="default" fullWidth loading={oidc.isPending}
        onClick={() => oidc.mutate({ body: {} }, away)}>
        {t("signin.oidc")}
      </Button>
      <Button variant="default" fullWidth loading={saml.isPending}
        onClick={() => saml.mutate({ body: {} }, away)}>
        {t("signin.saml")}
      </Button>
      {failure && <Trouble error={failure} />}
    </div>
  );
}

function LogIn({ done }: { done: () => void }) {
  const t = useT();
  const [refused] = useState(takeRefusal);
  /** Who has a second factor here has a password here: that is the way on. */
  const here = refused === "signin.refused_code";
  const [needsCode, setNeedsCode] = useState(here);
  const form = useForm({ login: "", password: "", code: "" });

  return (
    <Frame title={t("signin.title")}>
      {refused && (
        <Alert color={here ? "blue" : "red"} role="alert"
          title={t(here ? "signin.one_more" : "signin.refused")}>
          {t(refused)}
        </Alert>
      )}
      <Form form={form} action={t("signin.go")} submit={async (values) => {
        try {
          await call("POST /session", { body: {
            login: values.login, password: values.password,
            ...(values.code.trim() ? { code: values.code.trim() } : {}),
          } });
        } catch (error) {
          const failure = asFailure(error);
          if (wantsCode(failure)) setNeedsCode(true);
          if (wantsCode(failure) && !values.code) return;
          throw failure.kind === "signin" ? new Failure("invalid", {
            detail: failure.detail || t("signin.wrong"),
            fields: failure.fields,
          }) : failure;
        }
        done();
      }}>
        <TextInput label={t("signin.login")} required autoFocus
          autoComplete="username" {...form.text("login")} />
        <PasswordInput label={t("signin.password")} required
          autoComplete="current-password" {...form.text("password")} />
        {needsCode && (
          <TextInput label={t("signin.code")} autoFocus={!here} required
            description={t("signin.code_help")} inputMode="numeric"
            autoComplete="one-time-code" {...form.text("code")} />
        )}
      </Form>
      <SignOnButtons />
    </Frame>
  );
}

export default function SignIn({ done }: { done: () => void }) {
  const setup = useAnswer("GET /setup");

  if (setup.data?.needed) return <FirstStart done={done} />;
  if (setup.data) return <LogIn done={done} />;
  return (
    <main className="hf-alone">
      {setup.error ? (
        <Trouble error={setup.error} again={() => void setup.refetch()} />
      ) : <Waiting lines={2} />}
    </main>
  );
}
