import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { iconSprite } from "./build/icon_sprite.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "./",
  publicDir: false,
  plugins: [iconSprite({ root: here("..") })],
  css: { preprocessorOptions: { scss: { loadPaths: [here("node_modules")], quietDeps: true } } },
  build: {
    outDir: here("../tracker/static/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    // data: addresses would need exceptions in the Content-Security-Policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ["chrome123", "firefox121", "safari17.5"],
    rolldownOptions: {
      input: [here("src/js/app.js"), here("src/js/passkeys.js"), here("src/css/app.scss")],
      // htmx holds one eval, which allowEval:false and the Content-Security-Policy keep shut
      checks: { eval: false, pluginTimings: false },
    },
  },
});
