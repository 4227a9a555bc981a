// SPDX-License-Identifier: Apache-2.0
//
// What publishers announced, of every source that was imported.
import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useOptions } from "@/lib/words";
import { useAdvisoryColumns } from "@/pages/assess/OfCve";
import { ButtonLink } from "@/parts/ButtonLink";
import { DataList } from "@/parts/DataList";
import { Empty, Page } from "@/parts/Page";

export default function Advisories() {
  const t = useT();
  const options = useOptions();
  const columns = useAdvisoryColumns();
  const sources = useAnswer("GET /advisory/sources").data?.sources ?? [];

  return (
    <Page title={t("advisory.title")} lead={t("advisory.lead")}>
      <DataList title={t("advisory.title")} call="GET /advisories"
        columns={columns} rowKey={(row) => `${row.source} ${row.id}`}
        saved="advisories" filters={[
          { name: "q", kind: "search", label: t("advisory.search") },
          { name: "source", kind: "choice", label: t("admin.source"),
            options: sources.map((one) => ({
              value: one.name, label: one.name })) },
          { name: "level", kind: "choice", label: t("finding.severity"),
            options: options("patching.level", ["critical", "important",
              "moderate", "low", "unassigned"]) },
          { name: "type", kind: "choice", more: true,
            label: t("patching.type_name"), options: options("patching.type",
              ["security", "bugfix", "enhancement"]) },
          { name: "cve", kind: "text", more: true, label: "CVE",
            placeholder: "CVE-2026-" },
        ]}
        empty={<Empty title={t("admin.no_advisories")}>
          <ButtonLink href="/administration/contents">
            {t("admin.contents")}
          </ButtonLink>
        </Empty>} />
    </Page>
  );
}
