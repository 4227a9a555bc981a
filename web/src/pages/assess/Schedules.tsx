// SPDX-License-Identifier: Apache-2.0
//
// The configurations of OVAL and SCAP: what runs where and when (K-SET).
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { asSchedule } from "@/lib/schedule";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { DataList, type Column } from "@/parts/DataList";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty, Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";

type Configuration = Row<"GET /configurations">;

export function useLabelNames(): (ids: number[]) => string {
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const names = new Map((labels.data?.items ?? [])
    .map((one) => [one.id, one.name]));
  return (ids) => ids.map((id) => names.get(id) ?? `#${id}`).join(", ");
}

export default function Schedules() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const labelNames = useLabelNames();
  const targets = (row: Configuration) => {
    const labels = row.targets.labels ?? [];
    const devices = row.targets.devices ?? [];
    const parts = [
      labels.length > 0 ? labelNames(labels) : "",
      devices.length > 0 ? t("targets.devices_n", { n: devices.length }) : "",
    ].filter(Boolean);
    return parts.length > 0 ? parts.join(" + ") : t("targets.everything");
  };
  const columns: Column<Configuration>[] = [
    { id: "name", title: t("schedules.name"), width: 1.6,
      cell: (row) => (
        <Link href={`/assess/schedules/${row.id}`}>{row.name}</Link>
      ), text: (row) => row.name },
    { id: "kind", title: t("schedules.kind"), width: 0.6,
      cell: (row) => row.scap ? "SCAP" : "OVAL",
      text: (row) => row.scap ? "SCAP" : "OVAL" },
    { id: "enabled", title: t("schedules.state"), width: 1,
      cell: (row) => row.enabled ? (
        <StatusBadge mood="good">{t("schedules.enabled")}</StatusBadge>
      ) : <StatusBadge mood="none">{t("schedules.disabled")}</StatusBadge>,
      text: (row) => row.enabled ? "enabled" : "disabled" },
    { id: "when", title: t("schedules.when"), width: 1.2,
      cell: (row) => {
        const schedule = asSchedule(row.schedule);
        return (
          <>
            {word("schedule.type", schedule.type)}
            {schedule.time ? ` ${schedule.time}` : ""}
          </>
        );
      },
      text: (row) => JSON.stringify(row.schedule) },
    { id: "targets", title: t("schedules.targets"), width: 1.6,
      cell: targets, text: targets },
  ];

  return (
    <Page title={t("schedules.title")} lead={t("schedules.lead")}
      actions={may("schedule.write") && (
        <ButtonLink href="/assess/schedules/new">
          {t("schedules.new")}
        </ButtonLink>
      )}>
      <DataList title={t("schedules.title")} call="GET /configurations"
        columns={columns} rowKey={(row) => row.id}
        empty={(
          <Empty title={t("schedules.none")}>
            <p>{t("schedules.none_text")}</p>
          </Empty>
        )} />
    </Page>
  );
}
