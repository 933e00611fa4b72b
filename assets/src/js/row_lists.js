// Rows of fields that grow without asking the server. `data-row-list` holds rows of one form list; each row's fields are
// named `<list>-<number>[-<field>]`. Without the script, "More rows" asks the server for them.

/** @param {Element} list  a [data-row-list]
 *  @returns {Element} a row whose fields are all empty: one that is there, or a new one at the end */
export function emptyRow(list) {
  const rows = [...list.children];
  return rows.find((row) => fieldsOf(row).every(isEmpty)) ?? append(list, rows.at(-1));
}

/** Let there be an empty row at the end. */
export function growIfFull(list) {
  const rows = [...list.children];
  if (!rows.some((row) => fieldsOf(row).every(isEmpty))) append(list, rows.at(-1));
}

export const fieldsOf = (row) => [...row.querySelectorAll("input:not([type=hidden]), textarea, select")];

// What a select shows says nothing about whether a row was begun.
const isEmpty = (field) => field.matches("select") || !field.value.trim();

function append(list, last) {
  const row = last.cloneNode(true);
  const number = list.children.length;
  const begins = new RegExp(`^${list.dataset.rowList}-\\d+`);
  for (const element of row.querySelectorAll("*")) renumber(element, begins, `${list.dataset.rowList}-${number}`);
  for (const element of [row, ...row.querySelectorAll("label, [aria-label]")]) relabel(element, number + 1);
  for (const field of fieldsOf(row)) clear(field);
  for (const left of row.querySelectorAll(".form-error, [role=listbox]")) left.remove();
  for (const group of row.querySelectorAll(".has-error")) group.classList.remove("has-error");
  list.append(row);
  return row;
}

function renumber(element, begins, name) {
  for (const attribute of ["id", "name", "for", "list", "aria-describedby", "aria-controls"]) {
    const value = element.getAttribute(attribute);
    if (value) element.setAttribute(attribute, value.replace(begins, name));
  }
}

function relabel(element, number) {
  const label = element.getAttribute("aria-label");
  if (label) element.setAttribute("aria-label", label.replace(/\d+/, number));
  if (element.matches("label")) element.textContent = element.textContent.replace(/\d+/, number);
}

function clear(field) {
  field.removeAttribute("aria-invalid");
  if (field.getAttribute("role") === "combobox") field.removeAttribute("role");
  field.removeAttribute("aria-expanded");
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
  if (field.matches("select")) field.selectedIndex = [...field.options].findIndex((option) => option.defaultSelected && !option.value);
  else field.value = "";
  if (field.matches("select") && field.selectedIndex < 0) field.selectedIndex = 0;
}
