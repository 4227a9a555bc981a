// SPDX-License-Identifier: Apache-2.0
//
// All patch groups beside the settings that are edited (P-GRD): counts by
// operating system, what is included and excluded, and the patches behind a
// count with whether this configuration deploys them.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { Link } from "wouter";

import { call, type Answer, type Row } from "@/api/client";
import type { Failure } from "@/api/failure";
import { useFormat } from "@/lib/format";
import { useT } from "@/lib/messages";
import {
  draftOf, jsonOf, systems, type Deploy, type Settings, type System,
  type TaskName,
} from "@/lib/patching";
import { useWord } from "@/lib/words";
import { patchHref } from "@/pages/patch/DryRunOf";
import { DataList, type Column } from "@/parts/DataList";
import { Severity } from "@/parts/Finding";
import { Loaded } from "@/parts/Loaded";
import { StatusBadge } from "@/parts/StatusBadge";

type Grid = Answer<"POST /patch-configurations/groups">;
type Group = Grid["items"][number];

const MEMBERS =
  "GET /patch-configurations/{configuration}/groups/{group}/patches";
type Member = Row<typeof MEMBERS>;

interface Open { group: Group; os?: System }

function useGrid(settings: Settings, os: System, task: TaskName) {
  const [asked] = useDebouncedValue(draftOf(settings), 400);

  return useQuery<Grid, Failure>({
    queryKey: ["POST /patch-configurations/groups", asked, os, task],
    queryFn: ({ signal }) => call("POST /patch-configurations/groups", {
      signal, query: { limit: 1000 }, body: { os, task,
        settings: jsonOf(JSON.parse(asked) as Settings) } }),
    placeholderData: (old) => old,
  });
}

function Patches({ of, configuration }: { of: Open; configuration: number }) {
  const t = useT();
  const word = useWord();
  const columns: Column<Member>[] = [
    { id: "patch", title: t("patch.name"), width: 2, cell: (row) => (
      <>
        <Link href={patchHref(row.patch)}>{row.title || row.patch}</Link>
        <code className="hf-small hf-dim hf-below">{row.patch}</code>
      </>
    ), text: (row) => row.patch },
    { id: "platform", title: t("grid.platform"), width: 0.8,
      cell: (row) => row.platform ? word("patching.system", row.platform) :
        t("grid.unknown"), text: (row) => row.platform },
    { id: "severity", title: t("finding.severity"), width: 0.8,
      cell: (row) => <Severity of={{ value: row.severity ?? "unassigned" }} />,
      text: (row) => row.severity },
    { id: "status", title: t("patching.state"), width: 1.4, cell: (row) => (
      <>
        <StatusBadge mood={row.status === "active" ? "good" : "none"}>
          {word("grid.status", row.status)}
        </StatusBadge>
        {row.others.length > 0 && (
          <span className="hf-dim hf-below">
            {t("grid.through")} {row.others.join(", ")}
          </span>
        )}
      </>
    ), text: (row) => row.status },
  ];

  return (
    <>
      <h4>{of.os ? t("grid.patches_of", { name: of.group.name,
        system: word("patching.system", of.os) }) : of.group.name}</h4>
      <p className="hf-dim">{t("grid.approximate")}</p>
      <DataList title={of.group.name} prefix="g" columns={columns}
        call={MEMBERS}
        path={{ configuration, group: of.group.group }}
        query={of.os ? { os: of.os } : {}} rowKey={(row) => row.patch} />
    </>
  );
}

/** A count, and beside one of another system whether this configuration
 * deploys those, too (P-GRD-3). */
function Count({ of, os, here, open }: {
  of: Group; os: System; here: boolean; open?: () => void;
}) {
  const t = useT();
  const word = useWord();
  const format = useFormat();
  const n = of.counts[os];
  const mark = t(of.contained[os] ? "grid.contained" : "grid.not_contained");

  return (
    <>
      {open && n > 0 ? (
        <button type="button" className="hf-linklike" onClick={open}
          aria-label={`${of.name}, ${word("patching.system", os)}: ${n}`}>
          {format.number(n)}
        </button>
      ) : format.number(n)}
      {!here && n > 0 && (
        <span role="img" aria-label={mark} title={mark}
          className={of.contained[os] ? "hf-good" : "hf-dim"}>
          {of.contained[os] ? " ✓" : " ✗"}
        </span>
      )}
    </>
  );
}

