// SPDX-License-Identifier: Apache-2.0
//
// One advisory, as each source that has it states it, and what it means here.
import { Link } from "wouter";

import type { Answer } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { StatementState } from "@/pages/assess/Cve";
import { Definitions, Devices, Patches, useId } from "@/pages/assess/OfCve";
import { advisoryHref, Cves, Severity } from "@/parts/Finding";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import type { PageProps } from "@/routes";

type Advisory = Answer<"GET /advisory">["advisories"][number];

const SHOWN = 200;

function isWeb(url: string): boolean {
  return /^https?:\/\//.test(url);
}

function Outside({ url }: { url: string }) {
  return isWeb(url) ? (
    <a href={url} target="_blank" rel="noreferrer">{url}</a>
  ) : <>{url}</>;
}

function Others({ of }: { of: string[] }) {
  return of.length === 0 ? null : (
    <>{of.slice(0, 20).map((one, i) => (
      <span key={one}>{i > 0 && ", "}
        <Link href={advisoryHref(one)}>{one}</Link></span>
    ))}{of.length > 20 && " …"}</>
  );
}

function Packages({ of }: { of: Advisory["packages"] }) {
  const t = useT();

  return (
    <>
      <div className="hf-scroll" tabIndex={0} role="region"
        aria-label={t("patch.packages")}>
        <table className="hf-table hf-table-wide">
          <thead><tr>
            <th scope="col">{t("package.name")}</th>
            <th scope="col">{t("cve.release")}</th>
            <th scope="col">{t("device.arch")}</th>
            <th scope="col">{t("patching.state")}</th>
            <th scope="col">{t("cve.fixed")}</th>
          </tr></thead>
          <tbody>{of.slice(0, SHOWN).map((one, i) => (
            <tr key={i}>
              <th scope="row">{one.package ?? "–"}</th>
              <td>{one.release ?? "–"}</td>
              <td>{one.arch ?? "–"}</td>
              <td><StatementState of={one.status} /></td>
              <td>{one.fixed ?? "–"}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
      {of.length > SHOWN && (
        <p className="hf-dim">{t("cve.more_statements", { n: SHOWN })}</p>
      )}
    </>
  );
}

function Stated({ of }: { of: Advisory }) {
  const t = useT();
  const word = useWord();
  const format = useFormat();

  return (
    <Section title={of.source}>
      {of.text && <p className="hf-description">{of.text}</p>}
      <Facts of={[
        [t("patching.type_name"), of.type &&
          word("patching.type", of.type)],
        [t("finding.severity"), <Severity key="s"
          of={{ value: of.severity ?? "not stated" }} />],
        [t("definition.issued"), of.issued &&
          format.date(of.issued)],
        [t("advisory.updated"), of.updated &&
          format.date(of.updated)],
        [t("advisory.reboot"), of.reboot ? t("advisory.reboot_yes") : null],
        ["CVE", of.vulnerabilities.length > 0 &&
          <Cves key="c" of={of.vulnerabilities} most={40} />],
        [t("patching.supersedes"), of.supersedes.length > 0 &&
          <Others key="o" of={of.supersedes} />],
        [t("patching.superseded_by"), of.superseded_by.length > 0 &&
          <Others key="b" of={of.superseded_by} />],
        [t("advisory.url"), of.url && <Outside key="w" url={of.url} />],
        [t("advisory.references"), of.references.length > 0 && (
          <ul key="r" className="hf-plain-list">
            {of.references.slice(0, 30).map((one) => (
              <li key={one}><Outside url={one} /></li>
            ))}
          </ul>
        )],
      ].map(([name, value]) => [name, value || null] as
        [string, React.ReactNode])} />
      {of.packages.length > 0 && <Packages of={of.packages} />}
    </Section>
  );
}

export default function AdvisoryPage({ params }: PageProps) {
  const t = useT();
  const id = useId(params);
  const answer = useAnswer("GET /advisory", { query: { id } });

  return (
    <Page title={id} lead={answer.data?.advisories[0]?.title}
      back={{ href: "/assess/advisories", title: t("advisory.title") }}>
      <Loaded from={answer} lines={8}>{(of) => (
        <>
          {of.advisories.map((one) => (
            <Stated key={one.source} of={one} />
          ))}
          <Devices of={id} />
          <Patches query={{ q: id }} empty="advisory.no_patches" />
          <Definitions of={id} />
        </>
      )}</Loaded>
    </Page>
  );
}
