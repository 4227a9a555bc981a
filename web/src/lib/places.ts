// SPDX-License-Identifier: Apache-2.0
//
// Where the console shows what a query of the API answers, so that a number
// that the server gives with its query is a link.

const places: [RegExp, string][] = [
  [/^\/devices\/(\d+)\/findings$/, "/devices/$1?tab=findings"],
  [/^\/devices\/(\d+)\/patches$/, "/devices/$1?tab=patches"],
  [/^\/devices(\/\d+)?$/, "/devices$1"],
  [/^\/catalogue$/, "/assess/catalogue"],
  [/^\/definition$/, "/assess/definition"],
  [/^\/reports\/summary$/, "/assess/report"],
  [/^\/reports\/compliance$/, "/assess/compliance"],
  [/^\/reports\/self$/, "/administration/health"],
  [/^\/runs\/(\d+)(\/devices)?$/, "/assess/runs/$1"],
  [/^\/runs$/, "/assess/runs"],
  [/^\/tasks$/, "/assess/tasks"],
  [/^\/patch-runs\/(\d+)(\/devices)?$/, "/patch/runs/$1"],
  [/^\/patch-devices$/, "/patch/devices"],
  [/^\/patches$/, "/patch/patches"],
];

/** The page for "/api/v1/devices?filter=…"; "/" when there is none. */
export function placeOf(query: string): string {
  const [path = "", search] = query.replace(/^\/api\/v1/, "").split("?");
  const found = places.find(([pattern]) => pattern.test(path));

  if (!found) return "/";
  const page = path.replace(found[0], found[1]).replace("undefined", "");
  if (!search) return page;
  return `${page}${page.includes("?") ? "&" : "?"}${search}`;
}
