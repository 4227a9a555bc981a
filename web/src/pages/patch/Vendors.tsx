// SPDX-License-Identifier: Apache-2.0
//
// The tree of vendors and their products (P-VND), as far as the patches that
// are known name them.
import { Checkbox, Radio } from "@mantine/core";

import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import type { Deploy } from "@/lib/patching";
import { Loaded } from "@/parts/Loaded";

function has(rows: string[][], row: string[]): boolean {
  return rows.some((one) => JSON.stringify(one) === JSON.stringify(row));
}

function toggled(rows: string[][], row: string[], on: boolean): string[][] {
  const rest = rows.filter((one) =>
    JSON.stringify(one) !== JSON.stringify(row) &&
    // The whole vendor and one of its products are not both said.
    !(one[0] === row[0] && (row[1] === "*" || one[1] === "*")));
  return on ? [...rest, row] : rest;
}

export function Vendors({ deploy, set }: {
  deploy: Deploy; set: (changes: Partial<Deploy>) => void;
}) {
  const t = useT();
  const patches = useAnswer("GET /patches",
    { query: { sort: "vendor", limit: 1000 } });
  const except = deploy.vendors_all_except ?? null;
  const only = deploy.vendors ?? null;
  const mode = except ? "except" : only ? "only" : "all";
  const rows = except ?? only ?? [];
  const keep = (next: string[][]) => set(
    mode === "except" ? { vendors_all_except: next } : { vendors: next });

  return (
    <>
      <Radio.Group value={mode} aria-label={t("patching.vendors")}
        onChange={(value) => set({
          vendors: value === "only" ? rows : null,
          vendors_all_except: value === "except" ? rows : null,
        })}>
        <Radio value="all" label={t("patching.vendors.all")} mt="xs" />
        <Radio value="only" label={t("patching.vendors.only")} mt="xs" />
        <Radio value="except" label={t("patching.vendors.except")} mt="xs" />
      </Radio.Group>
      {mode !== "all" && (
        <Loaded from={patches}>{(data) => {
          const tree = new Map<string, Set<string>>();
          for (const one of data.items) {
            if (one.os !== "windows" || !one.vendor) continue;
            const products = tree.get(one.vendor) ?? new Set<string>();
            if (one.product) products.add(one.product);
            tree.set(one.vendor, products);
          }
          for (const [vendor] of rows) {
            if (vendor && !tree.has(vendor)) tree.set(vendor, new Set());
          }
          if (tree.size === 0) {
            return <p className="hf-dim">{t("patching.vendors.none")}</p>;
          }
          return (
            <ul className="hf-tree">{[...tree].sort().map(
              ([vendor, products]) => (
                <li key={vendor}>
                  <Checkbox label={vendor} checked={has(rows, [vendor, "*"])}
                    onChange={(event) => keep(toggled(rows, [vendor, "*"],
                      event.currentTarget.checked))} />
                  <ul>{[...products].sort().map((product) => (
                    <li key={product}>
                      <Checkbox size="sm" label={product}
                        checked={has(rows, [vendor, product])}
                        onChange={(event) => keep(toggled(rows,
                          [vendor, product],
                          event.currentTarget.checked))} />
                    </li>
                  ))}</ul>
                </li>
              ))}</ul>
          );
        }}</Loaded>
      )}
    </>
  );
}
