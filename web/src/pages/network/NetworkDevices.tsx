// SPDX-License-Identifier: Apache-2.0
//
// Routers, switches, firewalls: how each is reached and whether it was.
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { families, Reach } from "@/pages/network/Reach";
import { ButtonLink } from "@/parts/ButtonLink";
import { DataList, type Column } from "@/parts/DataList";
import { Empty, Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Device = Row<"GET /network/devices">;

export default function NetworkDevices() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const options = useOptions();
  const columns: Column<Device>[] = [
    { id: "name", title: t("device.name"), width: 1.5, cell: (row) => (
      <Link href={`/network/devices/${row.id}`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "family", title: t("network.family"), width: 0.9,
      cell: (row) => (
        <>
          {word("family", row.family)}{" "}
          <span className="hf-dim">{row.version}</span>
        </>
      ), text: (row) => `${row.family} ${row.version ?? ""}` },
    { id: "address", title: t("device.address"),
      cell: (row) => row.address ||
        <span className="hf-dim">{t("network.offline")}</span>,
      text: (row) => row.address },
    { id: "reach", title: t("network.reach"), width: 0.9,
      cell: (row) => (
        <>
          <Reach of={row.reach} />
          {row.confirmed === false && row.credential && (
            <StatusBadge mood="warn">{t("network.to_confirm")}</StatusBadge>
          )}
        </>
      ), text: (row) => row.reach },
    { id: "contact", title: t("network.last_contact"), width: 0.9,
      cell: (row) => <Time at={row.last_contact} />,
      text: (row) => row.last_contact },
    { id: "config", title: t("network.configuration"), align: "right",
      width: 0.8, cell: (row) => row.config > 0 ? (
        <Link href={`/network/devices/${row.id}?tab=archive`}>
          {t("network.version", { n: row.config })}
        </Link>
      ) : "–", text: (row) => row.config },
  ];

  return (
    <Page title={t("network.title")} lead={t("network.lead")}
      actions={may("network.write") && (
        <ButtonLink href="/network/add">{t("network.add")}</ButtonLink>
      )}>
      <DataList title={t("network.title")} call="GET /network/devices"
        columns={columns} rowKey={(row) => row.id} saved="network"
        filters={[
          { name: "q", kind: "search", label: t("network.search") },
          { name: "family", kind: "choice", label: t("network.family"),
            options: options("family", families) },
          { name: "reach", kind: "choice", label: t("network.reach"),
            options: options("reach", ["ok", "failed", "never"]) },
        ]}
        empty={(
          <Empty title={t("network.none")}>
            <p>{t("network.none_text")}</p>
          </Empty>
        )} />
    </Page>
  );
}
