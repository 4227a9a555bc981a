// SPDX-License-Identifier: Apache-2.0
//
// Runs of patching: what was ordered, by whom or by which schedule.
import { Button } from "@mantine/core";
import { Link, useLocation } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column, type Filter } from "@/parts/DataList";
import { Page } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Run = Row<"GET /patch-runs">;

export const runMoods: { [state in Run["state"]]: Mood } = {
  approval: "waiting", running: "running", ended: "good", refused: "bad",
  cancelled: "none",
};

export function RunName({ of }: { of: Run }) {
  const word = useWord();
  return <>{word("patching.kind", of.kind)}
    {of.task ? ` · ${word("patch.task", of.task)}` : ""} #{of.id}</>;
}

export default function Runs() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const format = useFormat();
  const options = useOptions();
  const [, go] = useLocation();
  const start = useChange("POST /patch-runs", ["GET /patch-runs"]);
  const columns: Column<Run>[] = [
    { id: "run", title: t("patching.run_name"), width: 1.5, cell: (row) => (
      <Link href={`/patch/runs/${row.id}`}><RunName of={row} /></Link>
    ), text: (row) => `${row.kind} ${row.id}` },
    { id: "state", title: t("patching.state"), width: 0.9, cell: (row) => (
      <StatusBadge mood={runMoods[row.state]}>
        {word("patching.run_state", row.state)}
      </StatusBadge>
    ), text: (row) => row.state },
    { id: "devices", title: t("patching.devices_count"), align: "right",
      width: 0.6, cell: (row) => format.number(row.devices),
      text: (row) => row.devices },
    { id: "cause", title: t("patching.cause"), cell: (row) =>
      `${word("patching.cause", row.cause)} · ${row.started_by}`,
    text: (row) => row.cause },
    { id: "started", title: t("runs.started"),
      cell: (row) => <Time at={row.started} />,
      text: (row) => row.started },
    { id: "ended", title: t("runs.ended"),
      cell: (row) => <Time at={row.ended} never="–" />,
      text: (row) => row.ended },
  ];
  const filters: Filter[] = [
    { name: "state", kind: "choice", label: t("patching.state"),
      options: options("patching.run_state",
        ["approval", "running", "ended", "refused", "cancelled"]) },
  ];
  const scan = async () => {
    const yes = await confirm({ title: t("patching.scan_all"),
      text: t("patching.scan_all_text"), action: t("patching.scan_now") });
    if (!yes) return;
    try {
      const run = await start.mutateAsync({ body: {
        kind: "scan", targets: { systems: [""] } } });
      go(`/patch/runs/${run.id}`);
    } catch (error) {
      tell(troubleText(t, asFailure(error)));
    }
  };

  return (
    <Page title={t("patching.runs")} lead={t("patching.runs_lead")}
      actions={may("patch.deploy") && (
        <Button onClick={() => void scan()} loading={start.isPending}>
          {t("patching.scan_all")}
        </Button>
      )}>
      <DataList title={t("patching.runs")} call="GET /patch-runs"
        columns={columns} filters={filters} rowKey={(row) => row.id}
        every={15_000} />
    </Page>
  );
}
