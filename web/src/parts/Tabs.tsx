// SPDX-License-Identifier: Apache-2.0
//
// Parts of a page of which one is shown; which one is in the address.
import { Tabs as Bare } from "@mantine/core";
import type { ReactNode } from "react";
import { useLocation } from "wouter";

import { useAddress } from "@/lib/address";

export interface Tab {
  name: string;
  title: string;
  content: () => ReactNode;
}

export function Tabs({ of, label }: { of: Tab[]; label: string }) {
  const { values, path } = useAddress();
  const [, go] = useLocation();
  const first = of[0]?.name ?? "";
  const chosen = of.some((one) => one.name === values.tab) ?
    values.tab! : first;

  return (
    <Bare value={chosen} keepMounted={false} onChange={(name) =>
      go(name && name !== first ? `${path}?tab=${name}` : path,
        { replace: true })}>
      <Bare.List aria-label={label} mb="md" className="hf-tabs">
        {of.map((one) => (
          <Bare.Tab key={one.name} value={one.name}>{one.title}</Bare.Tab>
        ))}
      </Bare.List>
      {of.map((one) => (
        <Bare.Panel key={one.name} value={one.name}>
          {one.name === chosen && one.content()}
        </Bare.Panel>
      ))}
    </Bare>
  );
}
