// SPDX-License-Identifier: Apache-2.0
//
// What somebody enters on a device so that Holdfast can manage it: made from
// a few facts, to be copied. Nothing is contacted.
import {
  JsonInput, NativeSelect, PasswordInput, TextInput,
} from "@mantine/core";

import type { Json } from "@/api/types";
import { Failure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useOptions } from "@/lib/words";
import { families } from "@/pages/network/Reach";
import { Copy } from "@/parts/Copy";
import { Form, useForm } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";

interface Facts {
  family: string;
  version: string;
  model: string;
  device: string;
  hostname: string;
  domain: string;
  username: string;
  password: string;
  transport: string;
  servers: string;
  more: string;
}

const first: Facts = {
  family: "ios", version: "", model: "", device: "existing", hostname: "",
  domain: "", username: "", password: "", transport: "", servers: "",
  more: "",
};
const firewalls = ["pix", "asa", "fwsm"];

/** Only what was filled in; further members as they were written. */
export function factsOf(facts: Facts): { [member: string]: Json } {
  const { servers, more, ...plain } = facts;
  const given = Object.fromEntries(Object.entries(plain)
    .filter(([, value]) => value.trim() !== ""));
  const addresses = servers.split(/[\s,]+/).filter(Boolean);
  const rest: unknown = more.trim() === "" ? {} : JSON.parse(more);

  return {
    ...given,
    ...(firewalls.includes(facts.family) && addresses.length > 0 ?
      { servers: addresses } : {}),
    ...rest as { [member: string]: Json },
  };
}

export default function Prepare() {
  const t = useT();
  const options = useOptions();
  const form = useForm<Facts>(first);
  const make = useChange("POST /network/prepare");
  const answer = make.data;

  return (
    <Page title={t("prepare.title")} lead={t("prepare.lead")}
      back={{ href: "/network/devices", title: t("network.title") }}>
      <div className="hf-columns">
        <Section title={t("prepare.facts")}>
          <Form form={form} action={t("prepare.make")}
            submit={async (values) => {
              let facts;
              try {
                facts = factsOf(values);
              } catch {
                throw new Failure("invalid", { detail: t("prepare.no_json"),
                  fields: [{ field: "more", reason: t("prepare.no_json") }],
                });
              }
              await make.mutateAsync({ body: { facts } });
            }}>
            <NativeSelect label={t("network.family")}
              {...form.text("family")} data={options("family", families)} />
            <TextInput label={t("package.version")} placeholder="15.2(4)M1"
              {...form.text("version")} />
            <TextInput label={t("device.model")} {...form.text("model")} />
            <NativeSelect label={t("prepare.device")}
              {...form.text("device")} data={[
                { value: "existing", label: t("prepare.existing") },
                { value: "new", label: t("prepare.new") },
              ]} />
            <TextInput label={t("device.hostname")}
              {...form.text("hostname")} />
            <TextInput label={t("prepare.domain")}
              {...form.text("domain")} />
            {firewalls.includes(form.values.family) && (
              <TextInput label={t("prepare.servers")}
                description={t("prepare.servers_help")}
                {...form.text("servers")} />
            )}
            <TextInput label={t("signin.login")} autoComplete="off"
              {...form.text("username")} />
            <PasswordInput label={t("signin.password")}
              autoComplete="new-password" {...form.text("password")} />
            <NativeSelect label={t("network.transport")}
              {...form.text("transport")} data={[
                { value: "", label: t("network.by_type") },
                ...["ssh", "ssl", "telnet", "http", "tms"].map((one) => ({
                  value: one, label: one.toUpperCase(),
                })),
              ]} />
            <JsonInput label={t("prepare.more")} autosize minRows={2}
              description={t("prepare.more_help")}
              placeholder='{ "ssh": true, "modulus": 3072 }'
              value={form.values.more} error={form.error("more")}
              onChange={(more) => form.set({ more })} />
          </Form>
        </Section>
        {answer && (
          <Section title={t("prepare.text")}>
            <Copy text={answer.text} label={t("prepare.text")} />
            <ul className="hf-lines">
              {answer.notes.map((one) => (
                <li key={one.rule + one.text}>
                  <span>{one.text}</span>
                  {one.warning ? (
                    <StatusBadge mood="warn">{one.rule}</StatusBadge>
                  ) : <span className="hf-dim hf-nowrap">{one.rule}</span>}
                </li>
              ))}
            </ul>
            <p className="hf-note">{t("prepare.secret")}</p>
          </Section>
        )}
      </div>
    </Page>
  );
}
