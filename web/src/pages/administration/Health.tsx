// SPDX-License-Identifier: Apache-2.0
//
// The server about itself (K-APP): certificate, backup, accounts, agents,
// and whether there is a newer version.
import { Link } from "wouter";

import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { cveHref } from "@/parts/Finding";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

interface Check {
  name: string;
  state: "good" | "attention" | "unknown";
  text: string;
}

const moods: { [state in Check["state"]]: Mood } = {
  good: "good", attention: "warn", unknown: "unknown",
};

export default function Health() {
  const t = useT();
  const word = useWord();
  const report = useAnswer("GET /reports/self");
  const release = useAnswer("GET /release");

  return (
    <Page title={t("admin.health")} lead={t("admin.health_lead")}>
      <Section title={t("admin.checks")}>
        <Loaded from={report}>{(data) => (
          <div className="hf-scroll" tabIndex={0} role="region"
            aria-label={t("admin.checks")}>
            <table className="hf-table">
              <thead><tr>
                <th scope="col">{t("admin.check")}</th>
                <th scope="col">{t("admin.state")}</th>
                <th scope="col">{t("admin.what")}</th>
              </tr></thead>
              <tbody>{(data.checks as unknown as Check[]).map((one) => (
                <tr key={one.name}>
                  <th scope="row">{word("admin.check", one.name)}</th>
                  <td><StatusBadge mood={moods[one.state]}>
                    {word("admin.check_state", one.state)}
                  </StatusBadge></td>
                  <td>{one.text}</td>
                </tr>
              ))}</tbody>
            </table>
            <p className="hf-dim"><Time at={data.at} exact /></p>
          </div>
        )}</Loaded>
      </Section>
      <Section title={t("admin.release")}>
        <Loaded from={release}>{(data) => (
          <>
            <Facts of={[
              [t("patching.version"), data.version],
              [t("admin.newest"), data.newest && (
                <StatusBadge key="newest"
                  mood={data.newer ? "warn" : "good"}>
                  {data.newest}
                </StatusBadge>
              )],
              [t("patching.released"), data.released &&
                <Time key="released" at={data.released} />],
              [t("admin.apply"), data.newer && data.apply],
              [t("admin.problem"), data.problem],
            ]} />
            {data.flaws.length > 0 && (
              <ul>{data.flaws.map((one) => (
                <li key={one.component + one.cve}>
                  {one.component} {one.version}:{" "}
                  <Link href={cveHref(one.cve)}>{one.cve}</Link> {one.title}
                  {" → "}{one.fixed}
                </li>
              ))}</ul>
            )}
            <details>
              <summary>{t("admin.components")}</summary>
              <ul>{data.components.map((one) => (
                <li key={one.name}>{one.name} {one.version}</li>
              ))}</ul>
            </details>
          </>
        )}</Loaded>
      </Section>
    </Page>
  );
}
