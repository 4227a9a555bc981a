// SPDX-License-Identifier: Apache-2.0
//
// Whether somebody is signed in: the console, or the way in.
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";

import { onSignedOut } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer } from "@/api/hooks";
import { SessionContext } from "@/lib/session";
import { Trouble } from "@/parts/Trouble";
import { Waiting } from "@/parts/Loaded";
import { Shell } from "@/shell/Shell";

const SignIn = lazy(() => import("@/pages/signin/SignIn"));

export function Gate() {
  const client = useQueryClient();
  const session = useAnswer("GET /session");
  const failure = session.error ? asFailure(session.error) : null;

  useEffect(() => {
    onSignedOut(() => {
      void client.refetchQueries({ queryKey: ["GET /session"] });
    });
  }, [client]);
  if (failure?.kind === "signin") {
    return (
      <Suspense fallback={<Waiting />}>
        <SignIn done={() => {
          client.clear();
          void session.refetch();
        }} />
      </Suspense>
    );
  }
  if (session.data) {
    return (
      <SessionContext value={session.data}>
        <Shell />
      </SessionContext>
    );
  }
  return (
    <main className="hf-alone">
      {failure ? (
        <Trouble error={failure} again={() => void session.refetch()} />
      ) : <Waiting lines={2} />}
    </main>
  );
}
