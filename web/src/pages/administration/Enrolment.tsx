// SPDX-License-Identifier: Apache-2.0
//
// One-time tokens by which devices enrol (certificates are made then).
import { Button } from "@mantine/core";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { EnrolAgent } from "@/pages/devices/EnrolAgent";
import { tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Token = Row<"GET /enrol-tokens">;
const moods: { [state in Token["state"]]: Mood } = {
  open: "waiting", used: "good", expired: "none",
};

export default function Enrolment() {
  const t = useT();
  const word = useWord();
  const remove = useChange("DELETE /enrol-tokens/{token}",
    ["GET /enrol-tokens"]);
  const columns: Column<Token>[] = [
    { id: "id", title: t("admin.token"), width: 0.6,
      cell: (row) => `#${row.id}`, text: (row) => row.id },
    { id: "state", title: t("admin.state"), cell: (row) => (
      <StatusBadge mood={moods[row.state]}>
        {word("admin.enrol_state", row.state)}
      </StatusBadge>
    ), text: (row) => row.state },
    { id: "created", title: t("admin.created"), width: 1.2, cell: (row) => (
      <><Time at={row.created} /> <span className="hf-dim">
        {row.created_by}</span></>
    ), text: (row) => row.created },
    { id: "expires", title: t("admin.expires"), cell: (row) =>
      <Time at={row.expires} />, text: (row) => row.expires },
    { id: "device", title: t("device.name"), cell: (row) => row.device ? (
      <Link href={`/devices/${row.device}`}>#{row.device}</Link>
    ) : "", text: (row) => row.device },
    { id: "revoke", title: t("admin.revoke"), cell: (row) =>
      row.state === "open" && (
        <Button size="compact-xs" variant="default"
          aria-label={`${t("admin.revoke")}: #${row.id}`}
          onClick={() => remove.mutate({ path: { token: row.id } }, {
            onError: (error) => tell(troubleText(t, asFailure(error))) })}>
          {t("admin.revoke")}
        </Button>
      ) },
  ];

  return (
    <Page title={t("admin.enrolment")} lead={t("admin.enrolment_lead")}>
      <Section title={t("admin.enrol_new")}><EnrolAgent /></Section>
      <DataList title={t("admin.enrolment")} call="GET /enrol-tokens"
        columns={columns} rowKey={(row) => row.id} />
    </Page>
  );
}
