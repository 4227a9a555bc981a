// SPDX-License-Identifier: Apache-2.0
//
// Which network devices are meant: those of labels, and some by name.
import { MultiSelect } from "@mantine/core";

import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";

export interface NetworkTargetSet {
  labels: string[];
  devices: string[];
}

export function NetworkTargets({ value, onChange, error }: {
  value: NetworkTargetSet;
  onChange: (changes: Partial<NetworkTargetSet>) => void;
  error: (field: string) => string | undefined;
}) {
  const t = useT();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const devices = useAnswer("GET /network/devices",
    { query: { limit: 1000 } });

  return (
    <>
      <MultiSelect searchable label={t("targets.labels")} name="labels"
        description={t("deployment.labels_help")} value={value.labels}
        error={error("targets.labels")}
        onChange={(next) => onChange({ labels: next })}
        data={(labels.data?.items ?? []).map((one) => ({
          value: String(one.id), label: one.name }))} />
      <MultiSelect searchable label={t("network.title")} name="devices"
        value={value.devices} error={error("targets") ??
          error("targets.devices")}
        nothingFoundMessage={t("list.nothing_found")}
        onChange={(next) => onChange({ devices: next })}
        data={(devices.data?.items ?? []).map((one) => ({
          value: String(one.id), label: one.name }))} />
    </>
  );
}
