// SPDX-License-Identifier: Apache-2.0
//
// Devices that fetch their configuration themselves (R-AUS, R-CNE): which
// come and when, what waits for them, who is new, and the servers they ask.
import {
  Button, FileInput, Modal, NativeSelect, NumberInput, TextInput,
} from "@mantine/core";
import { useState, type ReactNode } from "react";
import { Link } from "wouter";

import type { Answer, Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions, useWord } from "@/lib/words";
import { Servers } from "@/pages/network/DeviceServers";
import { families } from "@/pages/network/Reach";
import { confirm, tell } from "@/parts/Confirm";
import { Copy } from "@/parts/Copy";
import { DataList, type Column, type Filter } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Empty, Facts, Page } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Tabs } from "@/parts/Tabs";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Device = Row<"GET /fetching-devices">;
type Staged = Row<"GET /staged">;
type Stranger = Row<"GET /unclaimed-devices">;
type Request = Row<"GET /fetch-requests">;

const stale = ["GET /fetching-devices", "GET /staged", "GET /staged/{staged}",
  "GET /unclaimed-devices", "GET /network/devices"] as const;
const moods: { [state: string]: Mood } = {
  waiting: "waiting", staged: "waiting", fetched: "running",
  confirmed: "good", partial: "warn", failed: "bad", refused: "bad",
  expired: "none", replaced: "none",
};

function failed(t: ReturnType<typeof useT>) {
  return (error: unknown) => tell(troubleText(t, asFailure(error)));
}

function Close({ title, close, children }: {
  title: string; close: () => void; children: ReactNode;
}) {
  const t = useT();
  return (
    <Modal opened onClose={close} size="lg" title={title}
      closeButtonProps={{ "aria-label": t("action.close") }}>
      {children}
    </Modal>
  );
}

/** A configuration for the device to fetch; a second person approves it. */
function Stage({ of, close }: { of: Device; close: () => void }) {
  const t = useT();
  const form = useForm({ file: null as File | null, title: "", hours: 168 });
  const add = useChange("POST /fetching-devices/{device}/staged",
    [...stale]);

  return (
    <Form form={form} action={t("fetch.stage")} cancel={close}
      submit={async ({ file, title, hours }) => {
        if (!file) {
          form.setReasons({ file: t("upload.choose") });
          return;
        }
        await add.mutateAsync({ path: { device: of.device }, body: file,
          query: { hours: Number(hours) || undefined,
            ...(title ? { title } : {}) } });
        tell(t("fetch.staged_now"));
        close();
      }}>
      <p className="hf-dim">
        {t(of.protocol === "cns" ? "fetch.delta_text" : "fetch.whole_text")}
      </p>
      <FileInput label={t("upload.file")} required clearable
            clearButtonProps={{ "aria-label": t("upload.clear") }}
        placeholder={t("upload.choose")} {...form.value("file")} />
      <TextInput label={t("network.change_title")} {...form.text("title")} />
      <NumberInput label={t("fetch.hours")} min={1}
        {...form.value("hours")} />
    </Form>
  );
}

function Polls({ of, close }: { of: Device; close: () => void }) {
  const t = useT();
  const form = useForm({ poll_minutes: of.poll_minutes,
    retry_count: of.retry_count, retry_minutes: of.retry_minutes,
    event_id: of.event_id ?? "" });
  const patch = useChange("PATCH /fetching-devices/{device}", [...stale]);

  return (
    <Form form={form} action={t("action.save")} cancel={close}
      submit={async (values) => {
        await patch.mutateAsync({ path: { device: of.device },
          revision: of.revision, body: { ...values,
            event_id: values.event_id || null } });
        tell(t("admin.saved"));
        close();
      }}>
      <p className="hf-dim">{t("fetch.polls_text")}</p>
      {(["poll_minutes", "retry_count", "retry_minutes"] as const).map(
        (name) => (
          <NumberInput key={name} label={t(`fetch.${name}`)} min={0}
            {...form.value(name)} />
        ))}
      {of.protocol === "cns" && (
        <TextInput label={t("fetch.event_id")} {...form.text("event_id")} />
      )}
    </Form>
  );
}

