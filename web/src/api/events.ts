// SPDX-License-Identifier: Apache-2.0
//
// The server's stream of what happens. The browser comes back by itself and
// names the last event it has; after "lost" lists are asked again.
import { useEffect, useRef } from "react";

export type Topic = "content" | "device" | "finding" | "label" | "run";

export interface Happening {
  topic: Topic | "lost";
  data: { [member: string]: unknown };
}

const topics: Topic[] = ["content", "device", "finding", "label", "run"];

function parse(text: string): { [member: string]: unknown } {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null ?
      data as { [member: string]: unknown } : {};
  } catch {
    return {};
  }
}

/** Calls `listener` for every event while the component is there. */
export function useEvents(
  wish: { topic?: Topic; id?: number; skip?: boolean },
  listener: (happening: Happening) => void,
): void {
  const newest = useRef(listener);
  const { topic, id, skip } = wish;

  newest.current = listener;
  useEffect(() => {
    if (skip) return undefined;
    const query = new URLSearchParams();
    if (topic) query.set("topic", topic);
    if (id) query.set("id", String(id));
    const source = new EventSource(`/api/v1/events?${query.toString()}`);
    for (const one of [...topics, "lost"] as const) {
      source.addEventListener(one, (event) => newest.current({
        topic: one, data: parse((event as MessageEvent<string>).data),
      }));
    }
    return () => source.close();
  }, [topic, id, skip]);
}
