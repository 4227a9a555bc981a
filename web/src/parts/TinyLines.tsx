// SPDX-License-Identifier: Apache-2.0
//
// A few lines over time, drawn as they are: the first view is not to wait for
// the library of Chart, which it would be larger than.
import { useId } from "react";

import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import type { ChartData } from "@/parts/Chart";

const WIDE = 600;
const HIGH = 180;

/** A round number at or above the largest value. */
export function roundUp(value: number): number {
  if (value <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((one) => one * power)
    .find((one) => one >= value) ?? value;
}

export function TinyLines({ data, title }: {
  data: ChartData; title: string;
}) {
  const t = useT();
  const format = useFormat();
  const label = useId();
  const top = roundUp(Math.max(0, ...data.series.flatMap(
    (one) => one.values.map((value) => value ?? 0))));
  const count = data.categories.length;
  const x = (i: number) => count < 2 ? WIDE / 2 : i * WIDE / (count - 1);
  const y = (value: number) => HIGH - value * HIGH / top;

  return (
    <div className="hf-lines-chart">
      <div className="hf-lines-scale" aria-hidden="true">
        <span>{format.number(top)}</span>
        <span>{format.number(top / 2)}</span>
        <span>0</span>
      </div>
      <svg viewBox={`-6 -6 ${WIDE + 12} ${HIGH + 12}`} role="img"
        preserveAspectRatio="none" aria-labelledby={label}>
        <title id={label}>{t("chart.picture", { title })}</title>
        {[0, 0.5, 1].map((share) => (
          <line key={share} x1={0} x2={WIDE} y1={HIGH * share}
            y2={HIGH * share} className="hf-lines-grid" />
        ))}
        {data.series.map((one) => count < 2 ? (
          <line key={one.name} x1={x(0) - 1} x2={x(0) + 1}
            y1={y(one.values[0] ?? 0)} y2={y(one.values[0] ?? 0)}
            className="hf-lines-dot" data-mood={one.mood} />
        ) : (
          <polyline key={one.name} data-mood={one.mood}
            points={one.values.map((value, i) =>
              `${x(i)},${y(value ?? 0)}`).join(" ")} />
        ))}
      </svg>
      <div className="hf-lines-days" aria-hidden="true">
        <span>{data.categories[0]}</span>
        <span>{count > 1 ? data.categories[count - 1] : ""}</span>
      </div>
      <ul className="hf-lines-legend">
        {data.series.map((one) => (
          <li key={one.name} data-mood={one.mood}>
            {one.name}: {format.number(one.values.at(-1) ?? 0)}
          </li>
        ))}
      </ul>
    </div>
  );
}
