// SPDX-License-Identifier: Apache-2.0
//
// The one way to ask the server: call("GET /devices/{device}", { path: ... }).
// Names, queries, bodies and answers are those of types.ts.
import { Failure, failureOf } from "@/api/failure";
import type { Calls, List } from "@/api/types";

export type Call = keyof Calls;
export type Answer<C extends Call> = Calls[C]["answer"];
export type Query<C extends Call> = Calls[C]["query"];
export type Body<C extends Call> = Calls[C]["body"];
/** Calls that answer a page of a list, and what one of its rows is. */
export type ListCall = {
  [C in Call]: Answer<C> extends List<unknown> ? C : never
}[Call];
export type Row<C extends Call> = Answer<C> extends List<infer T> ? T : never;

export interface Ask<C extends Call> {
  path?: { [name: string]: number | string };
  query?: Partial<Query<C>>;
  body?: Body<C>;
  /** The revision that is changed: another one is refused (412). */
  revision?: number;
  signal?: AbortSignal;
}

const TIME_OUT_MS = 60_000;
/** A file is on its way for long, and is read before the answer. */
const FILE_TIME_OUT_MS = 900_000;

/** The language of what the server says: refusals, help, advice (X-9). */
let spoken = "en";

export function speak(language: string): void {
  spoken = language;
}

export function headersFor(accept: string): Headers {
  return new Headers({ Accept: accept, "Accept-Language": spoken });
}

/** Called when the session is over; the shell shows the sign-in page. */
let signedOut: () => void = () => undefined;

export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

export function urlOf<C extends Call>(
  name: C, ask: Pick<Ask<C>, "path" | "query"> = {},
): string {
  const path = name.slice(name.indexOf(" ") + 1)
    .replace(/\{([a-z_]+)\}/g, (_, one: string) =>
      encodeURIComponent(String(ask.path?.[one] ?? "")));
  const query = new URLSearchParams();

  for (const [key, value] of Object.entries(ask.query ?? {})) {
    if (value !== undefined && value !== null && value !== "") {
      query.set(key, String(value));
    }
  }
  const text = query.toString();
  return `/api/v1${path}${text ? `?${text}` : ""}`;
}

function requestOf<C extends Call>(name: C, ask: Ask<C>): RequestInit {
  const method = name.slice(0, name.indexOf(" "));
  const headers = headersFor("application/json");
  const file = ask.body instanceof Blob;

  if (method !== "GET") headers.set("X-Holdfast", "console");
  if (ask.body !== undefined && !file) {
    headers.set("Content-Type", "application/json");
  }
  if (ask.revision !== undefined) {
    headers.set("If-Match", `"${ask.revision}"`);
  }
  return {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    body: file ? ask.body as Blob :
      ask.body === undefined ? undefined : JSON.stringify(ask.body),
  };
}

async function send(
  url: string, init: RequestInit, outer?: AbortSignal,
): Promise<Response> {
  const limit = AbortSignal.timeout(
    init.body instanceof Blob ? FILE_TIME_OUT_MS : TIME_OUT_MS);
  const stop = new AbortController();
  const abort = () => stop.abort();

  limit.addEventListener("abort", abort);
  outer?.addEventListener("abort", abort);
  try {
    return await fetch(url, { ...init, signal: stop.signal });
  } catch (error) {
    if (limit.aborted) throw new Failure("slow");
    if (outer?.aborted) throw error;
    throw new Failure("offline");
  } finally {
    outer?.removeEventListener("abort", abort);
  }
}

export async function call<C extends Call>(
  name: C, ask: Ask<C> = {},
): Promise<Answer<C>> {
  const answer = await send(urlOf(name, ask), requestOf(name, ask),
    ask.signal);

  if (answer.status === 401 && !name.endsWith(" /session")) signedOut();
  if (!answer.ok) throw await failureOf(answer);
  if (answer.status === 204) return undefined as Answer<C>;
  const text = await answer.text();
  if (text === "") return undefined as Answer<C>;
  try {
    return JSON.parse(text) as Answer<C>;
  } catch {
    throw new Failure("broken", { status: answer.status });
  }
}

/** An answer that is text: a configuration, a transcript, a difference. */
export async function callText<C extends Call>(
  name: C, ask: Ask<C> = {},
): Promise<string> {
  const answer = await send(urlOf(name, ask), {
    ...requestOf(name, ask), headers: headersFor("text/plain, */*"),
  }, ask.signal);
  if (answer.status === 401) signedOut();
  if (!answer.ok) throw await failureOf(answer);
  return answer.text();
}

/** Every row of a list, page by page; at most `most` of them. */
export async function everyRow<C extends ListCall>(
  name: C, ask: Ask<C>, most = 100_000,
): Promise<Row<C>[]> {
  const rows: Row<C>[] = [];
  let after: string | null = null;

  do {
    const page = await call(name, {
      ...ask,
      query: { ...ask.query, limit: 1000, ...(after ? { after } : {}) },
    } as Ask<C>) as unknown as List<Row<C>>;
    rows.push(...page.items);
    after = page.next;
  } while (after !== null && rows.length < most);
  return rows;
}