function Password({ of, close }: { of: Device; close: () => void }) {
  const t = useT();
  const make = useChange("POST /fetching-devices/{device}/password",
    [...stale]);
  const made = make.data;

  if (made) {
    return (
      <div role="status">
        <p>{t("fetch.password_once")}</p>
        <Copy label={t("fetch.url")} text={made.url} />
        <Facts of={[
          [t("signin.login"), <code key="u">{made.user}</code>],
          [t("signin.password"), <code key="p">{made.password}</code>],
        ]} />
        <Button mt="md" onClick={close}>{t("action.close")}</Button>
      </div>
    );
  }
  return (
    <>
      <p>{t(of.has_password ? "fetch.password_again" :
        "fetch.password_text")}</p>
      <Button loading={make.isPending} onClick={() => make.mutate(
        { path: { device: of.device } } as never, { onError: failed(t) })}>
        {t("fetch.password")}
      </Button>
    </>
  );
}

function Requests({ of }: { of: Device }) {
  const answer = useAnswer("GET /fetching-devices/{device}/requests",
    { path: { device: of.device }, query: { limit: 50 } });
  return <Loaded from={answer}>{(data) => (
    <RequestRows of={data.items} />
  )}</Loaded>;
}

function RequestRows({ of }: { of: Request[] }) {
  const t = useT();

  if (of.length === 0) return <Empty title={t("fetch.no_requests")} />;
  return (
    <ul className="hf-plain-list">{of.map((one) => (
      <li key={one.id}>
        <details>
          <summary>
            <Time at={one.at} exact /> {one.kind} {one.address}{" "}
            {one.identity} {one.outcome}
          </summary>
          {one.unknown && <p className="hf-dim">{t("fetch.unknown")}{" "}
            <code>{one.unknown}</code></p>}
          <pre className="hf-text" tabIndex={0}>{one.request}</pre>
        </details>
      </li>
    ))}</ul>
  );
}

const dialogs = { stage: Stage, polls: Polls, password: Password,
  requests: Requests } as const;
type Dialog = keyof typeof dialogs;

function Devices() {
  const t = useT();
  const may = useMay();
  const [open, setOpen] = useState<{ of: Device; what: Dialog } | null>(null);
  const what: Dialog[] = [
    ...may("network.change") ? ["stage" as const] : [],
    ...may("network.write") ? ["polls" as const] : [],
    ...may("credential.write") ? ["password" as const] : [], "requests",
  ];
  const columns: Column<Device>[] = [
    { id: "name", title: t("device.name"), width: 1.2, cell: (row) => (
      <>
        <Link href={`/network/devices/${row.device}`}>{row.name}</Link>
        <code className="hf-small hf-dim hf-below">{row.identity}</code>
      </>
    ), text: (row) => row.name },
    { id: "protocol", title: t("fetch.protocol"), width: 0.9,
      cell: (row) => t(`fetch.protocol.${row.protocol}`),
      text: (row) => row.protocol },
    { id: "seen", title: t("fetch.seen"), cell: (row) => (
      <>
        <Time at={row.last_seen} />{" "}
        <span className="hf-dim">{row.last_address}</span>
      </>
    ), text: (row) => row.last_seen },
    { id: "next", title: t("fetch.next"), cell: (row) => row.overdue ? (
      <StatusBadge mood="bad">{t("fetch.overdue")}</StatusBadge>
    ) : <Time at={row.next_poll} never="–" />,
    text: (row) => row.overdue ? "overdue" : row.next_poll },
    { id: "do", title: t("action.more"), width: 2.2, cell: (row) => (
      <span className="hf-actions">{what.map((one) => (
        <Button key={one} size="compact-xs" variant="default"
          aria-label={`${t(`fetch.do.${one}`)}: ${row.name}`}
          onClick={() => setOpen({ of: row, what: one })}>
          {t(`fetch.do.${one}`)}
        </Button>
      ))}</span>
    ) },
  ];
  const Body = open && dialogs[open.what];

  return (
    <>
      <DataList title={t("fetch.devices")} call="GET /fetching-devices"
        columns={columns} rowKey={(row) => row.device} every={30_000}
        empty={<Empty title={t("fetch.none")}>
          <p>{t("fetch.none_text")}</p></Empty>} />
      {open && Body && (
        <Close title={`${open.of.name}: ${t(`fetch.do.${open.what}`)}`}
          close={() => setOpen(null)}>
          <Body of={open.of} close={() => setOpen(null)} />
        </Close>
      )}
    </>
  );
}

