// SPDX-License-Identifier: Apache-2.0
//
// A page that failed leaves the rest standing. A part that is no longer on
// the server means that the server has a newer console: the page is loaded
// again.
import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";

import { useT } from "@/lib/messages";

function Sorry({ moved }: { moved: boolean }) {
  const t = useT();
  return (
    <div className="hf-trouble" role="alert">
      <div>
        <p>{moved ? t("boundary.moved") : t("boundary.broken")}</p>
        <Button size="xs" variant="default"
          onClick={() => window.location.reload()}>
          {t("boundary.reload")}
        </Button>
      </div>
    </div>
  );
}

export class Boundary extends Component<
  { children: ReactNode }, { error: Error | null }
> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Sorry moved={/import|module|fetch/i.test(error.message)} />;
  }
}
