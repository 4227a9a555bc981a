// SPDX-License-Identifier: Apache-2.0
//
// When network devices are discovered and their configurations archived by
// themselves (R-COM-1).
import { Button } from "@mantine/core";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { ButtonLink } from "@/parts/ButtonLink";
import { tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Empty, Page } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { troubleText } from "@/parts/Trouble";

type Schedule = Row<"GET /network/schedules">;

export default function NetworkSchedules() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const run = useChange("POST /network/schedules/{schedule}/run",
    ["GET /network/schedules", "GET /network/sessions"]);
  const columns: Column<Schedule>[] = [
    { id: "name", title: t("device.name"), width: 1.5, cell: (row) => (
      <Link href={`/network/schedules/${row.id}`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "action", title: t("network.action"), cell: (row) =>
      word("network.action", row.action), text: (row) => row.action },
    { id: "next", title: t("netplan.next"), width: 1.2, cell: (row) =>
      row.enabled ? <Time at={row.next} never={t("netplan.no_next")} exact /> :
        <StatusBadge mood="none">{t("netplan.off")}</StatusBadge>,
    text: (row) => row.next },
    { id: "last", title: t("netplan.last"), width: 1.6, cell: (row) => (
      <>
        <Time at={row.last_run} never={t("patching.never")} />
        {row.last_run && (
          <span className="hf-dim hf-below">
            {row.last_sessions > 0 ?
              t("netplan.sessions", { n: row.last_sessions }) :
              row.last_result}
          </span>
        )}
      </>
    ), text: (row) => row.last_run },
    ...(may("network.connect") ? [{ id: "run", title: t("netplan.run"),
      width: 0.8, cell: (row: Schedule) => (
        <Button size="compact-xs" variant="default"
          aria-label={`${t("netplan.run")}: ${row.name}`}
          onClick={() => run.mutate({ path: { schedule: row.id } } as never, {
            onSuccess: (done) => tell(t("netplan.begun",
              { n: done.last_sessions })),
            onError: (error) => tell(troubleText(t, asFailure(error))),
          })}>{t("netplan.run")}</Button>
      ) }] : []),
  ];

  return (
    <Page title={t("netplan.title")} lead={t("netplan.lead")}
      actions={may("network.write") && (
        <ButtonLink href="/network/schedules/new" variant="filled">
          {t("netplan.new")}
        </ButtonLink>
      )}>
      <DataList title={t("netplan.title")} call="GET /network/schedules"
        columns={columns} rowKey={(row) => row.id} every={30_000}
        empty={<Empty title={t("netplan.none")}>
          <p>{t("netplan.none_text")}</p></Empty>} />
    </Page>
  );
}