function Decide({ of }: { of: Answer<"GET /staged/{staged}"> }) {
  const t = useT();
  const may = useMay();
  const decide = useChange("POST /staged/{staged}/decide", [...stale]);
  const remove = useChange("DELETE /staged/{staged}", [...stale]);
  const path = { staged: of.id };
  const say = (approved: boolean) => decide.mutate({ path,
    body: { approved } }, { onError: failed(t) });

  return (
    <div className="hf-actions">
      {of.state === "waiting" && may("network.approve") && (
        <>
          <Button size="xs" onClick={() => say(true)}>
            {t("patching.approve")}
          </Button>
          <Button size="xs" variant="default" onClick={() => say(false)}>
            {t("patching.refuse")}
          </Button>
        </>
      )}
      {["waiting", "staged"].includes(of.state) && may("network.change") && (
        <Button size="xs" variant="default" onClick={() => remove.mutate(
          { path }, { onError: failed(t) })}>
          {t("fetch.take_back")}
        </Button>
      )}
    </div>
  );
}

function OneStaged({ id, close }: { id: number; close: () => void }) {
  const t = useT();
  const word = useWord();
  const answer = useAnswer("GET /staged/{staged}", { path: { staged: id } });

  return (
    <Close title={t("fetch.staged_n", { n: id })} close={close}>
      <Loaded from={answer}>{(of) => (
        <>
          <Facts of={[
            [t("patching.state"), word("fetch.state", of.state)],
            [t("patching.author"), of.author],
            [t("fetch.decider"), of.decider],
            [t("fetch.told"), of.told],
            ["MD5", <code key="m" className="hf-break">{of.md5}</code>],
            [t("fetch.fetches"), of.fetches],
          ]} />
          <Decide of={of} />
          {of.remaining && (
            <>
              <h3>{t("fetch.remaining")}</h3>
              <pre className="hf-text" tabIndex={0}>{of.remaining}</pre>
            </>
          )}
          {of.configuration && (
            <>
              <h3>{t("fetch.configuration")}</h3>
              <pre className="hf-text" tabIndex={0}>{of.configuration}</pre>
            </>
          )}
        </>
      )}</Loaded>
    </Close>
  );
}

function StagedList() {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const [open, setOpen] = useState<number | null>(null);
  const columns: Column<Staged>[] = [
    { id: "title", title: t("fetch.staged"), width: 1.4, cell: (row) => (
      <button type="button" className="hf-linklike"
        onClick={() => setOpen(row.id)}>
        {row.title || word("fetch.kind", row.kind)} #{row.id}
      </button>
    ), text: (row) => `${row.title} ${row.id}` },
    { id: "device", title: t("benchmark.device"), cell: (row) => (
      <Link href={`/network/devices/${row.device}`}>{row.device_name}</Link>
    ), text: (row) => row.device_name },
    { id: "state", title: t("patching.state"), cell: (row) => (
      <StatusBadge mood={moods[row.state] ?? "none"}>
        {word("fetch.state", row.state)}
      </StatusBadge>
    ), text: (row) => row.state },
    { id: "size", title: t("network.lines"), align: "right", width: 0.6,
      cell: (row) => format.number(row.lines), text: (row) => row.lines },
    { id: "author", title: t("patching.author"), width: 0.7,
      cell: (row) => row.author, text: (row) => row.author },
    { id: "expires", title: t("admin.expires"), cell: (row) =>
      row.ended ? "–" : <Time at={row.expires} />,
    text: (row) => row.expires },
  ];
  const filters: Filter[] = [
    { name: "open", kind: "choice", label: t("patching.show"),
      all: t("patching.show.all"), options: [
        { value: "true", label: t("fetch.open") }] },
  ];

  return (
    <>
      <DataList title={t("fetch.staged")} call="GET /staged"
        columns={columns} filters={filters} rowKey={(row) => row.id}
        every={15_000} empty={<Empty title={t("fetch.none_staged")} />} />
      {open !== null && (
        <OneStaged key={open} id={open} close={() => setOpen(null)} />
      )}
    </>
  );
}

