// SPDX-License-Identifier: Apache-2.0
//
// Writes src/api/types.ts from the server's own description of its API:
//     node tools/types.mjs FILE     (what GET /api/v1/openapi.json answered)
// With --check it writes nothing and fails when the file would change.
import { readFileSync, writeFileSync } from "node:fs";

const target = new URL("../src/api/types.ts", import.meta.url);
const args = process.argv.slice(2);
const source = args.find((arg) => !arg.startsWith("--"));

if (!source) {
  console.error("usage: node tools/types.mjs [--check] OPENAPI.json");
  process.exit(2);
}
const api = JSON.parse(readFileSync(source, "utf8"));
const methods = ["get", "post", "put", "patch", "delete"];

function typeOf(schema) {
  const types = [schema.type ?? "unknown"].flat();
  const names = types.map((type) => {
    if (type === "null") return "null";
    if (schema.enum) {
      return schema.enum.filter((one) => one !== null)
        .map((one) => JSON.stringify(one)).join(" | ");
    }
    if (type === "integer" || type === "number") return "number";
    if (type === "array") {
      const item = typeOf(schema.items ?? {});
      return /[|]/.test(item) && !item.startsWith("{") ?
        `(${item})[]` : `${item}[]`;
    }
    if (type === "object") {
      return schema.properties ? objectOf(schema) :
        "{ [member: string]: Json }";
    }
    return type === "string" || type === "boolean" ? type : "Json";
  });
  return names.join(" | ");
}

function objectOf(schema) {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties).map(([name, one]) => {
    const key = /^[a-z_][a-z0-9_]*$/i.test(name) ? name : JSON.stringify(name);
    return `${key}${required.has(name) ? "" : "?"}: ${typeOf(one)}`;
  });
  return members.length > 0 ? `{ ${members.join("; ")} }` : "object";
}

function jsonOf(content) {
  return content?.["application/json"]?.schema;
}

function answerOf(operation) {
  const good = Object.entries(operation.responses)
    .find(([status]) => status.startsWith("2"));
  return good ? jsonOf(good[1].content) : undefined;
}

function queryOf(operation) {
  const properties = {};
  for (const one of operation.parameters ?? []) {
    if (one.in === "query") properties[one.name] = one.schema;
  }
  return { properties, required: (operation.parameters ?? [])
    .filter((one) => one.in === "query" && one.required)
    .map((one) => one.name) };
}

function rowOf(method, path, operation) {
  const answer = answerOf(operation);
  const items = answer?.properties?.items;
  const list = items?.type === "array" && answer.properties.next;
  const lines = [`  /** ${operation.summary} */`,
    `  "${method.toUpperCase()} ${path.replace("/api/v1", "")}": {`,
    `    query: ${objectOf(queryOf(operation))};`];
  const body = jsonOf(operation.requestBody?.content);

  lines.push(`    body: ${body ? typeOf(body) :
    operation.requestBody ? "Blob" : "undefined"};`);
  lines.push(`    answer: ${list ? `List<${typeOf(items.items)}>` :
    answer ? typeOf(answer) : "undefined"};`);
  lines.push("  };");
  return lines.join("\n");
}

const rows = [];
for (const [path, operations] of Object.entries(api.paths)) {
  if (!path.startsWith("/api/v1/")) continue;
  for (const method of methods) {
    if (operations[method]) rows.push(rowOf(method, path, operations[method]));
  }
}
rows.sort((a, b) => a.split("\n")[1] < b.split("\n")[1] ? -1 : 1);
const text = `// SPDX-License-Identifier: Apache-2.0
//
// Written by tools/types.mjs from the server's OpenAPI description: change
// the server, not this file.

export type Json = null | boolean | number | string | Json[] |
  { [member: string]: Json };

export interface List<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export interface Calls {
${rows.join("\n")}
}
`;

if (args.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("src/api/types.ts is not what the server says: " +
      "run npm run types");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
  console.log(`${rows.length} calls`);
}
