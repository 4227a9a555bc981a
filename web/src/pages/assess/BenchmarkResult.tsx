// SPDX-License-Identifier: Apache-2.0
//
// One result of a benchmark: score, rules with their waivers, what changed
// since an earlier one, and the documents themselves.
import { Button, Menu, Modal, NativeSelect, Textarea, TextInput } from
  "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";

import { urlOf, type Row } from "@/api/client";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import type { PageProps } from "@/routes";
import { Score } from "@/pages/assess/BenchmarkResults";
import { tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Severity } from "@/parts/Finding";
import { Form, useForm } from "@/parts/Form";
import { Icon } from "@/parts/icons";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Rule = Row<"GET /benchmark-results/{result}/rules">;
type Change = Row<"GET /benchmark-results/{result}/compare">;

const moods: { [result: string]: Mood } = {
  pass: "good", fixed: "good", fail: "bad", error: "warn",
  unknown: "unknown", notchecked: "unknown", notapplicable: "none",
  notselected: "none", informational: "none", waived: "none",
};

function RuleResult({ of }: { of: string }) {
  const word = useWord();
  return (
    <StatusBadge mood={moods[of] ?? "unknown"}>
      {word("rule.result", of)}
    </StatusBadge>
  );
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

function Waive({ rule, device, close }: {
  rule: Rule | null; device: number; close: () => void;
}) {
  const t = useT();
  const form = useForm({ reason: "", expires: inDays(90) });
  const add = useChange("POST /waivers",
    ["GET /benchmark-results/{result}/rules", "GET /waivers"]);

  return (
    <Modal opened={rule !== null} onClose={close} title={t("waiver.title")}
      closeButtonProps={{ "aria-label": t("action.close") }}>
      <p>{rule?.title || rule?.id}</p>
      <Form form={form} action={t("waiver.add")} cancel={close}
        submit={async (values) => {
          await add.mutateAsync({ body: {
            rule: rule?.id ?? "", device, reason: values.reason,
            expires: `${values.expires}T00:00:00Z`,
          } });
          tell(t("waiver.added"));
          close();
        }}>
        <Textarea label={t("waiver.reason")} required data-autofocus
          {...form.text("reason")} />
        <TextInput type="date" label={t("waiver.expires")} required
          {...form.text("expires")} />
      </Form>
    </Modal>
  );
}

function Rules({ result, device }: { result: number; device: number }) {
  const t = useT();
  const may = useMay();
  const options = useOptions();
  const [waiving, setWaiving] = useState<Rule | null>(null);
  const columns: Column<Rule>[] = [
    { id: "title", title: t("rule.title"), width: 3, cell: (row) => (
      <>
        {row.title || row.id}
        <code className="hf-small hf-dim hf-below">{row.id}</code>
        {row.message && <span className="hf-small">{row.message}</span>}
      </>
    ), text: (row) => row.title || row.id },
    { id: "result", title: t("finding.result"), width: 1.1,
      cell: (row) => <RuleResult of={row.result} />,
      text: (row) => row.result },
    { id: "severity", title: t("finding.severity"),
      cell: (row) => <Severity of={{ value: row.severity }} />,
      text: (row) => row.severity },
    { id: "waiver", title: t("waiver.waiver"), width: 1.4,
      cell: (row) => row.waiver ? (
        <span title={row.waiver.author}>
          {row.waiver.reason}{" "}
          <span className="hf-dim">
            {t("waiver.until")} <Time at={row.waiver.expires} exact />
          </span>
        </span>
      ) : row.result === "fail" && may("report.write") ? (
        <Button size="compact-xs" variant="default"
          onClick={() => setWaiving(row)}>{t("waiver.add")}</Button>
      ) : "", text: (row) => row.waiver?.reason },
  ];

  return (
    <>
      <DataList title={t("rule.rules")}
        call="GET /benchmark-results/{result}/rules" path={{ result }}
        columns={columns} rowKey={(row) => row.id} filters={[
          { name: "search", kind: "search", label: t("rule.search") },
          { name: "result", kind: "choice", label: t("finding.result"),
            options: options("rule.result", ["fail", "error", "unknown",
              "pass", "notapplicable", "notchecked", "informational"]) },
          { name: "severity", kind: "choice", label: t("finding.severity"),
            options: options("severity",
              ["high", "medium", "low", "info", "unknown"]) },
        ]} />
      <Waive rule={waiving} device={device}
        close={() => setWaiving(null)} />
    </>
  );
}

/** The score by every model; the first is the one that lists show. */
function Scores({ result }: { result: number }) {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const answer = useAnswer("GET /benchmark-results/{result}/scores",
    { path: { result } });
  const number = (text: string) => format.number(Number(text), 2);

  return (
    <Loaded from={answer} lines={4}>{(data) => (
      <div className="hf-scroll" tabIndex={0} role="region"
        aria-label={t("score.models")}>
        <table className="hf-table">
          <thead><tr>
            <th scope="col">{t("score.model")}</th>
            <th scope="col">{t("benchmark.score")}</th>
            <th scope="col">{t("score.of")}</th>
            <th scope="col">{t("score.share")}</th>
          </tr></thead>
          <tbody>{data.items.map((one) => (
            <tr key={one.model}>
              <th scope="row">
                {word("score.model", one.model.split(":").pop() ?? "")}
              </th>
              <td>{number(one.score)}</td>
              <td>{number(one.maximum)}</td>
              <td>{Number(one.maximum) > 0 ?
                format.percent(Number(one.score) / Number(one.maximum)) :
                "–"}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
    )}</Loaded>
  );
}

function Compare({ result, device, benchmark }: {
  result: number; device: number; benchmark: string;
}) {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const [other, setOther] = useState("");
  const earlier = useAnswer("GET /benchmark-results",
    { query: { device, limit: 100 } });
  const choices = (earlier.data?.items ?? []).filter((one) =>
    one.id !== result && one.benchmark === benchmark);
  const columns: Column<Change>[] = [
    { id: "rule", title: t("rule.title"), width: 3,
      cell: (row) => row.title || row.rule, text: (row) => row.rule },
    { id: "change", title: t("compare.change"),
      cell: (row) => word("compare", row.change),
      text: (row) => row.change },
    { id: "before", title: t("compare.before"), cell: (row) =>
      row.before ? <RuleResult of={row.before} /> : "–",
    text: (row) => row.before },
    { id: "after", title: t("compare.after"), cell: (row) =>
      row.after ? <RuleResult of={row.after} /> : "–",
    text: (row) => row.after },
  ];

  if (choices.length === 0) {
    return <p className="hf-dim">{t("compare.none")}</p>;
  }
  return (
    <>
      <NativeSelect label={t("compare.with")} value={other} mb="md"
        onChange={(event) => setOther(event.currentTarget.value)}
        data={[{ value: "", label: t("compare.choose") },
          ...choices.map((one) => ({
            value: String(one.id),
            label: `${format.moment(one.ended)} (${one.score ?
              format.number(Number(one.score), 2) : "–"})`,
          }))]} />
      {other !== "" && (
        <DataList title={t("compare.title")}
          call="GET /benchmark-results/{result}/compare" path={{ result }}
          query={{ with: Number(other) }} columns={columns} prefix="c"
          rowKey={(row) => row.rule} />
      )}
    </>
  );
}

export default function BenchmarkResultPage({ params }: PageProps) {
  const t = useT();
  const id = Number(params.id);
  const answer = useAnswer("GET /benchmark-results/{result}",
    { path: { result: id } });

  return (
    <Loaded from={answer} lines={8}>{(of) => (
      <Page title={of.title || of.benchmark} lead={of.profile ?? undefined}
        back={{ href: "/assess/benchmark-results",
          title: t("benchmark.results") }}
        actions={(
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default"
                leftSection={<Icon name="save" size={16} />}>
                {t("export")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item component="a" download href={urlOf(
                "GET /benchmark-results/{result}/xccdf",
                { path: { result: id } })}>XCCDF</Menu.Item>
              <Menu.Item component="a" download href={urlOf(
                "GET /benchmark-results/{result}/arf",
                { path: { result: id } })}>ARF</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}>
        <Section title={t("benchmark.result")}>
          <Facts of={[
            [t("benchmark.device"), (
              <Link key="d" href={`/devices/${of.device}`}>
                {of.device_name}
              </Link>
            )],
            [t("benchmark.score"), <Score key="s" of={of} />],
            [t("benchmark.pass"), of.counts.pass],
            [t("benchmark.fail"), of.counts.fail],
            [t("compliance.errors"), of.counts.error + of.counts.unknown],
            [t("result.not_applicable"), of.counts.notapplicable],
            [t("runs.ended"), <Time key="e" at={of.ended} exact />],
            [t("package.version"), of.version],
          ]} />
        </Section>
        <Section title={t("score.models")}>
          <Scores result={id} />
        </Section>
        <Section title={t("rule.rules")}>
          <Rules result={id} device={of.device} />
        </Section>
        <Section title={t("compare.title")}>
          <Compare result={id} device={of.device}
            benchmark={of.benchmark} />
        </Section>
      </Page>
    )}</Loaded>
  );
}
