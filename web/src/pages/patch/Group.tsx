// SPDX-License-Identifier: Apache-2.0
//
// One patch group: its patches, put in and taken out.
import { Button, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useLocation } from "wouter";

import type { Answer, Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import {
  filterJson, GroupFilterFields, type GroupFilter,
} from "@/pages/patch/GroupFilter";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Severity } from "@/parts/Finding";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";
import type { PageProps } from "@/routes";

type Group = Answer<"GET /patch-groups/{group}">;
type Revision = Row<"GET /patch-groups/{group}/revisions">;
type Member = Row<"GET /patch-groups/{group}/patches">;

const stale = ["GET /patch-groups/{group}", "GET /patch-groups",
  "GET /patch-groups/{group}/patches",
  "GET /patch-groups/{group}/revisions"] as const;

function Edit({ of }: { of: Group }) {
  const t = useT();
  const form = useForm({ name: of.name, description: of.description,
    filter: (of.filter ?? {}) as GroupFilter });
  const patch = useChange("PATCH /patch-groups/{group}", [...stale]);

  return (
    <Form form={form} action={t("action.save")} submit={async (values) => {
      const { filter, ...rest } = values;
      await patch.mutateAsync({ path: { group: of.id },
        body: { ...rest, ...of.dynamic ? { filter: filterJson(filter) } : {} },
        revision: of.revision });
      tell(t("patching.group_saved"));
    }}>
      <TextInput label={t("patching.name")} required {...form.text("name")} />
      <Textarea label={t("patching.comment")} autosize
        {...form.text("description")} />
      {of.dynamic && (
        <GroupFilterFields value={form.values.filter}
          error={form.error("filter")}
          onChange={(filter) => form.set({ filter })} />
      )}
    </Form>
  );
}

/** Who changed it when: every change is a revision that stays. */
function Revisions({ of }: { of: Group }) {
  const t = useT();
  const columns: Column<Revision>[] = [
    { id: "revision", title: t("patching.version"), align: "right",
      width: 0.4, cell: (row) => row.revision, text: (row) => row.revision },
    { id: "at", title: t("history.at"), cell: (row) =>
      <Time at={row.at} exact />, text: (row) => row.at },
    { id: "author", title: t("patching.author"),
      cell: (row) => row.author, text: (row) => row.author },
  ];

  return (
    <DataList title={t("patching.versions")} prefix="r"
      call="GET /patch-groups/{group}/revisions" path={{ group: of.id }}
      columns={columns} rowKey={(row) => row.revision} />
  );
}

function Members({ of }: { of: Group }) {
  const t = useT();
  const may = useMay();
  const form = useForm({ add: [] as string[] });
  const change = useChange("POST /patch-groups/{group}/patches",
    [...stale]);
  const write = may("patch.write") && !of.dynamic;
  const columns: Column<Member>[] = [
    { id: "patch", title: t("patch.name"), width: 2, cell: (row) => (
      <>{row.title || row.patch}
        <code className="hf-small hf-dim hf-below">{row.patch}</code></>
    ), text: (row) => row.patch },
    { id: "severity", title: t("finding.severity"), cell: (row) =>
      <Severity of={{ value: row.severity ?? "unassigned" }} />,
    text: (row) => row.severity },
  ];

  return (
    <>
      <DataList title={t("patching.patches")}
        call="GET /patch-groups/{group}/patches" path={{ group: of.id }}
        columns={columns} rowKey={(row) => row.patch}
        marked={write ? (rows, clear) => (
          <Button size="xs" variant="default" onClick={() => change.mutate({
            path: { group: of.id }, revision: of.revision,
            body: { remove: rows.map((row) => row.patch) } }, {
            onSuccess: clear,
            onError: (error) => tell(troubleText(t, asFailure(error))) })}>
            {t("patching.take_out")}
          </Button>
        ) : undefined} />
      {write && (
        <Form form={form} action={t("patching.put_in")}
          submit={async (values) => {
            await change.mutateAsync({ path: { group: of.id },
              revision: of.revision, body: { add: values.add } });
            form.reset({ add: [] });
          }}>
          <TagsInput label={t("patching.ids")}
            description={t("patching.ids_help")} {...form.value("add")} />
        </Form>
      )}
    </>
  );
}

export default function GroupPage({ params }: PageProps) {
  const t = useT();
  const may = useMay();
  const [, go] = useLocation();
  const answer = useAnswer("GET /patch-groups/{group}",
    { path: { group: Number(params.id) } });
  const remove = useChange("DELETE /patch-groups/{group}", [...stale]);

  return (
    <Loaded from={answer}>{(group) => (
      <Page title={group.name} lead={group.description}
        back={{ href: "/patch/groups", title: t("patching.groups") }}
        actions={may("patch.write") && (
          <Button variant="default" onClick={() => void (async () => {
            if (!await confirm({ title: t("action.delete"),
              text: t("patching.group_delete"), action: t("action.delete"),
              danger: true })) return;
            try {
              await remove.mutateAsync({ path: { group: group.id } });
              go("/patch/groups");
            } catch (error) {
              tell(troubleText(t, asFailure(error)));
            }
          })()}>
            {t("action.delete")}
          </Button>
        )}>
        <Section title={t("patching.patches")}><Members of={group} />
        </Section>
        {may("patch.write") && (
          <Section title={t("patching.general")}>
            <Edit key={group.revision} of={group} />
          </Section>
        )}
        <Section title={t("patching.versions")}><Revisions of={group} />
        </Section>
      </Page>
    )}</Loaded>
  );
}
