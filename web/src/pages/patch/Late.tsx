// SPDX-License-Identifier: Apache-2.0
//
// How long patches may be missing, and which devices lack some for longer
// (P-INT-7).
import { Link } from "wouter";

import type { Answer, Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { patchHref } from "@/pages/patch/DryRunOf";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import { Loaded } from "@/parts/Loaded";
import { Facts, Figure, Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Limits = Answer<"GET /patch-sla">;
type Late = Row<"GET /patch-sla/devices">;

const states = ["over", "near", "within", "none"] as const;
export const lateMoods: { [state in typeof states[number]]: Mood } = {
  over: "bad", near: "warn", within: "good", none: "none",
};

/** Where a patch or device stands before its limit. */
export function Lateness({ of }: { of: typeof states[number] }) {
  const word = useWord();
  return (
    <StatusBadge mood={lateMoods[of]}>{word("sla.state", of)}</StatusBadge>
  );
}

export function LateFigures({ of }: { of: Limits }) {
  const t = useT();
  const format = useFormat();

  return (
    <div className="hf-figures">
      <Figure value={format.number(of.over)} label={t("sla.over")}
        href="/patch/late?state=over" mood={of.over > 0 ? "bad" : "good"} />
      <Figure value={format.number(of.near)}
        label={t("sla.near", { n: of.near_days })}
        href="/patch/late?state=near" mood={of.near > 0 ? "warn" : "good"} />
      <Figure value={format.number(of.within)} label={t("sla.within")}
        href="/patch/late?state=within" />
      <Figure value={format.number(of.no_data)}
        label={t("patching.never_scanned")}
        href="/patch/devices?state=no+data"
        mood={of.no_data > 0 ? "unknown" : "none"} />
    </div>
  );
}

function Days({ of }: { of: Limits }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const days = (n: number) => n > 0 ? t("sla.days", { n }) : t("sla.no_limit");

  return (
    <Section title={t("sla.allowed")} actions={may("setting.read") && (
      <Link href="/administration/settings#patching">
        {t("admin.settings")}
      </Link>
    )}>
      <Facts of={[
        [t("sla.from"), word("sla.from", of.from)],
        ...of.severities.map((one): [string, string] => [
          word("patching.level", one.name), days(one.days)]),
        ...of.risks.filter((one) => one.days > 0).map(
          (one): [string, string] => [t("sla.rating", {
            group: word("sla.group", one.name) }), days(one.days)]),
      ]} />
    </Section>
  );
}

export default function LatePage() {
  const t = useT();
  const format = useFormat();
  const options = useOptions();
  const answer = useAnswer("GET /patch-sla");
  const number = (n: number) => n > 0 ? format.number(n) : "–";
  const columns: Column<Late>[] = [
    { id: "name", title: t("device.name"), sort: "name", width: 1.4,
      cell: (row) => (
        <Link href={`/devices/${row.device}?tab=patches`}>{row.name}</Link>
      ), text: (row) => row.name },
    { id: "state", title: t("patching.state"),
      cell: (row) => <Lateness of={row.state} />, text: (row) => row.state },
    { id: "over", title: t("sla.patches.over"), sort: "over",
      align: "right", width: 0.7, cell: (row) => row.over > 0 ? (
        <strong className="hf-bad">{format.number(row.over)}</strong>
      ) : "–", text: (row) => row.over },
    { id: "near", title: t("sla.patches.near"), align: "right", width: 0.7,
      cell: (row) => number(row.near), text: (row) => row.near },
    { id: "within", title: t("sla.patches.within"), align: "right",
      width: 0.7, cell: (row) => number(row.within),
      text: (row) => row.within },
    { id: "none", title: t("sla.no_limit"), align: "right", width: 0.7,
      cell: (row) => number(row.none), text: (row) => row.none },
    { id: "deadline", title: t("sla.deadline"), sort: "deadline",
      width: 1.4, cell: (row) => row.deadline ? (
        <>
          <Time at={row.deadline} exact />
          <Link className="hf-below hf-small" href={patchHref(row.patch)}>
            <code>{row.patch}</code>
          </Link>
        </>
      ) : "–", text: (row) => row.deadline },
  ];
  const filters: Filter[] = [
    { name: "q", kind: "search", label: t("patching.search_device") },
    { name: "state", kind: "choice", label: t("patching.state"),
      options: options("sla.state", states) },
  ];

  return (
    <Page title={t("sla.page")} lead={t("sla.lead")}>
      <Loaded from={answer} lines={3}>{(of) => (
        <>
          <LateFigures of={of} />
          {[...of.severities, ...of.risks].every((one) => one.days === 0) && (
            <p className="hf-note">{t("sla.none")}</p>
          )}
          <Days of={of} />
        </>
      )}</Loaded>
      <DataList title={t("sla.page")} call="GET /patch-sla/devices"
        columns={columns} filters={filters} saved="patch-late"
        rowKey={(row) => row.device} formats={everyFormat} />
    </Page>
  );
}
