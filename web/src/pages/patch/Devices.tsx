// SPDX-License-Identifier: Apache-2.0
//
// Devices by what they lack, and those that wait for a reboot (P-RBT-7).
import type { Row } from "@/api/client";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useOptions, useWord } from "@/lib/words";
import { useDeviceColumns } from "@/pages/patch/deviceColumns";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import { Page } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Device = Row<"GET /patch-devices">;

const states = ["patched", "missing", "pending reboot", "no data"] as const;
const moods: { [state in typeof states[number]]: Mood } = {
  "patched": "good", "missing": "bad", "pending reboot": "waiting",
  "no data": "unknown",
};

export default function Devices() {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const options = useOptions();
  const shared = useDeviceColumns<Device>();
  const columns: Column<Device>[] = [
    shared.name, shared.system,
    { id: "state", title: t("patching.state"), cell: (row) => (
      <StatusBadge mood={moods[row.state]}>
        {word("patching.device_state", row.state)}
      </StatusBadge>
    ), text: (row) => row.state },
    { id: "missing", title: t("patch.missing"), sort: "missing",
      align: "right", width: 0.6, cell: (row) => row.missing === null ||
        row.missing === undefined ? "–" : format.number(row.missing),
      text: (row) => row.missing },
    shared.scanned,
    { id: "configuration", title: t("patching.configuration"), width: 1.2,
      cell: (row) => row.configuration ?
        `${row.configuration} · ${row.version}` : "–",
      text: (row) => row.configuration },
    { id: "reboot", title: t("patching.reboot"), width: 1.3, cell: (row) =>
      row.reboot ? (
        <>
          {word("patching.level_of_reboot", row.reboot_level)}{" "}
          <Time at={row.reboot_since} />
          <span className="hf-dim hf-below">{row.reboot_reason}</span>
        </>
      ) : "", text: (row) => row.reboot_reason },
  ];
  const filters: Filter[] = [
    { name: "q", kind: "search", label: t("patching.search_device") },
    { name: "state", kind: "choice", label: t("patching.state"),
      options: options("patching.device_state", states) },
  ];

  return (
    <Page title={t("patching.devices")} lead={t("patching.devices_lead")}>
      <DataList title={t("patching.devices")} call="GET /patch-devices"
        columns={columns} filters={filters} saved="patch-devices"
        rowKey={(row) => row.device} formats={everyFormat} />
    </Page>
  );
}
