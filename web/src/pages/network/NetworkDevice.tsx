// SPDX-License-Identifier: Apache-2.0
//
// One network device: whether it is ready and reached, its sessions, the
// archive of its configuration, and changes to it.
import { Button, Menu, Modal, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";

import { urlOf, type Answer, type Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { forget, queryClient, useAnswer, useChange, useText } from
  "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import type { PageProps } from "@/routes";
import { AddPin, RunCommands } from "@/pages/network/Ask";
import {
  bodyOf, NetworkFields, type Terms,
} from "@/pages/network/NetworkForm";
import { ChangeState, Reach, SessionState } from "@/pages/network/Reach";
import { Steps } from "@/pages/network/Steps";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { UnifiedDiff } from "@/parts/DiffView";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Empty, Facts, Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Tabs, type Tab } from "@/parts/Tabs";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Device = Answer<"GET /network/devices/{device}">;
type Version = Row<"GET /network/devices/{device}/configurations">;

const stale = ["GET /network/devices", "GET /network/devices/{device}",
  "GET /network/devices/{device}/readiness", "GET /network/sessions",
  "GET /network/changes", "GET /network/devices/{device}/pins",
  "GET /network/devices/{device}/configurations"] as const;

function failed(t: ReturnType<typeof useT>) {
  return (error: unknown) => tell(troubleText(t, asFailure(error)));
}

function Readiness({ device }: { device: Device }) {
  const t = useT();
  const answer = useAnswer("GET /network/devices/{device}/readiness",
    { path: { device: device.id } });

  return (
    <Section title={t("network.readiness")}>
      <Loaded from={answer} lines={2}>{(data) => (
        <>
          <p>
            <StatusBadge mood={data.ready ? "good" : "bad"}>
              {data.ready ? t("network.ready") : t("network.not_ready")}
            </StatusBadge>
          </p>
          <ul className="hf-lines">
            {data.remarks.map((one) => (
              <li key={one.rule + one.text}>
                <span>{one.text}</span>
                <span className="hf-dim hf-nowrap">{one.rule}</span>
              </li>
            ))}
          </ul>
        </>
      )}</Loaded>
    </Section>
  );
}

function Pins({ device }: { device: Device }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const answer = useAnswer("GET /network/devices/{device}/pins",
    { path: { device: device.id }, query: { limit: 1000 } });
  const decide = useChange("POST /network/devices/{device}/pins/{pin}",
    [...stale]);
  const items = answer.data?.items ?? [];

  if (items.length === 0) return null;
  return (
    <Section title={t("network.pins")}>
      <ul className="hf-lines">
        {items.map((one) => (
          <li key={one.id}>
            <span>
              {one.kind.toUpperCase()}{" "}
              <code className="hf-small">{one.fingerprint}</code>{" "}
              <StatusBadge mood={one.state === "approved" ? "good" :
                one.state === "pending" ? "warn" : "none"}>
                {word("pin.state", one.state)}
              </StatusBadge>
            </span>
            {one.state === "pending" && may("network.approve") && (
              <span className="hf-actions">
                {([true, false] as const).map((approved) => (
                  <Button key={String(approved)} size="compact-xs"
                    variant={approved ? "filled" : "default"}
                    onClick={() => decide.mutate({
                      path: { device: device.id, pin: one.id },
                      body: { approved },
                    }, { onError: failed(t) })}>
                    {approved ? t("network.approve") : t("network.refuse")}
                  </Button>
                ))}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Its credential may go where it is said to be: somebody who keeps
 * credentials says so. */
function Unconfirmed({ device }: { device: Device }) {
  const t = useT();
  const may = useMay();
  const patch = useChange("PATCH /network/devices/{device}", [...stale]);
  const say = async () => {
    if (!await confirm({ title: t("network.confirm"),
      action: t("network.confirm"), text: t("network.confirm_ask", {
        name: device.name, address: device.address ?? "" }) })) return;
    patch.mutate({ path: { device: device.id }, revision: device.revision,
      body: { confirmed: true } }, {
      onSuccess: () => tell(t("network.confirmed")), onError: failed(t) });
  };

  if (device.confirmed !== false || !device.credential) return null;
  return (
    <div className="hf-note">
      <p>{t("network.unconfirmed")}</p>
      {may("credential.write") && may("network.write") ? (
        <Button size="xs" loading={patch.isPending}
          onClick={() => void say()}>{t("network.confirm")}</Button>
      ) : <p>{t("network.unconfirmed_who")}</p>}
    </div>
  );
}

function State({ device }: { device: Device }) {
  const t = useT();
  const word = useWord();

  return (
    <>
      <Section title={t("network.reach")}>
        <p><Reach of={device.reach} /> {device.reach_text}</p>
        <Unconfirmed device={device} />
        {device.no_way && <p className="hf-note">{device.no_way}</p>}
        <Facts of={[
          [t("device.address"), device.address || t("network.offline")],
          [t("network.ways"), device.ways.map((one) =>
            `${one.transport.toUpperCase()} ${one.port}`).join(", ")],
          [t("network.last_contact"),
            <Time key="c" at={device.last_contact} />],
          [t("network.last_discovery"),
            <Time key="d" at={device.last_discovery} />],
          [t("network.family"), word("family", device.family)],
          [t("package.version"), device.version],
          [t("device.model"), device.model],
          [t("device.hostname"), device.hostname],
          [t("device.serial"), device.serial],
          [t("network.image"), device.image],
          [t("device.notes"), device.notes],
        ]} />
      </Section>
      <Readiness device={device} />
      <Pins device={device} />
    </>
  );
}

function Sessions({ device }: { device: number }) {
  const t = useT();
  const word = useWord();
  const columns: Column<Row<"GET /network/sessions">>[] = [
    { id: "action", title: t("network.action"), cell: (row) => (
      <Link href={`/network/sessions/${row.id}`}>
        {word("network.action", row.action)} #{row.id}
      </Link>
    ), text: (row) => row.action },
    { id: "state", title: t("runs.state"),
      cell: (row) => <SessionState of={row} />,
      text: (row) => `${row.state} ${row.result}` },
    { id: "text", title: t("runs.text"), width: 2, cell: (row) => row.text,
      text: (row) => row.text },
    { id: "started", title: t("runs.started"), cell: (row) =>
      <Time at={row.started ?? row.planned} />,
    text: (row) => row.started },
    { id: "by", title: t("runs.by"), width: 0.8,
      cell: (row) => row.started_by, text: (row) => row.started_by },
  ];

  return (
    <DataList title={t("network.sessions")} call="GET /network/sessions"
      query={{ device }} columns={columns} rowKey={(row) => row.id} />
  );
}

function OneVersion({ device, version, close }: {
  device: number; version: Version; close: () => void;
}) {
  const t = useT();
  const path = { device, version: version.number };
  const [whole, setWhole] = useState(version.number === 1);
  const diff = useText(
    "GET /network/devices/{device}/configurations/{version}/diff",
    { path }, { skip: whole });
  const text = useText(
    "GET /network/devices/{device}/configurations/{version}",
    { path }, { skip: !whole });

  return (
    <Modal opened onClose={close} size="80rem"
      title={t("network.version", { n: version.number })}
      closeButtonProps={{ "aria-label": t("action.close") }}>
      <Button variant="default" size="xs" mb="sm"
        onClick={() => setWhole(!whole)}>
        {whole ? t("network.show_changes") : t("network.show_whole")}
      </Button>
      {whole ? (
        <Loaded from={text}>{(data) => (
          <pre className="hf-text" tabIndex={0}>{data}</pre>
        )}</Loaded>
      ) : (
        <Loaded from={diff}>{(data) => <UnifiedDiff text={data} />}</Loaded>
      )}
    </Modal>
  );
}

function Archive({ device }: { device: Device }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const format = useFormat();
  const [, go] = useLocation();
  const [shown, setShown] = useState<Version | null>(null);
  const plan = useChange("POST /network/devices/{device}/changes",
    [...stale]);

  const goBack = async (version: Version) => {
    const yes = await confirm({
      title: t("network.restore_title", { n: version.number }),
      text: t("network.restore_text"), action: t("network.plan"),
    });
    if (!yes) return;
    plan.mutate({ path: { device: device.id }, body: {
      restore: version.number, planned_on: device.config,
      title: t("network.restore_title", { n: version.number }),
    } }, {
      onSuccess: (made) => go(`/network/changes/${made.id}`),
      onError: failed(t),
    });
  };
  const columns: Column<Version>[] = [
    { id: "number", title: t("package.version"), width: 0.8,
      cell: (row) => (
        <button type="button" className="hf-linklike"
          onClick={() => setShown(row)}>
          {t("network.version", { n: row.number })}
        </button>
      ), text: (row) => row.number },
    { id: "at", title: t("history.at"), cell: (row) =>
      <Time at={row.at} exact />, text: (row) => row.at },
    { id: "cause", title: t("runs.cause"),
      cell: (row) => word("cause", row.cause), text: (row) => row.cause },
    { id: "changed", title: t("history.what"), cell: (row) => (
      <>
        +{format.number(row.added)} −{format.number(row.removed)}
        {row.secrets_changed && (
          <span className="hf-dim"> {t("network.secrets_changed")}</span>
        )}
      </>
    ), text: (row) => `+${row.added} -${row.removed}` },
    { id: "lines", title: t("network.lines"), align: "right", width: 0.6,
      cell: (row) => format.number(row.lines), text: (row) => row.lines },
    { id: "back", title: t("network.restore"), width: 0.8,
      cell: (row) => row.number !== device.config &&
        may("network.change") && (
        <Button size="compact-xs" variant="default"
          onClick={() => void goBack(row)}>{t("network.restore")}</Button>
      ) },
  ];

  return (
    <>
      <DataList title={t("network.archive")}
        call="GET /network/devices/{device}/configurations"
        path={{ device: device.id }} columns={columns}
        rowKey={(row) => row.number}
        empty={<Empty title={t("network.no_archive")} />} />
      {shown && (
        <OneVersion device={device.id} version={shown}
          close={() => setShown(null)} />
      )}
    </>
  );
}

export function Changes({ device }: { device?: number }) {
  const t = useT();
  const word = useWord();
  const columns: Column<Row<"GET /network/changes">>[] = [
    { id: "title", title: t("network.change"), width: 1.8, cell: (row) => (
      <Link href={`/network/changes/${row.id}`}>
        {row.title || `${word("change.kind", row.kind)} #${row.id}`}
      </Link>
    ), text: (row) => row.title },
    ...(device ? [] : [{ id: "device", title: t("benchmark.device"),
      cell: (row: Row<"GET /network/changes">) => (
        <Link href={`/network/devices/${row.device}`}>{row.name}</Link>
      ), text: (row: Row<"GET /network/changes">) => row.name }]),
    { id: "state", title: t("runs.state"),
      cell: (row) => <ChangeState of={row.state} />,
      text: (row) => row.state },
    { id: "author", title: t("network.author"), width: 0.8,
      cell: (row) => row.author, text: (row) => row.author },
    { id: "approver", title: t("network.approver"), width: 0.8,
      cell: (row) => row.approver || "–", text: (row) => row.approver },
    { id: "created", title: t("job.created"), cell: (row) =>
      <Time at={row.created} />, text: (row) => row.created },
  ];

  return (
    <DataList title={t("network.changes")} call="GET /network/changes"
      query={device ? { device } : {}} columns={columns}
      rowKey={(row) => row.id} />
  );
}

function PlanChange({ device }: { device: Device }) {
  const t = useT();
  const [, go] = useLocation();
  const [open, setOpen] = useState(false);
  const form = useForm({ title: "", lines: "" });
  const plan = useChange("POST /network/devices/{device}/changes",
    [...stale]);

  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("network.plan")}</Button>
      <Modal opened={open} onClose={() => setOpen(false)} size="xl"
        title={t("network.plan_title", { name: device.name })}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <Form form={form} action={t("network.plan")}
          cancel={() => setOpen(false)} submit={async (values) => {
            const made = await plan.mutateAsync({
              path: { device: device.id },
              body: { ...values, planned_on: device.config },
            });
            go(`/network/changes/${made.id}`);
          }}>
          <p className="hf-dim">{t("network.plan_text")}</p>
          <TextInput label={t("network.change_title")} data-autofocus
            {...form.text("title")} />
          <Textarea label={t("network.commands")} required autosize
            minRows={6} className="hf-mono" {...form.text("lines")} />
        </Form>
      </Modal>
    </>
  );
}

function Edit({ device, close }: { device: Device; close: () => void }) {
  const t = useT();
  const form = useForm<Terms>({
    name: device.name, family: device.family,
    address: device.address ?? "", port: device.port ?? 0,
    ssh_port: device.ssh_port ?? 0, transport: device.transport ?? "",
    allow_clear: device.allow_clear ?? false,
    profile: device.profile ?? "",
    credential: String(device.credential ?? 0), notes: device.notes ?? "",
  });
  const change = useChange("PATCH /network/devices/{device}", [...stale]);

  return (
    <Form form={form} action={t("action.save")} cancel={close}
      submit={async (terms) => {
        await change.mutateAsync({ path: { device: device.id },
          revision: device.revision, body: bodyOf(terms) });
        tell(t("device.saved", { name: terms.name }));
        close();
      }}>
      <NetworkFields form={form} />
    </Form>
  );
}

const actions = ["test", "discover", "archive"] as const;

function Actions({ device, begun }: {
  device: Device; begun: (session: number) => void;
}) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const [, go] = useLocation();
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState(false);
  const [pinning, setPinning] = useState(false);
  const test = useChange("POST /network/devices/{device}/test",
    [...stale]);
  const discover = useChange("POST /network/devices/{device}/discover",
    [...stale]);
  const archive = useChange("POST /network/devices/{device}/archive",
    [...stale]);
  const remove = useChange("DELETE /network/devices/{device}",
    [...stale, "GET /devices"]);
  const ask = { path: { device: device.id }, body: {} };
  const then = { onError: failed(t), onSuccess: (made: { id: number }) =>
    begun(made.id) };
  const run = { test: () => test.mutate(ask, then),
    discover: () => discover.mutate(ask, then),
    archive: () => archive.mutate(ask, then) };
  const drop = async () => {
    const yes = await confirm({ danger: true, typed: device.name,
      title: t("device.delete_title", { name: device.name }),
      text: t("network.delete_text"), action: t("action.delete") });
    if (yes) {
      remove.mutate({ path: { device: device.id } }, {
        onSuccess: () => go("/network/devices"), onError: failed(t) });
    }
  };

  return (
    <>
      {may("network.connect") && actions.map((one) => (
        <Button key={one} variant="default" onClick={run[one]}>
          {word("network.action", one)}
        </Button>
      ))}
      {may("network.change") && <PlanChange device={device} />}
      {may("network.write") && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default">{t("action.more")}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {may("network.connect") && (
              <Menu.Item onClick={() => setAsking(true)}>
                {t("ask.menu")}
              </Menu.Item>
            )}
            <Menu.Item onClick={() => setPinning(true)}>
              {t("pin.add")}
            </Menu.Item>
            <Menu.Item onClick={() => setEditing(true)}>
              {t("action.edit")}
            </Menu.Item>
            <Menu.Item color="red" onClick={() => void drop()}>
              {t("action.delete")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {asking && (
        <RunCommands device={device} begun={begun}
          close={() => setAsking(false)} />
      )}
      {pinning && (
        <AddPin device={device} close={() => setPinning(false)} />
      )}
      <Modal opened={editing} onClose={() => setEditing(false)} size="lg"
        title={t("device.edit", { name: device.name })}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        {editing && (
          <Edit device={device} close={() => setEditing(false)} />
        )}
      </Modal>
    </>
  );
}

function Outputs({ device }: { device: number }) {
  const t = useT();
  const columns: Column<Row<"GET /network/devices/{device}/outputs">>[] = [
    { id: "command", title: t("network.command"), width: 2,
      cell: (row) => (
        <a target="_blank" rel="noreferrer" href={urlOf(
          "GET /network/devices/{device}/output",
          { path: { device }, query: { command: row.command } })}>
          <code>{row.command}</code>
        </a>
      ), text: (row) => row.command },
    { id: "at", title: t("history.at"), cell: (row) =>
      <Time at={row.at} exact />, text: (row) => row.at },
  ];

  return (
    <DataList title={t("network.outputs")}
      call="GET /network/devices/{device}/outputs" path={{ device }}
      columns={columns} rowKey={(row) => row.command} />
  );
}

function Shown({ device }: { device: Device }) {
  const t = useT();
  const word = useWord();
  const [session, setSession] = useState<number | null>(null);
  const tabs: Tab[] = [
    { name: "state", title: t("device.state_title"),
      content: () => <State device={device} /> },
    { name: "archive", title: t("network.archive"),
      content: () => <Archive device={device} /> },
    { name: "changes", title: t("network.changes"),
      content: () => <Changes device={device.id} /> },
    { name: "sessions", title: t("network.sessions"),
      content: () => <Sessions device={device.id} /> },
    { name: "outputs", title: t("network.outputs"),
      content: () => <Outputs device={device.id} /> },
  ];

  return (
    <Page title={device.name}
      back={{ href: "/network/devices", title: t("network.title") }}
      lead={<>
        {word("family", device.family)} {device.version} ·{" "}
        {device.address || t("network.offline")} ·{" "}
        <Link href={`/devices/${device.id}`}>{t("network.inventory")}</Link>
      </>}
      actions={<Actions device={device} begun={setSession} />}>
      {session !== null && (
        <Section title={t("network.session", { n: session })} actions={<>
          <Link href={`/network/sessions/${session}`}>
            {t("network.transcript")}
          </Link>
          <Button size="compact-xs" variant="default"
            onClick={() => setSession(null)}>{t("action.close")}</Button>
        </>}>
          <Steps session={session} ended={() =>
            void forget(queryClient, [...stale])} />
        </Section>
      )}
      <Tabs of={tabs} label={device.name} />
    </Page>
  );
}

/** In the page of the device among all others: its archive and sessions. */
export function NetworkTab({ id }: { id: number }) {
  const t = useT();
  const answer = useAnswer("GET /network/devices/{device}",
    { path: { device: id } });

  return (
    <Loaded from={answer}>{(device) => (
      <>
        <p>
          <Reach of={device.reach} /> {device.reach_text}{" "}
          <Link href={`/network/devices/${id}`}>{t("network.manage")}</Link>
        </p>
        <Section title={t("network.archive")}>
          <Archive device={device} />
        </Section>
        <Section title={t("network.sessions")}>
          <Sessions device={id} />
        </Section>
      </>
    )}</Loaded>
  );
}

export default function NetworkDevicePage({ params }: PageProps) {
  const answer = useAnswer("GET /network/devices/{device}",
    { path: { device: Number(params.id) } });

  return (
    <Loaded from={answer} lines={8}>
      {(data) => <Shown device={data} />}
    </Loaded>
  );
}
