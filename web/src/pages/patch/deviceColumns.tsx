// SPDX-License-Identifier: Apache-2.0
//
// What every list of devices and their patches says of a device.
import { Link } from "wouter";

import { useT } from "@/lib/messages";
import type { Column } from "@/parts/DataList";
import { Time } from "@/parts/Time";

interface Scanned {
  device: number;
  name: string;
  system: string;
  scanned?: string | null;
}

export function useDeviceColumns<R extends Scanned>(): {
  name: Column<R>; system: Column<R>; scanned: Column<R>;
} {
  const t = useT();

  return {
    name: { id: "name", title: t("device.name"), sort: "name", width: 1.4,
      cell: (row) => (
        <Link href={`/devices/${row.device}?tab=patches`}>{row.name}</Link>
      ), text: (row) => row.name },
    system: { id: "system", title: t("patching.system_name"), width: 1.2,
      cell: (row) => row.system, text: (row) => row.system },
    scanned: { id: "scanned", title: t("patching.scan"), sort: "scanned",
      cell: (row) => <Time at={row.scanned} never={t("patching.never")} />,
      text: (row) => row.scanned },
  };
}
