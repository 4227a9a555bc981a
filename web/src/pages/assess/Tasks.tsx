// SPDX-License-Identifier: Apache-2.0
//
// The task schedule (K-SCH-7): what is planned, as a list and as a calendar.
import { NativeSelect, SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useAddress } from "@/lib/address";
import { dateFormat } from "@/lib/format";
import { useSpeech, useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { Loaded } from "@/parts/Loaded";
import { Empty, Page } from "@/parts/Page";

type Task = Row<"GET /tasks">;

function hrefOf(task: Task): string {
  if (task.kind === "network") return `/network/schedules/${task.id}`;
  if (task.kind === "report") return `/administration/reports/${task.id}`;
  return task.kind === "patch" ? `/patch/configurations/${task.id}` :
    `/assess/schedules/${task.id}`;
}

/** The days from the Monday before the first to the Sunday after the last. */
export function weeksOf(from: Date, days: number): string[][] {
  const start = new Date(from);
  start.setUTCDate(start.getUTCDate() - (start.getUTCDay() + 6) % 7);
  const count = Math.ceil(
    (days + (from.getTime() - start.getTime()) / 86_400_000) / 7);

  return Array.from({ length: count }, (_, week) =>
    Array.from({ length: 7 }, (_unused, day) => {
      const date = new Date(start);
      date.setUTCDate(start.getUTCDate() + week * 7 + day);
      return date.toISOString().slice(0, 10);
    }));
}

function Calendar({ tasks, days }: { tasks: Task[]; days: number }) {
  const t = useT();
  const { language } = useSpeech();
  const today = new Date().toISOString().slice(0, 10);
  const weeks = useMemo(
    () => weeksOf(new Date(`${today}T00:00:00Z`), days), [today, days]);
  const byDay = useMemo(() => {
    const map = new Map<string, Task[]>();
    for (const one of tasks) {
      const day = one.local.slice(0, 10);
      map.set(day, [...map.get(day) ?? [], one]);
    }
    return map;
  }, [tasks]);
  const dayName = dateFormat(language,
    { weekday: "short", timeZone: "UTC" });
  const date = dateFormat(language,
    { day: "numeric", month: "short", timeZone: "UTC" });

  return (
    <div className="hf-calendar-box" tabIndex={0} role="region"
      aria-label={t("tasks.calendar")}>
      <table className="hf-calendar">
        <thead><tr>{(weeks[0] ?? []).map((day) => (
          <th key={day} scope="col">{dayName.format(new Date(day))}</th>
        ))}</tr></thead>
        <tbody>{weeks.map((week) => (
          <tr key={week[0]}>{week.map((day) => (
            <td key={day} data-today={day === today || undefined}
              data-past={day < today || undefined}>
              <span className="hf-calendar-day">
                {date.format(new Date(day))}
              </span>
              <ul className="hf-plain-list">
                {(byDay.get(day) ?? []).slice(0, 6).map((one, i) => (
                  <li key={i}>
                    <Link href={hrefOf(one)}>
                      {one.local.slice(11, 16)} {one.name}
                    </Link>
                  </li>
                ))}
                {(byDay.get(day)?.length ?? 0) > 6 && (
                  <li className="hf-dim">
                    {t("finding.more", { n: byDay.get(day)!.length - 6 })}
                  </li>
                )}
              </ul>
            </td>
          ))}</tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function TaskList({ tasks }: { tasks: Task[] }) {
  const t = useT();
  const word = useWord();
  const { language } = useSpeech();
  const format = dateFormat(language, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit",
    minute: "2-digit", timeZone: "UTC",
  });

  return (
    <div className="hf-scroll" tabIndex={0} role="region"
      aria-label={t("tasks.title")}>
      <table className="hf-table">
        <thead><tr>
          <th scope="col">{t("tasks.when")}</th>
          <th scope="col">{t("tasks.zone")}</th>
          <th scope="col">{t("tasks.what")}</th>
          <th scope="col">{t("tasks.kind")}</th>
        </tr></thead>
        <tbody>{tasks.map((one, i) => (
          <tr key={i}>
            <td>{format.format(new Date(`${one.local.replace("Z", "")}Z`))}
            </td>
            <td>{one.zone || t("schedule.zone.device")}</td>
            <td><Link href={hrefOf(one)}>{one.name}</Link></td>
            <td>{word("task.kind", one.kind)}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

export default function Tasks() {
  const t = useT();
  const { values, set } = useAddress();
  const days = Number(values.days) || 28;
  const list = values.as === "list";
  const answer = useAnswer("GET /tasks", { query: { days } }, { keep: true });

  return (
    <Page title={t("tasks.title")} lead={t("tasks.lead")} actions={<>
      <NativeSelect aria-label={t("tasks.days")} value={String(days)}
        data={[1, 7, 28, 90].map((n) => ({
          value: String(n), label: t("tasks.next_days", { n }),
        }))}
        onChange={(event) => set({ days: event.currentTarget.value })} />
      <SegmentedControl value={list ? "list" : "calendar"}
        aria-label={t("tasks.as")} data={[
          { value: "calendar", label: t("tasks.calendar") },
          { value: "list", label: t("tasks.list") },
        ]} onChange={(as) => set({ as: as === "list" ? as : "" })} />
    </>}>
      <Loaded from={answer}>{(data) => data.items.length === 0 ? (
        <Empty title={t("tasks.none")}>
          <p><Link href="/assess/schedules">{t("schedules.title")}</Link></p>
        </Empty>
      ) : list ? <TaskList tasks={data.items} /> :
        <Calendar tasks={data.items} days={days} />}</Loaded>
    </Page>
  );
}
