// SPDX-License-Identifier: Apache-2.0
//
// What the next run of each task would deploy to one device (P-SEL-17).
import { Link } from "wouter";

import type { Answer } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useSpeech, useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { Loaded } from "@/parts/Loaded";
import { LocalTime } from "@/parts/ScheduleEditor";
import { Time } from "@/parts/Time";

type Result = Answer<"GET /devices/{device}/patch-dry-run">;

/** Where a patch of this name is found. */
export function patchHref(id: string): string {
  return `/patch/patches?${new URLSearchParams({ q: id }).toString()}`;
}

function Task({ of }: { of: Result["tasks"][number] }) {
  const t = useT();
  const word = useWord();

  return (
    <li>
      <p>
        <strong>{word("patch.task", of.task)}</strong>{" "}
        {of.local ? <LocalTime at={of.local} /> :
          <span className="hf-dim">{t("dry.no_time")}</span>}
        {of.stage_local && (
          <span className="hf-dim"> {t("schedule.staged")}{" "}
            <LocalTime at={of.stage_local} /></span>
        )}
      </p>
      {of.frozen && <p className="hf-note">{t("dry.frozen")} {of.frozen}</p>}
      {of.deploy.length === 0 ? (
        <p className="hf-dim">{t("dry.nothing")}</p>
      ) : (
        <>
          <p>{t("dry.patches", { n: of.deploy.length })}</p>
          <ul className="hf-chips hf-plain-list">{of.deploy.map((id) => (
            <li key={id}><Link href={patchHref(id)}><code>{id}</code></Link>
            </li>
          ))}</ul>
        </>
      )}
    </li>
  );
}

export function DryRunOf({ device, configuration }: {
  device: number; configuration?: number;
}) {
  const { language, t } = useSpeech();
  const answer = useAnswer("GET /devices/{device}/patch-dry-run", {
    path: { device },
    query: { ...(configuration ? { configuration } : {}), lang: language } });

  return (
    <Loaded from={answer} lines={2}>{(data) => (
      <>
        <p className="hf-dim">
          {data.configuration ? t("dry.by", {
            name: data.configuration, version: data.version ?? 0 }) :
            t("dry.none")}{" · "}
          {t("patching.scan")}: <Time at={data.scanned}
            never={t("patching.never")} />
        </p>
        {data.warnings.map((one) => (
          <p key={one} className="hf-note">{one}</p>
        ))}
        {data.configuration && data.tasks.length === 0 && (
          <p>{t("patching.scan_only")}</p>
        )}
        <ul className="hf-plain-list">{data.tasks.map((one) => (
          <Task key={one.task} of={one} />
        ))}</ul>
      </>
    )}</Loaded>
  );
}
