// SPDX-License-Identifier: Apache-2.0
//
// The server about itself (K-APP): certificate, backup, accounts, agents,
// and whether there is a newer version.
import { Button, FileInput, Modal } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";

import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useMay } from "@/lib/session";
import { useWord } from "@/lib/words";
import { tell } from "@/parts/Confirm";
import { cveHref } from "@/parts/Finding";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { StatusBadge, type Mood } from "@/parts/StatusBadge";
import { Time } from "@/parts/Time";

interface Check {
  name: string;
  state: "good" | "attention" | "unknown";
  text: string;
}

const moods: { [state in Check["state"]]: Mood } = {
  good: "good", attention: "warn", unknown: "unknown",
};

/** A signed file of a newer version, where the server hears of none itself
 * (K-APP-2). */
function BringRelease() {
  const t = useT();
  const [open, setOpen] = useState(false);
  const form = useForm({ file: null as File | null });
  const post = useChange("POST /release", ["GET /release",
    "GET /reports/self"]);
  const close = () => setOpen(false);

  return (
    <>
      <Button size="compact-sm" variant="default"
        onClick={() => setOpen(true)}>{t("release.bring")}</Button>
      <Modal opened={open} onClose={close} title={t("release.bring")}
        closeButtonProps={{ "aria-label": t("action.close") }}>
        <Form form={form} action={t("release.bring")} cancel={close}
          submit={async ({ file }) => {
            if (!file) {
              form.setReasons({ file: t("upload.choose") });
              return;
            }
            const now = await post.mutateAsync({ body: file });
            tell(now.newer ? t("release.newer", { version: now.newest ?? "" })
              : t("release.newest"));
            close();
          }}>
          <p className="hf-dim">{t("release.text")}</p>
          <FileInput label={t("upload.file")} required clearable
            clearButtonProps={{ "aria-label": t("upload.clear") }}
            placeholder={t("upload.choose")} {...form.value("file")} />
        </Form>
      </Modal>
    </>
  );
}

export default function Health() {
  const t = useT();
  const may = useMay();
  const word = useWord();
  const report = useAnswer("GET /reports/self");
  const release = useAnswer("GET /release");

  return (
    <Page title={t("admin.health")} lead={t("admin.health_lead")}>
      <Section title={t("admin.checks")}>
        <Loaded from={report}>{(data) => (
          <div className="hf-scroll" tabIndex={0} role="region"
            aria-label={t("admin.checks")}>
            <table className="hf-table">
              <thead><tr>
                <th scope="col">{t("admin.check")}</th>
                <th scope="col">{t("admin.state")}</th>
                <th scope="col">{t("admin.what")}</th>
              </tr></thead>
              <tbody>{(data.checks as unknown as Check[]).map((one) => (
                <tr key={one.name}>
                  <th scope="row">{word("admin.check", one.name)}</th>
                  <td><StatusBadge mood={moods[one.state]}>
                    {word("admin.check_state", one.state)}
                  </StatusBadge></td>
                  <td>{one.text}</td>
                </tr>
              ))}</tbody>
            </table>
            <p className="hf-dim"><Time at={data.at} exact /></p>
          </div>
        )}</Loaded>
      </Section>
      <Section title={t("admin.release")}
        actions={may("setting.write") && <BringRelease />}>
        <Loaded from={release}>{(data) => (
          <>
            <Facts of={[
              [t("patching.version"), data.version],
              [t("admin.newest"), data.newest && (
                <StatusBadge key="newest"
                  mood={data.newer ? "warn" : "good"}>
                  {data.newest}
                </StatusBadge>
              )],
              [t("patching.released"), data.released &&
                <Time key="released" at={data.released} />],
              [t("admin.apply"), data.newer ? data.apply : null],
              [t("admin.problem"), data.problem],
            ]} />
            {data.flaws.length > 0 && (
              <ul>{data.flaws.map((one) => (
                <li key={one.component + one.cve}>
                  {one.component} {one.version}:{" "}
                  <Link href={cveHref(one.cve)}>{one.cve}</Link> {one.title}
                  {" → "}{one.fixed}
                </li>
              ))}</ul>
            )}
            <details>
              <summary>{t("admin.components")}</summary>
              <ul>{data.components.map((one) => (
                <li key={one.name}>{one.name} {one.version}</li>
              ))}</ul>
            </details>
          </>
        )}</Loaded>
      </Section>
    </Page>
  );
}
