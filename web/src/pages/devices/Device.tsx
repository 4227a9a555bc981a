// SPDX-License-Identifier: Apache-2.0
//
// One device: what it is, what is wrong with it, what is done about it.
import { Button, Menu } from "@mantine/core";
import { useLocation } from "wouter";

import type { Answer } from "@/api/client";
import { asFailure } from "@/api/failure";
import { forget, queryClient, useAnswer, useChange } from "@/api/hooks";
import { useEvents } from "@/api/events";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import type { PageProps } from "@/routes";
import { EditDevice } from "@/pages/devices/EditDevice";
import { DeviceFacts } from "@/pages/devices/DeviceFacts";
import {
  Findings, History, Jobs, Packages,
} from "@/pages/devices/DeviceLists";
import { Patches } from "@/pages/devices/DevicePatches";
import { NetworkTab } from "@/pages/network/NetworkDevice";
import { confirm, tell } from "@/parts/Confirm";
import { LabelChips } from "@/parts/LabelChips";
import { Loaded } from "@/parts/Loaded";
import { Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Tabs, type Tab } from "@/parts/Tabs";
import { troubleText } from "@/parts/Trouble";

export type Device = Answer<"GET /devices/{device}">;

function Actions({ device }: { device: Device }) {
  const t = useT();
  const may = useMay();
  const [, go] = useLocation();
  const patch = useChange("PATCH /devices/{device}",
    ["GET /devices/{device}", "GET /devices"]);
  const revoke = useChange("POST /devices/{device}/revoke",
    ["GET /devices/{device}"]);
  const remove = useChange("DELETE /devices/{device}", ["GET /devices"]);
  const failed = (error: unknown) => tell(troubleText(t, asFailure(error)));
  const path = { device: device.id };

  const retire = (retired: boolean) => patch.mutate(
    { path, revision: device.revision, body: { retired } }, {
      onSuccess: () => tell(retired ? t("device.is_retired") :
        t("device.is_back"), retired ?
        { label: t("action.undo"), run: () => retire(false) } : undefined),
      onError: failed,
    });
  const takeCertificate = async () => {
    const yes = await confirm({ title: t("device.revoke"), danger: true,
      text: t("device.revoke_text"), action: t("device.revoke") });
    if (!yes) return;
    revoke.mutate({ path, body: { reason: t("device.revoke_reason") } }, {
      onSuccess: (done) => tell(t("device.revoked",
        { n: done.certificates })),
      onError: failed,
    });
  };
  const forgetIt = async () => {
    const yes = await confirm({ danger: true, typed: device.name,
      title: t("device.delete_title", { name: device.name }),
      text: t("device.delete_text"), action: t("action.delete") });
    if (!yes) return;
    remove.mutate({ path }, {
      onSuccess: () => {
        tell(t("device.deleted", { name: device.name }));
        go("/devices");
      },
      onError: failed,
    });
  };
  return (
    <>
      {may("device.write") && <EditDevice device={device} />}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">{t("action.more")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {may("device.write") && (
            <Menu.Item onClick={() => retire(!device.retired)}>
              {device.retired ? t("device.bring_back") : t("device.retire")}
            </Menu.Item>
          )}
          {may("enrol") && device.kind === "agent" && (
            <Menu.Item onClick={() => void takeCertificate()}>
              {t("device.revoke")}
            </Menu.Item>
          )}
          {may("device.write") && (
            <Menu.Item color="red" onClick={() => void forgetIt()}>
              {t("action.delete")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function Shown({ device }: { device: Device }) {
  const t = useT();
  const may = useMay();
  const network = device.kind === "network" && may("network.read");
  const tabs: (Tab | false)[] = [
    { name: "facts", title: t("device.tab.facts"),
      content: () => <DeviceFacts device={device} /> },
    may("report.read") && { name: "findings",
      title: t("device.tab.findings"),
      content: () => <Findings device={device} /> },
    network && { name: "network", title: t("menu.network"),
      content: () => <NetworkTab id={device.id} /> },
    device.kind !== "network" && may("patch.read") && { name: "patches", title: t("device.tab.patches"),
      content: () => <Patches device={device} /> },
    device.kind !== "network" && { name: "packages", title: t("device.tab.packages"),
      content: () => <Packages device={device} /> },
    { name: "jobs", title: t("device.tab.jobs"),
      content: () => <Jobs device={device} /> },
    (device.kind !== "network" || may("report.read")) && { name: "history", title: t("device.tab.history"),
      content: () => <History device={device} /> },
  ];

  useEvents({ topic: "device", id: device.id }, () => void forget(
    queryClient, ["GET /devices/{device}"]));
  return (
    <Page title={device.name} actions={<Actions device={device} />}
      back={{ href: "/devices", title: t("devices.title") }}
      lead={<>
        <span>d-{device.id}</span> · {device.os.name || t("device.unknown")}
        {" "}{device.retired && (
          <StatusBadge mood="none">{t("device.state.retired")}</StatusBadge>
        )} <LabelChips of={device.labels} most={8} />
      </>}>
      {!device.assessment.available && (
        <p className="hf-note">
          {t("device.no_assessment")}{" "}
          {device.kind !== "agent" ? t("device.no_agent") :
            device.assessment.reason}
        </p>
      )}
      <Tabs label={device.name}
        of={tabs.filter((one): one is Tab => one !== false)} />
    </Page>
  );
}

export default function DevicePage({ params }: PageProps) {
  const device = useAnswer("GET /devices/{device}",
    { path: { device: Number(params.id) } });

  return (
    <Loaded from={device} lines={8}>
      {(data) => <Shown device={data} />}
    </Loaded>
  );
}
