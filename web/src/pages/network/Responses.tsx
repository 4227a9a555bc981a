// SPDX-License-Identifier: Apache-2.0
//
// What lines of a device's answers mean (R-DEP-3): the reader's own patterns
// come before what the family knows, which is shown below them.
import { Button, NativeSelect, TextInput } from "@mantine/core";

import type { Row } from "@/api/client";
import { useT } from "@/lib/messages";
import { useOptions, useWord } from "@/lib/words";

type Known = Row<"GET /network/types">["known"][number];

export interface Response {
  kind: "ok" | "warning" | "error" | "question";
  pattern: string;
  command: string;
  answer: string;
}

const kinds = ["ok", "warning", "error", "question"] as const;

export function ResponseFields({ of, set, known, error }: {
  of: Response[]; set: (of: Response[]) => void; known: Known[];
  error: (field: string) => string | undefined;
}) {
  const t = useT();
  const word = useWord();
  const options = useOptions();
  const change = (at: number, changes: Partial<Response>) =>
    set(of.map((one, i) => i === at ? { ...one, ...changes } : one));

  return (
    <fieldset className="hf-group">
      <legend>{t("response.title")}</legend>
      <p className="hf-dim">{t("response.text")}</p>
      {of.map((one, i) => (
        <div key={i} className="hf-choices" role="group"
          aria-label={`${t("response.title")} ${i + 1}`}>
          <NativeSelect label={t("response.kind")} value={one.kind} w={140}
            data={options("response.kind", kinds)}
            onChange={(event) => change(i, {
              kind: event.currentTarget.value as Response["kind"] })} />
          <TextInput label={t("response.pattern")} value={one.pattern}
            name={`responses[${i}].pattern`} className="hf-mono"
            error={error(`responses[${i}].pattern`)} onChange={(event) =>
              change(i, { pattern: event.currentTarget.value })} />
          <TextInput label={t("response.command")} value={one.command}
            error={error(`responses[${i}].command`)} onChange={(event) =>
              change(i, { command: event.currentTarget.value })} />
          {one.kind === "question" && (
            <TextInput label={t("response.answer")} value={one.answer}
              error={error(`responses[${i}].answer`)} onChange={(event) =>
                change(i, { answer: event.currentTarget.value })} />
          )}
          <Button size="xs" variant="default" className="hf-bottom"
            aria-label={`${t("patching.take_out")}: ${i + 1}`}
            onClick={() => set(of.filter((_, other) => other !== i))}>
            {t("patching.take_out")}
          </Button>
        </div>
      ))}
      <Button size="xs" variant="default" w="fit-content" onClick={() =>
        set([...of, { kind: "ok", pattern: "", command: "", answer: "" }])}>
        {t("response.add")}
      </Button>
      {known.length > 0 && (
        <details>
          <summary>{t("response.known", { n: known.length })}</summary>
          <ul className="hf-plain-list hf-small">{known.map((one, i) => (
            <li key={i}>
              {word("response.kind", one.kind)}: <code>{one.text}</code>
              {one.command && <> · <code>{one.command}</code></>}
              {one.answer && <> → <code>{one.answer}</code></>}
            </li>
          ))}</ul>
        </details>
      )}
    </fieldset>
  );
}
