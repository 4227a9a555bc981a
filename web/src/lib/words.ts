// SPDX-License-Identifier: Apache-2.0
//
// Words of the server's own value sets: translated where we know them, shown
// as they are where we do not, so that a newer server is still readable.
import { useCallback } from "react";

import { useT, type Key } from "@/lib/messages";

export function useWord(): (group: string, word: string) => string {
  const t = useT();
  return useCallback((group: string, word: string) => {
    const key = `${group}.${word.toLowerCase().replaceAll(" ", "_")}`;
    const text = t(key as Key);
    return text === key ? word : text;
  }, [t]);
}

/** The options of a choice for a value set. */
export function useOptions(): (
  group: string, words: readonly string[],
) => { value: string; label: string }[] {
  const word = useWord();
  return useCallback((group: string, words: readonly string[]) =>
    words.map((one) => ({ value: one, label: word(group, one) })), [word]);
}
