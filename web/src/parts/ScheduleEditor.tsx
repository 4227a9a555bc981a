// SPDX-License-Identifier: Apache-2.0
//
// When something runs (K-SCH-1 to 10): the members of each type, and what
// they mean: in words, as the next ten dates, with warnings, as the server
// itself reckons.
import {
  Checkbox, Chip, Group, NativeSelect, NumberInput, TextInput,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";

import { call, type Answer } from "@/api/client";
import { asFailure, type Failure } from "@/api/failure";
import { dateFormat } from "@/lib/format";
import { useSpeech, useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import {
  hasTime, monthly, scheduleTypes, weekdays, withType, type Schedule,
  type ScheduleType,
} from "@/lib/schedule";
import { troubleText } from "@/parts/Trouble";

interface Part {
  value: Schedule;
  change: (changes: Partial<Schedule>) => void;
}

function nameOfDay(day: string, language: string): string {
  const date = new Date(Date.UTC(2026, 0,
    5 + weekdays.indexOf(day as typeof weekdays[number])));
  return new Intl.DateTimeFormat(language,
    { weekday: "long", timeZone: "UTC" }).format(date);
}

function nameOfMonth(month: number, language: string): string {
  return new Intl.DateTimeFormat(language, { month: "short", timeZone: "UTC" })
    .format(new Date(Date.UTC(2026, month - 1, 1)));
}

function Every({ value, change }: Part) {
  const t = useT();
  const minutes = value.every_minutes ?? 60;
  const hours = minutes % 60 === 0;

  return (
    <Group align="flex-end">
      <NumberInput label={t("schedule.every")} min={1} w={120}
        max={hours ? 168 : 1440} value={hours ? minutes / 60 : minutes}
        onChange={(n) => change(
          { every_minutes: (Number(n) || 1) * (hours ? 60 : 1) })} />
      <NativeSelect aria-label={t("schedule.unit")}
        value={hours ? "h" : "m"} data={[
          { value: "m", label: t("schedule.minutes") },
          { value: "h", label: t("schedule.hours") },
        ]} onChange={(event) => change({
          every_minutes: event.currentTarget.value === "h" ?
            Math.min(168, Math.max(1, Math.round(minutes / 60))) * 60 :
            Math.min(1439, minutes % 60 === 0 ? 30 : minutes),
        })} />
    </Group>
  );
}

function Weekdays({ value, change }: Part) {
  const t = useT();
  const { language } = useSpeech();

  return (
    <div role="group" aria-label={t("schedule.weekdays")}>
      <span className="hf-label">{t("schedule.weekdays")}</span>
      <Chip.Group multiple value={value.weekdays ?? []}
        onChange={(chosen) => change({ weekdays: weekdays.filter(
          (one) => chosen.includes(one)) })}>
        <Group gap="xs">
          {weekdays.map((one) => (
            <Chip key={one} value={one} size="sm">
              {nameOfDay(one, language)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </div>
  );
}

function Day({ value, change }: Part) {
  const t = useT();
  const { language } = useSpeech();
  const last = { value: "last", label: t("schedule.last") };
  const numbers = (n: number) => [...Array.from({ length: n }, (_, i) => ({
    value: String(i + 1), label: String(i + 1),
  })), last];
  const read = (text: string): number | "last" =>
    text === "last" ? "last" : Number(text);

  if (value.type === "monthly_date") {
    return (
      <NativeSelect label={t("schedule.date")} value={String(value.date)}
        data={numbers(31)}
        onChange={(e) => change({ date: read(e.currentTarget.value) })} />
    );
  }
  return (
    <Group align="flex-end">
      <NativeSelect label={value.type === "monthly_workday" ?
        t("schedule.workday") : t("schedule.nth")}
      value={String(value.nth)}
      data={numbers(value.type === "monthly_workday" ? 20 : 4)}
      onChange={(e) => change({ nth: read(e.currentTarget.value) })} />
      {value.type === "monthly_weekday" && (
        <NativeSelect label={t("schedule.weekday")} value={value.weekday}
          data={weekdays.map((one) => ({
            value: one, label: nameOfDay(one, language),
          }))}
          onChange={(e) => change({ weekday: e.currentTarget.value })} />
      )}
    </Group>
  );
}

function Months({ value, change }: Part) {
  const t = useT();
  const { language } = useSpeech();

  return (
    <div role="group" aria-label={t("schedule.months")}>
      <span className="hf-label">{t("schedule.months")}</span>
      <Chip.Group multiple value={(value.months ?? []).map(String)}
        onChange={(chosen) => change({ months: chosen.length > 0 ?
          chosen.map(Number).sort((a, b) => a - b) : undefined })}>
        <Group gap="xs">
          {Array.from({ length: 12 }, (_, i) => i + 1).map((one) => (
            <Chip key={one} value={String(one)} size="sm">
              {nameOfMonth(one, language)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </div>
  );
}

function Later({ value, change }: Part) {
  const t = useT();
  const days = (n: number | string) =>
    n === "" || Number(n) < 0 ? undefined : Number(n);

  return (
    <Group align="flex-end">
      {monthly.includes(value.type) && (
        <NumberInput label={t("schedule.delay")} min={0} max={30} w={200}
          value={value.delay_days ?? ""}
          onChange={(n) => change({ delay_days: days(n) })} />
      )}
      <NumberInput min={0} max={27} w={280}
        label={value.type === "patch_tuesday" ?
          t("schedule.after_patch_tuesday") :
          t("schedule.also_patch_tuesday")}
        value={value.after_patch_tuesday_days ?? ""}
        onChange={(n) => change({ after_patch_tuesday_days: days(n) })} />
    </Group>
  );
}

function usePreview(value: Schedule, zone: string) {
  const { language } = useSpeech();
  const [asked] = useDebouncedValue(JSON.stringify(value), 300);

  return useQuery<Answer<"POST /schedules/preview">, Failure>({
    queryKey: ["POST /schedules/preview", asked, zone, language],
    queryFn: ({ signal }) => call("POST /schedules/preview", { signal, body: {
      schedule: JSON.parse(asked) as never, zone, count: 10, language,
    } }),
    enabled: value.type !== "none",
    placeholderData: (old) => old,
  });
}

/** Text of a local time without a zone, "2026-05-12T22:00:00". */
export function LocalTime({ at }: { at: string }) {
  const { language } = useSpeech();
  const date = new Date(`${at.replace(/Z$/, "")}Z`);

  return <>{Number.isNaN(date.getTime()) ? at :
    dateFormat(language, {
      weekday: "short", year: "numeric", month: "short", day: "numeric",
      hour: "2-digit", minute: "2-digit", timeZone: "UTC",
    }).format(date)}</>;
}

export function SchedulePreview({ value, zone, none }: {
  value: Schedule; zone: string;
  /** What it means that there is no schedule. */
  none?: string;
}) {
  const t = useT();
  const preview = usePreview(value, zone);
  const data = preview.data;

  if (value.type === "none") {
    return <p className="hf-dim">{none ?? t("schedule.none_text")}</p>;
  }
  return (
    <div className="hf-preview" role="region" aria-live="polite"
      aria-label={t("schedule.preview")}>
      {preview.error ? (
        <p className="hf-note" role="alert">
          {asFailure(preview.error).fields[0]?.reason ??
            troubleText(t, asFailure(preview.error))}
        </p>
      ) : data && (
        <>
          <p><strong>{data.words}</strong></p>
          {data.warnings.split("\n").filter(Boolean).map((one) => (
            <p key={one} className="hf-note">{one}</p>
          ))}
          <p className="hf-dim">
            {zone === "" ? t("schedule.zone_device") :
              t("schedule.zone_named", { zone: data.zone })}
          </p>
          <ol className="hf-dates">
            {data.occurrences.map((one) => (
              <li key={one.utc + one.rule}>
                <LocalTime at={one.local} />
                {one.stage_local && (
                  <span className="hf-dim">
                    {" "}{t("schedule.staged")}{" "}
                    <LocalTime at={one.stage_local} />
                  </span>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

type Clock = "device" | "server" | "named";

function Zone({ zone, onZone, clocks }: {
  zone: string; onZone: (zone: string) => void; clocks: readonly Clock[];
}) {
  const t = useT();
  const named = zone !== "" && zone !== "server";

  return (
    <Group align="flex-end">
      <NativeSelect label={t("schedule.zone")}
        value={named ? "named" : zone || "device"}
        data={clocks.map((one) => ({
          value: one, label: t(`schedule.zone.${one}`) }))}
        onChange={(event) => {
          const clock = event.currentTarget.value as Clock;
          onZone(clock === "named" ?
            Intl.DateTimeFormat().resolvedOptions().timeZone :
            clock === "device" ? "" : clock);
        }} />
      {named && (
        <TextInput label={t("schedule.zone.name")} value={zone}
          onChange={(event) => onZone(event.currentTarget.value)} />
      )}
    </Group>
  );
}

/** Hours of downloading before the run; how many there may be the server
 * says (P-STG-2, 4). */
function Staging({ value, zone, change }: Part & { zone: string }) {
  const t = useT();
  const most = usePreview(value, zone).data?.stage_hours_max ?? 23;

  if (most === 0 && !value.stage_hours) {
    return <p className="hf-dim">{t("schedule.no_staging")}</p>;
  }
  return (
    <NumberInput label={t("schedule.stage_hours")} min={0} max={most}
      description={t("schedule.stage_help", { n: most })} w={300}
      allowDecimal={false} value={value.stage_hours ?? 0}
      onChange={(n) => change({ stage_hours: Number(n) || undefined })} />
  );
}

const everyClock: readonly Clock[] = ["device", "server", "named"];

export function ScheduleEditor({
  value, onChange, zone = "", onZone, types = scheduleTypes, error, none,
  clocks = everyClock, missed = true, stages = false,
}: {
  value: Schedule;
  onChange: (value: Schedule) => void;
  /** "": each device's own; "server"; or an IANA name (K-SCH-10). */
  zone?: string;
  /** Without it the clock is no choice. */
  onZone?: (zone: string) => void;
  types?: readonly ScheduleType[];
  error?: string;
  /** What it is called to have no schedule, and what it means. */
  none?: { name: string; text: string };
  clocks?: readonly Clock[];
  /** A run that was missed may be made up for (P-MIS). */
  missed?: boolean;
  /** Content may be downloaded before (P-STG). */
  stages?: boolean;
}) {
  const t = useT();
  const word = useWord();
  const change = (changes: Partial<Schedule>) =>
    onChange({ ...value, ...changes });
  const part = { value, change };
  const months = monthly.includes(value.type) ||
    value.type === "patch_tuesday";

  return (
    <div className="hf-schedule">
      <div className="hf-form">
        <NativeSelect label={t("schedule.type")} name="schedule"
          value={value.type} error={error}
          data={types.map((one) => ({
            value: one, label: one === "none" && none ? none.name :
              word("schedule.type", one),
          }))}
          onChange={(event) => onChange(
            withType(value, event.currentTarget.value as ScheduleType))} />
        {value.type === "every" && <Every {...part} />}
        {value.type === "weekly" && <Weekdays {...part} />}
        {monthly.includes(value.type) && <Day {...part} />}
        {value.type === "cron" && (
          <TextInput label={t("schedule.cron")} value={value.expression}
            description={t("schedule.cron_help")}
            onChange={(event) =>
              change({ expression: event.currentTarget.value })} />
        )}
        {hasTime(value.type) && (
          <TextInput type="time" label={t("schedule.time")} w={160}
            value={value.time}
            onChange={(event) =>
              change({ time: event.currentTarget.value })} />
        )}
        {months && <Months {...part} />}
        {months && <Later {...part} />}
        {value.type !== "none" && (
          <>
            {onZone && <Zone zone={zone} onZone={onZone} clocks={clocks} />}
            {stages && hasTime(value.type) && (
              <Staging {...part} zone={zone} />
            )}
            {missed && (
              <Checkbox label={t("schedule.run_if_missed")}
                checked={value.run_if_missed ?? false}
                onChange={(event) =>
                  change({ run_if_missed: event.currentTarget.checked })} />
            )}
          </>
        )}
      </div>
      <SchedulePreview value={value} zone={zone} none={none?.text} />
    </div>
  );
}
