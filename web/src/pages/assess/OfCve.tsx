// SPDX-License-Identifier: Apache-2.0
//
// What a CVE page and an advisory page share: the definitions that name it,
// the devices that they are about, the patches that close it.
import { Link } from "wouter";

import type { Query, Row } from "@/api/client";
import { useAddress } from "@/lib/address";
import { useT, type Key } from "@/lib/messages";
import { useFormat } from "@/lib/format";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { DataList, everyFormat, type Column } from "@/parts/DataList";
import {
  advisoryHref, definitionHref, Exploited, OvalId, Severity,
} from "@/parts/Finding";
import { Empty, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import type { PageProps } from "@/routes";

type Definition = Row<"GET /catalogue">;
type Device = Row<"GET /cve/devices">;
type Patch = Row<"GET /patches">;
type Advisory = Row<"GET /advisories">;

/** What the page is of: at the end of its path, or ?id=. */
export function useId(params: PageProps["params"]): string {
  const { values } = useAddress();
  return params.id ?? values.id ?? "";
}

export function Devices({ of }: { of: string }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const options = useOptions();
  const columns: Column<Device>[] = [
    { id: "name", title: t("device.name"), sort: "name", width: 2,
      cell: (row) => may("device.read") ? (
        <Link href={`/devices/${row.device}?tab=findings`}>{row.name}</Link>
      ) : row.name, text: (row) => row.name },
    { id: "id", title: t("device.id"), sort: "device", width: 0.8,
      cell: (row) => row.inventory_id, text: (row) => row.inventory_id },
    { id: "os", title: t("device.os"), width: 1.6, cell: (row) => row.os,
      text: (row) => row.os },
    { id: "result", title: t("finding.result"), cell: (row) => (
      <StatusBadge mood={row.result === "affected" ? "bad" : "unknown"}>
        {word("cve.result", row.result)}
      </StatusBadge>
    ), text: (row) => row.result },
    { id: "definition", title: t("cve.by"), width: 2, cell: (row) => (
      <>
        <Link href={definitionHref(row.definition, row.content)}>
          {row.definition}
        </Link>
        {row.definitions > 1 && (
          <span className="hf-dim">
            {" "}{t("finding.more", { n: row.definitions - 1 })}
          </span>
        )}
      </>
    ), text: (row) => row.definition },
  ];

  return (
    <Section title={t("cve.devices")} id="devices">
      <DataList title={t("cve.devices")} call="GET /cve/devices"
        query={{ id: of }} columns={columns} prefix="d"
        rowKey={(row) => row.device} formats={everyFormat} filters={[
          { name: "result", kind: "choice", label: t("finding.result"),
            all: word("cve.result", "affected"),
            options: options("cve.result", ["undecided", "all"]) },
        ]}
        empty={<Empty title={t("cve.nobody")}>
          <p className="hf-dim">{t("cve.nobody_help")}</p>
        </Empty>} />
    </Section>
  );
}

export function Definitions({ of }: { of: string }) {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const columns: Column<Definition>[] = [
    { id: "title", title: t("catalogue.name_and_id"), width: 3,
      cell: (row) => (
        <>
          <Link href={definitionHref(row.id, row.content.id)}>
            {row.title || row.id}
          </Link>
          <OvalId of={row.id} />
        </>
      ), text: (row) => row.title },
    { id: "content", title: t("catalogue.content"), width: 1.4,
      cell: (row) => `${row.content.platform} · ${row.content.source}`,
      text: (row) => row.content.platform },
    { id: "class", title: t("catalogue.class"), width: 1.1,
      cell: (row) => word("class", row.class), text: (row) => row.class },
    { id: "severity", title: t("finding.severity"), width: 1.2,
      cell: (row) => <Severity of={row.severity} source />,
      text: (row) => row.severity.value },
    { id: "affected", title: t("catalogue.affected"), align: "right",
      width: 0.7, text: (row) => row.affected, cell: (row) =>
        row.affected > 0 ?
          <strong className="hf-bad">{format.number(row.affected)}</strong> :
          format.number(row.affected) },
    { id: "undecided", title: t("definition.undecided"), align: "right",
      width: 0.7, text: (row) => row.errors + row.unknown,
      cell: (row) => format.number(row.errors + row.unknown) },
  ];

  return (
    <Section title={t("cve.definitions")} id="definitions">
      <DataList title={t("cve.definitions")} call="GET /catalogue"
        query={{ cve: of, sort: "affected" }} columns={columns} prefix="t"
        rowKey={(row) => `${row.content.id} ${row.id}`} formats={everyFormat}
        empty={<Empty title={t("cve.no_definitions")}>
          <p className="hf-dim">{t("cve.no_definitions_help")}</p>
        </Empty>} />
    </Section>
  );
}

/** The patches that a query finds; who may not read patches is told so. */
export function Patches({ query, empty = "cve.no_patches" }: {
  query: Partial<Query<"GET /patches">>; empty?: Key;
}) {
  const t = useT();
  const may = useMay();
  const format = useFormat();
  const columns: Column<Patch>[] = [
    { id: "patch", title: t("patch.name"), width: 2.6, cell: (row) => (
      <>
        <Link href={`/patch/patches/${row.id}`}>
          {row.title || row.patch}
        </Link>
        {row.exploited && <> <Exploited /></>}
        {row.superseded && <> <StatusBadge mood="none">
          {t("patching.superseded")}</StatusBadge></>}
        <code className="hf-small hf-dim hf-below">{row.patch}</code>
      </>
    ), text: (row) => row.patch },
    { id: "vendor", title: t("patching.vendor"), width: 1.2,
      cell: (row) => `${row.vendor} ${row.product}`.trim(),
      text: (row) => `${row.vendor} ${row.product}` },
    { id: "severity", title: t("finding.severity"), width: 0.9,
      cell: (row) => <Severity of={{ value: row.severity }} />,
      text: (row) => row.severity },
    { id: "unpatched", title: t("patching.unpatched"), align: "right",
      width: 0.7, text: (row) => row.unpatched, cell: (row) => row.unpatched ?
        <strong className="hf-bad">{format.number(row.unpatched)}</strong> :
        format.number(row.unpatched ?? 0) },
    { id: "released", title: t("patching.released"), width: 0.9,
      cell: (row) => <Time at={row.released} never="–" />,
      text: (row) => row.released },
  ];

  return (
    <Section title={t("cve.patches")} id="patches">
      {may("patch.read") ? (
        <DataList title={t("cve.patches")} call="GET /patches"
          query={{ superseded: true, ...query }} columns={columns} prefix="p"
          rowKey={(row) => row.id} formats={everyFormat}
          empty={<Empty title={t(empty)} />} />
      ) : <p className="hf-dim">{t("cve.patches_hidden")}</p>}
    </Section>
  );
}

export function useAdvisoryColumns(): Column<Advisory>[] {
  const t = useT();
  const word = useWord();
  const format = useFormat();

  return [
    { id: "id", title: t("advisory.name"), width: 2.6, cell: (row) => (
      <>
        <Link href={advisoryHref(row.id)}>{row.id}</Link>
        <span className="hf-dim hf-below">{row.title}</span>
      </>
    ), text: (row) => row.id },
    { id: "source", title: t("admin.source"), width: 1.2,
      cell: (row) => row.source, text: (row) => row.source },
    { id: "type", title: t("patching.type_name"), width: 0.9,
      cell: (row) => row.type ? word("patching.type", row.type) : "–",
      text: (row) => row.type },
    { id: "severity", title: t("finding.severity"), width: 0.9,
      cell: (row) => <Severity of={{ value: row.severity ?? "not stated" }} />,
      text: (row) => row.severity },
    { id: "vulnerabilities", title: "CVE", align: "right", width: 0.5,
      cell: (row) => format.number(row.vulnerabilities),
      text: (row) => row.vulnerabilities },
    { id: "issued", title: t("definition.issued"), width: 0.9,
      cell: (row) => row.issued ? format.date(row.issued) : "–",
      text: (row) => row.issued },
  ];
}
