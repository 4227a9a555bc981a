// SPDX-License-Identifier: Apache-2.0
//
// Every setting of the organisation, by area: log-in, single sign-on, mail,
// content. The server says what each is and what it would be by itself.
import {
  Checkbox, NativeSelect, NumberInput, PasswordInput, Textarea, TextInput,
} from "@mantine/core";
import { useEffect, useState } from "react";

import { headersFor, urlOf, type Row } from "@/api/client";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import type { Json } from "@/api/types";

type Setting = Row<"GET /settings">;
type Values = { [name: string]: string };

/** What it is, in a sentence, and its name for the command line. */
function Hint({ of }: { of: Setting }) {
  return <>{of.help} <code className="hf-small">{of.name}</code></>;
}

/** Certificates, keys and metadata are files, not lines. */
function isFile(name: string): boolean {
  return /[.](ca|key|certificate|metadata)$/.test(name);
}

function Field({ of, value, set, error }: {
  of: Setting; value: string; set: (value: string) => void; error?: string;
}) {
  const t = useT();
  const word = useWord();
  const label = word("setting", of.name);
  const common = { label, description: <Hint of={of} />, error,
    name: `values.${of.name}` };

  if (of.type === "boolean") {
    return <Checkbox {...common} checked={value === "true" || value === "1"}
      onChange={(event) => set(String(event.currentTarget.checked))} />;
  }
  if (of.type === "integer") {
    return <NumberInput {...common} value={value}
      styles={{ wrapper: { maxWidth: 260 } }} placeholder={of.default}
      onChange={(next) => set(String(next))} />;
  }
  if (of.type === "enum") {
    return <NativeSelect {...common} value={value} maw={360}
      data={(of.words ?? [value]).map((one) => ({
        value: one, label: word("setting_word", one) }))}
      onChange={(event) => set(event.currentTarget.value)} />;
  }
  if (of.type === "secret" && !isFile(of.name)) {
    return <PasswordInput {...common} value={value}
      autoComplete="new-password"
      placeholder={of.set ? t("admin.secret_set") : ""}
      onChange={(event) => set(event.currentTarget.value)} />;
  }
  if (isFile(of.name) || value.length > 80 || value.includes("\n")) {
    return <Textarea {...common} value={value} autosize minRows={2}
      maxRows={12} spellCheck={false} classNames={{ input: "hf-mono" }}
      placeholder={of.type === "secret" && of.set ?
        t("admin.secret_set") : ""}
      onChange={(event) => set(event.currentTarget.value)} />;
  }
  return <TextInput {...common} value={value} placeholder={of.default}
    onChange={(event) => set(event.currentTarget.value)} />;
}

/** Whether something is used at all comes before how. */
function switchFirst(a: Setting, b: Setting): number {
  return Number(b.name.endsWith(".enabled")) -
    Number(a.name.endsWith(".enabled"));
}

function typed(setting: Setting, text: string): Json {
  if (setting.type === "boolean") return text === "true" || text === "1";
  if (setting.type === "integer") return Number(text);
  return text;
}

/** The whole table has one revision, in its ETag ("17-…"). It is read again:
 * only what differs here is sent, so nobody's other settings are lost. */
async function newest(): Promise<number> {
  const answer = await fetch(urlOf("GET /settings"), {
    headers: headersFor("application/json"),
  });
  return Number.parseInt((answer.headers.get("ETag") ?? "").replace(
    /^(W\/)?"/, ""), 10) || 0;
}

function Area({ settings }: { settings: Setting[] }) {
  const t = useT();
  const may = useMay();
  const first: Values = Object.fromEntries(settings.map((one) =>
    [one.name, one.type === "secret" ? "" : one.value ?? one.default]));
  const [start, setStart] = useState(first);
  const form = useForm(first);
  const patch = useChange("PATCH /settings", ["GET /settings"]);

  return (
    <Form form={form} action={t("action.save")} submit={async (values) => {
      const changed = settings.filter((one) =>
        values[one.name] !== start[one.name]);
      if (changed.length === 0) return;
      await patch.mutateAsync({ revision: await newest(), body: {
        values: Object.fromEntries(changed.map((one) =>
          [one.name, typed(one, values[one.name] ?? "")])) } });
      setStart(values);
      form.reset(values);
      tell(t("admin.saved"));
    }}>
      <fieldset className="hf-group" disabled={!may("setting.write")}>
        {settings.map((one) => (
          <Field key={one.name} of={one} value={form.values[one.name] ?? ""}
            set={(value) => form.set({ [one.name]: value })}
            error={form.error(`values.${one.name}`)} />
        ))}
      </fieldset>
    </Form>
  );
}

/** A link to an area came before the areas did. */
function Anchor() {
  useEffect(() => {
    document.getElementById(window.location.hash.slice(1))?.scrollIntoView();
  }, []);
  return null;
}

export default function Settings() {
  const t = useT();
  const word = useWord();
  const answer = useAnswer("GET /settings", { query: { limit: 1000 } });

  return (
    <Page title={t("admin.settings")} lead={t("admin.settings_lead")}>
      <Loaded from={answer} lines={10}>{(data) => {
        const areas = [...new Set(data.items.map((one) =>
          one.name.split(".")[0]!))].sort();
        return (
          <>
          <nav aria-label={t("admin.settings")} className="hf-jump">
            {areas.map((area) => (
              <a key={area} href={`#${area}`}>
                {word("admin.settings_area", area)}
              </a>
            ))}
          </nav>
          {areas.map((area) => (
            <Section key={area} id={area}
              title={word("admin.settings_area", area)}>
              <Area settings={data.items.filter((one) =>
                one.name.split(".")[0] === area).sort(switchFirst)} />
            </Section>
          ))}
          <Anchor />
          </>
        );
      }}</Loaded>
    </Page>
  );
}
