// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";

import { useT } from "@/lib/messages";
import { Trouble } from "@/parts/Trouble";

const SLOW_MS = 6_000;

/** Grey bars while something is on its way; a sentence when it takes long. */
export function Waiting({ lines = 4 }: { lines?: number }) {
  const t = useT();
  const [slow, setSlow] = useState(false);

  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="hf-waiting" aria-busy="true">
      <p role="status" className={slow ? "hf-dim" : "hf-hidden"}>
        {slow ? t("loading.slow") : t("loading")}
      </p>
      {Array.from({ length: lines }, (_, i) => (
        <Skeleton key={i} height={18} width={`${95 - i % 3 * 18}%`} />
      ))}
    </div>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/** What useAnswer() brought: waiting, trouble or the thing itself. */
export function Loaded<T>({ from, lines, children }: {
  from: Asked<T>; lines?: number; children: (data: T) => ReactNode;
}) {
  if (from.data !== undefined) return <>{children(from.data)}</>;
  if (from.error) {
    return <Trouble error={from.error} again={() => void from.refetch()} />;
  }
  return <Waiting lines={lines} />;
}
