// SPDX-License-Identifier: Apache-2.0
//
// Who is signed in, and what they may do.
import { createContext, useContext } from "react";

import type { Answer } from "@/api/client";

export type Session = Answer<"GET /session">;

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("nobody is signed in");
  return session;
}

/** Whether one may: may("patch.write"). The server asks again, of course. */
export function useMay(): (permission: string) => boolean {
  const { permissions } = useSession();
  return (permission) => permission === "" || permissions.includes(permission);
}
