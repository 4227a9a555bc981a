// SPDX-License-Identifier: Apache-2.0
import { Button } from "@mantine/core";
import { useState } from "react";

import { useT } from "@/lib/messages";
import { Icon } from "@/parts/icons";

/** A text that is meant to be copied, with a button that does it. */
export function Copy({ text, label }: { text: string; label: string }) {
  const t = useT();
  const [done, setDone] = useState(false);

  return (
    <div className="hf-copy-box">
      <pre className="hf-copy" tabIndex={0} aria-label={label}>{text}</pre>
      <Button size="xs" variant="default"
        leftSection={<Icon name={done ? "good" : "copy"} size={14} />}
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => {
            setDone(true);
            setTimeout(() => setDone(false), 2_000);
          });
        }}>
        {done ? t("action.copied") : t("action.copy")}
      </Button>
    </div>
  );
}
