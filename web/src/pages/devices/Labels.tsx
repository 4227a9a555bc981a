// SPDX-License-Identifier: Apache-2.0
//
// Labels of every kind (K-LBL-2), with what each means at the moment.
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { ButtonLink } from "@/parts/ButtonLink";
import { DataList, type Column } from "@/parts/DataList";
import { Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Label = Row<"GET /labels">;

export default function Labels() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const format = useFormat();
  const columns: Column<Label>[] = [
    { id: "name", title: t("device.name"), width: 1.3,
      cell: (row) => (
        <Link href={`/devices/labels/${row.id}`}>{row.name}</Link>
      ), text: (row) => row.name },
    { id: "kind", title: t("schedules.kind"), width: 0.7,
      cell: (row) => word("label.kind", row.kind), text: (row) => row.kind },
    { id: "members", title: t("label.members"), align: "right", width: 0.6,
      cell: (row) => (
        <Link href={`/devices?label=${row.id}`}>
          {format.number(row.members)}
        </Link>
      ), text: (row) => row.members },
    { id: "query", title: t("label.query"), width: 2,
      cell: (row) => row.query ? <code className="hf-small">{row.query}
      </code> : <span className="hf-dim">{row.notes}</span>,
      text: (row) => row.query || row.notes },
    { id: "state", title: t("schedules.state"), cell: (row) =>
      row.problem ? (
        <StatusBadge mood="bad">{row.problem}</StatusBadge>
      ) : row.pending ? (
        <StatusBadge mood="running">{t("label.pending")}</StatusBadge>
      ) : row.evaluated ? <Time at={row.evaluated} /> : "",
    text: (row) => row.problem || row.evaluated },
  ];

  return (
    <Page title={t("labels.title")} lead={t("labels.lead")}
      actions={<>
        <ButtonLink variant="default" href="/devices/label-actions">
          {t("labelaction.title")}
        </ButtonLink>
        {may("label.write") && (
          <ButtonLink href="/devices/labels/new">{t("labels.new")}
          </ButtonLink>
        )}
      </>}>
      <DataList title={t("labels.title")} call="GET /labels"
        columns={columns} rowKey={(row) => row.id} />
    </Page>
  );
}
