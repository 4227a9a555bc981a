// SPDX-License-Identifier: Apache-2.0
//
// What the settings mean, by operating system, while they are edited
// (P-CFG-6). The server says it, as it would act.
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";

import { call, type Answer } from "@/api/client";
import type { Failure } from "@/api/failure";
import { useSpeech, useT } from "@/lib/messages";
import { draftOf, jsonOf, systems, type Settings } from "@/lib/patching";
import { useWord } from "@/lib/words";
import { Loaded } from "@/parts/Loaded";
import { StatusBadge } from "@/parts/StatusBadge";

interface Said {
  tasks: { task: string; enabled: boolean; when: string; deploys: string[];
    reboots: string[]; next: { local: string }[] }[];
  advice: { text: string; rule: string; confirm: boolean }[];
}

export function Summary({ settings }: { settings: Settings }) {
  const t = useT();
  const word = useWord();
  const { language } = useSpeech();
  const [asked] = useDebouncedValue(draftOf(settings), 400);
  const summary = useQuery<Answer<"POST /patch-configurations/summary">,
    Failure>({
      queryKey: ["POST /patch-configurations/summary", language, asked],
      queryFn: ({ signal }) => call("POST /patch-configurations/summary", {
        signal, query: { lang: language },
        body: { settings: jsonOf(JSON.parse(asked) as Settings) } }),
      placeholderData: (old) => old,
    });

  return (
    <aside className="hf-card hf-summary" tabIndex={0}
      aria-label={t("patching.summary")}
      aria-live="polite">
      <h2>{t("patching.summary")}</h2>
      <Loaded from={summary}>{(data) => (
        <>{systems.map((system) => {
          const said = data[system] as unknown as Said;
          const on = said.tasks.filter((one) => one.enabled);
          return (
            <section key={system}>
              <h3>{word("patching.system", system)}</h3>
              {on.length === 0 && (
                <StatusBadge mood="none">{t("patching.scan_only")}
                </StatusBadge>
              )}
              {on.map((one) => (
                <div key={one.task}>
                  <strong>{word("patch.task", one.task)}</strong>
                  <p>{one.when}</p>
                  <ul>{[...one.deploys, ...one.reboots].map((line) => (
                    <li key={line}>{line}</li>
                  ))}</ul>
                  {one.next[0] && (
                    <p className="hf-dim">{t("patching.next")}: {one.next
                      .slice(0, 3).map((run) => run.local.replace("T", " "))
                      .join(" · ")}</p>
                  )}
                </div>
              ))}
              {on.length > 0 && said.advice.map((one) => (
                <p key={one.text} className="hf-note">{one.text}</p>
              ))}
            </section>
          );
        })}</>
      )}</Loaded>
    </aside>
  );
}
