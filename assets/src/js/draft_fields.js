// A form's fields as text, and back into the form: files, passwords, tokens and hidden fields are left as they are.
import { emptyRow } from "./row_lists.js";

const NEVER = new Set(["csrf_token", "version", "draft", "confirmed"]);

/** @returns {{fields: [string, string][], version?: string}} */
export function kept(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER.has(name) && !/password/i.test(name));
  const version = form.elements.namedItem("version")?.value;
  return version === undefined ? { fields } : { fields, version };
}

/** Puts a draft back. An older version goes with it, so that the server notices what others changed since.
 *  @returns {string[]} what found no place */
export function fill(form, { fields, version }) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const name of values.keys()) grow(form, name);
  const seen = new Set();
  for (const field of form.elements) {
    if (!field.name || NEVER.has(field.name) || field.type === "hidden" || field.type === "submit" || field.type === "file") {
      seen.add(field.name);
      continue;
    }
    seen.add(field.name);
    put(field, values.get(field.name) ?? []);
  }
  const stands = form.elements.namedItem("version");
  if (stands && version) stands.value = version;
  const before = form.elements.namedItem("before");
  if (before && values.has("before")) before.value = values.get("before")[0];
  return [...values].filter(([name]) => !seen.has(name)).flatMap(([, texts]) => texts.filter(Boolean));
}

function put(field, values) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
  else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
  else if (values.length) field.value = values.shift();
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Rows that were added by hand come back with their text. */
function grow(form, name) {
  const [, list, number] = /^(.*?)-(\d+)(-|$)/.exec(name) ?? [];
  const box = list && form.querySelector(`[data-row-list="${CSS.escape(list)}"]`);
  while (box && box.children.length <= Number(number)) {
    const before = box.children.length;
    const rows = [...box.querySelectorAll("input:not([type=hidden]), textarea")].filter((field) => !field.value.trim());
    for (const field of rows) field.value = "\u00a0."; // looks begun, so that another row follows
    emptyRow(box);
    for (const field of rows) field.value = "";
    if (box.children.length === before) return;
  }
}
