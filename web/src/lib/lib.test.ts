// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";

import { urlOf } from "@/api/client";
import { failureOf } from "@/api/failure";
import { withValues } from "@/lib/address";
import { csvText } from "@/lib/csv";
import { diffLines, hunks } from "@/lib/diff";
import { bytes, duration, relative } from "@/lib/format";
import { translate, type Messages } from "@/lib/messages";
import { differences } from "@/parts/ConflictDialog";
import en from "@/messages/en.json";
import fr from "@/messages/fr.json";
import nl from "@/messages/nl.json";

const all: { [language: string]: { [key: string]: string } } = { en, fr, nl };

describe("messages", () => {
  it("are the same keys in English, French and Dutch (X-9), in order", () => {
    const keys = Object.keys(en);
    expect(keys).toEqual([...keys].sort());
    for (const language of ["fr", "nl"]) {
      expect(Object.keys(all[language]!)).toEqual(keys);
    }
  });
  it("have the same parts in every language, and no empty text", () => {
    const partsOf = (text: string) => [...new Set(
      [...text.matchAll(/\{([a-z_]+)\}/g)].map((one) => one[1]))].sort();
    for (const [key, text] of Object.entries(en)) {
      for (const language of ["fr", "nl"]) {
        const other = all[language]![key] ?? "";
        expect(other.trim(), `${language} ${key}`).not.toBe("");
        expect(partsOf(other), `${language} ${key}`).toEqual(partsOf(text));
        expect(other.split("|").length, `${language} ${key}`)
          .toBe(text.split("|").length);
      }
    }
  });
  it("choose the form by number and language", () => {
    const messages = { "list.total": "{n} row|{n} rows" } as Messages;
    expect(translate(messages, "en", "list.total", { n: 1 })).toBe("1 row");
    expect(translate(messages, "en", "list.total", { n: 0 })).toBe("0 rows");
    expect(translate(messages, "fr", "list.total", { n: 0 })).toBe("0 row");
  });
});

describe("addresses", () => {
  it("of calls have their parts and members encoded, without empty ones",
    () => {
      expect(urlOf("GET /devices/{device}", { path: { device: 7 } }))
        .toBe("/api/v1/devices/7");
      expect(urlOf("GET /devices", { query: { q: "a b&c", filter: "" } }))
        .toBe("/api/v1/devices?q=a+b%26c");
    });
  it("of lists change only what was chosen (X-8)", () => {
    expect(withValues("?q=web&sort=name", { sort: "", state: "all" }))
      .toBe("?q=web&state=all");
  });
});

describe("failures", () => {
  it("tell the fields of a 422 and the wait of a 429", async () => {
    const wrong = await failureOf(new Response(JSON.stringify({
      detail: "no", errors: [{ field: "name", reason: "is missing" }, 3],
    }), { status: 422 }));
    expect(wrong.kind).toBe("invalid");
    expect(wrong.fields).toEqual([{ field: "name", reason: "is missing" }]);
    const busy = await failureOf(new Response("", {
      status: 429, headers: { "Retry-After": "7" },
    }));
    expect(busy.kind).toBe("busy");
    expect(busy.retryAfter).toBe(7);
  });
  it("of an answer that is no JSON are still a kind", async () => {
    expect((await failureOf(new Response("<html>", { status: 502 }))).kind)
      .toBe("unavailable");
  });
});

describe("files", () => {
  it("of CSV quote what needs it and hold no formulas", () => {
    expect(csvText([["a,b", 'say "x"', null, -1], ["=1+1", "-x", "", 2]]))
      .toBe('"a,b","say ""x""",,-1\r\n\'=1+1,\'-x,,2\r\n');
  });
});

describe("differences", () => {
  const shown = (before: string, after: string) =>
    diffLines(before, after).map((line) => line.sign + line.text);

  it("of lines are kept, taken away and added", () => {
    expect(shown("a\nb\nc", "a\nx\nc")).toEqual([" a", "-b", "+x", " c"]);
    expect(shown("", "a")).toEqual(["+a"]);
    expect(shown("a\nb", "")).toEqual(["-a", "-b"]);
    expect(shown("a", "a")).toEqual([" a"]);
  });
  it("put together are the texts again, for many random texts", () => {
    let seed = 7;
    const random = (n: number) => {
      seed = seed * 1_103_515_245 + 12_345 & 0x7fffffff;
      return seed % n;
    };
    const text = () => Array.from({ length: 1 + random(30) },
      () => "abcd"[random(4)]!).join("\n");
    for (let i = 0; i < 300; i++) {
      const [a, b] = [text(), text()];
      const lines = diffLines(a, b);
      const side = (sign: string) => lines
        .filter((line) => line.sign === " " || line.sign === sign)
        .map((line) => line.text).join("\n");
      expect(side("-")).toBe(a);
      expect(side("+")).toBe(b);
    }
  });
  it("leave out what is far from a change", () => {
    const same = Array.from({ length: 20 }, (_, i) => `l${i}`);
    const lines = diffLines(same.join("\n"), [...same, "new"].join("\n"));
    expect(hunks(lines, 2).map((one) => one ? one.sign + one.text : null))
      .toEqual([null, " l18", " l19", "+new"]);
  });
  it("of two objects name the members", () => {
    expect(differences({ a: 1, b: [1] }, { a: 2, b: [1], c: 3 }))
      .toEqual([{ name: "a", mine: "1", theirs: "2" }]);
  });
});

describe("formats", () => {
  it("are those of the reader's language", () => {
    expect(bytes(1_234_567, "fr")).toBe("1,2 MB");
    expect(duration(3_725)).toBe("1 h 2 min");
    expect(relative(0, 7_200_000, "nl")).toBe("2 uur geleden");
  });
});
