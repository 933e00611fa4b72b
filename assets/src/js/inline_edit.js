// [data-cells]: cells of a list that are changed in place. data-columns names its columns, behind the data-before first ones (one, which
// holds what one does with a row); data-editable those that change, all that can unless it says so; tr[data-version] is a row that may be changed. Without the script a row's title leads to its page. With it a click, Enter or F2 makes a cell a field; Enter saves, Escape cancels, and leaving an untouched field too.
// Where saving fails the text stays in the field, with the reason beside it.
//
// POST <row's page>/cell with field, value, version -> {message, value, html, version}; 409 the same, as it stands; 422, 403 {message}.
import { csrfToken } from "./csrf.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const TITLE = ".work-title, .cell-title > a";
const CHANGED_IN_PLACE = ["title", "due", "assignee", "priority"];

export function start() {
  for (const list of document.querySelectorAll("[data-cells]")) {
    const columns = list.dataset.columns.split(" ");
    const editable = list.dataset.editable?.split(" ") ?? CHANGED_IN_PLACE;
    const before = Number(list.dataset.before ?? 1);
    for (const row of list.querySelectorAll("tr[data-version]")) {
      for (const column of editable.filter((name) => columns.includes(name))) {
        const cell = row.cells[columns.indexOf(column) + before];
        cell.dataset.edit = column;
        addButton(list, cell);
      }
    }
    list.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-cell]");
      if (button) open(list, button.closest("td"));
    });
    list.addEventListener("keydown", (event) => {
      const cell = event.key === "F2" && event.target.closest("td")?.matches("[data-edit]") ? event.target.closest("td") : null;
      if (!cell?.querySelector("button[data-cell]")) return;
      event.preventDefault();
      open(list, cell);
    });
  }
}

function addButton(list, cell) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.dataset.cell = "";
  if (cell.dataset.edit === "title") {
    button.className = "cell-pencil";
    button.append(list.querySelector("template[data-pencil]").content.cloneNode(true));
    button.setAttribute("aria-label", `${list.dataset.rename} ${titleOf(cell).textContent}`);
  } else {
    button.className = "cell-edit";
    button.append(...cell.childNodes);
  }
  cell.append(button);
}

const titleOf = (cell) => cell.closest("tr").querySelector(TITLE);

function open(list, cell) {
  if (cell.querySelector(".cell-editor")) return;
  const box = Object.assign(document.createElement("span"), { className: "cell-editor" });
  const field = makeField(list, cell);
  const note = Object.assign(document.createElement("span"), { className: "cell-fault", id: `fault-${cell.dataset.edit}-${titleOf(cell).id || titleOf(cell).pathname.replace(/\W/g, "-")}` });
  note.setAttribute("role", "alert");
  field.setAttribute("aria-describedby", note.id);
  box.append(field, note);
  const covered = [...cell.children].filter((part) => part.matches(`button[data-cell], ${TITLE}`));
  for (const part of covered) part.hidden = true;
  cell.prepend(box);
  const edit = { list, cell, covered, box, field, note, start: field.value, busy: false };
  field.focus();
  field.select?.();
  field.addEventListener("keydown", (event) => onKey(edit, event));
  if (field.matches("select")) field.addEventListener("change", () => save(edit));
  field.addEventListener("blur", () => { if (!edit.busy && field.value === edit.start) close(edit); });
}

function makeField(list, cell) {
  const { edit } = cell.dataset;
  const field = edit === "assignee" ? assignees(list, cell) : edit === "priority" ? priorities(list) : document.createElement("input");
  field.className = field.matches("select") ? "form-select" : "form-control";
  field.setAttribute("aria-label", JSON.parse(list.dataset.names)[edit]);
  field.autocomplete = "off";
  if (edit === "title") field.value = titleOf(cell).textContent;
  else if (edit !== "assignee") field.value = cell.dataset.value;
  return field;
}

function priorities(list) {
  return select(list.dataset.priorities.split(";").map((pair) => pair.split("=")));
}

// The people are those of the filter; whoever does it now is among them, or is added.
function assignees(list, cell) {
  const filter = document.getElementById(list.dataset.assignees);
  const people = [...(filter?.options ?? [])].filter((option) => option.value.length === 36).map((option) => [option.value, option.text]);
  const now = cell.querySelector(".person-name")?.textContent;
  const id = cell.dataset.value ?? people.find(([, name]) => name === now)?.[0] ?? (now ? "?" : "");
  if (id === "?") people.unshift(["?", now]);
  const field = select([["", list.dataset.nobody], ...people]);
  field.value = id;
  return field;
}

function select(options) {
  const field = document.createElement("select");
  for (const [value, words] of options) field.add(new Option(words, value));
  return field;
}

function onKey(edit, event) {
  event.stopPropagation();
  if (event.isComposing || !["Escape", "Enter"].includes(event.key)) return;
  event.preventDefault();
  if (event.key === "Enter") save(edit);
  else close(edit, true);
}

async function save(edit) {
  if (edit.busy) return;
  if (edit.field.value === edit.start && !edit.note.textContent) return close(edit, true);
  const row = edit.cell.closest("tr");
  const body = new URLSearchParams({ field: edit.cell.dataset.edit, value: edit.field.value, version: row.dataset.version });
  edit.busy = true;
  edit.field.setAttribute("aria-busy", "true");
  try {
    const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json", "X-Requested-With": "cell" };
    const answer = await fetch(`${titleOf(edit.cell).pathname}/cell`, { method: "POST", body, headers, redirect: "manual" });
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

function show(edit, row, state) {
  row.dataset.version = state.version;
  edit.cell.dataset.value = state.value;
  if (edit.cell.dataset.edit === "title") titleOf(edit.cell).textContent = state.value;
  else edit.cell.querySelector("button[data-cell]").innerHTML = state.html;
  close(edit, true);
  toast(state.message);
}

// What stands now is shown; the text stays, and Enter puts it over theirs knowingly.
function refuse(edit, row, status, state) {
  if (status !== 409) return fault(edit, state.message ?? edit.list.dataset.notSaved);
  row.dataset.version = state.version;
  edit.start = state.value;
  edit.cell.dataset.value = state.value;
  const theirs = new DOMParser().parseFromString(state.html, "text/html").body.textContent.trim();
  fault(edit, `${state.message} ${theirs}. ${edit.list.dataset.notSaved}`);
}

function fault(edit, words) {
  edit.note.textContent = words;
  edit.field.setAttribute("aria-invalid", "true");
  edit.field.focus();
}

function close(edit, andFocus = false) {
  if (edit.isClosed) return;
  edit.isClosed = true;  // taking the field away takes the focus from it, which asks to close it again
  edit.box.remove();
  for (const part of edit.covered) part.hidden = false;
  if (andFocus) edit.cell.querySelector("button[data-cell]").focus();
}
