// SPDX-License-Identifier: Apache-2.0
//
// Saving what somebody else may have changed meanwhile: the revision that was
// read goes along, and when it is no longer the newest the reader sees both
// and decides whose stands.
import { useState, type ReactNode } from "react";

import { call, type Answer, type Ask, type Call } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useT } from "@/lib/messages";
import { tell } from "@/parts/Confirm";
import { ConflictDialog } from "@/parts/ConflictDialog";
import type { FormState } from "@/parts/Form";
import { troubleText } from "@/parts/Trouble";

interface Revised { revision: number }

export function useConflict<
  V extends object, T extends Revised, S extends Revised = T,
>({
  form, valuesOf, save, call: name, path, revision, names,
}: {
  form: FormState<V>;
  valuesOf: (of: T) => V;
  /** Saves over a revision and answers what is there now; null: it was not
   * saved, as the reader thought better of it. */
  save: (values: V, revision: number) => Promise<S | null>;
  /** How it is read again, from where. */
  call: Call;
  path: NonNullable<Ask<Call>["path"]>;
  /** What was read at first. */
  revision: number;
  /** What members are called on the page. */
  names?: { [member: string]: string };
}): {
  submit: (values: V) => Promise<S | null>;
  changed: () => void;
  dialog: ReactNode;
  /** It is shown now. */
  opened: boolean;
} {
  const t = useT();
  const [at, setAt] = useState(revision);
  const [theirs, setTheirs] = useState<T | null>(null);
  const [opened, setOpened] = useState(false);
  const failed = (error: unknown) => tell(troubleText(t, asFailure(error)));
  const submit = async (values: V, over = at) => {
    const saved = await save(values, over);
    if (saved) setAt(saved.revision);
    return saved;
  };
  const changed = () => {
    setTheirs(null);
    setOpened(true);
    call(name, { path }).then(
      (of) => setTheirs(of as Answer<Call> as unknown as T), failed);
  };

  return {
    submit: (values) => submit(values),
    changed,
    opened,
    dialog: (
      <ConflictDialog opened={opened} mine={form.values} names={names}
        theirs={theirs && valuesOf(theirs)} close={() => setOpened(false)}
        takeTheirs={() => {
          if (!theirs) return;
          form.reset(valuesOf(theirs));
          setAt(theirs.revision);
          setOpened(false);
        }}
        keepMine={() => {
          setOpened(false);
          submit(form.values, theirs?.revision).catch((error: unknown) => {
            if (asFailure(error).kind === "changed") changed();
            else failed(error);
          });
        }} />
    ),
  };
}
