// The first results under a search box while one types (WAI-ARIA combobox with a listbox). Without it the form still works.
// Enter goes to the chosen result, or sends the form; Escape closes; focus never leaves the field.
const WAIT_MS = 150;
const SHORTEST = 2;
let open = null; // {field, list, at}
let asked = 0;
let timer;

export function start() {
  document.addEventListener("input", (event) => {
    if (!isField(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(event.target), WAIT_MS);
  });
  document.addEventListener("focusin", (event) => {
    if (isField(event.target)) prepare(event.target);
  });
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("focusout", (event) => {
    if (open?.field === event.target && !open.list.contains(event.relatedTarget)) close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (open?.list.contains(event.target)) event.preventDefault(); // the field keeps the focus, the link its click
    else if (open && event.target !== open.field) close();
  });
}

const isField = (target) => target instanceof HTMLInputElement && "searchField" in target.dataset && Boolean(panelUrl(target));
const panelUrl = (field) => field.form?.dataset.panelUrl;

function prepare(field) {
  if (field.getAttribute("role") === "combobox") return;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
}

async function ask(field) {
  const number = ++asked;
  const words = field.value.trim();
  if (words.length < SHORTEST) return close();
  prepare(field);
  try {
    const answer = await fetch(`${panelUrl(field)}?${new URLSearchParams({ q: words })}`, { headers: { Accept: "text/html" } });
    if (number !== asked || document.activeElement !== field) return;
    if (!answer.ok || answer.redirected) return close();
    show(field, await answer.text());
  } catch {
    close(); // no connection: Enter still sends the form
  }
}

function show(field, html) {
  close();
  const list = document.createElement("div");
  list.className = "search-panel";
  list.id = `${field.id}-results`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels?.[0]?.textContent ?? "");
  list.innerHTML = html; // our own server's page, escaped there
  const options = [...list.querySelectorAll('[role="option"]')];
  options.forEach((option, number) => {
    option.id = `${list.id}-${number}`;
    option.tabIndex = -1;
    option.setAttribute("aria-selected", "false");
  });
  if (!options.length) list.setAttribute("role", "status");
  field.form.append(list);
  if (field.closest(".sidebar")) place(list, field);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", String(options.length > 0));
  open = { field, list, options, at: -1 };
}

// The sidebar cuts off what hangs over its edge, so there the panel leaves its box.
function place(list, field) {
  const box = field.getBoundingClientRect();
  list.style.position = "fixed";
  list.style.insetBlockStart = `${box.bottom + 4}px`;
  list.style.insetInlineStart = `${box.left}px`;
}

function mark(at) {
  const { options, field } = open;
  if (!options.length) return;
  open.at = (at + options.length) % options.length;
  options.forEach((option, number) => option.setAttribute("aria-selected", String(number === open.at)));
  field.setAttribute("aria-activedescendant", options[open.at].id);
  options[open.at].scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  if (!open || event.target !== open.field || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const { at, options } = open;
  const act = {
    ArrowDown: () => mark(at + 1),
    ArrowUp: () => mark(at < 0 ? -1 : at - 1),
    Enter: at < 0 ? null : () => options[at].click(),
    Escape: close,
  }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function close() {
  asked += 1;
  clearTimeout(timer);
  if (!open) return;
  open.list.remove();
  open.field.setAttribute("aria-expanded", "false");
  open.field.removeAttribute("aria-activedescendant");
  open.field.removeAttribute("aria-controls");
  open = null;
}
