// SPDX-License-Identifier: Apache-2.0
//
// Times, numbers and sizes as people write them.
import { useMemo } from "react";

import { useSpeech, type Language } from "@/lib/messages";

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000], ["month", 2_592_000], ["day", 86_400],
  ["hour", 3_600], ["minute", 60], ["second", 1],
];

export function relative(at: number, now: number, language: Language): string {
  const seconds = Math.round((at - now) / 1000);
  const format = new Intl.RelativeTimeFormat(language, {
    numeric: "auto", style: "short",
  });
  const [unit, size] = units.find(([, one]) => Math.abs(seconds) >= one) ??
    ["second", 1];

  return format.format(Math.round(seconds / size), unit);
}

export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 172_800) {
    return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  }
  return `${Math.floor(s / 86_400)} d ${Math.floor(s % 86_400 / 3600)} h`;
}

export function bytes(size: number, language: Language): string {
  const names = ["B", "KB", "MB", "GB", "TB"];
  let at = 0;
  let value = size;

  while (value >= 1000 && at < names.length - 1) {
    value /= 1000;
    at += 1;
  }
  const digits = at > 0 && value < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(language, {
    maximumFractionDigits: digits,
  }).format(value)} ${names[at]}`;
}

export interface Format {
  number: (value: number, digits?: number) => string;
  percent: (share: number) => string;
  date: (text: string) => string;
  moment: (text: string) => string;
  ago: (text: string) => string;
  bytes: (size: number) => string;
  /** Memory and disks as their makers count them. */
  megabytes: (mb: number) => string;
}

/** The reader's own region of the language, if the browser names one. */
export function regional(language: Language): string {
  const wanted = typeof navigator === "undefined" ? [] : navigator.languages;
  return wanted.find((one) => one.startsWith(`${language}-`)) ?? language;
}

/** As Intl has it, on a clock of 24 hours: nights are when things run. */
export function dateFormat(
  language: Language, options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(regional(language),
    { hourCycle: "h23", ...options });
}

export function makeFormat(language: Language): Format {
  const date = dateFormat(language, { dateStyle: "medium" });
  const moment = dateFormat(language,
    { dateStyle: "medium", timeStyle: "short" });

  return {
    number: (value, digits = 0) => new Intl.NumberFormat(language,
      { maximumFractionDigits: digits }).format(value),
    percent: (share) => new Intl.NumberFormat(language,
      { style: "percent", maximumFractionDigits: 1 }).format(share),
    date: (text) => date.format(new Date(text)),
    moment: (text) => moment.format(new Date(text)),
    ago: (text) => relative(Date.parse(text), Date.now(), language),
    bytes: (size) => bytes(size, language),
    megabytes: (mb) => mb < 1024 ? `${mb} MB` :
      `${new Intl.NumberFormat(language, {
        maximumFractionDigits: mb < 10_240 ? 1 : 0,
      }).format(mb / 1024)} GB`,
  };
}

export function useFormat(): Format {
  const { language } = useSpeech();
  return useMemo(() => makeFormat(language), [language]);
}
