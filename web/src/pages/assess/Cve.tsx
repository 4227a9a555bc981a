// SPDX-License-Identifier: Apache-2.0
//
// One CVE: its text, every score with who gives it, whether it is exploited,
// what publishers state of it, and what it means here: definitions, devices,
// patches (K-OV-4, K-CAT-8, P-RSK-8, P-RSK-9).
import { Link } from "wouter";

import type { Answer } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import {
  Definitions, Devices, Patches, useAdvisoryColumns, useId,
} from "@/pages/assess/OfCve";
import { DataList } from "@/parts/DataList";
import { advisoryHref, Exploited, Severity } from "@/parts/Finding";
import { Loaded } from "@/parts/Loaded";
import { Empty, Facts, Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import type { PageProps } from "@/routes";

type Cve = Answer<"GET /cve">;
type Rating = Cve["rating"];
type Statement = Cve["statements"][number];

/** What the content says of it: CVE lists themselves are not read. */
function Text({ of }: { of: string }) {
  const t = useT();
  const all = useAnswer("GET /catalogue",
    { query: { cve: of, limit: 20 } }).data?.items ?? [];
  const first = all.find((one) => one.class === "vulnerability") ?? all[0];
  const definition = useAnswer("GET /definition", {
    query: { id: first?.id ?? "", content: first?.content.id },
  }, { skip: !first });

  if (!definition.data?.description) {
    return <p className="hf-dim">{t("cve.no_text")}</p>;
  }
  return (
    <>
      <p className="hf-description">{definition.data.description}</p>
      <p className="hf-dim">{t("cve.text_of", {
        source: definition.data.content.source })}</p>
    </>
  );
}

function Ratings({ of }: { of: Rating }) {
  const t = useT();
  const word = useWord();
  const format = useFormat();

  return (
    <Facts of={[
      [t("patching.rating"), of.rating && (
        <span key="r">
          {of.rating}{" "}
          {of.group && <Severity of={{ value: of.group }} />}
        </span>
      )],
      [t("cve.reason"), of.reason],
      [t("finding.exploited"), of.exploited ? (
        <span key="x">
          <Exploited />
          {of.exploited_since && (
            <> {t("overview.exploited_since")}{" "}
              {format.date(of.exploited_since)}</>
          )}
        </span>
      ) : t("cve.not_exploited")],
      [t("cve.ransomware"), of.ransomware ? t("cve.ransomware_yes") : null],
      [t("cve.due"), of.exploited_due &&
        format.date(of.exploited_due)],
      ["EPSS", of.epss && t("cve.epss", {
        share: format.percent(Number(of.epss)),
        percentile: format.percent(Number(of.epss_percentile ?? 0)) })],
      [t("cve.exploitation"), of.exploitation &&
        word("cve.ssvc", of.exploitation)],
      [t("cve.stale"), of.stale ? t("cve.stale_yes") : null],
    ]} />
  );
}

function Inputs({ of }: { of: Rating["inputs"] }) {
  const t = useT();
  const word = useWord();
  const moods = { stated: "good", silent: "none", not_checked: "unknown",
    unavailable: "warn" } as const;

  return (
    <div className="hf-scroll" tabIndex={0} role="region"
      aria-label={t("definition.risk")}>
      <table className="hf-table hf-table-wide">
        <thead><tr>
          <th scope="col">{t("cve.input")}</th>
          <th scope="col">{t("patching.state")}</th>
          <th scope="col">{t("admin.source")}</th>
          <th scope="col">{t("cve.date")}</th>
        </tr></thead>
        <tbody>{of.map((one) => (
          <tr key={one.input}>
            <th scope="row">{word("cve.kind", one.input)}</th>
            <td>
              <StatusBadge mood={moods[one.state]}>
                {word("cve.input", one.state)}
              </StatusBadge>
            </td>
            <td>{one.source ?? "–"}</td>
            <td>
              {one.date ?? "–"}
              {one.stale && <> <StatusBadge mood="warn">
                {t("cve.stale_input")}</StatusBadge></>}
            </td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** The score of the risk data, then what each publisher adds. */
function Scores({ of }: { of: Cve }) {
  const t = useT();
  const { rating } = of;
  const cvss = rating.inputs.find((one) => one.input === "cvss");
  const rows = [
    ...rating.cvss ? [{ source: [cvss?.source, rating.cvss_scorer]
      .filter(Boolean).join(" · "), cvss: rating.cvss,
    cvss_version: rating.cvss_version, vector: rating.vector,
    severity: null as string | null | undefined }] : [],
    ...of.scores,
  ];

  if (rows.length === 0) {
    return <p className="hf-dim">{t("cve.no_scores")}</p>;
  }
  return (
    <div className="hf-scroll" tabIndex={0} role="region"
      aria-label={t("cve.scores")}>
      <table className="hf-table hf-table-wide">
        <thead><tr>
          <th scope="col">{t("admin.source")}</th>
          <th scope="col">CVSS</th>
          <th scope="col">{t("cve.version")}</th>
          <th scope="col">{t("cve.vector")}</th>
          <th scope="col">{t("finding.severity")}</th>
        </tr></thead>
        <tbody>{rows.map((one, i) => (
          <tr key={i}>
            <th scope="row">{one.source || "–"}</th>
            <td>{one.cvss ?? "–"}</td>
            <td>{one.cvss_version ?? "–"}</td>
            <td><code className="hf-small">{one.vector ?? "–"}</code></td>
            <td>{one.severity ?
              <Severity of={{ value: one.severity }} /> : "–"}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

const statusMoods = { affected: "bad", fixed: "good", not_affected: "good",
  under_investigation: "unknown", will_not_fix: "warn" } as const;

export function StatementState({ of }: { of: Statement["status"] }) {
  const word = useWord();
  return (
    <StatusBadge mood={statusMoods[of]}>{word("cve.status", of)}</StatusBadge>
  );
}

const SHOWN = 200;

function Statements({ of }: { of: Cve }) {
  const t = useT();
  const rows = of.statements.slice(0, SHOWN);

  if (rows.length === 0) {
    return <p className="hf-dim">{t("cve.no_statements")}</p>;
  }
  return (
    <>
      <div className="hf-scroll" tabIndex={0} role="region"
        aria-label={t("cve.statements")}>
        <table className="hf-table hf-table-wide">
          <thead><tr>
            <th scope="col">{t("admin.source")}</th>
            <th scope="col">{t("package.name")}</th>
            <th scope="col">{t("cve.release")}</th>
            <th scope="col">{t("patching.state")}</th>
            <th scope="col">{t("cve.fixed")}</th>
            <th scope="col">{t("advisory.name")}</th>
          </tr></thead>
          <tbody>{rows.map((one, i) => (
            <tr key={i}>
              <th scope="row">{one.source}</th>
              <td>{one.package ?? "–"}</td>
              <td>{one.release ?? "–"}</td>
              <td>
                <StatementState of={one.status} />
                {one.disputed && <> <StatusBadge mood="warn">
                  {t("cve.disputed")}</StatusBadge></>}
                {one.note && <span className="hf-dim hf-below">
                  {one.note}</span>}
              </td>
              <td>{one.fixed ?? "–"}</td>
              <td>{one.advisory ? (
                <Link href={advisoryHref(one.advisory)}>{one.advisory}</Link>
              ) : "–"}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
      {(of.more || of.statements.length > SHOWN) && (
        <p className="hf-dim">{t("cve.more_statements", { n: SHOWN })}</p>
      )}
    </>
  );
}

function Advisories({ of }: { of: string }) {
  const t = useT();
  const columns = useAdvisoryColumns();

  return (
    <Section title={t("advisory.title")} id="advisories">
      <DataList title={t("advisory.title")} call="GET /advisories"
        query={{ cve: of }} columns={columns} prefix="a"
        rowKey={(row) => `${row.source} ${row.id}`}
        empty={<Empty title={t("cve.no_advisories")} />} />
    </Section>
  );
}

export default function CvePage({ params }: PageProps) {
  const t = useT();
  const id = useId(params);
  const answer = useAnswer("GET /cve", { query: { id } });

  return (
    <Page title={id} back={{ href: `/assess/catalogue?cve=${
      encodeURIComponent(id)}`, title: t("catalogue.title") }}>
      <Section title={t("definition.about")}><Text of={id} /></Section>
      <Loaded from={answer} lines={8}>{(of) => (
        <>
          <Section title={t("definition.risk")}>
            <Ratings of={of.rating} />
            <Inputs of={of.rating.inputs} />
          </Section>
          <Section title={t("cve.scores")}><Scores of={of} /></Section>
        </>
      )}</Loaded>
      <Devices of={id} />
      <Patches query={{ filter: JSON.stringify({ cve: id }) }} />
      <Definitions of={id} />
      <Advisories of={id} />
      {answer.data && (
        <Section title={t("cve.statements")}>
          <Statements of={answer.data} />
        </Section>
      )}
    </Page>
  );
}
