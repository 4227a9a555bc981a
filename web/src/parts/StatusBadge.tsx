// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

import { Icon, type IconName } from "@/parts/icons";

/** How a state is to be taken: by its meaning, not by its name. */
export type Mood =
  "good" | "bad" | "warn" | "unknown" | "waiting" | "running" | "none";

/** A state as word, colour and picture. */
export function StatusBadge({ mood, children }: {
  mood: Mood; children: ReactNode;
}) {
  return (
    <span className="hf-badge" data-mood={mood}>
      <Icon name={mood satisfies IconName} size={14} />
      <span>{children}</span>
    </span>
  );
}
