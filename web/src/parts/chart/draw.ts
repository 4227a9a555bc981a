// SPDX-License-Identifier: Apache-2.0
//
// What Chart shows, drawn by ECharts. Tooltips are drawn, too: as HTML they
// would need inline styles, which the content security policy forbids.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import {
  AriaComponent, GridComponent, LegendComponent, TooltipComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import type { ChartData, Series } from "@/parts/Chart";

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent,
  TooltipComponent, AriaComponent, CanvasRenderer]);

export interface Drawing {
  picture: () => Promise<Blob>;
  close: () => void;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement)
    .getPropertyValue(name).trim();
}

function colourOf(one: Series, i: number): string {
  return one.mood ? colour(`--hf-mood-${one.mood}`) :
    colour(`--hf-series-${i % 8 + 1}`);
}

function seriesOf(data: ChartData) {
  if (data.kind === "pie") {
    return [{
      type: "pie" as const, radius: ["45%", "70%"],
      label: { color: colour("--mantine-color-text") },
      data: data.categories.map((name, i) => ({
        name, value: data.series[0]?.values[i] ?? 0,
        itemStyle: { color: colour(`--hf-series-${i % 8 + 1}`) },
      })),
    }];
  }
  return data.series.map((one, i) => ({
    name: one.name,
    type: data.kind === "line" ? "line" as const : "bar" as const,
    stack: data.kind === "stack" ? "all" : undefined,
    data: one.values,
    itemStyle: { color: colourOf(one, i) },
    showSymbol: one.values.length < 32,
    barMaxWidth: 36,
  }));
}

export function draw(
  box: HTMLElement, data: ChartData, pick?: (at: number) => void,
): Drawing {
  const chart = init(box, undefined, { renderer: "canvas" });
  const text = colour("--mantine-color-text");
  const line = colour("--hf-line");
  const axis = { axisLabel: { color: text },
    axisLine: { lineStyle: { color: line } },
    splitLine: { lineStyle: { color: line } } };
  const round = data.kind === "pie";

  chart.setOption({
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: getComputedStyle(box).fontFamily },
    tooltip: { trigger: round ? "item" : "axis", renderMode: "richText" },
    legend: data.series.length > 1 ?
      { textStyle: { color: text }, bottom: 0 } : undefined,
    grid: { left: 8, right: 16, top: 16, containLabel: true,
      bottom: data.series.length > 1 ? 32 : 8 },
    xAxis: round ? undefined :
      { type: "category", data: data.categories, ...axis },
    yAxis: round ? undefined : { type: "value", minInterval: 1, ...axis },
    series: seriesOf(data),
  });
  if (pick) chart.on("click", (event) => pick(event.dataIndex));
  const watcher = new ResizeObserver(() => chart.resize());
  watcher.observe(box);
  return {
    picture: () => new Promise((resolve) => {
      const canvas = chart.renderToCanvas({
        pixelRatio: 2, backgroundColor: colour("--mantine-color-body"),
      });
      canvas.toBlob((blob) => blob && resolve(blob), "image/png");
    }),
    close: () => {
      watcher.disconnect();
      chart.dispose();
    },
  };
}
