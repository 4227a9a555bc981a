// SPDX-License-Identifier: Apache-2.0
//
// How a network device is reached: for a new one and for one that is there.
import { Checkbox, NativeSelect, NumberInput, TextInput } from
  "@mantine/core";

import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useOptions } from "@/lib/words";
import { families } from "@/pages/network/Reach";
import type { FormState } from "@/parts/Form";

export interface Terms {
  name: string;
  family: string;
  address: string;
  port: number;
  ssh_port: number;
  transport: string;
  allow_clear: boolean;
  profile: string;
  credential: string;
  notes: string;
}

export const freshTerms: Terms = {
  name: "", family: "ios", address: "", port: 0, ssh_port: 0,
  transport: "",
  allow_clear: false, profile: "", credential: "0", notes: "",
};

export function bodyOf(terms: Terms) {
  return { ...terms, credential: Number(terms.credential),
    port: Number(terms.port) || 0,
    ssh_port: Number(terms.ssh_port) || 0 };
}

export function NetworkFields({ form }: { form: FormState<Terms> }) {
  const t = useT();
  const options = useOptions();
  const credentials = useAnswer("GET /network/credentials",
    { query: { limit: 1000 } });

  return (
    <>
      <TextInput label={t("device.name")} required {...form.text("name")} />
      <NativeSelect label={t("network.family")} {...form.text("family")}
        data={options("family", families)} />
      <TextInput label={t("device.address")} {...form.text("address")}
        description={t("network.address_help")} />
      <NativeSelect label={t("network.transport")}
        {...form.text("transport")} data={[
          { value: "", label: t("network.by_type") },
          ...["ssh", "ssl", "telnet", "http", "tms"].map((one) => ({
            value: one, label: one.toUpperCase(),
          })),
        ]} />
      <NumberInput label={t("network.port")} min={0} max={65535}
        description={t("network.port_help")} {...form.value("port")} />
      {form.values.transport !== "ssh" &&
        <NumberInput label={t("network.ssh_port")} min={0} max={65535}
          description={t("network.ssh_port_help")}
          {...form.value("ssh_port")} />}
      <NativeSelect label={t("network.credential")}
        {...form.text("credential")} data={[
          { value: "0", label: t("network.by_realm") },
          ...(credentials.data?.items ?? []).map((one) => ({
            value: String(one.id), label: one.name,
          })),
        ]} />
      <NativeSelect label={t("network.profile")} {...form.text("profile")}
        description={t("network.profile_help")} data={[
          { value: "", label: t("network.by_type") },
          ...["modern", "legacy-1", "legacy-2"].map((one) => ({
            value: one, label: one,
          })),
        ]} />
      <Checkbox label={t("network.allow_clear")}
        description={t("network.allow_clear_help")}
        {...form.check("allow_clear")} />
      <TextInput label={t("device.notes")} {...form.text("notes")} />
    </>
  );
}
