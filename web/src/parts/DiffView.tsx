// SPDX-License-Identifier: Apache-2.0
import { useMemo } from "react";

import { diffLines, hunks } from "@/lib/diff";
import { useT } from "@/lib/messages";

/** Two texts, the lines that differ marked by sign and colour. */
export function DiffView({ before, after, names, around = 3 }: {
  before: string; after: string; names?: [string, string]; around?: number;
}) {
  const t = useT();
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  const shown = useMemo(() => hunks(lines, around), [lines, around]);
  const added = lines.filter((line) => line.sign === "+").length;
  const removed = lines.filter((line) => line.sign === "-").length;

  if (added + removed === 0) return <p>{t("diff.same")}</p>;
  return (
    <div>
      <p className="hf-dim">
        {names ? `${names[0]} → ${names[1]}: ` : ""}
        {t("diff.counts", { added, removed })}
      </p>
      <div className="hf-diff" role="region" tabIndex={0}
        aria-label={t("diff.region")}>
        {shown.map((line, i) => line === null ? (
          <div key={i} className="hf-diff-gap" aria-hidden="true">⋯</div>
        ) : (
          <div key={i} data-sign={line.sign}>
            <span className="hf-diff-number">
              {line.before ?? line.after}
            </span>
            <code>{line.sign}{line.text}</code>
          </div>
        ))}
      </div>
    </div>
  );
}

/** A difference as `diff -u` writes it. */
export function UnifiedDiff({ text }: { text: string }) {
  const t = useT();
  const lines = text.split("\n").filter((line, i, all) =>
    line !== "" || i < all.length - 1);

  if (lines.length === 0) return <p>{t("diff.same")}</p>;
  return (
    <div className="hf-diff" role="region" tabIndex={0}
      aria-label={t("diff.region")}>
      {lines.map((line, i) => (
        <div key={i} data-sign={/^(---|\+\+\+|@@)/.test(line) ? "@" :
          line[0]}>
          <code>{line || " "}</code>
        </div>
      ))}
    </div>
  );
}
