// SPDX-License-Identifier: Apache-2.0
//
// Which columns of a list one wants to see: kept with the account, so that
// they are the same wherever one signs in.
import { Button, Checkbox, Popover } from "@mantine/core";

import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { tell } from "@/parts/Confirm";
import { Icon } from "@/parts/icons";
import { troubleText } from "@/parts/Trouble";

const KEPT = "columns";

interface Choice {
  shown: (id: string) => boolean;
  set: (ids: string[]) => void;
}

/** What is shown of a list called so; without a name, all of it. `first`:
 * columns that are shown until somebody chooses others. */
export function useColumns(list: string | undefined, first: string[]): Choice {
  const t = useT();
  const name = `${list ?? ""}:${KEPT}`;
  const kept = useAnswer("GET /account/filters", { query: { list: name } },
    { skip: !list });
  const keep = useChange("POST /account/filters", ["GET /account/filters"]);
  const saved = kept.data?.items[0]?.query;
  const now = saved === undefined ? first :
    (new URLSearchParams(saved).get("show") ?? "").split(" ");

  return {
    shown: (id) => !list || now.includes(id),
    set: (ids) => keep.mutate({ body: { list: name, name: KEPT,
      query: new URLSearchParams({ show: ids.join(" ") }).toString() } }, {
      onError: (error) => tell(troubleText(t, asFailure(error))) }),
  };
}

export function ColumnMenu({ columns, choice }: {
  columns: { id: string; title: string }[]; choice: Choice;
}) {
  const t = useT();
  const shown = columns.filter((one) => choice.shown(one.id))
    .map((one) => one.id);

  return (
    <Popover position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" size="sm"
          rightSection={<Icon name="down" size={14} />}>
          {t("list.columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <fieldset className="hf-columns-choice">
          <legend className="hf-hidden">{t("list.columns")}</legend>
          {columns.map((one, i) => (
            <Checkbox key={one.id} size="sm" label={one.title}
              disabled={i === 0} checked={shown.includes(one.id)}
              onChange={(event) => choice.set(event.currentTarget.checked ?
                columns.map(({ id }) => id).filter((id) =>
                  id === one.id || shown.includes(id)) :
                shown.filter((id) => id !== one.id))} />
          ))}
        </fieldset>
      </Popover.Dropdown>
    </Popover>
  );
}