export function GroupGrid({
  system, task, settings, deploy, set, configuration,
}: {
  system: System; task: TaskName; settings: Settings; deploy: Deploy;
  set: (changes: Partial<Deploy>) => void;
  /** 0: not saved yet, and so without a state of its patches. */
  configuration: number;
}) {
  const t = useT();
  const format = useFormat();
  const grid = useGrid(settings, system, task);
  const [ticked, setTicked] = useState<string[]>([]);
  const [open, setOpen] = useState<Open | null>(null);
  const excludes = system !== "linux";
  const excluded = deploy.exclude ?? [];
  const choose = (choice: "include" | "exclude" | "none") => {
    const rest = (names: string[]) =>
      names.filter((one) => !ticked.includes(one));
    set({
      include: choice === "include" ?
        [...rest(deploy.include), ...ticked] : rest(deploy.include),
      ...(excludes ? { exclude: choice === "exclude" ?
        [...rest(excluded), ...ticked] : rest(excluded) } : {}),
    });
    setTicked([]);
  };
  const choiceOf = (name: string) => deploy.include.includes(name) ?
    "include" : excluded.includes(name) ? "exclude" : "none";

  return (
    <Loaded from={grid}>{(data) => data.items.length === 0 ? (
      <p className="hf-dim">{t("patching.no_groups")} <Link
        href="/patch/groups">{t("patching.groups")}</Link></p>
    ) : (
      <>
        <div className="hf-actions">
          {(["include", ...excludes ? ["exclude"] as const : [], "none"] as
            const).map((one) => (
            <Button key={one} size="xs" variant="default"
              disabled={ticked.length === 0} onClick={() => choose(one)}>
              {t(one === "none" ? "grid.clear" : `patching.${one}`)}
            </Button>
          ))}
        </div>
        <div className="hf-scroll" tabIndex={0} role="region"
          aria-label={t("patching.groups")}>
          <table className="hf-table">
            <thead><tr>
              <th scope="col"><span className="hf-hidden">
                {t("grid.tick")}</span></th>
              <th scope="col">{t("patching.group")}</th>
              <th scope="col">{t("grid.choice")}</th>
              {systems.map((os) => (
                <th key={os} scope="col">{t(`patching.system.${os}`)}</th>
              ))}
              <th scope="col">{t("grid.total")}</th>
            </tr></thead>
            <tbody>{data.items.map((one) => {
              const choice = choiceOf(one.name);
              return (
                <tr key={one.group}>
                  <td><input type="checkbox"
                    aria-label={`${t("grid.tick")}: ${one.name}`}
                    checked={ticked.includes(one.name)}
                    onChange={(event) => setTicked(
                      event.currentTarget.checked ? [...ticked, one.name] :
                        ticked.filter((name) => name !== one.name))} /></td>
                  <th scope="row"><Link href={`/patch/groups/${one.group}`}>
                    {one.name}</Link></th>
                  <td>{choice === "none" ? "–" : (
                    <StatusBadge mood={choice === "include" ? "good" : "bad"}>
                      {t(`grid.${choice}d`)}
                    </StatusBadge>
                  )}</td>
                  {systems.map((os) => (
                    <td key={os}><Count of={one} os={os}
                      here={os === system} open={configuration > 0 ? () =>
                        setOpen({ group: one, os }) : undefined} /></td>
                  ))}
                  <td>{configuration > 0 && one.counts.total > 0 ? (
                    <button type="button" className="hf-linklike"
                      aria-label={`${one.name}: ${one.counts.total}`}
                      onClick={() => setOpen({ group: one })}>
                      {format.number(one.counts.total)}
                    </button>
                  ) : format.number(one.counts.total)}</td>
                </tr>
              );
            })}</tbody>
          </table>
        </div>
        {open && (
          <Patches key={`${open.group.group} ${open.os}`} of={open}
            configuration={configuration} />
        )}
      </>
    )}</Loaded>
  );
}
