// SPDX-License-Identifier: Apache-2.0
//
// Results of tests by their meaning (K-OV-11): error and unknown are never
// good (K-OV-12); a severity is shown with who states it (K-OV-10).
import { Link } from "wouter";

import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";

const moods: { [meaning: string]: Mood } = {
  "affected": "bad", "patch missing": "bad", "not compliant": "bad",
  "not affected": "good", "compliant": "good",
  "present": "none", "not present": "none",
  "error": "warn", "unknown": "unknown", "not evaluated": "unknown",
  "not applicable": "none",
};

export function meaningMood(meaning: string): Mood {
  return moods[meaning] ?? "unknown";
}

export function Meaning({ of }: { of: string }) {
  const word = useWord();
  return (
    <StatusBadge mood={meaningMood(of)}>{word("meaning", of)}</StatusBadge>
  );
}

const severityMoods: { [value: string]: Mood } = {
  critical: "bad", high: "bad", important: "bad",
  medium: "warn", moderate: "warn", low: "none",
};

export function Severity({ of, source }: {
  of: { value: string; source?: string | null }; source?: boolean;
}) {
  const t = useT();
  const word = useWord();
  const mood = severityMoods[of.value.toLowerCase()];

  if (!mood) {
    return <span className="hf-dim hf-nowrap">{
      of.value === "not stated" ? t("severity.not_stated") :
        word("patching.level", of.value)
    }</span>;
  }
  return (
    <span title={of.source ?? undefined}>
      <StatusBadge mood={mood}>{word("severity", of.value)}</StatusBadge>
      {source && of.source && <span className="hf-dim"> {of.source}</span>}
    </span>
  );
}

export function Exploited() {
  const t = useT();
  return <StatusBadge mood="bad">{t("finding.exploited")}</StatusBadge>;
}

/** The first few, each a link to what is known of it here. */
export function Cves({ of, most = 2 }: { of: string[]; most?: number }) {
  const t = useT();
  return (
    <span>
      {of.slice(0, most).map((one, i) => (
        <span key={one} className="hf-nowrap">
          {i > 0 && ", "}
          <Link href={cveHref(one)}>{one}</Link>
        </span>
      ))}
      {of.length > most && (
        <span className="hf-dim" title={of.slice(most).join(", ")}>
          {" "}{t("finding.more", { n: of.length - most })}
        </span>
      )}
    </span>
  );
}

/** In the path where the server takes it for a page; files have dots. */
function pageOf(path: string, id: string): string {
  return /^[\w:@~-]+$/.test(id) ? `${path}/${id}` :
    `${path}?${new URLSearchParams({ id }).toString()}`;
}

export function cveHref(id: string): string {
  return pageOf("/cve", id);
}

export function advisoryHref(id: string): string {
  return pageOf("/advisory", id);
}

export function definitionHref(id: string, content?: number): string {
  const query = new URLSearchParams({ id });
  if (content) query.set("content", String(content));
  return `/assess/definition?${query.toString()}`;
}

export function OvalId({ of }: { of: string }) {
  return <code className="hf-small hf-dim hf-below">{of}</code>;
}
