// SPDX-License-Identifier: Apache-2.0
//
// Two people changed the same thing: what each has, and who goes on.
import { Button, Group, Modal } from "@mantine/core";

import { useT } from "@/lib/messages";

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value, null, 1) :
    String(value);
}

/** The members that differ between the two. */
export function differences(
  mine: object, theirs: object,
): { name: string; mine: string; theirs: string }[] {
  const a = mine as { [name: string]: unknown };
  const b = theirs as { [name: string]: unknown };

  return Object.keys(a)
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
    .map((name) => ({
      name, mine: shown(a[name]), theirs: shown(b[name]),
    }));
}

export function ConflictDialog({
  opened, mine, theirs, names, takeTheirs, keepMine, close,
}: {
  opened: boolean;
  mine: object;
  /** What the server has now; null while it is read. */
  theirs: object | null;
  /** What members are called on the page. */
  names?: { [member: string]: string };
  takeTheirs: () => void;
  /** Save mine over theirs, with their revision. */
  keepMine: () => void;
  close: () => void;
}) {
  const t = useT();
  const rows = theirs ? differences(mine, theirs) : [];

  return (
    <Modal opened={opened} onClose={close} title={t("conflict.title")}
      size="lg" closeButtonProps={{ "aria-label": t("action.close") }}>
      <p>{t("conflict.text")}</p>
      {theirs && rows.length === 0 && <p>{t("conflict.same")}</p>}
      {rows.length > 0 && (
        <table className="hf-table">
          <thead><tr>
            <th scope="col">{t("conflict.field")}</th>
            <th scope="col">{t("conflict.mine")}</th>
            <th scope="col">{t("conflict.theirs")}</th>
          </tr></thead>
          <tbody>{rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{names?.[row.name] ?? row.name}</th>
              <td><pre className="hf-plain">{row.mine}</pre></td>
              <td><pre className="hf-plain">{row.theirs}</pre></td>
            </tr>
          ))}</tbody>
        </table>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close}>
          {t("conflict.edit")}
        </Button>
        <Button variant="default" onClick={takeTheirs} disabled={!theirs}>
          {t("conflict.take")}
        </Button>
        <Button color="red" onClick={keepMine} disabled={!theirs}>
          {t("conflict.keep")}
        </Button>
      </Group>
    </Modal>
  );
}
