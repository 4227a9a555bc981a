// SPDX-License-Identifier: Apache-2.0
//
// What a report of one's own shows: its source, columns in order, a filter.
import {
  Button, MultiSelect, NativeSelect, NumberInput, TextInput,
} from "@mantine/core";

import type { Answer } from "@/api/client";
import type { Json } from "@/api/types";
import { useT } from "@/lib/messages";
import {
  filterOf, filtersOf, sources, type FilterValues, type Source,
} from "@/lib/patchReports";
import { useOptions, useWord } from "@/lib/words";
import type { FormState } from "@/parts/Form";

export type Template = Answer<"GET /patch-report-templates/{template}">;

export interface TemplateValues {
  name: string;
  source: Source;
  columns: string[];
  filter: FilterValues;
}

export const freshTemplate: TemplateValues = {
  name: "", source: "scan", columns: [...sources.scan.first], filter: {},
};

export function templateValues(of: Template): TemplateValues {
  return { name: of.name, source: of.source, columns: of.columns,
    filter: of.filter as FilterValues };
}

export function templateBody(values: TemplateValues) {
  return { name: values.name, source: values.source,
    columns: values.columns,
    filter: filterOf(values.source, values.filter) as
      { [name: string]: Json } };
}

/** The chosen columns in their order, each moved by its buttons. */
function Order({ columns, set }: {
  columns: string[]; set: (columns: string[]) => void;
}) {
  const t = useT();
  const word = useWord();
  const move = (at: number, by: number) => {
    const next = [...columns];
    const [one] = next.splice(at, 1);
    next.splice(at + by, 0, one!);
    set(next);
  };

  return (
    <ol className="hf-order" aria-label={t("template.order")}>
      {columns.map((one, i) => {
        const name = word("column", one);
        return (
          <li key={one}>
            <span>{name}</span>
            <Button size="compact-xs" variant="default" disabled={i === 0}
              aria-label={`${t("template.earlier")}: ${name}`}
              onClick={() => move(i, -1)}>↑</Button>
            <Button size="compact-xs" variant="default"
              disabled={i === columns.length - 1}
              aria-label={`${t("template.later")}: ${name}`}
              onClick={() => move(i, 1)}>↓</Button>
          </li>
        );
      })}
    </ol>
  );
}

function Filters({ form }: { form: FormState<TemplateValues> }) {
  const t = useT();
  const word = useWord();
  const options = useOptions();
  const { source, filter } = form.values;
  const set = (name: string, value: string | number) =>
    form.set({ filter: { ...filter, [name]: value } });

  return (
    <fieldset className="hf-group">
      <legend>{t("template.filter")}</legend>
      {filtersOf[source].map((one) => {
        const common = { key: one.name, w: 320,
          label: word("template.filter", one.name),
          name: `filter.${one.name}`,
          error: form.error(`filter.${one.name}`) };
        if (one.kind === "choice") {
          return <NativeSelect {...common} key={one.name}
            value={filter[one.name] ?? ""} data={[
              { value: "", label: t("patching.show.all") },
              ...options(one.group!, one.words!)]}
            onChange={(event) => set(one.name, event.currentTarget.value)} />;
        }
        if (one.kind === "number") {
          return <NumberInput {...common} key={one.name} min={1}
            value={filter[one.name] ?? ""}
            onChange={(value) => set(one.name,
              value === "" ? "" : Number(value))} />;
        }
        return <TextInput {...common} key={one.name}
          value={filter[one.name] ?? ""}
          onChange={(event) => set(one.name, event.currentTarget.value)} />;
      })}
    </fieldset>
  );
}

export function TemplateFields({ form }: {
  form: FormState<TemplateValues>;
}) {
  const t = useT();
  const word = useWord();
  const options = useOptions();
  const { source, columns } = form.values;
  const wrong = Object.entries(form.reasons).find(([field]) =>
    field.startsWith("columns"))?.[1];

  return (
    <>
      <TextInput label={t("patching.name")} required {...form.text("name")} />
      <NativeSelect label={t("template.source")} value={source} w={320}
        data={options("template.source", ["scan", "history"])}
        onChange={(event) => {
          const next = event.currentTarget.value as Source;
          form.set({ source: next, columns: [...sources[next].first],
            filter: {} });
        }} />
      <MultiSelect searchable label={t("template.columns")} name="columns"
        description={t("template.columns_help")} error={wrong}
        data={sources[source].columns.map((one) => ({
          value: one, label: word("column", one) }))}
        value={columns} maxValues={20}
        onChange={(next) => form.set({ columns: next })} />
      <Order columns={columns} set={(next) => form.set({ columns: next })} />
      <Filters form={form} />
    </>
  );
}
