// SPDX-License-Identifier: Apache-2.0
//
// Patch Intelligence: every patch that is known, who lacks it, and how bad
// that is (P-INT).
import { Button, Menu } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useAddress, type Values } from "@/lib/address";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { systems } from "@/lib/patching";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { Chart } from "@/parts/Chart";
import { confirm, tell } from "@/parts/Confirm";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import { Exploited, Severity } from "@/parts/Finding";
import { Loaded } from "@/parts/Loaded";
import { Figure, Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Patch = Row<"GET /patches">;

const levels = ["critical", "important", "moderate", "low",
  "unassigned"] as const;

/** What the server has one parameter for: a filter as of a dynamic group. */
export function filterOf(values: Values): string | undefined {
  const { os, type, severity, vendor, exploited, days } = values;
  const filter = {
    ...os ? { os: [os] } : {}, ...type ? { type: [type] } : {},
    ...severity ? { severity: [severity] } : {},
    ...vendor ? { vendor } : {},
    ...exploited ? { exploited: true } : {},
    ...Number(days) > 0 ? { released_days: Number(days) } : {},
  };
  return Object.keys(filter).length > 0 ? JSON.stringify(filter) : undefined;
}

function Numbers() {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const { values, set } = useAddress();
  const charts = useAnswer("GET /patches/charts");
  const data = charts.data;
  const vendors = useMemo(() => ({
    kind: "bar" as const,
    categories: data?.vendors.map((one) => one.name) ?? [],
    series: [{ name: t("patching.patches"),
      values: data?.vendors.map((one) => one.patches) ?? [] }],
  }), [data, t]);
  const severities = useMemo(() => ({
    kind: "bar" as const,
    categories: data?.severities.map((one) =>
      word("patching.level", one.name)) ?? [],
    series: [{ name: t("patching.patches"),
      values: data?.severities.map((one) => one.patches) ?? [] }],
  }), [data, t, word]);

  const types = useMemo(() => ({
    kind: "bar" as const,
    categories: data?.types.map((one) =>
      word("patching.type", one.name)) ?? [],
    series: [{ name: t("patching.patches"),
      values: data?.types.map((one) => one.patches) ?? [] }],
  }), [data, t, word]);
  const tuesday = useMemo(() => {
    const rows = data?.patch_tuesday ?? [];
    const names = [...new Set(rows.map((one) => one.vendor))];
    return {
      kind: "stack" as const, categories: names,
      series: levels.filter((level) => rows.some((one) =>
        one.severity === level)).map((level) => ({
        name: word("patching.level", level),
        values: names.map((vendor) => rows.find((one) =>
          one.vendor === vendor && one.severity === level)?.patches ?? 0),
      })),
    };
  }, [data, word]);
  /** Chosen again, it is taken back. */
  const pick = (name: string, value: string | undefined) => set({
    [name]: values[name] === value ? "" : value ?? "" });

  return (
    <Loaded from={charts} lines={2}>{(of) => (
      <>
        <div className="hf-figures">
          <Figure value={format.number(of.affecting)}
            label={t("patching.affecting")} href="/patch/patches?affects=true"
            mood={of.affecting > 0 ? "warn" : "good"} />
          <Figure value={format.number(of.exploited)}
            label={t("patching.exploited_missing")}
            href="/patch/patches?affects=true&sort=rating"
            mood={of.exploited > 0 ? "bad" : "good"} />
          <Figure value={format.number(of.scanned)}
            label={t("patching.scanned")} href="/patch/devices" />
          <Figure value={format.number(of.never_scanned)}
            label={t("patching.never_scanned")}
            href="/patch/devices?state=no+data"
            mood={of.never_scanned > 0 ? "unknown" : "none"} />
        </div>
        {of.vendors.length > 0 && <div className="hf-columns">
          <Chart title={t("patching.by_vendor", { n: of.days })}
            data={vendors} category={t("patching.vendor")} height={200}
            onPick={(i) => pick("vendor", of.vendors[i]?.name)} />
          <Chart title={t("patching.by_severity", { n: of.days })}
            data={severities} category={t("patching.severity")}
            height={200}
            onPick={(i) => pick("severity", of.severities[i]?.name)} />
          <Chart title={t("patching.by_type", { n: of.days })}
            data={types} category={t("patching.type_name")} height={200}
            onPick={(i) => pick("type", of.types[i]?.name)} />
          {of.patch_tuesday.length > 0 && (
            <Chart title={t("patching.tuesday")} data={tuesday}
              category={t("patching.vendor")} height={200}
              onPick={(i) => pick("vendor", tuesday.categories[i])} />
          )}
        </div>}
      </>
    )}</Loaded>
  );
}

function Deploy({ rows, clear }: { rows: Patch[]; clear: () => void }) {
  const t = useT();
  const list = useAnswer("GET /patch-configurations",
    { query: { limit: 1000 } });
  const start = useChange("POST /patch-runs", ["GET /patch-runs"]);
  const inForce = (list.data?.items ?? [])
    .filter((one) => one.deployed_version);

  return (
    <>{inForce.map((one) => (
      <Button key={one.id} size="xs" onClick={() => void (async () => {
        const yes = await confirm({
          title: t("patching.run"), action: t("patching.run"),
          text: t("patching.run_patches", {
            n: rows.length, name: one.name }),
        });
        if (!yes) return;
        start.mutate({ body: { kind: "deploy", configuration: one.id,
          patches: rows.map((row) => row.patch) } }, {
          onSuccess: () => {
            tell(t("patching.run_started"));
            clear();
          },
          onError: (error) => tell(troubleText(t, asFailure(error))),
        });
      })()}>
        {t("patching.deploy_by", { name: one.name })}
      </Button>
    ))}</>
  );
}

/** The marked patches into a group that is filled by hand (P-GRP-3). */
function IntoGroup({ rows, clear }: { rows: Patch[]; clear: () => void }) {
  const t = useT();
  const list = useAnswer("GET /patch-groups", { query: { limit: 1000 } });
  const change = useChange("POST /patch-groups/{group}/patches",
    ["GET /patch-groups", "GET /patch-groups/{group}/patches"]);
  const groups = (list.data?.items ?? []).filter((one) => !one.dynamic);

  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="xs" variant="default">{t("patching.into_group")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {groups.map((one) => (
          <Menu.Item key={one.id} onClick={() => change.mutate({
            path: { group: one.id }, revision: one.revision,
            body: { add: rows.map((row) => row.patch) } }, {
            onSuccess: () => {
              tell(t("patching.in_group", { n: rows.length,
                name: one.name }));
              clear();
            },
            onError: (error) => tell(troubleText(t, asFailure(error))) })}>
            {one.name}
          </Menu.Item>
        ))}
        <Menu.Item component={Link} href="/patch/groups">
          {t("patching.group_new")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export default function Patches() {
  const t = useT();
  const { values } = useAddress();
  const filter = filterOf(values);
  const query = useMemo(() => filter ? { filter } : {}, [filter]);
  const may = useMay();
  const word = useWord();
  const format = useFormat();
  const options = useOptions();
  const columns: Column<Patch>[] = [
    { id: "patch", title: t("patch.name"), sort: "patch", width: 2.6,
      cell: (row) => (
        <>
          <Link href={`/patch/patches/${row.id}`}>
            {row.title || row.patch}
          </Link>
          {row.exploited && <> <Exploited /></>}
          {row.superseded && <> <StatusBadge mood="none">
            {t("patching.superseded")}</StatusBadge></>}
          {row.without_advisory && <> <StatusBadge mood="none">
            {t("patching.without_advisory")}</StatusBadge></>}
          {row.download === "sideload_required" && (row.unpatched ?? 0) > 0
            && <> <StatusBadge mood="warn">
              {t("patching.download.sideload_required")}</StatusBadge></>}
          <code className="hf-small hf-dim hf-below">{row.patch}</code>
        </>
      ), text: (row) => row.patch },
    { id: "os", title: t("patching.system_name"), width: 0.7,
      cell: (row) => word("patching.system", row.os),
      text: (row) => row.os },
    { id: "cves", title: "CVE", align: "right", width: 0.4,
      cell: (row) => row.cves || "–", text: (row) => row.cves },
    { id: "vendor", title: t("patching.vendor"), sort: "vendor", width: 1,
      cell: (row) => `${row.vendor} ${row.product}`.trim(),
      text: (row) => `${row.vendor} ${row.product}` },
    { id: "severity", title: t("finding.severity"), sort: "severity",
      width: 0.8, cell: (row) => <Severity of={{ value: row.severity }} />,
      text: (row) => row.severity },
    { id: "cvss", title: "CVSS", sort: "cvss", align: "right", width: 0.5,
      cell: (row) => row.cvss ?? "–", text: (row) => row.cvss },
    { id: "rating", title: t("patching.rating"), sort: "rating",
      align: "right", width: 0.6, cell: (row) => row.rating ?? "–",
      text: (row) => row.rating },
    { id: "unpatched", title: t("patching.unpatched"), sort: "unpatched",
      align: "right", width: 0.7, cell: (row) => row.unpatched ?
        <strong className="hf-bad">{format.number(row.unpatched)}</strong> :
        format.number(row.unpatched ?? 0), text: (row) => row.unpatched },
    { id: "type", title: t("patching.type_name"), width: 0.8, extra: true,
      cell: (row) => word("patching.type", row.type),
      text: (row) => row.type },
    { id: "download", title: t("patching.download"), width: 0.9, extra: true,
      cell: (row) => word("patching.download", row.download),
      text: (row) => row.download },
    { id: "votes", title: t("patching.reported"), align: "right", width: 0.6,
      extra: true, cell: (row) => format.number(row.votes ?? 0),
      text: (row) => row.votes },
    { id: "over", title: t("patching.over_sla"), sort: "over",
      align: "right", width: 0.6, extra: true,
      cell: (row) => format.number(row.over_sla ?? 0),
      text: (row) => row.over_sla },
    { id: "released", title: t("patching.released"), sort: "released",
      width: 0.8, cell: (row) => <Time at={row.released} never="–" />,
      text: (row) => row.released },
  ];
  const filters: Filter[] = [
    { name: "q", kind: "search", label: t("patching.search") },
    { name: "affects", kind: "choice", label: t("patching.show"),
      all: t("patching.show.all"), options: [
        { value: "true", label: t("patching.affects") }] },
    { name: "os", kind: "choice", label: t("patching.system_name"),
      own: true, options: options("patching.system", systems) },
    { name: "severity", kind: "choice", label: t("finding.severity"),
      own: true, options: options("patching.level", levels) },
    { name: "type", kind: "choice", label: t("patching.type_name"),
      own: true, more: true, options: options("patching.type",
        ["security", "nonsecurity", "bugfix", "enhancement", "unknown"]) },
    { name: "vendor", kind: "text", label: t("patching.vendor"), own: true,
      more: true },
    { name: "exploited", kind: "choice", label: t("patching.exploited"),
      own: true, more: true, options: [
        { value: "true", label: t("patching.only_exploited") }] },
    { name: "days", kind: "choice", label: t("patching.released"),
      own: true, more: true, options: ["14", "60", "365"].map((one) => ({
        value: one, label: t("patching.in_days", { n: Number(one) }) })) },
    { name: "unpatched", kind: "choice", label: t("patching.unpatched"),
      options: ["none", "1-9", "10-49", "50-99", "100+"].map((one) => ({
        value: one, label: one === "none" ? t("patching.none") : one })) },
    { name: "sla", kind: "choice", label: t("sla.title"), more: true,
      options: options("sla.patches", ["over", "near"]) },
    { name: "superseded", kind: "choice", more: true,
      label: t("patching.superseded"), options:
        options("patching.yes_no", ["true", "false"]) },
  ];

  return (
    <Page title={t("patching.intelligence")}
      lead={t("patching.intelligence_lead")}>
      <Numbers />
      <DataList title={t("patching.intelligence")} call="GET /patches"
        columns={columns} filters={filters} saved="patches" query={query}
        choose="patches"
        rowKey={(row) => row.id} formats={everyFormat}
        marked={may("patch.deploy") || may("patch.write") ?
          (rows, clear) => (
            <>
              {may("patch.write") && <IntoGroup rows={rows} clear={clear} />}
              {may("patch.deploy") && <Deploy rows={rows} clear={clear} />}
            </>
          ) : undefined} />
    </Page>
  );
}
