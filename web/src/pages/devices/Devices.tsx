// SPDX-License-Identifier: Apache-2.0
//
// Every device: found by text, label and query; marked ones get labels.
import { Button, Menu, Modal, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { AddDevice } from "@/pages/devices/AddDevice";
import { tell } from "@/parts/Confirm";
import { DataList, type Column, type Filter } from "@/parts/DataList";
import { Icon } from "@/parts/icons";
import { LabelChips } from "@/parts/LabelChips";
import { Empty, Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Device = Row<"GET /devices">;

/** Gives a manual label to the marked devices, or takes it. */
function MarkedLabels({ rows, done }: { rows: Device[]; done: () => void }) {
  const t = useT();
  const [take, setTake] = useState<boolean | null>(null);
  const [label, setLabel] = useState("");
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const change = useChange("POST /labels/{label}/members",
    ["GET /devices", "GET /labels"]);
  const manual = (labels.data?.items ?? [])
    .filter((one) => one.kind === "manual");
  const chosen = label || String(manual[0]?.id ?? "");
  const ids = rows.map((row) => row.id);

  const run = () => change.mutate({
    path: { label: chosen }, body: take ? { remove: ids } : { add: ids },
  }, {
    onSuccess: (answer) => {
      tell(take ? t("devices.unlabelled", { n: answer.removed }) :
        t("devices.labelled", { n: answer.added, already: answer.already }));
      setTake(null);
      done();
    },
    onError: (error) => tell(troubleText(t, asFailure(error))),
  });
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button size="xs" variant="default"
            disabled={manual.length === 0}
            leftSection={<Icon name="tag" size={14} />}>
            {t("device.labels")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setTake(false)}>
            {t("devices.give_label")}
          </Menu.Item>
          <Menu.Item onClick={() => setTake(true)}>
            {t("devices.take_label")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button size="xs" variant="default" onClick={done}>
        {t("devices.unmark")}
      </Button>
      <Modal opened={take !== null} onClose={() => setTake(null)} centered
        title={take ? t("devices.take_label") : t("devices.give_label")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <NativeSelect label={t("apply.label")} value={chosen} mb="md"
          onChange={(event) => setLabel(event.currentTarget.value)}
          data={manual.map((one) => ({
            value: String(one.id), label: one.name,
          }))} />
        <Button loading={change.isPending} onClick={run}>
          {t("action.apply")} ({rows.length})
        </Button>
      </Modal>
    </>
  );
}

export default function Devices() {
  const t = useT();
  const may = useMay();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const columns: Column<Device>[] = [
    { id: "name", title: t("device.name"), sort: "name", width: 1.7,
      cell: (row) => (
        <>
          <Link href={`/devices/${row.id}`}>{row.name}</Link>
          {row.retired && (
            <> <StatusBadge mood="none">
              {t("device.state.retired")}
            </StatusBadge></>
          )}
        </>
      ), text: (row) => row.name },
    { id: "id", title: t("device.id"), sort: "id", width: 0.75,
      cell: (row) => `d-${row.id}`, text: (row) => row.id },
    { id: "os", title: t("device.os"), sort: "os", width: 1.5,
      cell: (row) => row.os.name || row.os.id ||
        <span className="hf-dim">{t("device.unknown")}</span>,
      text: (row) => row.os.name },
    { id: "address", title: t("device.address"), width: 0.9,
      cell: (row) => row.addresses[0] ?? "",
      text: (row) => row.addresses.join(" ") },
    { id: "labels", title: t("device.labels"), width: 1.4,
      cell: (row) => <LabelChips of={row.labels} />,
      text: (row) => row.labels.map((one) => one.name).join(", ") },
    { id: "last_seen", title: t("device.last_seen"), sort: "last_seen",
      cell: (row) => row.kind === "network" ? (
        <Link href={`/devices/${row.id}?tab=network`}>
          <Time at={row.last_seen} />
        </Link>
      ) : row.kind === "agentless" ? (
        <span className="hf-dim">{t("device.agentless")}</span>
      ) : <Time at={row.last_seen} />,
      text: (row) => row.last_seen },
  ];
  const filters: Filter[] = [
    { name: "q", kind: "search", label: t("devices.search") },
    { name: "label", kind: "choice", label: t("apply.label"),
      options: (labels.data?.items ?? []).map((one) => ({
        value: String(one.id), label: one.name,
      })) },
    { name: "state", kind: "choice", label: t("device.state"),
      all: t("device.state.in_use"), options: [
        { value: "retired", label: t("device.state.retired") },
        { value: "all", label: t("device.state.all") },
      ] },
    { name: "filter", kind: "text", label: t("devices.query"), more: true,
      placeholder: 'os.id = "debian" and last_seen > 7d' },
  ];

  return (
    <Page title={t("devices.title")} lead={t("devices.lead")}
      actions={(may("device.write") || may("enrol")) && <AddDevice />}>
      <DataList title={t("devices.title")} call="GET /devices"
        columns={columns} filters={filters} rowKey={(row) => row.id}
        formats={["csv"]} saved="devices"
        marked={may("label.write") ? (rows, clear) => (
          <MarkedLabels rows={rows} done={clear} />
        ) : undefined}
        empty={(
          <Empty title={t("devices.none")}>
            <p>{t("devices.none_text")}</p>
          </Empty>
        )} />
    </Page>
  );
}
