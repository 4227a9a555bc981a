// SPDX-License-Identifier: Apache-2.0
//
// Patch configurations, the newest in force first (P-CFG).
import { Button } from "@mantine/core";
import { Link } from "wouter";

import { urlOf, type Row } from "@/api/client";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { ButtonLink } from "@/parts/ButtonLink";
import { DataList, type Column } from "@/parts/DataList";
import { Page } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Configuration = Row<"GET /patch-configurations">;

const moods: { [availability: string]: Mood } = {
  deployed: "good", pending: "waiting", new: "none", archived: "none",
};

export function Availability({ of }: { of: Configuration }) {
  const word = useWord();
  return (
    <StatusBadge mood={moods[of.availability] ?? "unknown"}>
      {word("patching.availability", of.availability)}
    </StatusBadge>
  );
}

export default function Configurations() {
  const t = useT();
  const may = useMay();
  const format = useFormat();
  const columns: Column<Configuration>[] = [
    { id: "name", title: t("patching.name"), width: 1.6, cell: (row) => (
      <Link href={`/patch/configurations/${row.id}`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "availability", title: t("patching.state"), width: 0.9,
      cell: (row) => <Availability of={row} />,
      text: (row) => row.availability },
    { id: "version", title: t("patching.version"), align: "right", width: 0.6,
      cell: (row) => row.deployed_version &&
        row.deployed_version !== row.version ?
        t("patching.version_of", {
          deployed: row.deployed_version, newest: row.version }) :
        format.number(row.version), text: (row) => row.version },
    { id: "devices", title: t("patching.taken"), align: "right", width: 0.8,
      cell: (row) => row.devices === row.taken ?
        format.number(row.devices) :
        `${format.number(row.taken)} / ${format.number(row.devices)}`,
      text: (row) => row.devices },
    { id: "place", title: t("patching.place"), align: "right", width: 0.5,
      cell: (row) => row.built_in ?
        t("schedule.last") : row.place, text: (row) => row.place },
    { id: "saved", title: t("patching.saved"), width: 1.1, cell: (row) => (
      <><Time at={row.saved} /> <span className="hf-dim">
        {row.saved_by}</span></>
    ), text: (row) => row.saved },
  ];

  return (
    <Page title={t("patching.configurations")} lead={t("patching.lead")}
      actions={<>
        <Button component="a" variant="default" download
          href={urlOf("GET /patch-calendar")}>
          {t("patching.calendar")}
        </Button>
        {may("patch.write") && (
          <ButtonLink href="/patch/configurations/new">
            {t("patching.new")}
          </ButtonLink>
        )}
      </>}>
      <DataList title={t("patching.configurations")}
        call="GET /patch-configurations" columns={columns}
        filters={[{ name: "archived", kind: "choice",
          label: t("patching.show"), all: t("patching.show.used"),
          options: [{ value: "true", label: t("patching.show.all") }] }]}
        rowKey={(row) => row.id} />
    </Page>
  );
}
