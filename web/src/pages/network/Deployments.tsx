// SPDX-License-Identifier: Apache-2.0
//
// The same commands for many network devices, in rings (R-DEP).
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { ButtonLink } from "@/parts/ButtonLink";
import { DataList, type Column } from "@/parts/DataList";
import { Empty, Page } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Deployment = Row<"GET /network/deployments">;
type State = Deployment["state"];

const moods: { [state in State]: Mood } = {
  waiting: "waiting", refused: "none", running: "running", paused: "warn",
  stopped: "bad", done: "good", cancelled: "none",
};

/** One that is done although devices failed is not simply good. */
export function DeploymentState({ of }: {
  of: { state: State; failed: number };
}) {
  const word = useWord();
  const mood = of.state === "done" && of.failed > 0 ? "warn" :
    moods[of.state];
  return (
    <StatusBadge mood={mood}>{word("deployment.state", of.state)}</StatusBadge>
  );
}

export function nameOf(one: Pick<Deployment, "id" | "title">): string {
  return one.title || `#${one.id}`;
}

export default function Deployments() {
  const t = useT();
  const may = useMay();
  const format = useFormat();
  const options = useOptions();
  const columns: Column<Deployment>[] = [
    { id: "title", title: t("deployment.name"), width: 1.6, cell: (row) => (
      <Link href={`/network/deployments/${row.id}`}>{nameOf(row)}</Link>
    ), text: nameOf },
    { id: "state", title: t("patching.state"),
      cell: (row) => <DeploymentState of={row} />, text: (row) => row.state },
    { id: "ring", title: t("deployment.ring"), width: 0.7, cell: (row) =>
      row.ring && row.rings.length > 0 ? t("deployment.ring_of",
        { ring: row.ring, rings: row.rings.length }) : "–",
    text: (row) => row.ring },
    { id: "devices", title: t("patching.devices_count"), align: "right",
      width: 0.6, cell: (row) => format.number(row.devices),
      text: (row) => row.devices },
    { id: "applied", title: t("deployment.applied"), align: "right",
      width: 0.6, cell: (row) => format.number(row.applied),
      text: (row) => row.applied },
    { id: "failed", title: t("patching.failed"), align: "right", width: 0.6,
      cell: (row) => row.failed > 0 ?
        <strong className="hf-bad">{format.number(row.failed)}</strong> :
        "0", text: (row) => row.failed },
    { id: "author", title: t("network.author"), width: 0.8,
      cell: (row) => row.author, text: (row) => row.author },
    { id: "created", title: t("job.created"), width: 0.8,
      cell: (row) => <Time at={row.created} />, text: (row) => row.created },
  ];

  return (
    <Page title={t("deployment.title")} lead={t("deployment.lead")}
      actions={may("network.change") && (
        <ButtonLink href="/network/deployments/new">
          {t("deployment.new")}
        </ButtonLink>
      )}>
      <DataList title={t("deployment.title")}
        call="GET /network/deployments" columns={columns}
        rowKey={(row) => row.id} every={10_000}
        filters={[
          { name: "state", kind: "choice", label: t("patching.state"),
            options: options("deployment.state", Object.keys(moods)) },
        ]}
        empty={(
          <Empty title={t("deployment.none")}>
            <p>{t("deployment.none_text")}</p>
          </Empty>
        )} />
    </Page>
  );
}
