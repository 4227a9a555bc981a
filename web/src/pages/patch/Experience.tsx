// SPDX-License-Identifier: Apache-2.0
//
// What a user meets before a reboot (P-RBX), with a preview of the countdown.
import { Button, Checkbox, NumberInput, Textarea } from "@mantine/core";
import { useEffect, useState } from "react";

import { duration } from "@/lib/format";
import { useT } from "@/lib/messages";
import { stepsOf, type Experience } from "@/lib/patching";

/** The window as the user sees it: it counts down, and buttons do what they
 * would do. Nothing is rebooted. */
function Preview({ of, level }: { of: Experience; level: string }) {
  const t = useT();
  const whole = of.countdown_minutes * 60;
  const [left, setLeft] = useState<number | null>(null);
  const [extended, setExtended] = useState(0);
  const [over, setOver] = useState("");

  useEffect(() => {
    if (left === null || left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  const start = () => {
    setLeft(whole);
    setExtended(0);
    setOver("");
  };
  const end = (text: string) => {
    setLeft(null);
    setOver(text);
  };
  const mayExtend = of.extend_minutes > 0 &&
    extended + of.extend_minutes <= of.extend_max_minutes;

  return (
    <div className="hf-card hf-countdown" role="group"
      aria-label={t("patching.preview")}>
      <p><strong>{t("patching.preview_title")}</strong> ({level})</p>
      <p>{of.message || t("patching.preview_text")}</p>
      {left !== null && (
        <p className="hf-figure-value" role="timer">{duration(left)}</p>
      )}
      {over && <p className="hf-dim">{over}</p>}
      <div className="hf-actions">
        {left === null ? (
          <Button size="xs" variant="default" onClick={start}>
            {t("patching.preview_go")}
          </Button>
        ) : (
          <>
            <Button size="xs" onClick={() =>
              end(t("patching.preview_now"))}>
              {t("patching.reboot_now")}
            </Button>
            {of.extend_minutes > 0 && (
              <Button size="xs" variant="default" disabled={!mayExtend}
                onClick={() => {
                  setLeft(left + of.extend_minutes * 60);
                  setExtended(extended + of.extend_minutes);
                }}>
                {t("patching.extend", { n: of.extend_minutes })}
              </Button>
            )}
            {of.may_cancel_timeout && (
              <Button size="xs" variant="default" onClick={() =>
                end(t("patching.preview_logoff"))}>
                {t("patching.at_logoff")}
              </Button>
            )}
            {of.may_cancel_reboot && (
              <Button size="xs" variant="default" onClick={() =>
                end(t("patching.preview_cancelled"))}>
                {t("patching.cancel_reboot")}
              </Button>
            )}
          </>
        )}
      </div>
    </div>
  );
}

export function ExperienceEditor({ value, onChange, level }: {
  value: Experience; onChange: (value: Experience) => void; level: string;
}) {
  const t = useT();
  const change = (changes: Partial<Experience>) =>
    onChange({ ...value, ...changes });
  const minutes = (name: "force_minutes" | "countdown_minutes" |
    "extend_minutes" | "extend_max_minutes") => (
    <NumberInput label={t(`patching.${name}`)} min={0} max={1440} w={260}
      value={value[name]} onChange={(n) =>
        change({ [name]: Number(n) || 0 })} />
  );

  return (
    <div className="hf-columns">
      <div className="hf-form">
        {minutes("force_minutes")}
        {minutes("countdown_minutes")}
        {minutes("extend_minutes")}
        {minutes("extend_max_minutes")}
        <Checkbox label={t("patching.warn_at_logoff")}
          checked={value.warn_at_logoff} onChange={(event) =>
            change({ warn_at_logoff: event.currentTarget.checked })} />
        <Checkbox label={t("patching.may_cancel_timeout")}
          checked={value.may_cancel_timeout} onChange={(event) =>
            change({ may_cancel_timeout: event.currentTarget.checked })} />
        <Checkbox label={t("patching.may_cancel_reboot")}
          checked={value.may_cancel_reboot} onChange={(event) =>
            change({ may_cancel_reboot: event.currentTarget.checked })} />
        <Textarea label={t("patching.message")} maxLength={1000} autosize
          value={value.message} onChange={(event) =>
            change({ message: event.currentTarget.value })} />
      </div>
      <div>
        <h3>{t("patching.steps")}</h3>
        <ol className="hf-lines">{stepsOf(value).map((one) => (
          <li key={one.what}>
            <span>{t(`patching.step.${one.what}`)}</span>
            {one.what !== "never" && (
              <span className="hf-dim hf-nowrap">
                {duration(one.at * 60)}
              </span>
            )}
          </li>
        ))}</ol>
        <Preview of={value} level={level} />
      </div>
    </div>
  );
}
