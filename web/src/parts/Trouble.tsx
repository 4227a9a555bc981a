// SPDX-License-Identifier: Apache-2.0
//
// A failed call as a sentence with a way on.
import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import { asFailure, type Failure } from "@/api/failure";
import { useT, type Key, type Translate } from "@/lib/messages";
import { Icon } from "@/parts/icons";

/** What happened, and what one can do, in one or two sentences. */
export function troubleText(t: Translate, failure: Failure): string {
  const { kind, detail, retryAfter } = failure;

  if (kind === "busy") {
    return retryAfter ? t("trouble.busy.wait", { n: retryAfter }) :
      t("trouble.busy");
  }
  if (kind === "invalid" || kind === "conflict" || kind === "forbidden") {
    return detail ? t(`trouble.${kind}.because` as Key, { detail }) :
      t(`trouble.${kind}`);
  }
  return t(`trouble.${kind}`);
}

const canRepeat = new Set(
  ["offline", "slow", "busy", "broken", "unavailable"]);

export function Trouble({ error, again, children }: {
  error: unknown; again?: () => void; children?: ReactNode;
}) {
  const t = useT();
  const failure = asFailure(error);

  return (
    <div className="hf-trouble" role="alert">
      <Icon name="warn" size={22} />
      <div>
        <p>{troubleText(t, failure)}</p>
        {failure.fields.length > 0 && (
          <ul>{failure.fields.map((one) => (
            <li key={one.field + one.reason}>
              <code>{one.field}</code>: {one.reason}
            </li>
          ))}</ul>
        )}
        {again && canRepeat.has(failure.kind) && (
          <Button size="xs" variant="default" onClick={again}>
            {t("action.again")}
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}
