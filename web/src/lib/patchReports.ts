// SPDX-License-Identifier: Apache-2.0
//
// What a template of a report about patches can show and choose by, as
// docs/patch-reports.md has it (P-RPT-6).
export const sources = {
  scan: {
    columns: ["name", "system", "state", "missing", "installed", "scanned",
      "configuration", "version", "reboot", "reboot_since", "reboot_reason",
      "patch", "title", "severity", "type", "vendor", "product", "released",
      "cves", "exploited", "since", "packages", "size", "held", "problem",
      "device", "origin", "errors", "scan_failure"],
    first: ["name", "patch", "severity", "since", "packages"],
  },
  history: {
    columns: ["at", "name", "patch", "package", "from", "to", "state",
      "text", "code", "configuration", "version", "task", "run",
      "deployment", "device"],
    first: ["at", "name", "patch", "package", "from", "to", "state", "text"],
  },
} as const;

export type Source = keyof typeof sources;

export interface Member {
  name: string;
  kind: "text" | "number" | "choice";
  /** Of a choice: its words, and the group of messages that names them. */
  words?: readonly string[];
  group?: string;
}

const common: Member = { name: "patch", kind: "text" };
export const filtersOf: { [source in Source]: readonly Member[] } = {
  scan: [
    { name: "q", kind: "text" },
    { name: "state", kind: "choice", group: "patching.device_state",
      words: ["patched", "missing", "pending reboot", "no data"] },
    { name: "os", kind: "choice", group: "patching.system",
      words: ["linux", "windows", "macos"] },
    { name: "type", kind: "choice", group: "patching.type",
      words: ["security", "nonsecurity", "bugfix", "enhancement",
        "unknown"] },
    { name: "severity", kind: "choice", group: "patching.level",
      words: ["critical", "important", "moderate", "low", "unassigned"] },
    common,
  ],
  history: [
    { name: "days", kind: "number" },
    { name: "state", kind: "choice", group: "patch.state",
      words: ["queued", "staged", "downloading", "waiting for reboot",
        "installing", "installed", "pending reboot", "failed", "skipped",
        "superseded", "cancelled", "missed"] },
    common,
  ],
};

export type FilterValues = { [name: string]: string | number };

/** Without members that say nothing. */
export function filterOf(source: Source, values: FilterValues): FilterValues {
  return Object.fromEntries(filtersOf[source]
    .map((one) => [one.name, values[one.name] ?? ""] as const)
    .filter(([, value]) => value !== "" && value !== 0));
}
