// SPDX-License-Identifier: Apache-2.0
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useT } from "@/lib/messages";
import { DataList, type Column, type Filter } from "@/parts/DataList";
import { Page } from "@/parts/Page";
import { Time } from "@/parts/Time";

type Device = Row<"GET /devices">;

export default function Devices() {
  const t = useT();
  const columns: Column<Device>[] = [
    { id: "name", title: t("device.name"), sort: "name", width: 1.4,
      cell: (row) => <Link href={`/devices/${row.id}`}>{row.name}</Link>,
      text: (row) => row.name },
    { id: "id", title: t("device.id"), sort: "id", width: 0.5,
      align: "right", cell: (row) => row.id, text: (row) => row.id },
    { id: "os", title: t("device.os"), sort: "os", width: 1.6,
      cell: (row) => row.os.name || row.os.id, text: (row) => row.os.name },
    { id: "labels", title: t("device.labels"), width: 1.4,
      cell: (row) => row.labels.map((one) => one.name).join(", "),
      text: (row) => row.labels.map((one) => one.name).join(", ") },
    { id: "last_seen", title: t("device.last_seen"), sort: "last_seen",
      cell: (row) => <Time at={row.last_seen} />,
      text: (row) => row.last_seen },
  ];
  const filters: Filter[] = [
    { name: "q", kind: "search", label: t("devices.search") },
    { name: "state", kind: "choice", label: t("device.state"),
      all: t("device.state.in_use"), options: [
        { value: "retired", label: t("device.state.retired") },
        { value: "all", label: t("device.state.all") },
      ] },
  ];

  return (
    <Page title={t("devices.title")} lead={t("devices.lead")}>
      <DataList title={t("devices.title")} call="GET /devices"
        columns={columns} filters={filters} rowKey={(row) => row.id}
        formats={["csv"]} saved="devices" />
    </Page>
  );
}
