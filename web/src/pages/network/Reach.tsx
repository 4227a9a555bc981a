// SPDX-License-Identifier: Apache-2.0
//
// How network devices, their sessions and changes are doing, by meaning.
import { useWord } from "@/lib/words";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";

const reachMoods: { [reach: string]: Mood } =
  { ok: "good", failed: "bad", never: "unknown" };
const changeMoods: { [state: string]: Mood } = {
  planned: "waiting", waiting: "waiting", refused: "none", approved: "waiting",
  running: "running", applied: "good", cancelled: "none", undone: "warn",
  broken: "bad",
};

export const families = ["asa", "pix", "fwsm", "ips", "ios", "ios-xe",
  "catalyst", "catos", "frr", "frr-tcli", "netconf"] as const;

export function Reach({ of }: { of: string }) {
  const word = useWord();
  return (
    <StatusBadge mood={reachMoods[of] ?? "unknown"}>
      {word("reach", of)}
    </StatusBadge>
  );
}

export function ChangeState({ of }: { of: string }) {
  const word = useWord();
  return (
    <StatusBadge mood={changeMoods[of] ?? "unknown"}>
      {word("change.state", of)}
    </StatusBadge>
  );
}

/** "planned" and "running" are that; an ended one is what came of it. */
export function SessionState({ of }: {
  of: { state: string; result: string };
}) {
  const word = useWord();
  const ended = of.state === "ended";
  return (
    <StatusBadge mood={!ended ? of.state === "running" ? "running" :
      "waiting" : of.result === "ok" || of.result === "done" ? "good" :
      "bad"}>
      {ended ? word("session.result", of.result) :
        word("session.state", of.state)}
    </StatusBadge>
  );
}
