// SPDX-License-Identifier: Apache-2.0
//
// The filters above a list, kept in the address; and those that somebody
// saved under a name, wherever they sign in.
import {
  Button, Menu, Modal, NativeSelect, TextInput,
} from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useAddress, type Values } from "@/lib/address";
import { useT } from "@/lib/messages";
import { tell } from "@/parts/Confirm";
import { Icon } from "@/parts/icons";
import { troubleText } from "@/parts/Trouble";

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
  /** The page itself makes the query of it. */
  own?: boolean;
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

/** What an earlier console kept in this browser only. */
function leftHere(list: string): { name: string; query: string }[] {
  const key = `holdfast.filters.${list}`;

  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "[]") as
      { name: string; values: Values }[];
    localStorage.removeItem(key);
    return kept.map((one) => ({ name: one.name,
      query: new URLSearchParams(one.values).toString() }));
  } catch {
    return [];
  }
}

/** Filters under a name, kept with the account. */
function Saved({ list, current, apply }: {
  list: string; current: Values; apply: (values: Values) => void;
}) {
  const t = useT();
  const [name, setName] = useState("");
  const [naming, setNaming] = useState(false);
  const answer = useAnswer("GET /account/filters", { query: { list } });
  const save = useChange("POST /account/filters", ["GET /account/filters"]);
  const forget = useChange("DELETE /account/filters/{filter}",
    ["GET /account/filters"]);
  const moved = useRef(false);
  const kept = answer.data?.items ?? [];
  const failed = (error: unknown) => tell(troubleText(t, asFailure(error)));
  const keep = (called: string, query: string) => save.mutateAsync(
    { body: { list, name: called, query } }).catch(failed);

  useEffect(() => {
    if (moved.current) return;
    moved.current = true;
    for (const one of leftHere(list)) void keep(one.name, one.query);
  });
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
            <Menu.Item key={one.id} onClick={() => apply(
              Object.fromEntries(new URLSearchParams(one.query)))}>
              {one.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={Object.keys(current).length === 0}
            onClick={() => setNaming(true)}>
            {t("filters.save")}
          </Menu.Item>
          {kept.map((one) => (
            <Menu.Item key={one.id} color="red" onClick={() =>
              forget.mutate({ path: { filter: one.id } },
                { onError: failed })}>
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
          void keep(name.trim(), new URLSearchParams(current).toString());
          setName("");
          setNaming(false);
        }}>
          <TextInput label={t("filters.name")} value={name} maxLength={200}
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
