// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { useT } from "@/lib/messages";

/** Says that the browser has no network, and reads again when it has. */
export function Offline() {
  const t = useT();
  const client = useQueryClient();
  const [offline, setOffline] = useState(!navigator.onLine);

  useEffect(() => {
    const gone = () => setOffline(true);
    const back = () => {
      setOffline(false);
      void client.refetchQueries({ type: "active" });
    };
    window.addEventListener("offline", gone);
    window.addEventListener("online", back);
    return () => {
      window.removeEventListener("offline", gone);
      window.removeEventListener("online", back);
    };
  }, [client]);
  if (!offline) return null;
  return <p className="hf-banner" role="status">{t("shell.offline")}</p>;
}
