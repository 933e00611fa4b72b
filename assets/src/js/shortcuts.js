// One-key shortcuts (WCAG 2.1.4: they can be turned off, on the server per person, and here per browser). Never while one types,
// never with Ctrl, Alt or ⌘. The navigation says where "g" and a letter go (data-go), a page what its letters do (data-key).
import { mayOpenLine, openLine } from "./quick_line.js";

const OFF_KEY = "shortcuts-off";
const CHORD_MS = 1200;
let chordUntil = 0;

export function start() {
  document.addEventListener("keydown", onKey);
  const toggle = document.querySelector("[data-toggle-shortcuts]");
  if (!toggle) return;
  label(toggle);
  toggle.addEventListener("click", () => {
    if (localStorage.getItem(OFF_KEY)) localStorage.removeItem(OFF_KEY);
    else localStorage.setItem(OFF_KEY, "1");
    label(toggle);
  });
}

const isOn = () => document.body.dataset.shortcuts !== "off" && !localStorage.getItem(OFF_KEY);

function label(toggle) {
  toggle.textContent = isOn() ? toggle.dataset.offLabel : toggle.dataset.onLabel;
  toggle.hidden = document.body.dataset.shortcuts === "off";
}

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]") || !isOn()) return;
  if (document.querySelector("dialog[open]")) return;
  if (run(event.key, event.timeStamp)) event.preventDefault();
}

function run(key, now) {
  const afterG = now < chordUntil;
  chordUntil = key === "g" && !afterG ? now + CHORD_MS : 0;
  if (afterG) return goTo(key);
  switch (key) {
    case "?": return openHelp();
    case "/": return focusSearch();
    case "n": return focusQuickAdd() || (makesWork() && openLine()) || go(document.body.dataset.newUrl);
    case "f": return runPageKey(key) || openLine();
    case "j": return moveRow(1);
    case "k": return moveRow(-1);
    case "x": return tickRow();
    default: return runPageKey(key);
  }
}

/** Where nothing else is made here, the new thing is a follow-up. */
const makesWork = () => document.querySelector("[data-open-line]")?.getAttribute("href") === document.body.dataset.newUrl;

function goTo(key) {
  const link = [...document.querySelectorAll("[data-go]")].find((one) => one.dataset.go === key);
  return go(link?.href ?? (key === "h" ? document.body.dataset.homeUrl : ""));
}

function go(url) {
  if (url) location.assign(url);
  return Boolean(url);
}

const pageKeys = () => [...document.querySelectorAll("main [data-key]")].filter((one) => !one.disabled);

function runPageKey(key) {
  const found = pageKeys().find((one) => one.dataset.key === key);
  if (!found) return false;
  if (found.matches("input, textarea, select")) found.focus();
  else found.click();
  return true;
}

function openHelp() {
  const dialog = document.getElementById("keyboard-help");
  list(dialog, "go", unique([...document.querySelectorAll("[data-go]")], "go").map((one) => [["g", one.dataset.go], one.textContent]));
  list(dialog, "page", unique(pageKeys(), "key").map((one) => [[one.dataset.key], nameOf(one)]));
  dialog.querySelector("[data-needs-line]").hidden = !mayOpenLine() || pageKeys().some((one) => one.dataset.key === "f");
  dialog.querySelector("[data-needs-rows]").hidden = !rows().length;
  dialog.querySelector("[data-needs-boxes]").hidden = !document.querySelector("[data-select]");
  dialog.querySelector("[data-needs-new]").hidden = !document.body.dataset.newUrl && !quickAdd();
  dialog.showModal();
  return true;
}

const nameOf = (one) => one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent;

function unique(elements, name) {
  return [...new Map(elements.map((one) => [one.dataset[name], one])).values()];
}

function list(dialog, name, lines) {
  const box = dialog.querySelector(`[data-keys="${name}"]`);
  box.parentElement.hidden = !lines.length;
  box.replaceChildren(...lines.map(([keys, words]) => {
    const line = document.createElement("div");
    const term = document.createElement("dt");
    for (const key of keys) term.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
    line.append(term, Object.assign(document.createElement("dd"), { textContent: words.trim() }));
    return line;
  }));
}

function focusSearch() {
  const drawer = document.querySelector(".nav-drawer");
  let field = visibleSearch();
  if (!field && drawer) {
    drawer.open = true;
    field = visibleSearch();
  }
  field?.select();
  field?.focus();
  return Boolean(field);
}

const visibleSearch = () => [...document.querySelectorAll("[data-search-field]")].find((field) => field.checkVisibility());

const quickAdd = () => document.querySelector(".quick-add input:not([type=hidden])");

function focusQuickAdd() {
  quickAdd()?.focus();
  return Boolean(quickAdd());
}

const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, [data-row]")].filter((row) => row.checkVisibility() && row.querySelector("a"));
const isHere = (row) => row.contains(document.activeElement);

function moveRow(step) {
  const all = rows();
  if (!all.length) return false;
  const now = all.findIndex(isHere);
  const row = all[Math.min(Math.max(now + step, 0), all.length - 1)];
  row.querySelector("a.work-title, th a, a:not([data-edit])")?.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function tickRow() {
  const box = rows().find(isHere)?.querySelector("input[type=checkbox][data-select]");
  box?.click();
  return Boolean(box);
}
