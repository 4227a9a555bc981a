// SPDX-License-Identifier: Apache-2.0
//
// One definition (K-CAT-4 to 8), the devices it is about (K-AFF-1), and why
// it came out so on each.
import { Button, Drawer } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";

import { urlOf, type Answer, type Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useAddress } from "@/lib/address";
import { useFormat } from "@/lib/format";
import { useSpeech, useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { ApplyLabel } from "@/pages/assess/ApplyLabel";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import {
  Cves, Exploited, Meaning, Severity,
} from "@/parts/Finding";
import { Icon } from "@/parts/icons";
import { Loaded } from "@/parts/Loaded";
import { Empty, Facts, Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { Tree, type TreeNode } from "@/parts/Tree";

type Device = Row<"GET /definition/devices">;
type Definition = Answer<"GET /definition">;

function safeUrl(url: string | null | undefined): string | null {
  return url && /^https?:\/\//.test(url) ? url : null;
}

function References({ of }: { of: Definition["refs"] }) {
  return (
    <ul className="hf-plain-list">
      {of.map((one) => {
        const url = safeUrl(one.url);
        return (
          <li key={`${one.source} ${one.id}`}>
            {url ? (
              <a href={url} target="_blank" rel="noreferrer">{one.id}</a>
            ) : one.id}
            {one.source && <span className="hf-dim"> {one.source}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function Why({ id, content, device, close }: {
  id: string; content?: number; device: Device | null; close: () => void;
}) {
  const t = useT();
  const why = useAnswer("GET /definition/explain", {
    query: { id, content, device: device?.device ?? 0 },
  }, { skip: !device });

  return (
    <Drawer opened={device !== null} onClose={close} position="right"
      size="xl" title={device ? t("why.title", { name: device.name }) : ""}
      closeButtonProps={{ "aria-label": t("action.close") }}>
      {device && (
        <Loaded from={why}>{(answer) => (
          <>
            <p><Meaning of={answer.meaning} /></p>
            {answer.disagree && (
              <p className="hf-note">{t("why.disagree")}</p>
            )}
            {(["agent", "server"] as const).map((who) => {
              const side = answer[who] as
                { reasons?: TreeNode; result?: string } | null | undefined;
              if (!side?.reasons) return null;
              return (
                <div key={who}>
                  <h3>{t(`why.${who}`)}</h3>
                  <Tree root={side.reasons} label={t(`why.${who}`)} />
                </div>
              );
            })}
          </>
        )}</Loaded>
      )}
    </Drawer>
  );
}

function Devices({ definition }: { definition: Definition }) {
  const t = useT();
  const { language } = useSpeech();
  const options = useOptions();
  const [asked, setAsked] = useState<Device | null>(null);
  const query = { id: definition.id, content: definition.content.id };
  const columns: Column<Device>[] = [
    { id: "name", title: t("device.name"), sort: "name", width: 2,
      cell: (row) => (
        <Link href={`/devices/${row.device}`}>{row.name}</Link>
      ), text: (row) => row.name },
    { id: "id", title: t("device.id"), sort: "device", width: 0.7,
      cell: (row) => row.inventory_id, text: (row) => row.inventory_id },
    { id: "os", title: t("device.os"), width: 1.6, cell: (row) => row.os,
      text: (row) => row.os },
    { id: "result", title: t("finding.result"), width: 1.2,
      cell: (row) => <Meaning of={row.meaning} />,
      text: (row) => row.meaning },
    { id: "why", title: t("why"), width: 0.7, cell: (row) => (
      <button type="button" className="hf-linklike"
        aria-label={t("why.ask", { name: row.name })}
        onClick={() => setAsked(row)}>{t("why")}</button>
    ) },
  ];
  const filters: Filter[] = [
    { name: "result", kind: "choice", label: t("finding.result"),
      all: t("definition.affected_only"),
      options: [{ value: "all", label: t("filters.all") }, ...options(
        "result", ["true", "false", "unknown", "error", "not evaluated",
          "not applicable"])] },
  ];

  return (
    <>
      <DataList title={t("definition.devices")}
        call="GET /definition/devices" query={query} columns={columns}
        filters={filters} rowKey={(row) => row.device}
        formats={everyFormat}
        empty={<Empty title={t("definition.nobody")} />} />
      <p className="hf-screen-only">
        <a target="_blank" rel="noreferrer" href={urlOf(
          "GET /definition/devices",
          { query: { ...query, format: "html", lang: language } })}>
          <Icon name="print" size={15} /> {t("definition.printable")}
        </a>
      </p>
      <Why id={definition.id} content={definition.content.id}
        device={asked} close={() => setAsked(null)} />
    </>
  );
}

function Risk({ of }: { of: Definition["risk"] }) {
  const t = useT();
  const format = useFormat();
  interface RiskRow {
    cve: string;
    cvss?: { version: string; score: string | number; severity: string;
      source: string } | null;
    exploited?: { source: string; added: string; due?: string } | null;
    epss?: { score: number; percentile: number; date?: string } | null;
  }
  const rows = of as unknown as RiskRow[];

  if (rows.length === 0) return null;
  return (
    <Section title={t("definition.risk")}>
      <div className="hf-scroll" tabIndex={0} role="region"
        aria-label={t("definition.risk")}>
        <table className="hf-table">
          <thead><tr>
            <th scope="col">CVE</th>
            <th scope="col">CVSS</th>
            <th scope="col">EPSS</th>
            <th scope="col">{t("finding.exploited")}</th>
          </tr></thead>
          <tbody>{rows.map((row) => (
            <tr key={row.cve}>
              <th scope="row"><Cves of={[row.cve]} /></th>
              <td>{row.cvss ?
                `${row.cvss.score} (${row.cvss.version}, ${row.cvss.source})` :
                t("severity.not_stated")}</td>
              <td>{row.epss ? format.percent(Number(row.epss.score)) : "–"}
              </td>
              <td>{row.exploited ? (
                <>{row.exploited.source} {row.exploited.added}</>
              ) : "–"}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    </Section>
  );
}

function Shown({ definition }: { definition: Definition }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const format = useFormat();
  const criteria = definition.criteria as TreeNode | null | undefined;

  return (
    <Page title={definition.title || definition.id}
      back={{ href: "/assess/catalogue", title: t("catalogue.title") }}
      lead={<>
        <code>{definition.id}</code>{" "}
        <span>({word("status", definition.status)})</span>{" "}
        {definition.deprecated && (
          <StatusBadge mood="warn">{t("class.deprecated")}</StatusBadge>
        )} {definition.exploited && <Exploited />}
      </>}
      actions={<>
        <Button variant="default" onClick={() => window.print()}
          leftSection={<Icon name="print" size={16} />}>
          {t("action.print")}
        </Button>
        {may("label.write") && <ApplyLabel definition={definition} />}
      </>}>
      <Section title={t("definition.about")}>
        <p className="hf-description">{definition.description}</p>
        <Facts of={[
          [t("catalogue.class"), word("class", definition.class)],
          [t("finding.severity"),
            <Severity of={definition.severity} source key="s" />],
          [t("definition.refs"), definition.refs.length > 0 ?
            <References of={definition.refs} /> : t("definition.no_refs")],
          [t("catalogue.platform"), definition.platforms.join(", ")],
          [t("catalogue.content"),
            `${definition.content.platform} · ${definition.content.source}`],
          [t("definition.issued"), definition.issued ?
            <Time at={definition.issued} exact key="i" /> : null],
          [t("catalogue.affected"), format.number(definition.affected)],
          [t("catalogue.tested"), format.number(definition.tested)],
          [t("definition.undecided"),
            format.number(definition.errors + definition.unknown)],
          [t("result.not_applicable"),
            format.number(definition.not_applicable)],
        ]} />
      </Section>
      <Risk of={definition.risk} />
      <Section title={t("definition.criteria")}>
        {criteria ? (
          <Tree root={criteria} label={t("definition.criteria")} />
        ) : <p className="hf-dim">{t("definition.no_criteria")}</p>}
      </Section>
      <Section title={t("definition.devices")}>
        <Devices definition={definition} />
      </Section>
    </Page>
  );
}

export default function DefinitionPage() {
  const { values } = useAddress();
  const content = Number(values.content) || undefined;
  const definition = useAnswer("GET /definition",
    { query: { id: values.id ?? "", content } });

  return (
    <Loaded from={definition} lines={10}>
      {(data) => <Shown definition={data} />}
    </Loaded>
  );
}
