// SPDX-License-Identifier: Apache-2.0
//
// Forms whose fields show what the server says about them (422):
//     const form = useForm({ name: "" });
//     <Form form={form} submit={async (values) => ...} action={t("...")}>
//       <TextInput label=... {...form.text("name")} />
//     </Form>
// Names of members are those of the API's body, also "schedule.time".
import { Button, Group } from "@mantine/core";
import {
  useCallback, useEffect, useMemo, useRef, useState, type ReactNode,
} from "react";

import { asFailure, Failure } from "@/api/failure";
import { useT } from "@/lib/messages";
import { Trouble } from "@/parts/Trouble";

type Reasons = { [field: string]: string };

export interface FormState<V extends object> {
  values: V;
  set: (changes: Partial<V>) => void;
  reset: (values: V) => void;
  reasons: Reasons;
  setReasons: (reasons: Reasons) => void;
  /** Something differs from what was there at first. */
  dirty: boolean;
  error: (name: string) => string | undefined;
  text: (name: keyof V & string) => {
    name: string; value: string; error: string | undefined;
    onChange: (event: { currentTarget: { value: string } }) => void;
  };
  check: (name: keyof V & string) => {
    name: string; checked: boolean; error: string | undefined;
    onChange: (event: { currentTarget: { checked: boolean } }) => void;
  };
  /** For Select, NumberInput, MultiSelect and others that give the value. */
  value: <K extends keyof V & string>(name: K) => {
    name: string; value: V[K]; error: string | undefined;
    onChange: (value: unknown) => void;
  };
}

export function useForm<V extends object>(first: V): FormState<V> {
  const [start, setStart] = useState(first);
  const [values, setValues] = useState(first);
  const [reasons, setReasons] = useState<Reasons>({});
  const dirty = useMemo(
    () => JSON.stringify(values) !== JSON.stringify(start), [values, start]);
  const set = useCallback((changes: Partial<V>) => {
    setValues((old) => ({ ...old, ...changes }));
    setReasons((old) => Object.fromEntries(Object.entries(old).filter(
      ([field]) => !Object.keys(changes).some((name) =>
        field === name || field.startsWith(`${name}.`) ||
        field.startsWith(`${name}[`)))));
  }, []);
  const reset = useCallback((next: V) => {
    setStart(next);
    setValues(next);
    setReasons({});
  }, []);
  const one = <K extends keyof V & string>(name: K, value: V[K]) =>
    set({ [name]: value } as unknown as Partial<V>);

  return {
    values, set, reset, reasons, setReasons, dirty,
    error: (name) => reasons[name],
    text: (name) => ({
      name, value: String(values[name] ?? ""), error: reasons[name],
      onChange: (event) => one(name, event.currentTarget.value as never),
    }),
    check: (name) => ({
      name, checked: Boolean(values[name]), error: reasons[name],
      onChange: (event) => one(name, event.currentTarget.checked as never),
    }),
    value: (name) => ({
      name, value: values[name], error: reasons[name],
      onChange: (value) => one(name, value as never),
    }),
  };
}

/** Asks before leaving the page with what was not saved. */
export function useLeaveGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);
}

function reasonsOf(failure: Failure): Reasons {
  return Object.fromEntries(
    failure.fields.map((one) => [one.field, one.reason]));
}

export function Form<V extends object>({
  form, submit, action, cancel, more, onChanged, children,
}: {
  form: FormState<V>;
  submit: (values: V) => Promise<unknown>;
  action: string;
  cancel?: () => void;
  /** Further buttons. */
  more?: ReactNode;
  /** Somebody else changed it meanwhile (412): show the ConflictDialog. */
  onChanged?: () => void;
  children: ReactNode;
}) {
  const t = useT();
  const element = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const run = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await submit(form.values);
    } catch (error) {
      const failed = asFailure(error);
      if (failed.kind === "changed" && onChanged) onChanged();
      else setFailure(failed);
      form.setReasons(reasonsOf(failed));
      const field = failed.fields[0]?.field ?? "";
      setTimeout(() => element.current?.querySelector<HTMLElement>(
        `[name="${CSS.escape(field)}"]`)?.focus());
    } finally {
      setBusy(false);
    }
  };
  return (
    <form ref={element} className="hf-form" noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void run();
      }}>
      {children}
      {failure && <Trouble error={failure} again={() => void run()} />}
      <Group gap="sm" className="hf-form-end">
        <Button type="submit" loading={busy}>{action}</Button>
        {more}
        {cancel && (
          <Button variant="default" onClick={cancel}>
            {t("action.cancel")}
          </Button>
        )}
      </Group>
    </form>
  );
}
