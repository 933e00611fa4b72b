// The board: cards are dragged with mouse or pen, or moved from one menu (M, or the button of the card).
// A case goes on to the page that asks for the facts of its move; a follow-up is moved at once, with Undo.
import { csrfToken } from "./csrf.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const FAR = 6; // pixels before a press is a drag
let drag = null;

export function start(page) {
  const board = page.querySelector("[data-board]");
  page.querySelector("select[data-show-at-once]")?.addEventListener("change", (event) => event.target.form.requestSubmit());
  if (!board) return;
  for (const card of board.querySelectorAll("[data-card]")) if (!isFixed(card)) card.dataset.drag = "";
  board.addEventListener("pointerdown", (event) => press(board, event));
  board.addEventListener("dragstart", (event) => event.preventDefault());
  board.addEventListener("keydown", (event) => onKey(board, event));
  board.addEventListener("click", (event) => {
    const button = event.target.closest(".board-move");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openMenu(board, button.closest("[data-card]"));
  });
}

const columnOf = (card) => card.closest("[data-column]");
// where a case may go: most cards of a column say the same, so the column says it for them
const targetsOf = (card) => card.dataset.to ?? columnOf(card).dataset.to;
const isFixed = (card) => "fixed" in card.dataset || targetsOf(card) === "";
const columns = (board) => [...board.querySelectorAll("[data-column]")];
/** The column at this point. Short columns take what is dropped below them too: a card goes straight across. */
function columnAt(board, { clientX: x, clientY: y }) {
  const frame = board.getBoundingClientRect();
  if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return undefined;
  return columns(board).find((column) => {
    const box = column.getBoundingClientRect();
    return x >= box.left && x <= box.right;
  });
}

function takes(card, column) {
  if (isFixed(card) || column === columnOf(card)) return false;
  return targetsOf(card)?.split(" ").includes(column.dataset.column) ?? true;
}

function press(board, event) {
  const card = event.target.closest("[data-drag]");
  if (!card || event.button !== 0 || event.pointerType === "touch" || event.target.closest(".board-move")) return;
  drag = { board, card, x: event.clientX, y: event.clientY, ghost: null };
  const stop = new AbortController();
  const { signal } = stop;
  const end = (over) => { stop.abort(); settle(over); };
  document.addEventListener("pointermove", follow, { signal });
  document.addEventListener("pointerup", (up) => end(up), { signal });
  document.addEventListener("pointercancel", () => end(null), { signal });
  document.addEventListener("keydown", (key) => { if (key.key === "Escape") end(null); }, { signal });
}

function follow(event) {
  const { board, card, x, y } = drag;
  if (!drag.ghost && Math.hypot(event.clientX - x, event.clientY - y) < FAR) return;
  if (!drag.ghost) lift(board, card);
  event.preventDefault();
  drag.ghost.style.translate = `${event.clientX + 8}px ${event.clientY + 8}px`;
  const under = columnAt(board, event);
  for (const column of columns(board)) column.classList.toggle("is-over", column === under && takes(card, column));
  const box = board.getBoundingClientRect();
  if (event.clientX > box.right - 48) board.scrollLeft += 16;
  if (event.clientX < box.left + 48) board.scrollLeft -= 16;
}

function lift(board, card) {
  drag.ghost = card.cloneNode(true);
  drag.ghost.classList.add("board-ghost");
  drag.ghost.style.inlineSize = `${card.offsetWidth}px`;
  drag.ghost.setAttribute("aria-hidden", "true");
  board.append(drag.ghost);
  card.classList.add("is-dragged");
  getSelection()?.removeAllRanges();
  for (const column of columns(board)) {
    const barred = column !== columnOf(card) && !takes(card, column);
    column.classList.toggle("is-barred", barred);
    if (barred) column.querySelector(".board-head").dataset.why = board.dataset.notHere;
  }
}

