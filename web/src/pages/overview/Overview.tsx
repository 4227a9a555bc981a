// SPDX-License-Identifier: Apache-2.0
import { useT } from "@/lib/messages";
import { Page } from "@/parts/Page";

export default function Overview() {
  const t = useT();
  return <Page title={t("overview.title")}>{null}</Page>;
}
