// SPDX-License-Identifier: Apache-2.0
//
// Where content, advisories and risk data come from, and how old they are.
import type { Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { Upload } from "@/pages/administration/Upload";
import { DataList, type Column } from "@/parts/DataList";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { StatusBadge } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

type Content = Row<"GET /contents">;

export default function Contents() {
  const t = useT();
  const may = useMay();
  const format = useFormat();
  const advisories = useAnswer("GET /advisory/sources");
  const columns: Column<Content>[] = [
    { id: "platform", title: t("admin.platform"), width: 1.1,
      cell: (row) => row.platform, text: (row) => row.platform },
    { id: "source", title: t("admin.source"), width: 1.2,
      cell: (row) => row.source, text: (row) => row.source },
    { id: "state", title: t("admin.state"), cell: (row) => row.active ? (
      <StatusBadge mood="good">{t("admin.active")}</StatusBadge>
    ) : <StatusBadge mood="none">{t("admin.older")}</StatusBadge>,
      text: (row) => String(row.active) },
    { id: "definitions", title: t("admin.definitions"), align: "right",
      width: 0.8, cell: (row) => format.number(row.definitions),
      text: (row) => row.definitions },
    { id: "feed_time", title: t("admin.feed_time"), cell: (row) =>
      <Time at={row.feed_time} never="–" />, text: (row) => row.feed_time },
    { id: "imported", title: t("admin.imported"), cell: (row) =>
      <Time at={row.imported} never="–" />, text: (row) => row.imported },
  ];

  return (
    <Page title={t("admin.contents")} lead={t("admin.contents_lead")}
      actions={may("content.write") && <Upload />}>
      <DataList title={t("admin.contents")} call="GET /contents"
        columns={columns} rowKey={(row) => row.id} />
      <Section title={t("admin.advisories")}>
        <Loaded from={advisories}>{(data) => data.sources.length === 0 ? (
          <p className="hf-dim">{t("admin.no_advisories")}</p>
        ) : (
          <div className="hf-scroll" tabIndex={0} role="region"
            aria-label={t("admin.advisories")}>
            <table className="hf-table">
              <thead><tr>
                <th scope="col">{t("admin.source")}</th>
                <th scope="col">{t("admin.format")}</th>
                <th scope="col">{t("admin.notices")}</th>
                <th scope="col">{t("admin.imported")}</th>
              </tr></thead>
              <tbody>{data.sources.map((one) => (
                <tr key={one.name}>
                  <th scope="row">{one.name}</th>
                  <td>{one.format}</td>
                  <td>{format.number(one.notices)}</td>
                  <td><Time at={one.imported} never="–" /></td>
                </tr>
              ))}</tbody>
            </table>
          </div>
        )}</Loaded>
      </Section>
    </Page>
  );
}