function settle(event) {
  const { board, card, ghost } = drag;
  drag = null;
  if (!ghost) return;
  const under = event && columnAt(board, event);
  ghost.remove();
  card.classList.remove("is-dragged");
  for (const column of columns(board)) column.classList.remove("is-over", "is-barred");
  // the click that ends a drag must not open the card
  document.addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
  setTimeout(() => document.dispatchEvent(new MouseEvent("click")), 0);
  if (!under || under === columnOf(card)) return;
  if (takes(card, under)) put(board, card, under.dataset.column);
  else toast(isFixed(card) ? board.dataset.stays : board.dataset.notHere);
}

function put(board, card, to) {
  if (board.dataset.board === "status") location.assign(`${board.dataset.cases}${card.dataset.card}/move?to=${encodeURIComponent(to)}`);
  else send(board, card, to, true);
}

async function send(board, card, to, withUndo) {
  const from = columnOf(card);
  const neighbour = card.nextElementSibling;
  place(board, card, to);
  const body = new URLSearchParams({ by: board.dataset.board, to, csrf_token: csrfToken() });
  const headers = { "X-Requested-With": "board", Accept: "application/json" };
  try {
    const answer = await fetch(board.dataset.put + card.dataset.card, { method: "POST", body, headers, redirect: "manual", keepalive: true });
    if (answer.type === "opaqueredirect") return location.reload();
    const said = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : {};
    if (!answer.ok) throw new Error(said.message || word("failed"));
    toast(said.message, withUndo ? { label: word("undo"), run: () => send(board, card, said.was, false) } : undefined);
  } catch (problem) {
    from.querySelector(".board-cards").insertBefore(card, neighbour);
    recount(board);
    toast(problem instanceof TypeError ? word("offline") : problem.message);
  }
}

function place(board, card, to) {
  const column = columns(board).find((one) => one.dataset.column === to);
  if (column) column.querySelector(".board-cards").prepend(card);
  else card.remove();
  recount(board);
  card.querySelector("a")?.focus();
}

function recount(board) {
  for (const column of columns(board)) {
    const count = column.querySelector(".panel-count");
    if (count) count.textContent = column.querySelectorAll("[data-card]").length + (column.querySelector(".board-more") ? "+" : "");
  }
}

function openMenu(board, card) {
  if (isFixed(card)) return toast(board.dataset.stays);
  const menu = document.createElement("dialog");
  menu.className = "board-menu";
  menu.setAttribute("aria-label", board.dataset.menu);
  menu.append(Object.assign(document.createElement("h2"), { textContent: board.dataset.menu }));
  for (const column of columns(board)) {
    if (column === columnOf(card)) continue;
    const label = column.querySelector(".board-head a").textContent;
    const item = Object.assign(document.createElement("button"), { type: "button", className: "menu-item", textContent: label });
    item.disabled = !takes(card, column);
    item.addEventListener("click", () => { menu.close(); put(board, card, column.dataset.column); });
    menu.append(item);
  }
  menu.addEventListener("keydown", (event) => walkMenu(menu, event));
  menu.addEventListener("click", (event) => { if (event.target === menu) menu.close(); });
  menu.addEventListener("close", () => menu.remove());
  document.body.append(menu);
  menu.showModal();
  menu.querySelector("button:enabled")?.focus();
}

function walkMenu(menu, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("button:enabled")];
  items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
}

function onKey(board, event) {
  const card = event.target.closest("[data-card]");
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "m" || event.key === "M") {
    event.preventDefault();
    return openMenu(board, card);
  }
  const next = neighbour(board, card, event.key);
  if (next === undefined) return;
  event.preventDefault();
  next?.querySelector("a").focus();
}

function neighbour(board, card, key) {
  if (key === "ArrowDown") return card.nextElementSibling;
  if (key === "ArrowUp") return card.previousElementSibling;
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (!step) return undefined;
  const all = columns(board).filter((column) => column.querySelector("[data-card]"));
  const place = [...card.parentElement.children].indexOf(card);
  const cards = all[all.indexOf(columnOf(card)) + step]?.querySelectorAll("[data-card]") ?? [];
  return cards[Math.min(place, cards.length - 1)] ?? null;
}
