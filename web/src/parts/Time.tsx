// SPDX-License-Identifier: Apache-2.0
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";

/** A time, "3 hours ago", with the date and hour behind it; or `never`. */
export function Time({ at, never, exact }: {
  at: string | null | undefined; never?: string; exact?: boolean;
}) {
  const format = useFormat();
  const t = useT();

  if (!at) return <span className="hf-dim">{never ?? t("time.never")}</span>;
  const [shown, behind] = exact ?
    [format.moment(at), format.ago(at)] : [format.ago(at), format.moment(at)];
  return <time dateTime={at} title={behind}>{shown}</time>;
}
