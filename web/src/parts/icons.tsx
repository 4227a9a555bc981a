// SPDX-License-Identifier: Apache-2.0
//
// Our few pictures: 24 by 24, one stroke, in the colour of the text. They say
// nothing that a word beside them does not say.
const paths = {
  overview: "M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z",
  assess: "M12 3 5 6v6c0 5 3 7 7 9 4-2 7-4 7-9V6zM9 12l2 2 4-4",
  devices: "M3 5h18v11H3zM8 20h8M12 16v4",
  patch: "M12 3v11M8 10l4 4 4-4M4 16v4h16v-4",
  network: "M12 8V5M12 8a3 3 0 1 0 0 .1M5 20v-4h14v4M12 11v5",
  administration: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v3M12 18v3M3 12h3" +
    "M18 12h3M6 6l2 2M16 16l2 2M6 18l2-2M16 8l2-2",
  good: "M5 12l5 5 9-10",
  bad: "M6 6l12 12M18 6 6 18",
  warn: "M12 4 2 20h20zM12 10v4M12 17v.5",
  unknown: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17v.5",
  waiting: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4l3 2",
  running: "M20 12a8 8 0 1 1-3-6M20 4v4h-4",
  none: "M6 12h12",
  search: "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12M15 15l5 5",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6 6 18",
  user: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 21c0-5 4-7 8-7s8 2 8 7",
  save: "M12 4v10M8 11l4 4 4-4M5 20h14",
  print: "M7 8V3h10v5M5 17H3V9h18v8h-2M7 14h10v7H7z",
  copy: "M8 8h12v12H8zM4 16V4h12",
  link: "M9 15l6-6M10 6l2-2a4 4 0 0 1 6 6l-2 2M14 18l-2 2a4 4 0 0 1-6-6l2-2",
  plus: "M12 5v14M5 12h14",
  play: "M7 5l12 7-12 7z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2" +
    "M5 5l1 1M18 18l1 1M5 19l1-1M18 6l1-1",
  moon: "M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z",
  language: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18" +
    "M12 3c-3 3-3 15 0 18",
  tag: "M4 4h8l8 8-8 8-8-8zM8 8v.5",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none"
      stroke="currentColor" strokeWidth="2" strokeLinecap="round"
      strokeLinejoin="round" aria-hidden="true" focusable="false"
      className="hf-icon">
      <path d={paths[name]} />
    </svg>
  );
}
