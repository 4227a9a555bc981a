// SPDX-License-Identifier: Apache-2.0
//
// Patch groups (P-GRP): named lists of patches that configurations include
// or exclude.
import { Checkbox, Textarea, TextInput } from "@mantine/core";
import { Link, useLocation } from "wouter";

import type { Row } from "@/api/client";
import { useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import {
  filterJson, GroupFilterFields, type GroupFilter,
} from "@/pages/patch/GroupFilter";
import { DataList, type Column } from "@/parts/DataList";
import { Form, useForm } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";

type Group = Row<"GET /patch-groups">;

function Add() {
  const t = useT();
  const [, go] = useLocation();
  const form = useForm({ name: "", description: "", dynamic: false,
    filter: {} as GroupFilter });
  const add = useChange("POST /patch-groups", ["GET /patch-groups"]);

  return (
    <Section title={t("patching.group_new")}>
      <Form form={form} action={t("action.add")} submit={async (values) => {
        const { dynamic, filter, ...rest } = values;
        const made = await add.mutateAsync({ body: { ...rest,
          ...dynamic ? { filter: filterJson(filter) } : {} } });
        go(`/patch/groups/${made.id}`);
      }}>
        <TextInput label={t("patching.name")} required
          {...form.text("name")} />
        <Textarea label={t("patching.comment")} autosize
          {...form.text("description")} />
        <Checkbox label={t("groupfilter.on")}
          description={t("groupfilter.help")} {...form.check("dynamic")} />
        {form.values.dynamic && (
          <GroupFilterFields value={form.values.filter}
            error={form.error("filter")}
            onChange={(filter) => form.set({ filter })} />
        )}
      </Form>
    </Section>
  );
}

export default function Groups() {
  const t = useT();
  const may = useMay();
  const format = useFormat();
  const columns: Column<Group>[] = [
    { id: "name", title: t("patching.group"), width: 1.4, cell: (row) => (
      <Link href={`/patch/groups/${row.id}`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "patches", title: t("patching.patches"), align: "right",
      width: 0.6, cell: (row) => format.number(row.patches),
      text: (row) => row.patches },
    { id: "dynamic", title: t("patching.kind_of"), width: 0.8,
      cell: (row) => row.dynamic ? t("patching.dynamic") :
        t("patching.by_hand"), text: (row) => row.dynamic ? "dynamic" : "" },
    { id: "description", title: t("patching.comment"), width: 2,
      cell: (row) => row.description, text: (row) => row.description },
    { id: "changed", title: t("patching.changed"), cell: (row) =>
      <Time at={row.changed} />, text: (row) => row.changed },
  ];

  return (
    <Page title={t("patching.groups")} lead={t("patching.groups_lead")}>
      <DataList title={t("patching.groups")} call="GET /patch-groups"
        columns={columns} rowKey={(row) => row.id} />
      {may("patch.write") && <Add />}
    </Page>
  );
}
