// SPDX-License-Identifier: Apache-2.0
//
// What a list shows is in its address (?q=web&state=all), so that a link to
// it shows the same to somebody else.
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

export type Values = { [name: string]: string };

/** The address with some members changed; empty ones are left out. */
export function withValues(search: string, changes: Values): string {
  const query = new URLSearchParams(search);

  for (const [name, value] of Object.entries(changes)) {
    if (value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text ? `?${text}` : "";
}

export function useAddress(): {
  values: Values; set: (changes: Values) => void; path: string;
} {
  const [path, go] = useLocation();
  const search = useSearch();
  const values = useMemo(
    () => Object.fromEntries(new URLSearchParams(search)), [search]);
  const set = useCallback((changes: Values) => {
    go(path + withValues(search, changes), { replace: true });
  }, [go, path, search]);

  return { values, set, path };
}
