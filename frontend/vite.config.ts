import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { hashFiles } from "./hash-files.ts";

// No source maps and no inlined assets: the policy of shared/web-headers.ts lets the page load its own files only.
export default defineConfig({
  plugins: [react(), tailwindcss(), hashFiles()],
  build: { outDir: "dist", sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { port: 5200, strictPort: true },
  preview: { port: 5210, strictPort: true },
});
