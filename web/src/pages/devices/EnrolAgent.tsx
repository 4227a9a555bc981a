// SPDX-License-Identifier: Apache-2.0
//
// A one-time token, and the whole command that uses it on a machine.
import { NativeSelect } from "@mantine/core";

import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { Copy } from "@/parts/Copy";
import { Form, useForm } from "@/parts/Form";
import { Facts } from "@/parts/Page";
import { Time } from "@/parts/Time";

/** The token goes by standard input: a command line is seen by others. */
function commandOf(server: string, token: string): string {
  return `printf '%s\\n' '${token}' |\n` +
    `  sudo holdfast-agent enrol --server ${server} --token-file -`;
}

export function EnrolAgent() {
  const t = useT();
  const form = useForm({ label: "", life_s: "86400" });
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const make = useChange("POST /enrol-tokens", ["GET /enrol-tokens"]);
  const token = make.data;

  if (token) {
    return (
      <div role="status">
        <p>{t("enrol.run")}</p>
        <Copy label={t("enrol.command")} text={commandOf(token.server ??
          `https://${window.location.hostname}:8445`, token.token)} />
        <p className="hf-dim">{t("enrol.once")}</p>
        <Facts of={[
          [t("enrol.server"), token.server],
          [t("enrol.expires"), <Time key="e" at={token.expires} exact />],
          [t("enrol.fingerprint"), token.fingerprint ?
            <code key="f" className="hf-break">{token.fingerprint}</code> :
            null],
        ]} />
      </div>
    );
  }
  return (
    <Form form={form} action={t("enrol.make")} submit={(values) =>
      make.mutateAsync({ body: {
        life_s: Number(values.life_s),
        ...(values.label ? { label: Number(values.label) } : {}),
      } })}>
      <p className="hf-dim">{t("enrol.text")}</p>
      <NativeSelect label={t("enrol.label")} {...form.text("label")}
        data={[{ value: "", label: t("enrol.no_label") },
          ...(labels.data?.items ?? [])
            .filter((one) => one.kind === "manual")
            .map((one) => ({ value: String(one.id), label: one.name }))]} />
      <NativeSelect label={t("enrol.life")} {...form.text("life_s")} data={[
        { value: "3600", label: t("enrol.hour") },
        { value: "86400", label: t("enrol.day") },
        { value: "604800", label: t("enrol.week") },
      ]} />
    </Form>
  );
}
