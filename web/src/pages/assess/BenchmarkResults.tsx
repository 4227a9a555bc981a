// SPDX-License-Identifier: Apache-2.0
//
// Results of SCAP benchmarks, newest first.
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { DataList, type Column } from "@/parts/DataList";
import { Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Result = Row<"GET /benchmark-results">;

export function Score({ of }: {
  of: { applicable: boolean; score?: string | null;
    maximum?: string | null; counts: Result["counts"] };
}) {
  const t = useT();
  const format = useFormat();
  if (!of.applicable) {
    return (
      <StatusBadge mood="none">{t("result.not_applicable")}</StatusBadge>
    );
  }
  const { fail, error, unknown } = of.counts;
  return (
    <StatusBadge mood={fail > 0 ? "bad" : error + unknown > 0 ? "unknown" :
      "good"}>
      {of.score ? format.number(Number(of.score), 2) : "–"}
      {of.maximum ? ` / ${format.number(Number(of.maximum), 2)}` : ""}
    </StatusBadge>
  );
}

export default function BenchmarkResults() {
  const t = useT();
  const columns: Column<Result>[] = [
    { id: "title", title: t("benchmark.result"), width: 2,
      cell: (row) => (
        <>
          <Link href={`/assess/benchmark-results/${row.id}`}>
            {row.title || row.benchmark}
          </Link>
          {row.profile && (
            <code className="hf-small hf-dim hf-below">{row.profile}</code>
          )}
        </>
      ), text: (row) => row.title || row.benchmark },
    { id: "device", title: t("benchmark.device"), width: 1.3,
      cell: (row) => (
        <Link href={`/devices/${row.device}`}>{row.device_name}</Link>
      ), text: (row) => row.device_name },
    { id: "score", title: t("benchmark.score"),
      cell: (row) => <Score of={row} />, text: (row) => row.score },
    { id: "fail", title: t("benchmark.fail"), align: "right", width: 0.5,
      cell: (row) => row.counts.fail, text: (row) => row.counts.fail },
    { id: "pass", title: t("benchmark.pass"), align: "right", width: 0.5,
      cell: (row) => row.counts.pass, text: (row) => row.counts.pass },
    { id: "open", title: t("compliance.errors"), align: "right",
      width: 1, cell: (row) => row.counts.error + row.counts.unknown,
      text: (row) => row.counts.error + row.counts.unknown },
    { id: "ended", title: t("runs.ended"),
      cell: (row) => <Time at={row.ended} />, text: (row) => row.ended },
  ];

  return (
    <Page title={t("benchmark.results")} lead={t("benchmark.lead")}>
      <DataList title={t("benchmark.results")} call="GET /benchmark-results"
        columns={columns} rowKey={(row) => row.id} />
    </Page>
  );
}
