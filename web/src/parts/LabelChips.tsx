// SPDX-License-Identifier: Apache-2.0
import { Link } from "wouter";

import { useT } from "@/lib/messages";

/** Labels as links to the devices that have them. */
export function LabelChips({ of, most = 3 }: {
  of: { id: number; name: string }[]; most?: number;
}) {
  const t = useT();
  return (
    <span className="hf-chips">
      {of.slice(0, most).map((one) => (
        <Link key={one.id} className="hf-chip"
          href={`/devices?label=${one.id}`}>{one.name}</Link>
      ))}
      {of.length > most && (
        <span className="hf-dim"
          title={of.slice(most).map((one) => one.name).join(", ")}>
          {t("finding.more", { n: of.length - most })}
        </span>
      )}
    </span>
  );
}
