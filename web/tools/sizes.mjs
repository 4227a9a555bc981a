// SPDX-License-Identifier: Apache-2.0
//
// sizes.mjs DIST: what a browser fetches, compressed (Brotli): before the
// overview is there, which must stay below 300 KB, and for each other page
// what comes on top of that. Exits with 1 when the first view is larger.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const MOST = 300_000;
const dist = process.argv[2] ?? "dist";
const assets = readdirSync(join(dist, "assets"))
  .filter((name) => /\.(js|css)$/.test(name));

function size(path) {
  return statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
}

/** The file and all that it imports at once. */
function withImports(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const text = readFileSync(join(dist, "assets", name), "utf8");
  for (const [, other] of name.endsWith(".js") ?
    text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g) : [])
    withImports(other, found);
  return found;
}

function chunk(base) {
  return assets.find((name) => name.startsWith(`${base}-`) &&
    name.endsWith(".js"));
}

const sum = (names) => [...names].reduce((all, name) =>
  all + size(join(dist, "assets", name)), 0);
const html = readFileSync(join(dist, "index.html"), "utf8");
const first = new Set();
for (const [, name] of html.matchAll(/"\/assets\/([^"]+)"/g))
  withImports(name, first);
const languages = ["en", "fr", "nl"].map(chunk).filter(Boolean)
  .sort((a, b) => sum([b]) - sum([a]));
for (const name of [chunk("Overview"), languages[0]])
  if (name) withImports(name, first);
const total = size(join(dist, "index.html")) + sum(first);
const source = readFileSync(
  new URL("../src/routes.tsx", import.meta.url), "utf8");

for (const [, path, page] of source.matchAll(
  /row\("([^"]+)",[^]*?import\("[^"]*\/(\w+)"\)/g)) {
  const name = chunk(page);
  if (!name || path === "/") continue;
  const more = [...withImports(name)].filter((one) => !first.has(one));
  console.log(`${(sum(more) / 1000).toFixed(1).padStart(7)} KB  ${path}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(7)} KB  first view ` +
  `(at most ${MOST / 1000})`);
process.exitCode = total > MOST ? 1 : 0;
