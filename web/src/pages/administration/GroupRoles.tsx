// SPDX-License-Identifier: Apache-2.0
//
// Which roles the groups of a directory or of single sign-on give.
import { Button, NativeSelect, TextInput } from "@mantine/core";

import { useState } from "react";

import { call, type Row } from "@/api/client";
import { Failure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useOptions } from "@/lib/words";
import { useRoles } from "@/pages/administration/Users";
import { tell } from "@/parts/Confirm";
import { Form, useForm, useLeaveGuard } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Empty, Page } from "@/parts/Page";

type Rule = Row<"GET /group-roles">;

interface Values { items: { source: string; group: string; role: string }[] }

function valuesOf(items: Rule[]): Values {
  return { items: items.map((one) => ({ source: one.source,
    group: one.group, role: String(one.role) })) };
}

function Rules({ of }: { of: Rule[] }) {
  const t = useT();
  const may = useMay();
  const options = useOptions();
  const roles = useRoles();
  const form = useForm(valuesOf(of));
  const put = useChange("PUT /group-roles", ["GET /group-roles"]);
  const [last, setLast] = useState(of);
  const { items } = form.values;
  const change = (at: number, changes: Partial<Values["items"][number]>) =>
    form.set({ items: items.map((one, i) => i === at ?
      { ...one, ...changes } : one) });

  useLeaveGuard(form.dirty);
  return (
    <Form form={form} action={t("action.save")} submit={async (values) => {
      const now = await call("GET /group-roles", { query: { limit: 1000 } });
      if (JSON.stringify(now.items) !== JSON.stringify(last)) {
        throw new Failure("conflict", { detail: t("grouprole.conflict") });
      }
      await put.mutateAsync({ body: { items: values.items.map((one) => ({
        source: one.source as Rule["source"], group: one.group,
        role: Number(one.role) })) } });
      form.reset(values);
      setLast((await call("GET /group-roles", {
        query: { limit: 1000 } })).items);
      tell(t("admin.saved"));
    }}>
      {items.length === 0 && <Empty title={t("grouprole.none")} />}
      <fieldset className="hf-bare" disabled={!may("user.write")}>
        {items.map((one, i) => (
          <div key={i} className="hf-choices hf-rule" role="group"
            aria-label={`${t("grouprole.rule")} ${i + 1}`}>
            <NativeSelect label={t("grouprole.source")} value={one.source}
              data={options("account.source", ["ldap", "oidc", "saml"])}
              onChange={(event) =>
                change(i, { source: event.currentTarget.value })} />
            <TextInput label={t("grouprole.group")} value={one.group}
              name={`items[${i}].group`} className="hf-grow"
              error={form.error(`items[${i}].group`) ??
                form.error(`items[${i}]`)}
              onChange={(event) =>
                change(i, { group: event.currentTarget.value })} />
            <NativeSelect label={t("admin.role")} value={one.role}
              error={form.error(`items[${i}].role`)}
              data={roles.map((role) => ({ value: String(role.id),
                label: role.name }))} onChange={(event) =>
                change(i, { role: event.currentTarget.value })} />
            <Button variant="default" size="xs"
              aria-label={`${t("patching.take_out")}: ${one.group || i + 1}`}
              onClick={() => form.set({
                items: items.filter((_, other) => other !== i) })}>
              {t("patching.take_out")}
            </Button>
          </div>
        ))}
        <Button variant="default" size="xs" disabled={roles.length === 0}
          onClick={() => form.set({ items: [...items, { source: "oidc",
            group: "", role: String(roles[0]?.id ?? 0) }] })}>
          {t("grouprole.add")}
        </Button>
      </fieldset>
    </Form>
  );
}

export default function GroupRoles() {
  const t = useT();
  const answer = useAnswer("GET /group-roles", { query: { limit: 1000 } });

  return (
    <Page title={t("grouprole.title")} lead={t("grouprole.lead")}
      back={{ href: "/administration/roles", title: t("admin.roles") }}>
      <Loaded from={answer}>{(data) => <Rules of={data.items} />}</Loaded>
    </Page>
  );
}
