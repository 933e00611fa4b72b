// A Vite plugin: the favicon, and one SVG file with the icons that templates and views name, from @tabler/icons and src/icons.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ASSETS = fileURLToPath(new URL("..", import.meta.url));
const OUTLINE = join(ASSETS, "node_modules", "@tabler", "icons", "icons", "outline");
const OWN = join(ASSETS, "src", "icons");

// In templates any quoted word that is an icon's name counts, since names also stand in dictionaries: a few too many cost little.
const WORD = /["']([a-z0-9]+(?:-[a-z0-9]+)*)["']/g;
// icon("name"), icon_name="name", icon="name", "icon": "name"
const MENTION = /\bicon(?:_name)?["']?(?:\(|\s*[=:]\s*)\s*["']([a-z0-9-]*[a-z0-9])["']/g;

function* filesBelow(folder, extensions) {
  for (const entry of readdirSync(folder)) {
    if (entry.startsWith(".") || entry === "static" || entry === "__pycache__") continue;
    const path = join(folder, entry);
    if (statSync(path).isDirectory()) yield* filesBelow(path, extensions);
    else if (extensions.includes(extname(path))) yield path;
  }
}

function mentionedIcons(root) {
  const names = new Map();
  for (const folder of ["templates", "tracker"]) {
    for (const path of filesBelow(join(root, folder), [".html", ".py"])) {
      const text = readFileSync(path, "utf8");
      for (const [, name] of text.matchAll(MENTION)) names.set(name, path);
      if (folder !== "templates") continue;
      for (const [, name] of text.matchAll(WORD)) if (fileOf(name)) names.set(name, path);
    }
  }
  return names;
}

function fileOf(name) {
  return [join(OWN, `${name}.svg`), join(OUTLINE, `${name}.svg`)].find(existsSync);
}

function symbolOf(name) {
  const path = fileOf(name);
  if (!path) return null;
  const source = readFileSync(path, "utf8").replace(/<!--[\s\S]*?-->/g, "");
  const inner = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
  const viewBox = /viewBox="([^"]+)"/.exec(source)?.[1] ?? "0 0 24 24";
  const shapes = inner.replace(/\s+/g, " ").trim();
  // presentation attributes are inherited by the <use>, so the style sheet may still change the stroke's width
  return `<symbol id="${name}" viewBox="${viewBox}">${shapes}</symbol>`;
}

export function iconSprite({ root }) {
  return {
    name: "icon-sprite",
    buildStart() {
      const always = JSON.parse(readFileSync(join(OWN, "always.json"), "utf8"));
      const own = readdirSync(OWN).filter((file) => file.endsWith(".svg")).map((file) => file.slice(0, -4));
      const names = new Map([...always, ...own].map((name) => [name, "src/icons"]));
      for (const [name, path] of mentionedIcons(root)) names.set(name, path);
      const symbols = [...names].sort().map(([name, path]) => {
        const symbol = symbolOf(name);
        if (symbol === null) this.warn(`no icon is called "${name}" (${path})`);
        return symbol ?? "";
      });
      const favicon = readFileSync(join(ASSETS, "src", "favicon.svg"), "utf8");
      this.emitFile({ type: "asset", name: "favicon.svg", originalFileName: "favicon.svg", source: favicon });
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: "icons.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`,
      });
    },
  };
}
