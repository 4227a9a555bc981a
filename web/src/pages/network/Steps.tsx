// SPDX-License-Identifier: Apache-2.0
//
// A session as it goes, layer by layer: what worked, what did not, and why.
import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";

import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { SessionState } from "@/pages/network/Reach";
import { confirm, tell } from "@/parts/Confirm";
import { Loaded } from "@/parts/Loaded";
import { StatusBadge } from "@/parts/StatusBadge";
import { troubleText } from "@/parts/Trouble";

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
  const may = useMay();
  const answer = useSession(session);
  const cancel = useChange("POST /network/sessions/{session}/cancel",
    ["GET /network/sessions/{session}"]);
  const giveUp = async () => {
    if (!await confirm({ title: t("session.cancel"), danger: true,
      text: t("session.cancel_text"), action: t("session.cancel") })) return;
    cancel.mutate({ path: { session } } as never, { onError: (error) =>
      tell(troubleText(t, asFailure(error))) });
  };
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
          <p className="hf-dim" role="status">
            {t("network.running")}{" "}
            {may("network.connect") && (
              <Button size="compact-xs" variant="default"
                loading={cancel.isPending} onClick={() => void giveUp()}>
                {t("session.cancel")}
              </Button>
            )}
          </p>
        )}
      </div>
    )}</Loaded>
  );
}
