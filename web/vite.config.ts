// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    target: "es2022",
    // A data: address would be an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        manualChunks: (id) =>
          /node_modules\/(react|react-dom|scheduler)\//.test(id) ? "react" :
            /node_modules\/(@mantine|@floating-ui)\//.test(id) ? "mantine" :
              /node_modules\/(echarts|zrender)\//.test(id) ? "charts" :
                undefined,
      },
    },
  },
  server: {
    proxy: {
      "/api": {
        target: process.env.HOLDFAST_API ?? "https://127.0.0.1:9443",
        secure: false,
      },
    },
  },
  test: { include: ["src/**/*.test.ts"] },
});
