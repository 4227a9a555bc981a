// SPDX-License-Identifier: Apache-2.0
//
// Labels that were given to many devices at once: each is one step, and can
// be undone as one, also later (K-AFF-3).
import { Button } from "@mantine/core";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Empty, Page } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Action = Row<"GET /label-actions">;

export default function LabelActions() {
  const t = useT();
  const may = useMay();
  const undo = useChange("POST /label-actions/{action}/undo",
    ["GET /label-actions", "GET /labels", "GET /devices"]);
  const back = async (row: Action) => {
    if (!await confirm({ title: t("action.undo"), action: t("action.undo"),
      text: t("labelaction.undo_text", { name: row.label_name,
        n: row.devices }) })) return;
    undo.mutate({ path: { action: row.id } }, {
      onSuccess: (done) => tell(t("apply.undone", { n: done.removed })),
      onError: (error) => tell(troubleText(t, asFailure(error))) });
  };
  const columns: Column<Action>[] = [
    { id: "label", title: t("enrol.label"), width: 1.4, cell: (row) => (
      <Link href={`/devices/labels/${row.label}`}>{row.label_name}</Link>
    ), text: (row) => row.label_name },
    { id: "devices", title: t("devices.title"), align: "right", width: 0.6,
      cell: (row) => row.devices, text: (row) => row.devices },
    { id: "at", title: t("history.at"), cell: (row) =>
      <Time at={row.at} exact />, text: (row) => row.at },
    { id: "actor", title: t("patching.author"), width: 0.8,
      cell: (row) => row.actor, text: (row) => row.actor },
    { id: "undo", title: t("action.undo"), cell: (row) => row.undone ? (
      <>{t("labelaction.undone")} <Time at={row.undone} /></>
    ) : may("label.write") && (
      <Button size="compact-xs" variant="default"
        aria-label={`${t("action.undo")}: ${row.label_name} #${row.id}`}
        onClick={() => void back(row)}>{t("action.undo")}</Button>
    ), text: (row) => row.undone },
  ];

  return (
    <Page title={t("labelaction.title")} lead={t("labelaction.lead")}
      back={{ href: "/devices/labels", title: t("labels.title") }}>
      <DataList title={t("labelaction.title")} call="GET /label-actions"
        columns={columns} rowKey={(row) => row.id}
        empty={<Empty title={t("labelaction.none")} />} />
    </Page>
  );
}
