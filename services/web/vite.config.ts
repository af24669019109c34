import { readFileSync } from "node:fs";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** What changes with a new version of a dependency only: browsers keep it over our releases. */
const FRAMEWORK =
  /node_modules\/(react|react-dom|scheduler|use-sync-external-store|@tanstack\/(query-core|react-query|router-core|react-router|store|react-store|history))\//;

/** The license of the font, which must go with it. */
const fontLicense: Plugin = {
  name: "font-license",
  generateBundle() {
    this.emitFile({
      type: "asset",
      fileName: "assets/Inter-OFL.txt",
      source: readFileSync(
        new URL("node_modules/@fontsource-variable/inter/LICENSE", import.meta.url),
      ),
    });
  },
};

export default defineConfig({
  plugins: [react(), tailwindcss(), fontLicense],
  // Files are named relative to the document's base, so one build serves under every prefix.
  base: "./",
  build: {
    target: "es2023",
    // `make page` says where the server looks for the page.
    outDir: process.env.PAGE_DIR ?? "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "framework", test: FRAMEWORK }] } },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/sign-in", "/sign-out"].map((path) => [path, "http://127.0.0.1:8000"]),
    ),
  },
  test: { include: ["src/**/*.test.{ts,tsx}"] },
});
