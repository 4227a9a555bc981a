// SPDX-License-Identifier: Apache-2.0
//
// Roles: sets of permissions, and the labels whose devices they show
// (K-DEP-4).
import { Link } from "wouter";

import type { Row } from "@/api/client";
import { useAnswer } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { ButtonLink } from "@/parts/ButtonLink";
import { DataList, type Column } from "@/parts/DataList";
import { Page } from "@/parts/Page";

type Role = Row<"GET /roles">;

export default function Roles() {
  const t = useT();
  const may = useMay();
  const labels = useAnswer("GET /labels", { query: { limit: 1000 } });
  const columns: Column<Role>[] = [
    { id: "name", title: t("admin.role"), width: 1.2, cell: (row) => (
      <Link href={`/administration/roles/${row.id}`}>{row.name}</Link>
    ), text: (row) => row.name },
    { id: "users", title: t("admin.users"), align: "right", width: 0.5,
      cell: (row) => row.users, text: (row) => row.users },
    { id: "labels", title: t("admin.sees"), width: 1.2, cell: (row) =>
      row.labels.length === 0 ? t("admin.sees_all") : row.labels.map((id) =>
        labels.data?.items.find((one) => one.id === id)?.name ??
        `#${id}`).join(", "), text: (row) => row.labels.join(" ") },
    { id: "permissions", title: t("admin.permissions"), width: 2.6,
      cell: (row) => row.permissions.length > 8 ?
        t("admin.permissions_n", { n: row.permissions.length }) :
        row.permissions.join(", "),
      text: (row) => row.permissions.join(" ") },
  ];

  return (
    <Page title={t("admin.roles")} lead={t("admin.roles_lead")}
      actions={may("user.write") && (
        <ButtonLink href="/administration/roles/new">
          {t("admin.role_new")}
        </ButtonLink>
      )}>
      <DataList title={t("admin.roles")} call="GET /roles"
        columns={columns} rowKey={(row) => row.id} />
    </Page>
  );
}
