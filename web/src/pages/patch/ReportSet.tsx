// SPDX-License-Identifier: Apache-2.0
//
// One report set: its score, the score over time, and which of its devices
// are compliant, as they are now (P-RPT).
import { Button } from "@mantine/core";
import { useMemo } from "react";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import {
  setBody, SetFields, setValues, useLevelName, type ReportSet, type SetValues,
} from "@/pages/patch/SetForm";
import { Chart } from "@/parts/Chart";
import { confirm, tell } from "@/parts/Confirm";
import { useDeviceColumns } from "@/pages/patch/deviceColumns";
import {
  DataList, everyFormat, type Column, type Filter,
} from "@/parts/DataList";
import { Form, useForm, useLeaveGuard } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";
import { useConflict } from "@/parts/useConflict";
import type { PageProps } from "@/routes";

type Device = Row<"GET /patch-report-sets/{set}/devices">;

const stale = ["GET /patch-report-sets", "GET /patch-report-sets/{set}",
  "GET /patch-report-sets/{set}/scores",
  "GET /patch-report-sets/{set}/devices", "GET /tasks"] as const;
const states = ["compliant", "not compliant", "pending reboot",
  "no data"] as const;
const moods: { [state in typeof states[number]]: Mood } = {
  "compliant": "good", "not compliant": "bad", "pending reboot": "waiting",
  "no data": "unknown",
};

/** Whether the threshold is met. */
export function Met({ of }: { of: ReportSet }) {
  const t = useT();

  if (of.met === null || of.met === undefined) {
    return <StatusBadge mood="unknown">{t("patching.no_data")}</StatusBadge>;
  }
  return (
    <StatusBadge mood={of.met ? "good" : "bad"}>
      {t(of.met ? "patching.met" : "patching.not_met", { n: of.threshold })}
    </StatusBadge>
  );
}

export function Scores({ of }: { of: ReportSet }) {
  const t = useT();
  const answer = useAnswer("GET /patch-report-sets/{set}/scores",
    { path: { set: of.id }, query: { limit: 366 } });
  const items = answer.data?.items;
  const chart = useMemo(() => {
    const days = [...items ?? []].reverse();
    return {
      kind: "line" as const,
      categories: days.map((one) => one.at.slice(0, 10)),
      series: [{ name: t("patching.score"), mood: "good" as const,
        values: days.map((one) => one.score === "–" ? null :
          Number(one.score)) }],
    };
  }, [items, t]);

  return (
    <Loaded from={answer}>{(data) => data.items.length === 0 ? (
      <p className="hf-dim">{t("patching.no_scores")}</p>
    ) : (
      <Chart title={`${of.name}: ${t("patching.score")}`} data={chart}
        category={t("patching.day")} height={220} />
    )}</Loaded>
  );
}

function Devices({ of }: { of: ReportSet }) {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const options = useOptions();
  const shared = useDeviceColumns<Device>();
  const columns: Column<Device>[] = [
    shared.name, shared.system,
    { id: "state", title: t("patching.state"), cell: (row) => (
      <StatusBadge mood={moods[row.state]}>
        {word("set.state", row.state)}
      </StatusBadge>
    ), text: (row) => row.state },
    { id: "missing", title: t("set.lacks"), sort: "missing",
      align: "right", width: 0.8, cell: (row) => row.missing > 0 ?
        <strong className="hf-bad">{format.number(row.missing)}</strong> :
        "0", text: (row) => row.missing },
    { id: "lacks", title: t("set.any"), align: "right", width: 0.8,
      cell: (row) => format.number(row.lacks), text: (row) => row.lacks },
    shared.scanned,
  ];
  const filters: Filter[] = [
    { name: "q", kind: "search", label: t("patching.search_device") },
    { name: "state", kind: "choice", label: t("patching.state"),
      options: options("set.state", states) },
  ];

  return (
    <Section title={t("set.devices")}>
      <DataList title={`${of.name}: ${t("set.devices")}`}
        call="GET /patch-report-sets/{set}/devices" path={{ set: of.id }}
        columns={columns} filters={filters} rowKey={(row) => row.device}
        formats={everyFormat} />
    </Section>
  );
}

