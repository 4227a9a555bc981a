// SPDX-License-Identifier: Apache-2.0
//
// A list of the server: filtered, sorted and paged there, so that 100,000
// rows are no more work than 100. Only rows in view are in the document. What
// is shown is in the address; below 700 pixels rows become cards.
import {
  getCoreRowModel, useReactTable, type ColumnDef, type RowSelectionState,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import {
  useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode,
} from "react";

import type { Ask, ListCall, Query, Row } from "@/api/client";
import { usePages } from "@/api/hooks";
import { useAddress } from "@/lib/address";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { ColumnMenu, useColumns } from "@/parts/list/Columns";
import { ExportMenu } from "@/parts/list/ExportMenu";
import { Filters, type Filter } from "@/parts/list/Filters";
import { Empty } from "@/parts/Page";
import { Trouble } from "@/parts/Trouble";
import { Waiting } from "@/parts/Loaded";

export type { Filter } from "@/parts/list/Filters";

export type Format = "csv" | "xlsx" | "html" | "pdf";
/** What the server writes of the lists that it writes as files. */
export const everyFormat: readonly Format[] = ["csv", "xlsx", "pdf", "html"];

export interface Column<R> {
  id: string;
  title: string;
  cell: (row: R) => ReactNode;
  /** The same as text, for files; without it the column is not in them. */
  text?: (row: R) => string | number | null | undefined;
  /** What `sort` calls it; then its heading sorts. */
  sort?: string;
  /** Share of the width; 1 unless told. */
  width?: number;
  align?: "right";
  /** Shown only to who chooses it. */
  extra?: boolean;
}

interface Props<C extends ListCall> {
  /** For readers of the screen, and the name of files. */
  title: string;
  call: C;
  path?: Ask<C>["path"];
  /** Always asked for, beside what the reader chose. */
  query?: Partial<Query<C>>;
  columns: Column<Row<C>>[];
  filters?: Filter[];
  rowKey: (row: Row<C>) => string | number;
  empty?: ReactNode;
  /** The server has CSV and other forms of this list. */
  formats?: readonly Format[];
  /** Name under which filters can be saved in this browser. */
  saved?: string;
  /** Marks rows; what can be done with them is shown above the list. */
  marked?: (rows: Row<C>[], clear: () => void) => ReactNode;
  /** Put before names in the address when a page has two lists. */
  prefix?: string;
  /** Name under which one's choice of columns is kept; then there is one. */
  choose?: string;
  every?: number | false;
}

function headSort(column: Column<never>, sort: string) {
  if (!column.sort) return undefined;
  if (sort === column.sort) return "ascending" as const;
  return sort === `-${column.sort}` ? "descending" as const : "none" as const;
}

export function DataList<C extends ListCall>(all: Props<C>) {
  const t = useT();
  const choice = useColumns(all.choose, all.columns.filter((one) =>
    !one.extra).map((one) => one.id));
  const chosen = all.columns.filter((one) => choice.shown(one.id));
  const props = { ...all, columns: chosen };
  const format = useFormat();
  const { values, set } = useAddress();
  const prefix = props.prefix ?? "";
  const sort = values[`${prefix}sort`] ?? "";
  const [selection, setSelection] = useState<RowSelectionState>({});
  const body = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);

  const query = useMemo(() => {
    const chosen: { [name: string]: string } = {};
    for (const one of props.filters ?? []) {
      const value = values[prefix + one.name];
      if (value && !one.own) chosen[one.name] = value;
    }
    if (sort) chosen.sort = sort;
    return { ...props.query, ...chosen } as Partial<Query<C>>;
  }, [props.filters, props.query, prefix, sort, values]);

  const list = usePages(props.call, { path: props.path, query },
    { keep: true, every: props.every });
  const { refetch } = list;
  const before = useRef(props.every);
  useEffect(() => { // what it came to, after the last time it was asked
    if (before.current && !props.every) void refetch();
    before.current = props.every;
  }, [props.every, refetch]);
  const pages = list.data?.pages;
  const rows = useMemo(() => pages?.flatMap((page) => page.items) ?? [],
    [pages]);
  const total = pages?.[0]?.total;

  const columns = useMemo<ColumnDef<Row<C>>[]>(() => props.columns.map(
    (column) => ({ id: column.id, header: column.title,
      cell: ({ row }) => column.cell(row.original) })), [props.columns]);
  const table = useReactTable({
    data: rows, columns, getCoreRowModel: getCoreRowModel(),
    getRowId: (row) => String(props.rowKey(row)),
    manualSorting: true, manualFiltering: true, manualPagination: true,
    enableRowSelection: Boolean(props.marked),
    state: { rowSelection: selection }, onRowSelectionChange: setSelection,
  });
  const models = table.getRowModel().rows;

  useLayoutEffect(() => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    setMargin(Math.round(top + window.scrollY));
  }, [rows.length === 0, list.isPending, Object.keys(selection).length > 0]);

  const virtual = useWindowVirtualizer({
    count: models.length,
    estimateSize: () => 45,
    overscan: 12,
    scrollMargin: margin,
    getItemKey: (i) => models[i]?.id ?? i,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;

  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 30) {
      void fetchNextPage();
    }
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const grid = [
    ...(props.marked ? ["2.4rem"] : []),
    ...props.columns.map((one) => `minmax(0, ${one.width ?? 1}fr)`),
  ].join(" ");
  const filtered = (props.filters ?? [])
    .some((one) => values[prefix + one.name]);
  const markedRows = table.getSelectedRowModel().rows
    .map((row) => row.original);

  const sortBy = (column: Column<Row<C>>) => {
    const next = sort === column.sort ? `-${column.sort}` : column.sort ?? "";
    set({ [`${prefix}sort`]: next });
  };

  return (
    <div className="hf-list">
      <div className="hf-list-tools">
        <Filters title={props.title} filters={props.filters ?? []}
          prefix={prefix} saved={props.saved} />
        <div className="hf-list-side">
          <span role="status" className="hf-dim">
            {total !== undefined ?
              t("list.total", { n: total }) :
              t("list.loaded", { n: rows.length })}
          </span>
          {all.choose && (
            <ColumnMenu columns={all.columns} choice={choice} />
          )}
          <ExportMenu title={props.title} call={props.call}
            path={props.path} query={query} columns={props.columns}
            formats={props.formats ?? []} />
        </div>
      </div>
      {props.marked && markedRows.length > 0 && (
        <div className="hf-marked" role="region"
          aria-label={t("list.marked.region")}>
          <strong>{t("list.marked", { n: markedRows.length })}</strong>
          {props.marked(markedRows, () => setSelection({}))}
        </div>
      )}
      {list.error && !pages &&
        <Trouble error={list.error} again={() => void list.refetch()} />}
      {list.isPending && <Waiting lines={8} />}
      {pages && rows.length === 0 && (filtered ? (
        <Empty title={t("list.nothing_found")}>
          <button type="button" className="hf-linklike"
            onClick={() => set(Object.fromEntries((props.filters ?? [])
              .map((one) => [prefix + one.name, ""])))}>
            {t("list.clear")}
          </button>
        </Empty>
      ) : props.empty ?? <Empty title={t("list.empty")} />)}
      {rows.length > 0 && (
        <div role="table" aria-label={props.title} className="hf-rows"
          aria-rowcount={(total ?? rows.length) + 1}
          aria-busy={list.isPlaceholderData}>
          <div role="rowgroup" className="hf-rows-head">
            <div role="row" className="hf-row"
              style={{ gridTemplateColumns: grid }}>
              {props.marked && (
                <span role="columnheader">
                  <input type="checkbox" aria-label={t("list.mark_all")}
                    checked={table.getIsAllRowsSelected()}
                    onChange={table.getToggleAllRowsSelectedHandler()} />
                </span>
              )}
              {props.columns.map((column) => (
                <span key={column.id} role="columnheader"
                  data-align={column.align}
                  aria-sort={headSort(column as Column<never>, sort)}>
                  {column.sort ? (
                    <button type="button" onClick={() => sortBy(column)}>
                      {column.title}
                      <span aria-hidden="true">{
                        sort === column.sort ? " ▲" :
                          sort === `-${column.sort}` ? " ▼" : ""
                      }</span>
                    </button>
                  ) : column.title}
                </span>
              ))}
            </div>
          </div>
          <div role="rowgroup" ref={body} className="hf-rows-body"
            style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = models[item.index]!;
              return (
                <div role="row" key={item.key} data-index={item.index}
                  ref={virtual.measureElement} className="hf-row"
                  aria-rowindex={item.index + 2}
                  data-marked={row.getIsSelected() || undefined}
                  style={{
                    gridTemplateColumns: grid,
                    transform: `translateY(${item.start - margin}px)`,
                  }}>
                  {props.marked && (
                    <span role="cell" className="hf-cell-mark">
                      <input type="checkbox" checked={row.getIsSelected()}
                        aria-label={t("list.mark", { n: item.index + 1 })}
                        onChange={row.getToggleSelectedHandler()} />
                    </span>
                  )}
                  {props.columns.map((column) => (
                    <span key={column.id} role="cell"
                      data-align={column.align} data-title={column.title}>
                      <span className="hf-cell">
                        {column.cell(row.original)}
                      </span>
                    </span>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
      )}
      {isFetchingNextPage && (
        <p className="hf-dim" role="status">{t("loading")}</p>
      )}
      {list.isFetchNextPageError && (
        <Trouble error={list.error} again={() => void fetchNextPage()} />
      )}
      {rows.length > 0 && !hasNextPage && rows.length > 50 && (
        <p className="hf-dim hf-list-end">
          {t("list.end", { n: format.number(rows.length) })}
        </p>
      )}
    </div>
  );
}
