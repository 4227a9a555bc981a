// SPDX-License-Identifier: Apache-2.0
//
// One run, live: its devices by state, and what became of each.
import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useEvents } from "@/api/events";
import { forget, queryClient, useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import type { PageProps } from "@/routes";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column, type Filter } from "@/parts/DataList";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { Progress } from "@/parts/Progress";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Device = Row<"GET /runs/{run}/devices">;

export const runStates = ["planned", "due", "queued", "taken", "waiting",
  "started", "done", "error", "skipped", "missed", "refused", "unavailable",
  "coalesced", "cancelled"] as const;
const moods: { [state: string]: Mood } = {
  planned: "waiting", due: "waiting", queued: "waiting", taken: "waiting",
  waiting: "waiting", started: "running", done: "good", error: "bad",
  skipped: "warn", missed: "warn", refused: "bad", unavailable: "unknown",
  coalesced: "none", cancelled: "none",
};

export function RunState({ of }: { of: string }) {
  const word = useWord();
  return (
    <StatusBadge mood={moods[of] ?? "unknown"}>
      {word("run.state", of)}
    </StatusBadge>
  );
}

/** Reads again when something happened, at most once in `every` ms. */
function useSoon(action: () => void, every = 1_000): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [newest] = useState({ action });
  newest.action = action;

  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    if (timer.current) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      newest.action();
    }, every);
  };
}

export default function RunPage({ params }: PageProps) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const format = useFormat();
  const options = useOptions();
  const id = Number(params.id);
  const answer = useAnswer("GET /runs/{run}", { path: { run: id } });
  const open = answer.data !== undefined && !answer.data.ended;
  const cancel = useChange("POST /runs/{run}/cancel",
    ["GET /runs/{run}", "GET /runs/{run}/devices", "GET /runs"]);
  const soon = useSoon(() => void forget(queryClient,
    ["GET /runs/{run}", "GET /runs/{run}/devices"]));

  useEvents({ topic: "run", id, skip: !open }, soon);
  const columns: Column<Device>[] = [
    { id: "name", title: t("device.name"), width: 1.8,
      cell: (row) => (
        <Link href={`/devices/${row.device}`}>{row.name}</Link>
      ), text: (row) => row.name },
    { id: "state", title: t("runs.state"), width: 1.2,
      cell: (row) => <RunState of={row.state} />,
      text: (row) => row.state },
    { id: "due", title: t("runs.due"), text: (row) => row.due,
      cell: (row) => <Time at={row.due} never="–" /> },
    { id: "started", title: t("runs.started"), text: (row) => row.started,
      cell: (row) => <Time at={row.started} never="–" /> },
    { id: "ended", title: t("runs.ended"), text: (row) => row.ended,
      cell: (row) => <Time at={row.ended} never="–" /> },
    { id: "text", title: t("runs.text"), width: 1.6,
      cell: (row) => row.text ?? "", text: (row) => row.text },
  ];
  const filters: Filter[] = [
    { name: "state", kind: "choice", label: t("runs.state"),
      options: options("run.state", runStates) },
  ];
  const stop = async () => {
    const yes = await confirm({
      title: t("runs.cancel_title"), text: t("runs.cancel_text"),
      action: t("runs.cancel"), danger: true,
    });
    if (!yes) return;
    cancel.mutate({ path: { run: id } }, {
      onSuccess: () => tell(t("runs.cancelled")),
      onError: (error) => tell(troubleText(t, asFailure(error))),
    });
  };

  return (
    <Loaded from={answer}>{(run) => {
      const states = (run.states ?? {}) as { [state: string]: number };
      return (
        <Page title={`${run.configuration_name} #${run.id}`}
          back={{ href: "/assess/runs", title: t("runs.title") }}
          actions={open && may("run.start") && (
            <Button variant="default" onClick={() => void stop()}>
              {t("runs.cancel")}
            </Button>
          )}>
          <Section title={t("runs.progress")}>
            <Progress total={run.devices}
              parts={Object.entries(states).map(([state, n]) => ({
                name: word("run.state", state), n,
                mood: moods[state] ?? "unknown",
                href: `/assess/runs/${id}?state=${state}`,
              }))} />
            <Facts of={[
              [t("runs.configuration"), (
                <Link key="c" href={`/assess/schedules/${run.configuration}`}>
                  {run.configuration_name}{" "}
                  {t("runs.revision", { n: run.configuration_revision })}
                </Link>
              )],
              [t("runs.cause"), word("cause", run.cause)],
              [t("runs.by"), run.started_by],
              [t("runs.started"), <Time key="s" at={run.started} exact />],
              [t("runs.ended"),
                <Time key="e" at={run.ended} exact never={t("runs.open")} />],
              [t("devices.title"), format.number(run.devices)],
            ]} />
          </Section>
          <Section title={t("devices.title")}>
            <DataList title={t("runs.devices")}
              call="GET /runs/{run}/devices" path={{ run: id }}
              columns={columns} filters={filters}
              rowKey={(row) => row.device} />
          </Section>
        </Page>
      );
    }}</Loaded>
  );
}