function Edit({ of }: { of: ReportSet }) {
  const t = useT();
  const form = useForm(setValues(of));
  const put = useChange("PUT /patch-report-sets/{set}", [...stale]);
  const save = async (values: SetValues, revision: number) => {
    const saved = await put.mutateAsync({ path: { set: of.id }, revision,
      body: { ...setBody(values), archived: of.archived } });
    form.reset(setValues(saved));
    tell(t("admin.saved"));
    return saved;
  };
  const conflict = useConflict<SetValues, ReportSet>({ form, save,
    valuesOf: setValues, call: "GET /patch-report-sets/{set}",
    path: { set: of.id }, revision: of.revision });

  useLeaveGuard(form.dirty);
  return (
    <>
      <Form form={form} action={t("action.save")} submit={conflict.submit}
        onChanged={conflict.changed}>
        <SetFields form={form} />
      </Form>
      {conflict.dialog}
    </>
  );
}

function Actions({ of }: { of: ReportSet }) {
  const t = useT();
  const put = useChange("PUT /patch-report-sets/{set}", [...stale]);
  const run = useChange("POST /patch-report-sets/{set}/run", [...stale]);
  const failed = (error: unknown) => tell(troubleText(t, asFailure(error)));
  const archive = async () => {
    const name = t(of.archived ? "set.restore" : "set.archive");
    if (!of.archived && !await confirm({ title: name, action: name,
      text: t("set.archive_text") })) return;
    put.mutate({ path: { set: of.id }, revision: of.revision,
      body: { ...setBody(setValues(of)), archived: !of.archived } },
    { onError: failed, onSuccess: () => tell(t("admin.saved")) });
  };

  return (
    <>
      <Button variant="default" onClick={() => void archive()}>
        {t(of.archived ? "set.restore" : "set.archive")}
      </Button>
      {!of.archived && (
        <Button loading={run.isPending} onClick={() => run.mutate(
          { path: { set: of.id } } as never, { onError: failed })}>
          {t("patching.calculate")}
        </Button>
      )}
    </>
  );
}

function Shown({ of }: { of: ReportSet }) {
  const t = useT();
  const may = useMay();
  const format = useFormat();
  const nameOf = useLevelName();
  const list = useAnswer("GET /patch-configurations",
    { query: { limit: 1000 } });
  const configurations = of.configurations.map((id) =>
    list.data?.items.find((one) => one.id === id)?.name ?? `#${id}`);

  return (
    <Page title={of.name}
      back={{ href: "/patch/compliance", title: t("patching.compliance") }}
      actions={may("report.write") && <Actions of={of} />}>
      {of.archived && <p className="hf-note">{t("set.archived_text")}</p>}
      <Facts of={[
        [t("patching.score"), of.score === "–" ? "–" : `${of.score} %`],
        [t("patching.state"), <Met key="met" of={of} />],
        [t("patching.devices_count"), of.endpoints === null ? "–" :
          format.number(of.endpoints ?? 0)],
        [t("set.state.compliant"), of.compliant],
        [t("patching.no_data"), of.no_data],
        [t("set.state.pending_reboot"), of.pending],
        [t("patching.last_run"), <Time key="run" at={of.last_run}
          never={t("patching.never")} />],
        [t("patching.configurations"), configurations.join(", ")],
        [t("set.levels"), of.levels.map(nameOf).join(", ")],
        [t("patching.groups"), of.groups.join(", ")],
      ]} />
      <Scores of={of} />
      <Devices of={of} />
      {may("report.write") && (
        <Section title={t("set.measures")}><Edit key={of.revision} of={of} />
        </Section>
      )}
    </Page>
  );
}

export default function ReportSetPage({ params }: PageProps) {
  const answer = useAnswer("GET /patch-report-sets/{set}",
    { path: { set: Number(params.id) } });

  return <Loaded from={answer}>{(of) => <Shown of={of} />}</Loaded>;
}
