// SPDX-License-Identifier: Apache-2.0
import { useLocation } from "wouter";

import { useChange } from "@/api/hooks";
import { useT } from "@/lib/messages";
import {
  bodyOf, freshTerms, NetworkFields, type Terms,
} from "@/pages/network/NetworkForm";
import { Form, useForm } from "@/parts/Form";
import { Page, Section } from "@/parts/Page";

export default function AddNetworkDevice() {
  const t = useT();
  const [, go] = useLocation();
  const form = useForm<Terms>(freshTerms);
  const add = useChange("POST /network/devices",
    ["GET /network/devices", "GET /devices"]);

  return (
    <Page title={t("network.add")} lead={t("network.add_lead")}
      back={{ href: "/network/devices", title: t("network.title") }}>
      <Section title={t("network.how")}>
        <Form form={form} action={t("network.add")}
          submit={async (terms) => {
            const made = await add.mutateAsync({ body: bodyOf(terms) });
            go(`/network/devices/${made.id}`);
          }}>
          <NetworkFields form={form} />
        </Form>
      </Section>
    </Page>
  );
}
