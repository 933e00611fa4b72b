// [data-mentions="address"]: behind an @, the names of colleagues from that address, asked for once; with data-cases="address" also,
// behind a #, the cases that fit. Arrows choose, Enter or Tab takes, Escape closes. In a text box the first name stands chosen, in a
// line only what was chosen is taken, for there Enter sends. Without the script what is typed is understood on the server.
const CALL = /(?:^|[\s(])([@#])([\p{L}\p{M}\p{N}.'’ -]{0,40})$/u;
const WAIT_MS = 150;
const MOST = 8;

export function start(root) {
  for (const box of root.querySelectorAll("[data-mentions]")) attach(box);
}

function attach(box) {
  const frame = Object.assign(document.createElement("div"), { className: "mention-box" });
  const list = Object.assign(document.createElement("ul"), { className: "mention-list", id: `${box.id}-names`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.dataset.cases ? "@ #" : "@");
  box.replaceWith(frame);
  frame.append(box, list);
  for (const [name, value] of [["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-controls", list.id]]) box.setAttribute(name, value);
  const state = { box, list, names: null, at: 0, first: box.matches("textarea") ? 0 : -1, timer: 0 };
  box.addEventListener("input", () => suggest(state));
  box.addEventListener("keydown", (event) => onKey(state, event));
  box.addEventListener("blur", () => setTimeout(() => close(state), 150));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    if (event.target.closest("li")) take(state, event.target.closest("li"));
  });
}

function called({ box }) {
  const [, mark, typed] = CALL.exec(box.value.slice(0, box.selectionStart)) ?? [];
  return mark === "@" || (mark === "#" && box.dataset.cases) ? { mark, typed } : null;
}

async function suggest(state) {
  const call = called(state);
  clearTimeout(state.timer);
  if (!call) return close(state);
  if (call.mark === "#") {
    state.timer = setTimeout(() => offerCases(state, call.typed), WAIT_MS);
    return;
  }
  state.names ??= json(state.box.dataset.mentions, []);
  const names = await state.names;
  const now = called(state);
  if (now?.mark !== "@") return close(state);
  const typed = now.typed.toLocaleLowerCase();
  show(state, names.filter((name) => fits(name.toLocaleLowerCase(), typed)).slice(0, MOST));
}

async function offerCases(state, typed) {
  const url = new URL(state.box.dataset.cases, location.href);
  url.searchParams.set("q", typed);
  const { names } = await json(url, { names: [] });
  const now = called(state);
  if (now?.mark === "#" && now.typed === typed) show(state, names.map((name) => name.value));
}

const json = (url, nothing) => fetch(url, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : nothing)).catch(() => nothing);

const fits = (name, typed) => name.startsWith(typed) || name.split(" ").some((part) => part.startsWith(typed));

function show(state, names) {
  state.at = state.first;
  state.list.replaceChildren(...names.map((name, row) => {
    const item = Object.assign(document.createElement("li"), { textContent: name, id: `${state.list.id}-${row}` });
    item.setAttribute("role", "option");
    return item;
  }));
  state.list.hidden = !names.length;
  mark(state);
}

function mark(state) {
  [...state.list.children].forEach((item, row) => item.setAttribute("aria-selected", String(row === state.at)));
  const now = state.list.children[state.at];
  if (now) state.box.setAttribute("aria-activedescendant", now.id);
  else state.box.removeAttribute("aria-activedescendant");
}

function close(state) {
  state.list.hidden = true;
  state.box.removeAttribute("aria-activedescendant");
}

function onKey(state, event) {
  if (state.list.hidden || event.ctrlKey || event.metaKey) return;
  const count = state.list.children.length;
  const chosen = state.list.children[state.at];
  if (event.key === "ArrowDown") step(state, (state.at + 1) % count);
  else if (event.key === "ArrowUp") step(state, (Math.max(state.at, 0) + count - 1) % count);
  else if ((event.key === "Enter" || event.key === "Tab") && chosen) take(state, chosen);
  else if (event.key === "Escape") close(state);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function step(state, at) {
  state.at = at;
  mark(state);
}

/** A case goes in by its reference, which is one word and means one case. */
function take(state, item) {
  const { box } = state;
  const { mark: sign, typed } = called(state);
  const words = sign === "#" ? item.textContent.split(" ", 1)[0] : item.textContent;
  box.setRangeText(`${words} `, box.selectionStart - typed.length, box.selectionStart, "end");
  close(state);
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
