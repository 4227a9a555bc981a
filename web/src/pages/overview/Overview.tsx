// SPDX-License-Identifier: Apache-2.0
//
// The three questions of the morning: what is wrong, what will happen next,
// what went wrong last night. Every number leads to the list behind it.
import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link } from "wouter";

import type { Answer } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { dateFormat, useFormat } from "@/lib/format";
import { useSpeech, useT, type Key } from "@/lib/messages";
import { placeOf } from "@/lib/places";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { RunState } from "@/pages/assess/Run";
import { Chart, type ChartData } from "@/parts/Chart";
import { Cves, definitionHref } from "@/parts/Finding";
import { Loaded } from "@/parts/Loaded";
import { Figure, Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";
import { TinyLines } from "@/parts/TinyLines";

type Morning = Answer<"GET /overview">;

const EVERY_MS = 300_000;

function Figures({ of }: { of: Morning }) {
  const t = useT();
  const format = useFormat();
  const { exposure, not_seen: silent, reboots } = of;

  return (
    <div className="hf-figures">
      {exposure && (
        <>
          <Figure value={format.number(exposure.affected)}
            label={t("overview.affected", { n: exposure.devices })}
            mood={exposure.affected > 0 ? "bad" : "good"}
            href={placeOf(exposure.affected_query)} />
          <Figure value={format.number(exposure.findings)}
            label={t("overview.findings")}
            mood={exposure.findings > 0 ? "bad" : "good"}
            href={placeOf(exposure.query)} />
          <Figure value={format.number(exposure.exploited)}
            label={t("overview.exploited")}
            mood={exposure.exploited > 0 ? "bad" : "good"}
            href={placeOf(exposure.query)} />
          <Figure value={format.number(exposure.undecided)}
            label={t("overview.undecided")}
            href="/assess/catalogue?view=errors" />
        </>
      )}
      {silent && (
        <Figure value={format.number(silent.count)}
          label={t("overview.not_seen")} href={placeOf(silent.query)}
          mood={silent.count > 0 ? "warn" : "good"} />
      )}
      {reboots && (
        <Figure value={format.number(reboots.count)}
          label={t("overview.reboots")} href={placeOf(reboots.query)}
          mood={reboots.count > 0 ? "warn" : "good"} />
      )}
      {of.devices && (
        <Figure value={format.number(of.devices.count)}
          label={t("overview.devices")} href={placeOf(of.devices.query)} />
      )}
    </div>
  );
}

/** What is counted for all devices only is said to who sees a part. */
function Partial({ title, text }: { title: string; text: string }) {
  return <Section title={title}><p className="hf-dim">{text}</p></Section>;
}

function Exposure({ of }: { of: NonNullable<Morning["exposure"]> }) {
  const t = useT();
  const { language } = useSpeech();
  const [large, setLarge] = useState(false);
  const data = useMemo<ChartData>(() => {
    const history = of.history ?? [];
    const day = dateFormat(language,
      { day: "numeric", month: "short", timeZone: "UTC" });
    return {
      kind: "line",
      categories: history.map((one) => day.format(new Date(one.day))),
      series: [
        { name: t("overview.series.findings"), mood: "bad",
          values: history.map((one) => one.findings) },
        { name: t("overview.series.undecided"), mood: "unknown",
          values: history.map((one) => one.undecided) },
        { name: t("overview.series.exploited"), mood: "warn",
          values: history.map((one) => one.exploited) },
      ],
    };
  }, [of.history, language, t]);

  if (!of.history) {
    return <Partial title={t("overview.exposure")}
      text={t("overview.no_history")} />;
  }
  if (large) {
    return (
      <Chart title={t("overview.exposure")} data={data}
        category={t("overview.day")} />
    );
  }
  return (
    <Section title={t("overview.exposure")} actions={
      <Button size="compact-sm" variant="subtle"
        onClick={() => setLarge(true)}>
        {t("overview.enlarge")}
      </Button>}>
      <TinyLines title={t("overview.exposure")} data={data} />
    </Section>
  );
}

function Worst({ of }: { of: Morning }) {
  const t = useT();
  const format = useFormat();
  const may = useMay();
  const worst = of.worst ?? [];
  const most = Math.max(1, ...worst.map((one) => one.findings));

  return (
    <Section title={t("overview.worst")} actions={
      <Link href={placeOf(of.worst_query)}>{t("overview.all")}</Link>}>
      {worst.length === 0 ? (
        <p className="hf-dim">{t("overview.no_worst")}</p>
      ) : (
        <ol className="hf-bars">
          {worst.map((one) => (
            <li key={one.device}>
              {may("device.read") ? (
                <>
                  <Link href={`/devices/${one.device}`}>{one.name}</Link>
                  <Link href={placeOf(one.query)} className="hf-number"
                    aria-label={t("overview.findings_of",
                      { n: one.findings, name: one.name })}>
                    {format.number(one.findings)}
                  </Link>
                </>
              ) : (
                <>
                  <span>{one.name}</span>
                  <span className="hf-number">
                    {format.number(one.findings)}
                  </span>
                </>
              )}
              <span className="hf-bar" aria-hidden="true">
                <span style={{ width: `${100 * one.findings / most}%` }} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function Exploits({ of }: { of: Morning }) {
  const t = useT();
  const format = useFormat();
  const cves = of.cves ?? [];

  return (
    <Section title={t("overview.cves")}>
      {cves.length === 0 ? (
        <p className="hf-dim">{t("overview.no_cves")}</p>
      ) : (
        <ul className="hf-lines">
          {cves.map((one) => (
            <li key={one.cve}>
              <span>
                <Link href={definitionHref(one.definition, one.content)}>
                  {one.title || one.cve}
                </Link>{" "}
                <Cves of={[one.cve]} />
                {one.added && (
                  <span className="hf-dim">
                    {" "}{t("overview.exploited_since")}{" "}
                    <Time at={one.added} exact />
                  </span>
                )}
              </span>
              <Link href={placeOf(one.query)} className="hf-nowrap">
                {t("targets.devices_n", { n: one.devices })}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {(of.cve_total ?? 0) > cves.length && (
        <p className="hf-dim">{t("overview.cve_total",
          { n: format.number(of.cve_total ?? 0) })}</p>
      )}
    </Section>
  );
}

function dueHref(kind: "assess" | "patch" | "report" | "network", id: number) {
  return { assess: "/assess/schedules/", patch: "/patch/configurations/",
    report: "/administration/reports/", network: "/network/schedules/" }[
    kind] + id;
}

function Due({ of }: { of: NonNullable<Morning["due"]> }) {
  const t = useT();
  const word = useWord();

  return (
    <Section title={t("overview.due")} actions={
      <Link href={placeOf(of.query)}>{t("overview.all")}</Link>}>
      {of.items.length === 0 ? (
        <p className="hf-dim">{t("overview.no_due")}</p>
      ) : (
        <ul className="hf-lines">
          {of.items.map((one, i) => (
            <li key={i}>
              <Link href={dueHref(one.kind, one.id)}>{one.name}</Link>
              <span className="hf-nowrap">
                <span className="hf-dim">
                  {word("task.kind", one.kind)} ·{" "}
                </span>
                {one.local.slice(11, 16)}{" "}
                <span className="hf-dim">
                  {one.zone || t("schedule.zone.device")}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function LastRun({ of, title }: {
  of: NonNullable<Morning["run"]>; title: string;
}) {
  const t = useT();
  const word = useWord();
  const failed = of.states.filter((one) =>
    !["done", "installed", "staged"].includes(one.state));

  return (
    <Section title={title}>
      <p>
        <Link href={placeOf(of.query)}>
          {of.name} #{of.id}{of.task ? ` (${word("patch.task", of.task)})` :
            ""}
        </Link>{" "}
        <span className="hf-dim">
          {t("targets.devices_n", { n: of.devices })},{" "}
          <Time at={of.ended} />
        </span>
      </p>
      {of.failed === 0 ? (
        <p><StatusBadge mood="good">{t("overview.no_failures")}</StatusBadge>
        </p>
      ) : null}
      <ul className="hf-progress-parts">
        {(of.failed === 0 ? of.states : failed).map((one) => (
          <li key={one.state}>
            <RunState of={one.state} />{" "}
            <Link href={placeOf(one.query)}
              aria-label={`${word("run.state", one.state)}: ${one.devices}`}>
              {one.devices}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Health({ of }: { of: NonNullable<Morning["health"]> }) {
  const t = useT();
  const word = useWord();
  const moods = { good: "good", attention: "warn", unknown: "unknown" } as
    const;

  return (
    <Section title={t("overview.health")} actions={
      <Link href={placeOf(of.query)}>{t("overview.all")}</Link>}>
      {of.checks.length === 0 && (
        <StatusBadge mood="good">{t("health.good")}</StatusBadge>
      )}
      <ul className="hf-lines">
        {of.checks.map((one) => (
          <li key={one.name}>
            <span>
              {word("admin.check", one.name)}
              <span className="hf-dim hf-below">{one.text}</span>
            </span>
            <StatusBadge mood={moods[one.state]}>
              {word("health", one.state)}
            </StatusBadge>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What needs which permission, by the names that it has here. */
const needs: [string, Key[]][] = [
  ["device.read", ["overview.devices", "overview.not_seen"]],
  ["report.read", ["overview.exposure", "overview.worst", "overview.cves"]],
  ["schedule.read", ["overview.due"]],
  ["run.read", ["overview.last_run"]],
  ["patch.read", ["overview.reboots", "overview.last_patch_run"]],
  ["setting.read", ["overview.health"]],
];

/** A sentence for each permission that one lacks: what it would show. */
function LeftOut() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const { language } = useSpeech();
  const lacking = needs.filter(([permission]) => !may(permission));
  const join = new Intl.ListFormat(language, { type: "conjunction" });

  if (lacking.length === 0) return null;
  return (
    <Section title={t("overview.left_out")}>
      <p className="hf-dim">{t("overview.left_out_help")}</p>
      <ul className="hf-lines">
        {lacking.map(([permission, parts]) => (
          <li key={permission}>{t("overview.left_out_parts", {
            parts: join.format(parts.map((one) => t(one))),
            area: word("admin.area", permission.split(".")[0]!),
          })}</li>
        ))}
      </ul>
    </Section>
  );
}

export default function Overview() {
  const t = useT();
  const may = useMay();
  const answer = useAnswer("GET /overview", {}, { every: EVERY_MS });

  return (
    <Page title={t("overview.title")}>
      <Loaded from={answer} lines={10}>{(of) => (
        <>
          <Figures of={of} />
          <div className="hf-columns">
            <div>
              {of.exposure && <Exposure of={of.exposure} />}
              {of.worst && <Worst of={of} />}
            </div>
            <div>
              {of.cves && <Exploits of={of} />}
              {of.due && <Due of={of.due} />}
              {of.run && (
                <LastRun of={of.run} title={t("overview.last_run")} />
              )}
              {of.patch_run && (
                <LastRun of={of.patch_run}
                  title={t("overview.last_patch_run")} />
              )}
              {of.health ? <Health of={of.health} /> : may("setting.read") && (
                <Partial title={t("overview.health")}
                  text={t("overview.no_health")} />
              )}
            </div>
          </div>
          <LeftOut />
          <p className="hf-dim">
            {t("overview.as_of")} <Time at={of.exposure?.at ?? of.at} exact />
          </p>
        </>
      )}</Loaded>
    </Page>
  );
}
