// SPDX-License-Identifier: Apache-2.0
//
// The lines that differ between two texts (Myers' greedy algorithm).

export interface DiffLine {
  sign: " " | "+" | "-";
  text: string;
  /** Line numbers before and after, from 1. */
  before?: number;
  after?: number;
}

const DISTANCE_MAX = 4_000;

function trace(a: string[], b: string[]): Map<number, number>[] | null {
  const steps: Map<number, number>[] = [];
  const most = Math.min(a.length + b.length, DISTANCE_MAX);
  let reach = new Map([[1, 0]]);

  for (let d = 0; d <= most; d++) {
    steps.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d &&
        (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? reach.get(k + 1) ?? 0 : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      reach.set(k, x);
      if (x >= a.length && x - k >= b.length) return steps;
    }
    reach = new Map(reach);
  }
  return null;
}

/** All lines, each kept, taken away or added. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before === "" ? [] : before.split("\n");
  const b = after === "" ? [] : after.split("\n");
  const steps = trace(a, b);
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;

  if (!steps) {
    return [
      ...a.map((text, i): DiffLine => ({ sign: "-", text, before: i + 1 })),
      ...b.map((text, i): DiffLine => ({ sign: "+", text, after: i + 1 })),
    ];
  }
  for (let d = steps.length - 1; d >= 0; d--) {
    const reach = steps[d]!;
    const k = x - y;
    const down = k === -d || (k !== d &&
      (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : reach.get(fromK) ?? 0;
    const fromY = d === 0 ? 0 : fromX - fromK;
    const stopX = d === 0 ? 0 : down ? fromX : fromX + 1;

    while (x > stopX && y > (d === 0 ? 0 : down ? fromY + 1 : fromY)) {
      lines.push({ sign: " ", text: a[x - 1]!, before: x, after: y });
      x -= 1;
      y -= 1;
    }
    if (d === 0) break;
    if (down) lines.push({ sign: "+", text: b[y - 1]!, after: y });
    else lines.push({ sign: "-", text: a[x - 1]!, before: x });
    x = fromX;
    y = fromY;
  }
  return lines.reverse();
}

/** The changed lines with `around` lines about them; null where some are
 * left out. */
export function hunks(lines: DiffLine[], around = 3): (DiffLine | null)[] {
  const shown = lines.map(() => false);
  const result: (DiffLine | null)[] = [];

  lines.forEach((line, i) => {
    if (line.sign === " ") return;
    const end = Math.min(lines.length - 1, i + around);
    for (let k = Math.max(0, i - around); k <= end; k++) shown[k] = true;
  });
  lines.forEach((line, i) => {
    if (shown[i]) result.push(line);
    else if (result.at(-1) !== null) result.push(null);
  });
  return result;
}
