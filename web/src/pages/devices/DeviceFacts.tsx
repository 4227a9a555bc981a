// SPDX-License-Identifier: Apache-2.0
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import type { Device } from "@/pages/devices/Device";
import { Facts, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";

export function DeviceFacts({ device }: { device: Device }) {
  const t = useT();
  const format = useFormat();
  const hardware = device.hardware;

  return (
    <>
      <Section title={t("device.state_title")}>
        <Facts of={[
          [t("device.last_seen"), <Time key="l" at={device.last_seen} />],
          [t("device.last_inventory"),
            <Time key="i" at={device.last_inventory} />],
          [t("device.booted"), device.boot_time ?
            <Time key="b" at={device.boot_time} /> : null],
          [t("device.agent"), device.kind === "agentless" ?
            t("device.agentless") : device.agent_version],
          [t("device.time_zone"), device.time_zone],
          [t("device.created"), <Time key="c" at={device.created} exact />],
          [t("device.notes"), device.notes],
        ]} />
      </Section>
      <div className="hf-columns">
        <Section title={t("device.os")}>
          <Facts of={[
            [t("device.name"), device.os.name],
            [t("device.kernel"), device.os.kernel],
            [t("device.arch"), device.os.arch],
            [t("device.build"), device.os.build],
            [t("device.manager"), device.manager],
            [t("device.hostname"), device.hostname],
            [t("device.machine_id"), device.machine_id ?
              <code key="m">{device.machine_id}</code> : null],
          ]} />
        </Section>
        {hardware && (
          <Section title={t("device.hardware")}>
            <Facts of={[
              [t("device.model"),
                `${hardware.vendor} ${hardware.model}`.trim()],
              [t("device.serial"), hardware.serial],
              [t("device.cpu"), hardware.cpus ?
                `${hardware.cpus} × ${hardware.cpu}` : hardware.cpu],
              [t("device.memory"), hardware.memory_mb ?
                format.megabytes(hardware.memory_mb) : null],
              [t("device.disk"), hardware.disk_mb ?
                format.megabytes(hardware.disk_mb) : null],
              [t("device.virtualisation"), hardware.virtualisation],
            ]} />
          </Section>
        )}
        {device.interfaces && device.interfaces.length > 0 && (
          <Section title={t("device.interfaces")}>
            <ul className="hf-plain-list">
              {device.interfaces.map((one) => (
                <li key={one.name}>
                  <strong>{one.name}</strong>{" "}
                  <code className="hf-dim">{one.mac}</code>{" "}
                  {one.addresses.join(", ")}
                </li>
              ))}
            </ul>
          </Section>
        )}
        {device.users && device.users.length > 0 && (
          <Section title={t("device.users")}>
            <ul className="hf-plain-list">
              {device.users.map((one) => (
                <li key={one.name + one.terminal}>
                  {one.name} <span className="hf-dim">{one.terminal}</span>
                  {" "}<Time at={one.since} never="" />
                </li>
              ))}
            </ul>
          </Section>
        )}
      </div>
    </>
  );
}
