// SPDX-License-Identifier: Apache-2.0
//
// A chart, loaded when it is needed, with the same numbers as a table and as
// files. See chart/draw.ts for what is drawn.
import { Button, Menu, useComputedColorScheme } from "@mantine/core";
import { useEffect, useId, useRef, useState } from "react";

import { csvText, saveFile, saveText } from "@/lib/csv";
import { useT } from "@/lib/messages";
import type { Drawing } from "@/parts/chart/draw";
import { Icon } from "@/parts/icons";

export interface Series {
  name: string;
  values: (number | null)[];
  /** Meaning gives the colour; without it colours follow in order. */
  mood?: "good" | "bad" | "warn" | "unknown" | "none";
}

export interface ChartData {
  kind: "line" | "bar" | "stack" | "pie";
  /** What the values are of: days, names of devices. */
  categories: string[];
  series: Series[];
}

function tableOf(data: ChartData, head: string): (string | number | null)[][] {
  return [
    [head, ...data.series.map((one) => one.name)],
    ...data.categories.map((name, i) =>
      [name, ...data.series.map((one) => one.values[i] ?? null)]),
  ];
}

export function Chart({ title, data, category, height = 260, onPick }: {
  title: string;
  data: ChartData;
  /** What a category is: "Day", "Device". */
  category: string;
  height?: number;
  /** A category was chosen, by its picture or in the table. */
  onPick?: (at: number) => void;
}) {
  const t = useT();
  const scheme = useComputedColorScheme("light");
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const [asTable, setAsTable] = useState(false);
  const heading = useId();
  const pick = useRef(onPick);
  const rows = tableOf(data, category);
  const name = `holdfast-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;

  useEffect(() => {
    pick.current = onPick;
  }, [onPick]);
  useEffect(() => {
    if (asTable) return undefined;
    let gone = false;
    void import("@/parts/chart/draw").then(({ draw }) => {
      if (gone || !box.current) return;
      drawing.current = draw(box.current, data,
        pick.current && ((at) => pick.current?.(at)));
    });
    return () => {
      gone = true;
      drawing.current?.close();
      drawing.current = null;
    };
  }, [data, asTable, scheme]);

  return (
    <figure className="hf-chart hf-section" aria-labelledby={heading}>
      <figcaption>
        <h2 id={heading}>{title}</h2>
        <div className="hf-actions">
          <Button size="compact-sm" variant="subtle"
            onClick={() => setAsTable(!asTable)}>
            {asTable ? t("chart.show_chart") : t("chart.show_table")}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="compact-sm" variant="subtle"
                leftSection={<Icon name="save" size={14} />}>
                {t("export")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item disabled={asTable} onClick={() => {
                void drawing.current?.picture()
                  .then((blob) => saveFile(`${name}.png`, blob));
              }}>PNG</Menu.Item>
              <Menu.Item onClick={() =>
                saveText(`${name}.csv`, csvText(rows), "text/csv")}>
                CSV
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      </figcaption>
      {asTable ? (
        <div className="hf-chart-table" tabIndex={0} role="region"
          aria-labelledby={heading}>
          <table className="hf-table">
            <thead><tr>{rows[0]?.map((cell, i) => (
              <th scope="col" key={i}>{cell}</th>
            ))}</tr></thead>
            <tbody>{rows.slice(1).map((row, i) => (
              <tr key={i}>{row.map((cell, k) => k === 0 ?
                <th scope="row" key={k}>{onPick ? (
                  <button type="button" className="hf-linklike"
                    onClick={() => onPick(i)}>{cell}</button>
                ) : cell}</th> :
                <td key={k}>{cell ?? "–"}</td>)}</tr>
            ))}</tbody>
          </table>
        </div>
      ) : (
        <div ref={box} style={{ height }} role="img"
          aria-label={t("chart.picture", { title })} />
      )}
    </figure>
  );
}
