// SPDX-License-Identifier: Apache-2.0
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useLocation } from "wouter";

import type { Answer } from "@/api/client";
import { asFailure } from "@/api/failure";
import { useAnswer, useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { asSchedule } from "@/lib/schedule";
import { useMay } from "@/lib/session";
import { confirm, tell } from "@/parts/Confirm";
import { Form, useForm } from "@/parts/Form";
import { Loaded } from "@/parts/Loaded";
import { Page, Section } from "@/parts/Page";
import { ScheduleEditor } from "@/parts/ScheduleEditor";
import { troubleText } from "@/parts/Trouble";
import type { PageProps } from "@/routes";

type Report = Answer<"GET /report-schedules/{schedule}">;

const stale = ["GET /report-schedules",
  "GET /report-schedules/{schedule}", "GET /tasks"] as const;

function Edit({ of }: { of: Report }) {
  const t = useT();
  const may = useMay();
  const [, go] = useLocation();
  const path = { schedule: of.id };
  const form = useForm({ name: of.name, enabled: of.enabled ?? false,
    mail_to: of.mail_to ?? "", webhook: of.webhook ?? "",
    zone: of.zone ?? "server", schedule: asSchedule(of.schedule) });
  const patch = useChange("PATCH /report-schedules/{schedule}", [...stale]);
  const send = useChange("POST /report-schedules/{schedule}/send",
    [...stale]);
  const remove = useChange("DELETE /report-schedules/{schedule}",
    [...stale]);
  const failed = (error: unknown) => tell(troubleText(t, asFailure(error)));

  return (
    <Page title={of.name}
      back={{ href: "/administration/reports", title: t("admin.reports") }}
      actions={may("report.write") && <>
        <Button variant="default" onClick={() => void (async () => {
          if (await confirm({ title: t("action.delete"), danger: true,
            text: t("admin.report_delete"), action: t("action.delete") })) {
            await remove.mutateAsync({ path }).then(
              () => go("/administration/reports"), failed);
          }
        })()}>{t("action.delete")}</Button>
        <Button loading={send.isPending} onClick={() => send.mutate(
          { path } as never, { onError: failed,
            onSuccess: () => tell(t("admin.sending")) })}>
          {t("admin.send_now")}
        </Button>
      </>}>
      {of.last_result && <p className="hf-note">{of.last_result}</p>}
      <Form form={form} action={t("action.save")} submit={async (values) => {
        await patch.mutateAsync({ path, revision: of.revision, body: {
          ...values, webhook: values.webhook || null,
          mail_to: values.mail_to || null,
          schedule: { ...values.schedule } } } as never);
        tell(t("admin.saved"));
      }}>
        <TextInput label={t("admin.name")} required {...form.text("name")} />
        <Checkbox label={t("admin.report_on")} {...form.check("enabled")} />
        <TextInput label={t("admin.mail_to")} {...form.text("mail_to")} />
        <TextInput label={t("admin.webhook")} placeholder="https://"
          {...form.text("webhook")} />
        <Section title={t("patching.when")}>
          <ScheduleEditor value={form.values.schedule}
            zone={form.values.zone}
            onChange={(schedule) => form.set({ schedule })}
            onZone={(zone) => form.set({ zone })}
            error={form.error("schedule")} />
        </Section>
      </Form>
    </Page>
  );
}

export default function ReportPage({ params }: PageProps) {
  const answer = useAnswer("GET /report-schedules/{schedule}",
    { path: { schedule: Number(params.id) } });

  return <Loaded from={answer}>{(report) => (
    <Edit key={report.revision} of={report} />
  )}</Loaded>;
}
