// SPDX-License-Identifier: Apache-2.0
//
// Every run that was, newest first; it stays in the history (D-35, X-10).
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { forget, queryClient } from "@/api/hooks";
import { useEvents } from "@/api/events";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { DataList, type Column } from "@/parts/DataList";
import { Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Run = Row<"GET /runs">;

export default function Runs() {
  const t = useT();
  const word = useWord();
  const format = useFormat();

  useEvents({ topic: "run" }, () => void forget(queryClient, ["GET /runs"]));
  const columns: Column<Run>[] = [
    { id: "id", title: t("runs.run"), width: 1.6,
      cell: (row) => (
        <Link href={`/assess/runs/${row.id}`}>
          {row.configuration_name} #{row.id}
        </Link>
      ), text: (row) => `${row.configuration_name} #${row.id}` },
    { id: "state", title: t("runs.state"), width: 0.8,
      cell: (row) => row.ended ? (
        <StatusBadge mood="good">{t("runs.ended_state")}</StatusBadge>
      ) : <StatusBadge mood="running">{t("runs.running")}</StatusBadge>,
      text: (row) => row.ended ? "ended" : "running" },
    { id: "started", title: t("runs.started"),
      cell: (row) => <Time at={row.started} exact />,
      text: (row) => row.started },
    { id: "ended", title: t("runs.ended"),
      cell: (row) => <Time at={row.ended} exact never="–" />,
      text: (row) => row.ended },
    { id: "cause", title: t("runs.cause"), width: 0.9,
      cell: (row) => word("cause", row.cause), text: (row) => row.cause },
    { id: "by", title: t("runs.by"), width: 0.8,
      cell: (row) => row.started_by || "–", text: (row) => row.started_by },
    { id: "devices", title: t("devices.title"), align: "right", width: 0.6,
      cell: (row) => format.number(row.devices),
      text: (row) => row.devices },
  ];

  return (
    <Page title={t("runs.title")} lead={t("runs.lead")}>
      <DataList title={t("runs.title")} call="GET /runs" columns={columns}
        rowKey={(row) => row.id} />
    </Page>
  );
}
