// SPDX-License-Identifier: Apache-2.0
//
// Every setting of the organisation, by area: log-in, single sign-on, mail,
// content. The server says what each is and what it would be by itself.
import {
  Checkbox, NumberInput, PasswordInput, Textarea, TextInput,
} from "@mantine/core";
import { useState } from "react";

import { urlOf, type Row } from "@/api/client";
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

function Field({ of, value, set, error }: {
  of: Setting; value: string; set: (value: string) => void; error?: string;
}) {
  const t = useT();
  const common = { label: of.name, description: of.help, error,
    name: `values.${of.name}` };

  if (of.type === "boolean") {
    return <Checkbox {...common} checked={value === "true" || value === "1"}
      onChange={(event) => set(String(event.currentTarget.checked))} />;
  }
  if (of.type === "integer") {
    return <NumberInput {...common} value={value} maw={260}
      placeholder={of.default}
      onChange={(next) => set(String(next))} />;
  }
  if (of.type === "secret") {
    return <PasswordInput {...common} value={value}
      autoComplete="new-password"
      placeholder={of.set ? t("admin.secret_set") : ""}
      onChange={(event) => set(event.currentTarget.value)} />;
  }
  if (value.length > 80 || value.includes("\n")) {
    return <Textarea {...common} value={value} autosize maxRows={12}
      onChange={(event) => set(event.currentTarget.value)} />;
  }
  return <TextInput {...common} value={value} placeholder={of.default}
    onChange={(event) => set(event.currentTarget.value)} />;
}

function typed(setting: Setting, text: string): Json {
  if (setting.type === "boolean") return text === "true" || text === "1";
  if (setting.type === "integer") return Number(text);
  return text;
}

/** The whole table has one revision, in its ETag ("17-…"). It is read again:
 * only what differs here is sent, so nobody's other settings are lost. */
async function newest(): Promise<number> {
  const answer = await fetch(urlOf("GET /settings"));
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
          <>{areas.map((area) => (
            <Section key={area} id={area}
              title={word("admin.settings_area", area)}>
              <Area settings={data.items.filter((one) =>
                one.name.split(".")[0] === area)} />
            </Section>
          ))}</>
        );
      }}</Loaded>
    </Page>
  );
}
