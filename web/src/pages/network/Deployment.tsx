// SPDX-License-Identifier: Apache-2.0
//
// One deployment: what each device gets, who approved it, how far it is ring
// by ring, and what a person can do about it.
import { Button, Modal, NativeSelect, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";

import { everyRow, urlOf, type Answer, type Row } from "@/api/client";
import { asFailure, type Failure } from "@/api/failure";
import { useAnswer, useChange, useText } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import type { PageProps } from "@/routes";
import { DeploymentState, nameOf } from "@/pages/network/Deployments";
import { ChangeState } from "@/pages/network/Reach";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { DiffView } from "@/parts/DiffView";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { Progress } from "@/parts/Progress";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Deployment = Answer<"GET /network/deployments/{deployment}">;
type Device = Row<"GET /network/deployments/{deployment}/devices">;
type Action = "pause" | "resume" | "promote" | "cancel";

const stale = ["GET /network/deployments",
  "GET /network/deployments/{deployment}",
  "GET /network/deployments/{deployment}/devices"] as const;
const file = "GET /network/deployments/{deployment}/devices/{device}/file";
const EVERY_MS = 3_000;
const bad = ["cancelled", "undone", "broken", "refused"];

/** What a person may do about it now. */
export function movesOf(
  of: Pick<Deployment, "state" | "since" | "ended">,
): Action[] {
  const halted = of.state === "paused" ||
    of.state === "stopped" && !of.ended;
  const going = of.state === "running" || halted;

  return [
    ...(of.state === "running" ? ["pause" as const] : []),
    ...(of.state === "paused" ? ["resume" as const] : []),
    ...(going && of.since ? ["promote" as const] : []),
    ...(going || of.state === "waiting" ? ["cancel" as const] : []),
  ];
}

function Decide({ of }: { of: Deployment }) {
  const t = useT();
  const [answer, setAnswer] = useState<boolean | null>(null);
  const form = useForm({ text: "" });
  const decide = useChange("POST /network/deployments/{deployment}/decide",
    [...stale]);

  return (
    <>
      <Button onClick={() => setAnswer(true)}>{t("network.approve")}</Button>
      <Button variant="default" onClick={() => setAnswer(false)}>
        {t("network.refuse")}
      </Button>
      <Modal opened={answer !== null} onClose={() => setAnswer(null)}
        title={answer ? t("deployment.approve_title") :
          t("deployment.refuse_title")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <p>{answer ? t("deployment.approve_text", { n: of.devices }) :
          t("deployment.refuse_text")}</p>
        <Form form={form} cancel={() => setAnswer(null)}
          action={answer ? t("network.approve") : t("network.refuse")}
          submit={async (values) => {
            await decide.mutateAsync({ path: { deployment: of.id },
              body: { approved: answer === true, text: values.text } });
            setAnswer(null);
          }}>
          <Textarea label={t("network.remark")} {...form.text("text")} />
        </Form>
      </Modal>
    </>
  );
}

function Moves({ of }: { of: Deployment }) {
  const t = useT();
  const word = useWord();
  const move = useChange("POST /network/deployments/{deployment}/move",
    [...stale]);
  const act = async (action: Action) => {
    const name = word("deployment.move", action);
    const yes = await confirm({ title: name, action: name,
      text: t(`deployment.move_text.${action}`),
      danger: action === "cancel" });
    if (!yes) return;
    move.mutate({ path: { deployment: of.id }, body: {
      action, ...(action === "promote" ? { ring: of.ring ?? undefined } : {}),
    } }, {
      onError: (error) => tell(troubleText(t, asFailure(error))) });
  };

  return (
    <>{movesOf(of).map((one) => (
      <Button key={one} variant="default" onClick={() => void act(one)}>
        {word("deployment.move", one)}
      </Button>
    ))}</>
  );
}

function RingsOf({ of, devices }: { of: Deployment; devices: Device[] }) {
  const t = useT();
  const names = of.rings.length > 0 ?
    of.rings.map((one) => String(one.name ?? "")) : [t("deployment.all")];

  return (
    <Section title={t("deployment.progress")}>
      {names.map((name, i) => {
        const mine = devices.filter((one) => one.ring === i + 1);
        const applied = mine.filter((one) => one.state === "applied").length;
        const failed = mine.filter((one) => bad.includes(one.state)).length;
        const now = of.ring === i + 1;
        return (
          <div key={i}>
            <h3>{i + 1}. {name}</h3>
            {now && !of.ended && (
              <p className="hf-dim">
                {t("patching.ring_now")}
                {of.due && !of.since && (
                  <>: {t("deployment.begins")} <Time at={of.due} exact /></>
                )}
              </p>
            )}
            <Progress total={mine.length} parts={[
              { name: t("deployment.applied"), n: applied, mood: "good" },
              { name: t("patching.failed"), n: failed, mood: "bad" },
              { name: t("deployment.to_do"), mood: "waiting",
                n: mine.length - applied - failed },
            ]} />
          </div>
        );
      })}
    </Section>
  );
}

/** The configuration that it was planned on, and with the commands in it. */
function Difference({ of, device }: { of: Deployment; device: Device }) {
  const t = useT();
  const before = useText(
    "GET /network/devices/{device}/configurations/{version}", {
      path: { device: device.device, version: device.planned_on } });
  const after = useText(file, { query: { form: "full" },
    path: { deployment: of.id, device: device.device } });

  return (
    <Loaded from={before}>{(old) => (
      <Loaded from={after}>{(next) => (
        <DiffView before={old} after={next} names={[
          t("network.version", { n: device.planned_on }), nameOf(of)]} />
      )}</Loaded>
    )}</Loaded>
  );
}

function FileText({ of, device, form }: {
  of: Deployment; device: number; form: "delta" | "full";
}) {
  const answer = useText(file, { query: { form },
    path: { deployment: of.id, device } });

  return (
    <Loaded from={answer}>{(text) => (
      <pre className="hf-text" tabIndex={0}>{text}</pre>
    )}</Loaded>
  );
}

function What({ of, devices }: { of: Deployment; devices: Device[] }) {
  const t = useT();
  const options = useOptions();
  const [chosen, setChosen] = useState("");
  const [form, setForm] = useState("delta");
  const device = devices.find((one) => String(one.device) === chosen) ??
    devices[0];
  const forms = device && device.planned_on > 0 ?
    ["delta", "difference", "full"] : ["delta"];
  const shown = forms.includes(form) ? form : "delta";

  if (!device) return null;
  return (
    <Section title={t("deployment.what")} actions={(
      <a href={urlOf(file, {
        path: { deployment: of.id, device: device.device },
        query: { form: shown === "delta" ? "delta" : "full" } })}>
        {t("deployment.download")}
      </a>
    )}>
      <div className="hf-inline">
        <NativeSelect label={t("benchmark.device")}
          value={String(device.device)}
          data={devices.map((one) => ({
            value: String(one.device), label: one.name }))}
          onChange={(event) => setChosen(event.currentTarget.value)} />
        <NativeSelect label={t("deployment.form")} value={shown}
          data={options("deployment.form", forms)}
          onChange={(event) => setForm(event.currentTarget.value)} />
      </div>
      {shown === "difference" ? (
        <Difference key={device.device} of={of} device={device} />
      ) : (
        <FileText of={of} device={device.device}
          form={shown === "full" ? "full" : "delta"} />
      )}
      <p className="hf-note">{t("deployment.masked")}</p>
    </Section>
  );
}

function Devices({ of }: { of: Deployment }) {
  const t = useT();
  const columns: Column<Device>[] = [
    { id: "name", title: t("benchmark.device"), width: 1.2, cell: (row) => (
      <Link href={`/network/devices/${row.device}`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "ring", title: t("deployment.ring"), width: 0.8, cell: (row) =>
      String(of.rings[row.ring - 1]?.name ?? row.ring),
    text: (row) => row.ring },
    { id: "state", title: t("patching.state"), cell: (row) => (
      <>
        <ChangeState of={row.state} />
        {row.changed_behind && (
          <StatusBadge mood="warn">{t("deployment.behind")}</StatusBadge>
        )}
      </>
    ), text: (row) => row.state },
    { id: "planned", title: t("network.planned_on"), width: 0.8,
      cell: (row) => row.planned_on > 0 ? (
        <Link href={`/network/devices/${row.device}?tab=archive`}>
          {t("network.version", { n: row.planned_on })}
        </Link>
      ) : "–", text: (row) => row.planned_on },
    { id: "change", title: t("network.change"), width: 0.6,
      cell: (row) => row.change ? (
        <Link href={`/network/changes/${row.change}`}>#{row.change}</Link>
      ) : "–", text: (row) => row.change },
    { id: "text", title: t("runs.text"), width: 2,
      cell: (row) => row.text, text: (row) => row.text },
  ];

  return (
    <Section title={t("patching.targets")}>
      <DataList title={t("patching.targets")} columns={columns}
        call="GET /network/deployments/{deployment}/devices"
        path={{ deployment: of.id }} rowKey={(row) => row.device}
        every={of.state === "running" ? EVERY_MS : false} />
    </Section>
  );
}

function Shown({ of }: { of: Deployment }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const path = { deployment: of.id };
  const devices = useQuery<Device[], Failure>({
    queryKey: ["GET /network/deployments/{deployment}/devices", "all", of.id],
    queryFn: ({ signal }) => everyRow(
      "GET /network/deployments/{deployment}/devices", { path, signal }),
    refetchInterval: of.state === "running" ? EVERY_MS : false,
  });
  const { options } = of;
  const rules = (["go_on", "no_verify", "no_save"] as const)
    .filter((one) => options[one]).map((one) => t(`deployment.${one}`));

  return (
    <Page title={nameOf(of)}
      back={{ href: "/network/deployments", title: t("deployment.title") }}
      actions={<>
        {of.state === "waiting" && may("network.approve") && (
          <Decide of={of} />
        )}
        {may("network.change") && <Moves of={of} />}
      </>}>
      <Section title={t("device.state_title")}>
        <p><DeploymentState of={of} /> {of.text}</p>
        {of.state === "waiting" && (
          <p className="hf-dim">{t("deployment.waits")}</p>
        )}
        <Facts of={[
          [t("network.author"), of.author],
          [t("job.created"), <Time key="c" at={of.created} exact />],
          [t("network.approver"), of.approver],
          [t("deployment.approved"), of.approved ?
            <Time key="a" at={of.approved} exact /> : null],
          [t("runs.ended"), of.ended ?
            <Time key="e" at={of.ended} exact /> : null],
          [t("deployment.out_of_band"),
            word("deployment.out_of_band", of.out_of_band)],
          [t("deployment.revert_s"), options.revert_s || null],
          [t("deployment.tolerate"), (options.tolerate ?? []).join(", ")],
          [t("deployment.safety"), rules.join("; ")],
        ]} />
      </Section>
      <Loaded from={devices}>{(all) => (
        <>
          <RingsOf of={of} devices={all} />
          <What of={of} devices={all} />
        </>
      )}</Loaded>
      <Devices of={of} />
    </Page>
  );
}

export default function DeploymentPage({ params }: PageProps) {
  const ask = { path: { deployment: Number(params.id) } };
  const first = useAnswer("GET /network/deployments/{deployment}", ask);
  const answer = useAnswer("GET /network/deployments/{deployment}", ask,
    { every: first.data?.state === "running" ? EVERY_MS : false });

  return (
    <Loaded from={answer} lines={8}>{(data) => <Shown of={data} />}</Loaded>
  );
}