function Claim({ of, close }: { of: Stranger; close: () => void }) {
  const t = useT();
  const options = useOptions();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const form = useForm({ name: of.hostname || of.serial, family: "",
    label: "" });
  const claim = useChange("POST /unclaimed-devices/{unclaimed}/claim",
    [...stale]);

  return (
    <Form form={form} action={t("fetch.claim")} cancel={close}
      submit={async (values) => {
        await claim.mutateAsync({ path: { unclaimed: of.id }, body: {
          name: values.name, ...(values.family ? { family: values.family } :
            {}), ...(values.label ? { label: Number(values.label) } : {}) } });
        tell(t("fetch.claimed", { name: values.name }));
        close();
      }}>
      <p className="hf-dim">{t("fetch.claim_text")}</p>
      <TextInput label={t("device.name")} required {...form.text("name")} />
      <NativeSelect label={t("network.family")} {...form.text("family")}
        data={[{ value: "", label: t("fetch.as_it_says") },
          ...options("family", families)]} />
      <NativeSelect label={t("enrol.label")} {...form.text("label")}
        data={[{ value: "", label: t("enrol.no_label") },
          ...(labels.data?.items ?? []).filter((one) => one.kind === "manual")
            .map((one) => ({ value: String(one.id), label: one.name }))]} />
    </Form>
  );
}

function Strangers() {
  const t = useT();
  const may = useMay();
  const [open, setOpen] = useState<Stranger | null>(null);
  const remove = useChange("DELETE /unclaimed-devices/{unclaimed}",
    [...stale]);
  const forget = async (row: Stranger) => {
    if (await confirm({ title: t("fetch.forget"), action: t("fetch.forget"),
      text: t("fetch.forget_text", { name: row.serial }) })) {
      remove.mutate({ path: { unclaimed: row.id } }, { onError: failed(t) });
    }
  };
  const columns: Column<Stranger>[] = [
    { id: "serial", title: t("device.serial"), cell: (row) => row.serial,
      text: (row) => row.serial },
    { id: "product", title: t("device.model"), width: 1.4, cell: (row) =>
      `${row.product ?? ""} ${row.version ?? ""}`.trim() || "–",
    text: (row) => row.product },
    { id: "address", title: t("device.address"), cell: (row) => row.address,
      text: (row) => row.address },
    { id: "last", title: t("fetch.seen"), cell: (row) =>
      <Time at={row.last_seen} />, text: (row) => row.last_seen },
    { id: "do", title: t("action.more"), width: 1.2, cell: (row) =>
      may("network.write") && (
        <span className="hf-actions">
          <Button size="compact-xs" onClick={() => setOpen(row)}
            aria-label={`${t("fetch.claim")}: ${row.serial}`}>
            {t("fetch.claim")}
          </Button>
          <Button size="compact-xs" variant="default"
            aria-label={`${t("fetch.forget")}: ${row.serial}`}
            onClick={() => void forget(row)}>{t("fetch.forget")}</Button>
        </span>
      ) },
  ];

  return (
    <>
      <DataList title={t("fetch.strangers")} call="GET /unclaimed-devices"
        columns={columns} rowKey={(row) => row.id} every={30_000}
        empty={<Empty title={t("fetch.none_strange")} />} />
      {open && (
        <Close title={`${t("fetch.claim")}: ${open.serial}`}
          close={() => setOpen(null)}>
          <Claim of={open} close={() => setOpen(null)} />
        </Close>
      )}
    </>
  );
}

function StrangeRequests() {
  const answer = useAnswer("GET /fetch-requests", { query: { limit: 50 } });
  return <Loaded from={answer}>{(data) => (
    <RequestRows of={data.items} />
  )}</Loaded>;
}

export default function Fetching() {
  const t = useT();
  return (
    <Page title={t("fetch.title")} lead={t("fetch.lead")}>
      <Tabs label={t("fetch.title")} of={[
        { name: "devices", title: t("fetch.devices"),
          content: () => <Devices /> },
        { name: "staged", title: t("fetch.staged"),
          content: () => <StagedList /> },
        { name: "unclaimed", title: t("fetch.strangers"),
          content: () => <Strangers /> },
        { name: "servers", title: t("server.title"),
          content: () => <Servers /> },
        { name: "requests", title: t("fetch.strange_requests"),
          content: () => <StrangeRequests /> },
      ]} />
    </Page>
  );
}
