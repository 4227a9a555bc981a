// SPDX-License-Identifier: Apache-2.0
//
// Who changed what, when, from where (X-4); and whether the chain of it is
// whole.
import { Button } from "@mantine/core";
import { useState } from "react";

import type { Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { DataList, type Column } from "@/parts/DataList";
import { Loaded } from "@/parts/Loaded";
import { Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Entry = Row<"GET /audit">;

function Verified() {
  const t = useT();
  const format = useFormat();
  const answer = useAnswer("GET /audit/verify");

  return (
    <Loaded from={answer} lines={1}>{(data) => (
      <p role="status">
        <StatusBadge mood={data.intact ? "good" : "bad"}>
          {data.intact ? t("admin.intact", { n: data.rows }) :
            t("admin.broken", { n: format.number(data.first_bad ?? 0) })}
        </StatusBadge>{" "}
        {data.reason} <code className="hf-small hf-dim">{data.head}</code>
      </p>
    )}</Loaded>
  );
}

export default function Audit() {
  const t = useT();
  const [verify, setVerify] = useState(false);
  const columns: Column<Entry>[] = [
    { id: "at", title: t("admin.at"), width: 1,
      cell: (row) => <Time at={row.at} exact />, text: (row) => row.at },
    { id: "actor", title: t("admin.actor"), width: 1, cell: (row) => (
      <>{row.actor} <span className="hf-dim hf-small">{row.peer}</span></>
    ), text: (row) => row.actor },
    { id: "action", title: t("admin.action"), width: 1.2,
      cell: (row) => `${row.action}${row.object ? ` #${row.object}` : ""}`,
      text: (row) => row.action },
    { id: "change", title: t("admin.change"), width: 3, cell: (row) => (
      <>
        {row.before && (
          <code className="hf-small hf-below">− {row.before}</code>
        )}
        {row.after && (
          <code className="hf-small hf-below">+ {row.after}</code>
        )}
      </>
    ), text: (row) => `${row.before ?? ""} -> ${row.after ?? ""}` },
  ];

  return (
    <Page title={t("admin.audit")} lead={t("admin.audit_lead")} actions={
      <Button variant="default" onClick={() => setVerify(true)}>
        {t("admin.verify")}
      </Button>}>
      {verify && <Verified />}
      <DataList title={t("admin.audit")} call="GET /audit"
        columns={columns} rowKey={(row) => row.id} filters={[
          { name: "actor", kind: "search", label: t("admin.actor") },
          { name: "action", kind: "text", label: t("admin.action") },
          { name: "kind", kind: "text", label: t("admin.kind") },
        ]} />
    </Page>
  );
}
