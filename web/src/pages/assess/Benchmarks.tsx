// SPDX-License-Identifier: Apache-2.0
//
// SCAP content that was uploaded (K-SCAP): benchmarks and tailorings.
import { Button, FileButton } from "@mantine/core";

import type { Row } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useChange } from "@/api/hooks";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { confirm, tell } from "@/parts/Confirm";
import { DataList, type Column } from "@/parts/DataList";
import { Empty, Page } from "@/parts/Page";
import { Time } from "@/parts/Time";
import { Trouble, troubleText } from "@/parts/Trouble";

type Benchmark = Row<"GET /benchmarks">;

export default function Benchmarks() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const format = useFormat();
  const upload = useChange("POST /benchmarks", ["GET /benchmarks"]);
  const remove = useChange("DELETE /benchmarks/{benchmark}",
    ["GET /benchmarks"]);

  const drop = async (row: Benchmark) => {
    const yes = await confirm({ danger: true, action: t("action.delete"),
      title: t("schedules.delete_title", { name: row.name }),
      text: t("benchmarks.delete_text") });
    if (!yes) return;
    remove.mutate({ path: { benchmark: row.id } }, {
      onSuccess: () => tell(t("schedules.deleted", { name: row.name })),
      onError: (error) => tell(troubleText(t, asFailure(error))),
    });
  };
  const columns: Column<Benchmark>[] = [
    { id: "name", title: t("device.name"), width: 2, cell: (row) => row.name,
      text: (row) => row.name },
    { id: "kind", title: t("schedules.kind"),
      cell: (row) => word("benchmark.kind", row.kind),
      text: (row) => row.kind },
    { id: "size", title: t("patch.size"), align: "right", width: 0.6,
      cell: (row) => format.bytes(row.size), text: (row) => row.size },
    { id: "uploaded", title: t("benchmarks.uploaded"),
      cell: (row) => (
        <><Time at={row.uploaded} /> {row.uploaded_by}</>
      ), text: (row) => row.uploaded },
    { id: "sha", title: "SHA-256", width: 1.4,
      cell: (row) => <code className="hf-small">{row.sha256.slice(0, 16)}…
      </code>, text: (row) => row.sha256 },
    { id: "delete", title: t("action.delete"), width: 0.7,
      cell: (row) => may("content.write") && (
        <Button size="compact-xs" variant="default"
          onClick={() => void drop(row)}>{t("action.delete")}</Button>
      ) },
  ];

  return (
    <Page title={t("benchmarks.title")} lead={t("benchmarks.lead")}
      actions={may("content.write") && (
        <FileButton accept=".xml,.bz2,.zst,.gz,.xz"
          onChange={(file) => file && upload.mutate(
            { query: { name: file.name }, body: file },
            { onSuccess: (made) =>
              tell(t("schedules.saved", { name: made.name })) })}>
          {(props) => (
            <Button {...props} loading={upload.isPending}>
              {t("benchmarks.upload")}
            </Button>
          )}
        </FileButton>
      )}>
      {upload.error && <Trouble error={upload.error} />}
      <DataList title={t("benchmarks.title")} call="GET /benchmarks"
        columns={columns} rowKey={(row) => row.id}
        empty={(
          <Empty title={t("benchmarks.none")}>
            <p>{t("benchmarks.none_text")}</p>
          </Empty>
        )} />
    </Page>
  );
}
