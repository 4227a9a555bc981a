// SPDX-License-Identifier: Apache-2.0
//
// Dry run (P-SEL-17): what each device would get next, by the configuration
// in force for it or by one that is chosen, and nothing happens.
import { NativeSelect } from "@mantine/core";
import { Link } from "wouter";

import { useAnswer } from "@/api/hooks";
import { useAddress } from "@/lib/address";
import { useT } from "@/lib/messages";
import { DryRunOf } from "@/pages/patch/DryRunOf";
import { Loaded } from "@/parts/Loaded";
import { Empty, Page, Section } from "@/parts/Page";
import { DevicePicker, useResolved } from "@/parts/Targets";

/** As many are asked for at once; more would be a report. */
const MOST = 20;

interface Named { id: number; name: string }

function Cards({ devices, configuration }: {
  devices: Named[]; configuration?: number;
}) {
  const t = useT();

  return (
    <>{devices.map((one) => (
      <Section key={one.id} title={one.name} actions={
        <Link href={`/devices/${one.id}?tab=patches`}>{t("patch.why")}</Link>}>
        <DryRunOf device={one.id} configuration={configuration} />
      </Section>
    ))}</>
  );
}

/** Some of the devices of a configuration, as nobody was chosen. */
function Sample({ targets, configuration }: {
  targets: { labels?: number[] | null; devices?: number[] | null;
    systems: string[] }; configuration: number;
}) {
  const t = useT();
  const resolved = useResolved({ labels: targets.labels ?? [],
    devices: targets.devices ?? [], systems: targets.systems });

  return (
    <Loaded from={resolved}>{(data) => (
      <>
        <p className="hf-dim">{t("dry.sample", {
          n: Math.min(MOST, data.sample.length), all: data.devices })}</p>
        <Cards devices={data.sample.slice(0, MOST)}
          configuration={configuration} />
      </>
    )}</Loaded>
  );
}

function Chosen({ ids, configuration }: {
  ids: number[]; configuration?: number;
}) {
  const answer = useAnswer("GET /devices", { query: { limit: MOST,
    filter: `id in (${ids.join(", ")})` } });

  return <Loaded from={answer}>{(data) => (
    <Cards devices={data.items} configuration={configuration} />
  )}</Loaded>;
}

export default function DryRun() {
  const t = useT();
  const { values, set } = useAddress();
  const list = useAnswer("GET /patch-configurations",
    { query: { limit: 1000 } });
  const chosen = list.data?.items.find((one) =>
    String(one.id) === values.configuration);
  const ids = (values.devices ?? "").split(",").map(Number)
    .filter((one) => one > 0).slice(0, MOST);

  return (
    <Page title={t("dry.title")} lead={t("dry.lead")}
      back={chosen && { href: `/patch/configurations/${chosen.id}`,
        title: chosen.name }}>
      <div className="hf-form">
        <NativeSelect label={t("patching.configuration")}
          value={values.configuration ?? ""} data={[
            { value: "", label: t("dry.in_force") },
            ...(list.data?.items ?? []).map((one) => ({
              value: String(one.id), label: one.name }))]}
          onChange={(event) =>
            set({ configuration: event.currentTarget.value })} />
        <DevicePicker chosen={ids} set={(next) => set({
          devices: next.slice(-MOST).join(",") })} />
      </div>
      {ids.length > 0 ? (
        <Chosen ids={ids} configuration={chosen?.id} />
      ) : chosen ? (
        <Sample targets={chosen.targets} configuration={chosen.id} />
      ) : (
        <Empty title={t("dry.choose")} />
      )}
    </Page>
  );
}
