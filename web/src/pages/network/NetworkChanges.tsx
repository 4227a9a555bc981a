// SPDX-License-Identifier: Apache-2.0
import { useT } from "@/lib/messages";
import { Changes } from "@/pages/network/NetworkDevice";
import { Page } from "@/parts/Page";

/** Planned and past changes of all network devices. */
export default function NetworkChanges() {
  const t = useT();
  return (
    <Page title={t("network.changes")} lead={t("network.changes_lead")}>
      <Changes />
    </Page>
  );
}
