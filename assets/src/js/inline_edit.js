// [data-cells]: cells of a list that are changed in place. A link with data-edit="due" data-value="…" leads to the page without
// the script; with it, a click, Enter or F2 makes it a field. Enter saves, Escape cancels, leaving the field cancels what was not changed.
// Where saving fails the text stays in the field, with the reason beside it.
//
// POST <row's page>/cell with field, value, version -> {value, html, version}; 409 {message, value, html, version}; 422, 403 {message}.
import { csrfToken } from "./csrf.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

export function start() {
  for (const list of document.querySelectorAll("[data-cells]")) {
    list.addEventListener("click", (event) => {
      const cell = event.target.closest("[data-edit]");
      if (!cell || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      open(list, cell);
    });
    list.addEventListener("keydown", (event) => {
      if (event.key !== "F2") return;
      const cell = event.target.closest("td")?.querySelector("[data-edit]");
      if (!cell) return;
      event.preventDefault();
      open(list, cell);
    });
  }
}

function open(list, cell) {
  if (cell.hidden) return;
  const box = document.createElement("span");
  box.className = "cell-editor";
  const field = makeField(list, cell);
  const note = document.createElement("span");
  note.className = "cell-fault";
  note.setAttribute("role", "alert");
  note.id = `fault-${cell.dataset.edit}-${cell.closest("[data-id]").dataset.id}`;
  field.setAttribute("aria-describedby", note.id);
  box.append(field, note);
  const covered = cell.dataset.edit === "title" ? cell.parentElement.querySelector(".work-title") : null;
  for (const part of [cell, covered]) if (part) part.hidden = true;
  cell.after(box);
  field.focus();
  field.select?.();
  const edit = { list, cell, covered, box, field, note, start: field.value, busy: false };
  field.addEventListener("keydown", (event) => onKey(edit, event));
  if (field.matches("select")) field.addEventListener("change", () => save(edit));
  field.addEventListener("blur", () => { if (!edit.busy && field.value === edit.start) close(edit); });
}

function makeField(list, cell) {
  const { edit, value } = cell.dataset;
  const names = JSON.parse(list.dataset.names);
  const field = edit === "assignee" ? assignees(list, cell) : edit === "priority" ? priorities(list) : document.createElement("input");
  field.className = field.matches("select") ? "form-select" : "form-control";
  field.setAttribute("aria-label", names[edit] ?? edit);
  field.autocomplete = "off";
  field.value = value;
  return field;
}

function priorities(list) {
  return select(list.dataset.priorities.split(";").map((pair) => pair.split("=")));
}

function assignees(list, cell) {
  const filter = document.getElementById(list.dataset.assignees);
  const people = [...(filter?.options ?? [])].filter((option) => option.value.length > 30).map((option) => [option.value, option.text]);
  const now = cell.dataset.value;
  if (now && !people.some(([id]) => id === now)) people.unshift([now, cell.textContent.trim()]);
  return select([["", list.dataset.nobody], ...people]);
}

function select(options) {
  const field = document.createElement("select");
  for (const [value, words] of options) field.add(new Option(words, value));
  return field;
}

function onKey(edit, event) {
  event.stopPropagation();
  if (event.isComposing) return;
  if (event.key === "Escape") {
    event.preventDefault();
    close(edit, true);
  } else if (event.key === "Enter") {
    event.preventDefault();
    save(edit);
  }
}

async function save(edit) {
  if (edit.busy) return;
  if (edit.field.value === edit.start && !edit.note.textContent) return close(edit, true);
  const row = edit.cell.closest("[data-id]");
  const body = new URLSearchParams({ field: edit.cell.dataset.edit, value: edit.field.value, version: row.dataset.version });
  edit.busy = true;
  edit.field.setAttribute("aria-busy", "true");
  try {
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json", "X-Requested-With": "cell" };
    const answer = await fetch(`${pageOf(edit.cell)}/cell`, { method: "POST", body, headers, redirect: "manual" });
    const state = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : {};
    if (answer.ok && state.html !== undefined) show(edit, row, state);
    else refuse(edit, row, answer.status, state);
  } catch {
    fault(edit, `${word("offline")} ${edit.list.dataset.notSaved}`);
  } finally {
    edit.busy = false;
    edit.field.removeAttribute("aria-busy");
  }
}

const pageOf = (cell) => cell.getAttribute("href").split("#")[0];

function show(edit, row, state) {
  row.dataset.version = state.version;
  edit.cell.dataset.value = state.value;
  if (edit.covered) edit.covered.textContent = state.value;
  else edit.cell.innerHTML = state.html;
  close(edit, true);
  toast(state.message);
}

// Theirs is shown; the text stays, and Enter puts it over theirs knowingly.
function refuse(edit, row, status, state) {
  if (status === 409) {
    row.dataset.version = state.version;
    edit.start = state.value;
    edit.cell.dataset.value = state.value;
    const theirs = new DOMParser().parseFromString(state.html, "text/html").body.textContent.trim();
    return fault(edit, `${state.message} ${theirs}. ${edit.list.dataset.notSaved}`);
  }
  fault(edit, state.message ?? edit.list.dataset.notSaved);
}

function fault(edit, words) {
  edit.note.textContent = words;
  edit.field.setAttribute("aria-invalid", "true");
  edit.field.focus();
}

function close(edit, andFocus = false) {
  if (!edit.box.isConnected) return;
  edit.box.remove();
  for (const part of [edit.cell, edit.covered]) if (part) part.hidden = false;
  if (andFocus) edit.cell.focus();
}
