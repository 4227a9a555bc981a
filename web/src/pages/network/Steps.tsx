// SPDX-License-Identifier: Apache-2.0
//
// A session as it goes, layer by layer: what worked, what did not, and why.
import { useEffect, useRef } from "react";

import { useAnswer } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { SessionState } from "@/pages/network/Reach";
import { Loaded } from "@/parts/Loaded";
import { StatusBadge } from "@/parts/StatusBadge";

const EVERY_MS = 700;

export function useSession(id: number, skip = false) {
  const first = useAnswer("GET /network/sessions/{session}",
    { path: { session: id } }, { skip });
  const open = first.data !== undefined && first.data.state !== "ended";

  return useAnswer("GET /network/sessions/{session}",
    { path: { session: id } }, { skip, every: open ? EVERY_MS : false });
}

/** `ended` is called once, when nothing more will come. */
export function Steps({ session, ended }: {
  session: number; ended?: () => void;
}) {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const answer = useSession(session);
  const over = answer.data?.state === "ended";
  const told = useRef(ended);

  told.current = ended;
  useEffect(() => {
    if (over) told.current?.();
  }, [over]);

  return (
    <Loaded from={answer} lines={3}>{(data) => (
      <div aria-live="polite">
        <p><SessionState of={data} /> {data.text}</p>
        <ol className="hf-steps">
          {data.steps.map((one, i) => (
            <li key={i}>
              <StatusBadge mood={one.ok ? "good" : "bad"}>
                {word("step", one.step)}
              </StatusBadge>
              <span className="hf-plain">{one.detail}</span>
              <span className="hf-dim">
                {format.number(one.at_ms)} ms
              </span>
            </li>
          ))}
        </ol>
        {data.state !== "ended" && (
          <p className="hf-dim" role="status">{t("network.running")}</p>
        )}
      </div>
    )}</Loaded>
  );
}
