// SPDX-License-Identifier: Apache-2.0
//
// Every setting of the organisation, by area: log-in, single sign-on, mail,
// content. The server says what each is and what it would be by itself.
import {
  Checkbox, NativeSelect, NumberInput, PasswordInput, Textarea, TextInput,
} from "@mantine/core";
import { useEffect, useState } from "react";

import { headersFor, urlOf, type Answer, type Row } from "@/api/client";
import { asFailure, failureOf } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { ConflictDialog } from "@/parts/ConflictDialog";
import { tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { troubleText } from "@/parts/Trouble";
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

function valuesOf(settings: Setting[]): Values {
  return Object.fromEntries(settings.map((one) =>
    [one.name, one.type === "secret" ? "" : one.value ?? one.default]));
}

/** The whole table has one revision, in its ETag ("17-…"). It is read again:
 * only what differs here is sent, so nobody's other settings are lost. */
async function newest(): Promise<{ revision: number; items: Setting[] }> {
  const answer = await fetch(urlOf("GET /settings", { query: { limit: 1000 } }),
    { headers: headersFor("application/json") });
  if (!answer.ok) throw await failureOf(answer);
  const revision = Number.parseInt((answer.headers.get("ETag") ?? "").replace(
    /^(W\/)?"/, ""), 10) || 0;
  return { revision, items: (await answer.json() as Answer<"GET /settings">)
    .items };
}

function Area({ settings }: { settings: Setting[] }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const first = valuesOf(settings);
  const [start, setStart] = useState(first);
  const [theirs, setTheirs] = useState<Values | null>(null);
  const form = useForm(first);
  const patch = useChange("PATCH /settings", ["GET /settings"]);
  const differs = (values: Values, from: Values) => settings.filter((one) =>
    values[one.name] !== from[one.name]);
  /* What somebody else changed since this page was read is not overwritten
   * without a word; of secrets nobody is told. */
  const save = async (values: Values, known: Values) => {
    const changed = differs(values, known);
    if (changed.length === 0) return;
    const now = await newest();
    const there = { ...known, ...valuesOf(now.items.filter((one) =>
      one.name in known)) };
    if (changed.some((one) => there[one.name] !== known[one.name])) {
      setTheirs(there);
      return;
    }
    await patch.mutateAsync({ revision: now.revision, body: {
      values: Object.fromEntries(changed.map((one) =>
        [one.name, typed(one, values[one.name] ?? "")])) } });
    const saved = valuesOf(settings.map((one) => ({ ...one,
      value: values[one.name] ?? "" })));
    setStart(saved);
    form.reset(saved);
    tell(t("admin.saved"));
  };

  return (
    <>
      <Form form={form} action={t("action.save")} submit={(values) => save(values, start)}>
        <fieldset className="hf-group" disabled={!may("setting.write")}>
          {settings.map((one) => (
            <Field key={one.name} of={one} value={form.values[one.name] ?? ""}
              set={(value) => form.set({ [one.name]: value })}
              error={form.error(`values.${one.name}`)} />
          ))}
        </fieldset>
      </Form>
      <ConflictDialog opened={theirs !== null} theirs={theirs}
        mine={Object.fromEntries(differs(form.values, start).filter((one) =>
          theirs?.[one.name] !== start[one.name]).map((one) =>
          [one.name, form.values[one.name]]))}
        names={Object.fromEntries(settings.map((one) =>
          [one.name, word("setting", one.name)]))}
        close={() => setTheirs(null)}
        takeTheirs={() => {
          const values = theirs ?? start;
          setStart(values);
          form.reset(values);
          setTheirs(null);
        }}
        keepMine={() => {
          const known = theirs ?? start;
          const mine = { ...known, ...Object.fromEntries(differs(form.values,
            start).map((one) => [one.name, form.values[one.name] ?? ""])) };
          setStart(known);
          form.set(mine);
          setTheirs(null);
          save(mine, known).catch((error: unknown) =>
            tell(troubleText(t, asFailure(error))));
        }} />
    </>
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
