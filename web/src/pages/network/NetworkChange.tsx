// SPDX-License-Identifier: Apache-2.0
//
// One change: what is sent, who approved it, what came of each line.
import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";

import type { Answer } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange, useText } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import type { PageProps } from "@/routes";
import { ChangeState } from "@/pages/network/Reach";
import { Steps } from "@/pages/network/Steps";
import { confirm, tell } from "@/parts/Confirm";
import { UnifiedDiff } from "@/parts/DiffView";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Change = Answer<"GET /network/changes/{change}">;

const moods: { [result: string]: Mood } = {
  "taken": "good", "refused": "bad", "tolerated": "warn",
  "missing": "bad", "not sent": "none",
};
const stale = ["GET /network/changes", "GET /network/changes/{change}",
  "GET /network/devices/{device}", "GET /network/sessions"] as const;
const EVERY_MS = 1_000;

function Decide({ change }: { change: Change }) {
  const t = useT();
  const [answer, setAnswer] = useState<boolean | null>(null);
  const form = useForm({ text: "" });
  const decide = useChange("POST /network/changes/{change}/decide",
    [...stale]);

  return (
    <>
      <Button onClick={() => setAnswer(true)}>{t("network.approve")}</Button>
      <Button variant="default" onClick={() => setAnswer(false)}>
        {t("network.refuse")}
      </Button>
      <Modal opened={answer !== null} onClose={() => setAnswer(null)}
        title={answer ? t("network.approve_title") :
          t("network.refuse_title")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <p>{answer ? t("network.approve_text", { name: change.name }) :
          t("network.refuse_text")}</p>
        <Form form={form} cancel={() => setAnswer(null)}
          action={answer ? t("network.approve") : t("network.refuse")}
          submit={async (values) => {
            await decide.mutateAsync({ path: { change: change.id },
              body: { approved: answer === true, text: values.text } });
            setAnswer(null);
          }}>
          <Textarea label={t("network.remark")} {...form.text("text")} />
        </Form>
      </Modal>
    </>
  );
}

function Outcome({ change }: { change: Change }) {
  const t = useT();
  const diff = useText(
    "GET /network/devices/{device}/configurations/{version}/diff", {
      path: { device: change.device, version: change.after_config ?? 0 },
      query: { from: change.before_config ?? 0 },
    }, { skip: !change.after_config || !change.before_config });

  if (!change.after_config || !change.before_config) return null;
  return (
    <Section title={t("network.effect")}>
      <Loaded from={diff}>{(data) => <UnifiedDiff text={data} />}</Loaded>
    </Section>
  );
}

function Shown({ change }: { change: Change }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const cancel = useChange("POST /network/changes/{change}/cancel",
    [...stale]);
  const open = ["waiting", "approved", "running"].includes(change.state);
  const stop = async () => {
    const yes = await confirm({ title: t("network.cancel_title"),
      text: t("network.cancel_text"), action: t("network.cancel_change"),
      danger: true });
    if (!yes) return;
    cancel.mutate({ path: { change: change.id } }, {
      onError: (error) => tell(troubleText(t, asFailure(error))),
    });
  };

  return (
    <Page title={change.title || `${t("network.change")} #${change.id}`}
      back={{ href: "/network/changes", title: t("network.changes") }}
      actions={<>
        {change.state === "waiting" && may("network.approve") && (
          <Decide change={change} />
        )}
        {open && may("network.change") && (
          <Button variant="default" onClick={() => void stop()}>
            {t("network.cancel_change")}
          </Button>
        )}
      </>}>
      <Section title={t("device.state_title")}>
        <p><ChangeState of={change.state} /> {change.text}</p>
        <Facts of={[
          [t("benchmark.device"), (
            <Link key="d" href={`/network/devices/${change.device}`}>
              {change.name}
            </Link>
          )],
          [t("schedules.kind"), word("change.kind", change.kind)],
          [t("network.planned_on"), change.planned_on > 0 ?
            t("network.version", { n: change.planned_on }) : null],
          [t("network.author"), change.author],
          [t("network.approver"), change.approver],
          [t("job.created"), <Time key="c" at={change.created} exact />],
          [t("runs.ended"), change.ended ?
            <Time key="e" at={change.ended} exact /> : null],
        ]} />
      </Section>
      {change.session ? (
        <Section title={t("network.session", { n: change.session })}
          actions={(
            <Link href={`/network/sessions/${change.session}`}>
              {t("network.transcript")}
            </Link>
          )}>
          <Steps session={change.session} />
        </Section>
      ) : null}
      {change.results.length > 0 ? (
        <Section title={t("network.results")}>
          <table className="hf-table">
            <thead><tr>
              <th scope="col">{t("network.command")}</th>
              <th scope="col">{t("finding.result")}</th>
              <th scope="col">{t("runs.text")}</th>
            </tr></thead>
            <tbody>{change.results.map((one, i) => (
              <tr key={i}>
                <td><code className="hf-plain">{one.line}</code></td>
                <td>
                  <StatusBadge mood={moods[one.result] ?? "unknown"}>
                    {word("line.result", one.result)}
                  </StatusBadge>
                </td>
                <td>{one.reason}</td>
              </tr>
            ))}</tbody>
          </table>
        </Section>
      ) : (
        <Section title={t("network.commands")}>
          <pre className="hf-text" tabIndex={0}>{change.lines}</pre>
        </Section>
      )}
      <Outcome change={change} />
    </Page>
  );
}

export default function NetworkChangePage({ params }: PageProps) {
  const ask = { path: { change: Number(params.id) } };
  const first = useAnswer("GET /network/changes/{change}", ask);
  const open = first.data !== undefined &&
    ["approved", "running"].includes(first.data.state);
  const answer = useAnswer("GET /network/changes/{change}", ask,
    { every: open ? EVERY_MS : false });

  return (
    <Loaded from={answer} lines={8}>
      {(data) => <Shown change={data} />}
    </Loaded>
  );
}
