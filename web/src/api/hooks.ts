// SPDX-License-Identifier: Apache-2.0
//
// Calls as React hooks. What was read is kept under the name of its call, so
// that a change can say which calls answer differently from now on.
import {
  keepPreviousData, QueryClient, useInfiniteQuery, useMutation, useQuery,
  useQueryClient,
} from "@tanstack/react-query";

import {
  call, callText, type Answer, type Ask, type Call, type ListCall, type Row,
} from "@/api/client";
import { asFailure, Failure } from "@/api/failure";
import type { List } from "@/api/types";

const PAGE_ROWS = 100;

function again(count: number, error: Error): boolean {
  const kind = asFailure(error).kind;
  return count < 1 && (kind === "offline" || kind === "unavailable");
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: again, staleTime: 5_000, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
});

interface Options {
  /** Do not ask yet. */
  skip?: boolean;
  /** Ask again every so many milliseconds. */
  every?: number | false;
  /** Show the old answer while the new one is on its way. */
  keep?: boolean;
}

/** What a GET answers. */
export function useAnswer<C extends Call>(
  name: C, ask: Ask<C> = {}, options: Options = {},
) {
  return useQuery<Answer<C>, Failure>({
    queryKey: [name, ask.path ?? null, ask.query ?? null, ask.body ?? null],
    queryFn: ({ signal }) => call(name, { ...ask, signal }),
    enabled: !options.skip,
    refetchInterval: options.every ?? false,
    placeholderData: options.keep ? keepPreviousData : undefined,
  });
}

/** A text that a GET answers. */
export function useText<C extends Call>(
  name: C, ask: Ask<C> = {}, options: Options = {},
) {
  return useQuery<string, Failure>({
    queryKey: [name, "text", ask.path ?? null, ask.query ?? null],
    queryFn: ({ signal }) => callText(name, { ...ask, signal }),
    enabled: !options.skip,
    refetchInterval: options.every ?? false,
  });
}

/** A list, page after page. */
export function usePages<C extends ListCall>(
  name: C, ask: Ask<C> = {}, options: Options = {},
) {
  return useInfiniteQuery<List<Row<C>>, Failure, {
    pages: List<Row<C>>[];
  }, unknown[], string>({
    queryKey: [name, "pages", ask.path ?? null, ask.query ?? null],
    queryFn: ({ pageParam, signal }) => call(name, {
      ...ask, signal,
      query: { limit: PAGE_ROWS, ...ask.query,
        ...(pageParam ? { after: pageParam } : {}) },
    } as Ask<C>) as unknown as Promise<List<Row<C>>>,
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    enabled: !options.skip,
    refetchInterval: options.every ?? false,
    placeholderData: options.keep ? keepPreviousData : undefined,
  });
}

/** A change; then what `stale` names is read again. */
export function useChange<C extends Call>(name: C, stale: Call[] = []) {
  const client = useQueryClient();

  return useMutation<Answer<C>, Failure, Ask<C>>({
    mutationFn: (ask) => call(name, ask),
    onSuccess: () => forget(client, stale),
  });
}

export async function forget(
  client: QueryClient, stale: Call[],
): Promise<void> {
  await Promise.all(stale.map((one) =>
    client.invalidateQueries({ queryKey: [one] })));
}
