// <input data-names="contact">: names offered while one types, from the form's data-names-url. Free text stays free text: only
// Enter or a click takes a name. Everything is delegated, so that rows added later work too (WAI-ARIA combobox, list autocomplete).
import { growIfFull } from "./row_lists.js";

const WAIT_MS = 120;
let open = null; // {field, list, at}
let asked = 0;
let timer;

export function start() {
  const isField = (target) => target instanceof HTMLInputElement && target.dataset.names && target.form?.dataset.namesUrl;
  document.addEventListener("focusin", (event) => {
    if (isField(event.target)) prepare(event.target);
  });
  document.addEventListener("input", (event) => {
    if (!isField(event.target)) return;
    prepare(event.target);
    clearTimeout(timer);
    timer = setTimeout(() => ask(event.target), WAIT_MS);
  });
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("focusout", (event) => {
    if (open?.field !== event.target) return;
    growFor(event.target);
    close();
  });
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest?.(".combo-option");
    if (!option || !open) return;
    event.preventDefault();
    take(option);
  });
}

function prepare(field) {
  if (field.getAttribute("role") === "combobox") return;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.autocomplete = "off";
}

async function ask(field) {
  const number = ++asked;
  const url = new URL(field.form.dataset.namesUrl, location.href);
  const typed = field.value.trim().replace(/^\+\s*/, "");
  if (!typed) return close();
  url.search = new URLSearchParams({ kind: field.dataset.names, q: typed });
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok || number !== asked || document.activeElement !== field) return;
    show(field, (await answer.json()).names);
  } catch {
    close(); // no connection: what is typed stays, and is understood when it is saved
  }
}

function show(field, names) {
  close();
  if (names.some((name) => name.value === field.value)) return;
  const isNew = field.value.trimStart().startsWith("+");
  const offered = [...names];
  const { newContact } = field.form.dataset;
  if (field.dataset.names === "contact" && newContact && !isNew) offered.push({ value: `+ ${field.value.trim()}`, note: newContact });
  if (!offered.length) return;
  const list = document.createElement("ul");
  list.className = "combo-list";
  list.id = `${field.id}-names`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.form.dataset.namesLabel ?? "");
  offered.forEach((name, number) => list.append(optionOf(name, `${list.id}-${number}`)));
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "true");
  open = { field, list, at: -1, hasMoved: false };
  if (names.length && !isNew) mark(0); // whoever types a new name is only shown whom they may mean
}

function optionOf(name, id) {
  const option = Object.assign(document.createElement("li"), { className: "combo-option", id });
  option.setAttribute("role", "option");
  option.dataset.value = name.value;
  option.append(Object.assign(document.createElement("span"), { textContent: name.value }));
  if (name.note) option.append(Object.assign(document.createElement("span"), { className: "combo-note", textContent: name.note }));
  return option;
}

function mark(at) {
  const options = [...open.list.children];
  open.at = (at + options.length) % options.length;
  options.forEach((option, number) => option.setAttribute("aria-selected", String(number === open.at)));
  open.field.setAttribute("aria-activedescendant", options[open.at].id);
  options[open.at].scrollIntoView({ block: "nearest" });
}

/** The first match stands chosen already: the first step down is no step past it to "make a new one". */
function down() {
  const next = open.list.children[open.at + 1];
  const staysOnMatch = !open.hasMoved && open.at === 0 && next?.dataset.value.startsWith("+ ");
  open.hasMoved = true;
  if (!staysOnMatch) mark(open.at + 1);
}

function onKey(event) {
  if (!open || event.target !== open.field || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const act = { ArrowDown: down, ArrowUp: () => mark(open.at < 0 ? -1 : open.at - 1), Enter: open.at < 0 ? null : () => take(open.list.children[open.at]), Escape: close }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function take(option) {
  const { field } = open;
  field.value = option.dataset.value;
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  clearTimeout(timer);
  growFor(field);
}

function growFor(field) {
  const list = field.closest("[data-row-list]");
  if (list && field.value.trim()) growIfFull(list);
}

function close() {
  asked += 1;
  if (!open) return;
  open.list.remove();
  open.field.setAttribute("aria-expanded", "false");
  open.field.removeAttribute("aria-activedescendant");
  open.field.removeAttribute("aria-controls");
  open = null;
}
