// <textarea data-mentions="address">: behind an @, the names of colleagues who can see this, from that address, asked for once.
// Arrows choose, Enter or Tab takes, Escape closes. Without the script a page of its own has a list to choose from.
const CALL = /(?:^|[\s(])@([\p{L}\p{M}.'’ -]{0,40})$/u;

export function start(root) {
  for (const box of root.querySelectorAll("textarea[data-mentions]")) attach(box);
}

function attach(box) {
  const frame = Object.assign(document.createElement("div"), { className: "mention-box" });
  const list = Object.assign(document.createElement("ul"), { className: "mention-list", id: `${box.id}-names`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "@");
  box.replaceWith(frame);
  frame.append(box, list);
  for (const [name, value] of [["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-controls", list.id]]) box.setAttribute(name, value);
  const state = { box, list, names: null, at: 0 };
  box.addEventListener("input", () => suggest(state));
  box.addEventListener("keydown", (event) => onKey(state, event));
  box.addEventListener("blur", () => setTimeout(() => close(state), 150));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    if (event.target.closest("li")) take(state, event.target.closest("li").textContent);
  });
}

const called = ({ box }) => CALL.exec(box.value.slice(0, box.selectionStart));

async function suggest(state) {
  if (!called(state)) return close(state);
  state.names ??= fetch(state.box.dataset.mentions, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : [])).catch(() => []);
  const names = await state.names;
  const call = called(state);
  if (!call) return close(state);
  const typed = call[1].toLocaleLowerCase();
  show(state, names.filter((name) => fits(name.toLocaleLowerCase(), typed)).slice(0, 8));
}

const fits = (name, typed) => name.startsWith(typed) || name.split(" ").some((part) => part.startsWith(typed));

function show(state, names) {
  state.at = 0;
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
}

function close(state) {
  state.list.hidden = true;
  state.box.removeAttribute("aria-activedescendant");
}

function onKey(state, event) {
  if (state.list.hidden || event.ctrlKey || event.metaKey) return;
  const count = state.list.children.length;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    state.at = (state.at + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
    mark(state);
  } else if (event.key === "Enter" || event.key === "Tab") take(state, state.list.children[state.at].textContent);
  else if (event.key === "Escape") close(state);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function take(state, name) {
  const { box } = state;
  const from = box.selectionStart - called(state)[1].length;
  box.setRangeText(`${name} `, from, box.selectionStart, "end");
  close(state);
  box.focus();
}
