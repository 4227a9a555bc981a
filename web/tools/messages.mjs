// SPDX-License-Identifier: Apache-2.0
//
// The message files (src/messages/*.json): says what is missing or still
// English, and with --write sorts their keys. `--add` reads lines "key<TAB>en<TAB>fr<TAB>nl"
// from standard input and puts them in (a key that is there is replaced).
import { readFileSync, writeFileSync } from "node:fs";

const languages = ["en", "fr", "nl"];
const urlOf = (language) =>
  new URL(`../src/messages/${language}.json`, import.meta.url);
const files = Object.fromEntries(languages.map((language) =>
  [language, JSON.parse(readFileSync(urlOf(language), "utf8"))]));
const args = process.argv.slice(2);

if (args.includes("--add")) {
  for (const line of readFileSync(0, "utf8").split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [key, ...texts] = line.split("\t");
    if (texts.length !== languages.length) {
      console.error(`not a key and three texts: ${line}`);
      process.exit(2);
    }
    languages.forEach((language, i) => {
      files[language][key.trim()] = texts[i].trim();
    });
  }
}
if (args.includes("--write") || args.includes("--add")) {
  for (const language of languages) {
    const sorted = Object.fromEntries(Object.entries(files[language])
      .sort(([a], [b]) => a < b ? -1 : 1));
    writeFileSync(urlOf(language), `${JSON.stringify(sorted, null, 1)}\n`);
  }
}
/** The places {name} of a text, whatever its forms of number. */
const places = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
  .join(" ");
/** Names of products and protocols, which are the same in every language. */
const names = /^(family|fetch\.protocol|server\.kind|language)\./;
/** Three words and more are a sentence, and no two languages share one. */
const isSentence = (text) =>
  (text.replace(/\{\w+\}/g, "").match(/\p{L}{2,}/gu) ?? []).length > 2;
let missing = 0;
const keys = new Set(languages.flatMap((one) => Object.keys(files[one])));
for (const key of keys) {
  for (const language of languages) {
    if (files[language][key] === undefined) {
      console.error(`${language}: ${key} is missing`);
      missing += 1;
    } else if (files.en[key] !== undefined &&
        places(files[language][key]) !== places(files.en[key])) {
      console.error(`${language}: ${key} has other places than en`);
      missing += 1;
    } else if (language !== "en" && isSentence(files.en[key] ?? "") &&
        files[language][key] === files.en[key] && !names.test(key)) {
      console.error(`${language}: ${key} is still English`);
      missing += 1;
    }
  }
}
process.exit(missing > 0 ? 1 : 0);
