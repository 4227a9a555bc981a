// SPDX-License-Identifier: Apache-2.0
//
// Texts in the language of the reader. A message may have parts: {name} is
// replaced, and "one device|{n} devices" is chosen from by the number n.
import { useQueryClient } from "@tanstack/react-query";
import {
  createContext, useCallback, useContext, useEffect, useMemo, useState,
  type ReactNode,
} from "react";

import { speak } from "@/api/client";
import type english from "@/messages/en.json";

export type Key = keyof typeof english;
export type Messages = { [key in Key]: string };
export type Parts = { [name: string]: string | number };
export type Translate = (key: Key, parts?: Parts) => string;

export const languages = ["en", "fr", "nl"] as const;
export type Language = typeof languages[number];

const KEPT = "holdfast.language";

const files: { [language in Language]: () => Promise<unknown> } = {
  en: () => import("@/messages/en.json"),
  fr: () => import("@/messages/fr.json"),
  nl: () => import("@/messages/nl.json"),
};

export function isLanguage(text: string): text is Language {
  return (languages as readonly string[]).includes(text);
}

/** What was chosen here before, or what the browser asks for. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(KEPT) ?? "";
  const wanted = [kept, ...navigator.languages]
    .map((one) => one.slice(0, 2).toLowerCase());

  return wanted.find(isLanguage) ?? "en";
}

export async function loadMessages(language: Language): Promise<Messages> {
  const file = await files[language]() as { default: Messages };
  speak(language);
  return file.default;
}

export function translate(
  messages: Messages, language: Language, key: Key, parts: Parts = {},
): string {
  const forms = (messages[key] ?? key).split("|");
  const count = parts.n;
  const one = typeof count !== "number" ||
    new Intl.PluralRules(language).select(count) === "one";
  const text = forms.length > 1 && !one ? forms[1]! : forms[0]!;
  const number = new Intl.NumberFormat(language);

  return text.replace(/\{([a-z_]+)\}/g, (whole, name: string) => {
    const part = parts[name];
    if (part === undefined) return whole;
    return typeof part === "number" ? number.format(part) : part;
  });
}

interface Speech {
  language: Language;
  setLanguage: (language: Language) => void;
  t: Translate;
}

const SpeechContext = createContext<Speech | null>(null);

export function MessagesProvider({ first, language: start, children }: {
  first: Messages; language: Language; children: ReactNode;
}) {
  const [language, choose] = useState(start);
  const [messages, setMessages] = useState(first);
  const client = useQueryClient();
  const setLanguage = useCallback((next: Language) => {
    localStorage.setItem(KEPT, next);
    void loadMessages(next).then((loaded) => {
      setMessages(loaded);
      choose(next);
      // What the server said is read again, in the new language.
      void client.invalidateQueries();
    });
  }, [client]);
  const speech = useMemo<Speech>(() => ({
    language, setLanguage,
    t: (key, parts) => translate(messages, language, key, parts),
  }), [language, messages, setLanguage]);

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error("no MessagesProvider");
  return speech;
}

export function useT(): Translate {
  return useSpeech().t;
}
