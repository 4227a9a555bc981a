// SPDX-License-Identifier: Apache-2.0
import qrcode from "qrcode-generator";
import { useMemo } from "react";

/** A text as a QR code: one path, dark on white in both colour schemes. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const n = code.getModuleCount();
    let dark = "";
    for (let y = 0; y < n; y++) {
      for (let x = 0; x < n; x++) {
        if (code.isDark(y, x)) dark += `M${x + 4} ${y + 4}h1v1h-1z`;
      }
    }
    return { size: n + 8, path: dark };
  }, [text]);

  return (
    <svg role="img" aria-label={label} width="220" height="220"
      viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
