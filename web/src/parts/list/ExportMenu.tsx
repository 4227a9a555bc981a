// SPDX-License-Identifier: Apache-2.0
//
// A whole list as a file: as the server writes it where it does, else made
// here of all its pages.
import { Button, Menu } from "@mantine/core";
import { useState } from "react";

import {
  everyRow, urlOf, type Ask, type ListCall, type Query, type Row,
} from "@/api/client";
import { asFailure } from "@/api/failure";
import { csvText, saveText } from "@/lib/csv";
import { useSpeech } from "@/lib/messages";
import { tell } from "@/parts/Confirm";
import type { Column, Format } from "@/parts/DataList";
import { Icon } from "@/parts/icons";
import { troubleText } from "@/parts/Trouble";

function fileName(title: string, ending: string): string {
  const day = new Date().toISOString().slice(0, 10);
  const plain = title.toLowerCase().normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return `holdfast-${plain}-${day}.${ending}`;
}

export function ExportMenu<C extends ListCall>({
  title, call, path, query, columns, formats,
}: {
  title: string; call: C; path?: Ask<C>["path"];
  query: Partial<Query<C>>; columns: Column<Row<C>>[];
  formats: readonly Format[];
}) {
  const { t, language } = useSpeech();
  const [busy, setBusy] = useState(false);

  const make = async (kind: "csv" | "json") => {
    setBusy(true);
    try {
      const rows = await everyRow(call, { path, query } as Ask<C>);
      const named = columns.filter((one) => one.text);
      if (kind === "json") {
        saveText(fileName(title, "json"), JSON.stringify(rows, null, 1),
          "application/json");
      } else {
        saveText(fileName(title, "csv"), csvText([
          named.map((one) => one.title),
          ...rows.map((row) => named.map((one) => one.text!(row))),
        ]), "text/csv");
      }
    } catch (error) {
      tell(troubleText(t, asFailure(error)));
    } finally {
      setBusy(false);
    }
  };
  const served = (kind: string) => urlOf(call, {
    path,
    query: { ...query, format: kind,
      ...(kind === "csv" && formats.length < 2 ? {} : { lang: language }),
    } as Partial<Query<C>>,
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="sm" loading={busy}
          leftSection={<Icon name="save" size={16} />}>
          {t("export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.includes("csv") ? (
          <Menu.Item component="a" href={served("csv")} download>
            CSV
          </Menu.Item>
        ) : (
          <Menu.Item onClick={() => void make("csv")}>CSV</Menu.Item>
        )}
        <Menu.Item onClick={() => void make("json")}>JSON</Menu.Item>
        {formats.includes("xlsx") && (
          <Menu.Item component="a" href={served("xlsx")} download>
            XLSX
          </Menu.Item>
        )}
        {formats.includes("pdf") && (
          <Menu.Item component="a" href={served("pdf")} download>
            PDF
          </Menu.Item>
        )}
        {formats.includes("html") && (
          <Menu.Item component="a" href={served("html")} target="_blank"
            rel="noreferrer">
            {t("export.print")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
