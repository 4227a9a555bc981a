// SPDX-License-Identifier: Apache-2.0
import { useT } from "@/lib/messages";
import { useSession } from "@/lib/session";
import { Facts, Page } from "@/parts/Page";

export default function Account() {
  const t = useT();
  const session = useSession();

  return (
    <Page title={t("account.title")}>
      <Facts of={[[t("signin.login"), session.login]]} />
    </Page>
  );
}
