// SPDX-License-Identifier: Apache-2.0
//
// One run of patching and what became of each device; who agrees, when a
// second person must.
import { Button } from "@mantine/core";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { RunName, runMoods } from "@/pages/patch/Runs";
import { RunState } from "@/pages/assess/Run";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column, type Filter } from "@/parts/DataList";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";
import type { PageProps } from "@/routes";

type Device = Row<"GET /patch-runs/{run}/devices">;

const states = ["planned", "due", "queued", "taken", "started", "done",
  "error", "skipped", "missed", "refused", "offered", "frozen",
  "unavailable", "cancelled"] as const;

export default function RunPage({ params }: PageProps) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const format = useFormat();
  const options = useOptions();
  const id = Number(params.id);
  const path = { run: id };
  const stale = ["GET /patch-runs/{run}", "GET /patch-runs",
    "GET /patch-runs/{run}/devices"] as const;
  const answer = useAnswer("GET /patch-runs/{run}", { path },
    { every: 5_000 });
  const known = useAnswer("GET /patch-configurations",
    { query: { limit: 1000 } });
  const cancel = useChange("POST /patch-runs/{run}/cancel", [...stale]);
  const approve = useChange("POST /patch-runs/{run}/approve", [...stale]);
  const failed = (error: unknown) => tell(troubleText(t, asFailure(error)));
  const open = answer.data && !answer.data.ended;
  const columns: Column<Device>[] = [
    { id: "name", title: t("device.name"), width: 1.6, cell: (row) => (
      <Link href={`/devices/${row.device}?tab=patches`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "state", title: t("patching.state"), cell: (row) =>
      <RunState of={row.state} />, text: (row) => row.state },
    { id: "started", title: t("runs.started"), cell: (row) =>
      <Time at={row.started} never="–" />, text: (row) => row.started },
    { id: "ended", title: t("runs.ended"), cell: (row) =>
      <Time at={row.ended} never="–" />, text: (row) => row.ended },
    { id: "text", title: t("runs.text"), width: 2.2,
      cell: (row) => row.text, text: (row) => row.text },
  ];
  const filters: Filter[] = [
    { name: "state", kind: "choice", label: t("patching.state"),
      options: options("run.state", states) },
  ];
  const decide = async (verdict: "approved" | "refused") => {
    const name = t(verdict === "approved" ? "patching.approve" :
      "patching.refuse");
    if (!await confirm({ title: name, action: name,
      text: t("patching.approve_text"),
      danger: verdict === "refused" })) return;
    await approve.mutateAsync({ path, body: { verdict } }).catch(failed);
  };

  return (
    <Loaded from={answer}>{(run) => (
      <Page title={`${word("patching.kind", run.kind)} #${run.id}`}
        back={{ href: "/patch/runs", title: t("patching.runs") }}
        actions={<>
          {run.state === "approval" && may("patch.approve") && (
            <>
              <Button variant="default"
                onClick={() => void decide("refused")}>
                {t("patching.refuse")}
              </Button>
              <Button onClick={() => void decide("approved")}>
                {t("patching.approve")}
              </Button>
            </>
          )}
          {open && may("patch.deploy") && (
            <Button variant="default" onClick={() => void (async () => {
              if (await confirm({ title: t("runs.cancel_title"),
                text: t("patching.cancel_text"), action: t("runs.cancel"),
                danger: true })) {
                await cancel.mutateAsync({ path }).catch(failed);
              }
            })()}>
              {t("runs.cancel")}
            </Button>
          )}
        </>}>
        <Facts of={[
          [t("patching.run_name"), <RunName key="name" of={run} />],
          [t("patching.state"), <StatusBadge key="state"
            mood={runMoods[run.state]}>
            {word("patching.run_state", run.state)}</StatusBadge>],
          [t("patching.devices_count"), format.number(run.devices)],
          [t("patching.configuration"), run.configuration ? (
            <Link key="configuration"
              href={`/patch/configurations/${run.configuration}`}>
              {t("dry.by", { version: run.version ?? 0, name:
                known.data?.items.find((one) =>
                  one.id === run.configuration)?.name ??
                  `#${run.configuration}` })}
            </Link>
          ) : null],
          [t("patching.cause"),
            `${word("patching.cause", run.cause)} · ${run.started_by}`],
          [t("patching.patches"), run.patches.join(", ")],
          [t("runs.started"), <Time key="started" at={run.started} />],
          [t("runs.ended"), run.ended &&
            <Time key="ended" at={run.ended} />],
        ]} />
        <DataList title={t("patching.devices")} filters={filters}
          call="GET /patch-runs/{run}/devices" path={path}
          columns={columns} rowKey={(row) => row.device}
          every={open ? 5_000 : false} />
      </Page>
    )}</Loaded>
  );
}
