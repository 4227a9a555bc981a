// SPDX-License-Identifier: Apache-2.0
//
// The filters above a list, kept in the address; and those that somebody
// saved in this browser under a name.
import {
  Button, Menu, Modal, NativeSelect, TextInput,
} from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import { useAddress, type Values } from "@/lib/address";
import { useT } from "@/lib/messages";
import { Icon } from "@/parts/icons";

export interface Filter {
  /** Its name in the query of the call. */
  name: string;
  label: string;
  kind: "search" | "choice" | "text" | "date";
  /** Of a choice: what is asked for, and what it is called. */
  options?: { value: string; label: string }[];
  /** Of a choice: what it is called when nothing is chosen. */
  all?: string;
  placeholder?: string;
  /** Seldom wanted: shown on demand, or while it has a value. */
  more?: boolean;
}

const PAUSE_MS = 350;

function Typed({ filter, value, set }: {
  filter: Filter; value: string; set: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const search = filter.kind === "search";

  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <TextInput size="sm" value={text} label={search ? undefined : filter.label}
      type={search ? "search" : filter.kind === "date" ? "date" : "text"}
      aria-label={filter.label} className={search ? "hf-search" : undefined}
      placeholder={filter.placeholder ?? (search ? filter.label : undefined)}
      leftSection={search ? <Icon name="search" size={16} /> : undefined}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        clearTimeout(timer.current);
        set(text.trim());
      }}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => set(next.trim()), PAUSE_MS);
      }} />
  );
}

interface SavedFilter {
  name: string;
  values: Values;
}

function readSaved(key: string): SavedFilter[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept as SavedFilter[] : [];
  } catch {
    return [];
  }
}

function Saved({ list, current, apply }: {
  list: string; current: Values; apply: (values: Values) => void;
}) {
  const t = useT();
  const key = `holdfast.filters.${list}`;
  const [kept, setKept] = useState(() => readSaved(key));
  const [name, setName] = useState("");
  const [naming, setNaming] = useState(false);

  const keep = (next: SavedFilter[]) => {
    localStorage.setItem(key, JSON.stringify(next));
    setKept(next);
  };
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" size="sm"
            rightSection={<Icon name="down" size={14} />}>
            {t("filters.saved")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kept.length === 0 && <Menu.Label>{t("filters.none")}</Menu.Label>}
          {kept.map((one) => (
            <Menu.Item key={one.name} onClick={() => apply(one.values)}>
              {one.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={Object.keys(current).length === 0}
            onClick={() => setNaming(true)}>
            {t("filters.save")}
          </Menu.Item>
          {kept.map((one) => (
            <Menu.Item key={one.name} color="red" onClick={() =>
              keep(kept.filter((other) => other.name !== one.name))}>
              {t("filters.forget", { name: one.name })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={naming} onClose={() => setNaming(false)} centered
        title={t("filters.save")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <form onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === "") return;
          keep([...kept.filter((one) => one.name !== name.trim()),
            { name: name.trim(), values: current }]);
          setName("");
          setNaming(false);
        }}>
          <TextInput label={t("filters.name")} value={name} maxLength={60}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)} />
          <Button type="submit" mt="md">{t("action.save")}</Button>
        </form>
      </Modal>
    </>
  );
}

export function Filters({ title, filters, prefix, saved }: {
  title: string; filters: Filter[]; prefix: string; saved?: string;
}) {
  const t = useT();
  const { values, set } = useAddress();
  const [all, setAll] = useState(false);
  const hidden = filters.filter((one) =>
    one.more && !values[prefix + one.name]);
  const shown = all ? filters :
    filters.filter((one) => !hidden.includes(one));
  const names = [...filters.map((one) => prefix + one.name), `${prefix}sort`];
  const current = Object.fromEntries(
    Object.entries(values).filter(([name]) => names.includes(name)));

  if (filters.length === 0) return null;
  return (
    <div className="hf-filters" role="search"
      aria-label={t("filters.of", { title })}>
      {shown.map((one) => one.kind === "choice" ? (
        <NativeSelect key={one.name} size="sm" label={one.label}
          value={values[prefix + one.name] ?? ""}
          onChange={(event) =>
            set({ [prefix + one.name]: event.currentTarget.value })}
          data={[{ value: "", label: one.all ?? t("filters.all") },
            ...one.options ?? []]} />
      ) : (
        <Typed key={one.name} filter={one}
          value={values[prefix + one.name] ?? ""}
          set={(value) => set({ [prefix + one.name]: value })} />
      ))}
      {hidden.length > 0 && (
        <Button variant="default" size="sm" aria-expanded={all}
          onClick={() => setAll(!all)}>
          {all ? t("filters.fewer") : t("filters.more")}
        </Button>
      )}
      {saved && (
        <Saved list={saved} current={current} apply={(next) => set({
          ...Object.fromEntries(names.map((name) => [name, ""])), ...next,
        })} />
      )}
    </div>
  );
}
