// SPDX-License-Identifier: Apache-2.0
//
// One patch: its CVEs, what it replaces, its groups, who lacks it (P-INT).
import { Button } from "@mantine/core";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { patchHref } from "@/pages/patch/DryRunOf";
import { Lateness } from "@/pages/patch/Late";
import { tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { cveHref, Exploited, Severity } from "@/parts/Finding";
import { Loaded } from "@/parts/Loaded";
import { Empty, Facts, Page, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";
import type { PageProps } from "@/routes";

type Failed = Row<"GET /patch-history">;
type Device = Row<"GET /patches/{patch}/devices">;

function Groups({ patch, now }: { patch: string; now: string[] }) {
  const t = useT();
  const list = useAnswer("GET /patch-groups", { query: { limit: 1000 } });
  const change = useChange("POST /patch-groups/{group}/patches",
    ["GET /patches/{patch}", "GET /patch-groups"]);
  const others = (list.data?.items ?? []).filter((one) => !one.dynamic);

  return (
    <ul className="hf-plain-list">{others.map((group) => {
      const has = now.includes(group.name);
      return (
        <li key={group.id}>
          <Link href={`/patch/groups/${group.id}`}>{group.name}</Link>{" "}
          <Button size="compact-xs" variant="default"
            onClick={() => change.mutate({ path: { group: group.id },
              revision: group.revision,
              body: has ? { remove: [patch] } : { add: [patch] } }, {
              onError: (error) => tell(troubleText(t, asFailure(error))) })}>
            {has ? t("patching.take_out") : t("patching.put_in")}
          </Button>
        </li>
      );
    })}</ul>
  );
}

function Others({ of }: { of: string[] }) {
  if (of.length === 0) return <>–</>;
  return <>{of.map((one, i) => (
    <span key={one}>{i > 0 && ", "}
      <Link href={`${patchHref(one)}&superseded=true`}>{one}</Link></span>
  ))}</>;
}

/** One against it for each user (P-INT-6). */
function Vote({ id, votes }: { id: number; votes: number }) {
  const t = useT();
  const vote = useChange("POST /patches/{patch}/vote",
    ["GET /patches/{patch}", "GET /patches"]);
  const say = (down: boolean) => vote.mutate(
    { path: { patch: id }, body: { down } }, {
      onSuccess: () => tell(t(down ? "patching.voted" :
        "patching.vote_back"), down ? { label: t("action.undo"),
        run: () => say(false) } : undefined),
      onError: (error) => tell(troubleText(t, asFailure(error))) });

  return (
    <>{votes}{" "}
      <Button size="compact-xs" variant="default"
        onClick={() => say(true)}>{t("patching.vote")}</Button>
    </>
  );
}

/** Where it did not install, and why (P-INT-5). */
function Failures({ patch }: { patch: string }) {
  const t = useT();
  const columns: Column<Failed>[] = [
    { id: "name", title: t("device.name"), cell: (row) => (
      <Link href={`/devices/${row.device}?tab=patches`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "at", title: t("history.at"), cell: (row) =>
      <Time at={row.at} exact />, text: (row) => row.at },
    { id: "text", title: t("runs.text"), width: 2.4, cell: (row) => (
      <>{row.text} <span className="hf-dim">{row.code || ""}</span></>
    ), text: (row) => `${row.text} ${row.code}` },
  ];

  return (
    <Section title={t("patching.failed_installs")}>
      <DataList title={t("patching.failed_installs")} prefix="f"
        call="GET /patch-history" query={{ patch, state: "failed" }}
        columns={columns} rowKey={(row) => row.id}
        empty={<Empty title={t("patching.no_failures")} />} />
    </Section>
  );
}

export default function PatchPage({ params }: PageProps) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const id = Number(params.id);
  const answer = useAnswer("GET /patches/{patch}", { path: { patch: id } });
  const columns: Column<Device>[] = [
    { id: "name", title: t("device.name"), width: 1.4, cell: (row) => (
      <Link href={`/devices/${row.device}?tab=patches`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "since", title: t("patch.since"), cell: (row) =>
      <Time at={row.since} />, text: (row) => row.since },
    { id: "sla", title: t("sla.deadline"), width: 1.2, cell: (row) =>
      row.sla === "none" ? "–" : (
        <><Lateness of={row.sla} /> <Time at={row.deadline} /></>
      ), text: (row) => row.deadline },
  ];

  return (
    <Loaded from={answer}>{(data) => (
      <Page title={data.patch.title || data.patch.patch}
        back={{ href: "/patch/patches", title: t("patching.intelligence") }}>
        <Facts of={[
          [t("patching.id"), data.patch.patch],
          [t("patching.system_name"),
            word("patching.system", data.patch.os)],
          [t("patching.vendor"),
            `${data.patch.vendor} ${data.patch.product}`.trim()],
          [t("patching.type_name"), word("patching.type", data.patch.type)],
          [t("finding.severity"), <Severity key="severity"
            of={{ value: data.patch.severity }} />],
          ["CVSS", data.patch.cvss],
          [t("patching.rating"), data.patch.rating],
          [t("patching.download"),
            word("patching.download", data.patch.download)],
          [t("patching.lacking"), data.patch.unpatched],
          [t("patching.votes"), <Vote key="vote" id={id}
            votes={data.patch.votes ?? 0} />],
          [t("patching.released"), data.patch.released &&
            <Time key="released" at={data.patch.released} />],
          [t("patching.supersedes"), <Others key="s" of={data.supersedes} />],
          [t("patching.superseded_by"),
            <Others key="b" of={data.superseded_by} />],
          [t("patching.requires"), <Others key="r" of={data.requires} />],
          [t("patch.packages"), data.packages.join(", ")],
        ]} />
        <Section title="CVE">
          {data.cves.length === 0 ? (
            <p className="hf-dim">{t("patching.no_cves")}</p>
          ) : (
            <table className="hf-table">
              <thead><tr>
                <th scope="col">CVE</th>
                <th scope="col">CVSS</th>
                <th scope="col">{t("patching.rating")}</th>
                <th scope="col">{t("patching.state")}</th>
              </tr></thead>
              <tbody>{data.cves.map((one) => (
                <tr key={one.id}>
                  <th scope="row">
                    {may("report.read") ? (
                      <Link href={cveHref(one.id)}>{one.id}</Link>
                    ) : one.id}
                  </th>
                  <td>{one.cvss_4_0 ?? one.cvss_3_1 ?? one.cvss_3_0 ??
                    one.cvss_2_0 ?? "–"}</td>
                  <td>{one.rating ?? "–"}</td>
                  <td>{one.exploited && <Exploited />}</td>
                </tr>
              ))}</tbody>
            </table>
          )}
        </Section>
        {may("patch.write") && (
          <Section title={t("patching.groups")}>
            <Groups patch={data.patch.patch} now={data.groups} />
          </Section>
        )}
        <Section title={t("patching.lacking")}>
          <DataList title={t("patching.lacking")}
            call="GET /patches/{patch}/devices" path={{ patch: id }}
            columns={columns} rowKey={(row) => row.device} />
        </Section>
        <Failures patch={data.patch.patch} />
      </Page>
    )}</Loaded>
  );
}
