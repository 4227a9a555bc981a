// SPDX-License-Identifier: Apache-2.0
//
// Questions before something that matters, and words after it:
//     if (await confirm({ title, text, action })) ...
//     tell(t("label.deleted"));
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";

import { useT } from "@/lib/messages";

export interface Question {
  title: string;
  text: ReactNode;
  /** The word on the button that does it: a verb. */
  action: string;
  danger?: boolean;
  /** Must be typed first: for what cannot be undone. */
  typed?: string;
}

interface Open extends Question {
  answer: (yes: boolean) => void;
}

let show: (open: Open) => void = ({ answer }) => answer(false);

export function confirm(question: Question): Promise<boolean> {
  return new Promise((answer) => show({ ...question, answer }));
}

/** Is there once, in the shell. */
export function ConfirmHost() {
  const t = useT();
  const [open, setOpen] = useState<Open | null>(null);
  const [typed, setTyped] = useState("");

  useEffect(() => {
    show = (next) => {
      setTyped("");
      setOpen(next);
    };
  }, []);
  const close = (yes: boolean) => {
    open?.answer(yes);
    setOpen(null);
  };
  return (
    <Modal opened={open !== null} onClose={() => close(false)}
      title={open?.title ?? ""} centered
      closeButtonProps={{ "aria-label": t("action.close") }}>
      {open && (
        <form onSubmit={(event) => {
          event.preventDefault();
          if (!open.typed || typed === open.typed) close(true);
        }}>
          <div className="hf-question">{open.text}</div>
          {open.typed && (
            <TextInput value={typed} mb="md" data-autofocus
              label={t("confirm.type", { word: open.typed })}
              onChange={(event) => setTyped(event.currentTarget.value)} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => close(false)}>
              {t("action.cancel")}
            </Button>
            <Button type="submit" color={open.danger ? "red" : undefined}
              disabled={Boolean(open.typed) && typed !== open.typed}>
              {open.action}
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}

interface Word {
  id: number;
  text: ReactNode;
  action?: { label: string; run: () => void };
}

let words: Word[] = [];
let nextWord = 1;
let wordsChanged: () => void = () => undefined;

/** A sentence at the lower edge, for a while; with a way back if there is. */
export function tell(text: ReactNode, action?: Word["action"]): void {
  const id = nextWord++;

  words = [...words.slice(-2), { id, text, action }];
  wordsChanged();
  setTimeout(() => {
    words = words.filter((one) => one.id !== id);
    wordsChanged();
  }, action ? 20_000 : 7_000);
}

export function WordsHost() {
  const [, draw] = useState(0);

  useEffect(() => {
    wordsChanged = () => draw((n) => n + 1);
  }, []);
  return (
    <div className="hf-words" role="status" aria-live="polite">
      {words.map((one) => (
        <div key={one.id} className="hf-word">
          <span>{one.text}</span>
          {one.action && (
            <button type="button" onClick={() => {
              words = words.filter((other) => other.id !== one.id);
              wordsChanged();
              one.action?.run();
            }}>{one.action.label}</button>
          )}
        </div>
      ))}
    </div>
  );
}
