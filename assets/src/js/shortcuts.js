// One-key shortcuts (WCAG 2.1.4: they can be turned off, on the server per user, and here per browser).
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
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]") || !isOn()) return;
  if (run(event.key, event.timeStamp)) event.preventDefault();
}

function run(key, now) {
  const afterG = now < chordUntil;
  chordUntil = key === "g" ? now + CHORD_MS : 0;
  if (afterG && key === "h") return go(document.body.dataset.homeUrl);
  switch (key) {
    case "?": return openHelp();
    case "/": return focusSearch();
    case "n": return focusQuickAdd() || go(document.body.dataset.newUrl);
    case "j": return moveRow(1);
    case "k": return moveRow(-1);
    default: return false;
  }
}

function go(url) {
  if (url) location.assign(url);
  return Boolean(url);
}

function openHelp() {
  document.getElementById("keyboard-help").showModal();
  return true;
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

function focusQuickAdd() {
  const field = document.querySelector(".quick-add input:not([type=hidden])");
  field?.focus();
  return Boolean(field);
}

function moveRow(step) {
  const rows = [...document.querySelectorAll("[data-rows] tbody tr, [data-row]")].filter((row) => row.checkVisibility());
  if (!rows.length) return false;
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  row.querySelector("a")?.focus();
  return true;
}
