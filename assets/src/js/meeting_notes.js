// The notes of a meeting: a key makes the line with the cursor, or every marked line, a commitment (Ctrl+. or Alt+C) in its exact
// words, or a follow-up (Alt+F). The line stays in the notes. "Send the draft @Maryna +14" is given to Maryna and due in 14 days.
import { emptyRow, fieldsOf } from "./row_lists.js";

const BULLET = /^\s*(?:[-*•–—]\s+|\d+[.)]\s+)?/;

export function start(root) {
  for (const box of root.querySelectorAll("[data-notes]")) {
    const text = box.querySelector("[data-notes-text]");
    if (!text) continue;
    box.querySelector("[data-notes-bar]").hidden = false;
    text.addEventListener("keydown", (event) => {
      const kind = kindOf(event);
      if (!kind) return;
      event.preventDefault();
      make(box, text, kind);
    });
    for (const button of box.querySelectorAll("[data-make]")) {
      button.addEventListener("pointerdown", (event) => event.preventDefault()); // the cursor stays in its line
      button.addEventListener("click", () => { make(box, text, button.dataset.make); text.focus(); });
    }
  }
}

function kindOf(event) {
  if (event.isComposing || event.metaKey) return null;
  if (event.ctrlKey && !event.altKey && event.key === ".") return "commitments";
  if (!event.altKey || event.ctrlKey) return null;
  return { KeyC: "commitments", KeyF: "follow_ups" }[event.code] ?? null;
}

function make(box, text, kind) {
  const { value, selectionStart, selectionEnd } = text;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  // lines marked with Shift and the arrow end at the start of the next one, which is not marked
  const found = value.indexOf("\n", selectionEnd > selectionStart && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd);
  const to = found < 0 ? value.length : found;
  const lines = value.slice(from, to).split("\n").map((line) => line.replace(BULLET, "").trim()).filter(Boolean);
  const said = box.querySelector("[data-notes-said]");
  said.textContent = lines.length ? lines.map((line) => keep(text.form, kind, line, said.dataset)).join(" ") : said.dataset.empty;
  goOn(text, to);
}

/** The words for what became of the line. */
function keep(form, kind, line, words) {
  const list = form.querySelector(`[data-row-list="${kind}"]`);
  const wanted = kind === "commitments" ? { text: line } : followUpOf(form, line);
  const [name, exact] = Object.entries(wanted)[0];
  if ([...list.children].some((row) => fieldOf(row, name).value.trim() === exact)) return `${words.there} ${exact}`;
  const row = emptyRow(list);
  if (kind === "commitments") wanted.by ??= firstParticipant(form);
  for (const [field, value] of Object.entries(wanted)) if (value) set(fieldOf(row, field), value);
  const lost = wanted.nobody ? ` ${words.nobody} ${wanted.nobody}` : "";
  return `${words[kind]} ${exact}${lost}`;
}

function followUpOf(form, line) {
  const found = /^(.*\S)\s+@(.+)$/u.exec(line);
  if (!found) return { title: line };
  const options = [...form.querySelector('[data-row-list="follow_ups"] select').options].filter((option) => option.value);
  const words = found[2].trim().split(/\s+/);
  // the longest beginning of what stands behind the @ that names one person; the rest is the day
  for (let count = words.length; count > 0; count -= 1) {
    const named = options.filter((option) => isCalled(option.text, words.slice(0, count).join(" ")));
    if (named.length === 1) return { title: found[1], assignee: named[0].value, due: words.slice(count).join(" ") };
  }
  return { title: line, nobody: `@${found[2]}` };
}

function isCalled(name, typed) {
  const [whole, start] = [name.toLocaleLowerCase(), typed.toLocaleLowerCase()];
  return whole.startsWith(start) || whole.split(/\s+/).some((word) => word.startsWith(start));
}

const fieldOf = (row, name) => fieldsOf(row).find((field) => field.name.endsWith(`-${name}`)) ?? { value: "" };

/** Most promises at a meeting are made by the one guest; with several it must be chosen. */
function firstParticipant(form) {
  const named = [...form.querySelectorAll('[data-row-list="participants"] input')].map((field) => field.value.trim()).filter(Boolean);
  return named.length === 1 ? named[0].replace(/^\+\s*/, "") : "";
}

function set(field, value) {
  if (!(field instanceof HTMLElement)) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The cursor goes to the next line, which is made where there is none. */
function goOn(text, to) {
  if (to === text.value.length && text.value.slice(-1) !== "\n") text.setRangeText("\n", to, to, "end");
  text.setSelectionRange(to + 1, to + 1);
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
