// SPDX-License-Identifier: Apache-2.0
import { Button, Checkbox, MultiSelect, TextInput } from "@mantine/core";
import { useLocation } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { confirm, tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { troubleText } from "@/parts/Trouble";
import type { PageProps } from "@/routes";

type Role = Row<"GET /roles">;

const stale = ["GET /roles", "GET /roles/{role}"] as const;

function Edit({ of }: { of: Role | null }) {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const [, go] = useLocation();
  const permissions = useAnswer("GET /permissions", { query: { limit: 1000 } });
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const form = useForm({ name: of?.name ?? "",
    permissions: of?.permissions ?? [],
    labels: (of?.labels ?? []).map(String) });
  const add = useChange("POST /roles", [...stale]);
  const put = useChange("PUT /roles/{role}", [...stale]);
  const remove = useChange("DELETE /roles/{role}", [...stale]);
  const readOnly = (of?.built_in ?? false) || !may("user.write");
  const names = (permissions.data?.items ?? []).map((one) => one.name);
  const areas = [...new Set(names.map((one) => one.split(".")[0]!))];

  return (
    <Page title={of?.name ?? t("admin.role_new")}
      back={{ href: "/administration/roles", title: t("admin.roles") }}
      actions={of && !readOnly && (
        <Button variant="default" onClick={() => void (async () => {
          if (!await confirm({ title: t("action.delete"), danger: true,
            text: t("admin.role_delete"), action: t("action.delete") })) {
            return;
          }
          try {
            await remove.mutateAsync({ path: { role: of.id } });
            go("/administration/roles");
          } catch (error) {
            tell(troubleText(t, asFailure(error)));
          }
        })()}>
          {t("action.delete")}
        </Button>
      )}>
      {of?.built_in && <p className="hf-note">{t("admin.built_in")}</p>}
      <Form form={form} action={t("action.save")} submit={async (values) => {
        const body = { name: values.name, permissions: values.permissions,
          labels: values.labels.map(Number) };
        if (of) {
          await put.mutateAsync({ path: { role: of.id }, body,
            revision: of.revision });
        } else {
          const made = await add.mutateAsync({ body });
          go(`/administration/roles/${made.id}`, { replace: true });
        }
        tell(t("admin.saved"));
      }}>
        <fieldset className="hf-group" disabled={readOnly}>
          <legend>{t("patching.general")}</legend>
          <TextInput label={t("admin.name")} required
            {...form.text("name")} />
          <MultiSelect label={t("admin.sees")} disabled={readOnly}
            description={t("admin.sees_help")}
            data={(labels.data?.items ?? []).map((one) => ({
              value: String(one.id), label: one.name }))}
            {...form.value("labels")} />
        </fieldset>
        <Section title={t("admin.permissions")}>
          {areas.map((area) => (
            <fieldset key={area} className="hf-group" disabled={readOnly}>
              <legend>{word("admin.area", area)}</legend>
              <div className="hf-choices">
                {names.filter((one) => one.split(".")[0] === area)
                  .map((one) => (
                    <Checkbox key={one} size="sm"
                      label={word("admin.may", one.split(".")[1] ?? one)}
                      checked={form.values.permissions.includes(one)}
                      onChange={(event) => form.set({ permissions:
                        event.currentTarget.checked ?
                          [...form.values.permissions, one] :
                          form.values.permissions.filter((other) =>
                            other !== one) })} />
                  ))}
              </div>
            </fieldset>
          ))}
        </Section>
      </Form>
    </Page>
  );
}

export default function RolePage({ params }: PageProps) {
  const known = params.id !== "new";
  const answer = useAnswer("GET /roles/{role}",
    { path: { role: Number(params.id) } }, { skip: !known });

  if (!known) return <Edit of={null} />;
  return <Loaded from={answer}>{(role) => (
    <Edit key={role.revision} of={role} />
  )}</Loaded>;
}
