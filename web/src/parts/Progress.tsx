// SPDX-License-Identifier: Apache-2.0
import { Link } from "wouter";

import { useFormat } from "@/lib/format";
import type { Mood } from "@/parts/StatusBadge";
import { StatusBadge } from "@/parts/StatusBadge";

/** How many of a whole are in which state; each number leads to its list. */
export function Progress({ total, parts }: {
  total: number;
  parts: { name: string; n: number; mood: Mood; href?: string }[];
}) {
  const format = useFormat();
  const whole = Math.max(total, parts.reduce((sum, one) => sum + one.n, 0), 1);

  return (
    <div className="hf-progress">
      <div className="hf-progress-bar" aria-hidden="true">
        {parts.filter((one) => one.n > 0).map((one) => (
          <span key={one.name} data-mood={one.mood}
            style={{ width: `${100 * one.n / whole}%` }} />
        ))}
      </div>
      <ul className="hf-progress-parts">
        {parts.map((one) => (
          <li key={one.name}>
            <StatusBadge mood={one.mood}>{one.name}</StatusBadge>{" "}
            {one.href ? (
              <Link href={one.href}
                aria-label={`${one.name}: ${format.number(one.n)}`}>
                {format.number(one.n)}
              </Link>
            ) : format.number(one.n)}
          </li>
        ))}
      </ul>
    </div>
  );
}
